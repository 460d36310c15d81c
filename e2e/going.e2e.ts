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

test('a moment that fits into no link is told at once, and a reload comes back to it', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  let x = 1;
  const noise = Array.from({ length: 100_000 }, () => String.fromCharCode(97 + ((x = Math.imul(x, 48271) >>> 0) % 26))).join('');
  await lab.ask('input', { port: CONSOLE_PORT, bytes: new TextEncoder().encode(noise) });
  await lab.press('Step');
  await expect(lab.page.getByRole('alert')).toContainText('does not fit into a link');
  const tick = await lab.tick(), hash = await lab.hash();
  await lab.page.reload();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(tick), { timeout: 40_000 });
  await lab.stopped();
  expect(await lab.hash()).toBe(hash);
});
