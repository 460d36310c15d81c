/* Control registers, tables, segments and what ring 3 may not do. SDM Vol. 2 under each mnemonic. */
#include "test.h"

TEST
	/* Only ring 0. */
	USER_FAULTS(GP, 0, hlt)
	USER_FAULTS(GP, 0, movq %cr0, %rax)
	USER_FAULTS(GP, 0, movq %rax, %cr3)
	USER_FAULTS(GP, 0, movq %cr8, %rax)
	USER_FAULTS(GP, 0, invlpg (%rax))
	USER_FAULTS(GP, 0, lgdt (%rax))
	USER_FAULTS(GP, 0, lidt (%rax))
	USER_FAULTS(GP, 0, ltr %ax)
	USER_FAULTS(GP, 0, rdmsr)
	USER_FAULTS(GP, 0, wrmsr)
	USER_FAULTS(GP, 0, swapgs)
	USER_FAULTS(GP, 0, wbinvd)
	USER_FAULTS(GP, 0, clts)
	USER_FAULTS(UD, NO_ERROR, ud2)
	/* Ports need IOPL; these are #GP, STAC and CLAC are unknown. */
	USER_FAULTS(GP, 0, inb $0x61, %al)
	USER_FAULTS(GP, 0, outb %al, $0x80)
	USER_FAULTS(UD, NO_ERROR, stac)
	USER_FAULTS(UD, NO_ERROR, clac)
	IN_USER(0x3002, outb %al, $0x80)
	CHECK(seen_vector, $DONE)
	/* CR4.TSD shuts RDTSC. */
	IN_USER(2, rdtsc)
	CHECK(seen_vector, $DONE)
	movl	$0x100b4, %eax
	movq	%rax, %cr4
	USER_FAULTS(GP, 0, rdtsc)
	/* Without CR4.FSGSBASE its instructions do not exist. */
	movl	$0x000b0, %eax
	movq	%rax, %cr4
	FAULTS(UD, NO_ERROR, rdfsbase %rax)
	FAULTS(UD, NO_ERROR, wrgsbase %rax)
	movl	$0x100b0, %eax
	movq	%rax, %cr4

	/* Control registers refuse what makes no sense. */
	movq	%cr0, %rbx
	movq	%rbx, %rax
	andl	$~1, %eax			/* PG without PE */
	NOT_ON_QEMU
	FAULTS(GP, 0, movq %rax, %cr0)
	END_NOT_ON_QEMU
	movq	$0x180010033, %rax		/* upper half */
	NOT_ON_QEMU
	FAULTS(GP, 0, movq %rax, %cr0)
	END_NOT_ON_QEMU
	movl	$0x10090, %eax			/* long mode without PAE */
	NOT_ON_QEMU
	FAULTS(GP, 0, movq %rax, %cr4)
	END_NOT_ON_QEMU
	movl	$0x800100b0, %eax		/* reserved bit 31 */
	NOT_ON_QEMU
	FAULTS(GP, 0, movq %rax, %cr4)
	END_NOT_ON_QEMU
	movq	%cr4, %rax
	CHECK(%rax, $0x100b0)
	movq	%cr0, %rax
	CHECK(%rax, %rbx)
	/* CR1 and CR5 do not exist. */
	FAULTS(UD, NO_ERROR, .byte 0x0f; .byte 0x20; .byte 0xc8)
	FAULTS(UD, NO_ERROR, .byte 0x0f; .byte 0x22; .byte 0xe8)

	/* An MSR that does not exist. */
	movl	$0xc0001234, %ecx
	NOT_ON_QEMU
	FAULTS(GP, 0, rdmsr)
	FAULTS(GP, 0, wrmsr)
	END_NOT_ON_QEMU

	/* LTR: the TSS is busy now; a null, a wrong and a missing one. The error code is the selector's index. */
	movzbl	gdt + TSS_SELECTOR + 5, %eax
	CHECK(%rax, $0x8b)
	movl	$TSS_SELECTOR, %eax
	FAULTS(GP, TSS_SELECTOR, ltr %ax)
	xorl	%eax, %eax
	NOT_ON_QEMU
	FAULTS(GP, 0, ltr %ax)
	END_NOT_ON_QEMU
	movl	$KERNEL_SS, %eax
	FAULTS(GP, KERNEL_SS, ltr %ax)
	movb	$0x09, gdt + TSS_SELECTOR + 5
	movl	$TSS_SELECTOR, %eax
	FAULTS(NP, TSS_SELECTOR, ltr %ax)
	movb	$0x89, gdt + TSS_SELECTOR + 5
	ltr	%ax
	str	%ax
	movzwl	%ax, %eax
	CHECK(%rax, $TSS_SELECTOR)

	/* MOV to SS: RPL and DPL must be the ring's, data that may be written. */
	movl	$USER_SS, %eax
	FAULTS(GP, 0x28, movl %eax, %ss)
	movl	$0x1b, %eax
	FAULTS(GP, 0x18, movl %eax, %ss)
	movl	$KERNEL_CS, %eax
	FAULTS(GP, KERNEL_CS, movl %eax, %ss)
	movl	$0x78, %eax
	FAULTS(GP, 0x78, movl %eax, %ss)
	movq	$0x00cf13000000ffff, %rax	/* not present */
	movq	%rax, gdt + SPARE_SELECTOR
	movl	$SPARE_SELECTOR, %eax
	FAULTS(SS, SPARE_SELECTOR, movl %eax, %ss)
	movb	$0x91, gdt + SPARE_SELECTOR + 5	/* read-only */
	FAULTS(GP, SPARE_SELECTOR, movl %eax, %ss)
	/* To DS: code that may be read is good enough; what is not present is #NP. */
	movl	%eax, %ds
	movl	$KERNEL_CS, %eax
	movl	%eax, %ds
	movb	$0x13, gdt + SPARE_SELECTOR + 5
	movl	$SPARE_SELECTOR, %eax
	FAULTS(NP, SPARE_SELECTOR, movl %eax, %ds)
	movl	$TSS_SELECTOR, %eax
	FAULTS(GP, TSS_SELECTOR, movl %eax, %ds)
	xorl	%eax, %eax
	movl	%eax, %ds
	/* Ring 3 may not load ring 0's data, nor a null SS. */
	movl	$KERNEL_SS, %eax
	USER_FAULTS(GP, KERNEL_SS, movl %eax, %ds)
	xorl	%eax, %eax
	USER_FAULTS(GP, 0, movl %eax, %ss)
	/* CS cannot be loaded so. */
	FAULTS(UD, NO_ERROR, .byte 0x8e; .byte 0xc8)

	/* SWAPGS changes the base in use with the MSR, and nothing else. */
	movq	$0x1111, %rax
	wrgsbase %rax
	movl	$0xc0000102, %ecx
	movl	$0x2222, %eax
	xorl	%edx, %edx
	wrmsr
	swapgs
	rdgsbase %rax
	CHECK(%rax, $0x2222)
	rdmsr
	CHECK(%rax, $0x1111)
	/* WRMSR of the base in use is WRGSBASE. */
	movl	$0xc0000101, %ecx
	movl	$0x3333, %eax
	movl	$-1, %edx
	wrmsr
	rdgsbase %rax
	movq	$0xffffffff00003333, %rdx
	CHECK(%rax, %rdx)

	/* Division. */
	xorl	%ecx, %ecx
	FAULTS(DE, NO_ERROR, divl %ecx)
	movl	$1, %edx
	xorl	%eax, %eax
	movl	$1, %ecx
	FAULTS(DE, NO_ERROR, divl %ecx)
	movl	$0x80000000, %eax
	movl	$-1, %edx
	movl	$-1, %ecx
	FAULTS(DE, NO_ERROR, idivl %ecx)
	/* LOCK only where it may stand. */
	FAULTS(UD, NO_ERROR, .byte 0xf0; .byte 0x90)
	FAULTS(UD, NO_ERROR, .byte 0xf0; .byte 0x01; .byte 0xc8)
	/* What 64-bit mode has lost. */
	FAULTS(UD, NO_ERROR, .byte 0x06)
	FAULTS(UD, NO_ERROR, .byte 0x27)
	FAULTS(UD, NO_ERROR, .byte 0x60)
	FAULTS(UD, NO_ERROR, .byte 0xce)
	FAULTS(UD, NO_ERROR, .byte 0xd5)
	/* Sixteen bytes are no instruction. */
	FAULTS(GP, 0, .fill 15, 1, 0x66; nop)
	ret
