/** COMISS and its kin: a comparison into ZF, PF and CF. SDM Vol. 2A, "COMISD" and "UCOMISD". */
import { compare, DE, DOUBLE, IE, isNan, SINGLE, SNAN, type Format } from '../float/soft.ts';
import type { Exec } from '../insn.ts';
import { AFW, CF, MXCSR, OFW, PFW, SFW, ZFW } from '../state.ts';
import { denormalsAreZero, floatAt, settle } from './sse-float.ts';

/** Outcome: -1, 0, 1, or undefined for unordered. */
export function compareFlags(s: Int32Array, order: -1 | 0 | 1 | undefined): void {
  s[OFW] = s[SFW] = s[AFW] = 0;
  s[CF] = order === -1 || order === undefined ? 1 : 0;
  s[ZFW] = order === 0 || order === undefined ? 0 : 1;
  // PF is the parity of the low byte: 0 has an even number of ones.
  s[PFW] = order === undefined ? 0 : 1;
}

const slow = (format: Format, signals: boolean): Exec => (cpu, { a, b }) => {
  const { s } = cpu, daz = denormalsAreZero(s[MXCSR]);
  const x = floatAt(s, a, format, daz), y = floatAt(s, b, format, daz), unordered = isNan(x) || isNan(y);
  settle(cpu, unordered ? (signals || x.kind === SNAN || y.kind === SNAN ? IE : 0) : x.denormal || y.denormal ? DE : 0);
  compareFlags(s, compare(x, y));
};

/** `signals`: a quiet NaN is invalid (COMI), else only a signalling one (UCOMI). */
export const compareSingle = (signals: boolean): Exec => {
  const careful = slow(SINGLE, signals);
  return (cpu, i) => {
    const x = cpu.f32[i.a], y = cpu.f32[i.b];
    if ((Math.abs(x) >= 1.1754943508222875e-38 || x === 0) && (Math.abs(y) >= 1.1754943508222875e-38 || y === 0))
      compareFlags(cpu.s, x < y ? -1 : x > y ? 1 : 0);
    else careful(cpu, i);
  };
};
export const compareDouble = (signals: boolean): Exec => {
  const careful = slow(DOUBLE, signals);
  return (cpu, i) => {
    const x = cpu.f64[i.a >> 1], y = cpu.f64[i.b >> 1];
    if ((Math.abs(x) >= 2.2250738585072014e-308 || x === 0) && (Math.abs(y) >= 2.2250738585072014e-308 || y === 0))
      compareFlags(cpu.s, x < y ? -1 : x > y ? 1 : 0);
    else careful(cpu, i);
  };
};
