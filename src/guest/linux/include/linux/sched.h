/* Tasks. Linux: include/linux/sched.h, sched/task.h, sched/signal.h. */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/resource.h>
#include <linux/signal.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/time.h>
#include <linux/wait.h>
#include <asm/barrier.h>
#include <asm/current.h>
#include <asm/processor.h>
#include <asm/thread_info.h>

/* __state */
#define TASK_RUNNING		0x0000
#define TASK_INTERRUPTIBLE	0x0001
#define TASK_UNINTERRUPTIBLE	0x0002
#define __TASK_STOPPED		0x0004
/* exit_state */
#define EXIT_DEAD		0x0010
#define EXIT_ZOMBIE		0x0020
#define TASK_DEAD		0x0080
#define TASK_WAKEKILL		0x0100
#define TASK_NOLOAD		0x0400
#define TASK_NEW		0x0800
#define TASK_STOPPED		(TASK_WAKEKILL | __TASK_STOPPED)
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE		(TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

/* flags */
#define PF_IDLE			0x00000002
#define PF_EXITING		0x00000004
#define PF_SIGNALED		0x00000400
#define PF_KTHREAD		0x00200000
#define PF_NO_SETAFFINITY	0x04000000	/* user space may not move it */

/* clone flags. Linux: include/uapi/linux/sched.h. */
#define CLONE_VM		0x00000100
#define CLONE_FS		0x00000200
#define CLONE_FILES		0x00000400
#define CLONE_SIGHAND		0x00000800
#define CLONE_PIDFD		0x00001000
#define CLONE_PTRACE		0x00002000
#define CLONE_VFORK		0x00004000
#define CLONE_PARENT		0x00008000
#define CLONE_THREAD		0x00010000
#define CLONE_NEWNS		0x00020000
#define CLONE_SYSVSEM		0x00040000
#define CLONE_SETTLS		0x00080000
#define CLONE_PARENT_SETTID	0x00100000
#define CLONE_CHILD_CLEARTID	0x00200000
#define CLONE_DETACHED		0x00400000
#define CLONE_UNTRACED		0x00800000
#define CLONE_CHILD_SETTID	0x01000000
#define CLONE_IO		0x80000000UL
/* NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
#define CLONE_NEWOTHERS		0x7e000000
#define CLONE_CLEAR_SIGHAND	0x100000000UL
/* UKL: what its clone() passes, for clone() only. Linux has given the bit to clone3() since. */
#define CLONE_UKL		0x100000000UL
#define CSIGNAL			0x000000ff	/* what the parent is sent when the child ends */

#define TASK_COMM_LEN		16

/* Values of ukl_mode. ukl-facts: the per-task execution mode of Unikernel Linux. */
#define NON_UKL_THREAD		0
#define UKL_KERNEL		1	/* a UKL thread in kernel code */
#define UKL_APPLICATION		2	/* a UKL thread in application code */

struct completion;
struct files_struct;
struct tty_struct;
struct fs_struct;

/* What a new task is to be. Linux: include/linux/sched/task.h. */
struct kernel_clone_args {
	unsigned long flags;
	int __user *child_tid;
	int __user *parent_tid;
	int exit_signal;
	unsigned long stack;		/* RSP to begin with; 0: the parent's */
	unsigned long tls;
	const struct pt_regs *regs;	/* of the system call, for the child to return with */
	int (*fn)(void *);		/* of a kernel thread; NULL: back to user mode */
	void *fn_arg;
};

/* How an interrupted call goes on by restart_syscall(). Linux: include/linux/restart_block.h. */
struct restart_block {
	long (*fn)(struct restart_block *restart);
	ktime_t until;
	void __user *ptr;
	unsigned int val, bitset;
	bool shared;
};

/* Counts down while the process runs. Linux: include/linux/posix-timers.h. */
struct cpu_itimer {
	ktime_t left, incr;
};

/*
 * What the threads of one process have in common. Linux: include/linux/sched/signal.h.
 * Simplified: children are the process's, not of one of its threads, and are waited for by any.
 */
struct signal_struct {
	atomic_t sigcnt;		/* tasks that still have their structure: the clock's tick looks at it until a task's last switch */
	int nr_threads;			/* that have not been released */
	int live;			/* that have not begun to end */
	struct list_head thread_head;
	wait_queue_head_t wait_chldexit;
	struct sigpending shared_pending;
	unsigned int flags;
	int group_exit_code;
	int group_stop_count;		/* threads that have yet to stop */
	struct task_struct *group_exec_task;	/* waits until it is the only thread */
	pid_t pgrp;
	pid_t session;
	struct tty_struct *tty;		/* the controlling terminal */
	bool did_exec;			/* from then on its parent cannot move it to another group */
	struct used ended;		/* by threads that have been released */
	struct used children;		/* by those that were waited for */
	ktime_t cputime;		/* by all threads, so far */
	struct hrtimer real_timer;	/* ITIMER_REAL */
	ktime_t it_real_incr;
	struct cpu_itimer it[2];	/* ITIMER_VIRTUAL, ITIMER_PROF */
	struct list_head posix_timers;
	unsigned int posix_timer_id;	/* of the next one */
	unsigned int nr_cpu_timers;	/* of them by what the process or a thread has run, and of those who sleep by it */
	struct list_head cpu_sleepers;
	struct rlimit rlim[RLIM_NLIMITS];
};

/* signal->flags */
#define SIGNAL_STOP_STOPPED	0x00000001	/* all threads have stopped; group_exit_code is the signal, until it has been waited for */
#define SIGNAL_STOP_CONTINUED	0x00000002	/* they go on again, and nobody has waited for that yet */
#define SIGNAL_GROUP_EXIT	0x00000004
#define SIGNAL_CLD_STOPPED	0x00000010	/* what the parent is still to be told */
#define SIGNAL_CLD_CONTINUED	0x00000020
#define SIGNAL_CLD_MASK		(SIGNAL_CLD_STOPPED | SIGNAL_CLD_CONTINUED)
#define SIGNAL_UNKILLABLE	0x00000040	/* of init: what it has no handler for does nothing */

/* jobctl. Linux: include/linux/sched/jobctl.h. */
#define JOBCTL_STOP_DEQUEUED	(1U << 16)	/* a stop signal has been taken, and no SIGCONT has come since */
#define JOBCTL_STOP_PENDING	(1U << 17)	/* to stop at the next return to user mode */

/* Linux: include/linux/sched/prio.h. */
#define MIN_NICE		-20
#define MAX_NICE		19
#define DEFAULT_PRIO		120
#define NICE_TO_PRIO(nice)	((nice) + DEFAULT_PRIO)
#define task_nice(p)		((p)->static_prio - DEFAULT_PRIO)
#define NICE_0_LOAD		1024

/* What CFS knows of a task. */
struct sched_entity {
	u64 vruntime;			/* how long it has run, in time that passes the slower the more it weighs */
	u64 exec_start;			/* up to here it is counted */
	u64 sum_exec_runtime;
	u64 prev_sum_exec_runtime;	/* the same, when it was chosen last */
	unsigned long load_weight;
};

struct task_struct {
	/* Assembly knows the places of these four: asm-offsets.h. */
	struct thread_info thread_info;
	unsigned int __state;
#ifdef CONFIG_UNIKERNEL_LINUX
	int ukl_mode;
#endif
	struct thread_struct thread;
	/* Lowest address of the kernel stack. */
	void *stack;
	unsigned int flags;
	atomic_t usage;			/* who still needs this structure and its stack */

	int on_rq;
	int on_cpu;			/* a CPU runs on its stack */
	int cpu;			/* where it runs, or ran last, or is to run */
	int lock_depth;			/* of the big kernel lock; -1: it does not hold it */
	int static_prio;
	unsigned long cpus_mask;	/* where it may run */
	raw_spinlock_t pi_lock;		/* who wakes it up, or says where it is to run */
	struct sched_entity se;
	struct list_head run_list;

	struct list_head tasks;		/* all tasks, from init_task on */
	struct mm_struct *mm;		/* NULL: a kernel thread */
	struct mm_struct *active_mm;	/* whose page tables are loaded when it runs */

	int exit_state;
	int exit_code;			/* as wait4() reports it: status << 8, or the signal */
	pid_t pid;
	pid_t tgid;
	u64 pid_serial;			/* of all numbers given: pid is given again. Linux: what struct pid is there for */
	int exit_signal;		/* to the parent; -1: a thread, or nobody wants to know */
	struct task_struct *real_parent;	/* a group leader */
	struct list_head children;	/* of a group leader: group leaders */
	struct list_head sibling;
	struct task_struct *group_leader;
	struct list_head thread_node;	/* in signal->thread_head */
	struct signal_struct *signal;
	struct completion *vfork_done;	/* a parent that waits until exec or exit */
	int __user *set_child_tid;	/* CLONE_CHILD_SETTID */
	int __user *clear_child_tid;	/* CLONE_CHILD_CLEARTID */
	void __user *robust_list;

	char comm[TASK_COMM_LEN];

	struct files_struct *files;
	struct fs_struct *fs;

	struct sigpending pending;
	unsigned long blocked;		/* signals: bit n - 1 is signal n */
	unsigned long real_blocked;	/* what is blocked again when sigtimedwait() has slept; else 0 */
	unsigned long saved_sigmask;	/* when restore_sigmask */
	bool restore_sigmask;
	unsigned int jobctl;
	struct sighand_struct *sighand;	/* NULL: a kernel thread, or a task that has been released */
	stack_t altstack;
	struct restart_block restart_block;

	int pagefault_disabled;
	bool uaccess_kernel;		/* copies "from user space" are from the kernel's own memory: see kernel_write() */
	struct used used;
	ktime_t start_time;

#ifdef CONFIG_UNIKERNEL_LINUX
	int ukl_bypass_syscall;
	int ukl_bypass_limit;
	int ukl_bypass_current;
	struct vm_area_struct *user_stack_vma;
#ifdef CONFIG_PREEMPTION
	struct pt_regs *ukl_regs;	/* of the system call, on the application's stack */
#endif
	unsigned long ukl_stack;	/* UKL_NSS_PS: of the application's code, in the kernel's half */
#endif
};

extern struct task_struct init_task;
/* All lists of tasks, which interrupts walk too. Linux: kernel/fork.c. */
extern spinlock_t tasklist_lock;
extern int nr_threads;
extern pid_t last_pid;
extern unsigned long total_forks;

#define for_each_process(p) \
	list_for_each_entry(p, &init_task.tasks, tasks) if ((p)->group_leader == (p))
#define for_each_thread(p, t)	list_for_each_entry(t, &(p)->signal->thread_head, thread_node)

static inline bool thread_group_leader(struct task_struct *p)
{
	return p->group_leader == p;
}

static inline bool thread_group_empty(struct task_struct *p)
{
	return p->signal->nr_threads == 1;
}

#define get_current_state()	READ_ONCE(current->__state)
#define __set_current_state(s)	WRITE_ONCE(current->__state, (s))
/* With a full barrier: the state is visible before the condition is read. See wait.h. */
#define set_current_state(s) \
	do { WRITE_ONCE(current->__state, (s)); smp_mb(); } while (0)

/* sched/core.c */
void schedule(void);
long schedule_timeout(long timeout_jiffies);
void schedule_preempt_disabled(void);
#ifdef CONFIG_PREEMPTION
bool preemptible(void);
void preempt_schedule_irq(void);
#endif
void preempt_schedule_irq(void);
int wake_up_process(struct task_struct *p);
int try_to_wake_up(struct task_struct *p, unsigned int state, int wake_flags);
void wake_up_new_task(struct task_struct *p);
void sched_init(void);
/* For /proc. */
unsigned int nr_running(void);
unsigned long nr_context_switches(void);
void sched_fork(struct task_struct *p);
void scheduler_tick(void);
void yield(void);
void kick_process(struct task_struct *p);
void set_user_nice(struct task_struct *p, int nice);
void sched_cpu_starting(void);
struct task_struct *fork_idle(int cpu);
int num_online_cpus(void);
asmlinkage void schedule_tail(struct task_struct *prev);
void cpu_startup_entry(void) __noreturn;
void io_schedule(void);

/* time/itimer.c: a new process has no timers. */
void itimers_init(struct signal_struct *sig);
/* time/posix-timers.c: exec or the end, current's timers go. */
void exit_itimers(struct signal_struct *sig);
/* Its signal has been taken. Linux: include/linux/posix-timers.h. */
void posixtimer_rearm(struct kernel_siginfo *info, unsigned int sys_private);
/* A tick has been counted for current, with interrupts off. */
void run_posix_cpu_timers(void);
/* What has run by such a clock, or -EINVAL where there is none: of a process, or of a thread of current's. */
s64 posix_cpu_clock(int which_clock);
/* Until so much has run by such a clock. time: how much more, or with TIMER_ABSTIME in all. 0 or an errno. */
long posix_cpu_nsleep(int which_clock, int flags, ktime_t time, struct timespec64 __user *rmtp);
/* By all tasks since boot. */
struct used used_on(int cpu);

/* fork.c, exit.c */
pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags);
pid_t kernel_clone(const struct kernel_clone_args *args);
struct task_struct *find_task_by_vpid(pid_t nr);
void put_signal_struct(struct signal_struct *sig);
void exit_fs(struct task_struct *tsk);
/* Whoever borrowed tsk's memory has it back, and who waits for its tid is told. Before exec, or at exit. */
void mm_release(struct task_struct *tsk, struct mm_struct *mm);
int unshare_files(void);
void put_task_struct(struct task_struct *t);
void do_exit(long code) __noreturn;
void do_group_exit(int exit_code) __noreturn;
/* exec: current becomes the only thread of its process, and its leader. 0, or -EAGAIN when the process is ending. */
int de_thread(void);
/* The task is nobody's any more. */
void release_task(struct task_struct *p);
/* Waits for one child to exit (-1: any), reaps it; returns its pid, exit_code in *status. */
pid_t kernel_wait(pid_t pid, int *status);
void mmput(struct mm_struct *mm);
void exit_mm(void);
/* Gives current a new, empty address space; the old one is dropped. */
int exec_mmap(struct mm_struct *mm);
void set_task_comm(struct task_struct *tsk, const char *from);

