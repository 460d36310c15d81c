/* Exceptions other than page faults. Linux: arch/x86/kernel/traps.c. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp_lock.h>
#include <linux/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/entry-common.h>
#include <asm/cpu_entry_area.h>
#include <asm/fpu.h>
#include <asm/irq_vectors.h>
#include <asm/processor.h>
#include <asm/traps.h>
#include <trace/events.h>

/*
 * From user code (or from a UKL application, whose saved CS says 0xC3): move the registers from the
 * stack that the CPU chose to the top of the task's own stack.
 */
asmlinkage __visible struct pt_regs *sync_regs(struct pt_regs *eregs)
{
	struct pt_regs *regs = (struct pt_regs *)this_cpu_read_8(cpu_current_top_of_stack) - 1;

	if (regs != eregs)
		*regs = *eregs;
	return regs;
}

/*
 * An IRET to user mode has faulted, in ring 0 and with the user's GS: what it was to load cannot be loaded. Its frame lies where
 * RSP was. This makes the fault one that the user's next instruction might have raised, with the registers it would have had;
 * GS is the kernel's again. eregs, and the return address of error_entry below it, may overlap the place that is returned.
 */
asmlinkage __visible struct bad_iret_stack *fixup_bad_iret(struct bad_iret_stack *s)
{
	struct bad_iret_stack *new = (struct bad_iret_stack *)this_cpu_ptr(&cpu_tss_rw)->sp0 - 1;
	struct bad_iret_stack tmp;

	memcpy(&tmp, s, offsetof(struct bad_iret_stack, regs.ip));
	memcpy(&tmp.regs.ip, (void *)s->regs.sp, 5 * sizeof(long));
	*new = tmp;
	return new;
}

static void show_signal(struct task_struct *tsk, int signr, const char *str, struct pt_regs *regs, long error_code)
{
	if (unhandled_signal(tsk, signr))
		pr_info("%s[%d] trap %s ip:%lx sp:%lx error:%lx\n", tsk->comm, tsk->pid, str, regs->ip, regs->sp, error_code);
}

/* sicode 0: the CPU gives no address, and nothing is known but that the kernel says so (SI_KERNEL). */
static void do_trap(int trapnr, int signr, const char *str, struct pt_regs *regs, long error_code, int sicode, unsigned long addr)
{
	struct task_struct *tsk = current;

	if (!user_mode(regs)) {
		if (fixup_exception(regs))
			return;
		tsk->thread.error_code = error_code;
		tsk->thread.trap_nr = trapnr;
		die(str, regs, error_code);
	}
	tsk->thread.error_code = error_code;
	tsk->thread.trap_nr = trapnr;
	show_signal(tsk, signr, str, regs, error_code);
	if (sicode)
		force_sig_fault(signr, sicode, addr);
	else
		force_sig(signr);
}

static void do_error_trap(struct pt_regs *regs, long error_code, const char *str, int trapnr, int signr, int sicode, unsigned long addr)
{
	bool from_user = irqentry_enter(regs);

	if (regs->flags & X86_EFLAGS_IF)
		local_irq_enable();
	lock_kernel();
	do_trap(trapnr, signr, str, regs, error_code, sicode, addr);
	unlock_kernel();
	local_irq_disable();
	irqentry_exit(regs, from_user);
}

#define DEFINE_IDTENTRY(func, trapnr, signr, sicode, addr, str) \
asmlinkage __visible void func(struct pt_regs *regs) \
{ \
	do_error_trap(regs, 0, str, trapnr, signr, sicode, addr); \
}

#define DEFINE_IDTENTRY_ERRORCODE(func, trapnr, signr, sicode, str) \
asmlinkage __visible void func(struct pt_regs *regs, unsigned long error_code) \
{ \
	do_error_trap(regs, error_code, str, trapnr, signr, sicode, 0); \
}

DEFINE_IDTENTRY(exc_divide_error, X86_TRAP_DE, SIGFPE, FPE_INTDIV, regs->ip, "divide error")
DEFINE_IDTENTRY(exc_int3, X86_TRAP_BP, SIGTRAP, 0, 0, "int3")
DEFINE_IDTENTRY(exc_overflow, X86_TRAP_OF, SIGSEGV, 0, 0, "overflow")
DEFINE_IDTENTRY(exc_bounds, X86_TRAP_BR, SIGSEGV, 0, 0, "bounds")
DEFINE_IDTENTRY(exc_invalid_op, X86_TRAP_UD, SIGILL, ILL_ILLOPN, regs->ip, "invalid opcode")
DEFINE_IDTENTRY(exc_device_not_available, X86_TRAP_NM, SIGILL, 0, 0, "device not available")
DEFINE_IDTENTRY_ERRORCODE(exc_invalid_tss, X86_TRAP_TS, SIGSEGV, 0, "invalid TSS")
DEFINE_IDTENTRY_ERRORCODE(exc_segment_not_present, X86_TRAP_NP, SIGBUS, 0, "segment not present")
DEFINE_IDTENTRY_ERRORCODE(exc_stack_segment, X86_TRAP_SS, SIGBUS, 0, "stack segment")
DEFINE_IDTENTRY_ERRORCODE(exc_general_protection, X86_TRAP_GP, SIGSEGV, 0, "general protection fault")
DEFINE_IDTENTRY_ERRORCODE(exc_alignment_check, X86_TRAP_AC, SIGBUS, BUS_ADRALN, "alignment check")

