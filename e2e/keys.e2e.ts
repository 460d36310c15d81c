/** Everything by the keyboard: reach, see where the focus is, move splitters, and every key of the table. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { ALWAYS } from './sample.ts';

/** What Tab must reach: all that can be operated and can be seen. Of a radio group, a list and a row of tabs, Tab enters one member. */
const OPERABLE = 'a[href], button, input, select, textarea, [tabindex="0"], [role=separator]';

async function unreached(page: Page): Promise<string[]> {
  await page.evaluate((operable) => {
    const seen = (element: Element) => {
      const box = element.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== 'hidden';
    };
    for (const element of document.querySelectorAll(operable)) {
      const group = element.closest('[role=radiogroup], [role=listbox], [role=tablist]');
      if (element.getAttribute('tabindex') === '-1' && (element.getAttribute('role') === 'radio' || group)) continue;
      if (element.closest('.xterm') || !seen(element)) continue;
      element.setAttribute('data-must-reach', '');
    }
    document.addEventListener('focusin', (event) => (event.target as Element).removeAttribute('data-must-reach'));
    (document.activeElement as HTMLElement | null)?.blur();
  }, OPERABLE);
  const total = await page.locator('[data-must-reach]').count();
  for (let n = 0; n < total + 40; n++) {
    await page.keyboard.press('Tab');
    // Inside the terminal Tab belongs to the guest; Escape is the way out.
    const inTerminal = await page.evaluate(() => document.activeElement?.closest('.xterm') !== null && document.activeElement?.closest('.xterm') !== undefined);
    if (inTerminal) await page.keyboard.press('Escape');
    if (await page.locator('[data-must-reach]').count() === 0) break;
  }
  return page.locator('[data-must-reach]').evaluateAll((all) =>
    all.map((element) => `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent ?? ''} ${element.className}`.slice(0,
    120)));
}

test('Tab reaches everything that can be operated', async ({ lab }) => {
  await lab.open();
  expect(await unreached(lab.page)).toEqual([]);
});

test('the focus can be seen wherever Tab goes', async ({ lab }) => {
  await lab.open();
  const invisible: string[] = [];
  for (let n = 0; n < 60; n++) {
    await lab.page.keyboard.press('Tab');
    const problem = await lab.page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      if (element.closest('.xterm')) return 'terminal';
      const style = getComputedStyle(element);
      const ring = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1;
      return ring || style.boxShadow !== 'none' ? null
        : `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent ?? ''}`.slice(0, 100);
    });
    if (problem === 'terminal') await lab.page.keyboard.press('Escape');
    else if (problem) invisible.push(problem);
  }
  expect(invisible).toEqual([]);
});

test('splitters move by arrows', async ({ lab }) => {
  await lab.open();
  const splitters = lab.page.getByRole('separator');
  expect(await splitters.count()).toBeGreaterThanOrEqual(5);
  const code = lab.panel('Code');
  const width = async () => (await code.boundingBox())?.width ?? 0;
  const height = async () => (await code.boundingBox())?.height ?? 0;
  const vertical = splitters.and(lab.page.locator('[aria-orientation=vertical]')).first();
  await vertical.focus();
  const before = await width();
  for (let n = 0; n < 4; n++) await lab.page.keyboard.press('ArrowRight');
  await expect.poll(width).toBeGreaterThan(before);
  const tall = await height();
  await splitters.and(lab.page.locator('[aria-orientation=horizontal]')).first().focus();
  for (let n = 0; n < 4; n++) await lab.page.keyboard.press('ArrowUp');
  await expect.poll(height).toBeLessThan(tall);
});

