/** What is packed comes back, and what several objects say is there once. */
import { expect, it } from 'vitest';
import type { DebugType } from '../formats/debug-info.ts';
import type { ObjectFile } from './object.ts';
import { packObjects, unpackObjects } from './packed-objects.ts';

const int: DebugType = { kind: 'int', name: 'int', size: 4, signed: true };
const pointer = (to: number): DebugType => ({ kind: 'pointer', to });
/** A list: round about it refers to itself. */
const node = (next: number, value: number): DebugType => ({ kind: 'struct', name: 'node', size: 16,
  fields: [{ name: 'next', type: next, offset: 0 }, { name: 'value', type: value, offset: 8 }] });

const object = (file: string, types: DebugType[], symbols: string[] = []): ObjectFile => ({ file, symbols: [],
  sections: [{ name: '.text', flags: 'ax', nobits: false, align: 16, bytes: new Uint8Array(8), size: 8,
    relocations: symbols.map((symbol, n) => ({ offset: n, type: 'R_X86_64_PC32', symbol, addend: -4n })) }],
  debug: { types, functions: [], lines: [], tracepoints: [], globals: [] } });

it.each([
  ['nothing', []],
  ['the same list in another order', [object('a.c', [int, node(2, 0), pointer(1)]), object('b.c', [pointer(2), int, node(0, 1)])]],
  ['lists that differ at their far end', [object('a.c', [int, node(2, 0), pointer(1)]),
    object('b.c', [{ ...int, signed: false }, node(2, 0), pointer(1)])]],
  ['the same type twice in one object, each referred to', [object('a.c', [int, int, pointer(0), pointer(1), pointer(0)]), object('b.c', [int, pointer(0)])]],
  ['the one of two that is referred to here, the other there', [object('a.c', [int, int, pointer(1)]), object('b.c', [int, int, pointer(0)])]],
  ['an enum', [object('a.c', [{ kind: 'enum', name: 'far', size: 8, values: [{ name: 'FAR', value: 1n << 63n }] }])]],
  ['relocations to the same symbol and to another', [object('a.c', [], ['printf', 'exit', 'printf']), object('b.c', [], ['exit'])]],
])('%s', (_what, objects) => {
  expect(unpackObjects(packObjects(objects))).toEqual(objects);
});

it('types that two objects have are there once', () => {
  const fields = Array.from({ length: 100 }, (_, n) => ({ name: `field_${n}`, type: 0, offset: 7 * n * n }));
  const types: DebugType[] = [int, { kind: 'struct', name: 'large', size: 100_000, fields }, pointer(1)];
  const one = packObjects([object('a.c', types)]).length, two = packObjects([object('a.c', types), object('b.c', types)]).length;
  expect(two - one).toBeLessThan(one / 10);
});
