/* IPv4. Linux: include/net/ip.h, protocol.h, inet_sock.h. */
#ifndef _NET_IP_H
#define _NET_IP_H

#include <linux/in.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/route.h>
#include <net/snmp.h>
#include <net/sock.h>

/* sk_buff->cb, between the driver and the transport. */
struct inet_skb_parm {
	int iif;
	u16 flags;
};

#define IPCB(skb)	((struct inet_skb_parm *)(skb)->cb)

/* Who takes packets of a protocol. */
struct net_protocol {
	/* The packet is taken. */
	int (*handler)(struct sk_buff *skb);
	/* A packet that we sent came to nothing; skb holds its beginning, from the IP header on. */
	void (*err_handler)(struct sk_buff *skb, u32 info);
};

extern const struct net_protocol *inet_protos[IPPROTO_MAX];
int inet_add_protocol(const struct net_protocol *prot, unsigned char protocol);

/* What every socket of the Internet has. */
struct inet_sock {
	struct sock sk;			/* first */
	u32 inet_daddr;
	u32 inet_rcv_saddr;		/* whom it listens as; 0: any */
	u32 inet_saddr;			/* whom it sends as */
	u16 inet_dport;			/* network byte order */
	u16 inet_num;			/* its port */
	u16 inet_sport;
	u16 inet_id;
	u8 tos;
	short uc_ttl;			/* -1: as usual */
	bool recverr, freebind, is_icsk;
	u8 pmtudisc;
	struct rtable *rt;		/* Linux: sk->sk_dst_cache */
};

static inline struct inet_sock *inet_sk(const struct sock *sk)
{
	return (struct inet_sock *)sk;
}

/* ip_input.c, ip_output.c */
int ip_rcv(struct sk_buff *skb, struct net_device *dev);
/* The packet of a connected socket; the transport's header is there. */
int ip_queue_xmit(struct sock *sk, struct sk_buff *skb);
/* The same without a socket, or before it is one; saddr 0: that of the route. The checksum of the transport is the caller's. */
int ip_send_skb(struct sk_buff *skb, struct rtable *rt, u32 saddr, u32 daddr, u8 protocol, u8 tos, u8 ttl, bool df);
int ip_local_out(struct sk_buff *skb);
void ip_send_check(struct iphdr *ip);

/* af_inet.c */
int inet_release(struct socket *sock);
int inet_bind(struct socket *sock, struct sockaddr *uaddr, int addr_len);
int inet_autobind(struct sock *sk);
void inet_sock_destruct(struct sock *sk);
void inet_init_sock(struct socket *sock, struct sock *sk, int protocol);

/* ip_sockglue.c */
int ip_setsockopt(struct sock *sk, int level, int optname, char __user *optval, unsigned int optlen);
int ip_getsockopt(struct sock *sk, int level, int optname, char __user *optval, int __user *optlen);

#endif
