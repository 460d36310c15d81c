/** After the first load the page needs no network; and a new version is told, and taken when one likes. */
import { expect, test } from './fixtures.ts';
import { serveDist } from './static-server.ts';
import { ALWAYS } from './sample.ts';

test('loaded once it works without its server: scenarios, builds, lessons, sheets', { tag: ALWAYS }, async ({ visitor }) => {
  const server = await serveDist('/deep/'), lab = await visitor({ serviceWorkers: 'allow' });
  await lab.page.goto(`${server.url}#v=1&scenario=hello&config=linux`);
  await lab.settled();
  // All files are there when the worker is active.
  await lab.page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active?.state));
  server.close();
  await lab.page.reload();
  await lab.settled();
  await lab.press('Run');
  await expect(lab.terminal).toContainText('hello');
  await lab.configuration('ukl-nss');
  await lab.edit('linux/kernel/panic.c');
  await lab.page.keyboard.press('Control+End');
  await lab.page.keyboard.insertText('\n');
  await lab.key('Control+Enter');
  await lab.page.goto(`${server.url}index.html?from=a-book#v=1&scenario=page-fault&lesson=(checks)`);
  await lab.settled();
  await lab.page.getByRole('button', { name: 'Run to the end and check' }).click();
  await expect(lab.page.locator('[data-check=holds]').first()).toBeVisible();
  for (const command of ['Keys and help', 'About this model', 'Flavours of UKL']) {
    await lab.command(command);
    await expect(lab.page.getByRole('dialog')).toBeVisible();
    await lab.page.keyboard.press('Escape');
  }
  // A file beside the page is that file, and what is not there is not the page.
  const beside = await lab.page.context().newPage();
  await beside.goto(`${server.url}scenario.schema.json`);
  await expect(beside.locator('body')).toContainText('"$schema"');
  await expect(beside.goto(`${server.url}nowhere`)).rejects.toThrow('ERR_');
});

test('a new version is told, is taken when one likes, and opens at the same moment', async ({ visitor }) => {
  const server = await serveDist('/'), lab = await visitor({ serviceWorkers: 'allow' });
  // What the browser keeps of the old version is none of the new one's.
  server.age = 3600;
  await lab.page.goto(`${server.url}#v=1&scenario=hello&config=ukl`);
  await lab.settled();
  await lab.page.evaluate(() => navigator.serviceWorker.ready);
  await lab.press('Step');
  await lab.settled();
  const before = await lab.state();
  server.change = (path, content) => (path === 'service-worker.js' ? Buffer.from(content.toString().replace(/VERSION = '/, "VERSION = 'new"))
    : path === 'index.html' ? Buffer.from(content.toString().replace('<title>', '<meta name="new-version"><title>')) : content);
  await lab.page.reload();
  await lab.settled();
  const notice = lab.page.getByRole('status').filter({ hasText: 'There is a new version of Ringside' });
  await expect(notice).toBeVisible();
  expect(await lab.page.locator('meta[name=new-version]').count()).toBe(0);
  await notice.getByRole('button', { name: 'Take the new version' }).click();
  await expect(lab.page.locator('meta[name=new-version]')).toHaveCount(1);
  await lab.settled();
  expect(await lab.state()).toBe(before);
  await expect(notice).toHaveCount(0);
  // The one before it stays for pages that still run it, until there is a third.
  expect(await lab.page.evaluate(() => caches.keys().then((names) => names.length))).toBe(2);
  server.close();
});
