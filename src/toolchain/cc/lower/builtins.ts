/** `__builtin_...` that become instructions. */
import { roundUp } from '../round.ts';
import { imm, memory, type Operand, RAX, RBP, RDX, reg, slotOperand } from '../backend/ir.ts';
import type { Expr, ExprWith } from '../tree.ts';
import { isSigned, scalarOf } from '../types.ts';
import { pointer } from './addresses.ts';
import { copy } from './aggregates.ts';
import { eightbytes } from './calls.ts';
import { sizeOf, STACK_ALIGN, type Lowering, type Size } from './lowering.ts';
import { extend, load } from './loads.ts';

export function builtin(L: Lowering, e: ExprWith<'builtin'>, to: Operand | null): Operand | null {
  const { args } = e;
  switch (e.name) {
    case 'trap': case 'unreachable':
      L.emit('ud2', 8, null, null);
      L.dead();
      return imm(0);
    case 'ia32_pause': L.emit('pause', 8, null, null); return imm(0);
    case 'mfence': L.emit('mfence', 8, null, null); return imm(0);
    case 'frame_address': case 'return_address': return frameAddress(L, e);
    case 'va_start': return vaStart(L, args[0]!);
    case 'va_copy': {
      const from = pointer(L, args[1]!);
      copy(L, from, pointer(L, args[0]!), 24);
      return imm(0);
    }
    case 'va_arg': return vaArg(L, e, to);
    case 'add_overflow': case 'sub_overflow': case 'mul_overflow': return overflow(L, e);
    case 'xchg': case 'xadd': {
      const size = e.target!.size as Size;
      const v = L.own(L.value(args[1]!), size);
      const at = pointer(L, args[0]!);
      L.emit(e.name, size, v, at);
      return size < 4 ? extended(L, v, size, isSigned(e.target!)) : v;
    }
    case 'cmpxchg': case 'cmpxchg-bool': {
      const size = e.target!.size as Size;
      const expected = L.value(args[1]!);
      const desired = L.inReg(L.value(args[2]!), size);
      const at = pointer(L, args[0]!);
      L.emit('mov', size === 8 ? 8 : 4, expected, reg(RAX));
      const insn = L.emit('cmpxchg', size, desired, at);
      insn.uses = insn.defs = [RAX];
      const t = L.temp(size);
      if (e.name === 'cmpxchg') {
        L.emit('mov', size === 8 ? 8 : 4, reg(RAX), t);
        return size < 4 ? extended(L, t, size, isSigned(e.target!)) : t;
      }
      L.emit('set', 1, null, t).condition = 'e';
      return extended(L, t, 1, false);
    }
    default: return bits(L, e);
  }
}

function extended(L: Lowering, v: Operand, size: Size, signed: boolean): Operand {
  const t = L.temp(4);
  extend(L, v, t, size, 4, signed);
  return t;
}

function frameAddress(L: Lowering, e: ExprWith<'builtin'>): Operand {
  const level = e.args[0]!.kind === 'const' ? Number(e.args[0]!.value) : 0;
  const t = L.temp(8);
  L.emit('mov', 8, reg(RBP), t);
  for (let i = 0; i < level; i++) L.emit('mov', 8, memory(t.reg), t);
  if (e.name === 'return_address') L.emit('mov', 8, memory(t.reg, 8), t);
  return t;
}

/** ABI, "The va_start Macro". */
function vaStart(L: Lowering, e: Expr): Operand {
  const at = pointer(L, e);
  L.emit('mov', 4, imm(L.namedRegisters * 8), at);
  // There are no vector registers to take arguments from.
  L.emit('mov', 4, imm(48), at.plus(4));
  const t = L.temp(8);
  L.emit('lea', 8, memory(RBP, 16 + L.namedStack), t);
  L.emit('mov', 8, t, at.plus(8));
  if (!L.registerSave) return imm(0);
  const s = L.temp(8);
  L.emit('lea', 8, slotOperand(L.registerSave), s);
  L.emit('mov', 8, s, at.plus(16));
  return imm(0);
}

