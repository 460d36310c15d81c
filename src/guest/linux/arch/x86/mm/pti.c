/*
 * Page table isolation: what a CPU may guess ahead in ring 3, it may not guess from the kernel's memory, for there the tables do not lead to
 * it (CVE-2017-5754, "Meltdown"). Linux: arch/x86/mm/pti.c. The entry code changes tables: arch/x86/entry/calling.h.
 * Without PCID, as on a CPU that has none: each change of tables forgets all that is not global.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/setup.h>

extern char __entry_text_start[], __entry_text_end[];

/*
 * An entry of the lower half is in both top tables. In the kernel's without the right to execute: code that goes back to ring 3 and has
 * forgotten to change tables comes no further. Called with each entry that is set, under page_table_lock.
 */
void pti_set_user_pgtbl(pgd_t *top, unsigned long *slot)
{
	if (((unsigned long)slot & PAGE_MASK) != (unsigned long)top)
		return;
	kernel_to_user_pgdp((pgd_t *)slot)->pgd = *slot;
	if (boot_cpu_data.has_nx)
		*slot |= _PAGE_NX;
}

static unsigned long __init user_table(unsigned long *entry)
{
	if (!*entry) {
		unsigned long page = get_zeroed_page(GFP_KERNEL);

		if (!page)
			panic("no memory for the page tables of ring 3");
		*entry = __pa(page) | _KERNPG_TABLE;
	}
	return (unsigned long)__va(*entry & PTE_PFN_MASK);
}

/* Linux: pti_user_pagetable_walk_pte(). */
static pte_t *__init user_pte(unsigned long address)
{
	pud_t *pud = (pud_t *)user_table(&kernel_to_user_pgdp(pgd_offset_k(address))->pgd) + pud_index(address);
	pmd_t *pmd = (pmd_t *)user_table(&pud->pud) + pmd_index(address);

	return (pte_t *)user_table(&pmd->pmd) + pte_index(address);
}

/* A page of the kernel that ring 3's tables know: at its own address, for ring 0 only. */
static void __init clone_page(void *page, pgprot_t prot)
{
	set_pte(user_pte((unsigned long)page), pfn_pte(__pa(page) >> PAGE_SHIFT, __pgprot(pgprot_val(prot) | _PAGE_GLOBAL)));
}

/*
 * What there must be before CR3 is the kernel's: the entry code, the slot that keeps RSP meanwhile, and what the CPU itself reads and pushes
 * to (IDT, GDT, TSS, entry and exception stacks). Address spaces that are made from now on get it too.
 */
void __init pti_init(void)
{
	char *page;
	int cpu;

	/* All CPUs' parts of it lie below one entry. */
	*kernel_to_user_pgdp(pgd_offset_k(CPU_ENTRY_AREA_BASE)) = *pgd_offset_k(CPU_ENTRY_AREA_BASE);
	for_each_possible_cpu(cpu)
		clone_page(per_cpu_ptr(&cpu_tss_rw, cpu), PAGE_KERNEL);
	for (page = __entry_text_start; page < __entry_text_end; page += PAGE_SIZE)
		clone_page(page, __pgprot(_PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_DIRTY));
	pr_info("Kernel/User page tables isolation: enabled\n");
}
