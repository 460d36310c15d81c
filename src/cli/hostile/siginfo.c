/* What a handler is told: of each fault its si_code and address, of each sender its kind; and what becomes of what waits. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static siginfo_t info;
static stack_t seen;
static long trapno, err;
static volatile int steps, order;
static char stack[65536];

static void caught(int sig, siginfo_t *i, void *context)
{
	ucontext_t *c = context;

	(void)sig;
	info = *i;
	seen = c->uc_stack;
	trapno = c->uc_mcontext.gregs[REG_TRAPNO];
	err = c->uc_mcontext.gregs[REG_ERR];
	siglongjmp(back, 1);
}

static void note(int sig, siginfo_t *i, void *context)
{
	(void)context;
	info = *i;
	order = order * 100 + sig;
}

static void step(int sig)
{
	(void)sig;
	steps++;
}

static void on(int sig, void *handler, int flags)
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = flags };

	sigaction(sig, &sa, NULL);
}

#define FAULT(what, code, where) do { \
	memset(&info, 0, sizeof(info)); \
	if (!sigsetjmp(back, 1)) { code; } \
	printf("%s: signal %d code %d address %s vector %ld error %ld\n", what, info.si_signo, info.si_code, \
	       !info.si_addr ? "none" : info.si_addr == (void *)(where) ? "right" : "wrong", trapno, err); \
} while (0)

static double volatile one = 1, nought, huge = 1e300, third = 3, result;
static int volatile zero;

/* Each exception alone, not masked. */
#define UNMASKED(bit, op) do { \
	unsigned int csr = 0x1f80 & ~(0x80u << (bit)); \
	__asm__ volatile("ldmxcsr %0" : : "m" (csr)); \
	op; \
} while (0)

int main(int argc, char **argv)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE };
	char *none = mmap(0, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *readable = mmap(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	sigset_t set, old;
	unsigned i;

	(void)argv;
	setvbuf(stdout, NULL, _IONBF, 0);
	sigaltstack(&alternate, NULL);
	for (i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		on(faults[i], caught, SA_SIGINFO | SA_ONSTACK);
	munmap(none + 4096, 4096);
	FAULT("no right", *(volatile char *)(none + 5), none + 5);
	printf("stack %d %d %ld\n", seen.ss_sp == stack, seen.ss_flags, (long)seen.ss_size);
	FAULT("no mapping", *(volatile char *)(none + 4096), none + 4096);
	FAULT("write to what is read", *(volatile char *)readable = 1, readable);
	FAULT("execute data", ((void (*)(void))readable)(), readable);
	FAULT("page of the kernel", *(volatile char *)0xffffffff81000000, 0xffffffff81000000);
	FAULT("not canonical", *(volatile char *)0x800000000000, 1);
	FAULT("stack not canonical", __asm__ volatile("mov %%rsp, %%rbx; mov %0, %%rsp; push %%rax" : : "r" (0x800000000010) : "rbx"), 1);
	FAULT("privileged", __asm__ volatile("cli"), 1);
	FAULT("divide", __asm__ volatile("here1: divl %1" : : "a" (1), "m" (zero), "d" (0)), ({ extern char here1[]; here1; }));
	FAULT("ud2", __asm__ volatile("here2: ud2"), ({ extern char here2[]; here2; }));
	FAULT("int3", __asm__ volatile("int3"), 1);
	FAULT("int1", __asm__ volatile(".byte 0xf1; here3:"), ({ extern char here3[]; here3; }));
	FAULT("int 13", __asm__ volatile("int $13"), 1);
	FAULT("invalid", UNMASKED(0, result = nought / nought), info.si_addr);
	FAULT("division by zero", UNMASKED(2, result = one / nought), info.si_addr);
	FAULT("overflow", UNMASKED(3, result = huge * huge), info.si_addr);
	FAULT("underflow", UNMASKED(4, result = one / huge / huge), info.si_addr);
	FAULT("inexact", UNMASKED(5, result = one / third), info.si_addr);
	FAULT("x87 division", { unsigned short cw = 0x037b; __asm__ volatile("fldcw %0; fld1; fldz; fdivrp; fwait" : : "m" (cw)); }, info.si_addr);
	__asm__ volatile("fninit");

	on(SIGTRAP, step, 0);
	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; mov $39, %%eax; nop; pushfq; andq $~0x100, (%%rsp); popfq" : : : "rax", "rcx", "r11", "memory",
		"cc");
	printf("%d steps\n", steps);

	on(SIGUSR1, note, SA_SIGINFO);
	on(SIGUSR2, note, SA_SIGINFO);
	on(SIGRTMIN, note, SA_SIGINFO);
	kill(getpid(), SIGUSR1);
	printf("kill %d by me %d\n", info.si_code, info.si_pid == getpid());
	raise(SIGUSR1);
	printf("tkill %d by me %d\n", info.si_code, info.si_pid == getpid());

	order = 0;
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, &old);
	raise(SIGUSR2);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGRTMIN);
	raise(SIGRTMIN);
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("came %d\n", order);

	order = 0;
	sigprocmask(SIG_SETMASK, &set, &old);
	raise(SIGUSR1);
	signal(SIGUSR1, SIG_IGN);
	on(SIGUSR1, note, SA_SIGINFO);
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("ignored meanwhile: %d\n", order);

	on(SIGUSR1, note, SA_SIGINFO);
	errno = 0;
	printf("bad pointer %ld", syscall(SYS_rt_sigaction, SIGUSR1, -4096L, 0, 8));
	printf(" %s\n", strerror(errno));
	raise(SIGUSR1);
	printf("still handled %d\n", order);
	printf("bad size %ld, kill %ld, number %ld\n", syscall(SYS_rt_sigaction, SIGUSR1, 0, 0, 4), syscall(SYS_rt_sigaction, SIGKILL, &(char [32]) { 0 }, 0, 8),
		syscall(SYS_rt_sigaction, 65, 0, 0, 8));
	struct sigaction sa = { .sa_handler = step, .sa_flags = 0x01f00000 };
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGUSR1, NULL, &sa);
	printf("flags kept %x\n", sa.sa_flags & ~0x04000000);
	alternate.ss_flags = 5;
	printf("stack: flags %d", sigaltstack(&alternate, NULL));
	alternate.ss_flags = SS_DISABLE;
	printf(", off %d", sigaltstack(&alternate, NULL));
	sigaltstack(NULL, &seen);
	printf(", is %d %p\n", seen.ss_flags, seen.ss_sp);
	printf("kill: nobody %d, no signal %d, group %d; tkill: 0 %ld, stranger %ld\n", kill(999999, 99), kill(getpid(), 99), kill(0, 0), syscall(SYS_tkill, 0, 0),
		syscall(SYS_tgkill, 1, getpid(), 0));

	/* A frame that has no place ends the program. */
	if (argc > 1) {
		on(SIGUSR1, note, SA_SIGINFO);
		__asm__ volatile("mov $8, %%rsp; mov %0, %%edi; mov %1, %%esi; mov $200, %%eax; syscall" : : "r" (getpid()), "r" (SIGUSR1) : "rax", "rcx", "rdi", "rsi",
			"r11");
	}
	return 3;
}
