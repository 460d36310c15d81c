/* Gates and descriptor table registers. Linux: arch/x86/include/asm/desc.h, desc_defs.h. */
#ifndef _ASM_X86_DESC_H
#define _ASM_X86_DESC_H

#include <linux/types.h>
#include <linux/compiler.h>

#define GATE_INTERRUPT	0xe	/* clears IF */
#define GATE_TRAP	0xf

/* SDM Vol. 3A, "64-Bit IDT Gate Descriptors". */
struct gate_struct {
	u16 offset_low;
	u16 segment;
	u8 ist;
	u8 type_dpl_p;
	u16 offset_middle;
	u32 offset_high;
	u32 reserved;
} __packed;

struct desc_ptr {
	u16 size;
	u64 address;
} __packed;

static __always_inline void load_idt(const struct desc_ptr *dtr)
{
	asm volatile("lidt %0" : : "m" (*dtr));
}

static __always_inline void load_gdt(const struct desc_ptr *dtr)
{
	asm volatile("lgdt %0" : : "m" (*dtr));
}

static __always_inline void load_tr(u16 selector)
{
	asm volatile("ltr %w0" : : "q" (selector));
}

#endif
