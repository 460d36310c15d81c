/* SYSCALL and SYSRET. SDM Vol. 2B, "SYSCALL" and "SYSRET". */
#include "test.h"

#define MSR(number, high, low) \
	movl $number, %ecx; movl $low, %eax; movl $high, %edx; wrmsr
#define EFER	0xc0000080
#define STAR	0xc0000081
#define LSTAR	0xc0000082
#define FMASK	0xc0000084

TEST
	/* SYSCALL: CS 0x10, SS 0x18; SYSRET: CS 0x23 + 16, SS 0x23 + 8. */
	MSR(STAR, 0x00230010, 0)
	movl	$LSTAR, %ecx
	movq	$entry, %rax
	movl	$0xffffffff, %edx
	wrmsr
	MSR(FMASK, 0, 0x4000)

	/* In: RCX is the way back, R11 the flags, RSP and the stack are not touched, FMASK's bits are cleared. */
	CATCH(1f)
	IN_USER(0xcd7, movq $-1, %rcx; syscall)
1:	CHECK(%rcx, $6b + USER + 9)
	CHECK(%r11, $0xcd7)
	CHECK(entry_rsp, $user_stack_top + USER)
	NOT_ON_QEMU				/* it clears the status flags and DF, whatever FMASK says */
	CHECK(entry_flags, $0xcd7)
	END_NOT_ON_QEMU
	CHECK(entry_cs, $KERNEL_CS)
	CHECK(entry_ss, $KERNEL_SS)
	MSR(FMASK, 0, 0x47fd5)
	IN_USER(0xcd7, syscall)
	CHECK(%r11, $0xcd7)
	CHECK(entry_flags, $2)
	/* From ring 0 as well. */
	CATCH(2f)
	movq	%rsp, %rbx
	syscall
1:	ud2
2:	CHECK(%rcx, $1b)
	CHECK(entry_cs, $KERNEL_CS)
	CHECK(entry_rsp, %rbx)

	/* Out: RIP from RCX, flags from R11 without RF and VM and with bit 1, RSP as it is. */
	.pushsection .text.user, "ax"
6:	pushfq
	popq	%rbx
	movq	%rsp, %rsi
	movl	%cs, %edx
	movl	%ss, %edi
	int	$DONE
	.popsection
	CATCH(9f)
	movq	$6b + USER, %rcx
	movq	$0x10cd5, %r11
	NOT_ON_QEMU				/* it would set VM */
	movq	$0x30cd5, %r11
	END_NOT_ON_QEMU
	movq	$user_stack_top + USER - 8, %rsp
	sysretq
9:	CHECK(%rbx, $0xcd7)
	CHECK(%rsi, $user_stack_top + USER - 8)
	CHECK(%rdx, $USER_CS)
	CHECK(%rdi, $USER_SS)
	CHECK(seen_vector, $DONE)
	/* Both levels of selectors come with RPL 3, whatever STAR says. */
	MSR(STAR, 0x00200010, 0)
	CATCH(9f)
	movq	$6b + USER, %rcx
	movq	$2, %r11
	movq	$user_stack_top + USER - 8, %rsp
	sysretq
9:	CHECK(%rdx, $USER_CS)
	CHECK(%rdi, $USER_SS)
	MSR(STAR, 0x00230010, 0)

	/* An address that is not canonical faults while still in ring 0, on Intel: on the user's stack, if that was loaded first. */
	movq	$0x800000000000, %rcx
	NOT_ON_QEMU
	FAULTS(GP, 0, sysretq)
	CHECK(seen_cs, $KERNEL_CS)
	END_NOT_ON_QEMU
	USER_FAULTS(GP, 0, sysretq)

	/* Without EFER.SCE neither exists. */
	MSR(EFER, 0, 0xd00)
	USER_FAULTS(UD, NO_ERROR, syscall)
	FAULTS(UD, NO_ERROR, sysretq)
	USER_FAULTS(UD, NO_ERROR, sysretq)
	MSR(EFER, 0, 0xd01)

	/* LSTAR takes canonical addresses only. */
	movl	$LSTAR, %ecx
	movl	$0x8000, %edx
	xorl	%eax, %eax
	NOT_ON_QEMU
	FAULTS(GP, 0, wrmsr)
	END_NOT_ON_QEMU
	/* EFER's reserved bits must be zero. */
	movl	$EFER, %ecx
	movl	$1, %edx
	movl	$0xd01, %eax
	NOT_ON_QEMU
	FAULTS(GP, 0, wrmsr)
	END_NOT_ON_QEMU
	ret

entry:	movq	%rsp, entry_rsp
	movq	$entry_stack, %rsp
	pushfq
	popq	entry_flags
	movl	%cs, %esp
	movq	%rsp, entry_cs
	movl	%ss, %esp
	movq	%rsp, entry_ss
	movq	resume_rsp, %rsp
	cld
	jmp	*resume

	.data
	.balign	8
entry_rsp:	.quad 0
entry_flags:	.quad 0
entry_cs:	.quad 0
entry_ss:	.quad 0
	.skip	64
entry_stack:
