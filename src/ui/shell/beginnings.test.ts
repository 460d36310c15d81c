/** What a lesson of one's own begins with is a lesson: it can be read, and what the program reads comes to it. */
import { expect, it } from 'vitest';
import { infoOf } from '../../lab/session.ts';
import { parseScenario } from '../../lab/scenario.ts';
import { ownScenarios } from '../../lab/scenarios.ts';
import { headOf } from './beginnings.ts';

it.each(ownScenarios().map((one) => [one.id, one] as const))('the head for the machine of %s types what somebody would', (_id, known) => {
  const { config, app, input, sample } = known, text = headOf({ setup: { scenario: known.id, config, app, set: {} }, scenario: infoOf(known), build: null,
    catalogue: null }), { scenario, diagnostics } = parseScenario('my-lesson.md', text);
  expect(diagnostics).toEqual([]);
  expect(scenario).toMatchObject({ app, input: input || sample, sample: '' });
});

it('another program than the open scenario\'s is typed nothing', () => {
  const known = ownScenarios().find(({ input }) => input !== '')!;
  const text = headOf({ setup: { scenario: known.id, config: 'linux', app: 'getppid-loop', set: {} }, scenario: infoOf(known), build: null, catalogue: null });
  expect(parseScenario('my-lesson.md', text).scenario).toMatchObject({ app: 'getppid-loop', input: '' });
});
