/**
 * One instruction to bytes, by searching the opcode rows for the shortest encoding that its operands fit. SDM Vol. 2A,
 * "Instruction Format".
 */
import { parseEncoding, type Encoding } from '../../isa/encoding.ts';
import { GPR16, GPR32, GPR64, GPR8, GPR8_HIGH, SEGMENTS } from '../../isa/registers.ts';
import type { Row } from '../../isa/row.ts';
import { spelledMnemonic } from '../../isa/spelling.ts';
import { ROWS } from '../../isa/table.ts';
import type { Relocation } from '../object.ts';
import type { AsmExpr, AsmItem, AsmOperand } from './items.ts';
import { similar, spell, type Spelling } from './mnemonics.ts';

/** Which operand's expression goes into a field. An instruction has at most one of each. */
export type FixupSource = 'displacement' | 'immediate' | 'target';

/** A field whose value is not known yet. Names no symbol, so that one encoding serves all instructions of the same shape. */
export interface Fixup {
  /** Offset in the instruction's bytes. */
  offset: number;
  type: Relocation['type'];
  source: FixupSource;
  /** Subtracted from the value: RIP counts from the end of the instruction. */
  delta: number;
}

export interface Encoded {
  bytes: number[];
  fixups: Fixup[];
  /** A relative jump: the short form, for relaxation; `bytes` is the long form, or the short one again if `fixups` is empty. */
  short?: number[];
  isJump: boolean;
}

interface Register {
  kind: 'gpr' | 'seg' | 'cr' | 'dr' | 'xmm' | 'mm' | 'st' | 'rip';
  number: number;
  size: 8 | 16 | 32 | 64 | 128;
  high8: boolean;
}

const REGISTERS = new Map<string, Register>();
for (const [names, size] of [[GPR64, 64], [GPR32, 32], [GPR16, 16], [GPR8, 8]] as const) names.forEach((name, number) =>
  REGISTERS.set(name, { kind: 'gpr', number, size, high8: false }));
GPR8_HIGH.forEach((name, n) => REGISTERS.set(name, { kind: 'gpr', number: n + 4, size: 8, high8: true }));
SEGMENTS.forEach((name, number) => REGISTERS.set(name, { kind: 'seg', number, size: 16, high8: false }));
for (let n = 0; n < 16; n++) {
  REGISTERS.set(`cr${n}`, { kind: 'cr', number: n, size: 64, high8: false });
  REGISTERS.set(`dr${n}`, { kind: 'dr', number: n, size: 64, high8: false });
  REGISTERS.set(`xmm${n}`, { kind: 'xmm', number: n, size: 128, high8: false });
  REGISTERS.set(`db${n}`, { kind: 'dr', number: n, size: 64, high8: false });
}
for (let n = 0; n < 8; n++) {
  REGISTERS.set(`mm${n}`, { kind: 'mm', number: n, size: 64, high8: false });
  REGISTERS.set(`st(${n})`, { kind: 'st', number: n, size: 64, high8: false });
}
REGISTERS.set('st', { kind: 'st', number: 0, size: 64, high8: false });
REGISTERS.set('rip', { kind: 'rip', number: 16, size: 64, high8: false });

export const isRegister = (name: string): boolean => REGISTERS.has(name);

interface Form {
  row: Row;
  encoding: Encoding;
  operands: string[];
  default64: boolean;
  /** Some operand, or the whole instruction, comes in sizes of 16, 32 and 64 bits. */
  usesV: boolean;
  /** A byte operand fixes the size at 8. */
  isByte: boolean;
  /** May be spelled with a size suffix although no operand shows a size. */
  bareSuffix: boolean;
  /** To or from a segment register. */
  selector: boolean;
  /** Has a 64-bit absolute address, or a 64-bit immediate. */
  address64: boolean;
  immediate64: boolean;
  /** The last operand is the constant 1, which need not be written. */
  one: boolean;
  swaps: boolean;
  /** jmp and call, whose register and memory operands carry a star. */
  isBranch: boolean;
}

