/* IRETQ: what it takes and what it refuses. SDM Vol. 2A, "IRET/IRETD/IRETQ". */
#include "test.h"

/* In ring 0, with a frame of these five words, IRETQ itself faults; RSP has not moved. */
#define REFUSES(vector, error, stack_selector, stack, flags, selector, address) \
	movq $address, %rax; movq %rax, frame; movq $selector, frame + 8; movq $(flags), frame + 16; \
	movq $stack, %rax; movq %rax, frame + 24; movq $stack_selector, frame + 32; \
	CATCH(9f); movq $frame, %rsp; \
8:	iretq; \
9:	pushq $8b; pushq $error; pushq $vector; pushq $__LINE__; call check_fault; addq $32, %rsp; \
	CHECK(seen_rsp, $frame)

#define GOES(stack_selector, stack, flags, selector, address) \
	CATCH(9f); pushq stack_selector; pushq stack; pushq flags; pushq selector; pushq address; iretq; \
9:

TEST
	/* Same ring: RSP and SS are popped all the same. */
	movq	$other_stack - 3, %rbx
	CATCH(2f)
	pushq	$KERNEL_SS
	pushq	%rbx
	pushq	$0xcd7
	pushq	$KERNEL_CS
	pushq	$1f
	iretq
1:	movq	%rsp, %rbx
	ud2
2:	CHECK(seen_vector, $UD)
	CHECK(%rbx, $other_stack - 3)
	movq	seen_rflags, %rax
	andl	$0xffff, %eax
	CHECK(%rax, $0xcd7)
	/* A null SS is allowed in ring 0. */
	GOES($0, $other_stack, $2, $KERNEL_CS, $landing)
	CHECK(seen_vector, $UD)
	CHECK(seen_ss, $0)
	CHECK(seen_rsp, $other_stack)

	/* TF from the frame: the trap comes after the next instruction. */
	GOES($KERNEL_SS, $other_stack, $0x102, $KERNEL_CS, $landing_nop)
	CHECK(seen_vector, $DB)
	CHECK(seen_rip, $landing)

	/* What it refuses. The error code is the selector's index, or 0. */
	REFUSES(GP, 0, KERNEL_SS, 0, 2, 0, 0)
	REFUSES(GP, 0x78, KERNEL_SS, 0, 2, 0x78, 0)
	REFUSES(GP, KERNEL_SS, KERNEL_SS, 0, 2, KERNEL_SS, 0)
	REFUSES(GP, 0, 0, 0, 2, USER_CS, 0)
	REFUSES(GP, 0x28, 0x28, 0, 2, USER_CS, 0)
	REFUSES(GP, 0x18, 0x1b, 0, 2, USER_CS, 0)
	REFUSES(GP, 0x30, USER_SS, 0, 2, 0x30, 0)
	REFUSES(GP, 0x10, USER_SS, 0, 2, 0x13, 0)
	NOT_ON_QEMU
	REFUSES(GP, 0, KERNEL_SS, 0, 2, KERNEL_CS, 0x800000000000)
	REFUSES(GP, 0, USER_SS, 0, 2, USER_CS, 0x800000000000)
	END_NOT_ON_QEMU
	/* NT asks for a task switch, which 64-bit mode does not have. */
	CATCH(2f)
	pushq	$0x4002
	popfq
1:	iretq
2:	CHECK(seen_vector, $GP)
	CHECK(seen_error, $0)
	CHECK(seen_rip, $1b)
	/* A frame that is not there. */
	movq	$0xffffffff90000000, %rbx
	CATCH(2f)
	movq	%rbx, %rsp
1:	iretq
2:	CHECK(seen_vector, $DF)
	CHECK(seen_rip, $1b)
	CHECK(seen_rsp, %rbx)

	/* Ring 3 cannot go in, and changes neither IF nor IOPL. */
	IN_USER(2, pushq $KERNEL_SS; pushq $0; pushq $2; pushq $KERNEL_CS; pushq $landing; iretq)
	CHECK(seen_vector, $GP)
	CHECK(seen_error, $KERNEL_CS)
	CHECK(seen_cs, $USER_CS)
	IN_USER(2, movq %rsp, %rbx; pushq $USER_SS; pushq %rbx; pushq $0x3202; pushq $USER_CS; pushq $landing + USER; iretq)
	CHECK(seen_vector, $UD)
	movq	seen_rflags, %rax
	andl	$0xffff, %eax
	CHECK(%rax, $2)
	/* Going out, ring 0 sets both. */
	GOES($USER_SS, $user_stack_top + USER, $0x3002, $USER_CS, $landing + USER)
	movq	seen_rflags, %rax
	andl	$0xffff, %eax
	CHECK(%rax, $0x3002)

	/* POPF has the same rules, without a word about it. */
	IN_USER(2, pushq $0x3ad7; popfq; ud2)
	movq	seen_rflags, %rax
	andl	$0xffff, %eax
	CHECK(%rax, $0x8d7)
	/* CLI and STI need IOPL. */
	USER_FAULTS(GP, 0, cli)
	USER_FAULTS(GP, 0, sti)
	IN_USER(0x3002, cli; sti; cli)
	CHECK(seen_vector, $DONE)
	ret

landing_nop:
	nop
landing:
	ud2

	.data
	.balign	16
	.skip	256
frame:	.quad	0, 0, 0, 0, 0
	.balign	16
	.skip	256
other_stack:
