/* From _start to main() and out again. glibc: csu/libc-start.c, csu/libc-tls.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "lib/nptl/descr.h"
#include "lib/sysdep.h"

#define ARCH_SET_FS	0x1002

char **environ;
char __libc_single_threaded = 1;
void (*__run_exit_functions)(void);

int main(int argc, char **argv, char **envp);

/* The link's own bounds of the initial thread-local data. */
extern char __tls_data_start[], __tls_data_end[], __tls_bss_start[], __tls_bss_end[];

static unsigned long round_up(unsigned long value, unsigned long to)
{
	return (value + to - 1) & -to;
}

size_t __tls_size(void)
{
	if (__tls_bss_end < __tls_data_start)
		return round_up(__tls_data_end - __tls_data_start, TLS_ALIGN);
	return round_up(__tls_bss_end - __tls_data_start, TLS_ALIGN);
}

/* The memory is zero already. */
void __tls_fill(struct pthread *thread)
{
	memcpy((char *)thread - __tls_size(), __tls_data_start, __tls_data_end - __tls_data_start);
	thread->self = thread;
}

/* Memory from brk: variables end where the descriptor begins. */
static void setup_tls(void)
{
	size_t size = __tls_size();
	/* sbrk() may not report an error yet: errno itself lives in this block. */
	char *block = (char *)round_up((unsigned long)sbrk(size + sizeof(struct pthread) + TLS_ALIGN), TLS_ALIGN);

	__tls_fill((struct pthread *)(block + size));
	syscall2(__NR_arch_prctl, ARCH_SET_FS, (long)(block + size));
}

void __libc_start_main(int argc, char **argv)
{
	setup_tls();
#ifdef CONFIG_UKL_BYPASS
	set_bypass_syscall(1);
#endif
	environ = argv + argc + 1;
	exit(main(argc, argv, environ));
}

#ifdef CONFIG_UKL_ENTRY_NONE
#define KMAIN_STACK_SIZE	(1024 * 1024)
/* VM, FS, FILES, SIGHAND, THREAD, SYSVSEM; and UKL's own. */
#define KMAIN_CLONE_FLAGS	0x100050f00UL

static int kmain_argc;
static char **kmain_argv;

static void kmain(void)
{
	environ = kmain_argv + kmain_argc + 1;
	exit(main(kmain_argc, kmain_argv, environ));
}

/*
 * UKL's first version: called by the kernel, on the stack of a kernel thread, in place of exec. UKL_EARLY_PTHREAD: the
 * application gets a thread of its own before it does anything else, and with that a stack that is larger than 16 KiB. It
 * takes over the thread-local block: the kernel thread has no further use for it.
 */
void lib_start_kmain(int argc, char **argv)
{
	setup_tls();
	kmain_argc = argc;
	kmain_argv = argv;
#ifdef CONFIG_UKL_EARLY_PTHREAD
	{
		char *stack = mmap(NULL, KMAIN_STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
		long ret;

		if (stack == MAP_FAILED)
			abort();
		__asm__ volatile("call sys_clone\n\t"
				 "testq %%rax, %%rax\n\t"
				 "jnz 1f\n\t"
				 "xorl %%ebp, %%ebp\n\t"
				 "call *%%rbx\n"
				 "1:"
				 : "=a" (ret)
				 : "D" (KMAIN_CLONE_FLAGS), "S" (stack + KMAIN_STACK_SIZE), "b" (kmain)
				 : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc");
		if (ret < 0)
			abort();
	}
#else
	kmain();
#endif
}
#endif

void exit(int status)
{
	if (__run_exit_functions)
		__run_exit_functions();
	fflush(NULL);
	_exit(status);
}

void abort(void)
{
	_exit(134);
}
