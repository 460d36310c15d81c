/*
 * The scheduler: who runs where is fair.c's to say. Linux: kernel/sched/core.c.
 *
 * Order of locks: p->pi_lock, then the lock of the queue that p is on; of two queues, that of the lower CPU first.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp_lock.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>
#include <asm/cpu_entry_area.h>
#include <asm/tlbflush.h>
#include <trace/events.h>
#include "sched.h"

DEFINE_PER_CPU(struct rq, runqueues) = { .cpu = 0 };

/*
 * What a nice level weighs: each step is about 1.25, so that it is about a tenth of the CPU beside another task.
 * Linux: sched_prio_to_weight[].
 */
static const unsigned int sched_prio_to_weight[MAX_NICE - MIN_NICE + 1] = {
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586, 1277,
	1024, 820, 655, 526, 423, 335, 272, 215, 172, 137,
	110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
};

int num_online_cpus(void)
{
	int cpu, n = 0;

	for_each_online_cpu(cpu)
		n++;
	return n;
}

/* It counts on this queue from now on. curr does not stand in the list. */
void activate_task(struct rq *rq, struct task_struct *p)
{
	enqueue_entity(rq, p);
	p->on_rq = 1;
	rq->nr_running++;
	rq->load += p->se.load_weight;
}

void deactivate_task(struct rq *rq, struct task_struct *p)
{
	p->on_rq = 0;
	rq->nr_running--;
	rq->load -= p->se.load_weight;
}

/* Each queue has its own virtual time: what counts is how far a task is ahead of the others. */
void set_task_cpu(struct task_struct *p, int cpu)
{
	if (p->cpu == cpu)
		return;
	trace_sched_migrate_task(p, cpu);
	p->se.vruntime += cpu_rq(cpu)->min_vruntime - cpu_rq(p->cpu)->min_vruntime;
	WRITE_ONCE(p->cpu, cpu);
}

/* Asks curr of that CPU to give way at the next chance. Its queue is locked. */
void resched_curr(struct rq *rq)
{
	struct task_struct *curr = rq->curr;

	if (test_tsk_thread_flag(curr, TIF_NEED_RESCHED))
		return;
	trace_need_resched(curr);
	set_tsk_thread_flag(curr, TIF_NEED_RESCHED);
	if (rq->cpu != smp_processor_id())
		smp_send_reschedule(rq->cpu);
	else
		set_preempt_need_resched();
}

/* Something has come for p: if it runs just now on another CPU, that one has to look. */
void kick_process(struct task_struct *p)
{
	int cpu = READ_ONCE(p->cpu);

	if (cpu != smp_processor_id() && READ_ONCE(cpu_rq(cpu)->curr) == p)
		smp_send_reschedule(cpu);
}

/* The queue that the task is on, locked, and the task stays on it. Interrupts are off. */
static struct rq *__task_rq_lock(struct task_struct *p)
{
	for (;;) {
		struct rq *rq = cpu_rq(READ_ONCE(p->cpu));

		raw_spin_lock(&rq->lock);
		if (likely(rq->cpu == READ_ONCE(p->cpu)))
			return rq;
		raw_spin_unlock(&rq->lock);
	}
}

/* It had not left its queue yet: only the state changes back, and __schedule() will see that. */
static bool ttwu_runnable(struct task_struct *p)
{
	struct rq *rq = __task_rq_lock(p);
	bool on_rq = p->on_rq;

	if (on_rq) {
		trace_sched_wakeup(p, rq->cpu);
		WRITE_ONCE(p->__state, TASK_RUNNING);
	}
	raw_spin_unlock(&rq->lock);
	return on_rq;
}

/* From now on p is runnable, on the queue of the CPU that was chosen for it. Its pi_lock is held. */
static void ttwu_activate(struct task_struct *p, bool initial)
{
	struct rq *rq = cpu_rq(p->cpu);

	raw_spin_lock(&rq->lock);
	update_curr(rq);
	place_entity(rq, p, initial);
	activate_task(rq, p);
	trace_sched_wakeup(p, rq->cpu);
	WRITE_ONCE(p->__state, TASK_RUNNING);
	check_preempt_wakeup(rq, p);
	raw_spin_unlock(&rq->lock);
}

