/*
 * Signals: sending them, what a task wants done with them, and which comes next. Linux: kernel/signal.c. The frames that
 * handlers run on: arch/x86/kernel/signal.c.
 * Stopping and going on: kernel/jobctl.c. Simplified: no core is dumped.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <asm/ptrace.h>
#include <trace/events.h>

/* Without a handler these do nothing. */
#define SIG_IGNORED_BY_DEFAULT	(sigmask(SIGCHLD) | sigmask(SIGCONT) | sigmask(SIGURG) | sigmask(SIGWINCH))
#define UNBLOCKABLE	(sigmask(SIGKILL) | sigmask(SIGSTOP))
/* The task cannot go on before these are dealt with. */
#define SYNCHRONOUS_MASK \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | sigmask(SIGFPE) | sigmask(SIGSYS))

static struct kmem_cache *sigqueue_cachep;
/* Of all processes, whose siglocks are many. */
static atomic_t nr_queued = ATOMIC_INIT(0);

void __init signals_init(void)
{
	sigqueue_cachep = kmem_cache_create("sigqueue", sizeof(struct sigqueue));
}

static void *sig_handler(struct task_struct *p, int sig)
{
	return p->sighand->action[sig - 1].sa_handler;
}

static bool sig_handler_ignored(void *handler, int sig)
{
	return handler == SIG_IGN || (handler == SIG_DFL && (SIG_IGNORED_BY_DEFAULT & sigmask(sig)));
}

/* Without regard to what is blocked. Linux: sig_task_ignored(). */
static bool sig_task_ignored(struct task_struct *t, int sig)
{
	void *handler = sig_handler(t, sig);

	return ((t->signal->flags & SIGNAL_UNKILLABLE) && handler == SIG_DFL) || sig_handler_ignored(handler, sig);
}

/* What is blocked may yet be wanted: by a handler, or by a thread that waits for it now. Linux: sig_ignored(). */
static bool sig_ignored(struct task_struct *t, int sig)
{
	return !((t->blocked | t->real_blocked) & sigmask(sig)) && sig_task_ignored(t, sig);
}

bool unhandled_signal(struct task_struct *tsk, int sig)
{
	void *handler = sig_handler(tsk, sig);

	return handler == SIG_DFL || handler == SIG_IGN;
}

static void recalc_sigpending(struct task_struct *p)
{
	if (((p->pending.signal | p->signal->shared_pending.signal) & ~p->blocked) || (p->jobctl & JOBCTL_STOP_PENDING))
		set_tsk_thread_flag(p, TIF_SIGPENDING);
	else
		clear_tsk_thread_flag(p, TIF_SIGPENDING);
}

static void __sigqueue_free(struct sigqueue *q)
{
	list_del_init(&q->list);
	if (q->flags & SIGQUEUE_PREALLOC)
		return;
	atomic_dec(&nr_queued);
	kmem_cache_free(sigqueue_cachep, q);
}

/* Takes all signals of mask out of the queue. */
void flush_sigqueue_mask(unsigned long mask, struct sigpending *s)
{
	struct sigqueue *q, *n;

	s->signal &= ~mask;
	list_for_each_entry_safe(q, n, &s->list, list) {
		if (mask & sigmask(q->info.si_signo))
			__sigqueue_free(q);
	}
}

void signal_wake_up(struct task_struct *t, bool fatal)
{
	set_tsk_thread_flag(t, TIF_SIGPENDING);
	if (!try_to_wake_up(t, TASK_INTERRUPTIBLE | (fatal ? TASK_WAKEKILL : 0), 0))
		kick_process(t);
}

static bool wants_signal(int sig, struct task_struct *t)
{
	if ((t->blocked & sigmask(sig)) || (t->flags & PF_EXITING))
		return false;
	return sig == SIGKILL || (!signal_pending(t) && !(t->__state & __TASK_STOPPED));
}

/*
 * Which thread is to deal with it: p, if it can, else, of a signal for the process, any that can. Linux: complete_signal().
 * Simplified: a thread that nothing is on its way to comes first, whichever was asked last.
 */
static void complete_signal(int sig, struct task_struct *p, bool group)
{
	struct task_struct *t;

	if (!wants_signal(sig, p) && group) {
		for_each_thread(p, t) {
			if (wants_signal(sig, t)) {
				p = t;
				break;
			}
		}
	}
	/* Nothing may stop on the way to its end. */
	if (sig == SIGKILL)
		forget_group_stop(p);
	if (!(p->blocked & sigmask(sig)) && !(p->flags & PF_EXITING))
		signal_wake_up(p, sig == SIGKILL);
}

