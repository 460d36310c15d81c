/** The toolchain, in a worker of its own: one for all machines of a page, so that they share what is compiled. */
import { createBuilder, type Builder } from '../lab/builder.ts';
import { exercise } from '../toolchain/build.ts';
import { appNames, configNames, resolveConfig } from '../toolchain/kconfig.ts';
import type { UnitCompiler } from '../toolchain/units.ts';
import { serveBuilds } from './builds.ts';

const PROGRESS_MS = 50;
/** Between two units that are compiled for practice: a build that is wanted meanwhile waits for one of them at most. */
const PRACTICE_PAUSE_MS = 20;
/** After that many the compiler's functions are as fast as they get. */
const PRACTICE_UNITS = 60;
let told = 0;
let builder: Builder | undefined;
let sources: ReadonlyMap<string, string> | undefined;

/** Most of the toolchain: comes when it is wanted, or once the page is in use, so that it is there when the network is not. */
let compilerLoad: Promise<UnitCompiler> | undefined;
const compiler = (): Promise<UnitCompiler> => (compilerLoad ??= import('../toolchain/compiler.ts').then(({ createUnitCompiler }) => createUnitCompiler()));

const fetched = new Map<string, Promise<Uint8Array | undefined>>();

/** The objects of a configuration, beside this script. Without them, offline before they were ever fetched, all is compiled. */
async function fetchObjects(config: string): Promise<Uint8Array | undefined> {
  try {
    // Not by import.meta.url: the bundler takes that for files that it knows.
    const answer = await fetch(new URL(`../objects/${config}.objects`, self.location.href));
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

const packed = (config: string): Promise<Uint8Array | undefined> => {
  const coming = fetched.get(config) ?? fetchObjects(config);
  fetched.set(config, coming);
  // Asked for again after it failed.
  void coming.then((bytes) => { if (!bytes) fetched.delete(config); });
  return coming;
};

async function objects(config: string): Promise<Uint8Array | undefined> {
  const bytes = await packed(config);
  return bytes && new Uint8Array(await new Response(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
}

function progressDue(): boolean {
  const now = performance.now();
  if (now - told < PROGRESS_MS) return false;
  told = now;
  return true;
}

// Every machine of a page has the same sources.
const builderFor = (originals: ReadonlyMap<string, string>): Builder => {
  sources = originals;
  return (builder ??= createBuilder({ originals, clock: () => performance.now(), objects, compiler }));
};

/** The page is in use and this worker idle: what is wanted next is fetched, and the compiler compiles for practice. */
async function prepare(): Promise<void> {
  const unitCompiler = await compiler();
  if (!sources) return;
  const [config] = configNames(sources), [app] = appNames(sources);
  for (const name of configNames(sources)) await packed(name);
  const switches = resolveConfig(sources, config);
  if (typeof switches === 'string') return;
  const practice = exercise({ sources, app, switches }, unitCompiler);
  for (let n = 0; n < PRACTICE_UNITS && !practice.next().done; n++) await new Promise((resolve) => setTimeout(resolve, PRACTICE_PAUSE_MS));
}

/** Another machine's way to here; or the page is in use. */
export function receive(message: { port: MessagePort } | { inUse: true }): void {
  if ('port' in message) serveBuilds(message.port, builderFor, progressDue);
  else void prepare().catch(() => undefined);
}
