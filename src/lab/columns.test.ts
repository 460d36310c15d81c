import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, EVENTS, KIND, type Names } from '../link/events.ts';
import type { SyscallReport } from '../link/reports.ts';
import { CallColumns, EventColumns, Texts } from './columns.ts';

const names: Names = { softirq: String, call: (nr) => (nr === 1 ? 'write' : `syscall ${nr}`), result: (_nr, value) => String(value),
  vector: (_kind, vector) => `vector ${vector}`, signal: (sig) => `signal ${sig}` };

describe('events as columns', () => {
  it('give back every kind of field, the extreme values too', () => {
    const columns = new EventColumns(1_000, 7, names);
    for (let n = 0; n < 3_000; n++) {
      columns.add(1_000 + n, KIND.interrupt, n % 3, n);
      columns.int(-1);
      columns.int(3);
      columns.word(0xffff_ffff_ffff_ffffn);
      columns.word(0n);
      columns.word(0x8000_0000_0000_0000n);
      columns.name(`stack ${n % 5}`);
      columns.maybeInt(n % 2 ? undefined : 0);
      columns.maybeWord(n % 2 ? 0n : undefined);
      columns.name('main+4');
    }
    columns.seal();
    expect(columns.report(2_999)).toEqual({ index: 3_006, tick: 3_999, kind: 'interrupt', cpu: 2, pid: 2_999, text: 'vector -1 at 0 in main+4',
      fields: { vector: -1, ring: 3, rip: 0xffff_ffff_ffff_ffffn, rsp: 0n, frame: 1n << 63n, stack: 'stack 4', cr2: 0n } });
    expect(columns.report(0).fields).toEqual({ vector: -1, ring: 3, rip: 0xffff_ffff_ffff_ffffn, rsp: 0n, frame: 1n << 63n, stack: 'stack 0', error: 0 });
    expect([columns.before(0), columns.before(1_001), columns.before(9_999), columns.cpu(5), columns.task(5)]).toEqual([0, 1, 3_000, 2, 5]);
  });

  it('ten million of them, with their system calls, take less than 400 MiB', () => {
    const events = 6_000, columns = new EventColumns(0, 0, names), calls = new CallColumns(0, names);
    // A system call that does nothing, as it is recorded: entry and exit, two changes of ring and of stack.
    for (let n = 0; n < events / 6; n++) {
      const report: SyscallReport = { index: n, name: 'write', nr: 1, text: 'write()', task: { pid: 2, comm: 'a' }, cpu: 0, cs: 51, tick: n * 140 };
      const row = calls.open(report);
      for (const kind of ['ring-change', 'stack-switch', 'syscall-entry', 'syscall-exit', 'stack-switch', 'ring-change'] as const) {
        columns.add(n * 140, KIND[kind], 0, 2);
        for (const how of Object.values(EVENTS[kind].fields)) {
          if (how === 'int') columns.int(n);
          else if (how === 'word' || how === 'long') columns.word(BigInt(n));
          else if (how !== 'call') columns.name('kernel');
        }
      }
      Object.assign(report, { endTick: n * 140 + 100, ret: 1n, instructions: 100, cycles: 70, net: 70 });
      calls.close(row, 1, 0);
    }
    columns.seal();
    calls.seal();
    expect(((columns.bytes + calls.bytes) / events) * 10_000_000).toBeLessThan(400 * 1024 * 1024);
  });

  it('make a system call numbers when it is over, and the same report of them', () => {
    const calls = new CallColumns(3, names);
    const report = (index: number): SyscallReport => ({ index, name: 'write', nr: 1, text: 'write(1, "a", 1) = -1 EPERM', task: { pid: 2, comm: 'hello' },
      cpu: 7, cs: 51, tick: 1e10, endTick: 1e10 + 1, ret: -1n, instructions: 10, cycles: 2.25, net: 1.75 });
    const over = report(3), never: SyscallReport = { index: 4, name: 'syscall 231', nr: 231, text: 'exit_group(0) = ?', task: { pid: 2, comm: 'hello' },
      cpu: 0, tick: 5, endTick: 9, returns: false }, open = report(5);
    for (const one of [over, never]) calls.close(calls.open(one), -1, -1);
    calls.open(open);
    expect([...calls]).toEqual([over, never, open]);
    expect(calls.report(0)).not.toBe(over);
    expect(calls.report(2)).toBe(open);
  });
});

