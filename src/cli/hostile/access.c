/* Accesses that only the CPU can refuse: unaligned with AC, across the end of the lower half, a step over a system call. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>

static sigjmp_buf back;
static char aligned[64] __attribute__((aligned(64)));
static volatile int steps;

static void caught(int sig, siginfo_t *info, void *context)
{
	/* AC is still set. */
	__asm__ volatile("pushfq; andq $~0x40000, (%%rsp); popfq" : : : "cc", "memory");
	printf("signal %d code %d address %p vector %d\n", sig, info->si_code, info->si_addr, (int)((ucontext_t *)context)->uc_mcontext.gregs[REG_TRAPNO]);
	siglongjmp(back, 1);
}

static void step(int sig)
{
	(void)sig;
	steps++;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = caught, .sa_flags = SA_SIGINFO };

	setvbuf(stdout, NULL, _IONBF, 0);
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	if (!sigsetjmp(back, 1))
		__asm__ volatile("pushfq; orl $0x40000, (%%rsp); popfq; mov 1(%0), %%eax; pushfq; andl $~0x40000, (%%rsp); popfq" : : "r" (aligned) : "rax", "memory", "cc");
	if (!sigsetjmp(back, 1))
		__asm__ volatile("mov (%0), %%rax" : : "r" (0x7ffffffffffcul) : "rax");
	signal(SIGTRAP, step);
	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; mov $39, %%eax; syscall; nop; pushfq; andq $~0x100, (%%rsp); popfq" : : : "rax", "rcx", "r11",
		"memory", "cc");
	printf("%d steps\n", steps);
	return 0;
}
