/** The board with devices that no real one has: they touch nothing but their own file and the table. */
import { describe, expect, it, vi } from 'vitest';
import { CONSOLE_PORT, MEMORY_PORT, typed } from '../base/input.ts';
import type { Device, MakeDevice, PortDevice } from './devices/device.ts';
import { DEVICES } from './devices/table.ts';
import { makeCopier, makeMailbox } from './devices/testing.ts';
import { packEdit } from './edit.ts';
import type { Engine, Machine } from './machine.ts';
import { assembled } from '../toolchain/asm/testing.ts';
import { compiler } from './cpu/translate/compiler.ts';
import { CODE, machineWith, type BareOptions } from './testing.ts';

const devices = [...DEVICES, makeCopier, makeMailbox];
const ENGINES = ['reference', 'translated'] as const;
/** A machine that runs this text, on an engine. */
function running(text: string, engine: Engine = 'reference', options: BareOptions = {}): Machine {
  return machineWith(assembled(text), { engine, ...(engine === 'translated' ? { compiler } : {}), ...options });
}
const rax = (m: Machine): bigint => m.registers().gpr[0];

/** Calls a function over and over, lets the copier write another one over it, and calls again. RBX sums what it returns. */
const OVERWRITTEN = `
  xor %ebx, %ebx
  mov $200, %ecx
1: call function
  add %rax, %rbx
  loop 1b
  mov $0x600, %edx
  lea other(%rip), %eax
  out %eax, %dx
  lea function(%rip), %eax
  out %eax, %dx
  mov $6, %eax
  out %eax, %dx
  mov $0x604, %edx
2: call function
  add %rax, %rbx
  in %dx, %eax
  test %eax, %eax
  je 2b
  mov $200, %ecx
3: call function
  add %rax, %rbx
  loop 3b
  hlt
.balign 64
other: mov $1000000, %eax
  ret
.balign 4096
function: mov $1, %eax
  ret`;

/** Lets the copier put an entry into the page tables: what was read at 2 MiB and more is then what lies at 0 and more. */
const REMAPPED = `
  movq $0x222, 0x80100
  movq $0x111, 0x280100
  movq $0xe3, 0x70000
  mov $100, %ecx
1: mov 0x280100, %ebx
  loop 1b
  mov $0x600, %edx
  mov $0x70000, %eax
  out %eax, %dx
  mov $0xb008, %eax
  out %eax, %dx
  mov $8, %eax
  out %eax, %dx
  mov $0x604, %edx
2: mov 0x280100, %esi
  in %dx, %eax
  test %eax, %eax
  je 2b
  mov 0x280100, %ecx
  hlt`;

describe.each(ENGINES)('a device that writes memory by itself, %s', (engine: Engine) => {
  it('drops code that was decoded from there', () => {
    const m = running(OVERWRITTEN, engine, { devices });
    expect(m.run(100_000).kind).toBe('idle');
    const sum = m.registers().gpr[3];
    expect(sum % 1_000_000n).toBeGreaterThan(200n);
    expect(sum / 1_000_000n).toBeGreaterThanOrEqual(200n);
    const wanted = running(OVERWRITTEN, 'reference', { devices });
    for (let at = 0; at < m.tick; at += 37) wanted.run(Math.min(at, m.tick));
    wanted.run(100_000);
    expect(`${m.tick} ${m.quarterCycles} ${m.hash()}`).toBe(`${wanted.tick} ${wanted.quarterCycles} ${wanted.hash()}`);
  });

  it('drops translations that came from there', () => {
    const m = running(REMAPPED, engine, { devices });
    expect(m.run(100_000).kind).toBe('idle');
    const { gpr: [, rcx, , rbx] } = m.registers();
    expect([rbx, rcx]).toEqual([0x111n, 0x222n]);
  });

  it('is part of what a snapshot takes back', () => {
    const m = running(OVERWRITTEN, engine, { devices });
    m.run(1100);
    const before = m.snapshot(), hash = m.hash();
    m.run(100_000);
    const end = m.hash();
    m.restore(before);
    expect(m.hash()).toBe(hash);
    m.run(100_000);
    expect(m.hash()).toBe(end);
  });
});

/** Waits for the copier, which is done long after it was asked, by its status. */
const POLLED = `
  mov $0x604, %edx
  mov $20000, %ecx
1: in %dx, %al
  add $1, %rbx
  loop 1b
  sub $4, %edx
  out %eax, %dx
  out %eax, %dx
  out %eax, %dx
  add $4, %edx
2: in %dx, %eax
  add $1, %rbx
  test %eax, %eax
  je 2b
  hlt`;

