/**
 * Extended asm: constraints to operands. GCC manual, "Constraints for asm Operands", "x86 family".
 */
import { type AsmOperand, IMM, imm, Operand, reg } from '../backend/ir.ts';
import { REGISTER_NUMBERS } from '../backend/registers.ts';
import type { AsmOperandNode, Expr, ExprWith, Statement } from '../tree.ts';
import { isSigned, scalarOf } from '../types.ts';
import { address, isMemory, registerOf } from './addresses.ts';
import { bitFieldValue, isBitField, storeBitField } from './bitfields.ts';
import type { Lowering, Size } from './lowering.ts';
import { known } from './known.ts';
import { extend, load } from './loads.ts';
import { noEffects } from './values.ts';

const FIXED: Record<string, number> = { a: 0, c: 1, d: 2, b: 3, S: 6, D: 7 };
const FLAGS_OUT = /^=@cc(.+)$/;

interface Chosen {
  kind: 'reg' | 'fixed' | 'memory' | 'immediate' | 'flags' | 'tied';
  register: number;
  tied: number;
}

function choose(L: Lowering, o: AsmOperandNode, count: number): Chosen | null {
  const flags = FLAGS_OUT.exec(o.constraint);
  if (flags) return { kind: 'flags', register: -1, tied: -1 };
  const text = o.constraint.replace(/^[=+&%]+/, '').replace(/&/g, '').split(',')[0]!;
  const tied = /^\d+$/.exec(text);
  if (tied) {
    if (Number(text) >= count) {
      L.error(o.at, `the constraint "${o.constraint}" names operand ${text}, which is no output`);
      return null;
    }
    return { kind: 'tied', register: -1, tied: Number(text) };
  }
  const isConstant = constantOperand(L, o.e) !== null;
  for (const c of text) {
    if (/[ineIJKLMNOZeX]/.test(c) && isConstant && fits(c, constantOperand(L, o.e)!)) return { kind: 'immediate', register: -1, tied: -1 };
    if (c === 'g' && isConstant) return { kind: 'immediate', register: -1, tied: -1 };
  }
  const named = o.e.kind === 'var' && o.e.v.register && /[rg]/.test(text) ? REGISTER_NUMBERS.get(o.e.v.register) : undefined;
  if (named !== undefined) return { kind: 'fixed', register: named, tied: -1 };
  for (const c of text) {
    if (/[rqQRlg]/.test(c)) return { kind: 'reg', register: -1, tied: -1 };
    if (c in FIXED) return { kind: 'fixed', register: FIXED[c]!, tied: -1 };
    if (/[moV]/.test(c)) return { kind: 'memory', register: -1, tied: -1 };
    if (!/[ineIJKLMNOZeXp*?!]/.test(c)) {
      L.error(o.at, `the constraint "${o.constraint}" is not supported; r m i n a b c d S D g q, digits and =@cc are`);
      return null;
    }
  }
  L.error(o.at, `the operand does not fit its constraint "${o.constraint}": a constant is needed`);
  return null;
}

/** Is the value a constant or an address that the linker fills in? */
function constantOperand(L: Lowering, e: Expr): Operand | null {
  const v = known(L, e);
  if (v !== null) return imm(BigInt.asIntN(64, v));
  switch (e.kind) {
    case 'const': return imm(BigInt.asIntN(64, e.value));
    case 'cast': return e.e.type.isScalar && (e.type.size === 8 || e.e.kind === 'const') ? constantOperand(L, e.e) : null;
    case 'addr': {
      const m = constantAddress(L, e.e);
      return m;
    }
    case 'var': {
      if (e.v.kind !== 'local') return null;
      const b = L.binding(e.v);
      return b?.kind === IMM ? b : null;
    }
    case 'padd': {
      if (e.r.kind !== 'const') return null;
      const base = constantOperand(L, e.l);
      if (!base) return null;
      const by = BigInt.asIntN(64, e.r.value) * BigInt(e.minus ? -e.scale : e.scale);
      return imm(base.value + by, base.symbol);
    }
    case 'binary': {
      const l = constantOperand(L, e.l);
      const r = constantOperand(L, e.r);
      if (!l || !r || r.symbol || (l.symbol && e.op !== '+' && e.op !== '-')) return null;
      if (e.op === '+') return imm(l.value + r.value, l.symbol);
      if (e.op === '-') return imm(l.value - r.value, l.symbol);
      return null;
    }
    default: return null;
  }
}

