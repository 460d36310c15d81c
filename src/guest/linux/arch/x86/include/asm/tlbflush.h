/* What has changed in page tables is forgotten, by every CPU that may remember it. Linux: arch/x86/include/asm/tlbflush.h. */
#ifndef _ASM_X86_TLBFLUSH_H
#define _ASM_X86_TLBFLUSH_H

#include <asm/pgtable.h>

struct mm_struct;

#define TLB_FLUSH_ALL	(~0UL)

void enter_lazy_tlb(void);
void switch_mm_irqs_off(struct mm_struct *next);
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start, unsigned long end, bool freed_tables);
void flush_tlb_kernel_range(unsigned long start, unsigned long end);

#define flush_tlb_mm(mm)		flush_tlb_mm_range(mm, 0, TLB_FLUSH_ALL, true)
#define flush_tlb_page(vma, address)	\
	flush_tlb_mm_range((vma)->vm_mm, (address) & PAGE_MASK, ((address) & PAGE_MASK) + PAGE_SIZE, false)

#endif
