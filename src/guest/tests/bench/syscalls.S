/* SYSCALL from ring 3, SYSRET at once. r15 counts round trips. */
#include "test.h"

TEST
	movl	$0xc0000081, %ecx		/* STAR: CS 0x10, SS 0x18; SYSRET: CS 0x23 + 16, SS 0x23 + 8 */
	xorl	%eax, %eax
	movl	$0x00230010, %edx
	wrmsr
	movl	$0xc0000082, %ecx		/* LSTAR */
	movq	$entry, %rax
	movl	$0xffffffff, %edx
	wrmsr
	IN_USER(2, 1: syscall; jmp 1b)

entry:
	incq	%r15
	sysretq
