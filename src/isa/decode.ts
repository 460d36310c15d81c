/**
 * The decoder: bytes to a `Decoded`, by way of the opcode rows. SDM Vol. 2A, "Instruction Format". 64-bit mode only.
 */
import type { Decoded, DecodedOperand, DecodeFailure, OperandSize } from './decoded.ts';
import { parseEncoding, type Encoding } from './encoding.ts';
import type { Row } from './row.ts';
import { ROWS } from './table.ts';

interface Candidate {
  row: Row;
  encoding: Encoding;
  operands: string[];
  /** ModRM.rm must be memory (M), must be a register (R), or may be either. */
  wants: 'M' | 'R' | '';
}

const wantsOf = (operands: readonly string[]): Candidate['wants'] =>
  (operands.some((text) => text[0] === 'M') ? 'M' : operands.some((text) => /^(R|U|N|STi)/.test(text)) ? 'R' : '');

/** "An instruction longer than 15 bytes is a general-protection exception." SDM Vol. 2A, "Instruction Prefixes". */
const MAX_LENGTH = 15;
const NO_PREFIXES: readonly number[] = [];
const NONE: readonly Candidate[] = [];

/** Candidates by map and opcode, the most particular first. */
const INDEX: readonly (Candidate[] | undefined)[][] = buildIndex(false);
const VEX_INDEX: readonly (Candidate[] | undefined)[][] = buildIndex(true);

function buildIndex(vex: boolean): (Candidate[] | undefined)[][] {
  const index: (Candidate[] | undefined)[][] = [[], [], [], []];
  for (const row of ROWS) {
    const encoding = parseEncoding(row), operands = row.operands ? row.operands.split(', ') : [];
    if (encoding.vex !== vex) continue;
    const candidate = { row, encoding, operands, wants: wantsOf(operands) };
    for (let r = 0; r < (encoding.plusR ? 8 : 1); r++) (index[encoding.map]![encoding.opcode + r] ??= []).push(candidate);
  }
  const rank = ({ encoding, row }: Candidate): number =>
    (encoding.prefix === 0 ? 0 : encoding.prefix === 0x66 ? 8 : 16) + (encoding.fixedModrm >= 0 ? 4 : 0) + (encoding.rexW ? 2 : 0) +
      (row.mnemonic === 'nop' && row.encoding === '90' ? 1 : 0);
  for (const map of index) for (const list of map) list?.sort((a, b) => rank(b) - rank(a));
  return index;
}

/** Where the reading stands. One instance: decoding never nests. */
const cursor = { bytes: new Uint8Array(0) as Uint8Array, at: 0, start: 0, end: 0, failed: false, address32: false };

function open(bytes: Uint8Array, offset: number): void {
  cursor.bytes = bytes;
  cursor.at = cursor.start = offset;
  cursor.end = bytes.length;
  cursor.failed = false;
}

function u8(): number {
  if (cursor.at >= cursor.end) {
    cursor.failed = true;
    return 0;
  }
  return cursor.bytes[cursor.at++]!;
}
const i8 = (): number => (u8() << 24) >> 24;
const u16 = (): number => u8() | (u8() << 8);
const i32 = (): number => u16() | (u16() << 16);

/**
 * Decodes the instruction at `offset`. `truncated` means that the bytes end too early: give it up to 15.
 */
