/** The encoding column of a row, taken apart once: read by decoder and assembler. */
import { assert } from '../base/assert.ts';
import type { Row } from './row.ts';

/** Opcode maps: one byte, 0F, 0F 38, 0F 3A. */
export type OpcodeMap = 0 | 1 | 2 | 3;

export interface Encoding {
  /** Mandatory prefix (66, F2, F3), or 0. */
  prefix: number;
  /** None of 66, F2, F3 may stand before it: with one it is another instruction. */
  noPrefix: boolean;
  /** Encoded with VEX (C4, C5), of which only the form without vector length occurs. */
  vex: boolean;
  rexW: boolean;
  map: OpcodeMap;
  opcode: number;
  /** The register number stands in the low three bits of the opcode (`+r`). */
  plusR: boolean;
  modrm: boolean;
  /** ModRM.reg as part of the opcode (`/0` .. `/7`), or -1. */
  digit: number;
  /** A whole fixed ModRM byte (`0F 01 F8`), or -1. */
  fixedModrm: number;
  /** ib iw iz iv cb cd, in order. */
  immediates: string[];
}

/** Opcodes of the 0F map whose third byte is a fixed ModRM byte when the row says so. */
const WITH_FIXED_MODRM = new Set([0x01, 0xae, 0x1e]);
const PREFIXES: Readonly<Record<string, number>> = { '66': 0x66, F2: 0xf2, F3: 0xf3 };

/** `VEX.LZ.F2.0F38`: mandatory prefix and map. SDM Vol. 2A, "Instruction Column in the Instruction Summary Table (VEX)". */
function parseVex(encoding: Encoding, word: string): void {
  encoding.vex = true;
  for (const part of word.split('.').slice(1)) {
    if (part in PREFIXES) encoding.prefix = PREFIXES[part];
    else if (part.startsWith('0F')) encoding.map = part === '0F38' ? 2 : part === '0F3A' ? 3 : 1;
    else assert(part === 'LZ', `unknown in VEX: ${part}`);
  }
}

export function parseEncoding(row: Row): Encoding {
  const encoding: Encoding = { prefix: 0, noPrefix: false, vex: false, rexW: false, map: 0, opcode: -1, plusR: false, modrm: false, digit: -1, fixedModrm: -1,
    immediates: [] };
  const words = row.encoding.split(' ');
  const bytes: string[] = [];
  for (const word of words) {
    if (word === 'REX.W') encoding.rexW = true;
    else if (word === 'NP') encoding.noPrefix = true;
    else if (word.startsWith('VEX.')) parseVex(encoding, word);
    else if (word === '/r') encoding.modrm = true;
    else if (/^\/[0-7]$/.test(word)) {
      encoding.modrm = true;
      encoding.digit = Number(word[1]);
    } else if (/^[ic][bwdzv]$/.test(word)) encoding.immediates.push(word);
    else bytes.push(word);
  }
  let at = 0;
  const byte = (text: string): number => parseInt(text.slice(0, 2), 16);
  if (bytes.length > 1 && bytes[0]! in PREFIXES) encoding.prefix = byte(bytes[at++]!);
  if (bytes[at] === '0F' && bytes.length > at + 1) {
    encoding.map = 1;
    at++;
    if (bytes[at] === '38' || bytes[at] === '3A') encoding.map = bytes[at++] === '38' ? 2 : 3;
  }
  const opcode = bytes[at++];
  assert(opcode, `row without an opcode: ${row.encoding}`);
  encoding.opcode = byte(opcode);
  encoding.plusR = opcode.endsWith('+r');
  const last = bytes[at];
  if (last?.endsWith('+i')) {
    // x87: ST(i) in the low bits of a ModRM byte, whose reg field belongs to the opcode.
    encoding.modrm = true;
    encoding.digit = (byte(last) >> 3) & 7;
  } else if (last) {
    assert((encoding.map === 0 && encoding.opcode >> 3 === 0x1b) || (encoding.map === 1 && WITH_FIXED_MODRM.has(encoding.opcode)),
      `row with too many bytes: ${row.encoding}`);
    encoding.fixedModrm = byte(last);
  }
  return encoding;
}
