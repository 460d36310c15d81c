/* Page faults of ring 0 on 512 pages in turn: the handler maps the page and returns. r15 counts faults. */
#include "test.h"

TEST
	movq	$handler, %rax
	movw	%ax, idt + 16 * PF
	shrq	$16, %rax
	movw	%ax, idt + 16 * PF + 6
	movq	$page - KERNEL_MAP + 7, %rbx
1:	movq	$WINDOW, %rdi
	movl	$512, %ecx
2:	movb	(%rdi), %al
	addq	$4096, %rdi
	decl	%ecx
	jnz	2b
	/* Unmapped again, all of them. */
	movq	$window_pte, %rdi
	movl	$512, %ecx
	xorl	%eax, %eax
	rep stosq
	movq	%cr3, %rax
	movq	%rax, %cr3
	jmp	1b

handler:
	pushq	%rax
	movq	%cr2, %rax
	shrq	$12, %rax
	andl	$511, %eax
	movq	%rbx, window_pte(,%rax,8)
	incq	%r15
	popq	%rax
	addq	$8, %rsp
	iretq
