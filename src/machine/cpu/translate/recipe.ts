/**
 * Flags as a recipe: the kind of the last operation that set them, and two 64-bit words x and y from which they follow.
 * Most flags are overwritten unread, so translated code only keeps the operands. This file says, as text, what the six flag words
 * of state.ts are for each kind; the conditions in translated code and the function that works all of them out are made from it.
 */
import type { Size } from './form.ts';

/** A 64-bit value as two int32 expressions, cheap enough to repeat. Values of 32 bits and less use lo alone. */
export interface Halves {
  readonly lo: string;
  readonly hi: string;
}

/** Kinds of operation. 0: the flag words are right as they stand. LOGIC keeps its result, sign-extended, for all sizes; ORDER says less (-1), equal (0) or
 * greater (1). */
const NAMES = ['add8', 'add16', 'add32', 'add64', 'sub8', 'sub16', 'sub32', 'sub64', 'logic', 'shl32', 'shl64', 'shr32', 'shr64', 'sar32', 'sar64', 'imul32',
  'imul64', 'inc32', 'inc64', 'dec32', 'dec64', 'order'] as const;
export type Kind = (typeof NAMES)[number];
export const KINDS: readonly Kind[] = NAMES;
export const kindNumber = (kind: Kind): number => NAMES.indexOf(kind) + 1;

export interface FlagWords {
  cf: string;
  of: string;
  af: string;
  zf: string;
  sf: string;
  pf: string;
}

/** Carry out of a + b = r and borrow out of a - b = r at the top bit, without a branch. */
export const carryOf = (a: string, b: string, r: string): string => `((${a} & ${b}) | ((${a} | ${b}) & ~${r})) >>> 31`;
export const borrowOf = (a: string, b: string, r: string): string => `((~${a} & ${b}) | ((~${a} | ${b}) & ${r})) >>> 31`;

const sizeOf = (kind: Kind): Size => Number(/\d+$/.exec(kind)?.[0] ?? 64) as Size;

/**
 * The result again, from x and y. `temp` names an expression.
 * x: first operand; y: second operand, the count of a shift, the old CF of INC and DEC.
 */
export function resultOf(kind: Kind, x: Halves, y: Halves, temp: (text: string) => string): Halves {
  const size = sizeOf(kind), narrow = 32 - size;
  const one = (text: string): Halves => {
    const lo = temp(text);
    return { lo, hi: lo };
  };
  switch (kind.replace(/\d+$/, '')) {
    case 'add':
    case 'sub': {
      const sign = kind.startsWith('add') ? '+' : '-';
      if (size < 32) return one(`((${x.lo} << ${narrow}) ${sign} (${y.lo} << ${narrow})) >> ${narrow}`);
      if (size === 32) return one(`(${x.lo} ${sign} ${y.lo}) | 0`);
      const lo = temp(`(${x.lo} ${sign} ${y.lo}) | 0`);
      const carry = sign === '+' ? carryOf(x.lo, y.lo, lo) : borrowOf(x.lo, y.lo, lo);
      return { lo, hi: temp(`(${x.hi} ${sign} ${y.hi} ${sign} (${carry})) | 0`) };
    }
    case 'shl':
      if (size === 32) return one(`${x.lo} << ${y.lo}`);
      return { lo: temp(`${y.lo} >= 32 ? 0 : ${x.lo} << ${y.lo}`),
        hi: temp(`${y.lo} >= 32 ? ${x.lo} << (${y.lo} - 32) : (${x.hi} << ${y.lo}) | (${x.lo} >>> (32 - ${y.lo}))`) };
    case 'shr':
      if (size === 32) {
        const lo = temp(`(${x.lo} >>> ${y.lo}) | 0`);
        return { lo, hi: lo };
      }
      return { lo: temp(`(${y.lo} >= 32 ? ${x.hi} >>> (${y.lo} - 32) : (${x.lo} >>> ${y.lo}) | (${x.hi} << (32 - ${y.lo}))) | 0`),
        hi: temp(`(${y.lo} >= 32 ? 0 : ${x.hi} >>> ${y.lo}) | 0`) };
    case 'sar':
      if (size === 32) return one(`${x.lo} >> ${y.lo}`);
      return { lo: temp(`${y.lo} >= 32 ? ${x.hi} >> (${y.lo} - 32) : (${x.lo} >>> ${y.lo}) | (${x.hi} << (32 - ${y.lo}))`),
        hi: temp(`${x.hi} >> (${y.lo} >= 32 ? 31 : ${y.lo})`) };
    case 'imul':
      if (size === 32) return one(`Math.imul(${x.lo}, ${y.lo})`);
      return product(x, y, temp);
    case 'inc':
      if (size === 32) return one(`(${x.lo} + 1) | 0`);
      return sumOf(x, 1, temp);
    case 'dec':
      if (size === 32) return one(`(${x.lo} - 1) | 0`);
      return sumOf(x, -1, temp);
    default:
      return x;
  }
}

