/* UDP (RFC 768). Linux: net/ipv4/udp.c, net/core/datagram.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <net/checksum.h>
#include <net/icmp.h>
#include <net/udp.h>

#define UDP_HTABLE_SIZE	64
#define PORT_LOW	32768
#define PORT_HIGH	60999
#define FIONREAD	0x541b
#define TIOCOUTQ	0x5411

static struct list_head udp_table[UDP_HTABLE_SIZE];	/* by sk_node, by local port */
static DEFINE_SPINLOCK(udp_lock);

static struct list_head *udp_hashslot(u16 num)
{
	return &udp_table[num % UDP_HTABLE_SIZE];
}

static bool udp_lib_lport_inuse(const struct sock *sk, u16 num)
{
	struct sock *sk2;

	list_for_each_entry(sk2, udp_hashslot(num), sk_node) {
		u32 a = inet_sk(sk)->inet_rcv_saddr, b = inet_sk(sk2)->inet_rcv_saddr;

		if (sk2 != sk && inet_sk(sk2)->inet_num == num && (!sk2->sk_reuse || !sk->sk_reuse) && (!a || !b || a == b))
			return true;
	}
	return false;
}

static int udp_v4_get_port(struct sock *sk, unsigned short snum)
{
	static unsigned short next = PORT_LOW;
	int left, error = 1;

	spin_lock_bh(&udp_lock);
	if (!snum) {
		for (left = PORT_HIGH - PORT_LOW; left >= 0; left--) {
			snum = next;
			next = next == PORT_HIGH ? PORT_LOW : next + 1;
			if (!udp_lib_lport_inuse(sk, snum))
				break;
		}
		if (left < 0)
			goto out;
	} else if (udp_lib_lport_inuse(sk, snum)) {
		goto out;
	}
	inet_sk(sk)->inet_num = snum;
	list_add_tail(&sk->sk_node, udp_hashslot(snum));
	error = 0;
out:
	spin_unlock_bh(&udp_lock);
	return error;
}

static void udp_lib_unhash(struct sock *sk)
{
	spin_lock_bh(&udp_lock);
	if (!list_empty(&sk->sk_node))
		list_del_init(&sk->sk_node);
	inet_sk(sk)->inet_num = 0;
	spin_unlock_bh(&udp_lock);
}

/* The one that says most about the four is meant; -1: it does not match. */
static int compute_score(const struct sock *sk, u32 saddr, u16 sport, u32 daddr, u16 hnum)
{
	const struct inet_sock *inet = inet_sk(sk);
	int score = 1;

	if (inet->inet_num != hnum)
		return -1;
	if (inet->inet_rcv_saddr) {
		if (inet->inet_rcv_saddr != daddr)
			return -1;
		score += 4;
	}
	if (inet->inet_daddr) {
		if (inet->inet_daddr != saddr)
			return -1;
		score += 4;
	}
	if (inet->inet_dport) {
		if (inet->inet_dport != sport)
			return -1;
		score += 4;
	}
	return score;
}

/* With a reference. */
static struct sock *udp4_lib_lookup(u32 saddr, u16 sport, u32 daddr, u16 dport)
{
	struct sock *sk, *result = NULL;
	int badness = 0;

	spin_lock_bh(&udp_lock);
	list_for_each_entry(sk, udp_hashslot(ntohs(dport)), sk_node) {
		int score = compute_score(sk, saddr, sport, daddr, ntohs(dport));

		if (score > badness) {
			badness = score;
			result = sk;
		}
	}
	if (result)
		sock_hold(result);
	spin_unlock_bh(&udp_lock);
	return result;
}

