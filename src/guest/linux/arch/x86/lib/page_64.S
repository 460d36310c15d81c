/* Whole pages. Linux: arch/x86/lib/clear_page_64.S, copy_page_64.S. */
#include <linux/linkage.h>
#include <asm/unwind_hints.h>

	.text

/* void clear_page(void *page) */
SYM_FUNC_START(clear_page)
	UNWIND_HINT_FUNC
	movl	$512, %ecx
	xorl	%eax, %eax
	rep stosq
	ret
SYM_FUNC_END(clear_page)

/* void copy_page(void *to, const void *from) */
SYM_FUNC_START(copy_page)
	UNWIND_HINT_FUNC
	movl	$512, %ecx
	rep movsq
	ret
SYM_FUNC_END(copy_page)
