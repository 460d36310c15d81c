/* Bits that must be zero in page-table entries, and pages that lie across a border. SDM Vol. 3A, "4-Level Paging" and "Page-Fault Exceptions". */
#include "test.h"

#define CLEAN(table, entry) \
	movq $entry - KERNEL_MAP + 7, %rax; movq %rax, table
#define SET_BIT(table, bit) \
	btsq $bit, table; invlpg (%rdi)

/* QEMU's interpreter leaves P out of the error code when RSVD is in it. The manual: "bit 3 can be set only if bit 0 is also set". */
#define RESERVED(error, ...) \
	CATCH(9f); \
8:	__VA_ARGS__; \
9:	movq on_qemu, %rdx; orq %rdx, seen_error; \
	pushq $8b; pushq $error; pushq $PF; pushq $__LINE__; call check_fault; addq $32, %rsp

TEST
	movq	$WINDOW, %rdi
	movb	$0x90, page

	/* A physical address beyond the CPU's 40 bits, at each level: RSVD with P, and W for a write. */
	CLEAN(window_pte, page)
	SET_BIT(window_pte, 50)
	RESERVED(9, movb (%rdi), %al)
	CHECK(seen_cr2, %rdi)
	RESERVED(11, movb %al, (%rdi))
	CLEAN(window_pte, page)
	SET_BIT(window_pde, 50)
	RESERVED(9, movb (%rdi), %al)
	CLEAN(window_pde, window_pte)
	SET_BIT(window_pdpte, 50)
	RESERVED(9, movb (%rdi), %al)
	CLEAN(window_pdpte, window_pde)
	SET_BIT(window_pml4e, 50)
	RESERVED(9, movb (%rdi), %al)
	CLEAN(window_pml4e, window_pdpte)

	/* PS is reserved in a PML4 entry. */
	SET_BIT(window_pml4e, 7)
	RESERVED(9, movb (%rdi), %al)
	CLEAN(window_pml4e, window_pdpte)

	/* A 2 MiB page whose frame is not a multiple of it. */
	movq	$0x1000000 + 0x87, %rax
	movq	%rax, window_pde
	invlpg	(%rdi)
	movb	(%rdi), %al
	SET_BIT(window_pde, 13)
	RESERVED(9, movb (%rdi), %al)
	CLEAN(window_pde, window_pte)
	invlpg	(%rdi)

	/* Ring 3 has U in the error code too. */
	SET_BIT(window_pte, 50)
	IN_USER(2, movb (%rdi), %al)
	movq	on_qemu, %rdx
	orq	%rdx, seen_error
	CHECK(seen_error, $13)
	CLEAN(window_pte, page)
	invlpg	(%rdi)

	/* NX is a reserved bit while EFER.NXE is 0, and a fetch then has no I in its error code. */
	movl	$0xc0000080, %ecx
	rdmsr
	movq	%rax, %r8
	andl	$~0x800, %eax
	wrmsr
	SET_BIT(window_pte, 63)
	RESERVED(9, movb (%rdi), %al)
	CLEAN(window_pte, page)
	movq	$0, window_pte
	invlpg	(%rdi)
	CATCH(1f)
	jmp	*%rdi
1:	CHECK(seen_vector, $PF)
	CHECK(seen_error, $0)
	movq	%r8, %rax
	xorl	%edx, %edx
	wrmsr
	CATCH(1f)
	jmp	*%rdi
1:	CHECK(seen_error, $16)

	/* Data across two pages: the fault names the first byte that is missing, and nothing was written before it. */
	CLEAN(window_pte, page)
	movq	$0, window_pte + 8
	movq	$0x1111111111111111, %rax
	movq	%rax, page + 0xff8
	leaq	0xffc(%rdi), %rsi
	movq	$0x2222222222222222, %rax
	FAULTS(PF, 2, movq %rax, (%rsi))
	leaq	0x1000(%rdi), %rdx
	CHECK(seen_cr2, %rdx)
	movq	page + 0xff8, %rax
	movq	$0x1111111111111111, %rdx
	CHECK(%rax, %rdx)
	FAULTS(PF, 0, movq (%rsi), %rax)
	leaq	0x1000(%rdi), %rdx
	CHECK(seen_cr2, %rdx)
	/* Both missing: the first. */
	movq	$0, window_pte
	invlpg	(%rdi)
	FAULTS(PF, 0, movq (%rsi), %rax)
	CHECK(seen_cr2, %rsi)

	/* Read, then write: the write finds no W, and a read-modify-write says so at once. */
	movq	$page - KERNEL_MAP + 5, %rax
	movq	%rax, window_pte
	invlpg	(%rdi)
	FAULTS(PF, 3, incb (%rdi))
	FAULTS(PF, 3, lock; incb (%rdi))
	movl	$1, %eax
	FAULTS(PF, 3, cmpxchgl %ecx, (%rdi))
	FAULTS(PF, 3, xchgl %ecx, (%rdi))
	USER_FAULTS(PF, 7, btsl $0, (%rdi))
	/* Comparing writes nothing. */
	CATCH(1f)
	cmpb	$0, (%rdi)
	testb	$1, (%rdi)
	btl	$0, (%rdi)
1:	CHECK(seen_vector, $NOTHING)

	/* An instruction that begins in one page and ends in the next: the fetch faults on the second, RIP is the instruction. */
	CLEAN(window_pte, page)
	movq	$0, window_pte + 8
	movb	$0xb8, page + 0xffe		/* mov $imm32, %eax */
	leaq	0xffe(%rdi), %rsi
	CATCH(1f)
	jmp	*%rsi
1:	CHECK(seen_vector, $PF)
	CHECK(seen_error, $16)
	CHECK(seen_rip, %rsi)
	leaq	0x1000(%rdi), %rdx
	CHECK(seen_cr2, %rdx)

	/* INVLPG, and a change from present to absent and back, are seen at once after it. */
	CLEAN(window_pte, page)
	invlpg	(%rdi)
	movb	$0x55, (%rdi)
	CHECK(page, page)
	movq	$0, window_pte
	invlpg	(%rdi)
	FAULTS(PF, 0, movb (%rdi), %al)
	movq	$page + 0x1000 - KERNEL_MAP + 7, %rax
	movq	%rax, window_pte
	movb	$0x66, page + 0x1000
	movzbl	(%rdi), %eax
	CHECK(%rax, $0x66)
	ret
