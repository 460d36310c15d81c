/*
 * Pages and the kernel's fixed address ranges.
 * Linux: arch/x86/include/asm/page_types.h, page_64_types.h, Documentation/x86/x86_64/mm.rst.
 */
#ifndef _ASM_X86_PAGE_H
#define _ASM_X86_PAGE_H

#define PAGE_SHIFT		12
#define PAGE_OFFSET_RAW		0xffff888000000000
#define START_KERNEL_MAP_RAW	0xffffffff80000000

#ifndef __ASSEMBLY__
#include <linux/types.h>

#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define PAGE_MASK		(~(PAGE_SIZE - 1))

/* All of RAM, one to one. */
#define PAGE_OFFSET		0xffff888000000000UL
/* The kernel image: physical 0 up to 512 MiB appear here too. */
#define __START_KERNEL_map	0xffffffff80000000UL

/* First address that user code cannot have: the last canonical page is left out. */
#define TASK_SIZE_MAX		0x7ffffffff000UL
#define STACK_TOP		TASK_SIZE_MAX

static inline unsigned long __phys_addr(unsigned long x)
{
	/* The kernel image lies above the direct map. */
	return x >= __START_KERNEL_map ? x - __START_KERNEL_map : x - PAGE_OFFSET;
}

#define __pa(x)			__phys_addr((unsigned long)(x))
#define __va(x)			((void *)((unsigned long)(x) + PAGE_OFFSET))
#define __pa_symbol(x)		((unsigned long)(x) - __START_KERNEL_map)

#define PFN_UP(x)		(((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)		((x) >> PAGE_SHIFT)

extern void clear_page(void *page);
extern void copy_page(void *to, const void *from);
#endif
#endif
