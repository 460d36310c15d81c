/**
 * Assembly as data: what the compiler emits, what the parser makes of a .S file, and what the assembler encodes.
 * Printing it gives AT&T text that GNU as accepts. Operand order is AT&T's: source first, destination last.
 */
import type { ValuePlace, TraceArgument, FrameHint, DebugType } from '../../formats/debug-info.ts';

/**
 * symbol - minus + addend; either symbol may be absent. `.` is the address of the item itself; `1b` and `1f` are the
 * nearest label `1` before and after; `name@tpoff` is the offset of a thread variable from the FS base.
 */
export interface AsmExpr {
  symbol?: string;
  minus?: string;
  addend: bigint;
}

export type AsmOperand =
  /** Without the percent sign: rax eax ax al, xmm0, cr3, gs. */
  | { kind: 'reg'; name: string }
  | { kind: 'imm'; value: AsmExpr }
  /** segment:disp(base,index,scale); base may be rip. */
  | { kind: 'mem'; segment?: 'fs' | 'gs'; base?: string; index?: string; scale?: 1 | 2 | 4 | 8; disp: AsmExpr }
  /** Direct jump or call target. */
  | { kind: 'target'; value: AsmExpr }
  /** *%rax, *8(%rbx): indirect jump or call. */
  | { kind: 'indirect'; operand: Extract<AsmOperand, { kind: 'reg' | 'mem' }> };

export interface AsmSpan {
  file: string;
  line: number;
  column: number;
  length: number;
}

export interface AsmVariable {
  name: string;
  /** Index into the object's type table. */
  type: number;
  isParameter: boolean;
  line: number;
}

export type AsmItem =
  /** AT&T mnemonic with its size suffix where one is usual (movq, addl, jne, call, syscall). */
  | { kind: 'insn'; mnemonic: string; operands: AsmOperand[]; prefix?: 'lock' | 'rep' | 'repe' | 'repne'; span?: AsmSpan }
  | { kind: 'label'; name: string; span?: AsmSpan }
  /** flags as in ELF: a(lloc) w(rite) x(ecute) T(LS); type progbits or nobits. */
  | { kind: 'section'; name: string; flags?: string; type?: 'progbits' | 'nobits' | 'note'; span?: AsmSpan }
  | { kind: 'binding'; name: string; binding: 'global' | 'local' | 'weak' }
  | { kind: 'type'; name: string; type: 'function' | 'object' }
  | { kind: 'size'; name: string; value: AsmExpr }
  | { kind: 'data'; size: 1 | 2 | 4 | 8; values: AsmExpr[]; span?: AsmSpan }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'zero'; count: number; fill: number }
  /** max: no padding at all if more than this would be needed. */
  | { kind: 'align'; bytes: number; fill?: number; max?: number }
  /** Pads up to an address of this section. */
  | { kind: 'org'; to: AsmExpr; fill: number; span?: AsmSpan }
  | { kind: 'set'; name: string; value: AsmExpr }
  // Debug marks: no bytes; they hold from this point of the section on.
  | { kind: 'loc'; file: string; line: number; column: number }
  | { kind: 'func'; name: string; file: string; line: number; type: number; variables: AsmVariable[]; redZoneBytes: number }
  | { kind: 'endfunc' }
  /** From here on the variable (index into func.variables) lives there; null: nowhere. */
  | { kind: 'place'; variable: number; place: ValuePlace | null }
  /** How to find the caller's frame from here on. */
  | { kind: 'frame'; hint: FrameHint }
  /** The slot that holds a callee-saved register's old value, from here to the end of the function. */
  | { kind: 'saved'; reg: string; cfaOffset: number }
  | { kind: 'trace'; name: string; args: TraceArgument[] }
  | { kind: 'global-variable'; name: string; type: number; file: string; line: number };

/** One translation unit, ready for the assembler. */
export interface AsmUnit {
  /** Path of the source. */
  file: string;
  items: AsmItem[];
  types: DebugType[];
}
