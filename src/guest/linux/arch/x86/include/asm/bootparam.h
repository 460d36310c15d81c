/*
 * What the loader tells the kernel: the fields of the zero page that we read.
 * Linux: arch/x86/include/uapi/asm/bootparam.h, Documentation/x86/zero-page.rst.
 */
#ifndef _ASM_X86_BOOTPARAM_H
#define _ASM_X86_BOOTPARAM_H

#include <linux/types.h>
#include <linux/compiler.h>

#define E820_TYPE_RAM		1
#define E820_TYPE_RESERVED	2
#define E820_MAX_ENTRIES_ZEROPAGE 128

struct boot_e820_entry {
	u64 addr;
	u64 size;
	u32 type;
} __packed;

struct boot_params {
	u8 _pad1[0x1e8];
	u8 e820_entries;
	u8 _pad2[0x218 - 0x1e9];
	u32 ramdisk_image;	/* setup_header.ramdisk_image */
	u32 ramdisk_size;
	u8 _pad3[0x228 - 0x220];
	u32 cmd_line_ptr;
	u8 _pad4[0x2d0 - 0x22c];
	struct boot_e820_entry e820_table[E820_MAX_ENTRIES_ZEROPAGE];
	u8 _pad5[0x1000 - 0x2d0 - 128 * 20];
} __packed;

#endif
