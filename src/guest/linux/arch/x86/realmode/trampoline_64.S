/*
 * A secondary CPU's first instructions: from real mode into 64-bit mode, in one go, and on to the kernel.
 * Linux: arch/x86/realmode/rm/trampoline_64.S, which goes by way of 32-bit mode.
 *
 * The assembler knows 64-bit code only, so what comes before is written as bytes. The words at the start are the operands of
 * that code; our machine, which has no real mode, takes them as they are (Simplified: see src/machine/cpu/start.ts).
 */
#include <linux/linkage.h>
#include <asm/page.h>
#include <asm/pgtable_types.h>
#include <asm/realmode.h>
#include <asm/unwind_hints.h>

#define MAP		START_KERNEL_MAP_RAW

	.data
	.balign	8
	.globl	trampoline_start
trampoline_start:
	.byte	0xeb, 0x46, 0, 0, 0, 0, 0, 0	/* jmp 0x48 */
	.ascii	"RINGAP64"
	/* 0x10: RIP, RSP, CR3, CR4 (PAE, PSE: what is found by low addresses is not to stay), EFER (NXE, LME, SCE) */
	.quad	secondary_startup_64, 0, trampoline_pgd - MAP, 0x30, 0x901
	.word	31				/* 0x38: the operand of lgdt */
	.quad	TRAMPOLINE_BASE + 0xc0
	.byte	0, 0, 0, 0, 0, 0
	.byte	0xfa				/* 0x48: cli */
	.byte	0x8c, 0xc8, 0x8e, 0xd8		/* movw %cs, %ax; movw %ax, %ds */
	.byte	0x66, 0x0f, 0x01, 0x16, 0x38, 0	/* lgdtl 0x38 */
	.byte	0x66, 0xa1, 0x28, 0		/* movl 0x28, %eax; movl %eax, %cr4 */
	.byte	0x0f, 0x22, 0xe0
	.byte	0x66, 0xa1, 0x20, 0		/* movl 0x20, %eax; movl %eax, %cr3 */
	.byte	0x0f, 0x22, 0xd8
	.byte	0x66, 0xb9, 0x80, 0, 0, 0xc0	/* movl $0xc0000080, %ecx; movl 0x30, %eax; xorl %edx, %edx; wrmsr */
	.byte	0x66, 0xa1, 0x30, 0
	.byte	0x66, 0x31, 0xd2
	.byte	0x0f, 0x30
	.byte	0x66, 0xb8, 0x33, 0, 1, 0x80	/* movl $0x80010033, %eax; movl %eax, %cr0: paging, and 64-bit mode with it */
	.byte	0x0f, 0x22, 0xc0
	.byte	0x66, 0xea
	.long	TRAMPOLINE_BASE + 0xa0		/* ljmpl $0x10, ... */
	.byte	0x10, 0
	.skip	0xa0 - 0x81
	movl	$0x18, %eax			/* 0xa0, in 64-bit mode */
	movl	%eax, %ss
	movl	%eax, %ds
	movl	%eax, %es
	jmp	*TRAMPOLINE_BASE + 0x10
	.balign	32
	.quad	0, 0, 0x00af9b000000ffff, 0x00cf93000000ffff	/* 0xc0: code 0x10, data 0x18 */
	.globl	trampoline_end
trampoline_end:

	.balign	4096
	.globl	trampoline_pgd
trampoline_pgd:
	.quad	level3_ident_pgt - MAP + _KERNPG_TABLE
	.fill	511, 8, 0
