/* The map of an address space. Linux: mm/mmap.c, mm/util.c, arch/x86/mm/mmap.c. */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <asm/tlbflush.h>
#include <trace/events.h>

/* Lowest address a mapping may have, so that NULL pointers fault. */
#define MMAP_MIN_ADDR	0x10000UL

/* Linux: DEFAULT_MAX_MAP_COUNT. */
#define MAX_MAP_COUNT	65530

static struct kmem_cache *vm_area_cachep;

struct vm_area_struct *vm_area_alloc(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	if (!vm_area_cachep)
		vm_area_cachep = kmem_cache_create("vm_area_struct", sizeof(struct vm_area_struct));
	vma = kmem_cache_zalloc(vm_area_cachep, GFP_KERNEL);
	if (vma)
		vma->vm_mm = mm;
	return vma;
}

void vm_area_free(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		fput(vma->vm_file);
	kmem_cache_free(vm_area_cachep, vma);
}

/* Page table rights for a VMA's. Writable pages are mapped writable at their first touch. */
pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	unsigned long prot = _PAGE_PRESENT | _PAGE_USER;

	if (!(vm_flags & (VM_READ | VM_WRITE | VM_EXEC)))
		prot = 0;
	if (!(vm_flags & VM_EXEC))
		prot |= _PAGE_NX;
	return __pgprot(prot);
}

/*
 * Top down from below the stack's largest extent, at a fixed place: no randomisation, so that the same
 * program has the same addresses in every run. Linux: arch_pick_mmap_layout().
 */
void arch_pick_mmap_layout(struct mm_struct *mm)
{
	mm->mmap_base = TASK_SIZE_MAX - 128 * 1024 * 1024;
}

