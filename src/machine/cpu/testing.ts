/**
 * A bare CPU for tests: page tables, descriptor tables and a TSS drawn by hand, no devices. Code runs at CODE in ring 3
 * unless told otherwise; every vector has a gate, and what is delivered is noted.
 */
import { CR0_NE, CR0_PE, CR0_PG, CR0_WP, CR4_FSGSBASE, CR4_PAE, EFER_LMA, EFER_LME, EFER_NXE, EFER_SCE, GPR64, PTE_P, PTE_U,
  PTE_W } from '../../isa/registers.ts';
import { COST_PROFILES } from '../cost.ts';
import { Ram } from '../mmu/ram.ts';
import type { Bus, InterruptPort } from './bus.ts';
import type { Cpu } from './cpu.ts';
import { readFlags, writeFlags } from './flags.ts';
import type { DeliverEvent } from './hooks.ts';
import { Socket } from './socket.ts';
import * as S from './state.ts';

/** A bus with nobody on it; tests may replace its methods. */
export class EmptyBus implements Bus {
  read(): number { return -1; }
  write(): void { /* nobody listens */ }
  in(): number { return -1; }
  out(): void { /* nobody listens */ }
  runUntil: (cycles: number) => void = () => { /* nothing is ever due */ };
  nextDeadline(): number { return Infinity; }
  nextWake(): number { return this.nextDeadline(); }
  readonly pendingEvents = {};
}

/** A pin in place of a local APIC: the vector that waits, -1 for none. */
export class Pin implements InterruptPort {
  readonly base = -1;
  readonly length = 0;
  vector = -1;
  read(): number { return -1; }
  write(): void { /* nobody listens */ }
  pending(): boolean { return this.vector >= 0; }
  acknowledge(): number {
    const { vector } = this;
    this.vector = -1;
    return vector;
  }
  reset(): void { /* nothing to forget */ }
  taskPriority(): number { return 0; }
  setTaskPriority(): void { /* no local APIC */ }
  rdmsr(): bigint | undefined { return undefined; }
  wrmsr(): boolean { return false; }
}

export const CODE = 0x1000_0000n, DATA = 0x2000_0000n, STACK_TOP = 0x3000_2000n, KERNEL_STACK = 0xffff_8000_0000_2000n, HANDLERS = 0xffff_8000_0001_0000n;
const TABLES = 0x10_0000, GDT = 0x1_0000, IDT = 0x1_1000, TSS = 0x1_3000, CODE_FRAME = 0x2_0000, DATA_FRAME = 0x3_0000, STACK_FRAME = 0x4_0000,
  KERNEL_FRAME = 0x5_0000, HANDLER_FRAME = 0x6_0000;
/** Where the descriptor tables are mapped. */
const SYSTEM = 0xffff_9000_0000_0000n;
export const KERNEL_CS = 0x10, KERNEL_SS = 0x18, USER_SS = 0x2b, USER_CS = 0x33, TSS_SELECTOR = 0x40;
const NX = 1n << 63n;

export class TestMachine {
  readonly ram = new Ram(4 << 20);
  readonly bus = new EmptyBus();
  readonly pin = new Pin();
  readonly socket = new Socket(this.ram, this.bus, COST_PROFILES['skx-off'], [this.pin]);
  readonly cpu: Cpu;
  readonly delivered: DeliverEvent[] = [];
  #nextTable = TABLES + 0x1000;

  constructor() {
    this.cpu = this.socket.running;
    const { s } = this.cpu, { view } = this.ram;
    s[S.CR0] = CR0_PE | CR0_PG | CR0_WP | CR0_NE;
    s[S.CR3] = TABLES;
    s[S.CR4] = CR4_PAE | CR4_FSGSBASE;
    s[S.EFER] = EFER_LME | EFER_LMA | EFER_NXE | EFER_SCE;
    this.map(CODE, CODE_FRAME, 2, PTE_U | PTE_W);
    this.map(DATA, DATA_FRAME, 2, PTE_U | PTE_W);
    this.map(DATA + 0x4000n, DATA_FRAME + 0x4000, 1, PTE_U);
    this.map(STACK_TOP - 0x2000n, STACK_FRAME, 2, PTE_U | PTE_W);
    this.map(KERNEL_STACK - 0x2000n, KERNEL_FRAME, 2, PTE_W);
    this.map(HANDLERS, HANDLER_FRAME, 1, PTE_W);
    this.map(SYSTEM, GDT, 4, PTE_W);
    [[KERNEL_CS, 0x00af9b000000ffffn], [KERNEL_SS, 0x00cf93000000ffffn], [USER_SS & ~3, 0x00cff3000000ffffn],
      [USER_CS & ~3, 0x00affb000000ffffn]].forEach(([at, descriptor]) => view.setBigUint64(GDT + Number(at), BigInt(descriptor), true));
    const tss = SYSTEM + BigInt(TSS - GDT);
    view.setBigUint64(GDT + TSS_SELECTOR, 0x67n | ((tss & 0xffffffn) << 16n) | (0x8bn << 40n) | (((tss >> 24n) & 0xffn) << 56n), true);
    view.setBigUint64(GDT + TSS_SELECTOR + 8, tss >> 32n, true);
    view.setBigUint64(TSS + 4, KERNEL_STACK, true);
    for (let vector = 0; vector < 256; vector++) this.gate(vector, {});
    this.cpu.setPair(S.GDTR_BASE, SYSTEM);
    s[S.GDTR_LIMIT] = 0xfff;
    this.cpu.setPair(S.IDTR_BASE, SYSTEM + BigInt(IDT - GDT));
    s[S.IDTR_LIMIT] = 0xfff;
    s[S.TR_SELECTOR] = TSS_SELECTOR;
    this.cpu.setPair(S.TR_BASE, tss);
    s[S.TR_LIMIT] = 0x67;
    this.ring(3);
    this.cpu.setTime(0, 0);
    this.socket.hooks = { deliver: (_cpu, event) => this.delivered.push(event) };
    writeFlags(s, 0x202);
    this.set({ rip: CODE, rsp: STACK_TOP - 0x100n });
  }