/** Byte operands here say nothing about the size of the instruction. */
const NO_BYTE_SIZE = /^(set\w+|in|out|int|enter|clflush|prefetch\w*)$/;
const SIZED = /^(movs|stos|lods|cmps|scas|ins|outs|cbw|cwd|lret)$/;
const BARE_SUFFIX = new Set(['iretq', 'sysretq', 'pushf', 'popf', 'leave', 'ret']);

function formOf(row: Row): Form {
  const operands = row.operands ? row.operands.split(', ') : [];
  return {
    row, operands, encoding: parseEncoding(row), default64: row.notes.default64 === true,
    usesV: operands.some((text) => (/[vyz]$/.test(text) && text[0] !== 'J') || text === 'rAX' || text === 'eAX') || SIZED.test(row.mnemonic),
    isByte: operands.some((text) => /^[EGZIM]b$/.test(text)) && !operands.some((text) => /^[VUPN]/.test(text)) && !NO_BYTE_SIZE.test(row.mnemonic),
    bareSuffix: BARE_SUFFIX.has(row.mnemonic), selector: operands.includes('Sw'), address64: operands.some((text) => text[0] === 'O'),
    immediate64: operands.includes('Iv'),
    one: operands.at(-1) === '1', swaps: (row.mnemonic === 'test' && operands.some((text) => text[0] === 'G')) || row.mnemonic === 'xchg',
    isBranch: row.mnemonic === 'jmp' || row.mnemonic === 'call',
  };
}

const FORMS = new Map<string, Form[]>();
for (const row of ROWS) {
  const form = formOf(row);
  const name = row.operands === 'STi, ST' ? spelledMnemonic(row, false) : row.mnemonic, list = FORMS.get(name);
  if (list) list.push(form);
  else FORMS.set(name, [form]);
}

const ONE: AsmOperand = { kind: 'imm', value: { addend: 1n } };

const MOVQ: Spelling = { mnemonic: 'mov', size: 64, sourceSize: 0 };

type Instruction = Extract<AsmItem, { kind: 'insn' }>;

const cache = new Map<string, Encoded | string>();
/** A build has some thousand shapes; a page that stays open for days must not collect them without end. */
const CACHE_LIMIT = 100_000;

/** `encode`, remembered by shape: mnemonic, registers and numbers as they are, symbols only as "a symbol". */
export function encodeCached(item: Instruction): Encoded | string {
  const key = shape(item);
  let encoded = cache.get(key);
  if (encoded === undefined) {
    encoded = encode(item);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(key, encoded);
  }
  return encoded;
}

const valueShape = (value: AsmExpr): string => (value.symbol === undefined && value.minus === undefined ? value.addend.toString() : 'S');

function shape(item: Instruction): string {
  let key = item.mnemonic;
  if (item.prefix) key += `/${item.prefix}`;
  for (const operand of item.operands) {
    const inner = operand.kind === 'indirect' ? operand.operand : operand;
    key += operand.kind === 'indirect' ? '*' : ' ';
    switch (inner.kind) {
      case 'reg': key += inner.name; break;
      case 'imm': key += `$${valueShape(inner.value)}`; break;
      case 'target': key += '>'; break;
      case 'mem': key += `${inner.segment ?? ''}${valueShape(inner.disp)}(${inner.base ?? ''},${inner.index ?? ''},${inner.scale ?? ''}`;
    }
  }
  return key;
}

/** The expression that belongs into a fixup's field. */
export function fixupValue(item: Instruction, source: FixupSource): AsmExpr {
  for (const operand of item.operands) {
    const inner = operand.kind === 'indirect' ? operand.operand : operand;
    if (source === 'target' && inner.kind === 'target') return inner.value;
    if (source === 'immediate' && inner.kind === 'imm' && !known(inner.value)) return inner.value;
    if (source === 'displacement' && inner.kind === 'mem') return inner.disp;
  }
  return { addend: 0n };
}

