/* Code that is written, and code that lies across pages. SDM Vol. 3A, "Handling Self- and Cross-Modifying Code". */
#include "test.h"

TEST
	movq	$page - KERNEL_MAP + 7, %rax
	movq	%rax, window_pte
	movq	$page + 0x1000 - KERNEL_MAP + 7, %rax
	movq	%rax, window_pte + 8
	movq	$WINDOW, %rdi
	invlpg	(%rdi)

	/* mov $n, %eax; ret, changed between calls, through another address. */
	movb	$0xb8, page
	movl	$1, page + 1
	movb	$0xc3, page + 5
	movl	$100, %ebx
1:	call	*%rdi
	movl	page + 1, %edx
	CHECK(%rax, %rdx)
	incl	page + 1
	decl	%ebx
	jnz	1b
	/* Changed by the code itself, right before the instruction. */
	movl	$0x000005c6, page		/* movb $0x42, 1(%rip): the next instruction's immediate */
	movb	$0xc6, page
	movb	$0x05, page + 1
	movl	$1, page + 2
	movb	$0x42, page + 6
	movb	$0xb8, page + 7
	movl	$0, page + 8
	movb	$0xc3, page + 12
	call	*%rdi
	CHECK(%rax, $0x42)
	/* By a string store over what comes next: what is executed is what stands there. */
	movb	$0xb0, page + 0x100		/* mov $1, %al; ret */
	movb	$1, page + 0x101
	movb	$0xc3, page + 0x102
	leaq	0x100(%rdi), %rsi
	call	*%rsi
	movl	$2, %ecx
	movl	$0xb0, %eax
	pushq	%rdi
	movq	$page + 0x100, %rdi
	rep; stosb				/* mov $0xb0, %al */
	popq	%rdi
	xorl	%eax, %eax
	call	*%rsi
	CHECK(%rax, $0xb0)

	/* An instruction across the border; then the second page is another. */
	movb	$0xb8, page + 0xffe
	movb	$0x11, page + 0xfff
	movb	$0x22, page + 0x1000
	movw	$0, page + 0x1001
	movb	$0xc3, page + 0x1003
	leaq	0xffe(%rdi), %rsi
	call	*%rsi
	CHECK(%rax, $0x2211)
	movq	$other - KERNEL_MAP + 7, %rax
	movq	%rax, window_pte + 8
	leaq	0x1000(%rdi), %rdx
	invlpg	(%rdx)
	movb	$0x33, other
	movw	$0, other + 1
	movb	$0xc3, other + 3
	call	*%rsi
	CHECK(%rax, $0x3311)
	/* The first page made not executable, then not present. */
	btsq	$63, window_pte
	invlpg	(%rdi)
	CATCH(1f)
	call	*%rsi
1:	CHECK(seen_vector, $PF)
	CHECK(seen_error, $0x11)
	CHECK(seen_rip, %rsi)
	CHECK(seen_cr2, %rsi)
	movq	$0, window_pte
	invlpg	(%rdi)
	CATCH(1f)
	call	*%rsi
1:	CHECK(seen_vector, $PF)
	CHECK(seen_error, $0x10)
	CHECK(seen_cr2, %rsi)
	ret

	.bss
	.balign	4096
other:	.skip	4096
