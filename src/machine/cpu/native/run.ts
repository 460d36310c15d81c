/** Runs a case of cases.ts on our engines, in the form in which harness.c reports it, and compares the two. */
import { CR0_AM, CR4_OSFXSR, CR4_OSXMMEXCPT, PTE_U, PTE_W, PF, RFLAGS_AC, RFLAGS_RF } from '../../../isa/registers.ts';
import { readFlags, writeFlags } from '../flags.ts';
import * as S from '../state.ts';
import type { Compiler } from '../translate/compiler.ts';
import { Translator } from '../translate/translator.ts';
import { TestMachine, USER_CS, USER_SS } from '../testing.ts';
import { CODE, DATA, INSN, TARGET, type Case } from './cases.ts';
import { FX_COMPARED, FX_FCW, FX_FSW, FX_FTW, FX_MXCSR, FX_ST, FX_XMM } from './random.ts';

const RESULT_BYTES = 8 * 22;

export interface Result {
  regs: bigint[];
  flags: number;
  /** 0: went on; 1: went to TARGET; 2: a fault; 3: a trap behind it; 4: a fault after the jump. */
  path: number;
  vector: number;
  error: number;
  cr2: bigint;
  memory: number;
  /** What FXSAVE gives, for cases that set it. */
  fx?: Uint8Array;
}

/** The results of these cases, in the harness's layout. */
export function readResults(bytes: Uint8Array, cases: readonly Case[]): Result[] {
  let at = 0;
  return cases.map(({ fx }) => {
    const result = readResult(bytes, at);
    at += RESULT_BYTES;
    if (!fx) return result;
    at += FX_COMPARED;
    return { ...result, fx: bytes.subarray(at - FX_COMPARED, at) };
  });
}

function readResult(bytes: Uint8Array, at: number): Result {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const word = (n: number): bigint => view.getBigUint64(8 * n, true);
  return { regs: Array.from({ length: 16 }, (_, n) => word(n)), flags: Number(word(16)), path: Number(word(17)), vector: Number(word(18)),
    error: Number(word(19)), cr2: word(20), memory: Number(word(21)) };
}

const INT3 = 0xcc, JUMP_TO_ITSELF = [0xeb, 0xfe];
const CODE_FRAME = 0x2_0000, DATA_FRAME = 0x3_0000;

function fill(view: DataView, seed: number, from: number, to: number): void {
  for (let at = from; at < to; at += 4) {
    let x = seed ^ Math.imul(DATA + at, 2654435761 | 0);
    x ^= x >>> 15;
    x = Math.imul(x, 0x2c1b3c6d);
    x ^= x >>> 12;
    view.setInt32(DATA_FRAME + at, x, true);
  }
}

function hash(view: DataView, h: number, from: number, to: number): number {
  for (let at = from; at < to; at += 4) h = Math.imul(h ^ view.getInt32(DATA_FRAME + at, true), 16777619);
  return h;
}

function loadFx(s: Int32Array, fx: Uint8Array): void {
  const view = new DataView(fx.buffer, fx.byteOffset);
  s[S.FCW] = view.getUint16(FX_FCW, true);
  s[S.FSW] = view.getUint16(FX_FSW, true);
  s[S.FTW] = fx[FX_FTW];
  s[S.MXCSR] = view.getInt32(FX_MXCSR, true);
  const top = (s[S.FSW] >> 11) & 7;
  for (let n = 0; n < 8; n++) {
    const to = S.FPR + 4 * ((top + n) & 7);
    s[to] = view.getInt32(FX_ST + 16 * n, true);
    s[to + 1] = view.getInt32(FX_ST + 16 * n + 4, true);
    s[to + 2] = view.getUint16(FX_ST + 16 * n + 8, true);
  }
  for (let n = 0; n < 64; n++) s[S.XMM + n] = view.getInt32(FX_XMM + 4 * n, true);
}

