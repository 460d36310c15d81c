/** A tick is one state also where the resume flag is set: after a page fault at a function's first instruction, at which a run stops. */
import { expect, it } from 'vitest';
import { openGuest } from './testing.ts';

it('a stop before an instruction leaves RF, and so does whatever is read there', async () => {
  const lab = openGuest({ app: 'console-echo' });
  await lab.start();
  const { tick } = lab, state = lab.machine.hash();
  expect(lab.machine.registers().rflags & 0x10000n).toBe(0x10000n);
  lab.show({ path: true });
  expect([lab.tick, lab.machine.hash()]).toEqual([tick, state]);
  lab.seek(tick - 5);
  lab.seek(tick);
  expect([lab.tick, lab.machine.hash()]).toEqual([tick, state]);
});
