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

/* Simplified: everybody is root. */
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
	(void)list;
	return size < 0 ? -EINVAL : 0;
}

/*
 * A server gives up what it need not be: here it stays what it is. Simplified: there is no other user or group, as in a user namespace that
 * maps only root (EINVAL), and nobody is told of groups beside its own.
 */
#define NGROUPS_MAX	65536

SYSCALL_DEFINE1(setuid, uid_t, uid)
{
	return uid ? -EINVAL : 0;
}

SYSCALL_DEFINE1(setgid, gid_t, gid)
{
	return gid ? -EINVAL : 0;
}

SYSCALL_DEFINE2(setgroups, int, size, gid_t __user *, list)
{
	gid_t gid;
	int i;

	if ((unsigned int)size > NGROUPS_MAX)
		return -EINVAL;
	for (i = 0; i < size; i++) {
		if (get_user(gid, &list[i]))
			return -EFAULT;
		if (gid)
			return -EINVAL;
	}
	return 0;
}

SYSCALL_DEFINE0(getpgrp)
{
	return current->signal->pgrp;
}

static struct task_struct *task_or_current(pid_t pid)
{
	return pid ? find_task_by_vpid(pid) : current;
}

SYSCALL_DEFINE1(getpgid, pid_t, pid)
{
	struct task_struct *p = task_or_current(pid);

	return p ? p->signal->pgrp : -ESRCH;
}

SYSCALL_DEFINE1(getsid, pid_t, pid)
{
	struct task_struct *p = task_or_current(pid);

	return p ? p->signal->session : -ESRCH;
}

/* Into a group of the same session, or one of its own. Only oneself, or a child that has not yet called exec. */
SYSCALL_DEFINE2(setpgid, pid_t, pid, pid_t, pgid)
{
	struct task_struct *leader = current->group_leader, *p, *other;
	bool found = false;

	if (!pid)
		pid = leader->pid;
	if (!pgid)
		pgid = pid;
	if (pgid < 0)
		return -EINVAL;
	p = find_task_by_vpid(pid);
	if (!p)
		return -ESRCH;
	if (!thread_group_leader(p))
		return -EINVAL;
	if (p->real_parent == leader) {
		if (p->signal->session != leader->signal->session)
			return -EPERM;
		if (p->signal->did_exec)
			return -EACCES;
	} else if (p != leader) {
		return -ESRCH;
	}
	if (p->signal->session == p->pid)
		return -EPERM;
	for_each_process(other) {
		if (other->signal->pgrp == pgid && other->signal->session == leader->signal->session)
			found = true;
	}
	if (pgid != pid && !found)
		return -EPERM;
	p->signal->pgrp = pgid;
	return 0;
}

/* A session and a group of its own, without a terminal; not for who leads a group already. */
SYSCALL_DEFINE0(setsid)
{
	struct task_struct *leader = current->group_leader, *p;

	for_each_process(p) {
		if (p->signal->pgrp == leader->pid)
			return -EPERM;
	}
	leader->signal->tty = NULL;
	leader->signal->session = leader->pid;
	leader->signal->pgrp = leader->pid;
	return leader->pid;
}

/* Both at once, so that nobody changes it in between. old may be NULL, new too. Linux: do_prlimit(). */
static long do_prlimit(struct task_struct *p, unsigned int resource, const struct rlimit *new, struct rlimit *old)
{
	struct rlimit *limit;

	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	if (new && new->rlim_cur > new->rlim_max)
		return -EINVAL;
	if (new && resource == RLIMIT_NOFILE && new->rlim_max > NR_OPEN_MAX)
		return -EPERM;
	limit = &p->signal->rlim[resource];
	if (old)
		*old = *limit;
	if (new)
		*limit = *new;
	return 0;
}

SYSCALL_DEFINE4(prlimit64, pid_t, pid, unsigned int, resource, const struct rlimit __user *, new, struct rlimit __user *, old)
{
	struct rlimit wanted, was;
	struct task_struct *p;
	long ret;

	if (new && copy_from_user(&wanted, new, sizeof(wanted)))
		return -EFAULT;
	p = task_or_current(pid);
	if (!p)
		return -ESRCH;
	ret = do_prlimit(p, resource, new ? &wanted : NULL, &was);
	return !ret && old && copy_to_user(old, &was, sizeof(was)) ? -EFAULT : ret;
}

SYSCALL_DEFINE2(getrlimit, unsigned int, resource, struct rlimit __user *, limit)
{
	struct rlimit was;
	long ret = do_prlimit(current, resource, NULL, &was);

	return !ret && copy_to_user(limit, &was, sizeof(was)) ? -EFAULT : ret;
}

SYSCALL_DEFINE2(setrlimit, unsigned int, resource, const struct rlimit __user *, limit)
{
	struct rlimit wanted;

	return copy_from_user(&wanted, limit, sizeof(wanted)) ? -EFAULT : do_prlimit(current, resource, &wanted, NULL);
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
		.procs = nr_threads, .mem_unit = 1,
	};

	return copy_to_user(info, &val, sizeof(val)) ? -EFAULT : 0;
}

