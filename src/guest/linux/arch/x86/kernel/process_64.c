/* A task's registers across switches. Linux: arch/x86/kernel/process_64.c, process.c. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <linux/ukl.h>
#include <asm/fpu.h>
#include <asm/io.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <trace/events.h>

#define ARCH_SET_GS	0x1001
#define ARCH_SET_FS	0x1002
#define ARCH_GET_FS	0x1003
#define ARCH_GET_GS	0x1004

/* With FSGSBASE ring 3 changes the bases by itself; without it only arch_prctl does, which notes them. */
void save_fsgs(struct task_struct *task)
{
	if (!boot_cpu_data.has_fsgsbase)
		return;
	task->thread.fsbase = rdmsrl(MSR_FS_BASE);
	/* While the kernel runs, the user's is the one that swapgs will bring back. */
	task->thread.gsbase = rdmsrl(MSR_KERNEL_GS_BASE);
}

/*
 * RSP is next's already (__switch_to_asm), CR3 too. What is left: the bases of FS and GS, and the
 * per-CPU notes of who runs. TSS.sp0 does not change: it is the entry stack's for all tasks.
 */
__visible struct task_struct *__switch_to(struct task_struct *prev_p, struct task_struct *next_p)
{
	struct thread_struct *prev = &prev_p->thread;
	struct thread_struct *next = &next_p->thread;

	switch_fpu(prev_p, next_p);
	save_fsgs(prev_p);
	if (prev->fsbase != next->fsbase)
		wrmsrl(MSR_FS_BASE, next->fsbase);
	/* While the kernel runs, the user's GS base waits in the other register for swapgs. */
	if (prev->gsbase != next->gsbase)
		wrmsrl(MSR_KERNEL_GS_BASE, next->gsbase);

	this_cpu_write_8(current_task, next_p);
	this_cpu_write_8(cpu_current_top_of_stack, task_top_of_stack(next_p));
	return prev_p;
}

void start_thread(struct pt_regs *regs, unsigned long new_ip, unsigned long new_sp)
{
	current->thread.fsbase = 0;
	current->thread.gsbase = 0;
	wrmsrl(MSR_FS_BASE, 0);
	wrmsrl(MSR_KERNEL_GS_BASE, 0);
	regs->ip = new_ip;
	regs->sp = new_sp;
	regs->flags = X86_EFLAGS_IF | X86_EFLAGS_FIXED;
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
#ifdef CONFIG_UNIKERNEL_LINUX
	/* The application stays in ring 0. */
	if (is_ukl_thread()) {
		regs->cs = __KERNEL_CS;
		regs->ss = __KERNEL_DS;
	}
#endif
}

SYSCALL_DEFINE2(arch_prctl, int, option, unsigned long, arg2)
{
	struct task_struct *task = current;

	switch (option) {
	case ARCH_SET_FS:
		if (arg2 >= TASK_SIZE_MAX && !is_ukl_thread())
			return -EPERM;
		task->thread.fsbase = arg2;
		wrmsrl(MSR_FS_BASE, arg2);
		return 0;
	case ARCH_SET_GS:
		/* UKL: GS is the kernel's, in ring 0 there is no other. */
		if (arg2 >= TASK_SIZE_MAX || is_ukl_thread())
			return -EPERM;
		task->thread.gsbase = arg2;
		wrmsrl(MSR_KERNEL_GS_BASE, arg2);
		return 0;
	case ARCH_GET_FS:
		save_fsgs(task);
		return copy_to_user((void *)arg2, &task->thread.fsbase, 8) ? -EFAULT : 0;
	case ARCH_GET_GS:
		save_fsgs(task);
		return copy_to_user((void *)arg2, &task->thread.gsbase, 8) ? -EFAULT : 0;
	}
	return -EINVAL;
}

/* Interrupts off and halted: nothing will ever wake this CPU. */
void stop_this_cpu(void)
{
	for (;;)
		asm volatile("cli ; hlt" : : : "memory");
}

/* Linux: kernel/reboot.c. On this board, writing an exit status to the isa-debug-exit port ends the machine. */
void machine_power_off(int status)
{
	outb(status, 0xf4);
	stop_this_cpu();
}
