/* Flags that the way back to user mode looks at. Linux: arch/x86/include/asm/thread_info.h. */
#ifndef _ASM_X86_THREAD_INFO_H
#define _ASM_X86_THREAD_INFO_H

#define THREAD_SIZE_ORDER	2
#define THREAD_SIZE		(4096 << THREAD_SIZE_ORDER)

#define TIF_NOTIFY_RESUME	1
#define TIF_SIGPENDING		2
#define TIF_NEED_RESCHED	3

#define _TIF_NOTIFY_RESUME	(1 << TIF_NOTIFY_RESUME)
#define _TIF_SIGPENDING		(1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED	(1 << TIF_NEED_RESCHED)

/* Written at the lowest word of a kernel stack; found changed, the stack has overflowed. */
#define STACK_END_MAGIC		0x57AC6E9D

#ifndef __ASSEMBLY__
struct thread_info {
	unsigned long flags;
};
#endif

#endif
