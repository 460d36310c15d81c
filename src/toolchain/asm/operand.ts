/** One AT&T operand: %reg, $imm, seg:disp(base,index,scale), *indirect, or a jump target. */
import { isRegister } from './encode.ts';
import { parseExpression, type ExpressionContext } from './expression.ts';
import type { AsmOperand } from './items.ts';

/** @returns the operand, or a sentence that says what is wrong. */
export function parseOperand(source: string, isBranch: boolean, context: ExpressionContext): AsmOperand | string {
  let text = source.trim();
  if (text.startsWith('*')) {
    const inner = parseOperand(text.slice(1), false, context);
    if (typeof inner === 'string') return inner;
    return inner.kind === 'reg' || inner.kind === 'mem' ? { kind: 'indirect', operand: inner } : `'*' needs a register or memory after it`;
  }
  if (text.startsWith('$')) {
    const value = parseExpression(text.slice(1), context);
    return typeof value === 'string' ? value : { kind: 'imm', value };
  }
  let segment: 'fs' | 'gs' | undefined;
  const override = /^%(fs|gs|cs|ds|es|ss)\s*:/.exec(text);
  if (override) {
    if (override[1] === 'fs' || override[1] === 'gs') segment = override[1];
    text = text.slice(override[0].length).trim();
  } else if (text.startsWith('%')) {
    const name = text.slice(1).trim();
    return isRegister(name) ? { kind: 'reg', name } : `'%${name}' is not a register`;
  }
  const memory = /^(.*)\(([^()]*)\)$/s.exec(text);
  const inside = memory?.[2].trim() ?? '';
  if (memory && (inside.includes('%') || inside === '')) {
    const parts = inside.split(',').map((part) => part.trim());
    const register = (part: string | undefined): string | undefined => (part ? part.replace(/^%/, '') : undefined);
    const [base, index] = [register(parts[0]), register(parts[1])];
    for (const name of [base, index]) if (name !== undefined && !isRegister(name)) return `'%${name}' is not a register`;
    const scale = parts[2] ? Number(parts[2]) : 1;
    if (scale !== 1 && scale !== 2 && scale !== 4 && scale !== 8) return `the scale is ${parts[2]}; it can be 1, 2, 4 or 8`;
    const disp = memory[1].trim() ? parseExpression(memory[1], context) : { addend: 0n };
    if (typeof disp === 'string') return disp;
    return { kind: 'mem', ...(segment ? { segment } : {}), ...(base === undefined ? {} : { base }), ...(index === undefined ? {} : { index, scale }), disp };
  }
  const value = parseExpression(text, context);
  if (typeof value === 'string') return value;
  return isBranch && !segment ? { kind: 'target', value } : { kind: 'mem', ...(segment ? { segment } : {}), disp: value };
}

/** Splits at commas that stand outside parentheses and quotes. */
export function splitOperands(text: string): string[] {
  const parts: string[] = [];
  let depth = 0, quoted = false, start = 0;
  for (let n = 0; n < text.length; n++) {
    const c = text[n];
    if (quoted) {
      if (c === '\\') n++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, n).trim());
      start = n + 1;
    }
  }
  const last = text.slice(start).trim();
  if (last || parts.length) parts.push(last);
  return parts;
}
