/** The one place that knows there is a worker. Everything else speaks to a `Link`. */
import { connect } from '../../link/client.ts';
import type { Method, Notice, Params, Result } from '../../link/protocol.ts';

export interface Link {
  call: <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>>;
  onNotice: (listener: (notice: Notice) => void) => void;
  /** The worker is gone: a bug of ours, or the browser killed it. Called once. */
  onDeath: (listener: (message: string) => void) => void;
  close: () => void;
}

export function startWorker(): Link {
  const worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module' });
  const client = connect(worker);
  return {
    call: (method, params) => client.call(method, params),
    onNotice: (listener) => void client.onNotice(listener),
    onDeath: (listener) => {
      let told = false;
      const tell = (message: string) => {
        if (told) return;
        told = true;
        listener(message);
      };
      worker.addEventListener('error', (event) => tell(event.message || 'The worker could not be started.'));
      worker.addEventListener('messageerror', () => tell('A message from the worker could not be read.'));
      client.onNotice((notice) => {
        if (notice.kind === 'crash') tell(`${notice.message} (tick ${notice.tick})`);
      });
    },
    close: () => worker.terminate(),
  };
}
