/*
 * Objects smaller than a page. Linux: mm/slab.c, mm/slub.c, mm/slab_common.c.
 *
 * A cache holds objects of one size, cut from pages ("slabs"). The first word of a free object points
 * to the next free one of its slab, as in SLUB.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

struct kmem_cache {
	const char *name;
	unsigned int size;
	spinlock_t lock;
	void *freelist;		/* free objects of all slabs */
	unsigned long nr_slabs;
	unsigned long nr_objects;
};

#define NR_CACHES	24
#define KMALLOC_MIN	32
#define KMALLOC_MAX_SIZE	(4UL << 20)	/* the largest block of pages */
#define KMALLOC_CACHES	7	/* 32, 64, ... 2048 */

static struct kmem_cache caches[NR_CACHES];
static int nr_caches;
static struct kmem_cache *kmalloc_caches[KMALLOC_CACHES];
static const char *const kmalloc_names[KMALLOC_CACHES] = {
	"kmalloc-32", "kmalloc-64", "kmalloc-128", "kmalloc-256", "kmalloc-512", "kmalloc-1k", "kmalloc-2k",
};

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size)
{
	struct kmem_cache *s;

	if (nr_caches == NR_CACHES || size > PAGE_SIZE)
		panic("kmem_cache_create(%s)", name);
	s = &caches[nr_caches++];
	s->name = name;
	s->size = ALIGN(size, 16);
	spin_lock_init(&s->lock);
	return s;
}

void __init kmem_cache_init(void)
{
	int i;

	for (i = 0; i < KMALLOC_CACHES; i++)
		kmalloc_caches[i] = kmem_cache_create(kmalloc_names[i], KMALLOC_MIN << i);
}

/*
 * A new page for the cache: its objects, in order of address, become the free list.
 * Simplified: a slab is one page, and is never given back.
 */
static bool new_slab(struct kmem_cache *s, gfp_t flags)
{
	struct page *page = alloc_page(flags & ~__GFP_ZERO);
	char *start, *p;

	if (!page)
		return false;
	page->flags |= 1UL << PG_slab;
	page->slab_cache = s;
	s->nr_slabs++;
	start = page_address(page);
	for (p = start + (PAGE_SIZE / s->size - 1) * s->size; p >= start; p -= s->size) {
		*(void **)p = s->freelist;
		s->freelist = p;
	}
	return true;
}

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	unsigned long irqflags;
	void *object = NULL;

	spin_lock_irqsave(&s->lock, irqflags);
	if (likely(s->freelist) || new_slab(s, flags)) {
		object = s->freelist;
		s->freelist = *(void **)object;
		s->nr_objects++;
	}
	spin_unlock_irqrestore(&s->lock, irqflags);
	if (object && (flags & __GFP_ZERO))
		memset(object, 0, s->size);
	return object;
}

void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags)
{
	return kmem_cache_alloc(s, flags | __GFP_ZERO);
}

void kmem_cache_free(struct kmem_cache *s, void *p)
{
	unsigned long flags;

	spin_lock_irqsave(&s->lock, flags);
	*(void **)p = s->freelist;
	s->freelist = p;
	s->nr_objects--;
	spin_unlock_irqrestore(&s->lock, flags);
}

static unsigned int get_order(size_t size)
{
	unsigned int order = 0;

	while ((PAGE_SIZE << order) < size)
		order++;
	return order;
}

/* Up to 2 KiB from a cache, more as whole pages. */
void *kmalloc(size_t size, gfp_t flags)
{
	int i;
	struct page *page;

	if (!size || size > KMALLOC_MAX_SIZE)
		return NULL;
	for (i = 0; i < KMALLOC_CACHES; i++) {
		if (size <= (size_t)KMALLOC_MIN << i)
			return kmem_cache_alloc(kmalloc_caches[i], flags);
	}
	page = alloc_pages(flags, get_order(size));
	if (!page)
		return NULL;
	page->flags |= 1UL << PG_head;
	return page_address(page);
}

void *kzalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags | __GFP_ZERO);
}

void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	if (size && n > LONG_MAX / size)
		return NULL;
	return kzalloc(n * size, flags);
}

void kfree(const void *p)
{
	struct page *page;

	if (!p)
		return;
	page = virt_to_page(p);
	if (page->flags & (1UL << PG_slab))
		kmem_cache_free(page->slab_cache, (void *)p);
	else
		__free_pages(page, page->order);
}

char *kstrdup(const char *s, gfp_t flags)
{
	size_t len = strlen(s) + 1;
	char *copy = kmalloc(len, flags);

	if (copy)
		memcpy(copy, s, len);
	return copy;
}
