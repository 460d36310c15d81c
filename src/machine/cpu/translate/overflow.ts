/** Does a signed 64 by 64 product need more than 64 bits? The product of doubles, off by less than 2^-50 of it, says so but near 2^63. */
export function overflows(xl: number, xh: number, yl: number, yh: number): boolean {
  const size = Math.abs((xh * 4294967296 + (xl >>> 0)) * (yh * 4294967296 + (yl >>> 0)));
  if (size < 9.2233e18) return false;
  if (size > 9.2234e18) return true;
  const r = ((BigInt(xh) << 32n) | BigInt(xl >>> 0)) * ((BigInt(yh) << 32n) | BigInt(yl >>> 0));
  return r !== BigInt.asIntN(64, r);
}