/** @returns bytes, or a sentence that says what is wrong. */
export function encode(item: Instruction): Encoded | string {
  // MOVQ is MOV of 64 bits unless an XMM or MMX register is in it.
  const isVector = item.mnemonic !== 'movq' || item.operands.some((operand) => operand.kind === 'reg' && /mm/.test(operand.name));
  const spelling = isVector ? spell(item.mnemonic) : MOVQ;
  if (!spelling) {
    const near = similar(item.mnemonic);
    return `unknown instruction '${item.mnemonic}'${near ? `; did you mean '${near}'?` : ''}`;
  }
  if (spelling.mnemonic === 'xlat' && item.operands.length === 1 && item.operands[0].kind === 'mem') {
    const encoded = encode({ ...item, operands: [] }), { segment } = item.operands[0];
    if (segment && typeof encoded !== 'string') encoded.bytes.unshift(segment === 'fs' ? 0x64 : 0x65);
    return encoded;
  }
  if (item.operands.length && STRING.test(spelling.mnemonic)) return encodeString(item, spelling);
  const operands = spelling.mnemonic === 'enter' ? [...item.operands] : item.operands.toReversed();
  if (spelling.immediate !== undefined) operands.push({ kind: 'imm', value: { addend: BigInt(spelling.immediate) } });
  const size = spelling.size || impliedSize(operands, spelling);
  const absolute = item.mnemonic.startsWith('movabs');
  let best: Encoded | undefined;
  const forms = FORMS.get(spelling.mnemonic) ?? [];
  for (const form of item.mnemonic === 'movq' && isVector ? [...forms, ...(FORMS.get('movd') ?? [])] : forms) {
    // `shl %eax` shifts by one; `imul $5, %eax` multiplies a register in place.
    const implied = form.operands.length === operands.length + 1 && form.one;
    const inPlace = spelling.mnemonic === 'imul' && form.operands.length === 3 && operands.length === 2 && operands[1].kind === 'imm';
    if (form.operands.length !== operands.length && !implied && !inPlace) continue;
    const given = implied ? [...operands, ONE] : inPlace ? [operands[0], ...operands] : operands;
    // movabs asks for 64-bit immediates and addresses; the latter only movabs may have.
    if (absolute ? !form.address64 && !form.immediate64 : form.address64) continue;
    // TEST and XCHG do the same with their operands exchanged.
    const encoded = tryForm(form, given, size, spelling) ?? (form.swaps ? tryForm(form, given.toReversed(), size, spelling) : undefined);
    if (!encoded) continue;
    if (best && encoded.isJump && best.isJump) {
      // Jb and Jz of one jump: keep both, the assembler chooses when it knows the distance.
      const [long, short] = best.bytes.length > encoded.bytes.length ? [best, encoded] : [encoded, best];
      return { ...long, short: short.bytes };
    }
    if (!best || encoded.bytes.length < best.bytes.length) best = encoded;
  }
  if (!best) {
    if (size === 0 && operands.some(({ kind }) => kind === 'mem'))
      return `'${item.mnemonic}' needs a size suffix here (b, w, l or q): no register operand tells it`;
    return `'${item.mnemonic}' does not take these operands`;
  }
  if (best.isJump && best.fixups.length === 0) best.short = best.bytes;
  const prefixes = { lock: 0xf0, rep: 0xf3, repe: 0xf3, repne: 0xf2 } as const;
  if (item.prefix) {
    best.bytes.unshift(prefixes[item.prefix]);
    for (const fixup of best.fixups) fixup.offset++;
  }
  return best;
}

const STRING = /^(?:movs|stos|lods|cmps|scas|ins|outs)b?$/;

/** String instructions with their operands written out: only the size and the segment of the source count. */
function encodeString(item: Instruction, spelling: Spelling): Encoded | string {
  const isByte = spelling.mnemonic.endsWith('sb');
  const stem = isByte ? spelling.mnemonic.slice(0, -1) : spelling.mnemonic;
  const size = spelling.size || (isByte ? 8 : impliedSize(item.operands, spelling));
  const suffix = size === 8 ? 'b' : size === 16 ? 'w' : size === 32 ? 'l' : size === 64 ? 'q' : '';
  const memories = item.operands.filter((operand) => operand.kind === 'mem');
  const right = memories.length === (stem === 'movs' || stem === 'cmps' ? 2 : 1) &&
    memories.every(({ base, index, disp }) => (base === 'rsi' || base === 'rdi') && index === undefined && known(disp) && disp.addend === 0n);
  if (!suffix || !right) return `'${item.mnemonic}' works on (%rsi) and (%rdi) only`;
  const encoded = encode({ ...item, mnemonic: stem + suffix, operands: [] });
  const segment = memories.find(({ base }) => base === 'rsi')?.segment;
  if (segment && typeof encoded !== 'string') encoded.bytes.unshift(segment === 'fs' ? 0x64 : 0x65);
  return encoded;
}

