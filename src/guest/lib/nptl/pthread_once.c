/* Once, whoever comes first; the others wait until it is done. glibc: nptl/pthread_once.c. */
#include <pthread.h>
#include "lib/nptl/futex.h"

enum { NOT_YET, RUNNING, DONE };

int pthread_once(pthread_once_t *once, void (*init)(void))
{
	int seen;

	while ((seen = __sync_val_compare_and_swap(once, NOT_YET, RUNNING)) != DONE) {
		if (seen == RUNNING) {
			futex_wait(once, RUNNING);
			continue;
		}
		init();
		__atomic_store_n(once, DONE, 0);
		futex_wake(once, INT_MAX);
		break;
	}
	return 0;
}
