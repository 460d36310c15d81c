/** The fast ways give what the exact arithmetic gives, bit for bit, or decline; and they decline nothing that is ordinary. */
import { expect, it } from 'vitest';
import { extended as anyNumber, Random } from '../native/random.ts';
import { FPR, FSW } from '../state.ts';
import * as extended from './extended.ts';
import { add, compare, convert, divide, DOUBLE, EXTENDED, integer, multiply, NEAREST, newEnv, pack32, pack64, pack80, PE, SINGLE, subtract, toInteger, TRUNCATE,
  unpack32, unpack64, unpack80, type Env, type Float } from './soft.ts';

const ROUNDS = 20_000, C1 = 0x200, A = FPR, B = FPR + 4, TO = FPR + 8;
const word = (value: bigint): number => Number(BigInt.asIntN(32, value));

interface Bits {
  sig: bigint;
  top: number;
}
const show = ({ sig, top }: Bits): string => `${top.toString(16)}:${sig.toString(16).padStart(16, '0')}`;
const at = (s: Int32Array, slot: number): Bits => ({ sig: (BigInt(s[slot + 1] >>> 0) << 32n) | BigInt(s[slot] >>> 0), top: s[slot + 2] });
const floatOf = ({ sig, top }: Bits): Float => unpack80(word(sig), word(sig >> 32n), top);
const status = ({ flags, up }: Env): number => flags | (flags & PE && up ? C1 : 0);

/** A number, and another near it now and then, so that much cancels. */
function pair(random: Random): [Bits, Bits] {
  const a = anyNumber(random);
  if (random.chance(60)) return [a, anyNumber(random)];
  const by = random.chance(50) ? BigInt(random.below(4)) : random.u64() >> BigInt(random.below(64));
  return [a, { sig: BigInt.asUintN(64, a.sig ^ by), top: (a.top + random.below(3) - 1) & 0xffff ^ (random.chance(50) ? 0x8000 : 0) }];
}

function bank(a: Bits, b: Bits): Int32Array {
  const s = new Int32Array(256);
  for (const [slot, { sig, top }] of [[A, a], [B, b]] as const) s.set([word(sig), word(sig >> 32n), top], slot);
  return s;
}

it.each([
  ['add', extended.add, add], ['subtract', extended.subtract, subtract], ['multiply', extended.multiply, multiply], ['divide', extended.divide, divide],
] as const)('%s', (_name, fast, exactly) => {
  const random = new Random(1);
  let done = 0;
  for (let n = 0; n < ROUNDS; n++) {
    const [a, b] = pair(random), s = bank(a, b), env = newEnv(NEAREST, 0, true), wanted = exactly(env, EXTENDED, floatOf(a), floatOf(b));
    if (!fast(s, TO, s[A], s[A + 1], s[A + 2], s[B], s[B + 1], s[B + 2])) continue;
    done++;
    const got = `${show(at(s, TO))} ${s[FSW]}`, want = `${show(pack80(wanted))} ${status(env)}`;
    if (got !== want) expect(`${show(a)} ${show(b)}: ${got}`).toBe(`${show(a)} ${show(b)}: ${want}`);
  }
  expect(done).toBeGreaterThan(ROUNDS / 3);
});

it('comparisons', () => {
  const random = new Random(2);
  let done = 0;
  for (let n = 0; n < ROUNDS; n++) {
    const [a, b] = pair(random), s = bank(a, b), order = extended.order(s[A], s[A + 1], s[A + 2], s[B], s[B + 1], s[B + 2]);
    if (order === 2) continue;
    done++;
    if (order !== compare(floatOf(a), floatOf(b))) expect(`${show(a)} ${show(b)}: ${order}`).toBe(`${show(a)} ${show(b)}: ${compare(floatOf(a), floatOf(b))}`);
  }
  expect(done).toBeGreaterThan(ROUNDS / 2);
});

/** The two words of a value in memory. */
const words = (bits: bigint): [number, number] => [word(bits), word(bits >> 32n)];
const STORES: [string, (lo: number, hi: number, se: number) => boolean, (env: Env, value: Float) => [number, number] | undefined][] = [
  ['double', extended.toDouble, (env, value) => words(pack64(convert(env, DOUBLE, { ...value, denormal: false })))],
  ['single', extended.toSingle, (env, value) => [pack32(convert(env, SINGLE, { ...value, denormal: false })), 0]],
  ...([16, 32, 64] as const).flatMap((bits) => [NEAREST, TRUNCATE].map((mode): (typeof STORES)[number] => [
    `${mode === NEAREST ? 'nearest' : 'truncated'} integer of ${bits} bits`, (lo, hi, se) => extended.toInteger(lo, hi, se, bits, mode === TRUNCATE),
    (env, value) => {
      const result = toInteger(env, value, bits, mode);
      return result === undefined ? undefined : words(result);
    },
  ])),
];
it.each(STORES)('to %s', (_name, fast, exactly) => {
  const random = new Random(3), { image } = extended;
  let done = 0;
  for (let n = 0; n < ROUNDS; n++) {
    const a = anyNumber(random), env = newEnv(NEAREST);
    if (!fast(word(a.sig), word(a.sig >> 32n), a.top)) continue;
    done++;
    const [lo, hi] = exactly(env, floatOf(a)) ?? [NaN, NaN];
    const got = `${image.lo | 0} ${image.hi | 0} ${image.inexact} ${image.up}`,
      want = `${lo} ${hi} ${(env.flags & PE) !== 0} ${(env.flags & PE) !== 0 && env.up}`;
    if (got !== want || env.flags & ~PE) expect(`${show(a)}: ${got}`).toBe(`${show(a)}: ${want} ${env.flags}`);
  }
  expect(done).toBeGreaterThan(ROUNDS / 5);
});

it.each([
  ['a double', (s: Int32Array, lo: number, hi: number) => extended.fromDouble(s, TO, lo, hi), (lo: number, hi: number) => unpack64(lo, hi)],
  ['a float', (s: Int32Array, _lo: number, hi: number) => extended.fromSingle(s, TO, hi), (_lo: number, hi: number) => unpack32(hi)],
  ['an integer', (s: Int32Array, lo: number, hi: number) => extended.fromInteger(s, TO, lo, hi),
    (lo: number, hi: number) => integer((BigInt(hi) << 32n) | BigInt(lo >>> 0))],
] as const)('from %s', (_name, fast, exactly) => {
  const random = new Random(4), s = new Int32Array(256);
  let done = 0;
  for (let n = 0; n < ROUNDS; n++) {
    const lo = random.chance(30) ? 0 : random.u32(), hi = random.chance(10) ? random.pick([0, -1]) : random.u32() >> random.below(32);
    if (!fast(s, lo, hi)) continue;
    done++;
    if (show(at(s, TO)) !== show(pack80(exactly(lo, hi)))) expect(`${lo} ${hi}: ${show(at(s, TO))}`).toBe(`${lo} ${hi}: ${show(pack80(exactly(lo, hi)))}`);
  }
  expect(done).toBeGreaterThan(ROUNDS / 5);
});