/** Size that register operands give. */
function impliedSize(operands: readonly AsmOperand[], spelling: Spelling): Spelling['size'] {
  for (const operand of operands) {
    if (operand.kind !== 'reg') continue;
    const register = REGISTERS.get(operand.name);
    if (register?.kind === 'gpr' && register.size !== 128 && spelling.mnemonic !== 'pinsrw' && !(spelling.mnemonic === 'out' && operand.name === 'dx') &&
      !(spelling.mnemonic === 'in' && operand.name === 'dx')) return register.size;
  }
  return 0;
}

const fits = (value: bigint, bits: number, signed: boolean): boolean => (signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value);

interface Parts {
  form: Form;
  size: number;
  reg: number;
  rm: AsmOperand | undefined;
  rmRegister: number;
  plusR: number;
  vexRegister: number;
  immediates: { value: AsmExpr; bytes: number; type: Relocation['type'] }[];
  target?: AsmExpr;
  targetBytes: number;
  rexW: boolean;
  rexNeeded: boolean;
  rexForbidden: boolean;
  operand16: boolean;
  /** Of a 64-bit absolute address. */
  segment: 'fs' | 'gs' | undefined;
}

const FIXED: Readonly<Record<string, [number, number]>> = { AL: [0, 8], CL: [1, 8], DX: [2, 16], AX: [0, 16] };

function tryForm(form: Form, operands: readonly AsmOperand[], size: number, spelling: Spelling): Encoded | undefined {
  const { encoding, default64, usesV } = form;
  const parts: Parts = { form, size, reg: Math.max(0, encoding.digit), rm: undefined, rmRegister: -1, plusR: 0, vexRegister: 0, immediates: [], targetBytes: 0,
    rexW: encoding.rexW, rexNeeded: false, rexForbidden: false, operand16: false, segment: undefined };
  // The size of the `v` operands: what the suffix or the registers said.
  let v = size || (default64 ? 64 : 0);
  // A selector has 16 bits in memory, and a register's upper bits do not matter.
  if (form.selector && (v === 0 || form.operands[0] === 'Sw')) v = 32;
  if (spelling.sourceSize) {
    if (spelling.mnemonic !== 'movsxd' && form.operands[1] !== (spelling.sourceSize === 8 ? 'Eb' : 'Ew')) return undefined;
  }
  // A bare MOVD or CVTSI2SD of memory moves 32 bits.
  if (v === 0 && form.row.notes.unit && usesV) v = 32;
  if (form.operands.length === 0 && size && !usesV && !form.bareSuffix) return undefined;
  if (usesV && v === 8) return undefined;
  if (default64 && v === 32) return undefined;
  for (let n = 0; n < form.operands.length; n++) if (!place(parts, form.operands[n], operands[n], v)) return undefined;
  if (usesV || (default64 && v === 16)) {
    if (v === 0) {
      if (!form.operands.every((text) => text.startsWith('J') || text === 'M')) return undefined;
      v = 32;
    }
    if (v === 16) parts.operand16 = true;
    if (v === 64 && !default64 && !form.selector) parts.rexW = true;
  } else if (size !== 8 && !usesV && form.isByte) return undefined;
  return finish(parts);
}

