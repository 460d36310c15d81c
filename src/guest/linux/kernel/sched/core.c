/*
 * The scheduler: round robin. Linux: kernel/sched/core.c.
 * Simplified: one class of tasks in one queue, each with a slice of SLICE_TICKS; Linux has CFS.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <trace/events.h>

#define SLICE_TICKS	4

struct rq {
	raw_spinlock_t lock;
	unsigned int nr_running;
	struct task_struct *curr;
	struct task_struct *idle;
	struct list_head queue;		/* runnable tasks, without curr */
	unsigned long nr_switches;
	struct mm_struct *prev_mm;	/* to be let go once the switch is over */
};

static struct rq runqueue;

static void enqueue_task(struct rq *rq, struct task_struct *p)
{
	list_add_tail(&p->run_list, &rq->queue);
	p->on_rq = 1;
	rq->nr_running++;
}

static void dequeue_task(struct rq *rq, struct task_struct *p)
{
	p->on_rq = 0;
	rq->nr_running--;
}

/* Asks curr to give way at the next chance. */
void resched_curr(void)
{
	struct task_struct *curr = runqueue.curr;

	if (test_tsk_thread_flag(curr, TIF_NEED_RESCHED))
		return;
	trace_need_resched(curr);
	set_tsk_thread_flag(curr, TIF_NEED_RESCHED);
}

/*
 * Makes a sleeping task runnable, if it sleeps in one of the states asked for.
 * It may be called before the task has really gone to sleep: then only the state changes back, and
 * __schedule() will see that.
 */
int try_to_wake_up(struct task_struct *p, unsigned int state, int wake_flags)
{
	struct rq *rq = &runqueue;
	unsigned long flags;
	int success = 0;

	(void)wake_flags;
	raw_spin_lock_irqsave(&rq->lock, flags);
	if (!(READ_ONCE(p->__state) & state))
		goto out;
	success = 1;
	if (!p->on_rq) {
		p->time_slice = SLICE_TICKS;
		enqueue_task(rq, p);
		if (rq->curr == rq->idle)
			resched_curr();
	}
	trace_sched_wakeup(p);
	WRITE_ONCE(p->__state, TASK_RUNNING);
out:
	raw_spin_unlock_irqrestore(&rq->lock, flags);
	return success;
}

int wake_up_process(struct task_struct *p)
{
	return try_to_wake_up(p, TASK_NORMAL, 0);
}

/* A new task is in state TASK_NEW, so nothing else can wake it before this. */
void sched_fork(struct task_struct *p)
{
	p->__state = TASK_NEW;
	p->on_rq = 0;
	p->on_cpu = 0;
	p->time_slice = SLICE_TICKS;
	INIT_LIST_HEAD(&p->run_list);
}

void wake_up_new_task(struct task_struct *p)
{
	struct rq *rq = &runqueue;
	unsigned long flags;

	raw_spin_lock_irqsave(&rq->lock, flags);
	WRITE_ONCE(p->__state, TASK_RUNNING);
	enqueue_task(rq, p);
	trace_sched_wakeup(p);
	if (rq->curr == rq->idle)
		resched_curr();
	raw_spin_unlock_irqrestore(&rq->lock, flags);
}

static struct task_struct *pick_next_task(struct rq *rq)
{
	struct task_struct *next;

	if (list_empty(&rq->queue))
		return rq->idle;
	next = list_first_entry(&rq->queue, struct task_struct, run_list);
	list_del_init(&next->run_list);
	return next;
}

/* New page tables, while we still run on prev's kernel stack: that one is mapped in every address space. */
static void switch_mm_irqs_off(struct mm_struct *prev, struct mm_struct *next)
{
	if (prev != next)
		write_cr3(__pa(next->pgd));
}

/* The first thing the next task does, on its own stack: finish what the previous one began. */
static void finish_task_switch(struct task_struct *prev)
{
	struct rq *rq = &runqueue;
	struct mm_struct *mm = rq->prev_mm;
	unsigned int prev_state = READ_ONCE(prev->__state);

	rq->prev_mm = NULL;
	/* Simplified: nobody waits for this, as a wake-up on another CPU would until prev's registers are saved. */
	prev->on_cpu = 0;
	raw_spin_unlock_irq(&rq->lock);

	if (mm)
		mmdrop(mm);
	if (unlikely(prev_state == TASK_DEAD))
		put_task_struct(prev);
}

/* What ret_from_fork calls for a task that has never run before. */
asmlinkage __visible void schedule_tail(struct task_struct *prev)
{
	finish_task_switch(prev);
	preempt_enable();
#ifdef CONFIG_UNIKERNEL_LINUX
	/* UKL: its stack grows down from there. */
	if (is_ukl_thread())
		current->user_stack_vma = find_user_vma(task_pt_regs(current)->sp - 1);
#endif
}

