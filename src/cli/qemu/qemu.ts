/** One run under QEMU: the stub built with the host's tools, QEMU started, lines typed, its log read. */
import { execFileSync, spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElf } from '../../formats/elf64.ts';
import type { BuildResult } from '../../toolchain/build.ts';
import { Gdb } from './gdb.ts';
import { readLog, type Attempt } from './log.ts';
import { Monitor } from './monitor.ts';
import { RAM_MEGABYTES } from './ours.ts';

export type Image = Pick<BuildResult, 'kernel' | 'initramfs' | 'commandLine'> & {
  /** How many; one if not said. */
  cpus?: number;
};

/** By the power-off port; by a triple fault, for QEMU is told not to reboot; asleep for good, on all CPUs; not at all. */
export type End = 'exit' | 'triple-fault' | 'idle' | 'limit';

/** A machine that runs until it is ended. */
export interface Server {
  readonly pid: number;
  console(): string;
  /** Until this is on the console. It throws if that takes a minute, or QEMU ends. */
  said(text: string): Promise<void>;
  end(): Promise<void>;
}

export interface QemuRun {
  console: string;
  end: End;
  /** What was written to the power-off port, modulo 128: an exit status of QEMU holds no more. Undefined: it did not end by that. */
  status: number | undefined;
  attempts: Attempt[];
  complaint: string;
}

/** A 64-bit CPU with all that the interpreter can do, under Intel's name: where the two makers differ, we follow Intel's manual. */
const CPU = 'max,vendor=GenuineIntel';
/**
 * Time is counted in instructions and does not pass while all CPUs are halted: every run of the same image is the same, however busy the host is. A
 * nanosecond each, so that timers come about as soon as ours. Several CPUs take turns by that time, a tenth of a second each, so where one spins until
 * another has done something an instruction takes four.
 */
const icount = (cpus: number): string => `shift=${cpus > 1 ? 2 : 0},sleep=off`;
const SECONDS = 60;

/**
 * Time does not pass while all are halted, but goes on at the next timer: so who is found in the same sleep so often, this far apart, sleeps for good.
 * But not where a thread of QEMU could run and the host has not let it.
 */
const LOOKS = 4, BETWEEN_MS = 50;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether every thread but the first, which answers the monitor, waits for something. Linux: proc(5), /proc/PID/task/TID/stat. */
function threadsWait(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).filter((tid) => Number(tid) !== pid)
      .every((tid) => /\) S /.test(readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1')));
  } catch {
    // One has ended meanwhile.
    return false;
  }
}

/** One line that says what is missing, or undefined. */
export function missingTools(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the stub needs the tools of Linux on x86-64';
  for (const tool of ['qemu-system-x86_64', 'gcc', 'ld']) if (spawnSync(tool, ['--version']).status !== 0) return `${tool} is not installed`;
  return undefined;
}

export class Qemu {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringside-qemu-'));
  readonly #stubSource: string;
  readonly #running = new Set<ChildProcessWithoutNullStreams>();

  constructor(stubSource: string) {
    this.#stubSource = stubSource;
  }

  version(): string {
    return spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
  }

