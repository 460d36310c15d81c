/* What the files of the scheduler share. Linux: kernel/sched/sched.h. */
#ifndef _KERNEL_SCHED_SCHED_H
#define _KERNEL_SCHED_SCHED_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>

/*
 * One for each CPU.
 * Simplified: Linux has a queue for each class of tasks in it, and the queue of CFS is a red-black tree; here a sorted list.
 */
struct rq {
	raw_spinlock_t lock;
	int cpu;
	unsigned int nr_running;	/* curr too, but not the idle task */
	struct task_struct *curr;
	struct task_struct *idle;
	struct list_head queue;		/* runnable tasks without curr, by vruntime */
	struct task_struct *skip;	/* has yielded */
	u64 min_vruntime;
	unsigned long load;		/* what all of nr_running weigh */
	unsigned long nr_switches;
	unsigned int ticks;
	struct mm_struct *prev_mm;	/* to be let go once the switch is over */
	struct task_struct *to_move;	/* prev of that switch may not stay on this CPU */
};

extern struct rq runqueues;
#define cpu_rq(cpu)	per_cpu_ptr(&runqueues, cpu)
#define this_rq()	this_cpu_ptr(&runqueues)

void resched_curr(struct rq *rq);
void activate_task(struct rq *rq, struct task_struct *p);
void deactivate_task(struct rq *rq, struct task_struct *p);
void set_task_cpu(struct task_struct *p, int cpu);

/* fair.c */
void update_curr(struct rq *rq);
void enqueue_entity(struct rq *rq, struct task_struct *p);
void place_entity(struct rq *rq, struct task_struct *p, bool initial);
struct task_struct *pick_next_entity(struct rq *rq);
void set_next_entity(struct rq *rq, struct task_struct *p);
void check_preempt_wakeup(struct rq *rq, struct task_struct *p);
void task_tick_fair(struct rq *rq);
int select_task_rq_fair(struct task_struct *p, bool fork);
void newidle_balance(struct rq *this_rq);
void trigger_load_balance(struct rq *this_rq);
unsigned long sched_slice(struct rq *rq, struct task_struct *p);
void sched_init_granularity(void);

#endif
