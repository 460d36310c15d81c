import { describe, expect, it } from 'vitest';
import { CLIENT_PORT, CONSOLE_PORT } from '../../base/input.ts';
import type { ScenarioInfo } from '../../link/reports.ts';
import { scenarioOfApp, scenarioOfImage } from './scenarios.ts';

const of = (id: string, app: string, more: Partial<ScenarioInfo> = {}): ScenarioInfo => ({ id, title: '', question: '', learn: '', app, config: 'linux',
  set: {}, input: '', sample: '', port: CONSOLE_PORT, args: [], panels: [], tags: [], ...more });
const load = { connections: 4 };
const all = [of('words', 'a', { args: ['-x'] }), of('switch', 'a', { set: { KEY: 'on' } }), of('asked', 'store', { load }), of('plain', 'b'),
  of('other', 'c'), of('typed', 'echo', { port: CLIENT_PORT })];

describe('the scenario behind a machine', () => {
  it('adds nothing to an image that was measured, and leaves its client free', () => {
    for (const open of ['words', 'switch', 'asked', 'typed', undefined]) expect(scenarioOfImage(all, open)?.id).toBe('plain');
    expect(scenarioOfImage(all, 'other')?.id).toBe('other');
  });

  it('is one of the application in which somebody can type to it', () => {
    expect(scenarioOfApp([of('asked-too', 'b', { load }), ...all], 'b', 'other')).toBe('plain');
    expect(scenarioOfApp(all, 'store', 'plain')).toBe('typed');
    expect(scenarioOfApp(all, 'unknown', 'other')).toBe('other');
    expect(scenarioOfApp(all, 'unknown', 'asked')).toBe('plain');
  });
});
