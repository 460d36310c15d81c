/**
 * Allocated code to assembly: frame, prologue and epilogue, instructions, and the marks for the debug information.
 *
 * Frame, from high to low: return address, old RBP (where RBP points), saved registers, local slots, arguments of calls.
 * A leaf function may leave RSP above its slots: then they lie in the red zone (ABI, "The Stack Frame").
 */
import { roundUp } from '../round.ts';
import type { AsmItem, AsmOperand as ItemOperand, AsmSpan, AsmVariable } from '../../asm/items.ts';
import type { ValuePlace, TraceArgument } from '../../../formats/debug-info.ts';
import type { Token } from '../preprocess/tokens.ts';
import { IMM, REG, type Block, type FunctionCode, type Insn, type Operand, type Slot } from './ir.ts';
import type { Allocation } from './allocate.ts';
import { DEFINED, defsOf, GONE } from './liveness.ts';
import { registerName } from './registers.ts';

const RED_ZONE_BYTES = 128;

export interface EmitContext {
  items: AsmItem[];
  redZone: boolean;
  isKernelModel: boolean;
  retpoline: boolean;
  nextLabel(): string;
  /** Text of an asm statement to instructions. */
  assemble(text: string, span: AsmSpan): AsmItem[];
}

export interface DebugVariable {
  variable: AsmVariable;
  /** The register or slot that the lowering gave it. */
  binding: { kind: number; reg: number; slot: Slot | null; base: number; disp: number };
  /** Virtual register, before allocation; -1: in memory. */
  vreg: number;
}

interface Frame {
  bytes: number;
  saved: readonly number[];
  moves: boolean;
  redZoneBytes: number;
}

/** The slots that some instruction names. */
function slotsInUse(code: FunctionCode): Set<Slot> {
  const used = new Set<Slot>();
  if (code.slots.length === 0) return used;
  const look = (o: Operand | null): void => {
    if (o?.slot) used.add(o.slot);
  };
  for (const b of code.blocks) {
    for (const i of b.insns) {
      look(i.src);
      look(i.dst);
      if (i.asm) for (const o of i.asm.operands) look(o.operand);
      if (i.trace) for (const a of i.trace.args) look(a.base);
    }
  }
  return used;
}

function layoutFrame(code: FunctionCode, saved: readonly number[], redZone: boolean): Frame {
  const used = slotsInUse(code);
  let depth = saved.length * 8;
  for (const slot of code.slots) {
    if (!used.has(slot)) continue;
    depth += roundUp(slot.size, 8);
    const align = Math.max(8, slot.align);
    depth = roundUp(depth, align);
    slot.offset = -depth;
  }
  let bytes = depth - saved.length * 8;
  const leaf = !code.calls;
  if (leaf && redZone && bytes <= RED_ZONE_BYTES) return { bytes, saved, moves: false, redZoneBytes: bytes };
  bytes += code.outgoing;
  // RSP is a multiple of 16 at every call.
  if (!leaf || bytes) bytes = roundUp(bytes + saved.length * 8, 16) - saved.length * 8;
  return { bytes, saved, moves: bytes > 0, redZoneBytes: 0 };
}

const r64 = (name: string): ItemOperand => ({ kind: 'reg', name });
const immediate = (value: bigint): ItemOperand => ({ kind: 'imm', value: { addend: value } });

export interface FunctionMarks {
  name: string;
  file: string;
  line: number;
  type: number;
  variables: DebugVariable[];
}

