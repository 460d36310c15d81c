/**
 * The tables that the CPU reads by itself when something is delivered, as they stand in memory at a moment: IDT, GDT, TSS.
 * SDM Vol. 3A, "Interrupt and Exception Handling" and "Segment Descriptors".
 */
import { VECTORS } from '../isa/registers.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Descriptor, EventReport, Gate, StackPointer, TablesView } from '../link/reports.ts';
import type { Seen } from './focus.ts';
import { stackName } from './stack-kinds.ts';
import type { Tracer } from './tracer.ts';

const GATE = 16, DESCRIPTOR = 8, TSS_STACKS = 3, TSS_ISTS = 7, TSS_RSP0 = 4, TSS_IST = 36;
const VECTORS_OF_THE_IDT = 256, FIRST_FREE_VECTOR = 32;
/** A GDTR that was never loaded says 8,192 descriptors of whatever is there: so many are shown, those that are in use, and how many there are. */
const MOST_DESCRIPTORS = 64;
const PAGE = 0x1000;
const GATE_TYPES: Readonly<Record<number, Gate['type']>> = { 0xe: 'interrupt', 0xf: 'trap' };
const SYSTEM_TYPES: Readonly<Record<number, string>> = { 2: 'LDT', 9: 'TSS, available', 11: 'TSS, busy' };

/** Gates by vector; neighbours that say the same, and lead into one function, are one row. */
export function gatesIn(bytes: Uint8Array, placeOf: (handler: VirtAddr) => Pick<Gate, 'symbol' | 'file' | 'line'>): Gate[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), rows: Gate[] = [];
  for (let vector = 0; (vector + 1) * GATE <= bytes.length && vector < VECTORS_OF_THE_IDT; vector++) {
    const at = vector * GATE, low = view.getUint32(at, true), middle = view.getUint32(at + 4, true), high = view.getUint32(at + 8, true);
    const present = (middle & 0x8000) !== 0;
    const handler = (BigInt(high) << 32n) | BigInt(((middle & 0xffff0000) | (low & 0xffff)) >>> 0);
    const gate: Gate = {
      vector, last: vector, name: VECTORS[vector]?.mnemonic ?? '', present, type: GATE_TYPES[(middle >>> 8) & 0x1f] ?? 'other',
      selector: low >>> 16, ist: middle & 7, dpl: (middle >>> 13) & 3, handler,
      ...(present ? placeOf(handler) : { symbol: '', file: '', line: 0 }),
    };
    const before = rows.at(-1);
    const isSame = before && before.present === present && (!present || (vector > FIRST_FREE_VECTOR && before.symbol !== '' && before.symbol === gate.symbol &&
      before.type === gate.type && before.ist === gate.ist && before.dpl === gate.dpl && before.selector === gate.selector));
    if (isSame) Object.assign(before, { last: vector, name: '' });
    else rows.push(gate);
  }
  return rows;
}

/** Descriptors by selector, without the empty ones. A system descriptor takes two places in 64-bit mode. */
export function descriptorsIn(bytes: Uint8Array): Omit<Descriptor, 'name' | 'loaded'>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), rows: Omit<Descriptor, 'name' | 'loaded'>[] = [];
  for (let at = 0; at + DESCRIPTOR <= bytes.length; at += DESCRIPTOR) {
    const low = view.getUint32(at, true), high = view.getUint32(at + 4, true);
    if (low === 0 && high === 0) continue;
    const type = (high >>> 8) & 0xf, isSystem = (high & 0x1000) === 0, hasLong = (high & 0x200000) !== 0, hasBig = (high & 0x400000) !== 0;
    const units = (low & 0xffff) | (high & 0xf0000), limit = high & 0x800000 ? units * 0x1000 + 0xfff : units;
    const upper = isSystem && at + 2 * DESCRIPTOR <= bytes.length ? view.getUint32(at + DESCRIPTOR, true) : 0;
    rows.push({
      selector: at, present: (high & 0x8000) !== 0, dpl: (high >>> 13) & 3, limit,
      base: (BigInt(upper) << 32n) | BigInt(((low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000)) >>> 0),
      what: isSystem ? SYSTEM_TYPES[type] ?? `system, type ${type}` : type & 8 ? `${hasLong ? '64' : hasBig ? '32' : '16'}-bit code` : 'data',
    });
    if (isSystem) at += DESCRIPTOR;
  }
  return rows;
}

/** As much of a table as is mapped from its beginning; null where nothing is. */
export function mappedPart({ peek }: { peek: (addr: VirtAddr, length: number) => Uint8Array | null }, base: VirtAddr, length: number): Uint8Array | null {
  const bytes = new Uint8Array(length);
  let had = 0;
  while (had < length) {
    const at = base + BigInt(had), part = peek(at, Math.min(length - had, PAGE - (Number(at & 0xfffn))));
    if (!part) break;
    bytes.set(part, had);
    had += part.length;
  }
  return had > 0 ? bytes.subarray(0, had) : null;
}

