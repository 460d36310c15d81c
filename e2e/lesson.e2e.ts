/** A lesson beside the lab, as a student plays it: asked before it is shown, answered wrongly and rightly, a switch flipped, a link shared. */
import { deflateRawSync } from 'node:zlib';
import { expect, test, accessible } from './fixtures.ts';
import { asCourse } from '../src/link/lesson.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

const LINK = '#v=1&scenario=lost-red-zone';
const pane = (lab: LabPage) => lab.page.getByRole('complementary', { name: 'Lesson' });
const step = (lab: LabPage, name: string) => pane(lab).getByRole('navigation').getByRole('button', { name: new RegExp(`\\d ${name}$`) });

test('a lesson is played: asked first, wrong and right, flipped, mended, shared', { tag: ALWAYS }, async ({ lab, visitor }) => {
  test.setTimeout(120_000);
  await lab.open(LINK);
  await lab.page.getByRole('button', { name: 'Lesson', exact: true }).click();
  const lesson = pane(lab), steps = lesson.getByRole('navigation').getByRole('button');
  await expect(step(lab, 'live')).toHaveAttribute('aria-current', 'step');
  await expect(lesson).toContainText('no instruction has moved RSP');
  await lab.stopped();
  // What the prose says of RSP is what the machine says.
  const { cpu } = await lab.ask('views', { show: { cpu: true } });
  await expect(lesson).toContainText(cpu?.registers.find(({ name }) => name === 'RSP')?.value.toString(16) ?? '?');
  // The name of a step behind a question may be its answer.
  await expect(step(lab, 'lost')).toHaveCount(0);
  await expect(steps.nth(2)).toHaveText('Closed until you have answered: 3 …');
  await expect(steps.nth(2)).toBeDisabled();

  await lesson.getByRole('button', { name: 'Next' }).click();
  await expect(step(lab, 'question')).toHaveAttribute('aria-current', 'step');
  await expect(lesson.getByRole('group', { name: /Where does the CPU push/ })).toBeVisible();
  await lab.stopped();
  await accessible(lab.page);
  // Nothing that moves the machine on shows the answer.
  const asked = await lab.tick();
  for (const key of ['ArrowRight', 'b', '.', 'Space', 'End']) await lab.key(key);
  expect(await lab.tick()).toBe(asked);
  await expect(lab.page.getByRole('status').filter({ hasText: 'An answer is due first' })).toBeVisible();
  await lab.key('ArrowLeft');
  expect(await lab.tick()).toBe(asked - 1);
  await expect(lesson).toContainText('The lab shows another moment than this step.');
  await lab.key('r');
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(asked));

  // Wrong: the misconception is named, the moment that refutes it is offered, and nothing gives the answer.
  await lesson.getByRole('radio', { name: /TSS\.sp0/ }).check();
  await lesson.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(lesson.locator('.verdict')).toContainText('An interrupt always switches stacks.');
  await expect(lesson.getByRole('button', { name: 'Next' })).toHaveAttribute('title', 'Try again, or see the moment');
  await lab.stopped();
  expect(await lab.tick()).toBe(asked);
  await lesson.getByRole('button', { name: 'Show me the moment' }).click();
  await expect(lesson).toContainText('another moment');
  await lab.stopped();
  const refuted = await lab.tick();
  expect(refuted).toBeGreaterThan(asked);
  await lesson.getByRole('button', { name: 'Back to the step' }).click();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(asked));
  // Whoever has seen it may go on, and whoever tries again is asked again.
  await expect(lesson.getByRole('button', { name: 'Next' })).toBeEnabled();
  await expect(step(lab, 'lost')).toBeEnabled();
  await lesson.getByRole('button', { name: 'Try again' }).click();
  await expect(lesson.getByRole('button', { name: 'Next' })).toBeDisabled();

  // Right, by the keyboard alone.
  await lesson.getByRole('radio', { name: /TSS\.sp0/ }).focus();
  await lab.page.keyboard.press('3');
  await lab.page.keyboard.press('Enter');
  await expect(lesson.locator('.verdict')).toContainText('Yes.');
  await lab.stopped();
  expect(await lab.tick()).toBe(refuted);

  await lesson.getByRole('button', { name: 'Next' }).click();
  await expect(lesson).toContainText('The frame covers the sums');
  await expect(lab.panelById('stacks')).toBeVisible();
  await lab.settled();
  const lost = await lab.tick(), hash = await lab.hash();

  // The link goes to the same tick, hash and step in a fresh profile.
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(lab.page.getByTestId('link')).toHaveValue(/lesson=lost/);
  const link = await lab.page.getByTestId('link').inputValue();
  await lab.page.keyboard.press('Escape');
  const other = await visitor();
  await other.open(new URL(link).hash);
  await expect(step(other, 'lost')).toHaveAttribute('aria-current', 'step');
  await other.stopped();
  expect([await other.tick(), await other.hash()]).toEqual([lost, hash]);

  // One click flips the switch, and the checks of the other build are held against its run.
  await lesson.getByRole('button', { name: 'Next' }).click();
  await lesson.getByRole('button', { name: 'Run to the end and check' }).click();
  await expect(lesson.getByRole('listitem').filter({ hasText: 'prints wrong' })).toHaveAttribute('data-check', 'holds');
  await lesson.getByRole('button', { name: /^Flip it: APP_RED_ZONE=off/ }).click();
  await expect(lesson.getByRole('listitem').filter({ hasText: 'prints right' })).toHaveAttribute('data-check', 'holds', { timeout: 30_000 });
  await lab.stopped();
  expect((await lab.ask('views', { show: { console: true } })).console?.text).toContain('right');

  // It is kept in this browser, and forgotten when asked.
  await lab.settled();
  await lab.openAfresh(LINK);
  await lab.page.getByRole('button', { name: 'Lesson', exact: true }).click();
  await expect(step(lab, 'mend')).toHaveAttribute('aria-current', 'step');
  await lesson.getByRole('button', { name: 'Begin again' }).click();
  await expect(step(lab, 'live')).toHaveAttribute('aria-current', 'step');
  await expect(steps.nth(2)).toBeDisabled();
  // Nothing of the run that was is left to see what is asked for in.
  await lab.settled();
  const { status } = await lab.ask('seek', { tick: await lab.tick() });
  expect(status.live).toBe(status.tick);
});

