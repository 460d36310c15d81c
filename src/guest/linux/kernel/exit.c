/* The end of a task, and waiting for it. Linux: kernel/exit.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/reboot.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/smp_lock.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/fpu.h>
#include <asm/tlbflush.h>
#include <asm/traps.h>
#include <trace/events.h>

/* Lets go of the address space; from here on the task is like a kernel thread. */
void exit_mm(void)
{
	struct task_struct *tsk = current;
	struct mm_struct *mm = tsk->mm;

	if (!mm)
		return;
	exit_robust_list(tsk);
	mm_release(tsk, mm);
	/* The page tables stay loaded: active_mm keeps them alive until another mm is. */
	mmgrab(mm);
	local_irq_disable();
	tsk->mm = NULL;
	enter_lazy_tlb();
	local_irq_enable();
	mmput(mm);
}

/* p is a leader; each of its threads knows its parent. Caller holds tasklist_lock. */
static void set_real_parent(struct task_struct *p, struct task_struct *parent)
{
	struct task_struct *t;

	for_each_thread(p, t)
		t->real_parent = parent;
}

/*
 * Of a process whose threads have all ended, or are about to: its children become init's, which does not wait for them to be dead
 * already. Those that are, and that init will not wait for, come to dead, to be released without the lock.
 * Linux: forget_original_parent(), reparent_leader().
 */
static void forget_original_parent(struct task_struct *father, struct list_head *dead)
{
	struct task_struct *p, *n, *reaper = find_task_by_vpid(1);

	list_for_each_entry_safe(p, n, &father->children, sibling) {
		set_real_parent(p, reaper);
		p->exit_signal = SIGCHLD;
		list_move_tail(&p->sibling, &reaper->children);
		if (p->exit_state == EXIT_ZOMBIE && thread_group_empty(p) && do_notify_parent(p)) {
			p->exit_state = EXIT_DEAD;
			list_move_tail(&p->sibling, dead);
		}
		kill_orphaned_pgrp(p, father);
	}
}

/*
 * Off all lists; its memory goes with the last switch away from it. The last thread of a process tells for a leader that ended
 * before it. Linux: release_task().
 */
void release_task(struct task_struct *p)
{
	struct task_struct *leader = p->group_leader;
	struct signal_struct *sig = p->signal;
	unsigned long flags;
	bool leader_too = false;

	spin_lock_irqsave(&tasklist_lock, flags);
	nr_threads--;
	sig->nr_threads--;
	list_del_init(&p->tasks);
	list_del_init(&p->thread_node);
	if (leader == p)
		list_del_init(&p->sibling);
	p->exit_state = EXIT_DEAD;
	add_used(&sig->ended, &p->used);
	__exit_signal(p);
	if (leader != p && sig->nr_threads == 1 && leader->exit_state == EXIT_ZOMBIE)
		leader_too = do_notify_parent(leader);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	proc_flush_pid(p->pid);
	if (sig->group_exec_task)
		wake_up_process(sig->group_exec_task);
	put_task_struct(p);
	if (leader_too)
		release_task(leader);
}

/* The parent learns of it, or nobody needs to. Linux: exit_notify(). */
static void exit_notify(struct task_struct *tsk, bool group_dead)
{
	bool autoreap = !thread_group_leader(tsk);
	struct task_struct *p, *n;
	unsigned long flags;
	LIST_HEAD(dead);

	spin_lock_irqsave(&tasklist_lock, flags);
	if (group_dead) {
		forget_original_parent(tsk->group_leader, &dead);
		kill_orphaned_pgrp(tsk->group_leader, NULL);
	}
	tsk->exit_state = EXIT_ZOMBIE;
	if (thread_group_leader(tsk) && thread_group_empty(tsk))
		autoreap = do_notify_parent(tsk);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	if (tsk->signal->group_exec_task)
		wake_up_process(tsk->signal->group_exec_task);
	if (autoreap)
		release_task(tsk);
	list_for_each_entry_safe(p, n, &dead, sibling)
		release_task(p);
}

