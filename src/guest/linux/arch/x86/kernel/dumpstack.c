/*
 * The report of an oops. Linux: arch/x86/kernel/dumpstack.c, process_64.c (__show_regs).
 * Simplified: addresses without names. Every function keeps RBP, so the walk follows the chain of saved
 * RBPs; an odd value is a pointer to saved registers (ENCODE_FRAME_POINTER), where it goes on.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <asm/msr.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/traps.h>
#include <trace/events.h>

int panic_on_oops;
static int die_counter;

extern char _text[], _etext[];

/* Can this be read without another fault? Kernel addresses, and mapped. */
static bool readable(unsigned long addr)
{
	if (addr & 7)
		return false;
	if (addr >= VMALLOC_START && addr < VMALLOC_END) {
		pte_t *pte = lookup_kernel_pte(addr);

		return pte && pte_present(*pte);
	}
	if (addr >= CPU_ENTRY_AREA_BASE && addr < CPU_ENTRY_AREA_BASE + PMD_SIZE) {
		pte_t *pte = lookup_kernel_pte(addr);

		return pte && pte_present(*pte);
	}
	return addr >= (unsigned long)_text && addr < (unsigned long)__START_KERNEL_map + 0x4000000UL;
}

void show_trace(unsigned long bp, struct pt_regs *regs)
{
	int i;

	pr_emerg("Call Trace:\n");
	for (i = 0; i < 24; i++) {
		unsigned long ip;

		if (bp & 1) {
			regs = (struct pt_regs *)(bp - 1);
			if (!readable((unsigned long)regs))
				break;
			pr_emerg(" RIP: %04lx:%016lx RSP: %016lx\n", regs->cs, regs->ip, regs->sp);
			if (user_mode(regs))
				break;
			bp = regs->bp;
			continue;
		}
		if (!readable(bp) || !readable(bp + 8))
			break;
		ip = *(unsigned long *)(bp + 8);
		if (ip < (unsigned long)_text || ip >= (unsigned long)_etext)
			break;
		pr_emerg(" [<%016lx>]\n", ip);
		bp = *(unsigned long *)bp;
	}
}

void dump_stack(void)
{
	unsigned long bp = (unsigned long)__builtin_frame_address(0);

	pr_emerg("CPU: %d PID: %d Comm: %s\n", smp_processor_id(), current->pid, current->comm);
	show_trace(bp, NULL);
}

void show_regs(struct pt_regs *regs)
{
	pr_emerg("RIP: %04lx:%016lx\n", regs->cs, regs->ip);
	pr_emerg("RSP: %04lx:%016lx EFLAGS: %08lx ORIG_RAX: %016lx\n",
		 regs->ss, regs->sp, regs->flags, regs->orig_ax);
	pr_emerg("RAX: %016lx RBX: %016lx RCX: %016lx\n", regs->ax, regs->bx, regs->cx);
	pr_emerg("RDX: %016lx RSI: %016lx RDI: %016lx\n", regs->dx, regs->si, regs->di);
	pr_emerg("RBP: %016lx R08: %016lx R09: %016lx\n", regs->bp, regs->r8, regs->r9);
	pr_emerg("R10: %016lx R11: %016lx R12: %016lx\n", regs->r10, regs->r11, regs->r12);
	pr_emerg("R13: %016lx R14: %016lx R15: %016lx\n", regs->r13, regs->r14, regs->r15);
	pr_emerg("FS:  %016llx GS: %016llx knlGS: %016llx\n",
		 rdmsrl(MSR_FS_BASE), rdmsrl(MSR_GS_BASE), rdmsrl(MSR_KERNEL_GS_BASE));
	pr_emerg("CR2: %016lx CR3: %016lx\n", read_cr2(), read_cr3());
}

void oops_begin(struct pt_regs *regs, const char *what)
{
	local_irq_disable();
	trace_oops(what, regs);
	(void)what;
}

int __die(const char *str, struct pt_regs *regs, long err)
{
	pr_emerg("%s: %04lx [#%d]\n", str, err & 0xffff, ++die_counter);
	pr_emerg("CPU: %d PID: %d Comm: %s\n", smp_processor_id(), current->pid, current->comm);
	show_regs(regs);
	show_trace(regs->bp, regs);
	return 0;
}

/* The task cannot go on: end it, if there is one that can be ended. */
void oops_end(struct pt_regs *regs, int signr)
{
	pr_emerg("---[ end trace ]---\n");
	if (in_interrupt())
		panic("Fatal exception in interrupt");
	if (panic_on_oops)
		panic("Fatal exception");
	/* Simplified: a spinlock that it holds will never be released. Linux goes on until somebody else wants it. */
	if (in_atomic())
		panic("Fatal exception with a spinlock held");
	/*
	 * Semaphores and mutexes that it holds stay locked, as in Linux. We may stand on an IST stack, or on a stack
	 * that is about to be unmapped: start again from the top of the task's own.
	 */
	rewind_stack_do_exit(signr);
}

void die(const char *str, struct pt_regs *regs, long err)
{
	oops_begin(regs, str);
	__die(str, regs, err);
	oops_end(regs, SIGSEGV);
}