void add_used(struct used *to, const struct used *from)
{
	to->utime += from->utime;
	to->stime += from->stime;
	to->min_flt += from->min_flt;
	to->nvcsw += from->nvcsw;
	to->nivcsw += from->nivcsw;
}

/* Linux: thread_group_cputime(). */
struct used thread_group_used(struct task_struct *p)
{
	struct used sum = p->signal->ended;
	struct task_struct *t;

	for_each_thread(p, t)
		add_used(&sum, &t->used);
	return sum;
}

void getrusage(struct task_struct *p, int who, struct rusage *ru)
{
	struct used sum = { 0 };

	if (who == RUSAGE_THREAD)
		sum = p->used;
	else if (who != RUSAGE_CHILDREN)
		sum = thread_group_used(p);
	if (who == RUSAGE_CHILDREN || who == RUSAGE_BOTH)
		add_used(&sum, &p->signal->children);
	*ru = (struct rusage) {
		.ru_utime = { sum.utime / NSEC_PER_SEC, sum.utime % NSEC_PER_SEC / NSEC_PER_USEC },
		.ru_stime = { sum.stime / NSEC_PER_SEC, sum.stime % NSEC_PER_SEC / NSEC_PER_USEC },
		.ru_minflt = sum.min_flt, .ru_nvcsw = sum.nvcsw, .ru_nivcsw = sum.nivcsw,
	};
	/* Simplified: what is in memory now, not the most that ever was. */
	if (p->mm && who != RUSAGE_CHILDREN)
		ru->ru_maxrss = p->mm->rss * (PAGE_SIZE / 1024);
}

SYSCALL_DEFINE2(getrusage, int, who, struct rusage __user *, usage)
{
	struct rusage ru;

	if (who != RUSAGE_SELF && who != RUSAGE_THREAD && who != RUSAGE_CHILDREN)
		return -EINVAL;
	getrusage(current, who, &ru);
	return copy_to_user(usage, &ru, sizeof(ru)) ? -EFAULT : 0;
}

#define NSEC_PER_CLOCK	(NSEC_PER_SEC / 100)

SYSCALL_DEFINE1(times, long __user *, buf)
{
	struct used sum = thread_group_used(current), *children = &current->signal->children;
	long values[4] = { sum.utime / NSEC_PER_CLOCK, sum.stime / NSEC_PER_CLOCK, children->utime / NSEC_PER_CLOCK, children->stime / NSEC_PER_CLOCK };

	return buf && copy_to_user(buf, values, sizeof(values)) ? -EFAULT : ktime_get() / NSEC_PER_CLOCK;
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

/* Restartable sequences are for threads on several CPUs; a program that is refused them goes without. */
SYSCALL_DEFINE4(rseq, void __user *, rseq, u32, len, int, flags, u32, sig)
{
	(void)rseq;
	(void)len;
	(void)flags;
	(void)sig;
	return -ENOSYS;
}

#define PRIO_PROCESS	0
#define PRIO_PGRP	1
#define PRIO_USER	2

/* Is p one of those that a call means? There is one user, root. */
static bool prio_concerns(int which, int who, struct task_struct *p)
{
	switch (which) {
	case PRIO_PROCESS:
		return p->pid == (who ? who : current->pid);
	case PRIO_PGRP:
		return p->signal->pgrp == (who ? who : current->signal->pgrp);
	}
	return who == 0;
}

SYSCALL_DEFINE3(setpriority, int, which, int, who, int, niceval)
{
	struct task_struct *p;
	long ret = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	niceval = min(max(niceval, MIN_NICE), MAX_NICE);
	list_for_each_entry(p, &init_task.tasks, tasks) {
		if (prio_concerns(which, who, p)) {
			set_user_nice(p, niceval);
			ret = 0;
		}
	}
	return ret;
}

/* 20 - nice, so that no result is negative; the highest of them. */
SYSCALL_DEFINE2(getpriority, int, which, int, who)
{
	struct task_struct *p;
	long ret = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	list_for_each_entry(p, &init_task.tasks, tasks) {
		if (prio_concerns(which, who, p))
			ret = max(ret, (long)(MAX_NICE + 1 - task_nice(p)));
	}
	return ret;
}

/* Files are in memory: nothing waits to be written. Devices and pipes have nothing to write to. */
static long do_fsync(unsigned int fd)
{
	struct file *file = fget(fd);
	long ret;

	if (!file)
		return -EBADF;
	ret = file->f_op ? -EINVAL : 0;
	fput(file);
	return ret;
}

SYSCALL_DEFINE1(fsync, unsigned int, fd)
{
	return do_fsync(fd);
}

SYSCALL_DEFINE1(fdatasync, unsigned int, fd)
{
	return do_fsync(fd);
}

#define POSIX_FADV_NOREUSE	5

SYSCALL_DEFINE4(fadvise64, unsigned int, fd, loff_t, offset, size_t, len, int, advice)
{
	struct file *file = fget(fd);
	long ret = 0;

	(void)offset;
	if (!file)
		return -EBADF;
	if (S_ISFIFO(file->f_inode->i_mode))
		ret = -ESPIPE;
	else if ((loff_t)len < 0 || advice < 0 || advice > POSIX_FADV_NOREUSE)
		ret = -EINVAL;
	fput(file);
	return ret;
}
