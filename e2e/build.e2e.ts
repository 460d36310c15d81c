/** Build: the map of the images, lines of a flavour with their source, an edit as it is typed, switches beside them. */
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';

const SHOTS = 'test-results/screenshots';

test('the map, the lines of the flavour, an edit that is typed, and the switches', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=ukl');
  const build = await lab.inFront('build'), parts = await lab.ask('buildParts', {});
  await expect(build).toHaveAttribute('aria-label', /^Build: ukl, application hello: [\d,]+ bytes of code, built in \d+ ms; UKL adds/);
  await expect(build.locator('.bp-row')).toHaveCount(parts.images.reduce((sum, { rows }) => sum + rows.length, 0));
  await accessible(lab.page, '[data-panel=build]');
  const tabs = build.getByRole('radiogroup', { name: 'Part of the build' });
  for (const part of ['Link map', 'Source', 'Switches'] as const) {
    await tabs.getByRole('radio', { name: part }).click();
    for (const [theme, width, height] of [['dark', 1366, 768], ['projector', 1280, 720]] as const) {
      await lab.command(`Theme: ${theme}`);
      await lab.page.setViewportSize({ width, height });
      await layoutHolds(lab.page, `build, ${part}, ${theme}, ${width} x ${height}`);
      await lab.page.screenshot({ path: `${SHOTS}/build-${part.replace(' ', '-').toLowerCase()}-${theme}-${width}x${height}.png`, animations: 'disabled' });
    }
    await accessible(lab.page, '[data-panel=build]');
  }
  await lab.command('Theme: dark');
  await lab.page.setViewportSize({ width: 1366, height: 768 });
  // A line of the flavour leads to its source.
  await tabs.getByRole('radio', { name: 'Source' }).click();
  const [most] = parts.flavour.files;
  const lines = parts.flavour.lines.toLocaleString('en');
  await expect(build.getByRole('heading', { name: new RegExp(`ukl against the stock kernel: ${lines} lines`) })).toBeVisible();
  await build.getByRole('button', { name: new RegExp(`^${most!.file}`) }).click();
  await build.locator('.bp-lines button').first().click();
  await expect(lab.panel('Code')).toContainText(most!.lines[0]!.text.trim());
  // What is typed stands there as it is typed.
  await lab.edit('apps/hello.c');
  await lab.page.keyboard.press('Control+Home');
  await lab.page.keyboard.insertText('/* mine */\n');
  await expect(build.locator('.bp-hunk ins')).toContainText('/* mine */');
  // A switch that does not go with the others says why.
  await tabs.getByRole('radio', { name: 'Switches' }).click();
  await build.getByLabel('SYSCALL_RETURN', { exact: true }).selectOption('sysret');
  await expect(build.getByRole('alert')).toContainText(/needs PRIVILEGE=user/);
});
