/* exec: current becomes another program. Linux: fs/exec.c. */
#include <linux/binfmts.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <linux/ukl.h>
#include <asm/fpu.h>
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

/* Linux: MAX_ARG_STRLEN, and a quarter of what a stack is at first for all strings and the pointers to them. */
#define MAX_ARG_STRLEN	(32UL * PAGE_SIZE)
#define MAX_ARG_SIZE	(_STK_LIM / 4)

/* An array of strings, ended by NULL: the kernel's, or a program's. Linux: struct user_arg_ptr. */
struct arg_ptr {
	const char *const *kernel;
	const char __user *const __user *user;
};

/* String n, as a user's pointer or the kernel's; or an ERR_PTR. */
static const char *get_arg_ptr(const struct arg_ptr *args, int n)
{
	unsigned long address;

	if (args->kernel)
		return args->kernel[n];
	if (!args->user)
		return NULL;
	if (get_user(address, (const unsigned long __user *)(args->user + n)))
		return ERR_PTR(-EFAULT);
	return (const char *)address;
}

/* Linux: count(). An errno also when they could never fit. */
static int count_strings(const struct arg_ptr *args)
{
	int n;

	for (n = 0; ; n++) {
		const char *string = get_arg_ptr(args, n);

		if (!string)
			return n;
		if (IS_ERR(string))
			return -EFAULT;
		if ((unsigned long)n >= MAX_ARG_SIZE / sizeof(char *))
			return -E2BIG;
		cond_resched();
	}
}

/* Pushes one string of len bytes, its NUL included, onto the new program's stack, through the kernel's own mapping of its pages. */
static int copy_string(const char *arg, size_t len, bool user, struct linux_binprm *bprm)
{
	/* More than fits can also come of many short ones. */
	if (len > bprm->p - bprm->argmin)
		return -E2BIG;
	bprm->p -= len;
	while (len) {
		unsigned long at = bprm->p + len - 1;
		size_t part = min(len, (size_t)(at & ~PAGE_MASK) + 1);
		struct page *page = get_user_page_remote(bprm->mm, at);
		char *to;

		if (!page)
			return -E2BIG;
		len -= part;
		to = (char *)page_address(page) + ((bprm->p + len) & ~PAGE_MASK);
		if (!user)
			memcpy(to, arg + len, part);
		else if (copy_from_user(to, arg + len, part))
			return -EFAULT;
	}
	return 0;
}

int copy_string_kernel(const char *arg, struct linux_binprm *bprm)
{
	return copy_string(arg, strlen(arg) + 1, false, bprm);
}

/* The last string first: the first one ends lowest. */
static int copy_strings(int argc, const struct arg_ptr *args, struct linux_binprm *bprm)
{
	while (argc--) {
		const char *string = get_arg_ptr(args, argc);
		long len;
		int ret;

		if (!string || IS_ERR(string))
			return -EFAULT;
		len = args->kernel ? (long)strlen(string) + 1 : strnlen_user(string, MAX_ARG_STRLEN);
		if (!len)
			return -EFAULT;
		if (len > (long)MAX_ARG_STRLEN)
			return -E2BIG;
		ret = copy_string(string, len, !args->kernel, bprm);
		if (ret)
			return ret;
		cond_resched();
	}
	return 0;
}

int remove_arg_zero(struct linux_binprm *bprm)
{
	bool done = !bprm->argc;

	while (!done) {
		struct page *page = get_user_page_remote(bprm->mm, bprm->p);

		if (!page)
			return -EFAULT;
		done = !((const char *)page_address(page))[bprm->p & ~PAGE_MASK];
		bprm->p++;
	}
	if (bprm->argc)
		bprm->argc--;
	return 0;
}

/* A file that may be run, or an ERR_PTR. No name at all, where that may be: what dfd stands for. Linux: do_open_execat(). */
static struct file *open_execat(int dfd, const char *name, int flags)
{
	struct file *file, *named;
	umode_t mode;

	if (*name || dfd == AT_FDCWD || !(flags & AT_EMPTY_PATH)) {
		named = filp_open_at(dfd, name, O_PATH | (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0), 0);
		if (IS_ERR(named))
			return named;
	} else {
		named = fget_raw(dfd);
		if (!named)
			return ERR_PTR(-EBADF);
	}
	/* What is no file that may be run is not even opened: a FIFO would wait. */
	mode = named->f_inode->i_mode;
	file = S_ISLNK(mode) ? ERR_PTR(-ELOOP) : !S_ISREG(mode) || !(mode & 0111) ? ERR_PTR(-EACCES) : dentry_open(named->f_dentry, O_RDONLY);
	fput(named);
	if (!IS_ERR(file)) {
		/* Nobody writes it as long as it is run. Linux: deny_write_access(). */
		if (file->f_inode->i_writecount > 0) {
			fput(file);
			return ERR_PTR(-ETXTBSY);
		}
		file->f_writes = -1;
		file->f_inode->i_writecount--;
	}
	return file;
}

/* Who can run it does, or says who is to run it in its place. Linux: exec_binprm(), search_binary_handler(). */
static int exec_binprm(struct linux_binprm *bprm)
{
	int depth;

	for (depth = 0; ; depth++) {
		struct file *file;
		loff_t pos = 0;
		int ret;

		if (depth > 5)
			return -ELOOP;
		memset(bprm->buf, 0, BINPRM_BUF_SIZE);
		if (bprm->file) {
			ret = kernel_read(bprm->file, bprm->buf, BINPRM_BUF_SIZE, &pos);
			if (ret < 0)
				return ret;
		}
		ret = load_script(bprm);
		if (ret == -ENOEXEC)
			return load_elf_binary(bprm);
		if (ret)
			return ret;
		/* A script whose name will be gone cannot be read by whoever is to run it. */
		if (bprm->fd_closes)
			return -ENOENT;
		file = open_execat(AT_FDCWD, bprm->interp, 0);
		if (IS_ERR(file))
			return PTR_ERR(file);
		fput(bprm->file);
		bprm->file = file;
	}
}

