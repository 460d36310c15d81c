/**
 * What an address means in one address space: the kernel's half is the same in all of them, below it each program has its own
 * image at the same addresses. An address alone names nothing.
 */
import type { VirtAddr } from '../base/units.ts';
import type { Domain } from '../formats/debug-info.ts';
import type { CodePlace } from '../link/reports.ts';
import { guestFacts, type GuestFacts } from './guest-facts.ts';
import type { Code, Image, SourceLine } from './images.ts';
import { isShared, type Space } from './spaces.ts';

/** An instruction of an image, wherever that is mapped; or, without an image, an address of one space or of any. */
export interface CodeSpot {
  addr: VirtAddr;
  image?: Image;
  space?: number;
}

export class Symbols {
  readonly images: readonly Image[];
  readonly kernel: Image;
  /** What the kernel says of itself. */
  readonly facts: GuestFacts;
  readonly #space: () => Space | undefined;
  readonly #linked: Image | undefined;

  /**
   * @param space the address space that is asked about.
   * @param linked the image that stands below the kernel's half, whether or not it is mapped.
   */
  constructor(images: readonly Image[], space: () => Space | undefined, linked?: Image, facts?: GuestFacts) {
    this.images = images;
    this.#linked = linked;
    this.kernel = images.find(({ isKernel }) => isKernel) ?? images[0];
    this.facts = facts ?? guestFacts(this.kernel);
    this.#space = space;
  }

  /** The same images, seen from another address space. */
  in(space: Space | undefined): Symbols {
    return new Symbols(this.images, () => space, undefined, this.facts);
  }

  /** The same images, as one of them was linked: before it is mapped anywhere. */
  of(image: Image): Symbols {
    return new Symbols(this.images, this.#space, image, this.facts);
  }

  get space(): Space | undefined {
    return this.#space();
  }

  /** The image whose bytes stand at an address. */
  imageAt(at: VirtAddr, space = this.#space): Image | undefined {
    if (isShared(at)) return this.kernel;
    if (this.#linked) return this.#linked;
    const file = space()?.fileAt(at);
    return file === undefined ? undefined : this.images.find(({ name, isKernel }) => !isKernel && name === file);
  }

  /** What a person means by an address: in the space that is named, else in this one if it has something there, else in any. */
  spotAt(addr: VirtAddr, space?: number): CodeSpot {
    const own = space ?? (this.imageAt(addr) && !isShared(addr) ? this.#space()?.id : undefined);
    return { addr, ...(own === undefined ? {} : { space: own }) };
  }

  /** Is that what stands at its address here? */
  isHere({ addr, image, space }: CodeSpot): boolean {
    if (image) return this.imageAt(addr) === image;
    return space === undefined || isShared(addr) || space === this.#space()?.id;
  }

  functionAt(at: VirtAddr): Code | undefined {
    return this.imageAt(at)?.functionAt(at);
  }

  domainOf(at: VirtAddr): Domain | 'unknown' {
    return this.imageAt(at)?.domainOf(at) ?? 'unknown';
  }

  lineAt(at: VirtAddr): SourceLine | undefined {
    return this.imageAt(at)?.lineAt(at);
  }

  /** `main+29`, or undefined where nothing is known. Data too. */
  name(at: VirtAddr): string | undefined {
    return this.imageAt(at)?.nameOf(at);
  }

  place(at: VirtAddr): CodePlace {
    const image = this.imageAt(at), f = image?.functionAt(at), line = image?.lineAt(at);
    return {
      space: isShared(at) ? 0 : (this.#space()?.id ?? 0), addr: at, image: image?.name ?? '', symbol: f?.name ?? '', offset: f ? Number(at - f.low) : 0,
      domain: f?.domain ?? image?.domainOf(at) ?? 'unknown',
      file: line?.file ?? f?.file ?? '', line: line?.line ?? f?.line ?? 0,
    };
  }

  /** `app:main`, `libc:write`, `kernel:vfs_write`, in whatever image; without a prefix the first of app, libc, kernel that has it. */
  find(name: string): Code | undefined {
    return this.findAll(name)[0];
  }

  /** The same in every image that has it: several programs each have a `main`. */
  findAll(name: string): Code[] {
    for (const full of [name, `app:${name}`, `libc:${name}`, `kernel:${name}`]) {
      const found = this.images.flatMap((image) => image.find(full) ?? []);
      if (found.length) return found;
    }
    return [];
  }

  /** First addresses of a line in every image. */
  addressesOf(file: string, line: number): CodeSpot[] {
    return this.images.flatMap((image) => image.addressesOf(file, line).map((addr) => ({ image, addr })));
  }

  /** The first address that each line of a file made, in the first image that has it. */
  linesOf(file: string): Map<number, VirtAddr> {
    return this.images.map((image) => image.linesOf(file)).find(({ size }) => size > 0) ?? new Map();
  }
}
