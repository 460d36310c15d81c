/** `ringside exec`: a static x86-64 program from the host, run on the model kernel, with the host's files and standard streams. */
import { readdirSync, readFileSync, readSync, statSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CLIENT_PORT, CONSOLE_PORT } from '../base/input.ts';
import { Refusal } from '../base/refusal.ts';
import type { CpioEntry } from '../formats/cpio.ts';
import { programNetwork, type Network } from '../lab/network.ts';
import { Program, type ProgramFault } from '../lab/program.ts';
import { Terminal } from '../net/terminal.ts';
import { GUEST_IP } from '../net/wire.ts';
import { absentName } from './absent.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { whyNotRunnable } from './program-file.ts';
import { SYSCALL_NAMES } from './syscall-names.ts';

export interface ExecOptions {
  strace?: boolean;
  file?: readonly string[];
  env?: readonly string[];
  maxInstructions?: string;
  memory?: string;
  cpus?: string;
  net?: boolean;
  client?: string;
}

const MIB = 1024 * 1024;
/** As many as the kernel takes. */
const MAX_CPUS = 8;
const DEFAULT_MEMORY = 128, MAX_MEMORY = 1024;
/** Machine steps between two looks at the terminal. */
const SLICE = 2_000_000;
/** Exit status when the limit of instructions ended it; timeout(1) uses the same. */
const LIMIT_STATUS = 124;
const SIGPIPE = 13, SIGINT = 2;
const CR = 13, LF = 10;
const SIGNALS: Readonly<Record<number, string>> = { 1: 'hang-up', 2: 'interrupt', 4: 'illegal instruction', 5: 'trap', 6: 'abort', 7: 'bus error',
  8: 'arithmetic error', 9: 'kill', 11: 'segmentation fault', 13: 'broken pipe', 15: 'termination' };
const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** One host path as entries of the guest's file system; a directory with all that is in it. */
function entriesOf(host: string, guest: string): CpioEntry[] {
  const path = guest.replace(/^\/+/, '').replace(/\/+$/, '');
  const { mode, mtimeMs } = statSync(host);
  const mtime = Math.floor(mtimeMs / 1000);
  if (statSync(host).isDirectory()) return [{ path, mode, mtime, data: new Uint8Array(0) },
    ...readdirSync(host).sort().flatMap((name) => entriesOf(join(host, name), `${path}/${name}`))];
  return [{ path, mode, mtime, data: readFileSync(host) }];
}

function fileEntries(words: readonly string[]): CpioEntry[] {
  return words.flatMap((word) => {
    const at = word.lastIndexOf(':');
    const host = at < 0 ? word : word.slice(0, at), guest = at < 0 ? '' : word.slice(at + 1);
    if (!host || !/[^/]/.test(guest)) throw new Refusal(`--file ${word}: write HOST:GUEST, the host's file and its path in the guest`);
    try {
      return entriesOf(host, guest);
    } catch {
      throw new Refusal(`--file ${word}: cannot read ${host}`);
    }
  });
}

function readProgram(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    if (statSync(path).isDirectory()) throw new Refusal(`${path} is a directory, not a program`);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`cannot ` +
      `read ${path}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String((error as NodeJS.ErrnoException).code)}`);
  }
  const why = whyNotRunnable(bytes);
  if (why !== undefined) throw new Refusal(`${path} ${why}`);
  return bytes;
}

function numberOf(option: string, word: string | undefined, otherwise: number, most: number): number {
  if (word === undefined) return otherwise;
  if (!/^[1-9]\d{0,14}$/.test(word) || Number(word) > most) throw new Refusal(`${option} ${word}: a number from 1 to ${most}`);
  return Number(word);
}

/** Reads standard input to its end. Blocks: only called when the program reads. */
function readAll(): Uint8Array {
  const parts: Uint8Array[] = [];
  const chunk = new Uint8Array(65_536);
  for (;;) {
    let n: number;
    try {
      n = readSync(0, chunk);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') continue;
      if (code === 'EOF' || code === 'EBADF') break;
      throw error;
    }
    if (n === 0) break;
    parts.push(chunk.slice(0, n));
  }
  return Buffer.concat(parts);
}

/** Gathers bytes for one of the host's descriptors. */
class Sink {
  readonly #fd: number;
  readonly #bytes = new Uint8Array(65_536);
  #used = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  put(byte: number): void {
    this.#bytes[this.#used++] = byte;
    if (this.#used === this.#bytes.length) this.flush();
  }

