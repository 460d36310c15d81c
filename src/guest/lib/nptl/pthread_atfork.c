/* What an application has done around a fork. glibc: nptl/register-atfork.c. */
#include <errno.h>
#include <pthread.h>
#include "lib/nptl/futex.h"
#include "lib/posix/fork.h"

#define MAX_HANDLERS	16

static struct {
	void (*prepare)(void);
	void (*after[2])(void);
} handlers[MAX_HANDLERS];
static int count, lock;

/* The last that was registered first. */
static void before_fork(void)
{
	int n;

	lll_lock(&lock);
	for (n = count; n-- > 0; )
		if (handlers[n].prepare)
			handlers[n].prepare();
}

static void after_fork(int is_child)
{
	int n;

	for (n = 0; n < count; n++)
		if (handlers[n].after[is_child])
			handlers[n].after[is_child]();
	lll_unlock(&lock);
}

int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	int ret = ENOMEM;

	lll_lock(&lock);
	if (count < MAX_HANDLERS) {
		handlers[count].prepare = prepare;
		handlers[count].after[0] = parent;
		handlers[count++].after[1] = child;
		__before_fork = before_fork;
		__after_fork = after_fork;
		ret = 0;
	}
	lll_unlock(&lock);
	return ret;
}
