/** The objects of a cache as files, for `UnitCache.adopt`. Apart from it: the page only takes them in. */
import { pack } from '../formats/pack.ts';
import { AUTOCONF, type BuildCache } from './build.ts';
import type { ObjectFile } from './object.ts';
import { packObjects } from './packed-objects.ts';
import { digestOf, IS_MEMBER, madeOf, type Detail, type Packed, type PackedDetail, type Shipped } from './units.ts';

/** All objects that builds with this cache wanted, without those that gave diagnostics. The header with the CONFIG_ macros is not kept: its macros are. */
export function packCache(cache: BuildCache): Required<Shipped> {
  const first = packPart(cache, false), archive = packPart(cache, true);
  return { objects: first.objects, detail: pack({ details: first.details, archive: archive.objects } satisfies PackedDetail) };
}

/** Those of the archive, which are whole, or the others. */
function packPart({ units }: BuildCache, archived: boolean): { objects: Uint8Array; details: Uint8Array } {
  const packed: Omit<Packed, 'objects'> = { files: [], units: [] }, objects: ObjectFile[] = [], details: (Detail | undefined)[] = [];
  const indices = new Map<string, number>();
  const file = (name: string, text: string | undefined): number => {
    const digest = digestOf(text), key = `${name} ${digest}`;
    const index = indices.get(key) ?? packed.files.push({ name, digest }) - 1;
    indices.set(key, index);
    return index;
  };
  for (const [slot, variants] of [...units.kept].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = slot.slice(slot.indexOf(' ') + 1);
    if (IS_MEMBER.test(path) !== archived) continue;
    for (const kept of variants) {
      const { text, options, read, config, expansion } = kept, { object, diagnostics } = madeOf(kept);
      if (diagnostics.length) continue;
      const files = [[path, text] as const, ...[...read].filter(([name]) => name !== AUTOCONF)];
      packed.units.push({ slot, options: { redZone: options.redZone, codeModel: options.codeModel, ...(options.retpoline ? { retpoline: true } : {}) },
        read: files.map(([name, content]) => file(name, content)), config: [...config], expansion });
      const isBare = slot.startsWith('kernel ') && path.endsWith('.c'), { debug } = object;
      details.push(isBare ? { lines: debug.lines, variables: debug.functions.map(({ variables }) => variables) } : undefined);
      objects.push(isBare ? bare(object) : object);
    }
  }
  return { objects: pack({ ...packed, objects: packObjects(objects) } satisfies Packed), details: pack(details) };
}

const bare = (object: ObjectFile): ObjectFile => ({ ...object, debug: { ...object.debug, lines: [],
  functions: object.debug.functions.map((f) => ({ ...f, variables: [] })) } });
