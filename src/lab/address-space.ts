/**
 * The address space of whoever is shown: what the kernel's list says of it, what the page tables map, where one address leads and why it may not be
 * used. List and tables are both read from memory: where they differ, the difference is what there is to see.
 */
import type { VirtAddr } from '../base/units.ts';
import type { AddressSpaceView, AddressWalk, Area, AreaKind, CachedPage, PageFault } from '../link/address-space.ts';
import type { Machine, Registers } from '../machine/machine.ts';
import { areaLayouts, type AreaList } from './area-layouts.ts';
import { named } from './cpu-view.ts';
import type { Seen } from './focus.ts';
import type { Memory } from './memory.ts';
import { errorBits, errorText, isCanonical, mappedRuns, PAGE, verdictsOf, walkOf, type MappedRun } from './page-tables.ts';
import type { StackRegion } from './record.ts';
import { isShared, type Space } from './spaces.ts';
import { stackName } from './stack-kinds.ts';
import type { Tracer } from './tracer.ts';

/** The list is the guest's: it may lead anywhere, and round in a circle. */
const MOST_AREAS = 1024, MOST_CACHED = 96, MOST_PAGES = 256n;
const PAGE_FAULT = 14;
/** The last byte of a TSS without an I/O map. SDM Vol. 3A, "TSS Format in 64-bit Mode". */
const TSS_LIMIT = 103;
/** For the CPU: the names of registers that hold what a person asks about. */
const FIRST_ASKED = 'RSP';

export type Asked = VirtAddr | string | null;

/** A stretch with a name, wherever that comes from. */
interface Label {
  low: bigint;
  high: bigint;
  name: string;
  kind: AreaKind;
  domain: Area['domain'];
  stack?: StackRegion;
}

const pagesIn = (low: bigint, high: bigint): number => Number((high - 1n) / PAGE - low / PAGE) + 1;

/** How many pages of a stretch are mapped. */
function presentIn(runs: readonly MappedRun[], low: bigint, high: bigint): number {
  let pages = 0;
  for (const run of runs) {
    const from = run.low > low ? run.low : low, to = run.high < high ? run.high : high;
    if (from < to) pages += pagesIn(from, to);
  }
  return pages;
}

const rights = ({ writable, executable }: Pick<MappedRun, 'writable' | 'executable'>): string => `r${writable ? 'w' : '-'}${executable ? 'x' : '-'}`;

/** The areas that the kernel's list has. */
function toldAreas(memory: Memory, space: Space, list: AreaList, nameOf: (low: bigint, high: bigint, inode: bigint) => Pick<Area, 'name' | 'domain'>,
  runs: readonly MappedRun[]): { areas: Area[]; broken?: string } {
  const areas: Area[] = [], seen = new Set<bigint>(), word = (at: bigint): bigint | undefined => memory.peekNumber(BigInt.asUintN(64, at), 8);
  for (let area = word(space.mm + list.head); area !== 0n; area = word(area + list.next)) {
    const where = areas.length === 0 ? 'the head of the list of areas' : `area ${areas.length} of the list`;
    if (area === undefined) return { areas, broken: `nothing is mapped where ${where} is` };
    if (seen.has(area)) return { areas, broken: `${where} leads back into the list` };
    if (areas.length === MOST_AREAS) return { areas, broken: `only the first ${MOST_AREAS} areas of the list were looked at` };
    seen.add(area);
    const low = word(area + list.start), high = word(area + list.end), flags = word(area + list.flags), file = word(area + list.file);
    if (low === undefined || high === undefined || flags === undefined) return { areas, broken: `${where} leads to ${area.toString(16)}, where no area is` };
    if (high <= low) return { areas, broken: `${where} leads to an area that ends before it begins` };
    const inode = file === undefined || file === 0n ? 0n : word(file + list.inode) ?? 0n;
    const set = list.properties.filter(({ mask }) => (flags & mask) !== 0n).map(({ name }) => name);
    areas.push({ low, last: high - 1n, ...nameOf(low, high, inode), kind: 'told', user: true,
      may: list.properties.filter(({ name }) => name.length === 1).map(({ name }) => (set.includes(name) ? name : '-')).join(''),
      also: set.filter((name) => name.length > 1).map((name) => name.replaceAll('_', ' ')), present: presentIn(runs, low, high), pages: pagesIn(low, high) });
  }
  return { areas };
}

