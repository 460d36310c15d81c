declare const self: DedicatedWorkerGlobalScope;

/**
 * Tells the page the name of a lock that is held as long as this worker lives, whatever ends it: the browser that kills it, or has no memory left
 * for it, tells nobody, but it gives the lock to whoever waits for it. Where a page has no locks (it came by plain HTTP from another host) such a
 * death stays untold.
 */
export function tellLife(): void {
  if (!(navigator.locks as LockManager | undefined)) return;
  const life = `ringside ${self.name} ${crypto.randomUUID()}`;
  void navigator.locks.request(life, () => {
    self.postMessage({ life });
    return new Promise(() => undefined);
  });
}
