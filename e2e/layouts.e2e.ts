/** Sizes and themes: what changes, what must not, and pictures of all of them to look at (test-results/screenshots). */
import { PANEL_NAMES } from '../src/link/panels.gen.ts';
import { expect, test } from './fixtures.ts';
import { layoutHolds, wordsIn } from './geometry.ts';
import type { LabPage } from './lab-page.ts';

// Dark and light differ in colours alone: what holds of the layout in one holds in the other.
const SHOTS = 'test-results/screenshots';
const shot = (lab: LabPage, name: string): Promise<Buffer> => lab.page.screenshot({ path: `${SHOTS}/${name}.png`, animations: 'disabled' });

/** At the boundary of write(), where every panel has something to show. */
async function atWrite(lab: LabPage, config: string): Promise<void> {
  await lab.open(`#v=1&scenario=console-echo&config=${config}`);
  await lab.press('Run');
  await lab.typeLine('hello');
  await expect(lab.terminal).toHaveText(/hello\s*hello/);
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  await lab.goToCall('write');
  await lab.key('b');
}

for (const config of ['linux', 'ukl', 'ukl-nss']) {
  test(`pictures of ${config} at both sizes in all themes`, async ({ lab }) => {
    test.setTimeout(120_000);
    await atWrite(lab, config);
    for (const theme of ['dark', 'light', 'projector'] as const) {
      await lab.command(`Theme: ${theme}`);
      for (const [width, height] of [[1366, 768], [1920, 1080]] as const) {
        await lab.page.setViewportSize({ width, height });
        await expect(lab.panel('Code').locator('.ln.next')).toBeInViewport();
        if (theme !== 'light') await layoutHolds(lab.page, `${config}, ${theme}, ${width} x ${height}`);
        await shot(lab, `${config}-${theme}-${width}x${height}`);
      }
    }
  });
}

test('pictures of sheets, tables, an error and a fault', async ({ lab }) => {
  test.setTimeout(120_000);
  await atWrite(lab, 'linux');
  for (const [name, keys] of [['palette', 'Control+K'], ['help', '?'], ['goto', 'g']] as const) {
    await lab.page.keyboard.press(keys);
    await expect(lab.page.getByRole('dialog')).toBeVisible();
    await shot(lab, name);
    await lab.page.keyboard.press('Escape');
  }
  for (const title of ['Scenarios', 'Switches of the build', 'Share this moment']) {
    await lab.command(title);
    await expect(lab.page.getByRole('dialog')).toBeVisible();
    await shot(lab, title.split(' ')[0]?.toLowerCase() ?? title);
    await lab.page.keyboard.press('Escape');
  }
  await lab.panel('CPU & rings').getByRole('button', { name: /^Sub-steps/ }).click();
  await shot(lab, 'sub-steps');
  await lab.edit('apps/console-echo.c');
  await lab.page.keyboard.insertText('int broken = ;');
  await lab.page.keyboard.press('Control+Enter');
  await expect(lab.panel('Code').getByRole('alert')).toBeVisible();
  await shot(lab, 'edit-error');
  await lab.open('#v=1&scenario=lost-red-zone&config=ukl&set=APP_RED_ZONE:on');
  await lab.command('Stop when someone else writes into a red zone');
  await lab.press('Run');
  await shot(lab, 'red-zone');
});

test('wider screens enlarge everything in proportion', async ({ lab }) => {
  await lab.open();
  const rootSize = () => lab.page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
  const usual = await rootSize();
  await lab.page.setViewportSize({ width: 1920, height: 1080 });
  await expect.poll(async () => (await rootSize()) / usual).toBeCloseTo(1.125, 3);
  await lab.page.setViewportSize({ width: 2560, height: 1440 });
  await expect.poll(async () => (await rootSize()) / usual).toBeCloseTo(1.375, 3);
  await layoutHolds(lab.page, 'layout');
});

