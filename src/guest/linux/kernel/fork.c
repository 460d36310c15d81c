/* New tasks and address spaces. Linux: kernel/fork.c, init/init_task.c, arch/x86/kernel/process.c. */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/tty.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/fpu.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <asm/tlbflush.h>
#include <trace/events.h>

extern char init_thread_union[];
extern char ret_from_fork[];

struct mm_struct init_mm = {
	.pgd = swapper_pg_dir,
	.mm_users = ATOMIC_INIT(2),
	.mm_count = ATOMIC_INIT(1),
	.mmap_lock = __RWSEM_INITIALIZER(init_mm.mmap_lock),
};

static struct signal_struct init_signals = {
	.sigcnt = ATOMIC_INIT(1),
	.nr_threads = 1,
	.live = 1,
	.thread_head = LIST_HEAD_INIT(init_signals.thread_head),
	.wait_chldexit = __WAIT_QUEUE_HEAD_INITIALIZER(init_signals.wait_chldexit),
	.shared_pending = { .list = LIST_HEAD_INIT(init_signals.shared_pending.list) },
	.rlim = {
		[0 ... RLIM_NLIMITS - 1] = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_STACK] = { _STK_LIM, RLIM_INFINITY },
		[RLIMIT_NOFILE] = { NR_OPEN_MAX, NR_OPEN_MAX },
		[RLIMIT_SIGPENDING] = { MAX_QUEUED, MAX_QUEUED },
	},
};

DEFINE_SPINLOCK(tasklist_lock);

/* The task that boots and then idles. */
struct task_struct init_task = {
	.__state = 0,
	.stack = init_thread_union,
	.flags = PF_KTHREAD | PF_IDLE,
	.tasks = LIST_HEAD_INIT(init_task.tasks),
	.children = LIST_HEAD_INIT(init_task.children),
	.sibling = LIST_HEAD_INIT(init_task.sibling),
	.run_list = LIST_HEAD_INIT(init_task.run_list),
	.lock_depth = -1,
	.cpus_mask = (1UL << NR_CPUS) - 1,
	.se = { .load_weight = NICE_0_LOAD },
	.pending = { .list = LIST_HEAD_INIT(init_task.pending.list) },
	.active_mm = &init_mm,
	.real_parent = &init_task,
	.group_leader = &init_task,
	.thread_node = LIST_HEAD_INIT(init_task.thread_node),
	.signal = &init_signals,
	.fs = &init_fs,
	.comm = "swapper",
};

static struct kmem_cache *task_struct_cachep;
static struct kmem_cache *mm_cachep;
static struct kmem_cache *signal_cachep;
pid_t last_pid;
unsigned long total_forks;
int nr_threads;
static u64 pids_given;
/* So that the stacks of all tasks together leave most of memory to others. Linux: set_max_threads(). */
static int max_threads;

/* Linux: PID_MAX_DEFAULT; once round, the first ones are left to daemons. */
#define PID_MAX		32768
#define RESERVED_PIDS	300

#ifdef CONFIG_UKL_PINNED_STACK
/* More than any clone() of a libc leaves above a new thread's RSP. */
#define CLONE_STACK_WORDS	8UL
#endif

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
	signal_cachep = kmem_cache_create("signal_struct", sizeof(struct signal_struct));
	max_threads = min(totalram_pages() * PAGE_SIZE / (8 * THREAD_SIZE), (unsigned long)MAX_VMALLOC_AREAS / 2);
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

/* One that nobody else knows. */
static void free_task(struct task_struct *t)
{
	free_thread_stack(t->stack);
#ifdef CONFIG_UKL_PINNED_STACK
	if (t->ukl_stack) {
		trace_stack_release(t->ukl_stack);
		free_pages(t->ukl_stack, UKL_STACK_ORDER);
	}
#endif
	kmem_cache_free(task_struct_cachep, t);
}

/*
 * Of each task: when its last context switch is over, when its parent has asked how it ended, and by
 * whoever held it besides. Whichever comes last frees it.
 */
void put_task_struct(struct task_struct *t)
{
	if (!atomic_dec_and_test(&t->usage))
		return;
	put_signal_struct(t->signal);
	free_task(t);
}

#ifdef CONFIG_UKL_PINNED_STACK
/*
 * UKL_NSS_PS: a stack of fixed size for an application's thread, in the kernel's half: mapped in every address space, so that the
 * kernel may go to sleep on it, and never missing. The size bytes at from come to its top; that is where RSP begins. 0: no memory.
 */
