/** Whether a product overflows is right on both sides of the border, and on it. */
import { expect, it } from 'vitest';
import { Random } from '../native/random.ts';
import { overflows } from './overflow.ts';

const LIMIT = 1n << 63n;
const word = (value: bigint): number => Number(BigInt.asIntN(32, value));
const says = (x: bigint, y: bigint): boolean => overflows(word(x), word(x >> 32n), word(y), word(y >> 32n));

it('products near 2^63 and anywhere', () => {
  const random = new Random(1);
  for (let n = 0; n < 20_000; n++) {
    const x = BigInt.asIntN(64, random.u64()) >> BigInt(random.below(64));
    // What takes x just to the limit, or any number.
    const near = x === 0n ? 0n : (random.chance(50) ? LIMIT : -LIMIT) / x + BigInt(random.below(5) - 2);
    const y = BigInt.asIntN(64, random.chance(60) ? near : random.u64() >> BigInt(random.below(64)));
    if (says(x, y) !== (BigInt.asIntN(64, x * y) !== x * y)) expect(`${x} * ${y}`).toBe('told right');
  }
  expect([says(1n << 32n, 1n << 31n), says(-(1n << 32n), 1n << 31n), says(-LIMIT, -1n), says(-LIMIT, 1n)]).toEqual([true, false, true, false]);
});
