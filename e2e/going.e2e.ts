/** Going somewhere on the page never loses one's place, and only a person's keys are input. */
import { CONSOLE_PORT, typedText } from '../src/base/input.ts';
import { expect, test } from './fixtures.ts';

/** Device status, where the cursor stands, attributes, a mode, a colour: a terminal answers each of them. */
const QUESTIONS = '\x1b[5n\x1b[6n\x1b[c\x1b[>c\x1b[?2026$p\x1b]11;?\x07';

test('what the terminal answers to a program is not typed, however often it is drawn', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  await lab.ask('input', { port: CONSOLE_PORT, bytes: new TextEncoder().encode(`${QUESTIONS}asked\n`) });
  await lab.press('Run');
  await expect(lab.terminal).toContainText('asked');
  const end = await lab.tick();
  for (const tick of [end - 100, end - 200, end]) await lab.goTo(tick);
  expect((await lab.ask('moment', {})).inputs).toHaveLength(1);
  // A person's keys and pastes still are.
  await lab.typeLine('keys');
  await lab.panel('Console').locator('.xterm').click();
  await lab.page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'pasted\n');
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(lab.terminal).toContainText('pasted');
  await lab.stopped();
  const { inputs } = await lab.ask('moment', {});
  expect(inputs.slice(1).map((input) => typedText(input)).join('')).toBe('keys\npasted\n');
});

test('a click on a line that never runs again stays, and u goes back on one\'s own path', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  const begun = await lab.tick();
  await lab.panel('Code').locator('.ln.next').click();
  await lab.stopped();
  if (await lab.tick() === begun) await expect(lab.panel('Code').getByTestId('narration')).toContainText('This is where you were');
  await lab.goTo(100);
  await lab.key('u');
  expect(await lab.tick()).toBe(begun);
  await lab.key('Shift+U');
  expect(await lab.tick()).toBe(100);
  await expect(lab.page).toHaveTitle(/, linux at tick 100 · Ringside$/);
});

test('a tick that nobody has been at is told, in a link and in the sheet, with a way on', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux&t=999999999999');
  await expect(lab.page.getByRole('status').filter({ hasText: /ends at tick \d+, before tick 999999999999/ })).toBeVisible();
  const end = await lab.tick();
  await lab.page.keyboard.press('g');
  await lab.page.getByRole('textbox', { name: /^Tick or percentage/ }).fill(String(end + 1));
  await expect(lab.page.getByRole('alert').filter({ hasText: /known up to tick .*Run on, or go to 100%/ })).toBeVisible();
  await lab.page.keyboard.press('Enter');
  await expect(lab.page.getByRole('dialog')).toBeVisible();
  await lab.page.getByRole('textbox', { name: /^Tick or percentage/ }).fill('100%');
  await lab.page.keyboard.press('Enter');
  await expect(lab.page.getByRole('dialog')).toHaveCount(0);
  expect(await lab.tick()).toBe(end);
});

