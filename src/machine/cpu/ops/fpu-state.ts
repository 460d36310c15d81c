/** The state of x87 and SSE as a whole: MXCSR, FXSAVE and FXRSTOR. SDM Vol. 1, "MXCSR Control and Status Register"; Vol. 2A, "FXSAVE". */
import { CR0_EM, CR0_TS, CR4_OSFXSR, GP, NM, UD } from '../../../isa/registers.ts';
import type { Cpu } from '../cpu.ts';
import { effectiveAddress } from '../forms.ts';
import type { Exec } from '../insn.ts';
import { CR0, CR4, EA_HI, FCW, FPR, FSW, FTW, LOAD_HI, MXCSR, XMM, XMM_MEM } from '../state.ts';
import { store128 } from './sse-move.ts';

/** The bits that exist. */
const MXCSR_MASK = 0xffff;
const TOP_SHIFT = 11;

export const ldmxcsr: Exec = (cpu) => {
  const { s } = cpu;
  if (s[XMM_MEM] & ~MXCSR_MASK) cpu.raise(GP, 0);
  s[MXCSR] = s[XMM_MEM];
};
export const stmxcsr: Exec = (cpu, i) => cpu.store32(effectiveAddress(cpu.s, i), cpu.s[EA_HI], cpu.s[MXCSR]);

function check(cpu: Cpu, lo: number, hi: number): void {
  const { s } = cpu;
  if (s[CR0] & CR0_EM) cpu.raise(UD);
  if (s[CR0] & CR0_TS) cpu.raise(NM);
  cpu.mustAlign(lo, hi, 4);
  if (lo & 15) cpu.raise(GP, 0);
  cpu.checkSpan(lo, hi, 512);
}

const after = (lo: number, hi: number, add: number): [number, number] => [(lo + add) | 0, (hi + (((lo + add) | 0) >>> 0 < lo >>> 0 ? 1 : 0)) | 0];

/** Words of the image that FXSAVE writes, but for what software may keep at its end. */
const WORDS = 104;
const image = new Int32Array(WORDS);

/** x87 registers are saved from the top of the stack down, their tags by physical register. Simplified: the last x87 instruction's address, operand and
 * opcode are saved as zero. */
export const fxsave: Exec = (cpu, i) => {
  const { s, ram: { view } } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI], words = s[CR4] & CR4_OSFXSR ? WORDS : WORDS - 64;
  check(cpu, lo, hi);
  // The first and the last byte: nothing is written when either may not be.
  const isWhole = (lo & 4095) <= 4096 - 512, at = cpu.writable(lo, hi, isWhole ? 512 : 16);
  if (!isWhole) cpu.writable(...after(lo, hi, 496), 16);
  image[0] = (s[FCW] & 0xffff) | (s[FSW] << 16);
  image[1] = s[FTW] & 0xff;
  image[2] = image[3] = image[4] = image[5] = 0;
  image[6] = s[MXCSR];
  image[7] = MXCSR_MASK;
  const top = (s[FSW] >> TOP_SHIFT) & 7;
  for (let n = 0; n < 8; n++) {
    const from = FPR + 4 * ((top + n) & 7), to = 8 + 4 * n;
    image[to] = s[from];
    image[to + 1] = s[from + 1];
    image[to + 2] = s[from + 2] & 0xffff;
    image[to + 3] = 0;
  }
  for (let n = 0; n < 64; n++) image[40 + n] = s[XMM + n];
  if (isWhole && at >= 0) for (let n = 0; n < words; n++) view.setInt32(at + 4 * n, image[n], true);
  else for (let n = 0; n < words; n += 4) {
    for (let k = 0; k < 4; k++) s[XMM_MEM + k] = image[n + k];
    store128(cpu, ...after(lo, hi, 4 * n), XMM_MEM);
  }
};

export const fxrstor: Exec = (cpu, i) => {
  const { s, ram: { view } } = cpu, lo = effectiveAddress(s, i), hi = s[EA_HI];
  check(cpu, lo, hi);
  // Everything is read before anything changes.
  const at = cpu.readable(lo, hi, 512);
  if (at >= 0) for (let n = 0; n < WORDS; n++) image[n] = view.getInt32(at + 4 * n, true);
  else {
    for (let n = 0; n < WORDS; n += 2) {
      image[n] = cpu.load64(...after(lo, hi, 4 * n));
      image[n + 1] = s[LOAD_HI];
    }
    cpu.load64(...after(lo, hi, 504));
  }
  if (s[CR4] & CR4_OSFXSR && image[6] & ~MXCSR_MASK) cpu.raise(GP, 0);
  s[FCW] = (image[0] & 0x1f3f) | 0x40;
  s[FSW] = (image[0] >>> 16) & 0xffff;
  s[FTW] = image[1] & 0xff;
  const top = (s[FSW] >> TOP_SHIFT) & 7;
  for (let n = 0; n < 8; n++) {
    const to = FPR + 4 * ((top + n) & 7), from = 8 + 4 * n;
    s[to] = image[from];
    s[to + 1] = image[from + 1];
    s[to + 2] = image[from + 2] & 0xffff;
  }
  if (!(s[CR4] & CR4_OSFXSR)) return;
  s[MXCSR] = image[6];
  for (let n = 0; n < 64; n++) s[XMM + n] = image[40 + n];
};