/*
 * p's siglock is held. A signal below SIGRTMIN that waits already is not queued again. Where the queue is full, such a
 * signal still comes, without what would be known of it. group: to the process.
 */
static int __send_signal(const struct kernel_siginfo *info, struct task_struct *p, bool group)
{
	struct sigpending *pending = group ? &p->signal->shared_pending : &p->pending;
	int sig = info->si_signo;
	struct sigqueue *q = NULL;

	prepare_signal(sig, p);
	if (sig_ignored(p, sig))
		return 0;
	if (sig < SIGRTMIN && (pending->signal & sigmask(sig)))
		return 0;
	if ((unsigned long)atomic_read(&nr_queued) < p->signal->rlim[RLIMIT_SIGPENDING].rlim_cur || (sig < SIGRTMIN && info->si_code > SI_USER))
		q = kmem_cache_alloc(sigqueue_cachep, GFP_ATOMIC);
	if (q) {
		q->info = *info;
		q->flags = 0;
		atomic_inc(&nr_queued);
		list_add_tail(&q->list, &pending->list);
	} else if (sig >= SIGRTMIN && info->si_code != SI_USER) {
		return -EAGAIN;
	}
	pending->signal |= sigmask(sig);
	trace_signal_generate(sig, p, group);
	complete_signal(sig, p, group);
	return 0;
}

static int send_sig_info(const struct kernel_siginfo *info, struct task_struct *p, bool group)
{
	unsigned long flags;
	int ret;

	/* Kernel threads ignore all signals; the dead need none. */
	if ((p->flags & PF_KTHREAD) || (!group && (p->flags & PF_EXITING)) || !p->sighand || !p->signal->live)
		return 0;
	spin_lock_irqsave(&p->sighand->siglock, flags);
	ret = __send_signal(info, p, group);
	spin_unlock_irqrestore(&p->sighand->siglock, flags);
	return ret;
}

static struct kernel_siginfo sig_info(int sig, int priv)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = priv ? SI_KERNEL : SI_USER };

	if (!priv)
		info.si_pid = current->tgid;
	return info;
}

int send_sig(int sig, struct task_struct *p, int priv)
{
	struct kernel_siginfo info = sig_info(sig, priv);

	return send_sig_info(&info, p, false);
}

int send_group_sig(int sig, struct task_struct *p, int priv)
{
	struct kernel_siginfo info = sig_info(sig, priv);

	return send_sig_info(&info, p, true);
}

struct sigqueue *sigqueue_alloc(void)
{
	struct sigqueue *q;

	if ((unsigned long)atomic_read(&nr_queued) >= current->signal->rlim[RLIMIT_SIGPENDING].rlim_cur)
		return NULL;
	q = kmem_cache_zalloc(sigqueue_cachep, GFP_KERNEL);
	if (!q)
		return NULL;
	atomic_inc(&nr_queued);
	INIT_LIST_HEAD(&q->list);
	q->flags = SIGQUEUE_PREALLOC;
	return q;
}

/* One that waits goes when it is taken. */
void sigqueue_free(struct sigqueue *q)
{
	unsigned long flags;
	bool waits;

	spin_lock_irqsave(&current->sighand->siglock, flags);
	q->flags &= ~SIGQUEUE_PREALLOC;
	q->sys_private = 0;
	waits = !list_empty(&q->list);
	spin_unlock_irqrestore(&current->sighand->siglock, flags);
	if (!waits)
		__sigqueue_free(q);
}

bool send_sigqueue(struct sigqueue *q, struct task_struct *p, bool group, unsigned int sys_private)
{
	struct sigpending *pending = group ? &p->signal->shared_pending : &p->pending;
	int sig = q->info.si_signo;
	bool ignored = false;
	unsigned long flags;

	if ((!group && (p->flags & PF_EXITING)) || !p->sighand || !p->signal->live)
		return false;
	spin_lock_irqsave(&p->sighand->siglock, flags);
	prepare_signal(sig, p);
	q->sys_private = sys_private;
	if (sig_ignored(p, sig)) {
		ignored = true;
	} else if (!list_empty(&q->list)) {
		q->info.si_overrun++;
	} else {
		q->info.si_overrun = 0;
		list_add_tail(&q->list, &pending->list);
		pending->signal |= sigmask(sig);
		trace_signal_generate(sig, p, group);
		complete_signal(sig, p, group);
	}
	spin_unlock_irqrestore(&p->sighand->siglock, flags);
	return ignored;
}

