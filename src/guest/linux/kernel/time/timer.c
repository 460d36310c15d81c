/*
 * The tick, timers, and sleeping for a time.
 * Linux: kernel/time/{tick-sched,hrtimer,timer,posix-timers}.c.
 *
 * One clock event device (the local APIC's timer) serves both: the next interrupt is set to the next tick or
 * the first timer, whichever comes sooner. While the CPU idles there is no tick.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <asm/apic.h>
#include <asm/processor.h>

volatile unsigned long jiffies;
/* The counted part of jiffies ends here. */
static ktime_t last_jiffies_update;
static DEFINE_RAW_SPINLOCK(jiffies_lock);

/* One CPU's timers and its tick. Linux: struct hrtimer_cpu_base, struct tick_sched. */
struct hrtimer_cpu_base {
	raw_spinlock_t lock;
	bool tick_stopped;
	struct list_head queue;
	struct hrtimer *running;	/* whose function runs now */
	ktime_t next_tick;
};

DEFINE_PER_CPU(struct hrtimer_cpu_base, hrtimer_bases) = { .tick_stopped = true };

void hrtimer_init(struct hrtimer *timer, void (*function)(struct hrtimer *timer))
{
	timer->function = function;
	timer->active = false;
	timer->base = NULL;
}

static void tick_program_event(struct hrtimer_cpu_base *base, ktime_t now)
{
	ktime_t next = 0;

	if (!base->tick_stopped)
		next = base->next_tick;
	if (!list_empty(&base->queue)) {
		struct hrtimer *first = list_first_entry(&base->queue, struct hrtimer, node);

		if (base->tick_stopped || first->expires < next)
			next = first->expires;
	} else if (base->tick_stopped) {
		lapic_timer_stop();
		return;
	}
	lapic_next_event(next > now ? next - now : 0);
}

/* Takes it out of its queue, on whatever CPU that is. True when its function runs just now. Interrupts are off. */
static bool remove_hrtimer(struct hrtimer *timer)
{
	struct hrtimer_cpu_base *base = timer->base;
	bool running;

	if (!base)
		return false;
	raw_spin_lock(&base->lock);
	running = base->running == timer;
	if (timer->active) {
		list_del(&timer->node);
		timer->active = false;
	}
	raw_spin_unlock(&base->lock);
	return running;
}

/* On this CPU. */
void hrtimer_start(struct hrtimer *timer, ktime_t expires)
{
	struct hrtimer_cpu_base *base;
	struct hrtimer *pos;
	struct list_head *before;
	unsigned long flags;

	local_irq_save(flags);
	(void)remove_hrtimer(timer);
	base = this_cpu_ptr(&hrtimer_bases);
	before = &base->queue;
	raw_spin_lock(&base->lock);
	timer->base = base;
	timer->expires = expires;
	timer->active = true;
	list_for_each_entry(pos, &base->queue, node) {
		if (pos->expires > expires) {
			before = &pos->node;
			break;
		}
	}
	list_add_tail(&timer->node, before);
	if (base->queue.next == &timer->node)
		tick_program_event(base, ktime_get());
	raw_spin_unlock(&base->lock);
	local_irq_restore(flags);
}

/* When it returns the timer's function does not run any more, on no CPU. */
void hrtimer_cancel(struct hrtimer *timer)
{
	unsigned long flags;

	for (;;) {
		bool running;

		local_irq_save(flags);
		running = remove_hrtimer(timer);
		local_irq_restore(flags);
		/* It may start the timer again. */
		if (!running)
			return;
		cpu_relax();
	}
}

static void tick_do_update_jiffies64(ktime_t now)
{
	raw_spin_lock(&jiffies_lock);
	if (now - last_jiffies_update >= TICK_NSEC) {
		unsigned long ticks = (now - last_jiffies_update) / TICK_NSEC;

		jiffies += ticks;
		last_jiffies_update += ticks * TICK_NSEC;
	}
	raw_spin_unlock(&jiffies_lock);
}

/* The timer interrupt, of the program or of the kernel: run what is due, then set the next one. */
void hrtimer_interrupt(bool user)
{
	struct hrtimer_cpu_base *base = this_cpu_ptr(&hrtimer_bases);
	ktime_t now = ktime_get();

	if (!base->tick_stopped && now >= base->next_tick) {
		tick_do_update_jiffies64(now);
		account_process_tick(user);
		scheduler_tick();
		base->next_tick = last_jiffies_update + TICK_NSEC;
	}

	raw_spin_lock(&base->lock);
	while (!list_empty(&base->queue)) {
		struct hrtimer *timer = list_first_entry(&base->queue, struct hrtimer, node);

		if (timer->expires > now)
			break;
		list_del(&timer->node);
		timer->active = false;
		base->running = timer;
		raw_spin_unlock(&base->lock);
		timer->function(timer);
		raw_spin_lock(&base->lock);
		base->running = NULL;
	}
	tick_program_event(base, now);
	raw_spin_unlock(&base->lock);
}

