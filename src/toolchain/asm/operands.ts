/** AT&T operands: %reg, $imm, disp(base,index,scale), *indirect, jump targets. GNU as manual, "AT&T Syntax versus Intel Syntax". */
import { isRegister } from './encode.ts';
import { parseExpression, type Constants, type Cursor } from './expression.ts';
import type { AsmExpr, AsmOperand } from './items.ts';

type Memory = Extract<AsmOperand, { kind: 'mem' }>;

const REGISTER = /%(?:st\([0-7]\)|[A-Za-z][\w]*)/y;
const BRANCH = /^(?:j[a-z]+|call[qw]?|loop(?:n?[ez])?|xbegin)$/;

/** Whether a bare symbol after this mnemonic is a place to go to, not memory to read. */
export const isBranch = (mnemonic: string): boolean => BRANCH.test(mnemonic);

export function parseOperands(cursor: Cursor, mnemonic: string, constants: Constants): AsmOperand[] {
  const operands: AsmOperand[] = [];
  const branch = isBranch(mnemonic);
  if (cursor.done) return operands;
  for (;;) {
    operands.push(parseOperand(cursor, branch, constants));
    if (cursor.done) return operands;
    cursor.expect(',', 'between operands');
  }
}

export function parseOperand(cursor: Cursor, branch: boolean, constants: Constants): AsmOperand {
  const next = cursor.peek();
  if (next === '$') {
    cursor.at++;
    return { kind: 'imm', value: parseExpression(cursor, constants) };
  }
  if (next === '*') {
    cursor.at++;
    const operand = parseOperand(cursor, false, constants);
    if (operand.kind !== 'reg' && operand.kind !== 'mem') throw cursor.mistake("after '*' comes a register or memory");
    return { kind: 'indirect', operand };
  }
  if (next === '%') {
    const name = parseRegister(cursor);
    if (cursor.peek() !== ':') return { kind: 'reg', name };
    cursor.at++;
    const memory = parseMemory(cursor, constants);
    // In 64-bit mode only FS and GS have a base. SDM Vol. 1, "Segmentation in 64-Bit Mode".
    return name === 'fs' || name === 'gs' ? { ...memory, segment: name } : memory;
  }
  const memory = parseMemory(cursor, constants);
  // Ports are written as if they were addresses: `in (%dx), %al`.
  if (memory.base === 'dx') return { kind: 'reg', name: 'dx' };
  if (branch && memory.base === undefined && memory.index === undefined) return { kind: 'target', value: memory.disp };
  return memory;
}

function parseRegister(cursor: Cursor): string {
  cursor.space();
  const start = cursor.at;
  const text = cursor.match(REGISTER);
  const name = text?.slice(1).toLowerCase();
  if (name === undefined || !isRegister(name)) throw cursor.mistake(`'${text ?? '%'}' is not a register`, start);
  return name;
}

function parseMemory(cursor: Cursor, constants: Constants): Memory {
  let disp: AsmExpr = { addend: 0n };
  if (!startsAddress(cursor)) disp = parseExpression(cursor, constants);
  if (!cursor.take('(')) return { kind: 'mem', disp };
  const memory: Memory = { kind: 'mem', disp };
  if (cursor.peek() === '%') memory.base = parseRegister(cursor);
  if (cursor.take(',') && cursor.peek() !== ')') {
    if (cursor.peek() === '%') memory.index = parseRegister(cursor);
    if (cursor.take(',') && cursor.peek() !== ')') {
      cursor.space();
      const at = cursor.at;
      const scale = Number(parseExpression(cursor, constants).addend);
      if (scale !== 1 && scale !== 2 && scale !== 4 && scale !== 8) throw cursor.mistake('the scale must be 1, 2, 4 or 8', at);
      memory.scale = scale;
    }
  }
  cursor.expect(')', 'after base, index and scale');
  return memory;
}

/** `(%rax)` and `(,%rcx,8)`, but not `(4+4)(%rax)`. */
function startsAddress(cursor: Cursor): boolean {
  return cursor.peek() === '(' && /^\(\s*[%,]/.test(cursor.text.slice(cursor.at, cursor.at + 16));
}
