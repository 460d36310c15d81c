/*
 * Kernel memory out of single pages, with a hole below it. Linux: mm/vmalloc.c.
 * Kernel stacks live here: a stack that grows too far meets the hole, and faults.
 * Simplified: a fixed number of areas, found by looking through them.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <asm/tlbflush.h>


struct vmap_area {
	unsigned long start;	/* first mapped page; the page below is the guard */
	unsigned long pages;	/* 0: free */
};

static struct vmap_area areas[MAX_VMALLOC_AREAS];
static DEFINE_SPINLOCK(vmap_area_lock);

/* Each area is given 8 pages of address space; that is more than anyone here asks for. */
#define AREA_PAGES	8UL

void *vmalloc(unsigned long size)
{
	unsigned long pages = PAGE_ALIGN(size) >> PAGE_SHIFT, i;
	unsigned long flags, addr = 0;
	int n;

	if (!pages || pages >= AREA_PAGES)
		return NULL;
	spin_lock_irqsave(&vmap_area_lock, flags);
	for (n = 0; n < MAX_VMALLOC_AREAS; n++) {
		if (!areas[n].pages) {
			addr = VMALLOC_START + (n * AREA_PAGES + 1) * PAGE_SIZE;
			/* Stacks are found by rounding down: align them to their size. */
			addr = ALIGN(addr, pages * PAGE_SIZE);
			areas[n].start = addr;
			areas[n].pages = pages;
			break;
		}
	}
	spin_unlock_irqrestore(&vmap_area_lock, flags);
	if (!addr)
		return NULL;

	for (i = 0; i < pages; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		if (!page || map_kernel_page(addr + i * PAGE_SIZE, page_to_phys(page), PAGE_KERNEL)) {
			vfree((void *)addr);
			return NULL;
		}
	}
	return (void *)addr;
}

/* No CPU uses an old entry when the pages go. Simplified: Linux waits until there are many. */
void vfree(const void *p)
{
	struct page *pages[AREA_PAGES];
	unsigned long addr = (unsigned long)p, i;
	int n;

	for (n = 0; n < MAX_VMALLOC_AREAS; n++) {
		if (areas[n].pages && areas[n].start == addr)
			break;
	}
	if (n == MAX_VMALLOC_AREAS)
		return;
	for (i = 0; i < areas[n].pages; i++) {
		pte_t *pte = lookup_kernel_pte(addr + i * PAGE_SIZE);

		pages[i] = NULL;
		if (pte && pte_present(*pte)) {
			pages[i] = pte_page(*pte);
			set_pte(pte, (pte_t) { 0 });
		}
	}
	flush_tlb_kernel_range(addr, addr + areas[n].pages * PAGE_SIZE);
	for (i = 0; i < areas[n].pages; i++) {
		if (pages[i])
			__free_page(pages[i]);
	}
	barrier();
	areas[n].pages = 0;
}