int send_group_sig_info(const struct kernel_siginfo *info, struct task_struct *p)
{
	return send_sig_info(info, p, true);
}

/* 0 when one process of the group got it, or would have: sig 0 asks only whether there is one. tasklist_lock is held. */
static int __kill_pgrp_info(pid_t pgrp, const struct kernel_siginfo *info)
{
	struct task_struct *p;
	int ret = -ESRCH;

	for_each_process(p) {
		if (p->signal->pgrp != pgrp)
			continue;
		if (!info->si_signo || !send_sig_info(info, p, true))
			ret = 0;
	}
	return ret;
}

static int kill_pgrp_info(pid_t pgrp, const struct kernel_siginfo *info)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&tasklist_lock, flags);
	ret = __kill_pgrp_info(pgrp, info);
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

int __kill_pgrp(pid_t pgrp, int sig, int priv)
{
	struct kernel_siginfo info = sig_info(sig, priv);

	return __kill_pgrp_info(pgrp, &info);
}

int kill_pgrp(pid_t pgrp, int sig, int priv)
{
	struct kernel_siginfo info = sig_info(sig, priv);

	return kill_pgrp_info(pgrp, &info);
}

/*
 * The parent ignores SIGCHLD, or says that it will not wait: then it is not even told.
 * Simplified: that kthreadd ignores all signals stands here; there it has a table of handlers that says so.
 */
bool do_notify_parent(struct task_struct *tsk)
{
	struct task_struct *parent = tsk->real_parent;
	int sig = tsk->exit_signal;
	struct kernel_siginfo info = { .si_signo = sig, .si_pid = tsk->tgid };
	bool autoreap = parent == kthreadd_task;

	if (sig == SIGCHLD && parent->sighand) {
		struct k_sigaction *ka = &parent->sighand->action[SIGCHLD - 1];

		autoreap = ka->sa_handler == SIG_IGN || (ka->sa_flags & SA_NOCLDWAIT);
		if (ka->sa_handler == SIG_IGN)
			sig = 0;
	}
	if (tsk->exit_code & 0x7f) {
		info.si_code = CLD_KILLED;
		info.si_status = tsk->exit_code & 0x7f;
	} else {
		info.si_code = CLD_EXITED;
		info.si_status = tsk->exit_code >> 8;
	}
	if (sig > 0 && sig <= NSIG)
		send_sig_info(&info, parent, true);
	__wake_up(&parent->signal->wait_chldexit, TASK_INTERRUPTIBLE, 0, tsk);
	return autoreap;
}

/* Linux: force_sig_info_to_task(). */
static void force_sig_info(const struct kernel_siginfo *info)
{
	struct task_struct *tsk = current;
	struct k_sigaction *action;
	int sig = info->si_signo;
	unsigned long flags;

	spin_lock_irqsave(&tsk->sighand->siglock, flags);
	action = &tsk->sighand->action[sig - 1];
	if ((tsk->blocked & sigmask(sig)) || action->sa_handler == SIG_IGN) {
		action->sa_handler = SIG_DFL;
		tsk->blocked &= ~sigmask(sig);
		recalc_sigpending(tsk);
	}
	/* What init has brought on itself ends even init. */
	if (action->sa_handler == SIG_DFL)
		tsk->signal->flags &= ~SIGNAL_UNKILLABLE;
	__send_signal(info, tsk, false);
	spin_unlock_irqrestore(&tsk->sighand->siglock, flags);
}

void force_sig(int sig)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = SI_KERNEL };

	force_sig_info(&info);
}

void force_sig_fault(int sig, int code, unsigned long addr)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = code, .si_addr = addr };

	force_sig_info(&info);
}

void force_fatal_sig(int sig)
{
	if (current->sighand)
		current->sighand->action[sig - 1].sa_handler = SIG_DFL;
	force_sig(sig);
}

void force_sigsegv(int sig)
{
	if (sig == SIGSEGV)
		current->sighand->action[SIGSEGV - 1].sa_handler = SIG_DFL;
	force_sig(SIGSEGV);
}

