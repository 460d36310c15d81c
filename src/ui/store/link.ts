/** The one place that knows there are workers. Everything else speaks to a `Link`. */
import { connect } from '../../link/client.ts';
import type { Method, Notice, Params, Result } from '../../link/protocol.ts';

export interface Link {
  call: <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>>;
  onNotice: (listener: (notice: Notice) => void) => void;
  /** The worker is gone: a bug of ours, or the browser killed it. Called once. */
  onDeath: (listener: (message: string) => void) => void;
  close: () => void;
}

/** Builds the images of all machines: what one has compiled serves the others. */
let builds: Worker | undefined;

/** A way to the build worker, which is started with the first machine. */
function buildsPort(tell: (message: string) => void): MessagePort {
  builds ??= new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module', name: 'build' });
  const own = builds, { port1, port2 } = new MessageChannel();
  own.addEventListener('error', (event) => {
    own.terminate();
    if (builds === own) builds = undefined;
    tell(event.message || 'The build worker could not be started.');
  });
  own.postMessage({ port: port1 }, [port1]);
  return port2;
}

export function startWorker(): Link {
  const worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module', name: 'machine' });
  let told = false, listen = (_message: string): void => undefined;
  const tell = (message: string): void => {
    if (told) return;
    told = true;
    listen(message);
  };
  const builder = buildsPort(tell);
  worker.postMessage({ builder }, [builder]);
  const client = connect(worker);
  return {
    call: (method, params) => client.call(method, params),
    onNotice: (listener) => void client.onNotice(listener),
    onDeath: (listener) => {
      listen = listener;
      worker.addEventListener('error', (event) => tell(event.message || 'The worker could not be started.'));
      worker.addEventListener('messageerror', () => tell('A message from the worker could not be read.'));
      client.onNotice((notice) => {
        if (notice.kind === 'crash') tell(`${notice.message} (tick ${notice.tick})`);
      });
    },
    close: () => worker.terminate(),
  };
}
