import { expect, it } from 'vitest';
import { notYet } from './not-yet.ts';

type State = Parameters<typeof notYet>[0];

it('a machine that has a moment has started, whatever else is still to come', () => {
  const at = (phase: State['phase'], status: unknown = null): string => notYet({ phase, status: status as State['status'] });
  expect([at('connecting'), at('building')]).toEqual(['The machine is being built.', 'The machine is being built.']);
  for (const phase of ['busy', 'running', 'stopped'] as const) expect(at(phase, { tick: 5 })).toBe('This is being read from the machine.');
  expect(at('dead')).toBe('The machine has not started.');
});
