/**
 * The intermediate representation: x86-64 instructions over virtual registers, in basic blocks.
 *
 * Registers 0 to 15 are the machine's own, in the order of their encodings (rax rcx rdx rbx rsp rbp rsi rdi r8 ... r15);
 * from FIRST_VIRTUAL on they are virtual. Two-operand instructions read and write `dst`, as the machine does. A virtual
 * register that holds a value narrower than 32 bits holds it extended to 32 bits as its type says; above bit 31 of a
 * 32-bit value nothing is promised.
 */
import type { Token } from '../preprocess/tokens.ts';

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R11 = 11;
export const R12 = 12;
export const R15 = 15;
export const FIRST_VIRTUAL = 16;

/** A place in the frame. `offset` (from RBP) is known after allocation. */
export class Slot {
  readonly size: number;
  readonly align: number;
  readonly name: string;
  offset = 0;
  constructor(size: number, align: number, name: string) {
    this.size = size;
    this.align = align;
    this.name = name;
  }
}

export const REG = 0;
export const IMM = 1;
export const MEM = 2;

export class Operand {
  readonly kind: 0 | 1 | 2;
  /** REG. */
  reg = -1;
  /** IMM; with `symbol` an addend. */
  value = 0n;
  symbol = '';
  /** MEM: -1 is none. Without base and index a symbol is addressed relative to RIP. */
  base = -1;
  index = -1;
  scale: 1 | 2 | 4 | 8 = 1;
  disp = 0;
  slot: Slot | null = null;
  segment: '' | 'fs' | 'gs' = '';
  volatile = false;

  constructor(kind: 0 | 1 | 2) {
    this.kind = kind;
  }

  copy(): Operand {
    const o = new Operand(this.kind);
    o.reg = this.reg;
    o.value = this.value;
    o.symbol = this.symbol;
    o.base = this.base;
    o.index = this.index;
    o.scale = this.scale;
    o.disp = this.disp;
    o.slot = this.slot;
    o.segment = this.segment;
    o.volatile = this.volatile;
    return o;
  }

  /** The same memory, `bytes` further on. */
  plus(bytes: number): Operand {
    const o = this.copy();
    o.disp += bytes;
    return o;
  }
}

export function reg(r: number): Operand {
  const o = new Operand(REG);
  o.reg = r;
  return o;
}

export function imm(value: bigint | number, symbol = ''): Operand {
  const o = new Operand(IMM);
  o.value = BigInt(value);
  o.symbol = symbol;
  return o;
}

export function memory(base: number, disp = 0): Operand {
  const o = new Operand(MEM);
  o.base = base;
  o.disp = disp;
  return o;
}

export function slotOperand(slot: Slot, disp = 0): Operand {
  const o = new Operand(MEM);
  o.slot = slot;
  o.disp = disp;
  return o;
}

export function symbolOperand(symbol: string, disp = 0): Operand {
  const o = new Operand(MEM);
  o.symbol = symbol;
  o.disp = disp;
  return o;
}

export type Condition = 'e' | 'ne' | 'l' | 'le' | 'g' | 'ge' | 'b' | 'be' | 'a' | 'ae' | 's' | 'ns' | 'o' | 'no' | 'c' | 'nc' | 'p' | 'np';

const INVERSE: Record<Condition, Condition> = { e: 'ne', ne: 'e', l: 'ge', ge: 'l', le: 'g', g: 'le', b: 'ae', ae: 'b', be: 'a', a: 'be', s: 'ns', ns: 's',
  o: 'no', no: 'o', c: 'nc', nc: 'c', p: 'np', np: 'p' };
export function inverse(c: Condition): Condition {
  return INVERSE[c];
}
const SWAPPED: Partial<Record<Condition, Condition>> = { l: 'g', g: 'l', le: 'ge', ge: 'le', b: 'a', a: 'b', be: 'ae', ae: 'be' };
/** The condition after exchanging the operands of the comparison. */
export function swapped(c: Condition): Condition {
  return SWAPPED[c] ?? c;
}

