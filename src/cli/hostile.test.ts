/**
 * Programs that take nothing on trust, natively and on the model kernel: the same answers, and neither an oops nor a panic. One file
 * for each kind of thing that user space can get wrong.
 */
import { describe, expect, it } from 'vitest';
import { compile, type Given, HAS_GCC, nativelyAlone, onModel } from './host-programs.ts';

const CASES: readonly [name: string, given: Given][] = [
  ['frame', {}], ['siginfo', {}], ['siginfo', { args: ['no place'] }],
];

describe('programs that take nothing on trust', () => {
  it.skipIf(!HAS_GCC).each(CASES)('%s %o', (name, given) => {
    const path = compile('gcc', `hostile/${name}`, '-static', '-O1');
    const { notes, calls: _calls, ...result } = onModel(path, given);
    const native = nativelyAlone(path, given);
    expect(result).toEqual(native);
    expect(notes).toEqual(native.status > 128 ? [expect.stringContaining(`ended by signal ${native.status - 128}`)] : []);
  });
});
