/* Threads: made, ended, waited for. glibc: nptl/pthread_create.c, pthread_join.c, allocatestack.c. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "lib/nptl/descr.h"
#include "lib/nptl/lock.h"
#include "lib/nptl/specific.h"
#include "lib/posix/fork.h"

#define STACK_SIZE	(256 * 1024)
#define GUARD_SIZE	4096
#define THREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | \
			 CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
#ifdef CONFIG_UNIKERNEL_LINUX
/* The child is a thread of the application in ring 0 too. */
#define CLONE_MODE	0x100000000UL
#else
#define CLONE_MODE	0UL
#endif
#ifdef CONFIG_UKL_STUBS
/* A function's fourth argument is in another register than a system call's. */
#define CALL_CLONE	"movq %%r10, %%rcx\n\tcall sys_clone\n\t"
#else
#define CALL_CLONE	ENTER_KERNEL "\n\t"
#endif

/* Of all threads that have not ended. The last one that does ends the process. */
static int threads = 1;

/* Those that ended and are joined by nobody: their memory is free once the kernel has let go of them. */
static struct pthread *ended;
static int ended_lock;

pthread_t pthread_self(void)
{
	struct pthread *self = thread_self();

	/* The first thread asks for its number when it wants one. */
	if (!self->tid)
		self->tid = gettid();
	return self;
}

int pthread_equal(pthread_t a, pthread_t b)
{
	return a == b;
}

static void release(struct pthread *thread)
{
	if (thread->stack)
		munmap(thread->stack, thread->stack_size);
}

static void release_ended(void)
{
	struct pthread **at = &ended, *thread;

	lll_lock(&ended_lock);
	while ((thread = *at)) {
		if (__atomic_load_n(&thread->tid, 0)) {
			at = (struct pthread **)&thread->arg;
			continue;
		}
		*at = thread->arg;
		release(thread);
	}
	lll_unlock(&ended_lock);
}

/* One mapping: a page that nobody may touch, the stack, the thread's variables, its descriptor. */
static struct pthread *allocate(size_t stack_size)
{
	size_t top = (__tls_size() + sizeof(struct pthread) + TLS_ALIGN - 1) & -(size_t)TLS_ALIGN;
	size_t size = (GUARD_SIZE + stack_size + top + 4095) & -4096UL;
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	struct pthread *thread;

	if (stack == MAP_FAILED)
		return NULL;
	mprotect(stack, GUARD_SIZE, PROT_NONE);
	thread = (struct pthread *)((unsigned long)(stack + size - sizeof(struct pthread)) & -(unsigned long)TLS_ALIGN);
	__tls_fill(thread);
	thread->stack = stack;
	thread->stack_size = size;
	return thread;
}

/* The first function on a thread's stack. */
static void __attribute__((noreturn)) start_thread(void)
{
	struct pthread *self = thread_self();

#ifdef CONFIG_UKL_BYPASS
	set_bypass_syscall(1);
#endif
	pthread_exit(self->start(self->arg));
}

/* The child comes out of the system call on its own, empty stack, and calls: nothing of this frame is there for it. */
static long clone_thread(struct pthread *thread)
{
	char *sp = (char *)((unsigned long)((char *)thread - __tls_size()) & -16UL);
	long ret;
	register int *child_tid __asm__("r10") = &thread->tid;
	register struct pthread *tls __asm__("r8") = thread;

	__asm__ volatile(CALL_CLONE
			 "testq %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "call *%%rbx\n"
			 "1:"
			 : "=a" (ret)
			 : "a" (__NR_clone), "D" (THREAD_FLAGS | CLONE_MODE), "S" (sp), "d" (&thread->tid), "r" (child_tid), "r" (tls),
			   "b" (start_thread)
			 : "rcx", "r11", "memory", "cc");
	return ret;
}

/* fork(): the child's one thread has another number, and nobody else is there. */
static void after_fork(void)
{
	struct pthread *self = thread_self();

	self->tid = syscall1(__NR_set_tid_address, (long)&self->tid);
	threads = 1;
	ended_lock = 0;
}

int pthread_create(pthread_t *made, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
	struct pthread *thread;
	long ret;

	if (__libc_single_threaded) {
		__libc_single_threaded = 0;
		__threads_after_fork = after_fork;
		/* So the first thread too can be waited for. */
		pthread_self()->tid = syscall1(__NR_set_tid_address, (long)&thread_self()->tid);
	}
	release_ended();
	thread = allocate(attr && attr->stack_size ? attr->stack_size : STACK_SIZE);
	if (!thread)
		return EAGAIN;
	thread->start = start;
	thread->arg = arg;
	thread->detached = attr && attr->detached;
	__sync_fetch_and_add(&threads, 1);
	*made = thread;
	ret = clone_thread(thread);
	if (ret < 0) {
		__sync_fetch_and_add(&threads, -1);
		release(thread);
		return -ret;
	}
	return 0;
}

void pthread_exit(void *result)
{
	struct pthread *self = thread_self();

	self->result = result;
	__run_key_destructors(self);
	if (__sync_fetch_and_add(&threads, -1) == 1)
		exit(0);
	/* The one that detaches it and the one that ends: who comes second sees to the memory. */
	if (__sync_val_compare_and_swap(&self->detached, 0, -1) == 1) {
		lll_lock(&ended_lock);
		self->arg = ended;
		ended = self;
		lll_unlock(&ended_lock);
	}
	for (;;)
		syscall1(__NR_exit, 0);
}

int pthread_join(pthread_t thread, void **result)
{
	int tid;

	if (thread->detached == 1)
		return EINVAL;
	if (thread == thread_self())
		return EDEADLK;
	while ((tid = __atomic_load_n(&thread->tid, 0)))
		syscall6(__NR_futex, (long)&thread->tid, FUTEX_WAIT, tid, 0, 0, 0);
	if (result)
		*result = thread->result;
	release(thread);
	return 0;
}

int pthread_tryjoin_np(pthread_t thread, void **result)
{
	return __atomic_load_n(&thread->tid, 0) ? EBUSY : pthread_join(thread, result);
}

int pthread_detach(pthread_t thread)
{
	int before = __sync_val_compare_and_swap(&thread->detached, 0, 1);

	if (before == 1)
		return EINVAL;
	if (before == -1)
		pthread_join(thread, NULL);
	return 0;
}

int pthread_kill(pthread_t thread, int sig)
{
	int tid = thread == thread_self() ? gettid() : __atomic_load_n(&thread->tid, 0);

	if (!tid)
		return ESRCH;
	return -syscall3(__NR_tgkill, getpid(), tid, sig);
}
