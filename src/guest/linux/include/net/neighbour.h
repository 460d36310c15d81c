/* Who is next on the link, and what is its hardware address. Linux: include/net/neighbour.h, include/uapi/linux/neighbour.h. */
#ifndef _NET_NEIGHBOUR_H
#define _NET_NEIGHBOUR_H

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
 * Simplified: what a neighbour has once answered is believed until it says something else; it is not asked again after a time. Entries
 * are never given up; there are at most as many as the table has room for.
 */
struct neighbour {
	struct list_head next;
	spinlock_t lock;
	struct net_device *dev;
	u32 primary_key;		/* its address */
	u8 nud_state;
	int probes;
	unsigned char ha[ETH_ALEN];
	struct sk_buff_head arp_queue;	/* packets that wait for the answer */
	struct timer_list timer;
};

struct neighbour *__neigh_lookup(struct net_device *dev, u32 addr, bool create);
/* Sends it as soon as the hardware address is known. The packet is taken. */
int neigh_output(struct neighbour *neigh, struct sk_buff *skb);
void neigh_update(struct neighbour *neigh, const unsigned char *lladdr, u8 state);

/* net/ipv4/arp.c */
void arp_solicit(struct neighbour *neigh);
void arp_error_report(struct sk_buff *skb);

#endif