/** value + a constant of up to 32 bits with its sign. */
export function sumOf(value: Halves, n: number, temp: (text: string) => string): Halves {
  const lo = temp(n < 0 ? `(${value.lo} - ${-n}) | 0` : `(${value.lo} + ${n}) | 0`);
  return { lo, hi: temp(n < 0 ? `(${value.hi} - ((${value.lo} >>> 0) < ${-n} ? 1 : 0)) | 0` : `(${value.hi} + ((${lo} >>> 0) < ${n} ? 1 : 0)) | 0`) };
}

/** Low 64 bits of a product: four 16-bit products make the upper word of the low halves, the cross products meet only there. */
function product(x: Halves, y: Halves, temp: (text: string) => string): Halves {
  const a0 = temp(`${x.lo} & 65535`), a1 = temp(`${x.lo} >>> 16`), b0 = temp(`${y.lo} & 65535`), b1 = temp(`${y.lo} >>> 16`);
  const right = temp(`Math.imul(${a0}, ${b1})`), left = temp(`Math.imul(${a1}, ${b0})`);
  const middle = temp(`(Math.imul(${a0}, ${b0}) >>> 16) + (${right} & 65535) + (${left} & 65535)`);
  const high = `Math.imul(${a1}, ${b1}) + (${right} >>> 16) + (${left} >>> 16) + (${middle} >>> 16)`;
  return { lo: temp(`Math.imul(${x.lo}, ${y.lo})`), hi: temp(`(${high} + Math.imul(${x.lo}, ${y.hi}) + Math.imul(${x.hi}, ${y.lo})) | 0`) };
}

/** The six flag words. SDM Vol. 2, "Flags Affected" of each instruction; undefined flags as the reference interpreter leaves them. */
export function flagWords(kind: Kind, x: Halves, y: Halves, r: Halves): FlagWords {
  const size = sizeOf(kind), shift = 32 - size;
  const top = (word: string): string => (size < 32 ? `(${word} << ${shift})` : word);
  const X = size === 64 ? x.hi : top(x.lo), Y = size === 64 ? y.hi : top(y.lo), R = size === 64 ? r.hi : top(r.lo);
  const whole = size === 64 ? { zf: `${r.lo} | ${r.hi}`, sf: r.hi, pf: r.lo } : { zf: r.lo, sf: r.lo, pf: r.lo };
  const low = { af: `${x.lo} ^ ${y.lo} ^ ${r.lo}`, ...whole };
  const n = y.lo;
  switch (kind.replace(/\d+$/, '')) {
    case 'add': return { cf: carryOf(X, Y, R), of: `(${X} ^ ${R}) & (${Y} ^ ${R})`, ...low };
    case 'sub': return { cf: borrowOf(X, Y, R), of: `(${X} ^ ${Y}) & (${X} ^ ${R})`, ...low };
    case 'logic': return { cf: '0', of: '0', af: '0', zf: `${x.lo} | ${x.hi}`, sf: x.hi, pf: x.lo };
    case 'order': return { cf: `(${x.lo} < 0 ? 1 : 0)`, of: '0', af: '0', zf: x.lo, sf: '0', pf: '1' };
    case 'shl': {
      const cf = size === 32 ? `(${x.lo} >>> (32 - ${n})) & 1` : `((${n} > 32 ? ${x.lo} >>> (64 - ${n}) : ${x.hi} >>> (32 - ${n})) & 1)`;
      return { cf, of: `${R} ^ (${cf} ? -2147483648 : 0)`, af: '0', ...whole };
    }
    case 'shr': return { cf: size === 32 ? `(${x.lo} >>> (${n} - 1)) & 1`
      : `((${n} > 32 ? ${x.hi} >>> (${n} - 33) : ${n} === 32 ? ${x.lo} >>> 31 : ${x.lo} >>> (${n} - 1)) & 1)`, of: X, af: '0', ...whole };
    case 'sar': return { cf: size === 32 ? `(${x.lo} >> (${n} - 1)) & 1`
      : `((${n} > 32 ? ${x.hi} >> (${n} - 33) : ${n} === 32 ? ${x.lo} >>> 31 : ${x.lo} >>> (${n} - 1)) & 1)`, of: '0', af: '0', ...whole };
    case 'imul': {
      const over = size === 32 ? `${x.lo} * ${y.lo} !== ${r.lo}` : `O(${x.lo}, ${x.hi}, ${y.lo}, ${y.hi})`;
      return { cf: `(${over} ? 1 : 0)`, of: `(${over} ? -1 : 0)`, af: '0', ...whole };
    }
    case 'inc': return { cf: y.lo, of: `~${X} & ${R}`, af: `${x.lo} ^ ${r.lo} ^ 1`, ...whole };
    default: return { cf: y.lo, of: `${X} & ~${R}`, af: `${x.lo} ^ ${r.lo} ^ 1`, ...whole };
  }
}

