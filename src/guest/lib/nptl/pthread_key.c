/* A thread's own values, by keys. glibc: nptl/pthread_key_create.c, nptl/pthread_setspecific.c. */
#include <errno.h>
#include <pthread.h>
#include "lib/nptl/descr.h"
#include "lib/nptl/futex.h"
#include "lib/nptl/specific.h"

/* A sequence number that is odd: in use. A value set under another one is of a key that is gone. */
static struct {
	unsigned int sequence;
	void (*destructor)(void *);
} keys[PTHREAD_KEYS_MAX];
static int keys_lock;

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
	unsigned int n;

	lll_lock(&keys_lock);
	for (n = 0; n < PTHREAD_KEYS_MAX && (keys[n].sequence & 1); n++)
		;
	if (n < PTHREAD_KEYS_MAX) {
		keys[n].sequence++;
		keys[n].destructor = destructor;
		*key = n;
	}
	lll_unlock(&keys_lock);
	return n < PTHREAD_KEYS_MAX ? 0 : EAGAIN;
}

static int is_key(pthread_key_t key)
{
	return key < PTHREAD_KEYS_MAX && (keys[key].sequence & 1);
}

int pthread_key_delete(pthread_key_t key)
{
	int ret = EINVAL;

	lll_lock(&keys_lock);
	if (is_key(key)) {
		keys[key].sequence++;
		ret = 0;
	}
	lll_unlock(&keys_lock);
	return ret;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
	struct pthread *self = thread_self();

	if (!is_key(key))
		return EINVAL;
	self->specific[key] = value;
	self->specific_sequence[key] = keys[key].sequence;
	return 0;
}

void *pthread_getspecific(pthread_key_t key)
{
	struct pthread *self = thread_self();

	if (!is_key(key) || self->specific_sequence[key] != keys[key].sequence)
		return NULL;
	return (void *)self->specific[key];
}

/* A destructor may set values again, so there are several rounds. POSIX leaves it at that. */
void __run_key_destructors(struct pthread *self)
{
	int round, again = 1;
	unsigned int n;

	for (round = 0; again && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
		again = 0;
		for (n = 0; n < PTHREAD_KEYS_MAX; n++) {
			void *value = pthread_getspecific(n);

			if (!value || !keys[n].destructor)
				continue;
			self->specific[n] = NULL;
			keys[n].destructor(value);
			again = 1;
		}
	}
}
