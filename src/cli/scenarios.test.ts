/** A scenario with mistakes is told by every command in the same words, with its line, its column and what is right. */
import { expect, it, vi } from 'vitest';

vi.mock('../lab/sources.ts', async (original) => {
  const sources = await original<typeof import('../lab/sources.ts')>();
  const wrong = '---\nid: wrong\ntitle: Wrong\nquestion: Why?\napp: hello\npanels: [stak]\n---\n:::check{#sum that="1 +"}\n:::\n';
  return { ...sources, scenarioSources: () => sources.scenarioSources().set('wrong.md', wrong) };
});
const { ringside } = await import('./commands.ts');

it.each([['list', 1], ['run wrong', 2], ['trace wrong', 2]] as const)('%s', async (words, status) => {
  let complaints = '';
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation((text) => void (complaints += `${String(text)}\n`));
  expect(await ringside(words.split(' '))).toBe(status);
  expect(complaints).toMatch(/^scenarios\/wrong\.md:6:1: error: .*unknown panel 'stak'; did you mean stacks\? There are .*\npanels: \[stak\]\n\^~~~~~\n/);
  expect(complaints).toContain('scenarios/wrong.md:8:23: error: 1 +: ');
  vi.restoreAllMocks();
});