unsigned long ukl_pin_stack(struct task_struct *tsk, unsigned long from, unsigned long size)
{
	unsigned long low = __get_free_pages(GFP_KERNEL, UKL_STACK_ORDER), high = low + UKL_STACK_SIZE, sp;

	if (!low)
		return 0;
	sp = (high - size) & ~15UL;
	tsk->ukl_stack = low;
	if (copy_from_user((void *)sp, (const void __user *)from, size))
		return 0;
	return sp;
}
#endif

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
 * The new task's first stack frames: the registers that it will return to user mode with, which a kernel thread gets from
 * exec, and below them what __switch_to_asm expects. 0 or -errno.
 */
static int copy_thread(struct task_struct *p, const struct kernel_clone_args *args)
{
	struct pt_regs *childregs = task_pt_regs(p);
	struct inactive_task_frame *frame = (struct inactive_task_frame *)childregs - 1;

	memset(childregs, 0, sizeof(*childregs));
	memset(frame, 0, sizeof(*frame));
	frame->ret_addr = (unsigned long)ret_from_fork;
	frame->bx = (unsigned long)args->fn;
	frame->r12 = (unsigned long)args->fn_arg;
	p->thread.sp = (unsigned long)frame;
	p->thread.fpu = NULL;
	if (args->fn) {
		p->thread.fsbase = 0;
		p->thread.gsbase = 0;
		return 0;
	}
	*childregs = *args->regs;
	childregs->ax = 0;
	if (args->stack)
		childregs->sp = args->stack;
#ifdef CONFIG_UKL_PINNED_STACK
	/* What libc has put there for the thread to begin with; its block of variables stays where it is. */
	if (is_ukl_thread()) {
		childregs->sp = ukl_pin_stack(p, args->stack, min(CLONE_STACK_WORDS * sizeof(long), -args->stack & ~PAGE_MASK));
		if (!childregs->sp)
			return -ENOMEM;
	}
#endif
#if defined(CONFIG_UNIKERNEL_LINUX) && !defined(CONFIG_UKL_STUBS)
	else if (is_ukl_thread())
		/* Nothing will pop the flags and the return address that its parent's return takes from there. */
		childregs->sp += 16;
#endif
	save_fsgs(current);
	p->thread.fsbase = current->thread.fsbase;
	p->thread.gsbase = current->thread.gsbase;
	if (args->flags & CLONE_SETTLS) {
		if (args->tls >= TASK_SIZE_MAX && !is_ukl_thread())
			return -EPERM;
		p->thread.fsbase = args->tls;
	}
	return fpu_clone(p);
}

/*
 * The next number that no task, group or session has, nor a terminal for its foreground; or -EAGAIN. Linux: kernel/pid.c, alloc_pid().
 * Simplified: Linux gives a number again that only a terminal still has, for that has its struct pid.
 */
static pid_t alloc_pid(void)
{
	pid_t nr = last_pid;
	int tries;

	for (tries = 0; tries < PID_MAX; tries++) {
		struct task_struct *p;
		bool used = false;

		if (++nr >= PID_MAX)
			nr = RESERVED_PIDS;
		list_for_each_entry(p, &init_task.tasks, tasks) {
			const struct signal_struct *sig = p->signal;

			if (p->pid == nr || sig->pgrp == nr || sig->session == nr || (sig->tty && sig->tty->pgrp == nr)) {
				used = true;
				break;
			}
		}
		if (!used)
			return last_pid = nr;
	}
	return -EAGAIN;
}

static struct task_struct *dup_task_struct(struct task_struct *orig)
{
	struct task_struct *tsk = kmem_cache_alloc(task_struct_cachep, GFP_KERNEL);

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
	atomic_set(&tsk->usage, 2);
	return tsk;
}

static int copy_fs(unsigned long clone_flags, struct task_struct *p)
{
	struct fs_struct *old = current->fs, *fs;

	if (clone_flags & CLONE_FS) {
		old->users++;
		return 0;
	}
	fs = kmalloc(sizeof(*fs), GFP_KERNEL);
	if (!fs)
		return -ENOMEM;
	fs->users = 1;
	fs->umask = old->umask;
	fs->pwd = old->pwd ? dget(old->pwd) : NULL;
	p->fs = fs;
	return 0;
}

void exit_fs(struct task_struct *tsk)
{
	struct fs_struct *fs = tsk->fs;

	tsk->fs = NULL;
	if (!fs || --fs->users || fs == &init_fs)
		return;
	if (fs->pwd)
		dput(fs->pwd);
	kfree(fs);
}

