/** The toolchain, in a worker of its own: one for all machines of a page, so that they share what is compiled. */
import { isWhole } from '../base/texts.ts';
import { createBuilder, type Builder } from '../lab/builder.ts';
import { exercise } from '../toolchain/build.ts';
import { APP_SWITCHES, configNames, resolveConfig, soleAppNames } from '../toolchain/kconfig.ts';
import type { Shipped, UnitCompiler } from '../toolchain/units.ts';
import { serveBuilds } from './builds.ts';

const PROGRESS_MS = 50;
/** Between two units that are compiled for practice: a build that is wanted meanwhile waits for one of them at most. */
const PRACTICE_PAUSE_MS = 20;
/** After that many the first edit of a kernel file takes half as long; a dozen brings nothing. */
const PRACTICE_UNITS = 60;
let told = 0;
let builder: Builder | undefined;
let sources: ReadonlyMap<string, string> | undefined;

/** Most of the toolchain: comes when it is wanted, or once the page is in use, so that it is there when the network is not. */
let compilerLoad: Promise<UnitCompiler> | undefined;
const compiler = (): Promise<UnitCompiler> => (compilerLoad ??= import('../toolchain/compiler.ts').then(({ createUnitCompiler }) => createUnitCompiler()));
/** How often a build has asked for it. */
let compiled = 0;
const wanted = (): Promise<UnitCompiler> => {
  compiled++;
  return compiler();
};

const fetched = new Map<string, Promise<Uint8Array | undefined>>();

/** A file of objects of these very sources, beside this script. */
async function fetchFile(name: string): Promise<Uint8Array | undefined> {
  try {
    // Not by import.meta.url: the bundler takes that for files that it knows.
    const answer = await fetch(new URL(`../objects/${import.meta.env.VITE_OBJECTS}/${name}`, self.location.href));
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}

const packed = (name: string): Promise<Uint8Array | undefined> => {
  const coming = fetched.get(name) ?? fetchFile(name);
  fetched.set(name, coming);
  // Asked for again after it failed.
  void coming.then((bytes) => { if (!bytes) fetched.delete(name); });
  return coming;
};

async function unpacked(name: string): Promise<Uint8Array | undefined> {
  const bytes = await packed(name);
  return bytes && new Uint8Array(await new Response(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
}

/** Without them, offline before they were ever fetched, all is compiled. */
async function objects(name: string): Promise<Shipped | undefined> {
  const bytes = await unpacked(`${name}.objects`);
  return bytes && { objects: bytes };
}

async function detail(name: string): Promise<Uint8Array> {
  const bytes = await unpacked(`${name}.detail`);
  if (!bytes) throw new Error(`the lines of the kernel cannot be fetched: objects/${name}.detail`);
  return bytes;
}

function progressDue(): boolean {
  const now = performance.now();
  if (now - told < PROGRESS_MS) return false;
  told = now;
  return true;
}

/** Every machine of a page has the same sources; a builder for the whole of them takes the place of one for less. */
const builderFor = (originals: ReadonlyMap<string, string>): Builder => {
  if (!builder || !sources || (!isWhole(sources) && isWhole(originals))) {
    sources = originals;
    builder = createBuilder({ originals, clock: () => performance.now(), objects, detail, compiler: wanted });
  }
  return builder;
};

/** The page is in use and this worker idle: what is wanted next is fetched. */
async function prepare(): Promise<void> {
  await compiler();
  for (const name of [...configNames(sources ?? new Map()), ...APP_SWITCHES]) for (const kind of ['objects', 'detail']) await packed(`${name}.${kind}`);
}

let hasPractised = false;

/** Somebody edits, and will build: until then the compiler compiles for practice, since it is slow as long as it is new. */
async function practise(): Promise<void> {
  if (hasPractised || !sources || !isWhole(sources)) return;
  hasPractised = true;
  const unitCompiler = await compiler(), [config] = configNames(sources), [app] = soleAppNames(sources);
  const switches = resolveConfig(sources, config);
  if (typeof switches === 'string') return;
  const practice = exercise({ sources, app, switches }, unitCompiler);
  for (let n = 0; n < PRACTICE_UNITS && compiled === 0; n++) {
    await new Promise((resolve) => setTimeout(resolve, PRACTICE_PAUSE_MS));
    practice.next();
  }
}

/** Another machine's way to here; or the page is in use; or somebody edits. */
export function receive(message: { port: MessagePort } | { inUse: true } | { editing: true }): void {
  if ('port' in message) serveBuilds(message.port, builderFor, progressDue);
  else void ('editing' in message ? practise() : prepare()).catch(() => undefined);
}
