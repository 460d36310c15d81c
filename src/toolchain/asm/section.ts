/**
 * A section while it is being assembled. Bytes of fixed size go into one buffer; what may still change its size (jumps,
 * alignment, .org) stands beside it as `Fluid`, so that a position is a buffer offset plus the sizes of the fluids before.
 */
import type { Relocation } from '../object.ts';
import type { AsmExpr, AsmSpan } from './items.ts';

/** A position; final only after the layout. */
export interface Position {
  section: number;
  /** In the buffer. */
  offset: number;
  /** How many fluids stand before it. */
  fluids: number;
}

export interface Fluid {
  /** In the buffer: it stands before this byte. */
  offset: number;
  /** Bytes it takes as things stand. */
  size: number;
  jump?: {
    short: readonly number[];
    /** Missing for loop and jrcxz. */
    long: readonly number[] | undefined;
    /** Where the 32-bit distance stands in `long`. */
    longField: number;
    target: AsmExpr;
    isLong: boolean;
    span: AsmSpan | undefined;
  };
  /** Padding up to a multiple of `bytes`, or up to the address `to`. */
  align?: { bytes: number; max: number; to: AsmExpr | undefined; fill: number | undefined; span: AsmSpan | undefined };
}

export interface PlacedFixup {
  offset: number;
  fluids: number;
  type: Relocation['type'];
  value: AsmExpr;
  span: AsmSpan | undefined;
}

/** Multi-byte NOPs as SDM Vol. 2B, "NOP", recommends them; from nine bytes on GNU as's own. */
const NOPS: readonly (readonly number[])[] = [
  [], [0x90], [0x66, 0x90], [0x0f, 0x1f, 0x00], [0x0f, 0x1f, 0x40, 0], [0x0f, 0x1f, 0x44, 0, 0], [0x66, 0x0f, 0x1f, 0x44, 0, 0],
  [0x0f, 0x1f, 0x80, 0, 0, 0, 0], [0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0], [0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
  [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0], [0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
];

export class SectionBuilder {
  readonly name: string;
  readonly flags: string;
  readonly nobits: boolean;
  align = 1;
  /** Bytes in the buffer; for nobits only counted. */
  length = 0;
  /** Size after the layout. */
  size = 0;
  readonly fluids: Fluid[] = [];
  readonly fixups: PlacedFixup[] = [];
  /** shift[n]: sizes of the first n fluids together. */
  #shift: number[] = [0];
  #data = new Uint8Array(256);

  constructor(name: string, flags: string, nobits: boolean) {
    this.name = name;
    this.flags = flags;
    this.nobits = nobits;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#data.length) return;
    const grown = new Uint8Array(Math.max(this.#data.length * 2, this.length + count));
    grown.set(this.#data);
    this.#data = grown;
  }

  put(bytes: readonly number[] | Uint8Array): void {
    const count = bytes.length;
    if (!this.nobits) {
      this.#reserve(count);
      const data = this.#data;
      let at = this.length;
      for (let n = 0; n < count; n++) data[at++] = bytes[n];
    }
    this.length += count;
  }

  fill(count: number, value: number): void {
    if (!this.nobits) {
      this.#reserve(count);
      this.#data.fill(value, this.length, this.length + count);
    }
    this.length += count;
  }

  /** Little endian. */
  putInteger(value: bigint, size: number): void {
    if (!this.nobits) {
      this.#reserve(size);
      // Most data are small: bigint arithmetic only where it is needed.
      if (size <= 4) {
        let low = Number(BigInt.asIntN(32, value));
        for (let n = 0; n < size; n++) {
          this.#data[this.length + n] = low;
          low >>= 8;
        }
      } else new DataView(this.#data.buffer).setBigUint64(this.length, BigInt.asUintN(64, value), true);
    }
    this.length += size;
  }

  addFluid(fluid: Fluid): void {
    this.fluids.push(fluid);
  }

  /** Gives every fluid its place. @param origin where .org goes. */
  layout(origin: (fluid: Fluid, at: number) => number): void {
    const { fluids } = this;
    const shift = this.#shift;
    let sum = 0;
    shift[0] = 0;
    for (let n = 0; n < fluids.length; n++) {
      const fluid = fluids[n];
      if (fluid.jump) fluid.size = fluid.jump.isLong ? fluid.jump.long!.length : fluid.jump.short.length;
      else if (fluid.align) {
        const { bytes, max, to } = fluid.align;
        const at = fluid.offset + sum;
        const count = to ? origin(fluid, at) - at : (bytes - (at % bytes)) % bytes;
        fluid.size = count > max || count < 0 ? 0 : count;
      }
      sum += fluid.size;
      shift[n + 1] = sum;
    }
    this.size = this.length + sum;
  }

  /** The final offset of a position. */
  at(offset: number, fluids: number): number {
    return offset + this.#shift[fluids];
  }

  /** The section's bytes, padding included; distances of jumps are still 0. */
  bytes(): Uint8Array {
    if (this.nobits) return new Uint8Array(0);
    const out = new Uint8Array(this.size);
    let from = 0;
    let to = 0;
    for (const fluid of this.fluids) {
      out.set(this.#data.subarray(from, fluid.offset), to);
      to += fluid.offset - from;
      from = fluid.offset;
      if (fluid.jump) out.set(fluid.jump.isLong ? fluid.jump.long! : fluid.jump.short, to);
      else if (fluid.align) pad(out, to, fluid.size, fluid.align.fill ?? (this.flags.includes('x') && !fluid.align.to ? -1 : 0));
      to += fluid.size;
    }
    out.set(this.#data.subarray(from, this.length), to);
    return out;
  }
}

/** @param fill -1: nops. */
function pad(bytes: Uint8Array, at: number, count: number, fill: number): void {
  if (fill >= 0) {
    bytes.fill(fill, at, at + count);
    return;
  }
  for (let left = count; left > 0; ) {
    const nop = NOPS[Math.min(left, NOPS.length - 1)];
    bytes.set(nop, at + count - left);
    left -= nop.length;
  }
}
