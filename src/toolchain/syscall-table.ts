/** The table of system calls: its rows, with their tracing columns, and the headers that are made from it. */

const SYSCALL_TABLE = 'linux/arch/x86/entry/syscalls/syscall_64.tbl';

export interface SyscallRow {
  nr: number;
  name: string;
  entry: string;
  returns: string;
  args: string[];
}

export function syscallRows(sources: ReadonlyMap<string, string>): SyscallRow[] {
  return (sources.get(SYSCALL_TABLE) ?? '').split('\n').flatMap((line) => {
    const [nr, name, entry, returns, ...args] = line.replace(/#.*/, '').trim().split(/\s+/);
    return nr && name && entry ? [{ nr: Number(nr), name, entry, returns: returns ?? 'dec', args }] : [];
  });
}

/** Headers made from the table of system calls. */
export function generatedHeaders(sources: ReadonlyMap<string, string>): Map<string, string> {
  const table = syscallRows(sources);
  return new Map([
    ['generated/unistd_64.h', table.map(({ nr, name }) => `#define __NR_${name} ${nr}\n`).join('')],
    ['generated/syscalls_64.h', table.map(({ nr, entry }) => `__SYSCALL(${nr}, ${entry})\n`).join('')],
  ]);
}
