/**
 * A program that somebody else compiled, run to its end on the model kernel in ring 3, with all that it starts. Its standard
 * input, output and error are the host's; no history is kept, so it can run for long.
 */
import { assert } from '../base/assert.ts';
import { writeCpio, type CpioEntry } from '../formats/cpio.ts';
import type { DebugInfo } from '../formats/debug-info.ts';
import { VECTORS } from '../isa/registers.ts';
import { Machine, type Compiler, type MachineStop } from '../machine/machine.ts';
import type { CostProfileName } from '../machine/cost.ts';
import { buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { resolveConfig, soleAppNames } from '../toolchain/kconfig.ts';
import { syscallRows } from '../toolchain/syscall-table.ts';
import type { Network } from './network.ts';
import { guestSources } from './sources.ts';
import { stocked } from './stock.ts';
import { callText, resultText, textAt, traceValue } from './trace-text.ts';

export interface ProgramOptions {
  program: Uint8Array;
  /** Where it lies in the guest's file system. */
  path: string;
  argv: readonly string[];
  env: readonly string[];
  files: readonly CpioEntry[];
  /** Everything on standard input, asked for when the program first reads it; or 'terminal'. */
  stdin: (() => Uint8Array) | 'terminal';
  /** Which of standard output and error are the terminal too. */
  terminal?: { stdout: boolean; stderr: boolean };
  memoryBytes: number;
  /** How many CPUs, one if not said. */
  cpus?: number;
  /** With the switch NET. */
  net?: boolean;
  /** A network card, and who is at the other end of its cable. Then there is NET too. */
  network?: Pick<Network, 'make' | 'commandLine'>;
  /** One of its sockets takes connections from now on. */
  listens?: () => void;
  /** Seconds since 1970 at power-on. */
  startSeconds?: number;
  cost?: CostProfileName;
  /** Translates what runs much. */
  compiler?: Compiler;
  output: (channel: 'stdout' | 'stderr' | 'terminal', byte: number) => void;
  /** Told of each finished system call: `write(1, "hello\n", 6) = 6`, after `[pid 3] ` when another task than the program's first one made it. */
  trace?: (line: string) => void;
}

/** An exception of the program itself, the last one before its end. */
export interface ProgramFault {
  vector: number;
  name: string;
  rip: bigint;
  address?: bigint;
  error?: number;
  /** What stands at RIP. */
  bytes: Uint8Array;
}

const PAGE_FAULT = 14;
const INIT = '/sbin/init';
const WORDS = 'run/cmdline', ENVIRONMENT = 'run/environ';
const cache = freshCache();

export class Program {
  /** The kernel's. */
  readonly debug: DebugInfo;
  readonly machine: Machine;
  /** Numbers that the kernel does not know, and how often the program asked. */
  readonly unserved = new Map<number, number>();
  /** The kernel's messages. */
  log = '';
  fault: ProgramFault | undefined;
  /** What the kernel said when it panicked: then it is the machine that ended. */
  panic: string | undefined;
  /** It called exit() or exit_group(): its status is no signal. */
  exited = false;
  readonly #waiting: () => string[];

  constructor(options: ProgramOptions) {
    const sources = guestSources();
    const switches = resolveConfig(sources, 'linux', options.net || options.network ? { NET: 'on' } : {});
    assert(typeof switches !== 'string', 'the stock kernel has no configuration');
    // The kernel is the same beside any application.
    const build = buildGuest({ sources, app: soleAppNames(sources)[0], switches }, stocked('linux', switches, cache));
    assert(build.ok, 'the stock kernel does not compile');
    const words = (list: readonly string[]): Uint8Array => new TextEncoder().encode(list.map((word) => `${word}\0`).join(''));
    const init = build.images.find(({ name }) => name === INIT);
    assert(init !== undefined, 'the stock kernel has nothing to start');
    // What the program takes for its name need not be where it lies.
    const [name, ...args] = options.argv, start = [INIT, '-a', name, options.path, ...args];
    const initramfs = writeCpio([
      ...options.files, { path: INIT.slice(1), mode: 0o100755, data: init.elf },
      { path: options.path.replace(/^\//, ''), mode: 0o100755, data: options.program },
      { path: WORDS, mode: 0o100444, data: words(start) }, { path: ENVIRONMENT, mode: 0o100444, data: words(options.env) },
    ]);
    const { stdin, terminal } = options;
    const places = [stdin === 'terminal' ? '/dev/console' : '/dev/fw_cfg/stdin', terminal?.stdout ? '/dev/console' : '/dev/debugcon0',
      terminal?.stderr ? '/dev/console' : '/dev/debugcon1'];
    const onTerminal = places.includes('/dev/console');
    const commandLine = `console=ttyS0 quiet init_cmdline=/${WORDS} init_environ=/${ENVIRONMENT} ` +
      `stdin=${places[0]} stdout=${places[1]} stderr=${places[2]}`;
    this.machine = new Machine({
      kernel: build.kernel, initramfs, cpus: options.cpus, ramBytes: options.memoryBytes, cost: options.cost ?? 'skx-off',
      ...(options.startSeconds === undefined ? {} : { startSeconds: options.startSeconds }), files: new Map(stdin === 'terminal' ? [] : [['opt/stdin', stdin]]),
      ...(options.network ? { wire: options.network.make, commandLine: options.network.commandLine(commandLine) } : { commandLine }),
    });
    this.machine.translator = options.compiler;
    const rows = syscallRows(sources);
    this.debug = build.images[0].debug;
    const { types, tracepoints } = this.debug;
    const sites = new Map(tracepoints.filter(({ name }) => name === 'sys_enter' || name === 'sys_exit' || name === 'sched_switch' ||
      name === 'sched_process_exec' || name === 'panic').map((site) => [site.addr, site]));
    /** Who runs on each CPU. */
    const running: number[] = [];
    /** Which task was the first to become the program. */
    let main: number | undefined;
    /** What came before the program starts it and waits for it: nothing of that is told. */
    const starters = new Set<number>();
    /** What each task asked for in the call that it is in. */
    const calls = new Map<number, { nr: number; args: bigint[]; text?: string }>();
    this.#waiting = () => [...calls].map(([task, { nr, args }]) =>
      `task ${task} waits in ${callText(this.machine, rows.find((row) => row.nr === nr), nr, args)}`);
    const tell = (pid: number, text: string): void => options.trace?.(pid === main ? text : `[pid ${pid}] ${text}`);
    let probedAt = -1;
    const probed = [...sites.keys()], probe = (cpu: number, n: number): void => {
      const site = sites.get(probed[n]), pid = running[cpu] ?? 0;
      // An instruction that is looked up twice tells once.
      if (!site || probedAt === this.machine.tick) return;
      probedAt = this.machine.tick;
      const value = (name: string): bigint => {
        const argument = site.args.find((one) => one.name === name);
        return argument ? traceValue(this.machine, types, argument) : 0n;
      };
      if (site.name === 'panic') {
        this.panic = textAt(this.machine, value('message'), 256);
        return;
      }
      if (site.name === 'sched_switch') {
        running[cpu] = Number(BigInt.asIntN(32, value('next_pid')));
        return;
      }
      if (site.name === 'sched_process_exec') {
        if (main === undefined && textAt(this.machine, value('filename'), options.path.length + 1) === options.path) main = pid;
        return;
      }
      if (main === undefined) starters.add(pid);
      if (starters.has(pid)) {
        // The exec that has made it the program returns.
        if (pid === main) starters.delete(pid);
        return;
      }
      const nr = Number(BigInt.asIntN(32, value('nr'))), row = rows.find((one) => one.nr === nr);
      if (site.name === 'sys_enter') {
        const ends = row?.name === 'exit_group' || row?.name === 'exit';
        // What it did wrong before this call was not its end.
        if (pid === main) [this.fault, this.exited] = [undefined, ends];
        const args = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'].map(value);
        // The text of a call that does not return here, or returns into another program, is that of now.
        const text = options.trace && (ends || row?.name === 'execve') ? callText(this.machine, row, nr, args) : undefined;
        if (ends) calls.delete(pid);
        else calls.set(pid, text === undefined ? { nr, args } : { nr, args, text });
        if (ends) tell(pid, `${text} = ?`);
        return;
      }
      const call = calls.get(pid);
      calls.delete(pid);
      if (row?.name === 'listen' && value('ret') === 0n) options.listens?.();
      if (!row) this.unserved.set(nr, (this.unserved.get(nr) ?? 0) + 1);
      if (!options.trace) return;
      const result = BigInt.asIntN(64, value('ret')), { args, text } = call ?? { args: [] };
      tell(pid, `${text ?? callText(this.machine, row, nr, args, result)} = ${resultText(row, result, rows[0].sets)}`);
    };
    this.machine.setProbes(probed);
    const onConsole = onTerminal ? (byte: number): void => options.output('terminal', byte)
      : (byte: number): void => void (this.log += String.fromCharCode(byte));
    this.machine.hooks = {
      probe,
      deliver: (cpu, { kind, vector, fromCpl, fromRip, cr2, error }) => {
        if (kind === 'interrupt' || fromCpl !== 3 || running[cpu] !== main) return;
        const address = vector === PAGE_FAULT && cr2 !== undefined ? { address: cr2 } : {};
        this.fault = { vector, name: VECTORS[vector]?.mnemonic ?? `vector ${vector}`, rip: fromRip, ...address, ...(error === undefined ? {} : { error }),
          bytes: this.machine.peek(fromRip, 15) ?? this.machine.peek(fromRip, 1) ?? new Uint8Array(0) };
      },
      consoleOut: onConsole,
      debugOut: (channel, byte) => options.output(channel ? 'stderr' : 'stdout', byte),
    };
  }

  /** Of a machine that idles: each task and the call that it is in. */
  waiting(): string[] {
    return this.#waiting();
  }

  /** Runs on for so many ticks, or until something ends it. */
  run(ticks: number): MachineStop {
    return this.machine.run(this.machine.tick + ticks);
  }
}
