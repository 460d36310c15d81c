/* INT from ring 3 to a handler that returns at once. r15 counts round trips. */
#include "test.h"

TEST
	movq	$handler, %rax
	movw	%ax, idt + 16 * 0x80
	shrq	$16, %rax
	movw	%ax, idt + 16 * 0x80 + 6
	movb	$0xee, idt + 16 * 0x80 + 5
	IN_USER(2, 1: int $0x80; jmp 1b)

handler:
	incq	%r15
	iretq
