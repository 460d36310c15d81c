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

#define CLOCK_REALTIME		0
#define CLOCK_MONOTONIC		1
#define CLOCK_REALTIME_COARSE	5
#define CLOCK_BOOTTIME		7

struct timespec64 {
	long tv_sec;
	long tv_nsec;
};

extern volatile unsigned long jiffies;

/* Nanoseconds since boot. */
ktime_t ktime_get(void);
/* Nanoseconds since 1970, or since boot on a board without a calendar clock. */
ktime_t ktime_get_real(void);
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
	bool active;
};

void hrtimer_init(struct hrtimer *timer, void (*function)(struct hrtimer *timer));
void hrtimer_start(struct hrtimer *timer, ktime_t expires);
void hrtimer_cancel(struct hrtimer *timer);

#endif
