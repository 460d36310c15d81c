/* The kernel's own page tables. Linux: arch/x86/mm/init_64.c, init.c, pgtable.c. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sched.h>
#include <asm/setup.h>

/* Simplified: tables for a direct map of at most 1 GiB are part of the image's bss. */
static pud_t level3_direct_pgt[512] __aligned(4096);
static pmd_t level2_direct_pgt[512] __aligned(4096);

/* Tables that hold the ranges shared by all address spaces, so that they exist before any pgd is copied. */
static pud_t level3_vmalloc_pgt[512] __aligned(4096);
static pud_t level3_vmemmap_pgt[512] __aligned(4096);

/* Maps all of RAM at PAGE_OFFSET in 2 MiB pages. */
void __init init_mem_mapping(void)
{
	unsigned long addr, end = max_pfn << PAGE_SHIFT;
	unsigned long flags = __PAGE_KERNEL_LARGE_EXEC | _PAGE_NX;

	if (end > PUD_SIZE)
		end = PUD_SIZE;
	max_pfn = end >> PAGE_SHIFT;
	for (addr = 0; addr < end; addr += PMD_SIZE)
		level2_direct_pgt[addr >> PMD_SHIFT].pmd = addr | flags;
	level3_direct_pgt[0].pud = __pa_symbol(level2_direct_pgt) | _KERNPG_TABLE;
	init_top_pgt[pgd_index(PAGE_OFFSET)].pgd = __pa_symbol(level3_direct_pgt) | _KERNPG_TABLE;
	init_top_pgt[pgd_index(VMALLOC_START)].pgd = __pa_symbol(level3_vmalloc_pgt) | _KERNPG_TABLE;
	init_top_pgt[pgd_index(VMEMMAP_START)].pgd = __pa_symbol(level3_vmemmap_pgt) | _KERNPG_TABLE;
}

static pte_t *kernel_pte_alloc(unsigned long address)
{
	pgd_t *pgd = pgd_offset_k(address);
	pud_t *pud;
	pmd_t *pmd;
	unsigned long page;

	if (pgd_none(*pgd))
		return NULL;
	pud = pud_offset(pgd, address);
	if (pud_none(*pud)) {
		page = get_zeroed_page(GFP_KERNEL);
		if (!page)
			return NULL;
		pud->pud = __pa(page) | _KERNPG_TABLE;
	}
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd)) {
		page = get_zeroed_page(GFP_KERNEL);
		if (!page)
			return NULL;
		pmd->pmd = __pa(page) | _KERNPG_TABLE;
	}
	return pte_offset_kernel(pmd, address);
}

/* NULL when there is no table for the address, or a large page. */
pte_t *lookup_kernel_pte(unsigned long address)
{
	pgd_t *pgd = pgd_offset_k(address);
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return NULL;
	pud = pud_offset(pgd, address);
	if (pud_none(*pud))
		return NULL;
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd) || (pmd->pmd & _PAGE_PSE))
		return NULL;
	return pte_offset_kernel(pmd, address);
}

int map_kernel_page(unsigned long address, phys_addr_t phys, pgprot_t prot)
{
	pte_t *pte = kernel_pte_alloc(address);

	if (!pte)
		return -ENOMEM;
	set_pte(pte, pfn_pte(phys >> PAGE_SHIFT, prot));
	return 0;
}

/* A new top level: the kernel's half is the same everywhere. */
pgd_t *pgd_alloc(struct mm_struct *mm)
{
	pgd_t *pgd = (pgd_t *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, PGD_ALLOCATION_ORDER);

	(void)mm;
	if (!pgd)
		return NULL;
	memcpy(pgd + 256, init_top_pgt + 256, 256 * sizeof(pgd_t));
#ifdef CONFIG_PAGE_TABLE_ISOLATION
	memcpy(kernel_to_user_pgdp(pgd) + 256, kernel_to_user_pgdp(init_top_pgt) + 256, 256 * sizeof(pgd_t));
#endif
	return pgd;
}

void pgd_free(struct mm_struct *mm, pgd_t *pgd)
{
	(void)mm;
	free_pages((unsigned long)pgd, PGD_ALLOCATION_ORDER);
}
