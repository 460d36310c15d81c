/* Routes. Linux: net/ipv4/route.c, fib_frontend.c, fib_semantics.c. */
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <net/route.h>
#include <net/snmp.h>

#define FIB_MAX	32

static struct rtable fib[FIB_MAX];
static int fib_size;

/* At boot only. The longest prefixes first. */
static int fib_insert(struct rtable rt)
{
	int i;

	if (fib_size == FIB_MAX)
		return -ENOMEM;
	for (i = fib_size++; i > 0 && fib[i - 1].prefixlen < rt.prefixlen; i--)
		fib[i] = fib[i - 1];
	rt.mask = rt.prefixlen ? htonl(0xffffffffU << (32 - rt.prefixlen)) : 0;
	rt.dst &= rt.mask;
	rt.rt_pmtu = rt.dev->mtu;
	fib[i] = rt;
	return 0;
}

static int prefix_length(u32 mask)
{
	u32 bits = ntohl(mask);
	int n = 0;

	for (; bits & 0x80000000U; bits <<= 1)
		n++;
	return n;
}

/* The address itself, its network, and those that mean all hosts of it. */
int fib_add_ifaddr(struct net_device *dev, u32 addr, u32 mask)
{
	int len = prefix_length(mask), err;

	err = fib_insert((struct rtable) { .dst = addr, .prefixlen = 32, .rt_type = RTN_LOCAL, .prefsrc = addr, .dev = loopback_dev });
	if (err)
		return err;
	if (dev->flags & IFF_LOOPBACK)
		return fib_insert((struct rtable) { .dst = addr, .prefixlen = len, .rt_type = RTN_LOCAL, .prefsrc = addr, .dev = dev });
	err = fib_insert((struct rtable) { .dst = INADDR_BROADCAST, .prefixlen = 32, .rt_type = RTN_BROADCAST, .prefsrc = addr, .dev = dev });
	if (!err && len < 31) {
		err = fib_insert((struct rtable) { .dst = addr | ~mask, .prefixlen = 32, .rt_type = RTN_BROADCAST, .prefsrc = addr, .dev = dev });
		if (!err)
			err = fib_insert((struct rtable) { .dst = addr & mask, .prefixlen = 32, .rt_type = RTN_BROADCAST, .prefsrc = addr, .dev = dev });
	}
	if (!err && len < 32)
		err = fib_insert((struct rtable) { .dst = addr, .prefixlen = len, .rt_type = RTN_UNICAST, .prefsrc = addr, .dev = dev });
	return err;
}

int fib_add_default(struct net_device *dev, u32 gateway, u32 src)
{
	return fib_insert((struct rtable) { .dst = 0, .prefixlen = 0, .rt_type = RTN_UNICAST, .rt_gateway = gateway, .prefsrc = src, .dev = dev });
}

static struct rtable *fib_lookup(u32 daddr)
{
	int i;

	for (i = 0; i < fib_size; i++) {
		if ((daddr & fib[i].mask) == fib[i].dst)
			return &fib[i];
	}
	return NULL;
}

struct rtable *ip_route_output(u32 daddr)
{
	struct rtable *rt;

	/* To nobody in particular is to oneself. */
	if (!daddr)
		daddr = htonl(INADDR_LOOPBACK);
	/* Simplified: no multicast. */
	rt = ipv4_is_multicast(daddr) ? NULL : fib_lookup(daddr);
	if (!rt)
		IP_INC_STATS(IPSTATS_MIB_OUTNOROUTES);
	return rt;
}

int inet_addr_type(u32 addr)
{
	struct rtable *rt = fib_lookup(addr);

	return rt ? rt->rt_type : RTN_UNICAST;
}

u32 inet_select_addr(const struct net_device *dev)
{
	int i;

	for (i = 0; i < fib_size; i++) {
		if (fib[i].dev == dev && fib[i].rt_type != RTN_LOCAL)
			return fib[i].prefsrc;
	}
	return 0;
}

/* Only what is for this host comes further: it forwards nothing. Linux: ip_route_input_slow(). */
int ip_route_input(struct sk_buff *skb, u32 daddr, u32 saddr, u8 tos, struct net_device *dev)
{
	bool loopback = dev->flags & IFF_LOOPBACK;
	struct rtable *rt;

	(void)tos;
	/* Sources that nobody can have, or that only come from oneself. */
	if (ipv4_is_multicast(saddr) || ipv4_is_lbcast(saddr) || (ipv4_is_loopback(saddr) && !loopback))
		return -EINVAL;
	if (ipv4_is_zeronet(saddr) && !ipv4_is_lbcast(daddr))
		return -EINVAL;
	if (ipv4_is_zeronet(daddr) || (ipv4_is_loopback(daddr) && !loopback))
		return -EINVAL;
	rt = fib_lookup(daddr);
	if (!rt)
		return -EHOSTUNREACH;
	if (rt->rt_type == RTN_UNICAST) {
		IP_INC_STATS(IPSTATS_MIB_INADDRERRORS);
		return -EHOSTUNREACH;
	}
	/* Somebody else claims to be us. */
	if (!loopback && inet_addr_type(saddr) == RTN_LOCAL)
		return -EINVAL;
	skb->dst = rt;
	return 0;
}
