/*
 * Signals: sending them, and what is done when a task goes back to user mode with one pending.
 * Linux: kernel/signal.c, arch/x86/kernel/signal.c, arch/x86/include/uapi/asm/sigcontext.h.
 * Simplified: no queues, so a signal that is pending already does not count twice; nothing stops or continues a task.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/fpu.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>

#define sigmask(sig)	(1UL << ((sig) - 1))
/* Without a handler these do nothing. */
#define SIG_IGNORED_BY_DEFAULT \
	(sigmask(SIGCHLD) | sigmask(SIGCONT) | sigmask(SIGURG) | sigmask(SIGWINCH) | \
	 sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
#define UNBLOCKABLE	(sigmask(SIGKILL) | sigmask(SIGSTOP))

static void *handler_of(struct task_struct *p, int sig)
{
	return p->sighand ? p->sighand->action[sig - 1].sa_handler : SIG_DFL;
}

static bool is_ignored(struct task_struct *p, int sig)
{
	void *handler = handler_of(p, sig);

	return handler == SIG_IGN || (handler == SIG_DFL && (SIG_IGNORED_BY_DEFAULT & sigmask(sig)));
}

static void recalc_sigpending(struct task_struct *p)
{
	if (p->pending & ~p->blocked)
		set_tsk_thread_flag(p, TIF_SIGPENDING);
	else
		clear_tsk_thread_flag(p, TIF_SIGPENDING);
}

int send_sig(int sig, struct task_struct *p, int priv)
{
	(void)priv;
	if (p->flags & (PF_KTHREAD | PF_EXITING))
		return -ESRCH;
	if (is_ignored(p, sig) && !(p->blocked & sigmask(sig)))
		return 0;
	p->pending |= sigmask(sig);
	recalc_sigpending(p);
	if (signal_pending(p))
		try_to_wake_up(p, TASK_INTERRUPTIBLE, 0);
	return 0;
}

/* The task has done it itself and cannot go on: blocked or ignored, it ends. */
void force_sig(int sig)
{
	struct task_struct *tsk = current;

	if (tsk->sighand && ((tsk->blocked & sigmask(sig)) || is_ignored(tsk, sig)))
		tsk->sighand->action[sig - 1].sa_handler = SIG_DFL;
	tsk->blocked &= ~sigmask(sig);
	tsk->pending |= sigmask(sig);
	set_tsk_thread_flag(tsk, TIF_SIGPENDING);
}

/* A new program starts without handlers. Linux: flush_signal_handlers(). */
int exec_signals(void)
{
	struct task_struct *tsk = current;

	if (!tsk->sighand)
		tsk->sighand = kzalloc(sizeof(*tsk->sighand), GFP_KERNEL);
	if (!tsk->sighand)
		return -ENOMEM;
	memset(tsk->sighand, 0, sizeof(*tsk->sighand));
	tsk->altstack.ss_sp = 0;
	tsk->altstack.ss_size = 0;
	tsk->altstack.ss_flags = SS_DISABLE;
	return 0;
}

void exit_signals(struct task_struct *tsk)
{
	kfree(tsk->sighand);
	tsk->sighand = NULL;
}

struct sigcontext {
	unsigned long r8, r9, r10, r11, r12, r13, r14, r15;
	unsigned long di, si, bp, bx, dx, ax, cx, sp, ip, flags;
	unsigned short cs, gs, fs, ss;
	unsigned long err, trapno, oldmask, cr2;
	unsigned long fpstate;
	unsigned long reserved[8];
};

struct ucontext {
	unsigned long uc_flags;
	unsigned long uc_link;
	stack_t uc_stack;
	struct sigcontext uc_mcontext;
	unsigned long uc_sigmask;
};

struct siginfo {
	int si_signo, si_errno, si_code, pad;
	unsigned long si_addr;
	unsigned long rest[13];
};

/* What a handler finds above its return address. */
struct rt_sigframe {
	unsigned long pretcode;
	struct ucontext uc;
	struct siginfo info;
};

static bool on_altstack(struct task_struct *tsk, unsigned long sp)
{
	return sp > tsk->altstack.ss_sp && sp - tsk->altstack.ss_sp <= tsk->altstack.ss_size;
}

/* Linux: setup_rt_frame(). 0, or -EFAULT when the frame has no place. */
static int setup_rt_frame(int sig, struct k_sigaction *ka, struct pt_regs *regs)
{
	struct task_struct *tsk = current;
	struct rt_sigframe frame;
	struct sigcontext *sc = &frame.uc.uc_mcontext;
	/* The red zone is the interrupted function's. */
	unsigned long sp = regs->sp - 128;

	if ((ka->sa_flags & SA_ONSTACK) && tsk->altstack.ss_size && !on_altstack(tsk, regs->sp))
		sp = tsk->altstack.ss_sp + tsk->altstack.ss_size;
	memset(&frame, 0, sizeof(frame));
	sp = (sp - FXSAVE_SIZE) & ~63UL;
	if (!save_fpu_to_user((void __user *)sp))
		return -EFAULT;
	sc->fpstate = sp;
	sp = ((sp - sizeof(frame)) & ~15UL) - 8;

	frame.pretcode = (unsigned long)ka->sa_restorer;
	frame.uc.uc_stack = tsk->altstack;
	frame.uc.uc_sigmask = tsk->blocked;
	frame.info.si_signo = sig;
	if (sig == SIGSEGV || sig == SIGBUS)
		frame.info.si_addr = tsk->thread.cr2;
	else if (sig == SIGFPE || sig == SIGILL)
		frame.info.si_addr = regs->ip;
	sc->r8 = regs->r8;
	sc->r9 = regs->r9;
	sc->r10 = regs->r10;
	sc->r11 = regs->r11;
	sc->r12 = regs->r12;
	sc->r13 = regs->r13;
	sc->r14 = regs->r14;
	sc->r15 = regs->r15;
	sc->di = regs->di;
	sc->si = regs->si;
	sc->bp = regs->bp;
	sc->bx = regs->bx;
	sc->dx = regs->dx;
	sc->ax = regs->ax;
	sc->cx = regs->cx;
	sc->sp = regs->sp;
	sc->ip = regs->ip;
	sc->flags = regs->flags;
	sc->cs = regs->cs;
	sc->ss = regs->ss;
	sc->err = tsk->thread.error_code;
	sc->trapno = tsk->thread.trap_nr;
	sc->oldmask = tsk->blocked;
	sc->cr2 = tsk->thread.cr2;
	if (!(ka->sa_flags & SA_RESTORER) || copy_to_user((void __user *)sp, &frame, sizeof(frame)))
		return -EFAULT;

	regs->di = sig;
	regs->si = sp + offsetof(struct rt_sigframe, info);
	regs->dx = sp + offsetof(struct rt_sigframe, uc);
	regs->ax = 0;
	regs->ip = (unsigned long)ka->sa_handler;
	regs->sp = sp;
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	regs->flags &= ~(X86_EFLAGS_DF | X86_EFLAGS_RF | X86_EFLAGS_TF);
	return 0;
}

SYSCALL_DEFINE0(rt_sigreturn)
{
	struct pt_regs *regs = current_pt_regs();
	struct rt_sigframe frame;
	struct sigcontext *sc = &frame.uc.uc_mcontext;

	if (is_ukl_thread())
		return -ENOSYS;
	/* The handler's ret has taken pretcode. */
	if (copy_from_user(&frame, (void __user *)(regs->sp - 8), sizeof(frame)) ||
	    !restore_fpu_from_user((void __user *)sc->fpstate)) {
		force_sig(SIGSEGV);
		return 0;
	}
	current->blocked = frame.uc.uc_sigmask & ~UNBLOCKABLE;
	recalc_sigpending(current);
	regs->r8 = sc->r8;
	regs->r9 = sc->r9;
	regs->r10 = sc->r10;
	regs->r11 = sc->r11;
	regs->r12 = sc->r12;
	regs->r13 = sc->r13;
	regs->r14 = sc->r14;
	regs->r15 = sc->r15;
	regs->di = sc->di;
	regs->si = sc->si;
	regs->bp = sc->bp;
	regs->bx = sc->bx;
	regs->dx = sc->dx;
	regs->cx = sc->cx;
	regs->sp = sc->sp;
	regs->ip = sc->ip;
	regs->flags = (regs->flags & ~X86_EFLAGS_USER) | (sc->flags & X86_EFLAGS_USER);
	/* Not a call that could be restarted. */
	regs->orig_ax = -1;
	return sc->ax;
}

/* The call was interrupted: again, or -EINTR. Only SYSCALL's two bytes can be taken back. */
static void restart_syscall(struct pt_regs *regs, bool again)
{
	if ((long)regs->orig_ax < 0 || (long)regs->ax != -ERESTARTSYS)
		return;
	if (again && !is_ukl_thread()) {
		regs->ax = regs->orig_ax;
		regs->ip -= 2;
	} else {
		regs->ax = -EINTR;
	}
}

/* Linux: get_signal(), handle_signal(). */
void arch_do_signal_or_restart(struct pt_regs *regs)
{
	struct task_struct *tsk = current;
	unsigned long ready;

	while ((ready = tsk->pending & ~tsk->blocked) != 0) {
		int sig = __builtin_ctzl(ready) + 1;
		struct k_sigaction ka;

		tsk->pending &= ~sigmask(sig);
		if (is_ignored(tsk, sig))
			continue;
		if (handler_of(tsk, sig) == SIG_DFL)
			do_group_exit(sig);

		ka = tsk->sighand->action[sig - 1];
		restart_syscall(regs, ka.sa_flags & SA_RESTART);
		if (setup_rt_frame(sig, &ka, regs))
			do_group_exit(SIGSEGV);
		tsk->blocked |= ka.sa_mask;
		if (!(ka.sa_flags & SA_NODEFER))
			tsk->blocked |= sigmask(sig);
		if (ka.sa_flags & SA_RESETHAND)
			tsk->sighand->action[sig - 1].sa_handler = SIG_DFL;
		recalc_sigpending(tsk);
		return;
	}
	restart_syscall(regs, true);
	recalc_sigpending(tsk);
}

/* Simplified: a unikernel's application has no handlers; its frames would need the selectors of ring 0. */
SYSCALL_DEFINE4(rt_sigaction, int, sig, const struct k_sigaction __user *, act, struct k_sigaction __user *, oact, size_t, sigsetsize)
{
	struct sighand_struct *sighand = current->sighand;
	struct k_sigaction old;

	if (!sighand || is_ukl_thread())
		return -ENOSYS;
	if (sig < 1 || sig > NSIG || sigsetsize != 8 || (act && (sigmask(sig) & UNBLOCKABLE)))
		return -EINVAL;
	old = sighand->action[sig - 1];
	if (act && copy_from_user(&sighand->action[sig - 1], act, sizeof(*act)))
		return -EFAULT;
	return oact && copy_to_user(oact, &old, sizeof(old)) ? -EFAULT : 0;
}

#define SIG_BLOCK	0
#define SIG_UNBLOCK	1
#define SIG_SETMASK	2

SYSCALL_DEFINE4(rt_sigprocmask, int, how, const unsigned long __user *, nset, unsigned long __user *, oset, size_t, sigsetsize)
{
	unsigned long old = current->blocked, set;

	if (sigsetsize != 8)
		return -EINVAL;
	if (nset) {
		if (copy_from_user(&set, nset, 8))
			return -EFAULT;
		if (how == SIG_BLOCK)
			set |= old;
		else if (how == SIG_UNBLOCK)
			set = old & ~set;
		else if (how != SIG_SETMASK)
			return -EINVAL;
		current->blocked = set & ~UNBLOCKABLE;
		recalc_sigpending(current);
	}
	return oset && copy_to_user(oset, &old, 8) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(rt_sigpending, unsigned long __user *, set, size_t, sigsetsize)
{
	unsigned long pending = current->pending & current->blocked;

	if (sigsetsize != 8)
		return -EINVAL;
	return copy_to_user(set, &pending, 8) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(sigaltstack, const stack_t __user *, uss, stack_t __user *, uoss)
{
	stack_t old = current->altstack, new;

	if (uss && copy_from_user(&new, uss, sizeof(new)))
		return -EFAULT;
	if (uoss && copy_to_user(uoss, &old, sizeof(old)))
		return -EFAULT;
	if (uss) {
		if (new.ss_flags & SS_DISABLE)
			new.ss_size = 0;
		else if (new.ss_size < MINSIGSTKSZ)
			return -ENOMEM;
		current->altstack = new;
	}
	return 0;
}

/* Simplified: a process group is one process. */
SYSCALL_DEFINE2(kill, int, pid, int, sig)
{
	struct task_struct *p = pid == 0 || pid == -current->tgid ? current : find_task_by_vpid(pid);

	if (sig < 0 || sig > NSIG)
		return -EINVAL;
	if (!p)
		return -ESRCH;
	if (p->flags & PF_KTHREAD)
		return -EPERM;
	return sig ? send_sig(sig, p, 0) : 0;
}

SYSCALL_DEFINE2(tkill, int, pid, int, sig)
{
	return pid <= 0 ? -EINVAL : __do_sys_kill(pid, sig);
}

SYSCALL_DEFINE3(tgkill, int, tgid, int, pid, int, sig)
{
	if (tgid <= 0 || pid <= 0)
		return -EINVAL;
	return __do_sys_kill(pid, sig);
}
