/**
 * From the tree to instructions: what all parts of it share. One `Lowering` is one function with everything that is
 * inlined into it.
 */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { Block, FunctionCode, imm, Insn, MEM, memory, Operand, REG, reg, Slot, slotOperand, type Condition, type Op } from '../backend/ir.ts';
import type { Token } from '../preprocess/tokens.ts';
import type { CaseTarget, Expr, FunctionDefinition, Initializer, Label, Statement, Variable } from '../tree.ts';
import { scalarOf, VOLATILE, type Type } from '../types.ts';

/** Where a variable lives: a virtual register, a constant (parameters of inlined functions), or memory. */
export type Binding = Operand;

/** A function that is being expanded: the one compiled, or one inlined into it. */
export interface Frame {
  readonly definition: FunctionDefinition;
  readonly bindings: Map<Variable, Binding>;
  readonly labels: Map<Label, Block>;
  readonly cases: Map<CaseTarget, Block>;
  readonly exit: Block;
  /** The returned scalar, or null. */
  readonly result: Operand | null;
  /** Where a returned struct goes. */
  readonly resultMemory: Operand | null;
  readonly parent: Frame | null;
  /** Where `return` goes when the call is a condition. */
  readonly branch?: { yes: Block; no: Block };
}

export interface UnitContext {
  /** Label of the string in .rodata. */
  string(bytes: Uint8Array): string;
  /** Called for each symbol that code refers to. */
  reference(v: Variable): void;
  /** Index in the unit's table of debug types. */
  debugType(t: Type): number;
  nextLabel(): string;
  report(d: Diagnostic): void;
  readonly isKernelModel: boolean;
}

export interface LoweringRules {
  value(L: Lowering, e: Expr): Operand;
  effect(L: Lowering, e: Expr): void;
  address(L: Lowering, e: Expr): Operand;
  pointer(L: Lowering, e: Expr): Operand;
  aggregate(L: Lowering, e: Expr, to: Operand | null): void;
  condition(L: Lowering, e: Expr, yes: Block, no: Block): void;
  call(L: Lowering, e: Extract<Expr, { kind: 'call' }>, to: Operand | null): Operand | null;
  builtin(L: Lowering, e: Extract<Expr, { kind: 'builtin' }>, to: Operand | null): Operand | null;
  statement(L: Lowering, s: Statement): void;
  asm(L: Lowering, s: Extract<Statement, { kind: 'asm' }>): void;
  initialize(L: Lowering, at: Operand, type: Type, init: Initializer): void;
  assign(L: Lowering, e: Expr): Operand | null;
}

export type Size = 1 | 2 | 4 | 8;

/** ABI, "The Stack Frame". */
export const STACK_ALIGN = 16;

export class Lowering {
  readonly code: FunctionCode;
  readonly unit: UnitContext;
  readonly rules: LoweringRules;
  /** Virtual registers that belong to a variable: not to be written by others. */
  readonly named: boolean[] = [];
  /** Virtual registers whose upper half is known to be zero. */
  readonly zeroExtended: boolean[] = [];
  frame: Frame;
  block: Block;
  depth = 0;
  breaks: Block[] = [];
  continues: Block[] = [];
  at: Token;
  nextBlock = 0;
  /** Behind the code that stores the parameters: what is put there runs before everything else. */
  entry: { block: Block; at: number } | null = null;
  /** The area where a variadic function saves its registers, and bytes of named arguments on the stack. */
  registerSave: Slot | null = null;
  namedRegisters = 0;
  namedStack = 0;
  /** For the debug information: variables of the function itself and where they are. */
  readonly variables: { v: Variable; binding: Binding }[] = [];

  constructor(code: FunctionCode, unit: UnitContext, rules: LoweringRules, frame: Frame, at: Token) {
    this.code = code;
    this.unit = unit;
    this.rules = rules;
    this.frame = frame;
    this.at = at;
    this.block = new Block(this.nextBlock++, 0);
    this.start(this.block);
  }

  newBlock(): Block {
    return new Block(this.nextBlock++, this.depth);
  }

  /** Goes on in `block`, which comes next in the layout. */
  start(block: Block): void {
    block.placed = true;
    this.code.blocks.push(block);
    this.block = block;
  }

  /** Sets the source position of what follows; inlined code belongs to the line of the call. */
  mark(at: Token): void {
    if (!this.frame.parent) this.at = at;
  }

  emit(op: Op, size: Size, src: Operand | null, dst: Operand | null): Insn {
    const insn = new Insn(op, size, src, dst, this.at);
    this.block.insns.push(insn);
    return insn;
  }

  jump(target: Block): void {
    this.emit('jmp', 8, null, null).target = target;
    this.dead();
  }

  jumpIf(condition: Condition, target: Block): void {
    const insn = this.emit('jcc', 8, null, null);
    insn.condition = condition;
    insn.target = target;
  }

  /** What follows a jump cannot be reached except through a label. */
  dead(): void {
    const block = new Block(this.nextBlock++, this.depth);
    this.start(block);
  }

  /** A new virtual register for a value of `size` bytes. */
  temp(size: number): Operand {
    return reg(this.code.newReg(size === 8 ? 8 : 4));
  }