test('not sure is an answer: the machine goes there and says what it is', async ({ lab }) => {
  await lab.open(`${LINK}&lesson=where`);
  const lesson = pane(lab);
  await lesson.getByRole('radio', { name: 'I am not sure' }).check();
  await lesson.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(lesson.locator('.verdict')).toContainText('RSP rounded down to 16');
  await expect(step(lab, 'lost')).toBeEnabled();
});

test('the gallery has a card for each scenario, with the moment at which it opens as a machine found it', async ({ lab }) => {
  test.setTimeout(120_000);
  await lab.open();
  await lab.command('Scenarios');
  const gallery = lab.page.getByRole('dialog', { name: 'Scenarios' }), { scenarios } = await lab.ask('catalogue', {});
  await expect(gallery.getByRole('heading', { level: 3 })).toHaveText(asCourse(scenarios).map(({ title }) => title));
  for (const { title } of scenarios) {
    const one = gallery.getByRole('listitem').filter({ has: lab.page.getByRole('heading', { name: title, exact: true }) });
    await expect(one).toContainText(/opens at tick [\d,]+/, { timeout: 60_000 });
  }
  await accessible(lab.page, '[role=dialog]');
  const card = gallery.getByRole('listitem').filter({ hasText: 'The 128 bytes' });
  const tick = Number(/tick ([\d,]+)/.exec((await card.textContent()) ?? '')?.[1].replaceAll(',', ''));
  await card.getByRole('button', { name: /^Open/ }).click();
  await expect(step(lab, 'live')).toHaveAttribute('aria-current', 'step', { timeout: 30_000 });
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(tick));
});

