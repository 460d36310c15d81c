/*
 * Signals. Linux: kernel/signal.c, arch/x86/kernel/signal.c.
 * Simplified: no handlers, no masks; every signal ends the task when it next goes back to user mode.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <asm/ptrace.h>

int send_sig(int sig, struct task_struct *p, int priv)
{
	(void)priv;
	if (p->flags & (PF_KTHREAD | PF_EXITING))
		return -ESRCH;
	if (!p->pending_signal)
		p->pending_signal = sig;
	set_tsk_thread_flag(p, TIF_SIGPENDING);
	try_to_wake_up(p, TASK_INTERRUPTIBLE, 0);
	return 0;
}

void force_sig(int sig)
{
	struct task_struct *tsk = current;

	if (!tsk->pending_signal)
		tsk->pending_signal = sig;
	set_tsk_thread_flag(tsk, TIF_SIGPENDING);
}

void arch_do_signal_or_restart(struct pt_regs *regs)
{
	struct task_struct *tsk = current;

	(void)regs;
	if (tsk->pending_signal)
		do_group_exit(tsk->pending_signal);
	clear_thread_flag(TIF_SIGPENDING);
}
