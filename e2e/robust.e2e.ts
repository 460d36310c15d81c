/** What a machine may do to the page: run for ever, panic, be typed at in its past; and what happens when the worker dies. */
import { expect, test } from './fixtures.ts';
import { ALWAYS } from './sample.ts';

test('pause answers while the machine runs an endless loop, and while it goes back over all of it', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.edit('apps/hello.c');
  await lab.panel('Code').locator('.cm-line').filter({ hasText: 'puts(' }).first().click();
  await lab.page.keyboard.press('Home');
  await lab.page.keyboard.insertText('for (;;) ; ');
  await lab.page.keyboard.press('Control+Enter');
  await expect(lab.panel('Code').getByText('edited', { exact: true })).toBeVisible();
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    await lab.transport.getByRole('button', { name: 'Run' }).click();
    await expect(lab.page.locator('html')).toHaveAttribute('data-phase', 'running');
    const first = await lab.transport.getByTestId('tick').textContent();
    await expect(lab.transport.getByTestId('tick')).not.toHaveText(first ?? '');
    times.push(await lab.page.evaluate(async () => {
      const worker = window.tap.workers[0];
      if (!worker) throw new Error('no worker');
      const begun = performance.now();
      await window.tap.ask(worker, 'pause', {});
      return performance.now() - begun;
    }));
    await lab.stopped();
  }
  // How fast is told, not asserted: the host has other work.
  console.log(`pause answers in ${times.map(Math.round).join(', ')} ms`);
  // And the button does the same.
  await lab.transport.getByRole('button', { name: 'Run' }).click();
  await lab.transport.getByRole('button', { name: 'Pause' }).click();
  await lab.stopped();
  const { code } = await lab.ask('views', { show: { code: true } });
  expect(code?.next.symbol).toContain('main');
  await lab.press('Back');

  // On the way back over all of it, to a breakpoint that was passed at the very beginning: that can be paused as well.
  await lab.ask('setBreakpoint', { spec: { kind: 'symbol', symbol: 'start_kernel' } });
  // A button that has the focus would take Space for itself.
  await lab.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await lab.key('End');
  const end = await lab.tick();
  expect(end).toBeGreaterThan(10_000_000);
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) {
    await lab.page.keyboard.press('Shift+Space');
    await expect(lab.page.locator('html')).toHaveAttribute('data-phase', 'running');
    waits.push(await lab.page.evaluate(async () => {
      const worker = window.tap.workers[0];
      if (!worker) throw new Error('no worker');
      const begun = performance.now();
      await window.tap.ask(worker, 'pause', {});
      return performance.now() - begun;
    }));
    await lab.stopped();
  }
  console.log(`pause on the way back answers in ${waits.map(Math.round).join(', ')} ms`);
  expect(await lab.tick()).toBeLessThanOrEqual(end);
  await lab.key('Shift+Space');
  expect((await lab.ask('views', { show: { code: true } })).code?.next.symbol).toContain('start_kernel');
});

test('a double fault ends in a panic with a report, and one can go back before it', async ({ lab }) => {
  await lab.open('#v=1&scenario=stack-page-fault');
  await lab.press('Run');
  const events = await lab.ask('events', { from: 0, to: (await lab.tick()) + 1, kinds: ['exception'], limit: 10_000 });
  expect(events.some(({ fields }) => Number(fields['vector']) === 8)).toBe(true);
  // The report is longer than the panel: its first line has scrolled away, its newest is in sight.
  const text = (await lab.ask('views', { show: { console: true } })).console?.text ?? '';
  expect(text).toMatch(/double fault/i);
  const lines = text.trimEnd().split(/\r?\n/);
  await expect(lab.terminal).toContainText(lines.at(-2)?.slice(0, 60) ?? '?');
  await expect(lab.panel('Code').getByTestId('narration')).not.toBeEmpty();
  await lab.command('Back to the last exception');
  await lab.press('Back');
});

