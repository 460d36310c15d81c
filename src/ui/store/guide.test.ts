import { describe, expect, it } from 'vitest';
import type { EventReport } from '../../link/reports.ts';
import { deedAt, whereRead } from './guide.ts';

const events = (...all: [tick: number, kind: EventReport['kind']][]): EventReport[] =>
  all.map(([tick, kind], index) => ({ index, tick, kind, cpu: 0, pid: 1, text: `${kind} at ${tick}`, fields: {} }));

describe('what there is to do', () => {
  it('is to type while the machine waits for it, and nothing of the kind where no line can wake it', () => {
    const at = (more: { stuck?: true; interruptible?: true } = {}) => deedAt({ phase: 'stopped', stop: { kind: 'idle', tick: 9, message: '', ...more },
      status: { tick: 9, live: 9 }, scenario: { sample: '' } } as Parameters<typeof deedAt>[0], false, null);
    expect(at()).toEqual({ kind: 'type', waits: true });
    expect(at({ stuck: true })).toEqual({ kind: 'command', id: 'boundary-back' });
    expect(at({ interruptible: true })).toEqual({ kind: 'command', id: 'boundary-back' });
  });

  it('is never to type where the client asks by itself', () => {
    const at = (kind: 'idle' | 'step') => deedAt({ phase: 'stopped', stop: { kind, tick: 9, message: '' }, status: { tick: 9, live: 9 },
      scenario: { sample: 'x', load: { connections: 4 } } } as unknown as Parameters<typeof deedAt>[0], false, null);
    expect(at('idle')).toEqual({ kind: 'command', id: 'boundary-back' });
    expect(at('step')).toEqual({ kind: 'command', id: 'boundary' });
  });
});

describe('where what was typed was read', () => {
  it('is the result of the call of whoever was woken for it, not of one that was on its way', () => {
    const found = whereRead(events([5, 'syscall-exit'], [10, 'console-input'], [10, 'interrupt'], [12, 'syscall-exit'], [15, 'wake-up'], [20, 'syscall-exit'],
      [30, 'syscall-exit']), 8);
    expect(found).toEqual({ tick: 20, text: 'syscall-exit at 20' });
  });

  it('is the interrupt that took it in where nobody waited', () => {
    expect(whereRead(events([10, 'console-input'], [11, 'interrupt'], [20, 'syscall-exit']), 8)?.tick).toBe(11);
  });

  it('is nowhere before it has arrived', () => {
    expect(whereRead(events([4, 'console-input'], [5, 'interrupt']), 8)).toBeNull();
  });
});