#ifdef CONFIG_NET
/* From irq_enter_rcu(), with interrupts off. */
void tick_irq_enter(void)
{
	if (unlikely(this_cpu_ptr(&hrtimer_bases)->tick_stopped))
		tick_do_update_jiffies64(ktime_get());
}

/* When that jiffy begins. */
ktime_t jiffies_to_ktime(unsigned long j)
{
	unsigned long flags;
	ktime_t time;

	raw_spin_lock_irqsave(&jiffies_lock, flags);
	time = last_jiffies_update + (long)(j - jiffies) * TICK_NSEC;
	raw_spin_unlock_irqrestore(&jiffies_lock, flags);
	return time;
}
#endif

/*
 * Simplified: without NET there are no softirqs. All that a timer or a device wants done is done in its interrupt, and nothing is left over
 * when the CPU begins to idle, or goes back to what was interrupted.
 */

/* Interrupts are off. Only timers can end the sleep that follows, or a device. */
void tick_nohz_idle_stop_tick(void)
{
	struct hrtimer_cpu_base *base = this_cpu_ptr(&hrtimer_bases);

	if (base->tick_stopped)
		return;
	raw_spin_lock(&base->lock);
	base->tick_stopped = true;
	tick_program_event(base, ktime_get());
	raw_spin_unlock(&base->lock);
}

static void tick_start(struct hrtimer_cpu_base *base)
{
	ktime_t now = ktime_get();

	tick_do_update_jiffies64(now);
	raw_spin_lock(&base->lock);
	base->tick_stopped = false;
	base->next_tick = last_jiffies_update + TICK_NSEC;
	tick_program_event(base, now);
	raw_spin_unlock(&base->lock);
}

void tick_nohz_idle_exit(void)
{
	struct hrtimer_cpu_base *base = this_cpu_ptr(&hrtimer_bases);

	local_irq_disable();
	if (base->tick_stopped)
		tick_start(base);
	local_irq_enable();
}

/* Real time when the machine was switched on, in nanoseconds. Linux: tk_core.timekeeper.offs_real. */
static ktime_t offs_real;

ktime_t ktime_real_to_mono(ktime_t real)
{
	return real == KTIME_MAX ? KTIME_MAX : max(real - offs_real, (ktime_t)0);
}

ktime_t ktime_get_real(void)
{
	return ktime_get() + offs_real;
}

/* Starts the tick. */
void __init timekeeping_init(void)
{
	int cpu;

	offs_real = mach_get_cmos_time() * NSEC_PER_SEC;
	last_jiffies_update = ktime_get();
	for_each_possible_cpu(cpu)
		INIT_LIST_HEAD(&per_cpu_ptr(&hrtimer_bases, cpu)->queue);
	tick_start(this_cpu_ptr(&hrtimer_bases));
}

struct hrtimer_sleeper {
	struct hrtimer timer;
	struct task_struct *task;
};

static void hrtimer_wakeup(struct hrtimer *timer)
{
	struct hrtimer_sleeper *t = container_of(timer, struct hrtimer_sleeper, timer);
	struct task_struct *task = t->task;

	t->task = NULL;
	wake_up_process(task);
}

ktime_t schedule_hrtimeout(ktime_t expires)
{
	struct hrtimer_sleeper t;
	ktime_t now;

	if (expires == KTIME_MAX) {
		schedule();
		__set_current_state(TASK_RUNNING);
		return KTIME_MAX;
	}
	hrtimer_init(&t.timer, hrtimer_wakeup);
	t.task = current;
	hrtimer_start(&t.timer, expires);
	schedule();
	hrtimer_cancel(&t.timer);
	__set_current_state(TASK_RUNNING);
	now = ktime_get();
	return now < expires ? expires - now : 0;
}

long schedule_timeout(long timeout)
{
	ktime_t left;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	left = schedule_hrtimeout(ktime_add_safe(ktime_get(), timeout < KTIME_MAX / TICK_NSEC ? timeout * TICK_NSEC : KTIME_MAX));
	return left / TICK_NSEC;
}

long nanosleep_copyout(ktime_t left, struct timespec64 __user *rmtp)
{
	struct timespec64 ts = { left / NSEC_PER_SEC, left % NSEC_PER_SEC };

	return rmtp && copy_to_user(rmtp, &ts, sizeof(ts)) ? -EFAULT : -ERESTART_RESTARTBLOCK;
}