  /** Chooses the ring that code runs in, as if it had always run there. */
  ring(cpl: 0 | 3): this {
    const { cpu } = this;
    cpu.s[S.CS_SELECTOR] = cpl ? USER_CS : KERNEL_CS;
    cpu.s[S.SS_SELECTOR] = cpl ? USER_SS : KERNEL_SS;
    cpu.setCpl(cpl);
    if (cpl === 0) this.map(CODE, CODE_FRAME, 2, PTE_W);
    return this;
  }

  /** Maps `pages` pages; `bits` without P, which is always set. NX only for data: `noExecute`. */
  map(virtual: bigint, physical: number, pages: number, bits: number, noExecute = false): void {
    const { view } = this.ram;
    for (let n = 0; n < pages; n++) {
      const at = BigInt.asUintN(48, virtual) + BigInt(n) * 0x1000n;
      let table = TABLES;
      for (const shift of [39n, 30n, 21n]) {
        const entry = table + Number((at >> shift) & 511n) * 8;
        if (!(view.getUint32(entry, true) & PTE_P)) {
          view.setBigUint64(entry, BigInt(this.#nextTable | PTE_P | PTE_W | PTE_U), true);
          this.#nextTable += 0x1000;
        }
        table = view.getUint32(entry, true) & -4096;
      }
      view.setBigUint64(table + Number((at >> 12n) & 511n) * 8, BigInt(physical + n * 0x1000) | BigInt(bits | PTE_P) | (noExecute ? NX : 0n), true);
    }
    this.cpu.mmu.flush();
  }

  /** The page-table entry of a 4 KiB page: physical address. */
  entryOf(virtual: bigint): number {
    const { steps } = this.cpu.mmu.explain(Number(BigInt.asIntN(32, virtual)), Number(BigInt.asIntN(32, virtual >> 32n)));
    const last = steps[steps.length - 1];
    if (last?.level !== 'PTE') throw new Error(`no page table for ${virtual.toString(16)}`);
    return last.at;
  }

  /** Each vector's handler is 16 bytes further. */
  gate(vector: number, { dpl = 0, ist = 0, type = 0xe, present = true, handler = HANDLERS + BigInt(vector * 16), selector = KERNEL_CS }): void {
    const at = IDT + vector * 16, { view } = this.ram;
    view.setUint16(at, Number(handler & 0xffffn), true);
    view.setUint16(at + 2, selector, true);
    view.setUint16(at + 4, ist | (type << 8) | (dpl << 13) | (present ? 0x8000 : 0), true);
    view.setUint16(at + 6, Number((handler >> 16n) & 0xffffn), true);
    view.setUint32(at + 8, Number(handler >> 32n), true);
  }

  ist(index: number, top: bigint): void {
    this.ram.view.setBigUint64(TSS + 36 + 8 * (index - 1), top, true);
  }
  rsp0(top: bigint): void {
    this.ram.view.setBigUint64(TSS + 4, top, true);
  }

  load(code: Uint8Array | readonly number[], at = CODE): this {
    this.write(at, code);
    return this;
  }

  physical(virtual: bigint): number {
    const { physical } = this.cpu.mmu.explain(Number(BigInt.asIntN(32, virtual)), Number(BigInt.asIntN(32, virtual >> 32n)));
    if (physical < 0) throw new Error(`not mapped: ${virtual.toString(16)}`);
    return physical;
  }

  write(virtual: bigint, bytes: Uint8Array | readonly number[]): void {
    bytes.forEach((byte, n) => {
      const at = this.physical(virtual + BigInt(n));
      this.ram.bytes[at] = byte;
      this.socket.forget([at >>> 12]);
    });
  }
  write64(virtual: bigint, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    this.write(virtual, bytes);
  }
  read64(virtual: bigint): bigint {
    let value = 0n;
    for (let n = 7; n >= 0; n--) value = (value << 8n) | BigInt(this.ram.bytes[this.physical(virtual + BigInt(n))]);
    return value;
  }

  /** Sets registers by name: rax .. r15, rip, rflags. */
  set(registers: Readonly<Record<string, bigint>>): this {
    for (const [name, value] of Object.entries(registers)) {
      if (name === 'rip') this.cpu.setPair(S.RIP, value);
      else if (name === 'rflags') writeFlags(this.cpu.s, Number(value));
      else this.cpu.setPair(2 * slot(name), value);
    }
    return this;
  }

  get(name: string): bigint {
    return name === 'rip' ? this.cpu.pair(S.RIP) : name === 'rflags' ? BigInt(readFlags(this.cpu.s)) : this.cpu.pair(2 * slot(name));
  }

  /** Runs so many ticks. */
  step(ticks = 1): this {
    this.cpu.run(this.cpu.tick + ticks);
    return this;
  }

  /** The status flags that are set, as letters of OSZAPC. */
  get flags(): string {
    const flags = readFlags(this.cpu.s);
    return [['O', 0x800], ['S', 0x80], ['Z', 0x40], ['A', 0x10], ['P', 4], ['C', 1]].filter(([, bit]) => flags & Number(bit)).map(([letter]) => letter)
      .join('');
  }
}

function slot(name: string): number {
  const index = GPR64.findIndex((register) => register === name);
  if (index < 0) throw new Error(`no register ${name}`);
  return index;
}

/** A small generator of reproducible 64-bit numbers (SplitMix64). */
export function random64(seed: number): () => bigint {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}