  slot(size: number, align: number, name = ''): Slot {
    const slot = new Slot(size, align, name);
    this.code.slots.push(slot);
    return slot;
  }

  slotFor(type: Type, name = ''): Operand {
    return slotOperand(this.slot(Math.max(1, type.size), Math.max(type.align, type.size >= 16 && type.kind === 'array' ? 16 : 1), name));
  }

  isTemp(o: Operand): boolean {
    return o.kind === REG && o.reg >= 16 && !this.named[o.reg];
  }

  /** In a register that may be overwritten. */
  own(o: Operand, size: number): Operand {
    if (this.isTemp(o)) {
      if (size === 8) this.code.width[o.reg] = 8;
      return o;
    }
    const t = this.temp(size);
    this.move(o, t, size);
    return t;
  }

  /** In a register; immediates are loaded. */
  inReg(o: Operand, size: number): Operand {
    if (o.kind === REG) return o;
    const t = this.temp(size);
    this.move(o, t, size);
    return t;
  }

  /** As an operand of an instruction: immediates only if they fit. */
  encodable(o: Operand, size: number): Operand {
    if (o.kind !== 1) return o;
    if (o.symbol) return o;
    if (size === 8 && (o.value < -0x8000_0000n || o.value > 0x7fff_ffffn)) return this.inReg(o, 8);
    return o;
  }

  move(from: Operand, to: Operand, size: number): void {
    const s = (size === 8 ? 8 : to.kind === MEM ? size : 4) as Size;
    if (from.kind === MEM && to.kind === MEM) {
      const t = this.temp(size);
      this.emit('mov', s, from, t);
      this.emit('mov', s, t, to);
      return;
    }
    if (to.kind === MEM && from.kind === 1) {
      this.emit('mov', s, this.encodable(from, s), to);
      return;
    }
    this.emit('mov', s, from, to);
  }

  /** The binding of a variable, made when it is first met. */
  binding(v: Variable): Binding | null {
    for (let f: Frame | null = this.frame; f; f = f.parent) {
      const b = f.bindings.get(v);
      if (b) return b;
    }
    return null;
  }

  bindLocal(v: Variable): Binding {
    const old = this.frame.bindings.get(v);
    if (old) return old;
    const binding = canBeRegister(v) ? this.namedRegister(scalarOf(v.type)!.size) : this.localSlot(v);
    this.frame.bindings.set(v, binding);
    if (!this.frame.parent && v.name) this.variables.push({ v, binding });
    return binding;
  }

  localSlot(v: Variable): Operand {
    const align = Math.max(v.align, v.type.align, v.type.size >= 16 && v.type.kind === 'array' ? 16 : 1);
    const size = Math.max(1, v.type.size);
    const o = align > STACK_ALIGN ? this.alignedSlot(size, align, v.name) : slotOperand(this.slot(size, align, v.name));
    o.volatile = (v.type.quals & VOLATILE) !== 0;
    return o;
  }

  /** The frame is not aligned so far: a larger slot, and in a register the place in it that is. */
  private alignedSlot(size: number, align: number, name: string): Operand {
    const base = this.namedRegister(8);
    const { block, at } = this.entry!;
    const first = slotOperand(this.slot(size + align - 1, STACK_ALIGN, name), align - 1);
    block.insns.splice(at, 0, new Insn('lea', 8, first, base, this.at), new Insn('and', 8, imm(-align), base, this.at));
    this.entry = { block, at: at + 2 };
    return memory(base.reg);
  }

  namedRegister(size: number): Operand {
    const t = this.temp(size);
    this.named[t.reg] = true;
    return t;
  }

  error(at: Token, message: string): void {
    this.unit.report({ severity: 'error', file: at.file.path, line: at.line, column: at.column, length: Math.max(1, at.text.length), message });
  }

  // The recursion between the parts goes through these.
  value(e: Expr): Operand {
    return this.rules.value(this, e);
  }
  effect(e: Expr): void {
    this.rules.effect(this, e);
  }
  address(e: Expr): Operand {
    return this.rules.address(this, e);
  }
  condition(e: Expr, yes: Block, no: Block): void {
    this.rules.condition(this, e, yes, no);
  }
  statement(s: Statement): void {
    this.rules.statement(this, s);
  }
}

/** Where a label of the function that is being expanded stands. */
export function labelBlock(L: Lowering, label: Label): Block {
  let b = L.frame.labels.get(label);
  if (!b) L.frame.labels.set(label, (b = L.newBlock()));
  return b;
}

/** The same, of a label whose address is taken: its name in assembly is the label's own, for static objects may hold it. */
export function addressedBlock(L: Lowering, label: Label): Block {
  const b = labelBlock(L, label);
  label.symbol ||= L.unit.nextLabel();
  b.label = label.symbol;
  return b;
}

export function canBeRegister(v: Variable): boolean {
  return !v.addressTaken && !(v.type.quals & VOLATILE) && scalarOf(v.type) !== null;
}

export function sizeOf(t: Type): Size {
  const s = scalarOf(t);
  return (s ? s.size : 8) as Size;
}
