/** What a Web Worker of the page runs: by its name the toolchain, or a machine and its lab. One script, so that both share what they have in common. */
declare const self: DedicatedWorkerGlobalScope;

const role: Promise<{ receive: (message: never) => void }> = self.name === 'build' ? import('./build.ts') : import('./machine.ts');
/** A role that cannot be loaded is an error of the worker, which the page is told. */
self.addEventListener('message', ({ data }: MessageEvent<unknown>) => void role.then(({ receive }) => receive(data as never)));

/**
 * Held as long as this worker lives, whatever ends it: the browser that kills it, or has no memory left for it, tells nobody, but it
 * gives the lock to whoever waits for it. Where a page has no locks (it came by plain HTTP from another host) such a death stays untold.
 */
if (navigator.locks as LockManager | undefined) {
  const life = `ringside ${self.name} ${crypto.randomUUID()}`;
  void navigator.locks.request(life, () => {
    self.postMessage({ life });
    return new Promise(() => undefined);
  });
}

export {};
