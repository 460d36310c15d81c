/*
 * The first instruction of a program. System V ABI AMD64, "Initial Stack and Register State": argc is at (%rsp), argv
 * above it; the ABI wants RBP marked as the outermost frame and RSP at a multiple of 16 before a call.
 */
	.section .text, "ax"
	.globl	_start
	.type	_start, @function
_start:
#ifdef __RINGSIDE_CC__
	.frame_hint empty, rsp, 0
#endif
	xorl	%ebp, %ebp
	movq	(%rsp), %rdi
	leaq	8(%rsp), %rsi
	andq	$-16, %rsp
	call	__libc_start_main
	hlt
	.size	_start, . - _start