/** A run of mapped pages cut where names begin and end; neighbours of one name are one area. The first label that is there counts. */
function cut(run: MappedRun, labels: readonly Label[]): Area[] {
  const here = labels.filter(({ low, high }) => low < run.high && run.low < high), areas: (Area & { label?: Label })[] = [];
  const edges = [...new Set([run.low, run.high, ...here.flatMap(({ low, high }) => [low, high])])].filter((edge) => run.low <= edge && edge <= run.high)
    .sort((a, b) => (a < b ? -1 : 1));
  edges.slice(0, -1).forEach((low, n) => {
    const high = edges[n + 1], label = here.find((one) => one.low <= low && high <= one.high), before = areas.at(-1);
    // Between two sections lies what aligns them.
    if (before && (before.label === label || ((!label || label.kind === 'range') && high - low < PAGE))) before.last = high - 1n;
    else areas.push({ low, last: high - 1n, name: label?.name ?? '', kind: label?.kind ?? 'mapped', domain: label?.domain ?? 'unknown', may: rights(run),
      also: [],
      present: 0, pages: 0, user: run.user, ...(label ? { label } : {}) });
  });
  return areas.map(({ label: _label, ...area }) => ({ ...area, present: pagesIn(area.low, area.last + 1n), pages: pagesIn(area.low, area.last + 1n) }));
}

function cachedPages(machine: Machine, cpu: number): CachedPage[] {
  const uses = (bits: number): string => ['r', 'w', 'x'].map((letter, n) => ((bits >> n) & 1 ? letter : '-')).join('');
  return machine.cpus[cpu].mmu.translations().map(({ lo, hi, physical, uses: bits }): CachedPage => ({
    page: BigInt.asUintN(64, (BigInt(hi) << 32n) | BigInt(lo >>> 0)), physical, ring0: uses(bits & 7), ring3: uses(bits >> 3),
  })).sort((a, b) => (a.page < b.page ? -1 : 1));
}

/** What the CPU wanted at an address when it met a fault on the way to a handler. */
function onTheWay(at: VirtAddr, { idtr, gdtr, tr }: Registers): string {
  const within = (base: bigint, limit: number): boolean => base <= at && at <= base + BigInt(limit);
  return within(idtr.base, idtr.limit) ? 'a read of a gate, for a delivery' : within(gdtr.base, gdtr.limit) ? 'a read of a descriptor, for a delivery'
    : within(tr.base, TSS_LIMIT) ? 'a read of the TSS, for a delivery' : 'the frame of a delivery';
}

function lastFault({ record }: Tracer, tick: number, cpu: number, registers: Registers): PageFault | undefined {
  const event = record.findBack(tick, ['exception', 'delivery-fault'], ({ kind, cpu: by, fields }) =>
    by === cpu && fields['cr2'] !== undefined && Number(fields[kind === 'exception' ? 'vector' : 'fault']) === PAGE_FAULT);
  if (!event) return undefined;
  const error = event.kind === 'exception' && event.fields['error'] !== undefined ? Number(event.fields['error']) : undefined;
  return { tick: event.tick, cr2: BigInt(event.fields['cr2']), ...(error === undefined ? {} : { error }), bits: error === undefined ? [] : errorBits(error),
    said: error === undefined ? onTheWay(BigInt(event.fields['cr2']), registers) : errorText(error) };
}

/** The last step delivered it, or what took the place of a delivery that met it. */
const isDelivered = ({ tick, error }: PageFault, now: number): boolean => tick === now - 1 || (error === undefined && tick === now - 2);

