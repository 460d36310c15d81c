/** Builds in a worker of their own: the two ends of the channel between it and a machine's worker. */
import type { Builder, BuildOrder, Built } from '../lab/builder.ts';

/** What the machine's worker says. The sources come first, and once. */
type ToBuilder = { originals: ReadonlyMap<string, string> } | { id: number; order: BuildOrder };
type FromBuilder = { id: number; done: number; total: number } | { id: number; built: Built } | { id: number; failure: string };

/** A builder at the other end of the channel. */
export function remoteBuilder(port: MessagePort, originals: ReadonlyMap<string, string>): Builder {
  const waiting = new Map<number, { told: (done: number, total: number) => void; resolve: (built: Built) => void; reject: (error: Error) => void }>();
  let last = 0;
  port.onmessage = ({ data }: MessageEvent<FromBuilder>) => {
    const call = waiting.get(data.id);
    if ('done' in data) {
      call?.told(data.done, data.total);
      return;
    }
    waiting.delete(data.id);
    if ('failure' in data) call?.reject(new Error(data.failure));
    else call?.resolve(data.built);
  };
  const say = (message: ToBuilder): void => port.postMessage(message);
  say({ originals });
  return (order, told) => new Promise((resolve, reject) => {
    const id = ++last;
    waiting.set(id, { told, resolve, reject });
    say({ id, order });
  });
}

/** Serves the orders that come through a channel, one after the other. `builder` is asked for with the sources that came through it. */
export function serveBuilds(port: MessagePort, builder: (originals: ReadonlyMap<string, string>) => Builder, progressDue: () => boolean): void {
  let build: Builder | undefined;
  let queue: Promise<void> = Promise.resolve();
  const say = (message: FromBuilder, hand: Transferable[] = []): void => port.postMessage(message, hand);
  const serve = async (id: number, order: BuildOrder): Promise<void> => {
    try {
      const built = await build!(order, (done, total) => {
        if (progressDue()) say({ id, done, total });
      });
      // The bytes of the image change hands; nobody here needs them again.
      const { kernel, initramfs } = built.image;
      say({ id, built }, [kernel.buffer as ArrayBuffer, initramfs.buffer as ArrayBuffer]);
    } catch (error) {
      say({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  port.onmessage = ({ data }: MessageEvent<ToBuilder>) => {
    if ('originals' in data) build = builder(data.originals);
    else queue = queue.then(() => serve(data.id, data.order));
  };
}
