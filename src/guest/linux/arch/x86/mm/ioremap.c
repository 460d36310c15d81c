/* Where registers of devices appear in kernel address space. Linux: arch/x86/mm/ioremap.c. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <asm/io.h>
#include <asm/pgtable.h>

/* Behind what vmalloc() gives out. Simplified: never given back. */
#define IOREMAP_START	(VMALLOC_START + (1UL << 30))

void *ioremap(phys_addr_t phys, unsigned long size)
{
	static unsigned long next = IOREMAP_START;
	unsigned long offset = phys & ~PAGE_MASK, addr = next, end = PAGE_ALIGN(addr + offset + size);

	if (!size || size > (1UL << 20))
		return NULL;
	for (; next < end; next += PAGE_SIZE) {
		if (map_kernel_page(next, (phys & PAGE_MASK) + (next - addr), PAGE_KERNEL_NOCACHE))
			return NULL;
	}
	return (void *)(addr + offset);
}
