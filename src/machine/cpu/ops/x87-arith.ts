/** x87 arithmetic and comparisons. SDM Vol. 1, "x87 FPU Instruction Set"; Vol. 2A, the pages under F. */
import {
  add, bitLength, compare, DE, divide, EXTENDED, finite, FINITE, IE, INDEFINITE, infinity, INFINITE, integer, invalid, isNan, multiply, nanOf, newEnv, QNAN,
  round, squareRoot, subtract,
  toInteger, TRUNCATE, UNSUPPORTED, zero, ZE, ZERO, type Env, type Float, type Format,
} from '../float/soft.ts';
import * as extended from '../float/extended.ts';
import type { Exec } from '../insn.ts';
import type { Memory } from './x87-move.ts';
import { AFW, CF, FSW, OFW, PFW, SFW, ZFW } from '../state.ts';
import { FSW_C0, FSW_C1, FSW_C2, FSW_C3, fpuEnv, get, isEmpty, pop, precision, push, put, ready, setC1, setCodes, settle, slotOf, stackFault,
  top } from './x87-stack.ts';

type Binary = (env: Env, format: Format, a: Float, b: Float) => Float;
/** An operation in general, and a fast way for ordinary numbers. */
interface Operation {
  readonly of: Binary;
  readonly fast: extended.Fast;
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  fadd: { of: add, fast: extended.add }, fmul: { of: multiply, fast: extended.multiply }, fdiv: { of: divide, fast: extended.divide },
  fsub: { of: subtract, fast: extended.subtract }, fsubr: { of: (env, format, a, b) => subtract(env, format, b, a), fast: extended.subtractReversed },
  fdivr: { of: (env, format, a, b) => divide(env, format, b, a), fast: extended.divideReversed },
};

/** ST(to) = ST(to) op ST(from), then so many pops. */
export const registers = ({ of, fast }: Operation, to: number, from: number, pops: number): Exec => ({ s }) => {
  if (!ready(s, to, from, to, pops)) return;
  if (extended.isOrdinary(s)) {
    const a = slotOf(s, to), b = slotOf(s, from);
    if (fast(s, a, s[a], s[a + 1], s[a + 2], s[b], s[b + 1], s[b + 2])) {
      if (pops) pop(s);
      return;
    }
  }
  const env = fpuEnv(s), value = of(env, precision(s), get(s, to), get(s, from));
  if (!settle(s, env)) return;
  put(s, to, value);
  if (pops) pop(s);
};

/** ST(0) = ST(0) op a number from memory. */
export const withMemory = ({ of, fast }: Operation, { load, fast: take }: Memory): Exec => ({ s }) => {
  if (!ready(s, 0, 0, 0)) return;
  if (extended.isOrdinary(s) && take(s, operand, 0)) {
    const a = slotOf(s, 0);
    if (fast(s, a, s[a], s[a + 1], s[a + 2], operand[0], operand[1], operand[2])) return;
  }
  const env = fpuEnv(s), value = of(env, precision(s), get(s, 0), load(s));
  if (settle(s, env)) put(s, 0, value);
};

/** A number from memory as the fast way takes it. */
const operand = new Int32Array(3);

/** The outcome for ordinary numbers, which notes nothing; 2 for others. @param other a register or what is in memory. */
function fastOrder(s: Int32Array, other: number | Memory): -1 | 0 | 1 | 2 {
  const a = slotOf(s, 0);
  if (typeof other === 'number') {
    const b = slotOf(s, other);
    return extended.order(s[a], s[a + 1], s[a + 2], s[b], s[b + 1], s[b + 2]);
  }
  return other.fast(s, operand, 0) ? extended.order(s[a], s[a + 1], s[a + 2], operand[0], operand[1], operand[2]) : 2;
}

/** C3 C2 C0 of a comparison: greater 000, less 001, equal 100, unordered 111. */
const codes = (order: -1 | 0 | 1 | undefined): number => (order === undefined ? FSW_C3 | FSW_C2 | FSW_C0 : order === 0 ? FSW_C3 : order < 0 ? FSW_C0 : 0);

/** Flags of a comparison; `signals`: any NaN is invalid. */
function check(env: Env, a: Float, b: Float, signals: boolean): void {
  if (isNan(a) || isNan(b)) {
    if (signals || a.kind > QNAN || b.kind > QNAN) env.flags |= IE;
  } else if (a.denormal || b.denormal) env.flags |= DE;
}