static long nanosleep_restart(struct restart_block *restart);

/* Linux: hrtimer_nanosleep(). absolute: a call that is made again sleeps as long as this one. */
static long sleep_to(ktime_t until, bool absolute, struct timespec64 __user *rmtp)
{
	ktime_t left;

	do {
		set_current_state(TASK_INTERRUPTIBLE);
		left = schedule_hrtimeout(until);
	} while (left && !signal_pending(current));
	if (!left)
		return 0;
	if (absolute)
		return -ERESTARTNOHAND;
	current->restart_block = (struct restart_block) { .fn = nanosleep_restart, .until = until, .ptr = rmtp };
	return nanosleep_copyout(left, rmtp);
}

static long nanosleep_restart(struct restart_block *restart)
{
	return sleep_to(restart->until, false, restart->ptr);
}

static bool is_clock(int which_clock)
{
	return (which_clock >= 0 && which_clock <= CLOCK_BOOTTIME) || which_clock == CLOCK_TAI;
}

SYSCALL_DEFINE4(clock_nanosleep, int, which_clock, int, flags, const struct timespec64 __user *, rqtp, struct timespec64 __user *, rmtp)
{
	struct timespec64 ts;
	ktime_t time;

	bool by_cpu = which_clock == CLOCK_PROCESS_CPUTIME_ID || which_clock < 0;

	/* That of a thread has no sleep of its own: only by its number can a thread sleep by another's. */
	if (which_clock == CLOCK_THREAD_CPUTIME_ID || which_clock == CLOCK_MONOTONIC_RAW || which_clock == CLOCK_REALTIME_COARSE ||
	    which_clock == CLOCK_MONOTONIC_COARSE)
		return -EOPNOTSUPP;
	if (!by_cpu && which_clock != CLOCK_MONOTONIC && which_clock != CLOCK_BOOTTIME && !is_calendar(which_clock))
		return -EINVAL;
	if (copy_from_user(&ts, rqtp, sizeof(ts)))
		return -EFAULT;
	if (!timespec64_valid(&ts))
		return -EINVAL;
	time = timespec64_to_ktime(&ts);
	if (by_cpu)
		return posix_cpu_nsleep(which_clock, flags, time, rmtp);
	if (!(flags & TIMER_ABSTIME))
		return sleep_to(ktime_add_safe(ktime_get(), time), false, rmtp);
	return sleep_to(is_calendar(which_clock) ? ktime_real_to_mono(time) : time, true, NULL);
}

SYSCALL_DEFINE2(nanosleep, struct timespec64 __user *, rqtp, struct timespec64 __user *, rmtp)
{
	return __do_sys_clock_nanosleep(CLOCK_MONOTONIC, 0, rqtp, rmtp);
}

/* Simplified: two clocks, that of the calendar and that which starts with the machine; and what a task has run is counted in ticks. */
SYSCALL_DEFINE2(clock_gettime, int, which_clock, struct timespec64 *, tp)
{
	struct timespec64 ts;
	ktime_t now;

	now = posix_cpu_clock(which_clock);
	if (now < 0 && !is_clock(which_clock))
		return -EINVAL;
	if (now < 0)
		now = is_calendar(which_clock) ? ktime_get_real() : ktime_get();
	ts.tv_sec = now / NSEC_PER_SEC;
	ts.tv_nsec = now % NSEC_PER_SEC;
	return copy_to_user(tp, &ts, sizeof(ts)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(clock_getres, int, which_clock, struct timespec64 __user *, tp)
{
	struct timespec64 ts = { 0, 1 };

	if (!is_clock(which_clock) && posix_cpu_clock(which_clock) < 0)
		return -EINVAL;
	if (which_clock == CLOCK_REALTIME_COARSE || which_clock == CLOCK_MONOTONIC_COARSE)
		ts.tv_nsec = TICK_NSEC;
	return tp && copy_to_user(tp, &ts, sizeof(ts)) ? -EFAULT : 0;
}

SYSCALL_DEFINE2(gettimeofday, long __user *, tv, int __user *, tz)
{
	ktime_t now = ktime_get_real();
	long values[2] = { now / NSEC_PER_SEC, now % NSEC_PER_SEC / NSEC_PER_USEC };
	int zone[2] = { 0, 0 };

	if ((tv && copy_to_user(tv, values, sizeof(values))) || (tz && copy_to_user(tz, zone, sizeof(zone))))
		return -EFAULT;
	return 0;
}

SYSCALL_DEFINE1(time, long __user *, tloc)
{
	long seconds = ktime_get_real() / NSEC_PER_SEC;

	return tloc && put_user(seconds, tloc) ? -EFAULT : seconds;
}
