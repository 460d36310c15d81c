/*
 * Timers that a process makes for itself, as many as it may have signals that wait. Linux: kernel/time/posix-timers.c, posix-cpu-timers.c.
 *
 * The signal is there as long as the timer, and waits once at most. A timer that repeats does not run while its signal waits: it goes on when
 * the signal is taken, and counts then how often it would have been over meanwhile. Where the signal is ignored it just goes on.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>

#define SIGEV_SIGNAL	0
#define SIGEV_NONE	1
#define SIGEV_THREAD	2
#define SIGEV_THREAD_ID	4

/* Linux: uapi/asm-generic/siginfo.h. */
struct sigevent {
	unsigned long value;
	int signo;
	int notify;
	int tid;
	int unused[11];
};

struct itimerspec64 {
	struct timespec64 interval, value;
};

struct k_itimer {
	struct list_head list;		/* in posix_timers */
	int id;
	int clock;
	int notify;
	bool active;			/* it runs */
	bool by_cpu;			/* by what has been run, not by what has passed */
	unsigned int requeue_pending;	/* odd: its signal waits. A signal that another number was sent with is not its own any more */
	long overrun, overrun_last;
	ktime_t interval;
	ktime_t expires;		/* by the monotonic clock, or by its own */
	struct task_struct *task;	/* who gets the signal; NULL: the process */
	struct task_struct *clock_task;	/* by_cpu: a thread whose clock it is */
	struct signal_struct *sig;
	struct sigqueue *sigq;
	struct hrtimer timer;
};

/* What interrupts read of them. Taken after tasklist_lock and before siglock. */
static DEFINE_RAW_SPINLOCK(timers_lock);

#define REQUEUE_PENDING	1

/*
 * A negative clock is that of a process or thread: its number, inverted, above three bits. Linux: include/linux/posix-timers.h,
 * MAKE_PROCESS_CPUCLOCK(). Simplified: time in the program alone (bits 0 and 1: 0 and 1) is not told apart.
 */
#define CPUCLOCK_PERTHREAD(clock)	((clock) & 4)
#define CPUCLOCK_WHICH(clock)		((clock) & 3)
#define CPUCLOCK_PID(clock)		(~((clock) >> 3))

/* Whose it is, or NULL. Linux: pid_for_clock(). */
static struct task_struct *task_of_clock(int which_clock)
{
	struct task_struct *p;
	pid_t pid;

	if (which_clock == CLOCK_PROCESS_CPUTIME_ID || which_clock == CLOCK_THREAD_CPUTIME_ID)
		return current;
	if (which_clock >= 0 || CPUCLOCK_WHICH(which_clock) > 2)
		return NULL;
	pid = CPUCLOCK_PID(which_clock);
	p = pid ? find_task_by_vpid(pid) : current;
	if (!p || !p->sighand || (CPUCLOCK_PERTHREAD(which_clock) ? p->signal != current->signal : p->group_leader != p && p != current))
		return NULL;
	return p;
}

static bool is_thread_clock(int which_clock)
{
	return which_clock == CLOCK_THREAD_CPUTIME_ID || (which_clock < 0 && CPUCLOCK_PERTHREAD(which_clock));
}

static s64 has_run(const struct task_struct *p, int which_clock)
{
	return is_thread_clock(which_clock) ? p->used.utime + p->used.stime : p->signal->cputime;
}

s64 posix_cpu_clock(int which_clock)
{
	unsigned long flags;
	struct task_struct *p;
	s64 now;

	if (which_clock >= 0 && which_clock != CLOCK_PROCESS_CPUTIME_ID && which_clock != CLOCK_THREAD_CPUTIME_ID)
		return -EINVAL;
	spin_lock_irqsave(&tasklist_lock, flags);
	p = task_of_clock(which_clock);
	now = p ? has_run(p, which_clock) : -EINVAL;
	spin_unlock_irqrestore(&tasklist_lock, flags);
	return now;
}

/* Who sleeps until so much has run. Linux: a k_itimer without a signal. */
struct cpu_sleeper {
	struct list_head list;		/* in cpu_sleepers of the process whose time it is */
	struct task_struct *task;	/* NULL: it is over */
	struct task_struct *clock_task;
	int clock;
	ktime_t expires;
};

static ktime_t timer_now(const struct k_itimer *timr)
{
	if (!timr->by_cpu)
		return ktime_get();
	return timr->clock_task ? has_run(timr->clock_task, timr->clock) : timr->sig->cputime;
}

/* The next time after now that it is over, and how many of them have passed. Linux: hrtimer_forward(). */
static long timer_forward(struct k_itimer *timr, ktime_t now)
{
	ktime_t late = now - timr->expires;
	long passed;

	if (late < 0)
		return 0;
	passed = late / timr->interval + 1;
	timr->expires = ktime_add_safe(timr->expires, passed * timr->interval);
	return passed;
}

