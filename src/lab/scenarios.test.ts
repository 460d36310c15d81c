/** Every scenario, played as a reader would: each stop is reached, each prediction has one right answer, each check holds. */
import { describe, expect, it } from 'vitest';
import { configNames, resolveConfig } from '../toolchain/kconfig.ts';
import { play } from './checks.ts';
import { loadScenarios, parseScenario } from './scenario.ts';
import { guestSources, scenarioSources } from './sources.ts';
import { openGuest } from './testing.ts';

const sources = guestSources();
const { scenarios, diagnostics } = loadScenarios(scenarioSources());
const agree = (config: string, set: Record<string, string>): boolean => typeof resolveConfig(sources, config, set) !== 'string';

it('all scenarios can be read', () => {
  expect(diagnostics).toEqual([]);
  expect(scenarios.size).toBeGreaterThan(3);
});

describe.each([...scenarios.values()])('$id', (scenario) => {
  const applied = new Set<string>();
  it.each(configNames(sources))('%s', { timeout: 60_000 }, async (config) => {
    const set = agree(config, scenario.set) ? scenario.set : {};
    const lab = openGuest({ app: scenario.app, config, set, args: scenario.args, input: scenario.input || scenario.sample });
    const { results } = await play(scenario, lab);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    for (const { id, applies } of results) if (applies) applied.add(id);
    expect(results.some(({ kind, applies }) => kind === 'check' && applies)).toBe(true);
  });

  it('asks nothing that no build answers', () => {
    const all = [...scenario.course.map((one) => (one.kind === 'stop' ? one.stop.id : one.predict.id)), ...scenario.checks.map(({ id }) => id)];
    expect(all.filter((id) => !applied.has(id))).toEqual([]);
  });
});

describe('mistakes in a scenario', () => {
  const front = 'id: a\ntitle: A\nquestion: Why?\napp: hello';
  const messages = (text: string): string[] => parseScenario('a.md', text).diagnostics.map(({ line, message }) => `${line}: ${message}`);
  it.each([
    ['no front matter', '1: a scenario begins with front matter between two lines of ---'],
    ['---\nid: a\ntitle: A\nquestion: Why?\n---\n', "1: front matter: 'app' is missing"],
    [`---\n${front}\ncolour: red\n---\n`, "6: front matter: unknown key 'colour'; there are id, title, question, app, config, set, seed, input, sample, args, panels"],
    [`---\n${front}\n---\n:::step{#x at="event(panic)"}\n:::\n`, "7: unknown block ':::step'; there are stop, predict and check"],
    [`---\n${front}\n---\n:::stop{#x at="event(panik)"}\n:::\n`, "7: unknown event 'panik'; there are "],
    [`---\n${front}\n---\n:::stop{#x at="event(panic)"}\n`, '7: :::stop{#x} is never closed by :::'],
    [`---\n${front}\n---\n:::check{#x that="exit == "}\n:::\n`, '7: exit == '],
    [`---\n${front}\n---\n:::predict{#x ask="?"}\n- [ ] no\n:::\n`, "7: predict 'x' needs exactly one answer with [x]"],
  ])('%j', (text, message) => {
    expect(messages(text).some((one) => one.startsWith(message)), messages(text).join('\n')).toBe(true);
  });
});