test('search lists what one can run to, then where one has been, and what only sets a stop last', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  for (const [words, ahead, place, trap] of [['write', /^Run to the next write$/, /^write\(/, /^Stop at the function write/],
    ['exception', /^Run to the next exception/, /^#PF/, /^Stop at every exception/]] as const) {
    await lab.page.keyboard.press('Control+K');
    await lab.page.getByRole('combobox').fill(words);
    const options = lab.page.getByRole('option');
    await expect(options.first()).toHaveText(ahead);
    await expect(options.filter({ hasText: place }).first()).toBeVisible();
    const texts = await options.allInnerTexts(), last = texts.findLastIndex((text) => place.test(text));
    expect(texts.findIndex((text) => trap.test(text)), texts.join('\n')).toBeGreaterThan(last);
    await lab.page.keyboard.press('Escape');
  }
  expect((await lab.ask('moment', {})).tick).toBe(await lab.tick());
});

test('search goes to the next call of a name, to its return and to its end, by words in any order', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  const first = async (words: string): Promise<void> => {
    await lab.page.keyboard.press('Control+K');
    await lab.page.getByRole('combobox').fill(words);
    await lab.page.keyboard.press('Enter');
    await lab.stopped();
  };
  await lab.press('Run');
  await lab.typeLine('hey');
  await expect(lab.terminal).toContainText(/hey\s*hey/);
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  const call = async (): Promise<{ tick: number; endTick?: number }> => {
    const all = await lab.ask('syscalls', {}), found = all.find(({ name, ret }) => name === 'read' && ret === 4n);
    if (!found) throw new Error('no line was read');
    return found;
  };
  const { tick, endTick } = await call();
  const files = async (words: string): Promise<string> => {
    await lab.page.keyboard.press('Control+K');
    await lab.page.getByRole('combobox').fill(words);
    await expect(lab.page.getByRole('option').first()).toBeVisible();
    const text = await lab.page.getByRole('option').first().innerText();
    await lab.page.keyboard.press('Escape');
    return text;
  };
  expect(await files('read')).toBe('Run to the next read');
  expect(await files('read_write.c')).toMatch(/read_write\.c$/);
  expect(await files('syscall exit')).toBe('Run to the next exit');
  await lab.goTo(tick - 1);
  await first('system call read');
  const served = await lab.tick();
  expect(served).toBeGreaterThan(tick);
  expect(served).toBeLessThan(endTick ?? 0);
  await first('end of call');
  expect(await lab.tick()).toBe(endTick);
  await lab.key('Shift+E');
  expect(await lab.tick()).toBe(tick);
  await lab.key('e');
  expect(await lab.tick()).toBe(endTick);
  await lab.goTo(tick);
  await first('read returns');
  expect(await lab.tick()).toBe(endTick);
  await lab.goTo(served);
  await lab.panel('Syscall path').getByRole('button', { name: 'To its end' }).click();
  await lab.stopped();
  expect(await lab.tick()).toBe(endTick);
});

test('what only confirms moves nothing and goes by itself, and what comes under a resting pointer has no tooltip', async ({ lab }) => {
  await lab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  const line = lab.panel('Code').locator('.ln.next'), tip = lab.page.getByRole('tooltip');
  const place = (): ReturnType<typeof line.boundingBox> => line.boundingBox();
  const before = await place();
  await lab.command('Copy link');
  const said = lab.page.getByRole('status').filter({ hasText: 'Link copied.' });
  await expect(said).toBeVisible();
  expect(await place()).toEqual(before);
  await expect(said).toHaveCount(0, { timeout: 10_000 });

  // The palette covers the line, and the pointer rests there.
  if (!before) throw new Error('no line');
  await lab.page.keyboard.press('Control+K');
  await lab.page.getByRole('combobox').fill('Theme: light');
  await lab.page.mouse.move(before.x + 40, before.y + 4);
  await lab.page.keyboard.press('Enter');
  await expect(lab.page.getByRole('dialog')).toHaveCount(0);
  await expect(lab.page.locator('html')).toHaveAttribute('data-theme', 'light');
  // Longer than the pointer has to rest for one.
  await lab.page.waitForTimeout(700);
  await expect(tip).toHaveCount(0);
  await lab.page.mouse.move(before.x + 42, before.y + 4);
  await expect(tip).toBeVisible();
});

for (const [width, height] of [[1280, 800], [1440, 900]] as const) {
  test(`who is about to leave a CPU says for whom, in one row of ${width} pixels`, async ({ lab }) => {
    await lab.page.setViewportSize({ width, height });
    await lab.open('#v=1&scenario=console-echo&config=linux');
    await lab.press('Run');
    const switches = await lab.ask('events', { from: 0, to: Number.MAX_SAFE_INTEGER, kinds: ['context-switch'], limit: 1000 });
    const { tick, fields } = switches.findLast((one) => one.fields['fromComm'] === 'console-echo') ?? switches[0];
    await lab.goTo(tick);
    const shown = lab.transport.getByRole('button', { name: /^Shown: / });
    await expect(shown).toHaveAccessibleName(new RegExp(`^Shown: console-echo \\d+, CPU 0, about to leave for ${String(fields['toComm'])}; `));
    await expect(shown.getByText(`→ ${String(fields['toComm'])}`)).toBeInViewport({ ratio: 1 });
    const [first, last] = await Promise.all([lab.transport.getByRole('button', { name: 'Step', exact: true }), lab.page.getByTestId('where')]
      .map((one) => one.boundingBox()));
    expect(Math.abs((first?.y ?? 0) - (last?.y ?? 99))).toBeLessThan(8);
  });
}

test('on the timeline each task has its own look, idle is seen to be that, and a lock has its name where it has room', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  await lab.typeLine('hey');
  await expect(lab.terminal).toContainText(/hey\s*hey/);
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  const spans = (title: string) => lab.panel('Timeline').locator('.lane-row').filter({ has: lab.page.locator('.lab', { hasText: new RegExp(`^${title}$`) }) })
    .locator('.sp').evaluateAll((all) => all.map((span) => ({ what: span.getAttribute('data-tip') ?? '', text: span.textContent, width: span.clientWidth,
      look: ['backgroundImage', 'boxShadow', 'outlineStyle'].map((one) => getComputedStyle(span)[one as 'boxShadow']).join(' ') })));
  const call = (await lab.ask('syscalls', {})).find(({ name, ret }) => name === 'read' && ret === 4n);
  await lab.goTo((call?.tick ?? 0) + 400);
  const looks = new Map((await spans('Task')).filter(({ what }) => !what.includes('together')).map(({ what, look }) =>
    [/^Task: ([^,]*),/.exec(what)?.[1], look]));
  expect([...looks.keys()]).toEqual(expect.arrayContaining(['swapper 0', 'console-echo 3']));
  expect(new Set(looks.values()).size).toBe(looks.size);
  await lab.goTo((call?.endTick ?? 0) + 10);
  const locks = (await spans('Locks')).filter(({ what, width }) => !what.includes('together') && width > 150);
  expect(locks.length).toBeGreaterThan(0);
  expect(locks.filter(({ text }) => text === '')).toEqual([]);
});

test('a moment that fits into no link is told at once, and a reload comes back to it', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  let x = 1;
  const noise = Array.from({ length: 100_000 }, () => String.fromCharCode(97 + ((x = Math.imul(x, 48271) >>> 0) % 26))).join('');
  await lab.ask('input', { port: CONSOLE_PORT, bytes: new TextEncoder().encode(noise) });
  await lab.press('Step');
  await expect(lab.page.getByRole('alert')).toContainText('does not fit into a link');
  const tick = await lab.tick(), hash = await lab.hash();
  // What a reload comes back to is written a little after the step.
  await expect(lab.page.locator('html')).toHaveAttribute('data-url', String(tick));
  await lab.page.reload();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(tick), { timeout: 40_000 });
  await lab.stopped();
  expect(await lab.hash()).toBe(hash);
});
