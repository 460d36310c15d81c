/** Builds in a worker of their own: the two ends of the channel between it and a machine's worker. */
import { isWhole } from '../base/texts.ts';
import type { Builder, BuildOrder, Built } from '../lab/builder.ts';
import type { BuildResult, BuiltImage } from '../toolchain/build.ts';
import { packDebug, unpackDebug, type PackedDebug } from '../toolchain/packed-debug.ts';

/** What the machine's worker says. The sources come first, and again when texts have come that were not there. */
type ToBuilder = { originals: ReadonlyMap<string, string> } | { id: number; order: BuildOrder };
type FromBuilder = { id: number; done: number; total: number } | { id: number; built: Packed } | { id: number; failure: string };

/** What was built, as it is sent. */
type Packed = Omit<Built, 'image'> & { image: Omit<BuildResult, 'images'> & { images: (Omit<BuiltImage, 'debug'> & { debug: PackedDebug })[] } };

const pack = ({ image, ...built }: Built): Packed => ({ ...built, image: { ...image,
  images: image.images.map((one) => ({ ...one, debug: packDebug(one.debug) })) } });
const unpack = ({ image, ...built }: Packed): Built => ({ ...built, image: { ...image,
  images: image.images.map((one) => ({ ...one, debug: unpackDebug(one.debug) })) } });

export interface RemoteBuilder {
  build: Builder;
  /** The sources are whole now. */
  renew: () => void;
}

/** A builder at the other end of the channel. `originals` may still be filled. */
export function remoteBuilder(port: MessagePort, originals: ReadonlyMap<string, string>): RemoteBuilder {
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
    else call?.resolve(unpack(data.built));
  };
  const say = (message: ToBuilder): void => port.postMessage(message);
  let whole = isWhole(originals);
  say({ originals });
  const renew = (): void => {
    if (whole || !isWhole(originals)) return;
    whole = true;
    say({ originals });
  };
  const build: Builder = (order, told) => new Promise((resolve, reject) => {
    renew();
    const id = ++last;
    waiting.set(id, { told, resolve, reject });
    say({ id, order });
  });
  return { build, renew };
}

/** Serves the orders that come through a channel, one after the other. `builder` is asked for with the sources that came through it. */
export function serveBuilds(port: MessagePort, builder: (originals: ReadonlyMap<string, string>) => Builder, progressDue: () => boolean): void {
  let build: Builder | undefined;
  let queue: Promise<void> = Promise.resolve();
  const say = (message: FromBuilder, hand: Transferable[] = []): void => port.postMessage(message, hand);
  const serve = async (id: number, order: BuildOrder): Promise<void> => {
    try {
      const built = pack(await build!(order, (done, total) => {
        if (progressDue()) say({ id, done, total });
      }));
      // The bytes of the image change hands; nobody here needs them again.
      const { kernel, initramfs, images } = built.image;
      say({ id, built }, [kernel.buffer as ArrayBuffer, initramfs.buffer as ArrayBuffer, ...images.flatMap(({ debug }) =>
        [debug.addresses.buffer, debug.numbers.buffer])]);
    } catch (error) {
      say({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  port.onmessage = ({ data }: MessageEvent<ToBuilder>) => {
    if ('originals' in data) build = builder(data.originals);
    else queue = queue.then(() => serve(data.id, data.order));
  };
}
