/* Pages, mappings, address spaces. Linux: include/linux/mm_types.h. */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <asm/pgtable_types.h>

struct file;
struct mm_struct;

/* page->flags */
#define PG_reserved	0	/* the kernel image, firmware, holes: never allocated */
#define PG_slab		1
#define PG_head		2
#define PG_buddy	3	/* free, first page of a block of 1 << order pages */

/* One for each page frame of RAM; the array starts at VMEMMAP_START. */
struct page {
	unsigned long flags;
	union {
		struct list_head lru;		/* free: on its free list; a page table: on its mm's list */
		struct {			/* slab: its cache and its free objects */
			struct kmem_cache *slab_cache;
			void *freelist;
		};
	};
	atomic_t _refcount;
	unsigned int order;			/* of the block whose first page this is */
};

typedef int vm_fault_t;
#define VM_FAULT_OOM		0x0001
#define VM_FAULT_SIGBUS		0x0002
#define VM_FAULT_MAJOR		0x0004
#define VM_FAULT_SIGSEGV	0x0040
#define VM_FAULT_RETRY		0x0400

/*
 * One range of an address space with the same rights and backing.
 * Simplified: a sorted list, without the red-black tree beside it.
 */
struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;			/* first byte after */
	struct vm_area_struct *vm_next, *vm_prev;
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot;
	unsigned long vm_flags;
	unsigned long vm_pgoff;			/* offset in vm_file, in pages */
	struct file *vm_file;			/* NULL: anonymous */
};

struct mm_struct {
	struct vm_area_struct *mmap;		/* sorted by address */
	unsigned long mmap_base;		/* mappings are placed below it */
	unsigned long task_size;
	pgd_t *pgd;

	/* Threads that use it; together they hold one of mm_count. */
	atomic_t mm_users;
	/* Everyone who keeps the structure and its page tables alive, lazy kernel threads included. */
	atomic_t mm_count;
	int map_count;
	unsigned long cpu_bitmap;		/* CPUs that have it loaded. Linux: mm_cpumask() */
	atomic_long_t tlb_gen;			/* how often they have had to forget something of it. Linux: context.tlb_gen */
	spinlock_t page_table_lock;
	struct list_head page_tables;		/* of the lower half, by page->lru */
	struct rw_semaphore mmap_lock;

	unsigned long total_vm;			/* pages mapped */
	unsigned long rss;			/* pages present */
	unsigned long def_flags;

	unsigned long start_code, end_code, start_data, end_data;
	unsigned long start_brk, brk, start_stack;
	unsigned long arg_start, arg_end, env_start, env_end;
	struct file *exe_file;			/* the program; NULL: none, or in the kernel's image */
};

extern struct mm_struct init_mm;

#endif
