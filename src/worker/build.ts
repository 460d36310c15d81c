/** The toolchain, in a worker of its own: one for all machines of a page, so that they share what is compiled. */
import { createBuilder, type Builder } from '../lab/builder.ts';
import type { UnitCompiler } from '../toolchain/units.ts';
import { serveBuilds } from './builds.ts';

const PROGRESS_MS = 50;
let told = 0;
let builder: Builder | undefined;

/** Most of the toolchain: comes when it is wanted, or after the first build, so that it is there when the network is not. */
let compilerLoad: Promise<UnitCompiler> | undefined;
const compiler = (): Promise<UnitCompiler> => (compilerLoad ??= import('../toolchain/compiler.ts').then(({ createUnitCompiler }) => createUnitCompiler()));

/** The objects of a configuration, beside this script. Without them, offline before they were ever fetched, all is compiled. */
async function objects(config: string): Promise<Uint8Array | undefined> {
  try {
    // Not by import.meta.url: the bundler takes that for files that it knows.
    const answer = await fetch(new URL(`../objects/${config}.objects`, self.location.href));
    if (!answer.ok || !answer.body) return undefined;
    return new Uint8Array(await new Response(answer.body.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  } catch {
    return undefined;
  }
}

function progressDue(): boolean {
  const now = performance.now();
  if (now - told < PROGRESS_MS) return false;
  told = now;
  return true;
}

// Every machine of a page has the same sources.
const builderFor = (originals: ReadonlyMap<string, string>): Builder => (builder ??= createBuilder({ originals, clock: () => performance.now(), objects, compiler }));

/** Another machine's way to here. */
export function receive({ port }: { port: MessagePort }): void {
  serveBuilds(port, builderFor, progressDue, () => void compiler().catch(() => undefined));
}
