/* I/O ports and device memory. Linux: arch/x86/include/asm/io.h. */
#ifndef _ASM_X86_IO_H
#define _ASM_X86_IO_H

#include <linux/types.h>
#include <linux/compiler.h>

static __always_inline void outb(u8 value, u16 port)
{
	asm volatile("outb %b0, %w1" : : "a" (value), "d" (port));
}

static __always_inline void outw(u16 value, u16 port)
{
	asm volatile("outw %w0, %w1" : : "a" (value), "d" (port));
}

static __always_inline u8 inb(u16 port)
{
	u8 value;

	asm volatile("inb %w1, %b0" : "=a" (value) : "d" (port));
	return value;
}

/* NULL when there is no room. arch/x86/mm/ioremap.c. */
void *ioremap(phys_addr_t phys, unsigned long size);

static __always_inline u32 readl(const volatile void *addr)
{
	return *(const volatile u32 *)addr;
}

static __always_inline void writel(u32 value, volatile void *addr)
{
	*(volatile u32 *)addr = value;
}

#endif