test('a medium screen keeps Code and Stacks on top and puts the rest into tabs', async ({ visitor }) => {
  const lab = await visitor({ viewport: { width: 1024, height: 768 } });
  await lab.open();
  await layoutHolds(lab.page, 'layout');
  for (const name of ['Code', 'Stacks', 'Timeline'] as const) await expect(lab.panel(name)).toBeInViewport({ ratio: 0.95 });
  // The panel that the scenario names first is before its neighbours.
  await expect(lab.panel('CPU & rings')).toBeInViewport({ ratio: 0.95 });
  for (const tab of ['Console', 'Syscall path', 'CPU & rings'] as const) {
    await lab.page.getByRole('tab', { name: tab, exact: true }).click();
    await expect(lab.panel(tab)).toBeInViewport({ ratio: 0.95 });
  }
  // A key reaches a panel that is behind others.
  await lab.page.keyboard.press('6');
  await expect(lab.panel('Console')).toBeInViewport({ ratio: 0.95 });
  await expect(lab.panel('Console').locator('textarea')).toBeFocused();
  await shot(lab, 'medium-1024x768');
});

for (const [width, height, what] of [[683, 384, 'a wide screen at 200 %'], [1280, 720, 'a beamer'], [1366, 768, 'a small laptop'], [1024, 768, 'a tablet'],
  [844, 390, 'a phone on its side'], [390, 844, 'a phone']] as const) {
  test(`${what}, ${width} x ${height}: the layout holds in all themes, in the past and with a message`, async ({ visitor }) => {
    test.setTimeout(120_000);
    const lab = await visitor({ viewport: { width, height } });
    await lab.open('#v=1&scenario=console-echo&config=linux');
    for (const theme of ['dark', 'light', 'projector'] as const) {
      await lab.command(`Theme: ${theme}`);
      if (theme !== 'light') await layoutHolds(lab.page, `${theme}, live`);
      await lab.key('ArrowLeft');
      if (theme !== 'light') await layoutHolds(lab.page, `${theme}, past`);
      await shot(lab, `${theme}-${width}x${height}`);
      await lab.key('End');
    }
    // A key that does nothing is told while the machine waits; the words may take more than a line.
    await lab.command('Run or pause');
    await lab.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await lab.page.keyboard.press('x');
    await expect(lab.page.getByRole('status').filter({ hasText: 'no key of this page' })).toBeVisible();
    await layoutHolds(lab.page, 'with a message');
  });
}

test('at 200 % every control of the wide page is there', async ({ visitor }) => {
  test.setTimeout(120_000);
  const lab = await visitor({ viewport: { width: 683, height: 384 } });
  const { page } = lab;
  await lab.open('#v=1&scenario=console-echo&config=linux');
  const tabs = page.locator('.dock-tab');
  await expect(tabs).toHaveCount(PANEL_NAMES.length);
  for (const tab of await tabs.all()) {
    await tab.click();
    await expect(page.locator('[data-panel]').filter({ visible: true })).toHaveCount(1);
    await layoutHolds(page, await tab.innerText());
  }
  // Configuration, unit, run and console; scenario, share, theme, help.
  await page.getByRole('button', { name: /^Configuration:/ }).click();
  await page.getByRole('menuitemradio', { name: /^ukl / }).or(page.getByRole('menuitemradio', { name: /^ukl$/ })).first().click();
  await expect(page.getByRole('button', { name: 'Configuration: ukl', exact: true })).toBeVisible();
  await lab.stopped();
  await page.getByRole('button', { name: /^Unit of a step:/ }).click();
  await page.getByRole('menuitemradio', { name: 'Boundary' }).click();
  await lab.press('Step');
  await lab.press('Run');
  await page.getByTestId('deed').click();
  await expect(lab.panel('Console').locator('textarea')).toBeFocused();
  await page.keyboard.type('small\n');
  await expect(lab.terminal).toHaveText(/small\s*small/);
  await lab.stopped();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog', { name: 'Share this moment' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keys and help' }).click();
  await expect(page.getByRole('dialog', { name: 'Keys and help' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Theme: dark/ }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: /^Scenario/ }).click();
  await page.getByRole('menuitem').nth(1).click();
  await lab.stopped();
});