export function decode(bytes: Uint8Array, offset: number): Decoded | DecodeFailure {
  open(bytes, offset);
  let rex = 0;
  let p66 = false;
  let p67 = false;
  let rep: 0 | 0xf2 | 0xf3 = 0;
  let lock = false;
  let segment: -1 | 4 | 5 = -1;
  let idle: number[] | undefined;
  let byte: number;
  for (;;) {
    byte = u8();
    if (cursor.at - offset > MAX_LENGTH) return 'too-long';
    if (cursor.failed) return 'truncated';
    // A REX prefix counts only right before the opcode.
    if ((byte & 0xf0) === 0x40) {
      rex = byte;
      continue;
    }
    if (byte === 0x66) {
      if (p66) (idle ??= []).push(byte);
      p66 = true;
    } else if (byte === 0x67) p67 = true;
    else if (byte === 0xf2 || byte === 0xf3) rep = byte;
    else if (byte === 0xf0) lock = true;
    else if (byte === 0x64) segment = 4;
    else if (byte === 0x65) segment = 5;
    else if (byte === 0x26 || byte === 0x2e || byte === 0x36 || byte === 0x3e) (idle ??= []).push(byte);
    else break;
    rex = 0;
  }

  let map: 0 | 1 | 2 | 3 = 0;
  if (byte === 0x0f) {
    map = 1;
    byte = u8();
    if (byte === 0x38) {
      map = 2;
      byte = u8();
    } else if (byte === 0x3a) {
      map = 3;
      byte = u8();
    }
  }
  if (cursor.failed) return 'truncated';
  let vex: Vex | undefined;
  if (map === 0 && (byte === 0xc4 || byte === 0xc5)) {
    vex = readVex(byte);
    if (cursor.failed) return 'truncated';
    // VEX takes the place of REX and of the mandatory prefix; with either it is #UD. Only the general registers' instructions are here, which have L = 0.
    if (rex || p66 || rep || lock || !vex || vex.l) return 'invalid';
    ({ map, rex, p66, rep, opcode: byte } = vex);
  }

  const candidates = (vex ? VEX_INDEX : INDEX)[map]![byte] ?? NONE;
  const peeked = cursor.at < cursor.end ? bytes[cursor.at]! : -1;
  let found: Candidate | undefined;
  for (const candidate of candidates) {
    const e = candidate.encoding;
    // F2 and F3 come before 66: it then is not part of the opcode.
    if (e.prefix === 0x66 ? !p66 || rep !== 0 : e.prefix !== 0 && rep !== e.prefix) continue;
    // VEX.vvvv must be all ones when it names nothing.
    if (vex && vex.register !== 0 && !candidate.operands.some((text) => text[0] === 'B')) continue;
    if ((e.noPrefix || (vex && e.prefix === 0)) && (p66 || rep)) continue;
    if (e.rexW && !(rex & 8)) continue;
    if (e.fixedModrm >= 0 || e.digit >= 0 || e.modrm) {
      if (peeked < 0) return 'truncated';
      if (e.fixedModrm >= 0 && peeked !== e.fixedModrm) continue;
      if (e.digit >= 0 && ((peeked >> 3) & 7) !== e.digit) continue;
      const isRegister = peeked >= 0xc0;
      if ((candidate.wants === 'M' && isRegister) || (candidate.wants === 'R' && !isRegister)) continue;
    }
    // 90 is NOP, but with REX.B it exchanges R8 with RAX. F3 90 stays PAUSE.
    if (e.opcode === 0x90 && e.map === 0 && e.prefix === 0 && !e.plusR && rex & 1) continue;
    // MOVBE with F2 is CRC32.
    if (e.map === 2 && e.prefix === 0 && rep) continue;
    found = candidate;
    break;
  }
  if (!found) return 'invalid';
  cursor.address32 = p67;
  const { row, encoding } = found;
  if (encoding.prefix === 0xf2 || encoding.prefix === 0xf3) rep = 0;
  if (encoding.prefix === 0x66) p66 = false;

  const operandSize = row.notes.default64 ? (p66 && !(rex & 8) && !row.notes.privileged && !row.operands.startsWith('J') ? 16 : 64)
    : rex & 8 ? 64 : p66 ? 16 : 32;
  const modrm = encoding.modrm || encoding.fixedModrm >= 0 ? u8() : 0;
  const mod = modrm >> 6;
  const reg = ((modrm >> 3) & 7) | ((rex & 4) << 1);
  let memory: Extract<DecodedOperand, { kind: 'mem' }> | undefined;
  if (encoding.modrm && mod !== 3) memory = readMemory(modrm, rex);

  const operands: DecodedOperand[] = [];
  for (const text of found.operands) operands.push(readOperand(text, byte, modrm, reg, rex, operandSize, memory, encoding, vex?.register ?? 0));
  if (cursor.at - offset > MAX_LENGTH) return 'too-long';
  if (cursor.failed) return 'truncated';
  // LOCK needs a row that allows it and a memory destination.
  if (lock && !(row.notes.lock && operands[0]?.kind === 'mem') && !(row.mnemonic === 'xchg' && operands.some((o) => o.kind === 'mem'))) return 'invalid';
  if (rep && !row.notes.rep) (idle ??= []).push(rep);
  return { row, length: cursor.at - offset, operandSize, addressSize: p67 ? 32 : 64, rep: row.notes.rep ? rep : 0, lock, segment, idle: idle ?? NO_PREFIXES,
    operands };
}

