/* Sparse arrays. Linux: lib/xarray.c. Each node has the six bits of the index that its level stands for. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#define XA_CHUNK_SHIFT	6
#define XA_CHUNK_SIZE	(1UL << XA_CHUNK_SHIFT)
#define XA_CHUNK_MASK	(XA_CHUNK_SIZE - 1)
#define MAX_LEVELS	DIV_ROUND_UP(64, XA_CHUNK_SHIFT)

struct xa_node {
	unsigned int count;		/* slots in use */
	void *slots[XA_CHUNK_SIZE];
};

static struct kmem_cache *xa_node_cachep;

void __init xarray_init(void)
{
	xa_node_cachep = kmem_cache_create("radix_tree_node", sizeof(struct xa_node));
}

/* Is index beyond what a tree of so many levels can hold? */
static bool beyond(unsigned int levels, unsigned long index)
{
	return levels < MAX_LEVELS && (!levels || index >> (levels * XA_CHUNK_SHIFT));
}

static unsigned long slot_of(unsigned long index, unsigned int level)
{
	return (index >> (level * XA_CHUNK_SHIFT)) & XA_CHUNK_MASK;
}

void *xa_load(const struct xarray *xa, unsigned long index)
{
	unsigned int level = xa->levels;
	void *entry = xa->head;

	if (beyond(level, index))
		return NULL;
	while (level-- && entry)
		entry = ((struct xa_node *)entry)->slots[slot_of(index, level)];
	return entry;
}

static struct xa_node *new_node(void)
{
	return kmem_cache_zalloc(xa_node_cachep, GFP_KERNEL);
}

/* Frees the nodes on the way to index that hold nothing. */
static void prune(struct xarray *xa, unsigned long index)
{
	void **slot[MAX_LEVELS + 1];
	struct xa_node *nodes[MAX_LEVELS + 1];
	unsigned int level = xa->levels, depth = 0;
	struct xa_node *node = xa->head;

	while (level-- && node) {
		nodes[depth] = node;
		slot[depth] = &node->slots[slot_of(index, level)];
		node = *slot[depth++];
	}
	while (depth-- && !nodes[depth]->count) {
		kmem_cache_free(xa_node_cachep, nodes[depth]);
		if (depth) {
			*slot[depth - 1] = NULL;
			nodes[depth - 1]->count--;
		} else {
			xa->head = NULL;
			xa->levels = 0;
		}
	}
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry)
{
	struct xa_node *node;
	unsigned int level;

	while (beyond(xa->levels, index) || !xa->head) {
		node = new_node();
		if (!node) {
			prune(xa, index);
			return -ENOMEM;
		}
		if (xa->head) {
			node->slots[0] = xa->head;
			node->count = 1;
		}
		xa->head = node;
		xa->levels++;
	}
	node = xa->head;
	for (level = xa->levels - 1; level; level--) {
		void **slot = &node->slots[slot_of(index, level)];

		if (!*slot) {
			*slot = new_node();
			if (!*slot) {
				prune(xa, index);
				return -ENOMEM;
			}
			node->count++;
		}
		node = *slot;
	}
	node->slots[slot_of(index, 0)] = entry;
	node->count++;
	return 0;
}

/* base: the index of the node's first slot. Recursion is as deep as the tree. */
static void truncate_node(struct xa_node *node, unsigned int level, unsigned long base, unsigned long first,
			  void (*put)(void *, unsigned long, void *), void *data)
{
	unsigned long i;

	for (i = 0; i < XA_CHUNK_SIZE; i++) {
		unsigned long start = base + (i << (level * XA_CHUNK_SHIFT));
		unsigned long last = start + ((1UL << (level * XA_CHUNK_SHIFT)) - 1);
		void *entry = node->slots[i];

		if (!entry || last < first)
			continue;
		if (level) {
			truncate_node(entry, level - 1, start, first, put, data);
			if (((struct xa_node *)entry)->count)
				continue;
			kmem_cache_free(xa_node_cachep, entry);
		} else {
			put(entry, start, data);
		}
		node->slots[i] = NULL;
		node->count--;
	}
}

void xa_truncate(struct xarray *xa, unsigned long first, void (*put)(void *entry, unsigned long index, void *data), void *data)
{
	if (!xa->head)
		return;
	truncate_node(xa->head, xa->levels - 1, 0, first, put, data);
	if (!xa->head->count) {
		kmem_cache_free(xa_node_cachep, xa->head);
		xa->head = NULL;
		xa->levels = 0;
	}
}
