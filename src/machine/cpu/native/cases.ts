/**
 * Random instances of every opcode row, for comparison with the host's CPU (harness.c). An instance is bytes, registers and
 * a few words of memory, chosen so that addresses mostly hit the data pages, their borders included. It follows from its row
 * and its seed alone.
 */
import { parseEncoding, type Encoding } from '../../../isa/encoding.ts';
import type { Row } from '../../../isa/row.ts';
import { ROWS } from '../../../isa/table.ts';
import { extended, fxState, Random, vector } from './random.ts';

export const CODE = 0x1000_0000, INSN = CODE + 0x100, TARGET = CODE + 0x140, DATA = 0x2000_0000;
/** Words of memory that a case sets. */
const POKES = 4;
/** Code, then words: length, seed, flags, poke addresses, poke values, registers, and 1 when an FXSAVE image follows. */
export const CASE_BYTES = 16 + 8 * (3 + 2 * POKES + 16 + 1);

export interface Case {
  row: Row;
  code: number[];
  seed: number;
  flags: number;
  pokes: [address: number, value: bigint][];
  regs: bigint[];
  /** State of x87 and SSE, as FXRSTOR loads it, for the rows that have to do with it. */
  fx?: Uint8Array;
}

/** Rows whose result belongs to the host's kernel or model, or that would leave the harness. */
const NOT_HERE = new Set(['syscall', 'sysretq', 'iretq', 'int1', 'cpuid', 'rdtsc', 'rdtscp', 'sgdt', 'sidt', 'smsw', 'sldt', 'str', 'wrfsbase', 'wrgsbase',
  'rdfsbase', 'rdgsbase', 'lret', 'fxsave', 'fxsave64', 'fxrstor', 'fxrstor64']);

function isHere(row: Row): boolean {
  if (NOT_HERE.has(row.mnemonic)) return false;
  // Segment selectors and their bases are the host kernel's.
  return !/\b(Sw|FS|GS)\b/.test(row.operands);
}

/** With an operand-size prefix: near branches differ between makers, BSWAP is undefined. */
const NO_66 = new Set(['call', 'ret', 'lret', 'bswap']);

export const NATIVE_ROWS: readonly Row[] = ROWS.filter(isHere);

const RSP = 4, RBP = 5, RSI = 6, RDI = 7, RCX = 1, RAX = 0, RDX = 2;
const EDGES = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n, 0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn, 0xffff_ffff_8000_0000n];
/** Null, the kernel's (which ring 3 may not ask about), the user's with each RPL, nobody's, an LDT's, beyond the table. */
const SELECTORS = [0, 3, 0x10, 0x18, 0x28, 0x29, 0x2b, 0x30, 0x33, 0x40, 0x50, 0x60, 0x2c, 0x37, 0xfff8, 0xffff];
const ASKS_DESCRIPTOR = /^(lar|lsl|verr|verw)$/;
/** RFLAGS.AC, with which misaligned accesses fault. */
const ALIGNMENT_CHECK = 0x40000;
const NOT_CANONICAL = 0x1234_5678_9abc_def0n;

export class CaseMaker {
  #random = new Random(0);
  readonly #encodings = new Map<Row, Encoding>();

