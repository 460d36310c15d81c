/**
 * Puts kernel, initramfs and command line into RAM as a boot loader does, and leaves the CPU where Linux's 64-bit boot
 * protocol wants it (Documentation/arch/x86/boot.rst, "64-bit Boot Protocol"): long mode, identity-mapped memory, flat
 * segments 0x10 and 0x18, interrupts off, RSI = boot_params, RIP = the kernel's entry.
 */
import { PT_LOAD, readElf } from '../formats/elf64.ts';
import { CR0_ET, CR0_NE, CR0_PE, CR0_PG, CR0_WP, CR4_PAE, CR4_PGE, EFER_LMA, EFER_LME, PTE_A, PTE_D, PTE_P, PTE_PS, PTE_W } from '../isa/registers.ts';
import { assert } from '../base/assert.ts';
import type { Cpu } from './cpu/cpu.ts';
import { CR0, CR3, CR4, CS_SELECTOR, DS_SELECTOR, EFER, ES_SELECTOR, GDTR_BASE, GDTR_LIMIT, RIP, SS_SELECTOR } from './cpu/state.ts';
import { PAGE_SHIFT, type Ram } from './mmu/ram.ts';

const BOOT_PARAMS = 0x7000, PAGE_TABLES = 0x9000, GDT = 0x6000, COMMAND_LINE = 0x20000;
/** struct boot_params and its struct setup_header: offsets of the boot protocol. */
const E820_ENTRIES = 0x1e8, E820_TABLE = 0x2d0, HDR_BOOT_FLAG = 0x1fe, HDR_MAGIC = 0x202, HDR_VERSION = 0x206, HDR_TYPE_OF_LOADER = 0x210,
  HDR_LOADFLAGS = 0x211,
  HDR_RAMDISK_IMAGE = 0x218, HDR_RAMDISK_SIZE = 0x21c, HDR_CMD_LINE_PTR = 0x228, HDR_CMDLINE_SIZE = 0x238;
const E820_RAM = 1, E820_RESERVED = 2;
const LEGACY_HOLE = 0xa0000, ONE_MEGABYTE = 0x100000;
const COMMAND_LINE_MAX = 2047;

export interface BootImage {
  kernel: Uint8Array;
  initramfs: Uint8Array;
  commandLine: string;
}

/** Loads the image into memory that nobody has written yet, and sets the CPU's registers. The kernel must be an ELF whose e_entry is a physical address. */
export function load(cpu: Cpu, ram: Ram, image: BootImage): void {
  const { bytes, view, dirty } = ram;
  // Only what is put there counts as written: the rest of memory is zero at power-on, and need not be looked at for a snapshot.
  dirty.fill(0).fill(1, 0, LEGACY_HOLE >>> PAGE_SHIFT);
  const put = (data: Uint8Array, to: number): void => {
    bytes.set(data, to);
    dirty.fill(1, to >>> PAGE_SHIFT, (to + data.length + (1 << PAGE_SHIFT) - 1) >>> PAGE_SHIFT);
  };
  const elf = readElf(image.kernel);
  if (typeof elf === 'string') throw new Error(`Ringside bug: kernel image: ${elf}`);
  for (const segment of elf.segments) {
    if (segment.type !== PT_LOAD) continue;
    const to = Number(segment.paddr);
    assert(to + segment.memSize <= bytes.length, 'the kernel does not fit into RAM');
    put(image.kernel.subarray(segment.offset, segment.offset + segment.fileSize), to);
  }
  const ramdisk = (bytes.length - image.initramfs.length) & -4096;
  put(image.initramfs, ramdisk);

  const line = new TextEncoder().encode(image.commandLine).subarray(0, COMMAND_LINE_MAX);
  bytes.set(line, COMMAND_LINE);

  view.setUint16(BOOT_PARAMS + HDR_BOOT_FLAG, 0xaa55, true);
  view.setUint32(BOOT_PARAMS + HDR_MAGIC, 0x53726448, true);
  view.setUint16(BOOT_PARAMS + HDR_VERSION, 0x20c, true);
  bytes[BOOT_PARAMS + HDR_TYPE_OF_LOADER] = 0xff;
  bytes[BOOT_PARAMS + HDR_LOADFLAGS] = 1;
  view.setUint32(BOOT_PARAMS + HDR_RAMDISK_IMAGE, ramdisk, true);
  view.setUint32(BOOT_PARAMS + HDR_RAMDISK_SIZE, image.initramfs.length, true);
  view.setUint32(BOOT_PARAMS + HDR_CMD_LINE_PTR, COMMAND_LINE, true);
  view.setUint32(BOOT_PARAMS + HDR_CMDLINE_SIZE, COMMAND_LINE_MAX, true);
  const map = [[0, LEGACY_HOLE, E820_RAM], [LEGACY_HOLE, ONE_MEGABYTE - LEGACY_HOLE, E820_RESERVED], [ONE_MEGABYTE, bytes.length - ONE_MEGABYTE, E820_RAM]];
  bytes[BOOT_PARAMS + E820_ENTRIES] = map.length;
  map.forEach(([start, size, type], n) => {
    const at = BOOT_PARAMS + E820_TABLE + n * 20;
    view.setBigUint64(at, BigInt(start), true);
    view.setBigUint64(at + 8, BigInt(size), true);
    view.setUint32(at + 16, type, true);
  });

  // The first 4 GiB, identity-mapped with 2 MiB pages: PML4, one PDPT, four page directories.
  const pdpt = PAGE_TABLES + 0x1000, directories = PAGE_TABLES + 0x2000;
  view.setBigUint64(PAGE_TABLES, BigInt(pdpt | PTE_P | PTE_W | PTE_A), true);
  for (let gigabyte = 0; gigabyte < 4; gigabyte++) {
    const directory = directories + gigabyte * 0x1000;
    view.setBigUint64(pdpt + gigabyte * 8, BigInt(directory | PTE_P | PTE_W | PTE_A), true);
    for (let n = 0; n < 512; n++) view.setBigUint64(directory + n * 8,
      BigInt(gigabyte * 0x4000_0000 + n * 0x20_0000) | BigInt(PTE_P | PTE_W | PTE_A | PTE_D | PTE_PS), true);
  }
  view.setBigUint64(GDT + 0x10, 0x00af9b000000ffffn, true);
  view.setBigUint64(GDT + 0x18, 0x00cf93000000ffffn, true);

  const { s } = cpu;
  s[CR0] = CR0_PE | CR0_PG | CR0_WP | CR0_NE | CR0_ET;
  s[CR3] = PAGE_TABLES;
  s[CR4] = CR4_PAE | CR4_PGE;
  s[EFER] = EFER_LME | EFER_LMA;
  s[GDTR_BASE] = GDT;
  s[GDTR_LIMIT] = 0x1f;
  s[CS_SELECTOR] = 0x10;
  s[SS_SELECTOR] = s[DS_SELECTOR] = s[ES_SELECTOR] = 0x18;
  cpu.setPair(2 * 6, BigInt(BOOT_PARAMS));
  cpu.setPair(RIP, elf.entry);
}
