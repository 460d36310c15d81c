/** A system call as text, after the columns of syscall_64.tbl and the constants of the kernel's headers. */
import { describe, expect, it } from 'vitest';
import type { PathNode } from '../link/reports.ts';
import type { Machine } from '../machine/machine.ts';
import { syscallRows } from '../toolchain/syscall-table.ts';
import { guestSources } from './sources.ts';
import { graphRows } from './trace-rows.ts';
import { callText } from './trace-text.ts';

describe('a function graph', () => {
  const node = (id: number, parent: number | null, cycles: number, cpu: number): PathNode => ({ id, parent, cycles, cpu, name: `f${id}`, domain: 'kernel',
    ring: 0, instructions: 1, firstTick: id, lastTick: id, depth: 0, current: false, reached: true, via: 'call' });

  it('adds to each function what it called, and says on which CPU it was', () => {
    const call = { index: 0, name: 'read', nr: 0, text: 'read()', task: { pid: 7, comm: 'a' }, cpu: 1, tick: 0 };
    const rows = graphRows({ call, nodes: [node(0, null, 1, 1), node(1, 0, 10, 1), node(2, 1, 100, 2), node(3, 0, 1000, 2)] });
    expect(rows.map(({ text, cpu }) => `${cpu} ${text.trim()}`)).toEqual(['1 |  f0() {', '1 |    f1() {', '2 100 cyc |      f2();', '1 110 cyc |    } /* f1 */',
      '2 1000 cyc |    f3();', '1 1111 cyc |  } /* f0 */']);
  });
});

describe('arguments by their kind', () => {
  const rows = syscallRows(guestSources());
  /** Nothing is mapped. */
  const machine = { peek: () => undefined } as unknown as Machine;
  const text = (name: string, ...args: bigint[]): string => callText(machine, rows.find((row) => row.name === name), 0, args);

  it.each([
    [text('open', 0n, 0o101n, 0o644n), 'open(NULL, O_WRONLY|O_CREAT, 0644)'],
    [text('open', 0n, 0n, 0n), 'open(NULL, O_RDONLY, 00)'],
    [text('mmap', 0n, 4096n, 3n, 0x22n, -1n, 0n), 'mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, NULL)'],
    [text('mmap', 0n, 4096n, 0n, 0x4000_0002n, -1n, 0n), 'mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE|0x40000000, -1, NULL)'],
    [text('clock_gettime', 1n, 0n), 'clock_gettime(CLOCK_MONOTONIC, NULL)'],
    [text('clock_gettime', 99n, 0n), 'clock_gettime(99, NULL)'],
  ])('%s', (is, wanted) => expect(is).toBe(wanted));

  it('a time that is pointed to, as far as it can be read', () => {
    const at = 0x1000n, words = new Map([[at, 1n], [at + 8n, 5n], [0x2000n, 3n]]);
    const reads = { peekNumber: (where: bigint) => words.get(where) } as unknown as Machine, row = rows.find(({ name }) => name === 'nanosleep');
    expect([at, 0x2000n, 0n].map((request) => callText(reads, row, 35, [request, 0n]))).toEqual(['nanosleep({tv_sec=1, tv_nsec=5}, NULL)',
      'nanosleep(0x2000, NULL)', 'nanosleep(NULL, NULL)']);
  });

  it('every set that a column names is there', () => {
    for (const { name, args, sets } of rows) for (const column of args) {
      const [, kind, set] = column.split(':');
      if (kind === 'flags' || kind === 'one') expect(sets.get(set)?.length, `${name} ${column}`).toBeGreaterThan(2);
    }
  });
});
