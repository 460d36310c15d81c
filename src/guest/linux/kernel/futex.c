/*
 * Sleeping until a word of user memory says so. Linux: kernel/futex.c.
 *
 * A word is known by the address space and its address in it; one in shared memory by the page that it lies in. Who waits stands in
 * the queue of its key. The word is looked at with the queue locked, and who changes it wakes the queue afterwards: so no wake-up
 * is lost.
 * Simplified: no priority inheritance. One lock for all queues: the word is read without it, by a task that nothing preempts.
 */
#include <linux/errno.h>
#include <linux/futex.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/syscalls.h>
#include <linux/time.h>
#include <linux/uaccess.h>

#define FUTEX_WAIT		0
#define FUTEX_WAKE		1
#define FUTEX_REQUEUE		3
#define FUTEX_CMP_REQUEUE	4
#define FUTEX_WAKE_OP		5
#define FUTEX_WAIT_BITSET	9
#define FUTEX_WAKE_BITSET	10
#define FUTEX_PRIVATE_FLAG	128
#define FUTEX_CLOCK_REALTIME	256
#define FUTEX_CMD_MASK		(~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME))
#define FUTEX_BITSET_MATCH_ANY	0xffffffffU

/* A robust mutex's word: who holds it, and whether its last owner died with it. */
#define FUTEX_WAITERS		0x80000000U
#define FUTEX_OWNER_DIED	0x40000000U
#define FUTEX_TID_MASK		0x3fffffffU
#define ROBUST_LIST_LIMIT	2048

#define HASH_SIZE		64

struct futex_key {
	void *object;		/* struct mm_struct, or of shared memory struct page */
	unsigned long offset;	/* the address, or the place in the page */
};

/* One that waits, on its own stack. */
struct futex_q {
	struct list_head list;
	struct task_struct *task;	/* NULL: it has been woken, and is in no queue */
	struct futex_key key;
	unsigned int bitset;
};

static struct list_head futex_queues[HASH_SIZE];

static struct list_head *hash_futex(const struct futex_key *key)
{
	unsigned long hash = ((unsigned long)key->object >> 6) + (key->offset >> 2);
	struct list_head *queue = &futex_queues[hash % HASH_SIZE];

	if (!queue->next)
		INIT_LIST_HEAD(queue);
	return queue;
}

static bool match_futex(const struct futex_key *a, const struct futex_key *b)
{
	return a->object == b->object && a->offset == b->offset;
}

/* 0 or an errno. */
static int get_futex_key(unsigned int __user *uaddr, bool shared, struct futex_key *key)
{
	struct mm_struct *mm = current->mm;
	unsigned long address = (unsigned long)uaddr;
	struct vm_area_struct *vma;
	int ret = 0;

	if (address % sizeof(*uaddr))
		return -EINVAL;
	if (!access_ok(uaddr, sizeof(*uaddr)))
		return -EFAULT;
	key->object = mm;
	key->offset = address;
#ifdef CONFIG_UNIKERNEL_LINUX
	/* UKL: a variable of the application, in the kernel's half. There is one, whatever the address space. */
	if (address >= TASK_SIZE_MAX) {
		key->object = &init_mm;
		return 0;
	}
#endif
	if (!shared)
		return 0;
	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (!vma || vma->vm_start > address) {
		ret = -EFAULT;
	} else if (vma->vm_flags & VM_SHARED) {
		struct page *page = get_user_page_remote(mm, address);

		key->object = page;
		key->offset = address & ~PAGE_MASK;
		if (!page)
			ret = -EFAULT;
	}
	mmap_read_unlock(mm);
	return ret;
}

static void wake_futex(struct futex_q *q)
{
	struct task_struct *task = q->task;

	list_del_init(&q->list);
	q->task = NULL;
	wake_up_process(task);
}

static long do_futex_wake(const struct futex_key *key, int nr, unsigned int bitset)
{
	struct list_head *queue = hash_futex(key);
	struct futex_q *q, *next;
	long woken = 0;

	list_for_each_entry_safe(q, next, queue, list) {
		if (!match_futex(&q->key, key) || !(q->bitset & bitset))
			continue;
		wake_futex(q);
		if (++woken >= nr)
			break;
	}
	return woken;
}

static long futex_wake(unsigned int __user *uaddr, bool shared, int nr, unsigned int bitset)
{
	struct futex_key key;
	int ret;

	if (!bitset)
		return -EINVAL;
	ret = get_futex_key(uaddr, shared, &key);
	return ret ? ret : do_futex_wake(&key, nr, bitset);
}

long futex_wake_user(int __user *uaddr, int nr)
{
	return futex_wake((unsigned int __user *)uaddr, true, nr, FUTEX_BITSET_MATCH_ANY);
}

