/* The running task. Linux: arch/x86/include/asm/current.h. */
#ifndef _ASM_X86_CURRENT_H
#define _ASM_X86_CURRENT_H

#include <asm/percpu.h>

struct task_struct;

DECLARE_PER_CPU(struct task_struct *, current_task);
/* Top of the kernel stack of current_task: where a system call puts RSP. */
DECLARE_PER_CPU(unsigned long, cpu_current_top_of_stack);

static __always_inline struct task_struct *get_current(void)
{
	struct task_struct *tsk;

	/* Not volatile: it is the same task as long as this task runs. */
	asm("movq %%gs:%c1, %0" : "=r" (tsk) : "i" (&current_task));
	return tsk;
}

#define current get_current()

#endif