static struct sighand_struct *new_sighand(const struct sighand_struct *from)
{
	struct sighand_struct *sighand = kzalloc(sizeof(*sighand), GFP_KERNEL);

	if (!sighand)
		return NULL;
	if (from)
		memcpy(sighand->action, from->action, sizeof(sighand->action));
	sighand->count = 1;
	spin_lock_init(&sighand->siglock);
	return sighand;
}

int copy_sighand(unsigned long clone_flags, struct task_struct *p)
{
	struct sighand_struct *old = current->sighand;

	if (!old)
		return 0;
	if (clone_flags & CLONE_SIGHAND) {
		old->count++;
		return 0;
	}
	p->sighand = new_sighand(old);
	if (!p->sighand)
		return -ENOMEM;
	if (clone_flags & CLONE_CLEAR_SIGHAND)
		flush_signal_handlers(p, false);
	return 0;
}

void put_sighand(struct task_struct *p)
{
	struct sighand_struct *sighand = p->sighand;

	p->sighand = NULL;
	if (sighand && !--sighand->count)
		kfree(sighand);
}

int unshare_sighand(void)
{
	struct sighand_struct *old = current->sighand, *new;

	if (old && old->count == 1)
		return 0;
	new = new_sighand(old);
	if (!new)
		return -ENOMEM;
	current->sighand = new;
	if (old)
		old->count--;
	return 0;
}

void flush_signal_handlers(struct task_struct *tsk, bool force)
{
	int i;

	for (i = 0; i < NSIG; i++) {
		struct k_sigaction *ka = &tsk->sighand->action[i];

		if (force || ka->sa_handler != SIG_IGN)
			ka->sa_handler = SIG_DFL;
		ka->sa_flags = 0;
		ka->sa_restorer = NULL;
		ka->sa_mask = 0;
	}
}

/* What waits for the process and this thread will not take, others may. Linux: retarget_shared_pending(). siglock is held. */
static void retarget_shared_pending(struct task_struct *tsk, unsigned long which)
{
	unsigned long retarget = tsk->signal->shared_pending.signal & which;
	struct task_struct *t;

	if (!retarget)
		return;
	for_each_thread(tsk, t) {
		if (t == tsk || (t->flags & PF_EXITING) || !(retarget & ~t->blocked))
			continue;
		retarget &= t->blocked;
		if (!signal_pending(t))
			signal_wake_up(t, false);
		if (!retarget)
			break;
	}
}

/*
 * From here on nobody can send it anything; what was its to deal with, another thread must. A sender that has chosen it has told it so
 * before siglock is free, or sees that it ends.
 */
void exit_signals(struct task_struct *tsk)
{
	unsigned long flags;
	bool pending;

	if (!tsk->sighand || thread_group_empty(tsk) || (tsk->signal->flags & SIGNAL_GROUP_EXIT)) {
		tsk->flags |= PF_EXITING;
		return;
	}
	spin_lock_irqsave(&tsk->sighand->siglock, flags);
	tsk->flags |= PF_EXITING;
	pending = signal_pending(tsk);
	if (pending)
		retarget_shared_pending(tsk, ~tsk->blocked);
	spin_unlock_irqrestore(&tsk->sighand->siglock, flags);
	if (pending)
		exit_group_stop(tsk);
}

void zap_other_threads(void)
{
	struct task_struct *t;

	for_each_thread(current, t) {
		if (t == current || t->exit_state)
			continue;
		t->jobctl = 0;
		t->pending.signal |= sigmask(SIGKILL);
		signal_wake_up(t, true);
	}
}

void __exit_signal(struct task_struct *tsk)
{
	flush_sigqueue_mask(~0UL, &tsk->pending);
	if (!tsk->signal->nr_threads)
		flush_sigqueue_mask(~0UL, &tsk->signal->shared_pending);
	clear_tsk_thread_flag(tsk, TIF_SIGPENDING);
	put_sighand(tsk);
}

/* Out of the queue into info. Not 0: a timer's, which is to be started again. Linux: collect_signal(). */
static unsigned int collect_signal(int sig, struct sigpending *list, struct kernel_siginfo *info)
{
	struct sigqueue *q, *first = NULL;
	unsigned int rearm = 0;
	bool more = false;

	list_for_each_entry(q, &list->list, list) {
		if (q->info.si_signo != sig)
			continue;
		if (first)
			more = true;
		else
			first = q;
	}
	if (!more)
		list->signal &= ~sigmask(sig);
	if (first) {
		*info = first->info;
		if (first->flags & SIGQUEUE_PREALLOC)
			rearm = first->sys_private;
		__sigqueue_free(first);
	} else {
		*info = (struct kernel_siginfo) { .si_signo = sig, .si_code = SI_USER };
	}
	return rearm;
}

