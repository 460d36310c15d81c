/* Registers of x87 and SSE. Linux: arch/x86/include/asm/fpu/internal.h, types.h. SDM Vol. 1, "FXSAVE Area". */
#ifndef _ASM_X86_FPU_H
#define _ASM_X86_FPU_H

#include <linux/types.h>
#include <linux/compiler.h>

struct task_struct;

#define FXSAVE_SIZE	512

/* The legacy area of FXSAVE64. */
struct fxregs_state {
	u16 cwd;
	u16 swd;
	u16 twd;
	u16 fop;
	u64 rip;
	u64 rdp;
	u32 mxcsr;
	u32 mxcsr_mask;
	u8 st_space[128];
	u8 xmm_space[256];
	u8 padding[96];
};

void fpu__init_cpu(void);
/* A new program: all registers as after reset. 0 or -ENOMEM. */
int fpu_flush_thread(void);
/* A new task's: as current's are. 0 or -ENOMEM. */
int fpu_clone(struct task_struct *dst);
void fpu_free(struct task_struct *tsk);
void switch_fpu(struct task_struct *prev, struct task_struct *next);
/* For signal frames. False when the memory is not there, or holds what the CPU refuses. NULL: as in a new program. */
bool save_fpu_to_user(void __user *to);
bool restore_fpu_from_user(const void __user *from);
/* What #MF or #XF was about, as an si_code; 0 for a flag that has gone meanwhile. */
int fpu__exception_code(int trap_nr);

#endif