/** What stands behind prefixes, opcode, ModRM and SIB. */
export interface Tail {
  /** Bytes of the displacement. */
  readonly displacement: 0 | 1 | 4;
  /** How the immediate or the branch distance is spelled; none: ''. */
  readonly immediate: '' | 'u8' | 'i8' | 'u16' | 'i16' | 'i32' | 'i64' | 'rel8' | 'rel32';
}

/** What two words hold. */
const MAX_HEAD = 8;

const WIDTHS: Readonly<Record<Tail['immediate'], number>> = { '': 0, u8: 1, i8: 1, u16: 2, i16: 2, i32: 4, i64: 8, rel8: 1, rel32: 4 };

/** The tail of an instruction whose head has so many bytes; undefined for those few that have another. */
export function tailOf(decoded: Decoded, head: number): Tail | undefined {
  const { row, operandSize, operands } = decoded, texts = row.operands ? row.operands.split(', ') : [],
    spelled = texts.filter((text) => text[0] === 'I' || text[0] === 'J');
  const memory = operands.find((operand): operand is Extract<DecodedOperand, { kind: 'mem' }> => operand.kind === 'mem'), displacement = memory?.dispBytes ?? 0;
  if (spelled.length > 1 || displacement === 8 || memory?.moffs) return undefined;
  const immediate = spelled.length === 0 ? '' : immediateOf(spelled[0], operandSize, parseEncoding(row).immediates[0] === 'cb');
  // Whatever this does not account for is left alone.
  return head + displacement + WIDTHS[immediate] === decoded.length ? { displacement, immediate } : undefined;
}

/** As `readOperand` and `readImmediate` read it. */
function immediateOf(text: string, operandSize: number, isShort: boolean): Tail['immediate'] {
  if (text[0] === 'J') return isShort ? 'rel8' : 'rel32';
  if (text === 'Ib') return 'u8';
  if (text === 'Ibs') return 'i8';
  if (text === 'Iw') return 'u16';
  return text === 'Iv' && operandSize === 64 ? 'i64' : operandSize === 16 ? 'i16' : 'i32';
}

/** The bytes of the head that `readHead` read last, as two words. */
export const headRead = { first: 0, second: 0 };

/** For each map and opcode: 1 without ModRM, 2 with one; 0 where that depends, or nothing is there. */
const MODRM: readonly Uint8Array[] = INDEX.map((map) => Uint8Array.from({ length: 256 }, (_, opcode) => {
  const kinds = new Set(map[opcode]?.map(({ encoding }) => (encoding.modrm || encoding.fixedModrm >= 0 ? 2 : 1)));
  return kinds.size === 1 ? [...kinds][0] : 0;
}));

/** Reads prefixes, opcode, ModRM and SIB of an instruction, without looking what it is. @returns how many bytes they are; 0 when it takes more than this to
 * tell. */