/* Linux: math_error(). */
static void math_error(struct pt_regs *regs, int trapnr, const char *str)
{
	bool from_user = irqentry_enter(regs);
	struct task_struct *tsk = current;
	int code;

	if (regs->flags & X86_EFLAGS_IF)
		local_irq_enable();
	lock_kernel();
	if (!user_mode(regs)) {
		do_trap(trapnr, SIGFPE, str, regs, 0, 0, 0);
	} else {
		tsk->thread.error_code = 0;
		tsk->thread.trap_nr = trapnr;
		code = fpu__exception_code(trapnr);
		/* Nothing is wrong any more: the instruction is tried again. */
		if (code) {
			show_signal(tsk, SIGFPE, str, regs, 0);
			force_sig_fault(SIGFPE, code, regs->ip);
		}
	}
	unlock_kernel();
	local_irq_disable();
	irqentry_exit(regs, from_user);
}

asmlinkage __visible void exc_coprocessor_error(struct pt_regs *regs)
{
	math_error(regs, X86_TRAP_MF, "fpu exception");
}

asmlinkage __visible void exc_simd_coprocessor_error(struct pt_regs *regs)
{
	math_error(regs, X86_TRAP_XF, "simd exception");
}

/* The CPU only ever sets these bits, so they are cleared here. Linux: debug_read_clear_dr6(). */
static unsigned long debug_read_clear_dr6(void)
{
	unsigned long dr6, none = DR6_RESERVED;

	asm volatile("movq %%dr6, %0" : "=r" (dr6));
	asm volatile("movq %0, %%dr6" : : "r" (none));
	return dr6 & DR6_STATUS;
}

/* On the task's own stack: a program steps through itself (TF), or has run INT1, which DR6 says nothing of. */
asmlinkage __visible void noist_exc_debug(struct pt_regs *regs)
{
	unsigned long dr6 = debug_read_clear_dr6();
	bool from_user = irqentry_enter(regs);
	struct task_struct *tsk = current;

	local_irq_enable();
	lock_kernel();
	tsk->thread.error_code = 0;
	tsk->thread.trap_nr = X86_TRAP_DB;
	if ((dr6 & DR_STEP) || !dr6)
		force_sig_fault(SIGTRAP, dr6 & DR_STEP ? TRAP_TRACE : TRAP_BRKPT, regs->ip);
	unlock_kernel();
	local_irq_disable();
	irqentry_exit(regs, from_user);
}

/* On the IST stack, from kernel code. Only an unforeseen instruction of the kernel's own can have stepped. */
asmlinkage __visible void exc_debug(struct pt_regs *regs)
{
	unsigned long dr6 = debug_read_clear_dr6();

	if (dr6 & DR_STEP)
		regs->flags &= ~X86_EFLAGS_TF;
	pr_emerg("unexpected debug exception at %lx\n", regs->ip);
}

/* Simplified: nothing on this board raises these two, so they only say that they came, from their IST stacks. */
asmlinkage __visible void exc_nmi(struct pt_regs *regs)
{
	pr_emerg("Uhhuh. NMI received for unknown reason at %lx\n", regs->ip);
}

asmlinkage __visible void exc_machine_check(struct pt_regs *regs)
{
	panic("Machine check at %lx", regs->ip);
}

/* Is this address in the page below the current task's kernel stack? */
bool in_stack_guard(unsigned long address)
{
#ifdef CONFIG_VMAP_STACK
	unsigned long low = (unsigned long)current->stack;

	return address >= low - PAGE_SIZE && address < low;
#else
	return false;
#endif
}

/*
 * The CPU could not even deliver a page fault: it had no stack to push the frame to. Where we stand is
 * the DF stack of TSS.ist. The architecture calls this an abort, and we do not go on from here.
 */
asmlinkage __visible void __noreturn exc_double_fault(struct pt_regs *regs, unsigned long error_code,
						      unsigned long address)
{
	struct task_struct *tsk = current;

	tsk->thread.error_code = error_code;
	tsk->thread.trap_nr = X86_TRAP_DF;

	if (in_stack_guard(address)) {
		pr_emerg("BUG: stack guard page was hit at %016lx (stack is %016lx..%016lx)\n", address,
			 (unsigned long)tsk->stack, task_top_of_stack(tsk) - 1);
		oops_begin(regs, "kernel stack overflow (double-fault)");
		__die("kernel stack overflow (double-fault)", regs, error_code);
		panic("kernel stack overflow");
	}

	pr_emerg("PANIC: double fault, error_code: 0x%lx\n", error_code);
	oops_begin(regs, "double fault");
	__die("double fault", regs, error_code);
	panic("Machine halted.");
}

void __bug(const char *file, int line)
{
	pr_emerg("kernel BUG at %s:%d!\n", file, line);
	asm volatile("ud2");
	unreachable();
}

void __warn(const char *file, int line)
{
	pr_warn("WARNING: CPU: %d PID: %d at %s:%d\n", smp_processor_id(), current->pid, file, line);
	dump_stack();
}