/** dst is written. */
export const DEF = 1;
/** dst is read. */
export const USE = 2;
/** src may be memory. */
export const SRC_MEM = 4;
/** dst may be memory. */
export const DST_MEM = 8;
/** Nothing but dst changes: without a reader it can go. */
export const PURE = 16;
/** src is written too. */
export const SRC_DEF = 32;
/** Ends its block. */
export const JUMP = 64;
/** Writes the flags. */
export const FLAGS = 128;

export const SHAPES = {
  mov: DEF | SRC_MEM | DST_MEM | PURE,
  /** srcSize bytes, zero- or sign-extended to size bytes. */
  zx: DEF | SRC_MEM | PURE,
  sx: DEF | SRC_MEM | PURE,
  lea: DEF | PURE,
  add: DEF | USE | SRC_MEM | DST_MEM | PURE | FLAGS,
  sub: DEF | USE | SRC_MEM | DST_MEM | PURE | FLAGS,
  and: DEF | USE | SRC_MEM | DST_MEM | PURE | FLAGS,
  or: DEF | USE | SRC_MEM | DST_MEM | PURE | FLAGS,
  xor: DEF | USE | SRC_MEM | DST_MEM | PURE | FLAGS,
  imul: DEF | USE | SRC_MEM | PURE | FLAGS,
  /** dst = src * factor. */
  imul3: DEF | SRC_MEM | PURE | FLAGS,
  shl: DEF | USE | DST_MEM | PURE | FLAGS,
  shr: DEF | USE | DST_MEM | PURE | FLAGS,
  sar: DEF | USE | DST_MEM | PURE | FLAGS,
  rol: DEF | USE | DST_MEM | PURE | FLAGS,
  ror: DEF | USE | DST_MEM | PURE | FLAGS,
  neg: DEF | USE | DST_MEM | PURE | FLAGS,
  not: DEF | USE | DST_MEM | PURE,
  bswap: DEF | USE | PURE,
  bsf: DEF | SRC_MEM | PURE | FLAGS,
  bsr: DEF | SRC_MEM | PURE | FLAGS,
  popcnt: DEF | SRC_MEM | PURE | FLAGS,
  cmp: USE | SRC_MEM | DST_MEM | FLAGS,
  test: USE | DST_MEM | FLAGS,
  set: DEF | DST_MEM | PURE,
  cmov: DEF | USE | SRC_MEM | PURE,
  xchg: DEF | USE | DST_MEM | SRC_DEF,
  xadd: DEF | USE | DST_MEM | SRC_DEF | FLAGS,
  cmpxchg: DEF | USE | DST_MEM | FLAGS,
  /** rdx:rax by src. */
  div: SRC_MEM | FLAGS,
  idiv: SRC_MEM | FLAGS,
  mul: SRC_MEM | FLAGS,
  /** cltd or cqto. */
  cqo: 0,
  call: SRC_MEM | FLAGS,
  jmp: JUMP,
  jcc: 0,
  /** Indirect jump through src; `targets` are the blocks it can reach. */
  jmpi: SRC_MEM | JUMP,
  ret: JUMP,
  ud2: JUMP,
  asm: FLAGS,
  trace: 0,
  /** rep movs or rep stos of `size`. */
  movs: 0,
  stos: 0,
  pause: 0,
  mfence: 0,
} as const;
export type Op = keyof typeof SHAPES;

export interface AsmOperand {
  /** How it prints; registers here are allocated like any other. */
  operand: Operand;
  size: number;
  /** The register is written; early: while inputs are still read. */
  isOutput: boolean;
  isInput: boolean;
  early: boolean;
  name: string;
}

export interface AsmPayload {
  template: string;
  operands: AsmOperand[];
  clobbers: number[];
  at: Token;
  labels: Block[];
  labelNames: string[];
}