static void timer_start(struct k_itimer *timr)
{
	timr->active = true;
	if (!timr->by_cpu)
		hrtimer_start(&timr->timer, timr->expires);
}

/* It is over: timers_lock and tasklist_lock are held, interrupts are off. */
static void timer_over(struct k_itimer *timr)
{
	unsigned int sys_private = timr->interval ? ++timr->requeue_pending : 0;
	struct task_struct *p = timr->task ? timr->task :
				list_first_entry(&timr->sig->thread_head, struct task_struct, thread_node)->group_leader;
	ktime_t now;

	timr->active = false;
	if (!send_sigqueue(timr->sigq, p, !timr->task, sys_private) || !timr->interval)
		return;
	/* Nobody will take it. However short it is, the machine must get on between two. */
	now = timer_now(timr);
	if (timr->interval < TICK_NSEC)
		now = ktime_add_safe(now, TICK_NSEC);
	timr->overrun += timer_forward(timr, now);
	timr->requeue_pending++;
	timer_start(timr);
}

static void posix_timer_fn(struct hrtimer *timer)
{
	struct k_itimer *timr = container_of(timer, struct k_itimer, timer);
	unsigned long flags;

	spin_lock_irqsave(&tasklist_lock, flags);
	raw_spin_lock(&timers_lock);
	if (timr->active)
		timer_over(timr);
	raw_spin_unlock(&timers_lock);
	spin_unlock_irqrestore(&tasklist_lock, flags);
}

void run_posix_cpu_timers(void)
{
	struct signal_struct *sig = current->signal;
	struct cpu_sleeper *t;
	struct k_itimer *timr;
	unsigned long flags;

	spin_lock_irqsave(&tasklist_lock, flags);
	raw_spin_lock(&timers_lock);
	list_for_each_entry(t, &sig->cpu_sleepers, list) {
		if (t->task && has_run(t->clock_task, t->clock) >= t->expires) {
			struct task_struct *p = t->task;

			t->task = NULL;
			wake_up_process(p);
		}
	}
	/* It may be about to go, with nobody left to be told. */
	if (sig->live) {
		list_for_each_entry(timr, &sig->posix_timers, list) {
			if (timr->by_cpu && timr->active && timer_now(timr) >= timr->expires)
				timer_over(timr);
		}
	}
	raw_spin_unlock(&timers_lock);
	spin_unlock_irqrestore(&tasklist_lock, flags);
}

static long posix_cpu_nsleep_restart(struct restart_block *restart);

/* Linux: do_cpu_nanosleep(). until: by the clock, which is p's. */
static long cpu_sleep_to(struct task_struct *p, int which_clock, ktime_t until, struct timespec64 __user *rmtp)
{
	struct cpu_sleeper t = { .task = current, .clock_task = p, .clock = which_clock, .expires = until };
	struct signal_struct *sig = p->signal;
	unsigned long flags;
	ktime_t left;

	/* It may end before it has run so much; its process stays with it. */
	atomic_inc(&p->usage);
	raw_spin_lock_irqsave(&timers_lock, flags);
	list_add_tail(&t.list, &sig->cpu_sleepers);
	sig->nr_cpu_timers++;
	raw_spin_unlock_irqrestore(&timers_lock, flags);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		/* It may have run so much before a tick could find the sleeper. */
		if (!READ_ONCE(t.task) || has_run(p, which_clock) >= until || signal_pending(current))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	raw_spin_lock_irqsave(&timers_lock, flags);
	list_del(&t.list);
	sig->nr_cpu_timers--;
	raw_spin_unlock_irqrestore(&timers_lock, flags);
	left = until - has_run(p, which_clock);
	put_task_struct(p);
	if (left <= 0)
		return 0;
	current->restart_block = (struct restart_block) { .fn = posix_cpu_nsleep_restart, .until = until, .ptr = rmtp, .val = which_clock };
	return nanosleep_copyout(left, rmtp);
}

static long posix_cpu_nsleep_restart(struct restart_block *restart)
{
	struct task_struct *p = task_of_clock(restart->val);

	return p ? cpu_sleep_to(p, restart->val, restart->until, restart->ptr) : -EINVAL;
}

long posix_cpu_nsleep(int which_clock, int flags, ktime_t time, struct timespec64 __user *rmtp)
{
	struct task_struct *p = task_of_clock(which_clock);
	long ret;

	/* It would never be woken: as long as it sleeps it does not run. */
	if (!p || (is_thread_clock(which_clock) && p == current))
		return -EINVAL;
	if (!(flags & TIMER_ABSTIME))
		return cpu_sleep_to(p, which_clock, ktime_add_safe(has_run(p, which_clock), time), rmtp);
	ret = cpu_sleep_to(p, which_clock, time, NULL);
	return ret == -ERESTART_RESTARTBLOCK ? -ERESTARTNOHAND : ret;
}

