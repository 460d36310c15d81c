/*
 * Field offsets for assembly. Linux generates this file; here it is written by hand and
 * arch/x86/kernel/asm-offsets.c refuses to compile when a number is wrong.
 */
#ifndef _ASM_X86_ASM_OFFSETS_H
#define _ASM_X86_ASM_OFFSETS_H

#define TASK_threadsp	16
#define TASK_ukl_mode	12

#define TSS_sp0		4
#define TSS_sp1		12
#define TSS_sp2		20

#endif
