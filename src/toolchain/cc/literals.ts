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
    if (/^([0-9]*\.[0-9]*|[0-9]+)([eE][+-]?[0-9]+)?[fFlL]?$/.test(text)) return 'floating point is not supported: the kernel never uses it, and neither can this compiler';
    return `\`${text}\` is not a number`;
  }
  const [, digits, suffix] = m as unknown[] as [string, string, string];
  const s = suffix.toLowerCase();
  if (!/^(u|l|ll|ul|ull|lu|llu)?$/.test(s)) return `\`${suffix}\` is not a suffix of a number; u, l, ul, ll and ull are`;
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

const SIMPLE: Record<string, number> = { n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7, e: 27, '\\': 92, "'": 39, '"': 34, '?': 63 };
const encoder = { encode: utf8 };

/** The bytes between the quotes of a string literal, without a terminator. */
export function decodeString(spelling: string): number[] {
  const out: number[] = [];
  const text = spelling.slice(1, -1);
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c !== '\\') {
      if (text.charCodeAt(i) < 128) out.push(text.charCodeAt(i));
      else {
        const point = text.codePointAt(i)!;
        out.push(...encoder.encode(point));
        if (point > 0xffff) i++;
      }
      continue;
    }
    const e = text[++i] ?? '\\';
    if (e in SIMPLE) out.push(SIMPLE[e]!);
    else if (e === 'x') {
      let n = 0;
      while (/[0-9a-fA-F]/.test(text[i + 1] ?? '')) n = (n * 16 + parseInt(text[++i]!, 16)) & 0xff;
      out.push(n);
    } else if (e >= '0' && e <= '7') {
      let n = 0;
      for (let k = 0; k < 3 && text[i]! >= '0' && text[i]! <= '7'; k++) n = n * 8 + Number(text[i++]);
      i--;
      out.push(n & 0xff);
    } else out.push(e.charCodeAt(0));
  }
  return out;
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
