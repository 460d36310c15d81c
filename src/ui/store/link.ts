/** The one place that knows there are workers. Everything else speaks to a `Link`. */
import { connect } from '../../link/client.ts';
import type { Life, Method, Notice, Params, Result } from '../../link/protocol.ts';

export interface Link {
  call: <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>>;
  onNotice: (listener: (notice: Notice) => void) => void;
  /** The worker is gone: a bug of ours, or the browser killed it. Called once. */
  onDeath: (listener: (message: string) => void) => void;
  close: () => void;
}

const SILENT = 'it ended without a word, as when the browser has no memory left for it.';

/** A death that nobody tells: the lock that the worker holds while it lives comes to us. */
export function heedSilence(worker: Worker, gone: (why: string) => void): void {
  worker.addEventListener('message', ({ data }: MessageEvent<Life | object>) => {
    if ('life' in data) void navigator.locks.request(data.life, () => gone(SILENT));
  });
}

/** Builds the images of all machines: what one has compiled serves the others. */
let builds: { worker: Worker; lost: Set<(message: string) => void> } | undefined;

function startBuilds(): NonNullable<typeof builds> {
  const worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module', name: 'build' }), lost = new Set<(message: string) => void>();
  const end = (message: string): void => {
    worker.terminate();
    if (builds?.worker === worker) builds = undefined;
    for (const tell of lost) tell(message);
  };
  worker.addEventListener('error', (event) => end(event.message || 'The build worker could not be started.'));
  heedSilence(worker, (why) => end(`its builder is missing: ${why}`));
  return { worker, lost };
}

/** A way to the build worker, which is started with the first machine. Its death is told until the way is closed. */
export function openBuilds(tell: (message: string) => void): { port: MessagePort; close: () => void } {
  const { worker, lost } = builds ??= startBuilds();
  const { port1, port2 } = new MessageChannel();
  lost.add(tell);
  worker.postMessage({ port: port1 }, [port1]);
  return { port: port2, close: () => void lost.delete(tell) };
}

/** Somebody uses the page: what is not needed before that may come. Told once. */
export function inUse(): void {
  for (const worker of [builds?.worker, ...machines]) worker?.postMessage({ inUse: true });
}

const machines = new Set<Worker>();

/** Somebody edits: there will be something to compile. */
export const willBuild = (): void => builds?.worker.postMessage({ editing: true });

export function startWorker(): Link {
  const worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module', name: 'machine' });
  machines.add(worker);
  let told = false, listen = (_message: string): void => undefined;
  const tell = (message: string): void => {
    if (told) return;
    told = true;
    listen(message);
  };
  heedSilence(worker, tell);
  const builder = openBuilds(tell);
  worker.postMessage({ builder: builder.port }, [builder.port]);
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
    close: () => {
      told = true;
      builder.close();
      machines.delete(worker);
      worker.terminate();
    },
  };
}
