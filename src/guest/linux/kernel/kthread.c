/*
 * Kernel threads. Whoever wants one puts a request on a list, and PID 2 makes it: so a new thread has nothing of the task that asked.
 * Linux: kernel/kthread.c.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/smp_lock.h>
#include <linux/spinlock.h>
#include <trace/events.h>

static DEFINE_SPINLOCK(kthread_create_lock);
static LIST_HEAD(kthread_create_list);
struct task_struct *kthreadd_task;

struct kthread_create_info {
	int (*threadfn)(void *data);
	void *data;
	struct task_struct *result;
	struct completion done;
	struct list_head list;
};

/* How each of them begins: there, but asleep, until its maker wakes it. */
static int kthread(void *_create)
{
	struct kthread_create_info *create = _create;
	int (*threadfn)(void *data) = create->threadfn;
	void *data = create->data;

	__set_current_state(TASK_UNINTERRUPTIBLE);
	create->result = current;
	complete(&create->done);
	schedule();
	do_exit(threadfn(data));
}

static void create_kthread(struct kthread_create_info *create)
{
	pid_t pid;

	lock_kernel();
	pid = kernel_thread(kthread, create, CLONE_FS | CLONE_FILES);
	unlock_kernel();
	if (pid < 0) {
		create->result = ERR_PTR(pid);
		complete(&create->done);
	}
}

struct task_struct *kthread_create(int (*fn)(void *data), void *data, const char *namefmt, ...)
{
	struct kthread_create_info create = { .threadfn = fn, .data = data };
	char name[TASK_COMM_LEN];
	__builtin_va_list args;

	init_completion(&create.done);
	spin_lock(&kthread_create_lock);
	list_add_tail(&create.list, &kthread_create_list);
	spin_unlock(&kthread_create_lock);
	wake_up_process(kthreadd_task);
	wait_for_completion(&create.done);
	if (IS_ERR(create.result))
		return create.result;
	__builtin_va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	__builtin_va_end(args);
	set_task_comm(create.result, name);
	return create.result;
}

void kthread_bind(struct task_struct *p, unsigned int cpu)
{
	p->cpus_mask = 1UL << cpu;
	p->flags |= PF_NO_SETAFFINITY;
}

/* PID 2. */
int kthreadd(void *unused)
{
	(void)unused;
	/* Nobody waits for those that end; they have this from it. */
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (list_empty(&kthread_create_list))
			schedule();
		__set_current_state(TASK_RUNNING);
		spin_lock(&kthread_create_lock);
		while (!list_empty(&kthread_create_list)) {
			struct kthread_create_info *create = list_first_entry(&kthread_create_list, struct kthread_create_info, list);

			list_del_init(&create->list);
			spin_unlock(&kthread_create_lock);
			create_kthread(create);
			spin_lock(&kthread_create_lock);
		}
		spin_unlock(&kthread_create_lock);
	}
	return 0;
}
