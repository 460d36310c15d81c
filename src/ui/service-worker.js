/**
 * The page without a network: all files of one version, kept together. scripts/build.mjs writes VERSION and FILES above this text.
 *
 * A version is whole or not there. The old one serves until somebody in the page asks for the new one, and stays beside it for pages that
 * still run it; what is older goes. What a page fetches once it runs has its content in its name (scripts/build.mjs holds that), so that
 * whichever version answers, it is the page's own.
 */
/* global VERSION, FILES */
const PREFIX = 'ringside-';
const NAME = PREFIX + VERSION;
const BESIDE = 1;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) =>
    // From the server: what the browser kept under such a name may be an older version's.
    cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })))));
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    // In the order in which they were made.
    const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
    await Promise.all(old.slice(0, Math.max(0, old.length - BESIDE)).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener('message', ({ data }) => {
  if (data === 'take over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event, { scope } = self.registration;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  event.respondWith((async () => {
    const cache = await caches.open(NAME);
    // Whatever stands behind the question mark is the page's to read.
    const isPage = request.mode === 'navigate' && ['', 'index.html'].includes(request.url.slice(scope.length).replace(/[?#].*$/s, ''));
    const kept = isPage ? await cache.match('./') : await cache.match(request) ?? await caches.match(request);
    return kept ?? fetch(request);
  })());
});
