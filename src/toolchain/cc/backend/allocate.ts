/**
 * Register allocation by priority over live ranges with holes. After joining registers that are only copies of one
 * another, each takes the first machine register that is free over its whole life, the most used ones first; what finds
 * none lives in the frame. In the manner of Chow and Hennessy, "The Priority-Based Coloring Approach to Register
 * Allocation" (TOPLAS 1990), with ranges in place of the interference graph.
 */
import { assert } from '../../../base/assert.ts';
import { filled, FIRST_VIRTUAL, R8, R9, R10, R11, RAX, RBX, RCX, RBP, RDI, RDX, REG, RSI, RSP, type FunctionCode, type Insn, type Operand } from './ir.ts';
import { analyse, DEFINED, defsOf, USED, usesOf, type Liveness } from './liveness.ts';
import { spill } from './spill.ts';

const ORDER = [RAX, RDX, RCX, RSI, RDI, R8, R9, R10, R11, RBX, 12, 13, 14, 15];
export const CALLEE_SAVED: readonly number[] = [RBX, 12, 13, 14, 15];

export interface Allocation {
  /** Machine register of each virtual one. */
  register: readonly number[];
  liveness: Liveness;
  usedCalleeSaved: number[];
}

/** Rewrites the code to machine registers. */
export function allocate(code: FunctionCode, reload: Set<number> = new Set()): Allocation | null {
  for (let round = 0; round < 12; round++) {
    const liveness = analyse(code);
    const result = attempt(code, liveness, reload);
    if (result.spilled.length === 0) return { register: result.register, liveness, usedCalleeSaved: result.usedCalleeSaved };
    if (result.failed) return null;
    spill(code, result.spilled, reload);
  }
  return null;
}

/** What occupies one machine register: parallel arrays, ascending. */
class Occupancy {
  from: number[] = [];
  to: number[] = [];
  owner: number[] = [];

  /** @param fixed where the machine register itself is used. */
  constructor(fixed: readonly number[]) {
    for (let k = 0; k < fixed.length; k += 2) {
      this.from.push(fixed[k]!);
      this.to.push(fixed[k + 1]!);
      this.owner.push(-1);
    }
  }

  overlaps(ranges: number[]): boolean {
    if (this.from.length === 0) return false;
    let i = this.#find(ranges[0]!);
    const { from, to } = this;
    for (let k = 0; k < ranges.length; k += 2) {
      while (i < from.length && to[i]! <= ranges[k]!) i++;
      if (i === from.length) return false;
      if (from[i]! < ranges[k + 1]!) return true;
    }
    return false;
  }

