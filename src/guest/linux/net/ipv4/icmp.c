/* ICMP (RFC 792, RFC 1122). Linux: net/ipv4/icmp.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/timer.h>
#include <net/checksum.h>
#include <net/icmp.h>
#include <net/ip.h>

/* By the code of ICMP_DEST_UNREACH. */
const struct icmp_err icmp_err_convert[] = {
	{ ENETUNREACH, false }, { EHOSTUNREACH, false }, { ENOPROTOOPT, true }, { ECONNREFUSED, true },
	{ EMSGSIZE, false }, { EOPNOTSUPP, false }, { ENETUNREACH, true }, { EHOSTUNREACH, true },
	{ EHOSTUNREACH, true }, { ENETUNREACH, true }, { EHOSTUNREACH, true }, { ENETUNREACH, false },
	{ EHOSTUNREACH, false }, { EHOSTUNREACH, true }, { EHOSTUNREACH, true }, { EHOSTUNREACH, true },
};

/* Linux: sysctl_icmp_msgs_per_sec, sysctl_icmp_msgs_burst. */
#define MSGS_PER_SEC	1000
#define MSGS_BURST	50

static struct {
	spinlock_t lock;
	unsigned long stamp;
	unsigned int credit;
} icmp_global = { .lock = __SPIN_LOCK_UNLOCKED(icmp_global.lock), .credit = MSGS_BURST };

/* A bucket of tokens: nobody makes us answer without end. */
static bool icmp_global_allow(void)
{
	unsigned long now = jiffies, add;
	bool ok = false;

	spin_lock_bh(&icmp_global.lock);
	add = (now - icmp_global.stamp) * MSGS_PER_SEC / HZ;
	if (add) {
		icmp_global.credit = min((unsigned long)MSGS_BURST, icmp_global.credit + add);
		icmp_global.stamp = now;
	}
	if (icmp_global.credit) {
		icmp_global.credit--;
		ok = true;
	}
	spin_unlock_bh(&icmp_global.lock);
	return ok;
}

static void icmp_push_reply(struct sk_buff *skb, u32 saddr, u32 daddr, u8 tos)
{
	struct rtable *rt = ip_route_output(daddr);
	struct icmphdr *icmph = icmp_hdr(skb);

	if (!rt) {
		ICMP_INC_STATS(ICMP_MIB_OUTERRORS);
		kfree_skb(skb);
		return;
	}
	icmph->checksum = 0;
	icmph->checksum = ip_compute_csum(icmph, skb->len);
	ICMP_INC_STATS(ICMP_MIB_OUTMSGS);
	if (icmph->type == ICMP_ECHOREPLY)
		ICMP_INC_STATS(ICMP_MIB_OUTECHOREPS);
	else if (icmph->type == ICMP_DEST_UNREACH)
		ICMP_INC_STATS(ICMP_MIB_OUTDESTUNREACHS);
	ip_send_skb(skb, rt, saddr, daddr, IPPROTO_ICMP, tos, 0, false);
}

static struct sk_buff *icmp_alloc(unsigned int payload)
{
	struct sk_buff *skb = alloc_skb(LL_MAX_HEADER + sizeof(struct iphdr) + sizeof(struct icmphdr) + payload, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER + sizeof(struct iphdr));
	skb_reset_transport_header(skb);
	skb_put_zero(skb, sizeof(struct icmphdr));
	return skb;
}

/* As much of the packet as makes 576 bytes together (RFC 1812). */
void icmp_send(struct sk_buff *skb_in, int type, int code, u32 info)
{
	const struct iphdr *iph = ip_hdr(skb_in);
	const unsigned char *end = skb_tail_pointer(skb_in);
	unsigned int room = 576 - sizeof(struct iphdr) - sizeof(struct icmphdr);
	struct sk_buff *skb;

	if ((const unsigned char *)(iph + 1) > end || iph->ihl < 5)
		return;
	/* Never about what was for all, nor about a piece that is not the first, nor about an error message (RFC 1122). */
	if (skb_in->pkt_type != PACKET_HOST || !skb_in->dst || skb_in->dst->rt_type == RTN_BROADCAST || iph->frag_off & htons(IP_OFFSET))
		return;
	if (iph->protocol == IPPROTO_ICMP) {
		const u8 *itype = (const u8 *)iph + iph->ihl * 4;

		if (itype >= end || (*itype != ICMP_ECHO && *itype != ICMP_TIMESTAMP))
			return;
	}
	if (!icmp_global_allow())
		return;
	room = min(room, (unsigned int)(end - (const unsigned char *)iph));
	skb = icmp_alloc(room);
	if (!skb)
		return;
	icmp_hdr(skb)->type = type;
	icmp_hdr(skb)->code = code;
	icmp_hdr(skb)->un.gateway = htonl(info);
	skb_put_data(skb, iph, room);
	/* From whom it was sent to, if that is us; a packet that we sent ourselves comes back to us. */
	icmp_push_reply(skb, inet_addr_type(iph->daddr) == RTN_LOCAL ? iph->daddr : 0, iph->saddr, 0xc0);
}