/** A file of one's own, by the keyboard: a browser that lets the page look at it again is asked for it in its own way, this one in every browser's. */
async function choose(lab: LabPage, text: string): Promise<void> {
  await lab.page.evaluate(() => Object.assign(window, { showOpenFilePicker: undefined }));
  const asked = lab.page.waitForEvent('filechooser');
  await lab.command('Open a lesson from a file');
  await (await asked).setFiles({ name: 'mine.md', mimeType: 'text/markdown', buffer: Buffer.from(text) });
}

test('a file dropped on the page is a lesson, or all that is wrong with it; nothing in it runs or is fetched', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open();
  const drop = (text: string) => lab.page.evaluate((content) => {
    const data = new DataTransfer();
    data.items.add(new File([content], 'mine.md', { type: 'text/markdown' }));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, text);
  const good = `---\nid: mine\ntitle: Mine\nquestion: Whose?\napp: hello\n---\n:::stop{#here at="syscall(write)"}\nHere it is, {{ring}}.\n:::\n`;
  const fetched: string[] = [];
  lab.page.on('request', (request) => fetched.push(request.url()));
  const lesson = pane(lab);
  await expect(async () => {
    await drop(good.replace('Here it is', 'Look: <img src=https://example.org/x.png onerror=alert(1)> [a](javascript:alert(2)) ![b](https://example.org/y.png)')
      .replace('syscall(write)', 'syscal(write)'));
    await expect(lesson.getByRole('alert')).toContainText('cannot be opened', { timeout: 1000 });
  }).toPass();
  for (const where of ['7:19', '8:7', '8:64', '8:85']) await expect(lesson.getByRole('alert')).toContainText(where);
  await expect(lesson.locator('img')).toHaveCount(0);
  await drop(good);
  await expect(lesson).toContainText('Here it is, 0.', { timeout: 30_000 });
  expect(fetched.filter((url) => url.includes('example.org'))).toEqual([]);
});

test('where a run cannot go on without somebody, its lesson says so', async ({ lab }) => {
  await lab.open();
  await choose(lab, `---\nid: mine\ntitle: Mine\nquestion: Whose?\napp: console-echo\ninput: "hello\\n"\n---
:::stop{#first at="syscall(write)"}\nOne.\n:::\n`);
  await pane(lab).getByRole('button', { name: 'Next' }).click();
  await pane(lab).getByRole('button', { name: 'Run to the end' }).click();
  await expect(pane(lab)).toContainText('the machine waits for somebody to type into Console');
});

test('a lesson that is being written is shared from its beginning, and whoever follows the link sees it', async ({ lab, visitor }) => {
  await lab.open('#v=1&scenario=hello');
  await lab.command('Write a lesson');
  const text = lab.page.getByRole('textbox', { name: 'Text of your lesson' });
  await text.click();
  // As long as there is none, there is the moment.
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(lab.page.getByRole('dialog', { name: 'Share this moment' }).getByRole('radio', { name: /^The lesson/ })).toHaveCount(0);
  await lab.page.keyboard.press('Escape');
  await text.click();
  await lab.page.keyboard.press('Control+A');
  await lab.page.keyboard.insertText('---\nid: mine\ntitle: Mine\nquestion: Whose?\napp: hello\n---\n:::stop{#first at="syscall(write)"}\nOne.\n:::\n');
  await lab.command('Continue');
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = lab.page.getByRole('dialog', { name: 'Share this lesson' });
  await expect(dialog.getByTestId('link-parts')).toContainText('the text of mine.md');
  await expect(dialog.getByRole('textbox')).not.toHaveValue('');
  const link = await lab.page.getByTestId('link').inputValue(), other = await visitor();
  await dialog.getByRole('radio', { name: 'This moment' }).check();
  await expect(lab.page.getByRole('dialog', { name: 'Share this moment' })).toBeVisible();
  await other.open(new URL(link).hash);
  await expect(step(other, 'first')).toHaveAttribute('aria-current', 'step');
  await expect(pane(other)).toContainText('One.');
  await other.settled();
  const { status } = await other.ask('seek', { tick: await other.tick() });
  expect(status.live).toBe(status.tick);
  // Also for who has been farther in it.
  await pane(other).getByRole('button', { name: 'Next' }).click();
  await expect(pane(other)).toContainText('The lesson is over.');
  await other.settled();
  await other.openAfresh(new URL(link).hash);
  await expect(step(other, 'first')).toHaveAttribute('aria-current', 'step');

  // It can be seen that it was copied, over the dialog.
  await lab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await lab.page.getByRole('dialog').getByRole('button', { name: 'Copy link' }).click();
  const copied = lab.page.getByText('Link copied.');
  await expect(copied).toBeVisible();
  expect(await copied.evaluate((said) => {
    const { x, y, width, height } = said.getBoundingClientRect();
    (said as HTMLElement).style.pointerEvents = 'auto';
    return document.elementFromPoint(x + width / 2, y + height / 2) === said;
  })).toBe(true);

  // One with a mistake is not sent to anybody.
  await lab.page.keyboard.press('Escape');
  await text.click();
  await lab.page.keyboard.press('Control+End');
  await lab.page.keyboard.insertText('{{nobody}}');
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(lab.page.getByRole('dialog').getByRole('alert')).toContainText('mend line 10');
  await expect(lab.page.getByTestId('link')).toHaveValue('');
});