static int copy_signal(unsigned long clone_flags, struct task_struct *p)
{
	struct signal_struct *sig;

	if (clone_flags & CLONE_THREAD)
		return 0;
	sig = kmem_cache_zalloc(signal_cachep, GFP_KERNEL);
	p->signal = sig;
	if (!sig)
		return -ENOMEM;
	atomic_set(&sig->sigcnt, 1);
	sig->nr_threads = 1;
	sig->live = 1;
	INIT_LIST_HEAD(&sig->thread_head);
	init_waitqueue_head(&sig->wait_chldexit);
	init_sigpending(&sig->shared_pending);
	itimers_init(sig);
	sig->pgrp = current->signal->pgrp;
	sig->session = current->signal->session;
	sig->tty = current->signal->tty;
	memcpy(sig->rlim, current->signal->rlim, sizeof(sig->rlim));
	return 0;
}

void put_signal_struct(struct signal_struct *sig)
{
	if (atomic_dec_and_test(&sig->sigcnt))
		kmem_cache_free(signal_cachep, sig);
}

/* A copy of every mapping; private pages are shared until one of the two writes. Linux: dup_mm(), dup_mmap(). */
static struct mm_struct *dup_mm(struct mm_struct *oldmm)
{
	struct mm_struct *mm = mm_alloc();
	int ret;

	if (!mm)
		return NULL;
	mmap_write_lock(oldmm);
	if (oldmm->exe_file)
		mm->exe_file = get_file(oldmm->exe_file);
	ret = dup_mmap(mm, oldmm);
	mmap_write_unlock(oldmm);
	if (!ret)
		return mm;
	mmput(mm);
	return NULL;
}

static int copy_mm(unsigned long clone_flags, struct task_struct *p)
{
	p->mm = NULL;
	p->active_mm = NULL;
	if (!current->mm)
		return 0;
	if (clone_flags & CLONE_VM) {
		mmget(current->mm);
		p->mm = current->mm;
	} else {
		p->mm = dup_mm(current->mm);
		if (!p->mm)
			return -ENOMEM;
	}
	p->active_mm = p->mm;
	return 0;
}

/* Linux: the order in which copy_process() looks at the flags. */
static int check_clone_flags(unsigned long flags)
{
	if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND))
		return -EINVAL;
	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	/* A sibling of init's would be nobody's to reap. */
	if ((flags & CLONE_PARENT) && (current->signal->flags & SIGNAL_UNKILLABLE))
		return -EINVAL;
	/* Simplified: no descriptors of processes, and no namespaces but the first of each kind. */
	if (flags & (CLONE_PIDFD | CLONE_NEWNS | CLONE_NEWOTHERS))
		return -EINVAL;
	return 0;
}

static struct task_struct *copy_process(const struct kernel_clone_args *args)
{
	unsigned long clone_flags = args->flags, irqflags, low, high;
	struct task_struct *p;
	pid_t pid;
	int ret = check_clone_flags(clone_flags);

