/* Addresses whose upper bits are not all alike. SDM Vol. 1, "Canonical Addressing"; Vol. 3A, "Interrupt 12" and "Interrupt 13". */
#include "test.h"

#define HOLE	0x0000800000000000

/* QEMU's interpreter makes it #GP through RSP and RBP too. */
#define STACK_OR_GP \
	cmpq $0, on_qemu; je 5f; cmpq $GP, seen_vector; jne 5f; movq $SS, seen_vector; \
5:
#define STACK_FAULTS(...) \
	CATCH(9f); \
8:	__VA_ARGS__; \
9:	STACK_OR_GP; \
	pushq $8b; pushq $0; pushq $SS; pushq $__LINE__; call check_fault; addq $32, %rsp

TEST
	movq	$HOLE, %rdi
	/* Through RSP and RBP it is the stack's fault, and otherwise general protection; never a page fault, and CR2 stays. */
	movq	$0x1234, %rax
	movq	%rax, %cr2
	FAULTS(GP, 0, movb (%rdi), %al)
	FAULTS(GP, 0, movb %al, (%rdi))
	FAULTS(GP, 0, incq 8(%rdi,%rdi))
	movq	%rdi, %rbp
	STACK_FAULTS(movb (%rbp), %al)
	STACK_FAULTS(movb %al, 16(%rbp))
	STACK_FAULTS(leave)
	xorl	%ebp, %ebp
	/* An index decides nothing. */
	movq	%rdi, %rbp
	xorl	%eax, %eax
	FAULTS(GP, 0, movb (%rax,%rbp), %al)
	xorl	%ebp, %ebp
	CHECK(seen_cr2, $0x1234)
	/* The first byte below the upper half. */
	movq	$0xffff7fffffffffff, %rsi
	FAULTS(GP, 0, movb (%rsi), %al)
	/* In ring 3 too. */
	USER_FAULTS(GP, 0, movb (%rdi), %al)
	IN_USER(2, movb 8(%rsp,%rdi), %al)
	STACK_OR_GP
	CHECK(seen_vector, $SS)
	CHECK(seen_error, $0)

	/* The stack itself. Its registers stand as they were. */
	CATCH(2f)
	movq	%rdi, %rsp
1:	popq	%rax
2:	CHECK(seen_vector, $DF)			/* #SS finds the same stack */
	CHECK(seen_rip, $1b)
	CHECK(seen_rsp, %rdi)
	IN_USER(2, movq %rdi, %rsp; popq %rax)
	STACK_OR_GP
	CHECK(seen_vector, $SS)
	CHECK(seen_error, $0)
	CHECK(seen_rsp, %rdi)
	/* One word down it is canonical again, and not mapped. */
	IN_USER(2, movq %rdi, %rsp; pushq $0)
	CHECK(seen_vector, $PF)
	CHECK(seen_error, $6)
	IN_USER(2, leaq 16(%rdi), %rsp; pushq $0)
	STACK_OR_GP
	CHECK(seen_vector, $SS)
	IN_USER(2, leaq 16(%rdi), %rsp; call 5f; 5: nop)
	STACK_OR_GP
	CHECK(seen_vector, $SS)

	/* Going there: the branch faults, not what would be fetched. */
	NOT_ON_QEMU
	FAULTS(GP, 0, jmp *%rdi)
	movq	%rsp, %rbx
	FAULTS(GP, 0, call *%rdi)
	CHECK(seen_rsp, %rbx)
	CATCH(2f)
	pushq	%rdi
	movq	%rsp, %rbx
1:	ret
2:	CHECK(seen_vector, $GP)
	CHECK(seen_rip, $1b)
	CHECK(seen_rsp, %rbx)
	END_NOT_ON_QEMU

	/* Bases of FS and GS take canonical addresses only. */
	NOT_ON_QEMU
	FAULTS(GP, 0, wrfsbase %rdi)
	movl	$0xc0000101, %ecx
	movl	$0x8000, %edx
	xorl	%eax, %eax
	FAULTS(GP, 0, wrmsr)
	END_NOT_ON_QEMU
	/* The sum of base and offset is what counts. */
	movq	$HOLE - 8, %rdx
	wrfsbase %rdx
	FAULTS(GP, 0, movb %fs:8, %al)
	xorl	%edx, %edx
	wrfsbase %rdx
	ret
