/** Both ends of the channel between a machine's worker and the build worker, over real message ports. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Digest } from '../base/digest.ts';
import { standIn } from '../base/texts.ts';
import { createBuilder, type Builder, type BuildOrder } from '../lab/builder.ts';
import { stock } from '../lab/objects.ts';
import { createSession } from '../lab/session.ts';
import { guestSources } from '../lab/sources.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';
import type { Wants } from '../link/protocol.ts';
import { resolveConfig, type Switches } from '../toolchain/kconfig.ts';
import { remoteBuilder, serveBuilds } from './builds.ts';

const originals = guestSources();
const ports: MessagePort[] = [];

function channel(builder: (originals: ReadonlyMap<string, string>) => Builder): Builder {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serveBuilds(port1, builder, () => true);
  return remoteBuilder(port2, originals).build;
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const order = (edits: Record<string, string> = {}): BuildOrder =>
  ({ config: 'linux', app: 'hello', switches: resolveConfig(originals, 'linux') as Switches, args: ['a', 'b'], edits });
const here = (): Builder => createBuilder({ originals, clock: () => 0, objects: stock.objects, compiler: async () => createUnitCompiler() });

describe('the compiler', () => {
  it('is wanted for an edit, and not for a stock configuration', async () => {
    let wanted = 0;
    const build = createBuilder({
      originals, clock: () => 0, objects: stock.objects,
      compiler: () => {
        wanted++;
        return Promise.resolve(createUnitCompiler());
      },
    });
    expect((await build(order(), () => undefined)).image.ok).toBe(true);
    expect(wanted).toBe(0);
    expect((await build(order({ 'apps/hello.c': 'int main(void) { return 0; }' }), () => undefined)).image.ok).toBe(true);
    expect(wanted).toBe(1);
  });
});

describe('sources of which most come later', () => {
  const parted = (): Map<string, string> => new Map([...originals].map(([name, text]) =>
    [name, name.startsWith('linux/kernel/') ? standIn(new Digest().text(text).toString()) : text]));

  it('are known by their digests: a stock build needs no text of them, and comes out the same', async () => {
    const built = await createBuilder({ originals: parted(), clock: () => 0, objects: stock.objects,
      compiler: () => Promise.reject(new Error('not wanted')) })(order(), () => undefined);
    expect(isDeepStrictEqual(built, await here()(order(), () => undefined))).toBe(true);
  });

  it('are never compiled as they stand', async () => {
    const builder = createBuilder({ originals: parted(), clock: () => 0, objects: () => undefined, compiler: async () => createUnitCompiler() });
    await expect(builder(order(), () => undefined)).rejects.toThrow('sources are wanted');
  });

  it('come when a unikernel, an edit or a look at them wants them, and once', async () => {
    const sources = parted();
    let asked = 0;
    const builder = (): Builder => createBuilder({ originals: sources, clock: () => 0, objects: stock.objects, compiler: async () => createUnitCompiler() });
    const rest = () => Promise.resolve().then(() => {
      asked++;
      return { REST: Object.fromEntries([...originals].filter(([name]) => name.startsWith('linux/kernel/'))) };
    });
    const { handlers } = createSession({ originals: sources, rest, build: (...told) => builder()(...told), pump: () => Promise.resolve() });
    await handlers.open({ scenario: 'hello', config: 'linux', show: { code: true, listings: { have: [] } } });
    expect(asked).toBe(0);
    expect((await handlers.source({ file: 'linux/kernel/sys.c' }))?.text).toBe(originals.get('linux/kernel/sys.c'));
    expect(asked).toBe(1);
    expect((await handlers.build({ scenario: 'hello', config: 'ukl' })).uklLines).toBeGreaterThan(100);
    expect(asked).toBe(1);
  });
});

describe('lines and variables of the kernel', () => {
  /** As the page's: they come when they are wanted. */
  const later = () => {
    let asked = 0;
    const builder = createBuilder({ originals, clock: () => 0, compiler: () => Promise.reject(new Error('not wanted')),
      objects: (config) => {
        const shipped = stock.objects(config);
        return shipped && { objects: shipped.objects };
      },
      detail: (config) => {
        asked++;
        return Promise.resolve(stock.objects(config)?.detail ?? new Uint8Array(0));
      } });
    const sys = 'linux/kernel/sys.c', parted = new Map([...originals, [sys, standIn(new Digest().text(originals.get(sys) ?? '').toString())]]);
    const { handlers } = createSession({ originals: parted, rest: () => Promise.resolve({}), build: builder, pump: () => Promise.resolve() });
    return { handlers, builder, asked: () => asked };
  };
  const show: Wants = { code: true, cpu: true, stacks: true, path: true, listings: { have: [] }, overview: { columns: 100 } };

  it.each(['hello', 'console-echo', 'lost-red-zone', 'stack-page-fault'])('are not needed to open %s, and what is seen then is whole', async (scenario) => {
    const { handlers, asked } = later();
    const bare = await handlers.open({ scenario, config: 'linux', show });
    expect(asked()).toBe(0);
    const { handlers: all } = createSession({ build: here(), pump: () => Promise.resolve() });
    const whole = await all.open({ scenario, config: 'linux', show });
    expect(isDeepStrictEqual(bare, whole)).toBe(true);
    // The first step has them.
    await handlers.step({ unit: 'boundary', direction: 'forward' });
    expect(asked()).toBe(1);
  });

  it('complete the image that was linked without them', async () => {
    const { builder } = later();
    const bare = await builder(order(), () => undefined), whole = await builder({ ...order(), whole: true }, () => undefined);
    expect([bare.isWhole, whole.isWhole]).toEqual([false, true]);
    expect(bare.image.imageHash).toBe(whole.image.imageHash);
    expect(isDeepStrictEqual(whole, await here()(order(), () => undefined))).toBe(true);
  });

  it('come with the library\'s archive, for a program that wants some of it', async () => {
    const { builder, asked } = later(), threads = { ...order(), app: 'two-threads' };
    const { image, isWhole: all } = await builder(threads, () => undefined);
    expect([all, asked()]).toEqual([true, 1]);
    expect(image.imageHash).toBe((await here()(threads, () => undefined)).image.imageHash);
  });
});