static bool on_task_stack(void)
{
	unsigned long sp = current_stack_pointer();
	unsigned long low = (unsigned long)current->stack;

	return sp >= low && sp < low + THREAD_SIZE;
}

/*
 * code: as wait4() will report it.
 *
 * UKL: a system call that stays on the application's stack, or bypasses the entry code, comes here on
 * a stack that exit_mm() is about to unmap. Begin again on the kernel stack. (The original's first
 * version did not let the application exit at all.)
 */
void do_exit(long code)
{
	struct task_struct *tsk = current;
	bool group_dead;

	if (!on_task_stack())
		rewind_stack_do_exit(code);

	if (unlikely(in_interrupt()))
		panic("Aiee, killing interrupt handler!");
	if (unlikely(!tsk->pid))
		panic("Attempted to kill the idle task!");
#ifdef CONFIG_UNIKERNEL_LINUX
	/* Before interrupts come on: with mode 2 they would take this stack for the application's. */
	tsk->user_stack_vma = NULL;
	tsk->ukl_bypass_syscall = 0;
	if (tsk->ukl_mode)
		tsk->ukl_mode = UKL_KERNEL;
#endif
	local_irq_enable();
	/* Until the end: schedule() gives it away. */
	lock_kernel();

	exit_signals(tsk);
	tsk->exit_code = code;
	group_dead = !--tsk->signal->live;
	if (group_dead) {
		if (unlikely(tsk->tgid == 1))
			panic("Attempted to kill init! exitcode=0x%08lx", tsk->signal->group_exit_code ? (long)tsk->signal->group_exit_code : code);
		hrtimer_cancel(&tsk->signal->real_timer);
		exit_itimers(tsk->signal);
		disassociate_ctty();
	}
	exit_mm();
	trace_sched_process_exit(tsk);
	exit_files(tsk);
	exit_fs(tsk);
	/* Linux: exit_thread(). */
	fpu_free(tsk);
	exit_notify(tsk, group_dead);

	/* finish_task_switch() of whoever comes next gives up this stack. Never preempted again. */
	preempt_disable();
	WRITE_ONCE(tsk->__state, TASK_DEAD);
	preempt_enable_no_resched();
	schedule();
	BUG();
}

/* All threads end, with the code of the first one to say so. */
void do_group_exit(int exit_code)
{
	struct signal_struct *sig = current->signal;

	if (sig->flags & SIGNAL_GROUP_EXIT) {
		exit_code = sig->group_exit_code;
	} else if (sig->group_exec_task) {
		/* Not the process ends: only those that exec cannot keep. */
		exit_code = 0;
	} else {
		sig->group_exit_code = exit_code;
		sig->flags = SIGNAL_GROUP_EXIT;
		zap_other_threads();
	}
	do_exit(exit_code);
}

SYSCALL_DEFINE1(exit, int, error_code)
{
	do_exit((error_code & 0xff) << 8);
}

SYSCALL_DEFINE1(exit_group, int, error_code)
{
#ifdef CONFIG_UKL_ENTRY_NONE
	/*
	 * UKL's first version: no way back to the application leads by any exit work, so its other threads would not end; and
	 * init must not.
	 * Simplified: there the machine idles from here on; ours is switched off with the status.
	 */
	if (is_ukl_thread()) {
		current->exit_code = (error_code & 0xff) << 8;
		trace_sched_process_exit(current);
		kernel_power_off(error_code & 0xff);
	}
#endif
	do_group_exit((error_code & 0xff) << 8);
}