  flush(): void {
    for (let done = 0; done < this.#used; ) {
      try {
        done += writeSync(this.#fd, this.#bytes, done, this.#used - done);
      } catch (error) {
        // A full pipe that does not block: try again until the reader has taken some.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    }
    this.#used = 0;
  }
}

/** What the program's end wants to have said about it, in whole lines. */
export function report(name: string, status: number, program: Pick<Program, 'exited' | 'fault' | 'panic' | 'unserved' | 'log'>): string[] {
  const lines: string[] = [];
  if (program.panic !== undefined) lines.push(`${name}: the kernel panicked: ${program.panic}`);
  // As a shell does: nothing about an interrupt or a reader that has gone.
  else if (!program.exited && status > 128 && status !== 128 + SIGINT && status !== 128 + SIGPIPE)
    lines.push(`${name}: ended by ` +
    `signal ${status - 128} (${SIGNALS[status - 128] ?? 'unknown'})${program.fault ? faultText(program.fault, status - 128) : ''}`);
  for (const [, line] of program.log.matchAll(/^\[ *[\d.]+\] (.*?)\r?$/gm)) lines.push(`kernel: ${line}`);
  for (const [nr, times] of program.unserved) lines.push(`${name}: system call ${nr}${SYSCALL_NAMES.has(nr) ? ` (${SYSCALL_NAMES.get(nr)})` : ''} is not ` +
    `served and gave ENOSYS${times > 1 ? `, ${times} times` : ''}`);
  return lines;
}

function faultText({ vector, name, rip, address, error, bytes }: ProgramFault, signal: number): string {
  if (signal === 11 && vector === 14 && address !== undefined)
    return `: ${(error ?? 0) & 16 ? 'execution' : (error ?? 0) & 2 ? 'write' : 'read'} at ${hex(address)} by the instruction at ${hex(rip)}`;
  if (signal !== 4 || vector !== 6) return vector === 14 ? '' : `: ${name} at ${hex(rip)}`;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const there = `: at ${hex(rip)} stands ${text.slice(0, 8).join(' ')}`;
  if (bytes[0] === 0x0f && bytes[1] === 0x0b) return `${there}, ud2, which always faults`;
  const what = absentName(bytes);
  return what === undefined ? `${there}, which is no instruction` : `${there}, ${what}; this CPU does not have it`;
}

/** Somebody at the other end of the cable, who connects to a port as soon as the program listens: our standard input goes there. */
class Client {
  readonly network: Network;
  /** The program listens. */
  isHeard = false;
  /** What was typed and has not gone yet; nothing at all: there will be no more. */
  readonly typed: Uint8Array[] = [];
  /** No more will come from the program; and why, where that is a failure. */
  end: { why: string | undefined } | undefined;

  constructor(port: number, said: (bytes: Uint8Array) => void, ended: () => void) {
    this.network = programNetwork((host) => {
      const terminal = new Terminal(host, GUEST_IP, port);
      terminal.onBytes = said;
      terminal.onEnd = (why) => {
        this.end = { why };
        ended();
      };
      return terminal;
    });
  }
}

export async function exec(path: string, words: readonly string[], options: ExecOptions): Promise<number> {
  const files = fileEntries(options.file ?? []);
  const limit = numberOf('--max-instructions', options.maxInstructions, Infinity, 1e15);
  const memoryWanted = numberOf('--memory', options.memory, 0, MAX_MEMORY);
  const cpus = numberOf('--cpus', options.cpus, 1, MAX_CPUS);
  const port = options.client === undefined ? undefined : numberOf('--client', options.client, 0, 65_535);
  const bytes = readProgram(path);
  const carried = files.reduce((sum, { data }) => sum + data.length, bytes.length);
  const memory = (memoryWanted || Math.min(MAX_MEMORY, DEFAULT_MEMORY + Math.floor(carried / MIB) * 2)) * MIB;
  if (carried + 32 * MIB > memory) throw new Refusal(`program and files need ${Math.floor(carried / MIB) + 32} MiB and more: give --memory MIB, at ` +
    `most ${MAX_MEMORY}`);
  const env = [...(options.env ?? [])];
  const nameless = env.find((word) => word.indexOf('=') < 1);
  if (nameless !== undefined) throw new Refusal(`--env ${nameless}: write NAME=VALUE`);
  for (const word of ['HOME=/', 'PATH=/bin:/usr/bin', `TERM=${process.env['TERM'] ?? 'linux'}`]) if (!env.some((own) =>
    own.startsWith(word.slice(0, word.indexOf('=') + 1)))) env.push(word);
  // A terminal on the host is one in the guest; anything else is a pipe there.
  const terminal = port === undefined ? { stdin: process.stdin.isTTY, stdout: process.stdout.isTTY, stderr: process.stderr.isTTY }
    : { stdin: false, stdout: false, stderr: false };
  const sinks = { stdout: new Sink(1), stderr: new Sink(2) };
  const client = port === undefined ? undefined : new Client(port, (bytes) => {
    for (const byte of bytes) sinks.stdout.put(byte);
  }, () => machine.requestStop());
  const heard = (): void => {
    if (client) client.isHeard = true;
    machine.requestStop();
  };
  const network = client?.network ?? (options.net ? programNetwork(() => ({ state: {} })) : undefined);
  const terminalSink = terminal.stdout || !terminal.stderr ? sinks.stdout : sinks.stderr;
  const defaults: CpioEntry[] = [
    { path: 'etc/passwd', mode: 0o100644, data: new TextEncoder().encode('root:x:0:0:root:/:/bin/sh\n') },
    { path: 'etc/group', mode: 0o100644, data: new TextEncoder().encode('root:x:0:\n') },
    { path: 'tmp', mode: 0o041777, data: new Uint8Array(0) },
  ].filter((one) => !files.some((own) => own.path === one.path));

  let afterCr = false;
  const program = new Program({
    program: bytes, path: `/bin/${basename(path)}`, argv: [path, ...words], env, files: [...defaults, ...files],
    stdin: client ? () => new Uint8Array(0) : terminal.stdin ? 'terminal' : readAll, ...(network ? { network, listens: heard } : {}),
    terminal, memoryBytes: memory, cpus, compiler, startSeconds: Math.floor(Date.now() / 1000),
    output: (channel, byte) => {
      // The host's terminal makes CR LF of LF itself.
      if (channel !== 'terminal') sinks[client ? 'stderr' : channel].put(byte);
      else if (byte !== CR) {
        if (afterCr && byte !== LF) terminalSink.put(CR);
        terminalSink.put(byte);
      }
      afterCr = channel === 'terminal' && byte === CR;
    },
    ...(options.strace ? { trace: (line: string) => {
      sinks.stdout.flush();
      for (const byte of new TextEncoder().encode(`${line}\n`)) sinks.stderr.put(byte);
    } } : {}),
  });
  const { machine } = program;
  const flush = (): void => {
    sinks.stdout.flush();
    sinks.stderr.flush();
  };
  let wake: (() => void) | undefined;
  if (terminal.stdin) {
    // The guest's own terminal echoes, edits and knows Ctrl-C.
    process.stdin.setRawMode(true).on('data', (typed) => {
      machine.input(CONSOLE_PORT, typed);
      wake?.();
    });
  }
  let isTyping = client !== undefined || terminal.stdin;
  if (client) {
    process.stdin.on('data', (typed) => {
      client.typed.push(typed);
      wake?.();
    }).on('end', () => {
      client.typed.push(new Uint8Array(0));
      isTyping = false;
      wake?.();
    });
  }
  try {
    for (;;) {
      if (client?.isHeard) for (const bytes of client.typed.splice(0)) machine.input(CLIENT_PORT, bytes);
      const stop = program.run(Math.min(SLICE, Math.max(1, limit - machine.instructions)));
      flush();
      if (stop.kind === 'exit') {
        const status = stop.code ?? 0;
        if (options.strace) console.error(program.panic !== undefined ? '+++ kernel panic +++'
          : program.exited ? `+++ exited with ${status} +++` : `+++ killed by signal ${status - 128} +++`);
        for (const line of report(basename(path), status, program)) console.error(`ringside: ${line}`);
        return status;
      }
      if (client?.end) {
        if (client.end.why !== undefined) console.error(`ringside: the client's connection to port ${port}: ${client.end.why}`);
        return client.end.why === undefined ? 0 : 1;
      }
      if (stop.kind === 'triple-fault') throw new Error('the machine shut down by a triple fault');
      if (machine.instructions >= limit) {
        console.error(`ringside: ${basename(path)}: stopped after ${machine.instructions} instructions`);
        return LIMIT_STATUS;
      }
      if (stop.kind === 'idle' && !isTyping) {
        console.error([`ringside: ${basename(path)}: waits for something that will never come`, ...program.waiting()].join('\n  '));
        return 128 + SIGINT;
      }
      if (isTyping) await new Promise<void>((resolve) => (stop.kind === 'idle' ? (wake = resolve) : setImmediate(resolve)));
      wake = undefined;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 128 + SIGPIPE;
    throw error;
  } finally {
    if (terminal.stdin) {
      process.stdin.setRawMode(false);
      process.stdin.pause();
    }
    if (client) process.stdin.pause();
  }
}