/** x < y and the like, for 64-bit values. */
const less = (x: Halves, y: Halves, isSigned: boolean): string =>
  isSigned ? `(${x.hi} < ${y.hi} || (${x.hi} === ${y.hi} && (${x.lo} >>> 0) < (${y.lo} >>> 0)))`
    : `((${x.hi} >>> 0) < (${y.hi} >>> 0) || (${x.hi} === ${y.hi} && (${x.lo} >>> 0) < (${y.lo} >>> 0)))`;

/** Condition `cc` after an operation, or undefined for the parity conditions. After a comparison it compares the operands themselves. */
export function conditionOf(kind: Kind, cc: number, x: Halves, y: Halves, temp: (text: string) => string): string | undefined {
  const pair = cc >> 1, negate = (cc & 1) === 1;
  const not = (text: string): string => (negate ? `!(${text})` : `(${text})`);
  if (pair === 5) return undefined;
  if (kind.startsWith('sub')) {
    const size = sizeOf(kind);
    if (size < 64) {
      const a = size === 32 ? x.lo : temp(`${x.lo} << ${32 - size}`), b = size === 32 ? y.lo : temp(`${y.lo} << ${32 - size}`);
      switch (pair) {
        case 1: return negate ? `(${a} >>> 0) >= (${b} >>> 0)` : `(${a} >>> 0) < (${b} >>> 0)`;
        case 2: return negate ? `${a} !== ${b}` : `${a} === ${b}`;
        case 3: return negate ? `(${a} >>> 0) > (${b} >>> 0)` : `(${a} >>> 0) <= (${b} >>> 0)`;
        case 4: return negate ? `((${a} - ${b}) | 0) >= 0` : `((${a} - ${b}) | 0) < 0`;
        case 6: return negate ? `${a} >= ${b}` : `${a} < ${b}`;
        case 7: return negate ? `${a} > ${b}` : `${a} <= ${b}`;
        default: break;
      }
    } else {
      switch (pair) {
        case 1: return not(less(x, y, false));
        case 2: return negate ? `((${x.lo} ^ ${y.lo}) | (${x.hi} ^ ${y.hi})) !== 0` : `((${x.lo} ^ ${y.lo}) | (${x.hi} ^ ${y.hi})) === 0`;
        case 3: return negate ? less(y, x, false) : `!${less(y, x, false)}`;
        case 6: return not(less(x, y, true));
        case 7: return negate ? less(y, x, true) : `!${less(y, x, true)}`;
        default: break;
      }
    }
  }
  const r = resultOf(kind, x, y, temp), words = flagWords(kind, x, y, r);
  const zero = `(${words.zf}) === 0`, less0 = `((${words.sf}) ^ (${words.of})) < 0`;
  switch (pair) {
    case 0: return not(`(${words.of}) < 0`);
    case 1: return not(`(${words.cf}) !== 0`);
    case 2: return not(zero);
    case 3: return not(`(${words.cf}) !== 0 || ${zero}`);
    case 4: return not(`(${words.sf}) < 0`);
    case 6: return not(less0);
    default: return not(`${zero} || ${less0}`);
  }
}
