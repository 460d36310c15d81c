/**
 * Ringside's debug information: small, plain, and read by the source view, the labelled stacks, the tracer and the
 * lens that reads kernel structures by field name. All addresses are final (after the link).
 */
import type { VirtAddr } from '../base/units.ts';

/** Where a value lives. */
export type ValuePlace =
  | { kind: 'reg'; reg: string }
  /** At RBP + offset. */
  | { kind: 'rbp'; offset: number }
  /** At RSP + offset (leaf functions address the red zone from RBP, so this is rare). */
  | { kind: 'rsp'; offset: number }
  | { kind: 'const'; value: bigint }
  | { kind: 'symbol'; name: string; addend: number }
  /** `symbol` after the link. */
  | { kind: 'address'; address: VirtAddr };

/**
 * Start with the value of `base`, then for each step add `offset` and, if `load` is not 0, load that many bytes. A register
 * or constant stands for its content, a place in memory for its address. A value narrower than its register is the low part.
 */
export interface TraceArgument {
  name: string;
  type: number;
  base: ValuePlace;
  steps: { offset: number; load: 0 | 1 | 2 | 4 | 8; signed: boolean }[];
}

export type DebugType =
  | { kind: 'void' }
  | { kind: 'int'; name: string; size: 1 | 2 | 4 | 8; signed: boolean; bool?: true; char?: true }
  | { kind: 'pointer'; to: number }
  /** count -1: flexible. */
  | { kind: 'array'; of: number; count: number }
  | { kind: 'struct' | 'union'; name: string; size: number; fields: DebugField[] }
  | { kind: 'enum'; name: string; size: 1 | 2 | 4 | 8; values: { name: string; value: bigint }[] }
  | { kind: 'typedef'; name: string; to: number }
  | { kind: 'function'; returns: number; parameters: number[] };

export interface DebugField {
  name: string;
  type: number;
  offset: number;
  /** Bit-fields only. */
  bitOffset?: number;
  bitSize?: number;
}

/** What a frame hint counts from: a register, `kept`: the word of the CPU in which entry code keeps the caller's RSP, `word`: the word that RSP points at. */
export type FrameBase = 'rsp' | 'rbp' | 'rdi' | 'kept' | 'word';

/**
 * How to find the canonical frame address (the caller's RSP before its `call`, i.e. the address just above the return
 * address) from here on, in the manner of Linux's UNWIND_HINT marks.
 * `call`: CFA = reg + offset, return address at CFA - 8. `resume`: the same, where the address is that of an interrupted instruction.
 * `regs`: the struct of saved registers stands at reg + offset, as far as it is there: its words from `reg` up. `called`: the same, of
 * code that called and did not trap; its RSP there points at flags, above which stands the return address. `iret`: the five words of a
 * hardware frame stand at reg + offset. `syscall`: SYSCALL has put the caller's RIP into RCX, and its RSP is reg + offset. `empty`: nothing
 * below this one.
 */
export interface FrameHint {
  kind: 'call' | 'resume' | 'regs' | 'called' | 'iret' | 'syscall' | 'empty';
  reg: FrameBase;
  offset: number;
  /** A struct of saved registers is being built at RSP + this: its words from RSP up are there. */
  saving?: number;
  /** Words that the code itself has put there, from RSP up: a register, `ret`, `flags`, the number of a word of the struct of saved registers, or '' where
   * nobody says. */
  own?: (string | number)[];
}

export interface VariableInfo {
  name: string;
  type: number;
  isParameter: boolean;
  line: number;
  /** Half-open [low, high), sorted; outside of all of them the variable is gone. */
  ranges: { low: VirtAddr; high: VirtAddr; place: ValuePlace }[];
}

export type Domain = 'app' | 'libc' | 'kernel';

export interface FunctionInfo {
  name: string;
  domain: Domain;
  file: string;
  line: number;
  low: VirtAddr;
  high: VirtAddr;
  type: number;
  /** Bytes below RSP that the function keeps live data in; 0 if it moves RSP instead. */
  redZoneBytes: number;
  variables: VariableInfo[];
  /** Sorted by low; each holds to the next. */
  frames: { low: VirtAddr; hint: FrameHint }[];
  saved: { reg: string; cfaOffset: number; from: VirtAddr }[];
}

/** Sorted by address; each holds to the next. line 0 ends a sequence. */
export interface LineEntry {
  addr: VirtAddr;
  file: number;
  line: number;
  column: number;
}

/** A mark in the guest source that emits no code: when RIP arrives at `addr`, the event happens. */
export interface TracepointSite {
  addr: VirtAddr;
  name: string;
  args: TraceArgument[];
}

export interface SymbolInfo {
  name: string;
  domain: Domain;
  addr: VirtAddr;
  size: number;
  kind: 'function' | 'object' | 'none';
  global: boolean;
}

/** Linker-made bounds that say whose code or data an address is, in every mode. */
export interface Bound {
  domain: Domain;
  section: string;
  low: VirtAddr;
  high: VirtAddr;
}

export interface DebugInfo {
  files: string[];
  lines: LineEntry[];
  functions: FunctionInfo[];
  globals: { name: string; domain: Domain; type: number; addr: VirtAddr }[];
  types: DebugType[];
  tracepoints: TracepointSite[];
  symbols: SymbolInfo[];
  bounds: Bound[];
}

/** A type whose references to others are numbered anew. */
export function renumbered(type: DebugType, of: (number: number) => number): DebugType {
  switch (type.kind) {
    case 'pointer': case 'typedef': return { ...type, to: of(type.to) };
    case 'array': return { ...type, of: of(type.of) };
    case 'struct': case 'union': return { ...type, fields: type.fields.map((field) => ({ ...field, type: of(field.type) })) };
    case 'function': return { ...type, returns: of(type.returns), parameters: type.parameters.map(of) };
    default: return type;
  }
}
