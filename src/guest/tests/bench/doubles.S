/* Scalar doubles: a polynomial at points from memory, its sum, and a comparison. */
#include "test.h"

TEST
	SSE_ON
	movl	$512, %ecx
	movq	$page, %rdi
1:	cvtsi2sdq %rcx, %xmm0
	movsd	%xmm0, (%rdi)
	addq	$8, %rdi
	decl	%ecx
	jnz	1b
2:	movq	$page, %rdi
	movl	$512, %ecx
	xorps	%xmm5, %xmm5
3:	movsd	(%rdi), %xmm0
	movapd	%xmm0, %xmm1
	mulsd	third, %xmm1
	addsd	second, %xmm1
	mulsd	%xmm0, %xmm1
	subsd	first, %xmm1
	ucomisd	%xmm1, %xmm5
	ja	4f
	addsd	%xmm1, %xmm5
4:	divsd	scale, %xmm5
	movsd	%xmm5, 4096(%rdi)
	addq	$8, %rdi
	decl	%ecx
	jnz	3b
	jmp	2b

	.section .rodata
	.balign	8
third:	.quad	0x3fe8000000000000		/* 0.75 */
second:	.quad	0x3ff4000000000000		/* 1.25 */
first:	.quad	0x4000000000000000		/* 2.0 */
scale:	.quad	0x3ff0100000000000
