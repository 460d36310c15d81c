/*
 * Tasks that stop and go on. Linux: kernel/signal.c, kernel/exit.c, include/linux/sched/jobctl.h.
 *
 * A process stops as a whole: the thread that takes a stop signal asks all others, each stops at its own next return to user
 * mode, and the last one tells the parent. SIGCONT does its work when it is sent, so that it also ends a stop that nobody could
 * otherwise: only what the program wants done with it waits for its turn.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>

static bool task_is_stopped(const struct task_struct *p)
{
	return (READ_ONCE(p->__state) & __TASK_STOPPED) != 0;
}

/* Caller holds siglock, as for all that follows. */
void forget_group_stop(struct task_struct *p)
{
	struct task_struct *t;

	for_each_thread(p, t)
		t->jobctl = 0;
	p->signal->group_stop_count = 0;
}

/* p no longer owes its part of a stop. CLD_STOPPED when it was the last one and the parent is to know. Linux: task_participate_group_stop(). */
static int participate_group_stop(struct task_struct *p)
{
	struct signal_struct *sig = p->signal;
	bool owed = (p->jobctl & JOBCTL_STOP_PENDING) != 0;

	p->jobctl &= ~JOBCTL_STOP_PENDING;
	if (!owed || (sig->group_stop_count && --sig->group_stop_count))
		return 0;
	if (sig->flags & (SIGNAL_STOP_STOPPED | SIGNAL_GROUP_EXIT))
		return 0;
	sig->flags = (sig->flags & ~SIGNAL_STOP_CONTINUED) | SIGNAL_STOP_STOPPED;
	return CLD_STOPPED;
}

/* The parent of p's process learns what its job has done. Without siglock. */
static void do_notify_parent_cldstop(struct task_struct *p, int why)
{
	struct task_struct *leader = p->group_leader, *parent = leader->real_parent;
	struct kernel_siginfo info = { .si_signo = SIGCHLD, .si_code = why, .si_pid = leader->tgid };

	info.si_status = why == CLD_CONTINUED ? SIGCONT : p->signal->group_exit_code & 0x7f;
	if (parent->sighand && !(parent->sighand->action[SIGCHLD - 1].sa_flags & SA_NOCLDSTOP))
		send_group_sig_info(&info, parent);
	__wake_up(&parent->signal->wait_chldexit, TASK_INTERRUPTIBLE, 0, p);
}

void prepare_signal(int sig, struct task_struct *p)
{
	struct signal_struct *signal = p->signal;
	struct task_struct *t;

	if (signal->flags & SIGNAL_GROUP_EXIT)
		return;
	if (sigmask(sig) & SIG_KERNEL_STOP_MASK) {
		flush_sigqueue_mask(sigmask(SIGCONT), &signal->shared_pending);
		for_each_thread(p, t)
			flush_sigqueue_mask(sigmask(SIGCONT), &t->pending);
	} else if (sig == SIGCONT) {
		int why = signal->flags & SIGNAL_STOP_STOPPED ? SIGNAL_CLD_CONTINUED : signal->group_stop_count ? SIGNAL_CLD_STOPPED : 0;

		flush_sigqueue_mask(SIG_KERNEL_STOP_MASK, &signal->shared_pending);
		for_each_thread(p, t) {
			flush_sigqueue_mask(SIG_KERNEL_STOP_MASK, &t->pending);
			t->jobctl = 0;
			try_to_wake_up(t, __TASK_STOPPED, 0);
		}
		signal->group_stop_count = 0;
		/* The first thread that comes to get_signal() tells the parent. */
		if (why) {
			signal->flags = (signal->flags & ~SIGNAL_STOP_STOPPED) | why | SIGNAL_STOP_CONTINUED;
			signal->group_exit_code = 0;
		}
	}
}

bool tell_of_continue(void)
{
	struct signal_struct *sig = current->signal;
	int why = sig->flags & SIGNAL_CLD_CONTINUED ? CLD_CONTINUED : CLD_STOPPED;

	if (!(sig->flags & SIGNAL_CLD_MASK))
		return false;
	sig->flags &= ~SIGNAL_CLD_MASK;
	spin_unlock_irq(&current->sighand->siglock);
	do_notify_parent_cldstop(current, why);
	return true;
}

bool do_signal_stop(int signr)
{
	struct task_struct *tsk = current, *t;
	struct signal_struct *sig = tsk->signal;
	int notify;

	if (!(tsk->jobctl & JOBCTL_STOP_PENDING)) {
		/* SIGCONT, or the end, came while the lock was not held. */
		if (!(tsk->jobctl & JOBCTL_STOP_DEQUEUED) || (sig->flags & SIGNAL_GROUP_EXIT) || sig->group_exec_task)
			return false;
		if (!(sig->flags & SIGNAL_STOP_STOPPED))
			sig->group_exit_code = signr;
		sig->group_stop_count = 0;
		for_each_thread(tsk, t) {
			if ((t->flags & PF_EXITING) || task_is_stopped(t))
				continue;
			t->jobctl |= JOBCTL_STOP_PENDING;
			sig->group_stop_count++;
			if (t != tsk)
				signal_wake_up(t, false);
		}
	}
	notify = participate_group_stop(tsk);
	WRITE_ONCE(tsk->__state, TASK_STOPPED);
	spin_unlock_irq(&tsk->sighand->siglock);
	if (notify)
		do_notify_parent_cldstop(tsk, notify);
	schedule();
	return true;
}

void exit_group_stop(struct task_struct *tsk)
{
	unsigned long flags;
	int notify;

	spin_lock_irqsave(&tsk->sighand->siglock, flags);
	notify = participate_group_stop(tsk);
	spin_unlock_irqrestore(&tsk->sighand->siglock, flags);
	if (notify)
		do_notify_parent_cldstop(tsk, notify);
}

/*
 * A group is an orphan when none of its members has a parent in another group of the same session: nobody is left who could
 * let it go on. ignored: one that does not count, for it is about to end. Caller holds tasklist_lock. Linux: will_become_orphaned_pgrp().
 */
static bool will_become_orphaned_pgrp(pid_t pgrp, const struct task_struct *ignored)
{
	struct task_struct *p;

	for_each_process(p) {
		const struct signal_struct *parent = p->real_parent->signal;

		if (p->signal->pgrp != pgrp || p == ignored || (p->exit_state && thread_group_empty(p)) || p->real_parent->pid <= 1)
			continue;
		if (parent->pgrp != pgrp && parent->session == p->signal->session)
			return false;
	}
	return true;
}

bool is_current_pgrp_orphaned(void)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(&tasklist_lock, flags);
	ret = will_become_orphaned_pgrp(current->signal->pgrp, NULL);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

static bool has_stopped_jobs(pid_t pgrp)
{
	struct task_struct *p;

	for_each_process(p) {
		if (p->signal->pgrp == pgrp && (p->signal->flags & SIGNAL_STOP_STOPPED))
			return true;
	}
	return false;
}

void kill_orphaned_pgrp(struct task_struct *tsk, struct task_struct *parent)
{
	const struct signal_struct *sig = tsk->signal, *of = (parent ? parent : tsk->real_parent)->signal;

	if (of->pgrp != sig->pgrp && of->session == sig->session && will_become_orphaned_pgrp(sig->pgrp, parent ? NULL : tsk) &&
	    has_stopped_jobs(sig->pgrp)) {
		__kill_pgrp(sig->pgrp, SIGHUP, 1);
		__kill_pgrp(sig->pgrp, SIGCONT, 1);
	}
}
