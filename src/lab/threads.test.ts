/** What is told of tasks, held against what their program does. */
import { describe, expect, it } from 'vitest';
import type { Span, TaskReport, ThreadsView } from '../link/reports.ts';
import type { Lab } from './lab.ts';
import { openGuest } from './testing.ts';
import { taskNotes } from './threads.ts';

/** A parent and its child hand bytes to and fro through two pipes; the parent waits for the child's end. */
const RELAY = `
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"

#define ROUNDS 3

int main(void)
{
	int to[2], from[2], status;
	char byte = 'a';
	long child;

	syscall1(__NR_pipe, (long)to);
	syscall1(__NR_pipe, (long)from);
	child = syscall0(__NR_fork);
	for (int n = 0; n < ROUNDS; n++) {
		if (child == 0) {
			read(to[0], &byte, 1);
			byte++;
			write(from[1], &byte, 1);
		} else {
			write(to[1], &byte, 1);
			read(from[0], &byte, 1);
		}
	}
	if (child == 0) {
		struct timespec short_time = { 0, 200000 };

		nanosleep(&short_time, 0);
		return 7;
	}
	syscall6(__NR_wait4, child, (long)&status, 0, 0, 0, 0);
	printf("%c %d\\n", byte, status >> 8);
	return 0;
}
`;

const threadsOf = (lab: Lab, from = 0, to = lab.history.live): ThreadsView => {
  const { threads } = lab.show({ threads: { from, to, columns: 100_000, follow: false } });
  if (!threads) throw new Error('no tasks');
  return threads;
};
const brief = ({ pid, letter, waitsFor }: TaskReport): string => `${pid} ${letter} ${waitsFor}`.trim();