export function emitFunction(code: FunctionCode, allocation: Allocation, context: EmitContext, marks: FunctionMarks, start: Token): void {
  const { items } = context;
  const frame = layoutFrame(code, allocation.usedCalleeSaved, context.redZone);
  const insn = (mnemonic: string, ...operands: ItemOperand[]): void => {
    items.push({ kind: 'insn', mnemonic, operands });
  };
  items.push({ kind: 'func', name: marks.name, file: marks.file, line: marks.line, type: marks.type, variables: marks.variables.map((v) => v.variable),
    redZoneBytes: frame.redZoneBytes });
  items.push({ kind: 'loc', file: start.file.path, line: start.line, column: start.column });
  items.push({ kind: 'frame', hint: { kind: 'call', reg: 'rsp', offset: 8 } });
  insn('pushq', r64('rbp'));
  items.push({ kind: 'frame', hint: { kind: 'call', reg: 'rsp', offset: 16 } }, { kind: 'saved', reg: 'rbp', cfaOffset: -16 });
  insn('movq', r64('rsp'), r64('rbp'));
  items.push({ kind: 'frame', hint: { kind: 'call', reg: 'rbp', offset: 16 } });
  frame.saved.forEach((r, i) => {
    insn('pushq', r64(registerName(r, 8)));
    items.push({ kind: 'saved', reg: registerName(r, 8), cfaOffset: -24 - i * 8 });
  });
  if (frame.moves) insn('subq', immediate(BigInt(frame.bytes)), r64('rsp'));
  const places = new VariablePlaces(marks.variables, code, allocation, items);
  const labels = new Map<Block, string>();
  const targets = new Set<Block>();
  for (const b of code.blocks) {
    for (const i of b.insns) {
      if (i.target) targets.add(i.target);
      if (i.asm) for (const l of i.asm.labels) targets.add(l);
    }
  }
  const labelOf = (b: Block): string => {
    let l = labels.get(b);
    if (!l) labels.set(b, (l = b.label || context.nextLabel()));
    return l;
  };
  let line = start.line;
  let file = start.file;
  const writer = new InsnWriter(items, labelOf, context);
  code.blocks.forEach((b, k) => {
    const isJoin = targets.has(b) || b.label !== '';
    // Who comes here from elsewhere did not pass the tracepoint above: it gets an instruction of its own.
    if (isJoin && endsInTrace(items)) insn('nop');
    if (isJoin) items.push({ kind: 'label', name: labelOf(b) });
    for (const name of b.aliases) items.push({ kind: 'label', name });
    let { position } = b;
    places.atBlock(position);
    for (const i of b.insns) {
      if (i !== GONE) {
        if (i.at.line !== 0 && (i.at.line !== line || i.at.file !== file)) {
          line = i.at.line;
          file = i.at.file;
          items.push({ kind: 'loc', file: file.path, line, column: i.at.column });
        }
        if (i.op === 'ret') epilogue(items, frame);
        writer.write(i);
        if (i.op === 'ret' && k < code.blocks.length - 1) items.push({ kind: 'frame', hint: { kind: 'call', reg: 'rbp', offset: 16 } });
      }
      places.after(i, position);
      position += 2;
    }
  });
  items.push({ kind: 'endfunc' });
  for (const t of code.jumpTables) {
    if (!t.targets.some((b) => code.blocks.includes(b))) continue;
    items.push({ kind: 'section', name: '.rodata', flags: 'a' }, { kind: 'align', bytes: 8 }, { kind: 'label', name: t.label });
    items.push({ kind: 'data', size: 8, values: t.targets.map((b) => ({ symbol: labelOf(b), addend: 0n })) });
  }
}

function epilogue(items: AsmItem[], frame: Frame): void {
  const insn = (mnemonic: string, ...operands: ItemOperand[]): void => {
    items.push({ kind: 'insn', mnemonic, operands });
  };
  if (frame.moves && frame.saved.length === 0) insn('leave');
  else {
    if (frame.moves) insn('addq', immediate(BigInt(frame.bytes)), r64('rsp'));
    for (let i = frame.saved.length - 1; i >= 0; i--) insn('popq', r64(registerName(frame.saved[i]!, 8)));
    insn('popq', r64('rbp'));
  }
  items.push({ kind: 'frame', hint: { kind: 'call', reg: 'rsp', offset: 8 } });
}

/** Says where each variable is, as instructions go by. */
class VariablePlaces {
  readonly #items: AsmItem[];
  readonly #tracked: { index: number; register: number; place: ValuePlace; ranges: number[]; current: boolean }[] = [];

  constructor(variables: DebugVariable[], code: FunctionCode, allocation: Allocation, items: AsmItem[]) {
    this.#items = items;
    variables.forEach((v, index) => {
      let r = v.vreg;
      while (code.joined.has(r)) r = code.joined.get(r)!;
      if (r < 0) {
        const { slot, base, disp } = v.binding;
        if (slot) items.push({ kind: 'place', variable: index, place: { kind: 'rbp', offset: slot.offset + disp } });
        else if (base === 5) items.push({ kind: 'place', variable: index, place: { kind: 'rbp', offset: disp } });
        return;
      }
      const slot = code.spilled.get(r);
      if (slot) {
        items.push({ kind: 'place', variable: index, place: { kind: 'rbp', offset: slot.offset } });
        return;
      }
      const register = allocation.register[r]!;
      const ranges = allocation.liveness.ranges[r];
      if (register < 0 || !ranges || ranges.length === 0) return;
      this.#tracked.push({ index, register, place: { kind: 'reg', reg: registerName(register, 8) }, ranges, current: false });
    });
  }

