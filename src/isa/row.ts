/**
 * The shape of one row of the opcode tables (src/isa/opcodes/*.ts). Encodings are spelled as in SDM Vol. 2
 * ("Instruction Format"; NP: no 66, F2 or F3 may stand before it), operands as in its Appendix A ("Opcode Map"): Eb Ev
 * Gb Gv Ib Ibs Iz Jb Jz M Sw Cd Ob, a register name for a fixed register, and so on.
 */
import type { Feature } from './features.ts';

export interface RowNotes {
  /** May carry LOCK when the destination is memory. */
  lock?: true;
  /** Operand size is 64 without REX.W (push, pop, call, jmp, ret, ...). */
  default64?: true;
  /** #UD, #GP, #DE ... raised by the instruction itself, not by its memory operand. */
  faults?: string;
  /** Flags the manual leaves undefined. */
  undef?: string;
  /** Computes flags only (cmp, test). */
  discards?: 'result';
  /** CPL 0 only; `itself`: the instruction looks at CPL, IOPL or CR4 itself. */
  privileged?: true | 'itself';
  /** May carry REP (`rep`) or REPE/REPNE (`repcc`). */
  rep?: 'rep' | 'repcc';
  /** Not every x86-64 processor has it: what CPUID must say (features.ts has the names). */
  needs?: Feature;
  /** Of the x87 FPU, of MMX, or of SSE and SSE2: subject to CR0.EM, CR0.TS and CR4.OSFXSR. */
  unit?: 'x87' | 'mmx' | 'sse';
  /**
   * What it does with each operand, in their order: `r` reads, `w` writes, `x` both, `a` takes its address alone. Without it the first
   * is read and written (only read where the result is discarded), the others are read; of vector and x87 units it is not told.
   */
  use?: string;
  /** One sentence for people: what it does. */
  about?: string;
}

export interface Row {
  readonly encoding: string;
  /** Intel's mnemonic, lower case, without AT&T size suffix. */
  readonly mnemonic: string;
  /** Comma-separated, destination first (Intel order). */
  readonly operands: string;
  /** Flags written, letters of OSZAPC plus I, D. */
  readonly flags: string;
  readonly notes: RowNotes;
}

export function row(encoding: string, mnemonic: string, operands = '', flags = '', notes: RowNotes = {}): Row {
  return { encoding, mnemonic, operands, flags, notes };
}