/** Fits one operand to one pattern and notes where it goes. */
function place(parts: Parts, pattern: string, operand: AsmOperand | undefined, v: number): boolean {
  if (!operand) return false;
  const register = operand.kind === 'reg' ? REGISTERS.get(operand.name)
    : operand.kind === 'indirect' && operand.operand.kind === 'reg' ? REGISTERS.get(operand.operand.name) : undefined;
  const fixed = FIXED[pattern];
  if (fixed) return register?.kind === 'gpr' && register.number === fixed[0] && register.size === fixed[1] && !register.high8;
  if (pattern === 'rAX' || pattern === 'eAX') return register?.kind === 'gpr' && register.number === 0 && register.size === v &&
    (pattern === 'rAX' || v !== 64);
  if (pattern === 'FS' || pattern === 'GS') return operand.kind === 'reg' && operand.name === pattern.toLowerCase();
  if (pattern === 'ST') return register?.kind === 'st' && register.number === 0;
  if (pattern === 'STi') {
    if (register?.kind !== 'st') return false;
    parts.rm = operand;
    parts.rmRegister = register.number;
    return true;
  }
  if (pattern === '1') return operand.kind === 'imm' && !operand.value.symbol && operand.value.addend === 1n;
  const letter = pattern[1] ?? '';
  const want = letter === 'b' ? 8 : letter === 'w' ? 16 : letter === 'd' ? 32 : letter === 'q' ? 64 : letter === 'y' || letter === 'v' ? v : 0;
  switch (pattern[0]) {
    case 'S': case 'C': case 'D':
      if (register?.kind !== (pattern[0] === 'S' ? 'seg' : pattern[0] === 'C' ? 'cr' : 'dr')) return false;
      parts.reg = register.number;
      return true;
    case 'V': case 'P':
      if (register?.kind !== (pattern[0] === 'V' ? 'xmm' : 'mm')) return false;
      parts.reg = register.number;
      return true;
    case 'B':
      if (register?.kind !== 'gpr' || register.size !== want) return false;
      parts.vexRegister = register.number;
      return true;
    case 'U': case 'W': case 'N': case 'Q':
      if (operand.kind === 'mem' ? pattern[0] === 'U' || pattern[0] === 'N' : register?.kind !== (pattern[0] === 'U' || pattern[0] === 'W' ? 'xmm' : 'mm'))
        return false;
      parts.rm = operand;
      parts.rmRegister = register?.number ?? -1;
      return true;
    case 'G':
      if (register?.kind !== 'gpr' || register.size !== want) return false;
      noteByte(parts, register);
      parts.reg = register.number;
      return true;
    case 'Z':
      if (register?.kind !== 'gpr' || register.size !== want || (operand.kind === 'indirect')) return false;
      noteByte(parts, register);
      parts.plusR = register.number;
      return true;
    case 'E': case 'M': case 'R':
      return placeRm(parts, pattern, operand, register, want);
    case 'J':
      if (operand.kind !== 'target') return false;
      parts.target = operand.value;
      parts.targetBytes = parts.form.encoding.immediates[0] === 'cb' ? 1 : 4;
      return true;
    case 'I':
      return operand.kind === 'imm' && placeImmediate(parts, pattern, operand.value, v);
    case 'O':
      // Only movabs comes here; everything else reaches an absolute address through ModRM.
      if (operand.kind !== 'mem' || operand.base !== undefined || operand.index !== undefined) return false;
      parts.segment = operand.segment;
      parts.immediates.push({ value: operand.disp, bytes: 8, type: 'R_X86_64_64' });
      return true;
    default:
      return false;
  }
}

function noteByte(parts: Parts, register: Register): void {
  if (register.size !== 8) return;
  if (register.high8) parts.rexForbidden = true;
  else if (register.number >= 4 && register.number < 8) parts.rexNeeded = true;
}

function placeRm(parts: Parts, pattern: string, operand: AsmOperand, register: Register | undefined, want: number): boolean {
  if (parts.form.isBranch !== (operand.kind === 'indirect')) return false;
  const inner = operand.kind === 'indirect' ? operand.operand : operand;
  if (inner.kind === 'mem') {
    if (pattern[0] === 'R') return false;
    // x87: the suffix chooses the format in memory.
    if (parts.form.row.notes.unit === 'x87' && parts.size !== 0 && FPU_SIZE[pattern] !== parts.size) return false;
    parts.rm = inner;
    return true;
  }
  if (pattern[0] === 'M' || register?.kind !== 'gpr') return false;
  // LTR, STR and the like take the 16-bit name; a wider one is accepted as GNU as does.
  const selector = /^(ltr|str|lldt|sldt|verr|verw|smsw|lmsw|lar|lsl)$/.test(parts.form.row.mnemonic) ||
    (parts.form.row.mnemonic === 'mov' && parts.form.operands.includes('Sw'));
  if (want !== 0 && register.size !== want && !selector && !(parts.form.row.mnemonic === 'pinsrw' && register.size >= 32)) return false;
  // STR, SLDT and SMSW clear the upper bits of a wider register.
  if (/^(str|sldt|smsw)$/.test(parts.form.row.mnemonic)) {
    parts.operand16 = register.size === 16;
    parts.rexW = register.size === 64;
  }
  noteByte(parts, register);
  parts.rm = inner;
  parts.rmRegister = register.number;
  return true;
}

