/** What comes in from outside, whatever the port: given at its tick, given again on the way back, kept by its branch, taken along by a moment. */
import { describe, expect, it } from 'vitest';
import { CONSOLE_PORT, MEMORY_PORT, typed } from '../base/input.ts';
import { DEVICES } from '../machine/devices/table.ts';
import { makeMailbox } from '../machine/devices/testing.ts';
import { packEdit } from '../machine/edit.ts';
import { assembled } from '../toolchain/asm/testing.ts';
import { machineWith } from '../machine/testing.ts';
import { History } from './history.ts';
import { openGuest } from './testing.ts';

/** Takes letters one by one as they come, and sums their bytes with what stands at 0x90000. */
const READER = 'mov $0x610, %edx\n1: add 0x90000, %rbx\nmov $0x611, %edx\nin %dx, %al\ntest %al, %al\nje 1b\nmov $0x610, %edx\nin %dx, %al\nadd %rax, %rbx\n' +
  'jmp 1b';

describe('a second port and an edit', () => {
  const history = (): History => new History(machineWith(assembled(READER), { devices: [...DEVICES, makeMailbox] }));

  it('come again at their ticks', () => {
    const one = history(), { machine } = one;
    one.forward(1000);
    one.input('mailbox', Uint8Array.of(1, 2, 3));
    one.forward(1500);
    one.input(MEMORY_PORT, packEdit(0x90000, Uint8Array.of(5)));
    one.input('mailbox', Uint8Array.of(4));
    one.forward(3000);
    const there = machine.hash();
    expect(machine.registers().gpr[3]).toBeGreaterThan(1000n);
    for (const tick of [1200, 500, 1500, 0, 2999]) {
      one.seek(tick);
      expect(one.seek(3000).kind).toBe('limit');
      expect(machine.hash(), `by way of ${tick}`).toBe(there);
    }
  });

  it('belong to their branch', () => {
    const one = history();
    one.forward(1000);
    one.input('mailbox', Uint8Array.of(1));
    one.forward(2000);
    const first = one.machine.hash();
    one.seek(800);
    expect(one.fork()).toBe(true);
    one.input(MEMORY_PORT, packEdit(0x90000, Uint8Array.of(9)));
    one.forward(2000);
    expect(one.machine.peekNumber(0x90000n, 1)).toBe(9n);
    expect(one.machine.hash()).not.toBe(first);
    one.switchTo(0);
    expect(one.machine.hash()).toBe(first);
    expect(one.machine.peekNumber(0x90000n, 1)).toBe(0n);
  });
});

describe('a guest whose memory is edited', () => {
  const edited = async () => {
    const lab = openGuest({ app: 'hello' });
    await lab.start();
    return { lab, at: lab.symbols.find('app:main')?.low ?? 0n };
  };

  it('goes another way, and a moment takes that along', async () => {
    const { lab, at } = await edited();
    const tick = lab.tick, before = lab.machine.peek(at, 2) ?? new Uint8Array(0);
    // UD2 at the beginning of main.
    lab.poke(at, Uint8Array.of(0x0f, 0x0b));
    await lab.finish();
    const end = lab.tick, hash = lab.machine.hash();
    expect(lab.tracer.record.events.some(({ kind }) => kind === 'exception')).toBe(true);
    lab.seek(tick - 1);
    expect(lab.machine.peek(at, 2)).toEqual(before);
    lab.seek(end);
    expect(lab.machine.hash()).toBe(hash);

    const moment = lab.moment(), other = openGuest({ app: 'hello' });
    expect(await other.reach(moment, moment.inputs)).toBeUndefined();
    expect(other.machine.hash()).toBe(hash);
  });

  it('in the past, starts a branch', async () => {
    const { lab, at } = await edited();
    const tick = lab.tick;
    await lab.finish();
    const hash = lab.machine.hash();
    lab.seek(tick);
    lab.poke(at, Uint8Array.of(0x0f, 0x0b));
    expect(lab.history.branches).toHaveLength(2);
    await lab.finish();
    expect(lab.machine.hash()).not.toBe(hash);
    lab.switchBranch(0);
    expect(lab.machine.hash()).toBe(hash);
  });

  it('is told what cannot be: and then nothing has happened', async () => {
    const { lab } = await edited();
    const hash = lab.machine.hash();
    expect(() => lab.poke(0x1234_5678_9000n, Uint8Array.of(1))).toThrow(/1 bytes at 123456789000 are there/);
    expect(() => lab.input('modem', typed('x'))).toThrow(/no input port 'modem'/);
    expect(lab.machine.hash()).toBe(hash);
    const { tick } = lab, inputs = [{ tick: tick - 5, port: 'modem', bytes: typed('x') },
      { tick: tick - 4, port: MEMORY_PORT, bytes: new Uint8Array(9).fill(255) }, { tick: tick - 3, port: CONSOLE_PORT, bytes: typed('x') }];
    const other = openGuest({ app: 'hello' });
    expect(await other.reach({ tick, imageHash: '' }, inputs)).toMatch(/no input port 'modem'.*no memory at ffffffffffffffff/);
    expect(other.tick).toBe(tick);
    expect(other.moment().inputs.map(({ port }) => port)).toEqual([CONSOLE_PORT]);
  });
});

describe('a look at another moment', () => {
  it('leaves a machine that waits for input as it was: what was told at this very tick is behind', async () => {
    const lab = openGuest({ app: 'console-echo' });
    expect((await lab.run({ direction: 'forward' })).stop.kind).toBe('idle');
    const { tick } = lab, events = lab.tracer.record.events.length;
    expect(lab.tracer.record.events.at(-1)?.tick).toBe(tick);
    lab.history.excursion(() => void lab.history.seek(tick - 50_000));
    lab.type('line\n');
    expect((await lab.run({ direction: 'forward' })).stop.kind).toBe('idle');
    expect(lab.consoleText()).toMatch(/line\r?\nline\r?\n/);
    expect(lab.tracer.record.events[events].kind).toBe('console-input');
  });
});
