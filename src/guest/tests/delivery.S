/* Which stack, which frame, which flags. SDM Vol. 3A, "Exception and Interrupt Handling in 64-bit Mode". */
#include "test.h"

TEST
	/* Ring 0 stays on its stack; RSP is aligned down to 16, whatever it was, and the frame holds the old one. */
	xorl	%ebx, %ebx
1:	CATCH(2f)
	leaq	stack_of_test(%rbx), %rsp
	ud2
2:	CHECK(seen_vector, $UD)
	leaq	stack_of_test(%rbx), %rax
	CHECK(seen_rsp, %rax)
	andq	$-16, %rax
	subq	$40, %rax
	CHECK(seen_frame, %rax)
	incl	%ebx
	cmpl	$16, %ebx
	jne	1b

	/* With an error code the frame is 48 bytes; seen_frame is where RIP stands, above it. */
	CATCH(2f)
	movq	$stack_of_test, %rsp
	movq	%cs:0x10, %rax
2:	CHECK(seen_vector, $PF)
	CHECK(seen_frame, $stack_of_test - 48 + 8)
	CHECK(seen_cs, $KERNEL_CS)
	CHECK(seen_ss, $KERNEL_SS)
	/* SS is left alone when the ring does not change. */
	CHECK(seen_handler_ss, $KERNEL_SS)

	/* From ring 3: RSP0, and SS becomes null. */
	IN_USER(2, ud2)
	CHECK(seen_vector, $UD)
	CHECK(seen_frame, $rsp0_top - 40)
	CHECK(seen_cs, $USER_CS)
	CHECK(seen_ss, $USER_SS)
	CHECK(seen_rsp, $user_stack_top + USER)
	CHECK(seen_handler_ss, $0)
	/* RSP0 is aligned too. */
	movq	$rsp0_top - 8, tss_rsp0
	IN_USER(2, ud2)
	CHECK(seen_frame, $rsp0_top - 16 - 40)
	movq	$rsp0_top, tss_rsp0

	/* A gate with an IST number takes that stack from both rings, aligned. */
	movq	$ist2_top - 1, tss_ist + 8
	movb	$2, idt + 16 * UD + 4
	FAULTS(UD, NO_ERROR, ud2)
	CHECK(seen_frame, $ist2_top - 16 - 40)
	IN_USER(2, ud2)
	CHECK(seen_frame, $ist2_top - 16 - 40)
	CHECK(seen_handler_ss, $0)
	movb	$0, idt + 16 * UD + 4

	/* An interrupt gate clears IF, a trap gate leaves it; TF, NT and RF go in both; the rest stays. */
	movq	$0x4ed7, %rax			/* NT, OF, DF, IF, SF, ZF, AF, PF, CF; no TF */
	CATCH(1f)
	pushq	%rax
	popfq
	ud2
1:	CHECK(seen_handler_rflags, $0x0cd7)
	movq	seen_rflags, %rax
	andl	$0xffff, %eax
	CHECK(%rax, $0x4ed7)
	movb	$0x8f, idt + 16 * UD + 5
	CATCH(1f)
	pushq	$0x4ed7
	popfq
	ud2
1:	CHECK(seen_handler_rflags, $0x0ed7)
	movb	$0x8e, idt + 16 * UD + 5

	/* A fault's frame has RF. */
	NOT_ON_QEMU
	movq	seen_rflags, %rax
	shrq	$16, %rax
	CHECK(%rax, $1)
	END_NOT_ON_QEMU
	/* A trap's has not, and it points behind the instruction. */
	CATCH(2f)
1:	int3
2:	CHECK(seen_vector, $BP)
	CHECK(seen_error, $NO_ERROR)
	CHECK(seen_rip, $1b + 1)
	movq	seen_rflags, %rax
	shrq	$16, %rax
	CHECK(%rax, $0)
	CATCH(2f)
1:	int	$DONE
2:	CHECK(seen_rip, $1b + 2)

	/* Single step: after the instruction that follows the one that set TF. */
	CATCH(2f)
	pushq	$0x102
	popfq
	nop
1:	nop
2:	CHECK(seen_vector, $DB)
	CHECK(seen_rip, $1b)
	movq	seen_rflags, %rax
	andl	$0x100, %eax
	CHECK(%rax, $0x100)
	movq	seen_handler_rflags, %rax
	andl	$0x100, %eax
	CHECK(%rax, $0)
	movq	%dr6, %rax
	andl	$0x4000, %eax
	CHECK(%rax, $0x4000)

	/* Loading SS holds the trap back for one instruction. SDM Vol. 3A, "Masking Exceptions and Interrupts When Switching Stacks". */
	movl	$KERNEL_SS, %ecx
	CATCH(2f)
	pushq	$0x102
	popfq
	movl	%ecx, %ss
	nop
1:	nop
2:	CHECK(seen_vector, $DB)
	CHECK(seen_rip, $1b)
	ret

	.bss
	.balign	16
	.skip	256
stack_of_test:
	.skip	16
