/* exec: current becomes another program. Linux: fs/exec.c. */
#include <linux/binfmts.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/ukl.h>
#include <asm/processor.h>

/* Linux starts with 32 pages and lets the stack grow; RLIMIT_STACK is the end of it. */
#define STACK_INITIAL_SIZE	(32UL << PAGE_SHIFT)

static int bprm_mm_init(struct linux_binprm *bprm)
{
	struct mm_struct *mm = mm_alloc();
	struct vm_area_struct *vma;

	if (!mm)
		return -ENOMEM;
	bprm->mm = mm;
	vma = vm_area_alloc(mm);
	if (!vma)
		return -ENOMEM;
	vma->vm_end = STACK_TOP;
	vma->vm_start = STACK_TOP - STACK_INITIAL_SIZE;
	vma->vm_flags = VM_STACK_FLAGS;
	vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
	bprm->p = STACK_TOP - sizeof(void *);
	return insert_vm_struct(mm, vma);
}

/* Pushes one string onto the new program's stack, through the kernel's own mapping of its pages. */
static int copy_string_kernel(const char *arg, struct linux_binprm *bprm)
{
	size_t len = strlen(arg) + 1;

	bprm->p -= len;
	while (len) {
		unsigned long at = bprm->p + len - 1;
		size_t part = min(len, (size_t)(at & ~PAGE_MASK) + 1);
		struct page *page = get_user_page_remote(bprm->mm, at);

		if (!page)
			return -E2BIG;
		len -= part;
		memcpy(page_address(page) + ((bprm->p + len) & ~PAGE_MASK), arg + len, part);
	}
	return 0;
}

/* The last string first: the first one ends lowest. */
static int copy_strings_kernel(int argc, const char *const *argv, struct linux_binprm *bprm)
{
	int ret = 0;

	while (argc-- && !ret)
		ret = copy_string_kernel(argv[argc], bprm);
	return ret;
}

static int count_strings(const char *const *argv)
{
	int n = 0;

	while (argv[n])
		n++;
	return n;
}

static int exec_binprm(struct linux_binprm *bprm, const char *const *argv, const char *const *envp)
{
	loff_t pos = 0;
	int ret;

	bprm->argc = count_strings(argv);
	bprm->envc = count_strings(envp);
	if (bprm->file) {
		ret = kernel_read(bprm->file, bprm->buf, BINPRM_BUF_SIZE, &pos);
		if (ret < 0)
			return ret;
	}
	ret = bprm_mm_init(bprm);
	if (ret)
		return ret;
	ret = copy_string_kernel(bprm->filename, bprm);
	bprm->exec = bprm->p;
	if (!ret)
		ret = copy_strings_kernel(bprm->envc, envp, bprm);
	if (!ret)
		ret = copy_strings_kernel(bprm->argc, argv, bprm);
	return ret ? ret : load_elf_binary(bprm);
}

int kernel_execve(const char *filename, const char *const *argv, const char *const *envp)
{
	struct linux_binprm bprm = { .filename = filename };
	int ret;

#ifdef CONFIG_UNIKERNEL_LINUX
	/* The application is in this very image; no file has to be opened. */
	if (!check_ukl_exec(filename))
#endif
	{
		bprm.file = filp_open(filename, O_RDONLY);
		if (IS_ERR(bprm.file))
			return PTR_ERR(bprm.file);
	}
	ret = exec_binprm(&bprm, argv, envp);
	if (bprm.file)
		fput(bprm.file);
	if (ret && bprm.mm && bprm.mm != current->mm)
		mmput(bprm.mm);
	if (ret && bprm.point_of_no_return)
		force_sigsegv(SIGSEGV);
	return ret;
}
