/* Sockets of the Internet. Linux: net/ipv4/af_inet.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <net/ip.h>
#include <net/stream.h>
#include <net/tcp.h>
#include <net/udp.h>

/* Below it ports are root's, which here everybody is. */
#define PROT_SOCK	1024

void inet_sock_destruct(struct sock *sk)
{
	__skb_queue_purge(&sk->sk_receive_queue);
	WARN_ON(atomic_read(&sk->sk_rmem_alloc));
	WARN_ON(sk->sk_wmem_queued);
}

static bool inet_can_bind(u32 addr)
{
	return !addr || inet_addr_type(addr) != RTN_UNICAST;
}

/* Before it sends without having been bound. */
int inet_autobind(struct sock *sk)
{
	int err = 0;

	lock_sock(sk);
	if (!inet_sk(sk)->inet_num) {
		if (sk->sk_prot->get_port(sk, 0))
			err = -EAGAIN;
		else
			inet_sk(sk)->inet_sport = htons(inet_sk(sk)->inet_num);
	}
	release_sock(sk);
	return err;
}

static int inet_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int err = -EINVAL;

	lock_sock(sk);
	if (sock->state != SS_UNCONNECTED || sock->type != SOCK_STREAM)
		goto out;
	if (!((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
		goto out;
	sk->sk_max_ack_backlog = backlog;
	err = sk->sk_state == TCP_LISTEN ? 0 : inet_csk_listen_start(sk, backlog);
out:
	release_sock(sk);
	return err;
}

int inet_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	long timeout = 0;

	if (!sk)
		return 0;
	if (sock_flag(sk, SOCK_LINGER) && !(current->flags & PF_EXITING))
		timeout = sk->sk_lingertime;
	sk->sk_prot->close(sk, timeout);
	sock->sk = NULL;
	return 0;
}

int inet_bind(struct socket *sock, struct sockaddr *uaddr, int addr_len)
{
	struct sockaddr_in *addr = (struct sockaddr_in *)uaddr;
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);
	int err = 0;

	if (addr_len < (int)sizeof(struct sockaddr_in))
		return -EINVAL;
	if (addr->sin_family != AF_INET && (addr->sin_family != AF_UNSPEC || addr->sin_addr.s_addr))
		return -EAFNOSUPPORT;
	if (!inet->freebind && (!inet_can_bind(addr->sin_addr.s_addr) || ipv4_is_multicast(addr->sin_addr.s_addr)))
		return -EADDRNOTAVAIL;
	lock_sock(sk);
	if (sk->sk_state != TCP_CLOSE || inet->inet_num) {
		err = -EINVAL;
		goto out;
	}
	inet->inet_rcv_saddr = inet->inet_saddr = addr->sin_addr.s_addr;
	/* What is for all is received there, but nobody sends as such. */
	if (inet->inet_saddr && inet_addr_type(inet->inet_saddr) == RTN_BROADCAST)
		inet->inet_saddr = 0;
	if (sk->sk_prot->get_port(sk, ntohs(addr->sin_port))) {
		inet->inet_saddr = inet->inet_rcv_saddr = 0;
		err = -EADDRINUSE;
		goto out;
	}
	if (inet->inet_rcv_saddr)
		sk->sk_userlocks |= SOCK_BINDADDR_LOCK;
	if (addr->sin_port)
		sk->sk_userlocks |= SOCK_BINDPORT_LOCK;
	inet->inet_sport = htons(inet->inet_num);
	inet->inet_daddr = 0;
	inet->inet_dport = 0;
out:
	release_sock(sk);
	return err;
}

static int inet_dgram_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags)
{
	struct sock *sk = sock->sk;

	if (addr_len < (int)sizeof(uaddr->sa_family))
		return -EINVAL;
	if (uaddr->sa_family == AF_UNSPEC)
		return sk->sk_prot->disconnect(sk, flags);
	if (!inet_sk(sk)->inet_num && inet_autobind(sk))
		return -EAGAIN;
	return sk->sk_prot->connect(sk, uaddr, addr_len);
}

static long inet_wait_for_connect(struct sock *sk, long timeo)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	add_wait_queue(sk_sleep(sk), &wait);
	while ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		release_sock(sk);
		timeo = wait_woken(&wait, TASK_INTERRUPTIBLE, timeo);
		lock_sock(sk);
		if (signal_pending(current) || !timeo)
			break;
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return timeo;
}

