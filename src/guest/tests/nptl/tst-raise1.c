/* needs: signals. raise() is done when it returns, in the thread that called it. */
#include "test.h"

static volatile sig_atomic_t count;

static void handler(int sig)
{
	(void)sig;
	count++;
}

static int do_test(void)
{
	CHECK(signal(SIGUSR1, handler) == SIG_DFL);
	CHECK(raise(SIGUSR1) == 0 && count == 1);
	CHECK(raise(SIGUSR1) == 0 && count == 2);
	return signal(SIGUSR1, SIG_DFL) != handler;
}
