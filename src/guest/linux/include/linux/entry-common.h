/* The C half of kernel entry and exit. Linux: include/linux/entry-common.h, kernel/entry/common.c. */
#ifndef _LINUX_ENTRY_COMMON_H
#define _LINUX_ENTRY_COMMON_H

#include <linux/types.h>
#include <asm/ptrace.h>
#include <asm/thread_info.h>

/* What makes the way back to user mode longer. */
#define EXIT_TO_USER_MODE_WORK	(_TIF_SIGPENDING | _TIF_NOTIFY_RESUME | _TIF_NEED_RESCHED)

/* Around the handler of an exception or interrupt. irqentry_enter: did it come from user code? */
bool irqentry_enter(struct pt_regs *regs);
void irqentry_exit(struct pt_regs *regs, bool from_user);

long syscall_enter_from_user_mode(struct pt_regs *regs, long syscall);
asmlinkage void syscall_exit_to_user_mode(struct pt_regs *regs);

#endif
