/** The table of system calls: its rows, with their tracing columns, and the headers that are made from it. */

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

/** The rows of syscall_64.tbl with their tracing columns, and the constants that these name. */
export function syscallRows(sources: ReadonlyMap<string, string>): SyscallRow[] {
  const sets = new Map<string, NamedConstant[]>();
  let when: string | undefined;
  return (sources.get(SYSCALL_TABLE) ?? '').split('\n').flatMap((line) => {
    const [nr, name, entry, returns, ...args] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (nr === 'set') sets.set(name, constantsOf(sources.get(entry) ?? '', returns));
    if (nr === 'when') when = name;
    return nr && nr !== 'set' && name && entry ? [{ nr: Number(nr), name, entry, returns: returns ?? 'dec', args, sets, ...(when ? { when } : {}) }] : [];
  });
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
