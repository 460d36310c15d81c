/**
 * A whole computer: the front door of src/machine. Everything a person or a test does to it goes through this class.
 * Looking never changes anything; the only inputs are the boot image and `input`.
 */
import { assert } from '../base/assert.ts';
import type { QuarterCycles } from '../base/units.ts';
import { PAGE_SIZE, Ram } from './mmu/ram.ts';
import { Board, type IpiMode } from './board.ts';
import { COST_PROFILES, type CostProfile, type CostProfileName } from './cost.ts';
import type { Cpu } from './cpu/cpu.ts';
import type { MakeDevice } from './devices/device.ts';
import type { HostFile } from './devices/fw-cfg.ts';
import type { MakePeer } from './devices/wire.ts';
import { packEdit } from './edit.ts';
import type { CpuHooks, SubStep } from './cpu/hooks.ts';
import { readFlags } from './cpu/flags.ts';
import type { Noted } from './cpu/notes.ts';
import { Socket, type Engine } from './cpu/socket.ts';
import * as S from './cpu/state.ts';
import { address } from './cpu/state.ts';
import { load, type BootImage } from './loader.ts';
import type { Compiler } from './cpu/translate/compiler.ts';
import type { WalkStep } from './mmu/mmu.ts';
import { hashMachine, takeSnapshot, restoreSnapshot, type PageStore, type Snapshot } from './snapshot.ts';

export interface MachineOptions extends BootImage {
  ramBytes: number;
  cost: CostProfileName;
  /** How many, one if not said. */
  cpus?: number;
  /** What the firmware configuration device offers. */
  files?: ReadonlyMap<string, HostFile>;
  /** Seconds since 1970 at power-on, for the calendar clock; without it the board has none. */
  startSeconds?: number;
  /** The board's, if not said. */
  devices?: readonly MakeDevice[];
  /** Gives the machine a network card, with this at the other end of the cable. */
  wire?: MakePeer;
}

export interface MachineStop {
  /** `limit`: the tick asked for; `stopped`: a hook asked; `idle`: all sleep, and nothing that is pending will ever wake one. */
  kind: 'limit' | 'idle' | 'exit' | 'triple-fault' | 'stopped';
  /** What was written to the power-off port. */
  code?: number;
}

export interface MachineHooks extends CpuHooks {
  /** A CPU sent something to another, or to itself. */
  ipi?: (from: number, to: number, vector: number, mode: IpiMode) => void;
  consoleOut?: (byte: number) => void;
  consoleIn?: (byte: number) => void;
  /** A byte on one of the two debug consoles, 0 or 1. */
  debugOut?: (channel: number, byte: number) => void;
  /** A frame leaves for the wire, or has come into the guest's memory. */
  packet?: (direction: 'out' | 'in', frame: Uint8Array) => void;
}

/** All registers at one moment, as plain values. */
export interface Registers {
  /** rax rcx rdx rbx rsp rbp rsi rdi r8 .. r15 */
  gpr: bigint[];
  rip: bigint;
  rflags: bigint;
  cs: number;
  ss: number;
  cpl: 0 | 3;
  cr0: bigint;
  cr2: bigint;
  cr3: bigint;
  cr4: bigint;
  efer: bigint;
  fsBase: bigint;
  gsBase: bigint;
  kernelGsBase: bigint;
  lstar: bigint;
  star: bigint;
  sfmask: bigint;
  idtr: { base: bigint; limit: number };
  gdtr: { base: bigint; limit: number };
  tr: { selector: number; base: bigint };
  halted: boolean;
  interruptShadow: boolean;
  /** 128 bits each. */
  xmm: bigint[];
  mxcsr: number;
  /** ST(0) to ST(7), 80 bits each; undefined where empty. */
  st: (bigint | undefined)[];
  fcw: number;
  fsw: number;
}

export class Machine {
  readonly socket: Socket;
  readonly cpus: readonly Cpu[];
  readonly board: Board;
  readonly ram: Ram;
  readonly costs: CostProfile;
  readonly #store: PageStore;
  /** For those who look from outside: the tables that show the upper half while those at `root` are loaded, which may hide it. */
  kernelTables?: (root: number) => number;

  constructor(options: MachineOptions) {
    this.costs = COST_PROFILES[options.cost];
    this.ram = new Ram(options.ramBytes);
    const { cpus = 1, files, startSeconds, devices, wire } = options;
    this.board = new Board({ ram: this.ram, costs: this.costs, cpus, files, startSeconds, devices, wire });
    this.socket = new Socket(this.ram, this.board, this.costs, this.board.lapics);
    this.cpus = this.socket.cpus;
    this.board.lines = this.socket;
    for (const cpu of this.cpus) cpu.setTime(0, 0);
    load(this.cpu, this.ram, options);
    this.#store = { pages: Array.from<Uint8Array>({ length: this.ram.pages }).fill(new Uint8Array(PAGE_SIZE)) };
  }

