import { expect, it } from 'vitest';
import { excerptOf, formatDiagnostic } from './diagnostic.ts';

const line = ':::predict{#ring ask="In which ring does it run?" at="syscal(write)" show="cpu"}';
const shown = (marked: string, room?: number): string[] => {
  const { text, mark } = excerptOf({ column: line.indexOf(marked) + 1, length: marked.length }, line, room);
  return [text, mark];
};

it('a mark stands below what is marked, in a compiler\'s way', () => {
  expect(formatDiagnostic({ severity: 'error', file: 'x.md', line: 3, column: 2, length: 3, message: 'No.' }, '\tabc d'))
    .toBe('x.md:3:2: error: No.\n\tabc d\n\t^~~');
  expect(shown('syscal(write)')).toEqual([line, `${' '.repeat(line.indexOf('syscal'))}^~~~~~~~~~~~~`]);
});

it.each([20, 24, 40, 79])('where there is room for %i letters, the part with the mark is shown', (room) => {
  for (const marked of [':::predict', 'ask', 'syscal(write)', 'cpu', '}']) {
    const [text, mark] = shown(marked, room);
    expect(text).toHaveLength(room);
    expect(text.slice(mark.indexOf('^'), mark.length)).toBe(marked);
    expect(mark.slice(mark.indexOf('^'))).toBe(`^${'~'.repeat(marked.length - 1)}`);
    expect(text.startsWith('…')).toBe(!line.startsWith(text.slice(0, 2)));
    expect(text.endsWith('…')).toBe(!line.endsWith(text.slice(-2)));
  }
});

it('of what is longer than the room the beginning is marked', () => {
  expect(shown('In which ring does it run?', 12)).toEqual(['…In which r…', ' ^~~~~~~~~~~']);
  expect(excerptOf({ column: 9, length: 4 }, 'short', 40)).toEqual({ text: 'short', mark: '     ^' });
});
