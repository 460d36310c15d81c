/*
 * x87 and SSE registers belong to the task in user mode; kernel code does not use them, so they stay in place until another
 * user task runs. Linux: arch/x86/kernel/fpu/core.c, init.c, signal.c.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/fpu.h>
#include <asm/irq_vectors.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>

#define FCW_DEFAULT	0x037f	/* all exceptions masked, 64-bit precision */
#define MXCSR_DEFAULT	0x1f80

/* Whose registers this CPU's are now; and the task itself knows on which CPU it left them last. Linux: fpu_fpregs_owner_ctx. */
DEFINE_PER_CPU(struct task_struct *, fpregs_owner) = NULL;

static void fpregs_own(struct task_struct *tsk)
{
	this_cpu_write_8(fpregs_owner, tsk);
	tsk->thread.fpu_cpu = smp_processor_id();
}

static void fxsave(struct fxregs_state *fx)
{
	asm volatile("fxsave64 %0" : "=m" (*fx));
}

static void fxrstor(const struct fxregs_state *fx)
{
	asm volatile("fxrstor64 %0" : : "m" (*fx));
}

static void fpstate_init(struct fxregs_state *fx)
{
	memset(fx, 0, FXSAVE_SIZE);
	fx->cwd = FCW_DEFAULT;
	fx->mxcsr = MXCSR_DEFAULT;
}

/* Bits of MXCSR that this CPU has. FXSAVE tells; 0 in its field means all but denormals-are-zero. SDM Vol. 1, "MXCSR Mask". */
static u32 mxcsr_feature_mask;

void __init fpu__init_cpu(void)
{
	static struct fxregs_state fx __aligned(16);

	if (boot_cpu_data.has_fxsr)
		write_cr4(read_cr4() | X86_CR4_OSFXSR | X86_CR4_OSXMMEXCPT);
	if (boot_cpu_data.has_fxsr)
		fxsave(&fx);
	mxcsr_feature_mask = fx.mxcsr_mask ? fx.mxcsr_mask : 0xffbf;
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
	fpstate_init(tsk->thread.fpu);
	preempt_disable();
	fxrstor(tsk->thread.fpu);
	fpregs_own(tsk);
	preempt_enable();
	return 0;
}

int fpu_clone(struct task_struct *dst)
{
	struct fxregs_state *fx = current->thread.fpu;

	if (!fx)
		return 0;
	dst->thread.fpu_cpu = -1;
	dst->thread.fpu = kmalloc(FXSAVE_SIZE, GFP_KERNEL);
	if (!dst->thread.fpu)
		return -ENOMEM;
	preempt_disable();
	fxsave(fx);
	preempt_enable();
	*dst->thread.fpu = *fx;
	return 0;
}

void fpu_free(struct task_struct *tsk)
{
	if (this_cpu_read_8(fpregs_owner) == tsk)
		this_cpu_write_8(fpregs_owner, NULL);
	kfree(tsk->thread.fpu);
	tsk->thread.fpu = NULL;
}

/* Simplified: loaded at the switch; Linux waits until the task goes back to user mode. */
void switch_fpu(struct task_struct *prev, struct task_struct *next)
{
	if (prev->thread.fpu)
		fxsave(prev->thread.fpu);
	if (next->thread.fpu && (this_cpu_read_8(fpregs_owner) != next || next->thread.fpu_cpu != smp_processor_id())) {
		fxrstor(next->thread.fpu);
		fpregs_own(next);
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
	struct fxregs_state *fx = current->thread.fpu, new;

	if (!fx)
		return true;
	if (!from) {
		fpstate_init(&new);
	} else {
		/* FXRSTOR would refuse both, in ring 0. */
		if (((unsigned long)from & 15) || copy_from_user(&new, from, FXSAVE_SIZE) || (new.mxcsr & ~mxcsr_feature_mask))
			return false;
	}
	*fx = new;
	fxrstor(fx);
	return true;
}

int fpu__exception_code(int trap_nr)
{
	struct fxregs_state *fx = current->thread.fpu;
	unsigned int err;

	if (!fx)
		return 0;
	fxsave(fx);
	/* Flags whose exception is not masked. */
	err = trap_nr == X86_TRAP_MF ? fx->swd & ~fx->cwd : fx->mxcsr & ~(fx->mxcsr >> 7);
	if (err & 0x01)
		return FPE_FLTINV;
	if (err & 0x04)
		return FPE_FLTDIV;
	if (err & 0x08)
		return FPE_FLTOVF;
	if (err & 0x12)
		return FPE_FLTUND;
	if (err & 0x20)
		return FPE_FLTRES;
	return 0;
}
