/*
 * Static ELF programs, and the unikernel's application, which has no ELF file. Linux: fs/binfmt_elf.c.
 *
 * The new stack, from its top down: a null pointer, the file name, environment, arguments; 16 bytes for AT_RANDOM; then
 * aligned to 16: auxv, a null, the environment's pointers, a null, the arguments' pointers, argc. RSP points at argc.
 */
#include <linux/binfmts.h>
#include <linux/elf.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/ukl.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <trace/events.h>

#define RANDOM_BYTES	16
#define CLOCKS_PER_SEC	100
#define MAX_AUX_ENTRIES	24
#define HWCAP2_FSGSBASE	2
/* Where a program goes that runs anywhere (static-pie). Linux: ELF_ET_DYN_BASE, two thirds of the lower half. */
#define ELF_ET_DYN_BASE	0x555555554000UL

/* Nothing can fail half way: the pages of the new stack are there. Returns 0 or -EFAULT. */
static int push(unsigned long *sp, const void *data, size_t size)
{
	*sp -= size;
	return copy_to_user((void __user *)*sp, data, size) ? -EFAULT : 0;
}

static int create_elf_tables(struct linux_binprm *bprm, unsigned long phdr, unsigned int phnum, unsigned long entry)
{
	/* Simplified: not random, so that every run is the same run. */
	static const unsigned char random[RANDOM_BYTES] = { 0x52, 0x69, 0x6e, 0x67, 0x73, 0x69, 0x64, 0x65, 1, 2, 3, 4, 5, 6, 7, 8 };
	unsigned long strings = bprm->p;
	unsigned long sp = bprm->p & ~15UL;
	unsigned long platform, *pointers;
	int n = 0;
	int i;
	int ret;

	ret = push(&sp, "x86_64", 7);
	platform = sp;
	sp &= ~15UL;
	if (!ret)
		ret = push(&sp, random, sizeof(random));
	pointers = kmalloc((bprm->argc + bprm->envc + 2 * MAX_AUX_ENTRIES + 3) * sizeof(long), GFP_KERNEL);
	if (!pointers)
		return -ENOMEM;

	pointers[n++] = bprm->argc;
	current->mm->arg_start = strings;
	for (i = 0; i < bprm->argc + bprm->envc && !ret; i++) {
		long length = strnlen_user((const char __user *)strings, _STK_LIM);

		if (i == bprm->argc) {
			pointers[n++] = 0;
			current->mm->arg_end = current->mm->env_start = strings;
		}
		if (length <= 0)
			ret = -EFAULT;
		pointers[n++] = strings;
		strings += length;
	}
	current->mm->env_end = strings;
	if (!bprm->envc) {
		pointers[n++] = 0;
		current->mm->arg_end = current->mm->env_start = strings;
	}
	pointers[n++] = 0;

#define NEW_AUX_ENT(id, value)	(pointers[n++] = (id), pointers[n++] = (value))
	NEW_AUX_ENT(AT_HWCAP, boot_cpu_data.hwcap);
	NEW_AUX_ENT(AT_PAGESZ, PAGE_SIZE);
	NEW_AUX_ENT(AT_CLKTCK, CLOCKS_PER_SEC);
	if (phnum) {
		NEW_AUX_ENT(AT_PHDR, phdr);
		NEW_AUX_ENT(AT_PHENT, sizeof(struct elf64_phdr));
		NEW_AUX_ENT(AT_PHNUM, phnum);
	}
	NEW_AUX_ENT(AT_BASE, 0);
	NEW_AUX_ENT(AT_FLAGS, 0);
	NEW_AUX_ENT(AT_ENTRY, entry);
	NEW_AUX_ENT(AT_UID, 0);
	NEW_AUX_ENT(AT_EUID, 0);
	NEW_AUX_ENT(AT_GID, 0);
	NEW_AUX_ENT(AT_EGID, 0);
	NEW_AUX_ENT(AT_SECURE, 0);
	NEW_AUX_ENT(AT_RANDOM, sp);
	NEW_AUX_ENT(AT_HWCAP2, boot_cpu_data.has_fsgsbase ? HWCAP2_FSGSBASE : 0);
	NEW_AUX_ENT(AT_EXECFN, bprm->exec);
	NEW_AUX_ENT(AT_PLATFORM, platform);
	NEW_AUX_ENT(AT_NULL, 0);
#undef NEW_AUX_ENT

	/* argc must stand at a multiple of 16. */
	sp = (sp - n * sizeof(long)) & ~15UL;
	sp += n * sizeof(long);
	if (!ret)
		ret = push(&sp, pointers, n * sizeof(long));
	kfree(pointers);
#ifdef CONFIG_UKL_PINNED_STACK
	/* The pointers come along; the strings stay. */
	if (!ret && is_ukl_thread()) {
		unsigned long low, high;

		sp = ukl_pin_stack(current, sp, n * sizeof(long));
		if (!sp)
			return -ENOMEM;
		low = current->ukl_stack;
		high = low + UKL_STACK_SIZE;
		trace_user_stack(current->mm, low, high, current->pid);
		(void)low;
		(void)high;
	}
#endif
	bprm->p = sp;
	current->mm->start_stack = sp;
	return ret;
}

