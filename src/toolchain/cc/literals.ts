/**
 * Values of integer, character and string literals. C11 (N1570), 6.4.4 and 6.4.5.
 */
export interface IntegerLiteral {
  value: bigint;
  unsigned: boolean;
  /** 0: none, 1: l, 2: ll. */
  long: number;
  decimal: boolean;
}

/** A string says what is wrong. */
export function parseInteger(text: string): IntegerLiteral | string {
  const m = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uUlL]*)$/.exec(text);
  if (!m) {
    if (/^([0-9]*\.[0-9]*|[0-9]+)([eE][+-]?[0-9]+)?[fFlL]?$/.test(text))
      return 'floating point is not supported: the kernel never uses it, and neither can this compiler';
    return `\`${text}\` is not a number`;
  }
  const [, digits, suffix] = m as unknown[] as [string, string, string];
  const s = suffix.toLowerCase();
  if (!/^(u|l|ll|ul|ull|lu|llu)?$/.test(s) || /lL|Ll/.test(suffix)) return `\`${suffix}\` is not a suffix of a number; u, l, ul, ll and ull are`;
  let value: bigint;
  let decimal = false;
  if (/^0[xXbB]/.test(digits)) value = BigInt(digits);
  else if (digits.length > 1 && digits.startsWith('0')) {
    if (/[89]/.test(digits)) return `\`${text}\` starts with 0, so it is octal, where 8 and 9 are no digits`;
    value = BigInt(`0o${digits.slice(1)}`);
  } else {
    value = BigInt(digits);
    decimal = true;
  }
  if (value > 0xffff_ffff_ffff_ffffn) return `${text} does not fit into 64 bits`;
  return { value, unsigned: s.includes('u'), long: s.includes('ll') ? 2 : s.includes('l') ? 1 : 0, decimal };
}

const SIMPLE: Record<string, number> = { n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7, e: 27, E: 27, '\\': 92, "'": 39, '"': 34, '?': 63 };

/**
 * A byte of the source that is no UTF-8 stands in its text as this plus the byte: in a literal it stays that byte.
 * (These are halves of surrogate pairs, which no UTF-8 gives.)
 */
const RAW_BYTE = 0xdc00;

/** The text of a source file. */
export function sourceText(bytes: Uint8Array): string {
  const plain = new TextDecoder().decode(bytes);
  if (!plain.includes('\ufffd')) return plain;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const point = length === 1 ? lead : bytes.subarray(at + 1, at + length).reduce((n, b) => (n << 6) | (b & 63), lead & (0x7f >> length));
    const isUtf8 = length === 1 || (point < 0x11_0000 && (point < 0xd800 || point > 0xdfff) && utf8(point).every((b, i) => b === bytes[at + i]));
    parts.push(isUtf8 ? String.fromCodePoint(point) : String.fromCharCode(RAW_BYTE + lead));
    at += isUtf8 ? length : 1;
  }
  return parts.join('');
}

const ESCAPE = /\\(?:x([0-9a-fA-F]*)|([0-7]{1,3})|u([0-9a-fA-F]{0,4})|U([0-9a-fA-F]{0,8})|([^]?))/g;

/** The bytes between the quotes of a string literal, without a terminator. */
export function decodeString(spelling: string): number[] {
  const out: number[] = [];
  const text = spelling.slice(1, -1);
  let from = 0;
  const plain = (to: number): void => {
    for (let i = from; i < to; i++) {
      const point = text.codePointAt(i)!;
      if (point > 0xffff) i++;
      if (point < 0x80) out.push(point);
      else if (point >= RAW_BYTE + 0x80 && point <= RAW_BYTE + 0xff) out.push(point - RAW_BYTE);
      else out.push(...utf8(point));
    }
  };
  if (text.includes('\\')) {
    for (const { 0: found, index, 1: hex, 2: octal, 3: short, 4: long, 5: other } of text.matchAll(ESCAPE)) {
      plain(index);
      from = index + found.length;
      if (hex !== undefined) out.push(parseInt(hex.slice(-2) || '0', 16));
      else if (octal !== undefined) out.push(parseInt(octal, 8) & 0xff);
      else if (short !== undefined || long !== undefined) out.push(...utf8(parseInt((short ?? long) || '0', 16)));
      else if (other! in SIMPLE) out.push(SIMPLE[other!]!);
      else from = index + 1;
    }
  }
  plain(text.length);
  return out;
}

interface BadEscape {
  at: number;
  length: number;
  severity: 'error' | 'warning';
  message: string;
}

/** What is wrong with the escape sequences of a literal, or with its length. */
export function badEscape(spelling: string): BadEscape | null {
  if (spelling === "''") return { at: 0, length: 2, severity: 'error', message: 'a character constant needs a character' };
  if (!spelling.includes('\\')) return null;
  for (const { 0: found, index, 1: hex, 2: octal, 3: short, 4: long, 5: other } of spelling.slice(0, -1).matchAll(ESCAPE)) {
    const bad = (message: string, severity: 'error' | 'warning' = 'error'): BadEscape => ({ at: index, length: found.length, severity, message });
    if (hex === '') return bad('\\x needs hexadecimal digits');
    if ((hex !== undefined && hex.replace(/^0+/, '').length > 2) || (octal !== undefined && parseInt(octal, 8) > 255))
      return bad(`${found} does not fit into a byte`, 'warning');
    if ((short !== undefined && short.length < 4) || (long !== undefined && long.length < 8))
      return bad(`${found.slice(0, 2)} needs ${short === undefined ? 8 : 4} hexadecimal digits`);
    const name = short ?? long;
    if (name !== undefined) {
      const point = parseInt(name, 16);
      if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff) || (point < 0xa0 && point !== 0x24 && point !== 0x40 && point !== 0x60))
        return bad(`${found} is no universal character name`);
    }
    if (other !== undefined && !(other in SIMPLE)) return bad(`${found} is no escape sequence`, 'warning');
  }
  return null;
}

function utf8(point: number): number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 63)];
  if (point < 0x10000) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
}

/** The int value of 'x'; several characters are combined as gcc does. char is signed. */
export function decodeCharacter(spelling: string): number {
  const bytes = decodeString(spelling);
  if (bytes.length === 1) return (bytes[0]! << 24) >> 24;
  let n = 0;
  for (const b of bytes) n = (n << 8) | b;
  return n;
}
