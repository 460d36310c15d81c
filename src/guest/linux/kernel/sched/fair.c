/*
 * The Completely Fair Scheduler: who has run least, by its weight, runs next. Linux: kernel/sched/fair.c.
 * Simplified: no groups, no load averages, no hierarchy of caches; a CPU's load is how many tasks it has.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/time.h>
#include <trace/events.h>
#include "sched.h"

/* In nanoseconds, for one CPU; more have more. Linux: sysctl_sched_latency and so on. */
static unsigned long sched_latency = 6000000UL;
static unsigned long sched_min_granularity = 750000UL;
static unsigned long sched_wakeup_granularity = 1000000UL;
/* So many tasks share a latency; if there are more, each still has the least slice. */
#define SCHED_NR_LATENCY	8
/* Ticks between two looks at other CPUs. */
#define BALANCE_TICKS		4

/* Linux: update_sysctl(), SCHED_TUNABLESCALING_LOG. */
void __init sched_init_granularity(void)
{
	unsigned int cpus = nr_cpu_ids, factor = 1;

	while (cpus >>= 1)
		factor++;
	sched_latency *= factor;
	sched_min_granularity *= factor;
	sched_wakeup_granularity *= factor;
}

static u64 calc_delta_fair(u64 delta, struct task_struct *p)
{
	return p->se.load_weight == NICE_0_LOAD ? delta : delta * NICE_0_LOAD / p->se.load_weight;
}

static struct task_struct *first_entity(struct rq *rq)
{
	return list_empty(&rq->queue) ? NULL : list_first_entry(&rq->queue, struct task_struct, run_list);
}

/* It never goes back. */
static void update_min_vruntime(struct rq *rq)
{
	struct task_struct *first = first_entity(rq);
	u64 vruntime = rq->min_vruntime;

	if (rq->curr != rq->idle && rq->curr->on_rq) {
		vruntime = rq->curr->se.vruntime;
		if (first && (s64)(first->se.vruntime - vruntime) < 0)
			vruntime = first->se.vruntime;
	} else if (first) {
		vruntime = first->se.vruntime;
	}
	if ((s64)(vruntime - rq->min_vruntime) > 0)
		rq->min_vruntime = vruntime;
}

void update_curr(struct rq *rq)
{
	struct task_struct *curr = rq->curr;
	u64 now, delta;

	if (curr == rq->idle)
		return;
	now = ktime_get();
	delta = now - curr->se.exec_start;
	curr->se.exec_start = now;
	curr->se.sum_exec_runtime += delta;
	curr->se.vruntime += calc_delta_fair(delta, curr);
	update_min_vruntime(rq);
}

void enqueue_entity(struct rq *rq, struct task_struct *p)
{
	struct list_head *before = &rq->queue;
	struct task_struct *pos;

	list_for_each_entry(pos, &rq->queue, run_list) {
		if ((s64)(pos->se.vruntime - p->se.vruntime) > 0) {
			before = &pos->run_list;
			break;
		}
	}
	list_add_tail(&p->run_list, before);
}

/* Its share of the time in which everybody runs once. */
unsigned long sched_slice(struct rq *rq, struct task_struct *p)
{
	unsigned int nr = rq->nr_running + !p->on_rq;
	unsigned long load = rq->load + (p->on_rq ? 0 : p->se.load_weight);
	unsigned long period = nr > SCHED_NR_LATENCY ? nr * sched_min_granularity : sched_latency;

	return period * p->se.load_weight / load;
}

/* Where it stands among the others: a new task behind them for a slice; one that has slept not further before them than half a latency. */
void place_entity(struct rq *rq, struct task_struct *p, bool initial)
{
	u64 vruntime = rq->min_vruntime;

	if (initial) {
		p->se.vruntime = vruntime + calc_delta_fair(sched_slice(rq, p), p);
		return;
	}
	vruntime -= sched_latency >> 1;
	if ((s64)(p->se.vruntime - vruntime) < 0)
		p->se.vruntime = vruntime;
}

/* Does what p has run less than curr count for more than a switch costs? */
static bool wakeup_preempt_entity(struct task_struct *curr, struct task_struct *p)
{
	return (s64)(curr->se.vruntime - p->se.vruntime) > (s64)calc_delta_fair(sched_wakeup_granularity, p);
}

/* The first one, unless it has yielded and the second is not too unfair a choice. */
struct task_struct *pick_next_entity(struct rq *rq)
{
	struct task_struct *first = first_entity(rq), *second;

	if (!first)
		return rq->idle;
	if (first == rq->skip && first->run_list.next != &rq->queue) {
		second = list_first_entry(&first->run_list, struct task_struct, run_list);
		if (!wakeup_preempt_entity(second, first))
			first = second;
	}
	rq->skip = NULL;
	list_del_init(&first->run_list);
	return first;
}