const FPU_SIZE: Readonly<Record<string, number>> = { Mw: 16, Md: 32, Mq: 64, Mt: 80 };

function placeImmediate(parts: Parts, pattern: string, value: AsmExpr, v: number): boolean {
  const known = value.symbol === undefined && value.minus === undefined;
  const add = (bytes: number, type: Relocation['type']): boolean => {
    parts.immediates.push({ value, bytes, type });
    return true;
  };
  if (pattern === 'Ib') return known ? (fits(value.addend, 8, true) || fits(value.addend, 8, false)) && add(1, 'R_X86_64_8') : add(1, 'R_X86_64_8');
  if (pattern === 'Iw') return known ? fits(value.addend, 16, false) && add(2, 'R_X86_64_16') : false;
  if (pattern === 'Ibs') return known && fits(BigInt.asIntN(v || 64, value.addend), 8, true) &&
    (v === 64 || v === 0 || fits(value.addend, v, true) || fits(value.addend, v, false)) && add(1, 'R_X86_64_8');
  const bits = v || 64;
  if (pattern === 'Iv' && bits === 64) return add(8, 'R_X86_64_64');
  if (bits === 16) return known ? (fits(value.addend, 16, true) || fits(value.addend, 16, false)) && add(2, 'R_X86_64_16') : add(2, 'R_X86_64_16');
  if (bits === 32) return known ? (fits(value.addend, 32, true) || fits(value.addend, 32, false)) && add(4, 'R_X86_64_32') : add(4, 'R_X86_64_32');
  return known ? fits(BigInt.asIntN(64, value.addend), 32, true) && (fits(value.addend, 64, true) || fits(value.addend, 64, false)) && add(4, 'R_X86_64_32S')
    : add(4, 'R_X86_64_32S');
}

