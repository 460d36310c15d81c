/* Kernel threads, all made by one: kthreadd. Linux: include/linux/kthread.h. */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched.h>

extern struct task_struct *kthreadd_task;

int kthreadd(void *unused);

/* A thread that runs fn(data), once it is woken; or an ERR_PTR. */
struct task_struct *kthread_create(int (*fn)(void *data), void *data, const char *namefmt, ...);
/* Of one that has not been woken yet: it will run on this CPU only. */
void kthread_bind(struct task_struct *p, unsigned int cpu);

#endif
