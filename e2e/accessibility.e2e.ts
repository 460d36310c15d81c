/** axe on the page in every theme, with every menu and sheet open, and in the views one can switch to. */
import { PANEL_NAMES } from '../src/link/panels.gen.ts';
import { accessible, expect, test } from './fixtures.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

const WRITE = '#v=1&scenario=console-echo&config=linux';

async function atWrite(lab: LabPage): Promise<void> {
  await lab.open(WRITE);
  await lab.key('b');
  await lab.key('Shift+B');
}

for (const theme of ['dark', 'light', 'projector'] as const) {
  test(`nothing in the ${theme} theme, in the past, at a crossing`, async ({ lab }) => {
    await lab.open(WRITE);
    await lab.command(`Theme: ${theme}`);
    await expect(lab.page.locator('html')).toHaveAttribute('data-theme', theme);
    await lab.key('b');
    await lab.key('b');
    await lab.key('Shift+B');
    await accessible(lab.page);
  });
}

test('nothing with a menu or a sheet open', async ({ lab }) => {
  test.setTimeout(150_000);
  await atWrite(lab);
  const { page } = lab;
  const opened: [string, () => Promise<void>, string][] = [
    ['scenario menu', () => page.getByRole('button', { name: /^Scenario/ }).click(), '[role=menu]'],
    ['application menu', () => page.getByRole('button', { name: /^App/ }).click(), '[role=menu]'],
    ['overlay menu', () => lab.panel('Syscall path').getByRole('button', { name: /^Overlay/ }).click(), '[role=menu]'],
    ['about a panel', () => lab.panel('Stacks').getByRole('button', { name: /what it shows/ }).click(), '[role=dialog]'],
    ['source files', () => lab.panel('Code').getByRole('button', { name: 'Open a source file' }).click(), '[role=dialog]'],
    ['menu of a line', () => lab.panel('Code').locator('.ln.next').click({ button: 'right' }), '[role=menu]'],
    ['palette', () => page.keyboard.press('Control+K'), '[role=dialog]'],
    ['help', () => page.keyboard.press('?'), '[role=dialog]'],
    ['go to', () => page.keyboard.press('g'), '[role=dialog]'],
    ['share', () => page.getByRole('button', { name: 'Share' }).click(), '[role=dialog]'],
  ];
  for (const [name, open, what] of opened) {
    await test.step(name, async () => {
      await open();
      await expect(page.locator(what)).toBeVisible();
      await accessible(page, what);
      await page.keyboard.press('Escape');
      await expect(page.locator(what)).toHaveCount(0);
    });
  }
  for (const [title, name] of [['Scenarios', 'Scenarios'], ['Switches of the build', 'Switches of the build']] as const) {
    await test.step(name, async () => {
      await lab.command(title);
      await expect(page.getByRole('dialog', { name })).toBeVisible();
      await accessible(page, '[role=dialog]');
      await page.keyboard.press('Escape');
    });
  }
});

test('nothing in the table views, a source file, the editor and a message', { tag: ALWAYS }, async ({ lab }) => {
  test.setTimeout(120_000);
  await atWrite(lab);
  for (const id of PANEL_NAMES.filter((name) => name !== 'code')) {
    const panel = await lab.inFront(id);
    await panel.getByRole('button', { name: / as a table$/ }).and(lab.page.locator('[aria-pressed]')).click();
    // Or the sentence that says why there is none.
    await expect(panel.getByRole('table').or(panel.locator('.table-view > .empty')).first()).toBeVisible();
  }
  await lab.edit('apps/console-echo.c');
  await lab.page.keyboard.insertText('int broken = ;');
  await lab.page.keyboard.press('Control+Enter');
  await expect(lab.panel('Code').getByRole('alert')).toBeVisible();
  await accessible(lab.page);
});

test('every graphic says in one sentence what it shows', async ({ lab }) => {
  await atWrite(lab);
  for (const id of PANEL_NAMES) {
    const label = await (await lab.inFront(id)).getAttribute('aria-label') ?? '', sentence = label.slice(label.indexOf(': ') + 2);
    expect(sentence, id).toMatch(/^.{8,}\.$/s);
  }
  await expect(lab.panel('Code').getByTestId('narration')).not.toBeEmpty();
  const words = (await lab.panel('Code').getByTestId('narration').innerText()).split(/\s+/).length;
  expect(words, 'narration is at most 25 words').toBeLessThanOrEqual(25);
});