static int __inet_stream_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags)
{
	struct sock *sk = sock->sk;
	int err;
	long timeo;

	if (addr_len < (int)sizeof(uaddr->sa_family))
		return -EINVAL;
	if (uaddr->sa_family == AF_UNSPEC) {
		sk->sk_disconnects++;
		err = sk->sk_prot->disconnect(sk, flags);
		sock->state = err ? SS_DISCONNECTING : SS_UNCONNECTED;
		return err;
	}
	switch (sock->state) {
	case SS_CONNECTED:
		return -EISCONN;
	case SS_CONNECTING:
		err = -EALREADY;
		break;
	case SS_UNCONNECTED:
		if (sk->sk_state != TCP_CLOSE)
			return -EISCONN;
		err = sk->sk_prot->connect(sk, uaddr, addr_len);
		if (err < 0)
			return err;
		sock->state = SS_CONNECTING;
		err = -EINPROGRESS;
		break;
	default:
		return -EINVAL;
	}
	timeo = sock_sndtimeo(sk, flags & O_NONBLOCK);
	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		u32 disconnects = sk->sk_disconnects;

		if (!timeo)
			return err;
		timeo = inet_wait_for_connect(sk, timeo);
		if (disconnects != sk->sk_disconnects)
			return -EPIPE;
		if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
			if (signal_pending(current))
				return sock_intr_errno(timeo);
			return err;
		}
	}
	/* Refused, or given up. */
	if (sk->sk_state == TCP_CLOSE) {
		err = sock_error(sk);
		sock->state = SS_UNCONNECTED;
		sk->sk_disconnects++;
		if (sk->sk_prot->disconnect(sk, flags))
			sock->state = SS_DISCONNECTING;
		return err ? err : -ECONNABORTED;
	}
	sock->state = SS_CONNECTED;
	return 0;
}

static int inet_stream_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags)
{
	int err;

	lock_sock(sock->sk);
	err = __inet_stream_connect(sock, uaddr, addr_len, flags);
	release_sock(sock->sk);
	return err;
}

static int inet_accept(struct socket *sock, struct socket *newsock, int flags, bool kern)
{
	int err = -EINVAL;
	struct sock *sk1 = sock->sk, *sk2 = sk1->sk_prot->accept(sk1, flags, &err, kern);

	if (!sk2)
		return err;
	lock_sock(sk2);
	sock_graft(sk2, newsock);
	newsock->state = SS_CONNECTED;
	release_sock(sk2);
	return 0;
}

static int inet_getname(struct socket *sock, struct sockaddr *uaddr, int peer)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)uaddr;
	struct sock *sk = sock->sk;
	struct inet_sock *inet = inet_sk(sk);

	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	if (peer) {
		if (!inet->inet_dport || (((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_SYN_SENT)) && peer == 1))
			return -ENOTCONN;
		sin->sin_port = inet->inet_dport;
		sin->sin_addr.s_addr = inet->inet_daddr;
	} else {
		sin->sin_port = inet->inet_sport;
		sin->sin_addr.s_addr = inet->inet_rcv_saddr ? inet->inet_rcv_saddr : inet->inet_saddr;
	}
	return sizeof(*sin);
}

static int inet_sendmsg(struct socket *sock, struct msghdr *msg, size_t size)
{
	struct sock *sk = sock->sk;

	if (sk->sk_type != SOCK_STREAM && !inet_sk(sk)->inet_num && inet_autobind(sk))
		return -EAGAIN;
	return sk->sk_prot->sendmsg(sk, msg, size);
}

static int inet_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags)
{
	struct sock *sk = sock->sk;
	int addr_len = 0, err;

	err = sk->sk_prot->recvmsg(sk, msg, size, flags & MSG_DONTWAIT, flags & ~MSG_DONTWAIT, &addr_len);
	if (err >= 0)
		msg->msg_namelen = addr_len;
	return err;
}

static int inet_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err = 0;

	/* 0, 1, 2 become masks. */
	how++;
	if ((how & ~SHUTDOWN_MASK) || !how)
		return -EINVAL;
	lock_sock(sk);
	if (sock->state == SS_CONNECTING) {
		if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE))
			sock->state = SS_DISCONNECTING;
		else
			sock->state = SS_CONNECTED;
	}
	switch (sk->sk_state) {
	case TCP_CLOSE:
		err = -ENOTCONN;
		/* Fall through: whoever polls is woken up all the same. */
	default:
		sk->sk_shutdown |= how;
		if (sk->sk_prot->shutdown)
			sk->sk_prot->shutdown(sk, how);
		break;
	case TCP_LISTEN:
		if (!(how & RCV_SHUTDOWN))
			break;
		/* Fall through */
	case TCP_SYN_SENT:
		err = sk->sk_prot->disconnect(sk, O_NONBLOCK);
		sock->state = err ? SS_DISCONNECTING : SS_UNCONNECTED;
		break;
	}
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