describe('a system call that comes again and again', () => {
  const ROUNDS = 400, TICKS = 140;
  /** @param atOnce all but the first round are put in as what they are: the same again. */
  function recorded(atOnce: boolean): { events: EventColumns; calls: CallColumns; kinds: Float64Array } {
    const terms = new Texts(), events = new EventColumns(1_000, 5, names, terms), calls = new CallColumns(2, names);
    const kinds = new Float64Array(EVENT_KINDS.length);
    const add = (tick: number, kind: keyof typeof EVENTS, ...fields: number[]): void => {
      events.add(tick, KIND[kind], 1, 2);
      kinds[KIND[kind]]++;
      for (const field of fields) events.int(field);
    };
    for (let n = 0; n < (atOnce ? 1 : ROUNDS); n++) {
      const tick = 1_000 + TICKS * n;
      const report: SyscallReport = { index: 2 + n, name: 'write', nr: 1, text: 'write() = 7', task: { pid: 2, comm: 'a' }, cpu: 1, cs: 51, tick,
        endTick: tick + 90, ret: 7n, instructions: 90, cycles: 70.25, net: 70.25 };
      add(tick + 3, 'ring-change', 3, 0, terms.numberOf('syscall'));
      add(tick + 9, 'syscall-entry', 1, 30 + n, events.textNumber('write()'));
      add(tick + 50, 'syscall-exit', 1, 7, 0);
      calls.close(calls.open(report), 7, 0);
    }
    if (atOnce) {
      events.again(3, ROUNDS - 1, TICKS, kinds);
      calls.again(ROUNDS - 1, TICKS);
    }
    add(1_000 + TICKS * ROUNDS, 'syscall-entry', 1, 30 + ROUNDS, events.textNumber('write()'));
    return { events, calls, kinds };
  }

  it.each(['while it is recorded', 'when the page is over'])('reads as if each stood there, %s', (when) => {
    const known = recorded(false), made = recorded(true);
    if (when === 'when the page is over') for (const columns of [made.events, made.calls]) columns.seal();
    expect([...made.events]).toEqual([...known.events]);
    expect([...made.calls]).toEqual([...known.calls]);
    expect(made.kinds).toEqual(known.kinds);
    expect([...made.events.of(KIND['syscall-exit'], 1)]).toEqual([...known.events.of(KIND['syscall-exit'], 1)]);
    for (let tick = 1_000; tick < 1_000 + TICKS * (ROUNDS + 1); tick += 11) expect(made.events.before(tick)).toBe(known.events.before(tick));
  });

  it('takes next to no room', () => {
    const known = recorded(false), made = recorded(true), bytes = ({ events, calls }: typeof known): number => {
      events.seal();
      calls.seal();
      return events.bytes + calls.bytes;
    };
    expect(bytes(made)).toBeLessThan(bytes(known) / 40);
  });
});

describe('the table of events', () => {
  it('has a text for each, without a word that is missing', () => {
    for (const kind of EVENT_KINDS) {
      const terms = new Texts(), columns = new EventColumns(0, 0, names, terms);
      columns.add(0, KIND[kind], 0, 1);
      for (const how of Object.values(EVENTS[kind].fields)) {
        if (how === 'int' || how === 'int?') columns.int(1);
        else if (how === 'word' || how === 'long' || how === 'word?') columns.word(1n);
        else if (how === 'term') columns.int(terms.numberOf('term'));
        else if (how !== 'call') columns.name('text');
      }
      const { text, fields } = columns.report(0);
      expect(text).not.toMatch(/undefined|\[object/);
      expect(text).not.toBe('');
      expect(Object.keys(fields)).not.toContain('said');
    }
  });
});
