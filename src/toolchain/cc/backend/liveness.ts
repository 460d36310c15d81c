/**
 * Where each register holds a value that is still needed. Data-flow over the blocks, then exact ranges of positions.
 *
 * Instruction number k reads its operands at position 2k and writes its results at 2k + 1; a range [from, to) is where
 * the register is occupied. So a result may take the register of an operand that is read for the last time.
 */
import { Token } from '../preprocess/tokens.ts';
import { DEF, Insn, MEM, PURE, REG, RSP, RBP, SHAPES, SRC_DEF, successors, USE, type Block, type FunctionCode, type Operand } from './ir.ts';

export interface Liveness {
  /** For each register from, to, from, to, ... ascending. */
  ranges: number[][];
}

/** Calls back for each register read or written. */
export function eachUse(i: Insn, f: (r: number) => void): void {
  const { src, dst } = i;
  const shape = SHAPES[i.op];
  if (src) operandUses(src, f);
  if (dst) {
    if (dst.kind === REG) {
      if (shape & USE) f(dst.reg);
    } else operandUses(dst, f);
  }
  if (i.uses) for (const r of i.uses) f(r);
  if (i.asm) {
    for (const o of i.asm.operands) {
      if (o.operand.kind === MEM) operandUses(o.operand, f);
      else if (o.operand.kind === REG && o.isInput) f(o.operand.reg);
    }
  }
  if (i.trace) for (const a of i.trace.args) operandUses(a.base, f);
}

function operandUses(o: Operand, f: (r: number) => void): void {
  if (o.kind === REG) f(o.reg);
  else if (o.kind === MEM) {
    if (o.base >= 0) f(o.base);
    if (o.index >= 0) f(o.index);
  }
}

export function eachDef(i: Insn, f: (r: number) => void): void {
  const shape = SHAPES[i.op];
  if (i.dst && i.dst.kind === REG && shape & DEF) f(i.dst.reg);
  if (i.src && i.src.kind === REG && shape & SRC_DEF) f(i.src.reg);
  if (i.defs) for (const r of i.defs) f(r);
  if (i.asm) for (const o of i.asm.operands) if (o.isOutput && o.operand.kind === REG) f(o.operand.reg);
}

function reads(i: Insn, r: number): boolean {
  let found = false;
  eachUse(i, (x) => {
    if (x === r) found = true;
  });
  return found;
}

/** Removes what has no effect on the way, and gives the ranges of what is left. */
export function analyse(code: FunctionCode): Liveness {
  const { blocks } = code;
  const n = code.vregs;
  const words = (n + 31) >> 5;
  const liveOut = flow(blocks, words);
  const ranges: number[][] = Array.from({ length: n }, () => []);
  const blockStart: number[] = [];
  let position = 0;
  for (const b of blocks) {
    if (b.insns.includes(GONE)) b.insns.splice(0, b.insns.length, ...b.insns.filter((i) => i !== GONE));
    b.position = position * 2;
    blockStart.push(position * 2);
    position += b.insns.length;
  }
  const end = new Int32Array(n).fill(-1);
  // Backwards, so that ranges are appended in descending order.
  for (let k = blocks.length - 1; k >= 0; k--) {
    const block = blocks[k]!;
    const { insns } = block;
    const start = blockStart[k]!;
    const blockEnd = start + insns.length * 2;
    const live: number[] = [];
    const out = liveOut[k]!;
    for (let w = 0; w < words; w++) {
      let bits = out[w]!;
      while (bits) {
        const bit = 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        const r = w * 32 + bit;
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
      eachDef(insn, (r) => {
        if (r === RSP || r === RBP) return;
        const early = insn.asm?.operands.some((o) => o.early && o.operand.kind === REG && o.operand.reg === r) ?? false;
        if (end[r]! >= 0) {
          if (!reads(insn, r)) {
            add(ranges[r]!, early ? p : p + 1, end[r]!);
            end[r] = -1;
          }
        } else add(ranges[r]!, early ? p : p + 1, p + 2);
      });
      if (insn.asm) for (const r of insn.asm.clobbers) add(ranges[r]!, p, p + 2);
      eachUse(insn, (r) => {
        if (r === RSP || r === RBP || end[r]! >= 0) return;
        end[r] = p + 1;
        live.push(r);
      });
    }
    for (const r of live) {
      if (end[r]! < 0) continue;
      add(ranges[r]!, start, end[r]!);
      end[r] = -1;
    }
  }
  for (const list of ranges) reversePairs(list);
  return { ranges };
}

function isDead(insn: Insn, end: Int32Array): boolean {
  if (!(SHAPES[insn.op] & PURE)) {
    if (insn.asm && !insn.rep) return insn.asm.operands.every((o) => !o.isOutput || o.operand.kind !== REG || (o.operand.reg >= 16 && end[o.operand.reg]! < 0)) && (insn.defs ?? []).every((r) => end[r]! < 0) && insn.asm.operands.some((o) => o.isOutput);
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

function reversePairs(list: number[]): void {
  list.reverse();
}

function flow(blocks: Block[], words: number): Int32Array[] {
  const index = new Map<Block, number>();
  blocks.forEach((b, i) => index.set(b, i));
  const next = blocks.map((_, i) => successors(blocks, i).map((b) => index.get(b)!));
  const gen: Int32Array[] = [];
  const kill: Int32Array[] = [];
  const liveIn: Int32Array[] = [];
  const liveOut: Int32Array[] = [];
  for (const b of blocks) {
    const g = new Int32Array(words);
    const k = new Int32Array(words);
    for (const insn of b.insns) {
      eachUse(insn, (r) => {
        if (r >= 16 && !(k[r >> 5]! & (1 << (r & 31)))) g[r >> 5]! |= 1 << (r & 31);
      });
      eachDef(insn, (r) => {
        if (r >= 16) k[r >> 5]! |= 1 << (r & 31);
      });
    }
    gen.push(g);
    kill.push(k);
    liveIn.push(g.slice());
    liveOut.push(new Int32Array(words));
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = blocks.length - 1; i >= 0; i--) {
      const out = liveOut[i]!;
      const live = liveIn[i]!;
      for (const s of next[i]!) {
        const from = liveIn[s]!;
        for (let w = 0; w < words; w++) out[w]! |= from[w]!;
      }
      const g = gen[i]!;
      const k = kill[i]!;
      for (let w = 0; w < words; w++) {
        const v = g[w]! | (out[w]! & ~k[w]!);
        if (v !== live[w]) {
          live[w] = v;
          changed = true;
        }
      }
    }
  }
  return liveOut;
}
