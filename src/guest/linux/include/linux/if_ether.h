/* Ethernet frames. Linux: include/uapi/linux/if_ether.h, include/linux/etherdevice.h, byteorder/generic.h. */
#ifndef _LINUX_IF_ETHER_H
#define _LINUX_IF_ETHER_H

#include <linux/types.h>
#include <linux/compiler.h>

#define ETH_ALEN	6
#define ETH_HLEN	14
#define ETH_ZLEN	60
#define ETH_DATA_LEN	1500
#define ETH_FRAME_LEN	1514

#define ETH_P_IP	0x0800
#define ETH_P_ARP	0x0806
#define ETH_P_802_3_MIN	0x0600

struct ethhdr {
	unsigned char h_dest[ETH_ALEN];
	unsigned char h_source[ETH_ALEN];
	u16 h_proto;
} __packed;

/* Network byte order and back. */
#define htons(x)	((u16)__builtin_bswap16((u16)(x)))
#define ntohs(x)	((u16)__builtin_bswap16((u16)(x)))
#define htonl(x)	((u32)__builtin_bswap32((u32)(x)))
#define ntohl(x)	((u32)__builtin_bswap32((u32)(x)))

struct net_device;
struct sk_buff;

extern const struct header_ops eth_header_ops;
void ether_setup(struct net_device *dev);
/* Takes the header off: whom the frame is for goes to skb->pkt_type, the protocol is returned. The frame has a header. */
u16 eth_type_trans(struct sk_buff *skb, struct net_device *dev);

#endif
