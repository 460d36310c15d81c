/* Signals: sent, blocked, waited for, handled. glibc: sysdeps/unix/sysv/linux/libc_sigaction.c. */
#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include "lib/sysdep.h"

#define SA_RESTORER	0x04000000

struct kernel_sigaction {
	sighandler_t handler;
	unsigned long flags;
	void (*restorer)(void);
	sigset_t mask;
};

/* restore_rt.S: what a handler returns to. */
void __restore_rt(void);

int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct kernel_sigaction new, was;
	long ret;

	if (act) {
		new.handler = act->sa_handler;
		new.flags = act->sa_flags | SA_RESTORER;
		new.restorer = __restore_rt;
		new.mask = act->sa_mask;
	}
	ret = result(syscall6(__NR_rt_sigaction, sig, (long)(act ? &new : NULL), (long)(old ? &was : NULL), sizeof(sigset_t), 0, 0));
	if (ret == 0 && old) {
		old->sa_handler = was.handler;
		old->sa_mask = was.mask;
		old->sa_flags = was.flags & ~SA_RESTORER;
	}
	return ret;
}

/* As BSD and glibc have it: what was interrupted goes on, and the handler stays. */
sighandler_t signal(int sig, sighandler_t handler)
{
	struct sigaction new = { .sa_handler = handler, .sa_flags = SA_RESTART }, old;

	return sigaction(sig, &new, &old) < 0 ? SIG_ERR : old.sa_handler;
}

int kill(pid_t pid, int sig)
{
	return result(syscall2(__NR_kill, pid, sig));
}

int killpg(pid_t group, int sig)
{
	return kill(-group, sig);
}

int raise(int sig)
{
	return result(syscall3(__NR_tgkill, getpid(), gettid(), sig));
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	return -syscall6(__NR_rt_sigprocmask, how, (long)set, (long)old, sizeof(sigset_t), 0, 0);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	return result(-pthread_sigmask(how, set, old));
}

int sigsuspend(const sigset_t *mask)
{
	return result(syscall2(__NR_rt_sigsuspend, (long)mask, sizeof(sigset_t)));
}

int sigpending(sigset_t *set)
{
	return result(syscall2(__NR_rt_sigpending, (long)set, sizeof(sigset_t)));
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	return result(syscall6(__NR_rt_sigtimedwait, (long)set, (long)info, (long)timeout, sizeof(sigset_t), 0, 0));
}

int sigwait(const sigset_t *set, int *sig)
{
	int ret;

	do {
		ret = sigtimedwait(set, NULL, NULL);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0)
		return errno;
	*sig = ret;
	return 0;
}

int pause(void)
{
	return result(syscall0(__NR_pause));
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int sigfillset(sigset_t *set)
{
	*set = -1UL;
	return 0;
}

static int is_signal(int sig)
{
	if (sig > 0 && sig < NSIG)
		return 1;
	errno = EINVAL;
	return 0;
}

int sigaddset(sigset_t *set, int sig)
{
	if (!is_signal(sig))
		return -1;
	*set |= 1UL << (sig - 1);
	return 0;
}

int sigdelset(sigset_t *set, int sig)
{
	if (!is_signal(sig))
		return -1;
	*set &= ~(1UL << (sig - 1));
	return 0;
}

int sigismember(const sigset_t *set, int sig)
{
	return is_signal(sig) ? (*set >> (sig - 1)) & 1 : -1;
}
