import { describe, expect, it } from 'vitest';
import type { StepUnit } from '../link/protocol.ts';
import type { SyscallReport } from '../link/reports.ts';
import type { Lab } from './lab.ts';
import { openGuest } from './testing.ts';

const PROGRAM = `#include <unistd.h>
static __attribute__((noinline)) int down(int n)
{
	if (n == 0)
		return getpid() > 0;
	return down(n - 1) + 1;
}

int main(void)
{
	int a = down(1);
	int b = down(2);
	return a + b != 5;
}
`;

function place(lab: Lab): string {
  const { rip } = lab.machine.registers(), line = lab.symbols.lineAt(rip);
  return `${lab.symbols.functionAt(rip)?.name}:${line?.line}`;
}

async function atMain(config: string): Promise<Lab> {
  const lab = openGuest({ source: PROGRAM, config });
  lab.setBreakpoint({ kind: 'symbol', symbol: 'main' });
  expect((await lab.run({ direction: 'forward' })).stop.kind).toBe('breakpoint');
  return lab;
}

async function walk(lab: Lab, unit: StepUnit, direction: 'forward' | 'back', steps: number): Promise<string[]> {
  const places = [place(lab)];
  for (let n = 0; n < steps; n++) {
    await lab.step(unit, direction);
    places.push(place(lab));
  }
  return places;
}

describe.each(['linux', 'ukl', 'ukl-nss', 'ukl-byp'])('%s', (config) => {
  it('over goes from line to line of a function, from its first instruction on, and back', async () => {
    const lab = await atMain(config), start = lab.tick;
    const lines = ['main:9', 'main:11', 'main:12', 'main:13', 'main:14'];
    expect(await walk(lab, 'over', 'forward', 4)).toEqual(lines);
    expect(await walk(lab, 'over', 'back', 4)).toEqual(lines.toReversed());
    expect(lab.tick).toBe(start);
  });

  it('over keeps to its own call of a function that calls itself, and leaves with it', async () => {
    const lab = await atMain(config);
    await walk(lab, 'line', 'forward', 2);
    expect(place(lab)).toBe('down:2');
    expect(await walk(lab, 'over', 'forward', 4)).toEqual(['down:2', 'down:4', 'down:6', 'down:7', 'main:11']);
  });

  it('out comes back behind the call', async () => {
    const lab = await atMain(config);
    await walk(lab, 'line', 'forward', 2);
    await lab.step('out', 'forward');
    expect(place(lab)).toBe('main:11');
  });

  it('call goes to where the system call under way returns, and back to its beginning', async () => {
    const lab = openGuest({ app: 'console-echo', config, input: 'hey\n' }), { record } = lab.tracer;
    expect((await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry', match: { name: 'read' } } })).stop.kind).toBe('event');
    const served = lab.tick, read = (): SyscallReport => record.syscalls.findLast(({ name, tick }) => name === 'read' && tick <= served)!;
    const told = await lab.step('call', 'forward');
    expect(told.stop).toMatchObject({ kind: 'step', message: expect.stringMatching(/^read of \S+ \d+ has returned\.$/) });
    const { endTick, ret, task } = read(), hash = lab.machine.hash();
    expect([lab.tick, ret]).toEqual([endTick, 4n]);
    expect(lab.symbols.functionAt(lab.machine.registers().rip)?.domain).not.toBe('kernel');
    // Out of it: the task is in no call.
    expect((await lab.step('call', 'forward')).stop).toMatchObject({ kind: 'unmet', message: `${task.comm} ${task.pid} is in no system call here.` });
    await lab.step('call', 'back');
    expect(lab.tick).toBe(read().tick);
    // The same from the past, from another task meanwhile too, by the record.
    lab.seek(record.events.find(({ kind, tick }) => kind === 'console-input' && tick > served)!.tick);
    expect(lab.status().task.pid).not.toBe(task.pid);
    await lab.step('call', 'forward');
    expect([lab.tick, lab.machine.hash()]).toEqual([endTick, hash]);
  });

  it('call says so where a call does not return, and stops where the machine waits for somebody', async () => {
    const lab = openGuest({ app: 'console-echo', config });
    await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry', match: { name: 'read' } } });
    expect((await lab.step('call', 'forward')).stop.kind).toBe('idle');
    const ending = openGuest({ app: 'hello', config });
    await ending.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry', match: { name: 'exit_group' } } });
    expect((await ending.step('call', 'forward')).stop.message).toMatch(/^exit_group does not return: \S+ \d+ ends\.$/);
  });
});