function saveFx(s: Int32Array): Uint8Array {
  const fx = new Uint8Array(FX_COMPARED), view = new DataView(fx.buffer);
  view.setUint16(FX_FCW, s[S.FCW], true);
  view.setUint16(FX_FSW, s[S.FSW], true);
  fx[FX_FTW] = s[S.FTW];
  view.setInt32(FX_MXCSR, s[S.MXCSR], true);
  const top = (s[S.FSW] >> 11) & 7;
  for (let n = 0; n < 8; n++) {
    const from = S.FPR + 4 * ((top + n) & 7);
    view.setInt32(FX_ST + 16 * n, s[from], true);
    view.setInt32(FX_ST + 16 * n + 4, s[from + 1], true);
    view.setUint16(FX_ST + 16 * n + 8, s[from + 2], true);
  }
  for (let n = 0; n < 64; n++) view.setInt32(FX_XMM + 4 * n, s[S.XMM + n], true);
  return fx;
}

const memoryHash = (view: DataView): number => hash(view, hash(view, 2166136261 | 0, 0xf00, 0x1100), 0x1f00, 0x2000) >>> 0;

export class NativeRunner {
  readonly #machine = new TestMachine();

  /** @param compiler for the translator; without, there is none. */
  constructor(compiler?: Compiler) {
    const { cpu, socket, delivered } = this.#machine;
    // The host's pages: no memory below and behind the two data pages, a page that may only be read further on.
    this.#machine.map(BigInt(CODE), CODE_FRAME, 2, PTE_U | PTE_W);
    cpu.s[S.CR0] |= CR0_AM;
    cpu.s[S.CR4] |= CR4_OSFXSR | CR4_OSXMMEXCPT;
    for (const vector of [3, 4]) this.#machine.gate(vector, { dpl: 3 });
    socket.hooks = {
      deliver: (_cpu, event) => {
        delivered.push(event);
        socket.requestStop();
      },
    };
    if (!compiler) return;
    socket.translator = new Translator(socket, compiler);
    socket.translator.hot = 1;
  }

  /** The code of a case, and behind it, as at its target, a loop that changes nothing. */
  #place({ code }: Case): void {
    const { socket, ram } = this.#machine;
    ram.bytes.fill(INT3, CODE_FRAME + 0x100, CODE_FRAME + 0x180);
    ram.bytes.set(code, CODE_FRAME + INSN - CODE);
    for (const at of [INSN + code.length, TARGET]) ram.bytes.set(JUMP_TO_ITSELF, CODE_FRAME + at - CODE);
    socket.forget([CODE_FRAME >> 12]);
  }

  /** Memory and registers. @returns the hash of the memory. */
  #set(test: Case): number {
    const { cpu, ram: { view }, delivered } = this.#machine, { s } = cpu;
    fill(view, test.seed, 0xf00, 0x1100);
    fill(view, test.seed, 0x1f00, 0x2000);
    for (const [at, value] of test.pokes) view.setBigUint64(DATA_FRAME + at - DATA, BigInt.asUintN(64, value), true);
    test.regs.forEach((value, n) => cpu.setPair(2 * n, value));
    if (test.fx) loadFx(s, test.fx);
    writeFlags(s, test.flags);
    cpu.setPair(S.RIP, BigInt(INSN));
    s[S.PENDING_VECTOR] = -1;
    s[S.SHUTDOWN] = 0;
    s[S.CS_SELECTOR] = USER_CS;
    s[S.SS_SELECTOR] = USER_SS;
    s[S.GS_BASE] = s[S.GS_BASE + 1] = 0;
    s[S.HALTED] = s[S.SHADOW] = s[S.TRAP] = 0;
    cpu.setCpl(3);
    delivered.length = 0;
    return memoryHash(view);
  }

  /** Hash of the memory that a case begins with. */
  memoryBefore(test: Case): number {
    return this.#set(test);
  }

  /** The instruction on the reference interpreter. */
  run(test: Case): Result {
    const { cpu, socket, delivered } = this.#machine;
    this.#place(test);
    this.#set(test);
    socket.engine = 'reference';
    cpu.run(cpu.tick + 1);
    // A trap waits for the next boundary; a fault was delivered in place of the instruction; a jump to nowhere faults at the fetch.
    for (let n = 0; n < 3 && delivered.length === 0 && (cpu.s[S.PENDING_VECTOR] >= 0 ||
      ![TARGET, INSN + test.code.length].includes(Number(cpu.pair(S.RIP)))); n++) cpu.run(cpu.tick + 1);
    return this.#result(test);
  }

  /** The same translated, after `run`. The loop behind gives it room: whole blocks only are translated. @returns undefined when the instruction is not. */
  translated(test: Case): Result | undefined {
    const { cpu, socket } = this.#machine, ROOM = 100;
    this.#set(test);
    socket.engine = 'translated';
    const before = cpu.translator?.regions;
    cpu.run(cpu.tick + ROOM);
    if (cpu.translator?.regions === before) return undefined;
    this.#set(test);
    cpu.run(cpu.tick + ROOM);
    return this.#result(test);
  }

  #result(test: Case): Result {
    const { cpu, ram: { view }, delivered } = this.#machine, { s } = cpu;
    const event = delivered[0], fx = test.fx ? { fx: saveFx(s) } : {};
    const gpr = Array.from({ length: 16 }, (_, n) => cpu.pair(2 * n)), memory = memoryHash(view);
    if (!event) return { regs: gpr, flags: readFlags(s), path:
      cpu.pair(S.RIP) === BigInt(TARGET) ? 1 : cpu.pair(S.RIP) === BigInt(INSN + test.code.length) ? 0 : -1, vector: 0, error: 0, cr2: 0n, memory, ...fx };
    gpr[4] = event.oldRsp;
    const from = Number(event.fromRip);
    const flagsAt = event.frame + (event.frameBytes === 48 ? 24n : 16n);
    return {
      regs: gpr, flags: Number(this.#machine.read64(flagsAt)), path: from === INSN ? 2 : from < TARGET ? 3 : 4, vector: event.vector, error: event.error ?? 0,
      cr2: event.vector === PF ? cpu.pair(S.CR2) : 0n, memory, ...fx,
    };
  }
}

