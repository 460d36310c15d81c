/**
 * Results of a host's CPU, kept for hosts that are no x86-64 or have no compiler: of each case its row, its seed, a check of
 * its code, and what the instruction changed. A case made otherwise since must be recorded again (scripts/test-native.mjs).
 */
import type { Row } from '../../../isa/row.ts';
import type { Case, CaseMaker } from './cases.ts';
import { FX_COMPARED } from './random.ts';
import type { Result } from './run.ts';

export const rowKey = ({ encoding, mnemonic, operands }: Row): string => `${encoding}|${mnemonic}|${operands}`;

class Writer {
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Little-endian, so many bytes. */
  put(value: number | bigint, bytes: 1 | 2 | 4 | 8): void {
    if (this.#at + 8 > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#view.setBigUint64(this.#at, BigInt.asUintN(64, BigInt(value)), true);
    this.#at += bytes;
  }
  text(value: string): void {
    this.put(value.length, 1);
    for (let n = 0; n < value.length; n++) this.put(value.charCodeAt(n), 1);
  }
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }
}

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get done(): boolean {
    return this.#at >= this.#view.byteLength;
  }
  number(bytes: 1 | 2 | 4): number {
    const { [`getUint${8 * bytes}` as 'getUint8' | 'getUint16' | 'getUint32']: get } = this.#view;
    const value = get.call(this.#view, this.#at, true);
    this.#at += bytes;
    return value;
  }
  word(): bigint {
    this.#at += 8;
    return this.#view.getBigUint64(this.#at - 8, true);
  }
  text(): string {
    return Array.from({ length: this.number(1) }, () => String.fromCharCode(this.number(1))).join('');
  }
}

function checkOf({ code, regs, flags, pokes, fx }: Case): number {
  let h = 0;
  const add = (value: number | bigint): void => {
    h = Math.imul(h ^ Number(BigInt.asUintN(32, BigInt(value) ^ (BigInt(value) >> 32n))), 0x01000193) ^ (h >>> 15);
  };
  for (const byte of code) add(byte);
  for (const value of regs) add(value);
  for (const [at, value] of pokes) {
    add(at);
    add(value);
  }
  for (const byte of fx ?? []) add(byte);
  add(flags);
  return h & 0xffff;
}

const EVENT = 1, MEMORY = 2;

export interface Recorded {
  /** Undefined when the case is made otherwise now. */
  test: Case | undefined;
  row: Row;
  result: Result;
}

/** @param memoryBefore the hash of a case's memory before it runs. */
export function writeRecord(entries: readonly { test: Case; seed: number; result: Result }[], memoryBefore: (test: Case) => number): Uint8Array {
  const out = new Writer();
  for (const { test, seed, result } of entries) {
    out.text(rowKey(test.row));
    out.put(seed, 4);
    out.put(checkOf(test), 2);
    const changed = test.regs.reduce((mask, value, n) => mask | (value === result.regs[n] ? 0 : 1 << n), 0);
    const hasEvent = result.path >= 2, hasMemory = memoryBefore(test) !== result.memory;
    out.put(result.path | (hasEvent ? EVENT << 4 : 0) | (hasMemory ? MEMORY << 4 : 0), 1);
    out.put(result.flags, 4);
    out.put(changed, 2);
    result.regs.forEach((value, n) => {
      if (changed & (1 << n)) out.put(value, 8);
    });
    if (hasMemory) out.put(result.memory, 4);
    if (hasEvent) {
      out.put(result.vector, 1);
      out.put(result.error, 2);
      out.put(result.cr2, 8);
    }
    if (!test.fx || !result.fx) continue;
    const before = new DataView(test.fx.buffer, test.fx.byteOffset), after = new DataView(result.fx.buffer, result.fx.byteOffset);
    const words = Array.from({ length: FX_COMPARED / 4 }, (_, n) => n).filter((n) => before.getUint32(4 * n, true) !== after.getUint32(4 * n, true));
    out.put(words.length, 1);
    for (const n of words) {
      out.put(n, 1);
      out.put(after.getUint32(4 * n, true), 4);
    }
  }
  return out.done();
}

/** Rows that are gone are left out. */
export function readRecord(bytes: Uint8Array, rows: readonly Row[], maker: CaseMaker, memoryBefore: (test: Case) => number): Recorded[] {
  const input = new Reader(bytes), byKey = new Map(rows.map((row) => [rowKey(row), row])), out: Recorded[] = [];
  while (!input.done) {
    const key = input.text(), seed = input.number(4), check = input.number(2), row = byKey.get(key);
    if (!row) throw new Error(`recorded results of ${key}, which is no row: record again`);
    const test = maker.make(row, seed), head = input.number(1), flags = input.number(4), changed = input.number(2);
    const regs = test.regs.map((value, n) => (changed & (1 << n) ? input.word() : value));
    const memory = head & (MEMORY << 4) ? input.number(4) : memoryBefore(test);
    const event = head & (EVENT << 4) ? { vector: input.number(1), error: input.number(2), cr2: input.word() } : { vector: 0, error: 0, cr2: 0n };
    const result: Result = { regs, flags, path: head & 15, memory, ...event };
    if (test.fx) {
      const fx = test.fx.slice(0, FX_COMPARED), view = new DataView(fx.buffer);
      for (let left = input.number(1); left > 0; left--) {
        const at = 4 * input.number(1);
        view.setUint32(at, input.number(4), true);
      }
      result.fx = fx;
    }
    out.push({ test: checkOf(test) === check ? test : undefined, row, result });
  }
  return out;
}
