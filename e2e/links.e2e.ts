/** Links: what a bad one gets, and that a good one keeps its promise. Nothing a link says may leave a blank page or run as script. */
import { deflateRawSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

const pack = (value: unknown): string => deflateRawSync(JSON.stringify(value)).toString('base64url');

/** What every bad link must still give: a message that says what was wrong, and a machine one can step. */
async function serves(lab: LabPage, message: RegExp | string): Promise<void> {
  await expect(lab.page.getByRole('alert').filter({ hasText: message })).toBeVisible();
  await lab.stopped();
  const before = await lab.tick();
  await lab.press('Step');
  expect(await lab.tick()).toBe(before + 1);
}

const BAD: readonly [string, string, RegExp][] = [
  ['an unknown scenario', '#v=1&scenario=no-such-thing', /no scenario "no-such-thing".*console-echo/],
  ['an unknown configuration', '#v=1&scenario=hello&config=windows', /no configuration "windows".*linux.*ukl/],
  ['an unknown application', '#v=1&scenario=hello&app=doom', /no application "doom".*console-echo/],
  ['an unknown switch', '#v=1&scenario=hello&set=NO_SUCH:on', /no switch "NO_SUCH".*APP_RED_ZONE/],
  ['a wrong value of a switch', '#v=1&scenario=hello&set=APP_RED_ZONE:maybe', /APP_RED_ZONE cannot be "maybe".*on/],
  ['switches that exclude each other', '#v=1&scenario=hello&config=ukl&set=SMEP_SMAP:on', /SMEP_SMAP/],
  ['a packed part that is not base64', '#v=1&scenario=hello&z=%%%', /cannot be read|damaged/],
  ['a packed part that does not inflate', '#v=1&scenario=hello&z=AAAAAAAA', /damaged/],
  ['a packed part that was cut', `#v=1&scenario=hello&z=${pack({ inputs: [{ tick: 1, text: 'hello' }] }).slice(0, 12)}`, /damaged/],
  ['a packed part that inflates without end', `#v=1&scenario=hello&z=${pack('x'.repeat(8_000_000))}`, /damaged/],
  ['a packed part of the wrong shape', `#v=1&scenario=hello&z=${pack({ inputs: 'all of it' })}`, /inputs makes no sense/],
  ['a file outside the guest', `#v=1&scenario=hello&z=${pack({ edits: { '../../etc/passwd': [] } })}`, /makes no sense/],
  ['an edit that does not fit', `#v=1&scenario=hello&z=${pack({ edits: { 'apps/hello.c': [{ at: 0, from: ['not a line of it'], to: ['x'] }] } })}`,
    /edit of apps\/hello\.c does not fit/],
  ['a fragment of 100,000 characters', `#v=1&scenario=hello&z=${'A'.repeat(100_000)}`, /too long/],
  ['another version', '#v=99&scenario=hello', /version 99/],
  ['no version at all', '#scenario=hello', /no version/],
  ['a tick that is no number', '#v=1&scenario=hello&t=soon', /tick "soon" is not a number/],
  ['a script in the place of a name', `#v=1&scenario=${encodeURIComponent('<img src=x onerror=window.hurt=1>')}`, /cannot be the name of a scenario/],
  ['a script in the place of an application', `#v=1&scenario=hello&app=${encodeURIComponent('"><script>window.hurt=1</script>')}`, /is not a name/],
];

// One page for all: a new fragment is what following a link in the same tab does.
test('each bad link says what is wrong with it, and the lab still works', { tag: ALWAYS }, async ({ lab }) => {
  test.setTimeout(180_000);
  await lab.open();
  for (const [what, fragment, message] of BAD) {
    await test.step(what, async () => {
      await lab.page.evaluate((hash) => {
        window.location.hash = hash;
      }, fragment);
      await expect(lab.page.getByRole('alert').filter({ hasText: message }).first()).toBeVisible();
      // A name that there is none of: what there is stands in the gallery.
      if (/^an unknown|^a wrong value/.test(what)) {
        await expect(lab.page.getByRole('dialog', { name: 'Scenarios' }).getByRole('alert')).toContainText(message);
        await lab.page.keyboard.press('Escape');
      }
      await expect(lab.page.getByRole('dialog')).toHaveCount(0);
      await serves(lab, message);
      expect(await lab.page.evaluate(() => 'hurt' in window)).toBe(false);
    });
  }
});

test('a bad link is answered on a cold load too, with the gallery when there is nothing to open', async ({ lab }) => {
  await lab.page.goto('./#v=1&scenario=no-such-thing');
  await expect(lab.page.getByRole('dialog', { name: 'Scenarios' }).getByRole('alert')).toContainText('no scenario "no-such-thing"');
  await lab.page.keyboard.press('Escape');
  await serves(lab, /no scenario "no-such-thing"/);
});

test('a tick beyond the end of the run opens somewhere, and the page says where', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux&t=999999999999');
  await expect(lab.terminal).toContainText('hello');
  await lab.press('Back');
});

