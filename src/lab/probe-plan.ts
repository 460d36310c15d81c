/** What stands at the addresses that the machine tells of: tracepoints, functions and calls of images, places that calls return to. */
import type { VirtAddr } from '../base/units.ts';
import type { TracepointSite } from '../formats/debug-info.ts';
import type { Image } from './images.ts';
import type { Reader } from './site-reader.ts';

/** A call or SYSCALL instruction of the application or its library. */
export interface CallSite {
  function: string;
  /** Where it goes, if the instruction says so. */
  target?: VirtAddr;
  next: VirtAddr;
  /** It leads into the kernel. */
  enters: boolean;
  /** Live data that its function keeps below RSP, and that it overwrites with a return address. */
  redZoneBytes: number;
}

/** A tracepoint, taken apart once. */
export interface Site {
  readonly site: TracepointSite;
  /** The event that it tells, or -1: then it only tells the lab where things are. */
  readonly kind: number;
  readonly readers: ReadonlyMap<string, Reader>;
  /** Of a system call. */
  readonly nr: Reader;
  readonly ret: Reader;
}

/** What is to be done at one probed address. */
export interface Plan {
  readonly key: number;
  /** The address in halves. */
  readonly lo: number;
  readonly hi: number;
  readonly addr: VirtAddr;
  readonly sites: readonly Site[];
  /** In some image a libc function begins here, or there is a call that matters. */
  readonly isOfImage: boolean;
  readonly returns: boolean;
  /** The observer wants to be asked. */
  readonly isObserved: boolean;
  /** What begins there in the image that is mapped, as long as the map is what it was. */
  call: CallSite | undefined;
  wrapper: string | undefined;
  asOf: number;
}

/** Something known of addresses of images: it holds wherever that image is mapped, and nowhere else. */
export class ByImage<T> {
  readonly #images = new Map<Image, Map<VirtAddr, T>>();

  set(image: Image, addr: VirtAddr, value: T): void {
    const known = this.#images.get(image);
    if (known) known.set(addr, value);
    else this.#images.set(image, new Map([[addr, value]]));
  }

  get(image: Image | undefined, addr: VirtAddr): T | undefined {
    return image && this.#images.get(image)?.get(addr);
  }

  addresses(): VirtAddr[] {
    return [...this.#images.values()].flatMap((known) => [...known.keys()]);
  }

  values(): T[] {
    return [...this.#images.values()].flatMap((known) => [...known.values()]);
  }
}
