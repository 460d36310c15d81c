/** What is said of a machine that has nothing to do, held against what it does when something comes in. */
import { expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { openGuest, type GuestRunOptions } from './testing.ts';

const pauses = (...before: string[]): string => ['#include <signal.h>', '#include "lib/sysdep.h"', 'static void minds(int sig)', '{', '\t(void)sig;', '}',
  'int main(void)', '{', '\t(void)minds;', ...before, '\tfor (;;)', '\t\tsyscall0(__NR_pause);', '}', ''].join('\n');

const CASES: [string, GuestRunOptions, by: 'line' | 'Ctrl-C' | 'nothing', RegExp][] = [
  ['a program that reads', { app: 'console-echo' }, 'line',
    /^Idle: nothing runs, and nothing that is pending will wake it\. It waits for input: console-echo \d+ waits in read\(0, 0x[0-9a-f]+, \d+\)\.$/],
  ['a program that reads, in ring 0', { app: 'console-echo', config: 'ukl' }, 'line', /It waits for input: UKL \d+ waits in read\(0, /],
  ['a sleep whose timer was lost', { app: 'big-frame', config: 'ukl' }, 'nothing',
    /^Idle for good: .* wakes nobody, and Ctrl-C does not either\. Interrupt \d+ is still in service on CPU 0, so none .* UKL \d+ waits in nanosleep\(/],
  ['a pause', { source: pauses() }, 'Ctrl-C',
    /^Idle: nothing .*, and a line that is typed wakes nobody\. Ctrl-C on the console would end this: program \d+ waits in pause\(\)\.$/],
  ['a pause of a program that has a handler', { source: pauses('\tsignal(SIGINT, minds);') }, 'Ctrl-C',
    /wakes nobody\. Ctrl-C on the console would wake this: program \d+ waits in pause\(\)\.$/],
  ['a pause of a program that ignores it', { source: pauses('\tsignal(SIGINT, SIG_IGN);') }, 'nothing',
    /^Idle for good: .*Ctrl-C does not either\. program \d+ waits in pause\(\), init 1 waits in wait4\(/],
];

it.each(CASES)('%s', async (_name, options, by, says) => {
  const lab = openGuest(options), { stop } = await lab.finish(), seen = (one: Lab) => [one.tick, one.machine.hash(), one.tracer.record.events.length];
  expect(stop.kind).toBe('idle');
  expect(stop.message).toMatch(says);
  expect([stop.stuck, stop.interruptible]).toEqual([by === 'nothing' || undefined, by === 'Ctrl-C' || undefined]);
  // Looking has changed nothing, and what is true is seen when somebody types.
  const there = seen(lab), wakes = lab.tracer.record.total('wake-up');
  expect((await lab.step('instruction', 'forward')).stop.message).toBe(stop.message);
  expect(seen(lab)).toEqual(there);
  lab.type('\n');
  await lab.finish();
  expect(lab.tracer.record.total('wake-up') > wakes).toBe(by === 'line');
  if (by === 'line') return;
  const ends = lab.tracer.record.total('exit');
  lab.type('\x03');
  await lab.finish();
  expect(lab.tracer.record.total('wake-up') > wakes).toBe(by === 'Ctrl-C');
  expect(lab.tracer.record.total('exit') > ends).toBe(/would end/.test(stop.message));
});
