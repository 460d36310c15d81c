/** Random machine states for the comparison with the host: reproducible, and rich in the values where things go wrong. */

/** Two 32-bit xorshift-multiply streams (SplitMix32's finalizer over a Weyl sequence). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bf03635) | 0;
    this.u32();
  }

  /** As an int32. */
  u32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return x ^ (x >>> 15);
  }

  u64(): bigint {
    const hi = this.u32() >>> 0, lo = this.u32() >>> 0;
    return (BigInt(hi) << 32n) | BigInt(lo);
  }

  below(n: number): number {
    return (this.u32() >>> 0) % n;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

/** FXSAVE's layout. SDM Vol. 2A, "FXSAVE Area". */
export const FX_BYTES = 512, FX_COMPARED = 416, FX_FCW = 0, FX_FSW = 2, FX_FTW = 4, FX_MXCSR = 24, FX_ST = 32, FX_XMM = 160;

const SINGLES = [
  0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345, 0x7f800001, 0xff812345, 1, 0x80000001, 0x7fffff, 0x807fffff, 0x800000,
  0x80800000, 0x7f7fffff, 0xff7fffff,
  0x4b000000, 0x4b7fffff, 0x4effffff, 0x4f000000, 0xcf000000, 0x5effffff, 0x5f000000, 0xdf000000, 0x3f000000, 0xbf000000, 0x3fc00000, 0x3effffff, 0x34000000,
  0x33800000, 0x40490fdb,
].map((word) => word | 0);
/** High words; with the low word 0 or all ones. */
const DOUBLES = [
  0, 0x80000000, 0x3ff00000, 0xbff00000, 0x7ff00000, 0xfff00000, 0x7ff80000, 0xfff81234, 0x7ff00001, 0xfff12345, 0x000fffff, 0x800fffff, 0x00100000, 0x80100000,
  0x7fefffff, 0xffefffff,
  0x433fffff, 0x43400000, 0x41dfffff, 0x41e00000, 0xc1e00000, 0x43dfffff, 0x43e00000, 0xc3e00000, 0x3fe00000, 0xbfe00000, 0x3ff80000, 0x3fdfffff, 0x3cb00000,
  0x3ca00000, 0x36a00000, 0x380fffff, 0x47efffff, 0x400921fb,
].map((word) => word | 0);

/** Four words: floats, doubles or integers. */
export function vector(random: Random): [number, number, number, number] {
  const single = (): number => {
    const kind = random.below(6);
    if (kind < 2) return random.pick(SINGLES);
    if (kind === 2) return random.u32();
    // Near one, so that sums and products stay ordinary; with few bits, so that some are exact.
    const exponent = 0x3f800000 + ((random.below(kind === 3 ? 8 : 60) - (kind === 3 ? 4 : 30)) << 23);
    return (exponent | (random.u32() & (random.chance(50) ? 0x7fffff : 0x7f0000)) | (random.chance(50) ? 0x80000000 : 0)) | 0;
  };
  const double = (): [number, number] => {
    const kind = random.below(6);
    if (kind < 2) return [random.chance(70) ? 0 : random.chance(50) ? -1 : random.u32(), random.pick(DOUBLES)];
    if (kind === 2) return [random.u32(), random.u32()];
    const exponent = 0x3ff00000 + ((random.below(kind === 3 ? 8 : 140) - (kind === 3 ? 4 : 70)) << 20);
    return [random.chance(50) ? 0 : random.u32(), (exponent | (random.u32() & 0xfffff) | (random.chance(50) ? 0x80000000 : 0)) | 0];
  };
  const small = (): number => random.pick([0, 1, -1, 0x7fff, 0x8000, 0x7fffffff, 0x80000000 | 0, 0x00ff00ff, 0x80808080 | 0, 0x7f7f7f7f, 0x01000100,
    random.below(256), random.u32()]);
  const kind = random.below(10);
  if (kind < 4) return [single(), single(), single(), single()];
  if (kind < 8) return [...double(), ...double()];
  if (kind === 8) return [small(), small(), small(), small()];
  return [random.u32(), random.u32(), random.u32(), random.u32()];
}

/** An 80-bit number: significand, sign and exponent. Now and then one that no longer exists (unnormal, pseudo-infinity). */
export function extended(random: Random): { sig: bigint; top: number } {
  const sign = random.chance(50) ? 0x8000 : 0, one = 1n << 63n;
  const bits = random.chance(30) ? one : random.chance(30) ? 0xffff_ffff_ffff_ffffn
    : random.chance(40) ? one | (random.u64() & 0x7fff_f800_0000_0000n) : one | random.u64();
  switch (random.below(16)) {
    case 0: return { sig: 0n, top: sign };
    case 1: return { sig: one, top: sign | 0x7fff };
    case 2: return { sig: bits | (1n << 62n), top: sign | 0x7fff };
    case 3: return { sig: (bits & ~(1n << 62n)) | 1n, top: sign | 0x7fff };
    case 4: return { sig: random.u64() >> BigInt(random.below(64)), top: sign };
    case 5: return { sig: bits, top: sign | 0x7ffe };
    case 6: return { sig: bits, top: sign | 1 };
    case 7: return { sig: random.u64(), top: sign | (random.u32() & 0x7fff) };
    case 8: return { sig: bits, top: sign | (0x3fff + random.pick([-1076, -1023, -1022, -150, -127, -126, 127, 128, 1023, 1024, 16382, -16381, -32, -64,
      -65])) };
    case 9: return { sig: bits, top: sign | (0x3fff + random.pick([15, 16, 30, 31, 32, 62, 63, 64])) };
    case 10: return { sig: bits, top: sign | (0x3fff + random.below(140) - 70) };
    default: return { sig: bits, top: sign | (0x3fff + random.below(10) - 5) };
  }
}

/** What FXRSTOR loads before the instruction. */
export function fxState(random: Random, x87: boolean): Uint8Array {
  const bytes = new Uint8Array(FX_BYTES), view = new DataView(bytes.buffer);
  const masks = random.chance(65) ? 0x3f : random.u32() & 0x3f;
  let mxcsr = (masks << 7) | (random.chance(45) ? 0x20 : random.u32() & 0x3f);
  if (random.chance(40)) mxcsr |= random.below(4) << 13;
  if (random.chance(15)) mxcsr |= 0x40;
  if (random.chance(15)) mxcsr |= 0x8000;
  view.setUint32(FX_MXCSR, mxcsr, true);
  for (let n = 0; n < 16; n++) vector(random).forEach((word, w) => view.setInt32(FX_XMM + 16 * n + 4 * w, word, true));
  view.setUint16(FX_FCW, 0x37f, true);
  if (!x87) return bytes;
  const control = (random.chance(70) ? 0x3f : random.u32() & 0x3f) | 0x40 | ((random.chance(60) ? 3 : random.pick([0, 2, 3])) << 8) |
    (random.chance(50) ? 0 : random.below(4) << 10);
  view.setUint16(FX_FCW, control, true);
  // Exceptions noted before; ES (and B) say that one of them is unmasked.
  let status = (random.below(8) << 11) | (random.u32() & 0x4700) | (random.chance(50) ? 0 : random.u32() & 0x7f);
  if (status & 0x3f & ~control) {
    if (random.chance(85)) status &= ~(~control & 0x3f);
    else status |= 0x8080;
  }
  view.setUint16(FX_FSW, status, true);
  bytes[FX_FTW] = random.chance(60) ? random.u32() | random.u32() : random.chance(50) ? 0xff : random.u32();
  for (let n = 0; n < 8; n++) {
    const { sig, top } = extended(random);
    view.setBigUint64(FX_ST + 16 * n, sig, true);
    view.setUint16(FX_ST + 16 * n + 8, top, true);
  }
  return bytes;
}
