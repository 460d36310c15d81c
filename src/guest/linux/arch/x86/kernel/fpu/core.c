/*
 * x87 and SSE registers belong to the task in user mode; kernel code does not use them, so they stay in place until another
 * user task runs. Linux: arch/x86/kernel/fpu/core.c, init.c, signal.c.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/fpu.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>

#define FCW_DEFAULT	0x037f	/* all exceptions masked, 64-bit precision */
#define MXCSR_DEFAULT	0x1f80

/* Whose registers they are now. */
static struct task_struct *fpregs_owner;

static void fxsave(struct fxregs_state *fx)
{
	asm volatile("fxsave64 %0" : "=m" (*fx));
}

static void fxrstor(const struct fxregs_state *fx)
{
	asm volatile("fxrstor64 %0" : : "m" (*fx));
}

void __init fpu__init_cpu(void)
{
	if (boot_cpu_data.has_fxsr)
		write_cr4(read_cr4() | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT);
}

int fpu_flush_thread(void)
{
	struct task_struct *tsk = current;

	if (!boot_cpu_data.has_fxsr)
		return 0;
	/* 512 bytes of a slab are aligned to 512; FXSAVE wants 16. */
	if (!tsk->thread.fpu)
		tsk->thread.fpu = kmalloc(FXSAVE_SIZE, GFP_KERNEL);
	if (!tsk->thread.fpu)
		return -ENOMEM;
	memset(tsk->thread.fpu, 0, FXSAVE_SIZE);
	tsk->thread.fpu->cwd = FCW_DEFAULT;
	tsk->thread.fpu->mxcsr = MXCSR_DEFAULT;
	preempt_disable();
	fxrstor(tsk->thread.fpu);
	fpregs_owner = tsk;
	preempt_enable();
	return 0;
}

void fpu_free(struct task_struct *tsk)
{
	if (fpregs_owner == tsk)
		fpregs_owner = NULL;
	kfree(tsk->thread.fpu);
	tsk->thread.fpu = NULL;
}

/* Simplified: loaded at the switch; Linux waits until the task goes back to user mode. */
void switch_fpu(struct task_struct *prev, struct task_struct *next)
{
	if (prev->thread.fpu)
		fxsave(prev->thread.fpu);
	if (next->thread.fpu && fpregs_owner != next) {
		fxrstor(next->thread.fpu);
		fpregs_owner = next;
	}
}

bool save_fpu_to_user(void __user *to)
{
	struct fxregs_state *fx = current->thread.fpu;

	if (!fx)
		return true;
	fxsave(fx);
	return !copy_to_user(to, fx, FXSAVE_SIZE);
}

bool restore_fpu_from_user(const void __user *from)
{
	struct fxregs_state *fx = current->thread.fpu;

	if (!fx || !from)
		return true;
	if (copy_from_user(fx, from, FXSAVE_SIZE))
		return false;
	/* A reserved bit would be #GP in ring 0. */
	fx->mxcsr &= 0xffff;
	fxrstor(fx);
	return true;
}