static int bprm_execve(struct linux_binprm *bprm, const struct arg_ptr *argv, const struct arg_ptr *envp)
{
	unsigned long pointers;
	int ret;

	bprm->argc = count_strings(argv);
	if (bprm->argc < 0)
		return bprm->argc;
	bprm->envc = count_strings(envp);
	if (bprm->envc < 0)
		return bprm->envc;
	pointers = ((unsigned long)bprm->argc + bprm->envc) * sizeof(void *);
	if (pointers >= MAX_ARG_SIZE)
		return -E2BIG;
	ret = bprm_mm_init(bprm);
	if (ret)
		return ret;
	bprm->argmin = bprm->p - (MAX_ARG_SIZE - pointers);
	ret = copy_string_kernel(bprm->filename, bprm);
	bprm->exec = bprm->p;
	if (!ret)
		ret = copy_strings(bprm->envc, envp, bprm);
	if (!ret)
		ret = copy_strings(bprm->argc, argv, bprm);
	return ret ? ret : exec_binprm(bprm);
}

int begin_new_exec(struct linux_binprm *bprm)
{
	struct task_struct *me = current;
	const char *name;
	int ret = de_thread();

	if (ret)
		return ret;
	/* Once the old memory is gone nobody is there to be told of an error. */
	bprm->point_of_no_return = true;
	exit_itimers(me->signal);
	ret = unshare_files();
	if (ret)
		return ret;
	exec_robust_list(me);
	if (bprm->file)
		bprm->mm->exe_file = get_file(bprm->file);
	ret = exec_mmap(bprm->mm);
	if (!ret)
		ret = unshare_sighand();
	if (!ret)
		ret = fpu_flush_thread();
	if (ret)
		return ret;
	do_close_on_exec();
	name = strrchr(bprm->filename, '/');
	set_task_comm(me, name ? name + 1 : bprm->filename);
	me->altstack = (stack_t) { .ss_flags = SS_DISABLE };
	me->exit_signal = SIGCHLD;
	me->signal->did_exec = true;
	flush_signal_handlers(me, false);
	return 0;
}

/* What the program will take for its name, if it is run by a descriptor. */
#define FDPATH_SIZE	(PATH_MAX + 32)

static int do_execveat(int dfd, const char *filename, const struct arg_ptr *argv, const struct arg_ptr *envp, int flags, bool application)
{
	struct linux_binprm bprm = { .filename = filename, .interp = filename };
	char *fdpath = NULL;
	int ret;

	if (!application) {
		bprm.file = open_execat(dfd, filename, flags);
		if (IS_ERR(bprm.file))
			return PTR_ERR(bprm.file);
	}
	if (dfd != AT_FDCWD && *filename != '/') {
		fdpath = kmalloc(FDPATH_SIZE, GFP_KERNEL);
		if (!fdpath) {
			fput(bprm.file);
			return -ENOMEM;
		}
		snprintf(fdpath, FDPATH_SIZE, *filename ? "/dev/fd/%d/%s" : "/dev/fd/%d", dfd, filename);
		bprm.filename = bprm.interp = fdpath;
		bprm.fd_closes = get_close_on_exec(dfd);
	}
	ret = bprm_execve(&bprm, argv, envp);
	if (bprm.file)
		fput(bprm.file);
	if (ret && bprm.mm && bprm.mm != current->mm)
		mmput(bprm.mm);
	if (ret && bprm.point_of_no_return)
		force_fatal_sig(SIGSEGV);
	kfree(bprm.interp_text);
	kfree(fdpath);
	return ret;
}

int kernel_execve(const char *filename, const char *const *argv, const char *const *envp)
{
	struct arg_ptr args = { .kernel = argv }, environment = { .kernel = envp };
	bool application = false;

#ifdef CONFIG_UNIKERNEL_LINUX
	/* The application is in this very image; no file has to be opened. */
	application = check_ukl_exec(filename);
#endif
	return do_execveat(AT_FDCWD, filename, &args, &environment, 0, application);
}

/* Simplified: a unikernel's application is the only program that there will be in its task. */
static long user_execveat(int dfd, const char __user *filename, const char __user *const __user *argv, const char __user *const __user *envp, int flags)
{
	struct arg_ptr args = { .user = argv }, environment = { .user = envp };
	char *name;
	long ret;

	if (is_ukl_thread())
		return -ENOSYS;
	name = getname(filename);
	if (IS_ERR(name))
		return PTR_ERR(name);
	if (!*name && !(flags & AT_EMPTY_PATH))
		ret = -ENOENT;
	else if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		ret = -EINVAL;
	else
		ret = do_execveat(dfd, name, &args, &environment, flags, false);
	kfree(name);
	return ret;
}

SYSCALL_DEFINE3(execve, const char __user *, filename, const char __user *const __user *, argv, const char __user *const __user *, envp)
{
	return user_execveat(AT_FDCWD, filename, argv, envp, 0);
}

SYSCALL_DEFINE5(execveat, int, dfd, const char __user *, filename, const char __user *const __user *, argv, const char __user *const __user *, envp, int, flags)
{
	return user_execveat(dfd, filename, argv, envp, flags);
}
