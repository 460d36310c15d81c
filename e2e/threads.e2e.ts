/** Tasks and the trace: who ran, who waits for what, who woke whom, as text and as lanes, held against the machine. */
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { makePatch } from '../src/link/patch.ts';
import type { EventReport } from '../src/link/reports.ts';
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

/** A parent and its child hand a byte to and fro through two pipes; then the parent waits for the child's end. */
const RELAY = `#include <stdio.h>
#include <unistd.h>
#include "lib/sysdep.h"

int main(void)
{
	int to[2], from[2], status;
	char byte = 'a';
	long child;

	syscall1(__NR_pipe, (long)to);
	syscall1(__NR_pipe, (long)from);
	child = syscall0(__NR_fork);
	for (int n = 0; n < 3; n++) {
		if (child == 0) {
			read(to[0], &byte, 1);
			byte++;
			write(from[1], &byte, 1);
		} else {
			write(to[1], &byte, 1);
			read(from[0], &byte, 1);
		}
	}
	if (child == 0)
		return 7;
	syscall6(__NR_wait4, child, (long)&status, 0, 0, 0, 0);
	printf("%c %d\\n", byte, status >> 8);
	return 0;
}
`;

/** Goes from CPU to CPU. */
const NOMAD = `#include <stdio.h>
#include "lib/sysdep.h"

int main(void)
{
	for (int cpu = 1; cpu < 4; cpu++) {
		unsigned long mask = 1UL << cpu;

		syscall3(__NR_sched_setaffinity, 0, sizeof(mask), (long)&mask);
		printf("at %d\\n", cpu);
	}
	return 0;
}
`;
const SHOTS = 'test-results/screenshots';

/** Runs a program in the place of hello, to what it says at the end. */
async function runs(lab: LabPage, program: string, last: string, switches = ''): Promise<void> {
  const hello = readFileSync(new URL('../src/guest/apps/hello.c', import.meta.url), 'utf8');
  const edits = deflateRawSync(JSON.stringify({ edits: { 'apps/hello.c': makePatch(hello, program) } })).toString('base64url');
  await lab.open(`#v=1&scenario=hello&config=linux${switches}&z=${edits}`);
  await lab.press('Run');
  await expect(lab.terminal).toContainText(last);
}

/** Stands where the parent sleeps in its second read, and the child runs. */
async function relay(lab: LabPage): Promise<{ parent: number; child: number }> {
  await runs(lab, RELAY, 'd 7');
  const calls = await lab.ask('syscalls', {}), fork = calls.find(({ name, starts }) => name === 'fork' && !starts);
  const parent = fork?.task.pid ?? -1, child = Number(fork?.ret);
  const read = calls.filter(({ name, task }) => name === 'read' && task.pid === parent)[1];
  const [left] = (await lab.ask('events', { from: read.tick, to: read.endTick ?? 0, kinds: ['context-switch'], limit: 1 }));
  await lab.goTo(left.tick + 300);
  return { parent, child };
}