describe.each(ENGINES)('a driver that asks for a status again and again, %s', (engine: Engine) => {
  it('gets it without a look at everything else, and sees the moment when it changes', () => {
    const m = running(POLLED, engine, { devices }), looks = vi.spyOn(m.cpu, 'between');
    expect(m.run(1_000_000).kind).toBe('idle');
    expect(looks.mock.calls.length).toBeLessThan(1000);
    const wanted = running(POLLED, 'reference', { devices });
    for (let at = 0; at < 1000; at++) wanted.run(at);
    wanted.run(1_000_000);
    expect(`${m.tick} ${m.quarterCycles} ${m.hash()}`).toBe(`${wanted.tick} ${wanted.quarterCycles} ${wanted.hash()}`);
  });

  it('takes at once the interrupt that its read from a port brings', () => {
    const text = `movl $0x1ff, 0x0f0(%r15)\nmovl $0x1e, (%r14)\nmovl $0x30, 0x10(%r14)\nsti\nmov $0x614, %edx\nmov $40, %ecx\n` +
      '1: in %dx, %al\nloop 1b\ncli\nhlt\n.balign 128\nadd %rcx, %rbx\nmovl $0, 0x0b0(%r15)\niretq';
    const raising: MakeDevice = ({ line }) => ({ id: 'raiser', state: { reads: 0 }, firstPort: 0x614, ports: 1, out: () => undefined,
      in() {
        // Every eighth read raises line 7.
        const high = ++(this.state as { reads: number }).reads % 8 === 0;
        line(7)(high);
        return 0;
      } } as Device & PortDevice);
    const m = running(text, engine, { devices: [...DEVICES, raising], handler: 128 });
    expect(m.run(10_000).kind).toBe('idle');
    // RCX as each of the five came.
    expect(m.registers().gpr[3]).toBe(BigInt(33 + 25 + 17 + 9 + 1));
  });
});

it('beyond RAM nobody answers a device', () => {
  const m = running('hlt', 'reference', { devices: [...DEVICES, ({ dma }) => {
    dma.write(dma.size - 2, Uint8Array.of(1, 2, 3, 4));
    expect([...dma.read(dma.size - 2, 4)]).toEqual([1, 2, 255, 255]);
    expect([...dma.read(dma.size + 5, 2)]).toEqual([255, 255]);
    return { id: 'prober', state: {} };
  }] });
  expect(m.ram.bytes.at(-1)).toBe(2);
});

describe('an input port', () => {
  const WAITING = 'sti\n1: hlt\njmp 1b\n.balign 64\nmov $0x610, %edx\nin %dx, %al\nadd %rax, %rbx\nmovl $0, 0x0b0(%r15)\niretq';
  const listening = (): Machine => {
    const m = running(`movl $0x1ff, 0x0f0(%r15)\nmovl $0x1e, (%r14)\nmovl $0x30, 0x10(%r14)\nxor %ebx, %ebx\nxor %eax, %eax\n${WAITING}`, 'reference',
      { devices, handler: 64 });
    expect(m.run(10_000).kind).toBe('idle');
    return m;
  };

  it('wakes the CPU with what came', () => {
    const m = listening();
    m.input('mailbox', Uint8Array.of(42));
    expect(m.run(m.tick + 1000).kind).toBe('idle');
    expect(m.registers().gpr[3]).toBe(42n);
  });

  it('says what it cannot take', () => {
    const m = listening(), hash = m.hash();
    expect(m.refuses('mailbox', new Uint8Array(17))).toBe('A letter has at most 16 bytes, not 17.');
    expect(m.refuses('modem', typed('x'))).toBe("There is no input port 'modem'; there are memory, uart, mailbox.");
    expect(m.refuses(MEMORY_PORT, packEdit(m.ram.bytes.length - 1, typed('xy')))).toMatch(/^There is no memory at 3fffff for 2 bytes/);
    expect(m.refuses(MEMORY_PORT, new Uint8Array(8))).toMatch(/at least one more; this has 8 bytes/);
    expect(m.refuses(MEMORY_PORT, new Uint8Array(9).fill(255))).toMatch(/no memory at ffffffffffffffff/);
    expect(m.refuses(CONSOLE_PORT, typed('x'))).toBeUndefined();
    expect(() => m.input('modem', typed('x'))).toThrow('Ringside bug: input at modem');
    expect(m.hash()).toBe(hash);
  });

  it.each(ENGINES)('for edits of memory changes code that is hot, %s', (engine) => {
    const m = running('1: mov $1, %eax\ninc %rcx\njmp 1b', engine);
    m.run(5000);
    expect(rax(m)).toBe(1n);
    for (const edit of m.edits(BigInt(CODE + 1), Uint8Array.of(9)) ?? []) m.input(MEMORY_PORT, edit);
    m.run(5010);
    expect(rax(m)).toBe(9n);
  });

  it('for edits takes pieces on both sides of a page border, and nothing where a page is missing', () => {
    const m = running('hlt');
    const edits = m.edits(0x1fffn, Uint8Array.of(1, 2)) ?? [];
    expect(edits).toHaveLength(2);
    for (const edit of edits) m.input(MEMORY_PORT, edit);
    expect([...m.peek(0x1fffn, 2) ?? []]).toEqual([1, 2]);
    expect(m.edits(-1n, Uint8Array.of(1))).toBeNull();
  });
});

