/** What the operands of an instruction are at one moment: which registers, which memory and its name, and the values. By the row of the instruction table. */
import type { VirtAddr } from '../base/units.ts';
import type { Decoded, DecodedOperand } from '../isa/decoded.ts';
import { GPR16, GPR32, GPR64, GPR8, GPR8_HIGH, SEGMENTS } from '../isa/registers.ts';
import type { Registers } from '../machine/machine.ts';
import type { Image } from './images.ts';
import type { Memory } from './memory.ts';
import { stringAt } from './strings.ts';
import type { Symbols } from './symbols.ts';
import { align8, type Unwound } from './unwind.ts';

/** Everything that a name or a value is looked up in. */
export interface Scene {
  machine: Memory;
  symbols: Symbols;
  registers: Registers;
  unwound: Unwound;
}

export interface OperandNow {
  /** As in the row: `r` reads, `w` writes, `x` both, `a` its address alone, `?` nobody says. */
  use: string;
  /** A register as it is called, `n`, or '' where memory has no name. */
  name: string;
  value?: bigint;
  /** In bytes. */
  size: number;
  /** Of memory. */
  addr?: VirtAddr;
  /** Of a jump or call. */
  target?: VirtAddr;
  isImmediate: boolean;
}

const MASK = (1n << 64n) - 1n;
const RIP_BASE = 16, FS = 4;
const pair = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

/** `.field`, `[3]`: which part of a variable lies so many bytes in. */
export function partOf(image: Image, id: number, offset: number): string {
  const type = image.type(id);
  if (type.kind === 'typedef') return partOf(image, type.to, offset);
  if (type.kind === 'array') {
    const each = image.sizeOf(type.of);
    return each > 0 ? `[${Math.floor(offset / each)}]${partOf(image, type.of, offset % each)}` : '';
  }
  if (type.kind === 'struct') {
    const fields = type.fields.length ? type.fields : (image.fieldsOf(type.name) ?? []);
    const field = fields.findLast((one) => one.offset <= offset && offset < one.offset + Math.max(1, image.sizeOf(one.type)));
    return field?.name ? `.${field.name}${partOf(image, field.type, offset - field.offset)}` : offset ? `+${offset}` : '';
  }
  return offset ? `+${offset}` : '';
}

/** What lies at an address, as the source calls it: a variable of a function that has not returned, a global, a saved register. */
export function memoryName({ symbols, registers, unwound }: Scene, addr: VirtAddr): string {
  const variable = unwound.variables.find((one) => addr >= one.addr && addr < one.addr + BigInt(Math.max(1, one.size)));
  if (variable) return `${variable.name}${partOf(variable.code.image, variable.type, Number(addr - variable.addr))}`;
  const label = unwound.labels.get(align8(addr)), saved = symbols.facts.saved?.struct ?? '';
  if (label?.kind === 'ptregs') return `${saved}.${label.label}`;
  if (label && label.kind !== 'local') return label.label;
  const global = globalName(symbols.imageAt(addr), addr);
  if (global !== undefined) return global;
  // The kernel's own variables of this CPU stand so far from GS as they were linked from 0.
  const own = addr - (registers.cpl === 0 ? registers.gsBase : 0n);
  return symbols.name(addr) ?? (symbols.kernel.perCpuName(own) === undefined ? undefined : globalName(symbols.kernel, own) ?? symbols.kernel.perCpuName(own)) ??
    '';
}

function globalName(image: Image | undefined, addr: VirtAddr): string | undefined {
  const global = image?.debug.globals.find((one) => addr >= one.addr && addr < one.addr + BigInt(image.sizeOf(one.type)));
  return image && global ? `${global.name}${partOf(image, global.type, Number(addr - global.addr))}` : undefined;
}

const registerName = ({ reg, size, high8 }: Extract<DecodedOperand, { kind: 'reg' }>): string =>
  ((high8 ? GPR8_HIGH[reg] : { 8: GPR8, 16: GPR16, 32: GPR32, 64: GPR64, 80: GPR64, 128: GPR64 }[size][reg]) ?? '').toUpperCase();

/** @param at where the instruction stands. */
export function operandsOf(insn: Decoded, at: VirtAddr, scene: Scene): OperandNow[] {
  const { machine, registers } = scene, { notes } = insn.row, end = at + BigInt(insn.length);
  return insn.operands.map((operand, n): OperandNow => {
    const use = notes.use?.[n] ?? (notes.unit ? '?' : n === 0 && notes.discards === undefined ? 'x' : 'r'), isImmediate = false;
    switch (operand.kind) {
      case 'reg': {
        const shift = operand.high8 ? 8n : 0n;
        return { use, name: registerName(operand), value: BigInt.asUintN(operand.size, registers.gpr[operand.reg] >> shift), size: operand.size / 8,
          isImmediate };
      }
      case 'mem': {
        const base = operand.moffs ? pair(operand.disp, operand.dispHi) : operand.base === RIP_BASE ? end : operand.base < 0 ? 0n : registers.gpr[operand.base];
        const start = insn.segment < 0 ? 0n : insn.segment === FS ? registers.fsBase : registers.gsBase;
        const addr = (start + base + (operand.moffs ? 0n : BigInt(operand.disp)) +
          (operand.index < 0 ? 0n : registers.gpr[operand.index] * BigInt(operand.scale))) & MASK;
        const size = operand.size / 8, bytes = size > 0 ? machine.peek(addr, size) : null;
        const value = bytes ? bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) : undefined;
        return { use, name: memoryName(scene, addr), addr, size, isImmediate, ...(value === undefined ? {} : { value }) };
      }
      case 'imm': return { use: 'r', name: '', value: pair(operand.lo, operand.hi), size: operand.size / 8, isImmediate: true };
      case 'rel': return { use: 'r', name: '', size: 8, isImmediate, target: (end + BigInt(operand.disp)) & MASK };
      case 'seg': return { use, name: (SEGMENTS[operand.reg] ?? '').toUpperCase(), size: 2, isImmediate };
      case 'cr': return { use, name: `CR${operand.reg}`, size: 8, isImmediate };
      case 'dr': return { use, name: `DR${operand.reg}`, size: 8, isImmediate };
      case 'xmm': return { use, name: `XMM${operand.reg}`, size: 16, isImmediate, value: registers.xmm[operand.reg] };
      case 'mm': return { use, name: `MM${operand.reg}`, size: 8, isImmediate };
      case 'st': return { use, name: `ST${operand.reg}`, size: 10, isImmediate };
    }
  });
}

/** Results below nothing by so much are errors or small counts. */
const SMALL = 4096n;

/** A value as people read it: small ones as they are, an address by its name, a string by its text, anything else in hex. */
export function valueText({ machine, symbols }: Pick<Scene, 'machine' | 'symbols'>, value: bigint, size = 8): string {
  const signed = BigInt.asIntN(8 * size, value);
  if (value < 10n || (size >= 4 && signed < 0n && signed > -SMALL)) return signed < 0n ? String(signed) : String(value);
  if (size < 8 || value < SMALL) return `0x${value.toString(16)}`;
  const f = symbols.functionAt(value), text = f ? undefined : stringAt(machine, value), name = text === undefined ? symbols.name(value) : undefined;
  return text ?? (name === undefined ? `0x${value.toString(16)}` : `\`${name}\``);
}
