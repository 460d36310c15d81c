/* What a task has used, and what it may. Linux: include/uapi/linux/resource.h, asm-generic/resource.h. */
#ifndef _LINUX_RESOURCE_H
#define _LINUX_RESOURCE_H

struct rusage {
	long ru_utime[2], ru_stime[2];
	long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss;
	long ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock;
	long ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};

/* Of the others nothing is used that could be limited, or root may all the same. */
#define RLIMIT_FSIZE		1
#define RLIMIT_DATA		2
#define RLIMIT_STACK		3
#define RLIMIT_NOFILE		7
#define RLIMIT_AS		9
#define RLIMIT_SIGPENDING	11
#define RLIM_NLIMITS		16
#define RLIM_INFINITY		(~0UL)

struct rlimit {
	unsigned long rlim_cur;
	unsigned long rlim_max;
};

/* Linux: include/linux/sched/signal.h. */
#define rlimit(limit)	READ_ONCE(current->signal->rlim[limit].rlim_cur)

#endif