/*
 * What the task has brought on itself comes before all else, and of it what came first: its registers still say what
 * happened. Then the lowest number. Linux: dequeue_synchronous_signal(), next_signal().
 */
static int dequeue_from(struct sigpending *pending, unsigned long mask, struct kernel_siginfo *info, unsigned int *rearm)
{
	unsigned long ready = pending->signal & ~mask;
	int sig;

	if (!ready)
		return 0;
	if (ready & SYNCHRONOUS_MASK)
		ready &= SYNCHRONOUS_MASK;
	sig = __builtin_ctzl(ready) + 1;
	*rearm = collect_signal(sig, pending, info);
	return sig;
}

/* mask: those that are not to come. siglock is held, and given away meanwhile if a timer is to start again. */
static int dequeue_signal(struct task_struct *tsk, unsigned long mask, struct kernel_siginfo *info)
{
	unsigned int rearm = 0;
	struct sigqueue *q;
	int sig;

	list_for_each_entry(q, &tsk->pending.list, list) {
		if (q->info.si_code > SI_USER && (SYNCHRONOUS_MASK & ~mask & sigmask(q->info.si_signo))) {
			sig = q->info.si_signo;
			collect_signal(sig, &tsk->pending, info);
			return sig;
		}
	}
	sig = dequeue_from(&tsk->pending, mask, info, &rearm);
	if (!sig)
		sig = dequeue_from(&tsk->signal->shared_pending, mask, info, &rearm);
	if (rearm) {
		spin_unlock_irq(&tsk->sighand->siglock);
		posixtimer_rearm(info, rearm);
		spin_lock_irq(&tsk->sighand->siglock);
	}
	return sig;
}

bool get_signal(struct ksignal *ksig)
{
	struct task_struct *tsk = current;
	struct sighand_struct *sighand = tsk->sighand;
	struct k_sigaction *ka;
	int sig;

relock:
	spin_lock_irq(&sighand->siglock);
	if (tell_of_continue())
		goto relock;
	for (;;) {
		/* The process ends, or its other threads do for an exec. */
		if (tsk->signal->flags & SIGNAL_GROUP_EXIT || tsk->signal->group_exec_task) {
			spin_unlock_irq(&sighand->siglock);
			do_group_exit(tsk->signal->group_exit_code);
		}
		if ((tsk->jobctl & JOBCTL_STOP_PENDING) && do_signal_stop(0))
			goto relock;
		sig = dequeue_signal(tsk, tsk->blocked, &ksig->info);
		recalc_sigpending(tsk);
		if (!sig)
			break;
		ka = &sighand->action[sig - 1];
		trace_signal_deliver(sig, ka);
		if (sig_task_ignored(tsk, sig))
			continue;
		if (ka->sa_handler == SIG_DFL && (sigmask(sig) & SIG_KERNEL_STOP_MASK)) {
			bool orphaned = false;

			tsk->jobctl |= JOBCTL_STOP_DEQUEUED;
			/* What the terminal sends does not stop whom nobody could let go on. */
			if (sig != SIGSTOP) {
				spin_unlock_irq(&sighand->siglock);
				orphaned = is_current_pgrp_orphaned();
				spin_lock_irq(&sighand->siglock);
			}
			if (!orphaned && do_signal_stop(sig))
				goto relock;
			continue;
		}
		if (ka->sa_handler == SIG_DFL) {
			spin_unlock_irq(&sighand->siglock);
			do_group_exit(sig);
		}
		ksig->ka = *ka;
		ksig->sig = sig;
		if (ka->sa_flags & SA_RESETHAND)
			ka->sa_handler = SIG_DFL;
		break;
	}
	spin_unlock_irq(&sighand->siglock);
	return sig != 0;
}

void set_current_blocked(unsigned long set)
{
	struct task_struct *tsk = current;

	spin_lock_irq(&tsk->sighand->siglock);
	if (!thread_group_empty(tsk))
		retarget_shared_pending(tsk, set & ~UNBLOCKABLE & ~tsk->blocked);
	tsk->blocked = set & ~UNBLOCKABLE;
	recalc_sigpending(tsk);
	spin_unlock_irq(&tsk->sighand->siglock);
}

