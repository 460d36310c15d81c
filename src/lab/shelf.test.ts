import { describe, expect, it } from 'vitest';
import { KIND, type Names } from '../link/events.ts';
import type { SyscallReport } from '../link/reports.ts';
import { CallColumns, EventColumns } from './columns.ts';
import { begun, endedInts, endedNumbers, grown } from './shelf.ts';

const names: Names = { softirq: String, call: (nr) => `syscall ${nr}`, result: (_nr, value) => String(value), vector: (_kind, vector) => `vector ${vector}`,
  signal: (sig) => `signal ${sig}` };

const call = (index: number, text = `call ${index}`): SyscallReport => ({ index, name: 'syscall 1', nr: 1, text, task: { pid: 2, comm: 'a' }, cpu: 0, cs: 51,
  tick: index, endTick: index + 1, ret: BigInt(index), instructions: 10, cycles: 7, net: 7 });

describe('columns that came to their end', () => {
  it('keep what they hold, whatever ends behind them', () => {
    const kept: { column: Int32Array | Float64Array; first: number }[] = [];
    // Short and long ones, of both kinds, over many shelves.
    for (let n = 0; n < 300; n++) {
      const length = (n * 37) % 1000, first = 1000 * n, isWide = n % 3 === 0;
      const begin = isWide ? new Float64Array(begun()) : new Int32Array(begun());
      const column = begin.length >= length ? begin : new Float64Array(grown(begin, 8 * length));
      for (let k = 0; k < length; k++) column[k] = first + k;
      kept.push({ column: column instanceof Float64Array ? endedNumbers(column, length) : endedInts(column, length), first });
      expect(kept[n].column.length).toBe(length);
    }
    for (const { column, first } of kept) expect([...column]).toEqual(Array.from(column, (_, k) => first + k));
  });

  it('one that takes much stands by itself and as it is', () => {
    const column = new Int32Array(grown(new Int32Array(begun()), 400_000)).map((_, n) => n), { buffer } = endedInts(column, 100_000);
    expect(buffer.byteLength).toBe(400_000);
    expect([...new Int32Array(buffer)]).toEqual(Array.from({ length: 100_000 }, (_, n) => n));
  });

  it('one that grows all the same takes only its own along', () => {
    const before = endedInts(new Int32Array(begun()).fill(1), 3), column = endedInts(new Int32Array(begun()).fill(2), 5), behind = endedInts(
      new Int32Array(begun()).fill(3), 7), more = new Int32Array(grown(column, 40)).fill(4, 5, 10);
    expect([...more.subarray(0, 10)]).toEqual([2, 2, 2, 2, 2, 4, 4, 4, 4, 4]);
    expect([...before, ...column, ...behind]).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3]);
    // Nothing is too little to grow.
    expect(grown(endedInts(new Int32Array(begun()), 0), 40).byteLength).toBeGreaterThanOrEqual(40);
  });

  it('a call that returns when its page is over changes no other page', () => {
    const pages = [0, 100, 200].map((first) => new CallColumns(first, names));
    const open = pages.map((page, n) => {
      for (let k = 0; k < 3; k++) page.close(page.open(call(100 * n + k)), 100 * n + k, 0);
      return page.open(call(100 * n + 3));
    });
    for (const page of pages) page.seal();
    pages.forEach((page, n) => page.close(open[n], 100 * n + 3, 0));
    pages.forEach((page, n) => expect([...page]).toEqual([0, 1, 2, 3].map((k) => call(100 * n + k))));
  });

  it('a page ends once', () => {
    const events = new EventColumns(0, 0, names), calls = new CallColumns(0, names);
    for (const columns of [events, calls]) {
      columns.seal();
      expect(() => columns.seal()).toThrow('a page ends once');
    }
  });

  it('say what they hold, not what room there is', () => {
    const events = new EventColumns(0, 0, names);
    events.add(1, KIND['ring-change'], 0, 2);
    for (const field of [3, 0, 0]) events.int(field);
    events.seal();
    expect(events.bytes).toBe(4 * (2 + 5));
  });
});
