/*
 * Signals: sending them, what a task wants done with them, and which comes next. Linux: kernel/signal.c. The frames that
 * handlers run on: arch/x86/kernel/signal.c.
 * Simplified: one thread, so what is sent to the process and what is sent to the thread wait in one queue; nothing stops or
 * continues a task; no core is dumped.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/ptrace.h>

/* Without a handler these do nothing. */
#define SIG_IGNORED_BY_DEFAULT \
	(sigmask(SIGCHLD) | sigmask(SIGCONT) | sigmask(SIGURG) | sigmask(SIGWINCH) | \
	 sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define UNBLOCKABLE	(sigmask(SIGKILL) | sigmask(SIGSTOP))
/* The task cannot go on before these are dealt with. */
#define SYNCHRONOUS_MASK \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) | sigmask(SIGFPE) | sigmask(SIGSYS))

static struct kmem_cache *sigqueue_cachep;
static int nr_queued;

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

bool unhandled_signal(struct task_struct *tsk, int sig)
{
	void *handler = sig_handler(tsk, sig);

	return handler == SIG_DFL || handler == SIG_IGN;
}

static void recalc_sigpending(struct task_struct *p)
{
	if (p->pending.signal & ~p->blocked)
		set_tsk_thread_flag(p, TIF_SIGPENDING);
	else
		clear_tsk_thread_flag(p, TIF_SIGPENDING);
}

static void sigqueue_free(struct sigqueue *q)
{
	list_del(&q->list);
	nr_queued--;
	kmem_cache_free(sigqueue_cachep, q);
}

/* Takes all signals of mask out of the queue. */
static void flush_sigqueue_mask(unsigned long mask, struct sigpending *s)
{
	struct sigqueue *q, *n;

	s->signal &= ~mask;
	list_for_each_entry_safe(q, n, &s->list, list) {
		if (mask & sigmask(q->info.si_signo))
			sigqueue_free(q);
	}
}

/*
 * p's siglock is held. A signal below SIGRTMIN that waits already is not queued again. Where the queue is full, such a
 * signal still comes, without what would be known of it.
 */
static int __send_signal(const struct kernel_siginfo *info, struct task_struct *p)
{
	int sig = info->si_signo;
	struct sigqueue *q = NULL;

	if (sig_handler_ignored(sig_handler(p, sig), sig) && !(p->blocked & sigmask(sig)))
		return 0;
	if (sig < SIGRTMIN && (p->pending.signal & sigmask(sig)))
		return 0;
	if (nr_queued < MAX_QUEUED || (sig < SIGRTMIN && info->si_code > SI_USER))
		q = kmem_cache_alloc(sigqueue_cachep, GFP_ATOMIC);
	if (q) {
		q->info = *info;
		nr_queued++;
		list_add_tail(&q->list, &p->pending.list);
	} else if (sig >= SIGRTMIN && info->si_code != SI_USER) {
		return -EAGAIN;
	}
	p->pending.signal |= sigmask(sig);
	if (p->blocked & sigmask(sig))
		return 0;
	set_tsk_thread_flag(p, TIF_SIGPENDING);
	try_to_wake_up(p, TASK_INTERRUPTIBLE | (sig == SIGKILL ? TASK_WAKEKILL : 0), 0);
	return 0;
}

static int send_sig_info(const struct kernel_siginfo *info, struct task_struct *p)
{
	unsigned long flags;
	int ret;

	/* Kernel threads ignore all signals; the dead need none. */
	if ((p->flags & (PF_KTHREAD | PF_EXITING)) || !p->sighand)
		return 0;
	spin_lock_irqsave(&p->sighand->siglock, flags);
	ret = __send_signal(info, p);
	spin_unlock_irqrestore(&p->sighand->siglock, flags);
	return ret;
}

int send_sig(int sig, struct task_struct *p, int priv)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = priv ? SI_KERNEL : SI_USER };

	if (!priv)
		info.si_pid = current->tgid;
	return send_sig_info(&info, p);
}

