import { expect, it } from 'vitest';
import { found, functionIn, type Group, type Kind } from './palette-order.ts';

const group = (heading: string, kind: Kind, ...values: string[]): Group =>
  ({ heading, items: values.map((value) => ({ value, kind, key: value, onSelect: () => undefined, body: value })) });
const GROUPS = [group('Source files', 'place', 'file linux/fs/read_write.c', 'file apps/hello.c'),
  group('System calls of this run', 'place', 'syscall 3 write(1, "one", 3)', 'syscall 4 execve("/bin/wc")'),
  group('Commands', 'command', 'Write a lesson author', 'Run'), group('Functions', 'command', 'run to the function write')];
const first = (search: string): string | undefined => found(GROUPS, search)[0]?.items[0]?.value;

it('what is called by a word comes before what has it in a name', () => {
  expect(first('write')).toBe('syscall 3 write(1, "one", 3)');
  expect(first('read_wr')).toBe('file linux/fs/read_write.c');
  expect(first('execve')).toBe('syscall 4 execve("/bin/wc")');
});

it('a command that begins with the word comes before a place that has it within a name', () => {
  expect(found(GROUPS.filter(({ heading }) => heading !== 'System calls of this run'), 'write').map(({ items }) => items[0]?.value))
    .toEqual(['Write a lesson author', 'file linux/fs/read_write.c', 'run to the function write']);
});

it('an item is found by the words that it bears', () => {
  expect(first('Write a lesson')).toBe('Write a lesson author');
  expect(first('Run to the function write')).toBe('run to the function write');
  expect(['getppid', 'Run to the function getppid', 'stop at the function kernel:do_exit', 'run to', 'a b'].map(functionIn))
    .toEqual(['getppid', 'getppid', 'kernel:do_exit', undefined, undefined]);
});
