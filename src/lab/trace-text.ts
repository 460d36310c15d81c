/** What a tracepoint's arguments are worth at this moment, and a system call as a line of text, after the columns of syscall_64.tbl. */
import type { DebugType, TraceArgument } from '../formats/debug-info.ts';
import { RBP_SLOT, RSP_SLOT } from '../machine/cpu/state.ts';
import type { Machine } from '../machine/machine.ts';
import type { NamedConstant, SyscallRow } from '../toolchain/syscall-table.ts';

export const GPR = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
const PAGE_SIZE = 4096;
const decoder = new TextDecoder();
/** So much of a buffer is shown. */
const SHOWN = 32;
const AT_FDCWD = -100n;

export function traceValue(machine: Machine, types: readonly DebugType[], argument: TraceArgument): bigint {
  const { base, steps } = argument;
  let value: bigint;
  switch (base.kind) {
    case 'reg': value = machine.current.pair(2 * GPR.indexOf(base.reg)); break;
    case 'rbp': value = machine.current.pair(RBP_SLOT) + BigInt(base.offset); break;
    case 'rsp': value = machine.current.pair(RSP_SLOT) + BigInt(base.offset); break;
    case 'const': value = base.value; break;
    case 'address': value = base.address; break;
    default: value = 0n;
  }
  for (const { offset, load, signed } of steps) {
    value = BigInt.asUintN(64, value + BigInt(offset));
    if (!load) continue;
    const loaded = machine.peekNumber(value, load);
    if (loaded === undefined) return 0n;
    value = signed ? BigInt.asIntN(load * 8, loaded) : loaded;
  }
  if (base.kind !== 'reg' || steps.length) return value;
  // Above a narrow value the rest of its register means nothing.
  let type: DebugType | undefined = types[argument.type];
  while (type?.kind === 'typedef') type = types[type.to];
  if (type?.kind === 'int' || type?.kind === 'enum') value =
    type.kind === 'int' && type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value);
  return value;
}

/** The NUL-terminated text there, as far as it is mapped; undefined where nothing is. */
export function textAt(machine: Machine, at: bigint, limit = 64): string | undefined {
  const found: number[] = [];
  while (found.length < limit) {
    const from = at + BigInt(found.length);
    const bytes = machine.peek(from, Math.min(limit - found.length, PAGE_SIZE - Number(from & 0xfffn)));
    if (!bytes && found.length === 0) return undefined;
    const end = bytes ? bytes.indexOf(0) : 0;
    if (bytes) found.push(...(end < 0 ? bytes : bytes.subarray(0, end)));
    if (end >= 0) break;
  }
  return decoder.decode(Uint8Array.from(found));
}

/** The columns of a row, `name:kind:length`, taken apart once. */
const columns = new WeakMap<SyscallRow, { name: string; kind: string; length: string | undefined }[]>();
function columnsOf(row: SyscallRow): { name: string; kind: string; length: string | undefined }[] {
  let found = columns.get(row);
  if (!found) columns.set(row, (found = row.args.map((column) => {
    const [name, kind = 'dec', length] = column.split(':');
    return { name, kind, length };
  })));
  return found;
}

/** Does a call leave something behind that its text shows? The rest of the text is as it was when the kernel was asked. */
export const fillsIn = (row: SyscallRow): boolean => columnsOf(row).some(({ kind }) => kind === 'out');

/** `O_RDWR|O_CREAT`, `PROT_NONE`, `MAP_PRIVATE|0x800`. Names of several bits are values of the field that they cover together. */
function flagsText(set: readonly NamedConstant[], flags: bigint): string {
  const value = Number(BigInt.asUintN(32, flags));
  const bits = set.filter((one) => one.value > 0 && (one.value & (one.value - 1)) === 0);
  const names: string[] = [];
  let rest = value;
  for (const { name, value: bit } of bits) {
    if (!(rest & bit)) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  const none = set.find((one) => one.value === 0)?.name;
  if (rest) names.push(`0x${rest.toString(16)}`);
  return names.length ? names.join('|') : (none ?? '0');
}

/** `write(1, "hello\n", 6)`. With the result also what the call has filled in. */
export function callText(machine: Machine, row: SyscallRow | undefined, nr: number, args: readonly bigint[], result?: bigint): string {
  if (!row) return `syscall ${nr}`;
  const hex = (value: bigint): string => (value === 0n ? 'NULL' : `0x${BigInt.asUintN(64, value).toString(16)}`);
  const buffer = (at: bigint, count: number): string => {
    const bytes = machine.peek(at, Math.min(count, SHOWN));
    return bytes ? JSON.stringify(decoder.decode(bytes)) + (count > SHOWN ? '...' : '') : hex(at);
  };
  // struct timespec: two signed words.
  const timespec = (at: bigint): string => {
    const [seconds, nanoseconds] = [0n, 8n].map((offset) => (at === 0n ? undefined : machine.peekNumber(at + offset, 8)));
    return seconds === undefined || nanoseconds === undefined ? hex(at)
      : `{tv_sec=${BigInt.asIntN(64, seconds)}, tv_nsec=${BigInt.asIntN(64, nanoseconds)}}`;
  };
  const all = columnsOf(row);
  const shown = all.map(({ kind, length }, n) => {
    const value = args[n] ?? 0n;
    if (kind === 'str') {
      const text = textAt(machine, value);
      return text === undefined ? hex(value) : JSON.stringify(text);
    }
    if (kind === 'in') return buffer(value, Number(BigInt.asUintN(32, args[all.findIndex(({ name }) => name === length)] ?? 0n)));
    if (kind === 'out' && result !== undefined && result >= 0n && length === row.returns) return buffer(value, Number(result));
    if (kind === 'flags') return flagsText(row.sets.get(length ?? '') ?? [], value);
    if (kind === 'one') return row.sets.get(length ?? '')?.find((one) => BigInt(one.value) === BigInt.asIntN(32, value))?.name ??
      BigInt.asIntN(32, value).toString();
    if (kind === 'timespec') return timespec(value);
    if (kind === 'hex' || kind === 'out') return hex(value);
    if (kind === 'oct') return `0${value.toString(8)}`;
    if (kind === 'fd') return BigInt.asIntN(32, value) === AT_FDCWD ? 'AT_FDCWD' : BigInt.asIntN(32, value).toString();
    return BigInt.asIntN(64, value).toString();
  });
  return `${row.name}(${shown.join(', ')})`;
}

/** What a set of the table calls a value. */
export const constantName = (sets: SyscallRow['sets'], set: string, value: number): string | undefined =>
  sets.get(set)?.find((one) => one.value === value)?.name;

/** `0`, `-1 ENOENT`, `0x7ffff7ff9000`. */
export function resultText(row: SyscallRow | undefined, result: bigint, sets: SyscallRow['sets']): string {
  if (result < 0n && result > -4096n) return `-1 ${constantName(sets, 'errno', Number(-result)) ?? `errno ${-result}`}`;
  const kind = row?.returns.split(':')[1];
  return kind === 'hex' ? `0x${BigInt.asUintN(64, result).toString(16)}` : kind === 'oct' ? `0${result.toString(8)}` : result.toString();
}