/* current's, or NULL. */
static struct k_itimer *find_timer(int id)
{
	struct k_itimer *timr;

	list_for_each_entry(timr, &current->signal->posix_timers, list) {
		if (timr->id == id)
			return timr;
	}
	return NULL;
}

static int overrun_to_int(long overrun)
{
	return min(overrun, (long)INT_MAX);
}

void posixtimer_rearm(struct kernel_siginfo *info, unsigned int sys_private)
{
	struct k_itimer *timr = find_timer(info->si_tid);
	unsigned long flags;

	if (!timr)
		return;
	raw_spin_lock_irqsave(&timers_lock, flags);
	if (timr->interval && timr->requeue_pending == sys_private) {
		timr->overrun += timer_forward(timr, timer_now(timr));
		timr->overrun_last = timr->overrun;
		timr->overrun = -1;
		timr->requeue_pending++;
		info->si_overrun = overrun_to_int(timr->overrun_last + info->si_overrun);
		timer_start(timr);
	}
	raw_spin_unlock_irqrestore(&timers_lock, flags);
}

/* When it returns its function runs on no CPU, and it does not run. */
static void timer_stop(struct k_itimer *timr)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&timers_lock, flags);
	timr->interval = 0;
	timr->active = false;
	/* A signal that waits is not this timer's any more. */
	timr->requeue_pending = (timr->requeue_pending + 2) & ~REQUEUE_PENDING;
	raw_spin_unlock_irqrestore(&timers_lock, flags);
	hrtimer_cancel(&timr->timer);
}

/* One that no list has. */
static void timer_release(struct k_itimer *timr)
{
	sigqueue_free(timr->sigq);
	if (timr->task)
		put_task_struct(timr->task);
	if (timr->clock_task)
		put_task_struct(timr->clock_task);
	kfree(timr);
}

static void timer_free(struct k_itimer *timr)
{
	unsigned long flags;

	timer_stop(timr);
	raw_spin_lock_irqsave(&timers_lock, flags);
	list_del(&timr->list);
	timr->sig->nr_cpu_timers -= timr->by_cpu;
	raw_spin_unlock_irqrestore(&timers_lock, flags);
	timer_release(timr);
}

void exit_itimers(struct signal_struct *sig)
{
	struct k_itimer *timr, *n;

	list_for_each_entry_safe(timr, n, &sig->posix_timers, list)
		timer_free(timr);
}

/* Who is to be told; NULL: nobody could be. Linux: good_sigevent(). */
static struct task_struct *good_sigevent(const struct sigevent *event)
{
	struct task_struct *p = current;

	switch (event->notify) {
	case SIGEV_SIGNAL | SIGEV_THREAD_ID:
		p = find_task_by_vpid(event->tid);
		if (!p || p->signal != current->signal)
			return NULL;
		/* fall through */
	case SIGEV_SIGNAL:
	case SIGEV_THREAD:
		if (event->signo <= 0 || event->signo > NSIG)
			return NULL;
		/* fall through */
	case SIGEV_NONE:
		return p;
	}
	return NULL;
}

SYSCALL_DEFINE3(timer_create, int, which_clock, const struct sigevent __user *, uevent, int __user *, created_timer_id)
{
	struct sigevent event = { .signo = SIGALRM, .notify = SIGEV_SIGNAL };
	struct task_struct *clock_task, *p;
	struct signal_struct *sig = current->signal;
	struct k_itimer *timr;
	unsigned long flags;

	if (uevent && copy_from_user(&event, uevent, sizeof(event)))
		return -EFAULT;
	/* Not before the copy, which may sleep: nothing keeps the task until the timer does. */
	clock_task = task_of_clock(which_clock);
	if (which_clock == CLOCK_MONOTONIC_RAW || which_clock == CLOCK_REALTIME_COARSE || which_clock == CLOCK_MONOTONIC_COARSE)
		return -EOPNOTSUPP;
	if (!clock_task && which_clock != CLOCK_MONOTONIC && which_clock != CLOCK_BOOTTIME && !is_calendar(which_clock))
		return -EINVAL;
	/* Simplified: the clock of another process is read, but starts no timer. */
	if (clock_task && clock_task->signal != sig)
		return -EPERM;
	timr = kzalloc(sizeof(*timr), GFP_KERNEL);
	if (!timr)
		return -EAGAIN;
	timr->sigq = sigqueue_alloc();
	if (!timr->sigq) {
		kfree(timr);
		return -EAGAIN;
	}
	timr->id = sig->posix_timer_id;
	if (!uevent)
		event.value = timr->id;
	p = good_sigevent(&event);
	if (!p) {
		timer_release(timr);
		return -EINVAL;
	}
	timr->clock = which_clock;
	timr->by_cpu = clock_task != NULL;
	timr->notify = event.notify;
	timr->sig = sig;
	timr->overrun = -1;
	if (event.notify & SIGEV_THREAD_ID) {
		timr->task = p;
		atomic_inc(&p->usage);
	}
	if (timr->by_cpu && is_thread_clock(which_clock)) {
		timr->clock_task = clock_task;
		atomic_inc(&clock_task->usage);
	}
	timr->sigq->info = (struct kernel_siginfo) { .si_signo = event.signo, .si_code = SI_TIMER };
	timr->sigq->info.si_tid = timr->id;
	timr->sigq->info.si_value = event.value;
	hrtimer_init(&timr->timer, posix_timer_fn);
	sig->posix_timer_id = (sig->posix_timer_id + 1) & INT_MAX;
	/* Other threads find it when all is done: they may delete it. */
	if (put_user(timr->id, created_timer_id)) {
		timer_release(timr);
		return -EFAULT;
	}
	raw_spin_lock_irqsave(&timers_lock, flags);
	list_add_tail(&timr->list, &sig->posix_timers);
	sig->nr_cpu_timers += timr->by_cpu;
	raw_spin_unlock_irqrestore(&timers_lock, flags);
	return 0;
}

