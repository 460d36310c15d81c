/** The objects that are shipped are what the toolchain makes of the sources. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guestSources } from '../lab/sources.ts';
import { makeObjects } from '../lab/stock.ts';
import { buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { APP_SWITCHES, configNames, packNames, resolveConfig, switchesOfApp, type Switches } from '../toolchain/kconfig.ts';
import type { Shipped } from '../toolchain/units.ts';
import { readObjects } from './objects.ts';

const shipped = (name: string): Required<Shipped> => {
  const found = readObjects(process.env['RINGSIDE_OBJECTS'] ?? '', name);
  if (!found) throw new Error(`there are no objects of ${name}`);
  return found;
};
const sources = guestSources();

describe('objects of the stock configurations', () => {
  it('equal those that are compiled now, byte for byte', { timeout: 120_000 }, () => {
    const made = makeObjects(() => undefined);
    expect([...made.keys()]).toEqual([...configNames(sources), ...APP_SWITCHES]);
    for (const [name, { objects, detail }] of made) {
      expect(Buffer.compare(objects, shipped(name).objects), name).toBe(0);
      expect(Buffer.compare(detail, shipped(name).detail), name).toBe(0);
    }
  });

  it('serve whole builds in every configuration, with the switches that an application wants', { timeout: 60_000 }, () => {
    const compiled: string[] = [];
    for (const config of configNames(sources)) {
      const cache = freshCache(), switches = resolveConfig(sources, config, switchesOfApp('kv-store')) as Switches;
      cache.units.onCompile = (path) => void compiled.push(`${config}: ${path}`);
      for (const name of packNames(config, switches)) cache.adopt(shipped(name), sources);
      expect(buildGuest({ sources, app: 'kv-store', switches }, cache).diagnostics, config).toEqual([]);
    }
    expect(compiled).toEqual([]);
  });

  it('an edit compiles only what it changes, and gives the image of a whole build', () => {
    const switches = resolveConfig(sources, 'linux') as Switches;
    const edited = new Map(sources).set('linux/kernel/sys.c', `${sources.get('linux/kernel/sys.c')}\nint one_more(int a) { return a * 3; }\n`)
      .set('linux/include/linux/ukl.h', `${sources.get('linux/include/linux/ukl.h')}\n/* the end */\n`);
    const cache = freshCache();
    cache.adopt(shipped('linux'), sources);
    const compiled: string[] = [];
    cache.units.onCompile = (path) => void compiled.push(path);
    const build = buildGuest({ sources: edited, app: 'hello', switches }, cache);
    expect(compiled).toEqual(['linux/kernel/sys.c']);
    expect(isDeepStrictEqual(build, buildGuest({ sources: edited, app: 'hello', switches }, freshCache()))).toBe(true);
  });

  it('of other sources are left aside', () => {
    const switches = resolveConfig(sources, 'linux') as Switches;
    const other = new Map(sources).set('linux/kernel/sys.c', (sources.get('linux/kernel/sys.c') ?? '').replace('current->tgid', 'current->tgid + 1'));
    const cache = freshCache();
    cache.adopt(shipped('linux'), other);
    expect(buildGuest({ sources: other, app: 'hello', switches }, cache).imageHash).toBe(buildGuest({ sources: other, app: 'hello', switches }, freshCache())
      .imageHash);
  });
});
