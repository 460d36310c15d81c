/**
 * A CPU's way to memory, and the faults on it: the tables of the current privilege level first; what stands in none is walked for,
 * checked, split where it leaves its page, told to whoever watches, or a device's.
 */
import { AC_FAULT, CR0_AM, GP, PF, RFLAGS_AC, RFLAGS_IF, RFLAGS_RF, RFLAGS_TF, SS_FAULT } from '../../isa/registers.ts';
import { EXEC, Mmu, NO_TRANSLATIONS, READ, WRITE, type Access } from '../mmu/mmu.ts';
import type { Ram } from '../mmu/ram.ts';
import type { InterruptPort } from './bus.ts';
import type { CodeCache, CodePage } from './code.ts';
import type { Socket } from './socket.ts';
import * as S from './state.ts';
import { address, CPL, FLAGS_REST, LOAD_HI, PENDING_ERROR, PENDING_SOFTWARE, PENDING_VECTOR, RBP_SLOT, RIP, RSP_SLOT, TRAP } from './state.ts';
import { FAULT } from './thrown.ts';
import { CpuTime } from './time.ts';

const isCanonical = (hi: number): boolean => hi >> 15 === 0 || hi >> 15 === -1;

const STACK_INSTRUCTIONS = new Set(['push', 'pop', 'call', 'ret', 'lret', 'iretq', 'leave', 'enter', 'pushf', 'popf']);

export abstract class CpuMemory extends CpuTime {
  readonly ram: Ram;
  readonly mmu: Mmu;
  readonly code: CodeCache;
  /** Counts changes of this CPU's mappings and of decoded code; and those of the upper half alone, which another address space may have in common. */
  codeEpoch = 0;
  upperEpoch = 0;

  /** The tables of the current privilege level. */
  readTable: Int32Array;
  writeTable: Int32Array;
  execTable: Int32Array;
  /** CR0.AM, RFLAGS.AC and CPL 3: misaligned data accesses fault. Then all of them take the slow path, which looks. */
  checksAlignment = false;

  faultVector = -1;
  faultError = 0;
  faultHasError = false;
  /** The instruction that runs has page-faulted and did nothing: it does not count. */
  hasFaulted = false;

  constructor(socket: Socket, number: number, port: InterruptPort) {
    super(socket, number, port);
    this.ram = socket.ram;
    this.code = socket.code;
    this.mmu = new Mmu(this.ram, this.s, number, (page) => socket.guard(page));
    this.mmu.onFlush = (lower) => this.codeChanged(lower);
    this.readTable = this.mmu.tlbs[READ];
    this.writeTable = this.mmu.tlbs[WRITE];
    this.execTable = this.mmu.tlbs[EXEC];
  }

  /** Decoded code was dropped or pages mapped otherwise; perhaps only in the lower half. */
  codeChanged(lower = false): void {
    this.codeEpoch++;
    if (!lower) this.upperEpoch++;
    this.attend();
  }

  // ------------------------------------------------------------------------------------------- privilege

  get cpl(): number {
    return this.s[CPL];
  }

  setCpl(cpl: number): void {
    this.s[CPL] = cpl;
    this.useTables();
  }

  useTables(): void {
    const { s } = this, offset = s[CPL] === 3 ? 3 : 0;
    const checks = offset === 3 && (s[FLAGS_REST] & RFLAGS_AC) !== 0 && (s[S.CR0] & CR0_AM) !== 0;
    if (checks !== this.checksAlignment) {
      this.checksAlignment = checks;
      this.attend();
    }
    this.readTable = checks ? NO_TRANSLATIONS : this.mmu.tlbs[offset + READ];
    this.writeTable = checks ? NO_TRANSLATIONS : this.mmu.tlbs[offset + WRITE];
    this.execTable = this.mmu.tlbs[offset + EXEC];
  }

  /** RFLAGS were loaded, perhaps with another CPL: is there something to do before the next instruction? */
  flagsLoaded(): void {
    const flags = this.s[FLAGS_REST];
    this.useTables();
    if (flags & (RFLAGS_TF | RFLAGS_RF) || (flags & RFLAGS_IF && this.port.pending())) this.attend();
  }

  // ------------------------------------------------------------------------------------------- faults

  /** Raises an exception of the current instruction: nothing of it has happened yet. */
  raise(vector: number, error?: number): never {
    this.faultVector = vector;
    this.faultHasError = error !== undefined;
    this.faultError = error ?? 0;
    throw FAULT;
  }