/** FCOM and its kin: the outcome into the condition codes. */
export const compareWith = (other: number | Memory, signals: boolean, pops: number): Exec => ({ s }) => {
  const empty = isEmpty(s, 0) || (typeof other === 'number' && isEmpty(s, other)), order = empty ? 2 : fastOrder(s, other);
  if (empty) {
    if (!stackFault(s, false)) return;
    setCodes(s, codes(undefined));
  } else if (order !== 2) {
    setC1(s, false);
    setCodes(s, codes(order));
  } else {
    const env = fpuEnv(s), a = get(s, 0), b = typeof other === 'number' ? get(s, other) : other.load(s);
    check(env, a, b, signals);
    const isFine = settle(s, env);
    // "If the invalid-arithmetic-operand exception is unmasked, the condition code flags are not set." SDM Vol. 2A, "FCOM".
    if (!(env.flags & env.unmasked & IE)) setCodes(s, codes(compare(a, b)));
    if (!isFine) return;
  }
  for (let n = 0; n < pops; n++) pop(s);
};

/** FCOMI and its kin: the outcome into ZF, PF and CF. */
export const compareToFlags = (other: number, signals: boolean, pops: number): Exec => ({ s }) => {
  const setFlags = (order: -1 | 0 | 1 | undefined): void => {
    s[OFW] = s[SFW] = s[AFW] = 0;
    s[CF] = order === -1 || order === undefined ? 1 : 0;
    s[ZFW] = order === 0 || order === undefined ? 0 : 1;
    s[PFW] = order === undefined ? 0 : 1;
  };
  if (isEmpty(s, 0) || isEmpty(s, other)) {
    if (!stackFault(s, false)) return;
    setFlags(undefined);
    if (pops) pop(s);
    return;
  }
  const order = fastOrder(s, other);
  if (order !== 2) {
    setC1(s, false);
    setFlags(order);
  } else {
    const env = fpuEnv(s), a = get(s, 0), b = get(s, other);
    check(env, a, b, signals);
    const isFine = settle(s, env);
    if (!(env.flags & env.unmasked & IE)) setFlags(compare(a, b));
    if (!isFine) return;
  }
  if (pops) pop(s);
};

const NOTHING: Memory = { load: () => zero(0), fast: (_s, into, to) => extended.fromInteger(into, to, 0, 0) };
export const ftst: Exec = compareWith(NOTHING, true, 0);

/** What ST(0) is, in C3 C2 C0; its sign in C1, empty or not. */
export const fxam: Exec = ({ s }) => {
  const value = get(s, 0), sign = (s[slotOf(s, 0) + 2] & 0x8000) !== 0;
  const normal = value.denormal ? FSW_C3 | FSW_C2 : FSW_C2;
  const kind = isEmpty(s, 0) ? FSW_C3 | FSW_C0 : value.kind === UNSUPPORTED ? 0
    : value.kind >= QNAN ? FSW_C0 : value.kind === INFINITE ? FSW_C2 | FSW_C0 : value.kind === ZERO ? FSW_C3 : normal;
  setCodes(s, kind);
  setC1(s, sign);
};

/** FCHS and FABS touch the sign bit alone. */
export const changeSign = (change: (word: number) => number): Exec => ({ s }) => {
  if (!ready(s, 0, 0, 0)) return;
  setC1(s, false);
  const slot = slotOf(s, 0);
  s[slot + 2] = change(s[slot + 2]);
};

const unary = (operation: (env: Env, format: Format, a: Float) => Float): Exec => ({ s }) => {
  if (!ready(s, 0, 0, 0)) return;
  const env = fpuEnv(s), value = operation(env, precision(s), get(s, 0));
  if (settle(s, env)) put(s, 0, value);
};

export const fsqrt = unary(squareRoot);

export const frndint = unary((env, _format, a) => {
  if (isNan(a)) return nanOf(env, a, a);
  if (a.denormal) env.flags |= DE;
  if (a.kind !== FINITE || a.exp >= 0) return a;
  // Not a value of the stack: so wide that it always fits.
  const value = toInteger(env, a, 80, env.rounding)!;
  return value === 0n ? zero(a.sign) : finite(a.sign, value < 0n ? -value : value, 0);
});

/** ST(0) times two to the integer part of ST(1). */
export const fscale: Exec = ({ s }) => {
  if (!ready(s, 0, 1, 0)) return;
  const env = fpuEnv(s), value = scale(env, get(s, 0), get(s, 1));
  if (settle(s, env)) put(s, 0, value);
};

