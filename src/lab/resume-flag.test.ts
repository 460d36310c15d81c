/** A tick is one state also where the resume flag is set: after a page fault at a function's first instruction, at which a run stops. */
import { expect, it } from 'vitest';
import type { Tick } from '../base/units.ts';
import { openGuest } from './testing.ts';

it('a stop before an instruction leaves RF, and so does whatever is read there', async () => {
  const lab = openGuest({ app: 'console-echo' });
  await lab.start();
  // Nothing of the program is in memory before its first instruction asks for it.
  lab.setBreakpoint({ kind: 'symbol', symbol: '_start' });
  lab.seek(0 as Tick);
  let { stop } = await lab.run({ direction: 'forward' });
  while (stop.kind === 'breakpoint' && !(lab.machine.registers().rflags & 0x10000n)) ({ stop } = await lab.run({ direction: 'forward' }));
  const { tick } = lab, state = lab.machine.hash();
  expect(lab.machine.registers().rflags & 0x10000n).toBe(0x10000n);
  lab.show({ path: true });
  expect([lab.tick, lab.machine.hash()]).toEqual([tick, state]);
  lab.seek(tick - 5);
  lab.seek(tick);
  expect([lab.tick, lab.machine.hash()]).toEqual([tick, state]);
});
