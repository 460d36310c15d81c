/* New tasks and address spaces. Linux: kernel/fork.c, init/init_task.c, arch/x86/kernel/process.c. */
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <trace/events.h>

extern char init_thread_union[];
extern char ret_from_fork[];

struct mm_struct init_mm = {
	.pgd = swapper_pg_dir,
	.mm_users = ATOMIC_INIT(2),
	.mm_count = ATOMIC_INIT(1),
	.mmap_lock = __RWSEM_INITIALIZER(init_mm.mmap_lock),
};

/* The task that boots and then idles. */
struct task_struct init_task = {
	.__state = 0,
	.stack = init_thread_union,
	.flags = PF_KTHREAD | PF_IDLE,
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.children = LIST_HEAD_INIT(init_task.children),
	.sibling = LIST_HEAD_INIT(init_task.sibling),
	.run_list = LIST_HEAD_INIT(init_task.run_list),
	.pending = { .list = LIST_HEAD_INIT(init_task.pending.list) },
	.wait_chldexit = __WAIT_QUEUE_HEAD_INITIALIZER(init_task.wait_chldexit),
	.active_mm = &init_mm,
	.real_parent = &init_task,
	.fs = &init_fs,
	.comm = "swapper",
};

static struct kmem_cache *task_struct_cachep;
static struct kmem_cache *mm_cachep;
static pid_t last_pid;

/* What __switch_to_asm pops when it switches to a task for the first time. Linux: asm/switch_to.h. */
struct inactive_task_frame {
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	unsigned long bx;
	unsigned long bp;
	unsigned long ret_addr;
};

void __init fork_init(void)
{
	task_struct_cachep = kmem_cache_create("task_struct", sizeof(struct task_struct));
	mm_cachep = kmem_cache_create("mm_struct", sizeof(struct mm_struct));
}

/* Kernel stacks. With VMAP_STACK the page below is not mapped, so an overflow faults at once. */
static void *alloc_thread_stack(void)
{
#ifdef CONFIG_VMAP_STACK
	return vmalloc(THREAD_SIZE);
#else
	return (void *)__get_free_pages(GFP_KERNEL, THREAD_SIZE_ORDER);
#endif
}

static void free_thread_stack(void *stack)
{
	trace_stack_release(stack);
#ifdef CONFIG_VMAP_STACK
	vfree(stack);
#else
	free_pages((unsigned long)stack, THREAD_SIZE_ORDER);
#endif
}

/*
 * Twice for each task: when its last context switch is over, and when its parent has asked how it
 * ended. Whichever comes second frees it.
 */
void put_task_struct(struct task_struct *t)
{
	if (--t->usage)
		return;
	free_thread_stack(t->stack);
	kmem_cache_free(task_struct_cachep, t);
}

struct task_struct *find_task_by_vpid(pid_t nr)
{
	struct task_struct *p;

	list_for_each_entry(p, &init_task.tasks, tasks) {
		if (p->pid == nr)
			return p;
	}
	return NULL;
}

void set_task_comm(struct task_struct *tsk, const char *from)
{
	strscpy(tsk->comm, from, TASK_COMM_LEN);
	trace_task_rename(tsk);
}

/*
 * The new task's first stack frames: registers that it will return to user mode with (once it has
 * any), and below them what __switch_to_asm expects.
 */
static void copy_thread(struct task_struct *p, int (*fn)(void *), void *arg)
{
	struct pt_regs *childregs = task_pt_regs(p);
	struct inactive_task_frame *frame = (struct inactive_task_frame *)childregs - 1;

	memset(childregs, 0, sizeof(*childregs));
	memset(frame, 0, sizeof(*frame));
	frame->ret_addr = (unsigned long)ret_from_fork;
	frame->bx = (unsigned long)fn;
	frame->r12 = (unsigned long)arg;
	p->thread.sp = (unsigned long)frame;
}

static struct task_struct *dup_task_struct(struct task_struct *orig)
{
	struct task_struct *tsk = kmem_cache_alloc(task_struct_cachep, GFP_KERNEL);
	unsigned long low, high;

