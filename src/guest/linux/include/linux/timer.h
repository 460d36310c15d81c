/* Timers that count jiffies and run in a softirq. Linux: include/linux/timer.h, jiffies.h; bodies in kernel/time/wheel.c. */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/list.h>
#include <linux/time.h>

struct timer_base;

struct timer_list {
	struct list_head entry;
	unsigned long expires;
	void (*function)(struct timer_list *);
	struct timer_base *base;	/* of the CPU where it waits, or waited last */
	unsigned int idx;		/* its bucket */
};

#define from_timer(var, callback_timer, timer_fieldname) \
	container_of(callback_timer, typeof(*var), timer_fieldname)

static inline void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *), unsigned int flags)
{
	(void)flags;
	timer->entry.next = timer->entry.prev = NULL;
	timer->function = function;
	timer->base = NULL;
}

static inline bool timer_pending(const struct timer_list *timer)
{
	return READ_ONCE(timer->entry.next) != NULL;
}

/* Whether it was waiting. */
int mod_timer(struct timer_list *timer, unsigned long expires);
/* Not set where it does not wait: it has run, or somebody has stopped it. */
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
int del_timer(struct timer_list *timer);

ktime_t jiffies_to_ktime(unsigned long j);

#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return j * (1000 / HZ);
}

static inline unsigned long msecs_to_jiffies(unsigned int m)
{
	return m / (1000 / HZ);
}

static inline unsigned long usecs_to_jiffies(unsigned int u)
{
	return DIV_ROUND_UP(u, 1000000 / HZ);
}

#define jiffies_to_usecs(j)	((unsigned int)((j) * (1000000 / HZ)))

#endif
