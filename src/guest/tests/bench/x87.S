/* x87: a polynomial at points from memory, in extended precision. */
#include "test.h"

TEST
	fninit
	movl	$512, %ecx
	movq	$page, %rdi
1:	movl	%ecx, (%rdi)
	movl	$0, 4(%rdi)
	fildll	(%rdi)
	fstpl	(%rdi)
	addq	$8, %rdi
	decl	%ecx
	jnz	1b
2:	movq	$page, %rdi
	movl	$512, %ecx
3:	fldl	(%rdi)
	fld	%st(0)
	fmull	third
	faddl	second
	fmulp	%st, %st(1)
	fsubl	first
	fstpl	4096(%rdi)
	addq	$8, %rdi
	decl	%ecx
	jnz	3b
	jmp	2b

	.section .rodata
	.balign	8
third:	.quad	0x3fe8000000000000		/* 0.75 */
second:	.quad	0x3ff4000000000000		/* 1.25 */
first:	.quad	0x4000000000000000		/* 2.0 */
