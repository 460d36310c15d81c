import { describe, expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { openGuest } from './testing.ts';

const COUNT = 'volatile int turns; static int turn(int n) { return turns += n; }\nint main(void) { for (int n = 0; n < 300000; n++) { if (n % 100000 == 7) ' +
  'turn(n); } return 0; }\n';

async function counted(): Promise<Lab> {
  const lab = openGuest({ source: COUNT });
  expect((await lab.run({ direction: 'forward' })).stop.kind).toBe('exit');
  return lab;
}

describe('the way back', () => {
  it('leads to the same breakpoints as the way there, the last one first', async () => {
    const lab = openGuest({ source: COUNT });
    lab.setBreakpoint({ kind: 'symbol', symbol: 'turn' });
    const there: number[] = [];
    for (let { stop } = await lab.run({ direction: 'forward' }); stop.kind === 'breakpoint'; { stop } = await lab.run({ direction: 'forward' }))
      there.push(stop.tick);
    expect(there.length).toBe(3);
    const back: number[] = [];
    for (let { stop } = await lab.run({ direction: 'back' }); stop.kind === 'breakpoint'; { stop } = await lab.run({ direction: 'back' })) back.push(stop.tick);
    expect(back).toEqual(there.toReversed());
    expect(lab.tick).toBe(0);
  });

  it('can be paused: what was looked through is behind, the rest is still to come', async () => {
    const lab = await counted();
    const live = lab.tick;
    const { addresses } = lab.setBreakpoint({ kind: 'symbol', symbol: 'main' }) as { addresses: bigint[] };
    let pumps = 0;
    const paused = await lab.run({ direction: 'back' }, () => {
      if (++pumps === 5) lab.pause();
      return Promise.resolve();
    });
    expect(paused.stop.kind).toBe('pause');
    expect(lab.tick).toBeLessThanOrEqual(live);
    const onwards = await lab.run({ direction: 'back' });
    expect(onwards.stop.kind).toBe('breakpoint');
    expect(lab.machine.registers().rip).toBe(addresses[0]);

    lab.seek(live);
    const step = await lab.step('out', 'back', () => Promise.resolve(void lab.pause()));
    expect(step.stop.kind).toBe('pause');
  });
});

describe('the path', () => {
  it('shows the call in progress from the moment the kernel is entered, also while it happens for the first time', async () => {
    const lab = openGuest({ app: 'console-echo', input: 'hello\n' });
    await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-exit', match: { name: 'read' } } });
    const shown = (): string => lab.views(['path']).path?.call?.name ?? '';
    expect(shown()).toBe('read');
    // Out of read, on to the next entry: its first instruction, long before the kernel knows what is asked of it.
    await lab.step('boundary', 'forward');
    const report = await lab.step('boundary', 'forward');
    expect(report.status.ring).toBe(0);
    expect(report.status.place.symbol).toContain('entry_SYSCALL_64');
    expect(report.status.tick).toBe(report.status.live);
    expect(shown()).toBe('write');
    expect(lab.views(['path']).path?.nodes.find(({ current }) => current)?.name).toContain('entry_SYSCALL_64');
    await lab.step('boundary', 'forward');
    const { tick } = report.status;
    lab.seek(tick);
    expect(shown()).toBe('write');
    expect(lab.views(['path']).path?.call?.text).toContain('hello');
  });
});

it('typed in the past takes another course, and looking at what was goes on from there', async () => {
  const lab = openGuest({ app: 'console-echo' });
  const look = () => { lab.views(['code', 'cpu', 'stacks', 'path']); lab.consoleFuture(); lab.timeline(0, lab.history.live, 600); };
  await lab.run({ direction: 'forward' });
  const idle = lab.tick;
  for (const key of 'first\n') {
    lab.type(key);
    look();
    await lab.run({ direction: 'forward' });
    look();
  }
  lab.seek(idle);
  for (const key of 'second\n') {
    lab.type(key);
    look();
    await lab.run({ direction: 'forward' });
    look();
  }
  expect(lab.consoleText()).toMatch(/process\r\nsecond\r\nsecond\r\n$/);
  lab.switchBranch(0);
  expect(lab.consoleText()).toMatch(/process\r\nfirst\r\nfirst\r\n$/);
});
