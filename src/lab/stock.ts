/** Objects of the stock configurations, made when Ringside was built: a first build then only links. */
import { type BuildCache, buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { configNames, resolveConfig, soleAppNames, switchesOfApp } from '../toolchain/kconfig.ts';
import type { Shipped } from '../toolchain/units.ts';
import { stock } from './objects.ts';
import { guestSources } from './sources.ts';

const adopted = new WeakMap<BuildCache, Set<string>>();

/** A cache that has the objects of a configuration, if there are any. */
export function stocked(config: string, cache = freshCache()): BuildCache {
  const known = adopted.get(cache) ?? new Set();
  adopted.set(cache, known);
  if (known.has(config)) return cache;
  known.add(config);
  const objects = stock.objects(config);
  if (objects) cache.adopt(objects, guestSources());
  return cache;
}

/** Makes the objects: those of every application in each configuration. `earlier` serve again where their sources are the same. */
export function makeObjects(earlier: (config: string) => Shipped | undefined): Map<string, Required<Shipped>> {
  const sources = guestSources(), made = new Map<string, Required<Shipped>>();
  for (const config of configNames(sources)) {
    const cache = freshCache(), switches = resolveConfig(sources, config);
    if (typeof switches === 'string') throw new Error(switches);
    // Configurations have most of their objects in common.
    for (const objects of [earlier(config), ...made.values()]) if (objects) cache.adopt(objects, sources);
    // What wants other switches than these is compiled when it is asked for.
    const apps = soleAppNames(sources).filter((app) => Object.keys(switchesOfApp(app)).length === 0);
    for (const app of apps) buildGuest({ sources, app, switches }, cache);
    made.set(config, cache.pack());
  }
  return made;
}
