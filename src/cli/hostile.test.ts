/**
 * Programs that take nothing on trust, natively and on the model kernel: the same answers, and neither an oops nor a panic. One file
 * for each kind of thing that user space can get wrong.
 */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { bytesOnModel, compile, type Given, HAS_GCC, isIntel, nativelyAlone, onModel } from './host-programs.ts';

const CASES: readonly [name: string, given: Given][] = [
  ['frame', {}], ['siginfo', {}], ['siginfo', { args: ['no place'] }], ['names', {}], ['partial', {}], ['sizes', {}], ['arguments', {}], ['access', {}],
];

/** What depends on the maker of the host's CPU: where INT1's trap is said to have come from, and whether IRETQ itself refuses a stack that is not canonical. */
const BY_MAKER = /^(?:int1:|4: signal) .*$/gm;
/** And on whether the host lets ring 3 set its bases. */
const BASES = /^(?:no FSGSBASE|bases after a sleep: .*|told: .*)\n/gm;
const comparable = (text: string, native: string): string => {
  const made = isIntel ? text : text.replaceAll(BY_MAKER, '');
  return native.includes('no FSGSBASE') ? made.replaceAll(BASES, '') : made;
};

describe('programs that take nothing on trust', () => {
  it.skipIf(!HAS_GCC).each(CASES)('%s %o', (name, given) => {
    const path = compile('gcc', `hostile/${name}`, '-static', '-O1');
    const { notes, calls: _calls, ...result } = onModel(path, given);
    const native = nativelyAlone(path, given);
    expect({ ...result, stdout: comparable(result.stdout, native.stdout) })
      .toEqual({ ...native, stdout: comparable(native.stdout, native.stdout) });
    expect(notes).toEqual(native.status > 128 ? [expect.stringContaining(`ended by signal ${native.status - 128}`)] : []);
  });
});

describe('as many as there can be', () => {
  const AGAIN = 'Resource temporarily unavailable';

  /** Of memory there is little, so that they are soon had. */
  const bombs = (kind: string): ReturnType<typeof onModel> =>
    onModel(compile('gcc', 'hostile/bombs', '-static', '-O1', '-pthread'), { args: [kind], memoryBytes: 24 << 20, maxInstructions: 2_000_000_000 });

  it.skipIf(!HAS_GCC).each([
    ['processes', `fork: ${AGAIN}\nfork: ${AGAIN}\nas many after a bomb: 1\nchildren: -1\n`, 0],
    ['threads', `pthread_create: ${AGAIN}\nseveral: 1\npthread_create: ${AGAIN}\nas many again: 1\n`, 0],
    ['memory', 'memory: Killed\nmemory: Killed\nmemory: Killed\nthere is memory again: 1\n', 3],
    ['storm', 'survived: 1\nignores all: 0\nbut not: 9\n', 0],
  ])('%s', (kind, stdout, killed) => {
    const result = bombs(kind);
    expect(result).toMatchObject({ stdout, stderr: '', status: 0 });
    // The kernel says whom it ended for want of memory, and nothing else.
    expect(result.notes).toEqual(Array.from({ length: killed }, () => expect.stringContaining('Out of memory: Killed process')));
  });

  it.skipIf(!HAS_GCC)('threads that wait for each other', () => {
    const { status, notes } = bombs('deadlock');
    expect(status).toBe(-1);
    expect(notes).toHaveLength(3);
    for (const line of notes) expect(line).toMatch(/^task \d+ waits in futex\(0x/);
  });

  it.skipIf(!HAS_GCC)('files that nobody can run', () => {
    const path = compile('gcc', 'hostile/bombs', '-static', '-O1', '-pthread'), given = { args: ['rubbish'] };
    const { notes, calls: _calls, ...result } = onModel(path, given);
    expect(result).toEqual(nativelyAlone(path, given));
    expect(notes).toEqual([]);
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
