/** What the stub hands over is what our loader hands over: registers, and every byte of what was loaded. */
import { buildGuest } from '../../toolchain/build.ts';
import { freshCache } from '../../toolchain/compiler.ts';
import { guestSources } from '../../lab/sources.ts';
import { readElf } from '../../formats/elf64.ts';
import { resolveConfig } from '../../toolchain/kconfig.ts';
import { bootOurs } from './ours.ts';
import type { Qemu } from './qemu.ts';

const GPR = ['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15'];
/** From the loader's GDT to the end of its command line. */
const LOW = 0x6000, LOW_END = 0x20800;

export async function entryDifferences(qemu: Qemu): Promise<string[]> {
  const sources = guestSources(), switches = resolveConfig(sources, 'linux');
  if (typeof switches === 'string') return [switches];
  const build = buildGuest({ sources, app: 'hello', switches, args: ['some', 'words'] }, freshCache());
  const machine = bootOurs(build), ours = machine.registers();
  const found: string[] = [];
  const { gdb, end } = await qemu.debug(build);
  try {
    await gdb.breakAt(ours.rip);
    if (!(await gdb.goOn())) return ['QEMU never came to the kernel\'s entry'];
    const theirs = await gdb.registers();
    const pairs: [string, bigint][] = [
      ...GPR.map((name, n): [string, bigint] => [name, ours.gpr[n]]), ['RIP', ours.rip], ['RFLAGS', ours.rflags], ['CS', BigInt(ours.cs)],
      ['SS', BigInt(ours.ss)], ['FS base', ours.fsBase], ['GS base', ours.gsBase],
      ['kernel GS base', ours.kernelGsBase], ['CR0', ours.cr0], ['CR2', ours.cr2], ['CR3', ours.cr3], ['CR4', ours.cr4], ['EFER', ours.efer],
    ];
    for (const [name, value] of pairs) if (theirs[name] !== value) found.push(`${name}: Ringside ${value.toString(16)}, QEMU ${theirs[name]?.toString(16)}`);
    const elf = readElf(build.kernel);
    const loaded = typeof elf === 'string' ? [] : elf.segments.filter(({ fileSize, type }) => fileSize && type === 1).map(({ paddr, fileSize }) =>
      ({ at: Number(paddr), length: fileSize }));
    const ramdisk = (machine.ram.bytes.length - build.initramfs.length) & -4096;
    for (const { at, length } of [{ at: LOW, length: LOW_END - LOW }, ...loaded, { at: ramdisk, length: build.initramfs.length }]) {
      const bytes = await gdb.memory(BigInt(at), length);
      const different = bytes.findIndex((byte, n) => byte !== machine.ram.bytes[at + n]);
      if (bytes.length !== length || different >= 0) found.push(`memory at ${(at + Math.max(0, different)).toString(16)}: ` +
        `Ringside ${machine.ram.bytes[at + different]}, QEMU ${bytes[different]}`);
    }
  } finally {
    end();
  }
  return found;
}