static long futex_wait_restart(struct restart_block *restart);

static long futex_wait(unsigned int __user *uaddr, bool shared, unsigned int val, ktime_t until, unsigned int bitset)
{
	struct futex_q q = { .task = current, .bitset = bitset };
	unsigned int now;
	int ret;

	if (!bitset)
		return -EINVAL;
	ret = get_futex_key(uaddr, shared, &q.key);
	if (ret)
		return ret;
	/* From here to the queue nothing sleeps, but for a page: then the word is read once more. */
	if (get_user(now, uaddr) || get_user(now, uaddr))
		return -EFAULT;
	if (now != val)
		return -EAGAIN;
	list_add_tail(&q.list, hash_futex(&q.key));
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!q.task || signal_pending(current) || (until != KTIME_MAX && ktime_get() >= until))
			break;
		schedule_hrtimeout(until);
	}
	__set_current_state(TASK_RUNNING);
	if (!q.task)
		return 0;
	list_del(&q.list);
	if (until != KTIME_MAX && ktime_get() >= until)
		return -ETIMEDOUT;
	if (until == KTIME_MAX)
		return -ERESTARTSYS;
	current->restart_block = (struct restart_block) { .fn = futex_wait_restart, .until = until, .ptr = uaddr, .val = val, .bitset = bitset, .shared = shared };
	return -ERESTART_RESTARTBLOCK;
}

static long futex_wait_restart(struct restart_block *restart)
{
	return futex_wait(restart->ptr, restart->shared, restart->val, restart->until, restart->bitset);
}

/* nr_wake of those at uaddr wake, and up to nr_requeue others wait at uaddr2 from now on. */
static long futex_requeue(unsigned int __user *uaddr, bool shared, unsigned int __user *uaddr2, int nr_wake, int nr_requeue,
			  const unsigned int *cmpval)
{
	struct futex_key key, key2;
	struct futex_q *q, *next;
	unsigned int now;
	long done = 0;
	int ret;

	if (nr_wake < 0 || nr_requeue < 0)
		return -EINVAL;
	ret = get_futex_key(uaddr, shared, &key);
	if (!ret)
		ret = get_futex_key(uaddr2, shared, &key2);
	if (ret)
		return ret;
	if (cmpval) {
		if (get_user(now, uaddr))
			return -EFAULT;
		if (now != *cmpval)
			return -EAGAIN;
	}
	list_for_each_entry_safe(q, next, hash_futex(&key), list) {
		if (!match_futex(&q->key, &key))
			continue;
		if (done >= (long)nr_wake + nr_requeue)
			break;
		if (done++ < nr_wake) {
			wake_futex(q);
		} else if (!match_futex(&key, &key2)) {
			q->key = key2;
			list_move_tail(&q->list, hash_futex(&key2));
		}
	}
	return done;
}

/* The operation that encoded_op stands for, on the word at uaddr. Whether its comparison held, or an errno. */
static int futex_atomic_op_inuser(unsigned int encoded_op, unsigned int __user *uaddr)
{
	unsigned int op = (encoded_op >> 28) & 7, cmp = (encoded_op >> 24) & 15;
	int oparg = (int)(encoded_op << 8) >> 20, cmparg = (int)(encoded_op << 20) >> 20;
	unsigned int old, new, seen;

	if (encoded_op & 0x80000000U)
		oparg = 1 << (oparg & 31);
	if (op > 4)
		return -ENOSYS;
	if (get_user(seen, uaddr))
		return -EFAULT;
	/* Other CPUs run the program meanwhile. */
	do {
		old = seen;
		new = op == 0 ? (unsigned int)oparg : op == 1 ? old + oparg : op == 2 ? old | oparg : op == 3 ? old & ~oparg : old ^ oparg;
		if (__cmpxchg_user_4(uaddr, &seen, new))
			return -EFAULT;
	} while (seen != old);
	switch (cmp) {
	case 0: return (int)old == cmparg;
	case 1: return (int)old != cmparg;
	case 2: return (int)old < cmparg;
	case 3: return (int)old <= cmparg;
	case 4: return (int)old > cmparg;
	case 5: return (int)old >= cmparg;
	}
	return -ENOSYS;
}

static long futex_wake_op(unsigned int __user *uaddr, bool shared, unsigned int __user *uaddr2, int nr_wake, int nr_wake2, unsigned int op)
{
	struct futex_key key, key2;
	long woken;
	int ret = get_futex_key(uaddr, shared, &key);

	if (!ret)
		ret = get_futex_key(uaddr2, shared, &key2);
	if (ret)
		return ret;
	ret = futex_atomic_op_inuser(op, uaddr2);
	if (ret < 0)
		return ret;
	woken = do_futex_wake(&key, nr_wake, FUTEX_BITSET_MATCH_ANY);
	return ret ? woken + do_futex_wake(&key2, nr_wake2, FUTEX_BITSET_MATCH_ANY) : woken;
}

