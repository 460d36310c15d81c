/** Builds images to order. An order and what comes of it are plain data, so that it can be done in a thread of its own. */
import { BuildCache, type BuildResult } from '../toolchain/build.ts';
import { CompilerWanted, type Shipped, type UnitCompiler } from '../toolchain/units.ts';
import { packNames, type Switches } from '../toolchain/kconfig.ts';
import { isWhole } from '../base/texts.ts';
import { buildTold } from './told.ts';

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
  /** Objects by the name of what they are of (`packNames`), if there are any. */
  objects: (name: string) => Promise<Shipped | undefined> | Shipped | undefined;
  /** Their detail, where they come without: fetched for whoever wants all, or wants of the library what is not there without it. */
  detail?: (name: string) => Promise<Uint8Array>;
  /** Asked for when something has to be compiled. */
  compiler: () => Promise<UnitCompiler>;
}

/** Builds in this thread, with one cache for all orders. */
export function createBuilder({ originals, clock, objects, detail, compiler }: BuilderOptions): Builder {
  const cache = new BuildCache();
  const adopted = new Set<string>();
  /** Objects that lack their detail, and what takes it in. */
  const bare = new Map<string, (detail: Uint8Array) => void>();
  return async ({ config, app, switches, args, edits, whole }, told) => {
    const first = packNames(config, switches).filter((name) => !adopted.has(name));
    for (const name of first) adopted.add(name);
    const shipped = await Promise.all(first.map(async (name) => [name, await objects(name)] as const));
    // Configurations have units in common.
    const fetched = async (): Promise<[name: string, bytes: Uint8Array][]> => {
      const names = new Set([...bare.keys(), ...shipped.flatMap(([name, made]) => (made && !made.detail ? [name] : []))]);
      return detail ? Promise.all([...names].map(async (name) => [name, await detail(name)] as const)) : [];
    };
    const complete = (details: [name: string, bytes: Uint8Array][]): void => {
      for (const [name, bytes] of details) {
        bare.get(name)?.(bytes);
        bare.delete(name);
      }
    };
    const details = whole ? await fetched() : [];
    let start = clock();
    for (const [name, made] of shipped) {
      const take = made && cache.adopt(made, originals);
      if (take && !made.detail) bare.set(name, take);
    }
    complete(details);
    const request = { sources: new Map([...originals, ...Object.entries(edits)]), app, switches, ...(args.length ? { args } : {}), told };
    let image: BuildResult | undefined;
    const built = (): BuildResult | undefined => {
      try {
        return buildTold(request, cache);
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
      image = buildTold(request, cache);
    }
    return { image, milliseconds: clock() - start, isWhole: bare.size === 0 };
  };
}