static int elf_prot(u32 p_flags)
{
	return (p_flags & PF_R ? PROT_READ : 0) | (p_flags & PF_W ? PROT_WRITE : 0) | (p_flags & PF_X ? PROT_EXEC : 0);
}

/* Maps one PT_LOAD: its bytes from the file, and zeros up to p_memsz. */
static int map_segment(struct linux_binprm *bprm, const struct elf64_phdr *phdr, unsigned long bias)
{
	unsigned long vaddr = phdr->p_vaddr + bias;
	unsigned long start = vaddr & PAGE_MASK;
	unsigned long file_end, mem_end, map_end, addr;

	/* Each number alone first: sums of them may be small again. */
	if (phdr->p_vaddr > TASK_SIZE_MAX - bias || phdr->p_filesz > phdr->p_memsz || phdr->p_memsz > TASK_SIZE_MAX - vaddr)
		return -EINVAL;
	file_end = vaddr + phdr->p_filesz;
	mem_end = vaddr + phdr->p_memsz;
	map_end = PAGE_ALIGN(file_end);
	if (phdr->p_filesz) {
		addr = vm_mmap(bprm->file, start, file_end - start, elf_prot(phdr->p_flags), MAP_PRIVATE | MAP_FIXED,
			       phdr->p_offset - (vaddr - start));
		if (addr != start)
			return (long)addr;
		/* The last page holds what follows in the file; the program wants zeros there. */
		if (mem_end > file_end && (phdr->p_flags & PF_W) &&
		    clear_user((void __user *)file_end, map_end - file_end))
			return -EFAULT;
	} else {
		map_end = start;
	}
	if (mem_end > map_end)
		return vm_brk_flags(map_end, mem_end - map_end, 0);
	return 0;
}

static int load_segments(struct linux_binprm *bprm, const struct elf64_phdr *phdr, unsigned long *entry, unsigned long *phdr_addr)
{
	const struct elf64_hdr *hdr = (const struct elf64_hdr *)bprm->buf;
	struct mm_struct *mm = current->mm;
	unsigned long bias = hdr->e_type == ET_DYN ? ELF_ET_DYN_BASE : 0;
	int i;

	for (i = 0; i < hdr->e_phnum; i++, phdr++) {
		unsigned long end = bias + phdr->p_vaddr + phdr->p_memsz;
		int ret;

		if (phdr->p_type != PT_LOAD)
			continue;
		ret = map_segment(bprm, phdr, bias);
		if (ret)
			return ret;
		if (phdr->p_offset <= hdr->e_phoff && hdr->e_phoff < phdr->p_offset + phdr->p_filesz)
			*phdr_addr = bias + phdr->p_vaddr + hdr->e_phoff - phdr->p_offset;
		if (phdr->p_flags & PF_X) {
			mm->start_code = bias + phdr->p_vaddr;
			mm->end_code = bias + phdr->p_vaddr + phdr->p_filesz;
		}
		if (end > mm->brk)
			mm->start_brk = mm->brk = PAGE_ALIGN(end);
	}
	*entry = bias + hdr->e_entry;
	return *entry < TASK_SIZE_MAX ? 0 : -EINVAL;
}

