/** What is told of the block at the cursor: when a question is asked, and when it is answered. */
import { describe, expect, it } from 'vitest';
import { aboutBlock, placesIn } from './block-here.ts';

const TEXT = `---
id: mine
---
Prose.

:::stop{#start at="syscall(write)"}
Here.
:::

Between.

:::predict{#who ask="Who?" at="event(ring-change)"}
- [ ] nobody
- [x] somebody
:::

:::predict{#where ask="Where?"}
- [x] here
:::

:::stop{#late at="tick(70)"}
:::
`;
const OF = { start: { tick: 10 }, who: { tick: 22, asked: 10, stop: 'start' }, where: { tick: 10, asked: 10, stop: 'start' }, late: { tick: 70 } };
/** At these letters of a text. */
const at = (letters: string, text = TEXT, moments = { places: placesIn(TEXT), of: OF }) =>
  aboutBlock(text, text.indexOf(letters), moments)?.map((one) => (typeof one === 'string' ? one : `<${one.tick}>`)).join('');

describe('of a block', () => {
  it('a question: the stop that its reader sees, and how much later it is answered', () => {
    for (const letters of ['Who?', 'somebody', ':::predict{#who']) expect(at(letters), letters)
      .toBe('Asked at the stop start, <10>: that is what the reader sees. Answered 12 ticks later, <22>.');
    expect(at('here\n')).toBe('Asked and answered at the stop start, <10>.');
    expect(aboutBlock(TEXT, TEXT.indexOf('\n\n:::predict{#where'), undefined), 'its last colons are part of it').toBeDefined();
    expect(at('Who?', TEXT.replace(/:::stop\{#start[^]*?\n:::\n/, ''))).toContain('Asked where the program begins');
  });

  it('a stop: where it is, and that only this run comes by a bare tick', () => {
    expect(at('Here.')).toBe('This stop is <10>.');
    expect(at(':::stop{#late')).toBe('This stop is <70>. Only the tick of this very run leads here: another build or another input will not come by.');
  });

  it('outside of them nothing', () => {
    for (const letters of ['id: mine', 'Prose.', 'Between.']) expect(at(letters), letters).toBeUndefined();
  });

  it('no moment is told that may be another one by now; words do not move it', () => {
    expect(at('Mine?', TEXT.replace('Who?', 'Mine?'))).toContain('<22>');
    expect(at('Who?', TEXT.replace('syscall(write)', 'syscall(read)')))
      .toBe('Asked at the stop start, which is what the reader sees. Answered later, at event(ring-change).');
  });
});
