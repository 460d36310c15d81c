/*
 * A packet, from the driver's ring to the socket's queue and back. Linux: include/linux/skbuff.h. Bodies in net/core/skbuff.c.
 *
 *	head         data              tail              end
 *	 | headroom   | bytes (len)     | tailroom        | struct skb_shared_info
 *
 * Each layer takes its header off by skb_pull() on the way up, and puts it before the data by skb_push() on the way down; nothing is
 * copied. Several sk_buffs may share the bytes (skb_clone); dataref counts them.
 * Simplified: all bytes of a packet are in one piece. No page fragments, no fragment list, no segmentation offload.
 */
#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/string.h>

struct net_device;
struct rtable;
struct sk_buff;
struct sock;

/* ip_summed: what is known of the checksum. Received: has it been verified? To be sent: is it still to be made? */
#define CHECKSUM_NONE		0
#define CHECKSUM_UNNECESSARY	1
#define CHECKSUM_COMPLETE	2
#define CHECKSUM_PARTIAL	3

/* pkt_type. Linux: include/uapi/linux/if_packet.h. */
#define PACKET_HOST		0
#define PACKET_BROADCAST	1
#define PACKET_MULTICAST	2
#define PACKET_OTHERHOST	3
#define PACKET_OUTGOING		4
#define PACKET_LOOPBACK		5

struct sk_buff_head {
	/* These two first: the head is a member of its own list. */
	struct sk_buff *next, *prev;
	u32 qlen;
	spinlock_t lock;
};

struct sk_buff {
	struct sk_buff *next, *prev;
	struct net_device *dev;
	struct sock *sk;
	/* Whoever has the packet now keeps here what it likes: IPCB, TCP_SKB_CB, UNIXCB. */
	char cb[48] __aligned(8);
	struct rtable *dst;			/* where it goes. Simplified: routes live for ever, so nothing is counted */
	void (*destructor)(struct sk_buff *skb);
	u64 skb_mstamp_ns;			/* sent at. Linux: a union with tstamp */
	unsigned int len;
	u16 mac_len, hdr_len;
	u8 cloned:1, nohdr:1, pkt_type:3, ip_summed:2;
	u16 protocol;				/* of the frame, in network byte order */
	u16 csum_start, csum_offset;		/* CHECKSUM_PARTIAL: summed from there (from head), to be stored so far behind it */
	u16 transport_header, network_header, mac_header;	/* from head */
	u32 tail, end;				/* from head */
	unsigned char *head, *data;
	unsigned int truesize;			/* what it costs its socket */
	atomic_t users;
};

/*
 * Low half of dataref: sk_buffs with these bytes. High half: those of them that only want what lies behind the headers (nohdr), so
 * that somebody else may write headers.
 */
#define SKB_DATAREF_SHIFT	16
#define SKB_DATAREF_MASK	((1 << SKB_DATAREF_SHIFT) - 1)

struct skb_shared_info {
	atomic_t dataref;
};

#define SMP_CACHE_BYTES		64
#define NET_SKB_PAD		64
#define NET_IP_ALIGN		0	/* x86 does not mind */
#define SKB_DATA_ALIGN(x)	ALIGN(x, SMP_CACHE_BYTES)
#define SKB_WITH_OVERHEAD(x)	((x) - SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))
#define SKB_TRUESIZE(x)		((x) + SKB_DATA_ALIGN(sizeof(struct sk_buff)) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/* size bytes of tailroom, none of headroom. NULL when there is no memory. */
struct sk_buff *alloc_skb(unsigned int size, gfp_t priority);
/* As a driver wants it for what it receives: with NET_SKB_PAD of headroom. */
struct sk_buff *netdev_alloc_skb(struct net_device *dev, unsigned int length);
/* The packet was used as it should be; kfree_skb(): it was dropped. */
void consume_skb(struct sk_buff *skb);
void kfree_skb(struct sk_buff *skb);
void __kfree_skb(struct sk_buff *skb);
struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp);
/* Bytes of its own, as much headroom. */
struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp);
#define pskb_copy(skb, gfp)	skb_copy(skb, gfp)
/* The bytes become its own and have so much headroom at least. 0 or -ENOMEM. */
int pskb_expand_head(struct sk_buff *skb, int nhead, int ntail, gfp_t gfp);
void *skb_put(struct sk_buff *skb, unsigned int len);
void *skb_push(struct sk_buff *skb, unsigned int len);
void *skb_pull(struct sk_buff *skb, unsigned int len);
void skb_trim(struct sk_buff *skb, unsigned int len);
/* The Internet checksum, not yet folded, of len bytes from offset on. */
u32 skb_checksum(const struct sk_buff *skb, int offset, int len, u32 csum);
/* CHECKSUM_PARTIAL becomes CHECKSUM_NONE: the checksum is made and stored. */
int skb_checksum_help(struct sk_buff *skb);

