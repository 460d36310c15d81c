/** Locks: a task that waits for itself is named in words, as a circle, bit by bit and with its stack; every step is a way there. */
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';

const SHOTS = 'test-results/screenshots';

test('a task that waits for its own lock can be read off the panel alone', async ({ lab }) => {
  await lab.open('#v=1&scenario=hello&app=map-deep&config=ukl-nss&set=UKL_STACK_VMA:off');
  await lab.page.keyboard.press('0');
  const locks = lab.panelById('locks');
  await expect(locks).toContainText('No lock is held or wanted now.');
  await expect(locks).toHaveAttribute('aria-label', 'Locks: no lock is held or wanted now.');
  // The way to the first wait is the panel's own.
  await locks.getByRole('button', { name: 'Run to the next wait' }).click();
  await lab.stopped();
  const [wait] = await lab.ask('events', { from: 0, to: 1e9, kinds: ['self-wait'], limit: 1 });
  expect(await lab.tick()).toBe(wait.tick);
  await lab.press('Run');
  const { locks: view } = await lab.ask('views', { show: { locks: { lock: null } } }), [one] = view?.locks ?? [], [holder] = one.holders;
  await expect(locks).toHaveAttribute('aria-label', new RegExp(`^Locks: UKL ${holder.pid} waits for mmap_lock, which it holds for writing itself ` +
    'since tick [\\d,]+, in its call of mmap: nobody else can give it back.$'));
  await expect(lab.page.getByTestId('trouble')).toHaveText('deadlock');
  await expect(locks.locator('.lk-circle')).toHaveText('circle of one');
  await expect(locks.locator('.lk-bits .set span')).toHaveText(['WAITERS', 'WRITER']);
  await expect(locks.locator('.lk-queue li')).toHaveCount(1);
  await expect(locks.locator('.lk-queue li')).toContainText(/#DF stack.*rwsem_down_read_slowpath < down_read < .*do_user_addr_fault < .*do_mmap/);
  await lab.page.keyboard.press('0');
  await expect(locks.getByRole('option', { selected: true })).toBeFocused();
  await accessible(lab.page, '[data-panel=locks]');
  for (const theme of ['dark', 'light', 'projector'] as const) {
    await lab.command(`Theme: ${theme}`);
    await layoutHolds(lab.page, `locks, ${theme}`);
    await lab.page.screenshot({ path: `${SHOTS}/locks-${theme}-1366x768.png`, animations: 'disabled' });
  }
  await lab.command('Theme: dark');
  await locks.getByRole('button', { name: 'Locks as a table' }).click();
  await expect(locks.getByRole('row').filter({ hasText: 'struct rw_semaphore' })).toContainText('count 0x3 WAITERS 1 WRITER 1');
  await locks.getByRole('button', { name: 'Locks as a table' }).click();
  // Enter on a lock goes to where it was taken.
  await lab.page.keyboard.press('0');
  await locks.getByRole('option', { selected: true }).focus();
  await lab.page.keyboard.press('Enter');
  await expect(lab.page.locator('html')).toHaveAttribute('data-tick', String(holder.since));
  // Its kind leads to all of its fields.
  await locks.getByRole('button', { name: 'struct rw_semaphore' }).click();
  await expect(lab.panelById('objects')).toHaveAttribute('aria-label', /^Objects: .*struct rw_semaphore/);
});
