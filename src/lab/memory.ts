/** The guest's memory as one of its address spaces sees it, whichever is loaded now. */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Machine } from '../machine/machine.ts';
import { isShared, type Space } from './spaces.ts';

const PAGE = 0x1000;

/** What can be read of a moment. */
export interface Memory {
  readonly tick: Tick;
  /** Bytes, or null when any page is missing. */
  peek(at: VirtAddr, length: number): Uint8Array | null;
  /** The little-endian number of so many bytes, or undefined when a page is missing. */
  peekNumber(at: VirtAddr, bytes: number): bigint | undefined;
}

/** As a CPU sees it. */
export const onCpu = (machine: Machine, cpu: number): Memory =>
  ({ tick: machine.tick, peek: (at, length) => machine.peek(at, length, cpu), peekNumber: (at, bytes) => machine.peekNumber(at, bytes, cpu) });

/** As the page tables show it that start at `root`. The kernel's half is the same in all of them, and in those of a kernel thread may be all that is left. */
export function underTables(machine: Machine, root: number): Memory {
  const peek = (at: VirtAddr, length: number): Uint8Array | null => (isShared(at) ? machine.peek(at, length) : peekUnder(machine, root, at, length));
  return { tick: machine.tick, peek, peekNumber: (at, bytes) => peek(at, bytes)?.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) };
}

/** Physical address of a virtual one, or -1; by the page tables of a CPU, or by those that start at `root`. Nothing is touched. */
export function physicalAt(machine: Machine, at: VirtAddr, root?: number): number {
  const physical = machine.current.mmu.look(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), undefined, root);
  return physical >= 0 && physical < machine.ram.bytes.length ? physical : -1;
}

/** Bytes at an address of a space, or null when any page is missing. Undefined: the space that is loaded. */
export function peekIn(machine: Machine, space: Space | undefined, at: VirtAddr, length: number): Uint8Array | null {
  return !space || isShared(at) ? machine.peek(at, length) : peekUnder(machine, space.root, at, length);
}

function peekUnder(machine: Machine, root: number, at: VirtAddr, length: number): Uint8Array | null {
  const out = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const physical = physicalAt(machine, BigInt.asUintN(64, at + BigInt(done)), root);
    if (physical < 0) return null;
    const part = Math.min(length - done, PAGE - (physical & (PAGE - 1)));
    out.set(machine.ram.bytes.subarray(physical, physical + part), done);
    done += part;
  }
  return out;
}
