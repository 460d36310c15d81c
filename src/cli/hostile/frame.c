/*
 * A handler changes one part of what its return will restore, for each part that there is. Nothing of it may do more than end
 * the program; each time that signal which the CPU's refusal leads to is caught, and the next part tried.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define NON_CANONICAL	0x8000000000000000
#define ABOVE_USER	0x800000000000
#define KERNEL		0xffffffff81000000
/* In the saved FXSAVE area, in words of four bytes. */
#define MXCSR		6

static sigjmp_buf back;
static int part;
static char stack[65536];

static void change(ucontext_t *c)
{
	greg_t *g = c->uc_mcontext.gregs;
	uint32_t *fp = (uint32_t *)c->uc_mcontext.fpregs;

	switch (part) {
	case 0: g[REG_RIP] = NON_CANONICAL; break;
	case 1: g[REG_RIP] = ABOVE_USER; break;
	case 2: g[REG_RIP] = KERNEL; break;
	case 3: g[REG_RIP] = 0x7fffffffffff; break;
	case 4: g[REG_RSP] = NON_CANONICAL; break;
	case 5: g[REG_RSP] = KERNEL; break;
	case 6: g[REG_RSP] = 0x7fffffffffff; break;
	case 7: g[REG_RSP] = 0; break;
	case 8: g[REG_CSGSFS] = 0; break;
	case 9: g[REG_CSGSFS] |= 0xffff; break;
	case 10: g[REG_CSGSFS] = 0x002b00000000ffff; break;
	case 11: g[REG_CSGSFS] = (g[REG_CSGSFS] & ~0xffffLL) | 0x10; break;
	case 12: g[REG_CSGSFS] = (g[REG_CSGSFS] & 0xffffffffffffLL) | 0x18LL << 48; break;
	case 13: g[REG_CSGSFS] = (g[REG_CSGSFS] & 0xffffffffffffLL) | 0x33LL << 48; break;
	case 14: g[REG_CSGSFS] = (g[REG_CSGSFS] & ~0xffffLL) | 0x2b; break;
	case 15: g[REG_CSGSFS] = (g[REG_CSGSFS] & ~0xffffLL) | 0xc3; break;
	case 16: g[REG_EFL] |= 0x100; break;		/* TF */
	case 17: g[REG_EFL] |= 0x4000; break;		/* NT */
	case 18: g[REG_EFL] |= 0x3000; break;		/* IOPL */
	case 19: g[REG_EFL] |= 0x20000; break;		/* VM */
	case 20: g[REG_EFL] |= 0x10000; break;		/* RF */
	case 21: g[REG_EFL] &= ~0x200; break;		/* IF */
	case 22: g[REG_EFL] = -1; break;
	case 23: fp[MXCSR] = 0xffffffff; break;
	case 24: fp[MXCSR] = 0x10000; break;
	case 25: fp[MXCSR] = 0x1fc0; break;		/* denormals are zero */
	case 26: memset(fp, 0xff, 512); break;
	case 27: c->uc_mcontext.fpregs = (void *)NON_CANONICAL; break;
	case 28: c->uc_mcontext.fpregs = (void *)KERNEL; break;
	case 29: c->uc_mcontext.fpregs = (void *)((char *)fp + 1); break;
	case 30: c->uc_mcontext.fpregs = (void *)8; break;
	case 31: c->uc_mcontext.fpregs = NULL; break;
	case 32: c->uc_stack.ss_flags = 77; break;
	case 33: c->uc_stack.ss_flags = 0; c->uc_stack.ss_size = 1; break;
	case 34: c->uc_flags = -1; break;
	case 35: g[REG_RAX] = -512; break;		/* ERESTARTSYS, which no program sees */
	case 36: memset(&c->uc_sigmask, 0xff, 8); break;
	case 37: c->uc_link = (void *)KERNEL; break;
	}
}

static void spoil(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	change(context);
}

static void refused(int sig, siginfo_t *info, void *context)
{
	static char text[100];

	(void)context;
	/* What the frame said of flags is still set. */
	__asm__ volatile("pushfq; andq $~0x40400, (%%rsp); popfq" : : : "cc", "memory");
	snprintf(text, sizeof(text), "signal %d code %d", sig, info->si_code);
	puts(text);
	siglongjmp(back, 1);
}

int main(void)
{
	static const int refusals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE };
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_sigaction = refused, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	unsigned i;

	setvbuf(stdout, NULL, _IONBF, 0);
	for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		sigaction(refusals[i], &sa, NULL);
	sa.sa_sigaction = spoil;
	sa.sa_flags = SA_SIGINFO;
	sigaction(SIGUSR1, &sa, NULL);
	for (part = 0; part < 38; part++) {
		sigset_t set, none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		sigaltstack(&alternate, NULL);
		printf("%d: ", part);
		if (sigsetjmp(back, 1))
			continue;
		raise(SIGUSR1);
		__asm__ volatile("pushfq; andq $~0x40500, (%%rsp); popfq" : : : "cc", "memory");
		sigprocmask(SIG_BLOCK, NULL, &set);
		printf("back %d%d\n", sigismember(&set, SIGUSR2), sigismember(&set, SIGKILL));
	}
	return 7;
}
