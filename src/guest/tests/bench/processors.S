/*
 * Every CPU hashes words of its own, and counts each block of them in a word of all (r15 too). Alone and with three others: what it costs
 * that CPUs take turns. How they start: processors.S one folder up.
 */
#include "test.h"

#define SVR		LOCAL_APIC + 0xf0
#define ICR_LOW		LOCAL_APIC + 0x300
#define OTHERS		0xc0000
#define SEND_INIT	0x4500
#define SEND_START	0x4600
/* The page that the start-up message names. */
#define START_PAGE	0x8000
#define BLOCK		64

TEST
	sgdt	gdt_here
	sidt	idt_here
	movq	%cr3, %rax
	movq	%rax, cr3_here
	movq	pml4 + 511 * 8, %rax
	movq	%rax, start_pml4 + 511 * 8
	movq	$start_code, %rsi
	movq	$START_PAGE + KERNEL_MAP, %rdi
	movl	$start_end - start_code, %ecx
	rep movsb
	movl	$SEND_INIT + OTHERS, ICR_LOW
	movl	$1000, %ecx
1:	pause
	loop	1b
	movl	$SEND_START + OTHERS + (START_PAGE / 4096), ICR_LOW
	xorl	%ebx, %ebx
	jmp	work

other:	movq	cr3_here, %rax
	movq	%rax, %cr3
	lgdt	gdt_here
	lidt	idt_here
	movl	$0x1ff, SVR
	movl	$1, %ebx
	lock xaddl %ebx, arrived
/* ebx: its place. */
work:	movl	%ebx, %eax
	shll	$12, %eax
	leaq	areas(%rax), %rdi
	leaq	4096(%rdi), %rsp
	movl	$0x9e3779b9, %r8d
1:	call	block
	lock incq blocks
	incq	%r15
	jmp	1b

block:	xorl	%ecx, %ecx
1:	movq	(%rdi,%rcx,8), %rax
	xorq	%r8, %rax
	movq	%rax, %rdx
	shrq	$29, %rdx
	xorq	%rdx, %rax
	leaq	(%rax,%rax,4), %rax
	addq	%rcx, %rax
	movq	%rax, (%rdi,%rcx,8)
	addq	%rax, %r8
	incl	%ecx
	cmpl	$BLOCK, %ecx
	jb	1b
	ret

	.data
	.balign	8
start_code:
	.byte	0xeb, 0x46, 0, 0, 0, 0, 0, 0
	.ascii	"RINGAP64"
	.quad	other, 0, start_pml4 - KERNEL_MAP, 0x100b0, 0x901
	.word	31
	.quad	START_PAGE + 0xc0
	.byte	0, 0, 0, 0, 0, 0
	.skip	0xc0 - 0x48
	.quad	0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff
start_end:

	.balign	8
gdt_here: .quad	0, 0
idt_here: .quad	0, 0
cr3_here: .quad	0
blocks:	.quad	0
arrived: .long	1

	.balign	4096
start_pml4:
	.quad	start_pdpt - KERNEL_MAP + 3
	.fill	511, 8, 0
start_pdpt:
	.quad	start_pd - KERNEL_MAP + 3
	.fill	511, 8, 0
start_pd:
	.quad	0x83
	.fill	511, 8, 0

	.bss
	.balign	4096
areas:	.skip	8 * 4096
