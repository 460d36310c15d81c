/**
 * Physical memory, and what is known of each 4 KiB page of it: written since the last snapshot, holds page tables that
 * the walker has read, holds code that has been decoded.
 */
export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 4096;

export class Ram {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly pages: number;
  /** 1: written since the last snapshot. */
  readonly dirty: Uint8Array;
  /** Bit n: CPU n's walker has read an entry here, so a write may have to drop its translations. */
  readonly table: Int32Array;
  /** Bit n: the 128-byte granule n of the page holds decoded code. */
  readonly code: Int32Array;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
    this.pages = size >>> PAGE_SHIFT;
    this.dirty = new Uint8Array(this.pages).fill(1);
    this.table = new Int32Array(this.pages);
    this.code = new Int32Array(this.pages);
  }
}
