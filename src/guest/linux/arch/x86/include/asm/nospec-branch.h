/* Calls by pointer in assembly. Linux: arch/x86/include/asm/nospec-branch.h. */
#ifndef _ASM_X86_NOSPEC_BRANCH_H
#define _ASM_X86_NOSPEC_BRANCH_H

#ifdef __ASSEMBLY__
.macro CALL_NOSPEC reg
#ifdef CONFIG_RETPOLINE
	call	__x86_indirect_thunk_\reg
#else
	call	*%\reg
#endif
.endm
#endif
#endif