static int inet_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct sock *sk = sock->sk;

	return sk->sk_prot->ioctl ? sk->sk_prot->ioctl(sk, cmd, arg) : -ENOIOCTLCMD;
}

const struct proto_ops inet_stream_ops = {
	.family = AF_INET, .release = inet_release, .bind = inet_bind, .connect = inet_stream_connect, .socketpair = sock_no_socketpair,
	.accept = inet_accept, .getname = inet_getname, .poll = tcp_poll, .ioctl = inet_ioctl, .listen = inet_listen, .shutdown = inet_shutdown,
	.setsockopt = sock_common_setsockopt, .getsockopt = sock_common_getsockopt, .sendmsg = inet_sendmsg, .recvmsg = inet_recvmsg,
};

static const struct proto_ops inet_dgram_ops = {
	.family = AF_INET, .release = inet_release, .bind = inet_bind, .connect = inet_dgram_connect, .socketpair = sock_no_socketpair,
	.accept = sock_no_accept, .getname = inet_getname, .poll = udp_poll, .ioctl = inet_ioctl, .listen = sock_no_listen, .shutdown = inet_shutdown,
	.setsockopt = sock_common_setsockopt, .getsockopt = sock_common_getsockopt, .sendmsg = inet_sendmsg, .recvmsg = inet_recvmsg,
};

/* By type and protocol. Simplified: no raw sockets. */
static const struct inet_protosw {
	short type;
	int protocol;
	struct proto *prot;
	const struct proto_ops *ops;
	bool icsk;
} inetsw_array[] = {
	{ SOCK_STREAM, IPPROTO_TCP, &tcp_prot, &inet_stream_ops, true },
	{ SOCK_DGRAM, IPPROTO_UDP, &udp_prot, &inet_dgram_ops, false },
};

static int inet_create(struct socket *sock, int protocol, int kern)
{
	const struct inet_protosw *answer = NULL;
	int err = -ESOCKTNOSUPPORT;
	struct inet_sock *inet;
	unsigned int i;
	struct sock *sk;

	if (protocol < 0 || protocol >= IPPROTO_MAX)
		return -EINVAL;
	sock->state = SS_UNCONNECTED;
	for (i = 0; i < ARRAY_SIZE(inetsw_array); i++) {
		if (inetsw_array[i].type != sock->type)
			continue;
		if (!protocol || protocol == inetsw_array[i].protocol) {
			answer = &inetsw_array[i];
			break;
		}
		err = -EPROTONOSUPPORT;
	}
	if (!answer)
		return err;
	sock->ops = answer->ops;
	sk = sk_alloc(AF_INET, GFP_KERNEL, answer->prot, kern);
	if (!sk)
		return -ENOBUFS;
	inet = inet_sk(sk);
	inet->is_icsk = answer->icsk;
	inet->uc_ttl = -1;
	sock_init_data(sock, sk);
	sk->sk_destruct = inet_sock_destruct;
	sk->sk_protocol = answer->protocol;
	sk->sk_backlog_rcv = sk->sk_prot->backlog_rcv;
	if (sk->sk_prot->init) {
		err = sk->sk_prot->init(sk);
		if (err) {
			sock_orphan(sk);
			sock->sk = NULL;
			sock_put(sk);
			return err;
		}
	}
	return 0;
}

static const struct net_proto_family inet_family_ops = { .family = PF_INET, .create = inet_create };
static const struct net_protocol tcp_protocol = { .handler = tcp_v4_rcv, .err_handler = tcp_v4_err };
static const struct net_protocol udp_protocol = { .handler = udp_rcv, .err_handler = udp_err };
static struct packet_type ip_packet_type = { .type = htons(ETH_P_IP), .func = ip_rcv };

static int __init inet_init(void)
{
	sock_register(&inet_family_ops);
	inet_add_protocol(&udp_protocol, IPPROTO_UDP);
	inet_add_protocol(&tcp_protocol, IPPROTO_TCP);
	dev_add_pack(&ip_packet_type);
	return 0;
}
fs_initcall(inet_init);
