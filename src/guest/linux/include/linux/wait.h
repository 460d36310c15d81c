/*
 * Wait queues: how a task sleeps until something is so. Linux: include/linux/wait.h, kernel/sched/wait.c.
 *
 * The order matters: get on the queue and set the task's state first, test the condition then,
 * and only then call schedule(). A wake-up between the test and schedule() sets the state back to
 * TASK_RUNNING, and schedule() returns at once. Nothing is lost.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <asm/current.h>

struct wait_queue_entry;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *wq_entry, unsigned int mode, int flags, void *key);

#define WQ_FLAG_EXCLUSIVE	0x01
#define WQ_FLAG_WOKEN		0x02

struct wait_queue_entry {
	unsigned int flags;
	void *private;
	wait_queue_func_t func;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name) \
	{ .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = LIST_HEAD_INIT(name.head) }
#define DECLARE_WAIT_QUEUE_HEAD(name) \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)

int default_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags, void *key);
int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags, void *key);

#define DEFINE_WAIT(name) \
	struct wait_queue_entry name = { \
		.private = current, \
		.func = autoremove_wake_function, \
		.entry = LIST_HEAD_INIT((name).entry), \
	}
#define DEFINE_WAIT_FUNC(name, function) \
	struct wait_queue_entry name = { \
		.private = current, \
		.func = function, \
		.entry = LIST_HEAD_INIT((name).entry), \
	}
#define DECLARE_WAITQUEUE(name, tsk) \
	struct wait_queue_entry name = { \
		.private = tsk, \
		.func = default_wake_function, \
		.entry = { NULL, NULL }, \
	}

static inline void init_waitqueue_head(struct wait_queue_head *wq_head)
{
	spin_lock_init(&wq_head->lock);
	INIT_LIST_HEAD(&wq_head->head);
}

static inline bool waitqueue_active(struct wait_queue_head *wq_head)
{
	return !list_empty(&wq_head->head);
}

void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);
void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);
void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state);
void prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state);
void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);
void __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key);

/*
 * For a loop whose condition may sleep: a wake-up since the last wait_woken() is remembered in the entry, not in the task's state.
 * Jiffies that are left.
 */
long wait_woken(struct wait_queue_entry *wq_entry, unsigned int mode, long timeout);
int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned int mode, int flags, void *key);

/* Whoever polls learns which POLL bits it is about. */
#define wake_up_interruptible_poll(x, m) \
	__wake_up(x, TASK_INTERRUPTIBLE, 1, (void *)(unsigned long)(m))
#define wake_up_interruptible_all_poll(x, m) \
	__wake_up(x, TASK_INTERRUPTIBLE, 0, (void *)(unsigned long)(m))

#define wake_up(x)			__wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_all(x)			__wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(x)	__wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_all(x)	__wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)

#define wait_event(wq_head, condition) \
do { \
	DEFINE_WAIT(__wait); \
	for (;;) { \
		prepare_to_wait(&(wq_head), &__wait, TASK_UNINTERRUPTIBLE); \
		if (condition) \
			break; \
		schedule(); \
	} \
	finish_wait(&(wq_head), &__wait); \
} while (0)

/* 0 when the condition became true, -ERESTARTSYS when a signal came first. */
#define wait_event_interruptible(wq_head, condition) \
({ \
	int __ret = 0; \
	DEFINE_WAIT(__wait); \
	for (;;) { \
		prepare_to_wait(&(wq_head), &__wait, TASK_INTERRUPTIBLE); \
		if (condition) \
			break; \
		if (signal_pending(current)) { \
			__ret = -ERESTARTSYS; \
			break; \
		} \
		schedule(); \
	} \
	finish_wait(&(wq_head), &__wait); \
	__ret; \
})

#endif
