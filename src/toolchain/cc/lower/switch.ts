/** switch: a jump table where the cases are dense, else comparisons (by halving when there are many). */
import { Block, IMM, imm, memory, type Operand } from '../backend/ir.ts';
import type { Statement, SwitchCase } from '../tree.ts';
import { isSigned } from '../types.ts';
import { sizeOf, type Lowering, type Size } from './lowering.ts';
import { extend } from './loads.ts';

const MIN_TABLE_CASES = 5;
const MAX_TABLE_ENTRIES = 1024;
/** Up to so many cases are compared one after the other. */
const MAX_CHAIN = 6;

export function lowerSwitch(L: Lowering, s: Extract<Statement, { kind: 'switch' }>): void {
  L.mark(s.at);
  const end = L.newBlock();
  for (const c of s.cases) if (!L.frame.cases.has(c.target)) L.frame.cases.set(c.target, L.newBlock());
  let fallback = end;
  if (s.fallback) {
    fallback = L.newBlock();
    L.frame.cases.set(s.fallback, fallback);
  }
  const size = sizeOf(s.e.type);
  const v = L.value(s.e);
  const target = (c: SwitchCase): Block => L.frame.cases.get(c.target)!;
  if (v.kind === IMM && !v.symbol) {
    const n = isSigned(s.e.type) ? v.value : BigInt.asUintN(size * 8, v.value);
    const hit = s.cases.find((c) => c.low <= n && n <= c.high);
    L.jump(hit ? target(hit) : fallback);
  } else {
    const signed = isSigned(s.e.type);
    const sorted = [...s.cases].sort((a, b) => (a.low < b.low ? -1 : 1));
    const r = L.inReg(v, size);
    const low = sorted[0]?.low ?? 0n;
    const span = sorted.length ? sorted[sorted.length - 1]!.high - low + 1n : 0n;
    if (sorted.length >= MIN_TABLE_CASES && span <= BigInt(MAX_TABLE_ENTRIES) && span <= BigInt(sorted.length * 4))
      table(L, r, size, sorted, low, Number(span), fallback, target);
    else search(L, r, size, signed, sorted, fallback, target);
  }
  L.breaks.push(end);
  L.statement(s.body);
  L.breaks.pop();
  L.start(end);
}

function search(L: Lowering, r: Operand, size: Size, signed: boolean, cases: SwitchCase[], fallback: Block, target: (c: SwitchCase) => Block): void {
  if (cases.length > MAX_CHAIN) {
    const middle = cases.length >> 1;
    const right = L.newBlock();
    const pivot = cases[middle]!;
    L.emit('cmp', size, L.encodable(imm(BigInt.asIntN(size * 8, pivot.low)), size), r);
    L.jumpIf(signed ? 'ge' : 'ae', right);
    search(L, r, size, signed, cases.slice(0, middle), fallback, target);
    L.start(right);
    search(L, r, size, signed, cases.slice(middle), fallback, target);
    return;
  }
  for (const c of cases) {
    const constant = (n: bigint): Operand => L.encodable(imm(BigInt.asIntN(size * 8, n)), size);
    if (c.low === c.high) {
      if (c.low === 0n) L.emit('test', size, r, r);
      else L.emit('cmp', size, constant(c.low), r);
      L.jumpIf('e', target(c));
      continue;
    }
    // low <= r <= high is r - low <= high - low without signs.
    const t = L.temp(size);
    L.move(r, t, size);
    L.emit('sub', size, constant(c.low), t);
    L.emit('cmp', size, constant(c.high - c.low), t);
    L.jumpIf('be', target(c));
  }
  L.jump(fallback);
}

function table(L: Lowering, r: Operand, size: Size, cases: SwitchCase[], low: bigint, span: number, fallback: Block, target: (c: SwitchCase) => Block): void {
  let index = r;
  // A small positive start needs no subtraction: the table gets entries for the values below it.
  const start = low > 0n && low <= 4n ? 0n : low;
  const entries = span + Number(low - start);
  if (start !== 0n) {
    index = L.temp(size);
    L.move(r, index, size);
    L.emit('sub', size, L.encodable(imm(BigInt.asIntN(size * 8, start)), size), index);
  }
  L.emit('cmp', size, imm(entries - 1), index);
  L.jumpIf('a', fallback);
  const wide = L.temp(8);
  if (size === 4) extend(L, index, wide, 4, 8, false);
  else L.move(index, wide, 8);
  const label = L.unit.nextLabel();
  const targets: Block[] = Array.from({ length: entries }, () => fallback);
  for (const c of cases) for (let n = c.low; n <= c.high; n++) targets[Number(n - start)] = target(c);
  for (const t of targets) t.label ||= L.unit.nextLabel();
  L.code.jumpTables.push({ label, targets });
  const m = memory(-1);
  m.symbol = label;
  m.index = wide.reg;
  m.scale = 8;
  L.emit('jmpi', 8, m, null).targets = [...new Set(targets)];
  L.dead();
}
