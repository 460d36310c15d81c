/*
 * Where the bytes of a message come from, or go to: pieces of user or kernel memory, and how far one has come.
 * Linux: include/linux/uio.h, lib/iov_iter.c. Simplified: no pages, pipes or bio_vecs: an iov_iter is always a vector of plain memory.
 */
#ifndef _LINUX_UIO_H
#define _LINUX_UIO_H

#include <linux/types.h>
#include <linux/compiler.h>

#define UIO_FASTIOV	8
#define UIO_MAXIOV	1024
/* Linux never moves more at once. */
#define MAX_RW_COUNT	0x7ffff000UL

/* Directions, as the caller sees them: READ fills the memory. */
#define READ		0
#define WRITE		1

struct iovec {
	void __user *iov_base;
	size_t iov_len;
};

/* The same with memory of the kernel. */
struct kvec {
	void *iov_base;
	size_t iov_len;
};

enum iter_type {
	ITER_IOVEC,
	ITER_KVEC,
};

struct iov_iter {
	u8 iter_type;
	bool data_source;		/* WRITE: bytes come from it */
	size_t iov_offset;		/* in the first of the vector */
	size_t count;			/* bytes that are left */
	union {
		const struct iovec *iov;
		const struct kvec *kvec;
	};
	unsigned long nr_segs;
};

static inline size_t iov_iter_count(const struct iov_iter *i)
{
	return i->count;
}

/* No more than this many from now on. */
static inline void iov_iter_truncate(struct iov_iter *i, u64 count)
{
	if (i->count > count)
		i->count = count;
}

void iov_iter_init(struct iov_iter *i, unsigned int direction, const struct iovec *iov, unsigned long nr_segs, size_t count);
void iov_iter_kvec(struct iov_iter *i, unsigned int direction, const struct kvec *kvec, unsigned long nr_segs, size_t count);
void iov_iter_advance(struct iov_iter *i, size_t bytes);
/* Back by as many bytes as one has gone. */
void iov_iter_revert(struct iov_iter *i, size_t bytes);
/* Bytes that were copied: fewer than asked for where user memory ended. The iterator goes on by them. */
size_t copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i);
size_t copy_from_iter(void *addr, size_t bytes, struct iov_iter *i);

/* All or nothing: then the iterator stays where it was. */
static inline bool copy_from_iter_full(void *addr, size_t bytes, struct iov_iter *i)
{
	size_t copied = copy_from_iter(addr, bytes, i);

	if (copied == bytes)
		return true;
	iov_iter_revert(i, copied);
	return false;
}

/*
 * The vector of a system call, copied and checked as a whole before a byte moves. *iov: in, an array of fast_segs; out, what is
 * to be given to kfree() (NULL: nothing). Bytes, or an errno.
 */
ssize_t import_iovec(int type, const struct iovec __user *uvec, unsigned long nr_segs, unsigned long fast_segs, struct iovec **iov,
		     struct iov_iter *i);
int import_single_range(int type, void __user *buf, size_t len, struct iovec *iov, struct iov_iter *i);

#endif
