/** x87 control: words, environment, whole state. SDM Vol. 1, "x87 FPU Control Instructions", "x87 FPU State Image in Memory". */
import { MF } from '../../../isa/registers.ts';
import type { Cpu } from '../cpu.ts';
import { effectiveAddress } from '../forms.ts';
import type { Exec, Insn } from '../insn.ts';
import { EA_HI, FCW, FCW_INIT, FPR, FSW, FTW, LOAD_HI, XMM_MEM } from '../state.ts';
import { FSW_ES, setC1, slotOf, summarize, top, turn, physical } from './x87-stack.ts';

/** Bits of the control word that exist; bit 6 is always set. */
const FCW_MASK = 0x1f3f, FCW_FIXED = 0x40;

/** An exception noted earlier that was not masked is raised by the next instruction that waits. */
export function raisePending(cpu: Cpu): void {
  if (cpu.s[FSW] & FSW_ES) cpu.raise(MF);
}

export const fnstcw: Exec = (cpu, i) => cpu.store16(effectiveAddress(cpu.s, i), cpu.s[EA_HI], cpu.s[FCW]);
export const fnstsw: Exec = (cpu, i) => cpu.store16(effectiveAddress(cpu.s, i), cpu.s[EA_HI], cpu.s[FSW]);
export const fnstswAx: Exec = ({ s }) => {
  s[0] = (s[0] & ~0xffff) | (s[FSW] & 0xffff);
};
export const fldcw: Exec = ({ s }) => {
  s[FCW] = (s[XMM_MEM] & FCW_MASK) | FCW_FIXED;
  summarize(s);
};
export const fninit: Exec = ({ s }) => {
  s[FCW] = FCW_INIT;
  s[FSW] = s[FTW] = 0;
};
export const fnclex: Exec = ({ s }) => {
  s[FSW] &= 0x7f00;
};
export const rotate = (by: number): Exec => ({ s }) => {
  turn(s, by);
  setC1(s, false);
};
export const ffree = (i: number): Exec => ({ s }) => {
  s[FTW] &= ~(1 << physical(s, i));
};

/** Two bits for each physical register: valid 0, zero 1, special 2, empty 3. */
function fullTags(s: Int32Array): number {
  let tags = 0;
  for (let n = 0; n < 8; n++) {
    const slot = FPR + 4 * n, exponent = s[slot + 2] & 0x7fff;
    let tag = 0;
    if (!((s[FTW] >> n) & 1)) tag = 3;
    else if (exponent === 0 && (s[slot] | s[slot + 1]) === 0) tag = 1;
    else if (exponent === 0 || exponent === 0x7fff || s[slot + 1] >= 0) tag = 2;
    tags |= tag << (2 * n);
  }
  return tags;
}

const at = (lo: number, hi: number, add: number): [number, number] => [(lo + add) | 0, (hi + (((lo + add) | 0) >>> 0 < lo >>> 0 ? 1 : 0)) | 0];

/** Control, status and tag words, instruction and operand pointers: of 16 bits each, or of 32 with the unused halves ones. */
const WORDS = 7;
const REGISTERS_BYTES = 80;

/** Simplified: instruction and operand pointers are stored as zero. */
function storeEnvironment(cpu: Cpu, lo: number, hi: number, isNarrow: boolean): void {
  const { s } = cpu;
  const words = [s[FCW] | 0xffff0000, s[FSW] | 0xffff0000, fullTags(s) | 0xffff0000, 0, 0, 0, 0xffff0000];
  if (isNarrow) [...words.slice(0, 3), 0, 0, 0, 0].forEach((word, n) => cpu.store16(...at(lo, hi, 2 * n), word));
  else words.forEach((word, n) => cpu.store32(...at(lo, hi, 4 * n), word));
}
function loadEnvironment(cpu: Cpu, image: Int32Array): void {
  const { s } = cpu;
  s[FCW] = (image[0] & FCW_MASK) | FCW_FIXED;
  s[FSW] = image[1] & 0xffff;
  s[FTW] = 0;
  for (let n = 0; n < 8; n++) if (((image[2] >> (2 * n)) & 3) !== 3) s[FTW] |= 1 << n;
  summarize(s);
}
function loadImage(cpu: Cpu, lo: number, hi: number, isNarrow: boolean): Int32Array {
  return Int32Array.from({ length: WORDS }, (_, n) => (isNarrow ? cpu.load16(...at(lo, hi, 2 * n)) : cpu.load32(...at(lo, hi, 4 * n))));
}

/** The operand: where it begins, and whether its words have 16 bits, as with an operand-size prefix. */
function area(cpu: Cpu, i: Insn, registers: number): { lo: number; hi: number; isNarrow: boolean; bytes: number } {
  const lo = effectiveAddress(cpu.s, i), hi = cpu.s[EA_HI], isNarrow = i.size === 16, bytes = WORDS * (isNarrow ? 2 : 4);
  cpu.mustAlign(lo, hi, isNarrow ? 2 : 4);
  cpu.checkSpan(lo, hi, bytes + registers);
  return { lo, hi, isNarrow, bytes };
}

/** Afterwards everything is masked. */
export const fnstenv: Exec = (cpu, i) => {
  const { s } = cpu, { lo, hi, isNarrow, bytes } = area(cpu, i, 0);
  cpu.writable(lo, hi, bytes);
  storeEnvironment(cpu, lo, hi, isNarrow);
  s[FCW] |= 0x3f;
  summarize(s);
};
export const fldenv: Exec = (cpu, i) => {
  const { lo, hi, isNarrow } = area(cpu, i, 0);
  loadEnvironment(cpu, loadImage(cpu, lo, hi, isNarrow));
};

/** Environment and registers from the top down, ten bytes each; then FNINIT. */
export const fnsave: Exec = (cpu, i) => {
  const { s } = cpu, { lo, hi, isNarrow, bytes } = area(cpu, i, REGISTERS_BYTES);
  cpu.unaligned(() => {
    cpu.writable(lo, hi, bytes + REGISTERS_BYTES);
    storeEnvironment(cpu, lo, hi, isNarrow);
    for (let n = 0; n < 8; n++) {
      const slot = slotOf(s, n), to = bytes + 10 * n;
      cpu.store64(...at(lo, hi, to), s[slot], s[slot + 1]);
      cpu.store16(...at(lo, hi, to + 8), s[slot + 2]);
    }
  });
  fninit(cpu, i);
};
export const frstor: Exec = (cpu, i) => {
  const { s } = cpu, { lo, hi, isNarrow, bytes } = area(cpu, i, REGISTERS_BYTES), registers = new Int32Array(24);
  const image = cpu.unaligned(() => {
    for (let n = 0; n < 8; n++) {
      const from = bytes + 10 * n;
      registers[3 * n] = cpu.load64(...at(lo, hi, from));
      registers[3 * n + 1] = s[LOAD_HI];
      registers[3 * n + 2] = cpu.load16(...at(lo, hi, from + 8));
    }
    return loadImage(cpu, lo, hi, isNarrow);
  });
  loadEnvironment(cpu, image);
  for (let n = 0; n < 8; n++) s.set(registers.subarray(3 * n, 3 * n + 3), FPR + 4 * ((top(s) + n) & 7));
};