static struct timespec64 timespec_of(ktime_t time)
{
	return (struct timespec64) { time / NSEC_PER_SEC, time % NSEC_PER_SEC };
}

/* Linux: common_timer_get(). What is about to come, or waits as a signal, counts as a nanosecond. */
static struct itimerspec64 timer_get(struct k_itimer *timr)
{
	bool is_told = timr->notify != SIGEV_NONE;
	struct itimerspec64 spec = { { 0, 0 }, { 0, 0 } };
	unsigned long flags;
	ktime_t now, left;

	raw_spin_lock_irqsave(&timers_lock, flags);
	if (timr->interval || timr->active || !is_told) {
		now = timer_now(timr);
		if (timr->interval && (!is_told || (timr->requeue_pending & REQUEUE_PENDING)))
			timr->overrun += timer_forward(timr, now);
		left = timr->expires - now;
		spec.interval = timespec_of(timr->interval);
		spec.value = timespec_of(left > 0 ? left : is_told);
	}
	raw_spin_unlock_irqrestore(&timers_lock, flags);
	return spec;
}

SYSCALL_DEFINE2(timer_gettime, int, timer_id, struct itimerspec64 __user *, setting)
{
	struct k_itimer *timr = find_timer(timer_id);
	struct itimerspec64 spec;

	if (!timr)
		return -EINVAL;
	spec = timer_get(timr);
	return copy_to_user(setting, &spec, sizeof(spec)) ? -EFAULT : 0;
}

SYSCALL_DEFINE1(timer_getoverrun, int, timer_id)
{
	struct k_itimer *timr = find_timer(timer_id);

	return timr ? overrun_to_int(timr->overrun_last) : -EINVAL;
}

SYSCALL_DEFINE4(timer_settime, int, timer_id, int, flags, const struct itimerspec64 __user *, new_setting, struct itimerspec64 __user *, old_setting)
{
	struct k_itimer *timr;
	struct itimerspec64 new, old;
	unsigned long irqflags;
	ktime_t value;

	if (!new_setting)
		return -EINVAL;
	if (copy_from_user(&new, new_setting, sizeof(new)))
		return -EFAULT;
	if (!timespec64_valid(&new.interval) || !timespec64_valid(&new.value))
		return -EINVAL;
	timr = find_timer(timer_id);
	if (!timr)
		return -EINVAL;
	old = timer_get(timr);
	timer_stop(timr);
	timr->overrun_last = 0;
	timr->overrun = -1;
	timr->expires = 0;
	value = timespec64_to_ktime(&new.value);
	if (value) {
		raw_spin_lock_irqsave(&timers_lock, irqflags);
		timr->interval = timespec64_to_ktime(&new.interval);
		if (!(flags & TIMER_ABSTIME))
			timr->expires = ktime_add_safe(timer_now(timr), value);
		else
			timr->expires = !timr->by_cpu && is_calendar(timr->clock) ? ktime_real_to_mono(value) : value;
		if (timr->notify != SIGEV_NONE)
			timer_start(timr);
		raw_spin_unlock_irqrestore(&timers_lock, irqflags);
	}
	return old_setting && copy_to_user(old_setting, &old, sizeof(old)) ? -EFAULT : 0;
}

SYSCALL_DEFINE1(timer_delete, int, timer_id)
{
	struct k_itimer *timr = find_timer(timer_id);

	if (!timr)
		return -EINVAL;
	timer_free(timr);
	return 0;
}