/* Linux: fs/exec.c. A thread that is not the leader takes the leader's place, number and children. */
int de_thread(void)
{
	struct task_struct *tsk = current, *leader = tsk->group_leader, *p;
	struct signal_struct *sig = tsk->signal;
	unsigned long flags;
	u64 serial;

	if (sig->flags & SIGNAL_GROUP_EXIT || sig->group_exec_task)
		return -EAGAIN;
	if (thread_group_empty(tsk))
		return 0;
	sig->group_exec_task = tsk;
	zap_other_threads();
	/* Until all others are released, but a leader that waits to be. */
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (sig->nr_threads == 1 || (sig->nr_threads == 2 && leader != tsk && leader->exit_state == EXIT_ZOMBIE))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	if (leader != tsk) {
		spin_lock_irqsave(&tasklist_lock, flags);
		/* Linux: exchange_tids(). */
		leader->pid = tsk->pid;
		tsk->pid = tsk->tgid;
		serial = leader->pid_serial;
		leader->pid_serial = tsk->pid_serial;
		tsk->pid_serial = serial;
		list_for_each_entry(p, &leader->children, sibling)
			set_real_parent(p, tsk);
		while (!list_empty(&leader->children))
			list_move_tail(leader->children.next, &tsk->children);
		list_add_tail(&tsk->sibling, &leader->sibling);
		tsk->exit_signal = SIGCHLD;
		tsk->group_leader = tsk;
		/* So that it counts as a thread, whose end nobody is told of. */
		leader->group_leader = tsk;
		list_del_init(&leader->sibling);
		spin_unlock_irqrestore(&tasklist_lock, flags);
		release_task(leader);
	}
	sig->group_exec_task = NULL;
	return 0;
}

#define WNOHANG		0x00000001
#define WUNTRACED	0x00000002
#define WSTOPPED	WUNTRACED
#define WEXITED		0x00000004
#define WCONTINUED	0x00000008
#define WNOWAIT		0x01000000
#define __WNOTHREAD	0x20000000
#define __WALL		0x40000000
#define __WCLONE	0x80000000U

/* Whom a wait is for, and what came of it. Linux: struct wait_opts. */
struct wait_opts {
	pid_t pid;			/* > 0: that one; -1: all; -n: those of group n */
	unsigned int options;
	struct rusage *rusage;
	struct kernel_siginfo info;	/* si_signo 0: nobody was ready */
	int status;
};

/* Those whose end is told by another signal than SIGCHLD are waited for apart. Linux: eligible_child(). */
static bool eligible_child(const struct wait_opts *wo, const struct task_struct *p)
{
	if (wo->pid > 0 ? p->pid != wo->pid : wo->pid < -1 && p->signal->pgrp != -wo->pid)
		return false;
	return (wo->options & __WALL) || (p->exit_signal != SIGCHLD) == ((wo->options & __WCLONE) != 0);
}

/* Reaps it, unless it is only looked at. Its pid. */
static pid_t wait_task_zombie(struct wait_opts *wo, struct task_struct *p)
{
	struct signal_struct *sig = current->signal, *ended = p->signal;
	pid_t pid = p->pid;
	struct used used;
	/* A group's end counts, not that of its leader. */
	int status = ended->flags & SIGNAL_GROUP_EXIT ? ended->group_exit_code : p->exit_code;

	wo->status = status;
	wo->info = (struct kernel_siginfo) { .si_signo = SIGCHLD, .si_pid = pid };
	wo->info.si_code = status & 0x7f ? CLD_KILLED : CLD_EXITED;
	wo->info.si_status = status & 0x7f ? status & 0x7f : status >> 8;
	if (wo->rusage)
		getrusage(p, RUSAGE_BOTH, wo->rusage);
	if (wo->options & WNOWAIT)
		return pid;
	used = thread_group_used(p);
	add_used(&sig->children, &used);
	add_used(&sig->children, &ended->children);
	release_task(p);
	return pid;
}

/* The stop, or the going on, of p's process, which is then told of no more; 0 when there is none. Linux: wait_task_stopped(), wait_task_continued(). */
static pid_t wait_job(struct wait_opts *wo, struct task_struct *p)
{
	struct signal_struct *sig = p->signal;

	wo->info = (struct kernel_siginfo) { .si_signo = SIGCHLD, .si_pid = p->pid };
	if ((wo->options & WUNTRACED) && (sig->flags & SIGNAL_STOP_STOPPED) && sig->group_exit_code) {
		wo->info.si_code = CLD_STOPPED;
		wo->info.si_status = sig->group_exit_code;
		wo->status = sig->group_exit_code << 8 | 0x7f;
		if (!(wo->options & WNOWAIT))
			sig->group_exit_code = 0;
	} else if ((wo->options & WCONTINUED) && (sig->flags & SIGNAL_STOP_CONTINUED)) {
		wo->info.si_code = CLD_CONTINUED;
		wo->info.si_status = SIGCONT;
		wo->status = 0xffff;
		if (!(wo->options & WNOWAIT))
			sig->flags &= ~SIGNAL_STOP_CONTINUED;
	} else {
		wo->info = (struct kernel_siginfo) { 0 };
		return 0;
	}
	if (wo->rusage)
		getrusage(p, RUSAGE_BOTH, wo->rusage);
	return p->pid;
}

