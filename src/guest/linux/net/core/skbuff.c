/* sk_buffs: made, shared, freed. Linux: net/core/skbuff.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/checksum.h>
#include <trace/events.h>

static struct kmem_cache *skbuff_head_cache;
atomic_t skb_live;

/* Linux: called by sock_init(). */
static int __init skb_init(void)
{
	skbuff_head_cache = kmem_cache_create("skbuff_head_cache", sizeof(struct sk_buff));
	return 0;
}
core_initcall(skb_init);

static unsigned char *alloc_data(unsigned int size, gfp_t gfp)
{
	unsigned char *data = kmalloc(size + SKB_DATA_ALIGN(sizeof(struct skb_shared_info)), gfp);

	if (data)
		atomic_set(&((struct skb_shared_info *)(data + size))->dataref, 1);
	return data;
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t gfp)
{
	struct sk_buff *skb = kmem_cache_zalloc(skbuff_head_cache, gfp);

	if (!skb)
		return NULL;
	size = SKB_DATA_ALIGN(size);
	skb->head = alloc_data(size, gfp);
	if (!skb->head) {
		kmem_cache_free(skbuff_head_cache, skb);
		return NULL;
	}
	skb->data = skb->head;
	skb->end = size;
	skb->truesize = SKB_TRUESIZE(size);
	atomic_set(&skb->users, 1);
	atomic_inc(&skb_live);
	return skb;
}

struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int length)
{
	struct sk_buff *skb = alloc_skb(length + NET_SKB_PAD, GFP_ATOMIC);

	if (skb) {
		skb_reserve(skb, NET_SKB_PAD);
		skb->dev = dev;
	}
	return skb;
}

static void skb_release_data(struct sk_buff *skb)
{
	if (!skb->cloned || !atomic_add_return(skb->nohdr ? -(1 << SKB_DATAREF_SHIFT) - 1 : -1, &skb_shinfo(skb)->dataref))
		kfree(skb->head);
}

void __kfree_skb(struct sk_buff *skb)
{
	if (skb->destructor)
		skb->destructor(skb);
	skb_release_data(skb);
	kmem_cache_free(skbuff_head_cache, skb);
	atomic_dec(&skb_live);
}

void kfree_skb(struct sk_buff *skb)
{
	if (!skb || !atomic_dec_and_test(&skb->users))
		return;
	trace_kfree_skb(skb);
	__kfree_skb(skb);
}

void consume_skb(struct sk_buff *skb)
{
	if (!skb || !atomic_dec_and_test(&skb->users))
		return;
	trace_consume_skb(skb);
	__kfree_skb(skb);
}

struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *n = kmem_cache_alloc(skbuff_head_cache, gfp);

	if (!n)
		return NULL;
	*n = *skb;
	n->next = n->prev = NULL;
	n->sk = NULL;
	n->destructor = NULL;
	n->cloned = 1;
	n->nohdr = 0;
	atomic_set(&n->users, 1);
	atomic_inc(&skb_shinfo(skb)->dataref);
	skb->cloned = 1;
	atomic_inc(&skb_live);
	return n;
}

int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp)
{
	unsigned int size = SKB_DATA_ALIGN(skb->end + nhead + ntail);
	unsigned char *data;

	if (nhead < 0 || ntail < 0)
		return -EINVAL;
	data = alloc_data(size, gfp);
	if (!data)
		return -ENOMEM;
	memcpy(data + nhead, skb->head, skb->tail);
	skb_release_data(skb);
	skb->data = data + nhead + (skb->data - skb->head);
	skb->head = data;
	skb->end = size;
	skb->tail += nhead;
	skb->transport_header += nhead;
	skb->network_header += nhead;
	skb->mac_header += nhead;
	skb->csum_start += nhead;
	skb->cloned = 0;
	skb->nohdr = 0;
	return 0;
}

struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *n = kmem_cache_alloc(skbuff_head_cache, gfp);

	if (!n)
		return NULL;
	*n = *skb;
	n->head = alloc_data(skb->end, gfp);
	if (!n->head) {
		kmem_cache_free(skbuff_head_cache, n);
		return NULL;
	}
	memcpy(n->head, skb->head, skb->tail);
	n->data = n->head + skb_headroom(skb);
	n->next = n->prev = NULL;
	n->sk = NULL;
	n->destructor = NULL;
	n->cloned = 0;
	n->nohdr = 0;
	atomic_set(&n->users, 1);
	atomic_inc(&skb_live);
	return n;
}

/* Whoever writes past the buffer has not counted: that is a mistake of the kernel's own. */
static void __noreturn skb_panic(const char *what, const struct sk_buff *skb, unsigned int len)
{
	panic("%s: len:%u put:%u head:%px data:%px tail:0x%x end:0x%x", what, skb->len, len, skb->head, skb->data, skb->tail, skb->end);
}

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	unsigned char *tmp = skb_tail_pointer(skb);

	skb->tail += len;
	skb->len += len;
	if (unlikely(skb->tail > skb->end))
		skb_panic("skb_over_panic", skb, len);
	return tmp;
}

void *skb_push(struct sk_buff *skb, unsigned int len)
{
	if (unlikely(len > skb_headroom(skb)))
		skb_panic("skb_under_panic", skb, len);
	skb->data -= len;
	skb->len += len;
	return skb->data;
}

/* NULL when there are not so many bytes. */
void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	return unlikely(len > skb->len) ? NULL : __skb_pull(skb, len);
}

void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (skb->len > len) {
		skb->tail -= skb->len - len;
		skb->len = len;
	}
}

u32 skb_checksum(const struct sk_buff *skb, int offset, int len, u32 csum)
{
	return csum_partial(skb->data + offset, len, csum);
}

int skb_checksum_help(struct sk_buff *skb)
{
	int offset = skb_checksum_start_offset(skb);
	u16 csum;

	if (offset < 0 || offset + skb->csum_offset + 2 > (int)skb->len)
		return -EINVAL;
	csum = csum_fold(skb_checksum(skb, offset, skb->len - offset, 0));
	/* A datagram's 0 would say "none". */
	*(u16 *)(skb->data + offset + skb->csum_offset) = csum ? csum : CSUM_MANGLED_0;
	skb->ip_summed = CHECKSUM_NONE;
	return 0;
}

void skb_queue_head(struct sk_buff_head *list, struct sk_buff *newsk)
{
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	__skb_queue_head(list, newsk);
	spin_unlock_irqrestore(&list->lock, flags);
}

void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *newsk)
{
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	__skb_queue_tail(list, newsk);
	spin_unlock_irqrestore(&list->lock, flags);
}

struct sk_buff *skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *result;
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	result = __skb_dequeue(list);
	spin_unlock_irqrestore(&list->lock, flags);
	return result;
}

void skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	__skb_unlink(skb, list);
	spin_unlock_irqrestore(&list->lock, flags);
}

void skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(list)))
		kfree_skb(skb);
}
