/** The name of a lesson that nobody has named. */
import { describe, expect, it } from 'vitest';
import { namedByTitle } from './own-name.ts';

const text = (title: string, id = 'my-lesson') => `---\nid: ${id}\ntitle: ${title}\nquestion: Why?\n---\nid: my-lesson\n`;
function named(title: string, id?: string): string | undefined {
  const all = text(title, id), change = namedByTitle(all, ['hello', 'my-lesson']);
  return change && /^id: (.*)$/m.exec(all.slice(0, change.from) + change.insert + all.slice(change.to))?.[1];
}

describe('a lesson that nobody has named', () => {
  it.each([
    ['Who runs the kernel?', 'who-runs-the-kernel'],
    ['"Die Größe: 3 Seiten"', 'die-grosse-3-seiten'],
    ['4 ways into Ring 0', 'ways-into-ring-0'],
    ["What's on the stack", 'whats-on-the-stack'],
    ['hello', 'my-hello'],
    ['A title that goes on and on and on for more words than any name', 'a-title-that-goes-on-and-on-and-on-for-more'],
  ])('is named by its title %s', (title, name) => expect(named(title)).toBe(name));

  it('keeps its name where the title is the one it was made with, or has no letters for it', () => {
    expect(named('My lesson')).toBeUndefined();
    expect(named('何')).toBeUndefined();
    expect(named('')).toBeUndefined();
  });

  it('is not touched where it has a name of its own', () => expect(named('Who runs?', 'mine')).toBeUndefined());
});
