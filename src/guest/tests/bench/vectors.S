/* Packed floats and integers: a dot product of floats, and sums, shuffles and logic of integers. */
#include "test.h"

TEST
	SSE_ON
	movl	$1024, %ecx
	movq	$page, %rdi
1:	cvtsi2ssq %rcx, %xmm0
	movss	%xmm0, (%rdi)
	addq	$4, %rdi
	decl	%ecx
	jnz	1b
2:	movq	$page, %rdi
	movl	$255, %ecx
	xorps	%xmm5, %xmm5
	pxor	%xmm6, %xmm6
3:	movups	(%rdi), %xmm0
	movaps	%xmm0, %xmm1
	mulps	%xmm0, %xmm1
	addps	%xmm1, %xmm5
	movdqu	(%rdi), %xmm2
	pshufd	$0x1b, %xmm2, %xmm3
	paddd	%xmm3, %xmm6
	pxor	%xmm2, %xmm6
	pand	%xmm6, %xmm2
	movdqu	%xmm2, 4096(%rdi)
	addq	$16, %rdi
	decl	%ecx
	jnz	3b
	jmp	2b
