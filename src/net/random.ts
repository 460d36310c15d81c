/**
 * Random numbers from a seed, the same on every host: 32-bit integers (xoshiro128**, Blackman and Vigna), and from them the distributions
 * that load generators need. Logarithm and exponential are made of additions, multiplications and divisions, whose results IEEE 754 fixes
 * to the last bit; the host's own are not used.
 */
export type Random = number[];

/** Four words from one seed (splitmix32). */
export function seeded(seed: number): Random {
  let state = seed | 0;
  return Array.from({ length: 4 }, () => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) | 0;
  });
}

const turned = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** 0 to 2^32 - 1. */
export function next(random: Random): number {
  const [a, b, c, d] = random, result = Math.imul(turned(Math.imul(b, 5), 7), 9) >>> 0;
  random[0] = a ^ d ^ b;
  random[1] = b ^ c ^ a;
  random[2] = c ^ a ^ (b << 9);
  random[3] = turned(d ^ b, 11);
  return result;
}

/** 0 to n - 1. */
export const below = (random: Random, n: number): number => Math.floor((next(random) * n) / 0x1_0000_0000);

/** Happens so many times in a million. */
export const chance = (random: Random, perMillion: number): boolean => perMillion > 0 && below(random, 1_000_000) < perMillion;

/** Between 0 and 1, neither of them. */
export const unit = (random: Random): number => (next(random) + 0.5) / 0x1_0000_0000;

const LN2 = 0.6931471805599453;

/** Natural logarithm of a positive number: x = m * 2^e with m about 1, then the series of atanh. */
export function ln(x: number): number {
  let m = x, e = 0;
  for (; m > 1.5; e++) m /= 2;
  for (; m < 0.75; e--) m *= 2;
  const t = (m - 1) / (m + 1), square = t * t;
  let sum = 0;
  for (let n = 25; n >= 1; n -= 2) sum = sum * square + 1 / n;
  return 2 * t * sum + e * LN2;
}

/** e to the x. */
export function exp(x: number): number {
  const halvings = Math.floor(x / LN2 + 0.5), rest = x - halvings * LN2;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * rest) / n;
  for (let n = 0; n < Math.abs(halvings); n++) sum = halvings < 0 ? sum / 2 : sum * 2;
  return sum;
}

export const power = (base: number, exponent: number): number => exp(exponent * ln(base));

/** The time to the next of events that come independently of each other, by its mean: an integer. */
export const exponential = (random: Random, mean: number): number => Math.floor(-ln(unit(random)) * mean);

/** Generalised extreme value distribution: location, scale, shape. */
export const extremeValue = (random: Random, location: number, scale: number, shape: number): number =>
  location + (scale * (power(-ln(unit(random)), -shape) - 1)) / shape;

/** Generalised Pareto distribution: location, scale, shape. */
export const pareto = (random: Random, location: number, scale: number, shape: number): number =>
  location + (scale * (power(unit(random), -shape) - 1)) / shape;