export interface TracePayload {
  name: string;
  args: { name: string; typeIndex: number; base: Operand; size: number; steps: { offset: number; load: 0 | 1 | 2 | 4 | 8; signed: boolean }[] }[];
}

export class Insn {
  readonly op: Op;
  /** What SHAPES says of `op`. */
  readonly shape: number;
  /** Operand size in bytes. */
  size: 1 | 2 | 4 | 8;
  src: Operand | null;
  dst: Operand | null;
  at: Token;
  condition: Condition = 'e';
  srcSize: 1 | 2 | 4 | 8 = 4;
  factor = 0n;
  target: Block | null = null;
  targets: Block[] | null = null;
  /** Machine registers read and written besides the operands. */
  uses: readonly number[] | null = null;
  defs: readonly number[] | null = null;
  asm: AsmPayload | null = null;
  trace: TracePayload | null = null;
  rep = false;

  constructor(op: Op, size: 1 | 2 | 4 | 8, src: Operand | null, dst: Operand | null, at: Token) {
    this.op = op;
    this.shape = SHAPES[op];
    this.size = size;
    this.src = src;
    this.dst = dst;
    this.at = at;
  }

  become(op: Op): void {
    const self = this as { op: Op; shape: number };
    self.op = op;
    self.shape = SHAPES[op];
  }
}

export class Block {
  readonly id: number;
  readonly insns: Insn[] = [];
  /** Loop depth: how often it probably runs. */
  readonly depth: number;
  /** Named in a `&&label` or a jump table, so that it is kept. */
  label = '';
  /** Labels of empty blocks that stood here. */
  readonly aliases: string[] = [];
  placed = false;
  /** Its address is taken, by a static object perhaps: it stays, whoever jumps there. */
  kept = false;
  /** Number of the position before its first instruction, once lives are known. */
  position = 0;
  /** Its place in the list, where a pass has just numbered the blocks. */
  index = 0;
  constructor(id: number, depth: number) {
    this.id = id;
    this.depth = depth;
  }
}

/** One function on its way through the back end. */
export class FunctionCode {
  readonly name: string;
  readonly blocks: Block[] = [];
  readonly slots: Slot[] = [];
  /** Bytes of each virtual register that are ever used: 4 or 8. */
  readonly width: Uint8Array | number[] = [];
  vregs = FIRST_VIRTUAL;
  /** Bytes at the bottom of the frame for arguments of calls. */
  outgoing = 0;
  /** Calls something, other than inside inline assembly. */
  calls = false;
  jumpTables: { label: string; targets: Block[] }[] = [];
  /** Virtual registers that live in the frame. */
  readonly spilled = new Map<number, Slot>();
  /** Registers that were joined with another one for good. */
  readonly joined = new Map<number, number>();
  constructor(name: string) {
    this.name = name;
  }

  newReg(width: number): number {
    this.width[this.vregs] = width;
    return this.vregs++;
  }
}

/** The blocks that can follow. */
export function successors(blocks: Block[], i: number): Block[] {
  const block = blocks[i]!;
  const out: Block[] = [];
  const { insns } = block;
  for (const insn of insns) {
    if (insn.op === 'jcc') out.push(insn.target!);
    else if (insn.asm) out.push(...insn.asm.labels);
  }
  const last = insns[insns.length - 1];
  if (last && last.shape & JUMP) {
    if (last.op === 'jmp') out.push(last.target!);
    else if (last.op === 'jmpi') out.push(...last.targets!);
  } else if (blocks[i + 1]) out.push(blocks[i + 1]!);
  return out;
}

export function fitsInt32(v: bigint): boolean {
  return v >= -0x8000_0000n && v <= 0x7fff_ffffn;
}

/** One value for each of `n` registers. For the few that a function has, plain arrays cost less than typed ones. */
export function filled<T>(n: number, value: T): T[] {
  const out: T[] = [];
  for (let i = 0; i < n; i++) out.push(value);
  return out;
}
