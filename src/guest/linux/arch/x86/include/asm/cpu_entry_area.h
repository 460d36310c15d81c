/*
 * What the CPU itself must find at any moment: GDT, entry stack, TSS and exception stacks, in one
 * range of addresses with unmapped guard pages below each stack.
 * Linux: arch/x86/include/asm/cpu_entry_area.h.
 */
#ifndef _ASM_X86_CPU_ENTRY_AREA_H
#define _ASM_X86_CPU_ENTRY_AREA_H

#include <asm/page.h>

#define EXCEPTION_STKSZ		4096UL

/* Indices into TSS.ist; a gate's IST field is one more, for 0 there means "none". */
#define IST_INDEX_DF	0
#define IST_INDEX_NMI	1
#define IST_INDEX_DB	2
#define IST_INDEX_MCE	3
#define IST_INDEX_VC	4
/* UKL_PF_SS: page faults have a stack of their own. */
#define IST_INDEX_PF	5
#define N_EXCEPTION_STACKS 6

/* Page numbers from CPU_ENTRY_AREA_BASE. */
#define CEA_IDT_PAGE		0
#define CEA_GDT_PAGE		1
/* 2: guard */
#define CEA_ENTRY_STACK_PAGE	3
#define CEA_TSS_PAGE		4
/* 5, 7, ...: guards; 6, 8, ...: exception stacks in the order of their indices */
#define CEA_ESTACK_PAGE(n)	(6 + 2 * (n))

#define CEA_ADDR(page)		(CPU_ENTRY_AREA_BASE + (unsigned long)(page) * 4096UL)
/* Each CPU has its own of all of them, but for the IDT. */
#define CEA_PAGES		CEA_ESTACK_PAGE(N_EXCEPTION_STACKS)
#define CEA_CPU_ADDR(cpu, page)	CEA_ADDR((cpu) * CEA_PAGES + (page))

/* Is sp a stack of this area? The whole of it is one entry of the top table. */
#define on_cpu_entry_area(sp)	((sp) >> PGDIR_SHIFT == CPU_ENTRY_AREA_BASE >> PGDIR_SHIFT)

#endif
