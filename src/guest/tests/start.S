/* Start-up and handlers of the bare-metal tests. Entered as a kernel is: 64-bit mode, low memory mapped one to one. */
#include "test.h"

	.section .head.text, "ax"
	.globl startup_64
startup_64:
	cli
	leaq	pml4(%rip), %rax
	movq	%rax, %cr3
	movq	$high, %rax
	jmp	*%rax
high:
	movq	$0, user_pdpt
	movq	%cr3, %rax
	movq	%rax, %cr3
	movq	$stack_top, %rsp
	movl	$0xc0000080, %ecx		/* EFER: SCE, NXE */
	rdmsr
	orl	$0x801, %eax
	wrmsr
	lgdt	gdt_pointer

	/* What the linker cannot put into words: split addresses of TSS and gates. */
	movq	$tss, %rax
	movw	%ax, gdt + TSS_SELECTOR + 2
	shrq	$16, %rax
	movb	%al, gdt + TSS_SELECTOR + 4
	movb	%ah, gdt + TSS_SELECTOR + 7
	shrq	$16, %rax
	movl	%eax, gdt + TSS_SELECTOR + 8
	movl	$TSS_SELECTOR, %eax
	ltr	%ax
	movq	$stubs, %rax
	movq	$idt, %rdi
	movl	$256, %ecx
1:	movw	%ax, (%rdi)
	movw	$KERNEL_CS, 2(%rdi)
	movw	$0x8e00, 4(%rdi)		/* interrupt gate, DPL 0, present */
	movq	%rax, %rdx
	shrq	$16, %rdx
	movw	%dx, 6(%rdi)
	shrq	$16, %rdx
	movl	%edx, 8(%rdi)
	movl	$0, 12(%rdi)
	addq	$16, %rax
	addq	$16, %rdi
	loop	1b
	movb	$0xee, idt + 16 * DONE + 5
	movb	$0xee, idt + 16 * BP + 5
	movb	$1, idt + 16 * DF + 4
	lidt	idt_pointer
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	$KERNEL_SS, %eax
	movl	%eax, %ss
	pushq	$KERNEL_CS
	pushq	$1f
	lretq
1:	movl	$0x80010033, %eax		/* PG, WP, NE, ET, MP, PE */
	movq	%rax, %cr0
	movl	$0x100b0, %eax			/* FSGSBASE, PGE, PAE, PSE */
	movq	%rax, %cr4

	/* QEMU's interpreter says so in its hypervisor leaf. */
	movl	$1, %eax
	cpuid
	btl	$31, %ecx
	jnc	2f
	movl	$0x40000000, %eax
	cpuid
	cmpl	$0x54474354, %ebx		/* "TCGT" */
	jne	2f
	movq	$1, on_qemu
2:
	/* The local APIC: on, everything else masked. COM1: 115,200 baud, 8 bits, FIFOs on. */
	movl	$0x1ff, LOCAL_APIC + 0xf0
	movl	$0x10000, LOCAL_APIC + 0x320
	movw	$COM1 + 3, %dx
	movb	$0x83, %al
	outb	%al, %dx
	movw	$COM1, %dx
	movb	$1, %al
	outb	%al, %dx
	movw	$COM1 + 1, %dx
	movb	$0, %al
	outb	%al, %dx
	movw	$COM1 + 3, %dx
	movb	$3, %al
	outb	%al, %dx
	movw	$COM1 + 2, %dx
	movb	$7, %al
	outb	%al, %dx

	xorl	%ebp, %ebp
	call	test_main
finish:	cli
	movq	$ok, %rsi
	cmpq	$0, failures
	je	3f
	movq	$bad, %rsi
3:	call	print
	/* The last letter must be on the wire. */
	movw	$COM1 + 5, %dx
4:	inb	%dx, %al
	testb	$0x40, %al
	jz	4b
	xorl	%eax, %eax
	cmpq	$0, failures
	setne	%al
	outb	%al, $0xf4
5:	hlt
	jmp	5b

	.text
/* (line, wanted, is) on the stack, above the return address. Changes no register but flags. */
	.globl check_equal