/* The first VMA that ends above addr; addr may lie in it or in the hole below. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;

	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		if (addr < vma->vm_end)
			return vma;
	}
	return NULL;
}

static struct vm_area_struct *find_vma_prev(struct mm_struct *mm, unsigned long addr,
					    struct vm_area_struct **pprev)
{
	struct vm_area_struct *vma;

	*pprev = NULL;
	for (vma = mm->mmap; vma && addr >= vma->vm_end; vma = vma->vm_next)
		*pprev = vma;
	return vma;
}

/* 0, or -ENOMEM when something is there already. */
int insert_vm_struct(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev, *next = find_vma_prev(mm, vma->vm_start, &prev);

	if (next && next->vm_start < vma->vm_end)
		return -ENOMEM;
	vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
	vma->vm_prev = prev;
	vma->vm_next = next;
	if (prev)
		prev->vm_next = vma;
	else
		mm->mmap = vma;
	if (next)
		next->vm_prev = vma;
	trace_vma_map(mm, vma);
	mm->map_count++;
	mm->total_vm += (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	return 0;
}

static void unlink_vma(struct mm_struct *mm, struct vm_area_struct *vma)
{
	if (vma->vm_prev)
		vma->vm_prev->vm_next = vma->vm_next;
	else
		mm->mmap = vma->vm_next;
	if (vma->vm_next)
		vma->vm_next->vm_prev = vma->vm_prev;
	mm->map_count--;
	mm->total_vm -= (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

/* Cuts a VMA in two at addr. */
static int split_vma(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr)
{
	struct vm_area_struct *upper = vm_area_alloc(mm);

	if (!upper)
		return -ENOMEM;
	*upper = *vma;
	if (upper->vm_file)
		get_file(upper->vm_file);
	upper->vm_start = addr;
	upper->vm_pgoff += (addr - vma->vm_start) >> PAGE_SHIFT;
	vma->vm_end = addr;
	upper->vm_prev = vma;
	vma->vm_next = upper;
	if (upper->vm_next)
		upper->vm_next->vm_prev = upper;
	mm->map_count++;
	return 0;
}

/* Joins vma to its lower neighbour when they differ in nothing. Linux: vma_merge(). */
static struct vm_area_struct *vma_merge(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev = vma->vm_prev;
	unsigned long pages;

	if (!prev || prev->vm_end != vma->vm_start || prev->vm_flags != vma->vm_flags ||
	    prev->vm_file || vma->vm_file || (vma->vm_flags & VM_GROWSDOWN))
		return vma;
	pages = (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
	unlink_vma(mm, vma);
	mm->total_vm += pages;
	prev->vm_end = vma->vm_end;
	vm_area_free(vma);
	return prev;
}

/* Linux: may_expand_vm(). Simplified: RLIMIT_DATA is for the heap alone. */
static bool may_expand_vm(struct mm_struct *mm, unsigned long len)
{
	return mm->total_vm + (len >> PAGE_SHIFT) <= rlimit(RLIMIT_AS) >> PAGE_SHIFT;
}

/*
 * Lets a stack grow down to address: within its limit, and not too near to what lies below.
 * Simplified: the caller holds mmap_lock for reading, and that is enough on one CPU without preemption.
 */
int expand_stack(struct vm_area_struct *vma, unsigned long address)
{
	struct mm_struct *mm = vma->vm_mm;

	address &= PAGE_MASK;
	if (address < MMAP_MIN_ADDR)
		return -EPERM;
	if (vma->vm_prev && !(vma->vm_prev->vm_flags & VM_GROWSDOWN) &&
	    address - vma->vm_prev->vm_end < STACK_GUARD_GAP)
		return -ENOMEM;
	if (vma->vm_end - address > rlimit(RLIMIT_STACK) || !may_expand_vm(mm, vma->vm_start - address))
		return -ENOMEM;
	mm->total_vm += (vma->vm_start - address) >> PAGE_SHIFT;
	vma->vm_start = address;
	return 0;
}

/*
 * Memory is promised freely, but nobody gets a promise of more than there could ever be. Linux: __vm_enough_memory(), where
 * vm.overcommit_memory is 0.
 */
static bool vm_enough_memory(unsigned long len)
{
	return len >> PAGE_SHIFT <= totalram_pages();
}

/* Pages that are the process's own once it writes. */
static bool accountable_mapping(unsigned long vm_flags)
{
	return (vm_flags & (VM_NORESERVE | VM_SHARED | VM_WRITE)) == VM_WRITE;
}

/* The highest hole of len bytes below mmap_base, or addr itself when that is free. */
static unsigned long get_unmapped_area(struct mm_struct *mm, unsigned long addr, unsigned long len)
{
	struct vm_area_struct *vma, *last = NULL;
	unsigned long high = mm->mmap_base;

	if (addr) {
		addr = PAGE_ALIGN(addr);
		vma = find_vma(mm, addr);
		if (addr >= MMAP_MIN_ADDR && len <= TASK_SIZE_MAX && addr <= TASK_SIZE_MAX - len &&
		    (!vma || addr + len <= vma->vm_start))
			return addr;
	}
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		last = vma;
	for (vma = last; vma; vma = vma->vm_prev) {
		if (vma->vm_start >= high)
			continue;
		if (vma->vm_end <= high && high - vma->vm_end >= len)
			return high - len;
		high = vma->vm_start;
	}
	if (high >= len + MMAP_MIN_ADDR)
		return high - len;
	return -ENOMEM;
}

static unsigned long calc_vm_flags(unsigned long prot, unsigned long flags)
{
	unsigned long vm_flags = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;

	if (prot & PROT_READ)
		vm_flags |= VM_READ;
	if (prot & PROT_WRITE)
		vm_flags |= VM_WRITE;
	if (prot & PROT_EXEC)
		vm_flags |= VM_EXEC;
	if (flags & MAP_GROWSDOWN)
		vm_flags |= VM_GROWSDOWN;
	if (flags & MAP_NORESERVE)
		vm_flags |= VM_NORESERVE;
	if ((flags & MAP_TYPE) == MAP_SHARED || (flags & MAP_TYPE) == MAP_SHARED_VALIDATE)
		vm_flags |= VM_SHARED;
	return vm_flags;
}

unsigned long do_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long pgoff)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	struct file *shmem = NULL;
	int ret;

	if (!len)
		return -EINVAL;
	if (len > TASK_SIZE_MAX)
		return -ENOMEM;
	len = PAGE_ALIGN(len);
	if (pgoff + (len >> PAGE_SHIFT) < pgoff || (file && pgoff > (MAX_LFS_FILESIZE - len) >> PAGE_SHIFT))
		return -EOVERFLOW;
	if (mm->map_count > MAX_MAP_COUNT)
		return -ENOMEM;
	if (!(flags & MAP_TYPE) || (flags & MAP_TYPE) > (file ? MAP_SHARED_VALIDATE : MAP_PRIVATE))
		return -EINVAL;
	if (file && !file_readable(file))
		return -EACCES;
	if (file && (flags & MAP_TYPE) != MAP_PRIVATE && (prot & PROT_WRITE) && !file_writable(file))
		return -EACCES;
	/* A stack is nobody else's, and its pages below are in no file. */
	if ((flags & MAP_GROWSDOWN) && (file || (flags & MAP_TYPE) != MAP_PRIVATE))
		return -EINVAL;
	/* There, or nowhere, and what is there already stays. */
	if (flags & MAP_FIXED_NOREPLACE)
		flags |= MAP_FIXED;

	if (flags & MAP_FIXED) {
		if (addr > TASK_SIZE_MAX - len)
			return -ENOMEM;
		if (addr & ~PAGE_MASK)
			return -EINVAL;
		if (addr < MMAP_MIN_ADDR)
			return -EPERM;
		vma = find_vma(mm, addr);
		if ((flags & MAP_FIXED_NOREPLACE) && vma && vma->vm_start < addr + len)
			return -EEXIST;
	} else {
		addr = get_unmapped_area(mm, addr, len);
		if (IS_ERR_VALUE(addr))
			return addr;
	}
	if (!may_expand_vm(mm, len) || (accountable_mapping(calc_vm_flags(prot, flags)) && !vm_enough_memory(len)))
		return -ENOMEM;
	/* Memory that is shared and in no file is in one without a name. Linux: shmem_zero_setup(). */
	if (!file && (flags & MAP_TYPE) == MAP_SHARED) {
		shmem = shmem_file_setup(len);
		if (!shmem)
			return -ENOMEM;
	}
	vma = vm_area_alloc(mm);
	if (!vma) {
		if (shmem)
			fput(shmem);
		return -ENOMEM;
	}
	/* Only now, when nothing else can fail, does what was there go. */
	ret = flags & MAP_FIXED ? do_munmap(mm, addr, len) : 0;
	if (ret) {
		if (shmem)
			fput(shmem);
		vm_area_free(vma);
		return ret;
	}
	vma->vm_start = addr;
	vma->vm_end = addr + len;
	vma->vm_flags = calc_vm_flags(prot, flags);
	vma->vm_pgoff = pgoff;
	/* Through a file that cannot be written, nobody may ever write. */
	if (file && (vma->vm_flags & VM_SHARED) && !file_writable(file))
		vma->vm_flags &= ~VM_MAYWRITE;
	if (shmem)
		vma->vm_file = shmem;
	else if (file)
		vma->vm_file = get_file(file);
	if (insert_vm_struct(mm, vma)) {
		vm_area_free(vma);
		return -ENOMEM;
	}
	vma_merge(mm, vma);
	return addr;
}

int do_munmap(struct mm_struct *mm, unsigned long start, size_t len)
{
	unsigned long end;
	struct vm_area_struct *vma, *next;

	if ((start & ~PAGE_MASK) || start > TASK_SIZE_MAX || len > TASK_SIZE_MAX - start)
		return -EINVAL;
	if (mm->map_count >= MAX_MAP_COUNT)
		return -ENOMEM;
	len = PAGE_ALIGN(len);
	end = start + len;
	if (!len)
		return -EINVAL;

	trace_vma_unmap(mm, start, end);
	vma = find_vma(mm, start);
	if (!vma || vma->vm_start >= end)
		return 0;
	if (start > vma->vm_start) {
		if (split_vma(mm, vma, start))
			return -ENOMEM;
		vma = vma->vm_next;
	}
	for (; vma && vma->vm_start < end; vma = next) {
		if (end < vma->vm_end && split_vma(mm, vma, end))
			return -ENOMEM;
		next = vma->vm_next;
		unmap_page_range(vma, vma->vm_start, vma->vm_end);
		unlink_vma(mm, vma);
		vm_area_free(vma);
		cond_resched();
	}
	return 0;
}

int do_brk_flags(unsigned long addr, unsigned long len, unsigned long flags)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	if (len > TASK_SIZE_MAX || addr > TASK_SIZE_MAX - PAGE_ALIGN(len) || addr < MMAP_MIN_ADDR)
		return -ENOMEM;
	if (mm->map_count > MAX_MAP_COUNT || !may_expand_vm(mm, len) || !vm_enough_memory(len))
		return -ENOMEM;
	vma = vm_area_alloc(mm);
	if (!vma)
		return -ENOMEM;
	vma->vm_start = addr;
	vma->vm_end = addr + PAGE_ALIGN(len);
	vma->vm_flags = VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT | flags;
	if (insert_vm_struct(mm, vma)) {
		vm_area_free(vma);
		return -ENOMEM;
	}
	vma_merge(mm, vma);
	return 0;
}

unsigned long vm_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long flags, unsigned long offset)
{
	struct mm_struct *mm = current->mm;
	unsigned long ret;

	if (offset & ~PAGE_MASK)
		return -EINVAL;
	mmap_write_lock(mm);
	ret = do_mmap(file, addr, len, prot, flags, offset >> PAGE_SHIFT);
	mmap_write_unlock(mm);
	return ret;
}

