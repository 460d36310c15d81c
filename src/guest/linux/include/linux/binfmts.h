/* Starting programs. Linux: include/linux/binfmts.h. */
#ifndef _LINUX_BINFMTS_H
#define _LINUX_BINFMTS_H

#include <linux/types.h>

struct file;
struct mm_struct;

#define BINPRM_BUF_SIZE	256

/* What exec knows of a program while it loads it. */
struct linux_binprm {
	const char *filename;
	const char *interp;		/* what is really run: filename, or its interpreter */
	char *interp_text;		/* memory that interp is in */
	struct file *file;		/* NULL for the unikernel's application: there is none */
	struct mm_struct *mm;
	unsigned long p;		/* top of what has been pushed on the new stack */
	unsigned long argmin;		/* strings must not reach below it */
	int argc, envc;
	bool fd_closes;			/* filename goes by a descriptor that exec closes */
	bool point_of_no_return;	/* the old program is gone: a failure is the end of the task */
	unsigned long exec;		/* address of the file name on the new stack */
	char buf[BINPRM_BUF_SIZE];	/* first bytes of the file */
};

/* 0: current has become the program, and will run it when it goes to user mode. */
int kernel_execve(const char *filename, const char *const *argv, const char *const *envp);
int load_elf_binary(struct linux_binprm *bprm);
/* bprm->interp becomes the interpreter that bprm->buf names; -ENOEXEC when it names none. */
int load_script(struct linux_binprm *bprm);
int remove_arg_zero(struct linux_binprm *bprm);
int copy_string_kernel(const char *arg, struct linux_binprm *bprm);
/* The old program goes: its threads, memory, handlers, and what is to be closed. */
int begin_new_exec(struct linux_binprm *bprm);

#endif
