/** A whole function: parameters in, body, result out. */
import { roundUp } from '../round.ts';
import { FunctionCode, imm, memory, RAX, RDI, RDX, reg, slotOperand, type Operand, Block } from '../backend/ir.ts';
import type { FunctionDefinition } from '../tree.ts';
import { isSigned, scalarOf } from '../types.ts';
import { address, pointer } from './addresses.ts';
import { aggregate, initialize } from './aggregates.ts';
import { assign } from './assign.ts';
import { builtin } from './builtins.ts';
import { ARGUMENT_REGISTERS, call, eightbytes, returnsInMemory, stackOffset } from './calls.ts';
import { condition } from './conditions.ts';
import { lowerAsm } from './inline-asm.ts';
import { canBeRegister, Lowering, STACK_ALIGN, type LoweringRules, type Size, type UnitContext } from './lowering.ts';
import { effect, statement } from './statements.ts';
import { extend } from './loads.ts';
import { value } from './values.ts';

const RULES: LoweringRules = { value, effect, address, pointer, aggregate, condition, call, builtin, statement, asm: lowerAsm, initialize, assign };

export interface Lowered {
  code: FunctionCode;
  variables: Lowering['variables'];
}

export function lowerFunction(d: FunctionDefinition, unit: UnitContext): Lowered {
  const code = new FunctionCode(d.variable.symbol);
  const type = d.variable.type;
  const result = type.to;
  const scalar = result.isVoid ? null : scalarOf(result);
  const exit = new Block(-1, 0);
  const inMemory = returnsInMemory(result);
  const first = d.variable.at;
  const frame = { definition: d, bindings: new Map(), labels: new Map(), cases: new Map(), exit, result: null as Operand | null,
    resultMemory: null as Operand | null, parent: null };
  const L = new Lowering(code, unit, RULES, frame, first);
  let hidden: Operand | null = null;
  if (scalar) frame.result = L.namedRegister(scalar.size);
  else if (inMemory) {
    hidden = L.namedRegister(8);
    L.emit('mov', 8, reg(RDI), hidden);
    frame.resultMemory = memory(hidden.reg);
  } else if (!result.isVoid) frame.resultMemory = L.slotFor(result);
  parameters(L, d, inMemory ? 1 : 0);
  L.entry = { block: L.block, at: L.block.insns.length };
  L.statement(d.body!);
  if (d.end) L.at = d.end;
  if (d.variable.name === 'main' && frame.result) {
    // Reaching the end of main returns 0: 5.1.2.2.3.
    L.emit('mov', 4, imm(0), frame.result);
  }
  L.start(exit);
  if (d.end) L.at = d.end;
  const uses: number[] = [];
  if (scalar) {
    L.emit('mov', scalar.size === 8 ? 8 : 4, frame.result, reg(RAX));
    uses.push(RAX);
  } else if (hidden) {
    L.emit('mov', 8, hidden, reg(RAX));
    uses.push(RAX);
  } else if (frame.resultMemory) {
    // Slots are multiples of eight bytes, so the last piece may be read whole.
    L.emit('mov', 8, frame.resultMemory, reg(RAX));
    uses.push(RAX);
    if (result.size > 8) {
      L.emit('mov', 8, frame.resultMemory.plus(8), reg(RDX));
      uses.push(RDX);
    }
  }
  L.emit('ret', 8, null, null).uses = uses;
  return { code, variables: L.variables };
}

function parameters(L: Lowering, d: FunctionDefinition, firstRegister: number): void {
  let next = firstRegister;
  let stack = 0;
  const { variadic } = d.variable.type;
  const placed = d.parameters.map((p) => {
    const n = eightbytes(p.type);
    if (n > 0 && next + n <= 6) {
      next += n;
      return { p, register: next - n, n, offset: 0 };
    }
    if (p.type.align > STACK_ALIGN) L.error(p.at, `the parameter ${p.name} is aligned to ${p.type.align} bytes, more than ${STACK_ALIGN} are not supported`);
    const offset = stackOffset(stack, p.type);
    stack = offset + Math.max(8, roundUp(p.type.size, 8));
    return { p, register: -1, n, offset };
  });
  L.namedRegisters = next;
  L.namedStack = stack;
  if (variadic) {
    L.registerSave = L.slot(48, 8, '');
    for (let i = next; i < 6; i++) L.emit('mov', 8, reg(ARGUMENT_REGISTERS[i]!), slotOperand(L.registerSave, i * 8));
  }
  for (const { p, register, n, offset } of placed) {
    const scalar = scalarOf(p.type);
    if (register < 0) {
      const place = memory(5, 16 + offset);
      if (scalar && canBeRegister(p)) {
        const v = L.bindLocal(p);
        if (scalar.size < 4) extend(L, place, v, scalar.size as Size, 4, isSigned(scalar));
        else L.emit('mov', scalar.size as Size, place, v);
      } else {
        L.frame.bindings.set(p, place);
        if (p.name) L.variables.push({ v: p, binding: place });
      }
      continue;
    }
    const from = reg(ARGUMENT_REGISTERS[register]!);
    const to = L.bindLocal(p);
    if (!scalar) {
      for (let k = 0; k < n; k++) storeEightbyte(L, reg(ARGUMENT_REGISTERS[register + k]!), to.plus(k * 8), Math.min(8, p.type.size - k * 8));
    } else if (to.kind === 0) {
      if (scalar.size < 4) extend(L, from, to, scalar.size as Size, 4, isSigned(scalar));
      else L.emit('mov', scalar.size as Size, from, to);
    } else L.emit('mov', scalar.size as Size, from, to);
  }
}

function storeEightbyte(L: Lowering, from: Operand, at: Operand, size: number): void {
  if (size === 8 || size === 4 || size === 2 || size === 1) {
    L.emit('mov', size, from, at);
    return;
  }
  const t = L.temp(8);
  L.emit('mov', 8, from, t);
  let offset = 0;
  for (const n of [4, 2, 1] as const) {
    if (size - offset < n) continue;
    L.emit('mov', n, t, at.plus(offset));
    offset += n;
    if (offset < size) L.emit('shr', 8, imm(n * 8), t);
  }
}
