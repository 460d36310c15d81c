/* Memory management. Linux: include/linux/mm.h, mmap_lock.h, sched/mm.h. */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <asm/page.h>
#include <asm/pgtable.h>

/* vm_flags */
#define VM_NONE		0x00000000
#define VM_READ		0x00000001
#define VM_WRITE	0x00000002
#define VM_EXEC		0x00000004
#define VM_SHARED	0x00000008
#define VM_MAYREAD	0x00000010
#define VM_MAYWRITE	0x00000020
#define VM_MAYEXEC	0x00000040
#define VM_GROWSDOWN	0x00000100
#define VM_LOCKED	0x00002000
#define VM_ACCOUNT	0x00100000
#define VM_DONTCOPY	0x00020000	/* not for a child */
#define VM_WIPEONFORK	0x02000000	/* for a child, zeros */
#define VM_NORESERVE	0x00200000
#define VM_STACK	VM_GROWSDOWN
#define VM_DATA_DEFAULT_FLAGS	(VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)
#define VM_STACK_FLAGS		(VM_STACK | VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT)

/* Linux: include/uapi/asm-generic/mman-common.h. */
#define PROT_READ	0x1
#define PROT_WRITE	0x2
#define PROT_EXEC	0x4
#define PROT_SEM	0x8
#define PROT_NONE	0x0
#define PROT_GROWSDOWN	0x01000000
#define PROT_GROWSUP	0x02000000
#define MAP_SHARED	0x01
#define MAP_PRIVATE	0x02
#define MAP_SHARED_VALIDATE 0x03
#define MAP_TYPE	0x0f
#define MAP_FIXED	0x10
#define MAP_ANONYMOUS	0x20
#define MREMAP_MAYMOVE	1
#define MREMAP_FIXED	2
#define MREMAP_DONTUNMAP 4
#define MADV_NORMAL	0
#define MADV_DONTNEED	4
#define MADV_FREE	8
#define MADV_DONTFORK	10
#define MADV_DOFORK	11
#define MADV_HUGEPAGE	14
#define MADV_NOHUGEPAGE	15
#define MADV_DONTDUMP	16
#define MADV_DODUMP	17
#define MADV_WIPEONFORK	18
#define MADV_KEEPONFORK	19
#define MADV_COLD	20
#define MADV_PAGEOUT	21
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#define MAP_GROWSDOWN	0x0100
#define MAP_NORESERVE	0x4000
#define MAP_STACK	0x20000
#define MAP_FIXED_NOREPLACE 0x100000

/* How handle_mm_fault() was come to. */
#define FAULT_FLAG_WRITE		0x01
#define FAULT_FLAG_USER			0x40
#define FAULT_FLAG_INSTRUCTION		0x100

#define _STK_LIM		(8UL * 1024 * 1024)	/* RLIMIT_STACK, if nobody changes it */
#define STACK_GUARD_GAP		(256UL << PAGE_SHIFT)	/* between a growing stack and what lies below */

/* pages and frames */
#define page_to_pfn(page)	((unsigned long)((page) - vmemmap))
#define pfn_to_page(pfn)	(vmemmap + (pfn))
#define page_to_phys(page)	((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)
#define virt_to_page(kaddr)	pfn_to_page(__pa(kaddr) >> PAGE_SHIFT)
#define page_address(page)	((void *)__va(page_to_phys(page)))

static inline int page_count(struct page *page)
{
	return atomic_read(&page->_refcount);
}

static inline void get_page(struct page *page)
{
	atomic_inc(&page->_refcount);
}

static inline void put_page(struct page *page)
{
	if (atomic_dec_and_test(&page->_refcount))
		__free_pages(page, 0);
}

/* mmap_lock */
static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static inline int mmap_read_trylock(struct mm_struct *mm)
{
	return down_read_trylock(&mm->mmap_lock);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
}

/* Simplified: not interruptible by a fatal signal. Always 0. */
static inline int mmap_write_lock_killable(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
	return 0;
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	up_write(&mm->mmap_lock);
}

/* mm lifetime: kernel/fork.c */
struct mm_struct *mm_alloc(void);
void __mmdrop(struct mm_struct *mm);
void mmput(struct mm_struct *mm);

static inline void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

static inline void mmdrop(struct mm_struct *mm)
{
	if (unlikely(atomic_dec_and_test(&mm->mm_count)))
		__mmdrop(mm);
}

static inline void mmget(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_users);
}

/* mappings: mm/mmap.c, mm/util.c. The do_ forms want mmap_lock held for writing; the vm_ forms take it. */
struct vm_area_struct *vm_area_alloc(struct mm_struct *mm);
void vm_area_free(struct vm_area_struct *vma);
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma);
int expand_stack(struct vm_area_struct *vma, unsigned long address);
unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long pgoff);
int do_munmap(struct mm_struct *mm, unsigned long start, size_t len);
int do_brk_flags(unsigned long addr, unsigned long len, unsigned long flags);
/* In vm_mmap() offset is in bytes. Returns the address or a negative errno. */
unsigned long vm_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long offset);
int vm_munmap(unsigned long start, size_t len);
/* Anonymous zero pages for [addr, addr + len), as for the bss of a program. */
int vm_brk_flags(unsigned long addr, unsigned long len, unsigned long flags);
/* fork: mm, which is empty, gets all that oldmm maps. 0 or -ENOMEM. */
int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm);
void exit_mmap(struct mm_struct *mm);
void arch_pick_mmap_layout(struct mm_struct *mm);
pgprot_t vm_get_page_prot(unsigned long vm_flags);
/* UKL: the VMA that addr lies in, for task->user_stack_vma. */
struct vm_area_struct *find_user_vma(unsigned long addr);

/* faults: mm/memory.c */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address, unsigned int flags);
void unmap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);
int copy_page_range(struct mm_struct *dst, struct vm_area_struct *vma);
void change_protection(struct vm_area_struct *vma, unsigned long start, unsigned long end);
int move_page_tables(struct mm_struct *mm, unsigned long from, unsigned long to, unsigned long len);
void free_pgtables(struct mm_struct *mm);
pte_t *get_pte(struct mm_struct *mm, unsigned long address);
pte_t *pte_alloc_map(struct mm_struct *mm, unsigned long address);

/* Makes pages present and writable before the kernel writes into another address space (exec). */
struct page *get_user_page_remote(struct mm_struct *mm, unsigned long address);

void mem_init(void);
extern unsigned long max_pfn;

#define PAGE_ALIGN(addr)	ALIGN(addr, PAGE_SIZE)

#endif