test('typing in the past starts a branch, and the way back keeps the old future', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  await lab.press('Run');
  const idle = await lab.tick();
  await lab.typeLine('first');
  await expect(lab.terminal).toHaveText(/first\s*first/);
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  const old = await lab.state();
  await lab.goTo(idle);
  await expect(lab.page.locator('html')).toHaveAttribute('data-time', 'past');
  await expect(lab.transport.getByTestId('where')).toContainText(/Past.*before live/);
  await lab.typeLine('second');
  await expect(lab.terminal).toHaveText(/second\s*second/);
  await expect(lab.terminal).not.toContainText('first');
  await lab.stopped();
  await lab.page.keyboard.press('Escape');
  await expect(lab.transport.getByTestId('where')).toContainText(/Branch \d of \d/);
  const branched = await lab.state();
  await lab.command('Back to the branch before this one');
  await lab.key('End');
  await expect(lab.terminal).toHaveText(/first\s*first/);
  expect(await lab.state()).toBe(old);
  expect(branched).not.toBe(old);
});

test('a worker that dies is told, edits are kept, and the machine comes back to the same moment', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=linux');
  await lab.press('Run');
  await lab.goToCall('write');
  await lab.settled();
  const before = await lab.state();
  await lab.edit('apps/hello.c');
  await lab.page.keyboard.insertText('/* mine */');
  // A request that no page makes: a bug of ours, as far as the worker can tell.
  await lab.page.evaluate(() => {
    const worker = window.tap.workers[0];
    if (worker) void window.tap.ask(worker, 'memory', { addr: 0n, length: -1 }).catch(() => undefined);
  });
  const alert = lab.page.getByRole('alert').filter({ hasText: 'worker' });
  await expect(alert).toContainText(/gone[\s\S]*edits[\s\S]*kept/);
  await alert.getByRole('button', { name: 'Restart at the last moment' }).click();
  await lab.stopped();
  expect(await lab.state()).toBe(before);
  await expect(lab.panel('Code').locator('.cm-content')).toContainText('/* mine */');
  await lab.page.keyboard.press('Escape');
  await lab.press('Step');
});

for (const which of ['workers', 'builders'] as const) {
  test(`one of the ${which} that ends without a word is told as well, with a way on`, async ({ lab }) => {
    await lab.open('#v=1&scenario=hello&config=linux');
    await lab.press('Step');
    const before = await lab.state();
    // As the browser does it when memory is short: no error, no message. The page's own way to end a worker is another.
    await lab.page.evaluate((name) => {
      const [worker] = window.tap[name];
      if (worker) Object.getPrototypeOf(Object.getPrototypeOf(worker)).terminate.call(worker);
    }, which);
    const alert = lab.page.getByRole('alert').filter({ hasText: 'ended without a word' });
    await expect(alert).toBeVisible();
    await expect(lab.page.locator('html')).toHaveAttribute('data-phase', 'dead');
    await alert.getByRole('button', { name: 'Restart at the last moment' }).click();
    await lab.stopped();
    expect(await lab.state()).toBe(before);
    await lab.configuration('ukl');
    await lab.press('Step');
  });
}

test('from one configuration to another and back, each runs as at first', async ({ lab }) => {
  await lab.open('#v=1&scenario=console-echo&config=linux');
  const first = await lab.state();
  for (const name of ['ukl', 'ukl-byp', 'linux', 'ukl-nss', 'linux']) {
    await lab.configuration(name);
    await expect(lab.page.getByRole('radio', { name, exact: true })).toBeChecked();
    if (name === 'linux') expect(await lab.state()).toBe(first);
    else expect(await lab.state()).not.toBe(first);
  }
});

test('an impossible switch is refused with a reason and the old machine stays', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&config=ukl');
  const before = await lab.hash();
  await lab.command('Switches of the build');
  await lab.page.getByLabel('SMEP_SMAP', { exact: true }).selectOption('on');
  await expect(lab.page.getByRole('dialog').getByRole('alert').filter({ hasText: 'SMEP_SMAP' })).toBeVisible();
  await lab.page.keyboard.press('Escape');
  await lab.stopped();
  expect(await lab.hash()).toBe(before);
});