const LETTERS: Readonly<Record<string, number>> = { O: 0x800, S: 0x80, Z: 0x40, A: 0x10, P: 4, C: 1 };
const DEFINED = 0x800 | 0x400 | 0x80 | 0x40 | 0x10 | 4 | 1;

/** Flags that the manual leaves open for this very instance. */
function undefinedFlags({ row, regs, code }: Case): number {
  let letters = row.notes.undef ?? '';
  const count = row.operands.endsWith('CL') ? Number(regs[1] & 0xffn) : row.operands.endsWith('Ib') ? code[code.length - 1] : 1;
  if (/^(rol|ror|rcl|rcr|shl|shr|sar|shld|shrd)$/.test(row.mnemonic)) {
    // The mask of the count depends on the size; where either would differ, both are allowed.
    if ((count & 31) !== 1 || (count & 63) !== 1) letters += 'O';
    if (/^(shl|shr)/.test(row.mnemonic)) letters += (count & 31) >= 8 ? 'C' : '';
  }
  if (/^(div|idiv)$/.test(row.mnemonic)) letters = 'OSZAPC';
  let mask = 0;
  for (const letter of letters) mask |= LETTERS[letter] ?? 0;
  return mask;
}

/** RCPPS and RSQRTPS promise a relative error of 1.5 * 2^-12, and ours is less than 2^-13: together at most 2^-11. */
const isApproximate = (mnemonic: string): boolean => /^r(cp|sqrt)[ps]s$/.test(mnemonic);
const nearlyEqual = (x: number, y: number): boolean => x === y || (((x ^ y) & 0x80000000) === 0 && Math.abs(x - y) <= 1 << 13);

/** A comparison, with the exception it raises not masked: Intel's manual leaves the outcome as it was, AMD's processors write it. */
const isOpenComparison = ({ row }: Case, fx: Uint8Array): boolean => /^f((i|u)?com|tst)/.test(row.mnemonic) && (fx[FX_FSW] & fx[FX_FSW + 1] & 0x80) !== 0;
/** Condition codes of the x87 that the manual leaves open. FCOMI clears C1 says Intel; AMD's processors do not. */
const undefinedCodes = (test: Case, fx: Uint8Array): number =>
  (test.row.mnemonic === 'ffree' || isOpenComparison(test, fx) ? 0x4700 : /^fu?comip?$/.test(test.row.mnemonic) || isElementary(test.row.mnemonic) ? 0x200 : 0);

