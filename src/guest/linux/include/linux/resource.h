/* What a task has used, and what it may. Linux: include/uapi/linux/resource.h, asm-generic/resource.h. */
#ifndef _LINUX_RESOURCE_H
#define _LINUX_RESOURCE_H

struct rusage {
	long ru_utime[2], ru_stime[2];
	long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss;
	long ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock;
	long ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};

/* Linux: include/linux/sched/cputime.h and fields of task_struct. */
struct used {
	long utime, stime;		/* nanoseconds, by ticks */
	unsigned long min_flt;
	unsigned long nvcsw, nivcsw;	/* switches it asked for, and switches forced on it */
};

/* Linux: kernel/sys.c. What p's process has used, what its children have that it has waited for, or both. */
#define RUSAGE_CHILDREN	-1
#define RUSAGE_SELF	0
#define RUSAGE_BOTH	-2
#define RUSAGE_THREAD	1
struct task_struct;
void getrusage(struct task_struct *p, int who, struct rusage *ru);
void add_used(struct used *to, const struct used *from);
/* All threads of p's process, those that are gone too. */
struct used thread_group_used(struct task_struct *p);

/* Of the others nothing is used that could be limited, or root may all the same. */
#define RLIMIT_CPU		0
#define RLIMIT_FSIZE		1
#define RLIMIT_DATA		2
#define RLIMIT_STACK		3
#define RLIMIT_RSS		5
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