test('a task says what it waits for, who woke it, and shows its stack while it sleeps', async ({ lab }) => {
  const { parent, child } = await relay(lab);
  await lab.page.keyboard.press('7');
  const threads = lab.panel('Threads');
  const option = (pid: number) => threads.getByRole('option', { name: new RegExp(`^hello ${pid}:`) });
  await expect(option(child)).toHaveAttribute('aria-label', new RegExp(`^hello ${child}: runs on CPU 0`));
  await expect(option(parent)).toHaveAttribute('aria-label', /sleeps, waits for read\(\d, 0x[0-9a-f]+, 1\)$/);
  await expect(threads).toHaveAttribute('aria-label', new RegExp(`^Threads: hello ${child} runs on CPU 0; .*hello ${parent} waits for read`));
  await accessible(lab.page, '[data-panel=threads]');
  await layoutHolds(lab.page, 'threads');
  await lab.page.screenshot({ path: `${SHOTS}/threads-1366x768.png`, animations: 'disabled' });

  // Lanes and timeline have one axis.
  await lab.panel('Timeline').getByRole('button', { name: 'All', exact: true }).click();
  await expect(threads.locator('.ruler')).toContainText('1,000,000');
  await lab.panel('Timeline').getByRole('button', { name: 'Zoom in' }).click();
  await lab.page.keyboard.press('7');

  // By the keyboard: the running task has the focus, the others are an arrow away.
  await expect(option(child)).toBeFocused();
  for (let n = 0; n < 4 && !(await option(parent).evaluate((element) => element === document.activeElement)); n++) await lab.page.keyboard.press('ArrowDown');
  await lab.page.keyboard.press('Enter');
  const stacks = lab.panel('Stacks'), shown = lab.transport.getByRole('button', { name: /^Shown: / });
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: hello ${parent}, on no CPU since tick [\\d,]+; steps of this task$`));
  await expect(stacks).toContainText(`hello ${parent}, on no CPU`);
  // The return addresses of the functions that the lab says it is in.
  const { threads: view } = await lab.ask('views', { show: { threads: { from: 0, to: 1, columns: 1, follow: false } } });
  const chain = view?.tasks.find(({ pid }) => pid === parent)?.chain ?? [];
  expect(chain).toContain('pipe_read');
  for (const name of chain.slice(1, 4)) await expect(stacks.locator('[data-stack=kernel]').last()).toContainText(name);
  await lab.page.screenshot({ path: `${SHOTS}/threads-focus-1366x768.png`, animations: 'disabled' });
  // Code shows where it sleeps, and a link comes back to it.
  await expect(lab.panel('Code')).toContainText('__switch_to');
  await expect.poll(() => lab.page.url()).toContain(`&focus=pid:${parent}&`);
  const away = await lab.tick();
  // A step is one of its own: the next one is when it runs again, however long the others take.
  await lab.key('ArrowRight');
  await expect(shown).toHaveAccessibleName(`Shown: hello ${parent}, CPU 0; steps of this task`);
  expect(await lab.tick()).toBeGreaterThan(away + 100);
  // Or of whoever runs: then one tick is one tick, and it is shown where it is still away.
  await lab.goTo(away);
  await lab.key('Shift+K');
  await lab.key('ArrowRight');
  expect(await lab.tick()).toBe(away + 1);
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: hello ${parent}, on no CPU since tick [\\d,]+; steps of any task$`));
  // With Shift its stack stands beside that of whoever is shown.
  await lab.key('k');
  await expect(shown).toHaveAccessibleName(`Shown: hello ${child}, CPU 0; steps of any task`);
  await option(parent).click({ modifiers: ['Shift'] });
  await expect(stacks).toContainText(`hello ${parent}: kernel stack`);
  await stacks.getByRole('button', { name: `Put away the stack of hello ${parent}` }).click();
  await expect(stacks).not.toContainText(`hello ${parent}: kernel stack`);
  // By the menu of what is shown, and back.
  await shown.click();
  await lab.page.getByRole('menuitemradio', { name: `hello ${parent}` }).click();
  await expect(stacks).toContainText(`hello ${parent}, on no CPU`);
  // Whom it shows and whose steps count are two choices.
  await shown.click();
  await expect(lab.page.getByRole('menuitemradio', { checked: true })).toHaveText([`hello ${parent}`, 'any task']);
  await lab.page.keyboard.press('Escape');
  await lab.page.keyboard.press('7');
  await expect(threads.locator('[data-panel-focus]')).toBeFocused();
  await lab.page.keyboard.press('Escape');
  await expect(stacks).not.toContainText(`hello ${parent}, on no CPU`);
  // The same as a table, where each moment is a way there.
  await threads.getByRole('button', { name: 'Threads as a table' }).click();
  const row = threads.getByRole('row').filter({ hasText: 'read(' });
  const since = view?.tasks.find(({ pid }) => pid === parent)?.since;
  await row.getByRole('button').first().click();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(since));
});

test('the trace is the text of ringside trace, filtered, and each row is a moment', async ({ lab }) => {
  const { parent, child } = await relay(lab);
  await lab.page.keyboard.press('8');
  const trace = lab.panel('Trace'), rows = trace.getByRole('option');
  await expect(trace.getByRole('option', { selected: true })).toContainText(/\[pid +\d+\] (read|write)\(/);
  await lab.page.screenshot({ path: `${SHOTS}/trace-1366x768.png`, animations: 'disabled' });
  await trace.getByRole('searchbox', { name: 'Task, by its pid' }).fill(String(child));
  await expect(rows.filter({ hasText: `[pid ${String(parent).padStart(3)}]` })).toHaveCount(0);
  await trace.getByRole('searchbox', { name: 'Rows that contain' }).fill('write(');
  await expect(rows).toHaveCount(3);
  const writes = (await lab.ask('syscalls', {})).filter(({ name, task }) => name === 'write' && task.pid === child);
  await rows.nth(2).click();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(writes[2].tick));
  await trace.getByRole('searchbox', { name: 'Rows that contain' }).fill('no such call');
  await expect(trace).toContainText('Nothing that happened near this moment passes the filter.');
  await trace.getByRole('searchbox', { name: 'Rows that contain' }).fill('');

  await trace.getByRole('radio', { name: 'ftrace' }).click();
  await expect(rows.first()).toContainText(/hello-\d+ +\[000\] +\d+: \S+/);
  await trace.getByRole('radio', { name: 'graph' }).click();
  await expect(rows.filter({ hasText: 'vfs_write() {' })).toHaveCount(1);
  await accessible(lab.page, '[data-panel=trace]');
  await layoutHolds(lab.page, 'trace');
  await lab.page.screenshot({ path: `${SHOTS}/trace-graph-1366x768.png`, animations: 'disabled' });
});

