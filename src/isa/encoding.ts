/** The encoding column of a row, taken apart once: read by decoder and assembler. */
import { assert } from '../base/assert.ts';
import type { Row } from './row.ts';

/** Opcode maps: one byte, 0F, 0F 38, 0F 3A. */
export type OpcodeMap = 0 | 1 | 2 | 3;

export interface Encoding {
  /** Mandatory prefix (66, F2, F3), or 0. */
  prefix: number;
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

export function parseEncoding(row: Row): Encoding {
  const encoding: Encoding = { prefix: 0, rexW: false, map: 0, opcode: -1, plusR: false, modrm: false, digit: -1, fixedModrm: -1, immediates: [] };
  const words = row.encoding.split(' ');
  const bytes: string[] = [];
  for (const word of words) {
    if (word === 'REX.W') encoding.rexW = true;
    else if (word === '/r') encoding.modrm = true;
    else if (/^\/[0-7]$/.test(word)) {
      encoding.modrm = true;
      encoding.digit = Number(word[1]);
    } else if (/^[ic][bwdzv]$/.test(word)) encoding.immediates.push(word);
    else bytes.push(word);
  }
  let at = 0;
  const byte = (text: string): number => parseInt(text.slice(0, 2), 16);
  if (bytes.length > 1 && ['66', 'F2', 'F3'].includes(bytes[0]!)) encoding.prefix = byte(bytes[at++]!);
  if (bytes[at] === '0F' && bytes.length > at + 1) {
    encoding.map = 1;
    at++;
    if (bytes[at] === '38' || bytes[at] === '3A') encoding.map = bytes[at++] === '38' ? 2 : 3;
  }
  const opcode = bytes[at++];
  assert(opcode, `row without an opcode: ${row.encoding}`);
  encoding.opcode = byte(opcode);
  encoding.plusR = opcode.endsWith('+r');
  if (at < bytes.length) {
    assert(encoding.map === 1 && WITH_FIXED_MODRM.has(encoding.opcode), `row with too many bytes: ${row.encoding}`);
    encoding.fixedModrm = byte(bytes[at]!);
  }
  return encoding;
}
