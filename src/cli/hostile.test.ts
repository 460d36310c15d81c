/**
 * Programs that take nothing on trust, natively and on the model kernel: the same answers, and neither an oops nor a panic. One file
 * for each kind of thing that user space can get wrong.
 */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { bytesOnModel, compile, type Given, HAS_GCC, nativelyAlone, onModel } from './host-programs.ts';

const CASES: readonly [name: string, given: Given][] = [
  ['frame', {}], ['siginfo', {}], ['siginfo', { args: ['no place'] }], ['names', {}], ['partial', {}], ['sizes', {}], ['arguments', {}], ['access', {}],
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

describe('programs whose headers lie', () => {
  const PHDR = 64, FIRST_LOAD = PHDR;
  const OFFSET = 8, VADDR = 16, FILESZ = 32, MEMSZ = 40;
  const SEGV = 139, NOT_RUN = 127;

  it.skipIf(!HAS_GCC).each([
    ['entry not canonical', (view) => view.setBigUint64(24, 1n << 63n, true), SEGV],
    ['entry above user space', (view) => view.setBigUint64(24, 0x7ffffffff000n, true), SEGV],
    ['entry in a hole', (view) => view.setBigUint64(24, 0x10000n, true), SEGV],
    ['headers beyond the file', (view) => view.setBigUint64(32, 1n << 40n, true), NOT_RUN],
    ['headers before the file', (view) => view.setBigUint64(32, 1n << 63n, true), NOT_RUN],
    ['more headers than there are', (view) => view.setUint16(56, 65_535, true), NOT_RUN],
    ['more memory than there could be', (view) => view.setBigUint64(FIRST_LOAD + MEMSZ, 1n << 46n, true), SEGV],
    ['memory beyond the end', (view) => view.setBigUint64(FIRST_LOAD + MEMSZ, -1n, true), SEGV],
    ['less memory than file', (view) => view.setBigUint64(FIRST_LOAD + MEMSZ, 1n, true), SEGV],
    ['a file of any size', (view) => view.setBigUint64(FIRST_LOAD + FILESZ, 1n << 62n, true), SEGV],
    ['an address of the kernel', (view) => view.setBigUint64(FIRST_LOAD + VADDR, 0xffffffff81000000n, true), SEGV],
    ['an address below all', (view) => view.setBigUint64(FIRST_LOAD + VADDR, 0n, true), SEGV],
    ['an offset that does not fit its address', (view) => view.setBigUint64(FIRST_LOAD + OFFSET, 5n, true), SEGV],
    ['an offset before the file', (view) => view.setBigUint64(FIRST_LOAD + OFFSET, -4096n, true), SEGV],
  ] as readonly [string, (view: DataView) => void, number][])('%s', (_what, edit, status) => {
    const bytes = Uint8Array.from(readFileSync(compile('gcc', 'hostile/frame', '-static', '-O1')));
    const view = new DataView(bytes.buffer);
    // The first program header is a PT_LOAD that all depends on.
    expect(view.getUint32(FIRST_LOAD, true)).toBe(1);
    edit(view);
    const result = bytesOnModel(bytes, 'program', {});
    expect(result.status, result.notes.join('\n')).toBe(status);
    expect(result.notes.join('\n')).not.toMatch(/panic|BUG|Oops/);
  });
});
