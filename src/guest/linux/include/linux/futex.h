/* Sleeping until a word of user memory says so. Linux: include/linux/futex.h, kernel/futex.c. */
#ifndef _LINUX_FUTEX_H
#define _LINUX_FUTEX_H

#include <linux/types.h>
#include <linux/compiler.h>

struct task_struct;

/* Up to nr of those that wait for the word wake. How many did, or an errno. */
long futex_wake_user(int __user *uaddr, int nr);
/* Mutexes that the task held and that say so in its list: their next owners learn that it died. */
void exit_robust_list(struct task_struct *tsk);
/* The same before exec: the list is the old program's. */
#define exec_robust_list(tsk)	(exit_robust_list(tsk), (void)((tsk)->robust_list = NULL))

#endif
