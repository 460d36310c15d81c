/* Who am I, where am I. Linux: kernel/sys.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

struct new_utsname init_uts_ns = {
	.sysname = "Linux",
	.nodename = "ringside",
	.release = UTS_RELEASE,
	.version = "#1",
	.machine = "x86_64",
	.domainname = "(none)",
};

SYSCALL_DEFINE0(getpid)
{
	return current->tgid;
}

SYSCALL_DEFINE0(gettid)
{
	return current->pid;
}

SYSCALL_DEFINE0(getppid)
{
	return current->real_parent->tgid;
}

SYSCALL_DEFINE1(uname, struct new_utsname *, name)
{
	return copy_to_user(name, &init_uts_ns, sizeof(init_uts_ns)) ? -EFAULT : 0;
}

/* Simplified: everybody is root, alone in a process group and a session of their own. */
SYSCALL_DEFINE0(getuid)
{
	return 0;
}

SYSCALL_DEFINE0(geteuid)
{
	return 0;
}

SYSCALL_DEFINE0(getgid)
{
	return 0;
}

SYSCALL_DEFINE0(getegid)
{
	return 0;
}

SYSCALL_DEFINE2(getgroups, int, size, gid_t __user *, list)
{
	(void)size;
	(void)list;
	return 0;
}

SYSCALL_DEFINE0(getpgrp)
{
	return current->tgid;
}

SYSCALL_DEFINE1(getpgid, pid_t, pid)
{
	return pid ? pid : current->tgid;
}

SYSCALL_DEFINE1(getsid, pid_t, pid)
{
	return pid ? pid : current->tgid;
}

#define RLIMIT_STACK	3
#define RLIMIT_NOFILE	7
#define RLIM_NLIMITS	16
#define RLIM_INFINITY	ULONG_MAX

struct rlimit {
	unsigned long rlim_cur;
	unsigned long rlim_max;
};

