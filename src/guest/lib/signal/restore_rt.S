/*
 * Where a signal handler returns to: RSP is at the frame that the kernel has built, which rt_sigreturn() takes down.
 * glibc: sysdeps/unix/sysv/linux/x86_64/libc_sigaction.c.
 */
#include <generated/unistd_64.h>

	.section .text, "ax"
	.globl	__restore_rt
	.type	__restore_rt, @function
__restore_rt:
#ifdef __RINGSIDE_CC__
	.frame_hint empty, rsp, 0
#endif
	movl	$__NR_rt_sigreturn, %eax
#if defined(CONFIG_UKL_STUBS)
	call	sys_rt_sigreturn
#elif defined(CONFIG_UNIKERNEL_LINUX)
	call	entry_SYSCALL_64
#else
	syscall
#endif
	hlt
	.size	__restore_rt, . - __restore_rt