function compareFx(test: Case, ours: Uint8Array, native: Uint8Array, out: string[]): void {
  const { row } = test, a = new DataView(ours.buffer, ours.byteOffset), b = new DataView(native.buffer, native.byteOffset);
  const differ = (name: string, x: number, y: number): void => {
    if (x !== y) out.push(`${name} ${x.toString(16)}, native ${y.toString(16)}`);
  };
  const hex = (view: DataView, at: number, words: number): string =>
    Array.from({ length: words }, (_, n) => view.getUint32(at + 4 * (words - 1 - n), true).toString(16).padStart(8, '0')).join(' ');
  differ('mxcsr', a.getUint32(FX_MXCSR, true), b.getUint32(FX_MXCSR, true));
  for (let n = 0; n < 16; n++) {
    const at = FX_XMM + 16 * n;
    for (let w = 0; w < 4; w++) {
      const x = a.getInt32(at + 4 * w, true), y = b.getInt32(at + 4 * w, true);
      if (x === y || (isApproximate(row.mnemonic) && nearlyEqual(x, y))) continue;
      out.push(`xmm${n} ${hex(a, at, 4)}, native ${hex(b, at, 4)}`);
      break;
    }
  }
  if (row.notes.unit === 'sse') return;
  differ('fcw', a.getUint16(FX_FCW, true), b.getUint16(FX_FCW, true));
  if (isOutsideDomain(test)) return;
  const open = undefinedCodes(test, native) | (isElementary(row.mnemonic)
    ? inexactness(test.fx?.[FX_FSW] ?? 0, a.getUint16(FX_FSW, true), b.getUint16(FX_FCW, true)) : 0);
  differ('fsw', a.getUint16(FX_FSW, true) & ~open, b.getUint16(FX_FSW, true) & ~open);
  differ('ftw', ours[FX_FTW], native[FX_FTW]);
  const number = (view: DataView, at: number): string => `${view.getUint16(at + 8, true).toString(16)} ${hex(view, at, 2)}`;
  for (let n = 0; n < 8; n++) {
    const at = FX_ST + 16 * n;
    let same = true;
    for (let byte = at; byte < at + 10; byte++) same &&= ours[byte] === native[byte];
    if (same || (isElementary(row.mnemonic) && neighbours(a, b, at))) continue;
    out.push(`st(${n}) ${number(a, at)}, native ${number(b, at)}`);
  }
}

/** Transcendental functions promise a unit in the last place or two; how they were rounded is then open too. */
const isElementary = (mnemonic: string): boolean => /^f(2xm1|yl2xp?1?|ptan|patan|sincos|sin|cos)$/.test(mnemonic);
/** That a result is exact, as the logarithm of a power of two is, a processor need not notice: it may report precision lost, as an exception if asked to,
 * and of a tiny number underflow. */
const inexactness = (before: number, ours: number, fcw: number): number => (ours & ~before & 0x20 ? 0 : fcw & 0x20 ? 0x30 : 0x80b0);
/** Numbers for which F2XM1 and FYL2XP1 promise nothing; and whether the sine of the smallest normal number is tiny depends on how it was rounded. */
function isOutsideDomain({ row: { mnemonic }, fx }: Case): boolean {
  if (!fx || !/^f(2xm1|yl2xp1|sin|sincos)$/.test(mnemonic)) return false;
  const top = fx[FX_ST + 8] | (fx[FX_ST + 9] << 8), exponent = top & 0x7fff, sig = new DataView(fx.buffer, fx.byteOffset).getBigUint64(FX_ST, true);
  if (mnemonic.startsWith('fsin')) return exponent === 1 && sig === 1n << 63n;
  if (exponent === 0x7fff) return false;
  if (mnemonic === 'f2xm1') return exponent > 0x3fff || (exponent === 0x3fff && sig > 1n << 63n);
  // From sqrt(1/2) - 1 to sqrt(2) - 1: significands of 0.2929 and of 0.4142.
  return exponent > 0x3ffd || (exponent === 0x3ffd && sig > (top & 0x8000 ? 0x95f6_1998_0c43_36f7n : 0xd413_cccf_e779_9211n));
}
function neighbours(a: DataView, b: DataView, at: number): boolean {
  const value = (view: DataView): bigint => (BigInt(view.getUint16(at + 8, true)) << 63n) + (view.getBigUint64(at, true) & 0x7fff_ffff_ffff_ffffn),
    distance = value(a) - value(b);
  return distance >= -2n && distance <= 2n;
}