/** The stacks that a TSS names, in the order in which they stand there; what each is, by whoever knows stacks. */
export function stackPointersIn(bytes: Uint8Array, nameOf: (rsp: VirtAddr) => string): StackPointer[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const row = (name: string, at: number): StackPointer[] => {
    if (at + 8 > bytes.length) return [];
    const value = view.getBigUint64(at, true);
    return [{ name, value, stack: nameOf(value) }];
  };
  return [...Array.from({ length: TSS_STACKS }, (_, n) => row(`sp${n}`, TSS_RSP0 + 8 * n)),
    ...Array.from({ length: TSS_ISTS }, (_, n) => row(`ist[${n}]`, TSS_IST + 8 * n))].flat();
}

/** The tables of the CPU that is shown, and what its last delivery used of them. */
export function tablesView({ cpu, registers, symbols, machine }: Seen, { record }: Tracer): TablesView {
  const { idtr, gdtr, tr } = registers, { tick } = machine, task = tr.selector & ~7;
  const gdtBytes = mappedPart({ peek: (addr, length) => machine.peek(addr, length) }, gdtr.base, gdtr.limit + 1);
  const idtBytes = machine.peek(idtr.base, Math.min(idtr.limit + 1, VECTORS_OF_THE_IDT * GATE));
  const names = new Map([...symbols.facts.selectors].map(([selector, name]) => [selector & ~7, name]));
  const loaded = (selector: number): string[] => ([['CS', registers.cs], ['SS', registers.ss], ['TR', tr.selector]] as const)
    .filter(([, value]) => value > 3 && (value & ~7) === selector).map(([name]) => name);
  const all = gdtBytes && descriptorsIn(gdtBytes).map((row): Descriptor => ({ ...row, name: names.get(row.selector) ?? '', loaded: loaded(row.selector) }));
  const gdt = all && all.filter(({ loaded: by }, n) => n < MOST_DESCRIPTORS || by.length > 0), more = all && gdt ? all.length - gdt.length : 0;
  const tssRow = task === 0 ? undefined : gdt?.find(({ selector }) => selector === task);
  // A limit that is hostile reads no more than the stacks.
  const tssBytes = tssRow ? machine.peek(tr.base, Math.min(tssRow.limit + 1, TSS_IST + 8 * TSS_ISTS)) : null;
  const stackAt = (rsp: VirtAddr): string => {
    const region = record.regions.findLast(({ low, high, from, to }) => from <= tick && tick <= to && low < rsp && rsp <= high);
    return region ? stackName(region) : '';
  };
  const idt = idtBytes && gatesIn(idtBytes, (handler) => {
    const { symbol, file, line } = symbols.place(handler);
    return { symbol, file, line };
  });
  const event = record.findBack(tick, ['interrupt', 'exception'], (one) => one.cpu === cpu);
  return {
    cpu, idt: { base: idtr.base, limit: idtr.limit, rows: idt }, gdt: { base: gdtr.base, limit: gdtr.limit, rows: gdt, more },
    tss: { base: tr.base, limit: tssRow?.limit ?? 0, rows: tssBytes && stackPointersIn(tssBytes, stackAt) },
    ...(event ? { last: { ...delivered(event, stackAt), ...usedOf(event, tick, idt) } } : {}),
  };
}

function delivered({ tick, kind, fields }: EventReport, stackAt: (rsp: VirtAddr) => string): Omit<NonNullable<TablesView['last']>, 'used'> {
  const vector = Number(fields['vector']), moved = fields['stack'] !== 'same';
  return { tick, kind: kind === 'interrupt' ? 'interrupt' : 'exception', vector, name: VECTORS[vector]?.mnemonic ?? `interrupt ${vector}`,
    ring: Number(fields['ring']), moved, stack: moved ? stackAt(BigInt(fields['frame'])) : '' };
}

/** What a delivery used, if it was made by the step that led here: later the tables may say something else, or be gone. */
function usedOf({ tick, fields }: EventReport, now: Tick, idt: readonly Gate[] | null): Pick<NonNullable<TablesView['last']>, 'used'> {
  const vector = Number(fields['vector']), gate = idt?.find((one) => one.vector <= vector && vector <= one.last), stack = fields['stack'];
  if (tick !== now - 1 || !gate) return {};
  return { used: { selector: gate.selector & ~7, pointer: stack === 'rsp0' ? 'sp0' : stack === 'ist' ? `ist[${gate.ist - 1}]` : '' } };
}
