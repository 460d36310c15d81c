/** What is wrong with a table of system calls is said where it stands. */
import { expect, it } from 'vitest';
import { standIn } from '../base/texts.ts';
import { guestSources } from '../lab/sources.ts';
import { appAbout } from './app-about.ts';
import { syscallRows, syscallTableMistakes } from './syscall-table.ts';

const PATH = 'linux/arch/x86/entry/syscalls/syscall_64.tbl';

it('the kernel\'s own table has no mistakes', () => expect(syscallTableMistakes(guestSources())).toEqual([]));

it.each([
  ['0 read sys_read len fd:fd buf:out:length', "1:27: unknown argument 'length'; there are fd, buf, len"],
  ['0 read sys_read len fd:df', "1:21: unknown kind of argument 'df'; did you mean fd? There are dec, hex, oct, fd, str, in, out, timespec, flags, one"],
  ['0 read sys_read len:erno', "1:17: unknown kind of result 'erno'; did you mean errno? There are dec, hex, oct, fd, errno, none"],
  ['set open a.h O_\n0 open sys_open fd flags:flags:opne', "2:20: unknown set 'opne'; did you mean open? There are open"],
  ['set open b.h O_', "1:10: no file 'b.h'"],
  ['set prot a.h PROT_', "1:14: a.h defines no numbers whose names begin with 'PROT_'"],
  ['0 read sys_read len\n0 write sys_write len', '2:1: 0 is read already'],
  ['0 read sys_read len\n1 read sys_read len', '2:3: read is 0 already'],
  ['0 read sys_read', '1:0: a row is: number, name, entry, what it returns, arguments'],
  ['0x1 read sys_read len', "1:1: '0x1' is no number of a system call; other lines begin with set, when or #"],
  ['0 read sys_read len a b c d e f g', '1:33: 7 arguments: a system call has 6 at most'],
  ['when NET', "1:6: 'NET' is no macro of a switch: CONFIG_NAME"],
])('%s', (table, expected) => {
  const found = syscallTableMistakes(new Map([[PATH, table], ['a.h', '#define O_RDONLY 0\n']]));
  expect(found.map(({ line, column, message }) => `${line}:${column}: ${message}`)).toEqual([expected]);
});

it('what is wanted of a text that comes later, and was not read beforehand, is not taken for nothing', () => {
  const sources = new Map([[PATH, 'set open a.h O_\n'], ['a.h', standIn('0123')], ['apps/hello.c', standIn('4567')]]);
  expect(() => syscallRows(sources)).toThrow('a.h comes later, and its constants O_ were not read beforehand');
  expect(() => appAbout(sources, 'hello')).toThrow('apps/hello.c comes later, and what it says of itself was not read beforehand');
});
