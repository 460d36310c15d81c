/* ARP (RFC 826). Linux: net/ipv4/arp.c. */
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/icmp.h>
#include <net/neighbour.h>
#include <net/route.h>

static u32 get_addr(const u8 *p)
{
	u32 addr;

	memcpy(&addr, p, sizeof(addr));
	return addr;
}

/* dest_hw: NULL for everybody. */
static void arp_send(int type, struct net_device *dev, u32 dest_ip, u32 src_ip, const unsigned char *dest_hw, const unsigned char *target_hw)
{
	struct sk_buff *skb = alloc_skb(LL_MAX_HEADER + sizeof(struct arphdr), GFP_ATOMIC);
	struct arphdr *arp;

	if (!skb)
		return;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_network_header(skb);
	arp = skb_put_zero(skb, sizeof(*arp));
	skb->dev = dev;
	skb->protocol = htons(ETH_P_ARP);
	arp->ar_hrd = htons(ARPHRD_ETHER);
	arp->ar_pro = htons(ETH_P_IP);
	arp->ar_hln = ETH_ALEN;
	arp->ar_pln = 4;
	arp->ar_op = htons(type);
	memcpy(arp->ar_sha, dev->dev_addr, ETH_ALEN);
	memcpy(arp->ar_sip, &src_ip, 4);
	if (target_hw)
		memcpy(arp->ar_tha, target_hw, ETH_ALEN);
	memcpy(arp->ar_tip, &dest_ip, 4);
	if (dev_hard_header(skb, dev, ETH_P_ARP, dest_hw ? dest_hw : dev->broadcast, dev->dev_addr, skb->len) < 0) {
		kfree_skb(skb);
		return;
	}
	dev_queue_xmit(skb);
}

void arp_solicit(struct neighbour *neigh)
{
	u32 saddr = inet_select_addr(neigh->dev);

	if (saddr)
		arp_send(ARPOP_REQUEST, neigh->dev, neigh->primary_key, saddr, NULL, NULL);
}

/* A packet whose neighbour does not answer. */
void arp_error_report(struct sk_buff *skb)
{
	icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
	kfree_skb(skb);
}

static int arp_process(struct sk_buff *skb, struct net_device *dev)
{
	const struct arphdr *arp = arp_hdr(skb);
	u32 sip = get_addr(arp->ar_sip), tip = get_addr(arp->ar_tip);
	bool for_us = inet_addr_type(tip) == RTN_LOCAL && !ipv4_is_loopback(tip);
	struct neighbour *n;

	if (arp->ar_hrd != htons(ARPHRD_ETHER) || arp->ar_pro != htons(ETH_P_IP))
		goto out;
	if (arp->ar_op != htons(ARPOP_REPLY) && arp->ar_op != htons(ARPOP_REQUEST))
		goto out;
	/* Nobody asks for these; and nobody is a group, or all. */
	if (ipv4_is_multicast(tip) || ipv4_is_loopback(tip) || (arp->ar_sha[0] & 1))
		goto out;
	/* Somebody looks whether an address is taken (RFC 2131). */
	if (!sip) {
		if (arp->ar_op == htons(ARPOP_REQUEST) && for_us)
			arp_send(ARPOP_REPLY, dev, sip, tip, arp->ar_sha, arp->ar_sha);
		goto out;
	}
	if (inet_addr_type(sip) != RTN_UNICAST)
		goto out;
	if (arp->ar_op == htons(ARPOP_REQUEST) && for_us) {
		/* Who asks will hear from us, and so has introduced itself; if it is on this link. */
		struct rtable *rt = ip_route_output(sip);

		n = __neigh_lookup(dev, sip, rt && rt->dev == dev && !rt->rt_gateway);
		if (n) {
			neigh_update(n, arp->ar_sha, NUD_STALE);
			neigh_release(n);
		}
		arp_send(ARPOP_REPLY, dev, sip, tip, arp->ar_sha, arp->ar_sha);
		goto out;
	}
	/* What is said unasked is only heard about those who are known. */
	n = __neigh_lookup(dev, sip, false);
	if (n) {
		neigh_update(n, arp->ar_sha, arp->ar_op == htons(ARPOP_REPLY) && skb->pkt_type == PACKET_HOST ? NUD_REACHABLE : NUD_STALE);
		neigh_release(n);
	}
out:
	consume_skb(skb);
	return NET_RX_SUCCESS;
}

static int arp_rcv(struct sk_buff *skb, struct net_device *dev)
{
	const struct arphdr *arp;

	if (dev->flags & IFF_NOARP || dev->flags & IFF_LOOPBACK || skb->pkt_type == PACKET_OTHERHOST || skb->pkt_type == PACKET_LOOPBACK)
		goto drop;
	if (!pskb_may_pull(skb, sizeof(*arp)))
		goto drop;
	arp = arp_hdr(skb);
	if (arp->ar_hln != dev->addr_len || arp->ar_pln != 4)
		goto drop;
	return arp_process(skb, dev);
drop:
	kfree_skb(skb);
	return NET_RX_DROP;
}

static struct packet_type arp_packet_type = { .type = htons(ETH_P_ARP), .func = arp_rcv };

static int __init arp_init(void)
{
	dev_add_pack(&arp_packet_type);
	return 0;
}
fs_initcall(arp_init);
