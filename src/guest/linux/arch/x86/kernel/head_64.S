/*
 * The first instructions of the kernel. Linux: arch/x86/kernel/head_64.S.
 *
 * The loader follows the 64-bit boot protocol (Documentation/x86/boot.rst): 64-bit mode, paging on with
 * the low memory mapped one to one, interrupts off, rsi = physical address of struct boot_params.
 * We are at our physical address, 16 MiB, although linked at 0xffffffff81000000: until the jump below
 * only RIP-relative addresses are right.
 */
#include <linux/linkage.h>
#include <asm/page.h>
#include <asm/pgtable_types.h>
#include <asm/segment.h>
#include <asm/unwind_hints.h>

#define MAP		START_KERNEL_MAP_RAW
/* PG, AM, WP, NE, ET, MP, PE */
#define CR0_STATE	0x80050033
/* PGE, PAE, PSE */
#define CR4_STATE	0xb0

	.section .head.text, "ax"
SYM_CODE_START(startup_64)
	UNWIND_HINT_EMPTY
	cli
	cld
	movl	$CR4_STATE, %eax
	movq	%rax, %cr4
	leaq	init_top_pgt(%rip), %rax
	movq	%rax, %cr3

	/* From here on both addresses are mapped; leave the low one. */
	movq	$secondary_startup_64, %rax
	jmp	*%rax
SYM_CODE_END(startup_64)

/* Every CPU, at the kernel's own address; the secondary ones come from the trampoline. */
SYM_CODE_START(secondary_startup_64)
	UNWIND_HINT_EMPTY
	movl	$CR4_STATE, %eax
	movq	%rax, %cr4
	movq	$init_top_pgt - MAP, %rax
	movq	%rax, %cr3
	movq	initial_stack, %rsp
	xorl	%ebp, %ebp

	/* EFER: SYSCALL and no-execute pages. */
	movl	$0xc0000080, %ecx
	rdmsr
	orl	$0x801, %eax
	wrmsr
	movl	$CR0_STATE, %eax
	movq	%rax, %cr0

	lgdt	early_gdt_descr
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	$__KERNEL_DS, %eax
	movl	%eax, %ss
	pushq	$__KERNEL_CS
	pushq	$1f
	lretq

	/* GS base: per-CPU variables are offsets from the place where their section was loaded. */
1:	movl	$0xc0000101, %ecx
	movq	initial_gs, %rax
	movq	%rax, %rdx
	shrq	$32, %rdx
	wrmsr

	movq	%rsi, %rdi
	/* A call, as if by a return: no jump through a pointer, before anything could say how that is to be done. */
	pushq	$2f
	pushq	initial_code
	ret
2:	ud2
SYM_CODE_END(secondary_startup_64)

	.data
	.balign	8
/* What the next CPU that starts is to have. */
	.globl	initial_code, initial_gs, initial_stack
initial_code:	.quad	x86_64_start_kernel
initial_gs:	.quad	__per_cpu_load
initial_stack:	.quad	init_thread_union + 16384
early_gdt:
	.quad	0
	.quad	0x00cf9b000000ffff		/* __KERNEL32_CS */
	.quad	0x00af9b000000ffff		/* __KERNEL_CS: 64-bit code */
	.quad	0x00cf93000000ffff		/* __KERNEL_DS */
early_gdt_end:
	.word	0, 0, 0				/* so that the base below is aligned */
early_gdt_descr:
	.word	early_gdt_end - early_gdt - 1
	.quad	early_gdt

/*
 * The kernel's page tables, ready when the image is loaded.
 * Simplified: 64 MiB from physical 0 in 2 MiB pages, readable, writable and executable.
 */
#ifdef CONFIG_PAGE_TABLE_ISOLATION
	.balign	8192
#else
	.balign	4096
#endif
	.globl	init_top_pgt
init_top_pgt:
	.quad	level3_ident_pgt - MAP + _KERNPG_TABLE		/* dropped by x86_64_start_kernel() */
	.fill	510, 8, 0
	.quad	level3_kernel_pgt - MAP + _KERNPG_TABLE
#ifdef CONFIG_PAGE_TABLE_ISOLATION
	.fill	512, 8, 0					/* what of it ring 3 gets: pti_init() */
#endif
	.globl	level3_ident_pgt
level3_ident_pgt:
	.quad	level2_kernel_pgt - MAP + _KERNPG_TABLE
	.fill	511, 8, 0
level3_kernel_pgt:
	.fill	510, 8, 0
	.quad	level2_kernel_pgt - MAP + _KERNPG_TABLE		/* 0xffffffff80000000 */
	.quad	level2_fixmap_pgt - MAP + _KERNPG_TABLE		/* 0xffffffffc0000000 */
level2_kernel_pgt:
	.set	frame, 0
	.rept	32
	.quad	frame + __PAGE_KERNEL_LARGE_EXEC
	.set	frame, frame + 0x200000
	.endr
	.fill	480, 8, 0
level2_fixmap_pgt:
	.fill	506, 8, 0
	.quad	level1_fixmap_pgt - MAP + _KERNPG_TABLE		/* 0xffffffffff400000 */
	.fill	5, 8, 0
	.globl	level1_fixmap_pgt
level1_fixmap_pgt:
	.fill	512, 8, 0

/* The boot CPU's first stack becomes the stack of init_task, the idle task. */
	.section .data..init_stack, "aw"
	.balign	16384
	.globl	init_thread_union
init_thread_union:
	.fill	16384, 1, 0
