import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from './pack.ts';

const again = (value: unknown): unknown => unpack(pack(value));

describe('packed data', () => {
  it.each([
    [0], [-1], [2 ** 31], [-(2 ** 31)], [2 ** 51], [Number.MAX_SAFE_INTEGER], [Number.MIN_SAFE_INTEGER], [0.5], [-0], [NaN], [Infinity],
    [0n], [-1n], [0xffff_ffff_8100_0000n], [-(1n << 63n)], [1n << 51n], [''], ['é\u{1f600}\0'], [undefined], [null], [true], [false],
    [[]], [{}], [new Uint8Array(0)], [new Uint8Array([1, 2, 255])],
  ])('%o comes back', (value) => {
    expect(again(value)).toStrictEqual(value);
  });

  it('numbers far apart, and back', () => {
    const numbers = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, 1, Number.MAX_SAFE_INTEGER];
    expect(again(numbers)).toStrictEqual(numbers);
  });

  it('rows of several shapes, with absent and undefined properties told apart', () => {
    const rows = [{ kind: 'reg', reg: 'rax' }, { kind: 'rbp', offset: -8 }, { kind: 'reg', reg: 'rbx' }, { section: undefined },
      { section: 3, names: ['a', 'b'] }, { section: null, names: [] }];
    expect(again(rows)).toStrictEqual(rows);
  });

  it('any plain data', () => {
    const bytes = fc.uint8Array().map((array) => new Uint8Array(array));
    const { plain } = fc.letrec((tie) => ({
      plain: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.maxSafeInteger(), fc.double(), fc.bigInt(), fc.string(), fc.boolean(),
        fc.constantFrom(undefined, null), bytes, fc.array(tie('plain')),
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'kind'), tie('plain'), { noNullPrototype: true })),
    }));
    fc.assert(fc.property(plain, (value) => {
      expect(again(value)).toStrictEqual(value);
    }), { numRuns: 500 });
  });

  it('cut short, it is refused', () => {
    const whole = pack([{ name: 'memcpy', value: 123456n }, { name: 'memset', value: 7n }]);
    for (let length = 0; length < whole.length; length++) expect(() => unpack(whole.slice(0, length))).toThrow();
  });
});