int set_user_sigmask(const unsigned long __user *umask, size_t sigsetsize)
{
	unsigned long mask;

	if (!umask)
		return 0;
	if (sigsetsize != sizeof(mask))
		return -EINVAL;
	if (copy_from_user(&mask, umask, sizeof(mask)))
		return -EFAULT;
	current->restore_sigmask = true;
	current->saved_sigmask = current->blocked;
	set_current_blocked(mask);
	return 0;
}

void restore_saved_sigmask(void)
{
	if (current->restore_sigmask) {
		current->restore_sigmask = false;
		set_current_blocked(current->saved_sigmask);
	}
}

void restore_saved_sigmask_unless(bool interrupted)
{
	if (!interrupted)
		restore_saved_sigmask();
}

unsigned long sigmask_to_save(void)
{
	return current->restore_sigmask ? current->saved_sigmask : current->blocked;
}

void signal_setup_done(int failed, struct ksignal *ksig)
{
	struct task_struct *tsk = current;
	unsigned long blocked = tsk->blocked | ksig->ka.sa_mask;

	if (failed) {
		force_sigsegv(ksig->sig);
		return;
	}
	/* The frame has the old mask. */
	tsk->restore_sigmask = false;
	if (!(ksig->ka.sa_flags & SA_NODEFER))
		blocked |= sigmask(ksig->sig);
	set_current_blocked(blocked);
	if (tsk->altstack.ss_flags & (int)SS_AUTODISARM)
		tsk->altstack = (stack_t) { .ss_flags = SS_DISABLE };
}

/* Simplified: a unikernel's application has no handlers; its frames would need the selectors of ring 0. To ignore a signal takes none. */
SYSCALL_DEFINE4(rt_sigaction, int, sig, const struct k_sigaction __user *, act, struct k_sigaction __user *, oact, size_t, sigsetsize)
{
	struct sighand_struct *sighand = current->sighand;
	struct k_sigaction old, new;

	if (!sighand)
		return -ENOSYS;
	if (sigsetsize != sizeof(new.sa_mask))
		return -EINVAL;
	if (act && copy_from_user(&new, act, sizeof(new)))
		return -EFAULT;
	if (act && is_ukl_thread() && new.sa_handler != SIG_DFL && new.sa_handler != SIG_IGN)
		return -ENOSYS;
	if (sig < 1 || sig > NSIG || (act && (sigmask(sig) & UNBLOCKABLE)))
		return -EINVAL;
	spin_lock_irq(&sighand->siglock);
	old = sighand->action[sig - 1];
	if (act) {
		new.sa_flags &= UAPI_SA_FLAGS;
		new.sa_mask &= ~UNBLOCKABLE;
		sighand->action[sig - 1] = new;
		/* POSIX: what is ignored from now on is ignored also where it waits, blocked or not. */
		if (sig_handler_ignored(new.sa_handler, sig)) {
			struct task_struct *t;

			flush_sigqueue_mask(sigmask(sig), &current->signal->shared_pending);
			for_each_thread(current, t)
				flush_sigqueue_mask(sigmask(sig), &t->pending);
			recalc_sigpending(current);
		}
	}
	spin_unlock_irq(&sighand->siglock);
	return oact && copy_to_user(oact, &old, sizeof(old)) ? -EFAULT : 0;
}

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define SIG_SETMASK	2