int vm_munmap(unsigned long start, size_t len)
{
	struct mm_struct *mm = current->mm;
	int ret;

	mmap_write_lock(mm);
	ret = do_munmap(mm, start, len);
	mmap_write_unlock(mm);
	return ret;
}

int vm_brk_flags(unsigned long addr, unsigned long len, unsigned long flags)
{
	struct mm_struct *mm = current->mm;
	int ret;

	mmap_write_lock(mm);
	ret = do_brk_flags(addr, len, flags);
	mmap_write_unlock(mm);
	return ret;
}

struct vm_area_struct *find_user_vma(unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	mmap_read_unlock(mm);
	return vma;
}

/*
 * Linux: kernel/fork.c. The parent's private pages have become read-only, and its TLB must learn of it.
 */
int dup_mmap(struct mm_struct *mm, struct mm_struct *oldmm)
{
	struct vm_area_struct *vma, *copy;
	int ret = 0;

	mm->mmap_base = oldmm->mmap_base;
	mm->start_code = oldmm->start_code;
	mm->end_code = oldmm->end_code;
	mm->start_data = oldmm->start_data;
	mm->end_data = oldmm->end_data;
	mm->start_brk = oldmm->start_brk;
	mm->brk = oldmm->brk;
	mm->start_stack = oldmm->start_stack;
	mm->arg_start = oldmm->arg_start;
	mm->arg_end = oldmm->arg_end;
	mm->env_start = oldmm->env_start;
	mm->env_end = oldmm->env_end;
	for (vma = oldmm->mmap; vma && !ret; vma = vma->vm_next) {
		if (vma->vm_flags & VM_DONTCOPY)
			continue;
		copy = vm_area_alloc(mm);
		if (!copy) {
			ret = -ENOMEM;
			break;
		}
		*copy = *vma;
		copy->vm_mm = mm;
		if (copy->vm_file)
			get_file(copy->vm_file);
		if (insert_vm_struct(mm, copy)) {
			vm_area_free(copy);
			ret = -ENOMEM;
		} else if (!(vma->vm_flags & VM_WIPEONFORK)) {
			ret = copy_page_range(mm, vma);
		}
		/* There may be many, and each is put behind all that came before. */
		cond_resched();
	}
	flush_tlb_mm(oldmm);
	return ret;
}

