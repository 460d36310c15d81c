/**
 * What the decoder (src/isa/decode.ts) says about one instruction. Made once per instruction and cached by whoever
 * executes; so it is written for clarity.
 */
import type { Row } from './row.ts';

export type OperandSize = 8 | 16 | 32 | 64 | 80 | 128;

export type DecodedOperand =
  /** General register 0..15 in encoding order (rax rcx rdx rbx rsp rbp rsi rdi r8..r15); `high8`: ah ch dh bh (reg 0..3). */
  | { kind: 'reg'; reg: number; size: OperandSize; high8: boolean }
  /** es cs ss ds fs gs. */
  | { kind: 'seg'; reg: number }
  | { kind: 'cr'; reg: number }
  | { kind: 'dr'; reg: number }
  | { kind: 'xmm'; reg: number; size: OperandSize }
  | { kind: 'mm'; reg: number; size: OperandSize }
  /** ST(reg), counted from the top of the x87 stack. */
  | { kind: 'st'; reg: number }
  /** base/index: 0..15, -1 for none; base 16 = RIP (relative to the next instruction). disp is a sign-extended int32. size 0: address only (lea, invlpg).
   * `moffs`: a 64-bit absolute address, disp = low word, dispHi = high word. dispBytes: how the encoding spells disp. */
  | { kind: 'mem'; base: number; index: number; scale: 1 | 2 | 4 | 8; disp: number; dispHi: number; dispBytes: 0 | 1 | 4 | 8; size: OperandSize | 0;
    moffs: boolean }
  /** Already extended to 64 bits as the row says, as two int32. */
  | { kind: 'imm'; lo: number; hi: number; size: OperandSize }
  /** Branch target = address of next instruction + disp. */
  | { kind: 'rel'; disp: number };

export interface Decoded {
  row: Row;
  /** Total bytes, prefixes included, 1..15. */
  length: number;
  /** Effective operand size of `v` operands. */
  operandSize: 8 | 16 | 32 | 64;
  addressSize: 32 | 64;
  /** 0, or the REP prefix that is not part of the opcode. */
  rep: 0 | 0xf2 | 0xf3;
  lock: boolean;
  /** -1, or 4 (FS) or 5 (GS). ES/CS/SS/DS overrides are ignored in 64-bit mode. */
  segment: -1 | 4 | 5;
  /** Prefixes that change nothing here (66 before a multi-byte nop, 2E, F3 before ret), in order; for the disassembler. */
  idle: readonly number[];
  /** In the order of row.operands (Intel: destination first). */
  operands: DecodedOperand[];
}

/** `truncated`: the bytes given end too early (fetch more, or the fetch faults); `invalid`: #UD; `too-long`: #GP. */
export type DecodeFailure = 'truncated' | 'invalid' | 'too-long';