describe('a build in another thread', () => {
  it('gives the image that is built here, byte for byte, and says how far it is', async () => {
    const steps: [number, number][] = [];
    const edited = order({ 'linux/kernel/sys.c': `${originals.get('linux/kernel/sys.c')}\nint one_more(int a) { return a * 3; }\n` });
    const there = channel((sources) => createBuilder({ originals: sources, clock: () => 0, objects: stock.objects,
      compiler: async () => createUnitCompiler() }));
    const built = await there(edited, (done, total) => void steps.push([done, total]));
    expect(isDeepStrictEqual(built, await here()(edited, () => undefined))).toBe(true);
    const [last] = steps.slice(-1);
    expect(steps.length).toBeGreaterThan(50);
    expect(last[0]).toBe(last[1]);
  });

  it('again, when the first image has been handed over', async () => {
    const there = channel((sources) => createBuilder({ originals: sources, clock: () => 0, objects: stock.objects,
      compiler: async () => createUnitCompiler() }));
    const [first, second] = [await there(order(), () => undefined), await there(order(), () => undefined)];
    expect(isDeepStrictEqual(second, first)).toBe(true);
    expect(first.image.kernel.length).toBeGreaterThan(10_000);
  });

  it('reports what is wrong with the sources as a build here does', async () => {
    const { image } = await channel((sources) => createBuilder({ originals: sources, clock: () => 0, objects: stock.objects,
      compiler: async () => createUnitCompiler() }))(order({ 'apps/hello.c': 'int main(void) { return missing; }' }), () => undefined);
    expect(image.ok).toBe(false);
    expect(image.diagnostics[0]).toMatchObject({ file: 'apps/hello.c', severity: 'error' });
  });

  it('is kept for who goes to and fro between two configurations', async () => {
    const asked: string[] = [], build = here();
    const { handlers } = createSession({ pump: () => Promise.resolve(), build: (one, told) => {
      asked.push(one.config);
      return build(one, told);
    } });
    for (const config of ['linux', 'ukl', 'linux', 'ukl', 'ukl-nss', 'ukl', 'linux'])
      expect((await handlers.build({ scenario: 'hello', config })).ok).toBe(true);
    expect(asked).toEqual(['linux', 'ukl', 'ukl-nss', 'linux']);
  });

  it('that breaks down fails the order, and serves the next one', async () => {
    let broken = true;
    const there = channel((sources) => {
      const build = createBuilder({ originals: sources, clock: () => 0, objects: stock.objects, compiler: async () => createUnitCompiler() });
      return (asked, told) => (broken ? Promise.reject(new Error('out of luck')) : build(asked, told));
    });
    await expect(there(order(), () => undefined)).rejects.toThrow('out of luck');
    broken = false;
    expect((await there(order(), () => undefined)).image.ok).toBe(true);
  });
});
