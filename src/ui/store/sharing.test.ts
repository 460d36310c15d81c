import { describe, expect, it } from 'vitest';
import { share } from './sharing.ts';

describe('share', () => {
  it('keeps what says the same, at any depth', () => {
    const old = { rows: [{ addr: 8n, value: 1n }, { addr: 16n, value: 2n }], head: { name: 'user' } };
    const now = share(old, { rows: [{ addr: 8n, value: 1n }, { addr: 16n, value: 3n }], head: { name: 'user' } });
    expect(now).not.toBe(old);
    expect(now.rows[0]).toBe(old.rows[0]);
    expect(now.rows[1]).toEqual({ addr: 16n, value: 3n });
    expect(now.head).toBe(old.head);
    expect(share(old, structuredClone(old))).toBe(old);
  });

  it.each<[string, unknown, unknown]>([
    ['an added key', { a: 1 }, { a: 1, b: undefined }],
    ['a missing key', { a: 1, b: 2 }, { a: 1 }],
    ['a shorter list', [1, 2, 3], [1, 2]],
    ['a longer list', [1, 2], [1, 2, 3]],
    ['a list and an object', { a: [] }, { a: {} }],
    ['nothing', null, { a: 1 }],
    ['a bigint and a number', { a: 1n }, { a: 1 }],
  ])('tells %s', (_, old, now) => {
    expect(share(old, now)).toStrictEqual(now);
    expect(share(old, now)).not.toBe(old);
  });

  it('never looks into bytes', () => {
    const bytes = new Uint8Array([1]);
    expect(share({ bytes: new Uint8Array([1]) }, { bytes }).bytes).toBe(bytes);
  });
});
