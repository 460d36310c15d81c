/*
 * The timer wheel. Linux: kernel/time/timer.c.
 *
 * Nine levels of 64 buckets; a bucket of each level stands for eight times as many jiffies as one of the level before. A timer that is
 * far away goes into a coarse bucket, stays there, and so may come late by an eighth of its time: most are never due, since what they
 * watch over comes first. Setting one costs the same however many there are.
 *
 * Simplified: an hrtimer of each CPU wakes it for the next bucket; Linux looks at each tick, and asks for the next bucket before it stops it.
 */
#include <linux/bottom_half.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <asm/processor.h>

#define LVL_CLK_SHIFT	3
#define LVL_CLK_DIV	(1UL << LVL_CLK_SHIFT)
#define LVL_CLK_MASK	(LVL_CLK_DIV - 1)
#define LVL_SHIFT(n)	((n) * LVL_CLK_SHIFT)
#define LVL_GRAN(n)	(1UL << LVL_SHIFT(n))
#define LVL_BITS	6
#define LVL_SIZE	(1UL << LVL_BITS)
#define LVL_MASK	(LVL_SIZE - 1)
#define LVL_OFFS(n)	((n) * LVL_SIZE)
/* From so many jiffies on a timer belongs to level n. */
#define LVL_START(n)	((LVL_SIZE - 1) << (((n) - 1) * LVL_CLK_SHIFT))
#define LVL_DEPTH	9
#define WHEEL_SIZE	(LVL_SIZE * LVL_DEPTH)
#define WHEEL_TIMEOUT_CUTOFF	(LVL_START(LVL_DEPTH))
#define WHEEL_TIMEOUT_MAX	(WHEEL_TIMEOUT_CUTOFF - LVL_GRAN(LVL_DEPTH - 1))
/* timer->base, while it goes from one CPU's wheel to another's. Linux: a flag of the timer. */
#define TIMER_MIGRATING		((struct timer_base *)1)
#define NEXT_TIMER_MAX_DELTA	((1UL << 30) - 1)

struct timer_base {
	raw_spinlock_t lock;
	struct timer_list *running_timer;	/* whose function runs now, without the lock */
	unsigned long clk;		/* up to here all that was due has run */
	unsigned long next_expiry;
	bool timers_pending;
	u64 pending_map[LVL_DEPTH];	/* buckets that are not empty */
	struct list_head vectors[WHEEL_SIZE];
	struct hrtimer alarm;
};

DEFINE_PER_CPU(struct timer_base, timer_bases) = { .clk = 0 };

static unsigned int calc_index(unsigned long expires, unsigned int lvl, unsigned long *bucket_expiry)
{
	/* A bucket is never early. */
	expires = (expires + LVL_GRAN(lvl)) >> LVL_SHIFT(lvl);
	*bucket_expiry = expires << LVL_SHIFT(lvl);
	return LVL_OFFS(lvl) + (expires & LVL_MASK);
}

static unsigned int calc_wheel_index(unsigned long expires, unsigned long clk, unsigned long *bucket_expiry)
{
	unsigned long delta = expires - clk;
	unsigned int lvl;

	if ((long)delta < 0) {
		*bucket_expiry = clk;
		return clk & LVL_MASK;
	}
	for (lvl = 0; lvl < LVL_DEPTH - 1; lvl++) {
		if (delta < LVL_START(lvl + 1))
			return calc_index(expires, lvl, bucket_expiry);
	}
	if (delta >= WHEEL_TIMEOUT_CUTOFF)
		expires = clk + WHEEL_TIMEOUT_MAX;
	return calc_index(expires, LVL_DEPTH - 1, bucket_expiry);
}

/* The lock of the base where the timer waits, or waited last. Interrupts are off. NULL: it never waited. */
static struct timer_base *lock_timer_base(struct timer_list *timer)
{
	for (;;) {
		struct timer_base *base = READ_ONCE(timer->base);

		if (!base)
			return NULL;
		if (base == TIMER_MIGRATING) {
			cpu_relax();
			continue;
		}
		raw_spin_lock(&base->lock);
		if (timer->base == base)
			return base;
		raw_spin_unlock(&base->lock);
	}
}

