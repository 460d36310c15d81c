import { describe, expect, it } from 'vitest';
import { openGuest } from './testing.ts';
import type { Lab } from './lab.ts';

/** The record of the same stretch of a program, each note taken in at once or whenever there is no more room. */
function recorded(app: string, atOnce: boolean): { lab: Lab; record: unknown } {
  const lab = openGuest({ app, args: ['2000000000'] }), { history, tracer, machine } = lab;
  const run = (): unknown => {
    history.forward(7_000_000);
    // What runs now is soon translated.
    Object.assign(machine.cpu.translator!, { hot: 20, patience: 0 });
    return history.forward(7_250_000);
  };
  if (atOnce) tracer.observe({ event: () => undefined }, run);
  else run();
  const { record } = tracer;
  return { lab, record: { events: record.events, calls: record.syscalls, counts: record.state.counts, open: record.state.open, on: record.state.on } };
}

describe('notes', () => {
  it.each(['getppid-loop', 'switches'])('%s: one record, however soon they are read', (app) => {
    const wanted = recorded(app, true), found = recorded(app, false);
    expect(found.record).toEqual(wanted.record);
    expect(found.lab.machine.hash()).toBe(wanted.lab.machine.hash());
    // There is something to note in it.
    expect(found.lab.tracer.record.total('ring-change') + found.lab.tracer.record.total('stack-switch')).toBeGreaterThan(100);
  }, 240_000);

  it('are what a system call of a hot loop comes to: nobody is told at once', () => {
    const { machine, history, tracer } = recorded('getppid-loop', false).lab, hooks = tracer.hooks();
    let told = 0;
    machine.hooks = { ...hooks, probe: (cpu, n) => {
      told++;
      hooks.probe?.(cpu, n);
    } };
    const before = tracer.record.total('syscall-entry');
    history.forward(7_500_000);
    expect(tracer.record.total('syscall-entry') - before).toBeGreaterThan(1000);
    expect(told).toBeLessThan(100);
  }, 240_000);
});
