/* IP packets that come in. Linux: net/ipv4/ip_input.c. */
#include <linux/errno.h>
#include <net/checksum.h>
#include <net/icmp.h>
#include <net/ip.h>

const struct net_protocol *inet_protos[IPPROTO_MAX];

int inet_add_protocol(const struct net_protocol *prot, unsigned char protocol)
{
	if (inet_protos[protocol])
		return -1;
	inet_protos[protocol] = prot;
	return 0;
}

static int ip_local_deliver_finish(struct sk_buff *skb)
{
	const struct net_protocol *ipprot = inet_protos[ip_hdr(skb)->protocol];

	if (!ipprot) {
		IP_INC_STATS(IPSTATS_MIB_INUNKNOWNPROTOS);
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
		kfree_skb(skb);
		return 0;
	}
	IP_INC_STATS(IPSTATS_MIB_INDELIVERS);
	__skb_pull(skb, ip_hdrlen(skb));
	return ipprot->handler(skb);
}

static int ip_local_deliver(struct sk_buff *skb)
{
	/* Simplified: pieces of a packet are not put together: they are dropped, and counted as such. */
	if (ip_hdr(skb)->frag_off & htons(IP_MF | IP_OFFSET)) {
		IP_INC_STATS(IPSTATS_MIB_REASMREQDS);
		IP_INC_STATS(IPSTATS_MIB_REASMFAILS);
		kfree_skb(skb);
		return 0;
	}
	return ip_local_deliver_finish(skb);
}

/*
 * Options are looked at for one thing: a sender that wants to say which way the answer goes (source routing) is not served.
 * Simplified: time stamps and recorded routes are not filled in.
 */
static bool ip_rcv_options(const struct iphdr *iph)
{
	const u8 *opt = (const u8 *)(iph + 1), *end = (const u8 *)iph + iph->ihl * 4;

	while (opt < end) {
		if (opt[0] == 0)
			return true;
		if (opt[0] == 1) {
			opt++;
			continue;
		}
		if (end - opt < 2 || opt[1] < 2 || opt[1] > end - opt)
			return false;
		/* Loose and strict source routes. */
		if (opt[0] == 131 || opt[0] == 137)
			return false;
		opt += opt[1];
	}
	return true;
}

static int ip_rcv_finish(struct sk_buff *skb, struct net_device *dev)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (ip_route_input(skb, iph->daddr, iph->saddr, iph->tos, dev))
		goto drop;
	if (iph->ihl > 5 && !ip_rcv_options(iph)) {
		IP_INC_STATS(IPSTATS_MIB_INHDRERRORS);
		goto drop;
	}
	/* Sent to all on the link, but for one host: somebody hopes that filters do not look (RFC 1122). */
	if (skb->dst->rt_type == RTN_LOCAL && skb->pkt_type != PACKET_HOST && skb->pkt_type != PACKET_LOOPBACK)
		goto drop;
	return ip_local_deliver(skb);
drop:
	kfree_skb(skb);
	return NET_RX_DROP;
}

/* The packet's own words about itself are checked before anybody believes them. */
int ip_rcv(struct sk_buff *skb, struct net_device *dev)
{
	const struct iphdr *iph;
	u32 len;

	if (skb->pkt_type == PACKET_OTHERHOST)
		goto drop;
	IP_INC_STATS(IPSTATS_MIB_INPKTS);
	if (!pskb_may_pull(skb, sizeof(struct iphdr)))
		goto inhdr_error;
	iph = ip_hdr(skb);
	if (iph->ihl < 5 || iph->version != 4)
		goto inhdr_error;
	if (!pskb_may_pull(skb, iph->ihl * 4))
		goto inhdr_error;
	if (unlikely(ip_fast_csum(iph, iph->ihl)))
		goto inhdr_error;
	len = ntohs(iph->tot_len);
	if (skb->len < len || len < iph->ihl * 4U)
		goto inhdr_error;
	/* A short frame was filled up. */
	if (pskb_trim_rcsum(skb, len)) {
		IP_INC_STATS(IPSTATS_MIB_INDISCARDS);
		goto drop;
	}
	skb->transport_header = skb->network_header + iph->ihl * 4;
	memset(IPCB(skb), 0, sizeof(struct inet_skb_parm));
	IPCB(skb)->iif = dev->ifindex;
	skb_orphan(skb);
	return ip_rcv_finish(skb, dev);
inhdr_error:
	IP_INC_STATS(IPSTATS_MIB_INHDRERRORS);
drop:
	kfree_skb(skb);
	return NET_RX_DROP;
}