/* sk_buffs that are allocated now, for the leak check. */
extern atomic_t skb_live;

static inline unsigned char *skb_tail_pointer(const struct sk_buff *skb)
{
	return skb->head + skb->tail;
}

static inline unsigned char *skb_end_pointer(const struct sk_buff *skb)
{
	return skb->head + skb->end;
}

#define skb_shinfo(skb)		((struct skb_shared_info *)skb_end_pointer(skb))

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len;
}

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}

static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb->end - skb->tail;
}

static inline void skb_reserve(struct sk_buff *skb, int len)
{
	skb->data += len;
	skb->tail += len;
}

static inline void *__skb_pull(struct sk_buff *skb, unsigned int len)
{
	skb->len -= len;
	return skb->data += len;
}

static inline void *__skb_push(struct sk_buff *skb, unsigned int len)
{
	skb->data -= len;
	skb->len += len;
	return skb->data;
}

static inline void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len)
{
	void *to = skb_put(skb, len);

	memcpy(to, data, len);
	return to;
}

static inline void *skb_put_zero(struct sk_buff *skb, unsigned int len)
{
	void *to = skb_put(skb, len);

	memset(to, 0, len);
	return to;
}

/* Are there so many bytes? Whoever reads a header asks first. */
static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	return len <= skb->len;
}

/* What lies behind len is cut off. 0, or -ENOMEM. */
static inline int pskb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len < skb->len)
		skb_trim(skb, len);
	return 0;
}

#define pskb_trim_rcsum(skb, len)	pskb_trim(skb, len)

#define skb_transport_header(skb)	((skb)->head + (skb)->transport_header)
#define skb_network_header(skb)		((skb)->head + (skb)->network_header)
#define skb_mac_header(skb)		((skb)->head + (skb)->mac_header)
#define skb_reset_transport_header(skb)	((skb)->transport_header = (skb)->data - (skb)->head)
#define skb_reset_network_header(skb)	((skb)->network_header = (skb)->data - (skb)->head)
#define skb_reset_mac_header(skb)	((skb)->mac_header = (skb)->data - (skb)->head)
#define skb_reset_mac_len(skb)		((skb)->mac_len = (skb)->network_header - (skb)->mac_header)
#define skb_set_transport_header(skb, offset)	((skb)->transport_header = (skb)->data - (skb)->head + (offset))
#define skb_network_offset(skb)		((int)(skb_network_header(skb) - (skb)->data))
#define skb_transport_offset(skb)	((int)(skb_transport_header(skb) - (skb)->data))
#define skb_checksum_start_offset(skb)	((int)(skb)->csum_start - (int)skb_headroom(skb))

static inline struct sk_buff *skb_get(struct sk_buff *skb)
{
	atomic_inc(&skb->users);
	return skb;
}

static inline bool skb_shared(const struct sk_buff *skb)
{
	return atomic_read(&skb->users) != 1;
}

static inline bool skb_cloned(const struct sk_buff *skb)
{
	return skb->cloned && (atomic_read(&skb_shinfo(skb)->dataref) & SKB_DATAREF_MASK) != 1;
}

/* Does somebody else want the headers? */
static inline bool skb_header_cloned(const struct sk_buff *skb)
{
	int dataref;

	if (!skb->cloned)
		return false;
	dataref = atomic_read(&skb_shinfo(skb)->dataref);
	return (dataref & SKB_DATAREF_MASK) - (dataref >> SKB_DATAREF_SHIFT) != 1;
}

/* Of a packet that nobody else has: its headers are free for clones to write. */
static inline void __skb_header_release(struct sk_buff *skb)
{
	skb->nohdr = 1;
	atomic_set(&skb_shinfo(skb)->dataref, 1 + (1 << SKB_DATAREF_SHIFT));
}

/* Before a header is written: the bytes must be the packet's own, with room before them. */
static inline int skb_cow_head(struct sk_buff *skb, unsigned int headroom)
{
	int delta = headroom > skb_headroom(skb) ? headroom - skb_headroom(skb) : 0;

	return delta || skb_header_cloned(skb) ? pskb_expand_head(skb, ALIGN(delta, NET_SKB_PAD), 0, GFP_ATOMIC) : 0;
}

/* The packet is nobody's any more: the socket that was charged for it gets its memory back. */
static inline void skb_orphan(struct sk_buff *skb)
{
	if (skb->destructor) {
		skb->destructor(skb);
		skb->destructor = NULL;
		skb->sk = NULL;
	}
}

static inline struct rtable *skb_rtable(const struct sk_buff *skb)
{
	return skb->dst;
}

/* Queues. Those with two underscores want the lock held, or need none. */
static inline void __skb_queue_head_init(struct sk_buff_head *list)
{
	list->prev = list->next = (struct sk_buff *)list;
	list->qlen = 0;
}

static inline void skb_queue_head_init(struct sk_buff_head *list)
{
	spin_lock_init(&list->lock);
	__skb_queue_head_init(list);
}

static inline bool skb_queue_empty(const struct sk_buff_head *list)
{
	return list->next == (const struct sk_buff *)list;
}

#define skb_queue_empty_lockless(list)	(READ_ONCE((list)->next) == (const struct sk_buff *)(list))
#define skb_queue_len(list)		((list)->qlen)
#define skb_queue_is_last(list, skb)	((skb)->next == (struct sk_buff *)(list))
#define skb_queue_is_first(list, skb)	((skb)->prev == (struct sk_buff *)(list))
#define skb_queue_next(list, skb)	((skb)->next)
#define skb_queue_prev(list, skb)	((skb)->prev)

static inline struct sk_buff *skb_peek(const struct sk_buff_head *list)
{
	return list->next == (struct sk_buff *)list ? NULL : list->next;
}

static inline struct sk_buff *skb_peek_next(struct sk_buff *skb, const struct sk_buff_head *list)
{
	return skb->next == (struct sk_buff *)list ? NULL : skb->next;
}

static inline struct sk_buff *skb_peek_tail(const struct sk_buff_head *list)
{
	return list->prev == (struct sk_buff *)list ? NULL : list->prev;
}

static inline void __skb_insert(struct sk_buff *newsk, struct sk_buff *prev, struct sk_buff *next, struct sk_buff_head *list)
{
	newsk->next = next;
	newsk->prev = prev;
	next->prev = newsk;
	prev->next = newsk;
	list->qlen++;
}

static inline void __skb_queue_after(struct sk_buff_head *list, struct sk_buff *prev, struct sk_buff *newsk)
{
	__skb_insert(newsk, prev, prev->next, list);
}

static inline void __skb_queue_before(struct sk_buff_head *list, struct sk_buff *next, struct sk_buff *newsk)
{
	__skb_insert(newsk, next->prev, next, list);
}

static inline void __skb_queue_head(struct sk_buff_head *list, struct sk_buff *newsk)
{
	__skb_queue_after(list, (struct sk_buff *)list, newsk);
}

static inline void __skb_queue_tail(struct sk_buff_head *list, struct sk_buff *newsk)
{
	__skb_queue_before(list, (struct sk_buff *)list, newsk);
}

static inline void __skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	list->qlen--;
	skb->next->prev = skb->prev;
	skb->prev->next = skb->next;
	skb->next = skb->prev = NULL;
}

static inline struct sk_buff *__skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *skb = skb_peek(list);

	if (skb)
		__skb_unlink(skb, list);
	return skb;
}

static inline void __skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		kfree_skb(skb);
}

/* All of list goes to the end of head. */
static inline void skb_queue_splice_tail_init(struct sk_buff_head *list, struct sk_buff_head *head)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		__skb_queue_tail(head, skb);
}

#define skb_queue_walk(queue, skb) \
	for (skb = (queue)->next; skb != (struct sk_buff *)(queue); skb = skb->next)
#define skb_queue_walk_safe(queue, skb, tmp) \
	for (skb = (queue)->next, tmp = skb->next; skb != (struct sk_buff *)(queue); skb = tmp, tmp = skb->next)
#define skb_queue_walk_from(queue, skb) \
	for (; skb != (struct sk_buff *)(queue); skb = skb->next)
#define skb_queue_walk_from_safe(queue, skb, tmp) \
	for (tmp = skb->next; skb != (struct sk_buff *)(queue); skb = tmp, tmp = skb->next)

void skb_queue_head(struct sk_buff_head *list, struct sk_buff *newsk);
void skb_queue_tail(struct sk_buff_head *list, struct sk_buff *newsk);
struct sk_buff *skb_dequeue(struct sk_buff_head *list);
void skb_unlink(struct sk_buff *skb, struct sk_buff_head *list);
void skb_queue_purge(struct sk_buff_head *list);

#endif
