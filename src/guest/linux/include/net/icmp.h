/* ICMP. Linux: include/net/icmp.h. */
#ifndef _NET_ICMP_H
#define _NET_ICMP_H

#include <linux/types.h>

struct sk_buff;

/* What ICMP_DEST_UNREACH, by its code, means to a socket: an errno, and whether it is final. */
struct icmp_err {
	int errno;
	bool fatal;
};

extern const struct icmp_err icmp_err_convert[];
/* Tells the sender of skb, a packet that came in, what became of it; at most 1000 times a second. skb stays the caller's. */
void icmp_send(struct sk_buff *skb, int type, int code, u32 info);

#endif