test('the keys of the table do what they say', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  const { page } = lab;
  const place = async () => {
    const { code, cpu } = await lab.ask('views', { show: { code: true, cpu: true } });
    return { symbol: code?.next.symbol ?? '', line: code?.next.line ?? 0, ring: cpu?.ring ?? -1,
      rsp: cpu?.registers.find(({ name }) => name === 'RSP')?.value ?? 0n };
  };
  await lab.press('Run');
  const end = await lab.tick();
  await lab.goToCall('write');

  const here = await lab.tick();
  await lab.key('ArrowRight');
  expect(await lab.tick(), 'Right').toBe(here + 1);
  await lab.key('ArrowLeft');
  expect(await lab.tick(), 'Left').toBe(here);

  await lab.key('b');
  expect((await place()).ring, 'b').toBe(0);
  const entry = await lab.tick();
  await lab.key('b');
  expect((await place()).ring, 'b').toBe(3);
  await lab.key('Shift+B');
  expect(await lab.tick(), 'Shift B').toBe(entry);

  await lab.key('.');
  const event = await lab.tick();
  expect(event, '.').toBeGreaterThan(entry);
  await lab.key(',');
  expect(await lab.tick(), ',').toBeLessThan(event);

  // Over: the next line of the same function or its caller, not of what it calls.
  await lab.goToCall('write');
  await lab.key('o');
  const outside = await place();
  expect(outside.symbol, 'o').not.toContain('write');
  const after = await lab.tick();
  await lab.key('Shift+ArrowRight');
  expect(await lab.tick(), 'Shift Right').toBeGreaterThan(after);
  expect((await place()).rsp, 'Shift Right').toBeGreaterThanOrEqual(outside.rsp);
  await lab.key('Shift+ArrowLeft');
  expect(await lab.tick(), 'Shift Left').toBeLessThanOrEqual(after);
  await lab.goToCall('write');
  await lab.key('Shift+O');
  expect(await lab.tick(), 'Shift O').toBeLessThan(here);

  await lab.key('Home');
  expect(await lab.tick(), 'Home').toBe(0);
  await lab.key('End');
  expect(await lab.tick(), 'End').toBe(end);
  await lab.goTo('50%');
  expect(await lab.tick(), 'g').toBe(Math.round(end / 2));
  await lab.key('Space');
  expect(await lab.tick(), 'Space').toBe(end);

  for (const [key, name] of [['1', 'Code'], ['2', 'Stacks'], ['3', 'CPU & rings'], ['4', 'Syscall path'], ['5', 'Timeline']] as const) {
    await page.keyboard.press(key);
    await expect(lab.panel(name), key).toHaveAttribute('data-focused', 'true');
    expect(await lab.panel(name).evaluate((panel) => panel.contains(document.activeElement)), `${key} moves the focus`).toBe(true);
  }
  await page.keyboard.press('6');
  expect(await lab.panel('Console').evaluate((panel) => panel.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys and help' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: /^Search/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('C lines by the keyboard: the same moments on the way back, and the unit is chosen without a pointer', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  const { page } = lab;
  const line = async () => {
    const { code } = await lab.ask('views', { show: { code: true } });
    return { tick: await lab.tick(), at: `${code?.next.symbol.replace(/\+.*/, '')} ${code?.next.file}:${code?.next.line}`, state: await lab.hash() };
  };
  await lab.key('Home');
  await lab.command('Run to the next system call');
  const moments = [await line()];
  for (let n = 0; n < 6; n++) {
    await lab.key('l');
    moments.push(await line());
  }
  for (const [n, { tick, at }] of moments.entries()) {
    expect(tick, at).toBeGreaterThan(moments[n - 1]?.tick ?? 0);
    expect(at, `line ${n}`).not.toBe(moments[n - 1]?.at);
  }
  for (const before of moments.slice(1, -1).reverse()) {
    await lab.key('Shift+L');
    expect(await line()).toEqual(before);
  }
  // The same by the arrows, once the unit is a line: Tab to the units, an arrow to choose, Escape to let go.
  await page.getByRole('radiogroup', { name: 'Unit of a step' }).getByRole('radio', { checked: true }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Line' })).toBeChecked();
  await page.keyboard.press('Escape');
  await lab.key('ArrowRight');
  expect(await line()).toEqual(moments[2]);
  await lab.key('ArrowLeft');
  expect(await line()).toEqual(moments[1]);
});

test('w tells who wrote the selected slot', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  await lab.key('b');
  const stack = lab.panel('Stacks').getByRole('listbox', { name: /^User stack/ });
  await stack.focus();
  // The slot at RSP holds the return address that the call of write() pushed.
  await lab.page.keyboard.press('ArrowDown');
  const slot = await stack.getByRole('option', { selected: true }).getAttribute('data-slot');
  expect(slot).not.toBeNull();
  await lab.page.keyboard.press('w');
  const answer = lab.panel('Stacks').getByRole('status');
  await expect(answer).toContainText(/written by/);
  const truth = await lab.ask('whoWrote', { addr: BigInt(`0x${slot}`), length: 8 });
  await expect(answer).toContainText(truth.writer);
  await answer.getByRole('button', { name: 'Go there' }).click();
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(truth.tick));
});

