/** Address space: what is walked is what the machine says, by a click on a register, by the keyboard, and by what is typed. */
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';

const SHOTS = 'test-results/screenshots';

test('a page fault is walked to the level that refuses it, and any address that is clicked or typed', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  const faults = await lab.ask('events', { from: 0, to: 1e9, kinds: ['exception'], limit: 1000 });
  const { tick, fields } = faults.findLast((event) => event.fields['ring'] === 3 && event.fields['vector'] === 14)!, cr2 = BigInt(fields['cr2']).toString(16);
  await lab.goTo(tick + 1);
  const space = await lab.inFront('address-space'), chosen = space.getByRole('option', { selected: true });
  await expect(space).toHaveAttribute('aria-label', new RegExp(`^Address space: CR2 is ${cr2}, in .*PTE not present`));
  await expect(space.locator('.as-level.bad')).toHaveText(/^PTE/);
  await expect(chosen).toHaveCount(1);
  await accessible(lab.page, '[data-panel=address-space]');
  for (const theme of ['dark', 'light', 'projector'] as const) {
    await lab.command(`Theme: ${theme}`);
    for (const [width, height] of theme === 'projector' ? [[1280, 720]] as const : [[1366, 768], [1920, 1080]] as const) {
      await lab.page.setViewportSize({ width, height });
      await layoutHolds(lab.page, `address space, ${theme}, ${width} x ${height}`);
      await lab.page.screenshot({ path: `${SHOTS}/address-space-${theme}-${width}x${height}.png`, animations: 'disabled' });
    }
  }
  await lab.command('Theme: dark');
  // A register of the CPU panel leads here from another panel of the same place.
  await lab.inFront('stacks');
  const { cpu } = await lab.ask('views', { show: { cpu: true } }), rsp = cpu?.registers.find(({ name }) => name === 'RSP')?.value ?? 0n;
  await lab.panel('CPU & rings').locator('[data-reg=RSP]').click();
  await expect(space).toHaveAttribute('aria-label', new RegExp(`^Address space: RSP is ${rsp.toString(16)}, in .*stack`));
  // By the keyboard: an area below, and to its beginning.
  await chosen.focus();
  await lab.page.keyboard.press('ArrowDown');
  await lab.page.keyboard.press('Enter');
  await expect(chosen).toBeFocused();
  await expect(space).not.toHaveAttribute('aria-label', /RSP/);
  // Typed: a name of the program, then one of nothing.
  const field = space.getByRole('textbox', { name: /^Walk an address/ });
  await field.fill('main');
  await field.press('Enter');
  await expect(space.locator('.as-leads')).toContainText('main');
  await field.fill('nothing at all');
  await field.press('Enter');
  await expect(space.getByRole('status')).toContainText('nothing at all');
  await space.getByRole('button', { name: 'Address space as a table' }).click();
  await expect(space.getByRole('row').filter({ hasText: /^PML4E\d/ })).toHaveCount(1);
  await space.getByRole('button', { name: 'Address space as a table' }).click();
});
