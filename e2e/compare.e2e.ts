/** Compare: a second machine runs the same input in another configuration, and the table is what both have counted. */
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';

const SHOTS = 'test-results/screenshots';

test('what each system call costs stands beside what it costs elsewhere, and leads to it', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.page.locator('html').click();
  await lab.command('Compare with another configuration');
  const sheet = lab.page.getByRole('dialog', { name: 'Compare' });
  await expect(sheet).toContainText('Choose a configuration');
  await sheet.getByRole('combobox', { name: 'Configuration to compare with' }).selectOption('ukl-byp');
  await expect(sheet.locator('.cp-says')).toHaveText(new RegExp('^The same output, \\d+ characters. First difference: brk\\(NULL\\) = \\w+, where A comes to ' +
    'entry_SYSCALL_64 in ring 0, by syscall, and B to \\w+ in ring 0, by call. In all -[\\d,.]+ cycles, modelled.$'), { timeout: 60_000 });
  const write = sheet.getByRole('row').filter({ hasText: 'write(1, "hello' });
  // Instructions, cycles, changes of ring: 2 → 0.
  await expect(write.getByRole('cell').nth(2)).toHaveText('2 → 0-2');
  await expect(write.getByRole('cell').nth(6)).toHaveText('6 → 6same');
  const costs = await lab.ask('callCosts', {}), own = costs.calls.find(({ name }) => name === 'write');
  await expect(write.getByRole('cell').nth(0)).toContainText(`${own?.costs.instructions}`);
  await accessible(lab.page, '[role=dialog]');
  for (const theme of ['dark', 'light', 'projector'] as const) {
    await lab.page.locator('html').evaluate((root, name) => root.setAttribute('data-theme', name), theme);
    await layoutHolds(lab.page, `compare, ${theme}`);
    await lab.page.screenshot({ path: `${SHOTS}/compare-${theme}-1366x768.png`, animations: 'disabled' });
  }
  // From difference to difference by the keyboard, and into the lab.
  await sheet.getByRole('button', { name: 'Difference' }).last().focus();
  await lab.page.keyboard.press('d');
  await expect(sheet.locator('tr[aria-current=true]')).toContainText('brk(NULL)');
  await lab.page.keyboard.press('d');
  await lab.page.keyboard.press('Shift+D');
  await expect(sheet).toContainText(/difference 1 of \d+/);
  await write.getByRole('button').click();
  await expect(sheet).toBeHidden();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(own?.tick));
  await expect(lab.panel('Syscall path')).toContainText('ukl-byp');
});
