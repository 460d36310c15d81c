/* IP packets that go out. Linux: net/ipv4/ip_output.c. */
#include <linux/errno.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/neighbour.h>

void ip_send_check(struct iphdr *iph)
{
	iph->check = 0;
	iph->check = ip_fast_csum(iph, iph->ihl);
}

/* To whoever is next on the link. */
static int ip_finish_output2(struct sk_buff *skb)
{
	struct rtable *rt = skb->dst;
	struct net_device *dev = rt->dev;
	u32 nexthop = RT_ROUTER_NEXTHOP(rt, ip_hdr(skb)->daddr);
	struct neighbour *neigh;
	int ret;

	if (dev->flags & IFF_LOOPBACK || rt->rt_type == RTN_BROADCAST) {
		if (skb_cow_head(skb, LL_MAX_HEADER) ||
		    dev_hard_header(skb, dev, ETH_P_IP, dev->flags & IFF_LOOPBACK ? dev->dev_addr : dev->broadcast, NULL, skb->len) < 0) {
			kfree_skb(skb);
			return -ENOBUFS;
		}
		return dev_queue_xmit(skb);
	}
	neigh = __neigh_lookup(dev, nexthop, true);
	if (!neigh) {
		kfree_skb(skb);
		return -ENOBUFS;
	}
	ret = neigh_output(neigh, skb);
	neigh_release(neigh);
	return ret;
}

/* Simplified: a packet that is too long for the link is not cut into pieces. */
static int ip_finish_output(struct sk_buff *skb)
{
	if (skb->len > dst_mtu(skb->dst)) {
		IP_INC_STATS(IPSTATS_MIB_FRAGFAILS);
		kfree_skb(skb);
		return -EMSGSIZE;
	}
	return ip_finish_output2(skb);
}

static int ip_output(struct sk_buff *skb)
{
	IP_INC_STATS(IPSTATS_MIB_OUTPKTS);
	skb->dev = skb->dst->dev;
	skb->protocol = htons(ETH_P_IP);
	return ip_finish_output(skb);
}

int ip_local_out(struct sk_buff *skb)
{
	struct iphdr *iph = ip_hdr(skb);

	iph->tot_len = htons(skb->len);
	ip_send_check(iph);
	return ip_output(skb);
}

static struct iphdr *ip_push_header(struct sk_buff *skb)
{
	struct iphdr *iph = skb_push(skb, sizeof(struct iphdr));

	skb_reset_network_header(skb);
	iph->version = 4;
	iph->ihl = 5;
	return iph;
}

int ip_queue_xmit(struct sock *sk, struct sk_buff *skb)
{
	struct inet_sock *inet = inet_sk(sk);
	struct iphdr *iph;

	if (!inet->rt)
		inet->rt = ip_route_output(inet->inet_daddr);
	if (!inet->rt) {
		kfree_skb(skb);
		return -EHOSTUNREACH;
	}
	skb->dst = inet->rt;
	iph = ip_push_header(skb);
	iph->tos = inet->tos;
	/* Connections find out what is the longest packet. */
	iph->frag_off = htons(IP_DF);
	iph->ttl = inet->uc_ttl < 0 ? IPDEFTTL : inet->uc_ttl;
	iph->protocol = sk->sk_protocol;
	iph->saddr = inet->inet_saddr;
	iph->daddr = inet->inet_daddr;
	iph->id = htons(inet->inet_id++);
	return ip_local_out(skb);
}

int ip_send_skb(struct sk_buff *skb, struct rtable *rt, u32 saddr, u32 daddr, u8 protocol, u8 tos, u8 ttl, bool df)
{
	static u16 ident;
	struct iphdr *iph;

	skb->dst = rt;
	iph = ip_push_header(skb);
	iph->tos = tos;
	iph->frag_off = df ? htons(IP_DF) : 0;
	iph->ttl = ttl ? ttl : IPDEFTTL;
	iph->protocol = protocol;
	iph->saddr = saddr ? saddr : rt->prefsrc;
	iph->daddr = daddr;
	/* What is never cut needs no name. */
	iph->id = df ? 0 : htons(++ident);
	return ip_local_out(skb);
}