int udp_rcv(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct udphdr *uh = udp_hdr(skb);
	unsigned short ulen;
	struct sock *sk;

	if (!pskb_may_pull(skb, sizeof(struct udphdr)))
		goto drop;
	ulen = ntohs(uh->len);
	if (ulen > skb->len || ulen < sizeof(*uh) || pskb_trim_rcsum(skb, ulen))
		goto drop;
	/* 0: there is none. */
	if (uh->check && skb->ip_summed != CHECKSUM_PARTIAL &&
	    csum_tcpudp_magic(iph->saddr, iph->daddr, ulen, IPPROTO_UDP, csum_partial(uh, ulen, 0))) {
		UDP_INC_STATS(UDP_MIB_CSUMERRORS);
		goto drop;
	}
	sk = udp4_lib_lookup(iph->saddr, uh->source, iph->daddr, uh->dest);
	if (!sk) {
		UDP_INC_STATS(UDP_MIB_NOPORTS);
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
		kfree_skb(skb);
		return 0;
	}
	if (skb->dst->rt_type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST) && inet_sk(sk)->inet_daddr) {
		sock_put(sk);
		goto drop;
	}
	if (sock_queue_rcv_skb(sk, skb)) {
		UDP_INC_STATS(UDP_MIB_RCVBUFERRORS);
		UDP_INC_STATS(UDP_MIB_INERRORS);
		kfree_skb(skb);
	} else {
		UDP_INC_STATS(UDP_MIB_INDATAGRAMS);
	}
	sock_put(sk);
	return 0;
drop:
	UDP_INC_STATS(UDP_MIB_INERRORS);
	kfree_skb(skb);
	return 0;
}

void udp_err(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct udphdr *uh = (const struct udphdr *)(skb->data + iph->ihl * 4);
	int type = icmp_hdr(skb)->type, code = icmp_hdr(skb)->code, err = EHOSTUNREACH;
	bool harderr = false;
	struct sock *sk;

	(void)info;
	sk = udp4_lib_lookup(iph->daddr, uh->dest, iph->saddr, uh->source);
	if (!sk) {
		ICMP_INC_STATS(ICMP_MIB_INERRORS);
		return;
	}
	if (type == ICMP_DEST_UNREACH && code != ICMP_FRAG_NEEDED) {
		err = icmp_err_convert[code].errno;
		harderr = icmp_err_convert[code].fatal;
	}
	/* Only who is connected knows whom it is about. */
	if (inet_sk(sk)->recverr || (harderr && sk->sk_state == TCP_ESTABLISHED)) {
		sk->sk_err = err;
		sk->sk_error_report(sk);
	}
	sock_put(sk);
}

