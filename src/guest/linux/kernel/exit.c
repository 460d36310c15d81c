/* The end of a task, and waiting for it. Linux: kernel/exit.c. */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <asm/fpu.h>
#include <asm/traps.h>
#include <trace/events.h>

/* Lets go of the address space; from here on the task is like a kernel thread. */
void exit_mm(void)
{
	struct task_struct *tsk = current;
	struct mm_struct *mm = tsk->mm;

	if (!mm)
		return;
	/* The page tables stay loaded: active_mm keeps them alive until another mm is. */
	mmgrab(mm);
	local_irq_disable();
	tsk->mm = NULL;
	local_irq_enable();
	mmput(mm);
}

/*
 * Children without a parent become init's.
 * Simplified: no tasklist_lock for this and all other lists of tasks. They change in system calls only, which nothing interrupts
 * for another task's.
 */
static void forget_original_parent(struct task_struct *father)
{
	struct task_struct *p, *n, *reaper = find_task_by_vpid(1);

	list_for_each_entry_safe(p, n, &father->children, sibling) {
		p->real_parent = reaper;
		list_move_tail(&p->sibling, &reaper->children);
	}
}

/*
 * The parent learns of it: SIGCHLD, and whoever waits. Linux: exit_notify(), do_notify_parent().
 * Simplified: init is a kernel thread, which ignores all signals and waits for its child all the same; so no task is reaped for
 * the sake of an ignored SIGCHLD.
 */
static void exit_notify(struct task_struct *tsk)
{
	forget_original_parent(tsk);
	tsk->exit_state = EXIT_ZOMBIE;
	send_sigchld(tsk, tsk->real_parent);
	__wake_up(&tsk->real_parent->wait_chldexit, TASK_INTERRUPTIBLE, 1, tsk);
}

static bool on_task_stack(void)
{
	unsigned long sp = current_stack_pointer();
	unsigned long low = (unsigned long)current->stack;

	return sp >= low && sp < low + THREAD_SIZE;
}

/*
 * code: as wait4() will report it.
 *
 * UKL: a system call that stays on the application's stack, or bypasses the entry code, comes here on
 * a stack that exit_mm() is about to unmap. Begin again on the kernel stack. (The original's first
 * version did not let the application exit at all.)
 */
void do_exit(long code)
{
	struct task_struct *tsk = current;

	if (!on_task_stack())
		rewind_stack_do_exit(code);

	if (unlikely(in_interrupt()))
		panic("Aiee, killing interrupt handler!");
	if (unlikely(!tsk->pid))
		panic("Attempted to kill the idle task!");
#ifdef CONFIG_UNIKERNEL_LINUX
	/* Before interrupts come on: with mode 2 they would take this stack for the application's. */
	tsk->user_stack_vma = NULL;
	tsk->ukl_bypass_syscall = 0;
	if (tsk->ukl_mode)
		tsk->ukl_mode = UKL_KERNEL;
#endif
	local_irq_enable();

	exit_signals(tsk);
	if (unlikely(tsk->pid == 1))
		panic("Attempted to kill init! exitcode=0x%08lx", code);
	tsk->exit_code = code;
	exit_mm();
	trace_sched_process_exit(tsk);
	exit_files(tsk);
	/* Linux: exit_thread(). */
	fpu_free(tsk);
	exit_notify(tsk);

	/* finish_task_switch() of whoever comes next gives up this stack. Never preempted again. */
	preempt_disable();
	WRITE_ONCE(tsk->__state, TASK_DEAD);
	preempt_enable_no_resched();
	schedule();
	BUG();
}

/* Simplified: a group is one task as yet. */
void do_group_exit(int exit_code)
{
	do_exit(exit_code);
}

SYSCALL_DEFINE1(exit, int, error_code)
{
	do_exit((error_code & 0xff) << 8);
}

SYSCALL_DEFINE1(exit_group, int, error_code)
{
	do_group_exit((error_code & 0xff) << 8);
}

static struct task_struct *find_zombie(pid_t pid)
{
	struct task_struct *p;

	list_for_each_entry(p, &current->children, sibling) {
		if ((pid == -1 || p->pid == pid) && p->exit_state == EXIT_ZOMBIE)
			return p;
	}
	return NULL;
}

/* Linux: kernel_wait4(), wait_task_zombie(), release_task(). */
pid_t kernel_wait(pid_t pid, int *status)
{
	struct task_struct *p = NULL;

	wait_event_interruptible(current->wait_chldexit, (p = find_zombie(pid)) != NULL);
	if (!p)
		return -EINTR;
	if (status)
		*status = p->exit_code;
	pid = p->pid;
	p->exit_state = EXIT_DEAD;
	__exit_signal(p);
	list_del_init(&p->sibling);
	list_del_init(&p->tasks);
	put_task_struct(p);
	return pid;
}
