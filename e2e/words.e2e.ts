/**
 * Every panel at the moment at which something goes wrong, at every size: what it says is all there, and nothing stands on anything else. The moment of a
 * lesson about a failure is its last stop. An ordinary run takes two of these lessons, RINGSIDE_SWEEP=1 all.
 */
import { loadScenarios } from '../src/lab/scenario.ts';
import { scenarioSources } from '../src/lab/sources.ts';
import { PANEL_NAMES } from '../src/link/panels.gen.ts';
import { expect, test } from './fixtures.ts';
import { wordsIn } from './geometry.ts';
import { isSweep, turnOf } from './sample.ts';

test.describe.configure({ mode: 'parallel' });

const failures = [...loadScenarios(scenarioSources()).scenarios.values()].filter(({ tags }) => tags.includes('failure'));
const TURNS = Math.ceil(failures.length / 2);

for (const { id, title } of failures.filter((_, n) => isSweep || n % TURNS === turnOf(TURNS))) {
  test(`no word is cut or covered when it goes wrong: ${title}`, async ({ lab }) => {
    test.setTimeout(240_000);
    const { page } = lab, pane = page.getByRole('complementary', { name: 'Lesson' });
    await lab.open(`#v=1&scenario=${id}`);
    const { steps } = await lab.ask('lesson', {}), stop = steps.findLast(({ kind, applies }) => kind === 'stop' && applies)!;
    await lab.openAfresh(`#v=1&scenario=${id}&lesson=${stop.id}`);
    await expect(pane).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
    await lab.stopped();
    expect(await wordsIn(page, '[data-panel]'), 'beside the lesson').toEqual([]);
    await pane.getByRole('button', { name: 'Close the lesson' }).click();
    for (const [theme, width, height] of [['projector', 1280, 720], ['dark', 1366, 768], ['dark', 1920, 1080], ['dark', 683, 384]] as const) {
      await lab.command(`Theme: ${theme}`);
      await page.setViewportSize({ width, height });
      for (const panel of PANEL_NAMES) {
        await expect((await lab.inFront(panel)).locator('.panel-body')).not.toHaveText(/^(|This is being read from the machine\.)$/);
        await lab.stopped();
        expect.soft(await wordsIn(page, `[data-panel="${panel}"]`), `${theme}, ${width} x ${height}`).toEqual([]);
      }
    }
    // A phone has its cards beside each other, one swipe away.
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(page.locator('.cards')).toBeVisible();
    await expect(page.locator('.cards .panel-body').filter({ hasText: /^(|This is being read from the machine\.)$/ })).toHaveCount(0);
    await lab.stopped();
    expect.soft(await wordsIn(page, '[data-panel]'), 'a phone').toEqual([]);
  });
}
