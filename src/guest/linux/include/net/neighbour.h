/* Who is next on the link, and what is its hardware address. Linux: include/net/neighbour.h, include/uapi/linux/neighbour.h. */
#ifndef _NET_NEIGHBOUR_H
#define _NET_NEIGHBOUR_H

#include <linux/atomic.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/timer.h>

#define NUD_INCOMPLETE	0x01
#define NUD_REACHABLE	0x02
#define NUD_STALE	0x04
#define NUD_FAILED	0x20
#define NUD_VALID	(NUD_REACHABLE | NUD_STALE)

struct net_device;

/*
 * Simplified: what a neighbour has once answered is believed until it says something else; it is not asked again after a time.
 */
struct neighbour {
	struct list_head next;
	spinlock_t lock;
	struct net_device *dev;
	u32 primary_key;		/* its address */
	atomic_t refcnt;		/* the table's, that of a pending timer, and of whoever has looked it up */
	unsigned long used, updated;	/* jiffies: the last packet to it, and when it last said something */
	u8 nud_state;
	int probes;
	unsigned char ha[ETH_ALEN];
	struct sk_buff_head arp_queue;	/* packets that wait for the answer */
	struct timer_list timer;
};

/* With a reference, for neigh_release(). NULL: it is not known, or there is no room for one more. */
struct neighbour *__neigh_lookup(struct net_device *dev, u32 addr, bool create);
void neigh_release(struct neighbour *neigh);
/* Sends it as soon as the hardware address is known. The packet is taken. */
int neigh_output(struct neighbour *neigh, struct sk_buff *skb);
void neigh_update(struct neighbour *neigh, const unsigned char *lladdr, u8 state);

/* net/ipv4/arp.c */
void arp_solicit(struct neighbour *neigh);
void arp_error_report(struct sk_buff *skb);

#endif
