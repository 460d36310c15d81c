/*
 * Walking and changing page tables.
 * Linux: arch/x86/include/asm/pgtable.h, pgtable_64.h, pgtable_64_types.h, tlbflush.h.
 * Simplified: four levels only, so there is no p4d between pgd and pud.
 */
#ifndef _ASM_X86_PGTABLE_H
#define _ASM_X86_PGTABLE_H

#include <asm/page.h>
#include <asm/pgtable_types.h>

#ifndef __ASSEMBLY__
#include <linux/types.h>
#include <linux/compiler.h>

struct page;
struct mm_struct;

#define PGDIR_SHIFT	39
#define PUD_SHIFT	30
#define PMD_SHIFT	21
#define PGDIR_SIZE	(1UL << PGDIR_SHIFT)
#define PUD_SIZE	(1UL << PUD_SHIFT)
#define PMD_SIZE	(1UL << PMD_SHIFT)
#define PMD_MASK	(~(PMD_SIZE - 1))
#define PTRS_PER_PTE	512

#define VMALLOC_START		0xffffc90000000000UL
#define VMALLOC_END		0xffffe8ffffffffffUL
#define VMEMMAP_START		0xffffea0000000000UL
#define CPU_ENTRY_AREA_BASE	0xfffffe0000000000UL
/* Simplified: two fixed addresses, for the two APICs. Linux: enum fixed_addresses. */
#define FIX_APIC_BASE		0xffffffffff5fc000UL
#define FIX_IO_APIC_BASE_0	0xffffffffff5fb000UL

#define vmemmap		((struct page *)VMEMMAP_START)

extern pgd_t init_top_pgt[];
#define swapper_pg_dir	init_top_pgt

#define pgd_index(a)	(((a) >> PGDIR_SHIFT) & 511)
#define pud_index(a)	(((a) >> PUD_SHIFT) & 511)
#define pmd_index(a)	(((a) >> PMD_SHIFT) & 511)
#define pte_index(a)	(((a) >> PAGE_SHIFT) & 511)

#define pgd_none(e)	((e).pgd == 0)
#define pud_none(e)	((e).pud == 0)
#define pmd_none(e)	((e).pmd == 0)
#define pte_none(e)	((e).pte == 0)
#define pte_present(e)	(((e).pte & _PAGE_PRESENT) != 0)
#define pte_write(e)	(((e).pte & _PAGE_RW) != 0)
#define pte_pfn(e)	(((e).pte & PTE_PFN_MASK) >> PAGE_SHIFT)
#define pte_page(e)	pfn_to_page(pte_pfn(e))
#define pfn_pte(pfn, prot) ((pte_t) { ((unsigned long)(pfn) << PAGE_SHIFT) | pgprot_val(prot) })
#define mk_pte(page, prot) pfn_pte(page_to_pfn(page), prot)

static inline pte_t pte_mkwrite(pte_t pte)
{
	pte.pte |= _PAGE_RW;
	return pte;
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	pte.pte &= ~(unsigned long)_PAGE_RW;
	return pte;
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	pte.pte |= _PAGE_DIRTY;
	return pte;
}

static inline pte_t pte_mkyoung(pte_t pte)
{
	pte.pte |= _PAGE_ACCESSED;
	return pte;
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(ptep->pte, pte.pte);
}

static inline pgd_t *pgd_offset_pgd(pgd_t *pgd, unsigned long address)
{
	return pgd + pgd_index(address);
}

static inline pud_t *pud_offset(pgd_t *pgd, unsigned long address)
{
	return (pud_t *)__va(pgd->pgd & PTE_PFN_MASK) + pud_index(address);
}

static inline pmd_t *pmd_offset(pud_t *pud, unsigned long address)
{
	return (pmd_t *)__va(pud->pud & PTE_PFN_MASK) + pmd_index(address);
}

static inline pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long address)
{
	return (pte_t *)__va(pmd->pmd & PTE_PFN_MASK) + pte_index(address);
}

#define pgd_offset_k(address)	pgd_offset_pgd(init_top_pgt, address)

/* Maps one page of kernel address space; page tables are made as needed. */
int map_kernel_page(unsigned long address, phys_addr_t phys, pgprot_t prot);
pte_t *lookup_kernel_pte(unsigned long address);

#ifdef CONFIG_PAGE_TABLE_ISOLATION
/* The two pages of a top table. */
#define PGD_ALLOCATION_ORDER	1
void pti_init(void);
void pti_set_user_pgtbl(pgd_t *top, unsigned long *slot);

static inline pgd_t *kernel_to_user_pgdp(pgd_t *pgdp)
{
	return (pgd_t *)((unsigned long)pgdp | PAGE_SIZE);
}
#else
#define PGD_ALLOCATION_ORDER	0

static inline void pti_init(void)
{
}

static inline void pti_set_user_pgtbl(pgd_t *top, unsigned long *slot)
{
	(void)top;
	(void)slot;
}
#endif

pgd_t *pgd_alloc(struct mm_struct *mm);
void pgd_free(struct mm_struct *mm, pgd_t *pgd);

static __always_inline void flush_tlb_one(unsigned long address)
{
	asm volatile("invlpg (%0)" : : "r" (address) : "memory");
}

static __always_inline unsigned long read_cr3(void)
{
	unsigned long val;

	asm volatile("movq %%cr3, %0" : "=r" (val));
	return val;
}

static __always_inline void write_cr3(unsigned long val)
{
	asm volatile("movq %0, %%cr3" : : "r" (val) : "memory");
}

/* Entries of user pages; kernel pages are global. */
static __always_inline void __flush_tlb_local(void)
{
	write_cr3(read_cr3());
}

#endif
#endif
