/*
 * Every way into the kernel and out of it. Linux: arch/x86/entry/entry_64.S.
 * Hardware: SDM Vol. 3A, "Exception and Interrupt Handling in 64-bit Mode"; Vol. 2B, SYSCALL, SYSRET.
 */
#include <linux/linkage.h>
#include <linux/errno.h>
#include <asm/asm.h>
#include <asm/asm-offsets.h>
#include <asm/irq_vectors.h>
#include <asm/nospec-branch.h>
#include <asm/percpu.h>
#include <asm/ptrace.h>
#include <asm/unwind_hints.h>
#include "calling.h"

	.section .entry.text, "ax"
#ifdef CONFIG_PAGE_TABLE_ISOLATION
	/* Pages of its own: all that ring 3's tables know of the kernel's code. */
	.balign	4096
	.globl	__entry_text_start
__entry_text_start:
#endif

/*
 * System call from ring 3. MSR_LSTAR points here.
 *
 * What SYSCALL just did:	rcx = return address, r11 = RFLAGS, RFLAGS &= ~MSR_SYSCALL_MASK (so
 *			interrupts are off), CS = 0x10, SS = 0x18, CPL = 0. It pushed nothing and
 *			left RSP alone: we stand in ring 0 on the user's stack, with the user's GS.
 * Registers:		rax = number, rdi rsi rdx r10 r8 r9 = arguments
 */
SYM_CODE_START(entry_SYSCALL_64)
	UNWIND_HINT_SYSCALL
	swapgs
	/* No register is free, so the user's RSP waits in a per-CPU slot. */
	movq	%rsp, PER_CPU_VAR(cpu_tss_rw + TSS_sp2)
	UNWIND_HINT_SYSCALL_SAVING
	SWITCH_TO_KERNEL_CR3 scratch_reg=%rsp
	movq	PER_CPU_VAR(cpu_current_top_of_stack), %rsp

	/* The frame that an interrupt would have pushed. */
	pushq	$__USER_DS				/* ss */
	pushq	PER_CPU_VAR(cpu_tss_rw + TSS_sp2)	/* sp */
	pushq	%r11					/* flags */
	pushq	$__USER_CS				/* cs */
	pushq	%rcx					/* ip */
	pushq	%rax					/* orig_ax */
	PUSH_AND_CLEAR_REGS rax=$-ENOSYS
	UNWIND_HINT_REGS

	movq	%rsp, %rdi
	movslq	%eax, %rsi
	call	do_syscall_64				/* returns with interrupts off */

#ifndef CONFIG_SYSCALL_RETURN_IRET
	/*
	 * SYSRET takes RIP from rcx, RFLAGS from r11, and CS and SS from MSR_STAR, so it can only
	 * go back to where SYSCALL came from. If anything has been changed meanwhile, use IRET.
	 */
	movq	RCX(%rsp), %rcx
	movq	RIP(%rsp), %r11
	cmpq	%rcx, %r11
	jne	swapgs_restore_regs_and_return_to_usermode

	/* SYSRET to a non-canonical address faults in ring 0, with the user's RSP: never let it. */
	shlq	$16, %rcx
	sarq	$16, %rcx
	cmpq	%rcx, %r11
	jne	swapgs_restore_regs_and_return_to_usermode

	cmpq	$__USER_CS, CS(%rsp)
	jne	swapgs_restore_regs_and_return_to_usermode
	movq	R11(%rsp), %r11
	cmpq	%r11, EFLAGS(%rsp)
	jne	swapgs_restore_regs_and_return_to_usermode

	/* SYSRET clears RF, and would trap one instruction too early with TF. */
	testq	$0x10100, %r11
	jnz	swapgs_restore_regs_and_return_to_usermode
	cmpq	$__USER_DS, SS(%rsp)
	jne	swapgs_restore_regs_and_return_to_usermode

	POP_REGS pop_rdi=0
	/* rsp points at the di slot. The last steps run on the entry stack, which every CR3 maps. */
	movq	%rsp, %rdi
	movq	PER_CPU_VAR(cpu_tss_rw + TSS_sp0), %rsp
	UNWIND_HINT_REGS_AT_RDI
	pushq	RSP-RDI(%rdi)
	pushq	(%rdi)
	SWITCH_TO_USER_CR3 scratch_reg=%rdi iret=0
	popq	%rdi
	UNWIND_HINT_SYSCALL_POPPING
	popq	%rsp
	UNWIND_HINT_SYSCALL
	swapgs
	sysretq
