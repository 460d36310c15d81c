/* Locks that never sleep. */
#include <errno.h>
#include <pthread.h>

int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
	(void)shared;
	*lock = 0;
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock)
{
	(void)lock;
	return 0;
}

int pthread_spin_lock(pthread_spinlock_t *lock)
{
	while (__sync_lock_test_and_set(lock, 1)) {
		while (__atomic_load_n(lock, 0))
			__asm__ volatile("pause" : : : "memory");
	}
	return 0;
}

int pthread_spin_trylock(pthread_spinlock_t *lock)
{
	return __sync_lock_test_and_set(lock, 1) ? EBUSY : 0;
}

int pthread_spin_unlock(pthread_spinlock_t *lock)
{
	__sync_lock_release(lock);
	return 0;
}
