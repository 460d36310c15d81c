/**
 * A second voice on the page's own link: tests ask the worker that the page talks to, so that what a panel shows can be
 * held against the machine itself. It is put in before the page's scripts run and changes nothing they can see.
 */
import type { Page } from '@playwright/test';
import type { Method, Params, Result } from '../src/link/protocol.ts';

interface Tap {
  /** Living workers with a machine, in order of birth; the first is the one the page shows. */
  workers: Worker[];
  /** Those that build images. */
  builders: Worker[];
  /** Another machine for a test, whose images the page's build worker makes. */
  machine(): Worker;
  ask(worker: Worker, method: string, params: unknown): Promise<unknown>;
}

declare global {
  interface Window {
    tap: Tap;
  }
}

/** Runs in the page: must not use anything from outside itself. */
export function installTap(): void {
  // Far from the page's own numbers, so that neither end takes the other's answer.
  let last = 1e12;
  let script: string | URL = '';
  const tap: Tap = {
    workers: [],
    builders: [],
    machine: () => {
      const worker = new window.Worker(script, { type: 'module', name: 'machine' }), { port1, port2 } = new MessageChannel();
      tap.builders[0]?.postMessage({ port: port1 }, [port1]);
      worker.postMessage({ builder: port2 }, [port2]);
      return worker;
    },
    ask: (worker, method, params) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        const listen = ({ data }: MessageEvent<{ id?: number; result?: unknown; failure?: string }>) => {
          if (data.id !== id) return;
          worker.removeEventListener('message', listen);
          if (data.failure === undefined) resolve(data.result);
          else reject(new Error(data.failure));
        };
        worker.addEventListener('message', listen);
        worker.postMessage({ id, method, params });
      }),
  };
  window.tap = tap;
  window.Worker = class extends window.Worker {
    constructor(from: string | URL, options?: WorkerOptions) {
      super(from, options);
      script = from;
      (options?.name === 'build' ? tap.builders : tap.workers).push(this);
    }

    override terminate(): void {
      for (const all of [tap.workers, tap.builders]) if (all.includes(this)) all.splice(all.indexOf(this), 1);
      super.terminate();
    }
  };
}

/** Asks the worker whose machine the page shows. */
export function ask<M extends Method>(page: Page, method: M, params: Params<M>): Promise<Result<M>> {
  return page.evaluate(
    ({ method, params }) => {
      const worker = window.tap.workers[0];
      if (!worker) throw new Error('the page has no worker');
      return window.tap.ask(worker, method, params);
    },
    { method: method as string, params: params as unknown },
  ) as Promise<Result<M>>;
}

/** The eight bytes at each address as a number, or null where nothing is mapped: one trip for all of them. */
export function wordsAt(page: Page, addresses: readonly bigint[]): Promise<(bigint | null)[]> {
  return page.evaluate(async (all) => {
    const worker = window.tap.workers[0];
    if (!worker) throw new Error('the page has no worker');
    return Promise.all(all.map(async (addr) => {
      const { bytes, mapped } = (await window.tap.ask(worker, 'memory', { addr, length: 8 })) as { bytes: Uint8Array; mapped: boolean[] };
      return mapped.every(Boolean) ? new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) : null;
    }));
  }, addresses);
}