/* Nobody uses it any more. */
void exit_mmap(struct mm_struct *mm)
{
	struct vm_area_struct *vma, *next;

	trace_exit_mmap(mm);
	/* Whoever keeps it for a kernel thread lets go of it. */
	flush_tlb_mm(mm);
	for (vma = mm->mmap; vma; vma = next) {
		next = vma->vm_next;
		unmap_page_range(vma, vma->vm_start, vma->vm_end);
		vm_area_free(vma);
		cond_resched();
	}
	mm->mmap = NULL;
	free_pgtables(mm);
}

SYSCALL_DEFINE6(mmap, unsigned long, addr, unsigned long, len, unsigned long, prot,
		unsigned long, flags, unsigned long, fd, unsigned long, off)
{
	struct mm_struct *mm = current->mm;
	struct file *file = NULL;
	unsigned long ret;

	if (off & ~PAGE_MASK)
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS)) {
		file = fget(fd);
		if (!file)
			return -EBADF;
		if (!S_ISREG(file->f_inode->i_mode) || file->f_op) {
			fput(file);
			return -ENODEV;
		}
	}
	mmap_write_lock(mm);
	ret = do_mmap(file, addr, len, prot, flags, off >> PAGE_SHIFT);
	mmap_write_unlock(mm);
	if (file)
		fput(file);