static int udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)
{
	struct inet_sock *inet = inet_sk(sk);
	struct sockaddr_in *usin = msg->msg_name;
	unsigned int ulen = len + sizeof(struct udphdr);
	struct rtable *rt;
	struct udphdr *uh;
	struct sk_buff *skb;
	u32 daddr, saddr;
	u16 dport;
	int err;

	if (len > 0xffff)
		return -EMSGSIZE;
	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (usin) {
		if (msg->msg_namelen < (int)sizeof(*usin))
			return -EINVAL;
		if (usin->sin_family != AF_INET && usin->sin_family != AF_UNSPEC)
			return -EAFNOSUPPORT;
		daddr = usin->sin_addr.s_addr;
		dport = usin->sin_port;
		if (!dport)
			return -EINVAL;
	} else {
		if (sk->sk_state != TCP_ESTABLISHED)
			return -EDESTADDRREQ;
		daddr = inet->inet_daddr;
		dport = inet->inet_dport;
	}
	if (!daddr)
		daddr = htonl(INADDR_LOOPBACK);
	rt = ip_route_output(daddr);
	if (!rt)
		return -ENETUNREACH;
	if (rt->rt_type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	/* Simplified: a datagram is one packet; Linux cuts it where the link asks for it. */
	if (ulen + sizeof(struct iphdr) > dst_mtu(rt))
		return -EMSGSIZE;
	saddr = inet->inet_saddr ? inet->inet_saddr : rt->rt_type == RTN_LOCAL && ipv4_is_loopback(daddr) ? htonl(INADDR_LOOPBACK) : rt->prefsrc;
	skb = sock_alloc_send_skb(sk, LL_MAX_HEADER + sizeof(struct iphdr) + ulen, msg->msg_flags & MSG_DONTWAIT, &err);
	if (!skb) {
		UDP_INC_STATS(UDP_MIB_SNDBUFERRORS);
		return err;
	}
	skb_reserve(skb, LL_MAX_HEADER + sizeof(struct iphdr));
	skb_reset_transport_header(skb);
	uh = skb_put(skb, sizeof(*uh));
	if (!copy_from_iter_full(skb_put(skb, len), len, &msg->msg_iter)) {
		kfree_skb(skb);
		return -EFAULT;
	}
	*uh = (struct udphdr) { inet->inet_sport, dport, htons(ulen), 0 };
	uh->check = ~csum_tcpudp_magic(saddr, daddr, ulen, IPPROTO_UDP, 0);
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb->transport_header;
	skb->csum_offset = offsetof(struct udphdr, check);
	err = ip_send_skb(skb, rt, saddr, daddr, IPPROTO_UDP, inet->tos, inet->uc_ttl < 0 ? 0 : inet->uc_ttl, false);
	if (err < 0)
		return err;
	UDP_INC_STATS(UDP_MIB_OUTDATAGRAMS);
	return len;
}

/* The first datagram. NULL: *err says why. Linux: __skb_recv_udp(). */
static struct sk_buff *recv_datagram(struct sock *sk, int noblock, bool peek, int *err)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	long timeo = sock_rcvtimeo(sk, noblock);
	struct sk_buff *skb;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&sk->sk_receive_queue.lock, flags);
		skb = skb_peek(&sk->sk_receive_queue);
		if (skb && peek)
			skb_get(skb);
		else if (skb)
			__skb_unlink(skb, &sk->sk_receive_queue);
		spin_unlock_irqrestore(&sk->sk_receive_queue.lock, flags);
		if (skb)
			return skb;
		*err = sock_error(sk);
		if (*err)
			return NULL;
		if (sk->sk_shutdown & RCV_SHUTDOWN) {
			*err = 0;
			return NULL;
		}
		*err = -EAGAIN;
		if (!timeo)
			return NULL;
		*err = sock_intr_errno(timeo);
		if (signal_pending(current))
			return NULL;
		add_wait_queue(sk_sleep(sk), &wait);
		if (skb_queue_empty_lockless(&sk->sk_receive_queue) && !sk->sk_err && !(sk->sk_shutdown & RCV_SHUTDOWN))
			timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, timeo);
		remove_wait_queue(sk_sleep(sk), &wait);
	}
}

static int udp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int noblock, int flags, int *addr_len)
{
	struct sockaddr_in *sin = msg->msg_name;
	struct sk_buff *skb;
	unsigned int ulen;
	size_t copied;
	int err;

	if (flags & MSG_ERRQUEUE)
		return -EAGAIN;
	skb = recv_datagram(sk, noblock, flags & MSG_PEEK, &err);
	if (!skb)
		return err;
	ulen = skb->len - sizeof(struct udphdr);
	copied = min(len, (size_t)ulen);
	if (copied < ulen)
		msg->msg_flags |= MSG_TRUNC;
	if (copy_to_iter(skb->data + sizeof(struct udphdr), copied, &msg->msg_iter) != copied) {
		consume_skb(skb);
		return -EFAULT;
	}
	if (sin) {
		memset(sin, 0, sizeof(*sin));
		sin->sin_family = AF_INET;
		sin->sin_port = udp_hdr(skb)->source;
		sin->sin_addr.s_addr = ip_hdr(skb)->saddr;
		*addr_len = sizeof(*sin);
	}
	err = flags & MSG_TRUNC ? (int)ulen : (int)copied;
	consume_skb(skb);
	return err;
}

