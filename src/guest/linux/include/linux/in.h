/* Internet addresses and the headers of its protocols. Linux: include/uapi/linux/{in,ip,icmp,udp,tcp,if_arp}.h, include/linux/{ip,udp,tcp}.h. */
#ifndef _LINUX_IN_H
#define _LINUX_IN_H

#include <linux/types.h>
#include <linux/if_ether.h>
#include <linux/skbuff.h>

#define IPPROTO_IP	0
#define IPPROTO_ICMP	1
#define IPPROTO_TCP	6
#define IPPROTO_UDP	17
#define IPPROTO_MAX	256

#define INADDR_ANY		0
#define INADDR_BROADCAST	0xffffffffU
#define INADDR_LOOPBACK		0x7f000001

struct in_addr {
	u32 s_addr;
};

struct sockaddr_in {
	unsigned short sin_family;
	u16 sin_port;
	struct in_addr sin_addr;
	unsigned char sin_zero[8];
};

/* Addresses in network byte order. */
#define ipv4_is_loopback(a)	(((a) & htonl(0xff000000)) == htonl(0x7f000000))
#define ipv4_is_multicast(a)	(((a) & htonl(0xf0000000)) == htonl(0xe0000000))
#define ipv4_is_lbcast(a)	((a) == INADDR_BROADCAST)
#define ipv4_is_zeronet(a)	(((a) & htonl(0xff000000)) == 0)

struct iphdr {
	u8 ihl:4, version:4;
	u8 tos;
	u16 tot_len;
	u16 id;
	u16 frag_off;
	u8 ttl;
	u8 protocol;
	u16 check;
	u32 saddr;
	u32 daddr;
};

#define IP_CE		0x8000
#define IP_DF		0x4000
#define IP_MF		0x2000
#define IP_OFFSET	0x1fff
#define IPDEFTTL	64

struct icmphdr {
	u8 type;
	u8 code;
	u16 checksum;
	union {
		struct {
			u16 id;
			u16 sequence;
		} echo;
		u32 gateway;
		struct {
			u16 unused;
			u16 mtu;
		} frag;
	} un;
};

#define ICMP_ECHOREPLY		0
#define ICMP_DEST_UNREACH	3
#define ICMP_SOURCE_QUENCH	4
#define ICMP_REDIRECT		5
#define ICMP_ECHO		8
#define ICMP_TIME_EXCEEDED	11
#define ICMP_PARAMETERPROB	12
#define ICMP_TIMESTAMP		13
#define NR_ICMP_TYPES		18

#define ICMP_NET_UNREACH	0
#define ICMP_HOST_UNREACH	1
#define ICMP_PROT_UNREACH	2
#define ICMP_PORT_UNREACH	3
#define ICMP_FRAG_NEEDED	4
#define ICMP_SR_FAILED		5
#define NR_ICMP_UNREACH		15

struct udphdr {
	u16 source;
	u16 dest;
	u16 len;
	u16 check;
};

struct tcphdr {
	u16 source;
	u16 dest;
	u32 seq;
	u32 ack_seq;
	u16 res1:4, doff:4, fin:1, syn:1, rst:1, psh:1, ack:1, urg:1, ece:1, cwr:1;
	u16 window;
	u16 check;
	u16 urg_ptr;
};

/* With addresses of Ethernet and IP. */
struct arphdr {
	u16 ar_hrd;
	u16 ar_pro;
	u8 ar_hln;
	u8 ar_pln;
	u16 ar_op;
	u8 ar_sha[ETH_ALEN];
	u8 ar_sip[4];
	u8 ar_tha[ETH_ALEN];
	u8 ar_tip[4];
} __packed;

#define ARPOP_REQUEST	1
#define ARPOP_REPLY	2

#define ip_hdr(skb)	((struct iphdr *)skb_network_header(skb))
#define icmp_hdr(skb)	((struct icmphdr *)skb_transport_header(skb))
#define udp_hdr(skb)	((struct udphdr *)skb_transport_header(skb))
#define tcp_hdr(skb)	((struct tcphdr *)skb_transport_header(skb))
#define arp_hdr(skb)	((struct arphdr *)skb_network_header(skb))
#define ip_hdrlen(skb)	(ip_hdr(skb)->ihl * 4)
#define tcp_hdrlen(skb)	(tcp_hdr(skb)->doff * 4)

/* Socket options of IP. Linux: include/uapi/linux/in.h. */
#define IP_TOS		1
#define IP_TTL		2
#define IP_MTU_DISCOVER	10
#define IP_RECVERR	11
#define IP_MTU		14
#define IP_FREEBIND	15

#endif