/** The address that a person means: a register's value, a symbol's place, or itself. Nothing asked for: that of a page fault just delivered, else the stack. */
function asked(ask: Asked, { registers, symbols, machine: { tick } }: Seen, fault: PageFault | undefined): { at: VirtAddr; register: string;
  unknown?: string } {
  if (typeof ask === 'bigint') return { at: BigInt.asUintN(64, ask), register: '' };
  const values = new Map(named(registers)), held = (name: string): { at: VirtAddr; register: string } => ({ at: values.get(name) ?? 0n, register: name });
  if (ask === null) return held(fault && isDelivered(fault, tick) && values.get('CR2') === fault.cr2 ? 'CR2' : FIRST_ASKED);
  if (values.has(ask.toUpperCase())) return held(ask.toUpperCase());
  const found = symbols.find(ask)?.low ?? symbols.kernel.debug.symbols.find(({ name }) => name === ask)?.addr;
  return found === undefined ? { ...held(FIRST_ASKED), unknown: ask } : { at: found, register: '' };
}

/** Pages of an area around the one that is walked. */
function pageStates(memory: DataView, root: number, { low, last }: Area, at: VirtAddr): AddressWalk['pages'] {
  const first = low / PAGE, count = last / PAGE - first + 1n, shown = count < MOST_PAGES ? count : MOST_PAGES, middle = at / PAGE - shown / 2n;
  const latest = first + count - shown, from = middle < first ? first : middle > latest ? latest : middle;
  let states = '';
  for (let n = 0n; n < shown; n++) {
    const { levels, physical } = walkOf(memory, root, (from + n) * PAGE), entry = levels.at(-1)?.entry ?? 0n;
    states += physical === undefined ? '.' : levels.some(({ entry: one }) => (one & 2n) === 0n) ? 'r' : (entry & 0x40n) !== 0n ? 'd' : 'w';
  }
  return { from: from * PAGE, states };
}

/** @param machine the whole board: tables and translations are looked at by physical address. */
export function addressSpaceView(machine: Machine, seen: Seen, tracer: Tracer, ask: Asked): AddressSpaceView {
  const { cpu, task, registers, symbols, away } = seen, { record } = tracer, { tick } = machine, root = Number(registers.cr3) & -4096;
  const space = record.spaces.at(root), layouts = areaLayouts(symbols.kernel), tables = machine.ram.view;
  const { runs, whole } = mappedRuns(tables, root);
  const stacks = record.regions.filter((one) => one.from <= tick && tick <= one.to && (one.space === 0 || one.space === space?.id));
  const spans = space ? layouts.spans.flatMap(({ name, from, to }) => {
    const low = seen.machine.peekNumber(space.mm + from, 8), high = seen.machine.peekNumber(space.mm + to, 8);
    return low !== undefined && high !== undefined && low < high ? [{ name, low, high }] : [];
  }) : [];
  const programs = space ? symbols.images.filter(({ name, isKernel }) => !isKernel && space.runs(name)) : [];
  const told = space && layouts.list ? toldAreas(seen.machine, space, layouts.list, (low, high, inode) => {
    const within = [...stacks.filter((one) => one.low < high && low < one.high).map(stackName),
      ...spans.filter((one) => one.low < high && low < one.high).map(({ name }) => name)];
    const file = inode === 0n ? undefined : space.programs.get(inode) ?? 'a file';
    // Behind a program's file lies what is only zeros in it. A section that only threads have copies of takes no room: the next begins where it does.
    const rest = file === undefined ? programs.flatMap(({ name, debug: { bounds } }) => bounds.filter((one, n) => one.low < high && low < one.high &&
      !bounds.slice(n + 1).some((next) => next.low < one.high && one.low < next.high)).map(({ section }) => `${section} of ${name}`)) : [];
    return { name: [...(file === undefined ? [] : [file]), ...new Set([...rest, ...within])].join(', ') || 'anonymous', domain: symbols.domainOf(low) };
  }, runs) : { areas: [] };
  const labels: Label[] = [
    ...stacks.map((stack): Label => ({ low: stack.low, high: stack.high, name: stackName(stack), kind: 'stack', domain: 'unknown', stack })),
    ...symbols.kernel.debug.bounds.filter(({ low }) => isShared(low)).map(({ low, high, section, domain }): Label =>
      ({ low, high, name: section, kind: 'image', domain })),
    ...layouts.ranges.map(({ low, name }, n): Label => ({ low, high: layouts.ranges[n + 1]?.low ?? 1n << 64n, name, kind: 'range', domain: 'kernel' })),
  ];
  const inTold = (at: bigint): boolean => told.areas.some(({ low, last }) => low <= at && at <= last);
  const mapped = runs.flatMap((run) => cut(run, labels)).filter(({ low, last }) => isShared(low) || !(inTold(low) && inTold(last)));
  const areas = [...told.areas, ...mapped].sort((a, b) => (a.low < b.low ? -1 : 1));
  for (const area of areas) {
    const isStack = stacks.some(({ low }) => low === area.low);
    if (isStack && !areas.some(({ last }) => last === area.low - 1n)) area.guarded = true;
  }

  const fault = lastFault(tracer, tick, cpu, registers), { at, register, unknown } = asked(ask, seen, fault);
  const { levels, physical } = isCanonical(at) ? walkOf(tables, root, at) : { levels: [] };
  const index = areas.findIndex(({ low, last }) => low <= at && at <= last), area = areas[index] as Area | undefined;
  const verdicts = verdictsOf(at, levels, registers);
  const cached = away === undefined ? cachedPages(machine, cpu) : undefined, here = cached?.find(({ page }) => page === at - at % PAGE);
  const pages = area && physical !== undefined || area?.kind === 'told' ? pageStates(tables, root, area, at) : undefined;
  const walk: AddressWalk = { at, register, name: symbols.name(at) ?? programs.map((image) => image.nameOf(at)).find((name) => name !== undefined) ?? '',
    canonical: isCanonical(at), levels, verdicts, area: index,
    ...(physical === undefined ? {} : { physical }), ...(pages ? { pages } : {}) };
  const broken = told.broken ?? (whole ? undefined : 'there are more tables than were read');
  return {
    cpu, task, root, areas, walk, says: sentence(walk, area, fault, tick), ...(space ? { mm: space.mm } : {}), ...(broken === undefined ? {} : { broken }),
    ...(unknown === undefined ? {} : { unknown }), ...(fault ? { fault } : {}),
    ...(cached ? { tlb: { pages: cached.length, rows: nearest(cached, at), ...(here ? { here } : {}) } } : {}),
  };
}