  /** Ends whatever still runs and removes the files. */
  close(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The stub for kernels with this entry address. */
  #stub(entry: bigint): string {
    const path = join(this.folder, `stub-${entry.toString(16)}`);
    if (existsSync(path)) return path;
    execFileSync('gcc', ['-m32', '-c', '-o', `${path}.o`, this.#stubSource]);
    execFileSync('ld', ['-m', 'elf_i386', '-z', 'noexecstack', '-Ttext-segment=0x100000', '-e', 'pvh_start', `--defsym=kernel_entry=0x${entry.toString(16)}`,
      '-o', path, `${path}.o`]);
    return path;
  }

  /** @param clock How time passes: counted in instructions, or as outside. */
  #start(image: Image, more: readonly string[], clock: 'counted' | 'real' = 'counted', wrap: readonly string[] = []): ChildProcessWithoutNullStreams {
    const elf = readElf(image.kernel);
    if (typeof elf === 'string') throw new Error(elf);
    const kernel = join(this.folder, 'kernel'), initramfs = join(this.folder, 'initramfs');
    writeFileSync(kernel, image.kernel);
    writeFileSync(initramfs, image.initramfs);
    const [command, ...words] = [...wrap, 'qemu-system-x86_64',
      '-M', 'microvm,pit=off,pic=off,rtc=off,acpi=off,auto-kernel-cmdline=off', '-accel', 'tcg', '-cpu', CPU, '-smp', String(image.cpus ?? 1), '-m',
      `${RAM_MEGABYTES}M`, ...(clock === 'counted' ? ['-icount', icount(image.cpus ?? 1)] : []),
      '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio', '-device', 'isa-debug-exit,iobase=0xf4,iosize=4',
      '-kernel', this.#stub(elf.entry), ...(image.initramfs.length ? ['-initrd', initramfs] : []), '-append', image.commandLine, '-device',
      `loader,file=${kernel}`, ...more];
    const child = spawn(command, words);
    this.#running.add(child);
    child.on('exit', () => this.#running.delete(child));
    return child;
  }

  /**
   * Runs to the end: until the machine powers off, resets, or sleeps for good. As on our machine, each line is typed when it does.
   * @param logs are the exceptions wanted? They are all written to a file.
   */
  run(image: Image, lines: readonly string[], { logs = true, seconds = SECONDS } = {}): Promise<QemuRun> {
    const log = join(this.folder, 'log'), socket = join(this.folder, 'monitor');
    const child = this.#start(image, [...(logs ? ['-d', 'int', '-D', log] : []), '-monitor', `unix:${socket},server=on,wait=off`]);
    const run: QemuRun = { console: '', end: 'limit', status: undefined, attempts: [], complaint: '' };
    const waiting = [...lines];
    let ended: End | undefined;
    const end = (how: End): void => {
      ended = how;
      child.kill('SIGTERM');
    };
    const watch = async (): Promise<void> => {
      const lives = (): boolean => child.exitCode === null && child.signalCode === null;
      let monitor: Monitor | undefined;
      while (lives() && !(monitor = await Monitor.open(socket))) await pause(BETWEEN_MS);
      for (let same = 0, last: string | undefined; monitor && lives(); await pause(BETWEEN_MS)) {
        const now = await monitor.halted();
        same = now !== undefined && now === last && threadsWait(child.pid ?? 0) ? same + 1 : 0;
        last = now;
        if (same < LOOKS) continue;
        same = 0;
        const line = waiting.shift();
        if (line === undefined) end('idle');
        else child.stdin.write(line);
      }
      monitor?.close();
    };
    // A program to which nothing is typed ends by itself; asking for registers takes QEMU's one thread for all CPUs out of its turn.
    if (lines.length) void watch();
    return new Promise((resolve) => {
      const timer = setTimeout(() => end('limit'), seconds * 1000);
      child.stdout.on('data', (data: Buffer) => void (run.console += data.toString('latin1')));
      child.stderr.on('data', (data: Buffer) => void (run.complaint += data.toString()));
      child.stdin.on('error', () => undefined);
      child.on('close', (code) => {
        clearTimeout(timer);
        // isa-debug-exit ends QEMU with 2 * value + 1.
        if (code !== null && code & 1) run.status = code >> 1;
        run.end = ended ?? (run.status === undefined ? 'triple-fault' : 'exit');
        run.attempts = existsSync(log) ? readLog(readFileSync(log, 'latin1')) : [];
        rmSync(log, { force: true });
        rmSync(socket, { force: true });
        resolve(run);
      });
    });
  }

  /**
   * Starts and goes on, in the time of the world outside. The caller ends it.
   * @param wrap A command that ends by becoming QEMU.
   */
  serve(image: Image, more: readonly string[], wrap: readonly string[]): Server {
    const child = this.#start(image, more, 'real', wrap);
    let console = '', complaint = '', told: () => void = () => undefined;
    child.stdout.on('data', (data: Buffer) => {
      console += data.toString('latin1');
      told();
    });
    child.stderr.on('data', (data: Buffer) => void (complaint += data.toString()));
    const ended = new Promise<void>((resolve) => child.on('close', () => {
      told();
      resolve();
    }));
    const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
    return {
      pid: child.pid ?? 0,
      console: () => console.replaceAll('\r\n', '\n'),
      said: async (text) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
        while (!console.includes(text) && !hasEnded()) await new Promise<void>((resolve) => void (told = resolve));
        clearTimeout(timer);
        if (!console.includes(text)) throw new Error(`QEMU has not come to '${text}': ${console}${complaint}`);
      },
      end: async () => {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }

  /** Starts halted, with a debugger at its side. The caller ends it. */
  async debug(image: Image): Promise<{ gdb: Gdb; end: () => void }> {
    const socket = join(this.folder, 'gdb');
    const child = this.#start(image, ['-S', '-chardev', `socket,path=${socket},server=on,wait=off,id=gdb`, '-gdb', 'chardev:gdb']);
    child.stdout.resume();
    const timer = setTimeout(() => child.kill('SIGKILL'), SECONDS * 1000);
    for (let tries = 0; ; tries++) {
      try {
        const gdb = await Gdb.open(socket);
        return {
          gdb,
          end: () => {
            clearTimeout(timer);
            gdb.close();
            child.kill('SIGKILL');
            rmSync(socket, { force: true });
          },
        };
      } catch (error) {
        if (tries > 200) throw error;
        await pause(20);
      }
    }
  }
}