  #next(): bigint {
    return this.#random.u64();
  }
  #below(n: number): number {
    return this.#random.below(n);
  }
  #chance(percent: number): boolean {
    return this.#random.chance(percent);
  }
  #value(): bigint {
    const kind = this.#below(4);
    if (kind === 0) return EDGES[this.#below(EDGES.length)];
    if (kind === 1) return BigInt(this.#below(256));
    if (kind === 2) return BigInt.asUintN(64, BigInt.asIntN(32, this.#next()));
    return this.#next();
  }
  /** An address in a written part of the data pages, at times over a border, at times read-only or not there. */
  #address(): number {
    const kind = this.#below(20);
    if (kind === 0) return DATA + 0x1ff0 + this.#below(16);
    if (kind === 1) return DATA + 0x4000 + this.#below(0xf00);
    if (kind === 2) return DATA + 0x2000 + this.#below(0x100);
    if (kind < 6) return DATA + 0xff0 + this.#below(16);
    return (DATA + 0xf80 + this.#below(0xf0)) & (this.#chance(70) ? -8 : -1);
  }

  make(row: Row, seed: number): Case {
    this.#random = new Random(seed);
    const e = this.#encodings.get(row) ?? parseEncoding(row);
    this.#encodings.set(row, e);
    const regs = Array.from({ length: 16 }, () => this.#value());
    const pokes: [number, bigint][] = [];
    const { mnemonic } = row;
    const operands = row.operands.split(', ');
    let flags = 0x202 | (this.#below(0x1000) & 0x8d5);
    if (this.#chance(12)) flags |= ALIGNMENT_CHECK;

    // The stack lies in the data pages; a return goes to TARGET.
    // What comes first when target and stack are both bad differs between makers; a POPF of random bits may set TF.
    let rsp = this.#chance(90) || /^(call|popf)$/.test(mnemonic) ? DATA + 0xf80 + this.#below(16) * 8 : this.#address();
    regs[RSP] = BigInt(rsp);
    const stackWord = mnemonic === 'popf' ? BigInt((this.#below(0x1000) & 0xcd5) | 0x202)
      : mnemonic === 'ret' && this.#chance(10) ? NOT_CANONICAL : BigInt(TARGET);
    if (mnemonic === 'leave') {
      rsp = DATA + 0xf80 + this.#below(16) * 8;
      regs[RBP] = this.#chance(90) ? BigInt(rsp) : NOT_CANONICAL;
    }
    if (mnemonic === 'enter' && this.#chance(90)) regs[RBP] = BigInt(DATA + 0xfc0);

    const bytes: number[] = [];
    const isString = row.notes.rep !== undefined;
    const repeat = isString && this.#chance(60);
    if (isString) {
      regs[RSI] = BigInt(this.#address());
      regs[RDI] = BigInt(this.#address());
      // Which of two bad addresses CMPS finds first is nobody's promise.
      if (mnemonic.startsWith('cmps')) regs[this.#chance(50) ? RSI : RDI] = BigInt(DATA + 0xfc0 + this.#below(64));
      if (this.#chance(30)) flags |= 0x400;
      if (repeat) regs[RCX] = BigInt(this.#below(12));
      if (this.#chance(30)) pokes.push([DATA + 0xf80, BigInt.asUintN(64, regs[RAX])]);
    }
    // Of an operating system's descriptors those of user space are Linux's, and ours.
    if (ASKS_DESCRIPTOR.test(mnemonic)) regs.forEach((value, n) => (regs[n] = (value & ~0xffffn) | BigInt(SELECTORS[this.#below(SELECTORS.length)])));
    if (mnemonic === 'xlat') regs[3] = BigInt(this.#address()) - (regs[RAX] & 0xffn);
    if (/^(loop|jrcxz)/.test(mnemonic)) regs[RCX] = BigInt(this.#below(3)) | (this.#chance(30) ? (this.#next() >> 33n) << 32n : 0n);
    if (/^(div|idiv)$/.test(mnemonic)) {
      if (this.#chance(60)) regs[RDX] = this.#chance(50) ? 0n : BigInt.asUintN(64, BigInt.asIntN(64, regs[RAX]) >> 63n);
      if (this.#chance(30)) regs[RDX] = this.#next() >> 58n;
    }

    // Legacy prefixes, then REX, then the opcode.
    const memoryForm = e.modrm && operands.some((text) => /^[EMWQ]/.test(text)) && (operands.some((text) => text[0] === 'M') || this.#chance(55)) &&
      !operands.some((text) => /^(R|U|N|STi)/.test(text));
    if (this.#chance(4)) bytes.push([0x2e, 0x36, 0x3e, 0x26, 0x65][this.#below(5)]);
    const address32 = (memoryForm || isString || /^(loop|jrcxz|xlat)/.test(mnemonic)) && this.#chance(8);
    if (address32) {
      bytes.push(0x67);
      // Then the upper halves of implied registers count for nothing.
      for (const n of isString ? [RSI, RDI, ...(repeat ? [RCX] : [])] : []) regs[n] |= (this.#next() >> 33n) << 32n;
    }
    const locked = row.notes.lock === true && memoryForm && this.#chance(30);
    if (locked || (this.#chance(1) && !isString && !/[CD]q/.test(row.operands))) bytes.push(0xf0);
    const sizeMatters = !/[bw]$/.test(operands[0] ?? '') || operands.length > 1;
    const p66 = e.prefix === 0 && !e.noPrefix && !e.vex && row.notes.unit === undefined && sizeMatters && this.#chance(25) && !NO_66.has(mnemonic) &&
      mnemonic[0] !== 'j';
    if (p66) bytes.push(0x66);
    if (repeat) bytes.push(this.#chance(50) ? 0xf3 : 0xf2);
    if (e.prefix && !e.vex) bytes.push(e.prefix);
    let rex = this.#chance(60) ? 0x40 | this.#below(16) : 0;
    if (e.rexW) rex |= 0x48;
    // 90 with REX.B is another row.
    if (mnemonic === 'nop' && row.encoding === '90') rex &= 0xfe;
    if (e.vex) {
      // Inverted R, X, B and vvvv; W, L and the prefix that the row wants.
      const pp = e.prefix === 0x66 ? 1 : e.prefix === 0xf3 ? 2 : e.prefix === 0xf2 ? 3 : 0;
      bytes.push(0xc4, ((~rex & 7) << 5) | e.map, ((rex & 8) << 4) | ((/\bB/.test(row.operands) || this.#chance(5) ? this.#below(16) : 15) << 3) |
        (this.#chance(2) ? 4 : 0) | pp);
    } else {
      if (rex) bytes.push(rex);
      if (e.map > 0) bytes.push(0x0f);
      if (e.map === 2) bytes.push(0x38);
      if (e.map === 3) bytes.push(0x3a);
    }
    let registerInOpcode = 0;
    if (e.plusR) registerInOpcode = row.encoding.startsWith('90+r') && !(rex & 1) ? 1 + this.#below(7) : this.#below(8);
    bytes.push(e.opcode + registerInOpcode);
    if (e.fixedModrm >= 0) bytes.push(e.fixedModrm);

    const operandSize = rex & 8 ? 64 : p66 ? 16 : row.notes.default64 ? 64 : 32;
    const goes = /^(jmp|call)$/.test(mnemonic);
    let ripRelative = -1, target = this.#address();
    if (e.modrm) {
      const reg = e.digit >= 0 ? e.digit : this.#below(8);
      const regNumber = reg | ((rex & 4) << 1);
      if (!memoryForm) {
        const rm = this.#below(8);
        bytes.push(0xc0 | (reg << 3) | rm);
        if (goes) regs[rm | ((rex & 1) << 3)] = this.#chance(90) || (rm | ((rex & 1) << 3)) === RSP ? BigInt(TARGET) : NOT_CANONICAL;
      } else {
        if (goes) target = DATA + 0xf90 + this.#below(8) * 8;
        if (mnemonic.startsWith('bt') && e.digit < 0) regs[regNumber] =
          BigInt.asUintN(64, BigInt(this.#below(1200) - 600) | (operandSize === 64 ? 0n : this.#next() << BigInt(operandSize)));
        if (mnemonic.startsWith('bt')) target = DATA + 0xfc0 + this.#below(64);
        if ((mnemonic === 'cmpxchg16b' || row.notes.unit === 'sse') && this.#chance(85)) target &= -16;
        ripRelative = this.#memory(bytes, rex, reg, regNumber, target, regs, address32,
          mnemonic.startsWith('bt') || mnemonic === 'pop' || mnemonic === 'push' || mnemonic === 'call');
        // Again: not both target and stack bad, when RSP is part of the address.
        if (goes) pokes.push([target, this.#chance(90) || (mnemonic === 'call' && Number(regs[RSP]) !== rsp) ? BigInt(TARGET) : NOT_CANONICAL]);
        else if (ASKS_DESCRIPTOR.test(mnemonic)) pokes.push([target, BigInt(SELECTORS[this.#below(SELECTORS.length)])]);
        else if (mnemonic.startsWith('cmpxchg') && this.#chance(50)) {
          const value = this.#value();
          pokes.push([target, value]);
          regs[RAX] = mnemonic === 'cmpxchg8b' ? value & 0xffff_ffffn : value;
          if (mnemonic === 'cmpxchg8b') regs[RDX] = value >> 32n;
        } else if (row.notes.unit) this.#pokeNumber(row, target, pokes);
        else if (this.#chance(50)) pokes.push([target, this.#value()]);
        if (mnemonic === 'lea' && this.#chance(50)) regs.forEach((_, n) => { if (n !== RSP) regs[n] = this.#value(); });
      }
    }
    if (operands.some((text) => text[0] === 'O')) {
      const at = BigInt(target);
      for (let n = 0n; n < (address32 ? 4n : 8n); n++) bytes.push(Number((at >> (8n * n)) & 0xffn));
    }
    for (const immediate of e.immediates) this.#immediate(bytes, immediate, mnemonic, operandSize);
    if (ripRelative >= 0) {
      const disp = (target - (INSN + bytes.length)) | 0;
      for (let n = 0; n < 4; n++) bytes[ripRelative + n] = (disp >> (8 * n)) & 0xff;
    }
    if (mnemonic.startsWith('maskmov')) regs[RDI] = BigInt(DATA + (this.#chance(15) ? 0xff0 : 0xf80) + this.#below(16));
    const stackAt = mnemonic === 'leave' ? rsp + 8 : Number(regs[RSP]);
    if (/^(ret|pop|popf)$/.test(mnemonic) && stackAt >= DATA + 0xf00 && stackAt <= DATA + 0x10f8) pokes.push([stackAt, stackWord]);
    const fx = row.notes.unit ? { fx: fxState(this.#random, row.notes.unit !== 'sse') } : {};
    return { row, code: bytes, seed: Number(this.#next() & 0xffff_ffffn), flags, pokes: pokes.slice(-POKES).filter(([at]) => at >= DATA && at <= DATA + 0x1ff8),
      regs, ...fx };
  }

  /** A floating-point operand in memory. */
  #pokeNumber(row: Row, target: number, pokes: [number, bigint][]): void {
    if (row.mnemonic === 'ldmxcsr') {
      pokes.push([target, BigInt(this.#random.u32() & (this.#chance(85) ? 0xffff : 0x1ffff))]);
      return;
    }
    if (row.operands.includes('Mt') && this.#chance(90)) {
      const { sig, top } = extended(this.#random);
      pokes.push([target, sig], [target + 8, BigInt(top)]);
      return;
    }
    if (!this.#chance(90)) return;
    const [a, b, c, d] = vector(this.#random), pair = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
    pokes.push([target, pair(a, b)], [target + 8, pair(c, d)]);
  }

  /** ModRM, SIB and displacement for an address, with registers set to fit. @returns where the RIP-relative displacement goes, or -1. */
  #memory(bytes: number[], rex: number, reg: number, regNumber: number, target: number, regs: bigint[], address32: boolean, keep: boolean): number {
    const put32 = (value: number): void => {
      for (let n = 0; n < 4; n++) bytes.push((value >> (8 * n)) & 0xff);
    };
    const junk = address32 ? (this.#next() >> 32n) << 32n : 0n;
    const fits = (n: number): boolean => !(keep && n === regNumber) && n !== RSP;
    if (this.#chance(10)) {
      bytes.push((reg << 3) | 5);
      put32(0);
      return bytes.length - 4;
    }
    const mod = this.#below(3);
    const disp = mod === 0 ? 0 : mod === 1 ? (this.#below(256) << 24) >> 24 : Number(BigInt.asIntN(32, this.#next())) >> this.#below(16);
    const base = this.#below(8), baseNumber = base | ((rex & 1) << 3);
    if (base !== 4 && !(mod === 0 && base === 5) && fits(baseNumber) && this.#chance(60)) {
      bytes.push((mod << 6) | (reg << 3) | base);
      regs[baseNumber] = BigInt.asUintN(64, BigInt(target - disp) | (address32 ? junk : 0n));
    } else {
      let index = this.#below(8), scale = this.#below(4);
      const sibBase = mod === 0 && this.#chance(30) ? 5 : base;
      const sibNumber = sibBase | ((rex & 1) << 3);
      let indexNumber = index | ((rex & 2) << 2);
      if (indexNumber === sibNumber || !fits(indexNumber)) {
        index = 4;
        indexNumber = 4 | ((rex & 2) << 2);
        if (indexNumber === sibNumber || indexNumber === 12) scale = 0;
      }
      let sum = 0;
      if (indexNumber !== 4) {
        const value = this.#below(64) - 32;
        if (indexNumber !== sibNumber) regs[indexNumber] = BigInt.asUintN(64, BigInt(value));
        sum = Number(BigInt.asIntN(32, regs[indexNumber])) * (1 << scale);
      }
      bytes.push((mod << 6) | (reg << 3) | 4, (scale << 6) | (index << 3) | sibBase);
      if (mod === 0 && sibBase === 5) {
        put32((target - sum) | 0);
        return -1;
      }
      if (!(keep && sibNumber === regNumber) && (sibNumber !== indexNumber || indexNumber === 4))
        regs[sibNumber] = BigInt.asUintN(64, BigInt(target - disp - sum));
    }
    if (mod === 1) bytes.push(disp & 0xff);
    else if (mod === 2) put32(disp);
    return -1;
  }

  #immediate(bytes: number[], kind: string, mnemonic: string, operandSize: number): void {
    if (kind === 'cb' || kind === 'cd') {
      // All bytes but the displacement stand already.
      const size = kind === 'cb' ? 1 : 4;
      const disp = TARGET - (INSN + bytes.length + size);
      for (let n = 0; n < size; n++) bytes.push((disp >> (8 * n)) & 0xff);
      return;
    }
    if (mnemonic === 'int') {
      const vector = [0, 1, 2, 5, 8, 13, 32, 200][this.#below(8)];
      bytes.push(vector);
      return;
    }
    const size = kind === 'ib' ? 1 : kind === 'iw' ? 2 : kind === 'iz' ? (operandSize === 16 ? 2 : 4) : operandSize >> 3;
    let value = this.#value();
    // The second immediate is the nesting level: the frames it copies lie in the data pages.
    if (mnemonic === 'enter') value = BigInt(kind === 'iw' ? this.#below(64) : this.#chance(60) ? this.#below(4) : this.#below(9) * 32);
    if (mnemonic === 'ret') value = BigInt(this.#below(64));
    for (let n = 0; n < size; n++) bytes.push(Number((value >> BigInt(8 * n)) & 0xffn));
  }
}

/** What the harness reads. */
export function writeCases(cases: readonly Case[]): Uint8Array {
  let length = 0;
  for (const { fx } of cases) length += CASE_BYTES + (fx?.length ?? 0);
  const bytes = new Uint8Array(length), view = new DataView(bytes.buffer);
  let at = 0;
  for (const test of cases) {
    bytes.set(test.code.slice(0, 16), at);
    const words = [BigInt(test.code.length), BigInt(test.seed), BigInt(test.flags)];
    for (let n = 0; n < POKES; n++) words.push(BigInt(test.pokes[n]?.[0] ?? 0));
    for (let n = 0; n < POKES; n++) words.push(test.pokes[n]?.[1] ?? 0n);
    words.push(...test.regs, test.fx ? 1n : 0n);
    words.forEach((word, w) => view.setBigUint64(at + 16 + 8 * w, BigInt.asUintN(64, word), true));
    at += CASE_BYTES;
    if (!test.fx) continue;
    bytes.set(test.fx, at);
    at += test.fx.length;
  }
  return bytes;
}