#else
	jmp	swapgs_restore_regs_and_return_to_usermode
#endif
SYM_CODE_END(entry_SYSCALL_64)

#ifdef CONFIG_UNIKERNEL_LINUX
/*
 * Set the mode of current. They change no register but rax, which is what their callers below rely on.
 * UKL: enter_user(), exit_user() in arch/x86/entry/common.c.
 */
SYM_FUNC_START(enter_user)
	UNWIND_HINT_FUNC
	movq	PER_CPU_VAR(current_task), %rax
	TRACE_UKL_MODE(2)
	movl	$2, TASK_ukl_mode(%rax)
	ret
SYM_FUNC_END(enter_user)

SYM_FUNC_START(exit_user)
	UNWIND_HINT_FUNC
	movq	PER_CPU_VAR(current_task), %rax
	TRACE_UKL_MODE(1)
	movl	$1, TASK_ukl_mode(%rax)
	ret
SYM_FUNC_END(exit_user)

#ifdef CONFIG_UKL_STUBS
/*
 * The stubs of clone() and its like: a child begins with registers, so these save what the caller has. rdi rsi rdx rcx r8 =
 * arguments, as for any function; the body gets the registers in r9.
 */
.macro UKL_CLONE_STUB name body
SYM_CODE_START(\name)
	UNWIND_HINT_FUNC
	leaq	8(%rsp), %rax
	pushq	$__KERNEL_DS				/* ss */
	pushq	%rax					/* sp, as the caller has it afterwards */
	pushfq						/* flags */
	pushq	$__KERNEL_CS				/* cs */
	pushq	32(%rsp)				/* ip: the return address */
	pushq	$-1					/* orig_ax: nothing that could be restarted */
	PUSH_AND_CLEAR_REGS
	UNWIND_HINT_REGS
	movq	RSI(%rsp), %rsi
	movq	RDX(%rsp), %rdx
	movq	RCX(%rsp), %rcx
	movq	R8(%rsp), %r8
	movq	%rsp, %r9
	call	\body
	movq	%rax, RAX(%rsp)
	POP_REGS
	addq	$48, %rsp				/* orig_ax and the frame */
	UNWIND_HINT_FUNC
	ret
SYM_CODE_END(\name)
.endm

UKL_CLONE_STUB ukl_sys_fork	ukl_stub_fork
UKL_CLONE_STUB ukl_sys_clone	ukl_stub_clone
#else
/*
 * System call from an application that is linked into the kernel: an ordinary call in ring 0.
 *
 * What the call just did:	pushed the return address. Nothing else: same stack, same flags (interrupts
 *			are on), and GS is the kernel's already, so there is no swapgs.
 * Registers:		as for SYSCALL, but rcx and r11 hold the application's own values
 *
 * U is RSP before the call. The application is compiled for calls like this one: it has no red zone.
 */
SYM_CODE_START(ukl_entry_SYSCALL_64)
	UNWIND_HINT_FUNC
#ifdef CONFIG_UKL_ENTRY_CLI
	/* SYSCALL would have done it. The per-CPU slot below is ours only with interrupts off. */
	cli
#endif
	pushq	%rax
	call	exit_user				/* mode = 1, still on the user stack */
	popq	%rax

	movq	%rsp, PER_CPU_VAR(cpu_tss_rw + TSS_sp2)	/* U-8 */
#ifdef CONFIG_UKL_SAME_STACK
	/* Stay here; only leave room for the flags at U-16. */
	subq	$8, %rsp
	UNWIND_HINT_CALL_SAVING_HERE
#else
	movq	PER_CPU_VAR(cpu_current_top_of_stack), %rsp
	UNWIND_HINT_CALL_SAVING
#endif

	pushq	$__KERNEL_DS				/* ss */
	pushq	PER_CPU_VAR(cpu_tss_rw + TSS_sp2)	/* sp, for now U-8 */
	pushfq						/* flags */
