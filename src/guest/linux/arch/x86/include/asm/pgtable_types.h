/* Page table entries. Linux: arch/x86/include/asm/pgtable_types.h. SDM Vol. 3A, "4-Level Paging". */
#ifndef _ASM_X86_PGTABLE_TYPES_H
#define _ASM_X86_PGTABLE_TYPES_H

#define _PAGE_PRESENT	0x001
#define _PAGE_RW	0x002
#define _PAGE_USER	0x004
#define _PAGE_PWT	0x008
#define _PAGE_PCD	0x010
#define _PAGE_ACCESSED	0x020
#define _PAGE_DIRTY	0x040
#define _PAGE_PSE	0x080	/* in a PMD entry: a 2 MiB page */
#define _PAGE_GLOBAL	0x100

#define _KERNPG_TABLE	(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY)
#define _PAGE_TABLE	(_KERNPG_TABLE | _PAGE_USER)
/* With PTI nothing of the kernel outlives the load of CR3 on the way to ring 3, but what both tables have. */
#ifdef CONFIG_PAGE_TABLE_ISOLATION
#define __PAGE_GLOBAL_KERNEL	0
#else
#define __PAGE_GLOBAL_KERNEL	_PAGE_GLOBAL
#endif
#define __PAGE_KERNEL_EXEC	(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY | __PAGE_GLOBAL_KERNEL)
#define __PAGE_KERNEL_LARGE_EXEC (__PAGE_KERNEL_EXEC | _PAGE_PSE)

#ifndef __ASSEMBLY__
#define _PAGE_NX	(1UL << 63)
#define PTE_PFN_MASK	0x000ffffffffff000UL

typedef struct { unsigned long pgd; } pgd_t;
typedef struct { unsigned long pud; } pud_t;
typedef struct { unsigned long pmd; } pmd_t;
typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pgprot; } pgprot_t;

#define __pgprot(x)	((pgprot_t) { (x) })
#define pgprot_val(x)	((x).pgprot)

#define PAGE_KERNEL		__pgprot(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY | __PAGE_GLOBAL_KERNEL | _PAGE_NX)
#define PAGE_KERNEL_RO		__pgprot(_PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_DIRTY | __PAGE_GLOBAL_KERNEL | _PAGE_NX)
#define PAGE_KERNEL_NOCACHE	__pgprot(_PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY | __PAGE_GLOBAL_KERNEL | _PAGE_NX | _PAGE_PCD | _PAGE_PWT)
#endif
#endif
