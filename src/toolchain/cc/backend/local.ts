/**
 * Within one block, before allocation: a value that is already in a register is not computed or loaded again, and copies
 * are read at their source. Loads are forgotten at every store, call and asm; volatile ones are never shared.
 */
import { DEF, filled, IMM, MEM, REG, reg, RSP, RBP, SRC_DEF, USE, type Block, type FunctionCode, type Insn, type Operand } from './ir.ts';
import { DEFINED, defsOf } from './liveness.ts';

interface Known {
  insn: Insn;
  /** The register that holds the value. */
  holder: number;
  /** Registers that the value was computed from. */
  inputs: number[];
  isLoad: boolean;
}

/** `kept`: registers of the program's variables, which stay where the reader expects them. */
export function shareWithinBlocks(code: FunctionCode, kept: ReadonlySet<number>): void {
  const definitions = filled(code.vregs, 0);
  const modified = filled(code.vregs, 0);
  for (const b of code.blocks) {
    for (const i of b.insns) {
      for (let d = defsOf(i) - 1; d >= 0; d--) definitions[DEFINED[d]!]!++;
      if (i.dst?.kind === REG && i.shape & DEF && i.shape & USE) modified[i.dst.reg] = 1;
    }
  }
  const isCopyable = (r: number): boolean => r >= 16 && definitions[r] === 1 && modified[r] === 0 && !kept.has(r);
  for (const b of code.blocks) shareBlock(code, b, isCopyable);
}

function operandKey(o: Operand): string {
  if (o.kind === REG) return `r${o.reg}`;
  if (o.kind === IMM) return `i${o.symbol}${o.value}`;
  return `m${o.base},${o.index},${o.scale},${o.disp},${o.symbol},${o.segment},${o.slot ? slotId(o.slot) : ''}`;
}

const slotIds = new WeakMap<object, number>();
let nextSlotId = 1;
function slotId(slot: object): number {
  let id = slotIds.get(slot);
  if (!id) slotIds.set(slot, (id = nextSlotId++));
  return id;
}

function keyOf(i: Insn): string | null {
  if (!i.src || !i.dst || i.dst.kind !== REG || i.dst.reg < 16) return null;
  switch (i.op) {
    case 'sx': case 'zx':
      if (i.src.kind === REG ? i.src.reg < 16 : i.src.volatile) return null;
      return `${i.op}${i.srcSize}${i.size}${operandKey(i.src)}`;
    case 'lea': return `lea${i.size}${operandKey(i.src)}`;
    case 'imul3': return i.src.kind === REG && i.src.reg >= 16 ? `imul${i.size}${i.factor}${operandKey(i.src)}` : null;
    case 'mov': return i.src.kind === MEM && !i.src.volatile && i.size >= 4 ? `mov${i.size}${operandKey(i.src)}` : null;
    default: return null;
  }
}

function inputsOf(o: Operand): number[] {
  if (o.kind === REG) return [o.reg];
  const out: number[] = [];
  if (o.base >= 0 && o.base !== RSP && o.base !== RBP) out.push(o.base);
  if (o.index >= 0) out.push(o.index);
  return out;
}

function writesMemory(i: Insn): boolean {
  return i.op === 'call' || i.op === 'asm' || i.op === 'movs' || i.op === 'stos' || i.op === 'xchg' || i.op === 'xadd' || i.op === 'cmpxchg' ||
    i.op === 'mfence' || (i.dst?.kind === MEM && (i.shape & DEF) !== 0);
}

function shareBlock(code: FunctionCode, b: Block, isCopyable: (r: number) => boolean): void {
  const known = new Map<string, Known>();
  /** copy -> its source, while both hold the same. */
  const copies = new Map<number, { source: number; size: number }>();
  const forget = (r: number): void => {
    for (const [key, k] of known) if (k.holder === r || k.inputs.includes(r)) known.delete(key);
    copies.delete(r);
    for (const [copy, c] of copies) if (c.source === r) copies.delete(copy);
  };
  for (const i of b.insns) {
    if (copies.size) substitute(i, copies);
    const key = keyOf(i);
    const hit = key === null ? undefined : known.get(key);
    if (hit) {
      // The value is there: copy it.
      i.become('mov');
      i.size = i.size === 8 || code.width[hit.holder] === 8 ? 8 : 4;
      if (code.width[i.dst!.reg] !== 8 && i.size === 8) i.size = 4;
      if (code.width[i.dst!.reg] === 8 && i.size === 4) {
        // A 32-bit value that is used as 64 bits: the copy must clear the upper half as the original did.
        i.become('zx');
        i.srcSize = 4;
        i.size = 8;
      }
      i.src = reg(hit.holder);
    }
    if (writesMemory(i)) for (const [k, v] of known) if (v.isLoad) known.delete(k);
    if (known.size || copies.size) for (let d = defsOf(i) - 1; d >= 0; d--) forget(DEFINED[d]!);
    if (i.asm) for (const c of i.asm.clobbers) forget(c);
    if (i.op === 'mov' && i.src!.kind === REG && i.dst!.kind === REG && i.dst!.reg >= 16 && i.src!.reg >= 16 && isCopyable(i.dst!.reg) &&
      i.src!.reg !== i.dst!.reg) {
      copies.set(i.dst!.reg, { source: i.src!.reg, size: i.size });
    }
    if (key !== null && !hit) {
      const inputs = inputsOf(i.src!);
      if (!inputs.includes(i.dst!.reg)) known.set(key, { insn: i, holder: i.dst!.reg, inputs, isLoad: i.src!.kind === MEM && i.op !== 'lea' });
    }
  }
}

/** Reads the source of a copy instead of the copy; what then has no reader is removed by the liveness analysis. */
function substitute(i: Insn, copies: Map<number, { source: number; size: number }>): void {
  const shape = i.shape;
  const address = (o: Operand): Operand => {
    const base = o.base >= 16 ? copies.get(o.base) : undefined;
    const index = o.index >= 16 ? copies.get(o.index) : undefined;
    if (base?.size !== 8 && index?.size !== 8) return o;
    const c = o.copy();
    if (base?.size === 8) c.base = base.source;
    if (index?.size === 8) c.index = index.source;
    return c;
  };
  if (i.src) {
    if (i.src.kind === MEM) i.src = address(i.src);
    else if (i.src.kind === REG && !(shape & SRC_DEF)) {
      const c = copies.get(i.src.reg);
      const used = i.op === 'zx' || i.op === 'sx' ? i.srcSize : i.size;
      if (c && used <= c.size && i.op !== 'call' && i.op !== 'jmpi') i.src = reg(c.source);
      else if (c && c.size === 8) i.src = reg(c.source);
    }
  }
  if (i.dst) {
    if (i.dst.kind === MEM) i.dst = address(i.dst);
    else if (i.dst.kind === REG && !(shape & DEF)) {
      const c = copies.get(i.dst.reg);
      if (c && i.size <= c.size) i.dst = reg(c.source);
    }
  }
}
