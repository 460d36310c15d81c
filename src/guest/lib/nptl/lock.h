/* Locks of the library's own, which cost a test as long as there is one thread. glibc: sysdeps/nptl/libc-lock.h. */
#ifndef _NPTL_LOCK_H
#define _NPTL_LOCK_H

#include <sys/single_threaded.h>
#include "lib/nptl/futex.h"

static inline void libc_lock(int *lock)
{
	if (!__libc_single_threaded)
		lll_lock(lock);
}

/* A first thread that became one of several meanwhile lets go of what it never took: the word stays 0. */
static inline void libc_unlock(int *lock)
{
	if (!__libc_single_threaded)
		lll_unlock(lock);
}

extern int __malloc_lock;

#endif
