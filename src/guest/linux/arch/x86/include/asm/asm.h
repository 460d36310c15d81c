/*
 * For assembly that touches user memory. Linux: arch/x86/include/asm/asm.h, smap.h.
 *
 * With SMAP, ring 0 may touch user pages only while AC is set. stac and clac exist only on CPUs that
 * have SMAP, so the image carries three-byte nops, and boot puts the instructions in their place.
 * Linux does it with ALTERNATIVE.
 */
#ifndef _ASM_X86_ASM_H
#define _ASM_X86_ASM_H

#ifdef __ASSEMBLY__
/* If the instruction at from faults, go on at to. */
.macro _ASM_EXTABLE from to
	.pushsection __ex_table, "a"
	.balign	4
	.long	\from - .
	.long	\to - .
	.popsection
.endm

#ifdef CONFIG_X86_SMEP_SMAP
.macro ASM_STAC
661:	.byte	0x0f, 0x1f, 0x00
	.pushsection smap_stac, "a"
	.quad	661b
	.popsection
.endm
.macro ASM_CLAC
662:	.byte	0x0f, 0x1f, 0x00
	.pushsection smap_clac, "a"
	.quad	662b
	.popsection
.endm
#else
.macro ASM_STAC
.endm
.macro ASM_CLAC
.endm
#endif
#endif
#endif