check_equal:
	pushq	%rax
	movq	32(%rsp), %rax
	cmpq	24(%rsp), %rax			/* wanted, and what is */
	popq	%rax
	jne	1f
	ret
1:	pushq	%rax
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	movq	$on_line, %rsi
	call	print
	movq	40(%rsp), %rdi
	call	print_decimal
	movq	$is_text, %rsi
	call	print
	movq	56(%rsp), %rdi
	call	print_hex
	movq	$wanted_text, %rsi
	call	print
	movq	48(%rsp), %rdi
	call	print_hex
	movq	$newline, %rsi
	call	print
	incq	failures
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rax
	ret

/* (line, vector, error, rip): the last delivery was this. */
	.globl check_fault
check_fault:
	pushq	seen_vector
	pushq	24(%rsp)
	pushq	24(%rsp)
	call	check_equal
	addq	$24, %rsp
	/* Without it the rest would only be noise. */
	pushq	%rax
	movq	seen_vector, %rax
	cmpq	24(%rsp), %rax
	popq	%rax
	jne	1f
	pushq	seen_error
	pushq	32(%rsp)
	pushq	24(%rsp)
	call	check_equal
	addq	$24, %rsp
	pushq	seen_rip
	pushq	40(%rsp)
	pushq	24(%rsp)
	call	check_equal
	addq	$24, %rsp
1:	ret

/* rsi: text that ends with 0. */
print:
	pushq	%rax
	pushq	%rdx
1:	movw	$COM1 + 5, %dx
	inb	%dx, %al
	testb	$0x20, %al
	jz	1b
	lodsb
	testb	%al, %al
	jz	2f
	movw	$COM1, %dx
	outb	%al, %dx
	jmp	1b
2:	popq	%rdx
	popq	%rax
	ret

print_hex:
	pushq	%rcx
	movl	$16, %ecx
	jmp	print_number
print_decimal:
	pushq	%rcx
	movl	$10, %ecx
/* rdi in base rcx, by way of the end of `digits`. */
print_number:
	movq	$digits + 24, %rsi
	movq	%rdi, %rax
1:	xorl	%edx, %edx
	divq	%rcx
	addb	$'0', %dl
	cmpb	$'9', %dl
	jbe	2f
	addb	$'a' - '9' - 1, %dl
2:	decq	%rsi
	movb	%dl, (%rsi)
	testq	%rax, %rax
	jnz	1b
	call	print
	popq	%rcx
	ret

/* One stub of 16 bytes for each vector. Vectors 8, 10 to 14 and 17 come with an error code; the others get NO_ERROR. */
	.balign	16
stubs:
	.set	vector, 0
	.rept	256
	.if	vector == 8 || (vector >= 10 && vector <= 14) || vector == 17
	.else
	pushq	$NO_ERROR
	.endif
	pushq	$vector
	jmp	common
	.balign	16
	.set	vector, vector + 1
	.endr

common:
	popq	seen_vector
	popq	seen_error
	movq	%rsp, seen_frame		/* where RIP stands; an error code was 8 below */
	popq	seen_rip
	popq	seen_cs
	popq	seen_rflags
	popq	seen_rsp
	popq	seen_ss
	pushfq
	popq	seen_handler_rflags
	movq	%rax, seen_rax
	movq	%ss, %rax
	movq	%rax, seen_handler_ss
	movq	%cr2, %rax
	movq	%rax, seen_cr2
	movl	$KERNEL_SS, %eax
	movl	%eax, %ss
	movq	seen_rax, %rax
	incq	seen_count
	movq	resume_rsp, %rsp
	cld
	pushq	$2
	popfq
	pushq	resume
	movq	$unexpected, resume
	ret

/* Something was delivered that no CATCH asked for. */
unexpected:
	movq	$stack_top, %rsp
	movq	$vector_text, %rsi
	call	print
	movq	seen_vector, %rdi
	call	print_decimal
	movq	$at_text, %rsi
	call	print
	movq	seen_rip, %rdi
	call	print_hex
	movq	$newline, %rsi
	call	print
	incq	failures
	jmp	finish

	.section .rodata
