/**
 * Where each register holds a value that is still needed. Data-flow over the blocks, then exact ranges of positions.
 *
 * Instruction number k reads its operands at position 2k and writes its results at 2k + 1; a range [from, to) is where
 * the register is occupied. So a result may take the register of an operand that is read for the last time.
 */
import { Token } from '../preprocess/tokens.ts';
import { DEF, filled, FIRST_VIRTUAL, Insn, MEM, PURE, REG, RSP, RBP, SRC_DEF, successors, USE, type Block, type FunctionCode, type Operand } from './ir.ts';

export interface Liveness {
  /** For each register from, to, from, to, ... ascending. */
  ranges: number[][];
}

/** Registers that the instruction last asked about reads (`usesOf`) and writes (`defsOf`). */
export const USED: number[] = [];
export const DEFINED: number[] = [];

/** @returns how many entries of USED are the instruction's. */
export function usesOf(i: Insn): number {
  const { src, dst } = i;
  let n = 0;
  if (src) n = operandUses(src, n);
  if (dst) {
    if (dst.kind !== REG) n = operandUses(dst, n);
    else if (i.shape & USE) USED[n++] = dst.reg;
  }
  if (i.uses) for (const r of i.uses) USED[n++] = r;
  if (i.asm) for (const o of i.asm.operands) if (o.operand.kind === MEM || (o.operand.kind === REG && o.isInput)) n = operandUses(o.operand, n);
  if (i.trace) for (const a of i.trace.args) n = operandUses(a.base, n);
  return n;
}

function operandUses(o: Operand, n: number): number {
  let count = n;
  if (o.kind === REG) USED[count++] = o.reg;
  else if (o.kind === MEM) {
    if (o.base >= 0) USED[count++] = o.base;
    if (o.index >= 0) USED[count++] = o.index;
  }
  return count;
}

/** @returns how many entries of DEFINED are the instruction's. */
export function defsOf(i: Insn): number {
  const { shape, src, dst } = i;
  let n = 0;
  if (dst !== null && dst.kind === REG && shape & DEF) DEFINED[n++] = dst.reg;
  if (shape & SRC_DEF && src!.kind === REG) DEFINED[n++] = src!.reg;
  if (i.defs) for (const r of i.defs) DEFINED[n++] = r;
  if (i.asm) for (const o of i.asm.operands) if (o.isOutput && o.operand.kind === REG) DEFINED[n++] = o.operand.reg;
  return n;
}

function isAmong(list: readonly number[], count: number, r: number): boolean {
  for (let k = 0; k < count; k++) if (list[k] === r) return true;
  return false;
}

function isEarly(insn: Insn, r: number): boolean {
  return insn.asm !== null && insn.asm.operands.some((o) => o.early && o.operand.kind === REG && o.operand.reg === r);
}

/** Removes what has no effect on the way, and gives the ranges of what is left. */
export function analyse(code: FunctionCode): Liveness {
  const { blocks } = code;
  const n = code.vregs;
  const words = (n + 31) >> 5;
  const liveOut = flow(blocks, words);
  const ranges: number[][] = [];
  for (let r = 0; r < n; r++) ranges.push([]);
  let position = 0;
  for (const b of blocks) {
    if (b.insns.includes(GONE)) b.insns.splice(0, b.insns.length, ...b.insns.filter((i) => i !== GONE));
    b.position = position;
    position += b.insns.length * 2;
  }
  const end = filled(n, -1);
  const live: number[] = [];
  // Backwards, so that ranges are appended in descending order.
  for (let k = blocks.length - 1; k >= 0; k--) {
    const { insns, position: start } = blocks[k]!;
    const blockEnd = start + insns.length * 2;
    live.length = 0;
    for (let w = 0; w < words; w++) {
      for (let left = liveOut[k * words + w]!; left; left &= left - 1) {
        const r = w * 32 + 31 - Math.clz32(left & -left);
        end[r] = blockEnd;
        live.push(r);
      }
    }
    for (let j = insns.length - 1; j >= 0; j--) {
      const insn = insns[j]!;
      const p = start + j * 2;
      if (isDead(insn, end)) {
        insns[j] = GONE;
        continue;
      }
      const used = usesOf(insn);
      const defined = defsOf(insn);
      for (let d = 0; d < defined; d++) {
        const r = DEFINED[d]!;
        if (r === RSP || r === RBP) continue;
        const from = isEarly(insn, r) ? p : p + 1;
        if (end[r]! < 0) add(ranges[r]!, from, p + 2);
        else if (!isAmong(USED, used, r)) {
          add(ranges[r]!, from, end[r]!);
          end[r] = -1;
        }
      }
      if (insn.asm) for (const r of insn.asm.clobbers) add(ranges[r]!, p, p + 2);
      for (let u = 0; u < used; u++) {
        const r = USED[u]!;
        if (r === RSP || r === RBP || end[r]! >= 0) continue;
        end[r] = p + 1;
        live.push(r);
      }
    }
    for (const r of live) {
      if (end[r]! < 0) continue;
      add(ranges[r]!, start, end[r]!);
      end[r] = -1;
    }
  }
  for (const list of ranges) if (list.length > 1) list.reverse();
  return { ranges };
}

