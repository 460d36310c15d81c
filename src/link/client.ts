/** The page's end of the link: calls become messages, answers become promises. */
import type { FromWorker, Method, Notice, Params, Result } from './protocol.ts';

/** As much of a Worker as the link needs; a test may stand in for it. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { data: FromWorker }) => void): void;
}

export interface LinkClient {
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** @returns a function that ends the subscription. */
  onNotice(listener: (notice: Notice) => void): () => void;
}

export function connect(port: Port): LinkClient {
  let last = 0;
  const waiting = new Map<number, { resolve: (result: Result<Method>) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(notice: Notice) => void>();
  port.addEventListener('message', ({ data }) => {
    if ('notice' in data) {
      for (const listener of listeners) listener(data.notice);
      return;
    }
    if ('life' in data) return;
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ('failure' in data) call?.reject(new Error(data.failure));
    else call?.resolve(data.result);
  });
  return {
    call: <M extends Method>(method: M, params: Params<M>) =>
      new Promise<Result<M>>((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve: resolve as (result: Result<Method>) => void, reject });
        port.postMessage({ id, method, params });
      }),
    onNotice: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