	if (!tsk)
		return NULL;
	*tsk = *orig;
	tsk->stack = alloc_thread_stack();
	if (!tsk->stack) {
		kmem_cache_free(task_struct_cachep, tsk);
		return NULL;
	}
	*(unsigned long *)tsk->stack = STACK_END_MAGIC;
	tsk->thread_info.flags = 0;
	tsk->pid = ++last_pid;
	low = (unsigned long)tsk->stack;
	high = low + THREAD_SIZE;
	trace_stack_region(STACK_KIND_KERNEL, low, high, tsk->pid);
	tsk->usage = 2;
	return tsk;
}

/*
 * Simplified: kernel threads only. A user task is a kernel thread that has called exec.
 */
static struct task_struct *copy_process(unsigned long clone_flags, int (*fn)(void *), void *arg)
{
	struct task_struct *p = dup_task_struct(current);

	if (!p)
		return ERR_PTR(-ENOMEM);
	p->flags = PF_KTHREAD;
	p->tgid = p->pid;
	p->exit_state = 0;
	p->exit_code = 0;
	init_sigpending(&p->pending);
	p->blocked = 0;
	p->restore_sigmask = false;
	p->sighand = NULL;
	p->thread.fpu = NULL;
	p->pagefault_disabled = 0;
	p->nvcsw = 0;
	p->nivcsw = 0;
	p->min_flt = 0;
	p->mm = NULL;
	p->active_mm = NULL;
	p->thread.fsbase = 0;
	p->thread.gsbase = 0;
#ifdef CONFIG_UNIKERNEL_LINUX
	p->ukl_mode = NON_UKL_THREAD;
	p->ukl_bypass_syscall = 0;
	p->user_stack_vma = NULL;
#endif
	INIT_LIST_HEAD(&p->children);
	INIT_LIST_HEAD(&p->sibling);
	init_waitqueue_head(&p->wait_chldexit);
	sched_fork(p);
	if (copy_files(clone_flags, p)) {
		free_thread_stack(p->stack);
		kmem_cache_free(task_struct_cachep, p);
		return ERR_PTR(-ENOMEM);
	}
	copy_thread(p, fn, arg);

	p->real_parent = current;
	list_add_tail(&p->sibling, &current->children);
	trace_task_newtask(p);
	list_add_tail(&p->tasks, &init_task.tasks);
	return p;
}

pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags)
{
	struct task_struct *p = copy_process(flags, fn, arg);
	pid_t pid;

	if (IS_ERR(p))
		return PTR_ERR(p);
	pid = p->pid;
	wake_up_new_task(p);
	return pid;
}

struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kmem_cache_zalloc(mm_cachep, GFP_KERNEL);

	if (!mm)
		return NULL;
	mm->pgd = pgd_alloc(mm);
	if (!mm->pgd) {
		kmem_cache_free(mm_cachep, mm);
		return NULL;
	}
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	spin_lock_init(&mm->page_table_lock);
	__init_rwsem(&mm->mmap_lock, "mmap_lock");
	mm->task_size = TASK_SIZE_MAX;
	trace_mm_alloc(mm);
	arch_pick_mmap_layout(mm);
	return mm;
}

/* Nobody has these page tables loaded any more. */
void __mmdrop(struct mm_struct *mm)
{
	trace_mm_release(mm);
	pgd_free(mm, mm->pgd);
	kmem_cache_free(mm_cachep, mm);
}

/* One user fewer; the last one takes all mappings down. */
void mmput(struct mm_struct *mm)
{
	if (!atomic_dec_and_test(&mm->mm_users))
		return;
	exit_mmap(mm);
	mmdrop(mm);
}

/* Linux: fs/exec.c. */
int exec_mmap(struct mm_struct *mm)
{
	struct task_struct *tsk = current;
	struct mm_struct *old_mm = tsk->mm;
	struct mm_struct *active_mm = tsk->active_mm;

	local_irq_disable();
	tsk->mm = mm;
	tsk->active_mm = mm;
	tsk->flags &= ~PF_KTHREAD;
	write_cr3(__pa(mm->pgd));
	local_irq_enable();
	if (old_mm)
		mmput(old_mm);
	else if (active_mm)
		mmdrop(active_mm);
	return 0;
}
