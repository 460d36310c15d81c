/* Exceptions other than page faults. Linux: arch/x86/kernel/traps.c. */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/entry-common.h>
#include <asm/cpu_entry_area.h>
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

static void do_trap(int trapnr, int signr, const char *str, struct pt_regs *regs, long error_code)
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
	pr_info("%s[%d] trap %s ip:%lx sp:%lx error:%lx\n",
		tsk->comm, tsk->pid, str, regs->ip, regs->sp, error_code);
	force_sig(signr);
}

static void do_error_trap(struct pt_regs *regs, long error_code, const char *str, int trapnr, int signr)
{
	bool from_user = irqentry_enter(regs);

	if (regs->flags & X86_EFLAGS_IF)
		local_irq_enable();
	do_trap(trapnr, signr, str, regs, error_code);
	local_irq_disable();
	irqentry_exit(regs, from_user);
}

#define DEFINE_IDTENTRY(func, trapnr, signr, str) \
asmlinkage __visible void func(struct pt_regs *regs) \
{ \
	do_error_trap(regs, 0, str, trapnr, signr); \
}

#define DEFINE_IDTENTRY_ERRORCODE(func, trapnr, signr, str) \
asmlinkage __visible void func(struct pt_regs *regs, unsigned long error_code) \
{ \
	do_error_trap(regs, error_code, str, trapnr, signr); \
}

DEFINE_IDTENTRY(exc_divide_error, X86_TRAP_DE, SIGFPE, "divide error")
DEFINE_IDTENTRY(exc_int3, X86_TRAP_BP, SIGTRAP, "int3")
DEFINE_IDTENTRY(exc_overflow, X86_TRAP_OF, SIGSEGV, "overflow")
DEFINE_IDTENTRY(exc_bounds, X86_TRAP_BR, SIGSEGV, "bounds")
DEFINE_IDTENTRY(exc_invalid_op, X86_TRAP_UD, SIGILL, "invalid opcode")
DEFINE_IDTENTRY(exc_device_not_available, X86_TRAP_NM, SIGILL, "device not available")
DEFINE_IDTENTRY_ERRORCODE(exc_invalid_tss, X86_TRAP_TS, SIGSEGV, "invalid TSS")
DEFINE_IDTENTRY_ERRORCODE(exc_segment_not_present, X86_TRAP_NP, SIGBUS, "segment not present")
DEFINE_IDTENTRY_ERRORCODE(exc_stack_segment, X86_TRAP_SS, SIGBUS, "stack segment")
DEFINE_IDTENTRY_ERRORCODE(exc_general_protection, X86_TRAP_GP, SIGSEGV, "general protection fault")
DEFINE_IDTENTRY(exc_coprocessor_error, X86_TRAP_MF, SIGFPE, "fpu exception")
DEFINE_IDTENTRY_ERRORCODE(exc_alignment_check, X86_TRAP_AC, SIGBUS, "alignment check")
DEFINE_IDTENTRY(exc_simd_coprocessor_error, X86_TRAP_XF, SIGFPE, "simd exception")

/*
 * Simplified: nothing on this board raises these three, so they only say that they came, from their IST stacks. Linux moves
 * #DB and #MC to the task's stack when they come from user code, and UKL when they come from application code.
 */
asmlinkage __visible void exc_debug(struct pt_regs *regs)
{
	pr_emerg("unexpected debug exception at %lx\n", regs->ip);
}

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
	pr_warn("WARNING: CPU: 0 PID: %d at %s:%d\n", current->pid, file, line);
	dump_stack();
}
