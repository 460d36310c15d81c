/** How a kernel's address spaces are read in memory: it says so in tracepoints of constants, and debug information has the rest. */
import type { VirtAddr } from '../base/units.ts';
import { constant } from './constants.ts';
import type { Image } from './images.ts';

/** Offsets in an address space and in an area of its list. */
export interface AreaList {
  head: bigint;
  next: bigint;
  start: bigint;
  end: bigint;
  flags: bigint;
  /** Of the pointer to the file, and in that of the one to its inode. */
  file: bigint;
  inode: bigint;
  /** Names of flags, in the order in which the kernel tells them. */
  properties: readonly { name: string; mask: bigint }[];
}

/** A stretch that two words of an address space bound. */
interface AreaSpan {
  name: string;
  from: bigint;
  to: bigint;
}

export interface AreaLayouts {
  list?: AreaList;
  spans: readonly AreaSpan[];
  /** Parts of the kernel's half by where they begin, from low to high. */
  ranges: readonly { name: string; low: VirtAddr }[];
}

const OFFSETS: ReadonlySet<string> = new Set(['mm', 'at', 'next', 'start', 'end', 'flags', 'file', 'inode']);
/** An identifier of the kernel's as words. */
const words = (name: string): string => name.replaceAll('_', ' ');

export function areaLayouts(kernel: Image): AreaLayouts {
  const layouts: { list?: AreaList; spans: AreaSpan[]; ranges: { name: string; low: VirtAddr }[] } = { spans: [], ranges: [] };
  for (const site of kernel.debug.tracepoints) {
    const value = (name: string): bigint => BigInt.asUintN(64, constant(site, name) ?? 0n);
    const others = site.args.filter(({ name }) => !OFFSETS.has(name)).map(({ name }) => name);
    if (site.name === 'area_list') {
      layouts.list = { head: value('at'), next: value('next'), start: value('start'), end: value('end'), flags: value('flags'), file: value('file'),
        inode: value('inode'), properties: others.map((name) => ({ name, mask: value(name) })) };
    } else if (site.name === 'area_span') layouts.spans.push(...others.map((name) => ({ name: words(name), from: value(name), to: value('end') })));
    else if (site.name === 'kernel_range') layouts.ranges.push(...others.map((name) => ({ name: words(name), low: value(name) })));
  }
  layouts.ranges.sort((a, b) => (a.low < b.low ? -1 : 1));
  return layouts;
}
