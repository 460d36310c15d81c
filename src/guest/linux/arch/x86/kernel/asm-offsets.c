/* Checks the numbers that assembly uses. Linux: arch/x86/kernel/asm-offsets.c, asm-offsets_64.c. */
#include <linux/sched.h>
#include <asm/asm-offsets.h>
#include <asm/ptrace.h>

_Static_assert(offsetof(struct task_struct, thread.sp) == TASK_threadsp, "TASK_threadsp");
#ifdef CONFIG_UNIKERNEL_LINUX
_Static_assert(offsetof(struct task_struct, ukl_mode) == TASK_ukl_mode, "TASK_ukl_mode");
#endif
_Static_assert(offsetof(struct x86_hw_tss, sp0) == TSS_sp0, "TSS_sp0");
_Static_assert(offsetof(struct x86_hw_tss, sp2) == TSS_sp2, "TSS_sp2");
_Static_assert(offsetof(struct x86_hw_tss, ist) == 36, "TSS ist");
_Static_assert(sizeof(struct pt_regs) == 168, "pt_regs");