/* Makes a sleeping task runnable, if it sleeps in one of the states asked for. */
int try_to_wake_up(struct task_struct *p, unsigned int state, int wake_flags)
{
	unsigned long flags;
	int success = 0;

	(void)wake_flags;
	raw_spin_lock_irqsave(&p->pi_lock, flags);
	if (!(READ_ONCE(p->__state) & state))
		goto out;
	success = 1;
	if (p == current) {
		trace_sched_wakeup(p, p->cpu);
		WRITE_ONCE(p->__state, TASK_RUNNING);
		goto out;
	}
	if (READ_ONCE(p->on_rq) && ttwu_runnable(p))
		goto out;
	/* Another CPU may be about to leave its stack. */
	while (READ_ONCE(p->on_cpu))
		cpu_relax();
	set_task_cpu(p, select_task_rq_fair(p, false));
	ttwu_activate(p, false);
out:
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
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
	p->lock_depth = -1;
	raw_spin_lock_init(&p->pi_lock);
	p->se.sum_exec_runtime = 0;
	INIT_LIST_HEAD(&p->run_list);
}

void wake_up_new_task(struct task_struct *p)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&p->pi_lock, flags);
	p->cpu = select_task_rq_fair(p, true);
	ttwu_activate(p, true);
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
}

/* prev runs on, but on another CPU: where it was it may not stay. Linux has a thread on each CPU for this (migration_cpu_stop()). */
static void move_task(struct task_struct *p)
{
	struct rq *rq;
	unsigned long flags;

	raw_spin_lock_irqsave(&p->pi_lock, flags);
	set_task_cpu(p, select_task_rq_fair(p, true));
	rq = cpu_rq(p->cpu);
	raw_spin_lock(&rq->lock);
	activate_task(rq, p);
	check_preempt_wakeup(rq, p);
	raw_spin_unlock(&rq->lock);
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
}

/* The first thing the next task does, on its own stack: finish what the previous one began. */
static void finish_task_switch(struct task_struct *prev)
{
	struct rq *rq = this_rq();
	struct mm_struct *mm = rq->prev_mm;
	bool move = rq->to_move == prev;
	unsigned int prev_state = READ_ONCE(prev->__state);

	rq->prev_mm = NULL;
	rq->to_move = NULL;
	/* Its registers are saved: from here on another CPU may run it. */
	barrier();
	WRITE_ONCE(prev->on_cpu, 0);
	raw_spin_unlock_irq(&rq->lock);

	if (unlikely(move))
		move_task(prev);
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
	if (is_ukl_thread()) {
		lock_kernel();
		current->user_stack_vma = find_user_vma(task_pt_regs(current)->sp - 1);
		unlock_kernel();
	}
#endif
}

