import { beforeAll, describe, expect, it } from 'vitest';
import type { CallCosts, RunCosts } from '../link/comparison.ts';
import { runCosts } from './call-costs.ts';
import { type GuestRun, runGuest } from './testing.ts';

/** A write of a buffer from the stack, twice the same, and one that fails before anything is copied. */
const PROGRAM = `#include <unistd.h>
int main(void)
{
	char text[300] = "one line\\n";

	write(1, text, 9);
	write(1, text, 300);
	write(77, text, 300);
	return 0;
}
`;

describe('costs of system calls', () => {
  let run: GuestRun, costs: RunCosts;
  const writes = (): CallCosts[] => costs.calls.filter(({ name }) => name === 'write');
  beforeAll(async () => {
    run = await runGuest({ source: PROGRAM });
    run.lab.seek(run.calls('write')[0].tick + 5);
    const before = [run.lab.tick, run.lab.machine.hash()];
    costs = runCosts(run.lab);
    expect([run.lab.tick, run.lab.machine.hash()], 'counting leaves the machine where it is').toEqual(before);
  }, 60_000);

  it('are those of the record', () => {
    expect(writes().map(({ costs: { instructions, rings } }) => [instructions, rings])).toEqual(run.calls('write').map((call) => [call.instructions, 2]));
    expect(costs.output.startsWith('one line\r\n')).toBe(true);
    expect(costs.walked).toBe(costs.calls.length);
  });

  it('bytes are those that string moves of the kernel moved', () => {
    expect(writes().map(({ costs: { copied } }) => copied)).toEqual([9, 300, 0]);
  });

  it('a stack is as deep as RSP was low: held against every single step', () => {
    const { lab } = run, [, , failing] = run.calls('write');
    lab.seek(failing.tick);
    const rspOf = (): bigint => lab.machine.registers().gpr[4], start = rspOf();
    let user = start, kernel: bigint | undefined, top = 0n;
    for (let tick = failing.tick; tick < (failing.endTick ?? 0); tick++) {
      lab.seek(tick);
      const rsp = rspOf();
      if (rsp >> 63n === 0n) {
        if (rsp < user) user = rsp;
        continue;
      }
      const region = lab.tracer.regionOf(rsp);
      if (region?.kind === 'kernel') top = region.high;
      if (region?.kind === 'kernel' && (kernel === undefined || rsp < kernel)) kernel = rsp;
    }
    const { depth = 0 } = writes()[2].costs, least = Number(start - user + top - (kernel ?? 0n));
    // Entry code borrows some words of its own stack.
    expect(depth).toBeGreaterThanOrEqual(least);
    expect(depth).toBeLessThanOrEqual(least + 64);
  });
});
