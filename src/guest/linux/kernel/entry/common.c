/*
 * What every entry into the kernel and every return to user mode does in C.
 * Linux: kernel/entry/common.c.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp_lock.h>
#include <linux/irqflags.h>
#include <linux/entry-common.h>
#include <linux/ukl.h>
#include <asm/cpu_entry_area.h>
#include <asm/pgtable.h>
#include <trace/events.h>

extern int mds_user_clear;

/*
 * Interrupts are off. Linux informs lockdep, context tracking and RCU here.
 * Simplified: we have none of the three.
 */
static inline void enter_from_user_mode(struct pt_regs *regs)
{
	(void)regs;
}

/* The last step in C: buffers that the CPU could leak are overwritten where it needs that. */
static inline void exit_to_user_mode(void)
{
	static const unsigned short ds = __KERNEL_DS;

	if (unlikely(mds_user_clear))
		asm volatile("verw %0" : : "m" (ds) : "cc");
}

/*
 * Called with interrupts off; returns with interrupts off and nothing left to do. Each turn may
 * sleep, so the flags are read again after it.
 */
static unsigned long exit_to_user_mode_loop(struct pt_regs *regs, unsigned long ti_work)
{
	while (ti_work & EXIT_TO_USER_MODE_WORK) {
		local_irq_enable();

		if (ti_work & _TIF_NEED_RESCHED)
			schedule();

		if (ti_work & _TIF_SIGPENDING) {
			lock_kernel();
			arch_do_signal_or_restart(regs);
			unlock_kernel();
		}

		if (ti_work & _TIF_NOTIFY_RESUME)
			clear_thread_flag(TIF_NOTIFY_RESUME);

		local_irq_disable();
		ti_work = READ_ONCE(current->thread_info.flags);
	}
	return ti_work;
}

static void exit_to_user_mode_prepare(struct pt_regs *regs)
{
	unsigned long ti_work = READ_ONCE(current->thread_info.flags);

	if (unlikely(ti_work & EXIT_TO_USER_MODE_WORK))
		exit_to_user_mode_loop(regs, ti_work);
}

/*
 * From a system call. Interrupts come on here. Linux goes on to ptrace, seccomp and audit when a
 * flag in thread_info.syscall_work asks for it. Simplified: we have none of them.
 */
long syscall_enter_from_user_mode(struct pt_regs *regs, long syscall)
{
	enter_from_user_mode(regs);
	local_irq_enable();
	return syscall;
}

asmlinkage void syscall_exit_to_user_mode(struct pt_regs *regs)
{
	local_irq_disable();
	exit_to_user_mode_prepare(regs);
	exit_to_user_mode();
}

bool irqentry_enter(struct pt_regs *regs)
{
	if (user_mode(regs)) {
		enter_from_user_mode(regs);
		return true;
	}
#ifdef CONFIG_UKL_RESCHED_PATCH
	/* The saved CS says ring 0, as it was; only the mode tells that it was the application. */
	if (current->ukl_mode == UKL_APPLICATION) {
		exit_user();
		return true;
	}
#endif
	return false;
}

static void irqentry_exit_to_user_mode(struct pt_regs *regs)
{
	exit_to_user_mode_prepare(regs);
	exit_to_user_mode();
}

/*
 * Back to user code: do the work that waits for it, first of all a switch to another task. Back to
 * kernel code: with PREEMPT=none, nothing; with PREEMPT=full a switch to another task, if this one holds no lock.
 */
void irqentry_exit(struct pt_regs *regs, bool from_user)
{
#ifdef CONFIG_UKL_RESCHED_PATCH
	/*
	 * UKL's second version: threads of the application that do not call the kernel would never be preempted, since they are
	 * returned to as kernel code is. So what is done for user code, first of all a switch to another task, is done for them.
	 */
	if (from_user && !user_mode(regs)) {
		exit_to_user_mode_prepare(regs);
		enter_user();
		return;
	}
#endif
	(void)from_user;
#ifdef CONFIG_UNIKERNEL_LINUX
	/*
	 * UKL: a thread that bypasses the entry code may be in kernel code, on its own stack, while
	 * its saved CS says "application". It is left alone until its next full system call.
	 */
	if (user_mode(regs) && !current->ukl_bypass_syscall) {
#else
	if (user_mode(regs)) {
#endif
		irqentry_exit_to_user_mode(regs);
		return;
	}
#ifdef CONFIG_PREEMPTION
	if ((regs->flags & X86_EFLAGS_IF) && need_resched() && preemptible() && !on_cpu_entry_area(regs->sp))
		preempt_schedule_irq();
#endif
}