/* One look: a pid, 0 when children are there but none is ready, or -ECHILD. */
static pid_t look_for_child(struct wait_opts *wo)
{
	struct task_struct *p;
	pid_t ret = -ECHILD;

	list_for_each_entry(p, &current->group_leader->children, sibling) {
		if (!eligible_child(wo, p))
			continue;
		if (p->exit_state == EXIT_ZOMBIE && thread_group_empty(p) && (wo->options & WEXITED))
			return wait_task_zombie(wo, p);
		ret = wait_job(wo, p);
		if (ret)
			return ret;
	}
	return ret;
}

static pid_t do_wait(struct wait_opts *wo)
{
	struct wait_queue_head *queue = &current->signal->wait_chldexit;
	DEFINE_WAIT(wait);
	pid_t ret;

	for (;;) {
		prepare_to_wait(queue, &wait, TASK_INTERRUPTIBLE);
		ret = look_for_child(wo);
		if (ret || (wo->options & WNOHANG))
			break;
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		schedule();
	}
	finish_wait(queue, &wait);
	return ret;
}

SYSCALL_DEFINE4(wait4, pid_t, upid, int __user *, stat_addr, int, options, struct rusage __user *, ru)
{
	struct rusage usage;
	struct wait_opts wo = { .pid = upid, .options = options | WEXITED, .rusage = ru ? &usage : NULL };
	pid_t ret;

	if ((unsigned int)options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (upid == INT_MIN)
		return -ESRCH;
	if (!upid)
		wo.pid = -current->signal->pgrp;
	ret = do_wait(&wo);
	if (ret > 0 && stat_addr && put_user(wo.status, stat_addr))
		ret = -EFAULT;
	if (ret > 0 && ru && copy_to_user(ru, &usage, sizeof(usage)))
		ret = -EFAULT;
	return ret;
}

#define P_ALL	0
#define P_PID	1
#define P_PGID	2

SYSCALL_DEFINE5(waitid, int, which, pid_t, upid, struct kernel_siginfo __user *, infop, int, options, struct rusage __user *, ru)
{
	struct rusage usage;
	struct wait_opts wo = { .pid = -1, .options = options, .rusage = ru ? &usage : NULL };
	pid_t ret;

	if ((unsigned int)options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (!(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	/* Simplified: no P_PIDFD. */
	if (which < P_ALL || which > P_PGID || (which == P_PID && upid <= 0) || (which == P_PGID && upid < 0))
		return -EINVAL;
	if (which == P_PID)
		wo.pid = upid;
	/* No group has number 1 but init's, which a negative number would not tell from all. */
	else if (which == P_PGID)
		wo.pid = upid > 1 ? -upid : upid ? INT_MIN + 1 : -current->signal->pgrp;
	ret = do_wait(&wo);
	if (ret < 0)
		return ret;
	if (ret > 0 && ru && copy_to_user(ru, &usage, sizeof(usage)))
		return -EFAULT;
	/* Not the whole structure: what follows its known fields is the program's. */
	if (infop && copy_to_user(infop, &wo.info, offsetof(struct kernel_siginfo, fields) + 3 * sizeof(int)))
		return -EFAULT;
	return 0;
}

pid_t kernel_wait(pid_t pid, int *status)
{
	struct wait_opts wo = { .pid = pid, .options = WEXITED | __WALL };
	pid_t ret = do_wait(&wo);

	if (ret > 0 && status)
		*status = wo.status;
	return ret;
}
