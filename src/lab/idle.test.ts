/** What is said of a machine that has nothing to do, held against what it does when something comes in. */
import { expect, it } from 'vitest';
import type { Lab } from './lab.ts';
import { openGuest, type GuestRunOptions } from './testing.ts';

const CASES: [string, GuestRunOptions, boolean, RegExp][] = [
  ['a program that reads', { app: 'console-echo' }, true,
    /^Idle: nothing runs, and nothing that is pending will wake it\. It waits for input: console-echo \d+ waits in read\(0, 0x[0-9a-f]+, \d+\)\.$/],
  ['a program that reads, in ring 0', { app: 'console-echo', config: 'ukl' }, true, /It waits for input: UKL \d+ waits in read\(0, /],
  ['a sleep whose timer was lost', { app: 'big-frame', config: 'ukl' }, false,
    /^Idle for good: .* wakes nobody\. Interrupt \d+ is still in service on CPU 0, so none .* UKL \d+ waits in nanosleep\(/],
  ['a pause', { source: '#include "lib/sysdep.h"\nint main(void)\n{\n\treturn syscall0(__NR_pause);\n}\n' }, false, /^Idle for good.* \d+ waits in pause\(\)/],
];

it.each(CASES)('%s', async (_name, options, reads, says) => {
  const lab = openGuest(options), { stop } = await lab.finish(), seen = (one: Lab) => [one.tick, one.machine.hash(), one.tracer.record.events.length];
  expect(stop.kind).toBe('idle');
  expect(stop.message).toMatch(says);
  expect(stop.stuck).toBe(reads ? undefined : true);
  // Looking has changed nothing, and what is true is seen when somebody types.
  const there = seen(lab), wakes = lab.tracer.record.total('wake-up');
  expect((await lab.step('instruction', 'forward')).stop.message).toBe(stop.message);
  expect(seen(lab)).toEqual(there);
  lab.type('\n');
  await lab.finish();
  expect(lab.tracer.record.total('wake-up') > wakes).toBe(reads);
});
