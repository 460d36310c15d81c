/* Where a packet goes. Linux: include/net/route.h, ip_fib.h, include/uapi/linux/rtnetlink.h. */
#ifndef _NET_ROUTE_H
#define _NET_ROUTE_H

#include <linux/types.h>

struct net_device;
struct sk_buff;

#define RTN_UNICAST	1
#define RTN_LOCAL	2
#define RTN_BROADCAST	3

/*
 * One row of the table, and what is found there.
 * Simplified: one table, in which the longest prefix comes first, filled at boot; an entry of it is the route, so none is ever made or freed.
 */
struct rtable {
	u32 dst, mask;			/* whom it is about */
	u8 rt_type;
	u8 prefixlen;
	u32 rt_gateway;			/* 0: the destination itself is on the link */
	u32 prefsrc;			/* who sends, if nobody says otherwise */
	struct net_device *dev;
	u32 rt_pmtu;
};

/* NULL: no way leads there. */
struct rtable *ip_route_output(u32 daddr);
/* Of a packet that came in: skb->dst, or an errno. */
int ip_route_input(struct sk_buff *skb, u32 daddr, u32 saddr, u8 tos, struct net_device *dev);
/* An address of this host, or one that all hosts have. Linux: inet_addr_type(). */
int inet_addr_type(u32 addr);
/* The device has this address. */
int fib_add_ifaddr(struct net_device *dev, u32 addr, u32 mask);
int fib_add_default(struct net_device *dev, u32 gateway, u32 src);
/* The device's own address; 0: none. */
u32 inet_select_addr(const struct net_device *dev);

#define RT_ROUTER_NEXTHOP(rt, daddr)	((rt)->rt_gateway ? (rt)->rt_gateway : (daddr))
#define dst_mtu(rt)			((rt)->rt_pmtu)

#endif
