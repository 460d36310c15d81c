/** The table of system calls: its rows, with their tracing columns, and the headers that are made from it. */
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { isLater } from '../base/texts.ts';
import { unknown } from '../base/unknown.ts';
import { AHEAD } from './ahead.ts';

const SYSCALL_TABLE = 'linux/arch/x86/entry/syscalls/syscall_64.tbl';

export interface SyscallRow {
  nr: number;
  name: string;
  entry: string;
  returns: string;
  args: string[];
  /** The macro without which a kernel has no such call: it is ENOSYS. */
  when?: string;
  /** The table's sets of named constants, by their names. */
  sets: ReadonlyMap<string, readonly NamedConstant[]>;
}

export interface NamedConstant {
  name: string;
  value: number;
}

/** The constants of a header whose names begin with `prefix` and stand for a plain number. */
function constantsOf(header: string, prefix: string): NamedConstant[] {
  return [...header.matchAll(/^#define[ \t]+(\w+)[ \t]+(-?(?:0x[\da-f]+|\d+))[uUlL]*[ \t]*(?:\/\*.*)?$/gim)].flatMap(([, name, text]) => {
    const octal = /^0\d+$/.test(text);
    return name.startsWith(prefix) ? [{ name, value: octal ? Number.parseInt(text, 8) : Number(text) }] : [];
  });
}

function setOf(sources: ReadonlyMap<string, string>, header: string, prefix: string): readonly NamedConstant[] {
  const text = sources.get(header) ?? '';
  if (!isLater(text)) return constantsOf(text, prefix);
  const ahead = AHEAD.sets[setLine(header, prefix)];
  assert(ahead, `${header} comes later, and its constants ${prefix} were not read beforehand`);
  return ahead;
}

const setLine = (header: string, prefix: string): string => `${header} ${prefix}`;

/** All sets of constants that the table names, as they are asked for while their headers are not there. */
export function setsAhead(sources: ReadonlyMap<string, string>): Record<string, readonly NamedConstant[]> {
  return Object.fromEntries(tableLines(sources).filter(([word]) => word === 'set').map(([, , header, prefix]) => [setLine(header, prefix),
    setOf(sources, header, prefix)]));
}

/** The rows of syscall_64.tbl with their tracing columns, and the constants that these name. */
export const syscallRows = (sources: ReadonlyMap<string, string>): SyscallRow[] => readTable(sources).rows;

/** The words of each line. */
const tableLines = (sources: ReadonlyMap<string, string>): string[][] =>
  (sources.get(SYSCALL_TABLE) ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/));

function readTable(sources: ReadonlyMap<string, string>): { rows: SyscallRow[]; sets: ReadonlyMap<string, readonly NamedConstant[]> } {
  const sets = new Map<string, readonly NamedConstant[]>();
  let when: string | undefined;
  const rows = tableLines(sources).flatMap(([nr, name, entry, returns, ...args]): SyscallRow[] => {
    if (nr === 'set') sets.set(name, setOf(sources, entry, returns));
    if (nr === 'when') when = name;
    return nr && nr !== 'set' && name && entry ? [{ nr: Number(nr), name, entry, returns: returns ?? 'dec', args, sets, ...(when ? { when } : {}) }] : [];
  });
  return { rows, sets };
}

/** Kinds of columns; of the argument that follows some: what counts the bytes, or a set of names. */
const RESULTS = ['dec', 'hex', 'oct', 'fd', 'errno', 'none'], ARGUMENTS = ['dec', 'hex', 'oct', 'fd', 'str', 'in', 'out', 'timespec', 'flags', 'one'];
const MOST_ARGUMENTS = 6;

/** What is wrong with the table: a row that would be taken for less than it says. */
export function syscallTableMistakes(sources: ReadonlyMap<string, string>): Diagnostic[] {
  const found: Diagnostic[] = [], lines = (sources.get(SYSCALL_TABLE) ?? '').split('\n'), { sets } = readTable(sources);
  const byNumber = new Map<string, string>(), byName = new Map<string, string>();
  lines.forEach((text, index) => {
    const words = text.replace(/#.*/, '').trim().split(/\s+/), [nr, name = '', entry = '', returns = '', ...args] = words;
    const wrong = (message: string, at: string): void => {
      const column = at === '' ? 0 : text.indexOf(at) + 1;
      found.push({ severity: 'error', file: SYSCALL_TABLE, line: index + 1, column, length: Math.max(1, at.length), message });
    };
    if (nr === '') return;
    if (nr === 'set') {
      if (!sources.has(entry)) wrong(`no file '${entry}'`, entry);
      else if (sets.get(name)?.length === 0) wrong(`${entry} defines no numbers whose names begin with '${returns}'`, returns);
      return;
    }
    if (nr === 'when') {
      if (!/^CONFIG_\w+$/.test(name)) wrong(`'${name}' is no macro of a switch: CONFIG_NAME`, name);
      return;
    }
    if (!/^\d+$/.test(nr)) return wrong(`'${nr}' is no number of a system call; other lines begin with set, when or #`, nr);
    if (returns === '') return wrong('a row is: number, name, entry, what it returns, arguments', '');
    for (const [key, known] of [[nr, byNumber], [name, byName]] as const) {
      const other = known.get(key);
      if (other !== undefined) wrong(`${key} is ${other} already`, key);
      known.set(key, key === nr ? name : nr);
    }
    if (args.length > MOST_ARGUMENTS) wrong(`${args.length} arguments: a system call has ${MOST_ARGUMENTS} at most`, args[MOST_ARGUMENTS]);
    const [, result = 'dec'] = returns.split(':'), names = [...args.map((one) => one.split(':')[0]), returns.split(':')[0]];
    if (!RESULTS.includes(result)) wrong(unknown('kind of result', result, RESULTS), returns);
    for (const column of args) {
      const [, kind = 'dec', of = ''] = column.split(':');
      if (!ARGUMENTS.includes(kind)) wrong(unknown('kind of argument', kind, ARGUMENTS), column);
      else if ((kind === 'in' || kind === 'out') && !names.includes(of)) wrong(unknown('argument', of, names), column);
      else if ((kind === 'flags' || kind === 'one') && !sets.has(of)) wrong(unknown('set', of, [...sets.keys()]), column);
    }
  });
  return found;
}

/** Headers made from the table of system calls. */
export function generatedHeaders(sources: ReadonlyMap<string, string>): Map<string, string> {
  const table = syscallRows(sources);
  return new Map([
    ['generated/unistd_64.h', table.map(({ nr, name }) => `#define __NR_${name} ${nr}\n`).join('')],
    // For a library of stubs: from a call's number to its stub.
    ['generated/stubs_64.h', table.map(({ nr, name }) => `#define stub_${nr} sys_${name}\n`).join('')],
    ['generated/syscalls_64.h', table.map(({ nr, entry, when }) => {
      const row = `__SYSCALL(${nr}, ${entry})\n`;
      return when ? `#ifdef ${when}\n${row}#endif\n` : row;
    }).join('')],
  ]);
}