test('a key can be changed, given back, and single keys switched off', async ({ lab }) => {
  await lab.open();
  const { page } = lab;
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys and help' });
  await help.getByRole('button', { name: /^Key for Next boundary:/ }).click();
  await page.keyboard.press('n');
  await expect(help.getByRole('button', { name: 'Key for Next boundary: N. Press to change' })).toBeVisible();
  await page.keyboard.press('Escape');
  const before = await lab.tick();
  await page.keyboard.press('n');
  await expect(page.locator('html')).not.toHaveAttribute('data-tick', String(before));
  await lab.stopped();
  await page.reload();
  await lab.settled();
  await page.keyboard.press('?');
  await help.getByRole('button', { name: 'Give back the usual keys' }).click();
  await help.getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  const still = await lab.tick();
  await lab.key('b');
  await page.keyboard.press('?');
  await expect(help).toHaveCount(0);
  expect(await lab.tick()).toBe(still);
  await lab.key('ArrowRight');
  expect(await lab.tick()).toBe(still + 1);
});

test('typing in a field or the terminal is no command', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  await lab.typeLine('b?g');
  await expect(lab.terminal).toContainText('b?g');
  await lab.stopped();
  await expect(lab.page.getByRole('dialog')).toHaveCount(0);
  await lab.page.keyboard.press('Escape');
  const before = await lab.tick();
  await lab.page.keyboard.press('g');
  await lab.page.getByRole('textbox', { name: /^Tick or percentage/ }).pressSequentially('b.o');
  await lab.page.keyboard.press('Escape');
  expect(await lab.tick()).toBe(before);
});

test('the palette has what bears the word first, and takes what was typed before it was there', async ({ lab }) => {
  // Its code comes late.
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => { release = resolve; });
  await lab.page.route(/\/Palette-[^/]*\.js/, async (route) => {
    await held;
    await route.continue();
  });
  await lab.open();
  const at = await lab.tick();
  await lab.page.keyboard.press('Control+K');
  // Single letters are keys of the lab: `s`, `n` and `o` among them.
  await lab.page.keyboard.type('lessonx');
  await lab.page.keyboard.press('Backspace');
  await expect(lab.page.getByRole('dialog')).toHaveCount(0);
  release();
  await expect(lab.page.getByRole('combobox')).toHaveValue('lesson');
  await expect(lab.page.getByRole('combobox')).toBeFocused();
  const names = (): Promise<string[]> => lab.page.getByRole('option').allInnerTexts();
  expect((await names()).slice(0, 3).filter((name) => !/lesson/i.test(name))).toEqual([]);
  expect(await names()).toContainEqual(expect.stringContaining('Open a lesson from a file'));
  await expect(lab.page.getByRole('option').first()).toHaveAttribute('aria-selected', 'true');
  await lab.page.keyboard.type('~qq');
  await expect(lab.page.getByText('Nothing has that name.')).toBeVisible();
  await lab.page.keyboard.press('Escape');
  await expect(lab.page.getByRole('dialog')).toHaveCount(0);
  expect(await lab.tick()).toBe(at);
});

test('nothing of what is typed with no pause is lost while the palette comes up', async ({ lab }) => {
  await lab.open();
  for (let n = 0; n < 8; n++) {
    await lab.page.keyboard.press('Control+K');
    await lab.page.keyboard.type('write');
    await expect(lab.page.getByRole('combobox')).toHaveValue('write');
    await lab.page.keyboard.press('Escape');
    await expect(lab.page.getByRole('dialog')).toHaveCount(0);
  }
});
