/** Integer operations on constants. */
import type { BinaryOp } from './tree.ts';
import type { Type } from './types.ts';

/** null: not defined. The operands are values of `type`. */
export function evaluate(op: BinaryOp, a: bigint, b: bigint, type: Type): bigint | null {
  switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return b === 0n ? null : a / b;
    case '%': return b === 0n ? null : a % b;
    case '&': return a & b;
    case '|': return a | b;
    case '^': return a ^ b;
    case '<<': return b < 0n || b >= BigInt(type.size * 8) ? null : a << b;
    case '>>': return b < 0n || b >= BigInt(type.size * 8) ? null : a >> b;
    case '==': return a === b ? 1n : 0n;
    case '!=': return a !== b ? 1n : 0n;
    case '<': return a < b ? 1n : 0n;
    case '>': return a > b ? 1n : 0n;
    case '<=': return a <= b ? 1n : 0n;
    case '>=': return a >= b ? 1n : 0n;
  }
}
