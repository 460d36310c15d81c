/** Editing the guest in the Code panel: rebuild and rerun, errors in place, undo, and the old machine in the meantime. */
import { expect, test } from './fixtures.ts';
import { ALWAYS } from './sample.ts';

const BANNER = '\tpr_info("Run %s as init process\\n", execute_command);';

test('an edited line of the kernel shows on the console after a rebuild, and undo brings the old one back', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  await lab.bootMessages();
  await expect(lab.terminal).toContainText('as init process');
  await lab.edit('linux/init/main.c');
  await lab.page.keyboard.press('Control+Home');
  const editor = lab.panel('Code').locator('.cm-content');
  const wanted = lab.panel('Code').locator('.cm-line').filter({ hasText: 'as init process' });
  for (let n = 0; n < 30 && !(await wanted.isVisible()); n++) await lab.page.keyboard.press('PageDown');
  await lab.replaceLine('as init process', BANNER.replace('as init process', 'as the first one'));
  await expect(editor).toContainText('as the first one');
  await expect(lab.panel('Code').getByText('edited, not built')).toBeVisible();
  await expect(lab.panel('Stacks').getByRole('button', { name: /old code/ })).toBeVisible();
  await lab.page.keyboard.press('Control+Enter');
  await expect(lab.panel('Stacks').getByRole('button', { name: /old code/ })).toHaveCount(0);
  await lab.stopped();
  await lab.press('Run');
  await lab.bootMessages();
  await expect(lab.terminal).toContainText('Run /sbin/init as the first one');

  await lab.panel('Code').getByRole('button', { name: 'Revert' }).click();
  await expect(lab.panel('Code').getByText(/^edited/)).toHaveCount(0);
  await lab.stopped();
  await lab.press('Run');
  await lab.bootMessages();
  await expect(lab.terminal).toContainText('as init process');
});

test('after an edit of the application one stands where it begins, and is told', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  await lab.typeLine('kept');
  await expect(lab.terminal).toHaveText(/kept\s*kept/);
  await lab.stopped();
  await lab.edit('apps/console-echo.c');
  await lab.page.keyboard.press('Control+End');
  await lab.page.keyboard.insertText('static int more = 1;\n');
  await lab.page.keyboard.press('Control+Enter');
  await expect(lab.page.getByRole('status').filter({ hasText: 'built anew: this is where it begins, at main' })).toBeVisible();
  await lab.stopped();
  const { code } = await lab.ask('views', { show: { code: true } });
  expect(code?.next).toMatchObject({ symbol: expect.stringMatching(/^(app:)?main$/), offset: 0 });
  await lab.page.keyboard.press('Escape');
  await lab.press('Run');
  await expect(lab.terminal).toHaveText(/kept\s*kept/);
});

test('an edit with errors shows them in place, and the old machine goes on', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  const { page } = lab;
  const before = await lab.state();
  await lab.edit('apps/console-echo.c');
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('int unfinished(void) { return 1 + ; }\nint two = undeclared_thing;\n');
  await page.keyboard.press('Control+Enter');
  const problems = lab.panel('Code').getByRole('alert').getByRole('listitem');
  await expect(problems.first()).toBeVisible();
  // All of the file's errors, not only the first.
  expect(await problems.count()).toBeGreaterThanOrEqual(2);
  await expect(lab.panel('Code').locator('.cm-lintRange-error').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /build failed, [2-9] errors/ })).toBeVisible();
  expect(await lab.state()).toBe(before);
  await page.keyboard.press('Escape');
  await lab.press('Step');
  expect(await lab.tick()).toBe(Number(before.split(' ')[0]) + 1);
  await lab.panel('Code').getByRole('button', { name: 'Revert' }).click();
  await expect(page.getByRole('button', { name: /build failed/ })).toHaveCount(0);
});

test('an edit travels in the link and survives a reload', { tag: ALWAYS }, async ({ lab, visitor }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.edit('apps/hello.c');
  const line = lab.panel('Code').locator('.cm-line').filter({ hasText: 'puts(' }).first();
  await line.click();
  await lab.page.keyboard.press('End');
  await lab.page.keyboard.insertText(' puts("and one line more");');
  await lab.page.keyboard.press('Control+Enter');
  await expect(lab.panel('Code').getByText('edited', { exact: true })).toBeVisible();
  await lab.stopped();
  await lab.press('Run');
  await expect(lab.terminal).toContainText('and one line more');
  await lab.settled();
  expect(lab.page.url().length).toBeLessThan(8_000);
  const other = await visitor();
  await other.page.goto(lab.page.url());
  await other.settled();
  expect(await other.state()).toBe(await lab.state());
  await expect(other.terminal).toContainText('and one line more');
});
