/**
 * Physical memory, what is known of each 4 KiB page of it (written since the last snapshot, holds page tables that a walker
 * has read, holds code that has been decoded), and the one way to change it: what was derived from a page is dropped before
 * the page changes. The CPUs' fast stores go around it only where it has been passed: a page enters a write TLB (`Mmu.fill`)
 * when nothing is derived from it and it counts as written, and leaves when either is no longer so.
 */
export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 4096;

/** Who has derived something from memory, and must drop it before the memory changes. */
export interface Derived {
  /** Bytes of a page that holds decoded code change. */
  codeChanges(at: number, size: number): void;
  /** Page tables change from which these CPUs (bits) have translations. @param entry where the one entry is that changes; -1 when it may be several. */
  tablesChange(cpus: number, entry: number): void;
}

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
  /** The CPUs, when there are any. */
  derived!: Derived;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
    this.pages = size >>> PAGE_SHIFT;
    this.dirty = new Uint8Array(this.pages).fill(1);
    this.table = new Int32Array(this.pages);
    this.code = new Int32Array(this.pages);
  }

  /** A store of a CPU, within one page. */
  store(at: number, size: 1 | 2 | 4 | 8, lo: number, hi: number): void {
    const page = at >>> PAGE_SHIFT, { view } = this;
    this.dirty[page] = 1;
    if (this.table[page] && this.#changesEntry(at, size, lo, hi)) this.derived.tablesChange(this.table[page], (at & 7) + size > 8 ? -1 : at & -8);
    if (this.code[page]) this.derived.codeChanges(at, size);
    if (size === 8) {
      view.setInt32(at, lo, true);
      view.setInt32(at + 4, hi, true);
    } else if (size === 4) view.setInt32(at, lo, true);
    else if (size === 2) view.setInt16(at, lo, true);
    else this.bytes[at] = lo;
  }

  /** An entry that was not present was never cached, nor does writing what stands there change anything. */
  #changesEntry(at: number, size: number, lo: number, hi: number): boolean {
    const { view } = this;
    if (!((view.getInt32(at & -8, true) | view.getInt32((at + size - 1) & -8, true)) & 1)) return false;
    return !(size === 8 && view.getInt32(at, true) === lo && view.getInt32(at + 4, true) === hi);
  }

  /** A walker sets A or D in an entry that it has just read: translations made from it stay right. */
  note(at: number, entry: number): void {
    const page = at >>> PAGE_SHIFT;
    this.dirty[page] = 1;
    if (this.code[page]) this.derived.codeChanges(at, 4);
    this.view.setInt32(at, entry, true);
  }

  /** Bytes from somewhere else than a CPU: a device, or an edit by hand. */
  write(at: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const to = at + done, page = to >>> PAGE_SHIFT, part = bytes.subarray(done, done + PAGE_SIZE - (to & (PAGE_SIZE - 1)));
      this.dirty[page] = 1;
      if (this.table[page]) this.derived.tablesChange(this.table[page], -1);
      if (this.code[page]) this.derived.codeChanges(to, part.length);
      this.bytes.set(part, to);
      done += part.length;
    }
  }
}
