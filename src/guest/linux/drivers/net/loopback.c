/* The device whose packets come back at once. Linux: drivers/net/loopback.c. */
#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

static netdev_tx_t loopback_xmit(struct sk_buff *skb, struct net_device *dev)
{
	/* From here on nobody has sent it: the socket's memory is free again. */
	skb_orphan(skb);
	skb->dst = NULL;
	skb->pkt_type = PACKET_HOST;
	if (!pskb_may_pull(skb, ETH_HLEN)) {
		kfree_skb(skb);
		return NETDEV_TX_OK;
	}
	skb->protocol = eth_type_trans(skb, dev);
	netif_rx(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops loopback_ops = { .ndo_start_xmit = loopback_xmit };

static struct net_device lo = {
	.name = "lo",
	.flags = IFF_LOOPBACK,
	.mtu = 65535,
	.type = ARPHRD_LOOPBACK,
	.hard_header_len = ETH_HLEN,
	.addr_len = ETH_ALEN,
	.features = NETIF_F_HW_CSUM,
	.netdev_ops = &loopback_ops,
	.header_ops = &eth_header_ops,
};

struct net_device *loopback_dev = &lo;

static int __init loopback_net_init(void)
{
	return register_netdevice(&lo);
}
subsys_initcall(loopback_net_init);