static bool has_timeout(int cmd)
{
	return cmd == FUTEX_WAIT || cmd == FUTEX_WAIT_BITSET;
}

/* Of the commands that wait, utime is a time; of the others it is a number. */
SYSCALL_DEFINE6(futex, unsigned int __user *, uaddr, int, op, unsigned int, val, const struct timespec64 __user *, utime,
		unsigned int __user *, uaddr2, unsigned int, val3)
{
	int cmd = op & FUTEX_CMD_MASK, val2 = (int)(unsigned long)utime;
	bool shared = !(op & FUTEX_PRIVATE_FLAG);
	ktime_t until = KTIME_MAX;
	struct timespec64 ts;

	if (utime && has_timeout(cmd)) {
		if (copy_from_user(&ts, utime, sizeof(ts)))
			return -EFAULT;
		if (!timespec64_valid(&ts))
			return -EINVAL;
		until = timespec64_to_ktime(&ts);
		if (cmd == FUTEX_WAIT)
			until = ktime_add_safe(ktime_get(), until);
		else if (op & FUTEX_CLOCK_REALTIME)
			until = ktime_real_to_mono(until);
	}
	if ((op & FUTEX_CLOCK_REALTIME) && cmd != FUTEX_WAIT_BITSET)
		return -ENOSYS;
	switch (cmd) {
	case FUTEX_WAIT:
		return futex_wait(uaddr, shared, val, until, FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAIT_BITSET:
		return futex_wait(uaddr, shared, val, until, val3);
	case FUTEX_WAKE:
		return futex_wake(uaddr, shared, val, FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return futex_wake(uaddr, shared, val, val3);
	case FUTEX_REQUEUE:
		return futex_requeue(uaddr, shared, uaddr2, val, val2, NULL);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(uaddr, shared, uaddr2, val, val2, &val3);
	case FUTEX_WAKE_OP:
		return futex_wake_op(uaddr, shared, uaddr2, val, val2, val3);
	}
	return -ENOSYS;
}

/* As the C library keeps it. Linux: include/uapi/linux/futex.h. */
struct robust_list_head {
	unsigned long next;
	long futex_offset;
	unsigned long list_op_pending;
};

SYSCALL_DEFINE2(set_robust_list, void __user *, head, size_t, len)
{
	if (len != sizeof(struct robust_list_head))
		return -EINVAL;
	current->robust_list = head;
	return 0;
}

SYSCALL_DEFINE3(get_robust_list, int, pid, void __user *__user *, head_ptr, size_t __user *, len_ptr)
{
	struct task_struct *p = pid ? find_task_by_vpid(pid) : current;

	if (!p)
		return -ESRCH;
	if (put_user(sizeof(struct robust_list_head), len_ptr))
		return -EFAULT;
	return put_user((unsigned long)p->robust_list, (unsigned long __user *)head_ptr);
}

/* If the task held it, whoever comes next learns that the owner died. False when the word cannot be touched. */
static bool handle_futex_death(unsigned int __user *uaddr, struct task_struct *tsk)
{
	unsigned int uval, seen;

	if ((unsigned long)uaddr % sizeof(*uaddr) || get_user(uval, uaddr))
		return false;
	do {
		if ((uval & FUTEX_TID_MASK) != (unsigned int)tsk->pid)
			return true;
		seen = uval;
		if (__cmpxchg_user_4(uaddr, &uval, (seen & FUTEX_WAITERS) | FUTEX_OWNER_DIED))
			return false;
	} while (seen != uval);
	if (uval & FUTEX_WAITERS)
		futex_wake(uaddr, true, 1, FUTEX_BITSET_MATCH_ANY);
	return true;
}

void exit_robust_list(struct task_struct *tsk)
{
	struct robust_list_head head;
	unsigned long at, next;
	int limit = ROBUST_LIST_LIMIT;

	if (!tsk->robust_list || copy_from_user(&head, tsk->robust_list, sizeof(head)))
		return;
	/* The lowest bit marks mutexes with priority inheritance, which there are none of. */
	for (at = head.next & ~1UL; at != (unsigned long)tsk->robust_list && limit--; at = next & ~1UL) {
		bool more = !get_user(next, (unsigned long __user *)at);

		if (at != (head.list_op_pending & ~1UL) && !handle_futex_death((unsigned int __user *)(at + head.futex_offset), tsk))
			return;
		if (!more)
			return;
		cond_resched();
	}
	if (head.list_op_pending & ~1UL)
		handle_futex_death((unsigned int __user *)((head.list_op_pending & ~1UL) + head.futex_offset), tsk);
}