function scale(env: Env, a: Float, b: Float): Float {
  if (isNan(a) || isNan(b)) return nanOf(env, a, b);
  if (b.kind === INFINITE) {
    if ((a.kind === INFINITE && b.sign) || (a.kind === ZERO && !b.sign)) return invalid(env);
    if (a.denormal) env.flags |= DE;
    return b.sign ? zero(a.sign) : infinity(a.sign);
  }
  if (a.denormal || b.denormal) env.flags |= DE;
  // Scaled by zero, a denormal is not an underflow.
  if (a.kind !== FINITE || b.kind === ZERO) return a;
  // Beyond 2^16 the result is out of range whatever the number.
  const by = b.exp + bitLength(b.sig) <= 0 ? 0 : b.exp + bitLength(b.sig) > 17 ? (b.sign ? -0x18000 : 0x18000)
    : Number(toInteger(newEnv(TRUNCATE), b, 64, TRUNCATE));
  return round(env, EXTENDED, a.sign, a.sig, a.exp + by);
}

/** ST(0) becomes its exponent, its significand is pushed. */
export const fxtract: Exec = ({ s }) => {
  if (isEmpty(s, 0) || !isEmpty(s, 7)) {
    if (!stackFault(s, !isEmpty(s, 0))) return;
    put(s, 0, INDEFINITE);
    s[FSW] = (s[FSW] & ~0x3800) | (((top(s) - 1) & 7) << 11);
    put(s, 0, INDEFINITE);
    return;
  }
  const env = fpuEnv(s), a = get(s, 0);
  let exponent: Float, significand: Float;
  if (isNan(a)) exponent = significand = nanOf(env, a, a);
  else if (a.kind === INFINITE) {
    exponent = infinity(0);
    significand = a;
  } else if (a.kind === ZERO) {
    env.flags |= ZE;
    exponent = infinity(1);
    significand = a;
  } else {
    if (a.denormal) env.flags |= DE;
    const length = bitLength(a.sig);
    exponent = integer(BigInt(a.exp + length - 1));
    significand = finite(a.sign, a.sig, 1 - length);
  }
  if (!settle(s, env)) return;
  put(s, 0, exponent);
  push(s, significand);
};

/**
 * FPREM (truncating) and FPREM1 (nearest): what is left of ST(0) after taking away ST(1) as often as it goes. Exponents
 * 64 and more apart are brought nearer only by part of the way; C2 then says so. SDM Vol. 2A, "FPREM".
 */
export const remainder = (nearest: boolean): Exec => ({ s }) => {
  s[FSW] &= ~FSW_C2;
  if (!ready(s, 0, 1, 0)) return;
  const env = fpuEnv(s), a = get(s, 0), b = get(s, 1);
  let value: Float, quotient = 0n, partial = false, divides = true;
  if (isNan(a) || isNan(b) || a.kind === INFINITE || b.kind === ZERO) {
    divides = false;
    value = isNan(a) || isNan(b) ? nanOf(env, a, b) : invalid(env);
  } else {
    if (a.denormal || b.denormal) env.flags |= DE;
    if (a.kind === ZERO || b.kind === INFINITE) value = a;
    else {
      const distance = a.exp + bitLength(a.sig) - b.exp - bitLength(b.sig);
      if (distance < 64) {
        const exp = Math.min(a.exp, b.exp), x = a.sig << BigInt(a.exp - exp), y = b.sig << BigInt(b.exp - exp);
        quotient = x / y;
        let rest = x - quotient * y, { sign } = a;
        if (nearest && (2n * rest > y || (2n * rest === y && quotient & 1n))) {
          quotient++;
          rest = y - rest;
          sign = sign ? 0 : 1;
        }
        value = rest === 0n ? zero(a.sign) : round(env, EXTENDED, sign, rest, exp);
      } else {
        partial = true;
        // Implementation-defined between 32 and 63.
        const by = distance - ((distance & 31) | 32);
        const exp = Math.min(a.exp, b.exp + by), x = a.sig << BigInt(a.exp - exp), y = b.sig << BigInt(b.exp + by - exp);
        const rest = x % y;
        value = rest === 0n ? zero(a.sign) : round(env, EXTENDED, a.sign, rest, exp);
      }
    }
  }
  if (!settle(s, env)) return;
  put(s, 0, value);
  if (!divides) return;
  const bit = (n: bigint, flag: number): number => ((quotient >> n) & 1n ? flag : 0);
  s[FSW] = (s[FSW] & ~(FSW_C0 | FSW_C1 | FSW_C2 | FSW_C3)) | (partial ? FSW_C2 : bit(2n, FSW_C0) | bit(1n, FSW_C3) | bit(0n, FSW_C1));
};

/** ST(0) = ST(i) when the condition holds. An empty register is a fault either way. */
export const conditionalMove = (from: number, holds: (s: Int32Array) => boolean): Exec => ({ s }) => {
  if (!ready(s, 0, from, 0) || !holds(s)) return;
  const source = slotOf(s, from), to = slotOf(s, 0);
  s[to] = s[source];
  s[to + 1] = s[source + 1];
  s[to + 2] = s[source + 2];
};