test('a link keeps scenario, configuration, switches, input, breakpoints and edits', async ({ lab, visitor }) => {
  const source = await (async () => {
    await lab.open('#v=1&scenario=console-echo&config=ukl&set=APP_RED_ZONE:on');
    return lab.ask('source', { file: 'apps/console-echo.c' });
  })();
  expect(source).not.toBeNull();
  await lab.press('Run');
  await lab.typeLine('kept');
  await expect(lab.terminal).toHaveText(/kept\s*kept/);
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  await lab.goToCall('write');
  await lab.page.keyboard.press('F9');
  await expect(lab.panel('Code').locator('.bp')).toHaveCount(1);
  await lab.key('ArrowRight');
  await lab.settled();
  const other = await visitor();
  await other.page.goto(lab.page.url());
  await other.settled();
  expect(await other.state()).toBe(await lab.state());
  await expect(other.page.getByRole('radio', { name: 'ukl', exact: true })).toBeChecked();
  await expect(other.page.getByRole('button', { name: /app red zone on/ })).toBeVisible();
  await expect(other.panel('Code').locator('.bp')).toHaveCount(1);
  await other.press('Run');
  await expect(other.terminal).toHaveText(/kept\s*kept/);
});

test('a reload comes back to the same moment', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  await lab.key('b');
  await lab.settled();
  const before = await lab.state();
  await lab.page.reload();
  await lab.settled();
  expect(await lab.state()).toBe(before);
});

test('that an application was chosen, and no scenario, is still so after a reload', async ({ lab }) => {
  const scenario = (name: RegExp) => lab.page.getByRole('button', { name });
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await expect(scenario(/^Scenario: (?!none)/)).toBeVisible();
  await lab.page.getByRole('button', { name: /^App:/ }).click();
  await lab.page.getByRole('menuitemradio', { name: /^quicksort/ }).click();
  await lab.settled();
  await expect(scenario(/^Scenario: none$/)).toBeVisible();
  await expect.poll(() => lab.page.url()).toContain('&app=quicksort&by=app');
  await lab.page.reload();
  await lab.settled();
  await expect(scenario(/^Scenario: none$/)).toBeVisible();
  await expect(lab.page.getByRole('button', { name: 'App: quicksort' })).toBeVisible();
});

test('a stock link is under two kilobytes', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Step');
  await lab.settled();
  expect(lab.page.url().length).toBeLessThan(2_000);
});

test('a link opens the file and selects the slot and the address that its writer had selected', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  const slot = await lab.panel('Stacks').getByRole('option').first().getAttribute('data-slot') ?? '?';
  await lab.openAfresh(`#v=1&scenario=hello&config=linux&sel=slot:${slot},walk:%3Drsp,file:apps%2Fhello.c:6`);
  await expect(lab.panel('Code').locator('[data-tip="apps/hello.c"]')).toHaveAttribute('aria-selected', 'true');
  await expect(lab.panel('Stacks').getByRole('option', { selected: true })).toHaveAttribute('data-slot', slot);
  await expect.poll(() => decodeURIComponent(lab.page.url())).toContain(`sel=slot:${slot},walk:=rsp,file:apps/hello.c:6`);
  await lab.openAfresh('#v=1&scenario=hello&config=linux&sel=file:..%2Fpasswd');
  await expect(lab.page.getByRole('alert')).toContainText('selection "file:../passwd" cannot be read');
});