static void context_switch(struct rq *rq, struct task_struct *prev, struct task_struct *next)
{
	/*
	 * A kernel thread has no address space and borrows the one that is loaded ("lazy TLB"): it
	 * touches kernel addresses only, and they are the same everywhere.
	 */
	if (!next->mm) {
		enter_lazy_tlb();
		next->active_mm = prev->active_mm;
		if (prev->mm)
			mmgrab(prev->active_mm);
		else
			prev->active_mm = NULL;
	} else {
		switch_mm_irqs_off(next->mm);
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
	struct rq *rq = this_rq();
	struct task_struct *prev, *next;
	unsigned long *switch_count;
	unsigned int prev_state;

	local_irq_disable();
	raw_spin_lock(&rq->lock);
	prev = rq->curr;

	trace_sched_entry(preempt);
	update_curr(rq);
	switch_count = &prev->used.nivcsw;
	prev_state = READ_ONCE(prev->__state);
	if (!preempt && prev_state) {
		if ((prev_state & TASK_INTERRUPTIBLE) && signal_pending(prev))
			WRITE_ONCE(prev->__state, TASK_RUNNING);
		else
			deactivate_task(rq, prev);
		switch_count = &prev->used.nvcsw;
	}
	if (prev->on_rq) {
		if (likely((prev->cpus_mask >> rq->cpu) & 1)) {
			enqueue_entity(rq, prev);
		} else {
			deactivate_task(rq, prev);
			rq->to_move = prev;
		}
	}
	if (!rq->nr_running)
		newidle_balance(rq);

	next = pick_next_entity(rq);
	clear_tsk_need_resched(prev);
	clear_preempt_need_resched();

	if (likely(prev != next)) {
		rq->nr_switches++;
		++*switch_count;
		rq->curr = next;
		next->on_cpu = 1;
		set_next_entity(rq, next);
		trace_sched_switch(prev, next);
		context_switch(rq, prev, next);
	} else {
		set_next_entity(rq, next);
		raw_spin_unlock_irq(&rq->lock);
	}
}

asmlinkage __visible void schedule(void)
{
	release_kernel_lock();
	do {
		preempt_disable();
		__schedule(false);
		preempt_enable_no_resched();
	} while (need_resched());
	reacquire_kernel_lock();
}

#ifdef CONFIG_PREEMPTION
/*
 * May current give way here? The stacks of exceptions are the CPU's: who comes back to one finds it overwritten. Linux never
 * stands on them here; UKL serves page faults on them.
 */
bool preemptible(void)
{
	return preempt_count() == 0 && current->lock_depth < 0 && !on_cpu_entry_area((unsigned long)__builtin_frame_address(0));
}

/*
 * PREEMPT=full: current gives way in the middle of kernel code, as soon as it holds no lock; its state does not matter, for it has
 * not said that it wants to sleep yet. preempt_enable() asks when somebody is to have the CPU.
 */
void preempt_schedule(void)
{
	if (!preemptible() || irqs_disabled())
		return;
	do {
		preempt_disable();
		__schedule(true);
		preempt_enable_no_resched();
	} while (need_resched());
}

/* The same on the way back from an interrupt. Interrupts are off, and off again at the end. */
void preempt_schedule_irq(void)
{
	do {
		preempt_disable();
		local_irq_enable();
		__schedule(true);
		local_irq_disable();
		preempt_enable_no_resched();
	} while (need_resched());
}
#endif

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
	local_irq_disable();
	this_rq()->skip = current;
	local_irq_enable();
	schedule();
}

SYSCALL_DEFINE0(sched_yield)
{
	yield();
	return 0;
}

/* From the timer interrupt, every tick that is not saved by idling. */
void scheduler_tick(void)
{
	struct rq *rq = this_rq();

	raw_spin_lock(&rq->lock);
	if (rq->curr != rq->idle) {
		task_tick_fair(rq);
		trigger_load_balance(rq);
	}
	raw_spin_unlock(&rq->lock);
}

unsigned int nr_running(void)
{
	unsigned int sum = 0;
	int cpu;

	for_each_online_cpu(cpu)
		sum += READ_ONCE(cpu_rq(cpu)->nr_running);
	return sum;
}

unsigned long nr_context_switches(void)
{
	unsigned long sum = 0;
	int cpu;

	for_each_online_cpu(cpu)
		sum += READ_ONCE(cpu_rq(cpu)->nr_switches);
	return sum;
}

void set_user_nice(struct task_struct *p, int nice)
{
	unsigned long flags;
	struct rq *rq;

	raw_spin_lock_irqsave(&p->pi_lock, flags);
	rq = __task_rq_lock(p);
	if (rq->curr == p)
		update_curr(rq);
	if (p->on_rq)
		rq->load -= p->se.load_weight;
	p->static_prio = NICE_TO_PRIO(nice);
	p->se.load_weight = sched_prio_to_weight[nice - MIN_NICE];
	if (p->on_rq)
		rq->load += p->se.load_weight;
	if (rq->curr == p)
		resched_curr(rq);
	raw_spin_unlock(&rq->lock);
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
}

/* From now on p runs on these CPUs only. Linux: __set_cpus_allowed_ptr(). */
static void set_cpus_allowed(struct task_struct *p, unsigned long mask)
{
	unsigned long flags;
	struct rq *rq;
	bool move = false;

	raw_spin_lock_irqsave(&p->pi_lock, flags);
	rq = __task_rq_lock(p);
	p->cpus_mask = mask;
	if (p->on_rq && !((mask >> rq->cpu) & 1)) {
		if (rq->curr == p) {
			resched_curr(rq);
		} else {
			list_del_init(&p->run_list);
			deactivate_task(rq, p);
			move = true;
		}
	}
	raw_spin_unlock(&rq->lock);
	raw_spin_unlock_irqrestore(&p->pi_lock, flags);
	if (move)
		move_task(p);
	if (p == current)
		cond_resched();
}

