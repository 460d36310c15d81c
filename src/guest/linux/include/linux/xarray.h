/*
 * An array of pointers that may be sparse, of which only what is used takes memory. Linux: include/linux/xarray.h, lib/xarray.c.
 * Simplified: a tree of a fixed branching, without marks, locks or multi-index entries.
 */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <linux/types.h>

struct xa_node;

struct xarray {
	struct xa_node *head;
	unsigned int levels;		/* of the tree under head; 0: empty */
};

/* NULL where nothing has been stored. */
void *xa_load(const struct xarray *xa, unsigned long index);
/* There is nothing at index yet. 0 or -ENOMEM. */
int xa_insert(struct xarray *xa, unsigned long index, void *entry);
/* Takes out everything from index first on, and tells put of each entry. */
void xa_truncate(struct xarray *xa, unsigned long first, void (*put)(void *entry, unsigned long index, void *data), void *data);
void xarray_init(void);

#endif
