/** Keeps this version of the page in the browser, so that it needs no network from now on; and hears of a new one. */
import { page } from './page.ts';

/** Offers the version that waits; whoever takes it is at the same moment in it, which the address holds. */
function offer(waiting: ServiceWorker): void {
  page.setState({ newVersion: () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true });
    waiting.postMessage('take over');
  } });
}

/** Once per visit. A browser that keeps nothing, or a server that has no such file, leaves all as it is. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
  if (!registration) return;
  const heed = (worker: ServiceWorker | null): void => worker?.addEventListener('statechange', () => {
    // The first one has nobody to take over from.
    if (worker.state === 'installed' && registration.active) offer(worker);
  });
  if (registration.waiting && registration.active) offer(registration.waiting);
  heed(registration.installing);
  registration.addEventListener('updatefound', () => heed(registration.installing));
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void registration.update().catch(() => undefined); // no network: nothing new to hear of
  });
}
