/* UDP. Linux: include/net/udp.h. */
#ifndef _NET_UDP_H
#define _NET_UDP_H

#include <net/ip.h>

struct udp_sock {
	struct inet_sock inet;		/* first */
};

extern struct proto udp_prot;

int udp_rcv(struct sk_buff *skb);
void udp_err(struct sk_buff *skb, u32 info);
unsigned int udp_poll(struct file *file, struct socket *sock, struct poll_table *wait);

#endif