static int detach_timer(struct timer_base *base, struct timer_list *timer)
{
	struct list_head *vec = &base->vectors[timer->idx];

	if (!timer_pending(timer))
		return 0;
	list_del(&timer->entry);
	if (list_empty(vec))
		base->pending_map[timer->idx / LVL_SIZE] &= ~(1UL << (timer->idx & LVL_MASK));
	return 1;
}

int del_timer(struct timer_list *timer)
{
	struct timer_base *base;
	unsigned long flags;
	int ret = 0;

	local_irq_save(flags);
	base = lock_timer_base(timer);
	if (base) {
		ret = detach_timer(base, timer);
		raw_spin_unlock(&base->lock);
	}
	local_irq_restore(flags);
	return ret;
}

/* Nothing waits: the wheel need not have turned meanwhile. */
static void forward_timer_base(struct timer_base *base)
{
	unsigned long jnow = jiffies;

	if ((long)(jnow - base->clk) < 1)
		return;
	if (base->timers_pending && time_before(base->next_expiry, jnow)) {
		if (time_after(base->next_expiry, base->clk))
			base->clk = base->next_expiry;
	} else {
		base->clk = jnow;
	}
}

static int __mod_timer(struct timer_list *timer, unsigned long expires, bool pending_only)
{
	unsigned long flags, bucket_expiry;
	struct timer_base *base;
	int ret = 0;

	local_irq_save(flags);
	base = lock_timer_base(timer);
	if (base && timer_pending(timer) && timer->expires == expires) {
		ret = 1;
		goto out_unlock;
	}
	if (base)
		ret = detach_timer(base, timer);
	if (!ret && pending_only)
		goto out_unlock;
	/* While its function runs on another CPU it stays there: it must not run on two at once. */
	if (base != this_cpu_ptr(&timer_bases) && !(base && base->running_timer == timer)) {
		if (base) {
			/* With neither lock it is nobody else's. */
			WRITE_ONCE(timer->base, TIMER_MIGRATING);
			raw_spin_unlock(&base->lock);
		}
		base = this_cpu_ptr(&timer_bases);
		raw_spin_lock(&base->lock);
		WRITE_ONCE(timer->base, base);
	}
	forward_timer_base(base);
	timer->expires = expires;
	timer->idx = calc_wheel_index(expires, base->clk, &bucket_expiry);
	list_add_tail(&timer->entry, &base->vectors[timer->idx]);
	base->pending_map[timer->idx / LVL_SIZE] |= 1UL << (timer->idx & LVL_MASK);
	if (!base->timers_pending || time_before(bucket_expiry, base->next_expiry)) {
		base->next_expiry = bucket_expiry;
		base->timers_pending = true;
		/* Another CPU, which runs timers now, sets its own alarm when it has done so. */
		if (base == this_cpu_ptr(&timer_bases))
			hrtimer_start(&base->alarm, jiffies_to_ktime(bucket_expiry));
	}
out_unlock:
	if (base)
		raw_spin_unlock(&base->lock);
	local_irq_restore(flags);
	return ret;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return __mod_timer(timer, expires, false);
}

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return __mod_timer(timer, expires, true);
}

/* How far behind `clk` the next bucket of a level is that is not empty; -1 when all are. */
static int next_pending_bucket(struct timer_base *base, unsigned int lvl, unsigned int clk)
{
	u64 map = base->pending_map[lvl];
	unsigned int n;

	if (!map)
		return -1;
	for (n = 0; n < LVL_SIZE; n++) {
		if ((map >> ((clk + n) & LVL_MASK)) & 1)
			break;
	}
	return n;
}

