/** Builds images to order. An order and what comes of it are plain data, so that it can be done in a thread of its own. */
import { buildGuest, BuildCache, type BuildResult } from '../toolchain/build.ts';
import { CompilerWanted, type Shipped, type UnitCompiler } from '../toolchain/units.ts';
import type { Switches } from '../toolchain/kconfig.ts';
import { isWhole } from '../base/texts.ts';

export interface BuildOrder {
  config: string;
  app: string;
  switches: Switches;
  args: readonly string[];
  /** Path to whole new text; all else is as it came. */
  edits: Readonly<Record<string, string>>;
  /** Lines and variables of the kernel are wanted; else they may be missing (`Built.isWhole`). */
  whole?: boolean;
}

export interface Built {
  image: BuildResult;
  milliseconds: number;
  /** Its debug information is all there. */
  isWhole: boolean;
}

export type Builder = (order: BuildOrder, told: (done: number, total: number) => void) => Promise<Built>;

export interface BuilderOptions {
  originals: ReadonlyMap<string, string>;
  /** Host time in milliseconds, for the build's duration only. */
  clock: () => number;
  /** Objects of a stock configuration, if there are any. */
  objects: (config: string) => Promise<Shipped | undefined> | Shipped | undefined;
  /** Their detail, where they come without: fetched for whoever wants all, or wants of the library what is not there without it. */
  detail?: (config: string) => Promise<Uint8Array>;
  /** Asked for when something has to be compiled. */
  compiler: () => Promise<UnitCompiler>;
}

/** Builds in this thread, with one cache for all orders. */
export function createBuilder({ originals, clock, objects, detail, compiler }: BuilderOptions): Builder {
  const cache = new BuildCache();
  const adopted = new Set<string>();
  /** Configurations whose objects lack their detail, and what takes it in. */
  const bare = new Map<string, (detail: Uint8Array) => void>();
  return async ({ config, app, switches, args, edits, whole }, told) => {
    const first = !adopted.has(config);
    adopted.add(config);
    const shipped = first ? await objects(config) : undefined;
    // Configurations have units in common.
    const fetched = async (): Promise<[name: string, bytes: Uint8Array][]> => (detail ? Promise.all([...bare.keys(),
      ...(shipped && !shipped.detail && !bare.has(config) ? [config] : [])].map(async (name) => [name, await detail(name)] as const)) : []);
    const complete = (details: [name: string, bytes: Uint8Array][]): void => {
      for (const [name, bytes] of details) {
        bare.get(name)?.(bytes);
        bare.delete(name);
      }
    };
    const details = whole ? await fetched() : [];
    let start = clock();
    if (shipped) {
      const take = cache.adopt(shipped, originals);
      if (!shipped.detail) bare.set(config, take);
    }
    complete(details);
    const request = { sources: new Map([...originals, ...Object.entries(edits)]), app, switches, ...(args.length ? { args } : {}), told };
    let image: BuildResult | undefined;
    const built = (): BuildResult | undefined => {
      try {
        return buildGuest(request, cache);
      } catch (error) {
        if (!(error instanceof CompilerWanted)) throw error;
        return undefined;
      }
    };
    image = built();
    if (!image && bare.size > 0) {
      const late = await fetched();
      start = clock();
      complete(late);
      image = built();
    }
    if (!image) {
      // Whoever asked brings them and asks again.
      if (!isWhole(originals)) throw new Error('sources are wanted to compile');
      cache.units.compiler = await compiler();
      image = buildGuest(request, cache);
    }
    return { image, milliseconds: clock() - start, isWhole: bare.size === 0 };
  };
}
