/*
 * The registers of interrupted code, as entry code lays them out on a stack.
 * Linux: arch/x86/include/asm/ptrace.h, arch/x86/include/uapi/asm/ptrace.h.
 */
#ifndef _ASM_X86_PTRACE_H
#define _ASM_X86_PTRACE_H

#include <asm/segment.h>

#ifndef __ASSEMBLY__

struct pt_regs {
	/* The function call ABI preserves these. */
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	unsigned long bp;
	unsigned long bx;
	/* These it does not. */
	unsigned long r11;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long ax;
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	/* System call: its number. Exception: the error code, then -1. Interrupt: the vector, then -1. */
	unsigned long orig_ax;
	/* The frame that the CPU pushes (or that the system call entry imitates). */
	unsigned long ip;
	unsigned long cs;
	unsigned long flags;
	unsigned long sp;
	unsigned long ss;
};

/* Did the event come out of user code? UKL makes the saved CS of application code say yes. */
static inline int user_mode(const struct pt_regs *regs)
{
	return (regs->cs & 3) != 0;
}

#endif
#endif
