/** Objects of the stock configurations, made when Ringside was built: a first build then only links. */
import { type BuildCache, buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { APP_SWITCHES, configNames, packNames, resolveConfig, soleAppNames, switchesOfApp, type Switches } from '../toolchain/kconfig.ts';
import { packCache } from '../toolchain/shipped.ts';
import type { Shipped } from '../toolchain/units.ts';
import { stock } from './objects.ts';
import { guestSources } from './sources.ts';

const adopted = new WeakMap<BuildCache, Set<string>>();

/** A cache that has the objects of a configuration with these switches, if there are any. */
export function stocked(config: string, switches: Switches, cache = freshCache()): BuildCache {
  const known = adopted.get(cache) ?? new Set();
  adopted.set(cache, known);
  for (const name of packNames(config, switches)) {
    const objects = known.has(name) ? undefined : stock.objects(name);
    known.add(name);
    if (objects) cache.adopt(objects, guestSources());
  }
  return cache;
}

/**
 * Makes the objects: those of every application in each configuration, and for a switch that some applications want those of all configurations
 * with it. `earlier` serve again where their sources are the same.
 */
export function makeObjects(earlier: (name: string) => Shipped | undefined): Map<string, Required<Shipped>> {
  const sources = guestSources(), made = new Map<string, Required<Shipped>>();
  const make = (name: string, configs: readonly string[], set: Readonly<Record<string, string>>, apps: readonly string[]): void => {
    const cache = freshCache();
    // Configurations have most of their objects in common.
    for (const objects of [earlier(name), ...made.values()]) if (objects) cache.adopt(objects, sources);
    for (const config of configs) {
      const switches = resolveConfig(sources, config, set);
      if (typeof switches === 'string') throw new Error(switches);
      for (const app of apps) buildGuest({ sources, app, switches }, cache);
    }
    made.set(name, packCache(cache));
  };
  const apps = soleAppNames(sources), configs = configNames(sources);
  for (const config of configs) make(config, [config], {}, apps.filter((app) => Object.keys(switchesOfApp(app)).length === 0));
  for (const key of APP_SWITCHES) make(key, configs, { [key]: 'on' }, apps.filter((app) => key in switchesOfApp(app)));
  return made;
}