#ifdef CONFIG_UKL_ENTRY_CLI
	orq	$0x200, (%rsp)				/* what they were before the cli */
#endif
	pushq	$__KERNEL_CS				/* cs */
	pushq	%rcx					/* ip, for now garbage */
	pushq	%rax					/* orig_ax */
	PUSH_AND_CLEAR_REGS rax=$-ENOSYS

	/* No SYSCALL instruction put the return address into rcx: take it from the user stack. */
	movq	RSP(%rsp), %rcx
	movq	(%rcx), %rdx
	movq	%rdx, RIP(%rsp)
	/* Flags go below the return address, so that popfq and ret can take us home. */
	movq	EFLAGS(%rsp), %rdx
	subq	$8, %rcx
	movq	%rdx, (%rcx)				/* U-16 */
	movq	%rcx, RSP(%rsp)
	UNWIND_HINT_CALL_REGS
#ifdef CONFIG_UKL_SAME_STACK
	/* task_pt_regs() would look on the kernel stack; clone() finds the registers through this. */
	movq	%rsp, PER_CPU_VAR(cpu_tss_rw + TSS_sp2)
#endif

	movq	%rsp, %rdi
	movslq	%eax, %rsi
	call	do_syscall_64				/* returns with interrupts off */

	POP_REGS
	addq	$8, %rsp				/* orig_ax */
	pushq	%rax
	call	enter_user				/* mode = 2 */
	popq	%rax

	/* A signal handler's frame has been put in the way of the return. */
	cmpq	$__UKL_CS, 8(%rsp)
	je	1f
#ifdef CONFIG_SYSCALL_RETURN_IRET
	addq	$16, 24(%rsp)				/* sp = U: nothing will pop flags and address */
	UNWIND_HINT_IRET_REGS(0)
	iretq
#else
	movq	24(%rsp), %rsp				/* U-16 */
	UNWIND_HINT_CALL_FLAGS
	popfq						/* interrupts come on only now that this is the user stack */
	ret						/* RSP = U */
#endif
1:	UNWIND_HINT_IRET_REGS(0)
	movq	$__KERNEL_CS, 8(%rsp)
	iretq
SYM_CODE_END(ukl_entry_SYSCALL_64)
#endif
#endif

/*
 * Saves the rest of the registers after an exception or interrupt, and leaves the stack on which it
 * arrived if it came from user code. Called; the frame and orig_ax stand above the return address.
 * On return RSP points at the complete pt_regs, and GS is the kernel's.
 * Simplified: Linux also mends a fault of loading the GS selector; we never load it.
 */
SYM_CODE_START(error_entry)
	UNWIND_HINT_IRET_REGS_CALLED(16)
	cld
	PUSH_AND_CLEAR_REGS save_ret=1
	UNWIND_HINT_REGS_CALLED
	ENCODE_FRAME_POINTER 8
	testb	$3, CS+8(%rsp)
	jz	.Lerror_kernelspace

	/* From ring 3: the frame was pushed to the entry stack (TSS.sp0), with the user's GS. */
	swapgs
	SWITCH_TO_KERNEL_CR3 scratch_reg=%rax

.Lerror_entry_from_usermode_after_swapgs:
	/* To the task's own kernel stack, where the handler may sleep. */
	popq	%r12					/* the return address */
	movq	%rsp, %rdi
	call	sync_regs				/* rax = the registers' new place */
	movq	%rax, %rsp
	ENCODE_FRAME_POINTER
	pushq	%r12
	UNWIND_HINT_REGS_CALLED
	ret

.Lerror_kernelspace:
	/* One fault from ring 0 comes with the user's GS: that of the IRET to user mode, whose frame ring 3 had a say in. */
	leaq	native_iret(%rip), %rcx
	cmpq	%rcx, RIP+8(%rsp)
	je	.Lerror_bad_iret
.Lerror_kernelspace_gs:
#if defined(CONFIG_UNIKERNEL_LINUX) && (defined(CONFIG_UKL_RESCHED_CS) || defined(CONFIG_UKL_RESCHED_PATCH))
	/* Ring 0 it was, but was it kernel code? */
	movq	PER_CPU_VAR(current_task), %rax
	cmpl	$2, TASK_ukl_mode(%rax)
	jl	1f