test('a lesson of one\'s own is in its link: a stranger plays it at the same moment, and so does a reload', async ({ lab, visitor }) => {
  await lab.open();
  const text = `---\nid: mine\ntitle: Mine\nquestion: Whose?\napp: hello\n---\n:::stop{#first at="syscall(write)"}\nOne.\n:::
:::stop{#second at="event(ring-change, to=3)" show="cpu"}\nHere it is, {{ring}}.\n:::\n`;
  await choose(lab, text);
  const lesson = pane(lab);
  await expect(lesson).toContainText('One.', { timeout: 30_000 });
  await lesson.getByRole('button', { name: 'Next' }).click();
  await expect(lesson).toContainText('Here it is, 3.');
  await lab.settled();
  const state = await lab.state();
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(lab.page.getByTestId('link-parts')).toContainText('the text of mine.md');
  const link = await lab.page.getByTestId('link').inputValue(), other = await visitor();
  await lab.page.keyboard.press('Escape');
  await other.open(new URL(link).hash);
  await expect(step(other, 'second')).toHaveAttribute('aria-current', 'step');
  await expect(pane(other)).toContainText('Here it is, 3.');
  await expect(pane(other)).toContainText('mine.md');
  await other.settled();
  expect(await other.state()).toBe(state);
  await expect(other.page).toHaveURL(/scenario=mine/);
  await other.page.reload();
  await expect(pane(other)).toContainText('Here it is, 3.', { timeout: 30_000 });
  await other.command('Write a lesson');
  await expect(other.page.getByRole('textbox', { name: 'Text of your lesson' })).toContainText('#second at="event(ring-change, to=3)"');
  await other.page.getByRole('button', { name: 'Close the text, back to the lesson' }).click();
  await other.settled();

  // One that somebody has tampered with opens nothing and runs nothing.
  const bad = text.replace('One.', '<img src=x onerror=alert(1)>'), own = { file: 'mine.md', text: bad };
  const wrong = deflateRawSync(JSON.stringify({ own })).toString('base64url');
  await other.open(`#v=1&scenario=mine&z=${wrong}`);
  await expect(pane(other).getByRole('alert')).toContainText('mine.md cannot be opened: one mistake');
  await expect(pane(other).getByRole('alert')).toContainText('8:1');
  await expect(pane(other).locator('img')).toHaveCount(0);
});

test('where there is room for one, lesson and lab are two tabs', async ({ visitor }) => {
  const lab = await visitor({ viewport: { width: 683, height: 384 } });
  await lab.open(`${LINK}&lesson=live`);
  await expect(pane(lab)).toBeVisible();
  await lab.page.getByRole('button', { name: 'Lab', exact: true }).click();
  await expect(pane(lab)).toHaveCount(0);
  await expect(lab.panelById('stacks')).toBeVisible();
});
