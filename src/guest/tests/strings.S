/* String instructions that fault on the way. SDM Vol. 2, "REP/REPE/REPZ/REPNE/REPNZ", and Vol. 3A, "Restarting of Program or Task". */
#include "test.h"

/* The first page of the window is there, the second is not. */
#define END	WINDOW + 0x1000

TEST
	movq	$page - KERNEL_MAP + 7, %rax
	movq	%rax, window_pte
	movq	$0, window_pte + 8
	movq	$WINDOW, %r8
	invlpg	(%r8)

	/* Stores up to the end of the page; registers stand at the one that faults. */
	movq	$END - 10, %rdi
	movl	$100, %ecx
	movl	$0x77, %eax
	FAULTS(PF, 2, rep; stosb)
	CHECK(%rcx, $90)
	movq	$END, %rdx
	CHECK(%rdi, %rdx)
	CHECK(seen_cr2, %rdx)
	movzbl	page + 0xfff, %edx
	CHECK(%rdx, $0x77)

	/* By eights, across the border: the one that lies half outside is not begun. */
	movq	$END - 20, %rdi
	movl	$5, %ecx
	movq	$0x1122334455667788, %rax
	movq	$0, page + 0xff8
	FAULTS(PF, 2, rep; stosq)
	CHECK(%rcx, $3)
	movq	$END, %rdx
	CHECK(seen_cr2, %rdx)
	subq	$4, %rdx
	CHECK(%rdi, %rdx)
	movl	page + 0xffc, %edx
	CHECK(%rdx, $0)

	/* Moves: source and destination, each as the one that is missing. */
	movq	$END - 6, %rsi
	movq	$WINDOW, %rdi
	movl	$16, %ecx
	FAULTS(PF, 0, rep; movsb)
	CHECK(%rcx, $10)
	movq	$WINDOW + 6, %rdx
	CHECK(%rdi, %rdx)
	movq	$WINDOW, %rsi
	movq	$END - 6, %rdi
	movl	$16, %ecx
	FAULTS(PF, 2, rep; movsb)
	CHECK(%rcx, $10)
	movq	$WINDOW + 6, %rdx
	CHECK(%rsi, %rdx)
	/* Both at once: the read comes first. */
	movq	$END, %rsi
	movq	$END + 0x1000, %rdi
	movl	$1, %ecx
	FAULTS(PF, 0, rep; movsb)
	CHECK(seen_cr2, %rsi)
	/* Downwards. */
	movq	$WINDOW - 1 + 4, %rdi
	movl	$16, %ecx
	std
	FAULTS(PF, 2, rep; stosb)
	CHECK(%rcx, $12)
	movq	$WINDOW - 1, %rdx
	CHECK(%rdi, %rdx)
	CHECK(seen_cr2, %rdx)

	/* When a comparison faults, the flags are again what they were before the first one. */
	movq	$WINDOW + 0xffc, %rdi
	movl	$0x01010101, page + 0xffc
	movl	$16, %ecx
	movl	$1, %eax
	cld
	testl	%eax, %eax
	FAULTS(PF, 0, repe; scasb)
	CHECK(%rcx, $12)
	NOT_ON_QEMU				/* it leaves those of the last comparison */
	movq	seen_rflags, %rdx
	andl	$0x40, %edx
	CHECK(%rdx, $0)
	END_NOT_ON_QEMU
	/* It ends where the comparison fails, before the missing page. */
	movq	$WINDOW + 0xffc, %rdi
	movb	$2, page + 0xffe
	movl	$16, %ecx
	CATCH(1f)
	repe; scasb
1:	CHECK(seen_vector, $NOTHING)
	CHECK(%rcx, $13)

	/* A count of 0 touches nothing. */
	movq	$END, %rdi
	xorl	%ecx, %ecx
	CATCH(1f)
	rep; stosb
	rep; movsb
1:	CHECK(seen_vector, $NOTHING)
	movq	$END, %rdx
	CHECK(%rdi, %rdx)
	ret