  atBlock(position: number): void {
    for (const t of this.#tracked) this.#set(t, covers(t.ranges, position));
  }

  /** A value stays visible after its last use until its register is written again. */
  after(insn: Insn, position: number): void {
    if (this.#tracked.length === 0 || insn === GONE) return;
    for (const t of this.#tracked) {
      if (covers(t.ranges, position + 2) || covers(t.ranges, position + 1)) this.#set(t, true);
      else if (t.current) {
        let written = insn.asm?.clobbers.includes(t.register) ?? false;
        for (let d = defsOf(insn) - 1; d >= 0; d--) if (DEFINED[d] === t.register) written = true;
        if (written) this.#set(t, false);
      }
    }
  }

  #set(t: { index: number; place: ValuePlace; current: boolean }, on: boolean): void {
    if (t.current === on) return;
    t.current = on;
    this.#items.push({ kind: 'place', variable: t.index, place: on ? t.place : null });
  }
}

function covers(ranges: number[], position: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! > position) return false;
    if (position < ranges[i + 1]!) return true;
  }
  return false;
}

/** Is there a tracepoint behind the last instruction? */
function endsInTrace(items: readonly AsmItem[]): boolean {
  for (let n = items.length - 1; n >= 0 && items[n].kind !== 'insn'; n--) if (items[n].kind === 'trace') return true;
  return false;
}

const SUFFIX: Record<number, string> = { 1: 'b', 2: 'w', 4: 'l', 8: 'q' };

export class InsnWriter {
  readonly #items: AsmItem[];
  readonly #labelOf: (b: Block) => string;
  readonly #context: EmitContext;

  constructor(items: AsmItem[], labelOf: (b: Block) => string, context: EmitContext) {
    this.#items = items;
    this.#labelOf = labelOf;
    this.#context = context;
  }

