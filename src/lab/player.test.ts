/** Where the places of a course lead, and how far they are looked for. */
import { expect, it } from 'vitest';
import { Player } from './player.ts';
import type { Scenario } from './scenario.ts';
import { openGuest } from './testing.ts';

const lab = openGuest({ app: 'hello' });
const player = new Player({ course: [], checks: [], end: '' } as unknown as Scenario, lab);

it('a tick is looked for no farther than any other place', async () => {
  const { tick: start } = await player.begin(), places = [{ kind: 'tick', tick: start + 1000 }, { kind: 'function', name: 'kernel:panic' }] as const;
  for (const place of places) {
    const reached = await player.lead(start, place, { maxInstructions: 300 });
    expect(reached, place.kind).toMatchObject({ tick: start + 300, missed: `it was never reached: At tick ${start + 300}.` });
    expect(lab.tick).toBe(start + 300);
  }
  expect(await player.lead(start, places[0], { maxInstructions: 1000 })).toMatchObject({ tick: start + 1000 });
  expect(await player.lead(start, places[0])).toMatchObject({ tick: start + 1000 });
});

it.each([
  ['config == \'linux\'', true], ['config == \'ukl\'', false], ['PRIVILEGE == \'user\'', true], ['PRIVILEGE == \'ukl\'', false],
  // Only a moment can say.
  ['ring == 3', true], ['exit == 0', true], ['events(\'panic\') > 0', true], ['before.ring == 3', true],
  ['config == \'ukl\' && ring == 3', false], ['config == \'linux\' || ring == 3', true], ['!(config == \'linux\')', false],
  ['NO_SUCH == \'on\'', true],
])('%s: may it hold, before the run has come to its end?', (when, expected) => expect(player.mayApply(when)).toBe(expected));
