import { describe, expect, it } from 'vitest';
import { cloneState } from './state.ts';

describe('the state of a device', () => {
  it('is copied to the last word', () => {
    const state = {
      n: -1.5, text: 'a', on: true, none: null, list: [1, [2], { deep: 3 }],
      bytes: Uint8Array.of(1, 2), short: Uint16Array.of(65535), word: Uint32Array.of(7), lines: Int32Array.of(-1),
    };
    const copy = cloneState('dev', state);
    expect(copy).toEqual(state);
    for (const key of ['list', 'bytes', 'short', 'word', 'lines'] as const) {
      expect(copy[key]).not.toBe(state[key]);
      expect(Object.getPrototypeOf(copy[key])).toBe(Object.getPrototypeOf(state[key]));
    }
    copy.bytes[0] = 9;
    expect(state.bytes[0]).toBe(1);
  });

  const twice = [1];
  it.each([
    ['a Map', { table: new Map() }, 'device dev: state.table is a Map, which a snapshot cannot keep'],
    ['a Set, deep down', { a: [{ b: new Set() }] }, 'device dev: state.a[0].b is a Set'],
    ['floats', { f: new Float64Array(1) }, 'state.f is a Float64Array'],
    ['a Buffer, whose slice is no copy', { f: Buffer.from('x') }, 'state.f is a Buffer'],
    ['an instance', { when: new Date(0) }, 'state.when is a Date'],
    ['a function', { f: () => 1 }, 'state.f is a function'],
    ['a bigint', { n: 1n }, 'state.n is a bigint'],
    ['undefined', { n: undefined }, 'state.n is undefined'],
    ['a hole', { list: Array.from({ length: 2 }) }, 'state.list[0] is undefined'],
    ['NaN', { n: NaN }, 'state.n is NaN'],
    ['infinity', { n: [-Infinity] }, 'state.n[0] is -Infinity'],
    ['a getter', { get n() { return 1; } }, 'state is a Object'],
    ['one thing twice', { a: twice, b: twice }, 'state.b is held twice'],
  ])('may not hold %s', (_what, state, words) => {
    expect(() => cloneState('dev', state)).toThrow(words);
  });
});