/** Whether a host's /proc/cpuinfo names Intel, whose ways the model follows where the makers of processors differ. */
export const madeByIntel = (cpuinfo: string): boolean => /^vendor_id\s*:\s*GenuineIntel$/m.test(cpuinfo);

/**
 * Cases that AMD's processors take otherwise than Intel's, whose ways are ours: which of two faults comes first, what a fault
 * leaves behind, what a REP with 32-bit addresses does to upper halves, whether the unaligned moves of 16 bytes mind the alignment check,
 * and encodings that each maker reads its own way.
 */
export function makersDiffer({ row: { mnemonic, encoding, operands }, code, flags }: Case, ours: Result): boolean {
  const has = (prefix: number): boolean => code.slice(0, -1).includes(prefix);
  if (mnemonic === 'pause') return true;
  if (mnemonic === 'movsxd') return has(0x66);
  if (/^ver[rw]$/.test(mnemonic)) return has(0xf0);
  if (/^(movup[ds]|movdqu|lddqu)$/.test(mnemonic)) return (flags & RFLAGS_AC) !== 0;
  if (/^(movs|stos|lods|cmps|scas)b?$/.test(mnemonic)) return has(0x67) || ours.path >= 2;
  if (encoding === 'FF /2') return ours.path >= 2;
  // Stores of x87 and MMX: an exception that is not masked, or TOP, with a page fault.
  return (/^f(i?stp?|bstp)$/.test(mnemonic) && operands.startsWith('M')) || (/^(mov[dq]|movntq)$/.test(mnemonic) && ours.path >= 2);
}

/** Which of the bytes that are not there a processor finds first in the x87's environment or state, of up to 108 bytes, is nobody's promise. */
function isSamePlace({ row: { mnemonic } }: Case, a: bigint, b: bigint): boolean {
  return a === b || (/^(fnstenv|fldenv|fnsave|frstor)$/.test(mnemonic) && a - b < 108n && b - a < 108n);
}

/** What differs, in words; empty when nothing does. */
export function compare(test: Case, ours: Result, native: Result): string[] {
  const out: string[] = [];
  if (ours.path !== native.path) out.push(`path ${ours.path}, native ${native.path}`);
  if (native.path >= 2 || ours.path >= 2) {
    if (ours.vector !== native.vector) out.push(`vector ${ours.vector}, native ${native.vector}`);
    else {
      // Whether something is mapped in the upper half is the host kernel's business.
      const known = native.vector === PF && native.cr2 >> 63n ? ~1 : -1;
      if ((ours.error ^ native.error) & known) out.push(`error code ${ours.error}, native ${native.error}`);
      if (native.vector === PF && !isSamePlace(test, ours.cr2, native.cr2)) out.push(`cr2 ${ours.cr2.toString(16)}, native ${native.cr2.toString(16)}`);
    }
  }
  const isLongDoubleShift = /^sh[lr]d$/.test(test.row.mnemonic) && test.code.includes(0x66);
  if (!isLongDoubleShift) {
    for (let n = 0; n < 16; n++) if (ours.regs[n] !== native.regs[n]) out.push(`r${n} ${ours.regs[n].toString(16)}, native ${native.regs[n].toString(16)}`);
    if (ours.memory !== native.memory) out.push('memory differs');
    const flags = (ours.flags ^ native.flags) & DEFINED & ~RFLAGS_RF & ~undefinedFlags(test) & ~(native.fx && isOpenComparison(test, native.fx) ? 0x8d5 : 0);
    if (flags) out.push(`flags ${ours.flags.toString(16)}, native ${native.flags.toString(16)}, differ in ${flags.toString(16)}`);
  }
  if (ours.fx && native.fx) compareFx(test, ours.fx, native.fx, out);
  return out;
}
