import { expect, it } from 'vitest';
import { found, functionIn, namesIn, type Group, type Kind } from './palette-order.ts';

const group = (heading: string, kind: Kind, ...values: string[]): Group =>
  ({ heading, items: values.map((value) => ({ value, kind, key: value, onSelect: () => undefined, body: value })) });
const GROUPS = [group('Source files', 'file', 'file linux/fs/read_write.c', 'file apps/hello.c'),
  group('System calls of this run', 'place', 'syscall 3 write(1, "one", 3)', 'syscall 4 execve("/bin/wc")'),
  group('Commands', 'command', 'Write a lesson author', 'Run'), group('Functions', 'function', 'run to the function write')];
const first = (search: string): string | undefined => found(GROUPS, search)[0]?.items[0]?.value;

it('what is called by a word comes before what has it in a name', () => {
  expect(first('write')).toBe('syscall 3 write(1, "one", 3)');
  expect(first('read_wr')).toBe('file linux/fs/read_write.c');
  expect(first('execve')).toBe('syscall 4 execve("/bin/wc")');
});

it('what one can run to comes first, then where one has been, commands, and files last unless one is meant', () => {
  const ahead = group('System calls ahead', 'call', 'run to the next write, system call syscall', 'run until write returns');
  const [next, until] = ahead.items, own: Group = { ...ahead, items: [next, { ...until, also: 'end of system call syscall' }] };
  const groups = [group('Stops', 'trap', 'stop at the function write'), ...GROUPS, group('Events', 'moment', 'event 7 write of a red zone'), own];
  expect(found(groups, 'write').map(({ items }) => items[0]?.value)).toEqual([
    'run to the next write, system call syscall', 'syscall 3 write(1, "one", 3)', 'event 7 write of a red zone', 'Write a lesson author',
    'run to the function write', 'file linux/fs/read_write.c', 'stop at the function write']);
  for (const words of ['write system call', 'syscall write', 'next write']) expect(found(groups, words)[0]?.items[0]?.value).toBe(ahead.items[0].value);
  for (const words of ['write returns', 'end of write call']) expect(found(groups, words)[0]?.items[0]?.value).toBe(ahead.items[1].value);
  for (const words of ['fs/read_wr', 'read_write.c']) expect(found(groups, words)[0]?.items[0]?.value).toBe('file linux/fs/read_write.c');
});

it('what has the words leaves no room for what only has their letters', () => {
  expect(found(GROUPS, 'execve').flatMap(({ items }) => items)).toHaveLength(1);
  expect(found(GROUPS, 'wrtlsn')[0]?.items[0]?.value).toBe('Write a lesson author');
});

it('names of system calls are those that the text has a word of', () => {
  const names = ['pread64', 'read', 'readv', 'exit', 'exit_group'];
  expect(namesIn('system call read', names, 2)).toEqual(['read', 'readv']);
  expect(namesIn('syscall exit', names, 4)).toEqual(['exit', 'exit_group']);
  expect(['system call', 'run to', '', 'zzz'].map((text) => namesIn(text, names, 4).length)).toEqual([0, 0, 0, 0]);
});

it('an item is found by the words that it bears', () => {
  expect(first('Write a lesson')).toBe('Write a lesson author');
  expect(first('Run to the function write')).toBe('run to the function write');
  expect(['getppid', 'Run to the function getppid', 'stop at the function kernel:do_exit', 'run to', 'a b'].map(functionIn))
    .toEqual(['getppid', 'getppid', 'kernel:do_exit', undefined, undefined]);
});
