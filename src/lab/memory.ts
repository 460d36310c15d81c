/** The guest's memory as one of its address spaces sees it, whichever is loaded now. */
import type { VirtAddr } from '../base/units.ts';
import type { Machine } from '../machine/machine.ts';
import { isShared, type Space } from './spaces.ts';

const PAGE = 0x1000;

/** Physical address of a virtual one, or -1; by the page tables of a CPU, or by those that start at `root`. Nothing is touched. */
export function physicalAt(machine: Machine, at: VirtAddr, root?: number): number {
  const physical = machine.cpu.mmu.look(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n)), undefined, root);
  return physical >= 0 && physical < machine.ram.bytes.length ? physical : -1;
}

/** Bytes at an address of a space, or null when any page is missing. Undefined: the space that is loaded. */
export function peekIn(machine: Machine, space: Space | undefined, at: VirtAddr, length: number): Uint8Array | null {
  if (!space || isShared(at)) return machine.peek(at, length);
  const out = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const physical = physicalAt(machine, BigInt.asUintN(64, at + BigInt(done)), space.root);
    if (physical < 0) return null;
    const part = Math.min(length - done, PAGE - (physical & (PAGE - 1)));
    out.set(machine.ram.bytes.subarray(physical, physical + part), done);
    done += part;
  }
  return out;
}