  #push(mnemonic: string, operands: ItemOperand[], prefix?: 'rep' | 'lock'): void {
    this.#items.push(prefix ? { kind: 'insn', mnemonic, operands, prefix } : { kind: 'insn', mnemonic, operands });
  }

  write(i: Insn): void {
    const s = SUFFIX[i.size]!;
    const src = i.src;
    const dst = i.dst;
    switch (i.op) {
      case 'mov':
        if (i.size === 8 && src!.kind === IMM && !src!.symbol && dst!.kind === REG) {
          const v = src!.value;
          // A 32-bit move clears the upper half and is shorter.
          if (v >= 0n && v <= 0xffff_ffffn) this.#push('movl', [operand(src!, 4), operand(dst!, 4)]);
          else if (v >= -0x8000_0000n && v < 0n) this.#push('movq', [operand(src!, 8), operand(dst!, 8)]);
          else this.#push('movabsq', [operand(src!, 8), operand(dst!, 8)]);
        } else if (i.size === 8 && src!.kind === IMM && dst!.kind === REG && !this.#context.isKernelModel) {
          // In the small code model symbols lie in the low 2 GiB.
          this.#push('movl', [operand(src!, 4), operand(dst!, 4)]);
        } else if (i.size === 4 && src!.kind === IMM && !src!.symbol)
          this.#push('movl', [{ kind: 'imm', value: { addend: BigInt.asIntN(32, src!.value) } }, operand(dst!, 4)]);
        else this.#push(`mov${s}`, [operand(src!, i.size), operand(dst!, i.size)]);
        return;
      case 'zx':
        if (i.srcSize === 4) this.#push('movl', [operand(src!, 4), operand(dst!, 4)]);
        else this.#push(`movz${SUFFIX[i.srcSize]}l`, [operand(src!, i.srcSize), operand(dst!, 4)]);
        return;
      case 'sx': this.#push(`movs${SUFFIX[i.srcSize]}${s}`, [operand(src!, i.srcSize), operand(dst!, i.size)]); return;
      case 'shl': case 'shr': case 'sar': case 'rol': case 'ror':
        this.#push(`${i.op}${s}`, [operand(src!, 1), operand(dst!, i.size)]);
        return;
      case 'neg': case 'not': case 'bswap': this.#push(`${i.op}${s}`, [operand(dst!, i.size)]); return;
      case 'imul3': this.#push(`imul${s}`, [{ kind: 'imm', value: { addend: i.factor } }, operand(src!, i.size), operand(dst!, i.size)]); return;
      case 'set': this.#push(`set${i.condition}`, [operand(dst!, 1)]); return;
      case 'cmov': this.#push(`cmov${i.condition}${s}`, [operand(src!, i.size), operand(dst!, i.size)]); return;
      case 'div': case 'idiv': case 'mul': this.#push(`${i.op}${s}`, [operand(src!, i.size)]); return;
      case 'cqo': this.#push(i.size === 8 ? 'cqto' : 'cltd', []); return;
      case 'call':
        if (src!.kind === IMM) this.#push('call', [{ kind: 'target', value: { symbol: src!.symbol, addend: src!.value } }]);
        else if (this.#context.retpoline) this.#thunkCall(operand(src!, 8));
        else this.#push('call', [{ kind: 'indirect', operand: operand(src!, 8) as Extract<ItemOperand, { kind: 'reg' | 'mem' }> }]);
        return;
      case 'jmp': this.#push('jmp', [{ kind: 'target', value: { symbol: this.#labelOf(i.target!), addend: 0n } }]); return;
      case 'jcc': this.#push(`j${i.condition}`, [{ kind: 'target', value: { symbol: this.#labelOf(i.target!), addend: 0n } }]); return;
      case 'jmpi':
        if (this.#context.retpoline) {
          this.#push('pushq', [operand(src!, 8)]);
          this.#push('jmp', [{ kind: 'target', value: { symbol: '__x86_indirect_thunk_stack', addend: 0n } }]);
        } else this.#push('jmp', [{ kind: 'indirect', operand: operand(src!, 8) as Extract<ItemOperand, { kind: 'reg' | 'mem' }> }]);
        return;
      case 'ret': this.#push('ret', []); return;
      case 'ud2': this.#push('ud2', []); return;
      case 'pause': this.#push('pause', []); return;
      case 'mfence': this.#push('mfence', []); return;
      case 'movs': case 'stos': this.#push(`${i.op}${s}`, [], 'rep'); return;
      case 'xchg': this.#push(`xchg${s}`, [operand(src!, i.size), operand(dst!, i.size)]); return;
      case 'xadd': case 'cmpxchg': this.#push(`${i.op}${s}`, [operand(src!, i.size), operand(dst!, i.size)], 'lock'); return;
      case 'asm': this.#asm(i); return;
      case 'trace': this.#trace(i); return;
      case 'test': case 'cmp': case 'add': case 'sub': case 'and': case 'or': case 'xor': case 'imul': case 'lea': case 'bsf': case 'bsr': case 'popcnt':
        this.#push(`${i.op}${s}`, [operand(src!, i.size), operand(dst!, i.size)]);
    }
  }

  /** A call whose target is in memory takes R11 for it, which no argument is passed in. */
  #thunkCall(target: ItemOperand): void {
    const isRegister = target.kind === 'reg';
    if (!isRegister) this.#push('movq', [target, { kind: 'reg', name: 'r11' }]);
    this.#push('call', [{ kind: 'target', value: { symbol: `__x86_indirect_thunk_${isRegister ? target.name : 'r11'}`, addend: 0n } }]);
  }

  #trace(i: Insn): void {
    if (!i.trace) return;
    const args: TraceArgument[] = i.trace.args.map((a) => {
      const o = a.base;
      let steps = a.steps;
      let base: ValuePlace;
      if (o.kind === IMM) base = o.symbol ? { kind: 'symbol', name: o.symbol, addend: Number(o.value) } : { kind: 'const', value: o.value };
      else if (o.kind === REG) base = { kind: 'reg', reg: registerName(o.reg, 8) };
      else if (o.slot || o.base === 5) base = { kind: 'rbp', offset: (o.slot ? o.slot.offset : 0) + o.disp };
      else if (o.base >= 0) {
        base = { kind: 'reg', reg: registerName(o.base, 8) };
        if (o.disp) steps = prepend(steps, o.disp);
      } else if (o.symbol) base = { kind: 'symbol', name: o.symbol, addend: o.disp };
      else base = { kind: 'const', value: BigInt(o.disp) };
      return { name: a.name, type: a.typeIndex, base, steps };
    });
    this.#items.push({ kind: 'trace', name: i.trace.name, args });
  }

  /** GCC manual, "Output Templates" and "x86 Operand Modifiers". */
  #asm(i: Insn): void {
    const { template, operands, at, labels, labelNames } = i.asm!;
    let text = '';
    let unique = '';
    for (let k = 0; k < template.length; k++) {
      const c = template[k]!;
      if (c !== '%') {
        text += c;
        continue;
      }
      let m = template[++k] ?? '%';
      if (m === '%' || m === '{' || m === '}' || m === '|') {
        text += m;
        continue;
      }
      if (m === '=') {
        unique ||= this.#context.nextLabel().replace(/\D/g, '');
        text += unique;
        continue;
      }
      let modifier = '';
      if (/[a-zA-Z]/.test(m) && /[0-9[]/.test(template[k + 1] ?? '')) {
        modifier = m;
        m = template[++k]!;
      }
      let index = -1;
      let label = '';
      if (m === '[') {
        const close = template.indexOf(']', k);
        const name = template.slice(k + 1, close);
        k = close;
        index = operands.findIndex((o) => o.name === name);
        label = name;
      } else {
        let digits = m;
        while (/[0-9]/.test(template[k + 1] ?? '')) digits += template[++k];
        index = /^[0-9]+$/.test(digits) ? Number(digits) : -1;
        if (index < 0) {
          text += `%${digits}`;
          continue;
        }
      }
      if (modifier === 'l' && labels.length) {
        const n = m === '[' ? labelNames.indexOf(label) : index - operands.length;
        text += labels[n] ? this.#labelOf(labels[n]!) : '.Lbad';
        continue;
      }
      const o = operands[index];
      text += o ? printOperand(o.operand, o.size, modifier) : '%bad';
    }
    const span: AsmSpan = { file: at.file.path, line: at.line, column: at.column, length: at.text.length };
    for (const item of this.#context.assemble(text, span)) this.#items.push(item);
  }
}

