/**
 * For tests: programs that the host's compilers made, run natively and on the model kernel, so that their answers can be compared.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CpioEntry } from '../formats/cpio.ts';
import { Program } from '../lab/program.ts';
import { madeByIntel } from '../machine/cpu/native/run.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { report } from './exec.ts';

/** Removed when the process ends. */
export const folder = mkdtempSync(join(tmpdir(), 'ringside-exec-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const works = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
export const isIntel = existsSync('/proc/cpuinfo') && madeByIntel(readFileSync('/proc/cpuinfo', 'utf8'));
export const isLinux = process.platform === 'linux' && process.arch === 'x64';

function canBuild(compiler: string): boolean {
  writeFileSync(join(folder, 'probe.c'), '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n');
  return isLinux && works(compiler, '-static', join(folder, 'probe.c'), '-o', join(folder, 'probe'));
}

export const HAS_GCC = canBuild('gcc'), HAS_MUSL = canBuild('musl-gcc');

export interface Result {
  stdout: string;
  stderr: string;
  status: number;
  notes: string[];
}

export interface Given {
  args?: readonly string[];
  stdin?: string;
  files?: readonly CpioEntry[];
  maxInstructions?: number;
  memoryBytes?: number;
  cpus?: number;
  /** With sockets, epoll and eventfd. */
  net?: boolean;
}

/** How many CPUs the tests' machines have where a test does not say: `RINGSIDE_CPUS=4 npx vitest run src/cli/hostile.test.ts`. */
const CPUS = Number(process.env['RINGSIDE_CPUS'] ?? 1);

const MEMORY = 48 * 1024 * 1024;

export function onModel(path: string, given: Given): Result & { calls: string[] } {
  return bytesOnModel(readFileSync(path), path, given);
}

export function bytesOnModel(bytes: Uint8Array, path: string,
  { args = [], stdin = '', files = [], maxInstructions = 400_000_000, memoryBytes = MEMORY, cpus = CPUS, net = false }: Given): Result & { calls: string[] } {
  const out = { stdout: [] as number[], stderr: [] as number[] };
  const calls: string[] = [];
  const program = new Program({
    program: bytes, path: '/bin/program', argv: [path, ...args], env: ['HOME=/', 'PATH=/bin'],
    files: [{ path: 'tmp', mode: 0o041777, data: new Uint8Array(0) },
    { path: 'etc/passwd', mode: 0o100644, data: new TextEncoder().encode('root:x:0:0:root:/:/bin/sh\n') },
    { path: 'etc/group', mode: 0o100644, data: new TextEncoder().encode('root:x:0:\n') }, ...files],
    stdin: () => new TextEncoder().encode(stdin), memoryBytes, cpus, net, compiler,
    output: (channel, byte) => out[channel === 'stderr' ? 'stderr' : 'stdout'].push(byte), trace: (line) => calls.push(line),
  });
  let stop = program.run(10_000_000);
  while (stop.kind === 'limit' && program.machine.instructions < maxInstructions) stop = program.run(10_000_000);
  const text = (bytes: number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));
  const status = stop.kind === 'exit' ? (stop.code ?? -1) : -1;
  const notes = [...report('program', status, program), ...(stop.kind === 'idle' ? program.waiting() : [])];
  return { stdout: text(out.stdout), stderr: text(out.stderr), status, notes, calls };
}

/** Exit status as a shell tells it. */
export function natively(path: string, { args = [], stdin = '' }: Given, cwd = folder): Omit<Result, 'notes'> {
  const run = spawnSync(path, args, { input: stdin, cwd, env: { HOME: '/', PATH: '/bin' }, encoding: 'utf8' });
  return { stdout: run.stdout, stderr: run.stderr, status: run.status ?? 128 + (run.signal ? constants.signals[run.signal] : 0) };
}

/** The same in an empty folder that holds a folder `tmp`. */
export function nativelyAlone(path: string, given: Given): Omit<Result, 'notes'> {
  const alone = mkdtempSync(join(folder, 'alone-'));
  mkdirSync(join(alone, 'tmp'));
  return natively(path, given, alone);
}

/** Compiles a C file beside these tests. @returns the program's path. */
export function compile(compiler: string, source: string, ...flags: string[]): string {
  const out = join(folder, [source, compiler, ...flags].join('').replace(/[^\w-]/g, ''));
  if (existsSync(out)) return out;
  const made = spawnSync(compiler, [...flags, new URL(`${source}.c`, import.meta.url).pathname, '-o', out, '-lm', '-w'], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return out;
}