static inline int test_tsk_thread_flag(struct task_struct *tsk, int flag)
{
	return (READ_ONCE(tsk->thread_info.flags) >> flag) & 1;
}

static inline void set_tsk_thread_flag(struct task_struct *tsk, int flag)
{
	asm volatile("lock orq %1, %0"
		     : "+m" (tsk->thread_info.flags) : "r" (1UL << flag) : "memory", "cc");
}

static inline void clear_tsk_thread_flag(struct task_struct *tsk, int flag)
{
	asm volatile("lock andq %1, %0"
		     : "+m" (tsk->thread_info.flags) : "r" (~(1UL << flag)) : "memory", "cc");
}

#define test_thread_flag(flag)	test_tsk_thread_flag(current, flag)
#define set_thread_flag(flag)	set_tsk_thread_flag(current, flag)
#define clear_thread_flag(flag)	clear_tsk_thread_flag(current, flag)

static inline int signal_pending(struct task_struct *p)
{
	return unlikely(test_tsk_thread_flag(p, TIF_SIGPENDING));
}

static inline int need_resched(void)
{
	return unlikely(test_thread_flag(TIF_NEED_RESCHED));
}

static inline void clear_tsk_need_resched(struct task_struct *tsk)
{
	clear_tsk_thread_flag(tsk, TIF_NEED_RESCHED);
}

static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}

static inline void pagefault_enable(void)
{
	barrier();
	current->pagefault_disabled--;
}

#define pagefault_disabled()	(current->pagefault_disabled != 0)
#define faulthandler_disabled()	(pagefault_disabled() || in_atomic())

/* lib/kernel_lock.c: to whichever CPU waits for it, and back. */
void pass_kernel_lock(void);

/* PREEMPT=none: long loops in the kernel offer the CPU themselves, and the big kernel lock with it. */
static inline void cond_resched(void)
{
	if (need_resched())
		schedule();
	else if (unlikely(smp_running))
		pass_kernel_lock();
}

#ifdef CONFIG_UNIKERNEL_LINUX
#define is_ukl_thread()		(current->ukl_mode)
#else
#define is_ukl_thread()		(0)
#endif

#endif
