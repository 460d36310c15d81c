/** A shell at the page's console: pipes, jobs and the keys that are signals; and one of its children, followed from fork to exit. */
import type { SyscallReport } from '../src/link/reports.ts';
import { expect, test } from './fixtures.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

const SHOTS = 'test-results/screenshots';
const PROMPT = /\$\s*$/;

/** Types a line, and waits until the machine waits again. */
async function says(lab: LabPage, line: string, text: RegExp): Promise<void> {
  await lab.page.keyboard.type(`${line}\n`);
  await expect(lab.terminal).toContainText(text);
  await lab.stopped();
}

/** A key of the terminal that is a signal. */
async function signals(lab: LabPage, key: 'c' | 'z', text: RegExp): Promise<void> {
  await lab.page.keyboard.press(`Control+${key}`);
  await expect(lab.terminal).toContainText(text);
  await lab.stopped();
}

/** What is on the screen of the console, a string a row. */
const screen = async (lab: LabPage): Promise<string[]> =>
  (await lab.terminal.locator('> div').allInnerTexts()).map((row) => row.replaceAll(' ', ' ').trimEnd()).filter((row) => row !== '');

test('at the console: a pipe, jobs, Ctrl-C and Ctrl-Z; and a child is followed through fork, exec and exit', { tag: ALWAYS }, async ({ lab }) => {
  test.setTimeout(240_000);
  await lab.open('#v=1&scenario=shell&config=linux');
  await lab.press('Run');
  await expect(lab.terminal).toContainText(PROMPT);
  await lab.panel('Console').locator('.xterm').click();
  await says(lab, 'ls /bin | grep e | head -n 3', /echo\s*false\s*grep\s*\$/);

  await says(lab, 'cat', /\$ cat/);
  await says(lab, 'one', /one\s*one/);
  await signals(lab, 'z', /\^Z\s*\[1\]\+\s+Stopped\s+cat\s*\$/);
  await says(lab, 'jobs', /jobs\s*\[1\]\+\s+Stopped\s+cat\s*\$/);
  await says(lab, 'fg', /fg\s*cat\s*$/);
  await says(lab, 'two', /two\s*two\s*$/);
  await signals(lab, 'c', /two\s*\^C\s*\$/);
  await says(lab, 'echo $? | wc -c; jobs', /jobs\s*4\s*\$/);
  // Time jumps to the next event while nobody has anything to do: the job ends before the next line comes.
  await says(lab, 'sleep 9 &', /\[1\] \d+\s*\$/);
  await says(lab, 'fg', /fg: job has terminated\s*\[1\]\+\s+Done\s+sleep 9\s*\$/);
  await lab.page.screenshot({ path: `${SHOTS}/shell-jobs-1366x768.png`, animations: 'disabled' });
  expect((await screen(lab)).at(-1)).toBe('$');

  await lab.page.keyboard.press('Escape');
  await follows(lab);
});

/** The `grep` of the pipe. */
async function follows(lab: LabPage): Promise<void> {
  const calls = await lab.ask('syscalls', {}), shown = lab.transport.getByRole('button', { name: /^Shown: / });
  const of = (name: string, pid: number): SyscallReport => {
    const call = calls.find((one) => one.name === name && one.task.pid === pid);
    if (!call) throw new Error(`${pid} did not call ${name}`);
    return call;
  };
  const forks = calls.filter(({ name, starts }) => name === 'fork' && !starts), child = Number(forks[1]?.ret), exec = of('execve', child);
  const [exit] = await lab.ask('events', { from: exec.tick, to: Number.MAX_SAFE_INTEGER, kinds: ['exit'], limit: 10 })
    .then((events) => events.filter(({ pid }) => pid === child));
  // Before its first turn there is no such task.
  const [first] = (await lab.ask('events', { from: forks[1].tick, to: exec.tick, kinds: ['context-switch'], limit: 100 }))
    .filter(({ fields }) => fields['to'] === child);

  // A child of sh, by another name than its own: it begins where the kernel lets a new task begin, once RSP is its own.
  await lab.goTo(first.tick + 100);
  await shown.click();
  await lab.page.getByRole('menuitemradio', { name: `sh ${child}` }).click();
  await expect(shown).toHaveAccessibleName(`Shown: sh ${child}, CPU 0; steps of this task`);
  await lab.page.keyboard.press('7');
  const option = lab.panel('Threads').getByRole('option', { name: new RegExp(`^\\w+ ${child}:`) });
  await expect(option).toHaveAttribute('aria-label', new RegExp(`^sh ${child}: runs on CPU 0`));
  // Over its return from fork into ring 3: the same line as its parent's, with another value.
  await lab.key('b');
  await expect(lab.page.getByTestId('ring')).toContainText('Ring 3');
  await expect(lab.panel('CPU & rings')).toContainText(/RAX\s*0/);
  await expect(lab.panel('Stacks')).toContainText(`sh ${child}`);

  // Steps are its own: to the next boundaries, whoever runs between, until it is another program.
  await lab.goTo(exec.tick - 1);
  await expect(shown).toHaveAccessibleName(`Shown: sh ${child}, CPU 0; steps of this task`);
  await lab.key('b');
  await expect(lab.page.getByTestId('ring')).toContainText('Ring 0');
  await lab.key('b');
  await expect(shown).toHaveAccessibleName(`Shown: grep ${child}, CPU 0; steps of this task`);
  await expect(lab.page.getByTestId('ring')).toContainText('Ring 3');
  await expect(option).toHaveAttribute('aria-label', new RegExp(`^grep ${child}: runs on CPU 0`));
  await expect(lab.panel('Stacks')).toContainText(`grep ${child}`);
  // Its user stack is a new one, with what it was called with.
  await expect(lab.panel('Stacks').locator('[data-stack=user]')).toContainText('argc');
  await lab.page.screenshot({ path: `${SHOTS}/shell-exec-1366x768.png`, animations: 'disabled' });

  // It has exited: what is left is how it went, and no step of its own.
  await lab.goTo(exit.tick + 5_000);
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: grep ${child}, which exited at tick [\\d,]+; steps of this task$`));
  const there = await lab.tick();
  await lab.key('ArrowRight');
  expect(await lab.tick()).toBe(there);
  await expect(lab.panel('Code')).toContainText(`No step of it is left: grep ${child} ends with status 0.`);
  await lab.page.screenshot({ path: `${SHOTS}/shell-exited-1366x768.png`, animations: 'disabled' });
  await lab.key('ArrowLeft');
  // The last of them: the switch away from it is told, and not done yet.
  await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: grep ${child}, CPU 0, about to leave for \\w+ \\d+; steps of this task$`));
  expect(await lab.tick()).toBeLessThan(there);
  await lab.key('k');
  await expect(shown).toHaveAccessibleName(/; steps of any task$/);
}