  /** The first entry that ends after `position`. */
  #find(position: number): number {
    let low = 0;
    let high = this.to.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.to[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  owners(ranges: number[]): Set<number> {
    const out = new Set<number>();
    for (let k = 0; k < ranges.length; k += 2) {
      for (let i = this.#find(ranges[k]!); i < this.from.length && this.from[i]! < ranges[k + 1]!; i++) out.add(this.owner[i]!);
    }
    return out;
  }

  add(ranges: number[], owner: number): void {
    const last = this.to.length - 1;
    if (last < 0 || this.to[last]! <= ranges[0]!) {
      for (let k = 0; k < ranges.length; k += 2) {
        this.from.push(ranges[k]!);
        this.to.push(ranges[k + 1]!);
        this.owner.push(owner);
      }
      return;
    }
    const from: number[] = [];
    const to: number[] = [];
    const who: number[] = [];
    let i = 0;
    for (let k = 0; k < ranges.length || i < this.from.length; ) {
      if (k >= ranges.length || (i < this.from.length && this.from[i]! < ranges[k]!)) {
        from.push(this.from[i]!);
        to.push(this.to[i]!);
        who.push(this.owner[i++]!);
      } else {
        from.push(ranges[k]!);
        to.push(ranges[k + 1]!);
        who.push(owner);
        k += 2;
      }
    }
    this.from = from;
    this.to = to;
    this.owner = who;
  }

  remove(owner: number): void {
    const keep = this.owner.map((o) => o !== owner);
    this.from = this.from.filter((_, i) => keep[i]);
    this.to = this.to.filter((_, i) => keep[i]);
    this.owner = this.owner.filter((_, i) => keep[i]);
  }
}

function disjoint(a: number[], b: number[]): boolean {
  let i = 0;
  let k = 0;
  while (i < a.length && k < b.length) {
    if (a[i + 1]! <= b[k]!) i += 2;
    else if (b[k + 1]! <= a[i]!) k += 2;
    else return false;
  }
  return true;
}

function merge(a: number[], b: number[]): number[] {
  const out: number[] = [];
  let i = 0;
  let k = 0;
  while (i < a.length || k < b.length) {
    const useA = k >= b.length || (i < a.length && a[i]! < b[k]!);
    const list = useA ? a : b;
    const at = useA ? i : k;
    const n = out.length;
    if (n && out[n - 1]! >= list[at]!) out[n - 1] = Math.max(out[n - 1]!, list[at + 1]!);
    else out.push(list[at]!, list[at + 1]!);
    if (useA) i += 2;
    else k += 2;
  }
  return out;
}

/** How much a use counts, by loop depth. */
const WEIGHTS = [1, 10, 100, 1000];

interface Attempt {
  register: readonly number[];
  spilled: number[];
  failed: boolean;
  usedCalleeSaved: number[];
}

function attempt(code: FunctionCode, liveness: Liveness, reload: Set<number>): Attempt {
  const n = code.vregs;
  const ranges = liveness.ranges.slice();
  const leader: number[] = [];
  for (let i = 0; i < n; i++) leader.push(i);
  const find = (r: number): number => {
    let x = r;
    while (leader[x] !== x) x = leader[x] = leader[leader[x]!]!;
    return x;
  };
  const weight = filled(n, 0);
  const moves: { insn: Insn; depth: number }[] = [];
  for (const b of code.blocks) {
    const w = WEIGHTS[Math.min(3, b.depth)]!;
    for (const insn of b.insns) {
      for (let u = usesOf(insn) - 1; u >= 0; u--) weight[USED[u]!]! += w;
      for (let d = defsOf(insn) - 1; d >= 0; d--) weight[DEFINED[d]!]! += w;
      if (insn.op === 'mov' && insn.src!.kind === REG && insn.dst!.kind === REG) moves.push({ insn, depth: b.depth });
    }
  }
  // Join copies whose lives do not overlap.
  moves.sort((a, b) => b.depth - a.depth);
  const isReload = filled(n, false);
  for (const r of reload) isReload[r] = true;
  for (const { insn } of moves) {
    if (insn.src!.reg < FIRST_VIRTUAL || insn.dst!.reg < FIRST_VIRTUAL) continue;
    const a = find(insn.src!.reg);
    const b = find(insn.dst!.reg);
    if (a === b || isReload[a] || isReload[b] || !disjoint(ranges[a]!, ranges[b]!)) continue;
    // A result that outlives calls would drag its source into a saved register; that is still one move less.
    leader[b] = a;
    ranges[a] = merge(ranges[a]!, ranges[b]!);
    weight[a]! += weight[b]!;
    if (code.width[b] === 8) code.width[a] = 8;
  }
  const hints: { register: number; weight: number }[][] = [];
  const related: number[][] = [];
  for (const { insn, depth } of moves) {
    const s = insn.src!.reg;
    const d = insn.dst!.reg;
    const w = 1 + depth * 10;
    if (s < FIRST_VIRTUAL && d >= FIRST_VIRTUAL) hint(hints, find(d), s, w);
    else if (d < FIRST_VIRTUAL && s >= FIRST_VIRTUAL) hint(hints, find(s), d, w);
    else if (s >= FIRST_VIRTUAL && d >= FIRST_VIRTUAL && find(s) !== find(d)) {
      (related[find(s)] ??= []).push(find(d));
      (related[find(d)] ??= []).push(find(s));
    }
  }
  // Parameters would like to stay where they arrive: others avoid those registers if they can.
  const wanted: number[][] = [];
  for (const insn of code.blocks[0]?.insns ?? []) {
    if (insn.op === 'mov' && insn.src!.kind === REG && insn.dst!.kind === REG && insn.src!.reg < FIRST_VIRTUAL && insn.dst!.reg >= FIRST_VIRTUAL)
      (wanted[insn.src!.reg] ??= []).push(find(insn.dst!.reg));
  }
  const occupancy: Occupancy[] = [];
  for (let r = 0; r < FIRST_VIRTUAL; r++) occupancy.push(new Occupancy(ranges[r]!));
  const order: number[] = [];
  const priority = filled(n, 0);
  for (let r = FIRST_VIRTUAL; r < n; r++) {
    if (find(r) !== r || ranges[r]!.length === 0) continue;
    let length = 0;
    const list = ranges[r]!;
    for (let k = 0; k < list.length; k += 2) length += list[k + 1]! - list[k]!;
    priority[r] = isReload[r] ? 1e9 : weight[r]! / (length + 4);
    order.push(r);
  }
  order.sort((a, b) => priority[b]! - priority[a]! || a - b);
  const chosen = filled(n, -1);
  const spilled: number[] = [];
  let failed = false;
  for (const r of order) {
    const list = ranges[r]!;
    let best = -1;
    const wishes = hints[r];
    if (wishes) {
      if (wishes.length > 1) wishes.sort((a, b) => b.weight - a.weight || a.register - b.register);
      for (const { register } of wishes) {
        if (register !== RSP && register !== RBP && !occupancy[register]!.overlaps(list)) {
          best = register;
          break;
        }
      }
    }
    if (best < 0 && related[r]) {
      for (const other of related[r]!) {
        const c = chosen[other]!;
        if (c >= 0 && !occupancy[c]!.overlaps(list)) {
          best = c;
          break;
        }
      }
    }
    if (best < 0) {
      let second = -1;
      for (const c of ORDER) {
        if (occupancy[c]!.overlaps(list)) continue;
        if (wanted[c]?.some((w) => w !== r && chosen[w]! < 0 && !occupancy[c]!.overlaps(ranges[w]!) && !disjoint(ranges[w]!, list))) {
          if (second < 0) second = c;
          continue;
        }
        best = c;
        break;
      }
      if (best < 0 || (second >= 0 && CALLEE_SAVED.includes(best))) best = second >= 0 ? second : best;
    }
    if (best < 0 && isReload[r]) {
      best = evict(occupancy, list, priority, chosen, spilled);
      if (best < 0) failed = true;
    }
    if (best < 0) {
      spilled.push(r);
      continue;
    }
    chosen[r] = best;
    occupancy[best]!.add(list, r);
  }
  if (spilled.length) {
    // All members of a joined group are spilled together.
    const groups = new Set(spilled);
    for (let r = FIRST_VIRTUAL; r < n; r++) if (find(r) !== r && groups.has(find(r))) code.joined.set(r, find(r));
    // They share one slot: rename them to the leader first.
    rename(code, (r) => (r >= FIRST_VIRTUAL && groups.has(find(r)) ? find(r) : r));
    return { register: chosen, spilled: [...groups], failed, usedCalleeSaved: [] };
  }
  const register: number[] = [];
  for (let r = 0; r < n; r++) register.push(r < FIRST_VIRTUAL ? r : chosen[find(r)]!);
  rename(code, (r) => {
    if (register[r]! < 0) assert(false, `virtual register ${r} of ${code.name} has no place`);
    return register[r]!;
  });
  return { register, spilled: [], failed: false, usedCalleeSaved: CALLEE_SAVED.filter((r) => occupancy[r]!.from.length > 0) };
}

function hint(hints: { register: number; weight: number }[][], r: number, register: number, weight: number): void {
  const list = (hints[r] ??= []);
  const known = list.find((h) => h.register === register);
  if (known) known.weight += weight;
  else list.push({ register, weight });
}

/** Frees a register whose owners are all cheaper than what needs one. */
function evict(occupancy: Occupancy[], list: number[], priority: number[], chosen: number[], spilled: number[]): number {
  let best = -1;
  let cost = 1e9;
  for (const c of ORDER) {
    let sum = 0;
    for (const o of occupancy[c]!.owners(list)) sum += o < 0 ? 1e12 : priority[o]!;
    if (sum < cost) {
      cost = sum;
      best = c;
    }
  }
  if (best < 0) return -1;
  for (const o of occupancy[best]!.owners(list)) {
    occupancy[best]!.remove(o);
    chosen[o] = -1;
    spilled.push(o);
  }
  return best;
}

/** Applies `to` to every register operand. Operands may be shared between instructions: to(to(r)) must be to(r). */
function rename(code: FunctionCode, to: (r: number) => number): void {
  const one = (o: Operand | null): void => {
    if (!o) return;
    if (o.kind === REG) {
      if (o.reg >= FIRST_VIRTUAL) o.reg = to(o.reg);
    } else {
      if (o.base >= FIRST_VIRTUAL) o.base = to(o.base);
      if (o.index >= FIRST_VIRTUAL) o.index = to(o.index);
    }
  };
  for (const b of code.blocks) {
    for (const i of b.insns) {
      one(i.src);
      one(i.dst);
      if (i.asm) for (const o of i.asm.operands) one(o.operand);
      if (i.trace) for (const a of i.trace.args) one(a.base);
    }
  }
}