static void context_switch(struct rq *rq, struct task_struct *prev, struct task_struct *next)
{
	/*
	 * A kernel thread has no address space and borrows the one that is loaded ("lazy TLB"): it
	 * touches kernel addresses only, and they are the same everywhere.
	 */
	if (!next->mm) {
		next->active_mm = prev->active_mm;
		if (prev->mm)
			mmgrab(prev->active_mm);
		else
			prev->active_mm = NULL;
	} else {
		switch_mm_irqs_off(prev->active_mm, next->mm);
		if (!prev->mm) {
			/* It gives back what it had borrowed: in finish_task_switch(). */
			rq->prev_mm = prev->active_mm;
			prev->active_mm = NULL;
		}
	}

	prev = __switch_to_asm(prev, next);
	/* Another stack: rq and next are what this task had when it was switched away. */
	finish_task_switch(prev);
}

/*
 * Chooses who runs next. preempt: prev does not want to give up the CPU, so it stays runnable whatever
 * its state says.
 */
static void __schedule(bool preempt)
{
	struct rq *rq = &runqueue;
	struct task_struct *prev, *next;
	unsigned long *switch_count;
	unsigned int prev_state;

	local_irq_disable();
	raw_spin_lock(&rq->lock);
	prev = rq->curr;

	trace_sched_entry(preempt);
	switch_count = &prev->used.nivcsw;
	prev_state = READ_ONCE(prev->__state);
	if (!preempt && prev_state) {
		if ((prev_state & TASK_INTERRUPTIBLE) && signal_pending(prev))
			WRITE_ONCE(prev->__state, TASK_RUNNING);
		else
			dequeue_task(rq, prev);
		switch_count = &prev->used.nvcsw;
	}
	/* Still runnable: to the end of the queue. */
	if (prev->on_rq && prev != rq->idle)
		list_add_tail(&prev->run_list, &rq->queue);

	next = pick_next_task(rq);
	clear_tsk_need_resched(prev);

	if (likely(prev != next)) {
		rq->nr_switches++;
		++*switch_count;
		rq->curr = next;
		next->on_cpu = 1;
		if (next->time_slice == 0)
			next->time_slice = SLICE_TICKS;
		trace_sched_switch(prev, next);
		context_switch(rq, prev, next);
	} else {
		raw_spin_unlock_irq(&rq->lock);
	}
}

asmlinkage __visible void schedule(void)
{
	do {
		preempt_disable();
		__schedule(false);
		preempt_enable_no_resched();
	} while (need_resched());
}

void schedule_preempt_disabled(void)
{
	preempt_enable_no_resched();
	schedule();
	preempt_disable();
}

void io_schedule(void)
{
	schedule();
}

void yield(void)
{
	__set_current_state(TASK_RUNNING);
	schedule();
}

SYSCALL_DEFINE0(sched_yield)
{
	schedule();
	return 0;
}

/* From the timer interrupt, every tick that is not saved by idling. */
void scheduler_tick(void)
{
	struct rq *rq = &runqueue;
	struct task_struct *curr = rq->curr;

	raw_spin_lock(&rq->lock);
	if (curr != rq->idle) {
		if (curr->time_slice)
			curr->time_slice--;
		if (curr->time_slice == 0) {
			if (list_empty(&rq->queue))
				curr->time_slice = SLICE_TICKS;
			else
				resched_curr();
		}
	}
	raw_spin_unlock(&rq->lock);
}

unsigned int nr_running(void)
{
	return runqueue.nr_running;
}

unsigned long nr_context_switches(void)
{
	return runqueue.nr_switches;
}

/* The caller becomes the idle task. */
void __init sched_init(void)
{
	struct rq *rq = &runqueue;

	raw_spin_lock_init(&rq->lock);
	INIT_LIST_HEAD(&rq->queue);
	rq->idle = current;
	rq->curr = current;
	current->on_cpu = 1;
	mmgrab(&init_mm);
	current->active_mm = &init_mm;
	this_cpu_write_8(cpu_current_top_of_stack, task_top_of_stack(current));
}

void tick_nohz_idle_stop_tick(void);
void tick_nohz_idle_exit(void);

/* Preemption is off: the idle task began that way, and never gives up the CPU for its own sake. */
static void schedule_idle(void)
{
	do {
		__schedule(false);
	} while (need_resched());
}

/*
 * Nothing to run: halt until something interrupts, again and again until somebody can run. STI and HLT are one step, so an
 * interrupt that comes after the test is not slept through. Linux: kernel/sched/idle.c.
 * Simplified: one idle state; need_resched is always set from an interrupt, so no polling flag.
 */
static void do_idle(void)
{
	while (!need_resched()) {
		local_irq_disable();
		if (need_resched()) {
			local_irq_enable();
			break;
		}
		tick_nohz_idle_stop_tick();
		native_safe_halt();
	}
	tick_nohz_idle_exit();
	schedule_idle();
}

void cpu_startup_entry(void)
{
	for (;;)
		do_idle();
}
