/** One run under QEMU: the stub built with the host's tools, QEMU started, lines typed, its log read. */
import { execFileSync, spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElf } from '../../formats/elf64.ts';
import type { BuildResult } from '../../toolchain/build.ts';
import { normalised } from './compare.ts';
import { Gdb } from './gdb.ts';
import { readLog, type Attempt } from './log.ts';
import { RAM_MEGABYTES, type Typed } from './ours.ts';

export type Image = Pick<BuildResult, 'kernel' | 'initramfs' | 'commandLine'> & {
  /** How many; one if not said. */
  cpus?: number;
};

export interface QemuRun {
  console: string;
  /** What was written to the power-off port, modulo 128: an exit status of QEMU holds no more. Undefined: it did not end by itself. */
  status: number | undefined;
  attempts: Attempt[];
  complaint: string;
}

/** A 64-bit CPU with all that the interpreter can do, under Intel's name: where the two makers differ, we follow Intel's manual. */
const CPU = 'max,vendor=GenuineIntel';
/**
 * Time is counted in instructions, 4 ns each, and does not pass while the CPU is halted: every run of the same image is
 * the same, however busy the host is.
 */
const ICOUNT = 'shift=2,sleep=off';
const SECONDS = 60;

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

  #start(image: Image, more: readonly string[]): ChildProcessWithoutNullStreams {
    const elf = readElf(image.kernel);
    if (typeof elf === 'string') throw new Error(elf);
    const kernel = join(this.folder, 'kernel'), initramfs = join(this.folder, 'initramfs');
    writeFileSync(kernel, image.kernel);
    writeFileSync(initramfs, image.initramfs);
    const child = spawn('qemu-system-x86_64', [
      '-M', 'microvm,pit=off,pic=off,rtc=off,acpi=off,auto-kernel-cmdline=off', '-accel', 'tcg', '-cpu', CPU, '-smp', String(image.cpus ?? 1), '-m',
      `${RAM_MEGABYTES}M`, '-icount', ICOUNT,
      '-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio', '-device', 'isa-debug-exit,iobase=0xf4,iosize=4',
      '-kernel', this.#stub(elf.entry), ...(image.initramfs.length ? ['-initrd', initramfs] : []), '-append', image.commandLine, '-device',
      `loader,file=${kernel}`, ...more,
    ]);
    this.#running.add(child);
    child.on('exit', () => this.#running.delete(child));
    return child;
  }

  /** Runs to the power-off, or until `lastText` is on the console where the guest only idles in the end. */
  run(image: Image, typed: readonly Typed[], oursBefore: (typed: Typed) => string, lastText: string | undefined): Promise<QemuRun> {
    const log = join(this.folder, 'log');
    const child = this.#start(image, ['-d', 'int', '-D', log]);
    const run: QemuRun = { console: '', status: undefined, attempts: [], complaint: '' };
    const waiting = [...typed];
    const look = (): void => {
      const text = normalised(run.console);
      // Typed where it was typed on our machine: after the same text.
      while (waiting.length && text.length >= oursBefore(waiting[0]).length) child.stdin.write(waiting.shift()?.text ?? '');
      if (!waiting.length && lastText !== undefined && text.length >= lastText.length) child.kill('SIGTERM');
    };
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        run.complaint += `no end after ${SECONDS} s\n`;
        child.kill('SIGKILL');
      }, SECONDS * 1000);
      child.stdout.on('data', (data: Buffer) => {
        run.console += data.toString('latin1');
        look();
      });
      child.stderr.on('data', (data: Buffer) => void (run.complaint += data.toString()));
      child.stdin.on('error', () => undefined);
      child.on('close', (code) => {
        clearTimeout(timer);
        // isa-debug-exit ends QEMU with 2 * value + 1.
        if (code !== null && code & 1) run.status = code >> 1;
        run.attempts = existsSync(log) ? readLog(readFileSync(log, 'latin1')) : [];
        rmSync(log, { force: true });
        resolve(run);
      });
    });
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
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}