#ifdef CONFIG_UKL_RESCHED_CS
	/* The saved CS makes user_mode(regs) true, so C code does all that it does for user code. */
	movq	$__UKL_CS, CS+8(%rsp)
	call	exit_user				/* mode = 1 */
#endif
	jmp	.Lerror_entry_from_usermode_after_swapgs
1:
#endif
	/* From kernel code: stay on this stack. */
	ret

.Lerror_bad_iret:
	/* IRET had popped nothing yet. If it was to go to ring 0, GS is the kernel's and this is the kernel's own fault. */
	movq	RSP+8(%rsp), %rcx
	testb	$3, 8(%rcx)
	jz	.Lerror_kernelspace_gs
	swapgs
	SWITCH_TO_KERNEL_CR3 scratch_reg=%rax
	/* As if the fault had come one instruction later, from user mode. */
	movq	%rsp, %rdi
	call	fixup_bad_iret				/* rax = return address and registers, further up */
	movq	%rax, %rsp
	ENCODE_FRAME_POINTER 8
	jmp	.Lerror_entry_from_usermode_after_swapgs
SYM_CODE_END(error_entry)

/*
 * Back to where the exception or interrupt came from. Interrupts are off, RSP points at pt_regs.
 */
SYM_CODE_START(error_return)
	UNWIND_HINT_REGS
	testb	$3, CS(%rsp)
	jz	restore_regs_and_return_to_kernel
#ifdef CONFIG_UNIKERNEL_LINUX
	cmpq	$__UKL_CS, CS(%rsp)
	jne	swapgs_restore_regs_and_return_to_usermode
	movq	$__KERNEL_CS, CS(%rsp)
#endif
	jmp	swapgs_restore_regs_and_return_to_usermode
SYM_CODE_END(error_return)

/*
 * To user code by IRET, which can restore every register. The last steps run on the entry stack.
 */
SYM_CODE_START(swapgs_restore_regs_and_return_to_usermode)
	UNWIND_HINT_REGS
#ifdef CONFIG_UNIKERNEL_LINUX
	cmpq	$__USER_CS, CS(%rsp)
	jne	.Lukl_return_to_application
#endif
	POP_REGS pop_rdi=0
	movq	%rsp, %rdi				/* the di slot */
	movq	PER_CPU_VAR(cpu_tss_rw + TSS_sp0), %rsp
	UNWIND_HINT_REGS_AT_RDI
	pushq	6*8(%rdi)				/* ss */
	pushq	5*8(%rdi)				/* sp */
	pushq	4*8(%rdi)				/* flags */
	pushq	3*8(%rdi)				/* cs */
	pushq	2*8(%rdi)				/* ip */
	pushq	(%rdi)					/* di */
	SWITCH_TO_USER_CR3 scratch_reg=%rdi iret=1
	popq	%rdi
	UNWIND_HINT_IRET_REGS(0)
	swapgs
	jmp	native_iret

#ifdef CONFIG_UNIKERNEL_LINUX
	/* The same for application code in ring 0: GS stays, and IRET pops RSP and SS all the same. */
.Lukl_return_to_application:
	UNWIND_HINT_REGS
#ifdef CONFIG_UKL_USE_RET
	/*
	 * UKL_RET: IRET is slow, and nothing that only IRET can restore has changed. Address and flags go to the application's
	 * stack, below its RSP: it has no red zone. That may fault, so it comes while the mode is still 1. r14 and r15 get
	 * their values afterwards.
	 */
	movq	RSP(%rsp), %r15
	movq	RIP(%rsp), %r14
	movq	%r14, -8(%r15)
	movq	EFLAGS(%rsp), %r14
	movq	%r14, -16(%r15)
	call	enter_user				/* mode = 2 */
	POP_REGS
	movq	RSP-ORIG_RAX(%rsp), %rsp
	UNWIND_HINT_RESUME_BELOW
	subq	$16, %rsp
	UNWIND_HINT_RESUME_FLAGS
	popfq						/* interrupts come on only now that this is the application's stack */
	ret