#ifdef CONFIG_UKL_ENTRY_NONE
	/* In ring 0 a stack's pages cannot come at their first touch: the fault's frame would go there too. So they come now. */
	if (!IS_ERR_VALUE(ret) && (flags & MAP_STACK)) {
		for (addr = ret; addr < ret + len; addr += PAGE_SIZE) {
			if (!get_user_page_remote(mm, addr))
				break;
			cond_resched();
		}
	}
#endif
	return ret;
}

SYSCALL_DEFINE2(munmap, unsigned long, addr, size_t, len)
{
	return vm_munmap(addr, len);
}

/* The end of the heap; anything that cannot be done returns the old end. */
SYSCALL_DEFINE1(brk, unsigned long, brk)
{
	struct mm_struct *mm = current->mm;
	unsigned long newbrk, oldbrk, origbrk;

	mmap_write_lock(mm);
	origbrk = mm->brk;
	if (brk < mm->start_brk || brk > TASK_SIZE_MAX || (brk > mm->brk && brk - mm->start_brk > rlimit(RLIMIT_DATA)))
		goto out;
	newbrk = PAGE_ALIGN(brk);
	oldbrk = PAGE_ALIGN(mm->brk);
	if (oldbrk == newbrk) {
		mm->brk = brk;
	} else if (brk <= mm->brk) {
		if (do_munmap(mm, newbrk, oldbrk - newbrk) == 0)
			mm->brk = brk;
	} else {
		struct vm_area_struct *next = find_vma(mm, oldbrk);

		if (next && newbrk + PAGE_SIZE > next->vm_start)
			goto out;
		if (do_brk_flags(oldbrk, newbrk - oldbrk, 0) == 0)
			mm->brk = brk;
	}
out:
	origbrk = mm->brk;
	mmap_write_unlock(mm);
	return origbrk;
}

