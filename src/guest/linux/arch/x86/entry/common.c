/* System calls in C. Linux: arch/x86/entry/common.c. */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp_lock.h>
#include <linux/errno.h>
#include <linux/entry-common.h>
#include <linux/string.h>
#include <linux/ukl.h>
#include <asm/irq_stack.h>
#include <asm/ptrace.h>
#include <asm/syscall.h>
#include <trace/events.h>

static bool do_syscall_x64(struct pt_regs *regs, long nr)
{
	/* Unsigned: a negative number is a very large one. */
	unsigned long unr = (unsigned int)nr;

	if (likely(unr < NR_syscalls)) {
		lock_kernel();
		regs->ax = sys_call_table[unr](regs);
		unlock_kernel();
		return true;
	}
	return false;
}

/*
 * Called by assembly with interrupts off and all registers saved in regs; returns the same way.
 * regs->ax holds -ENOSYS for numbers that nobody serves.
 * Simplified: Linux first moves RSP down by a few random bytes; here every run is the same run.
 */
asmlinkage __visible void do_syscall_64(struct pt_regs *regs, long nr)
{
#if defined(CONFIG_UKL_SAME_STACK) && defined(CONFIG_PREEMPTION)
	/* The word of the CPU that the entry code has put it into is another's as soon as another enters. */
	current->ukl_regs = regs;
#endif
	nr = syscall_enter_from_user_mode(regs, nr);
	trace_sys_enter(regs, nr);

	if (!do_syscall_x64(regs, nr) && nr != -1)
		regs->ax = -ENOSYS;

	trace_sys_exit(nr, regs->ax);
	syscall_exit_to_user_mode(regs);
}

#ifdef CONFIG_UNIKERNEL_LINUX
/*
 * Should the C library call the kernel function directly this time? Per thread: every limit-th call
 * goes the full way, so that a switch to another task and signals get their chance.
 * UKL: ukl_get_bypass_syscall() in arch/x86/entry/common.c.
 */
int ukl_get_bypass_syscall(void)
{
	struct task_struct *tsk = current;

	if (!tsk->ukl_bypass_syscall)
		return 0;
	if (signal_pending(tsk))
		return 0;
	if (++tsk->ukl_bypass_current >= tsk->ukl_bypass_limit) {
		tsk->ukl_bypass_current = 0;
		return 0;
	}
	return tsk->ukl_bypass_syscall;
}

void ukl_set_bypass_limit(int limit)
{
	current->ukl_bypass_limit = limit;
	current->ukl_bypass_current = 0;
}

void ukl_set_bypass_syscall(int val)
{
	current->ukl_bypass_syscall = val;
	if (val && !current->ukl_bypass_limit)
		ukl_set_bypass_limit(CONFIG_UKL_BYPASS_LIMIT);
}

#ifdef CONFIG_UKL_ALWAYS_SWITCH
/* The application's thread has nothing on its kernel stack as long as it is in application code. The mode is 1 already. */
long ukl_on_kernel_stack(long (*fn)(const struct pt_regs *), const struct pt_regs *args)
{
	long (*hop)(unsigned long, long (*)(const struct pt_regs *), const struct pt_regs *) = (void *)call_on_stack;

	return hop(this_cpu_read_8(cpu_current_top_of_stack), fn, args);
}
#endif

#ifdef CONFIG_UKL_ENTRY_STUBS
/*
 * UKL's second version: entry and exit by hand, in each stub. The caller's stack, its flags and its registers stay as they
 * are, and nobody saves them.
 */
void ukl_enter_kernel(void)
{
	exit_user();
	lock_kernel();
}

/* What waits for the thread is done, as on the way back from any system call; the result is what is left of an interrupted one. */
long ukl_leave_kernel(long ret)
{
	struct pt_regs regs = { .ax = ret };

	unlock_kernel();
	syscall_exit_to_user_mode(&regs);
	enter_user();
	local_irq_enable();
	return regs.ax;
}
#endif

int check_ukl_exec(const char *filename)
{
	if (strcmp(filename, CONFIG_UKL_NAME) != 0)
		return 0;
	exit_user();
	return 1;
}
#endif