  /** With a compiler, code that runs much is translated to JavaScript; from when on makes no difference to what happens. */
  set translator(host: Compiler | undefined) {
    this.socket.translator = host?.translator(this.socket);
    this.socket.engine = host ? 'translated' : 'reference';
  }

  /** The boot CPU. */
  get cpu(): Cpu {
    return this.cpus[0];
  }
  /** The CPU whose turn it is; inside a hook, the one that tells. */
  get current(): Cpu {
    return this.socket.running;
  }
  /** Its number. Whoever names no CPU means this one. */
  get running(): number {
    return this.socket.running.number;
  }

  get tick(): number {
    return this.socket.tick;
  }
  get instructions(): number {
    return this.socket.instructions;
  }
  /** Quarter cycles, of the CPU that is furthest. */
  get quarterCycles(): QuarterCycles {
    let most = 0;
    for (const { quarterCycles } of this.cpus) most = Math.max(most, quarterCycles);
    return most;
  }
  get ns(): number {
    return (this.quarterCycles * 250_000_000) / this.costs.hertz;
  }

  set hooks(hooks: MachineHooks) {
    this.socket.hooks = hooks;
    this.board.onMessage = (from, to, vector, mode) => hooks.ipi?.(from, to, vector, mode);
    this.board.uart.onTransmit = (byte) => hooks.consoleOut?.(byte);
    this.board.debugcons.forEach((one, channel) => (one.onByte = (byte) => hooks.debugOut?.(channel, byte)));
    this.board.uart.onReceive = (byte) => hooks.consoleIn?.(byte);
    if (this.board.nic) this.board.nic.onFrame = (direction, frame) => hooks.packet?.(direction, frame);
    this.socket.running.attend();
  }

  /** What the guest said when it powered off; undefined while it is on. */
  get exitCode(): number | undefined {
    const { code } = this.board.debugExit.state;
    return code < 0 ? undefined : code;
  }

  /** Why nothing runs any more: it was powered off, or the CPU whose turn it is has shut down. */
  get over(): 'powered off' | 'shut down' | undefined {
    return this.exitCode !== undefined ? 'powered off' : this.current.s[S.SHUTDOWN] !== 0 ? 'shut down' : undefined;
  }

  /** Runs until the tick, or until something stops it before. */
  run(untilTick: number): MachineStop {
    const stop = this.exitCode === undefined ? this.socket.run(untilTick) : 'stopped', code = this.exitCode;
    if (code !== undefined) return { kind: 'exit', code };
    assert(stop !== 'turn', 'a run ends with somebody\'s turn');
    return { kind: stop === 'shutdown' ? 'triple-fault' : stop };
  }

  /** From inside a hook: stop at this instruction boundary. */
  requestStop(): void {
    this.socket.requestStop();
  }

  registers(number = this.running): Registers {
    const cpu = this.cpus[number], { s } = cpu;
    return {
      gpr: Array.from({ length: 16 }, (_, r) => cpu.pair(2 * r)),
      rip: cpu.pair(S.RIP), rflags: BigInt(readFlags(s) >>> 0), cs: s[S.CS_SELECTOR], ss: s[S.SS_SELECTOR], cpl: s[S.CPL] === 3 ? 3 : 0,
      cr0: cpu.pair(S.CR0), cr2: cpu.pair(S.CR2), cr3: cpu.pair(S.CR3), cr4: cpu.pair(S.CR4), efer: cpu.pair(S.EFER),
      fsBase: cpu.pair(S.FS_BASE), gsBase: cpu.pair(S.GS_BASE), kernelGsBase: cpu.pair(S.KERNEL_GS_BASE), lstar: cpu.pair(S.LSTAR), star: cpu.pair(S.STAR),
      sfmask: cpu.pair(S.FMASK),
      idtr: { base: cpu.pair(S.IDTR_BASE), limit: s[S.IDTR_LIMIT] & 0xffff }, gdtr: { base: cpu.pair(S.GDTR_BASE), limit: s[S.GDTR_LIMIT] & 0xffff },
      tr: { selector: s[S.TR_SELECTOR], base: cpu.pair(S.TR_BASE) }, halted: s[S.HALTED] !== 0, interruptShadow: s[S.SHADOW] !== 0,
      xmm: Array.from({ length: 16 }, (_, r) => (cpu.pair(S.XMM + 4 * r + 2) << 64n) | cpu.pair(S.XMM + 4 * r)), mxcsr: s[S.MXCSR],
      st: Array.from({ length: 8 }, (_, n) => {
        const r = ((s[S.FSW] >> 11) + n) & 7;
        return (s[S.FTW] >> r) & 1 ? (BigInt(s[S.FPR + 4 * r + 2] & 0xffff) << 64n) | cpu.pair(S.FPR + 4 * r) : undefined;
      }),
      fcw: s[S.FCW], fsw: s[S.FSW],
    };
  }