SYSCALL_DEFINE4(rt_sigprocmask, int, how, const unsigned long __user *, nset, unsigned long __user *, oset, size_t, sigsetsize)
{
	unsigned long old = current->blocked, set;

	if (sigsetsize != sizeof(set))
		return -EINVAL;
	if (nset) {
		if (copy_from_user(&set, nset, sizeof(set)))
			return -EFAULT;
		if (how == SIG_BLOCK)
			set |= old;
		else if (how == SIG_UNBLOCK)
			set = old & ~set;
		else if (how != SIG_SETMASK)
			return -EINVAL;
		set_current_blocked(set);
	}
	return oset && copy_to_user(oset, &old, sizeof(old)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(rt_sigpending, unsigned long __user *, set, size_t, sigsetsize)
{
	unsigned long pending = (current->pending.signal | current->signal->shared_pending.signal) & current->blocked;

	if (sigsetsize > sizeof(pending))
		return -EINVAL;
	return copy_to_user(set, &pending, sigsetsize) ? -EFAULT : 0;
}

static bool __on_sig_stack(unsigned long sp)
{
	const stack_t *stack = &current->altstack;

	return sp > stack->ss_sp && sp - stack->ss_sp <= stack->ss_size;
}

bool on_sig_stack(unsigned long sp)
{
	/* It disarms itself while it is in use, so nobody can be on it. */
	return !(current->altstack.ss_flags & (int)SS_AUTODISARM) && __on_sig_stack(sp);
}

int sas_ss_flags(unsigned long sp)
{
	if (!current->altstack.ss_size)
		return SS_DISABLE;
	return on_sig_stack(sp) ? SS_ONSTACK : 0;
}

int do_sigaltstack(const stack_t *ss, stack_t *oss, unsigned long sp)
{
	stack_t *stack = &current->altstack;
	int mode;

	if (oss) {
		memset(oss, 0, sizeof(*oss));
		oss->ss_sp = stack->ss_sp;
		oss->ss_size = stack->ss_size;
		oss->ss_flags = sas_ss_flags(sp) | (stack->ss_flags & (int)SS_FLAG_BITS);
	}
	if (!ss)
		return 0;
	if (on_sig_stack(sp))
		return -EPERM;
	mode = ss->ss_flags & ~(int)SS_FLAG_BITS;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode != SS_DISABLE && ss->ss_size < MINSIGSTKSZ)
		return -ENOMEM;
	*stack = *ss;
	if (mode == SS_DISABLE) {
		stack->ss_size = 0;
		stack->ss_sp = 0;
	}
	return 0;
}

SYSCALL_DEFINE2(sigaltstack, const stack_t __user *, uss, stack_t __user *, uoss)
{
	stack_t old, new;
	int ret;

	if (uss && copy_from_user(&new, uss, sizeof(new)))
		return -EFAULT;
	ret = do_sigaltstack(uss ? &new : NULL, uoss ? &old : NULL, current_pt_regs()->sp);
	if (!ret && uoss && copy_to_user(uoss, &old, sizeof(old)))
		ret = -EFAULT;
	return ret;
}

/* Signal 0 asks only whether there is somebody. */
static long do_send(struct task_struct *p, int sig, int code, bool group)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = code, .si_pid = current->tgid };

	if (!p)
		return -ESRCH;
	return sig ? send_sig_info(&info, p, group) : 0;
}

/* Everybody but init and oneself. Linux: kill_something_info(). */
static long kill_all(int sig)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = SI_USER, .si_pid = current->tgid };
	struct task_struct *p;
	unsigned long flags;
	long ret = -ESRCH;

	spin_lock_irqsave(&tasklist_lock, flags);
	for_each_process(p) {
		if (p->pid > 1 && p->tgid != current->tgid) {
			ret = 0;
			if (sig)
				send_sig_info(&info, p, true);
		}
	}
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return ret;
}

SYSCALL_DEFINE2(kill, int, pid, int, sig)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = SI_USER, .si_pid = current->tgid };

	if (pid == INT_MIN)
		return -ESRCH;
	if (sig < 0 || sig > NSIG)
		return pid > 0 && !find_task_by_vpid(pid) ? -ESRCH : -EINVAL;
	if (pid > 0)
		return do_send(find_task_by_vpid(pid), sig, SI_USER, true);
	return pid == -1 ? kill_all(sig) : kill_pgrp_info(pid ? -pid : current->signal->pgrp, &info);
}

static long do_tkill(int tgid, int pid, int sig)
{
	struct task_struct *p = find_task_by_vpid(pid);

	if (!p || (tgid > 0 && p->tgid != tgid))
		return -ESRCH;
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	return do_send(p, sig, SI_TKILL, false);
}

SYSCALL_DEFINE2(tkill, int, pid, int, sig)
{
	return pid <= 0 ? -EINVAL : do_tkill(0, pid, sig);
}

SYSCALL_DEFINE3(tgkill, int, tgid, int, pid, int, sig)
{
	return tgid <= 0 || pid <= 0 ? -EINVAL : do_tkill(tgid, pid, sig);
}