export function readHead(bytes: Uint8Array, offset: number, end: number): number {
  let at = offset, map = 0, byte = at < end ? bytes[at++] : 0xc4;
  while ((byte & 0xf0) === 0x40 || byte === 0x66 || byte === 0xf2 || byte === 0xf3 || byte === 0xf0 || byte === 0x64 || byte === 0x65 || byte === 0x3e ||
    byte === 0x2e) byte = at < end ? bytes[at++] : 0xc4;
  if (byte === 0x0f) {
    map = 1;
    byte = at < end ? bytes[at++] : 0x0f;
    if (byte === 0x38 || byte === 0x3a) {
      map = byte === 0x38 ? 2 : 3;
      byte = at < end ? bytes[at++] : 0;
    }
  }
  // VEX, and addresses of 32 bits, are rare.
  const kind = map === 0 && (byte === 0xc4 || byte === 0xc5 || byte === 0x67) ? 0 : MODRM[map][byte];
  if (kind === 0) return 0;
  if (kind === 2) {
    if (at >= end) return 0;
    const modrm = bytes[at++];
    if ((modrm & 7) === 4 && modrm < 0xc0) {
      // Without a base, a SIB byte makes the displacement longer: it is in the head.
      if (at >= end) return 0;
      at++;
    }
  }
  const length = at - offset;
  if (length > MAX_HEAD) return 0;
  let first = 0, second = 0;
  for (let n = 0; n < length; n++) {
    if (n < 4) first = (first << 8) | bytes[offset + n];
    else second = (second << 8) | bytes[offset + n];
  }
  headRead.first = first;
  headRead.second = second;
  return length;
}

export interface Vex {
  map: 1 | 2 | 3;
  /** As the REX prefix it stands for; never 0, so byte registers count as under REX. */
  rex: number;
  p66: boolean;
  rep: 0 | 0xf2 | 0xf3;
  l: boolean;
  /** VEX.vvvv. */
  register: number;
  opcode: number;
}

/** The VEX prefix and opcode at an offset, whether we have the instruction or not. `after` is where its ModR/M stands. */
export function decodeVex(bytes: Uint8Array, offset: number): (Vex & { after: number }) | undefined {
  open(bytes, offset);
  const vex = readVex(u8());
  return vex && !cursor.failed ? { ...vex, after: cursor.at } : undefined;
}

/** The rest of a VEX prefix and the opcode. SDM Vol. 2A, "The VEX Prefix". */
function readVex(first: number): Vex | undefined {
  const second = u8(), last = first === 0xc5 ? second : u8(), opcode = u8();
  const map = first === 0xc5 ? 1 : second & 0x1f;
  if (map < 1 || map > 3) return undefined;
  const extend = first === 0xc5 ? (~second >> 5) & 4 : (~second >> 5) & 7;
  const pp = last & 3;
  return {
    map: map as 1 | 2 | 3, rex: 0x40 | extend | (first === 0xc4 && last & 0x80 ? 8 : 0), p66: pp === 1, rep: pp === 2 ? 0xf3 : pp === 3 ? 0xf2 : 0,
    l: (last & 4) !== 0, register: (~last >> 3) & 15, opcode,
  };
}

/** SDM Vol. 2A, "ModR/M and SIB Bytes". */
function readMemory(modrm: number, rex: number): Extract<DecodedOperand, { kind: 'mem' }> {
  const mod = modrm >> 6;
  const memory = { kind: 'mem' as const, base: -1, index: -1, scale: 1 as 1 | 2 | 4 | 8, disp: 0, dispHi: 0, dispBytes: 0 as 0 | 1 | 4 | 8,
    size: 0 as OperandSize | 0, moffs: false };
  let rm = modrm & 7;
  if (rm === 4) {
    const sib = u8();
    const index = ((sib >> 3) & 7) | ((rex & 2) << 2);
    if (index !== 4) {
      memory.index = index;
      memory.scale = (1 << (sib >> 6)) as 1 | 2 | 4 | 8;
    }
    rm = sib & 7;
    if (rm === 5 && mod === 0) {
      memory.dispBytes = 4;
      memory.disp = i32();
      return memory;
    }
  } else if (rm === 5 && mod === 0) {
    memory.base = 16;
    memory.dispBytes = 4;
    memory.disp = i32();
    return memory;
  }
  memory.base = rm | ((rex & 1) << 3);
  if (mod === 1) {
    memory.dispBytes = 1;
    memory.disp = i8();
  } else if (mod === 2) {
    memory.dispBytes = 4;
    memory.disp = i32();
  }
  return memory;
}

const FIXED: Readonly<Record<string, number>> = { AL: 0, CL: 1, DX: 2, AX: 0, rAX: 0, eAX: 0 };

