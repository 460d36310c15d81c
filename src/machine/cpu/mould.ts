/**
 * Decoded once, made many times. Instructions with the same prefixes, opcode, ModRM and SIB differ only in where they stand and in the
 * numbers behind: displacement, immediate, branch distance. The first of a kind is decoded and bound; what it became is the mould of all
 * others, which are copies with their own numbers. Code that runs for the first time is mostly made of kinds that are known.
 */
import { decode, headRead, readHead, tailOf, type Tail } from '../../isa/decode.ts';
import type { DecodeFailure } from '../../isa/decoded.ts';
import type { CostProfile } from '../cost.ts';
import { bind } from './bind.ts';
import { Block, Insn } from './insn.ts';
import { IMM } from './state.ts';

interface Mould {
  /** Belongs to no page: numbers in it are those of the one cast last. */
  readonly model: Insn;
  /** The model as a block of its own. */
  readonly alone: Block;
  readonly tail: Tail;
  readonly isRelative: boolean;
  /** The head: its length and its bytes. */
  readonly head: number;
  readonly first: number;
  readonly second: number;
}

/** Kinds are kept in a table of this size, without chains: a kind that comes later takes the place. */
const KIND_BITS = 13;

export class Moulds {
  readonly #costs: CostProfile;
  readonly #moulds: (Mould | undefined)[] = Array.from({ length: 1 << KIND_BITS }, (): undefined => undefined);

  constructor(costs: CostProfile) {
    this.#costs = costs;
  }

  /** The instruction at some bytes, standing at lo:hi, to keep. */
  cast(bytes: Uint8Array, at: number, end: number, lo: number, hi: number): Insn | DecodeFailure {
    const mould = this.#mould(bytes, at, end);
    if (mould === undefined) return this.#bound(bytes, at, end, lo, hi);
    const { model } = mould, insn = new Insn(model.decoded, model.exec, lo, hi, model.cost);
    insn.shapedAs(model);
    number(insn, mould, bytes, at + mould.head, lo, hi);
    return insn;
  }

  /** The same as a block of its own, good until the next call. Undefined where decoding fails. */
  lend(bytes: Uint8Array, at: number, end: number, lo: number, hi: number): Block | undefined {
    const mould = this.#mould(bytes, at, end);
    if (mould === undefined) {
      const insn = this.#bound(bytes, at, end, lo, hi);
      return typeof insn === 'string' ? undefined : new Block([insn], true);
    }
    const { model, alone } = mould;
    number(model, mould, bytes, at + mould.head, lo, hi);
    alone.endLo = model.nextLo;
    alone.endHi = model.nextHi;
    return alone;
  }

  #mould(bytes: Uint8Array, at: number, end: number): Mould | undefined {
    const head = readHead(bytes, at, end);
    if (head === 0) return undefined;
    const { first, second } = headRead, place = Math.imul(Math.imul(first, 0x9e3779b1) ^ second ^ (head << 28), 0x85ebca6b) >>> (32 - KIND_BITS),
      known = this.#moulds[place];
    if (known !== undefined && known.first === first && known.second === second && known.head === head)
      return at + known.model.decoded.length <= end ? known : undefined;
    const model = this.#bound(bytes, at, end, 0, 0);
    if (typeof model === 'string') return undefined;
    const tail = tailOf(model.decoded, head);
    // An immediate that is no operand (of INT, RET, PSHUFD ...) may have been taken for anything.
    if (!tail || !(tail.immediate === '' || tail.immediate.startsWith('rel') || usesImmediate(model))) return undefined;
    const isRelative = model.decoded.operands.some((operand) => operand.kind === 'mem' && operand.base === 16);
    return this.#moulds[place] = { model, alone: new Block([model], true), tail, isRelative, head, first, second };
  }

  #bound(bytes: Uint8Array, at: number, end: number, lo: number, hi: number): Insn | DecodeFailure {
    const decoded = decode(bytes.subarray(at, end), 0);
    return typeof decoded === 'string' ? decoded : bind(this.#costs, decoded, lo, hi);
  }
}

const usesImmediate = ({ a, b, c }: Insn): boolean => a === IMM || b === IMM || c === IMM;

const word = (bytes: Uint8Array, at: number): number => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);

/** Where it stands, and the numbers behind its head. */
function number(insn: Insn, { tail: { displacement, immediate }, isRelative }: Mould, bytes: Uint8Array, from: number, lo: number, hi: number): void {
  insn.standsAt(lo, hi);
  let at = from;
  if (displacement !== 0) {
    const disp = displacement === 1 ? (bytes[at] << 24) >> 24 : word(bytes, at);
    at += displacement;
    if (isRelative) insn.relativeTo(disp);
    else {
      insn.disp = disp;
      insn.dispHi = disp >> 31;
    }
  }
  switch (immediate) {
    case '': break;
    case 'u8': insn.immLo = bytes[at]; break;
    case 'u16': insn.immLo = bytes[at] | (bytes[at + 1] << 8); break;
    case 'rel8': insn.goesTo((bytes[at] << 24) >> 24); break;
    case 'rel32': insn.goesTo(word(bytes, at)); break;
    case 'i64':
      insn.immLo = word(bytes, at);
      insn.immHi = word(bytes, at + 4);
      break;
    default:
      insn.immLo = immediate === 'i8' ? (bytes[at] << 24) >> 24 : immediate === 'i16' ? ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16 : word(bytes, at);
      insn.immHi = insn.immLo >> 31;
  }
}