function isDead(insn: Insn, end: readonly number[]): boolean {
  if (!(insn.shape & PURE)) {
    if (insn.asm && !insn.rep) return insn.asm.operands.every((o) =>
      !o.isOutput || o.operand.kind !== REG || (o.operand.reg >= 16 && end[o.operand.reg]! < 0)) && (insn.defs ?? []).every((r) => end[r]! < 0) &&
      insn.asm.operands.some((o) => o.isOutput);
    return false;
  }
  const { dst, src } = insn;
  if (!dst || dst.kind !== REG || end[dst.reg]! >= 0) return false;
  if (dst.reg === RSP || dst.reg === RBP) return false;
  return !(src && src.kind === MEM && src.volatile);
}

/** Stands where a removed instruction was, so that positions stay right. */
export const GONE = new Insn('trace', 8, null, null, new Token(0, '', null, { path: '', text: '' }, 0, 0, 0));

/** Prepends [from, to) to a descending list; touching ranges become one. */
function add(list: number[], from: number, to: number): void {
  const n = list.length;
  // Pairs are stored as (to, from) while descending.
  if (n && list[n - 1]! <= to) {
    if (from < list[n - 1]!) list[n - 1] = from;
    if (to > list[n - 2]!) list[n - 2] = to;
    return;
  }
  list.push(to, from);
}

let bits = new Int32Array(3 * 1024);

/**
 * Registers that are needed after each block: `words` of bits a block. Machine registers never are.
 * The result is good until the next call: all functions share one piece of memory.
 */
function flow(blocks: Block[], words: number): Int32Array {
  blocks.forEach((b, i) => { b.index = i; });
  const next = blocks.map((_, i) => successors(blocks, i));
  const size = blocks.length * words;
  if (bits.length < 3 * size) bits = new Int32Array(6 * size);
  else bits.fill(0, 0, 3 * size);
  const liveOut = bits.subarray(0, size);
  const liveIn = bits.subarray(size, 2 * size);
  const kill = bits.subarray(2 * size, 3 * size);
  for (let k = 0, base = 0; k < blocks.length; k++, base += words) {
    for (const insn of blocks[k]!.insns) {
      const used = usesOf(insn);
      for (let u = 0; u < used; u++) {
        const r = USED[u]!;
        const w = base + (r >> 5);
        if (r >= FIRST_VIRTUAL && !(kill[w]! & (1 << (r & 31)))) liveIn[w]! |= 1 << (r & 31);
      }
      const defined = defsOf(insn);
      for (let d = 0; d < defined; d++) {
        const r = DEFINED[d]!;
        if (r >= FIRST_VIRTUAL) kill[base + (r >> 5)]! |= 1 << (r & 31);
      }
    }
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = blocks.length - 1; k >= 0; k--) {
      const base = k * words;
      for (const s of next[k]!) {
        const from = s.index * words;
        for (let w = 0; w < words; w++) {
          const added = liveIn[from + w]! & ~liveOut[base + w]!;
          if (added === 0) continue;
          liveOut[base + w]! |= added;
          const through = added & ~kill[base + w]! & ~liveIn[base + w]!;
          if (through === 0) continue;
          liveIn[base + w]! |= through;
          changed = true;
        }
      }
    }
  }
  return liveOut;
}
