/*
 * Page faults, in Linux's order of questions. Linux: arch/x86/mm/fault.c.
 * SDM Vol. 3A, "Page-Fault Exceptions".
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp_lock.h>
#include <linux/signal.h>
#include <linux/uaccess.h>
#include <linux/entry-common.h>
#include <asm/apic.h>
#include <asm/processor.h>
#include <asm/traps.h>
#include <asm/irq_vectors.h>
#include <trace/events.h>

/* Error code bits. */
#define X86_PF_PROT	0x01	/* the page is there, but may not be used so; else it is not there */
#define X86_PF_WRITE	0x02
#define X86_PF_USER	0x04	/* at CPL 3. UKL applications fault without it. */
#define X86_PF_RSVD	0x08
#define X86_PF_INSTR	0x10

static void show_fault_oops(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	if (address < PAGE_SIZE && !user_mode(regs))
		pr_emerg("BUG: kernel NULL pointer dereference, address: %016lx\n", address);
	else
		pr_emerg("BUG: unable to handle page fault for address: %016lx\n", address);
	pr_emerg("#PF: %s %s in %s mode\n",
		 error_code & X86_PF_USER ? "user" : "supervisor",
		 error_code & X86_PF_INSTR ? "instruction fetch" :
		 error_code & X86_PF_WRITE ? "write access" : "read access",
		 user_mode(regs) ? "user" : "kernel");
	pr_emerg("#PF: error_code(0x%04lx) - %s\n", error_code,
		 !(error_code & X86_PF_PROT) ? "not-present page" :
		 error_code & X86_PF_RSVD ? "reserved bit violation" : "permissions violation");
}

static void page_fault_oops(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	static const char what[] = "Oops";

	oops_begin(regs, what);
	if (in_stack_guard(address))
		pr_emerg("BUG: stack guard page was hit at %016lx\n", address);
	show_fault_oops(regs, error_code, address);
	__die(what, regs, error_code);
	oops_end(regs, SIGKILL);
}

/* Reserved bits are set in an entry of the user's half: nobody may go on with such tables. */
static void pgtable_bad(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	static const char what[] = "Bad pagetable";

	oops_begin(regs, what);
	pr_emerg("%s: Corrupted page table at address %lx\n", current->comm, address);
	__die(what, regs, error_code);
	oops_end(regs, SIGKILL);
}

static void kernelmode_fixup_or_oops(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	if (fixup_exception(regs))
		return;
	page_fault_oops(regs, error_code, address);
}

/* What a handler's frame tells of the fault. */
static void set_signal_archinfo(unsigned long address, unsigned long error_code)
{
	struct task_struct *tsk = current;

	tsk->thread.cr2 = address;
	tsk->thread.error_code = error_code;
	tsk->thread.trap_nr = X86_TRAP_PF;
}

/* The access is wrong. mmap_lock is not held. */
static void __bad_area_nosemaphore(struct pt_regs *regs, unsigned long error_code, unsigned long address, int si_code)
{
	struct task_struct *tsk = current;

	if (!user_mode(regs)) {
		kernelmode_fixup_or_oops(regs, error_code, address);
		return;
	}
	/*
	 * "Implicit user access": user code it was, but at CPL 0. A wild pointer of a UKL application
	 * comes here, and is not isolated.
	 */
	if (!(error_code & X86_PF_USER)) {
		page_fault_oops(regs, error_code, address);
		return;
	}
	/* The kernel's half does not say whether there is something. */
	if (address >= TASK_SIZE_MAX)
		error_code |= X86_PF_PROT;
	set_signal_archinfo(address, error_code);
	if (unhandled_signal(tsk, SIGSEGV))
		pr_info("%s[%d]: segfault at %lx ip %016lx sp %016lx error %lx\n",
			tsk->comm, tsk->pid, address, regs->ip, regs->sp, error_code);
	force_sig_fault(SIGSEGV, si_code, address);
}

static void bad_area(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	mmap_read_unlock(current->mm);
	__bad_area_nosemaphore(regs, error_code, address, SEGV_MAPERR);
}

static bool access_error(unsigned long error_code, struct vm_area_struct *vma)
{
	if (error_code & X86_PF_WRITE)
		return !(vma->vm_flags & VM_WRITE);
	/*
	 * A present page refuses a read by PROT_NONE, and a fetch by NX. A fetch from a page that is not there yet counts as a
	 * read: the page comes, and the next fault is this one.
	 */
	if (error_code & X86_PF_PROT)
		return true;
	return !(vma->vm_flags & (VM_READ | VM_EXEC | VM_WRITE));
}

/* No vmalloc faults here: all address spaces share the kernel's tables below the top level. */
static void do_kern_addr_fault(struct pt_regs *regs, unsigned long hw_error_code, unsigned long address)
{
	__bad_area_nosemaphore(regs, hw_error_code, address, SEGV_MAPERR);
}