#else
#ifndef CONFIG_UKL_ENTRY_NONE
	call	enter_user				/* mode = 2 */
#endif
	POP_REGS pop_rdi=0
	movq	%rsp, %rdi				/* the di slot */
	movq	PER_CPU_VAR(cpu_tss_rw + TSS_sp0), %rsp
	UNWIND_HINT_REGS_AT_RDI
	pushq	6*8(%rdi)				/* ss */
	pushq	5*8(%rdi)				/* sp */
	pushq	4*8(%rdi)				/* flags */
	pushq	3*8(%rdi)				/* cs */
	pushq	2*8(%rdi)				/* ip */
	pushq	(%rdi)					/* di */
	popq	%rdi
	UNWIND_HINT_IRET_REGS(0)
	jmp	native_iret
#endif
#endif
SYM_CODE_END(swapgs_restore_regs_and_return_to_usermode)

SYM_CODE_START(restore_regs_and_return_to_kernel)
	UNWIND_HINT_REGS
	POP_REGS
	addq	$8, %rsp				/* orig_ax */
	jmp	native_iret
SYM_CODE_END(restore_regs_and_return_to_kernel)

SYM_CODE_START(native_iret)
	UNWIND_HINT_IRET_REGS(0)
	iretq
SYM_CODE_END(native_iret)

/*
 * For events that may arrive at any moment, even between kernel entry and its swapgs: the saved CS
 * proves nothing about GS and CR3, so look at themselves. ebx = 0 means "swapgs on the way out"; r14 is the CR3 to go back to.
 */
SYM_CODE_START(paranoid_entry)
	UNWIND_HINT_IRET_REGS_CALLED(16)
	cld
	PUSH_AND_CLEAR_REGS save_ret=1
	UNWIND_HINT_REGS_CALLED
	ENCODE_FRAME_POINTER 8
	SAVE_AND_SWITCH_TO_KERNEL_CR3 scratch_reg=%rax save_reg=%r14
	movl	$1, %ebx
	movl	$0xc0000101, %ecx			/* MSR_GS_BASE */
	rdmsr
	testl	%edx, %edx				/* kernel addresses are negative */
	js	1f
	swapgs
	xorl	%ebx, %ebx
1:	ret
SYM_CODE_END(paranoid_entry)

SYM_CODE_START(paranoid_exit)
	UNWIND_HINT_REGS
	/* The stack and the code that is left are in both tables. */
	RESTORE_CR3 save_reg=%r14
	testl	%ebx, %ebx
	jnz	1f
	swapgs
1:	jmp	restore_regs_and_return_to_kernel
SYM_CODE_END(paranoid_exit)

/*
 * An exception whose frame stands on the current stack, on the entry stack or on an IST stack.
 * The event may have come between stac and clac: with SMAP, AC is cleared first.
 * On entry: ip cs flags sp ss, and below them the error code if the vector has one.
 */
.macro idtentry asmsym cfunc has_error_code:req
SYM_CODE_START(\asmsym)
	.if \has_error_code
	UNWIND_HINT_IRET_REGS(8)
	ASM_CLAC
	.else
	UNWIND_HINT_IRET_REGS(0)
	ASM_CLAC
	pushq	$-1					/* orig_ax: no system call */
	.endif
	call	error_entry
	UNWIND_HINT_REGS
	movq	%rsp, %rdi
	.if \has_error_code
	movq	ORIG_RAX(%rsp), %rsi
	movq	$-1, ORIG_RAX(%rsp)
	.endif
	call	\cfunc
	jmp	error_return
SYM_CODE_END(\asmsym)
.endm

/* The same by paranoid_entry, on an IST stack that the handler does not leave. */
.macro idtentry_ist asmsym cfunc
SYM_CODE_START(\asmsym)
	UNWIND_HINT_IRET_REGS(0)
	ASM_CLAC
	pushq	$-1					/* orig_ax */
	call	paranoid_entry
	UNWIND_HINT_REGS
	movq	%rsp, %rdi
	call	\cfunc
	jmp	paranoid_exit
SYM_CODE_END(\asmsym)
.endm

