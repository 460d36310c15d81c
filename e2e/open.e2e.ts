/** The first visit: how soon one can step, and what the page may and may not do. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PANEL_NAMES } from '../src/link/panels.gen.ts';
import { accessible, expect, test } from './fixtures.ts';
import { serveDist } from './static-server.ts';
import { ALWAYS } from './sample.ts';

test('a first-time visitor reaches the first step', { tag: ALWAYS }, async ({ visitor }) => {
  const lab = await visitor();
  const begun = Date.now();
  await lab.page.goto('./');
  await lab.stopped();
  const before = await lab.tick();
  await lab.press('Step');
  expect(await lab.tick()).toBe(before + 1);
  // Five seconds are wanted; told, not asserted: the host has other work.
  console.log(`first step after ${Date.now() - begun} ms`);
});

test('every panel of the default layout is there and in sight', { tag: ALWAYS }, async ({ lab }) => {
  await lab.open();
  for (const id of PANEL_NAMES) await expect(await lab.inFront(id)).toBeInViewport({ ratio: 0.99 });
  const overflow = await lab.page.evaluate(() => [document.documentElement.scrollWidth - window.innerWidth,
    document.documentElement.scrollHeight - window.innerHeight]);
  expect(Math.max(...overflow), 'the page itself never scrolls').toBeLessThanOrEqual(0);
});

test('axe finds nothing', async ({ lab }) => {
  await lab.open();
  await accessible(lab.page);
});

test('the page and its worker come with a policy that allows no WebAssembly and no script from elsewhere', { tag: ALWAYS }, async ({ lab, errors }) => {
  const policies: [string, string][] = [];
  lab.page.on('response', (response) => policies.push([response.url(), response.headers()['content-security-policy'] ?? '']));
  await lab.open();
  const worker = policies.find(([url]) => /worker-[^/]+\.js$/.test(url));
  expect(worker?.[1]).toMatch(/script-src 'self' blob:;/);
  for (const [url, policy] of policies) if (url !== worker?.[0]) expect(policy, url).not.toContain('script-src');
  for (const [url, policy] of policies) {
    // What the worker has translated itself: the policy of the worker's script allows that, the page's does not.
    if (url.startsWith('blob:')) continue;
    expect(policy, url).toContain("default-src 'self'");
    expect(policy, url).not.toMatch(/unsafe-eval|wasm|\*/);
  }
  expect(policies.filter(([url]) => !/^(blob:)?http:\/\/127\.0\.0\.1:/.test(url))).toEqual([]);
  // oxlint-disable-next-line no-restricted-globals
  const refused = await lab.page.evaluate(() => WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)).then(() => 'compiled', () => 'refused'));
  expect(refused).toBe('refused');
  // It was our own doing, and the policy says so.
  await expect.poll(() => errors).toEqual([expect.stringContaining('wasm-eval')]);
  errors.length = 0;
});

test('without a network beyond the page itself it works all the same', async ({ lab, errors }) => {
  // What is wanted next is fetched file by file once the page is in use, this one last.
  const last = lab.page.waitForEvent('response', { predicate: (response) => response.url().endsWith('/NET.detail'), timeout: 60_000 });
  await lab.open();
  await last;
  await lab.page.waitForLoadState('networkidle');
  await lab.page.context().setOffline(true);
  await lab.press('Step');
  await lab.configuration('ukl');
  await lab.press('Step');
  await lab.page.context().setOffline(false);
  // The browser may ask for the icon when it likes.
  errors.splice(0, Infinity, ...errors.filter((error) => !error.includes('favicon')));
});

test('what is fetched before the machine stands is small; the rest comes when it does', { tag: ALWAYS }, async ({ lab }) => {
  // By file: what one worker has fetched the other takes from the browser's cache. What the block translator makes comes from the page itself.
  const asked = new Map<string, { begun: number; size: Promise<number> }>();
  lab.page.on('response', (response) => {
    const name = new URL(response.url()).pathname;
    if (!response.url().startsWith('blob:') && !asked.has(name))
      asked.set(name, { begun: response.request().timing().startTime, size: response.body().then((body) => gzipSync(body).length, () => 0) });
  });
  await lab.page.addInitScript(() => {
    new MutationObserver(() => {
      const { dataset } = document.documentElement;
      if (dataset['phase'] === 'stopped') dataset['stood'] ??= String(performance.timeOrigin + performance.now());
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-phase'] });
  });
  await lab.page.goto('./');
  await lab.page.waitForFunction(() => document.documentElement.dataset['stood'] !== undefined);
  await lab.page.waitForLoadState('networkidle');
  const stood = Number(await lab.page.locator('html').getAttribute('data-stood'));
  const sized = await Promise.all([...asked].map(async ([name, { begun, size }]) => ({ name, begun, size: await size })));
  const before = sized.filter(({ begun }) => begun < stood), sum = before.reduce((total, { size }) => total + size, 0) / 1000;
  const names = before.map(({ name }) => name).join(' ');
  const { limitKilobytes } = JSON.parse(readFileSync(new URL('../scripts/first-load.json', import.meta.url), 'utf8')) as { limitKilobytes: number };
  expect(sum, before.map(({ name, size }) => `${size} ${name}`).join('\n')).toBeLessThan(limitKilobytes);
  expect(before.length, 'page, style, scripts, workers, objects').toBeGreaterThan(6);
  console.log(`first load: ${sum.toFixed(0)} kB gzip in ${before.length} files`);
  // The first build links objects of one configuration; the compiler, the others' objects, faces and the terminal come after it.
  expect(names).toMatch(/linux\.objects/);
  expect(names).not.toMatch(/ukl.*\.objects|detail|compiler|rest|courses|translate|TerminalView|woff2/);
  for (const later of ['linux.detail', 'ukl-nss.objects', 'compiler', 'courses', 'translate', 'TerminalView', 'woff2'])
    await expect.poll(() => [...asked.keys()].join(' ')).toContain(later);
});

test('it works from a folder below the root', async ({ lab }) => {
  const server = await serveDist('/deep/er/');
  await lab.page.goto(server.url);
  await lab.settled();
  await lab.press('Step');
  expect(lab.page.url()).toContain('/deep/er/#v=1');
  server.close();
});