static int udp_connect(struct sock *sk, struct sockaddr *uaddr, int addr_len)
{
	struct sockaddr_in *usin = (struct sockaddr_in *)uaddr;
	struct inet_sock *inet = inet_sk(sk);
	struct rtable *rt;
	u32 daddr;

	if (addr_len < (int)sizeof(*usin))
		return -EINVAL;
	if (usin->sin_family != AF_INET)
		return -EAFNOSUPPORT;
	daddr = usin->sin_addr.s_addr ? usin->sin_addr.s_addr : htonl(INADDR_LOOPBACK);
	rt = ip_route_output(daddr);
	if (!rt)
		return -ENETUNREACH;
	if (rt->rt_type == RTN_BROADCAST && !sock_flag(sk, SOCK_BROADCAST))
		return -EACCES;
	lock_sock(sk);
	if (!inet->inet_saddr)
		inet->inet_saddr = ipv4_is_loopback(daddr) ? htonl(INADDR_LOOPBACK) : rt->prefsrc;
	if (!inet->inet_rcv_saddr)
		inet->inet_rcv_saddr = inet->inet_saddr;
	inet->inet_daddr = daddr;
	inet->inet_dport = usin->sin_port;
	inet->rt = rt;
	sk->sk_state = TCP_ESTABLISHED;
	release_sock(sk);
	return 0;
}

static int udp_disconnect(struct sock *sk, int flags)
{
	struct inet_sock *inet = inet_sk(sk);

	(void)flags;
	lock_sock(sk);
	sk->sk_state = TCP_CLOSE;
	inet->inet_daddr = 0;
	inet->inet_dport = 0;
	inet->rt = NULL;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK))
		inet->inet_rcv_saddr = inet->inet_saddr = 0;
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK)) {
		udp_lib_unhash(sk);
		inet->inet_sport = 0;
	}
	release_sock(sk);
	return 0;
}

static void udp_close(struct sock *sk, long timeout)
{
	(void)timeout;
	udp_lib_unhash(sk);
	sock_orphan(sk);
	sock_put(sk);
}

static int udp_ioctl(struct sock *sk, int cmd, unsigned long arg)
{
	struct sk_buff *skb;
	unsigned long flags;
	int amount = 0;

	if (cmd == TIOCOUTQ)
		return put_user(sk_wmem_alloc_get(sk), (int __user *)arg);
	if (cmd != FIONREAD)
		return -ENOIOCTLCMD;
	spin_lock_irqsave(&sk->sk_receive_queue.lock, flags);
	skb = skb_peek(&sk->sk_receive_queue);
	if (skb)
		amount = skb->len - sizeof(struct udphdr);
	spin_unlock_irqrestore(&sk->sk_receive_queue.lock, flags);
	return put_user(amount, (int __user *)arg);
}

unsigned int udp_poll(struct file *file, struct socket *sock, struct poll_table *wait)
{
	struct sock *sk = sock->sk;
	unsigned int mask = 0;

	sock_poll_wait(file, sock, wait);
	if (sk->sk_err)
		mask |= POLLERR;
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		mask |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (sk->sk_shutdown == SHUTDOWN_MASK)
		mask |= POLLHUP;
	if (!skb_queue_empty_lockless(&sk->sk_receive_queue))
		mask |= POLLIN | POLLRDNORM;
	if (sock_writeable(sk))
		mask |= POLLOUT | POLLWRNORM | POLLWRBAND;
	else
		set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
	return mask;
}

struct proto udp_prot = {
	.name = "UDP",
	.close = udp_close,
	.connect = udp_connect,
	.disconnect = udp_disconnect,
	.ioctl = udp_ioctl,
	.setsockopt = ip_setsockopt,
	.getsockopt = ip_getsockopt,
	.sendmsg = udp_sendmsg,
	.recvmsg = udp_recvmsg,
	.get_port = udp_v4_get_port,
	.unhash = udp_lib_unhash,
	.obj_size = sizeof(struct udp_sock),
};

static int __init udp_init(void)
{
	int i;

	for (i = 0; i < UDP_HTABLE_SIZE; i++)
		INIT_LIST_HEAD(&udp_table[i]);
	return proto_register(&udp_prot);
}
subsys_initcall(udp_init);