  /** The physical address of 8 bytes in one page at a virtual one, given by its halves, or -1; nothing is touched. */
  placeOf(lo: number, hi: number, cpu = this.running): number {
    const physical = this.cpus[cpu].mmu.look(lo, hi);
    return physical >= 0 && physical <= this.ram.bytes.length - 8 && (physical & (PAGE_SIZE - 1)) <= PAGE_SIZE - 8 ? physical : -1;
  }

  /**
   * Physical address of a virtual one, or -1; nothing is touched. Where the upper half is not in the tables that are loaded, it is looked up in
   * those that `kernelTables` names.
   */
  #physical(at: bigint, cpu: number): number {
    const { mmu } = this.cpus[cpu], lo = Number(BigInt.asIntN(32, at)), hi = Number(BigInt.asIntN(32, at >> 32n));
    let physical = mmu.look(lo, hi);
    if (physical < 0 && hi < 0 && this.kernelTables) physical = mmu.look(lo, hi, undefined, this.kernelTables(this.cpus[cpu].s[S.CR3] & -4096));
    return physical >= 0 && physical < this.ram.bytes.length ? physical : -1;
  }

  /** Bytes at a virtual address under the page tables of a CPU, or null when any page is missing. */
  peek(at: bigint, length: number, cpu = this.running): Uint8Array | null {
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const from = BigInt.asUintN(64, at + BigInt(done));
      const physical = this.#physical(from, cpu);
      if (physical < 0) return null;
      const part = Math.min(length - done, PAGE_SIZE - (physical & (PAGE_SIZE - 1)));
      out.set(this.ram.bytes.subarray(physical, physical + part), done);
      done += part;
    }
    return out;
  }

  /** The little-endian number of so many bytes there, or undefined when a page is missing. */
  peekNumber(at: bigint, bytes: number, cpu = this.running): bigint | undefined {
    const physical = this.#physical(at, cpu);
    if (physical >= 0 && (physical & (PAGE_SIZE - 1)) <= PAGE_SIZE - 8) return BigInt.asUintN(8 * bytes, this.ram.view.getBigUint64(physical, true));
    const found = this.peek(at, bytes, cpu);
    return found ? found.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) : undefined;
  }

  /** An edit of memory at a virtual address, as inputs of the memory port; null when any page is missing. */
  edits(at: bigint, bytes: Uint8Array, cpu = this.running): Uint8Array[] | null {
    const edits: Uint8Array[] = [];
    for (let done = 0; done < bytes.length; ) {
      const physical = this.#physical(BigInt.asUintN(64, at + BigInt(done)), cpu);
      if (physical < 0) return null;
      const part = bytes.subarray(done, done + PAGE_SIZE - (physical & (PAGE_SIZE - 1)));
      edits.push(packEdit(physical, part));
      done += part.length;
    }
    return edits;
  }

  walk(at: bigint, cpu = this.running): WalkStep[] {
    return this.cpus[cpu].mmu.explain(Number(BigInt.asIntN(32, at)), Number(BigInt.asIntN(32, at >> 32n))).steps;
  }

  /**
   * Bytes from outside at an input port, now: what is typed (CONSOLE_PORT), an edit of memory (MEMORY_PORT), or whatever another device
   * receives.
   */
  input(port: string, bytes: Uint8Array): void {
    assert(this.refuses(port, bytes) === undefined, `input at ${port}: ${this.refuses(port, bytes)}`);
    this.board.input(port, bytes);
    this.socket.running.rearm();
    this.socket.running.attend();
  }

  /** Why such an input could not come in now, one sentence; undefined if it can. */
  refuses(port: string, bytes: Uint8Array): string | undefined {
    return this.board.refuses(port, bytes);
  }

  snapshot(): Snapshot {
    return takeSnapshot(this.socket, this.board, this.ram, this.#store);
  }

  restore(snapshot: Snapshot): void {
    restoreSnapshot(this.socket, this.board, this.ram, this.#store, snapshot);
  }

  /** 16 hex digits over the architectural state: registers, devices, pending events, RAM. */
  hash(): string {
    return hashMachine(this.socket, this.board, this.ram);
  }

  /** hooks.probe runs just before the instruction at one of these addresses, or it is noted, where hooks.notes reads that. */
  setProbes(addresses: Iterable<bigint>, noted?: readonly (Noted | undefined)[]): void {
    this.socket.setProbes(addresses, noted);
  }

  /** hooks.write runs just before a store that touches one of these ranges, frames pushed by the CPU included: what was there can still be read. */
  setWriteWatch(ranges: readonly { addr: bigint; length: number }[] | 'all'): void {
    for (const { mmu } of this.cpus) mmu.watch(ranges);
  }

  get recordSubSteps(): boolean {
    return this.socket.recordSubSteps;
  }
  set recordSubSteps(on: boolean) {
    this.socket.recordSubSteps = on;
    this.socket.subSteps = [];
    this.socket.subStepTitle = '';
  }
  get subSteps(): SubStep[] {
    return this.socket.subSteps;
  }
  get subStepTitle(): string {
    return this.socket.subStepTitle;
  }
}

export { address };
export type { Compiler, Engine };
