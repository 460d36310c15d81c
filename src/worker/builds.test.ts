/** Both ends of the channel between a machine's worker and the build worker, over real message ports. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createBuilder, type Builder, type BuildOrder } from '../lab/builder.ts';
import { stock } from '../lab/objects.ts';
import { guestSources } from '../lab/sources.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';
import { resolveConfig, type Switches } from '../toolchain/kconfig.ts';
import { remoteBuilder, serveBuilds } from './builds.ts';

const originals = guestSources();
const ports: MessagePort[] = [];

function channel(builder: (originals: ReadonlyMap<string, string>) => Builder): Builder {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  serveBuilds(port1, builder, () => true);
  return remoteBuilder(port2, originals);
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const order = (edits: Record<string, string> = {}): BuildOrder => ({ config: 'linux', app: 'hello', switches: resolveConfig(originals, 'linux') as Switches, args: ['a', 'b'], edits });
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

describe('a build in another thread', () => {
  it('gives the image that is built here, byte for byte, and says how far it is', async () => {
    const steps: [number, number][] = [];
    const edited = order({ 'linux/kernel/sys.c': `${originals.get('linux/kernel/sys.c')}\nint one_more(int a) { return a * 3; }\n` });
    const there = channel((sources) => createBuilder({ originals: sources, clock: () => 0, objects: stock.objects, compiler: async () => createUnitCompiler() }));
    const built = await there(edited, (done, total) => void steps.push([done, total]));
    expect(isDeepStrictEqual(built, await here()(edited, () => undefined))).toBe(true);
    const [last] = steps.slice(-1);
    expect(steps.length).toBeGreaterThan(50);
    expect(last[0]).toBe(last[1]);
  });

  it('again, when the first image has been handed over', async () => {
    const there = channel((sources) => createBuilder({ originals: sources, clock: () => 0, objects: stock.objects, compiler: async () => createUnitCompiler() }));
    const [first, second] = [await there(order(), () => undefined), await there(order(), () => undefined)];
    expect(isDeepStrictEqual(second, first)).toBe(true);
    expect(first.image.kernel.length).toBeGreaterThan(10_000);
  });

  it('reports what is wrong with the sources as a build here does', async () => {
    const { image } = await channel((sources) => createBuilder({ originals: sources, clock: () => 0, objects: stock.objects, compiler: async () => createUnitCompiler() }))(order({ 'apps/hello.c': 'int main(void) { return missing; }' }), () => undefined);
    expect(image.ok).toBe(false);
    expect(image.diagnostics[0]).toMatchObject({ file: 'apps/hello.c', severity: 'error' });
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