ok:		.asciz "ok\n"
bad:		.asciz "failed\n"
on_line:	.asciz "line "
is_text:	.asciz ": "
wanted_text:	.asciz ", expected "
vector_text:	.asciz "unexpected vector "
at_text:	.asciz " at "
newline:	.asciz "\n"

	.data
	.balign	8
gdt_pointer:
	.word	TSS_SELECTOR + 15
	.quad	gdt
idt_pointer:
	.word	0xfff
	.quad	idt
	.balign	16
	.globl	gdt
gdt:	.quad	0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff	/* 0x10, 0x18 */
	.quad	0, 0x00cff3000000ffff, 0x00affb000000ffff, 0	/* 0x28, 0x30; 0x38 is a test's */
	.quad	0x0000890000000067, 0				/* 0x40 */
	.globl	tss
	.balign	16
	.long	0, 0, 0					/* so that rsp0 is aligned */
tss:	.long	0
	.globl	tss_rsp0
tss_rsp0:
	.quad	rsp0_top, 0, 0, 0
	.globl	tss_ist
tss_ist:
	.quad	df_top, ist2_top, 0, 0, 0, 0, 0, 0
	.long	0x680000
	.balign	8
	.globl	seen_vector, seen_error, seen_frame, seen_rip, seen_cs, seen_rflags, seen_rsp, seen_ss, seen_cr2
	.globl	seen_handler_rflags, seen_handler_ss, seen_count, seen_rax
seen_vector:	.quad 0
seen_error:	.quad 0
seen_frame:	.quad 0
seen_rip:	.quad 0
seen_cs:	.quad 0
seen_rflags:	.quad 0
seen_rsp:	.quad 0
seen_ss:	.quad 0
seen_cr2:	.quad 0
seen_rax:	.quad 0
seen_handler_rflags: .quad 0
seen_handler_ss: .quad 0
seen_count:	.quad 0
	.globl	resume, resume_rsp, on_qemu
resume:		.quad unexpected
resume_rsp:	.quad stack_top
on_qemu:	.quad 0
failures:	.quad 0
digits:		.skip 25

/* Page tables. Window and user alias have their own; the kernel's are 2 MiB pages for ring 0. */
	.balign	4096
	.globl	pml4, window_pml4e, window_pdpte, window_pde, window_pte
pml4:	.quad	user_pdpt - KERNEL_MAP + 7
window_pml4e:
	.quad	window_pdpte - KERNEL_MAP + 7
	.fill	509, 8, 0
	.quad	kernel_pdpt - KERNEL_MAP + 3
user_pdpt:
	.quad	kernel_pd - KERNEL_MAP + 3		/* one to one; dropped by start-up */
	.quad	user_pd - KERNEL_MAP + 7
	.fill	510, 8, 0
user_pd:					/* 0x40000000: the image lies at 0x41000000 */
	.fill	8, 8, 0
	.quad	user_pt - KERNEL_MAP + 7
	.fill	503, 8, 0
user_pt:
	.set	frame, 0x1000000 + 7
	.rept	512
	.quad	frame
	.set	frame, frame + 0x1000
	.endr
kernel_pdpt:
	.fill	510, 8, 0
	.quad	kernel_pd - KERNEL_MAP + 3, device_pd - KERNEL_MAP + 3
kernel_pd:
	.set	frame, 0xe3
	.rept	16
	.quad	frame
	.set	frame, frame + 0x200000
	.endr
	.fill	496, 8, 0
device_pd:
	.quad	0xfec000fb, 0xfee000fb		/* not cached */
	.fill	510, 8, 0
window_pdpte:
	.quad	window_pde - KERNEL_MAP + 7
	.fill	511, 8, 0
window_pde:
	.quad	window_pte - KERNEL_MAP + 7
	.fill	511, 8, 0
window_pte:
	.fill	512, 8, 0
	.globl	idt
idt:	.fill	512, 8, 0

	.bss
	.balign	4096
	.skip	4096
stack_top:
	.globl	rsp0_top, df_top, ist2_top, user_stack_top, page
	.skip	4096
rsp0_top:
	.skip	4096
df_top:
	.skip	4096
ist2_top:
	.skip	4096
user_stack_top:
	/* Two pages that a test may map into the window. */
page:	.skip	8192
