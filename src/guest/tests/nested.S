/* Faults in the delivery of others. SDM Vol. 3A, "Interrupt 8: Double Fault Exception", and "Error Code". */
#include "test.h"

#define PRESENT(vector, bits)	movb $bits, idt + 16 * vector + 5
#define MISSING			0x0e
#define INTERRUPT_GATE		0x8e
/* Nothing is mapped here. */
#define NOWHERE			0xffffffff90000000

/*
 * Error codes that name a gate or a descriptor. QEMU's interpreter counts gates by 16 where the manual says 8, and has no
 * EXT; there only vector and RIP are looked at.
 */
#define NAMES(vector, error, ...) \
	CATCH(9f); \
8:	__VA_ARGS__; \
9:	cmpq $0, on_qemu; je 5f; movq $error, seen_error; \
5:	pushq $8b; pushq $error; pushq $vector; pushq $__LINE__; call check_fault; addq $32, %rsp

#define NAMED(vector, error) \
	cmpq $0, on_qemu; je 5f; movq $error, seen_error; \
5:	pushq $6b + USER; pushq $error; pushq $vector; pushq $__LINE__; call check_fault; addq $32, %rsp

TEST
	/* Benign, then contributory: the second is served. EXT says that no INT asked for it; IDT that the number is a gate's. */
	PRESENT(UD, MISSING)
	NAMES(NP, UD * 8 + 3, ud2)
	/* A gate of a wrong type. */
	PRESENT(UD, 0x80)
	NAMES(GP, UD * 8 + 3, ud2)
	/* A 16-bit code segment's place, a null one, one beyond the table, and data. */
	PRESENT(UD, INTERRUPT_GATE)
	movw	$0, idt + 16 * UD + 2
	NAMES(GP, 1, ud2)
	movw	$0x78, idt + 16 * UD + 2
	NAMES(GP, 0x79, ud2)
	movw	$KERNEL_SS, idt + 16 * UD + 2
	NAMES(GP, KERNEL_SS + 1, ud2)
	movw	$KERNEL_CS, idt + 16 * UD + 2

	/* INT n has no EXT; the fault points at it. */
	PRESENT(DONE, MISSING)
	NAMES(NP, DONE * 8 + 2, int $DONE)
	PRESENT(DONE, 0xee)
	IN_USER(2, int $0x30)
	NAMED(GP, 0x30 * 8 + 2)
	/* INT3 by its own opcode asks for the gate's DPL as well. */
	PRESENT(BP, INTERRUPT_GATE)
	IN_USER(2, int3)
	NAMED(GP, BP * 8 + 2)
	PRESENT(BP, 0xee)
	/* Beyond the table's limit. */
	lidt	short_idt
	NAMES(GP, 0x40 * 8 + 2, int $0x40)
	FAULTS(UD, NO_ERROR, ud2)
	lidt	whole_idt

	/* Contributory, then contributory: #DF with error code 0, on the stack of its gate. */
	PRESENT(DE, MISSING)
	xorl	%ecx, %ecx
	FAULTS(DF, 0, divl %ecx)
	CHECK(seen_frame, $df_top - 40)
	PRESENT(DE, INTERRUPT_GATE)
	PRESENT(GP, MISSING)
	movq	$0x8000000000000000, %rdi
	FAULTS(DF, 0, movb (%rdi), %al)
	PRESENT(GP, INTERRUPT_GATE)

	/* Page fault, then contributory. */
	movq	$NOWHERE, %rdi
	PRESENT(PF, MISSING)
	FAULTS(DF, 0, movb (%rdi), %al)
	CHECK(seen_cr2, %rdi)
	PRESENT(PF, INTERRUPT_GATE)

	/* Page fault, then page fault: no stack. CR2 is of the second. */
	CATCH(1f)
	movq	%rdi, %rsp
	pushq	$0
1:	CHECK(seen_vector, $DF)
	CHECK(seen_error, $0)
	CHECK(seen_rsp, %rdi)
	leaq	-8(%rdi), %rax
	CHECK(seen_cr2, %rax)

	/* Contributory, then page fault: the page fault is served, if it can be: its gate has a stack. */
	movb	$2, idt + 16 * PF + 4
	movq	$ist2_top, tss_ist + 8
	xorl	%ecx, %ecx
	CATCH(2f)
	leaq	8(%rdi), %rsp
1:	divl	%ecx
2:	CHECK(seen_vector, $PF)
	CHECK(seen_error, $2)
	CHECK(seen_rip, $1b)
	/* RSP is aligned down before the first push. */
	leaq	-8(%rdi), %rax
	CHECK(seen_cr2, %rax)
	/* Benign, then page fault. */
	CATCH(2f)
	leaq	8(%rdi), %rsp
1:	ud2
2:	CHECK(seen_vector, $PF)
	CHECK(seen_error, $2)
	CHECK(seen_rip, $1b)
	/* From ring 3 the pushes are the supervisor's: no U in the error code. */
	movq	%rdi, tss_rsp0
	IN_USER(2, ud2)
	CHECK(seen_vector, $PF)
	CHECK(seen_error, $2)
	CHECK(seen_cs, $USER_CS)
	movq	$rsp0_top, tss_rsp0
	movb	$0, idt + 16 * PF + 4

	/* A frame that fits in part: what was pushed before the fault stays, RSP does not move. */
	movq	$window_pte - KERNEL_MAP + 7, window_pde
	movq	$page - KERNEL_MAP + 3, %rax
	movq	%rax, window_pte + 8
	movq	$0, window_pte
	movq	$WINDOW + 0x1000, %rdi
	invlpg	(%rdi)
	leaq	0x10(%rdi), %rbx
	CATCH(2f)
	movq	%rbx, %rsp
1:	ud2
2:	CHECK(seen_vector, $DF)
	CHECK(seen_rsp, %rbx)
	CHECK(page + 8, $KERNEL_SS)
	CHECK(page, %rbx)
	leaq	-8(%rdi), %rax
	CHECK(seen_cr2, %rax)

	/* RSP0 that is not canonical: #SS, whose own delivery needs no new stack when the ring is 0; from ring 3 it meets the same. */
	movq	$0x8000000000000000, %rax
	movq	%rax, tss_rsp0
	movb	$2, idt + 16 * SS + 4
	IN_USER(2, ud2)
	CHECK(seen_vector, $SS)
	NOT_ON_QEMU
	CHECK(seen_error, $1)
	END_NOT_ON_QEMU
	movb	$0, idt + 16 * SS + 4
	movq	$rsp0_top, tss_rsp0
	ret

	.data
	.balign	8
short_idt:
	.word	16 * 0x40 - 1
	.quad	idt
whole_idt:
	.word	0xfff
	.quad	idt