/* On an IST stack from kernel code; from user code the handler runs on the task's stack, where it may send a signal. */
.macro idtentry_db asmsym cfunc noist_cfunc
SYM_CODE_START(\asmsym)
	UNWIND_HINT_IRET_REGS(0)
	ASM_CLAC
	pushq	$-1					/* orig_ax */
	testb	$3, CS-ORIG_RAX(%rsp)
	jnz	.Lfrom_usermode_\asmsym
	call	paranoid_entry
	UNWIND_HINT_REGS
#if defined(CONFIG_UNIKERNEL_LINUX) && defined(CONFIG_UKL_RESCHED_CS)
	movq	PER_CPU_VAR(current_task), %rax
	cmpl	$2, TASK_ukl_mode(%rax)
	je	.Lfrom_application_\asmsym
#endif
	movq	%rsp, %rdi
	call	\cfunc
	jmp	paranoid_exit
#if defined(CONFIG_UNIKERNEL_LINUX) && defined(CONFIG_UKL_RESCHED_CS)
.Lfrom_application_\asmsym:
	/* As error_entry does it. */
	movq	$__UKL_CS, CS(%rsp)
	call	exit_user				/* mode = 1 */
	movq	%rsp, %rdi
	call	sync_regs
	movq	%rax, %rsp
	ENCODE_FRAME_POINTER
	jmp	1f
#endif
.Lfrom_usermode_\asmsym:
	UNWIND_HINT_IRET_REGS(8)
	call	error_entry
1:	UNWIND_HINT_REGS
	movq	%rsp, %rdi
	call	\noist_cfunc
	jmp	error_return
SYM_CODE_END(\asmsym)
.endm

idtentry asm_exc_divide_error			exc_divide_error			0
idtentry asm_exc_int3				exc_int3				0
idtentry asm_exc_overflow			exc_overflow				0
idtentry asm_exc_bounds				exc_bounds				0
idtentry asm_exc_invalid_op			exc_invalid_op				0
idtentry asm_exc_device_not_available		exc_device_not_available		0
idtentry asm_exc_invalid_tss			exc_invalid_tss				1
idtentry asm_exc_segment_not_present		exc_segment_not_present			1
idtentry asm_exc_stack_segment			exc_stack_segment			1
idtentry asm_exc_general_protection		exc_general_protection			1
idtentry asm_exc_page_fault			exc_page_fault				1
idtentry asm_exc_coprocessor_error		exc_coprocessor_error			0
idtentry asm_exc_alignment_check		exc_alignment_check			1
idtentry asm_exc_simd_coprocessor_error		exc_simd_coprocessor_error		0

#ifdef CONFIG_UKL_DF_EOI
idtentry asm_exc_double_fault_as_page_fault	exc_double_fault_as_page_fault		1
#endif

idtentry_db asm_exc_debug			exc_debug noist_exc_debug
idtentry_ist asm_exc_nmi			exc_nmi
idtentry_ist asm_exc_machine_check		exc_machine_check

/*
 * Double fault: delivering a page fault failed. IST stack, error code 0.
 */
SYM_CODE_START(asm_exc_double_fault)
	UNWIND_HINT_IRET_REGS(8)
	ASM_CLAC
#if defined(CONFIG_UNIKERNEL_LINUX) && defined(CONFIG_UKL_PF_DF)
	/*
	 * UKL_PF_DF: take it for what it most likely is, the first touch of a page of the
	 * application's stack, where the CPU could not push the page fault's frame. CR2 still holds
	 * the address; the forged error code says "write, not present, supervisor". It is not checked.
	 */
	movq	$2, (%rsp)
#ifdef CONFIG_UKL_DF_EOI
	jmp	asm_exc_double_fault_as_page_fault
#else
	jmp	asm_exc_page_fault
#endif
#else
	call	paranoid_entry
	UNWIND_HINT_REGS
	movq	%rsp, %rdi
	movq	ORIG_RAX(%rsp), %rsi
	movq	$-1, ORIG_RAX(%rsp)
	movq	%cr2, %rdx
	call	exc_double_fault			/* does not return */
	jmp	paranoid_exit
#endif
SYM_CODE_END(asm_exc_double_fault)