static struct task_struct *find_process_by_pid(pid_t pid)
{
	return pid ? find_task_by_vpid(pid) : current;
}

SYSCALL_DEFINE3(sched_setaffinity, pid_t, pid, unsigned int, len, unsigned long __user *, user_mask)
{
	struct task_struct *p;
	unsigned long mask = 0;

	if (copy_from_user(&mask, user_mask, min(len, (unsigned int)sizeof(mask))))
		return -EFAULT;
	p = find_process_by_pid(pid);
	if (!p)
		return -ESRCH;
	if (p->flags & PF_NO_SETAFFINITY)
		return -EINVAL;
	mask &= cpu_online_mask;
	if (!mask)
		return -EINVAL;
	set_cpus_allowed(p, mask);
	return 0;
}

SYSCALL_DEFINE3(sched_getaffinity, pid_t, pid, unsigned int, len, unsigned long __user *, mask)
{
	struct task_struct *p;

	if (len < 8 || (len & 7))
		return -EINVAL;
	p = find_process_by_pid(pid);
	if (!p)
		return -ESRCH;
	return put_user(p->cpus_mask & cpu_online_mask, mask) ? -EFAULT : 8;
}

SYSCALL_DEFINE2(getcpu, unsigned int __user *, cpu, unsigned int __user *, node)
{
	if ((cpu && put_user(smp_processor_id(), cpu)) || (node && put_user(0, node)))
		return -EFAULT;
	return 0;
}

/* Simplified: SCHED_OTHER is the only class, so there is nothing to choose. */
#define SCHED_OTHER	0
#define SCHED_FIFO	1
#define SCHED_RR	2
#define SCHED_IDLE	5

SYSCALL_DEFINE1(sched_getscheduler, pid_t, pid)
{
	if (pid < 0)
		return -EINVAL;
	return find_process_by_pid(pid) ? SCHED_OTHER : -ESRCH;
}

SYSCALL_DEFINE2(sched_getparam, pid_t, pid, int __user *, param)
{
	if (!param || pid < 0)
		return -EINVAL;
	if (!find_process_by_pid(pid))
		return -ESRCH;
	return put_user(0, param) ? -EFAULT : 0;
}

SYSCALL_DEFINE3(sched_setscheduler, pid_t, pid, int, policy, const int __user *, param)
{
	int priority;

	if (!param || pid < 0 || policy < 0)
		return -EINVAL;
	if (get_user(priority, (int __user *)param))
		return -EFAULT;
	if (!find_process_by_pid(pid))
		return -ESRCH;
	if (policy == SCHED_FIFO || policy == SCHED_RR)
		return -EPERM;
	return policy == SCHED_OTHER && priority == 0 ? 0 : -EINVAL;
}

static long priority_limit(int policy, long real_time)
{
	if (policy == SCHED_FIFO || policy == SCHED_RR)
		return real_time;
	return policy >= 0 && policy <= SCHED_IDLE && policy != 4 ? 0 : -EINVAL;
}

SYSCALL_DEFINE1(sched_get_priority_max, int, policy)
{
	return priority_limit(policy, 99);
}

SYSCALL_DEFINE1(sched_get_priority_min, int, policy)
{
	return priority_limit(policy, 1);
}

/* The caller is, or becomes, the idle task of its CPU. */
void sched_cpu_starting(void)
{
	struct rq *rq = this_rq();

	rq->idle = current;
	rq->curr = current;
	current->on_cpu = 1;
	mmgrab(&init_mm);
	current->active_mm = &init_mm;
}

void __init sched_init(void)
{
	int cpu;

	sched_init_granularity();
	for_each_possible_cpu(cpu) {
		cpu_rq(cpu)->cpu = cpu;
		INIT_LIST_HEAD(&cpu_rq(cpu)->queue);
	}
	init_task.static_prio = DEFAULT_PRIO;
	sched_cpu_starting();
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
