/* 2,048 functions of 128 instructions, each called once a round: what code costs that is new. No two immediates are alike. */
#include "test.h"

	.set	value, 0x1234567
TEST
1:	incq	%r15
	.set	n, 0
	.rept	2048
	call	functions + 128 * 8 * n
	.set	n, n + 1
	.endr
	jmp	1b

/* Eight bytes an instruction, so that a function takes 1,024. */
	.balign	1024
functions:
	.rept	2048
	.rept	21
	leaq	value(%rax), %rcx
	.byte	0x3e				/* DS: does nothing here */
	addq	$value + 1, %rdx
	.byte	0x3e
	xorq	$value + 2, %rcx
	leaq	value + 3(%rdx,%rcx), %rax
	.byte	0x3e
	andq	$value + 4, %rsi
	.byte	0x3e
	movq	$value + 5, %rdi
	.set	value, value + 7
	.endr
	nop
	ret
	.balign	1024
	.endr
