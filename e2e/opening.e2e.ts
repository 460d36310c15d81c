/** What a newcomer meets: the scenario's question, one thing to do, a console without the kernel's boot, and keys that say what they did. */
import { expect, test } from './fixtures.ts';

test('one opens on the question and one thing to do, and each leads to the next', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  const { scenarios } = await lab.ask('catalogue', {});
  const guide = lab.page.getByRole('region', { name: 'What to find out' }), deed = guide.getByTestId('deed');
  await expect(guide).toContainText(scenarios.find(({ id }) => id === 'console-echo')?.question ?? '?');
  await expect(deed).toHaveText('Type a line');
  // The kernel's boot is out of the way, one scroll up.
  await expect(lab.terminal).toHaveText(/^\s*$/);
  await lab.bootMessages();
  await expect(lab.terminal).toContainText('as init proc');

  // One press runs to where the machine waits, and the keys go there.
  await deed.click();
  await expect(lab.panel('Console').locator('textarea')).toBeFocused();
  await lab.stopped();
  await lab.page.keyboard.type('hello\n');
  await expect(lab.terminal).toHaveText(/^\s*hello\s*hello\s*$/);
  await expect(deed).toHaveText('See where it was read');
  await lab.stopped();
  const end = await lab.tick(), events = await lab.ask('events', { from: 0, to: end, kinds: ['syscall-exit'], limit: 10_000 });
  const read = events.find(({ fields }) => fields['name'] === 'read');
  await deed.click();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(read?.tick));
  await expect(lab.panel('Syscall path').locator('.call-text')).toContainText('read(0');
  await expect(deed).toHaveText(/^Next boundary/);
  const before = await lab.tick();
  await deed.click();
  await lab.stopped();
  expect(await lab.tick()).toBeGreaterThan(before);
  expect((await lab.ask('views', { show: { cpu: true } })).cpu?.ring).toBe(3);
  await guide.getByRole('button', { name: 'Close the question' }).click();
  await expect(guide).toHaveCount(0);
});

test('a scenario that nobody types at begins with the next boundary, and ends with the way back', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=ukl');
  const deed = lab.page.getByTestId('deed');
  await expect(deed).toHaveText(/^Next boundary/);
  await lab.press('Run');
  await expect(deed).toHaveText(/^Back to the last boundary/);
  await expect(lab.terminal).toContainText('hello');
});

test('letters typed at nothing while the machine waits say what they did, and how to type', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  await lab.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const said = lab.page.getByRole('status').filter({ hasText: 'To type to the machine, press 6 or click Console first.' });
  await lab.key('b');
  await expect(said).toContainText('B is a key of this page: Next boundary.');
  await lab.key('x');
  await expect(said).toContainText('X is no key of this page.');
  await lab.key('6');
  await lab.page.keyboard.type('xb\n');
  await expect(lab.terminal).toHaveText(/^\s*xb\s*xb\s*$/);
});
