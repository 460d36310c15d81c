/*
 * For the stack view: where the saved registers or the hardware frame stand from here on. Pushes and pops are followed.
 * Linux: arch/x86/include/asm/unwind_hints.h.
 */
#ifndef _ASM_X86_UNWIND_HINTS_H
#define _ASM_X86_UNWIND_HINTS_H

#ifdef __RINGSIDE_CC__
#define UNWIND_HINT_EMPTY		.frame_hint empty, rsp, 0
#define UNWIND_HINT_REGS		.frame_hint regs, rsp, 0
/* The same below a return address. */
#define UNWIND_HINT_REGS_CALLED		.frame_hint regs, rsp, 8, ret
/* Those left over from taking pt_regs down, from the di slot up: RDI points at it. */
#define UNWIND_HINT_REGS_AT_RDI		.frame_hint regs, rdi, -RDI
#define UNWIND_HINT_IRET_REGS(n)	.frame_hint iret, rsp, n
#define UNWIND_HINT_IRET_REGS_CALLED(n)	.frame_hint iret, rsp, n, ret
/* Right after SYSCALL, and before SYSRET: RSP is the caller's. */
#define UNWIND_HINT_SYSCALL		.frame_hint syscall, rsp, 0
/* The caller's RSP is in its per-CPU slot, and pt_regs begins to grow down from here. */
#define UNWIND_HINT_SYSCALL_SAVING	.frame_hint syscall, kept, 0, saving=-SIZEOF_PTREGS
/* The next word to be popped is the caller's RSP, or stands behind its RDI. */
#define UNWIND_HINT_SYSCALL_POPPING_RDI	.frame_hint syscall, word, 8, di, sp
#define UNWIND_HINT_SYSCALL_POPPING	.frame_hint syscall, word, 0, sp
#define UNWIND_HINT_FUNC		.frame_hint call, rsp, 8
/* The flags that popfq will take stand below the return address. */
#define UNWIND_HINT_CALL_FLAGS		.frame_hint call, rsp, 16, flags
/* Where interrupted code goes on by popfq and ret: its address and flags stand below RSP, and then from RSP up. */
#define UNWIND_HINT_RESUME_BELOW	.frame_hint resume, rsp, 0
#define UNWIND_HINT_RESUME_FLAGS	.frame_hint resume, rsp, 16, flags
/* Where a ret will go stands below the return address. */
#define UNWIND_HINT_RETPOLINE		.frame_hint call, rsp, 16
/* The return address stands where the per-CPU slot points, or above the flags right here; pt_regs begins to grow down. */
#define UNWIND_HINT_CALL_SAVING		.frame_hint call, kept, 8, saving=-SIZEOF_PTREGS
#define UNWIND_HINT_CALL_SAVING_HERE	.frame_hint call, rsp, 16, saving=-SIZEOF_PTREGS, flags
/* pt_regs of code that called: sp points at its flags, below its return address. */
#define UNWIND_HINT_CALL_REGS		.frame_hint called, rsp, 0
#define UNWIND_HINT_FRAME_POINTER	.frame_hint call, rbp, 16
#else
#define UNWIND_HINT_EMPTY
#define UNWIND_HINT_REGS
#define UNWIND_HINT_REGS_CALLED
#define UNWIND_HINT_REGS_AT_RDI
#define UNWIND_HINT_IRET_REGS(n)
#define UNWIND_HINT_IRET_REGS_CALLED(n)
#define UNWIND_HINT_SYSCALL
#define UNWIND_HINT_SYSCALL_SAVING
#define UNWIND_HINT_SYSCALL_POPPING_RDI
#define UNWIND_HINT_SYSCALL_POPPING
#define UNWIND_HINT_FUNC
#define UNWIND_HINT_CALL_FLAGS
#define UNWIND_HINT_RESUME_BELOW
#define UNWIND_HINT_RESUME_FLAGS
#define UNWIND_HINT_RETPOLINE
#define UNWIND_HINT_CALL_SAVING
#define UNWIND_HINT_CALL_SAVING_HERE
#define UNWIND_HINT_CALL_REGS
#define UNWIND_HINT_FRAME_POINTER
#endif

#endif
