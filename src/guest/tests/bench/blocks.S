/* REP MOVS of 64 bytes, 256 times over two pages. r15 counts blocks. */
#include "test.h"

TEST
1:	movq	$page, %rsi
	movq	$page + 4096, %rdi
	movl	$64, %edx
2:	movl	$8, %ecx
	rep movsq
	incq	%r15
	decl	%edx
	jnz	2b
	jmp	1b
