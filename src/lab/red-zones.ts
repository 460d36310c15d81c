/** Writes into live data below RSP: by the CPU's own frames, and by return addresses. */
import { RSP_SLOT } from '../machine/cpu/state.ts';
import type { DeliverEvent } from '../machine/cpu/hooks.ts';
import type { Machine } from '../machine/machine.ts';
import type { CallSite } from './probe-plan.ts';
import type { Symbols } from './symbols.ts';
import type { Writing } from './writing.ts';

export class RedZones {
  readonly #machine: Machine;
  readonly #symbols: Symbols;
  readonly #writing: Writing;

  constructor(machine: Machine, symbols: Symbols, writing: Writing) {
    this.#machine = machine;
    this.#symbols = symbols;
    this.#writing = writing;
  }

  /** The frame stands where the interrupted function keeps live data below RSP. */
  frame(cpu: number, event: DeliverEvent, name: string): void {
    const f = this.#symbols.functionAt(event.fromRip);
    if (!f?.redZoneBytes) return;
    const low = event.oldRsp - BigInt(f.redZoneBytes), end = event.frame + BigInt(event.frameBytes);
    if (event.frame >= event.oldRsp || end <= low) return;
    const from = event.frame > low ? event.frame : low, to = end < event.oldRsp ? end : event.oldRsp;
    this.#write(cpu, from, this.#machine.peek(from, Number(to - from)) ?? new Uint8Array(0), name, f.name);
  }

  call(cpu: number, call: CallSite): void {
    const rsp = this.#machine.current.pair(RSP_SLOT);
    this.#write(cpu, rsp - 8n, new Uint8Array(new BigUint64Array([call.next]).buffer), 'call', call.function);
  }

  #write(cpu: number, low: bigint, bytes: Uint8Array, by: string, owner: string): void {
    this.#writing.note('red-zone-write', cpu, (columns) => {
      columns.name(by);
      columns.name(owner);
      columns.word(low);
      columns.word(low + BigInt(bytes.length));
      this.#writing.items.overwritten.push({ tick: this.#machine.tick, low, bytes, by });
    });
  }
}