/* Simplified: limits are told, not changed. */
SYSCALL_DEFINE4(prlimit64, pid_t, pid, unsigned int, resource, const struct rlimit __user *, new, struct rlimit __user *, old)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	if (pid && pid != current->tgid)
		return -ESRCH;
	if (new)
		return -EPERM;
	if (resource == RLIMIT_STACK)
		limit.rlim_cur = _STK_LIM;
	else if (resource == RLIMIT_NOFILE)
		limit.rlim_cur = limit.rlim_max = NR_OPEN_DEFAULT;
	return old && copy_to_user(old, &limit, sizeof(limit)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(getrlimit, unsigned int, resource, struct rlimit __user *, limit)
{
	return __do_sys_prlimit64(0, resource, NULL, limit);
}

struct sysinfo {
	long uptime;
	unsigned long loads[3];
	unsigned long totalram, freeram, sharedram, bufferram, totalswap, freeswap;
	unsigned short procs, pad;
	unsigned long totalhigh, freehigh;
	unsigned int mem_unit;
};

SYSCALL_DEFINE1(sysinfo, struct sysinfo __user *, info)
{
	struct sysinfo val = {
		.uptime = ktime_get() / NSEC_PER_SEC, .totalram = max_pfn * PAGE_SIZE, .freeram = nr_free_pages() * PAGE_SIZE,
		.procs = 1, .mem_unit = 1,
	};

	return copy_to_user(info, &val, sizeof(val)) ? -EFAULT : 0;
}

/* Simplified: all time since boot counts as the program's. */
SYSCALL_DEFINE1(times, long __user *, buf)
{
	long ticks = ktime_get() / (NSEC_PER_SEC / 100);
	long values[4] = { ticks, 0, 0, 0 };

	return buf && copy_to_user(buf, values, sizeof(values)) ? -EFAULT : ticks;
}

SYSCALL_DEFINE2(getrusage, int, who, long __user *, usage)
{
	ktime_t now = ktime_get();
	long values[18] = { now / NSEC_PER_SEC, now % NSEC_PER_SEC / NSEC_PER_USEC };

	values[6] = current->min_flt;
	values[14] = current->nvcsw;
	values[15] = current->nivcsw;
	(void)who;
	return copy_to_user(usage, values, sizeof(values)) ? -EFAULT : 0;
}

#define PR_SET_NAME	15
#define PR_GET_NAME	16

SYSCALL_DEFINE2(prctl, int, option, unsigned long, arg)
{
	char comm[TASK_COMM_LEN] = { 0 };

	switch (option) {
	case PR_SET_NAME:
		if (strncpy_from_user(comm, (char __user *)arg, TASK_COMM_LEN - 1) < 0)
			return -EFAULT;
		set_task_comm(current, comm);
		return 0;
	case PR_GET_NAME:
		return copy_to_user((char __user *)arg, current->comm, TASK_COMM_LEN) ? -EFAULT : 0;
	}
	return -EINVAL;
}

/* Threads come with a later kernel: what they would leave here is not used. */
SYSCALL_DEFINE1(set_tid_address, int __user *, tidptr)
{
	(void)tidptr;
	return current->pid;
}

/* Restartable sequences are for threads on several CPUs; a program that is refused them goes without. */
SYSCALL_DEFINE4(rseq, void __user *, rseq, u32, len, int, flags, u32, sig)
{
	(void)rseq;
	(void)len;
	(void)flags;
	(void)sig;
	return -ENOSYS;
}

SYSCALL_DEFINE2(set_robust_list, void __user *, head, size_t, len)
{
	(void)head;
	return len == 24 ? 0 : -EINVAL;
}

SYSCALL_DEFINE2(getcpu, unsigned int __user *, cpu, unsigned int __user *, node)
{
	if ((cpu && put_user(0, cpu)) || (node && put_user(0, node)))
		return -EFAULT;
	return 0;
}

SYSCALL_DEFINE3(sched_getaffinity, pid_t, pid, unsigned int, len, unsigned long __user *, mask)
{
	(void)pid;
	if (len < 8 || (len & 7))
		return -EINVAL;
	return put_user(1UL, mask) ? -EFAULT : 8;
}

/* Files are in memory: nothing waits to be written. */
SYSCALL_DEFINE1(fsync, unsigned int, fd)
{
	(void)fd;
	return 0;
}

SYSCALL_DEFINE1(fdatasync, unsigned int, fd)
{
	(void)fd;
	return 0;
}

SYSCALL_DEFINE4(fadvise64, unsigned int, fd, loff_t, offset, size_t, len, int, advice)
{
	(void)fd;
	(void)offset;
	(void)len;
	(void)advice;
	return 0;
}

/* Simplified: no file can be source or target of it, and programs then copy by themselves. */
SYSCALL_DEFINE4(sendfile, int, out_fd, int, in_fd, loff_t __user *, offset, size_t, count)
{
	(void)out_fd;
	(void)in_fd;
	(void)offset;
	(void)count;
	return -EINVAL;
}

#define FUTEX_WAIT		0
#define FUTEX_WAKE		1
#define FUTEX_WAIT_BITSET	9
#define FUTEX_WAKE_BITSET	10
#define FUTEX_CMD_MASK		0x7f

/* Simplified: one thread only, so nobody is ever there to be woken, or to wake. Linux: kernel/futex.c. */
SYSCALL_DEFINE4(futex, unsigned int __user *, uaddr, int, op, unsigned int, val, struct timespec64 __user *, utime)
{
	struct timespec64 ts;
	unsigned int now;

	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAKE:
	case FUTEX_WAKE_BITSET:
		return 0;
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
		if (get_user(now, uaddr))
			return -EFAULT;
		if (now != val)
			return -EAGAIN;
		if (utime && copy_from_user(&ts, utime, sizeof(ts)))
			return -EFAULT;
		set_current_state(TASK_INTERRUPTIBLE);
		if (signal_pending(current)) {
			__set_current_state(TASK_RUNNING);
			return -EINTR;
		}
		schedule_timeout(utime ? ts.tv_sec * HZ + ts.tv_nsec / TICK_NSEC + 1 : MAX_SCHEDULE_TIMEOUT);
		return signal_pending(current) ? -EINTR : -ETIMEDOUT;
	}
	return -ENOSYS;
}
