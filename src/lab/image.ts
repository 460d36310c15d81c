/** Images as they were linked: code before anything is mapped, and the calls in it that the lab wants to know of. */
import { decode } from '../isa/decode.ts';
import { format } from '../isa/format.ts';
import type { Image } from './images.ts';
import type { CallSite } from './probe-plan.ts';

/** At most so many bytes as an ELF file holds from an address on. */
export function imageBytes({ elf }: Image, at: bigint, length: number): Uint8Array {
  const view = new DataView(elf.buffer, elf.byteOffset);
  const headers = Number(view.getBigUint64(32, true)), count = view.getUint16(56, true);
  for (let n = 0; n < count; n++) {
    const header = headers + n * 56;
    const vaddr = view.getBigUint64(header + 16, true), size = view.getBigUint64(header + 32, true);
    if (view.getUint32(header, true) !== 1 || at < vaddr || at >= vaddr + size) continue;
    const from = Number(view.getBigUint64(header + 8, true)) + Number(at - vaddr);
    return elf.subarray(from, Math.min(from + length, Number(view.getBigUint64(header + 8, true)) + Number(size)));
  }
  return new Uint8Array(0);
}

/** Every call and SYSCALL of the application and its library in one image, by address. */
export function callSites(image: Image, kernel: Image): Map<bigint, CallSite> {
  const sites = new Map<bigint, CallSite>();
  for (const f of image.functions) {
    if (f.domain === 'kernel' && !f.redZoneBytes) continue;
    const bytes = imageBytes(image, f.low, Number(f.high - f.low));
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
      const enters = f.domain !== 'kernel' && (mnemonic === 'syscall' || (target !== undefined && kernel.domainOf(target) === 'kernel'));
      sites.set(at, { function: f.name, ...(target === undefined ? {} : { target }), next: f.low + BigInt(offset), enters,
        redZoneBytes: mnemonic === 'call' ? f.redZoneBytes : 0 });
    }
  }
  return sites;
}
