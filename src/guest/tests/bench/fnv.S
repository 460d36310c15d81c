/* FNV-1a over keys of eight bytes, then a look into a chained table: two pages, buckets and a key in one, nodes of three words in the other. */
#include "test.h"

#define KEYS	160
#define KEY	page + 2048
#define NEXT	page + 2056

TEST
	movq	$page + 4096, %rax
	movq	%rax, NEXT
1:	xorl	%r12d, %r12d
2:	imulq	$0x61c88647, %r12, %rax
	movq	%rax, KEY
	/* Its hash. */
	movabsq	$0xcbf29ce484222325, %rax
	movabsq	$0x100000001b3, %r8
	movq	$KEY, %rsi
	movl	$8, %ecx
3:	movzbl	(%rsi), %edx
	xorq	%rdx, %rax
	imulq	%r8, %rax
	incq	%rsi
	decl	%ecx
	jnz	3b
	/* Its node, or a new one: next, key, count. */
	movq	KEY, %rdx
	movl	%eax, %ebx
	andl	$63, %ebx
	movq	$page, %rdi
	leaq	(%rdi,%rbx,8), %rdi
	movq	(%rdi), %rbx
4:	testq	%rbx, %rbx
	jz	5f
	cmpq	%rdx, 8(%rbx)
	je	6f
	movq	(%rbx), %rbx
	jmp	4b
5:	movq	NEXT, %rbx
	addq	$24, NEXT
	movq	%rdx, 8(%rbx)
	movq	(%rdi), %rax
	movq	%rax, (%rbx)
	movq	%rbx, (%rdi)
6:	incq	16(%rbx)
	incl	%r12d
	cmpl	$KEYS, %r12d
	jb	2b
	incq	%r15
	jmp	1b