/** ABI, "The va_arg Macro". */
function vaArg(L: Lowering, e: ExprWith<'builtin'>, to: Operand | null): Operand | null {
  const type = e.target!;
  const list = pointer(L, e.args[0]!);
  const n = eightbytes(type);
  const place = L.temp(8);
  const end = L.newBlock();
  const onStack = L.newBlock();
  if (n > 0) {
    const inRegisters = L.newBlock();
    const offset = L.temp(4);
    L.emit('mov', 4, list, offset);
    L.emit('cmp', 4, imm(48 - n * 8), offset);
    L.jumpIf('a', onStack);
    L.emit('jmp', 8, null, null).target = inRegisters;
    L.start(inRegisters);
    const wide = L.temp(8);
    extend(L, offset, wide, 4, 8, false);
    L.emit('mov', 8, list.plus(16), place);
    L.emit('add', 8, wide, place);
    L.emit('add', 4, imm(n * 8), list);
    L.emit('jmp', 8, null, null).target = end;
  }
  L.start(onStack);
  if (type.align >= STACK_ALIGN) {
    L.emit('add', 8, imm(STACK_ALIGN - 1), list.plus(8));
    L.emit('and', 8, imm(-STACK_ALIGN), list.plus(8));
  }
  L.emit('mov', 8, list.plus(8), place);
  L.emit('add', 8, imm(Math.max(8, roundUp(type.size, 8))), list.plus(8));
  L.start(end);
  const at = memory(place.reg);
  const scalar = scalarOf(type);
  if (scalar) return load(L, at, scalar);
  if (to) copy(L, at, to, type.size);
  return null;
}

function overflow(L: Lowering, e: ExprWith<'builtin'>): Operand {
  const type = e.target!;
  const size = sizeOf(type);
  const signed = isSigned(type);
  const [l, r, out] = e.args as [Expr, Expr, Expr];
  const a = L.value(l);
  const b = L.inReg(L.value(r), size);
  const at = pointer(L, out);
  const flag = L.temp(4);
  let result: Operand;
  if (e.name === 'mul_overflow' && !signed) {
    L.emit('mov', size, a, reg(RAX));
    const insn = L.emit('mul', size, b, null);
    insn.uses = [RAX];
    insn.defs = [RAX, RDX];
    L.emit('set', 1, null, flag).condition = 'o';
    result = L.temp(size);
    L.emit('mov', size, reg(RAX), result);
  } else {
    result = L.temp(size);
    L.move(a, result, size);
    L.emit(e.name === 'add_overflow' ? 'add' : e.name === 'sub_overflow' ? 'sub' : 'imul', size, b, result);
    L.emit('set', 1, null, flag).condition = signed ? 'o' : 'c';
  }
  L.emit('mov', size, result, at);
  return extended(L, flag, 1, false);
}

function bits(L: Lowering, e: ExprWith<'builtin'>): Operand {
  const name = e.name.startsWith('bswap') ? e.name : e.name.replace(/l+$/, '');
  const source = L.value(e.args[0]!);
  const size = e.args[0]!.type.size === 8 ? 8 : 4;
  const a = L.inReg(source, size);
  const t = L.temp(size);
  switch (name) {
    case 'ctz': L.emit('bsf', size, a, t); break;
    case 'clz':
      L.emit('bsr', size, a, t);
      L.emit('xor', size, imm(size * 8 - 1), t);
      break;
    case 'ffs': {
      // bsf leaves its target alone when the source is zero: AMD says so, and Intel's CPUs do it.
      const zero = L.newBlock();
      const some = L.newBlock();
      const end = L.newBlock();
      L.emit('test', size, a, a);
      L.jumpIf('ne', some);
      L.emit('jmp', 8, null, null).target = zero;
      L.start(some);
      L.emit('bsf', size, a, t);
      L.emit('add', 4, imm(1), t);
      L.emit('jmp', 8, null, null).target = end;
      L.start(zero);
      L.emit('mov', 4, imm(0), t);
      L.start(end);
      break;
    }
    case 'popcount': return populationCount(L, a, size);
    case 'bswap16': {
      L.move(a, t, 4);
      L.emit('rol', 2, imm(8), t);
      return extended(L, t, 2, false);
    }
    default:
      L.move(a, t, size);
      L.emit('bswap', size, null, t);
  }
  return t;
}

/** Without the popcnt instruction, which not every CPU that we describe has. Hacker's Delight, 5-1. */
function populationCount(L: Lowering, a: Operand, size: 4 | 8): Operand {
  const mask = (byte: bigint): Operand => L.inReg(imm(BigInt.asIntN(size * 8, byte * (size === 8 ? 0x0101_0101_0101_0101n : 0x0101_0101n))), size);
  const x = L.temp(size);
  const y = L.temp(size);
  L.move(a, x, size);
  L.move(a, y, size);
  L.emit('shr', size, imm(1), y);
  L.emit('and', size, mask(0x55n), y);
  L.emit('sub', size, y, x);
  const z = L.temp(size);
  L.move(x, z, size);
  const threes = mask(0x33n);
  L.emit('and', size, threes, x);
  L.emit('shr', size, imm(2), z);
  L.emit('and', size, threes, z);
  L.emit('add', size, z, x);
  const w = L.temp(size);
  L.move(x, w, size);
  L.emit('shr', size, imm(4), w);
  L.emit('add', size, w, x);
  L.emit('and', size, mask(0x0fn), x);
  L.emit('imul', size, mask(0x01n), x);
  L.emit('shr', size, imm(size * 8 - 8), x);
  return x;
}
