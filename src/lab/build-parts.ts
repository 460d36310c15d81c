/** What an image is made of, by linker bounds, program headers and symbols; and how its sources differ from the stock kernel's. */
import { PF_R, PF_W, PF_X, PT_LOAD, PT_TLS, readElf } from '../formats/elf64.ts';
import type { BuildParts, ChangedLines, EditHunk, ImageMap, MapRow } from '../link/build-parts.ts';
import { makePatch } from '../link/patch.ts';
import type { Switches } from '../toolchain/kconfig.ts';
import { KernelLines } from '../toolchain/kernel-lines.ts';
import type { Image } from './images.ts';

const MOST_NAMED = 6, MOST_LINES = 60;

function mapOf({ name, elf, debug: { bounds, symbols } }: Image): ImageMap {
  const file = readElf(elf);
  if (typeof file === 'string') return { name, fileBytes: elf.length, loadedBytes: 0, rows: [] };
  const loaded = file.segments.filter(({ type }) => type === PT_LOAD), tls = file.segments.find(({ type }) => type === PT_TLS);
  const rows = bounds.map(({ section, domain, low, high }): MapRow => {
    const segment = loaded.find(({ vaddr, memSize }) => low >= vaddr && low < vaddr + BigInt(memSize)), flags = segment?.flags ?? 0;
    const within = symbols.filter(({ addr, kind }) => addr >= low && addr < high && kind !== 'none');
    const isTls = tls !== undefined && low >= tls.vaddr && high <= tls.vaddr + BigInt(tls.memSize) && /^\.t(?:data|bss)/.test(section);
    return {
      section, domain, low, bytes: Number(high - low), symbols: within.length,
      may: `${flags & PF_R ? 'r' : '-'}${flags & PF_W ? 'w' : '-'}${flags & PF_X ? 'x' : '-'}`,
      largest: [...within].sort((a, b) => b.size - a.size).slice(0, MOST_NAMED).map((one) => ({ name: one.name, bytes: one.size })),
      ...(segment && low >= segment.vaddr + BigInt(segment.fileSize) ? { zeros: true as const } : {}), ...(isTls ? { tls: true as const } : {}),
    };
  });
  return { name, rows, fileBytes: loaded.reduce((sum, { fileSize }) => sum + fileSize, 0), loadedBytes: loaded.reduce((sum, { memSize }) => sum + memSize, 0),
    ...(tls ? { tls: { at: tls.vaddr, fileBytes: tls.fileSize, bytes: tls.memSize, align: tls.align } } : {}) };
}

/** A patch's hunks without the context that lets it apply elsewhere. */
function bareHunks(original: string, edited: string): EditHunk[] {
  return makePatch(original, edited).map(({ at, from, to }) => {
    let head = 0, tail = 0;
    while (head < from.length && head < to.length && from[head] === to[head]) head++;
    while (tail < from.length - head && tail < to.length - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
    return { line: at + head + 1, removed: from.slice(head, from.length - tail), added: to.slice(head, to.length - tail) };
  });
}

/** @param originals sources as they came; `edits` stand over them. */
export function buildParts(images: readonly Image[], originals: ReadonlyMap<string, string>, edits: Readonly<Record<string, string>>,
  switches: Switches): BuildParts {
  const sources = new Map([...originals, ...Object.entries(edits)]);
  const files = switches['PRIVILEGE'] !== 'ukl' ? [] : new KernelLines().lines(sources, switches).filter(([, lines]) => lines.length > 0)
    .map(([file, lines]): ChangedLines => {
      const text = (sources.get(file) ?? '').split('\n');
      return { file, count: lines.length, lines: lines.slice(0, MOST_LINES).map((line) => ({ line, text: text[line - 1] ?? '' })) };
    }).sort((a, b) => b.count - a.count || (a.file < b.file ? -1 : 1));
  return {
    images: images.map(mapOf), flavour: { lines: files.reduce((sum, { count }) => sum + count, 0), files },
    edits: Object.entries(edits).map(([file, text]) => {
      const hunks = bareHunks(originals.get(file) ?? '', text);
      const total = (side: 'added' | 'removed'): number => hunks.reduce((sum, hunk) => sum + hunk[side].length, 0);
      return { file, hunks, added: total('added'), removed: total('removed') };
    }),
  };
}