static void icmp_echo(struct sk_buff *skb)
{
	struct sk_buff *reply = icmp_alloc(skb->len);

	if (!reply)
		return;
	/* Identifier, number and data go back as they are; skb->data is behind the header. */
	*icmp_hdr(reply) = *icmp_hdr(skb);
	icmp_hdr(reply)->type = ICMP_ECHOREPLY;
	skb_put_data(reply, skb->data, skb->len);
	icmp_push_reply(reply, ip_hdr(skb)->daddr, ip_hdr(skb)->saddr, ip_hdr(skb)->tos);
}

/* What became of a packet of ours: its protocol is told, if it is one of ours. */
static void icmp_unreach(struct sk_buff *skb)
{
	const struct icmphdr *icmph = icmp_hdr(skb);
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct net_protocol *ipprot;
	u32 info = 0;

	if (!pskb_may_pull(skb, sizeof(struct iphdr)) || iph->ihl < 5 || !pskb_may_pull(skb, iph->ihl * 4 + 8)) {
		ICMP_INC_STATS(ICMP_MIB_INERRORS);
		return;
	}
	if (icmph->type == ICMP_DEST_UNREACH) {
		ICMP_INC_STATS(ICMP_MIB_INDESTUNREACHS);
		if (icmph->code > NR_ICMP_UNREACH)
			return;
		if (icmph->code == ICMP_FRAG_NEEDED)
			info = ntohs(icmph->un.frag.mtu);
	}
	/* About a packet that one host alone has sent: us. */
	if (inet_addr_type(iph->daddr) == RTN_BROADCAST || inet_addr_type(iph->saddr) != RTN_LOCAL)
		return;
	ipprot = inet_protos[iph->protocol];
	if (ipprot && ipprot->err_handler)
		ipprot->err_handler(skb, info);
}

static int icmp_rcv(struct sk_buff *skb)
{
	struct icmphdr *icmph;

	ICMP_INC_STATS(ICMP_MIB_INMSGS);
	if (ip_compute_csum(skb->data, skb->len)) {
		ICMP_INC_STATS(ICMP_MIB_CSUMERRORS);
		goto error;
	}
	if (!skb_pull(skb, sizeof(struct icmphdr)))
		goto error;
	icmph = icmp_hdr(skb);
	/* Discarded in silence (RFC 1122). */
	if (icmph->type > NR_ICMP_TYPES)
		goto error;
	/* Simplified: of those to all on the link nobody is answered; Linux can be told to. */
	if (skb->dst->rt_type != RTN_BROADCAST) {
		if (icmph->type == ICMP_ECHO) {
			ICMP_INC_STATS(ICMP_MIB_INECHOS);
			icmp_echo(skb);
		} else if (icmph->type == ICMP_DEST_UNREACH || icmph->type == ICMP_TIME_EXCEEDED || icmph->type == ICMP_PARAMETERPROB ||
			   icmph->type == ICMP_SOURCE_QUENCH) {
			icmp_unreach(skb);
		} else if (icmph->type == ICMP_ECHOREPLY) {
			ICMP_INC_STATS(ICMP_MIB_INECHOREPS);
		}
	}
	consume_skb(skb);
	return NET_RX_SUCCESS;
error:
	ICMP_INC_STATS(ICMP_MIB_INERRORS);
	kfree_skb(skb);
	return NET_RX_DROP;
}

static const struct net_protocol icmp_protocol = { .handler = icmp_rcv };

static int __init icmp_init(void)
{
	return inet_add_protocol(&icmp_protocol, IPPROTO_ICMP);
}
fs_initcall(icmp_init);
