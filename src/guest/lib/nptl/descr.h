/*
 * What the library knows of a thread. FS points at it, and its first word at itself: ABI, "Thread-Local Storage", variant II.
 * glibc: nptl/descr.h, sysdeps/x86_64/nptl/tls.h.
 */
#ifndef _NPTL_DESCR_H
#define _NPTL_DESCR_H

#include <pthread.h>

#define TLS_ALIGN	16

struct pthread {
	struct pthread *self;
	int tid;	/* the kernel makes it 0 when the thread is gone, and wakes who waits for that */
	int detached;	/* 1: nobody will join it; -1: it was joined or ended so that nobody can */
	void *(*start)(void *);
	void *arg;
	void *result;
	/* All of its memory; 0 for the first thread. */
	char *stack;
	size_t stack_size;
	const void *specific[PTHREAD_KEYS_MAX];
	unsigned int specific_sequence[PTHREAD_KEYS_MAX];
};

static inline struct pthread *thread_self(void)
{
	struct pthread *self;

	__asm__("movq %%fs:0, %0" : "=r" (self));
	return self;
}

/* libc-start.c. The block of variables that lies below a descriptor: its size, and its first contents. */
size_t __tls_size(void);
void __tls_fill(struct pthread *thread);

#endif
