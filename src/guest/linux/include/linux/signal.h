/* What a task wants done with its signals. Linux: include/linux/signal_types.h, sched/signal.h, uapi/asm-generic/signal.h. */
#ifndef _LINUX_SIGNAL_H
#define _LINUX_SIGNAL_H

#include <linux/types.h>

#define NSIG		64
#define SIG_DFL		((void *)0)
#define SIG_IGN		((void *)1)

#define SA_RESTORER	0x04000000
#define SA_ONSTACK	0x08000000
#define SA_RESTART	0x10000000
#define SA_NODEFER	0x40000000
#define SA_RESETHAND	0x80000000UL

struct k_sigaction {
	void *sa_handler;
	unsigned long sa_flags;
	void *sa_restorer;
	unsigned long sa_mask;
};

struct sighand_struct {
	struct k_sigaction action[NSIG];
};

#define SS_DISABLE	2
#define MINSIGSTKSZ	2048

typedef struct {
	unsigned long ss_sp;
	int ss_flags;
	unsigned long ss_size;
} stack_t;

#endif