test('a phone shows where we are, and steps with the thumb', async ({ visitor }) => {
  const lab = await visitor({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await lab.open();
  await layoutHolds(lab.page, 'layout');
  const step = lab.page.getByRole('button', { name: 'Step', exact: true });
  const box = await step.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(44);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(780);
  const before = await lab.tick();
  await step.tap();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(before + 1));
  await lab.page.getByRole('button', { name: 'Back', exact: true }).tap();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(before));
  await expect(lab.panel('Code')).toBeInViewport();
  await shot(lab, 'phone-390x844');
  // And one can type: the console is a swipe away, or one press.
  await lab.key('End');
  await lab.page.getByTestId('deed').tap();
  await expect(lab.panel('Console')).toBeInViewport({ ratio: 0.9 });
  await expect(lab.panel('Console').locator('textarea')).toBeFocused();
  await lab.page.keyboard.insertText('by thumb');
  await lab.page.keyboard.press('Enter');
  await expect(lab.terminal).toHaveText(/by thumb\s*by thumb/);
  await lab.stopped();
  await shot(lab, 'phone-console');
});

test('a low screen keeps whole rows and scrolls inside its panels', async ({ visitor }) => {
  const lab = await visitor({ viewport: { width: 1366, height: 640 } });
  await lab.open();
  await layoutHolds(lab.page, 'layout');
  for (const id of PANEL_NAMES) await expect(await lab.inFront(id)).toBeInViewport({ ratio: 0.95 });
  await shot(lab, 'low-1366x640');
});

test('a link can choose the panels', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux&panels=code,stacks');
  await expect(lab.panel('Code')).toBeVisible();
  await expect(lab.panel('Stacks')).toBeVisible();
  await expect(lab.panel('Console')).toHaveCount(0);
  await layoutHolds(lab.page, 'layout');
  await lab.press('Step');
  await shot(lab, 'chosen-panels');
});

test('however wide the panel of the CPU is, no register of it is cut', async ({ lab }) => {
  test.setTimeout(180_000);
  // A step of the kernel's, at which registers are as long as they get.
  await lab.open('#v=1&scenario=second-fault&panels=cpu');
  await lab.ask('run', { direction: 'forward', until: { kind: 'event', event: 'exception' } });
  await lab.key('ArrowRight');
  await expect(lab.panel('CPU & rings').locator('.general .upper')).not.toHaveCount(0);
  for (const theme of ['dark', 'projector']) {
    await lab.command(`Theme: ${theme}`);
    for (let width = 240; width < 1340; width += 8) {
      await lab.panel('CPU & rings').evaluate((panel, to) => panel.style.setProperty('width', `${to}px`), width);
      await expect.poll(() => wordsIn(lab.page, '[data-panel="cpu"] .panel-body'), `${theme}, ${width} wide`).toEqual([]);
    }
    await lab.page.screenshot({ path: `${SHOTS}/cpu-wide-${theme}.png`, animations: 'disabled' });
  }
});

test('a panel can fill the dock and go back', async ({ lab }) => {
  await lab.open();
  const narrow = (await lab.panel('Stacks').boundingBox())?.width ?? 0;
  await lab.page.keyboard.press('2');
  await lab.page.keyboard.press('f');
  await expect(lab.panel('Code')).toHaveCount(0);
  expect((await lab.panel('Stacks').boundingBox())?.width).toBeGreaterThan(narrow * 2);
  await lab.press('Step');
  await lab.page.keyboard.press('f');
  await expect(lab.panel('Code')).toBeVisible();
});

test('with reduced motion nothing is animated', async ({ visitor }) => {
  const lab = await visitor({ reducedMotion: 'reduce' });
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.key('b');
  const running = await lab.page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length);
  expect(running).toBe(0);
  const longest = await lab.page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('*')].flatMap((element) =>
    getComputedStyle(element).transitionDuration.split(',').map(Number.parseFloat))));
  expect(longest).toBeLessThanOrEqual(0.01);
});
