/*
 * Return trampolines. The compiler and CALL_NOSPEC call these in place of an indirect call: a ret goes where the word on the
 * stack says, while the CPU, which predicts a ret to go back behind its call, meanwhile spins there and learns nothing.
 * Linux: arch/x86/lib/retpoline.S, with -mindirect-branch=thunk-extern.
 */
#include <linux/linkage.h>
#include <asm/unwind_hints.h>

#ifdef CONFIG_RETPOLINE
	.text

.macro THUNK reg
SYM_FUNC_START(__x86_indirect_thunk_\reg)
	UNWIND_HINT_FUNC
	call	.Ltarget_\reg
.Lspeculation_\reg:
	pause
	lfence
	jmp	.Lspeculation_\reg
.Ltarget_\reg:
	UNWIND_HINT_FUNC
	movq	%\reg, (%rsp)
	UNWIND_HINT_RETPOLINE
	ret
SYM_FUNC_END(__x86_indirect_thunk_\reg)
.endm

THUNK rax
THUNK rbx
THUNK rcx
THUNK rdx
THUNK rsi
THUNK rdi
THUNK rbp
THUNK r8
THUNK r9
THUNK r10
THUNK r11
THUNK r12
THUNK r13
THUNK r14
THUNK r15

/* For jumps out of a table: the target has been pushed. */
SYM_FUNC_START(__x86_indirect_thunk_stack)
	UNWIND_HINT_FUNC
	call	.Ltarget_stack
.Lspeculation_stack:
	pause
	lfence
	jmp	.Lspeculation_stack
.Ltarget_stack:
	UNWIND_HINT_FUNC
	addq	$8, %rsp
	ret
SYM_FUNC_END(__x86_indirect_thunk_stack)
#endif