	if (ret)
		return ERR_PTR(ret);
	if (nr_threads >= max_threads)
		return ERR_PTR(-EAGAIN);
	p = dup_task_struct(current);
	if (!p)
		return ERR_PTR(-ENOMEM);
	p->flags = args->fn ? PF_KTHREAD : 0;
	p->exit_state = 0;
	p->exit_code = 0;
	init_sigpending(&p->pending);
	p->restore_sigmask = false;
	p->jobctl = 0;
	p->start_time = ktime_get();
	p->restart_block.fn = NULL;
	p->pagefault_disabled = 0;
	p->used = (struct used) { 0 };
	p->vfork_done = NULL;
	p->robust_list = NULL;
	p->set_child_tid = clone_flags & CLONE_CHILD_SETTID ? args->child_tid : NULL;
	p->clear_child_tid = clone_flags & CLONE_CHILD_CLEARTID ? args->child_tid : NULL;
	if (args->fn)
		p->blocked = 0;
	/* Threads of one memory cannot have one alternate stack. */
	if ((clone_flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM)
		p->altstack = (stack_t) { .ss_flags = SS_DISABLE };
#ifdef CONFIG_UNIKERNEL_LINUX
	/* A thread of the application begins in the kernel, like its parent's system call. */
	if (args->fn)
		p->ukl_mode = NON_UKL_THREAD;
	p->ukl_bypass_syscall = 0;
	p->ukl_bypass_current = 0;
#ifdef CONFIG_UKL_PINNED_STACK
	p->ukl_stack = 0;
#endif
	p->user_stack_vma = NULL;
#endif
	INIT_LIST_HEAD(&p->children);
	INIT_LIST_HEAD(&p->sibling);
	sched_fork(p);
	ret = copy_files(clone_flags, p);
	if (ret)
		goto bad_stack;
	ret = copy_fs(clone_flags, p);
	if (ret)
		goto bad_files;
	ret = copy_sighand(clone_flags, p);
	if (ret)
		goto bad_fs;
	ret = copy_signal(clone_flags, p);
	if (ret)
		goto bad_sighand;
	ret = copy_mm(clone_flags, p);
	if (ret)
		goto bad_signal;
	ret = copy_thread(p, args);
	if (ret)
		goto bad_mm;
	/* A fatal signal came meanwhile: it is for the child too, which is not there yet. */
	if (signal_pending(current)) {
		ret = -ERESTARTNOINTR;
		goto bad_mm;
	}
	pid = alloc_pid();
	ret = pid;
	if (pid < 0)
		goto bad_mm;

	p->pid = pid;
	p->pid_serial = ++pids_given;
	if (pid == 1)
		p->signal->flags |= SIGNAL_UNKILLABLE;
	low = (unsigned long)p->stack;
	high = low + THREAD_SIZE;
	trace_stack_region(STACK_KIND_KERNEL, low, high, p->pid);
	if (p->mm) {
		/* A thread's lies where its creator has made it. */
		struct vm_area_struct *vma = args->stack ? find_user_vma(args->stack - 1) : NULL;

		low = vma ? vma->vm_start : STACK_TOP - _STK_LIM;
		high = vma ? args->stack : STACK_TOP;
#ifdef CONFIG_UKL_PINNED_STACK
		if (p->ukl_stack) {
			low = p->ukl_stack;
			high = low + UKL_STACK_SIZE;
		}
#endif
		trace_user_stack(p->mm, low, high, p->pid);
	}
	(void)low;
	(void)high;
	spin_lock_irqsave(&tasklist_lock, irqflags);
	if (clone_flags & CLONE_THREAD) {
		p->tgid = current->tgid;
		p->exit_signal = -1;
		p->group_leader = current->group_leader;
		p->real_parent = current->real_parent;
		atomic_inc(&p->signal->sigcnt);
		p->signal->nr_threads++;
		p->signal->live++;
		trace_task_newtask(p, clone_flags);
	} else {
		p->tgid = p->pid;
		p->group_leader = p;
		p->exit_signal = args->exit_signal;
		p->real_parent = current->group_leader;
		if (clone_flags & CLONE_PARENT) {
			p->real_parent = current->real_parent;
			p->exit_signal = current->group_leader->exit_signal;
		}
		list_add_tail(&p->sibling, &p->real_parent->children);
		trace_sched_process_fork(current, p);
	}
	list_add_tail(&p->thread_node, &p->signal->thread_head);
	list_add_tail(&p->tasks, &init_task.tasks);
	nr_threads++;
	total_forks++;
	spin_unlock_irqrestore(&tasklist_lock, irqflags);
	return p;

bad_mm:
	fpu_free(p);
	if (p->mm)
		mmput(p->mm);
bad_signal:
	if (!(clone_flags & CLONE_THREAD))
		put_signal_struct(p->signal);
bad_sighand:
	put_sighand(p);
bad_fs:
	exit_fs(p);
bad_files:
	exit_files(p);
bad_stack:
	free_task(p);
	return ERR_PTR(ret);
}

/* The task that idles on another CPU. It is on no list, and begins on its own stack without a switch. */
struct task_struct *__init fork_idle(int cpu)
{
	struct task_struct *p = dup_task_struct(&init_task);
	unsigned long low, high;