function finish(parts: Parts): Encoded | undefined {
  const { form } = parts;
  const { encoding } = form;
  const bytes: number[] = [];
  const fixups: Fixup[] = [];
  const memory = parts.rm?.kind === 'mem' ? parts.rm : undefined;
  const base = memory?.base ? REGISTERS.get(memory.base) : undefined, index = memory?.index ? REGISTERS.get(memory.index) : undefined;
  if ((memory?.base && !base) || (memory?.index && !index)) return undefined;
  // 90 is NOP: it does not clear the upper half of RAX as XCHG of EAX with itself does.
  if (encoding.plusR && encoding.opcode === 0x90 && parts.plusR === 0 && parts.size === 32) return undefined;
  const segment = memory?.segment ?? parts.segment;
  if (segment) bytes.push(segment === 'fs' ? 0x64 : 0x65);
  if ((base ?? index)?.size === 32) bytes.push(0x67);
  if (parts.operand16) bytes.push(0x66);
  if (encoding.prefix && !encoding.vex) bytes.push(encoding.prefix);

  const b = encoding.plusR ? parts.plusR : memory ? (base && base.kind !== 'rip' ? base.number : 0) : Math.max(0, parts.rmRegister);
  let rex = (parts.rexW ? 8 : 0) | (parts.reg & 8 && encoding.digit < 0 ? 4 : 0) | (index && index.number & 8 ? 2 : 0) | (b & 8 ? 1 : 0);
  if (encoding.vex) {
    // R, X, B and vvvv are stored inverted; W takes REX.W's place. SDM Vol. 2A, "The VEX Prefix".
    const pp = encoding.prefix === 0x66 ? 1 : encoding.prefix === 0xf3 ? 2 : encoding.prefix === 0xf2 ? 3 : 0;
    bytes.push(0xc4, ((~rex & 7) << 5) | encoding.map, (parts.rexW ? 0x80 : 0) | ((~parts.vexRegister & 15) << 3) | pp);
  } else if (rex || parts.rexNeeded) {
    if (parts.rexForbidden) return undefined;
    rex |= 0x40;
    bytes.push(rex);
  }
  if (encoding.map && !encoding.vex) bytes.push(0x0f);
  if (encoding.map === 2 && !encoding.vex) bytes.push(0x38);
  if (encoding.map === 3 && !encoding.vex) bytes.push(0x3a);
  bytes.push(encoding.opcode + (encoding.plusR ? parts.plusR & 7 : 0));
  if (encoding.fixedModrm >= 0) bytes.push(encoding.fixedModrm);
  if (encoding.modrm) {
    if (memory) {
      if (!address(memory, base, index, parts.reg & 7, bytes, fixups)) return undefined;
    } else bytes.push(0xc0 | ((parts.reg & 7) << 3) | (parts.rmRegister & 7));
  }
  for (const { value, bytes: length, type } of parts.immediates) {
    if (known(value)) {
      for (let n = 0; n < length; n++) bytes.push(Number(BigInt.asUintN(8, value.addend >> BigInt(8 * n))));
    } else {
      fixups.push({ offset: bytes.length, type, source: form.address64 ? 'displacement' : 'immediate', delta: 0 });
      for (let n = 0; n < length; n++) bytes.push(0);
    }
  }
  if (parts.target) {
    if (parts.targetBytes === 4) fixups.push({ offset: bytes.length, type: 'R_X86_64_PC32', source: 'target', delta: 4 });
    for (let n = 0; n < parts.targetBytes; n++) bytes.push(0);
  }
  // RIP counts from the end of the instruction: what follows the displacement is subtracted too.
  for (const fixup of fixups) if (fixup.type === 'R_X86_64_PC32' && !parts.target) fixup.delta = bytes.length - fixup.offset;
  return { bytes, fixups, isJump: parts.target !== undefined };
}

const known = (value: AsmExpr): boolean => value.symbol === undefined && value.minus === undefined;

/** ModRM, SIB and displacement. SDM Vol. 2A, "ModR/M and SIB Bytes". */
function address(memory: Extract<AsmOperand, { kind: 'mem' }>, base: Register | undefined, index: Register | undefined, reg: number, bytes: number[],
  fixups: Fixup[]): boolean {
  const { disp } = memory;
  const displacement = (length: 1 | 4, type: Relocation['type']): void => {
    if (!known(disp)) fixups.push({ offset: bytes.length, type, source: 'displacement', delta: 0 });
    for (let n = 0; n < length; n++) bytes.push(known(disp) ? Number(BigInt.asUintN(8, disp.addend >> BigInt(8 * n))) : 0);
  };
  if (known(disp) && !fits(BigInt.asIntN(64, disp.addend), 32, true)) return false;
  if (base?.kind === 'rip') {
    if (index) return false;
    bytes.push((reg << 3) | 5);
    // A bare number after (%rip) is a displacement, a symbol is an address.
    displacement(4, 'R_X86_64_PC32');
    return true;
  }
  if (index?.number === 4) return false;
  if (!base) {
    bytes.push((reg << 3) | 4, (Math.max(0, 31 - Math.clz32(memory.scale ?? 1)) << 6) | (((index?.number ?? 4) & 7) << 3) | 5);
    displacement(4, 'R_X86_64_32S');
    return true;
  }
  const zero = known(disp) && disp.addend === 0n && (base.number & 7) !== 5;
  const byte = known(disp) && fits(BigInt.asIntN(64, disp.addend), 8, true);
  const mod = zero ? 0 : byte ? 1 : 2;
  if (index || (base.number & 7) === 4) bytes.push((mod << 6) | (reg << 3) | 4,
    ((31 - Math.clz32(memory.scale ?? 1)) << 6) | (((index?.number ?? 4) & 7) << 3) | (base.number & 7));
  else bytes.push((mod << 6) | (reg << 3) | (base.number & 7));
  if (mod === 1) displacement(1, 'R_X86_64_8');
  if (mod === 2) displacement(4, 'R_X86_64_32S');
  return true;
}
