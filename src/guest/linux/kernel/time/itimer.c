/*
 * What a process has run, and timers that send it a signal. Linux: kernel/time/itimer.c, posix-cpu-timers.c, kernel/sched/cputime.c.
 *
 * Time is counted by ticks: whoever a tick finds running has run for the whole of it.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/smp.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>

#define ITIMER_REAL	0
#define ITIMER_VIRTUAL	1
#define ITIMER_PROF	2

/* What each CPU has run. Linux: kernel_cpustat. */
DEFINE_PER_CPU(struct used, cpu_used) = { 0 };
/* What a process counts of itself, and the timers that go by it: its threads may run on several CPUs. Taken before siglock. */
static DEFINE_RAW_SPINLOCK(cputimer_lock);

struct used used_on(int cpu)
{
	return *per_cpu_ptr(&cpu_used, cpu);
}

static void tell(struct signal_struct *sig, int signr)
{
	send_group_sig(signr, list_first_entry(&sig->thread_head, struct task_struct, thread_node)->group_leader, 1);
}

static void it_real_fn(struct hrtimer *timer)
{
	struct signal_struct *sig = container_of(timer, struct signal_struct, real_timer);

	tell(sig, SIGALRM);
	/* Not one for each period that has gone by while nobody looked. */
	if (sig->it_real_incr) {
		ktime_t late = ktime_get() - timer->expires;

		hrtimer_start(timer, ktime_add_safe(timer->expires, (late / sig->it_real_incr + 1) * sig->it_real_incr));
	}
}

void itimers_init(struct signal_struct *sig)
{
	hrtimer_init(&sig->real_timer, it_real_fn);
	INIT_LIST_HEAD(&sig->posix_timers);
	INIT_LIST_HEAD(&sig->cpu_sleepers);
}

static void count_down(struct signal_struct *sig, struct cpu_itimer *it, int signr)
{
	if (!it->left)
		return;
	it->left = max(it->left - TICK_NSEC, (ktime_t)0);
	if (!it->left) {
		it->left = it->incr;
		tell(sig, signr);
	}
}

/* RLIMIT_CPU: a signal each second, at last the end. Linux: check_process_timers(). */
static void check_cpu_limit(struct signal_struct *sig)
{
	struct rlimit *limit = &sig->rlim[RLIMIT_CPU];
	unsigned long seconds = sig->cputime / NSEC_PER_SEC;

	if (seconds >= limit->rlim_max) {
		tell(sig, SIGKILL);
	} else if (seconds >= limit->rlim_cur) {
		tell(sig, SIGXCPU);
		limit->rlim_cur = seconds + 1;
	}
}

void account_process_tick(bool user)
{
	struct task_struct *p = current;
	struct signal_struct *sig = p->signal;
	struct used *total = this_cpu_ptr(&cpu_used);

	if (p->flags & PF_IDLE)
		return;
	if (user) {
		p->used.utime += TICK_NSEC;
		total->utime += TICK_NSEC;
	} else {
		p->used.stime += TICK_NSEC;
		total->stime += TICK_NSEC;
	}
	raw_spin_lock(&cputimer_lock);
	sig->cputime += TICK_NSEC;
	/* It may be about to go, with nobody left to be told. */
	if (sig->live) {
		if (user)
			count_down(sig, &sig->it[0], SIGVTALRM);
		count_down(sig, &sig->it[1], SIGPROF);
		if (sig->rlim[RLIMIT_CPU].rlim_cur != RLIM_INFINITY)
			check_cpu_limit(sig);
	}
	raw_spin_unlock(&cputimer_lock);
	if (unlikely(sig->nr_cpu_timers))
		run_posix_cpu_timers();
}

struct itimerval {
	long interval_sec, interval_usec, value_sec, value_usec;
};

static bool valid(long sec, long usec)
{
	return sec >= 0 && usec >= 0 && usec < NSEC_PER_SEC / NSEC_PER_USEC;
}

static ktime_t ktime_of(long sec, long usec)
{
	return sec >= KTIME_SEC_MAX ? KTIME_MAX : sec * NSEC_PER_SEC + usec * NSEC_PER_USEC;
}

static struct itimerval itimerval_of(ktime_t value, ktime_t incr)
{
	return (struct itimerval) { incr / NSEC_PER_SEC, incr % NSEC_PER_SEC / NSEC_PER_USEC, value / NSEC_PER_SEC, value % NSEC_PER_SEC / NSEC_PER_USEC };
}

/* Linux: do_getitimer(). What is about to come counts as a microsecond. */
static struct itimerval do_getitimer(int which)
{
	struct signal_struct *sig = current->signal;
	struct cpu_itimer *it = &sig->it[which == ITIMER_PROF];

	if (which != ITIMER_REAL)
		return itimerval_of(it->left, it->incr);
	return itimerval_of(sig->real_timer.active ? max(sig->real_timer.expires - ktime_get(), (ktime_t)NSEC_PER_USEC) : 0, sig->it_real_incr);
}

/* Linux: do_setitimer(). */
static void do_setitimer(int which, ktime_t value, ktime_t incr)
{
	struct signal_struct *sig = current->signal;
	unsigned long flags;

	if (which != ITIMER_REAL) {
		raw_spin_lock_irqsave(&cputimer_lock, flags);
		sig->it[which == ITIMER_PROF] = (struct cpu_itimer) { value, value ? incr : 0 };
		raw_spin_unlock_irqrestore(&cputimer_lock, flags);
		return;
	}
	hrtimer_cancel(&sig->real_timer);
	sig->it_real_incr = value ? incr : 0;
	if (value)
		hrtimer_start(&sig->real_timer, ktime_add_safe(ktime_get(), value));
}

SYSCALL_DEFINE2(getitimer, int, which, struct itimerval __user *, value)
{
	struct itimerval now;

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	now = do_getitimer(which);
	return copy_to_user(value, &now, sizeof(now)) ? -EFAULT : 0;
}

SYSCALL_DEFINE3(setitimer, int, which, const struct itimerval __user *, value, struct itimerval __user *, ovalue)
{
	struct itimerval new = { 0 }, old;

	if (value && copy_from_user(&new, value, sizeof(new)))
		return -EFAULT;
	if (!valid(new.value_sec, new.value_usec) || !valid(new.interval_sec, new.interval_usec) || which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	old = do_getitimer(which);
	do_setitimer(which, ktime_of(new.value_sec, new.value_usec), ktime_of(new.interval_sec, new.interval_usec));
	return ovalue && copy_to_user(ovalue, &old, sizeof(old)) ? -EFAULT : 0;
}

/* Seconds that were left, rounded, but not to none. */
SYSCALL_DEFINE1(alarm, unsigned int, seconds)
{
	struct itimerval old = do_getitimer(ITIMER_REAL);

	do_setitimer(ITIMER_REAL, ktime_of(min(seconds, (unsigned int)INT_MAX), 0), 0);
	return old.value_sec + ((!old.value_sec && old.value_usec) || old.value_usec >= NSEC_PER_SEC / NSEC_PER_USEC / 2);
}