test('on four CPUs a task is followed from one to another', { tag: ALWAYS }, async ({ lab }) => {
  await runs(lab, NOMAD, 'at 3', '&set=NR_CPUS:4');
  const live = Number((await lab.ask('views', { show: { overview: { columns: 1 } } })).overview?.to);
  // Who came onto which CPU: a task that comes onto another one than before has moved.
  const last = new Map<number, EventReport>(), begun = (await lab.ask('syscalls', {})).find(({ starts }) => !starts)?.tick ?? 0;
  let moved: { pid: number; before: EventReport; after: EventReport } | undefined;
  for (const event of await lab.ask('events', { from: begun, to: live, kinds: ['context-switch'], limit: 10_000 })) {
    const pid = Number(event.fields['to']), before = last.get(pid);
    if (pid > 1 && before && before.cpu !== event.cpu) moved ??= { pid, before, after: event };
    last.set(pid, event);
  }
  if (!moved) throw new Error('No task has moved from one CPU to another.');
  const { pid, before, after } = moved, shown = lab.transport.getByRole('button', { name: /^Shown: / });
  // It is on the CPU when RSP is its own.
  const loads = await lab.ask('events', { from: before.tick, to: after.tick, kinds: ['stack-switch'], limit: 100 });
  await lab.goTo((loads.find(({ cpu }) => cpu === before.cpu)?.tick ?? 0) + 1);
  await lab.key('c');
  await expect(shown).toHaveAccessibleName(/^Shown: .*, CPU \d; steps of this CPU$/);
  await shown.click();
  await lab.page.getByRole('menuitemradio', { name: new RegExp(`^(?!CPU)\\S+ ${pid}$`) }).click();
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: \\w+ ${pid}, CPU ${before.cpu}; steps of this task$`));
  await lab.goTo(after.tick - 20);
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: \\w+ ${pid}, on no CPU since tick`));
  // One step over the migration: its next instruction is the other CPU's.
  await lab.key('ArrowRight');
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: \\w+ ${pid}, CPU ${after.cpu}; steps of this task$`));
  expect(await lab.tick()).toBeGreaterThanOrEqual(after.tick);
  await lab.key('ArrowLeft');
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: \\w+ ${pid}, (CPU ${before.cpu}|on no CPU)`));
  await lab.page.keyboard.press('7');
  await layoutHolds(lab.page, 'threads');
  const timeline = lab.panel('Timeline');
  for (const cpu of [0, 1, 2, 3]) await expect(timeline.locator('.lab', { hasText: `CPU ${cpu}` })).toBeVisible();
  await expect(timeline.locator('.moves').first()).toBeAttached();
  // Every lane has the height of its words, and the tasks are in sight though there are as many CPUs as rows.
  for (const lane of await timeline.locator('.lane').all()) expect((await lane.boundingBox())?.height).toBeGreaterThanOrEqual(13);
  await expect(lab.panel('Threads').getByRole('option', { name: new RegExp(`^\\w+ ${pid}:`) })).toBeInViewport({ ratio: 0.9 });
  await lab.page.screenshot({ path: `${SHOTS}/threads-4-cpus-1366x768.png`, animations: 'disabled' });
  // On a beamer the bars keep to one row each, the chip of the changed switch included, and it is said how many lanes are below the edge.
  await lab.command('Theme: projector');
  await lab.page.setViewportSize({ width: 1280, height: 720 });
  for (const bar of ['.top', '.trans']) expect((await lab.page.locator(bar).boundingBox())?.height).toBeLessThan(60);
  await timeline.getByRole('button', { name: /^\+\d below$/ }).click();
  await expect(timeline.locator('.lab', { hasText: 'IRQ, fault' })).toBeInViewport({ ratio: 0.9 });
});