/** As many of them as are shown: those around an address. */
function nearest(cached: readonly CachedPage[], at: VirtAddr): CachedPage[] {
  const place = cached.findIndex(({ page }) => page >= at), from = Math.max(0, Math.min((place < 0 ? cached.length : place) - MOST_CACHED / 2,
    cached.length - MOST_CACHED));
  return cached.slice(from, from + MOST_CACHED);
}

function sentence({ at, register, levels, physical, verdicts, canonical }: AddressWalk, area: Area | undefined, fault: PageFault | undefined,
  tick: number): string {
  const where = area ? `in ${area.name || 'pages without a name'} (${area.may})` : 'in no area', last = levels.at(-1);
  const begins = `${register ? `${register} is ` : ''}${at.toString(16)}, ${where}`;
  if (!canonical) return `${begins}: it is not canonical, so no table is looked at.`;
  const was = fault && fault.cr2 === at && fault.tick < tick ? ` The page fault of tick ${fault.tick} was ${fault.said}${
    fault.error === undefined ? '' : `: ${fault.error & 1 ? 'a right was missing' : 'not present'}`}.` : '';
  if (physical === undefined) {
    const why = verdicts[0].refused || 'the tables lead nowhere';
    return `${begins}: ${why}${last && area?.kind === 'told' && !last.bits[0].set ? ', and the kernel\'s list has the area: it may put a page there'
      : ''}.${was}`;
  }
  const may = (ring: number): string => verdicts.filter((one) => one.ring === ring && one.refused === '').map(({ access }) => access).join(', ') || 'nothing';
  return `${begins}, leads to ${physical.toString(16)}: ring 3 may ${may(3)}; ring 0 ${may(0)}.${was}`;
}