/* The program headers, in memory of their own; or an ERR_PTR for a file that is no static program for this machine. */
static struct elf64_phdr *load_elf_phdrs(struct linux_binprm *bprm)
{
	const struct elf64_hdr *hdr = (const struct elf64_hdr *)bprm->buf;
	size_t size = hdr->e_phnum * sizeof(struct elf64_phdr);
	loff_t pos = hdr->e_phoff;
	struct elf64_phdr *phdrs;
	int i;

	if (memcmp(hdr->e_ident, "\177ELF\2\1", 6) != 0 || (hdr->e_type != ET_EXEC && hdr->e_type != ET_DYN) ||
	    hdr->e_machine != EM_X86_64 || hdr->e_phentsize != sizeof(struct elf64_phdr) || !size || size > 65536)
		return ERR_PTR(-ENOEXEC);
	phdrs = kmalloc(size, GFP_KERNEL);
	if (!phdrs)
		return ERR_PTR(-ENOMEM);
	if (kernel_read(bprm->file, phdrs, size, &pos) != (ssize_t)size)
		goto bad;
	for (i = 0; i < hdr->e_phnum; i++) {
		if (phdrs[i].p_type == PT_INTERP)
			goto bad;
	}
	return phdrs;
bad:
	kfree(phdrs);
	return ERR_PTR(-ENOEXEC);
}

/* The program may ask for a stack that code can run on, as gcc does for nested functions. Linux: fs/exec.c, setup_arg_pages(). */
static void setup_arg_pages(struct linux_binprm *bprm, const struct elf64_phdr *phdrs)
{
	struct vm_area_struct *vma = find_vma(bprm->mm, bprm->p);
	int i, n = ((const struct elf64_hdr *)bprm->buf)->e_phnum;

	for (i = 0; i < n; i++) {
		if (phdrs[i].p_type == PT_GNU_STACK && (phdrs[i].p_flags & PF_X)) {
			vma->vm_flags |= VM_EXEC;
			vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
			change_protection(vma, vma->vm_start, vma->vm_end);
		}
	}
}

int load_elf_binary(struct linux_binprm *bprm)
{
	unsigned long entry = 0, phdr_addr = 0, low, high;
	struct elf64_phdr *phdrs = NULL;
	unsigned int phnum = 0;
	int ret;

	if (bprm->file) {
		phdrs = load_elf_phdrs(bprm);
		if (IS_ERR(phdrs))
			return PTR_ERR(phdrs);
	}
	ret = begin_new_exec(bprm);
	if (ret) {
		kfree(phdrs);
		return ret;
	}
	low = STACK_TOP - _STK_LIM;
	high = STACK_TOP;
	trace_user_stack(current->mm, low, high, current->pid);
	(void)low;
	(void)high;

	if (bprm->file) {
		setup_arg_pages(bprm, phdrs);
		ret = load_segments(bprm, phdrs, &entry, &phdr_addr);
		kfree(phdrs);
		if (ret)
			return ret;
		phnum = phdr_addr ? ((const struct elf64_hdr *)bprm->buf)->e_phnum : 0;
	}
#ifdef CONFIG_UNIKERNEL_LINUX
	else {
		/* Text and data are in the kernel image; only heap and stack are made here. */
		entry = (unsigned long)ukl__start;
		current->mm->start_brk = current->mm->brk = UKL_BRK_START;
	}
#endif
	ret = create_elf_tables(bprm, phdr_addr, phnum, entry);
	if (ret)
		return ret;
	trace_sched_process_exec(bprm);
	/* Linux: ELF_PLAT_INIT(). */
	memset(current_pt_regs(), 0, sizeof(struct pt_regs));
	start_thread(current_pt_regs(), entry, bprm->p);
#ifdef CONFIG_UNIKERNEL_LINUX
	if (is_ukl_thread())
		current->user_stack_vma = find_user_vma(bprm->p);
#endif
	return 0;
}