/* Linux: mm/mprotect.c. */
SYSCALL_DEFINE3(mprotect, unsigned long, start, size_t, len, unsigned long, prot)
{
	struct mm_struct *mm = current->mm;
	unsigned long end, at = start;
	const unsigned long rights = VM_READ | VM_WRITE | VM_EXEC;
	struct vm_area_struct *vma;
	long ret = 0;

	/* Simplified: no PROT_GROWSDOWN and PROT_GROWSUP. */
	if ((start & ~PAGE_MASK) || (prot & (PROT_GROWSDOWN | PROT_GROWSUP)))
		return -EINVAL;
	if (!len)
		return 0;
	end = start + PAGE_ALIGN(len);
	if (end <= start)
		return -ENOMEM;
	if (prot & ~(unsigned long)(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM))
		return -EINVAL;
	mmap_write_lock(mm);
	for (vma = find_vma(mm, start); at < end; vma = vma->vm_next) {
		if (!vma || vma->vm_start > at) {
			ret = -ENOMEM;
			break;
		}
		if ((prot & PROT_WRITE) && !(vma->vm_flags & VM_MAYWRITE)) {
			ret = -EACCES;
			break;
		}
		if (!(vma->vm_flags & VM_WRITE) && (prot & PROT_WRITE) && accountable_mapping(vma->vm_flags | VM_WRITE) &&
		    !vm_enough_memory(min(end, vma->vm_end) - at)) {
			ret = -ENOMEM;
			break;
		}
		if (mm->map_count >= MAX_MAP_COUNT) {
			ret = -ENOMEM;
			break;
		}
		if (at > vma->vm_start) {
			if (split_vma(mm, vma, at)) {
				ret = -ENOMEM;
				break;
			}
			vma = vma->vm_next;
		}
		if (end < vma->vm_end && split_vma(mm, vma, end)) {
			ret = -ENOMEM;
			break;
		}
		vma->vm_flags = (vma->vm_flags & ~rights) | (calc_vm_flags(prot, 0) & rights);
		vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
		change_protection(vma, vma->vm_start, vma->vm_end);
		at = vma->vm_end;
		cond_resched();
	}
	mmap_write_unlock(mm);
	return ret;
}

/* To a place of its own, or to that at to. An old length of 0 leaves a shared mapping where it is too, and so does MREMAP_DONTUNMAP. Linux: move_vma(). */
static long move_vma(struct vm_area_struct *vma, unsigned long addr, unsigned long old_len, unsigned long new_len, unsigned long flags, unsigned long to)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long map = (vma->vm_flags & VM_SHARED ? MAP_SHARED : MAP_PRIVATE) | (flags & MREMAP_FIXED ? MAP_FIXED : 0);
	struct vm_area_struct *new;

	to = do_mmap(vma->vm_file, to, new_len, 0, map, vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT));
	if (IS_ERR_VALUE(to))
		return to;
	/* do_mmap() may have joined it to a neighbour, never with other rights: it has none yet. */
	new = find_vma(mm, to);
	if (to > new->vm_start && split_vma(mm, new, to))
		return -ENOMEM;
	new = find_vma(mm, to);
	if (to + new_len < new->vm_end && split_vma(mm, new, to + new_len))
		return -ENOMEM;
	vma = find_vma(mm, addr);
	new->vm_flags = vma->vm_flags;
	new->vm_page_prot = vma->vm_page_prot;
	if (move_page_tables(mm, addr, to, old_len))
		return -ENOMEM;
	if (old_len && !(flags & MREMAP_DONTUNMAP))
		do_munmap(mm, addr, old_len);
	return to;
}

