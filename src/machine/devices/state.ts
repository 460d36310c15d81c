/**
 * What a device's state may hold, so that a snapshot keeps it and the hash sees it: finite numbers, strings, booleans, null, plain
 * objects and arrays, and the typed arrays named here. Each value once: a copy would make two of one that is held twice.
 */
import { assert } from '../../base/assert.ts';

const ARRAYS = [Uint8Array, Uint16Array, Uint32Array, Int32Array] as const;
type Words = InstanceType<(typeof ARRAYS)[number]>;

/** Exactly one of these: a subclass (Node's Buffer) may copy otherwise. */
export function isWords(value: object): value is Words {
  return ARRAYS.some(({ prototype }) => Object.getPrototypeOf(value) === prototype);
}

function isPlain(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype || Object.getOwnPropertySymbols(value).length > 0) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).every((one) => 'value' in one && one.enumerable);
}

/** A deep copy. Whatever could not be copied faithfully is a bug of the device, told by device and field. */
export function cloneState<T extends object>(device: string, state: T): T {
  const seen = new Set<object>();
  const copy = (value: unknown, field: string): unknown => {
    const told = (problem: string): string => `device ${device}: ${field} ${problem}`;
    if (typeof value === 'number') assert(Number.isFinite(value), told(`is ${value}, which a hash cannot tell from null`));
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    assert(typeof value === 'object', told(`is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}, which a snapshot cannot keep`));
    assert(!seen.has(value), told('is held twice: a snapshot would make two of it'));
    seen.add(value);
    if (isWords(value)) return value.slice();
    if (Array.isArray(value)) return Array.from(value, (one, n) => copy(one, `${field}[${n}]`));
    assert(isPlain(value), told(`is a ${value.constructor?.name ?? 'thing without prototype'}, which a snapshot cannot keep`));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one, `${field}.${key}`)]));
  };
  return copy(state, 'state') as T;
}
