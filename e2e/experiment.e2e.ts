/** Experiment: a server is measured in workers, and the slowest request of its histogram is opened in the lab at the very tick at which it came. */
import { readFile } from 'node:fs/promises';
import { accessible, expect, test } from './fixtures.ts';
import { layoutHolds } from './geometry.ts';
import { ALWAYS } from './sample.ts';

test('the slowest request is opened, stepped through, taken off the wire again, and shared', { tag: ALWAYS }, async ({ lab, visitor }) => {
  test.setTimeout(180_000);
  await lab.open('#v=1&scenario=slow-request&config=linux');
  await lab.command('Experiment: servers under load');
  const sheet = lab.page.getByRole('dialog', { name: 'Experiment' });
  await sheet.getByRole('checkbox', { name: 'linux', exact: true }).check();
  await sheet.getByRole('spinbutton', { name: 'requests a point' }).fill('40');
  await sheet.getByRole('spinbutton', { name: 'connections' }).fill('2');
  await sheet.getByRole('button', { name: 'Run' }).click();
  const histogram = sheet.getByRole('img', { name: /^Latencies\. linux: half of 40 requests within/ });
  await expect(histogram).toBeVisible({ timeout: 90_000 });
  await histogram.focus();
  await lab.page.keyboard.press('ArrowLeft');
  await expect(sheet.locator('.ex-strip')).toContainText(/^linux request \d+: [\d.]+ µs/);
  await accessible(lab.page, '[role=dialog]');
  await layoutHolds(lab.page, 'experiment');
  await lab.page.screenshot({ path: 'test-results/screenshots/experiment.png', animations: 'disabled' });
  // All frames of its run, as a file that begins as such files do, and the curve of percentiles as a picture.
  const saved = lab.page.waitForEvent('download');
  await sheet.getByRole('button', { name: 'Frames (pcap)' }).click();
  const pcap = await readFile(await (await saved).path());
  expect([(await saved).suggestedFilename(), pcap.readUInt32LE(0).toString(16), pcap.length > 5000]).toEqual(['linux.pcap', 'a1b23c4d', true]);
  await expect(sheet.getByRole('img', { name: /^Latency by percentile\. linux: p50 [\d.]+, p90 [\d.]+, p99 [\d.]+, p99\.9 [\d.]+, max [\d.]+ µs\./ }))
    .toBeVisible();
  await histogram.focus();
  await lab.page.keyboard.press('Enter');
  await expect(sheet).toBeHidden();
  const network = lab.page.locator('[data-panel=network]');
  await expect(network).toHaveAttribute('aria-label', /^Network: in from the wire at tick [\d,]+: TCP \d+ to 7/, { timeout: 90_000 });
  await lab.settled();
  const arrived = await network.getAttribute('aria-label'), tick = await lab.tick();
  // One step on it is still there; two back it has not come yet.
  await lab.press('Step');
  expect(await lab.tick()).toBe(tick + 1);
  await lab.press('Back');
  await lab.press('Back');
  expect(await lab.tick()).toBe(tick - 1);
  await expect(network).not.toHaveAttribute('aria-label', arrived ?? '');
  await expect(network.getByRole('option').and(network.locator('.later')).first())
    .toHaveAttribute('aria-label', /^client to guest at tick [\d,]+, later: TCP \d+ to 7/);
  await lab.press('Step');
  await expect(network).toHaveAttribute('aria-label', arrived ?? '');
  const hash = await lab.hash(), guest = await visitor();
  await guest.open(new URL(lab.page.url()).hash);
  expect([await guest.tick(), await guest.hash()]).toEqual([tick, hash]);
  // And back to what was measured.
  await network.getByRole('button', { name: 'Back to the experiment' }).click();
  await expect(histogram).toBeVisible();
  await expect(guest.page.getByRole('button', { name: 'Back to the experiment' })).toHaveCount(0);
});