/* With whatever the sender says of it, but not as if it came from the kernel or from kill(), unless it is for itself. Linux: do_rt_sigqueueinfo(). */
static long do_sigqueueinfo(pid_t tgid, pid_t pid, int sig, const struct kernel_siginfo __user *uinfo, bool group)
{
	struct kernel_siginfo info;
	struct task_struct *p;

	if (copy_from_user(&info, uinfo, sizeof(info)))
		return -EFAULT;
	info.si_signo = sig;
	if ((info.si_code >= 0 || info.si_code == SI_TKILL) && current->pid != pid)
		return -EPERM;
	p = find_task_by_vpid(pid);
	if (!p || (tgid && p->tgid != tgid))
		return -ESRCH;
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	return sig ? send_sig_info(&info, p, group) : 0;
}

SYSCALL_DEFINE3(rt_sigqueueinfo, pid_t, pid, int, sig, const struct kernel_siginfo __user *, uinfo)
{
	return do_sigqueueinfo(0, pid, sig, uinfo, true);
}

SYSCALL_DEFINE4(rt_tgsigqueueinfo, pid_t, tgid, pid_t, pid, int, sig, const struct kernel_siginfo __user *, uinfo)
{
	return tgid <= 0 || pid <= 0 ? -EINVAL : do_sigqueueinfo(tgid, pid, sig, uinfo, false);
}

/* A signal of the set, without its handler, or -EAGAIN when the time is over. Linux: do_sigtimedwait(). */
static long do_sigtimedwait(unsigned long these, struct kernel_siginfo *info, ktime_t until)
{
	struct task_struct *tsk = current;
	unsigned long mask = ~these | UNBLOCKABLE;
	bool expired = true;
	int sig;

	spin_lock_irq(&tsk->sighand->siglock);
	sig = dequeue_signal(tsk, mask, info);
	if (!sig && until) {
		/* While it sleeps, these are not blocked: so that they wake it. */
		tsk->real_blocked = tsk->blocked;
		tsk->blocked &= mask;
		recalc_sigpending(tsk);
		set_current_state(TASK_INTERRUPTIBLE);
		spin_unlock_irq(&tsk->sighand->siglock);
		expired = !schedule_hrtimeout(until);
		spin_lock_irq(&tsk->sighand->siglock);
		tsk->blocked = tsk->real_blocked;
		tsk->real_blocked = 0;
		sig = dequeue_signal(tsk, mask, info);
	}
	recalc_sigpending(tsk);
	spin_unlock_irq(&tsk->sighand->siglock);
	if (sig)
		return sig;
	return expired ? -EAGAIN : -EINTR;
}

SYSCALL_DEFINE4(rt_sigtimedwait, const unsigned long __user *, uthese, struct kernel_siginfo __user *, uinfo,
		const struct timespec64 __user *, uts, size_t, sigsetsize)
{
	struct kernel_siginfo info;
	ktime_t until = KTIME_MAX;
	struct timespec64 ts;
	unsigned long these;
	long ret;

	if (sigsetsize != sizeof(these))
		return -EINVAL;
	if (copy_from_user(&these, uthese, sizeof(these)))
		return -EFAULT;
	if (uts) {
		if (copy_from_user(&ts, uts, sizeof(ts)))
			return -EFAULT;
		if (!timespec64_valid(&ts))
			return -EINVAL;
		until = ts.tv_sec || ts.tv_nsec ? ktime_add_safe(ktime_get(), timespec64_to_ktime(&ts)) : 0;
	}
	if (!current->sighand)
		return -ENOSYS;
	ret = do_sigtimedwait(these, &info, until);
	if (ret > 0 && uinfo && copy_to_user(uinfo, &info, sizeof(info)))
		ret = -EFAULT;
	return ret;
}

/* Not called by programs: a call that was interrupted and has a time to keep goes on here. */
SYSCALL_DEFINE0(restart_syscall)
{
	struct restart_block *restart = &current->restart_block;

	return restart->fn ? restart->fn(restart) : -EINTR;
}

/* Until a handler has run. Linux: sigsuspend(). */
SYSCALL_DEFINE2(rt_sigsuspend, const unsigned long __user *, unewset, size_t, sigsetsize)
{
	int ret;

	if (sigsetsize != sizeof(unsigned long))
		return -EINVAL;
	if (!unewset)
		return -EFAULT;
	ret = set_user_sigmask(unewset, sigsetsize);
	if (ret)
		return ret;
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return -ERESTARTNOHAND;
}

SYSCALL_DEFINE0(pause)
{
	while (!signal_pending(current)) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return -ERESTARTNOHAND;
}
