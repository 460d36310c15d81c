/*
 * For the stack view: where the saved registers or the hardware frame stand from here on.
 * Linux: arch/x86/include/asm/unwind_hints.h.
 */
#ifndef _ASM_X86_UNWIND_HINTS_H
#define _ASM_X86_UNWIND_HINTS_H

#ifdef __RINGSIDE_CC__
#define UNWIND_HINT_EMPTY		.frame_hint empty, rsp, 0
#define UNWIND_HINT_REGS		.frame_hint regs, rsp, 0
#define UNWIND_HINT_REGS_OFFSET(n)	.frame_hint regs, rsp, n
#define UNWIND_HINT_IRET_REGS(n)	.frame_hint iret, rsp, n
#define UNWIND_HINT_FUNC		.frame_hint call, rsp, 8
#define UNWIND_HINT_CALL(n)		.frame_hint call, rsp, n
#else
#define UNWIND_HINT_EMPTY
#define UNWIND_HINT_REGS
#define UNWIND_HINT_REGS_OFFSET(n)
#define UNWIND_HINT_IRET_REGS(n)
#define UNWIND_HINT_FUNC
#define UNWIND_HINT_CALL(n)
#endif

#endif
