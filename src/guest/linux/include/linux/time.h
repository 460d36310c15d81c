/* Time. Linux: include/linux/ktime.h, hrtimer.h, jiffies.h, timekeeping.h, uapi/linux/time.h. */
#ifndef _LINUX_TIME_H
#define _LINUX_TIME_H

#include <linux/types.h>
#include <linux/list.h>

#define HZ		1000
#define NSEC_PER_SEC	1000000000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_USEC	1000L
#define TICK_NSEC	(NSEC_PER_SEC / HZ)
#define MAX_SCHEDULE_TIMEOUT	LONG_MAX
/* Never. */
#define KTIME_MAX	LONG_MAX
#define KTIME_SEC_MAX	(KTIME_MAX / NSEC_PER_SEC)

#define CLOCK_REALTIME		0
#define CLOCK_MONOTONIC		1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID	3
#define CLOCK_MONOTONIC_RAW	4
#define CLOCK_REALTIME_COARSE	5
#define CLOCK_MONOTONIC_COARSE	6
#define CLOCK_BOOTTIME		7
#define CLOCK_TAI		11

struct timespec64 {
	long tv_sec;
	long tv_nsec;
};

static inline bool timespec64_valid(const struct timespec64 *ts)
{
	return ts->tv_sec >= 0 && ts->tv_nsec >= 0 && ts->tv_nsec < NSEC_PER_SEC;
}

/* Of a valid one; what is too long is KTIME_MAX. */
static inline ktime_t timespec64_to_ktime(const struct timespec64 *ts)
{
	return ts->tv_sec >= KTIME_SEC_MAX ? KTIME_MAX : ts->tv_sec * NSEC_PER_SEC + ts->tv_nsec;
}

static inline ktime_t ktime_add_safe(ktime_t a, ktime_t b)
{
	return a > KTIME_MAX - b ? KTIME_MAX : a + b;
}

#define TIMER_ABSTIME	1

/* Simplified: calendar time is atomic time. */
static inline bool is_calendar(int which_clock)
{
	return which_clock == CLOCK_REALTIME || which_clock == CLOCK_REALTIME_COARSE || which_clock == CLOCK_TAI;
}

extern volatile unsigned long jiffies;

/* Nanoseconds since boot. */
ktime_t ktime_get(void);
/* Nanoseconds since 1970, or since boot on a board without a calendar clock. */
ktime_t ktime_get_real(void);
/* When, by the monotonic clock, the calendar clock says so. Not before now. */
ktime_t ktime_real_to_mono(ktime_t real);
/* Sleeps in the state that the caller has set. Nanoseconds left: 0 unless something else woke it. */
ktime_t schedule_hrtimeout(ktime_t expires);
/* A sleep was interrupted: what is left of it goes to rmtp, if there is one. What the call gives unless it is made again. */
long nanosleep_copyout(ktime_t left, struct timespec64 __user *rmtp);
/* kernel/time/itimer.c: a tick came while current ran, in user mode or not. Linux: kernel/sched/cputime.c. */
void account_process_tick(bool user);
/* arch/x86/kernel/rtc.c: seconds since 1970; 0 without a clock. */
long mach_get_cmos_time(void);
void timekeeping_init(void);

/*
 * A timer: function runs once, in the timer interrupt, at or after expires.
 * Simplified: one sorted list, one clock (monotonic), no periodic timers.
 */
struct hrtimer {
	struct list_head node;
	ktime_t expires;
	void (*function)(struct hrtimer *timer);
	struct hrtimer_cpu_base *base;	/* of the CPU on which it was started last */
	bool active;
};

void hrtimer_init(struct hrtimer *timer, void (*function)(struct hrtimer *timer));
void hrtimer_start(struct hrtimer *timer, ktime_t expires);
void hrtimer_cancel(struct hrtimer *timer);

#endif
