/**
 * The constant expression of `#if`. C11 (N1570), 6.10.1: all arithmetic is in intmax_t or uintmax_t.
 */
import { decodeCharacter, parseInteger } from '../literals.ts';
import { CHAR, EOF, IDENT, NUMBER, type Token } from './tokens.ts';

const PRECEDENCE: Record<string, number> = {
  '||': 1, '&&': 2, '|': 3, '^': 4, '&': 5, '==': 6, '!=': 6, '<': 7, '>': 7, '<=': 7, '>=': 7, '<<': 8, '>>': 8, '+': 9, '-': 9, '*': 10, '/': 10, '%': 10,
};

interface Value {
  value: bigint;
  unsigned: boolean;
  /** Something was divided by zero on the way: wrong only if the value counts. */
  undefined?: boolean;
}

/** Tokens are expanded already, `defined` is resolved. `fail` reports and is called at most once. */
export function evaluateCondition(tokens: Token[], directive: Token, fail: (at: Token, message: string) => void): boolean {
  let at = 0;
  let failed = false;
  const peek = (): Token | undefined => tokens[at];
  const error = (message: string): Value => {
    if (!failed) fail(peek() ?? tokens[tokens.length - 1] ?? directive, message);
    failed = true;
    at = tokens.length;
    return { value: 0n, unsigned: false };
  };
  const wrap = (value: bigint, unsigned: boolean): Value => ({ value: unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value), unsigned });

  function primary(): Value {
    const t = tokens[at++];
    if (!t) return error('#if needs an expression here');
    if (t.kind === NUMBER) {
      const parsed = parseInteger(t.text);
      if (typeof parsed === 'string') {
        at--;
        return error(parsed);
      }
      return wrap(parsed.value, parsed.unsigned || parsed.value > 0x7fff_ffff_ffff_ffffn);
    }
    if (t.kind === CHAR) return { value: BigInt(decodeCharacter(t.text)), unsigned: false };
    if (t.kind === IDENT) return { value: 0n, unsigned: false };
    if (t.text === '(') {
      const v = ternary();
      if (peek()?.text !== ')') return error('expected ) in this #if expression');
      at++;
      return v;
    }
    if (t.text === '!') {
      const v = primary();
      return { value: v.value === 0n ? 1n : 0n, unsigned: false, undefined: v.undefined };
    }
    if (t.text === '-' || t.text === '+' || t.text === '~') {
      const v = primary();
      return { ...wrap(t.text === '-' ? -v.value : t.text === '~' ? ~v.value : v.value, v.unsigned), undefined: v.undefined };
    }
    at--;
    return error(t.kind === EOF ? '#if needs an expression' : `\`${t.text}\` cannot stand in an #if expression`);
  }

  function binary(min: number): Value {
    let left = primary();
    for (;;) {
      const op = peek()?.text ?? '';
      const precedence = PRECEDENCE[op];
      if (precedence === undefined || precedence < min) return left;
      at++;
      const right = binary(precedence + 1);
      left = apply(op, left, right);
    }
  }

  function apply(op: string, l: Value, r: Value): Value {
    const u = l.unsigned || r.unsigned;
    if ((op === '&&' && l.value === 0n) || (op === '||' && l.value !== 0n)) return { value: op === '||' ? 1n : 0n, unsigned: false, undefined: l.undefined };
    const v = operate(op, l, r, u);
    return l.undefined || r.undefined ? { ...v, undefined: true } : v;
  }

  function operate(op: string, l: Value, r: Value, u: boolean): Value {
    const a = u ? BigInt.asUintN(64, l.value) : l.value;
    const b = u ? BigInt.asUintN(64, r.value) : r.value;
    const truth = (x: boolean): Value => ({ value: x ? 1n : 0n, unsigned: false });
    switch (op) {
      case '||': return truth(a !== 0n || b !== 0n);
      case '&&': return truth(a !== 0n && b !== 0n);
      case '|': return wrap(a | b, u);
      case '^': return wrap(a ^ b, u);
      case '&': return wrap(a & b, u);
      case '==': return truth(a === b);
      case '!=': return truth(a !== b);
      case '<': return truth(a < b);
      case '>': return truth(a > b);
      case '<=': return truth(a <= b);
      case '>=': return truth(a >= b);
      case '<<': return wrap(l.value << (r.value & 63n), l.unsigned);
      case '>>': return wrap(l.value >> (r.value & 63n), l.unsigned);
      case '+': return wrap(a + b, u);
      case '-': return wrap(a - b, u);
      case '*': return wrap(a * b, u);
      default:
        // Inside an operand that is not evaluated this is no error.
        if (b === 0n) return { value: 0n, unsigned: u, undefined: true };
        return wrap(op === '/' ? a / b : a % b, u);
    }
  }

  function ternary(): Value {
    const c = binary(1);
    if (peek()?.text !== '?') return c;
    at++;
    const t = ternary();
    if (peek()?.text !== ':') return error('expected : in this #if expression');
    at++;
    const f = ternary();
    const chosen = c.value !== 0n ? t : f;
    return { ...wrap(chosen.value, t.unsigned || f.unsigned), undefined: c.undefined || chosen.undefined };
  }

  const result = ternary();
  if (!failed && at >= tokens.length && result.undefined) {
    at = 0;
    error('division by zero in this #if expression');
  }
  if (!failed && at < tokens.length) error(`\`${peek()!.text}\` is one token too many in this #if expression`);
  return !failed && result.value !== 0n;
}