/* May what begins at addr become so long? Linux: vma_to_resize(). */
static long check_resize(struct vm_area_struct *vma, unsigned long addr, unsigned long old_len, unsigned long new_len, unsigned long flags)
{
	if (!old_len && !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if ((flags & MREMAP_DONTUNMAP) && (vma->vm_file || (vma->vm_flags & VM_SHARED)))
		return -EINVAL;
	if (old_len > vma->vm_end - addr)
		return -EFAULT;
	if (new_len > TASK_SIZE_MAX || vma->vm_mm->map_count >= MAX_MAP_COUNT - 3)
		return -ENOMEM;
	if (new_len > old_len && (!may_expand_vm(vma->vm_mm, new_len - old_len) ||
				  (accountable_mapping(vma->vm_flags) && !vm_enough_memory(new_len - old_len))))
		return -ENOMEM;
	return 0;
}

/* Linux: mremap_to(). */
static long mremap_to(struct mm_struct *mm, unsigned long addr, unsigned long old_len, unsigned long new_len, unsigned long flags, unsigned long to)
{
	struct vm_area_struct *vma;
	long ret;

	if ((to & ~PAGE_MASK) || new_len > TASK_SIZE_MAX || to > TASK_SIZE_MAX - new_len || (addr + old_len > to && to + new_len > addr))
		return -EINVAL;
	if (flags & MREMAP_FIXED) {
		ret = do_munmap(mm, to, new_len);
		if (ret)
			return ret;
	}
	if (old_len > new_len) {
		ret = do_munmap(mm, addr + new_len, old_len - new_len);
		if (ret)
			return ret;
		old_len = new_len;
	}
	vma = find_vma(mm, addr);
	if (!vma || vma->vm_start > addr)
		return -EFAULT;
	ret = check_resize(vma, addr, old_len, new_len, flags);
	return ret ? ret : move_vma(vma, addr, old_len, new_len, flags, to);
}

static long do_mremap(struct mm_struct *mm, unsigned long addr, unsigned long old_len, unsigned long new_len, unsigned long flags, unsigned long to)
{
	struct vm_area_struct *vma = find_vma(mm, addr), *next;
	long ret;

	if (!vma || vma->vm_start > addr)
		return -EFAULT;
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		return mremap_to(mm, addr, old_len, new_len, flags, to);
	if (new_len <= old_len) {
		if (new_len < old_len && do_munmap(mm, addr + new_len, old_len - new_len))
			return -EINVAL;
		return addr;
	}
	ret = check_resize(vma, addr, old_len, new_len, flags);
	if (ret)
		return ret;
	next = vma->vm_next;
	if (old_len && addr + old_len == vma->vm_end && addr <= TASK_SIZE_MAX - new_len && (!next || addr + new_len <= next->vm_start)) {
		mm->total_vm += (new_len - old_len) >> PAGE_SHIFT;
		vma->vm_end = addr + new_len;
		trace_vma_map(mm, vma);
		return addr;
	}
	if (!(flags & MREMAP_MAYMOVE))
		return -ENOMEM;
	return move_vma(vma, addr, old_len, new_len, 0, 0);
}

/* Linux: mm/mremap.c. */
SYSCALL_DEFINE5(mremap, unsigned long, addr, unsigned long, old_len, unsigned long, new_len, unsigned long, flags, unsigned long, new_addr)
{
	struct mm_struct *mm = current->mm;
	long ret;

	if ((flags & ~(unsigned long)(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) || ((flags & MREMAP_FIXED) && !(flags & MREMAP_MAYMOVE)) ||
	    ((flags & MREMAP_DONTUNMAP) && (!(flags & MREMAP_MAYMOVE) || old_len != new_len)) || (addr & ~PAGE_MASK))
		return -EINVAL;
	/* What cannot be rounded to pages is no length. */
	if (!new_len || !PAGE_ALIGN(new_len) || (old_len && !PAGE_ALIGN(old_len)))
		return -EINVAL;
	mmap_write_lock(mm);
	ret = do_mremap(mm, addr, PAGE_ALIGN(old_len), PAGE_ALIGN(new_len), flags, new_addr);
	mmap_write_unlock(mm);
	return ret;
}

#define MS_ASYNC	1
#define MS_INVALIDATE	2
#define MS_SYNC		4

/* A mapped file is what the mapping says at once: only what is asked can be wrong. Linux: mm/msync.c. */
SYSCALL_DEFINE3(msync, unsigned long, start, size_t, len, int, flags)
{
	struct mm_struct *mm = current->mm;
	unsigned long end = start + PAGE_ALIGN(len);
	struct vm_area_struct *vma;
	long ret = 0;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || (start & ~PAGE_MASK) || ((flags & MS_ASYNC) && (flags & MS_SYNC)))
		return -EINVAL;
	if (end < start)
		return -ENOMEM;
	mmap_read_lock(mm);
	for (vma = find_vma(mm, start); start < end; start = vma->vm_end, vma = vma->vm_next) {
		if (!vma || vma->vm_start > start) {
			ret = -ENOMEM;
			break;
		}
	}
	mmap_read_unlock(mm);
	return ret;
}

/* Linux: mm/madvise.c, madvise_populate(). write: as if each page were written to. */
static long populate(struct mm_struct *mm, unsigned long start, unsigned long end, bool write)
{
	struct vm_area_struct *vma;

	for (; start < end; start += PAGE_SIZE) {
		vm_fault_t fault;

		vma = find_vma(mm, start);
		if (!vma || vma->vm_start > start)
			return -ENOMEM;
		if (!(vma->vm_flags & (write ? VM_WRITE : VM_READ | VM_WRITE | VM_EXEC)))
			return -EINVAL;
		fault = handle_mm_fault(vma, start, write ? FAULT_FLAG_WRITE : 0);
		if (fault)
			return fault & VM_FAULT_OOM ? -ENOMEM : -EFAULT;
		cond_resched();
	}
	return 0;
}

/* Pages that nobody needs soon: nothing is ever taken from memory, so they stay. */
static bool is_hint(int advice)
{
	return (advice >= MADV_NORMAL && advice < MADV_DONTNEED) || advice == MADV_FREE || advice == MADV_HUGEPAGE || advice == MADV_NOHUGEPAGE ||
	       advice == MADV_DONTDUMP || advice == MADV_DODUMP || advice == MADV_COLD || advice == MADV_PAGEOUT;
}

static bool fork_advice(int advice)
{
	return advice == MADV_DONTFORK || advice == MADV_DOFORK || advice == MADV_WIPEONFORK || advice == MADV_KEEPONFORK;
}

/* Advice is taken only where it changes what a program sees. Linux: mm/madvise.c. */
SYSCALL_DEFINE3(madvise, unsigned long, start, size_t, len, int, advice)
{
	struct mm_struct *mm = current->mm;
	unsigned long end, at = start;
	struct vm_area_struct *vma;
	long ret = 0;

	if (!is_hint(advice) && advice != MADV_DONTNEED && !fork_advice(advice) && advice != MADV_POPULATE_READ && advice != MADV_POPULATE_WRITE)
		return -EINVAL;
	if ((start & ~PAGE_MASK) || (len && !PAGE_ALIGN(len)))
		return -EINVAL;
	end = start + PAGE_ALIGN(len);
	if (end < start)
		return -EINVAL;
	if (advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE) {
		mmap_write_lock(mm);
		ret = populate(mm, start, end, advice == MADV_POPULATE_WRITE);
		mmap_write_unlock(mm);
		return ret;
	}
	mmap_write_lock(mm);
	/* A hole does not end it, but is told. */
	for (vma = find_vma(mm, start); at < end; vma = vma->vm_next) {
		if (!vma || vma->vm_start > at)
			ret = -ENOMEM;
		if (!vma || vma->vm_start >= end)
			break;
		if (advice == MADV_FREE && (vma->vm_file || (vma->vm_flags & VM_SHARED))) {
			ret = -EINVAL;
			break;
		}
		if (advice == MADV_DONTNEED) {
			unmap_page_range(vma, max(at, vma->vm_start), min(end, vma->vm_end));
		} else if (fork_advice(advice)) {
			if (advice == MADV_WIPEONFORK && (vma->vm_file || (vma->vm_flags & VM_SHARED))) {
				ret = -EINVAL;
				break;
			}
			at = max(at, vma->vm_start);
			if (mm->map_count >= MAX_MAP_COUNT || (at > vma->vm_start && split_vma(mm, vma, at))) {
				ret = -ENOMEM;
				break;
			}
			if (at > vma->vm_start)
				vma = vma->vm_next;
			if (end < vma->vm_end && split_vma(mm, vma, end)) {
				ret = -ENOMEM;
				break;
			}
			vma->vm_flags = advice == MADV_DONTFORK ? vma->vm_flags | VM_DONTCOPY :
					advice == MADV_DOFORK ? vma->vm_flags & ~VM_DONTCOPY :
					advice == MADV_WIPEONFORK ? vma->vm_flags | VM_WIPEONFORK : vma->vm_flags & ~VM_WIPEONFORK;
		}
		at = vma->vm_end;
		cond_resched();
	}
	mmap_write_unlock(mm);
	return ret;
}