void send_sigchld(struct task_struct *tsk, struct task_struct *parent)
{
	struct kernel_siginfo info = { .si_signo = SIGCHLD, .si_pid = tsk->tgid };

	if (tsk->exit_code & 0x7f) {
		info.si_code = CLD_KILLED;
		info.si_status = tsk->exit_code & 0x7f;
	} else {
		info.si_code = CLD_EXITED;
		info.si_status = tsk->exit_code >> 8;
	}
	send_sig_info(&info, parent);
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
	__send_signal(info, tsk);
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

void force_sigsegv(int sig)
{
	if (sig == SIGSEGV)
		current->sighand->action[SIGSEGV - 1].sa_handler = SIG_DFL;
	force_sig(SIGSEGV);
}

int exec_signals(void)
{
	struct task_struct *tsk = current;
	int i;

	if (!tsk->sighand) {
		tsk->sighand = kzalloc(sizeof(*tsk->sighand), GFP_KERNEL);
		if (!tsk->sighand)
			return -ENOMEM;
		spin_lock_init(&tsk->sighand->siglock);
	}
	for (i = 0; i < NSIG; i++) {
		struct k_sigaction *ka = &tsk->sighand->action[i];

		if (ka->sa_handler != SIG_IGN)
			ka->sa_handler = SIG_DFL;
		ka->sa_flags = 0;
		ka->sa_restorer = NULL;
		ka->sa_mask = 0;
	}
	tsk->altstack = (stack_t) { .ss_flags = SS_DISABLE };
	return 0;
}

/* From here on nobody can send it anything. */
void exit_signals(struct task_struct *tsk)
{
	tsk->flags |= PF_EXITING;
}

void __exit_signal(struct task_struct *tsk)
{
	flush_sigqueue_mask(~0UL, &tsk->pending);
	clear_tsk_thread_flag(tsk, TIF_SIGPENDING);
	kfree(tsk->sighand);
	tsk->sighand = NULL;
}

/* Out of the queue into info. Linux: collect_signal(). */
static void collect_signal(int sig, struct sigpending *list, struct kernel_siginfo *info)
{
	struct sigqueue *q, *first = NULL;
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
		sigqueue_free(first);
	} else {
		*info = (struct kernel_siginfo) { .si_signo = sig, .si_code = SI_USER };
	}
}

/*
 * What the task has brought on itself comes before all else, and of it what came first: its registers still say what
 * happened. Then the lowest number. Linux: dequeue_synchronous_signal(), next_signal().
 */
static int dequeue_signal(struct task_struct *tsk, struct kernel_siginfo *info)
{
	unsigned long ready = tsk->pending.signal & ~tsk->blocked;
	struct sigqueue *q;
	int sig;

	if (!ready)
		return 0;
	list_for_each_entry(q, &tsk->pending.list, list) {
		if (q->info.si_code > SI_USER && (ready & SYNCHRONOUS_MASK & sigmask(q->info.si_signo))) {
			sig = q->info.si_signo;
			collect_signal(sig, &tsk->pending, info);
			return sig;
		}
	}
	if (ready & SYNCHRONOUS_MASK)
		ready &= SYNCHRONOUS_MASK;
	sig = __builtin_ctzl(ready) + 1;
	collect_signal(sig, &tsk->pending, info);
	return sig;
}

bool get_signal(struct ksignal *ksig)
{
	struct task_struct *tsk = current;
	struct sighand_struct *sighand = tsk->sighand;
	struct k_sigaction *ka;
	int sig;

	spin_lock_irq(&sighand->siglock);
	for (;;) {
		sig = dequeue_signal(tsk, &ksig->info);
		recalc_sigpending(tsk);
		if (!sig)
			break;
		ka = &sighand->action[sig - 1];
		if (sig_handler_ignored(ka->sa_handler, sig))
			continue;
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

/* Simplified: a unikernel's application has no handlers; its frames would need the selectors of ring 0. */
SYSCALL_DEFINE4(rt_sigaction, int, sig, const struct k_sigaction __user *, act, struct k_sigaction __user *, oact, size_t, sigsetsize)
{
	struct sighand_struct *sighand = current->sighand;
	struct k_sigaction old, new;

	if (!sighand || is_ukl_thread())
		return -ENOSYS;
	if (sigsetsize != sizeof(new.sa_mask))
		return -EINVAL;
	if (act && copy_from_user(&new, act, sizeof(new)))
		return -EFAULT;
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
			flush_sigqueue_mask(sigmask(sig), &current->pending);
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
	unsigned long pending = current->pending.signal & current->blocked;

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
static long do_send(struct task_struct *p, int sig, int code)
{
	struct kernel_siginfo info = { .si_signo = sig, .si_code = code, .si_pid = current->tgid };

	if (!p)
		return -ESRCH;
	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	return sig ? send_sig_info(&info, p) : 0;
}

/* Simplified: a process group is one process, and -1 (everybody but init and oneself) is nobody. */
SYSCALL_DEFINE2(kill, int, pid, int, sig)
{
	struct task_struct *p = pid == 0 || pid == -current->tgid ? current : pid > 0 ? find_task_by_vpid(pid) : NULL;

	return do_send(p, sig, SI_USER);
}

SYSCALL_DEFINE2(tkill, int, pid, int, sig)
{
	return pid <= 0 ? -EINVAL : do_send(find_task_by_vpid(pid), sig, SI_TKILL);
}

SYSCALL_DEFINE3(tgkill, int, tgid, int, pid, int, sig)
{
	struct task_struct *p;

	if (tgid <= 0 || pid <= 0)
		return -EINVAL;
	p = find_task_by_vpid(pid);
	return do_send(p && p->tgid == tgid ? p : NULL, sig, SI_TKILL);
}