static unsigned long __next_timer_interrupt(struct timer_base *base)
{
	unsigned long next = base->clk + NEXT_TIMER_MAX_DELTA, clk = base->clk, adj;
	unsigned int lvl;

	base->timers_pending = false;
	for (lvl = 0; lvl < LVL_DEPTH; lvl++) {
		int pos = next_pending_bucket(base, lvl, clk & LVL_MASK);
		unsigned long lvl_clk = clk & LVL_CLK_MASK;

		if (pos >= 0) {
			unsigned long tmp = (clk + (unsigned long)pos) << LVL_SHIFT(lvl);

			base->timers_pending = true;
			if (time_before(tmp, next))
				next = tmp;
			/* Coarser buckets cannot come before. */
			if ((unsigned long)pos <= ((LVL_CLK_DIV - lvl_clk) & LVL_CLK_MASK))
				break;
		}
		adj = lvl_clk ? 1 : 0;
		clk = (clk >> LVL_CLK_SHIFT) + adj;
	}
	return next;
}

/* The bucket's timers run without the lock: they may set themselves again. Interrupts are off, and on while one runs. */
static void expire_timers(struct timer_base *base, struct list_head *head)
{
	while (!list_empty(head)) {
		struct timer_list *timer = list_first_entry(head, struct timer_list, entry);
		void (*fn)(struct timer_list *) = timer->function;

		list_del(&timer->entry);
		base->running_timer = timer;
		raw_spin_unlock_irq(&base->lock);
		fn(timer);
		raw_spin_lock_irq(&base->lock);
		base->running_timer = NULL;
	}
}

/* What is due now, taken out of the wheel: a bucket of each level whose time has come. */
static void collect_expired_timers(struct timer_base *base, struct list_head *head)
{
	unsigned long clk = base->clk = base->next_expiry;
	unsigned int lvl;

	for (lvl = 0; lvl < LVL_DEPTH; lvl++) {
		unsigned int idx = (clk & LVL_MASK) + lvl * LVL_SIZE;

		if ((base->pending_map[lvl] >> (idx & LVL_MASK)) & 1) {
			base->pending_map[lvl] &= ~(1UL << (idx & LVL_MASK));
			while (!list_empty(&base->vectors[idx])) {
				struct timer_list *timer = list_first_entry(&base->vectors[idx], struct timer_list, entry);

				list_move_tail(&timer->entry, head);
				/* Whoever takes it away meanwhile looks at a bucket that is not the wheel's. */
				timer->idx = idx;
			}
		}
		if (clk & LVL_CLK_MASK)
			break;
		clk >>= LVL_CLK_SHIFT;
	}
}

static void run_timer_softirq(struct softirq_action *h)
{
	struct timer_base *base = this_cpu_ptr(&timer_bases);

	(void)h;
	raw_spin_lock_irq(&base->lock);
	while (base->timers_pending && time_after_eq(jiffies, base->clk) && time_after_eq(jiffies, base->next_expiry)) {
		LIST_HEAD(head);

		collect_expired_timers(base, &head);
		base->clk++;
		base->next_expiry = __next_timer_interrupt(base);
		expire_timers(base, &head);
	}
	if (base->timers_pending)
		hrtimer_start(&base->alarm, jiffies_to_ktime(base->next_expiry));
	raw_spin_unlock_irq(&base->lock);
}

static void timer_alarm(struct hrtimer *alarm)
{
	(void)alarm;
	raise_softirq_irqoff(TIMER_SOFTIRQ);
}

static int __init init_timers(void)
{
	int cpu, n;

	for_each_possible_cpu(cpu) {
		struct timer_base *base = per_cpu_ptr(&timer_bases, cpu);

		for (n = 0; n < (int)WHEEL_SIZE; n++)
			INIT_LIST_HEAD(&base->vectors[n]);
		base->clk = jiffies;
		hrtimer_init(&base->alarm, timer_alarm);
	}
	open_softirq(TIMER_SOFTIRQ, run_timer_softirq);
	return 0;
}
core_initcall(init_timers);
