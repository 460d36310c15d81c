import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, makePatch } from './patch.ts';

describe('patch', () => {
  it('keeps an edit of one line to its surroundings', () => {
    const original = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    const edited = original.replace('line 50', 'line fifty');
    const patch = makePatch(original, edited);
    expect(patch).toEqual([{ at: 48, from: ['line 48', 'line 49', 'line 50', 'line 51', 'line 52'],
      to: ['line 48', 'line 49', 'line fifty', 'line 51', 'line 52'] }]);
    expect(applyPatch(original, patch)).toBe(edited);
  });

  it('still applies when the file has grown above', () => {
    const original = 'a\nb\nc\nd\ne\nf';
    const patch = makePatch(original, 'a\nb\nc\nX\ne\nf');
    expect(applyPatch(`new\nnew\n${original}`, patch)).toBe('new\nnew\na\nb\nc\nX\ne\nf');
  });

  it('says so when the lines are gone', () => {
    expect(applyPatch('quite\nanother\nfile', makePatch('a\nb\nc', 'a\nX\nc'))).toBeNull();
  });

  it('gives back any edit of any text', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '', '}', 'return 0;'), { maxLength: 40 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(text, text, (original, edited) => {
      expect(applyPatch(original, makePatch(original, edited))).toBe(edited);
    }));
  });
});
