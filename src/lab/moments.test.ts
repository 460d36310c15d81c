import { expect, it } from 'vitest';
import { guestSources } from './sources.ts';
import { openGuest } from './testing.ts';

const FILE = 'linux/arch/x86/entry/entry_64.S', LINE = 'SYM_CODE_START(entry_SYSCALL_64)\n';

it('a moment at an event is that event in a kernel that takes more steps to come to it', async () => {
  const lab = openGuest({ app: 'hello' }), until = { kind: 'syscall', name: 'write', nth: 0 } as const;
  await lab.run({ direction: 'forward', until });
  const moment = lab.moment(), entry = guestSources().get(FILE) ?? '';
  expect(moment.anchor?.event).toBe('syscall-entry');
  const slower = openGuest({ app: 'hello', edits: { [FILE]: entry.replace(LINE, `${LINE}\tnop\n\tnop\n\tnop\n`) } });
  const { imageHash, tick, anchor } = moment;
  expect(await slower.reach({ imageHash, tick, ...(anchor ? { anchor } : {}) }, [])).toContain('the same event');
  const here = slower.tick;
  slower.seek(0);
  await slower.run({ direction: 'forward', until });
  expect(slower.tick).toBe(here);
  expect(here).not.toBe(tick);
});

it('some steps behind an event are as many in another kernel', async () => {
  const lab = openGuest({ app: 'hello' });
  await lab.run({ direction: 'forward', until: { kind: 'syscall', name: 'write', nth: 0 } });
  for (let steps = 0; steps < 10; steps += 9) {
    for (let n = 0; n < steps; n++) await lab.step('instruction', 'forward');
    const { tick, anchor } = lab.moment(), other = openGuest({ app: 'hello' });
    // The same kernel, called another one: the event alone must lead there.
    await other.reach({ imageHash: 'f00d', tick, ...(anchor ? { anchor } : {}) }, []);
    expect(other.tick - tick).toBe(0);
  }
});
