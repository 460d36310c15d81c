/** Run to a line, breakpoints, events to stop at: by mouse and by keyboard, both ways in time. */
import { expect, test } from './fixtures.ts';
import type { LabPage } from './lab-page.ts';
import { ALWAYS } from './sample.ts';

async function next(lab: LabPage): Promise<{ symbol: string; file: string; line: number; addr: string }> {
  const { code } = await lab.ask('views', { show: { code: true } });
  if (!code) throw new Error('no code view');
  const { symbol, file, line, addr } = code.next;
  return { symbol: symbol.replace(/^\w+:/, ''), file, line, addr: addr.toString(16) };
}

async function openFile(lab: LabPage, file: string): Promise<void> {
  await lab.panel('Code').getByRole('button', { name: 'Open a source file' }).click();
  await lab.page.getByRole('combobox', { name: 'File name' }).fill(file);
  await lab.page.getByRole('option', { name: file, exact: true }).click();
  await expect(lab.panel('Code').getByRole('listbox', { name: `Source of ${file}` })).toBeVisible();
}

test('a click on a line runs there, and Shift Enter runs back there', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  const start = await lab.state();
  await openFile(lab, 'apps/console-echo.c');
  const line = lab.panel('Code').getByRole('option').filter({ hasText: 'write(STDOUT_FILENO' });
  const number = Number(await line.getAttribute('data-line'));
  // Nobody has typed, so it does not come: one stays where one is.
  await line.click();
  await lab.stopped();
  expect(await lab.state()).toBe(start);
  await lab.press('Run');
  await lab.typeLine('one');
  await expect(lab.terminal).toHaveText(/one\s*one/);
  await lab.stopped();
  const echoed = await lab.tick();

  // Back to the line by the keyboard, then on to the end and back to the start.
  await line.locator('.tx').click({ button: 'right' }).catch(() => undefined);
  const source = lab.panel('Code').getByRole('listbox');
  await source.focus();
  for (let n = 0; n < 60; n++) {
    const chosen = await source.getByRole('option', { selected: true }).getAttribute('data-line').catch(() => null);
    if (Number(chosen) === number) break;
    await lab.page.keyboard.press(Number(chosen) > number ? 'ArrowUp' : 'ArrowDown');
  }
  await lab.key('Shift+Enter');
  expect(await next(lab)).toMatchObject({ symbol: 'main', file: 'apps/console-echo.c', line: number });
  const there = await lab.tick();
  expect(there).toBeLessThan(echoed);
  await expect(line.getByRole('img', { name: 'runs next' })).toBeVisible();

  await lab.typeLine('x');
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  await lab.goTo(Number(start.split(' ')[0]));
  expect(await lab.state()).toBe(start);
});

test('in the listing, a click on an instruction runs there and a click on one that ran goes back', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  const begin = await lab.state();
  const rows = lab.panel('Code').locator('.ln.asm');
  const at = await rows.evaluateAll((all) => all.findIndex((row) => row.classList.contains('next')));
  const target = rows.nth(at + 3);
  const addr = await target.getAttribute('data-addr');
  await target.click();
  await lab.stopped();
  expect((await next(lab)).addr).toBe(addr);
  await lab.panel('Code').locator('.ln.asm.trail').first().click();
  await lab.stopped();
  expect(Number((await lab.state()).split(' ')[0])).toBeGreaterThanOrEqual(Number(begin.split(' ')[0]));
  await lab.panel('Code').locator('.ln.next').click({ button: 'right' });
  await expect(lab.page.getByRole('menuitem', { name: /Run to here/ })).toBeVisible();
  await lab.page.keyboard.press('Escape');
});

test('a breakpoint on a line stops the run each time, counts, outlives another configuration, and goes', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await openFile(lab, 'apps/console-echo.c');
  const line = lab.panel('Code').getByRole('option').filter({ hasText: 'write(STDOUT_FILENO' });
  const number = Number(await line.getAttribute('data-line'));
  await line.locator('[data-gutter]').click();
  await expect(line.locator('.bp')).toBeVisible();
  await lab.press('Run');
  await lab.typeLine('stop');
  await expect.poll(async () => (await next(lab)).line).toBe(number);
  await lab.stopped();
  // Echoed as far as the serial port has got, not yet written by the program.
  await expect(lab.terminal).toHaveText(/^\s*st/);
  await expect(lab.terminal).not.toHaveText(/stop\s*stop/);
  await expect(line.locator('.bp')).toHaveAttribute('data-tip', /1 hit/);

  await lab.configuration('ukl');
  await expect(line.locator('.bp')).toBeVisible();
  await lab.press('Run');
  await lab.typeLine('again');
  await expect.poll(async () => (await next(lab)).line).toBe(number);
  await lab.stopped();
  await lab.page.keyboard.press('Escape');

  // On from there: past the line; back from the end: to it again.
  const hit = await lab.tick();
  await lab.press('Run');
  await expect(lab.terminal).toHaveText(/again\s*again/);
  await lab.key('Shift+Space');
  expect(await lab.tick()).toBe(hit);

  await line.locator('[data-gutter]').click();
  await expect(line.locator('.bp')).toHaveCount(0);
  await lab.press('Run');
  expect((await next(lab)).line).not.toBe(number);
});

test('F9 sets and removes one at the instruction that runs next', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  const here = await lab.tick();
  const marks = lab.panel('Code').locator('.bp');
  await lab.page.keyboard.press('F9');
  await expect(marks).toHaveCount(1);
  await lab.key('Home');
  await lab.press('Run');
  expect(await lab.tick()).toBe(here);
  await lab.page.keyboard.press('F9');
  await expect(marks).toHaveCount(0);
});

test('events stop the run: exceptions, ring changes by step, writes into a red zone', async ({ lab }) => {
  await lab.open('#v=1&scenario=lost-red-zone&config=ukl&set=APP_RED_ZONE:on');
  await lab.command('Stop when someone else writes into a red zone');
  await lab.press('Run');
  const [lost] = await lab.ask('events', { from: 0, to: (await lab.tick()) + 1, kinds: ['red-zone-write'], limit: 1 });
  expect(lost).toBeDefined();
  expect(await lab.tick()).toBeGreaterThanOrEqual(lost?.tick ?? Infinity);
  expect((await lab.tick()) - (lost?.tick ?? 0)).toBeLessThanOrEqual(1);
  // The Stacks panel names who did it.
  await expect(lab.panel('Stacks').locator('.chip').filter({ hasText: /✕ .*lost/ })).toBeVisible();
  await expect(lab.panel('Stacks').locator('.slot.bad').first()).toBeVisible();
  await lab.command('Stop when someone else writes into a red zone');
  await lab.press('Run');
  await expect(lab.terminal).toContainText('wrong');

  await lab.openAfresh('#v=1&scenario=hello&config=linux');
  await lab.key('Home');
  await lab.command('Stop at every exception');
  await lab.press('Run');
  const { stop } = await lab.ask('events', { from: await lab.tick() - 1, to: await lab.tick() + 1, kinds: ['exception'], limit: 5 })
    .then((found) => ({ stop: found[0] }));
  expect(stop?.kind).toBe('exception');
});
