/**
 * A relocatable object: what the assembler makes and the linker takes. Offsets are relative to a section.
 */
import type { DebugType, FrameHint, ValuePlace, TraceArgument } from '../formats/debug-info.ts';
import type { AsmVariable } from './asm/items.ts';

export interface ObjectSection {
  name: string;
  /** a w x T, as in ELF section flags. */
  flags: string;
  nobits: boolean;
  align: number;
  bytes: Uint8Array;
  /** Equals bytes.length unless nobits. */
  size: number;
  relocations: Relocation[];
}

/** System V AMD64 ABI, "Relocation Types": S + A, or S + A - P for the pc-relative ones. */
export interface Relocation {
  offset: number;
  type: 'R_X86_64_64' | 'R_X86_64_32' | 'R_X86_64_32S' | 'R_X86_64_16' | 'R_X86_64_8' | 'R_X86_64_PC32' | 'R_X86_64_PC64' | 'R_X86_64_TPOFF32';
  symbol: string;
  addend: bigint;
  /** For "undefined reference" messages. */
  line?: number;
}

export interface ObjectSymbol {
  name: string;
  /** undefined: defined elsewhere. -1: absolute (`.set`). */
  section: number | undefined;
  value: bigint;
  size: number;
  binding: 'local' | 'global' | 'weak';
  type: 'none' | 'function' | 'object';
}

/** A position in a section. */
export interface At {
  section: number;
  offset: number;
}

export interface ObjectFunction {
  name: string;
  file: string;
  line: number;
  type: number;
  redZoneBytes: number;
  section: number;
  low: number;
  high: number;
  variables: (AsmVariable & { ranges: { low: number; high: number; place: ValuePlace }[] })[];
  frames: { low: number; hint: FrameHint }[];
  saved: { reg: string; cfaOffset: number; from: number }[];
}

export interface ObjectFile {
  file: string;
  sections: ObjectSection[];
  symbols: ObjectSymbol[];
  debug: {
    types: DebugType[];
    functions: ObjectFunction[];
    lines: (At & { file: string; line: number; column: number })[];
    tracepoints: (At & { name: string; args: TraceArgument[] })[];
    globals: { name: string; type: number; file: string; line: number }[];
  };
}
