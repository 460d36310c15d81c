/* Ethernet headers. Linux: net/ethernet/eth.c. */
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/string.h>

static int eth_header(struct sk_buff *skb, struct net_device *dev, unsigned short type, const void *daddr, const void *saddr, unsigned int len)
{
	struct ethhdr *eth = skb_push(skb, ETH_HLEN);

	(void)len;
	eth->h_proto = htons(type);
	memcpy(eth->h_source, saddr ? saddr : dev->dev_addr, ETH_ALEN);
	if (daddr) {
		memcpy(eth->h_dest, daddr, ETH_ALEN);
		return ETH_HLEN;
	}
	/* Nobody has to look at it there. */
	memset(eth->h_dest, 0, ETH_ALEN);
	return dev->flags & (IFF_LOOPBACK | IFF_NOARP) ? ETH_HLEN : -ETH_HLEN;
}

const struct header_ops eth_header_ops = { .create = eth_header };

u16 eth_type_trans(struct sk_buff *skb, struct net_device *dev)
{
	const struct ethhdr *eth;

	skb->dev = dev;
	skb_reset_mac_header(skb);
	eth = __skb_pull(skb, ETH_HLEN) - ETH_HLEN;
	if (unlikely(memcmp(eth->h_dest, dev->dev_addr, ETH_ALEN))) {
		if (!memcmp(eth->h_dest, dev->broadcast, ETH_ALEN))
			skb->pkt_type = PACKET_BROADCAST;
		else
			skb->pkt_type = eth->h_dest[0] & 1 ? PACKET_MULTICAST : PACKET_OTHERHOST;
	}
	/* Less is a length, of a frame without a type. Simplified: nobody takes those. */
	return ntohs(eth->h_proto) >= ETH_P_802_3_MIN ? eth->h_proto : 0;
}

void ether_setup(struct net_device *dev)
{
	dev->header_ops = &eth_header_ops;
	dev->type = ARPHRD_ETHER;
	dev->hard_header_len = ETH_HLEN;
	dev->mtu = ETH_DATA_LEN;
	dev->addr_len = ETH_ALEN;
	dev->tx_queue_len = DEFAULT_TX_QUEUE_LEN;
	dev->flags = IFF_BROADCAST | IFF_MULTICAST;
	memset(dev->broadcast, 0xff, ETH_ALEN);
}
