/** Does a signed 64 by 64 product need more than 64 bits? Asked only when somebody looks at CF or OF after IMUL. */
export function overflows(xl: number, xh: number, yl: number, yh: number): boolean {
  const r = ((BigInt(xh) << 32n) | BigInt(xl >>> 0)) * ((BigInt(yh) << 32n) | BigInt(yl >>> 0));
  return r !== BigInt.asIntN(64, r);
}