  #pageFault(lo: number, hi: number): never {
    this.s[S.CR2] = lo;
    this.s[S.CR2 + 1] = hi;
    return this.raise(PF, this.mmu.faultError);
  }

  /** Is there a way to this page? If so, the tables have it from now on where they may. What is wrong with the address itself is found out otherwise. */
  finds(lo: number, hi: number, access: Access): boolean {
    const { mmu } = this, user = this.#user, physical = mmu.walk(lo, hi, access, user);
    if (physical >= 0 && mmu.cacheable(access, user, physical, lo, hi)) mmu.fill(access, user, lo, hi, physical);
    return physical !== -1;
  }

  /** The same for an instruction that has only looked (wary.ts): it returns, and whoever ran it counts it as not done. */
  pageFaults(lo: number, hi: number): void {
    const { s } = this;
    s[S.CR2] = lo;
    s[S.CR2 + 1] = hi;
    this.hasFaulted = true;
    this.faulted(PF, this.mmu.faultError);
  }

  /** The fault waits to be delivered at the next boundary. */
  faulted(vector: number, error: number): void {
    this.setPending(vector, error, 0);
    this.s[TRAP] = 0;
    this.attend();
  }

  /** A non-canonical address is #SS through RSP or RBP and #GP otherwise. SDM Vol. 1, "Canonical Addressing". */
  #notCanonical(lo: number): never {
    const i = this.current, { s } = this;
    const hasMemory = i !== undefined && i.decoded.operands.some(({ kind }) => kind === 'mem');
    const stack = i !== undefined && (hasMemory && (!STACK_INSTRUCTIONS.has(i.decoded.row.mnemonic) || Math.abs(lo - s[RSP_SLOT]) > 8)
      ? i.form < 2 && (i.base === RSP_SLOT || i.base === RBP_SLOT)
      : STACK_INSTRUCTIONS.has(i.decoded.row.mnemonic));
    return this.raise(stack ? SS_FAULT : GP, 0);
  }

  /** An event to be delivered at the next boundary. @param error its code, or -1. @param length of the instruction that asked for it, 0 for exceptions. */
  setPending(vector: number, error: number, length: number): void {
    const { s } = this;
    s[PENDING_VECTOR] = vector;
    s[PENDING_ERROR] = error;
    s[PENDING_SOFTWARE] = length;
  }

  // ------------------------------------------------------------------------------------------- memory

  /** What is wrong with an access before anything is translated: its first byte, its alignment, its last byte. Explicit accesses of CPL 3 are `user`. */
  #check(lo: number, hi: number, size: number, user: boolean): void {
    if (!isCanonical(hi)) this.#notCanonical(lo);
    // Larger operands have rules of their own. SDM Vol. 3A, "Interrupt 17 - Alignment Check Exception (#AC)".
    if (user && this.checksAlignment && size <= 8 && lo & (size - 1)) this.raise(AC_FAULT, 0);
    if ((lo & 4095) + size > 4096 && !isCanonical(this.#nextHi(lo, hi, size - 1))) this.#notCanonical(lo);
  }

  /** For an operand that is accessed in pieces: none of it may lie outside of the canonical halves. */
  checkSpan(lo: number, hi: number, size: number): void {
    if ((lo & 4095) + size > 4096) this.#check(lo, hi, size, false);
  }

  /** Does something whose accesses may lie anywhere. */
  unaligned<T>(work: () => T): T {
    const { checksAlignment } = this;
    this.checksAlignment = false;
    try {
      return work();
    } finally {
      this.checksAlignment = checksAlignment;
    }
  }

  /** An operand that is accessed in pieces must lie at a multiple of this. */
  mustAlign(lo: number, hi: number, bytes: number): void {
    if (!this.checksAlignment || !(lo & (bytes - 1))) return;
    if (!isCanonical(hi)) this.#notCanonical(lo);
    this.raise(AC_FAULT, 0);
  }

  /** Physical address for an access, by walking; fills the TLB where it may. */
  #translate(lo: number, hi: number, access: Access, user: boolean): number {
    const { mmu } = this;
    const physical = mmu.walk(lo, hi, access, user);
    if (physical === -2) this.#notCanonical(lo);
    if (physical === -1) this.#pageFault(lo, hi);
    if (mmu.cacheable(access, user, physical, lo, hi)) {
      mmu.fill(access, user, lo, hi, physical);
    } else if (this.inBlock) this.block.insns[this.done].outside++;
    return physical;
  }

  get #user(): boolean {
    return this.s[CPL] === 3;
  }

  load8(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === (lo & -4096) && t[k + 1] === hi) return this.ram.bytes[(t[k + 2] + lo) | 0];
    return this.#slowLoad(lo, hi, 1, this.#user);
  }
  load16(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 1) & -4096) && t[k + 1] === hi) return this.ram.view.getUint16((t[k + 2] + lo) | 0, true);
    return this.#slowLoad(lo, hi, 2, this.#user);
  }
  load32(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 3) & -4096) && t[k + 1] === hi) return this.ram.view.getInt32((t[k + 2] + lo) | 0, true);
    return this.#slowLoad(lo, hi, 4, this.#user);
  }
  /** Low word; the high word goes to s[LOAD_HI]. */
  load64(lo: number, hi: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.s[LOAD_HI] = this.ram.view.getInt32(p + 4, true);
      return this.ram.view.getInt32(p, true);
    }
    return this.#slowLoad(lo, hi, 8, this.#user);
  }

  store8(lo: number, hi: number, value: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === (lo & -4096) && t[k + 1] === hi) this.ram.bytes[(t[k + 2] + lo) | 0] = value;
    else this.#slowStore(lo, hi, 1, value, 0, this.#user);
  }
  store16(lo: number, hi: number, value: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 1) & -4096) && t[k + 1] === hi) this.ram.view.setInt16((t[k + 2] + lo) | 0, value, true);
    else this.#slowStore(lo, hi, 2, value, 0, this.#user);
  }
  store32(lo: number, hi: number, value: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 3) & -4096) && t[k + 1] === hi) this.ram.view.setInt32((t[k + 2] + lo) | 0, value, true);
    else this.#slowStore(lo, hi, 4, value, 0, this.#user);
  }
  store64(lo: number, hi: number, valueLo: number, valueHi: number): void {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.ram.view.setInt32(p, valueLo, true);
      this.ram.view.setInt32(p + 4, valueHi, true);
    } else this.#slowStore(lo, hi, 8, valueLo, valueHi, this.#user);
  }

  /** Physical address of `size` bytes that may be written without further ado, or -1. Faults as a write does when they may not be written. */
  writable(lo: number, hi: number, size: number): number {
    const t = this.writeTable, k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi) return (t[k + 2] + lo) | 0;
    this.#check(lo, hi, size, this.#user);
    this.#translate(lo, hi, WRITE, this.#user);
    if (((lo & 4095) + size) > 4096) this.#translate((lo + size - 1) & -4096, this.#nextHi(lo, hi, size - 1), WRITE, this.#user);
    return -1;
  }

  /** The same for reading, without a fault: -1 when the fast way does not lead there. */
  readable(lo: number, hi: number, size: number): number {
    const t = this.readTable, k = (lo >>> 10) & 0x3ffc;
    return t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi ? (t[k + 2] + lo) | 0 : -1;
  }

  #nextHi(lo: number, hi: number, add: number): number {
    return (hi + (((lo + add) >>> 0) < (lo >>> 0) ? 1 : 0)) | 0;
  }

  #slowLoad(lo: number, hi: number, size: 1 | 2 | 4 | 8, user: boolean): number {
    this.#check(lo, hi, size, user);
    const first = this.#translate(lo, hi, READ, user);
    if ((lo & 4095) + size > 4096) {
      const split = 4096 - (lo & 4095);
      const second = this.#translate((lo + split) | 0, this.#nextHi(lo, hi, split), READ, user);
      let valueLo = 0, valueHi = 0;
      for (let n = 0; n < size; n++) {
        const byte = this.physicalRead(n < split ? first + n : second + n - split, 1);
        if (n < 4) valueLo |= byte << (8 * n);
        else valueHi |= byte << (8 * (n - 4));
      }
      this.s[LOAD_HI] = valueHi;
      return size === 2 ? valueLo & 0xffff : valueLo;
    }
    return this.physicalRead(first, size);
  }

  #slowStore(lo: number, hi: number, size: 1 | 2 | 4 | 8, valueLo: number, valueHi: number, user: boolean): void {
    this.#check(lo, hi, size, user);
    const first = this.#translate(lo, hi, WRITE, user);
    if ((lo & 4095) + size > 4096) {
      const split = 4096 - (lo & 4095);
      const second = this.#translate((lo + split) | 0, this.#nextHi(lo, hi, split), WRITE, user);
      if (this.hooks.write && this.mmu.mayTouch(lo, hi, size)) this.#tellWrite(address(lo, hi), size);
      for (let n = 0; n < size; n++) this.physicalWrite(n < split ? first + n : second + n - split, 1, n < 4 ? valueLo >>> (8 * n) : valueHi >>> (8 * (n - 4)),
        0);
    } else {
      if (this.hooks.write && this.mmu.mayTouch(lo, hi, size)) this.#tellWrite(address(lo, hi), size);
      this.physicalWrite(first, size, valueLo, valueHi);
    }
  }

  #tellWrite(at: bigint, size: number): void {
    if (!this.mmu.isWatched(at, size)) return;
    const { s } = this, { current } = this, lo = s[RIP], hi = s[RIP + 1];
    if (current) {
      s[RIP] = current.lo;
      s[RIP + 1] = current.hi;
    }
    this.hooks.write?.(this.number, at, size);
    s[RIP] = lo;
    s[RIP + 1] = hi;
  }

  /** Accesses of the CPU itself (descriptor tables, frames): supervisor, whatever the CPL. */
  systemLoad64(lo: number, hi: number): number {
    const t = this.mmu.tlbs[READ], k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.s[LOAD_HI] = this.ram.view.getInt32(p + 4, true);
      return this.ram.view.getInt32(p, true);
    }
    return this.#slowLoad(lo, hi, 8, false);
  }
  systemLoad16(lo: number, hi: number): number {
    return this.#slowLoad(lo, hi, 2, false);
  }
  systemStore64(lo: number, hi: number, valueLo: number, valueHi: number): void {
    const t = this.mmu.tlbs[WRITE], k = (lo >>> 10) & 0x3ffc;
    if (t[k] === ((lo + 7) & -4096) && t[k + 1] === hi) {
      const p = (t[k + 2] + lo) | 0;
      this.ram.view.setInt32(p, valueLo, true);
      this.ram.view.setInt32(p + 4, valueHi, true);
    } else this.#slowStore(lo, hi, 8, valueLo, valueHi, false);
  }

  /** Physical address of so many bytes that the CPU itself may read without further ado, or -1. */
  systemReadable(lo: number, hi: number, size: number): number {
    const t = this.mmu.tlbs[READ], k = (lo >>> 10) & 0x3ffc;
    return t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi ? (t[k + 2] + lo) | 0 : -1;
  }

  /** Physical address of so many bytes that the CPU itself may write without further ado, or -1. */
  systemWritable(lo: number, hi: number, size: number): number {
    const t = this.mmu.tlbs[WRITE], k = (lo >>> 10) & 0x3ffc;
    return t[k] === ((lo + size - 1) & -4096) && t[k + 1] === hi ? (t[k + 2] + lo) | 0 : -1;
  }

  physicalRead(at: number, size: 1 | 2 | 4 | 8): number {
    const { ram } = this;
    if (at + size <= ram.bytes.length) {
      if (size === 8) {
        this.s[LOAD_HI] = ram.view.getInt32(at + 4, true);
        return ram.view.getInt32(at, true);
      }
      return size === 4 ? ram.view.getInt32(at, true) : size === 2 ? ram.view.getUint16(at, true) : ram.bytes[at];
    }
    this.charge(this.costs.mmioRead);
    const { port } = this, offset = at - port.base;
    const value = offset >= 0 && offset < port.length ? port.read(offset, size) : this.bus.read(at, size);
    if (size === 8) this.s[LOAD_HI] = 0;
    return size === 1 ? value & 0xff : size === 2 ? value & 0xffff : value | 0;
  }

  physicalWrite(at: number, size: 1 | 2 | 4 | 8, valueLo: number, valueHi: number): void {
    const { ram } = this;
    if (at + size > ram.bytes.length) {
      this.charge(this.costs.mmioWrite);
      const { port } = this, offset = at - port.base;
      if (offset >= 0 && offset < port.length) port.write(offset, size, valueLo);
      else this.bus.write(at, size, valueLo, valueHi);
      this.rearm();
      this.attend();
      return;
    }
    ram.store(at, size, valueLo, valueHi);
  }

  // ------------------------------------------------------------------------------------------- code

  /** Physical address of a page of code; faults as a fetch from it does. */
  fetchPage(lo: number, hi: number): number {
    const t = this.execTable, k = (lo >>> 10) & 0x3ffc;
    const page = lo & -4096;
    const physical = t[k] === page && t[k + 1] === hi ? (t[k + 2] + page) | 0 : this.#translate(lo, hi, EXEC, this.#user) & -4096;
    if (physical < 0 || physical >= this.ram.bytes.length) this.raise(GP, 0);
    return physical;
  }

  codePage(): CodePage {
    const { s } = this;
    const lo = s[RIP], hi = s[RIP + 1];
    return this.code.page(lo & -4096, hi, this.fetchPage(lo, hi));
  }
}
