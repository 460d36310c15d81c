/** Descriptor tables: the rows that the CPU used light up, the keyboard leads to the code, the numbers are the machine's. */
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';

const SHOTS = 'test-results/screenshots';

test('the last delivery lights up in IDT, TSS and GDT, and a gate leads to its code', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  const { tick } = (await lab.ask('events', { from: 0, to: 1e9, kinds: ['exception'], limit: 1000 })).find(({ fields }) => fields['ring'] === 3) ?? { tick: 0 };
  await lab.goTo(tick + 1);
  await lab.page.keyboard.press('9');
  const tables = lab.panelById('tables'), lit = tables.getByRole('option', { selected: true });
  await expect(tables).toHaveAttribute('aria-label', /^Tables: CPU 0 last delivered #PF from ring 3 at tick [\d,]+, by a gate to \w+, on the stack that sp0 /);
  await expect(lit).toHaveCount(3);
  await expect(lit.nth(0)).toBeFocused();
  const { cpu } = await lab.ask('views', { show: { cpu: true } }), rip = cpu?.registers.find(({ name }) => name === 'RIP')?.value ?? 0n;
  await expect(lit.nth(0)).toHaveAttribute('aria-label', new RegExp(`^Vector 14, #PF: interrupt gate to \\w+ at ${rip.toString(16)}, `));
  // All three are said where nothing scrolls.
  await expect(tables.locator('.dt-last')).toContainText(/#PF▸gate 14▸CS 10▸sp0, .*stack/);
  await expect(lit.nth(1)).toHaveAttribute('aria-label', /^sp0 is [0-9a-f]+, .*stack/);
  await expect(lit.nth(2)).toHaveAttribute('aria-label', /, in CS; the last delivery loaded it$/);
  await accessible(lab.page, '[data-panel=tables]');
  for (const theme of ['dark', 'light'] as const) {
    await lab.command(`Theme: ${theme}`);
    for (const [width, height] of [[1366, 768], [1920, 1080]] as const) {
      await lab.page.setViewportSize({ width, height });
      await layoutHolds(lab.page, `tables, ${theme}, ${width} x ${height}`);
      await lab.page.screenshot({ path: `${SHOTS}/tables-${theme}-${width}x${height}.png`, animations: 'disabled' });
    }
  }
  // By the keyboard: down to the next gate, up again, into its code.
  await lab.page.keyboard.press('9');
  await lit.nth(0).focus();
  await lab.page.keyboard.press('ArrowDown');
  await expect(lit.nth(0)).not.toBeFocused();
  await lab.page.keyboard.press('ArrowUp');
  await lab.page.keyboard.press('Enter');
  await expect(lab.panel('Code')).toContainText('entry_64.S');
  await tables.getByRole('button', { name: 'Tables as a table' }).click();
  await expect(tables.getByRole('row').filter({ hasText: '#PF' })).toHaveAttribute('aria-current', 'true');
  await tables.getByRole('button', { name: 'Tables as a table' }).click();
});