void set_next_entity(struct rq *rq, struct task_struct *p)
{
	if (p == rq->idle)
		return;
	p->se.exec_start = ktime_get();
	p->se.prev_sum_exec_runtime = p->se.sum_exec_runtime;
}

/* p has become runnable on this queue: instead of curr? */
void check_preempt_wakeup(struct rq *rq, struct task_struct *p)
{
	if (rq->curr == rq->idle) {
		resched_curr(rq);
		return;
	}
	update_curr(rq);
	if (wakeup_preempt_entity(rq->curr, p))
		resched_curr(rq);
}

/* Linux: entity_tick(), check_preempt_tick(). */
void task_tick_fair(struct rq *rq)
{
	struct task_struct *curr = rq->curr, *first;
	unsigned long ideal, delta;

	update_curr(rq);
	first = first_entity(rq);
	if (!first)
		return;
	ideal = sched_slice(rq, curr);
	delta = curr->se.sum_exec_runtime - curr->se.prev_sum_exec_runtime;
	if (delta > ideal)
		resched_curr(rq);
	else if (delta >= sched_min_granularity && (s64)(curr->se.vruntime - first->se.vruntime) > (s64)ideal)
		resched_curr(rq);
}

static bool idle_cpu(int cpu)
{
	struct rq *rq = cpu_rq(cpu);

	return READ_ONCE(rq->curr) == rq->idle && !READ_ONCE(rq->nr_running);
}

/*
 * Where a task is to run that wakes up or is new: where it was, if nobody else runs there; else where nobody runs; else where
 * it was. A new one goes where fewest are. Linux: select_idle_sibling(), find_idlest_cpu().
 */
int select_task_rq_fair(struct task_struct *p, bool fork)
{
	unsigned long mask = p->cpus_mask & READ_ONCE(cpu_online_mask);
	int cpu, best = p->cpu;

	if (nr_cpu_ids == 1)
		return 0;
	if (!((mask >> best) & 1))
		best = -1;
	else if (!fork && idle_cpu(best))
		return best;
	for_each_possible_cpu(cpu) {
		if (!((mask >> cpu) & 1))
			continue;
		if (idle_cpu(cpu))
			return cpu;
		if (best < 0 || (fork && READ_ONCE(cpu_rq(cpu)->nr_running) < READ_ONCE(cpu_rq(best)->nr_running)))
			best = cpu;
	}
	return best;
}

static struct rq *find_busiest_queue(struct rq *this_rq)
{
	struct rq *busiest = NULL;
	int cpu;

	for_each_online_cpu(cpu) {
		struct rq *rq = cpu_rq(cpu);
		unsigned int nr = READ_ONCE(rq->nr_running);

		if (rq != this_rq && nr > this_rq->nr_running + 1 && (!busiest || nr > busiest->nr_running))
			busiest = rq;
	}
	return busiest;
}

/* Two queues at once are taken in the order of their CPUs. this_rq's lock is held, and let go in between. */
static void double_lock_balance(struct rq *this_rq, struct rq *busiest)
{
	if (busiest->cpu < this_rq->cpu) {
		raw_spin_unlock(&this_rq->lock);
		raw_spin_lock(&busiest->lock);
		raw_spin_lock(&this_rq->lock);
	} else {
		raw_spin_lock(&busiest->lock);
	}
}

/* One task comes over, that would have to wait longest where it is. True if one did. */
static bool load_balance(struct rq *this_rq)
{
	struct rq *busiest = find_busiest_queue(this_rq);
	struct task_struct *p, *found = NULL;

	if (!busiest)
		return false;
	double_lock_balance(this_rq, busiest);
	if (busiest->nr_running > this_rq->nr_running + 1) {
		list_for_each_entry(p, &busiest->queue, run_list) {
			if ((p->cpus_mask >> this_rq->cpu) & 1)
				found = p;
		}
	}
	if (found) {
		list_del_init(&found->run_list);
		deactivate_task(busiest, found);
		set_task_cpu(found, this_rq->cpu);
		activate_task(this_rq, found);
	}
	raw_spin_unlock(&busiest->lock);
	return found != NULL;
}

/* This CPU has nothing left to do. Its queue is locked. */
void newidle_balance(struct rq *this_rq)
{
	if (smp_running)
		(void)load_balance(this_rq);
}

/* At a tick, with this_rq locked: have an idle CPU look for work, if there is any here, or look oneself. Linux: nohz_balancer_kick(). */
void trigger_load_balance(struct rq *this_rq)
{
	int cpu;

	if (!smp_running || ++this_rq->ticks % BALANCE_TICKS)
		return;
	if (this_rq->nr_running > 1) {
		for_each_online_cpu(cpu) {
			if (idle_cpu(cpu)) {
				/* Nobody but an idle task sees the flag that makes it look. */
				set_tsk_thread_flag(cpu_rq(cpu)->idle, TIF_NEED_RESCHED);
				smp_send_reschedule(cpu);
				return;
			}
		}
	}
	if (load_balance(this_rq))
		resched_curr(this_rq);
}
