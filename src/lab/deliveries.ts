/** What hardware delivers: interrupts and exceptions, those that cannot be delivered, and the way back from them. */
import type { VirtAddr } from '../base/units.ts';
import { PF, VECTORS } from '../isa/registers.ts';
import type { DeliverEvent } from '../machine/cpu/hooks.ts';
import { CR2 } from '../machine/cpu/state.ts';
import type { Machine } from '../machine/machine.ts';
import { KIND } from '../link/events.ts';
import type { StackRegion } from './record.ts';
import type { RedZones } from './red-zones.ts';
import { stackName } from './stack-kinds.ts';
import type { Symbols } from './symbols.ts';
import type { Now, SystemCalls } from './system-calls.ts';
import type { Writing } from './writing.ts';

/** So far below a stack an address is told to belong to it: a page that is left out there. */
const GUARD_BYTES = 4096n;

/** `#PF`, `interrupt 236`. */
export const deliveryName = ({ kind, vector }: Pick<DeliverEvent, 'kind' | 'vector'>): string =>
  (kind === 'interrupt' ? `interrupt ${vector}` : VECTORS[vector]?.mnemonic ?? `vector ${vector}`);

export class Deliveries {
  readonly #machine: Machine;
  readonly #symbols: Symbols;
  readonly #writing: Writing;
  readonly #now: Now;
  readonly #systemCalls: SystemCalls;
  readonly #redZones: RedZones;
  readonly #regionOf: (at: VirtAddr) => StackRegion | undefined;

  constructor(machine: Machine, symbols: Symbols, writing: Writing, now: Now, systemCalls: SystemCalls, redZones: RedZones,
    regionOf: (at: VirtAddr) => StackRegion | undefined) {
    this.#machine = machine;
    this.#symbols = symbols;
    this.#writing = writing;
    this.#now = now;
    this.#systemCalls = systemCalls;
    this.#redZones = redZones;
    this.#regionOf = regionOf;
  }

  delivered(cpu: number, event: DeliverEvent): void {
    const { vector, kind } = event;
    const { tick } = this.#now, name = deliveryName(event);
    const fresh = this.#writing.fresh;
    if (fresh) this.#writing.beginPage();
    const told = kind === 'interrupt' ? 'interrupt' : 'exception';
    this.#writing.note(told, cpu, (columns) => {
      const { counts } = this.#writing.state;
      counts.add(counts.keys.numberOf(`${told} ${vector}`));
      columns.int(vector);
      columns.int(event.fromCpl);
      columns.word(event.fromRip);
      columns.word(event.oldRsp);
      columns.word(event.frame);
      columns.name(event.stack);
      columns.maybeInt(event.error);
      columns.maybeWord(event.cr2);
      columns.name(this.#symbols.name(event.fromRip) ?? event.fromRip.toString(16));
    });
    if (fresh) {
      const state = this.#writing.state, items = this.#writing.items;
      const pushed = this.#machine.peek(event.frame, event.frameBytes);
      items.frames.push({ tick, at: event.frame, bytes: event.frameBytes, name, words: pushed ? Array.from(new BigUint64Array(pushed.buffer)) : [] });
      const span = { start: tick, end: Infinity, name, kind: kind === 'interrupt' ? 'interrupt' as const : 'fault' as const };
      items.interrupts.push(span);
      // What a task's own fault costs is that task's.
      const { pid } = state.on[cpu].task;
      state.nested.push({ rip: event.fromRip, rsp: event.oldRsp, task: pid, pid: kind === 'interrupt' ? pid : -1, span });
      if (kind === 'interrupt') this.#systemCalls.attribute();
    }
    if (event.stack === 'same') this.#redZones.frame(cpu, event, name);
  }

  undelivered(cpu: number, vector: number, kind: DeliverEvent['kind'], fault: number, becomes: number): void {
    if (this.#writing.fresh) this.#writing.beginPage();
    const name = (one: number): string => deliveryName({ kind: 'exception', vector: one });
    this.#writing.note('delivery-fault', cpu, (columns) => {
      columns.int(vector);
      columns.int(fault);
      columns.int(becomes);
      const cr2 = fault === PF ? this.#machine.cpus[cpu].pair(CR2) : undefined;
      columns.maybeWord(cr2);
      const where = cr2 === undefined ? '' : ` at ${cr2.toString(16)}${this.#stackAt(cr2)}`;
      columns.name(`${deliveryName({ kind, vector })} cannot be delivered: ${name(fault)}${where}, so ${becomes < 0 ? 'shutdown' : name(becomes)}`);
    });
    if (kind === 'interrupt') this.#writing.note('interrupt-lost', cpu, (columns) => columns.int(vector));
    if (becomes < 0) this.#writing.note('triple-fault', cpu, (columns) => columns.int(fault));
  }

  returned(cpu: number, rip: bigint, rsp: bigint): void {
    if (!this.#writing.fresh) {
      if (!this.#writing.remaking) this.#writing.againIfNext(KIND['resched-ignored']);
      return;
    }
    this.#writing.beginPage();
    const state = this.#writing.state;
    const at = state.nested.findLastIndex((one) => one.rip === rip && one.rsp === rsp && one.task === state.on[cpu].task.pid);
    if (at < 0) return;
    const { task, isAsked } = state.on[cpu];
    if (isAsked && state.nested[at].span.kind === 'interrupt') this.#writing.note('resched-ignored', cpu, (columns) => columns.int(task.pid));
    for (const { span } of state.nested.splice(at)) span.end = this.#machine.tick;
    this.#systemCalls.attribute();
  }

  /** What a CPU is in the middle of, the newest first: `, in #PF at 7ffe1000, in the stack of 3, not mapped here, in interrupt 253`. */
  within(cpu: number): string {
    const { nested, on } = this.#writing.state, cr2 = this.#machine.cpus[cpu].pair(CR2);
    const fault = deliveryName({ kind: 'exception', vector: PF }), names = nested.filter(({ task }) => task === on[cpu].task.pid).map(({ span }) => span.name);
    // CR2 is the last one's.
    const last = names.lastIndexOf(fault), mapped = this.#machine.peek(cr2, 1, cpu) === null ? ', not mapped here' : '';
    return names.map((name, n) => `, in ${name}${n === last ? ` at ${cr2.toString(16)}${this.#stackAt(cr2)}${mapped}` : ''}`).toReversed().join('');
  }

  /** Whose stack an address is in, or just below. */
  #stackAt(at: VirtAddr): string {
    const within = this.#regionOf(at), above = within ?? this.#regionOf(at + GUARD_BYTES);
    return within ? `, in the ${stackName(within)}` : above ? `, below the ${stackName(above)}` : '';
  }
}