describe('tasks', async () => {
  const lab = openGuest({ source: RELAY });
  await lab.finish({ maxInstructions: 20_000_000 });
  const { record } = lab.tracer, parent = record.syscalls.findLast(({ name }) => name === 'fork')?.task.pid ?? -1;
  const child = Number(record.syscalls.findLast(({ name }) => name === 'fork')?.ret);
  const read = (pid: number, nth = 0) => record.syscalls.filter((call) => call.name === 'read' && call.task.pid === pid)[nth];
  /** While a task sleeps in its call. */
  const inside = (pid: number, nth = 0): number => {
    const { tick, endTick = 0 } = read(pid, nth), left = record.events.find((one) => one.kind === 'context-switch' && one.tick > tick && one.tick < endTick &&
      one.pid === pid);
    return (left?.tick ?? 0) + 200;
  };

  it('say what each of them waits for, and where it sleeps', () => {
    lab.seek(inside(parent, 1));
    const { tasks, cpus } = threadsOf(lab), mine = tasks.find(({ pid }) => pid === parent);
    expect(cpus.map(({ cpu, id }) => [cpu, id])).toEqual([[0, child]]);
    expect(brief(tasks[0])).toBe(`${child} R`);
    expect(mine && brief(mine)).toMatch(new RegExp(`^${parent} S read\\(\\d, 0x[0-9a-f]+, 1\\)$`));
    // Innermost first, from the registers with which it was left.
    expect(mine?.chain[0]).toBe('__schedule');
    expect(mine?.chain.join(' ')).toMatch(/pipe_read.*vfs_read.*do_syscall_64/);
    expect(mine?.stack?.usedBytes).toBeGreaterThan(100);
  });

  it('are on the CPU from the step on that puts RSP on their stack, at every tick', () => {
    const switches = record.events.filter(({ kind }) => kind === 'context-switch'), from = read(child).tick, { machine } = lab;
    const [first, last] = [switches.find(({ tick }) => tick > from), switches.at(-1)].map((one) => one?.tick ?? 0);
    lab.seek(first - 20);
    const others: number[] = [], seen = new Set<number>();
    lab.history.watch(() => {
      const { tick } = machine, region = lab.tracer.regionOf(machine.registers().gpr[4], tick), { pid } = lab.tracer.task(tick);
      if (region?.kind !== 'kernel') return;
      seen.add(pid);
      const running = [...taskNotes(lab, tick).values()].filter(({ isRunning }) => isRunning);
      if (region.pid !== pid || running.length !== 1 || running[0].pid !== pid) others.push(tick);
    }, Math.min(last, first + 20_000));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([0, parent, child]);
    expect(others).toEqual([]);
  });

  it('are asked, woken and moved behind the tracepoint that tells it, not at it', () => {
    const state = (pid: number): string | undefined => threadsOf(lab, 0, 1).tasks.find((one) => one.pid === pid)?.state;
    const wake = record.events.find(({ kind, fields, tick }) => kind === 'wake-up' && fields['pid'] === parent && tick > read(parent).tick);
    const states = [0, 1].map((behind) => {
      lab.seek((wake?.tick ?? 0) + behind);
      return state(parent);
    });
    expect(states).toEqual(['asleep', 'ready']);
  });

  it('have their stacks, a child its own copy of its parent\'s', () => {
    for (const [pid, tick] of [[parent, read(parent).tick], [child, read(child, 1).tick]]) {
      lab.seek(tick);
      const { stacks } = lab.show({ stacks: true }), user = stacks?.stacks.find(({ kind }) => kind === 'user');
      expect([stacks?.task.pid, user?.inUse, user?.rows.some((row) => row.label.startsWith('main'))]).toEqual([pid, true, true]);
    }
    // While it sleeps, what it was left with.
    lab.seek(inside(parent, 1));
    const { taskStacks } = lab.show({ taskStacks: { id: parent } }), [user, kernel] = taskStacks?.stacks ?? [];
    expect(taskStacks?.stacks.map(({ kind }) => kind)).toEqual(['user', 'kernel']);
    expect(kernel.rows.map((row) => row.label).join(' ')).toMatch(/schedule\+\d+.*pipe_read|pipe_read.*schedule\+\d+/);
    // As it left them, though in the child's space, which is loaded now, something else stands at their addresses.
    const rows = user.rows.flatMap((row) => ('value' in row && row.value !== undefined ? [row] : []));
    const here = rows.map(({ addr }) => lab.machine.peekNumber(addr, 8));
    lab.seek(inside(parent, 1) - 200);
    expect(rows.map(({ value }) => value)).toEqual(rows.map(({ addr }) => lab.machine.peekNumber(addr, 8)));
    expect(rows.map(({ value }) => value)).not.toEqual(here);
  });

  it('go on where a switch that was told is never done', async () => {
    // The kernel is on a stack of the program's, which is another page in the child's tables: they are loaded, and it is gone.
    const nss = openGuest({ source: RELAY, config: 'ukl-nss' });
    await nss.finish({ maxInstructions: 20_000_000 });
    const { record: { events, syscalls } } = nss.tracer, { task: { pid }, ret } = syscalls.find(({ name }) => name === 'fork')!;
    const on = events.findLast(({ kind, fields }) => kind === 'context-switch' && fields['from'] === pid && fields['to'] === Number(ret))!;
    for (const behind of [0, 1, 100, 4000]) {
      nss.seek(on.tick + behind);
      expect(nss.status().task.pid).toBe(pid);
      expect(threadsOf(nss).tasks.filter(({ id }) => id >= pid).map(({ pid: one, state }) => [one, state])).toEqual([[pid, 'running'], [Number(ret), 'ready']]);
    }
  });

  it('say who woke whom', () => {
    lab.seek(read(child, 1).endTick ?? 0);
    const { tasks } = threadsOf(lab), woken = tasks.find(({ pid }) => pid === child)?.woken;
    expect(woken?.by).toBe(parent);
    // Each byte wakes the other side, but for the first, which may be there before it is read.
    const all = threadsOf(lab).wakes.filter(({ by, woken: to }) => [by, to].every((id) => id === parent || id === child));
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(all.some(({ by, woken: to }) => by === parent && to === child) && all.some(({ by, woken: to }) => by === child && to === parent)).toBe(true);
  });

  it('are on one CPU one after the other, and leave no hole', () => {
    lab.seek(lab.history.live);
    const { tasks, cpus, to } = threadsOf(lab, 0, lab.history.live);
    const runs = tasks.flatMap(({ spans }) => spans.filter(({ kind }) => kind.startsWith('ring') || kind === 'idle')).sort((a, b) => a.start - b.start);
    expect(runs[0].start).toBe(0);
    runs.slice(1).forEach((span, n) => expect(span.start).toBe(runs[n].end));
    expect(runs.at(-1)?.end).toBe(to);
    expect(cpus[0].spans.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(to);
    // The ring of the timeline is that of whoever runs.
    const ring3 = (spans: readonly Span[], wanted: string): number =>
      spans.filter(({ kind }) => kind === wanted).reduce((sum, { start, end }) => sum + end - start, 0);
    const timeline = lab.timeline(0, lab.history.live, 100_000).lanes.find(({ name }) => name === 'ring');
    expect(ring3(runs, 'ring3')).toBe(ring3(timeline?.spans ?? [], '3'));
  });

  it('wait for one that ends, and are gone when they have ended', () => {
    const exit = record.syscalls.find(({ name, task }) => name.startsWith('exit') && task.pid === child);
    lab.seek(exit?.tick ?? 0);
    expect(threadsOf(lab).tasks.find(({ pid }) => pid === parent)?.waitsFor).toMatch(/^wait4\(/);
    lab.seek(lab.history.live);
    expect(threadsOf(lab).tasks.find(({ pid }) => pid === child)).toMatchObject({ state: 'gone', letter: 'X', spans: expect.any(Array) });
  });

  it('are the same from a page that was forgotten and made again', async () => {
    const small = openGuest({ source: RELAY, limits: { pageItems: 60, pageTicks: 100_000, items: 200 } });
    await small.finish({ maxInstructions: 20_000_000 });
    for (const tick of [inside(parent, 1), inside(child, 2)]) {
      lab.seek(tick);
      small.seek(tick);
      expect(threadsOf(small, tick - 1000, tick + 1000)).toEqual(threadsOf(lab, tick - 1000, tick + 1000));
    }
  });
});
