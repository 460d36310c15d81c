/**
 * Page faults without a JavaScript exception, which costs as much as a hundred instructions. An instruction that page-faulted once is
 * wary from then on: where the table does not hold the page of its first access, it walks before it does anything, and where that walk
 * fails, the fault waits to be delivered just as if it had been thrown. All other faults, and all other accesses, go the usual way.
 */
import { PF_W } from '../../isa/registers.ts';
import { READ, WRITE, type Access } from '../mmu/mmu.ts';
import type { Cpu } from './cpu.ts';
import { effectiveAddress } from './forms.ts';
import type { Exec, Insn } from './insn.ts';
import { CR2, EA_HI, RBP_SLOT, RSP_SLOT } from './state.ts';

/** Where the first access of an instruction goes: to its memory operand, to the stack, or to the frame. */
type Place = 'operand' | 'top' | 'push' | 'frame';

const PLACES: Readonly<Record<string, Place>> = { push: 'push', call: 'push', callTo: 'push', pop: 'top', ret: 'top', leave: 'frame' };
/** An access of up to eight bytes that begins here or before does not leave its page. */
const LAST = 4096 - 8;

/** Only instructions with a template: those ask for nothing before their first access but for the page. */
function placeOf({ plain: form }: Insn): Place | undefined {
  return form?.shape.includes('m') ? 'operand' : PLACES[form?.name ?? ''];
}

/** Its low word; the high one in s[EA_HI]. */
function addressOf(s: Int32Array, insn: Insn, place: Place): number {
  if (place === 'operand') return effectiveAddress(s, insn);
  const slot = place === 'frame' ? RBP_SLOT : RSP_SLOT, lo = s[slot], by = place === 'push' ? 8 : 0;
  s[EA_HI] = (s[slot + 1] - ((lo >>> 0) < by ? 1 : 0)) | 0;
  return (lo - by) | 0;
}

const wary = (exec: Exec, place: Place, access: Access): Exec => (cpu, insn) => {
  const { s } = cpu, lo = addressOf(s, insn, place), hi = s[EA_HI], t = access === WRITE ? cpu.writeTable : cpu.readTable, k = (lo >>> 10) & 0x3ffc;
  if ((t[k] !== (lo & -4096) || t[k + 1] !== hi) && (lo & 4095) <= LAST && !cpu.checksAlignment && !cpu.finds(lo, hi, access)) cpu.pageFaults(lo, hi);
  else exec(cpu, insn);
};

/** An instruction has raised a page fault, and everything is as before it. One with a probe is told first, fault or not. */
export function beWary(cpu: Cpu, faulted: Insn): void {
  const { s } = cpu, insn = faulted.unprobed ?? faulted, place = placeOf(insn);
  if (insn.isWary || !place) return;
  const access = cpu.faultError & PF_W ? WRITE : READ;
  // A fault of its second access, or of the second page: rare.
  if (addressOf(s, insn, place) !== s[CR2] || s[EA_HI] !== s[CR2 + 1]) return;
  insn.isWary = true;
  insn.exec = wary(insn.exec, place, access);
}
