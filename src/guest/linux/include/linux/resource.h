/* What a task has used. Linux: include/uapi/linux/resource.h. */
#ifndef _LINUX_RESOURCE_H
#define _LINUX_RESOURCE_H

struct rusage {
	long ru_utime[2], ru_stime[2];
	long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss;
	long ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock;
	long ru_msgsnd, ru_msgrcv, ru_nsignals, ru_nvcsw, ru_nivcsw;
};

#endif
