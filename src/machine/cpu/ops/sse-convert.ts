/** Conversions between integers, floats and doubles in XMM registers. SDM Vol. 1, "SSE2 Conversion Instructions"; Vol. 2A, "CVT...". */
import type { Cpu } from '../cpu.ts';
import { convert, DE, DOUBLE, integer, PE, round, SINGLE, toInteger, TRUNCATE, type Float, type Format } from '../float/soft.ts';
import type { Exec } from '../insn.ts';
import { MXCSR } from '../state.ts';
import { denormalsAreZero, floatAt, putFloat, settle, sseEnv } from './sse-float.ts';

const TWO_32 = 0x1_0000_0000;

function integerFloat(cpu: Cpu, format: Format, value: bigint): Float {
  const { s } = cpu, env = sseEnv(s[MXCSR]), { kind, sign, sig, exp } = integer(value);
  const result = kind === 0 ? integer(0n) : round(env, format, sign, sig, exp);
  settle(cpu, env.flags);
  return result;
}

/** CVTSI2SD, CVTSI2SS: i.b a general register (or memory), i.size 32 or 64. */
export const fromInteger = (format: Format): Exec => (cpu, { a, b, size }) => {
  const { s } = cpu;
  if (format === DOUBLE) {
    const value = size === 32 ? s[b] : s[b + 1] * TWO_32 + (s[b] >>> 0);
    // Below 2^53 a double holds it exactly.
    if (size === 32 || (s[b + 1] >= -0x200000 && s[b + 1] < 0x200000)) {
      cpu.f64[a >> 1] = value;
      return;
    }
  } else if ((size === 32 || s[b + 1] === s[b] >> 31) && Math.abs(s[b]) <= 0x1000000) {
    cpu.f32[a] = s[b];
    return;
  }
  putFloat(s, a, format, integerFloat(cpu, format, size === 32 ? BigInt(s[b]) : (BigInt(s[b + 1]) << 32n) | BigInt(s[b] >>> 0)));
};

/** CVTSD2SI, CVTTSD2SI and their kin. What does not fit is the integer indefinite: only the sign bit set. */
export const toGeneral = (format: Format, truncates: boolean): Exec => (cpu, { a, b, size }) => {
  const { s } = cpu;
  const x = format === SINGLE ? cpu.f32[b] : cpu.f64[b >> 1], whole = Math.trunc(x);
  if (truncates && whole > -0x8000_0000 && whole < 0x8000_0000 && (whole === x || s[MXCSR] & PE) && (s[MXCSR] & 0x1000)) {
    s[a] = whole;
    s[a + 1] = size === 64 ? (whole < 0 ? -1 : 0) : 0;
    return;
  }
  const mxcsr = s[MXCSR], env = sseEnv(mxcsr);
  const value = toInteger(env, floatAt(s, b, format, denormalsAreZero(mxcsr)), size, truncates ? TRUNCATE : env.rounding) ?? -(1n << BigInt(size - 1));
  settle(cpu, env.flags);
  s[a] = Number(BigInt.asIntN(32, value));
  s[a + 1] = size === 64 ? Number(BigInt.asIntN(32, value >> 32n)) : 0;
};

/** Packed conversions to 32-bit integers; `lanes` results, and zeros up to `words`. */
export const toPacked = (format: Format, lanes: number, words: number, truncates: boolean): Exec => (cpu, { a, b }) => {
  const { s } = cpu, mxcsr = s[MXCSR], daz = denormalsAreZero(mxcsr), step = format === SINGLE ? 1 : 2, results: number[] = [];
  let flags = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const env = sseEnv(mxcsr);
    results.push(Number(toInteger(env, floatAt(s, b + lane * step, format, daz), 32, truncates ? TRUNCATE : env.rounding) ?? -0x8000_0000n));
    flags |= env.flags;
  }
  settle(cpu, flags);
  for (let word = 0; word < words; word++) s[a + word] = word < lanes ? results[word] : 0;
};

/** CVTDQ2PS, CVTPI2PS. */
export const packedToSingle = (lanes: number): Exec => (cpu, { a, b }) => {
  const { s } = cpu, mxcsr = s[MXCSR], results: Float[] = [];
  let flags = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const env = sseEnv(mxcsr), { kind, sign, sig, exp } = integer(BigInt(s[b + lane]));
    results.push(kind === 0 ? integer(0n) : round(env, SINGLE, sign, sig, exp));
    flags |= env.flags;
  }
  settle(cpu, flags);
  results.forEach((value, lane) => putFloat(s, a + lane, SINGLE, value));
};

/** CVTDQ2PD, CVTPI2PD: always exact. */
export const packedToDouble: Exec = ({ s, f64 }, { a, b }) => {
  const low = s[b], high = s[b + 1];
  f64[a >> 1] = low;
  f64[(a >> 1) + 1] = high;
};

const widen = (cpu: Cpu, a: number, b: number, lanes: number): void => {
  const { s } = cpu, mxcsr = s[MXCSR], daz = denormalsAreZero(mxcsr), results: Float[] = [];
  let flags = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const env = sseEnv(mxcsr);
    results.push(convert(env, DOUBLE, floatAt(s, b + lane, SINGLE, daz)));
    flags |= env.flags;
  }
  settle(cpu, flags);
  results.forEach((value, lane) => putFloat(s, a + 2 * lane, DOUBLE, value));
};

const isPlainSingle = (x: number): boolean => (Math.abs(x) >= 1.1754943508222875e-38 && Math.abs(x) <= 3.4028234663852886e38) || x === 0;

/** Every float is a double. */
export const singleToDouble: Exec = (cpu, { a, b }) => {
  const x = cpu.f32[b];
  if (isPlainSingle(x)) cpu.f64[a >> 1] = x;
  else widen(cpu, a, b, 1);
};
export const singlesToDoubles: Exec = (cpu, { a, b }) => widen(cpu, a, b, 2);

const narrow = (cpu: Cpu, a: number, b: number, lanes: number): void => {
  const { s } = cpu, mxcsr = s[MXCSR], daz = denormalsAreZero(mxcsr), results: Float[] = [];
  let flags = 0;
  for (let lane = 0; lane < lanes; lane++) {
    const env = sseEnv(mxcsr), value = floatAt(s, b + 2 * lane, DOUBLE, daz);
    results.push(convert(env, SINGLE, value));
    if (value.denormal) env.flags |= DE;
    flags |= env.flags;
  }
  settle(cpu, flags);
  results.forEach((value, lane) => putFloat(s, a + lane, SINGLE, value));
};

export const doubleToSingle: Exec = (cpu, { a, b }) => {
  const { s, f32 } = cpu, x = cpu.f64[b >> 1], m = Math.abs(x);
  if ((s[MXCSR] & 0xffc0) === 0x1f80 && (x === 0 || (m >= 1.1754943508222875e-38 && m <= 3.4028234663852886e38))) {
    const before = s[a];
    f32[a] = x;
    if (s[MXCSR] & PE || f32[a] === x) return;
    s[a] = before;
  }
  narrow(cpu, a, b, 1);
};
export const doublesToSingles: Exec = (cpu, { a, b }) => {
  narrow(cpu, a, b, 2);
  cpu.s[a + 2] = cpu.s[a + 3] = 0;
};
