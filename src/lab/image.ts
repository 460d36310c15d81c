/** The image as it was linked: code before anything is mapped, and the calls in it that the lab wants to know of. */
import { decode } from '../isa/decode.ts';
import { format } from '../isa/format.ts';
import type { Symbols } from './symbols.ts';
import type { CallSite } from './tracer.ts';

/** Bytes at a virtual address of an ELF file, or of the ELF file inside an initramfs. */
function elfBytes(image: Uint8Array, at: bigint, length: number): Uint8Array | undefined {
  for (let start = 0; start < Math.min(image.length, 4096); start += 4) {
    if (image[start] !== 0x7f || image[start + 1] !== 0x45 || image[start + 2] !== 0x4c || image[start + 3] !== 0x46) continue;
    const view = new DataView(image.buffer, image.byteOffset + start);
    const headers = Number(view.getBigUint64(32, true)), count = view.getUint16(56, true);
    for (let n = 0; n < count; n++) {
      const header = headers + n * 56;
      const vaddr = view.getBigUint64(header + 16, true), size = view.getBigUint64(header + 32, true);
      if (view.getUint32(header, true) !== 1 || at < vaddr || at >= vaddr + size) continue;
      const from = start + Number(view.getBigUint64(header + 8, true)) + Number(at - vaddr);
      return image.subarray(from, Math.min(from + length, start + Number(view.getBigUint64(header + 8, true)) + Number(size)));
    }
  }
  return undefined;
}

/** At most so many bytes as the images hold from an address on. */
export function imageBytes(images: readonly Uint8Array[], at: bigint, length: number): Uint8Array {
  for (const image of images) {
    const found = elfBytes(image, at, length);
    if (found) return found;
  }
  return new Uint8Array(0);
}

/** Every call and SYSCALL of the application and its library, by address. */
export function callSites(symbols: Symbols, images: readonly Uint8Array[]): Map<bigint, CallSite> {
  const sites = new Map<bigint, CallSite>();
  for (const f of symbols.debug.functions) {
    if (f.domain === 'kernel' && !f.redZoneBytes) continue;
    const bytes = imageBytes(images, f.low, Number(f.high - f.low));
    for (let offset = 0; offset < bytes.length; ) {
      const decoded = decode(bytes, offset);
      if (typeof decoded === 'string') break;
      const at = f.low + BigInt(offset);
      const { mnemonic } = decoded.row;
      offset += decoded.length;
      if (mnemonic !== 'call' && mnemonic !== 'syscall') continue;
      let target: bigint | undefined;
      if (mnemonic === 'call') {
        format(decoded, at, (address) => {
          target = address;
          return undefined;
        });
      }
      const enters = f.domain !== 'kernel' && (mnemonic === 'syscall' || (target !== undefined && symbols.domainOf(target) === 'kernel'));
      sites.set(at, { function: f.name, next: f.low + BigInt(offset), enters, redZoneBytes: mnemonic === 'call' ? f.redZoneBytes : 0 });
    }
  }
  return sites;
}