describe('idle', () => {
  const timer = (mode: string, rest: string): string => `movl $0x1ff, 0x0f0(%r15)\nmovl $3, 0x3e0(%r15)\nmovl $${mode}, 0x320(%r15)\nmovl $1000, ` +
    `0x380(%r15)\n${rest}`;
  const HANDLER = '\n.balign 128\ninc %rbx\nmovl $0, 0x0b0(%r15)\niretq';

  it.each([
    ['a periodic timer and interrupts off', timer('0x20040', 'cli\nhlt'), 'idle'],
    ['a periodic timer that is masked', timer('0x30040', 'sti\nhlt'), 'idle'],
    ['a periodic timer of too low a priority', `movl $0x50, 0x080(%r15)\n${timer('0x20040', 'sti\nhlt')}`, 'idle'],
    ['a periodic timer with a vector that never gets through', timer('0x20005', 'sti\nhlt'), 'idle'],
    ['a periodic timer and an APIC turned off', timer('0x20040', 'movl $0xff, 0x0f0(%r15)\nsti\nhlt'), 'idle'],
    ['a periodic timer that wakes it', timer('0x20040', 'sti\n1: hlt\njmp 1b'), 'limit'],
    ['a timer that comes once', timer('0x40', 'sti\n1: hlt\njmp 1b'), 'idle'],
    ['nothing', 'cli\nhlt', 'idle'],
  ])('with %s', (_what, text, kind) => {
    const m = running(text + HANDLER, 'reference', { handler: 128 });
    expect(m.run(3000).kind).toBe(kind);
    // Asked again, nothing goes on.
    const told = `${m.tick} ${m.quarterCycles} ${m.hash()}`;
    if (kind === 'idle') for (let n = 0; n < 3; n++) m.run(m.tick + 100);
    expect(`${m.tick} ${m.quarterCycles} ${m.hash()}`).toBe(told);
  });

  it('is not before what was sent is on the wire', () => {
    const m = running('mov $0x3f8, %edx\nmov $65, %al\nout %al, %dx\ncli\nhlt');
    let out = '';
    m.hooks = { consoleOut: (byte) => void (out += String.fromCharCode(byte)) };
    expect(m.run(1000).kind).toBe('idle');
    expect(out).toBe('A');
  });
});

describe('the table', () => {
  const odd = (more: object): Device => ({ id: 'odd', state: {}, ...more });
  it.each([
    ['one id twice', odd({ id: 'uart' }), 'two devices have one id'],
    ['one port twice', odd({ firstPort: 0x3fc, ports: 1 }), 'devices uart and odd answer at the same place'],
    ['one address twice', odd({ base: 0xfec00ff8, length: 16 }), 'devices ioapic and odd answer at the same place'],
    ['a state that no snapshot keeps', odd({ state: { queue: new Map() } }), 'device odd: state.queue is a Map, which a snapshot cannot keep'],
  ])('does not take %s', (_what, device, words) => {
    expect(() => running('hlt', 'reference', { devices: [...DEVICES, () => device] })).toThrow(words);
  });

  it('does not take a state that goes bad later', () => {
    const device = odd({ state: { last: 0 } });
    const m = running('hlt', 'reference', { devices: [...DEVICES, () => device] });
    m.snapshot();
    Object.assign(device.state, { last: NaN });
    expect(() => m.snapshot()).toThrow('device odd: state.last is NaN');
  });
});
