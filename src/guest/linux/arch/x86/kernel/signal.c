/*
 * The frame that a signal handler runs on, and the way back from it. Linux: arch/x86/kernel/signal.c, arch/x86/kernel/fpu/signal.c,
 * arch/x86/include/uapi/asm/{sigcontext,ucontext}.h.
 *
 * Everything in a frame is the program's to change before it returns. What the CPU would refuse in ring 0 is refused here; a
 * CS, SS or RIP that no IRET can load is not: that IRET faults, and the fault counts as the program's (fixup_bad_iret()).
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/fpu.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include <trace/events.h>

struct sigcontext {
	unsigned long r8, r9, r10, r11, r12, r13, r14, r15;
	unsigned long di, si, bp, bx, dx, ax, cx, sp, ip, flags;
	unsigned short cs, gs, fs, ss;
	unsigned long err, trapno, oldmask, cr2;
	unsigned long fpstate;
	unsigned long reserved[8];
};

/* ss is in the frame, and comes back from there. */
#define UC_SIGCONTEXT_SS	0x2
#define UC_STRICT_RESTORE_SS	0x4

struct ucontext {
	unsigned long uc_flags;
	unsigned long uc_link;
	stack_t uc_stack;
	struct sigcontext uc_mcontext;
	unsigned long uc_sigmask;
};

/* What a handler finds above its return address. */
struct rt_sigframe {
	unsigned long pretcode;
	struct ucontext uc;
	struct kernel_siginfo info;
};

#define RED_ZONE	128

/* Where the frame goes, and above it *fpstate. 0 when it would leave the alternate stack at the other end. */
static unsigned long get_sigframe(struct k_sigaction *ka, struct pt_regs *regs, unsigned long *fpstate)
{
	/* The red zone is the interrupted function's. */
	unsigned long sp = regs->sp - RED_ZONE;
	bool nested = on_sig_stack(regs->sp), entering = false;
	const stack_t *stack = &current->altstack;

	if ((ka->sa_flags & SA_ONSTACK) && sas_ss_flags(regs->sp) == 0) {
		sp = stack->ss_sp + stack->ss_size;
		entering = true;
	}
	*fpstate = sp = (sp - FXSAVE_SIZE) & ~63UL;
	sp = ((sp - sizeof(struct rt_sigframe)) & ~15UL) - 8;
	if ((nested || entering) && !(sp > stack->ss_sp && sp - stack->ss_sp <= stack->ss_size))
		return 0;
	return sp;
}

static void setup_sigcontext(struct sigcontext *sc, const struct pt_regs *regs, const struct task_struct *tsk)
{
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
	sc->oldmask = sigmask_to_save();
	sc->cr2 = tsk->thread.cr2;
}

/* 0, or -EFAULT when the frame has no place. Registers change only when it stands. */
static int setup_rt_frame(struct ksignal *ksig, struct pt_regs *regs)
{
	struct task_struct *tsk = current;
	struct rt_sigframe frame;
	unsigned long fpstate;
	unsigned long sp = get_sigframe(&ksig->ka, regs, &fpstate);

	if (!sp || !(ksig->ka.sa_flags & SA_RESTORER))
		return -EFAULT;
	memset(&frame, 0, sizeof(frame));
	frame.pretcode = (unsigned long)ksig->ka.sa_restorer;
	frame.uc.uc_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
	frame.uc.uc_stack = tsk->altstack;
	frame.uc.uc_sigmask = sigmask_to_save();
	frame.uc.uc_mcontext.fpstate = fpstate;
	setup_sigcontext(&frame.uc.uc_mcontext, regs, tsk);
	if (ksig->ka.sa_flags & SA_SIGINFO)
		frame.info = ksig->info;
	if (!save_fpu_to_user((void __user *)fpstate) || copy_to_user((void __user *)sp, &frame, sizeof(frame)))
		return -EFAULT;

	regs->di = ksig->sig;
	regs->si = sp + offsetof(struct rt_sigframe, info);
	regs->dx = sp + offsetof(struct rt_sigframe, uc);
	regs->ax = 0;
	regs->ip = (unsigned long)ksig->ka.sa_handler;
	regs->sp = sp;
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	/* A handler begins like a function, and is not stepped through. */
	regs->flags &= ~(X86_EFLAGS_DF | X86_EFLAGS_RF | X86_EFLAGS_TF);
	return 0;
}

static void restore_sigcontext(struct pt_regs *regs, const struct sigcontext *sc)
{
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
	regs->ax = sc->ax;
	regs->cx = sc->cx;
	regs->sp = sc->sp;
	regs->ip = sc->ip;
	/* Ring 3 in any case; whether there is such a segment, IRET will find out. */
	regs->cs = sc->cs | 3;
	regs->ss = sc->ss | 3;
	regs->flags = (regs->flags & ~X86_EFLAGS_USER) | (sc->flags & X86_EFLAGS_USER);
	/* Not a call that could be restarted. */
	regs->orig_ax = -1;
	current->restart_block.fn = NULL;
}

SYSCALL_DEFINE0(rt_sigreturn)
{
	struct pt_regs *regs = current_pt_regs();
	struct rt_sigframe frame;

	if (is_ukl_thread())
		return -ENOSYS;
	/* The handler's ret has taken pretcode. */
	if (copy_from_user(&frame, (void __user *)(regs->sp - 8), sizeof(frame))) {
		force_sig(SIGSEGV);
		return 0;
	}
	set_current_blocked(frame.uc.uc_sigmask);
	restore_sigcontext(regs, &frame.uc.uc_mcontext);
	trace_sigreturn(regs);
	/* Without UC_STRICT_RESTORE_SS a frame may come from a program that never knew of ss. */
	if (!(frame.uc.uc_flags & UC_STRICT_RESTORE_SS))
		regs->ss = __USER_DS;
	if (!restore_fpu_from_user((void __user *)frame.uc.uc_mcontext.fpstate)) {
		force_sig(SIGSEGV);
		return 0;
	}
	/* A stack that cannot be had again is no reason not to return. */
	do_sigaltstack(&frame.uc.uc_stack, NULL, regs->sp);
	return regs->ax;
}

/*
 * The call was interrupted: again, or -EINTR. Only SYSCALL's two bytes can be taken back. handled: by a handler, which
 * says whether it wants that (restart).
 */
static void restart_syscall(struct pt_regs *regs, bool handled, bool restart)
{
	long error = -(long)regs->ax;

	if ((long)regs->orig_ax < 0 || error < ERESTARTSYS || error > ERESTART_RESTARTBLOCK)
		return;
	if (error == ERESTARTNOINTR || !handled)
		restart = true;
	else if (error == ERESTARTNOHAND || error == ERESTART_RESTARTBLOCK)
		restart = false;
	if (restart && !is_ukl_thread()) {
		regs->ax = error == ERESTART_RESTARTBLOCK ? __NR_restart_syscall : regs->orig_ax;
		regs->ip -= 2;
	} else {
		regs->ax = -EINTR;
	}
}

void arch_do_signal_or_restart(struct pt_regs *regs)
{
	struct ksignal ksig;

	if (get_signal(&ksig)) {
		restart_syscall(regs, true, ksig.ka.sa_flags & SA_RESTART);
		signal_setup_done(setup_rt_frame(&ksig, regs), &ksig);
		return;
	}
	restart_syscall(regs, false, true);
	restore_saved_sigmask();
}
