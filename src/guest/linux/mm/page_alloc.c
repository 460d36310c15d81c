/*
 * Page frames. Linux: mm/page_alloc.c, mm/memblock.c.
 *
 * A buddy allocator: free memory is kept in blocks of 1 << order pages, aligned to their size. A block
 * that is too large is split; a freed block joins its buddy (the other half of the next larger block)
 * when that is free too.
 * Simplified: one zone, one list for each order, no per-CPU lists.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/bootparam.h>
#include <asm/setup.h>

#define MAX_ORDER	11

extern char _text[], _end[];
extern unsigned long initrd_start, initrd_end;

static struct list_head free_area[MAX_ORDER];
static unsigned long nr_free, nr_total;
static DEFINE_SPINLOCK(zone_lock);

static bool page_is_buddy(struct page *page, unsigned int order)
{
	return (page->flags & (1UL << PG_buddy)) && page->order == order;
}

static void __free_one_page(unsigned long pfn, unsigned int order)
{
	struct page *page;

	nr_free += 1UL << order;
	while (order < MAX_ORDER - 1) {
		unsigned long buddy_pfn = pfn ^ (1UL << order);
		struct page *buddy;

		if (buddy_pfn + (1UL << order) > max_pfn)
			break;
		buddy = pfn_to_page(buddy_pfn);
		if (!page_is_buddy(buddy, order))
			break;
		list_del(&buddy->lru);
		buddy->flags &= ~(1UL << PG_buddy);
		pfn &= buddy_pfn;
		order++;
	}
	page = pfn_to_page(pfn);
	page->order = order;
	page->flags |= 1UL << PG_buddy;
	list_add(&page->lru, &free_area[order]);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	unsigned long irqflags;
	unsigned int o;
	struct page *page;

	spin_lock_irqsave(&zone_lock, irqflags);
	/* More than any block is: order comes from a size, which may come from user space. */
	for (o = order; o < MAX_ORDER; o++) {
		if (!list_empty(&free_area[o]))
			break;
	}
	if (o >= MAX_ORDER) {
		spin_unlock_irqrestore(&zone_lock, irqflags);
		return NULL;
	}
	page = list_first_entry(&free_area[o], struct page, lru);
	list_del(&page->lru);
	while (o > order) {
		struct page *half;

		o--;
		half = page + (1UL << o);
		half->order = o;
		half->flags = 1UL << PG_buddy;
		list_add(&half->lru, &free_area[o]);
	}
	nr_free -= 1UL << order;
	page->order = order;
	page->flags = 0;
	atomic_set(&page->_refcount, 1);
	spin_unlock_irqrestore(&zone_lock, irqflags);

	if (gfp & __GFP_ZERO) {
		for (o = 0; o < 1U << order; o++)
			clear_page((char *)page_address(page) + o * PAGE_SIZE);
	}
	return page;
}

void __free_pages(struct page *page, unsigned int order)
{
	unsigned long flags;

	spin_lock_irqsave(&zone_lock, flags);
	__free_one_page(page_to_pfn(page), order);
	spin_unlock_irqrestore(&zone_lock, flags);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page(addr), order);
}

unsigned long totalram_pages(void)
{
	return nr_total;
}

unsigned long nr_free_pages(void)
{
	return nr_free;
}

/* [start, end) in the largest aligned blocks that fit. Linux: __free_memory_core(). */
static void __init free_range(unsigned long start, unsigned long end)
{
	while (start < end) {
		unsigned int order = 0;

		while (order < MAX_ORDER - 1 && !(start & (1UL << order)) &&
		       start + (2UL << order) <= end)
			order++;
		__free_one_page(start, order);
		start += 1UL << order;
	}
}

/* Gives out what of [start, end) lies outside of all reserved ranges. */
static void __init free_unreserved(unsigned long start, unsigned long end, unsigned long reserved[][2], int n)
{
	for (; n > 0; n--) {
		unsigned long low = reserved[n - 1][0], high = reserved[n - 1][1];

		if (low >= end || high <= start || low >= high)
			continue;
		if (start < low)
			free_unreserved(start, low, reserved, n - 1);
		start = high;
		if (start >= end)
			return;
	}
	free_range(start, end);
}

/*
 * The map of page frames, then the free lists. The map lies at the highest 2 MiB boundary that leaves
 * room for it below the initramfs, and is mapped at VMEMMAP_START in 2 MiB pages.
 */
void __init mem_init(void)
{
	unsigned long map_bytes = ALIGN(max_pfn * sizeof(struct page), PMD_SIZE);
	unsigned long top = initrd_end ? __pa(initrd_start) : max_pfn << PAGE_SHIFT;
	unsigned long map_phys = ALIGN_DOWN(top - max_pfn * sizeof(struct page), PMD_SIZE);
	unsigned long map_end = map_phys + max_pfn * sizeof(struct page);
	unsigned long reserved[4][2];
	static pmd_t vmemmap_pmd[512] __aligned(4096);
	unsigned long off;
	int i;

	for (off = 0; off < map_bytes; off += PMD_SIZE)
		vmemmap_pmd[off >> PMD_SHIFT].pmd = (map_phys + off) | __PAGE_KERNEL_LARGE_EXEC | _PAGE_NX;
	pud_offset(pgd_offset_k(VMEMMAP_START), VMEMMAP_START)->pud =
		__pa_symbol(vmemmap_pmd) | _KERNPG_TABLE;
	memset(vmemmap, 0, max_pfn * sizeof(struct page));

	for (i = 0; i < MAX_ORDER; i++)
		INIT_LIST_HEAD(&free_area[i]);

	/* Low memory holds the loader's data and the firmware's; all of it stays out. */
	reserved[0][0] = 0;
	reserved[0][1] = 0x100;
	reserved[1][0] = PFN_DOWN(__pa(_text));
	reserved[1][1] = PFN_UP(__pa(_end));
	reserved[2][0] = PFN_DOWN(map_phys);
	reserved[2][1] = PFN_UP(map_end);
	reserved[3][0] = initrd_end ? PFN_DOWN(__pa(initrd_start)) : 0;
	reserved[3][1] = initrd_end ? PFN_UP(__pa(initrd_end)) : 0;
	for (i = 0; i < boot_params.e820_entries; i++) {
		struct boot_e820_entry *e = &boot_params.e820_table[i];

		if (e->type == E820_TYPE_RAM)
			free_unreserved(PFN_UP(e->addr), min(PFN_DOWN(e->addr + e->size), max_pfn), reserved, 4);
	}
	nr_total = nr_free;
	pr_info("Memory: %luK/%luK available\n", nr_free * 4, max_pfn * 4);
}