/*
 * Interrupts of devices: eight bytes for each vector, which push it and join the common path.
 * Simplified: only the vectors that the I/O APIC's inputs use.
 */
	.balign	8
SYM_CODE_START(irq_entries_start)
	.set	vector, ISA_IRQ_VECTOR(0)
	.rept	NR_IRQS
	UNWIND_HINT_IRET_REGS(0)
	.byte	0x6a, vector				/* push imm8 */
	UNWIND_HINT_IRET_REGS(8)
	jmp	asm_common_interrupt
	.balign	8
	.set	vector, vector + 1
	.endr
SYM_CODE_END(irq_entries_start)

SYM_CODE_START(asm_common_interrupt)
	UNWIND_HINT_IRET_REGS(8)
	ASM_CLAC
	call	error_entry
	UNWIND_HINT_REGS
	movq	%rsp, %rdi
	movq	ORIG_RAX(%rsp), %rsi			/* the vector */
	movq	$-1, ORIG_RAX(%rsp)
	call	common_interrupt
	jmp	error_return
SYM_CODE_END(asm_common_interrupt)

idtentry asm_sysvec_apic_timer_interrupt	sysvec_apic_timer_interrupt		0
idtentry asm_sysvec_reschedule_ipi		sysvec_reschedule_ipi			0
idtentry asm_sysvec_call_function		sysvec_call_function			0
idtentry asm_sysvec_error_interrupt		sysvec_error_interrupt			0
idtentry asm_sysvec_spurious_apic_interrupt	sysvec_spurious_apic_interrupt		0

#ifdef CONFIG_PAGE_TABLE_ISOLATION
	.balign	4096
	.globl	__entry_text_end
__entry_text_end:
#endif

	.text

/*
 * rdi = prev, rsi = next. The moment of the context switch: RSP becomes next's, and the ret at the
 * end of __switch_to returns to wherever next once called this, or to ret_from_fork.
 * Linux: the order of the pushes is struct inactive_task_frame.
 */
SYM_FUNC_START(__switch_to_asm)
	UNWIND_HINT_FUNC
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, TASK_threadsp(%rdi)
	movq	TASK_threadsp(%rsi), %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	jmp	__switch_to
SYM_FUNC_END(__switch_to_asm)

/*
 * Where a new task begins. rax = prev; rbx = function of a kernel thread, or 0; r12 = its argument.
 * A kernel thread that returns has become a user task meanwhile (exec), and goes there.
 */
SYM_CODE_START(ret_from_fork)
	UNWIND_HINT_EMPTY
	movq	%rax, %rdi
	call	schedule_tail
	testq	%rbx, %rbx
	jnz	1f
2:	UNWIND_HINT_REGS
	movq	%rsp, %rdi
	call	syscall_exit_to_user_mode
	jmp	swapgs_restore_regs_and_return_to_usermode
1:	UNWIND_HINT_EMPTY
	movq	%r12, %rdi
	CALL_NOSPEC rbx
	movq	$0, RAX(%rsp)
	jmp	2b
SYM_CODE_END(ret_from_fork)

/*
 * call_on_stack(top, fn, arg): fn(arg) with RSP = top, then back. Linux: call_on_stack() in
 * arch/x86/include/asm/irq_stack.h. The word at the new top leads a stack walk back.
 */
SYM_FUNC_START(call_on_stack)
	UNWIND_HINT_FUNC
	pushq	%rbp
	movq	%rsp, %rbp
	UNWIND_HINT_FRAME_POINTER
	movq	%rdi, %rsp
	movq	%rdx, %rdi
	CALL_NOSPEC rsi
	movq	%rbp, %rsp
	popq	%rbp
	UNWIND_HINT_FUNC
	ret
SYM_FUNC_END(call_on_stack)

/*
 * Ends the task on the top of its kernel stack, wherever it stands now. rdi = exit code.
 */
SYM_CODE_START(rewind_stack_do_exit)
	UNWIND_HINT_EMPTY
	cli
	xorl	%ebp, %ebp
	movq	PER_CPU_VAR(cpu_current_top_of_stack), %rsp
	subq	$SIZEOF_PTREGS, %rsp
	call	do_exit
SYM_CODE_END(rewind_stack_do_exit)