function prepend(steps: TraceArgument['steps'], offset: number): TraceArgument['steps'] {
  const [first, ...rest] = steps;
  return first ? [{ ...first, offset: first.offset + offset }, ...rest] : [{ offset, load: 0, signed: false }];
}

export function operand(o: Operand, size: 1 | 2 | 4 | 8): ItemOperand {
  if (o.kind === REG) return { kind: 'reg', name: registerName(o.reg, size) };
  if (o.kind === IMM) return { kind: 'imm', value: o.symbol ? { symbol: o.symbol, addend: o.value } : { addend: o.value } };
  const mem: Extract<ItemOperand, { kind: 'mem' }> = { kind: 'mem', disp: { addend: BigInt(o.disp + (o.slot ? o.slot.offset : 0)) } };
  if (o.segment) mem.segment = o.segment;
  if (o.symbol) mem.disp.symbol = o.symbol;
  if (o.slot) mem.base = 'rbp';
  else if (o.base >= 0) mem.base = registerName(o.base, 8);
  else if (o.symbol && o.index < 0 && !o.segment) mem.base = 'rip';
  if (o.index >= 0) {
    mem.index = registerName(o.index, 8);
    mem.scale = o.scale;
  }
  return mem;
}

function printOperand(o: Operand, size: number, modifier: string): string {
  const sizes: Record<string, 1 | 2 | 4 | 8> = { b: 1, w: 2, k: 4, q: 8 };
  if (o.kind === REG) {
    if (modifier === 'h') return `%${['ah', 'ch', 'dh', 'bh'][o.reg] ?? 'ah'}`;
    const name = registerName(o.reg, sizes[modifier] ?? ((size === 8 || size === 4 || size === 2 || size === 1 ? size : 8) as 1 | 2 | 4 | 8));
    if (modifier === 'a') return `(%${registerName(o.reg, 8)})`;
    return `%${name}`;
  }
  if (o.kind === IMM) {
    const text = o.symbol ? `${o.symbol}${o.value > 0n ? `+${o.value}` : o.value < 0n ? String(o.value) : ''}` : String(o.value);
    if (modifier === 'a') return `${text}(%rip)`;
    return modifier === 'c' || modifier === 'P' || modifier === 'p' || modifier === 'l' ? text : modifier === 'n' ? String(-o.value) : `$${text}`;
  }
  const i = operand(o, 8);
  if (i.kind !== 'mem') return '';
  const disp = i.disp.symbol ? `${i.disp.symbol}${i.disp.addend > 0n ? `+${i.disp.addend}` : i.disp.addend < 0n ? String(i.disp.addend) : ''}`
    : i.disp.addend !== 0n || (!i.base && !i.index) ? String(i.disp.addend) : '';
  const inner = i.base || i.index ? `(${i.base ? `%${i.base}` : ''}${i.index ? `,%${i.index},${i.scale}` : ''})` : '';
  return `${i.segment ? `%${i.segment}:` : ''}${disp}${inner}`;
}


