/** How a kernel's locks are read in memory: it says so in tracepoints of constants, and debug information has the rest. */
import type { TracepointSite } from '../formats/debug-info.ts';
import { constant } from './constants.ts';
import type { Image } from './images.ts';

/** Some bits of a word, by the name that the kernel gives them. */
export interface WordPart {
  name: string;
  mask: bigint;
}

export interface WordLayout {
  /** '' where debug information has no name for it. */
  field: string;
  /** Offset in the lock. */
  at: bigint;
  bytes: number;
  /** Highest bits first. */
  parts: readonly WordPart[];
}

/** Where a task has its number and its name. */
interface TaskFields {
  pid: bigint;
  comm: bigint;
}

export interface LockLayout {
  words: readonly WordLayout[];
  /** A word that is the address of the task that holds it, but for its parts. */
  owner?: WordLayout & TaskFields;
  /** A list of those who wait; of each where in it the link is, the task, and whether it is a reader. */
  queue?: TaskFields & { head: bigint; node: bigint; task: bigint; kind?: { at: bigint; read: bigint } };
}

/** Arguments that say where something is; the others are parts of a word. */
const PLACES: ReadonlySet<string> = new Set(['lock', 'at', 'pid', 'comm']);
const POINTER = 8;

/** The type that a lock's address has at a site, by name; undefined where the site tells of no lock. */
export function lockTypeAt(kernel: Image, { args }: TracepointSite): string | undefined {
  const argument = args.find(({ name }) => name === 'lock'), pointer = argument && kernel.type(argument.type);
  return pointer?.kind === 'pointer' ? kernel.typeName(pointer.to) : undefined;
}

/** The field of a lock at an offset, through typedefs. */
function fieldAt(kernel: Image, { args }: TracepointSite, at: bigint): { field: string; bytes: number } {
  const pointer = kernel.type(args.find(({ name }) => name === 'lock')?.type ?? -1);
  let type = pointer.kind === 'pointer' ? kernel.type(pointer.to) : pointer;
  while (type.kind === 'typedef') type = kernel.type(type.to);
  const fields = type.kind === 'struct' || type.kind === 'union' ? (type.fields.length ? type.fields : kernel.fieldsOf(type.name) ?? []) : [];
  const found = fields.find(({ offset }) => BigInt(offset) === at);
  const bytes = found ? kernel.sizeOf(found.type) : 0;
  return { field: found?.name ?? '', bytes: bytes > 0 && bytes <= POINTER ? bytes : POINTER };
}

export function lockLayouts(kernel: Image): ReadonlyMap<string, LockLayout> {
  const layouts = new Map<string, LockLayout>();
  for (const site of kernel.debug.tracepoints) {
    if (site.name !== 'lock_word' && site.name !== 'lock_owner' && site.name !== 'lock_queue') continue;
    const type = lockTypeAt(kernel, site);
    if (type === undefined) continue;
    const value = (name: string): bigint => BigInt.asUintN(64, constant(site, name) ?? 0n);
    const layout = layouts.get(type) ?? { words: [] }, task = { pid: value('pid'), comm: value('comm') };
    if (site.name === 'lock_queue') {
      const hasKinds = site.args.some(({ name }) => name === 'kind');
      layouts.set(type, { ...layout, queue: { ...task, head: value('at'), node: value('node'), task: value('task'),
        ...(hasKinds ? { kind: { at: value('kind'), read: value('read') } } : {}) } });
      continue;
    }
    const parts = site.args.filter(({ name }) => !PLACES.has(name)).map(({ name }): WordPart => ({ name, mask: value(name) }))
      .sort((a, b) => (a.mask > b.mask ? -1 : 1));
    const word: WordLayout = { ...fieldAt(kernel, site, value('at')), at: value('at'), parts };
    layouts.set(type, site.name === 'lock_owner' ? { ...layout, owner: { ...word, ...task } }
      : { ...layout, words: [...layout.words.filter(({ at }) => at !== word.at), word] });
  }
  return layouts;
}
