/** What is shown of a task that is on no CPU, and steps that stay with a task. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { runGuest } from './testing.ts';

/** Parent and child have other values at the same address, and take turns. */
const SOURCE = `#include <unistd.h>
static long call(long nr, long a, long b, long c, long d)
{
	long ret;
	register long r10 __asm__("r10") = d;

	__asm__ volatile("syscall" : "=a" (ret) : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10) : "rcx", "r11", "memory");
	return ret;
}
volatile long rounds;
__attribute__((noinline)) void parent_waits(long child)
{
	volatile long whom = child;

	while (call(61, whom, 0, 0, 0) == -4)
		;
}

__attribute__((noinline)) void child_works(void)
{
	for (rounds = 0; rounds < 50; rounds++)
		sched_yield();
}

int main(void)
{
	long child = call(57, 0, 0, 0, 0);

	if (!child) {
		child_works();
		_exit(0);
	}
	rounds = 77;
	parent_waits(child);
	return 0;
}
`;

describe('a task in focus', () => {
  let lab: Lab, parent: number, child: number, middle: number;
  beforeAll(async () => {
    const run = await runGuest({ app: 'first', source: SOURCE });
    ({ lab } = run);
    expect(run.exit).toBe(0);
    const made = run.events('fork').find(({ fields }) => fields['comm'] === 'first');
    parent = made?.pid ?? -1;
    child = Number(made?.fields['pid']);
    const turns = run.calls('sched_yield').filter(({ task }) => task.pid === child);
    expect(turns.length).toBe(50);
    middle = turns[25].tick;
  }, 60_000);
  /** Where the switch is done that was told there. */
  const goneAt = (told: { tick: number } | undefined): number => lab.tracer.record.turnAfter(told?.tick ?? 0, 0)?.tick ?? 0;
  const names = (): string[] => lab.views(['stacks']).stacks!.stacks.flatMap(({ frames }) => frames.map(({ label }) => label));

  it('is shown as it left its CPU: its frames, its registers, its own memory', () => {
    lab.focus(undefined);
    const there = lab.seek(middle);
    expect(there.status).toMatchObject({ cpu: 0, cpus: 1, task: { pid: child } });
    const running = lab.machine.registers(), { status } = lab.focus({ pid: parent }), { cpu, stacks } = lab.views(['cpu', 'stacks']);
    const left = lab.tracer.record.findBack(middle, ['context-switch'], ({ fields }) => fields['from'] === parent);
    expect(status).toMatchObject({ tick: middle, task: { pid: parent, comm: 'first' }, focus: { pid: parent }, away: goneAt(left), ring: 0 });
    expect(stacks!.task.pid).toBe(parent);
    expect(names()).toEqual(expect.arrayContaining(['schedule', 'parent_waits', 'main']));
    expect(names()).not.toContain('child_works');
    const local = stacks!.stacks.flatMap(({ rows }) => rows).find((row) => !('count' in row) && row.label.startsWith('whom'));
    expect(local).toMatchObject({ value: BigInt(child) });
    const value = (name: string): bigint | undefined => cpu!.registers.find((one) => one.name === name)?.value;
    expect(value('CR3')).not.toBe(running.cr3);
    // What was shown is not where the machine is.
    expect(lab.machine.registers()).toEqual(running);
    expect(lab.views(['code']).code!.narration.what).toContain('is on no CPU');
  });

  it('is shown as it is where it runs, and whoever runs is without a focus', () => {
    lab.seek(middle);
    expect(lab.focus({ pid: child }).status).toMatchObject({ task: { pid: child } });
    expect(lab.focus({ pid: child }).status.away).toBeUndefined();
    expect(names()).toContain('child_works');
    expect(lab.focus({ cpu: 0 }).status.task.pid).toBe(child);
    expect(lab.focus(undefined).status.focus).toBeUndefined();
  });

  it('is told to have exited, and takes no step any more', async () => {
    const told = lab.tracer.record.findBack(lab.status().live, ['context-switch'], ({ fields }) => fields['from'] === child), over = goneAt(told);
    lab.seek(over - 1);
    expect(lab.focus({ pid: child }).status.ended).toBeUndefined();
    lab.seek(over + 10);
    const { status } = lab.focus({ pid: child }), ended = `first ${child} ends with status 0`;
    expect(status).toMatchObject({ away: over, ended });
    expect(lab.views(['code']).code!.narration.what).toContain(`${ended}, and has left CPU 0 for good`);
    for (const unit of ['instruction', 'boundary', 'event'] as const) {
      const { stop } = await lab.step(unit, 'forward', undefined, true);
      expect(stop).toMatchObject({ kind: 'unmet', tick: over + 10, message: `No step of it is left: ${ended}.` });
    }
    expect((await lab.step('instruction', 'back', undefined, true)).status).toMatchObject({ tick: over - 1, task: { pid: child } });
  });

  it('is refused where there is none', () => {
    lab.seek(middle);
    expect(() => lab.focus({ cpu: 1 })).toThrow('There is no CPU 1');
    expect(() => lab.focus({ pid: 4711 })).toThrow('No task 4711');
  });

  it('is stayed with: what others do between is one step, in both directions', async () => {
    const { record } = lab.tracer, left = record.findBack(middle, ['context-switch'], ({ fields }) => fields['from'] === parent), gone = goneAt(left);
    const back = goneAt([...record.eventsFrom(middle, ['context-switch'])].find(({ fields }) => fields['to'] === parent));
    lab.seek(gone - 1);
    lab.focus({ pid: parent });
    const ticks: number[] = [];
    for (let n = 0; n < 4; n++) ticks.push((await lab.step('instruction', 'forward', undefined, true)).stop.tick);
    // From the switch on it is the next task's turn.
    expect(ticks).toEqual([back, back + 1, back + 2, back + 3]);
    for (let n = 0; n < 4; n++) ticks.push((await lab.step('instruction', 'back', undefined, true)).stop.tick);
    expect(ticks.slice(4)).toEqual([ticks[2], ticks[1], ticks[0], gone - 1]);
    // Without that, the next tick is the next task's.
    lab.seek(middle);
    expect((await lab.step('instruction', 'forward')).stop.tick).toBe(middle + 1);
    // From somewhere else in time: to its next turn.
    expect((await lab.step('line', 'forward', undefined, true)).stop.tick).toBe(back);
    lab.focus(undefined);
  });
});
