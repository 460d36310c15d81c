/*
 * User memory, one value or many bytes. Every instruction that may fault stands in the exception table.
 * Linux: arch/x86/lib/getuser.S, putuser.S, copy_user_64.S.
 * Simplified: always rep movsb (Linux: only where CPUID says that it is fast).
 */
#include <linux/errno.h>
#include <linux/linkage.h>
#include <asm/asm.h>
#include <asm/unwind_hints.h>

	.text

/* int __get_user_N(unsigned long *val, const void *addr) */
.macro get_user_n size, insn, reg
SYM_FUNC_START(__get_user_\size)
	UNWIND_HINT_FUNC
	ASM_STAC
1:	\insn	(%rsi), \reg
	ASM_CLAC
	movq	%rdx, (%rdi)
	xorl	%eax, %eax
	ret
2:	ASM_CLAC
	movl	$-EFAULT, %eax
	ret
	_ASM_EXTABLE 1b, 2b
SYM_FUNC_END(__get_user_\size)
.endm

get_user_n 1, movzbl, %edx
get_user_n 2, movzwl, %edx
get_user_n 4, movl, %edx
get_user_n 8, movq, %rdx

/* int __put_user_N(unsigned long val, void *addr) */
.macro put_user_n size, insn, reg
SYM_FUNC_START(__put_user_\size)
	UNWIND_HINT_FUNC
	ASM_STAC
1:	\insn	\reg, (%rsi)
	ASM_CLAC
	xorl	%eax, %eax
	ret
2:	ASM_CLAC
	movl	$-EFAULT, %eax
	ret
	_ASM_EXTABLE 1b, 2b
SYM_FUNC_END(__put_user_\size)
.endm

put_user_n 1, movb, %dil
put_user_n 2, movw, %di
put_user_n 4, movl, %edi
put_user_n 8, movq, %rdi

/* int __cmpxchg_user_4(unsigned int *addr, unsigned int *old, unsigned int new): *old becomes what was there. */
SYM_FUNC_START(__cmpxchg_user_4)
	UNWIND_HINT_FUNC
	movl	(%rsi), %eax
	ASM_STAC
1:	lock cmpxchgl %edx, (%rdi)
	ASM_CLAC
	movl	%eax, (%rsi)
	xorl	%eax, %eax
	ret
2:	ASM_CLAC
	movl	$-EFAULT, %eax
	ret
	_ASM_EXTABLE 1b, 2b
SYM_FUNC_END(__cmpxchg_user_4)

/* unsigned long __copy_user(void *to, const void *from, unsigned long n): bytes not copied */
SYM_FUNC_START(__copy_user)
	UNWIND_HINT_FUNC
	movq	%rdx, %rcx
	ASM_STAC
1:	rep movsb
2:	ASM_CLAC
	/* After a fault, rcx is what rep had left to do. */
	movq	%rcx, %rax
	ret
	_ASM_EXTABLE 1b, 2b
SYM_FUNC_END(__copy_user)

/* unsigned long __clear_user(void *to, unsigned long n): bytes not cleared */
SYM_FUNC_START(__clear_user)
	UNWIND_HINT_FUNC
	movq	%rsi, %rcx
	xorl	%eax, %eax
	ASM_STAC
1:	rep stosb
2:	ASM_CLAC
	movq	%rcx, %rax
	ret
	_ASM_EXTABLE 1b, 2b
SYM_FUNC_END(__clear_user)