/* The address may be right: look for its VMA. Linux: the second half of do_user_addr_fault(). */
static void fault_in_user_vma(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	struct task_struct *tsk = current;
	struct mm_struct *mm = tsk->mm;
	struct vm_area_struct *vma;
	unsigned int flags = user_mode(regs) ? FAULT_FLAG_USER : 0;
	vm_fault_t fault;
	bool locked = true;

	if (error_code & X86_PF_WRITE)
		flags |= FAULT_FLAG_WRITE;
	if (error_code & X86_PF_INSTR)
		flags |= FAULT_FLAG_INSTRUCTION;

#ifdef CONFIG_UKL_STACK_VMA
	/*
	 * Kernel code on the application's stack may hold mmap_lock for writing when it touches a new
	 * page of that stack; to wait for the lock would be to wait for itself. The stack's VMA was
	 * noted when the thread began, and needs no lock to be found.
	 */
	if (is_ukl_thread() && tsk->user_stack_vma) {
		vma = tsk->user_stack_vma;
		if (address >= vma->vm_start && address < vma->vm_end) {
			locked = false;
			goto good_area;
		}
	}
#endif

	if (unlikely(!mmap_read_trylock(mm))) {
		/*
		 * Somebody holds it for writing. If this is kernel code that was not meant to touch
		 * user memory, it may be ourselves: rather an oops than a task that waits for itself.
		 */
#ifdef CONFIG_UKL_EXTABLE_CHECK
		if (!user_mode(regs) && !search_exception_tables(regs->ip)) {
#else
		/* UKL exempts its threads: their kernel code touches the user stack by rights. */
		if (!user_mode(regs) && !search_exception_tables(regs->ip) && !is_ukl_thread()) {
#endif
			__bad_area_nosemaphore(regs, error_code, address, SEGV_MAPERR);
			return;
		}
		mmap_read_lock(mm);
	}

	vma = find_vma(mm, address);
	if (unlikely(!vma)) {
		bad_area(regs, error_code, address);
		return;
	}
	if (likely(vma->vm_start <= address))
		goto good_area;
	if (unlikely(!(vma->vm_flags & VM_GROWSDOWN))) {
		bad_area(regs, error_code, address);
		return;
	}
	if (unlikely(expand_stack(vma, address))) {
		bad_area(regs, error_code, address);
		return;
	}

good_area:
	if (unlikely(access_error(error_code, vma))) {
		if (locked)
			mmap_read_unlock(mm);
		__bad_area_nosemaphore(regs, error_code, address, SEGV_ACCERR);
		return;
	}

	fault = handle_mm_fault(vma, address, flags);
	tsk->used.min_flt++;
	if (locked)
		mmap_read_unlock(mm);

	if (unlikely(fault & VM_FAULT_OOM)) {
		if (!user_mode(regs)) {
			kernelmode_fixup_or_oops(regs, error_code, address);
			return;
		}
		pr_err("Out of memory: Killed process %d (%s)\n", tsk->pid, tsk->comm);
		force_sig(SIGKILL);
	} else if (unlikely(fault & (VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV))) {
		if (!user_mode(regs)) {
			kernelmode_fixup_or_oops(regs, error_code, address);
			return;
		}
		if (fault & VM_FAULT_SIGBUS) {
			set_signal_archinfo(address, error_code);
			force_sig_fault(SIGBUS, BUS_ADRERR, address);
		} else {
			__bad_area_nosemaphore(regs, error_code, address, SEGV_MAPERR);
		}
	}
}

static void do_user_addr_fault(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	/* Ring 0 never runs code from user pages; a UKL application's text is in the kernel's half. */
	if (unlikely((error_code & (X86_PF_USER | X86_PF_INSTR)) == X86_PF_INSTR)) {
		page_fault_oops(regs, error_code, address);
		return;
	}
	if (unlikely(error_code & X86_PF_RSVD))
		pgtable_bad(regs, error_code, address);

#ifdef CONFIG_X86_SMEP_SMAP
	/* The kernel touched user memory outside of the functions that are meant to. */
	if (boot_cpu_data.has_smap && !(error_code & X86_PF_USER) && !(regs->flags & X86_EFLAGS_AC)) {
		page_fault_oops(regs, error_code, address);
		return;
	}
#endif

	/* In an interrupt, or with a spinlock held, nobody may sleep for a page. */
	if (unlikely(faulthandler_disabled() || !current->mm)) {
		__bad_area_nosemaphore(regs, error_code, address, SEGV_MAPERR);
		return;
	}

	if (user_mode(regs) || (regs->flags & X86_EFLAGS_IF))
		local_irq_enable();
	lock_kernel();
	fault_in_user_vma(regs, error_code, address);
	unlock_kernel();
}

static void handle_page_fault(struct pt_regs *regs, unsigned long error_code, unsigned long address)
{
	if (user_mode(regs))
		trace_page_fault_user(address, regs, error_code);
	else
		trace_page_fault_kernel(address, regs, error_code);

	if (unlikely(address >= TASK_SIZE_MAX)) {
		do_kern_addr_fault(regs, error_code, address);
	} else {
		do_user_addr_fault(regs, error_code, address);
		local_irq_disable();
	}
}

/*
 * Vector 14. Under UKL_PF_DF a double fault comes here too, with a forged error code.
 * CR2 is read before anything else: the next page fault overwrites it.
 */
asmlinkage __visible void exc_page_fault(struct pt_regs *regs, unsigned long error_code)
{
	unsigned long address = read_cr2();
	bool from_user;

	from_user = irqentry_enter(regs);
	handle_page_fault(regs, error_code, address);
	irqentry_exit(regs, from_user);
}

#ifdef CONFIG_UKL_DF_EOI
/* A double fault that is taken as a page fault, and may have cost an interrupt. CR2 is not touched before it is read. */
asmlinkage __visible void exc_double_fault_as_page_fault(struct pt_regs *regs, unsigned long error_code)
{
	apic_resend_in_service();
	exc_page_fault(regs, error_code);
}
#endif