function sizeOf(letter: string, operandSize: 8 | 16 | 32 | 64): OperandSize | 0 {
  switch (letter) {
    case 'b': return 8;
    case 'w': return 16;
    case 'd': return 32;
    case 'q': return 64;
    case 't': return 80;
    case 'dq': case 'x': case 'ps': case 'pd': return 128;
    case 'ss': return 32;
    case 'sd': return 64;
    case 'y': return operandSize === 64 ? 64 : 32;
    case 'z': return operandSize === 64 ? 32 : operandSize;
    case 'v': return operandSize;
    default: return 0;
  }
}

function readOperand(text: string, opcode: number, modrm: number, reg: number, rex: number, operandSize: 8 | 16 | 32 | 64,
  memory: Extract<DecodedOperand, { kind: 'mem' }> | undefined, encoding: Encoding, vexRegister: number): DecodedOperand {
  const register = (number: number, size: OperandSize): DecodedOperand =>
    // Without REX, byte registers 4..7 are ah ch dh bh.
    size === 8 && !rex && number >= 4 && number < 8 ? { kind: 'reg', reg: number - 4, size, high8: true } : { kind: 'reg', reg: number, size, high8: false };
  const fixed = FIXED[text];
  if (fixed !== undefined) {
    const size = text === 'AL' || text === 'CL' ? 8 : text === 'DX' || text === 'AX' ? 16 : text === 'eAX' ? (operandSize === 16 ? 16 : 32) : operandSize;
    return { kind: 'reg', reg: fixed, size, high8: false };
  }
  if (text === 'FS' || text === 'GS') return { kind: 'seg', reg: text === 'FS' ? 4 : 5 };
  if (text === 'ST') return { kind: 'st', reg: 0 };
  if (text === 'STi') return { kind: 'st', reg: modrm & 7 };
  if (text === '1') return { kind: 'imm', lo: 1, hi: 0, size: 8 };
  const size = sizeOf(text.slice(1), operandSize);
  switch (text[0]) {
    case 'E': case 'M': case 'R':
      if (memory) return { ...memory, size };
      return register((modrm & 7) | ((rex & 1) << 3), size as OperandSize);
    case 'B': return register(vexRegister, size as OperandSize);
    case 'P': return { kind: 'mm', reg: reg & 7, size: size as OperandSize };
    case 'N': case 'Q':
      if (memory) return { ...memory, size };
      return { kind: 'mm', reg: modrm & 7, size: size as OperandSize };
    case 'V': return { kind: 'xmm', reg, size: size as OperandSize };
    case 'U': case 'W':
      if (memory) return { ...memory, size };
      return { kind: 'xmm', reg: (modrm & 7) | ((rex & 1) << 3), size: size as OperandSize };
    case 'G': return register(reg, size as OperandSize);
    case 'Z': return register((opcode & 7) | ((rex & 1) << 3), size as OperandSize);
    case 'S': return { kind: 'seg', reg: reg & 7 };
    case 'C': return { kind: 'cr', reg };
    case 'D': return { kind: 'dr', reg };
    case 'O': {
      const disp = i32();
      return { kind: 'mem', base: -1, index: -1, scale: 1, disp, dispHi: cursor.address32 ? 0 : i32(), dispBytes: cursor.address32 ? 4 : 8, size, moffs: true };
    }
    case 'J': return { kind: 'rel', disp: encoding.immediates[0] === 'cb' ? i8() : i32() };
    default: return readImmediate(text, operandSize);
  }
}

function readImmediate(text: string, operandSize: number): DecodedOperand {
  let lo: number;
  let hi: number | undefined;
  let size: OperandSize = operandSize as OperandSize;
  if (text === 'Ib') {
    lo = u8();
    hi = 0;
    size = 8;
  } else if (text === 'Ibs') lo = i8();
  else if (text === 'Iw') {
    lo = u16();
    hi = 0;
    size = 16;
  } else if (text === 'Iv' && operandSize === 64) {
    lo = i32();
    hi = i32();
  } else lo = operandSize === 16 ? (u16() << 16) >> 16 : i32();
  return { kind: 'imm', lo, hi: hi ?? lo >> 31, size };
}