	if (!p)
		return NULL;
	INIT_LIST_HEAD(&p->tasks);
	INIT_LIST_HEAD(&p->children);
	INIT_LIST_HEAD(&p->sibling);
	INIT_LIST_HEAD(&p->thread_node);
	init_sigpending(&p->pending);
	sched_fork(p);
	p->__state = TASK_RUNNING;
	p->cpu = cpu;
	p->active_mm = &init_mm;
	p->group_leader = p;
	low = (unsigned long)p->stack;
	high = low + THREAD_SIZE;
	trace_stack_region(STACK_KIND_KERNEL, low, high, 0);
	(void)low;
	(void)high;
	return p;
}

/* The new task's pid, or an errno. With CLONE_VFORK it returns when the child has its own memory, or has ended. */
pid_t kernel_clone(const struct kernel_clone_args *args)
{
	struct completion vfork;
	struct task_struct *p = copy_process(args);
	pid_t pid;

	if (IS_ERR(p))
		return PTR_ERR(p);
	pid = p->pid;
	if (args->flags & CLONE_PARENT_SETTID)
		(void)put_user(pid, args->parent_tid);
	if (args->flags & CLONE_VFORK) {
		init_completion(&vfork);
		p->vfork_done = &vfork;
	}
	wake_up_new_task(p);
	/* Simplified: not even a fatal signal ends this. */
	if (args->flags & CLONE_VFORK)
		wait_for_completion(&vfork);
	return pid;
}

pid_t kernel_thread(int (*fn)(void *), void *arg, unsigned long flags)
{
	struct kernel_clone_args args = { .flags = flags, .fn = fn, .fn_arg = arg, .exit_signal = SIGCHLD };

	return kernel_clone(&args);
}

/*
 * UKL: a thread needs a stack of its own, for in ring 0 the return address and the flags of its parent's call lie on the one
 * it would share. A copy of the address space has none of the application's variables, which lie in the kernel's half:
 * parent and child go on with the same ones. Only the way through the entry code has saved the registers to begin with.
 * Simplified: libc passes UKL's flag CLONE_UKL, but the child of such a thread is one without it too.
 */
static long clone_with(struct kernel_clone_args *args, const struct pt_regs *regs)
{
	if (is_ukl_thread() && (args->flags & CLONE_VM) && !args->stack)
		return -EINVAL;
#ifdef CONFIG_UKL_PINNED_STACK
	/* A copy of the stack would have to have the same address, in a half that all address spaces share. */
	if (is_ukl_thread() && !args->stack)
		return -ENOSYS;
#endif
	args->regs = regs;
	return kernel_clone(args);
}

static long user_clone(struct kernel_clone_args *args)
{
#ifdef CONFIG_UKL_SAME_STACK
	/* They stand on the application's stack; nobody has entered the kernel on this CPU since. */
	if (is_ukl_thread())
#ifdef CONFIG_PREEMPTION
		return clone_with(args, current->ukl_regs);
#else
		return clone_with(args, (struct pt_regs *)this_cpu_ptr(&cpu_tss_rw)->sp2);
#endif
#endif
	return clone_with(args, current_pt_regs());
}

#ifdef CONFIG_UKL_STUBS
/*
 * UKL's first two versions: assembly comes before these, and passes what the child begins with (entry_64.S). vfork() and
 * clone3() have no stub, for no libc of theirs calls them.
 */
asmlinkage long ukl_stub_clone(unsigned long flags, unsigned long newsp, int __user *parent_tid, int __user *child_tid, unsigned long tls,
			       const struct pt_regs *regs)
{
	struct kernel_clone_args args = {
		.flags = (u32)flags & ~CSIGNAL, .exit_signal = flags & CSIGNAL, .stack = newsp, .tls = tls,
		.parent_tid = parent_tid, .child_tid = child_tid,
	};
	long ret;

	ukl_enter_kernel();
	trace_ukl_bypass_enter5(__NR_clone, flags, newsp, parent_tid, child_tid, tls);
	ret = clone_with(&args, regs);
	trace_ukl_bypass_exit(__NR_clone, ret);
	return ukl_leave_kernel(ret);
}

asmlinkage long ukl_stub_fork(unsigned long unused1, unsigned long unused2, unsigned long unused3, unsigned long unused4, unsigned long unused5,
			      const struct pt_regs *regs)
{
	struct kernel_clone_args args = { .exit_signal = SIGCHLD };
	long ret;

	(void)unused1;
	(void)unused2;
	(void)unused3;
	(void)unused4;
	(void)unused5;
	ukl_enter_kernel();
	trace_ukl_bypass_enter0(__NR_fork);
	ret = clone_with(&args, regs);
	trace_ukl_bypass_exit(__NR_fork, ret);
	return ukl_leave_kernel(ret);
}
#endif

/* Stubs of the usual kind would have no registers to copy. */
#undef __UKL_DIRECT
#define __UKL_DIRECT(...)

SYSCALL_DEFINE0(fork)
{
	struct kernel_clone_args args = { .exit_signal = SIGCHLD };

	return user_clone(&args);
}

SYSCALL_DEFINE0(vfork)
{
	struct kernel_clone_args args = { .flags = CLONE_VFORK | CLONE_VM, .exit_signal = SIGCHLD };

	return user_clone(&args);
}

SYSCALL_DEFINE5(clone, unsigned long, clone_flags, unsigned long, newsp, int __user *, parent_tidptr, int __user *, child_tidptr,
		unsigned long, tls)
{
	struct kernel_clone_args args = {
		.flags = (u32)clone_flags & ~CSIGNAL, .exit_signal = clone_flags & CSIGNAL, .stack = newsp, .tls = tls,
		.parent_tid = parent_tidptr, .child_tid = child_tidptr,
	};

	return user_clone(&args);
}

/* Linux: include/uapi/linux/sched.h. */
struct clone_args {
	u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

#define CLONE_ARGS_SIZE_VER0	64

SYSCALL_DEFINE2(clone3, struct clone_args __user *, uargs, size_t, size)
{
	struct kernel_clone_args args = { 0 };
	struct clone_args from = { 0 };

	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < CLONE_ARGS_SIZE_VER0)
		return -EINVAL;
	/* Simplified: a structure of a later kernel is refused, even if it asks for nothing new. */
	if (size > sizeof(from))
		return -E2BIG;
	if (copy_from_user(&from, uargs, size))
		return -EFAULT;
	if (from.set_tid || from.set_tid_size || from.cgroup || from.exit_signal > CSIGNAL)
		return -EINVAL;
	if (from.exit_signal > NSIG || (from.flags & (CLONE_DETACHED | (CSIGNAL & ~0x80UL))) || (from.flags & ~0x3ffffffffUL))
		return -EINVAL;
	if ((from.flags & (CLONE_SIGHAND | CLONE_CLEAR_SIGHAND)) == (CLONE_SIGHAND | CLONE_CLEAR_SIGHAND))
		return -EINVAL;
	if ((from.flags & (CLONE_THREAD | CLONE_PARENT)) && from.exit_signal)
		return -EINVAL;
	if (!from.stack != !from.stack_size || !access_ok(from.stack, from.stack_size))
		return -EINVAL;
	args.flags = from.flags;
	args.exit_signal = from.exit_signal;
	args.stack = from.stack ? from.stack + from.stack_size : 0;
	args.tls = from.tls;
	args.parent_tid = (int __user *)from.parent_tid;
	args.child_tid = (int __user *)from.child_tid;
	return user_clone(&args);
}

#if defined(CONFIG_UKL_BYPASS) || defined(CONFIG_UKL_STUBS)
#undef __UKL_DIRECT
#define __UKL_DIRECT(...)	__VA_ARGS__
#endif

SYSCALL_DEFINE1(set_tid_address, int __user *, tidptr)
{
	current->clear_child_tid = tidptr;
	return current->pid;
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
	INIT_LIST_HEAD(&mm->page_tables);
	__init_rwsem(&mm->mmap_lock, "mmap_lock");
	mm->task_size = TASK_SIZE_MAX;
	trace_mm_alloc(mm);
	arch_pick_mmap_layout(mm);
	return mm;
}

void mm_release(struct task_struct *tsk, struct mm_struct *mm)
{
	/* If others are there to read it: who waits for the thread to end waits for this word. */
	if (tsk->clear_child_tid) {
		if (atomic_read(&mm->mm_users) > 1) {
			(void)put_user(0, tsk->clear_child_tid);
			futex_wake_user(tsk->clear_child_tid, 1);
		}
		tsk->clear_child_tid = NULL;
	}
	if (tsk->vfork_done) {
		struct completion *vfork = tsk->vfork_done;

		tsk->vfork_done = NULL;
		complete(vfork);
	}
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
	if (mm->exe_file)
		fput(mm->exe_file);
	mmdrop(mm);
}

/* Linux: fs/exec.c. */
int exec_mmap(struct mm_struct *mm)
{
	struct task_struct *tsk = current;
	struct mm_struct *old_mm = tsk->mm;
	struct mm_struct *active_mm = tsk->active_mm;

	if (old_mm)
		mm_release(tsk, old_mm);
	local_irq_disable();
	tsk->mm = mm;
	tsk->active_mm = mm;
	tsk->flags &= ~PF_KTHREAD;
	switch_mm_irqs_off(mm);
	local_irq_enable();
	if (old_mm)
		mmput(old_mm);
	else if (active_mm)
		mmdrop(active_mm);
	return 0;
}
