/*
 * Who may do what: every combination of P, W, U and NX at each of the four levels, with WP, SMEP, SMAP and AC, for reads,
 * writes and fetches of both rings. SDM Vol. 3A, "Determination of Access Rights" and "Page-Fault Exceptions".
 */
#include "test.h"

#define READ	0
#define WRITE	1
#define FETCH	2

TEST
	/* What a fetch finds: the way out. */
	movw	$0x81cd, page
	xorl	%r15d, %r15d		/* level: 0 is the PTE */
level:	xorl	%r14d, %r14d		/* mode: WP 1, SMEP 2, SMAP 4, AC 8 */
mode:	movl	$0x80000033, %eax
	btl	$0, %r14d
	jnc	1f
	orl	$0x10000, %eax
1:	movq	%rax, %cr0
	movl	$0x100b0, %eax
	btl	$1, %r14d
	jnc	1f
	orl	$0x100000, %eax
1:	btl	$2, %r14d
	jnc	1f
	orl	$0x200000, %eax
1:	movq	%rax, %cr4
	xorl	%ebx, %ebx		/* entry: P 1, W 2, U 4, NX 8 */
entry:	xorl	%ebp, %ebp		/* access: READ, WRITE, FETCH; from 4 on by ring 3 */
access:	call	try
	incl	%ebp
	cmpl	$3, %ebp
	jne	1f
	incl	%ebp
1:	cmpl	$7, %ebp
	jne	access
	incl	%ebx
	cmpl	$16, %ebx
	jne	entry
	incl	%r14d
	cmpl	$16, %r14d
	jne	mode
	incl	%r15d
	cmpl	$4, %r15d
	jne	level
	movl	$0x80010033, %eax
	movq	%rax, %cr0
	movl	$0x100b0, %eax
	movq	%rax, %cr4
	ret

/* One case. The entry of the level under test has the bits of ebx, the others allow everything. */
try:	movq	$page - KERNEL_MAP + 7, %rax
	movq	%rax, window_pte
	movq	$window_pte - KERNEL_MAP + 7, window_pde
	movq	$window_pde - KERNEL_MAP + 7, window_pdpte
	movq	$window_pdpte - KERNEL_MAP + 7, window_pml4e
	movq	places(,%r15,8), %rcx
	movq	(%rcx), %rax
	andq	$-8, %rax
	movl	%ebx, %edx
	andl	$7, %edx
	orq	%rdx, %rax
	btl	$3, %ebx
	jnc	1f
	btsq	$63, %rax
1:	movq	%rax, (%rcx)
	movq	$WINDOW, %rdi
	invlpg	(%rdi)

	/* What the manual says: the error code in r12, r13 = 0 when the access is allowed. */
	movl	%ebp, %r11d
	andl	$3, %r11d		/* kind */
	xorl	%r12d, %r12d
	cmpl	$WRITE, %r11d
	jne	1f
	orl	$2, %r12d
1:	cmpl	$FETCH, %r11d
	jne	1f
	orl	$16, %r12d
1:	btl	$2, %ebp
	jnc	1f
	orl	$4, %r12d
1:	movl	$1, %r13d
	btl	$0, %ebx
	jnc	run			/* not present: P is 0 in the error code */
	orl	$1, %r12d
	btl	$2, %ebp
	jnc	supervisor
	btl	$2, %ebx
	jnc	run
	cmpl	$WRITE, %r11d
	je	needs_w
	jmp	may_fetch
needs_w:
	btl	$1, %ebx
	jnc	run
	jmp	allowed
supervisor:
	cmpl	$FETCH, %r11d
	je	smep
	/* Data. A user page under SMAP needs AC. */
	btl	$2, %ebx
	jnc	1f
	movl	%r14d, %eax
	andl	$12, %eax
	cmpl	$4, %eax
	je	run
1:	cmpl	$WRITE, %r11d
	jne	allowed
	btl	$0, %r14d
	jnc	allowed			/* without WP ring 0 writes anywhere */
	jmp	needs_w
smep:	btl	$2, %ebx
	jnc	may_fetch
	btl	$1, %r14d
	jc	run
may_fetch:
	cmpl	$FETCH, %r11d
	jne	allowed
	btl	$3, %ebx
	jc	run
allowed:
	xorl	%r13d, %r13d

run:	CATCH(over)
	btl	$2, %ebp
	jc	ring3
	movl	$2, %eax
	btl	$3, %r14d
	jnc	1f
	orl	$0x40000, %eax
1:	pushq	%rax
	popfq
	jmp	*kinds(,%r11,8)
ring3:	pushq	$USER_SS
	pushq	$user_stack_top + USER
	pushq	$2
	pushq	$USER_CS
	movq	kinds(,%r11,8), %rax
	addq	user_distance, %rax
	pushq	%rax
	iretq
read:	movb	(%rdi), %al
	int	$DONE
write:	movb	$0xcd, (%rdi)
	int	$DONE
fetch:	jmp	*%rdi

over:	testl	%r13d, %r13d
	jnz	1f
	CHECK(seen_vector, $DONE)
	/* The walk has noted what it did. */
	movq	places(,%r15,8), %rcx
	movq	window_pte, %rax
	andl	$PTE_A | PTE_D, %eax
	movl	$PTE_A, %edx
	cmpl	$WRITE, %r11d
	jne	2f
	orl	$PTE_D, %edx
2:	CHECK(%rax, %rdx)
	movq	window_pde, %rax
	andl	$PTE_A, %eax
	CHECK(%rax, $PTE_A)
	movq	window_pml4e, %rax
	andl	$PTE_A, %eax
	CHECK(%rax, $PTE_A)
	ret
1:	CHECK(seen_vector, $PF)
	CHECK(seen_error, %r12)
	CHECK(seen_cr2, %rdi)
	ret

	.section .rodata
	.balign	8
places:	.quad	window_pte, window_pde, window_pdpte, window_pml4e
kinds:	.quad	read, write, fetch
user_distance: .quad USER
