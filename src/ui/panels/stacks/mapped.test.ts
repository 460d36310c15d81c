import { expect, it } from 'vitest';
import type { VirtAddr } from '../../../base/units.ts';
import type { Slot, StackReport } from '../../../link/reports.ts';
import { nothingMapped } from './mapped.ts';

const slot = (addr: bigint, value?: bigint): Slot => ({ addr: addr as VirtAddr, kind: 'unknown', label: '', ...(value === undefined ? {} : { value }) });
const stack = (...rows: StackReport['rows']): StackReport =>
  ({ kind: 'user', name: 'user', low: 0n as VirtAddr, high: 4096n as VirtAddr, usedBytes: 0, inUse: true, frames: [], rows });
const free = { addr: 64n as VirtAddr, count: 8, kind: 'free', label: '' } as const;

it('says that no stack is mapped where not one byte of them can be read', () => {
  expect(nothingMapped([stack(slot(8n), free), stack(slot(16n))])).toBe(true);
  // A page of a stack that has not come yet is in order.
  expect(nothingMapped([stack(slot(8n), slot(16n)), stack(slot(24n, 0n))])).toBe(false);
  expect(nothingMapped([stack(free)])).toBe(false);
});
