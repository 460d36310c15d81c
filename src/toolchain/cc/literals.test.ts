import { describe, expect, it } from 'vitest';
import { decodeString, sourceText } from './literals.ts';

const text = (...bytes: number[]): string => sourceText(Uint8Array.from(bytes));

describe('the text of a source file', () => {
  it.each([
    ['UTF-8', [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]],
    ['Latin-1', [0xff, 0x78, 0xe9]],
    ['a sequence that is cut off', [0xe2, 0x82, 0x41, 0xf0, 0x9f, 0x98]],
    ['overlong and surrogate sequences', [0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80]],
    ['the replacement character itself', [0xef, 0xbf, 0xbd, 0xff]],
  ])('keeps %s as its bytes in a literal', (_, bytes) => {
    expect(decodeString(`"${text(...bytes)}"`)).toEqual(bytes);
  });

  it('is what it was where it is UTF-8', () => {
    expect(text(0x61, 0xc3, 0xa9)).toBe('a\u00e9');
  });
});

describe('escape sequences', () => {
  it.each([
    ['\\n\\t\\\\\\\"\\?\\e\\0', [10, 9, 92, 34, 63, 27, 0]],
    ['\\x41\\xffg\\x0123', [0x41, 0xff, 0x67, 0x23]],
    ['\\1\\12\\1234\\400', [1, 10, 0o123, 0x34, 0]],
    ['\\u00e9\\U0001F600', [0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80]],
  ])('%s', (spelling, bytes) => expect(decodeString(`"${spelling}"`)).toEqual(bytes));
});
