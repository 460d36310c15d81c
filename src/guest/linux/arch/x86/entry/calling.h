/*
 * struct pt_regs as assembly sees it, and how it is built and taken down.
 * Linux: arch/x86/entry/calling.h.
 *
 * The CPU (or the system call entry in its place) has pushed ss, sp, flags, cs, ip; the entry point
 * adds orig_ax; these macros do the other fifteen.
 */
#ifndef _ENTRY_CALLING_H
#define _ENTRY_CALLING_H

/* Offsets in struct pt_regs. */
#define R15		0
#define R14		8
#define R13		16
#define R12		24
#define RBP		32
#define RBX		40
#define R11		48
#define R10		56
#define R9		64
#define R8		72
#define RAX		80
#define RCX		88
#define RDX		96
#define RSI		104
#define RDI		112
#define ORIG_RAX	120
#define RIP		128
#define CS		136
#define EFLAGS		144
#define RSP		152
#define SS		160
#define SIZEOF_PTREGS	168

/*
 * rax: what goes into the ax slot. save_ret: the caller has called us, so its return address lies
 * where the di slot belongs and is moved to the new top.
 * Registers are cleared so that user values cannot steer speculation in the kernel.
 */
.macro PUSH_AND_CLEAR_REGS rdx=%rdx rax=%rax save_ret=0
	.if \save_ret
	pushq	%rsi			/* si */
	movq	8(%rsp), %rsi		/* the return address */
	movq	%rdi, 8(%rsp)		/* di */
	UNWIND_HINT_IRET_REGS(24)
	.else
	pushq	%rdi			/* di */
	pushq	%rsi			/* si */
	.endif
	pushq	\rdx			/* dx */
	pushq	%rcx			/* cx */
	pushq	\rax			/* ax */
	pushq	%r8			/* r8 */
	pushq	%r9			/* r9 */
	pushq	%r10			/* r10 */
	pushq	%r11			/* r11 */
	pushq	%rbx			/* bx */
	pushq	%rbp			/* bp */
	pushq	%r12			/* r12 */
	pushq	%r13			/* r13 */
	pushq	%r14			/* r14 */
	pushq	%r15			/* r15 */
	.if \save_ret
	pushq	%rsi			/* the return address again */
	UNWIND_HINT_IRET_REGS_CALLED(8 + RIP)
	.endif
	xorl	%esi, %esi
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
	xorl	%r10d, %r10d
	xorl	%r11d, %r11d
	xorl	%ebx, %ebx
	xorl	%ebp, %ebp
	xorl	%r12d, %r12d
	xorl	%r13d, %r13d
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
.endm

.macro POP_REGS pop_rdi=1
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	.if \pop_rdi
	popq	%rdi
	.endif
.endm

/*
 * Page table isolation: ring 3 runs on tables that know nothing of the kernel but the way in. The two top tables of an address space are one
 * block of two pages, the kernel's first, so one bit of CR3 says which is loaded. Without PCID each load forgets what is not global.
 * Linux has its kernel choose at boot ("nopti"); here it is built so.
 */
#ifdef CONFIG_PAGE_TABLE_ISOLATION
#define PTI_USER_PGTABLE_BIT	12
#define PTI_USER_PGTABLE_MASK	(1 << PTI_USER_PGTABLE_BIT)

.macro SWITCH_TO_KERNEL_CR3 scratch_reg:req
	movq	%cr3, \scratch_reg
	andq	$~PTI_USER_PGTABLE_MASK, \scratch_reg
	movq	\scratch_reg, %cr3
.endm

/* On the entry stack. Until then rdi leads to what is left of pt_regs; its value is popped next, and behind it stands what IRET takes, or RSP. */
.macro SWITCH_TO_USER_CR3 scratch_reg:req iret:req
	movq	%cr3, \scratch_reg
	.if \iret
	UNWIND_HINT_IRET_REGS(8)
	.else
	UNWIND_HINT_SYSCALL_POPPING_RDI
	.endif
	orq	$PTI_USER_PGTABLE_MASK, \scratch_reg
	movq	\scratch_reg, %cr3
.endm

/* For events that may arrive at any moment: what was loaded is kept. */
.macro SAVE_AND_SWITCH_TO_KERNEL_CR3 scratch_reg:req save_reg:req
	movq	%cr3, \scratch_reg
	movq	\scratch_reg, \save_reg
	btq	$PTI_USER_PGTABLE_BIT, \scratch_reg
	jnc	.Lkernel_cr3_\@
	andq	$~PTI_USER_PGTABLE_MASK, \scratch_reg
	movq	\scratch_reg, %cr3
.Lkernel_cr3_\@:
.endm

.macro RESTORE_CR3 save_reg:req
	movq	\save_reg, %cr3
.endm
#else
.macro SWITCH_TO_KERNEL_CR3 scratch_reg:req
.endm
.macro SWITCH_TO_USER_CR3 scratch_reg:req iret:req
.endm
.macro SAVE_AND_SWITCH_TO_KERNEL_CR3 scratch_reg:req save_reg:req
.endm
.macro RESTORE_CR3 save_reg:req
.endm
#endif

/*
 * A walk along RBP that comes here finds an odd value: the saved registers stand at RBP - 1.
 * Linux: arch/x86/include/asm/frame.h.
 */
.macro ENCODE_FRAME_POINTER ptregs_offset=0
	leaq	1+\ptregs_offset(%rsp), %rbp
.endm

#ifdef __RINGSIDE_CC__
#define TRACE_UKL_MODE(value)	.trace run_mode, task=%rax, mode=value
#else
#define TRACE_UKL_MODE(value)
#endif

#endif
