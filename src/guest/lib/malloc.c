/*
 * Memory from the heap: blocks in address order, each with its size before it; the first one that is large enough is
 * taken, neighbours that are free are joined when one is looked for. K&R's idea; slow for many blocks, easy to follow.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lib/nptl/lock.h"

struct block {
	size_t size;		/* of what follows, a multiple of 16 */
	size_t is_free;
};

#define GROW	65536

static struct block *first, *end;
int __malloc_lock;

static struct block *next_block(struct block *b)
{
	return (struct block *)((char *)(b + 1) + b->size);
}

static int grow(size_t size)
{
	size_t want = (size + sizeof(struct block) + GROW - 1) & -(size_t)GROW;
	struct block *b = sbrk(0);

	/* The first block starts at a multiple of 16. */
	if (!first && ((unsigned long)b & 15)) {
		sbrk(16 - ((unsigned long)b & 15));
		b = sbrk(0);
	}
	if (sbrk(want) == (void *)-1)
		return 0;
	b->size = want - sizeof(struct block);
	b->is_free = 1;
	if (!first)
		first = b;
	end = next_block(b);
	return 1;
}

static void *allocate(size_t size)
{
	struct block *b;

	size = (size + 15) & -16UL;
	if (!size)
		size = 16;
	for (;;) {
		for (b = first; b && b < end; b = next_block(b)) {
			if (!b->is_free)
				continue;
			while (next_block(b) < end && next_block(b)->is_free)
				b->size += sizeof(struct block) + next_block(b)->size;
			if (b->size < size)
				continue;
			if (b->size >= size + 2 * sizeof(struct block)) {
				struct block *rest = (struct block *)((char *)(b + 1) + size);

				rest->size = b->size - size - sizeof(struct block);
				rest->is_free = 1;
				b->size = size;
			}
			b->is_free = 0;
			return b + 1;
		}
		if (!grow(size))
			return NULL;
	}
}

void *malloc(size_t size)
{
	void *p;

	if (size > -1UL / 2) {
		errno = ENOMEM;
		return NULL;
	}
	libc_lock(&__malloc_lock);
	p = allocate(size);
	libc_unlock(&__malloc_lock);
	return p;
}

void free(void *p)
{
	if (!p)
		return;
	libc_lock(&__malloc_lock);
	((struct block *)p - 1)->is_free = 1;
	libc_unlock(&__malloc_lock);
}

void *calloc(size_t n, size_t size)
{
	void *p = size && n > -1UL / size ? NULL : malloc(n * size);

	return p ? memset(p, 0, n * size) : NULL;
}

void *realloc(void *p, size_t size)
{
	void *q = malloc(size);

	if (p && q) {
		size_t old = ((struct block *)p - 1)->size;

		memcpy(q, p, old < size ? old : size);
		free(p);
	}
	return q;
}