function constantAddress(L: Lowering, e: Expr): Operand | null {
  if (e.kind === 'var' && e.v.kind !== 'local' && !e.v.threadLocal) {
    L.unit.reference(e.v);
    return imm(0, e.v.symbol);
  }
  if (e.kind === 'string') return imm(0, L.unit.string(e.bytes));
  if (e.kind === 'member') {
    const base = constantAddress(L, e.e);
    return base && imm(base.value + BigInt(e.offset), base.symbol);
  }
  if (e.kind === 'deref') return constantOperand(L, e.e);
  return null;
}

function fits(c: string, v: Operand): boolean {
  if (v.symbol) return /[iesX]/.test(c);
  switch (c) {
    case 'I': return v.value >= 0n && v.value <= 31n;
    case 'J': return v.value >= 0n && v.value <= 63n;
    case 'K': return v.value >= -128n && v.value <= 127n;
    case 'N': return v.value >= 0n && v.value <= 255n;
    case 'e': return v.value >= -0x8000_0000n && v.value <= 0x7fff_ffffn;
    case 'Z': return v.value >= 0n && v.value <= 0xffff_ffffn;
    default: return true;
  }
}

export function lowerAsm(L: Lowering, s: Extract<Statement, { kind: 'asm' }>): void {
  const operands: AsmOperand[] = [];
  const before: (() => void)[] = [];
  const after: (() => void)[] = [];
  const uses: number[] = [];
  const defs: number[] = [];
  const chosen: Chosen[] = [];
  for (const o of s.outputs) {
    const c = choose(L, o, s.outputs.length);
    if (!c) return;
    chosen.push(c);
    const inOut = o.constraint.startsWith('+');
    const scalar = scalarOf(o.e.type);
    const size = (scalar?.size ?? 8) as Size;
    const early = o.constraint.includes('&');
    const made = (operand: Operand, isOutput: boolean): void => {
      operands.push({ operand, size, isOutput, isInput: inOut, early, name: o.name });
    };
    if (c.kind === 'memory') {
      if (!isMemory(L, o.e) || isBitField(o.e)) {
        L.error(o.at, 'an "m" operand must stand in memory');
        return;
      }
      made(address(L, o.e), false);
      continue;
    }
    if (!scalar) {
      L.error(o.at, `\`${String(o.e.type)}\` does not fit into a register`);
      return;
    }
    if (c.kind === 'flags') {
      const condition = FLAGS_OUT.exec(o.constraint)![1]! === 'z' ? 'e' : FLAGS_OUT.exec(o.constraint)![1]! === 'nz' ? 'ne' : FLAGS_OUT.exec(o.constraint)![1]!;
      const t = L.temp(4);
      after.unshift(() => {
        L.emit('set', 1, null, t).condition = condition as 'e';
      });
      after.push(() => {
        extend(L, t, t, 1, 4, false);
        store(L, o.e, t);
      });
      operands.push({ operand: imm(0), size: 1, isOutput: false, isInput: false, early: false, name: o.name });
      continue;
    }
    // An output may take its variable's register directly only if no input is put there first.
    const index = String(chosen.length - 1);
    const shared = s.inputs.some((i) => i.constraint === index) || (early && !inOut);
    const direct = c.kind === 'reg' && !shared ? registerOf(L, o.e) : null;
    const place = c.kind === 'fixed' ? reg(c.register) : direct && L.code.width[direct.reg] === (size === 8 ? 8 : 4) && size >= 4 ? direct : L.temp(size);
    // What the operand's address needs is computed once, for the reading and the writing.
    const target = inOut && !registerOf(L, o.e) && !noEffects(o.e) ? address(L, o.e) : null;
    if (inOut && place !== direct) {
      const value = target ? read(L, o.e, target) : L.value(o.e);
      before.push(() => L.emit('mov', size === 8 ? 8 : 4, value, place));
    }
    if (c.kind === 'fixed') {
      defs.push(c.register);
      if (inOut) uses.push(c.register);
    }
    made(place, true);
    if (place !== direct) {
      if (c.kind === 'fixed') {
        const t = L.temp(size);
        after.unshift(() => L.emit('mov', size === 8 ? 8 : 4, place, t));
        after.push(() => store(L, o.e, t, target));
      } else after.push(() => store(L, o.e, place, target));
    }
  }
  for (const o of s.inputs) {
    const c = choose(L, o, s.outputs.length);
    if (!c) return;
    const scalar = scalarOf(o.e.type);
    const size = (scalar?.size ?? 8) as Size;
    const made = (operand: Operand): void => {
      operands.push({ operand, size, isOutput: false, isInput: true, early: false, name: o.name });
    };
    if (c.kind === 'immediate') {
      made(constantOperand(L, o.e)!);
      continue;
    }
    if (c.kind === 'memory') {
      if (isMemory(L, o.e) && !isBitField(o.e)) made(address(L, o.e));
      else {
        const slot = L.slotFor(o.e.type);
        L.move(L.value(o.e), slot, size);
        made(slot);
      }
      continue;
    }
    if (!scalar) {
      L.error(o.at, `\`${String(o.e.type)}\` does not fit into a register`);
      return;
    }
    const v = L.value(o.e);
    if (c.kind === 'tied') {
      const out = operands[c.tied]!;
      const place = out.operand;
      if (place.kind !== 0) {
        before.push(() => L.move(v, place, size));
      } else {
        before.push(() => L.emit('mov', size === 8 ? 8 : 4, v, place));
        if (place.reg < 16) uses.push(place.reg);
      }
      out.isInput = true;
      operands.push({ operand: place, size, isOutput: false, isInput: true, early: false, name: o.name });
      continue;
    }
    if (c.kind === 'fixed') {
      const place = reg(c.register);
      before.push(() => L.emit('mov', size === 8 ? 8 : 4, v, place));
      uses.push(c.register);
      made(place);
      continue;
    }
    made(L.inReg(v, size));
  }
  const clobbers: number[] = [];
  for (const name of s.clobbers) {
    if (name === 'memory' || name === 'cc' || name === 'flags' || name === 'redzone' || name === 'dirflag') continue;
    const n = REGISTER_NUMBERS.get(name.replace(/^%/, ''));
    if (n === undefined) {
      if (!/^(xmm|ymm|st|mm|k)\d|^st$|^fpsr/.test(name)) L.error(s.at, `"${name}" is no register, and neither "memory" nor "cc"`);
    } else if (n !== 4 && n !== 5) clobbers.push(n);
    else L.error(s.at, `${name} holds the ${n === 4 ? 'stack' : 'frame'} and cannot be in the list of clobbers`);
  }
  for (const f of before) f();
  const insn = L.emit('asm', 8, null, null);
  insn.uses = uses;
  insn.defs = defs;
  insn.asm = { template: s.template, operands, clobbers, at: s.at, labels: s.labels.map((l) => {
    let b = L.frame.labels.get(l);
    if (!b) L.frame.labels.set(l, (b = L.newBlock()));
    b.label ||= L.unit.nextLabel();
    return b;
  }), labelNames: s.labels.map((l) => l.name) };
  insn.rep = s.volatile || s.clobbers.includes('memory');
  if (s.labels.length) {
    const next = L.newBlock();
    L.start(next);
  }
  for (const f of after) f();
}

function read(L: Lowering, e: Expr, at: Operand): Operand {
  return isBitField(e) ? bitFieldValue(L, at, (e as ExprWith<'member'>).field, e.type) : load(L, at, scalarOf(e.type)!);
}

/** Puts an output where the program wants it; `at` is its address, if that was computed before. */
function store(L: Lowering, e: Expr, v: Operand, at: Operand | null = null): void {
  const scalar = scalarOf(e.type)!;
  const size = scalar.size as Size;
  const r = registerOf(L, e);
  if (r) {
    if (size < 4) extend(L, v, r, size, 4, isSigned(scalar));
    else L.emit('mov', size, v, r);
    return;
  }
  const to = at ?? address(L, e);
  if (isBitField(e)) storeBitField(L, to, (e as ExprWith<'member'>).field, v, e.type, false);
  else L.emit('mov', size, v, to);
}
