/* TCP over IPv4: to whom a segment goes, connecting, and answers without a socket. Linux: net/ipv4/tcp_ipv4.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <net/icmp.h>
#include <net/tcp.h>
#include <trace/events.h>

/* Simplified: not secret; numbers of one pair of addresses still grow with time, by one each 64 ns, so that an old connection's are not used again. */
u32 tcp_v4_init_seq(u32 daddr, u32 saddr, u16 dport, u16 sport)
{
	u32 h = (daddr * 0x9e3779b1) ^ (saddr * 0x85ebca6b) ^ (((u32)dport << 16 | sport) * 0xc2b2ae35);

	h ^= h >> 15;
	return h * 0x27d4eb2f + (u32)(ktime_get() >> 6);
}

/* The header and the addresses; the rest is summed when the packet goes to a device that cannot. */
void tcp_v4_send_check(struct sock *sk, struct sk_buff *skb)
{
	struct inet_sock *inet = inet_sk(sk);
	struct tcphdr *th = tcp_hdr(skb);

	skb->ip_summed = CHECKSUM_PARTIAL;
	th->check = ~csum_tcpudp_magic(inet->inet_saddr, inet->inet_daddr, skb->len, IPPROTO_TCP, 0);
	skb->csum_start = skb->transport_header;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

static void send_check(struct sk_buff *skb, u32 saddr, u32 daddr)
{
	struct tcphdr *th = tcp_hdr(skb);

	skb->ip_summed = CHECKSUM_PARTIAL;
	th->check = ~csum_tcpudp_magic(saddr, daddr, skb->len, IPPROTO_TCP, 0);
	skb->csum_start = skb->transport_header;
	skb->csum_offset = offsetof(struct tcphdr, check);
}

/* An answer that belongs to no socket: addresses and ports are those of skb, turned round. */
static void tcp_v4_send_reply(struct sk_buff *skb, u32 seq, u32 ack, u16 window, u8 flags)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const struct iphdr *iph = ip_hdr(skb);
	struct rtable *rt = ip_route_output(iph->saddr);
	struct sk_buff *reply = rt ? alloc_skb(MAX_TCP_HEADER, GFP_ATOMIC) : NULL;
	struct tcphdr *rep;

	if (!reply)
		return;
	skb_reserve(reply, MAX_TCP_HEADER);
	rep = skb_push(reply, sizeof(*rep));
	skb_reset_transport_header(reply);
	memset(rep, 0, sizeof(*rep));
	rep->dest = th->source;
	rep->source = th->dest;
	rep->doff = sizeof(*rep) / 4;
	rep->seq = htonl(seq);
	rep->ack_seq = htonl(ack);
	rep->window = htons(window);
	tcp_flag_byte(rep) = flags;
	send_check(reply, iph->daddr, iph->saddr);
	TCP_INC_STATS(TCP_MIB_OUTSEGS);
	ip_send_skb(reply, rt, iph->daddr, iph->saddr, IPPROTO_TCP, 0, 0, true);
}

void tcp_v4_send_reset(const struct sock *sk, struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);

	/* Never a reset for a reset, nor to all. */
	if (th->rst)
		return;
	if (!sk && (!skb->dst || skb->dst->rt_type != RTN_LOCAL))
		return;
	if (th->ack)
		tcp_v4_send_reply(skb, ntohl(th->ack_seq), 0, 0, TCPHDR_RST);
	else
		tcp_v4_send_reply(skb, 0, ntohl(th->seq) + th->syn + th->fin + skb->len - th->doff * 4, 0, TCPHDR_RST | TCPHDR_ACK);
	TCP_INC_STATS(TCP_MIB_OUTRSTS);
}

static void tcp_v4_timewait_ack(struct inet_timewait_sock *tw, struct sk_buff *skb)
{
	tcp_v4_send_reply(skb, tw->tw_snd_nxt, tw->tw_rcv_nxt, tw->tw_rcv_wnd >> tw->tw_rcv_wscale, TCPHDR_ACK);
	inet_twsk_put(tw);
}

void tcp_v4_reqsk_send_ack(const struct sock *sk, struct sk_buff *skb, struct request_sock *req)
{
	(void)sk;
	tcp_v4_send_reply(skb, req->snt_isn + 1, req->rcv_nxt, req->rsk_rcv_wnd >> req->rcv_wscale, TCPHDR_ACK);
}

int tcp_v4_send_synack(const struct sock *sk, struct request_sock *req)
{
	struct sk_buff *skb = tcp_make_synack(sk, req);
	int err;

	if (!skb)
		return -ENOBUFS;
	send_check(skb, req->loc_addr, req->rmt_addr);
	err = ip_send_skb(skb, ip_route_output(req->rmt_addr), req->loc_addr, req->rmt_addr, IPPROTO_TCP, 0, 0, true);
	return err > 0 ? 0 : err;
}

static int tcp_v4_connect(struct sock *sk, struct sockaddr *uaddr, int addr_len)
{
	struct sockaddr_in *usin = (struct sockaddr_in *)uaddr;
	struct inet_sock *inet = inet_sk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	struct rtable *rt;
	u32 daddr;
	int err;

	if (addr_len < (int)sizeof(struct sockaddr_in))
		return -EINVAL;
	if (usin->sin_family != AF_INET)
		return -EAFNOSUPPORT;
	daddr = usin->sin_addr.s_addr ? usin->sin_addr.s_addr : htonl(INADDR_LOOPBACK);
	rt = ip_route_output(daddr);
	if (!rt || rt->rt_type == RTN_BROADCAST)
		return -ENETUNREACH;
	inet->rt = rt;
	if (!inet->inet_saddr)
		inet->inet_saddr = rt->rt_type == RTN_LOCAL && ipv4_is_loopback(daddr) ? htonl(INADDR_LOOPBACK) : rt->prefsrc;
	inet->inet_rcv_saddr = inet->inet_saddr;
	inet->inet_dport = usin->sin_port;
	inet->inet_daddr = daddr;
	tcp_set_state(sk, TCP_SYN_SENT);
	err = inet_hash_connect(sk);
	if (err)
		goto failure;
	inet->inet_sport = htons(inet->inet_num);
	tp->write_seq = tcp_v4_init_seq(inet->inet_daddr, inet->inet_saddr, inet->inet_dport, inet->inet_sport);
	inet->inet_id = tp->write_seq ^ jiffies;
	err = tcp_connect(sk);
	if (!err)
		return 0;
failure:
	tcp_set_state(sk, TCP_CLOSE);
	inet->inet_dport = 0;
	inet->rt = NULL;
	return err;
}

/* A connection that was made and that nobody will have. It is locked. */
static void tcp_v4_drop_new(struct sock *newsk)
{
	newsk->sk_state = TCP_CLOSE;
	sock_orphan(newsk);
	atomic_inc(&tcp_orphan_count);
	bh_unlock_sock(newsk);
	inet_csk_destroy_sock(newsk);
	sock_put(newsk);
}

/* Locked, with a reference for the caller and one for whoever accepts it. *own_req: it has taken the request's place. */
struct sock *tcp_v4_syn_recv_sock(const struct sock *sk, struct sk_buff *skb, struct request_sock *req, bool *own_req)
{
	struct inet_connection_sock *newicsk;
	struct inet_sock *newinet;
	struct tcp_sock *newtp;
	struct sock *newsk;
	struct rtable *rt;

	*own_req = false;
	if (sk_acceptq_is_full(sk)) {
		NET_INC_STATS(LINUX_MIB_LISTENOVERFLOWS);
		goto drop;
	}
	rt = ip_route_output(req->rmt_addr);
	newsk = rt ? tcp_create_openreq_child(sk, req, skb) : NULL;
	if (!newsk)
		goto drop;
	newtp = tcp_sk(newsk);
	newinet = inet_sk(newsk);
	newicsk = inet_csk(newsk);
	newinet->inet_daddr = req->rmt_addr;
	newinet->inet_rcv_saddr = newinet->inet_saddr = req->loc_addr;
	newinet->inet_id = (u16)(newtp->write_seq ^ jiffies);
	newinet->rt = rt;
	tcp_sync_mss(newsk, dst_mtu(rt));
	newtp->advmss = min(dst_mtu(rt) - (u32)(sizeof(struct iphdr) + sizeof(struct tcphdr)),
			    newtp->rx_opt.user_mss ? (u32)newtp->rx_opt.user_mss : 65535U);
	tcp_initialize_rcv_mss(newsk);
	newicsk->icsk_node = (struct inet_ehash_node) { .kind = EHASH_SOCK, .daddr = req->rmt_addr, .rcv_saddr = req->loc_addr, .dport = req->node.dport,
							.num = req->node.num };
	if (__inet_inherit_port(sk, newsk) < 0) {
		/* The listener has closed. */
		tcp_v4_drop_new(newsk);
		goto drop;
	}
	*own_req = inet_ehash_replace(&req->node, &newicsk->icsk_node);
	if (!*own_req) {
		/* Another segment of the same connection was faster. */
		inet_put_port(newsk);
		tcp_v4_drop_new(newsk);
		return NULL;
	}
	return newsk;
drop:
	NET_INC_STATS(LINUX_MIB_LISTENDROPS);
	return NULL;
}

int tcp_v4_do_rcv(struct sock *sk, struct sk_buff *skb)
{
	bool reset;

	if (sk->sk_state == TCP_ESTABLISHED) {
		tcp_rcv_established(sk, skb);
		return 0;
	}
	reset = tcp_rcv_state_process(sk, skb);
	if (reset) {
		tcp_v4_send_reset(sk, skb);
		kfree_skb(skb);
	}
	return 0;
}

/* What an ICMP message says of a segment that we sent. */
void tcp_v4_err(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct tcphdr *th = (const struct tcphdr *)(skb->data + iph->ihl * 4);
	int type = icmp_hdr(skb)->type, code = icmp_hdr(skb)->code, err;
	struct inet_ehash_node *n;
	struct sock *sk;
	u32 seq;

	n = __inet_lookup_established(iph->daddr, th->dest, iph->saddr, ntohs(th->source));
	if (!n) {
		ICMP_INC_STATS(ICMP_MIB_INERRORS);
		return;
	}
	seq = ntohl(th->seq);
	if (n->kind == EHASH_TIMEWAIT) {
		inet_twsk_put(container_of(n, struct inet_timewait_sock, tw_node));
		return;
	}
	if (n->kind == EHASH_REQUEST) {
		struct request_sock *req = container_of(n, struct request_sock, node);

		/* Nobody is at the other end, who yet wanted to speak. */
		if (seq == req->snt_isn && (type != ICMP_DEST_UNREACH || icmp_err_convert[code].fatal)) {
			inet_csk_reqsk_queue_drop(req->rsk_listener, req);
			NET_INC_STATS(LINUX_MIB_LISTENDROPS);
		}
		reqsk_put(req);
		return;
	}
	sk = &container_of(n, struct inet_connection_sock, icsk_node)->icsk_inet.sk;
	bh_lock_sock(sk);
	if (sk->sk_state == TCP_CLOSE || !between(seq, tcp_sk(sk)->snd_una, tcp_sk(sk)->snd_nxt))
		goto out;
	if (type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT)
		goto out;
	err = type == ICMP_DEST_UNREACH ? icmp_err_convert[code].errno : type == ICMP_PARAMETERPROB ? EPROTO : EHOSTUNREACH;
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED) {
		/* Simplified: who says that a packet is too long may make ours shorter, but not shorter than 552 (RFC 879), and that is never forgotten. */
		if (info >= 552 && !sock_owned_by_user(sk) && info < tcp_sk(sk)->mss_cache + 40)
			tcp_sync_mss(sk, info);
		goto out;
	}
	if (sk->sk_state == TCP_SYN_SENT || sk->sk_state == TCP_SYN_RECV) {
		if (!sock_owned_by_user(sk)) {
			sk->sk_err = err;
			sk->sk_error_report(sk);
			tcp_done(sk);
		} else {
			sk->sk_err_soft = err;
		}
	} else {
		/* It may pass (RFC 1122): told only where that is wanted, or when all is over. */
		if (inet_sk(sk)->recverr && !sock_owned_by_user(sk)) {
			sk->sk_err = err;
			sk->sk_error_report(sk);
		} else {
			sk->sk_err_soft = err;
		}
	}
out:
	bh_unlock_sock(sk);
	sock_put(sk);
}

static void tcp_v4_fill_cb(struct sk_buff *skb, const struct tcphdr *th)
{
	struct tcp_skb_cb *cb = TCP_SKB_CB(skb);

	memset(cb, 0, sizeof(*cb));
	cb->seq = ntohl(th->seq);
	cb->end_seq = cb->seq + th->syn + th->fin + skb->len - th->doff * 4;
	cb->ack_seq = ntohl(th->ack_seq);
	cb->tcp_flags = tcp_flag_byte(th);
}

int tcp_v4_rcv(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = (const struct tcphdr *)skb->data;
	struct inet_ehash_node *n;
	struct sock *sk = NULL;

	if (skb->pkt_type != PACKET_HOST)
		goto discard_it;
	TCP_INC_STATS(TCP_MIB_INSEGS);
	if (!pskb_may_pull(skb, sizeof(struct tcphdr)))
		goto discard_it;
	if (unlikely(th->doff < sizeof(struct tcphdr) / 4))
		goto bad_packet;
	if (!pskb_may_pull(skb, th->doff * 4))
		goto bad_packet;
	/* What never left this host needs no checksum. Simplified: Linux leaves that of longer ones to whoever takes in the bytes. */
	if (skb->ip_summed != CHECKSUM_PARTIAL && csum_tcpudp_magic(iph->saddr, iph->daddr, skb->len, IPPROTO_TCP, csum_partial(th, skb->len, 0))) {
		TCP_INC_STATS(TCP_MIB_CSUMERRORS);
		goto bad_packet;
	}
	tcp_v4_fill_cb(skb, th);
lookup:
	n = __inet_lookup_established(iph->saddr, th->source, iph->daddr, ntohs(th->dest));
	if (!n) {
		sk = __inet_lookup_listener(iph->daddr, ntohs(th->dest));
		if (!sk)
			goto no_tcp_socket;
	} else if (n->kind == EHASH_TIMEWAIT) {
		goto do_time_wait;
	} else if (n->kind == EHASH_REQUEST) {
		struct request_sock *req = container_of(n, struct request_sock, node);
		bool req_stolen = false;
		struct sock *nsk;

		sk = req->rsk_listener;
		if (sk->sk_state != TCP_LISTEN) {
			inet_csk_reqsk_queue_drop(sk, req);
			reqsk_put(req);
			goto lookup;
		}
		sock_hold(sk);
		nsk = tcp_check_req(sk, skb, req, &req_stolen);
		if (!nsk) {
			reqsk_put(req);
			if (req_stolen) {
				sock_put(sk);
				goto lookup;
			}
			goto discard_and_relse;
		}
		if (nsk == sk) {
			reqsk_put(req);
		} else {
			/* The request goes with the child to the accept queue, and so does our reference to it. */
			if (tcp_child_process(sk, nsk, skb)) {
				tcp_v4_send_reset(nsk, skb);
				goto discard_and_relse;
			}
			sock_put(sk);
			return 0;
		}
	} else {
		sk = &container_of(n, struct inet_connection_sock, icsk_node)->icsk_inet.sk;
	}
	if (sk->sk_state == TCP_LISTEN) {
		tcp_v4_do_rcv(sk, skb);
		sock_put(sk);
		return 0;
	}
	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk)) {
		tcp_v4_do_rcv(sk, skb);
	} else if (sk_add_backlog(sk, skb, READ_ONCE(sk->sk_rcvbuf) + READ_ONCE(sk->sk_sndbuf) + 64 * 1024)) {
		bh_unlock_sock(sk);
		NET_INC_STATS(LINUX_MIB_TCPBACKLOGDROP);
		goto discard_and_relse;
	}
	bh_unlock_sock(sk);
	sock_put(sk);
	return 0;

no_tcp_socket:
	tcp_v4_send_reset(NULL, skb);
discard_it:
	kfree_skb(skb);
	return 0;
bad_packet:
	TCP_INC_STATS(TCP_MIB_INERRS);
	goto discard_it;
discard_and_relse:
	sock_put(sk);
	goto discard_it;

do_time_wait: {
	struct inet_timewait_sock *tw = container_of(n, struct inet_timewait_sock, tw_node);

	switch (tcp_timewait_state_process(tw, skb, th)) {
	case TCP_TW_SYN:
		sk = __inet_lookup_listener(iph->daddr, ntohs(th->dest));
		if (sk) {
			inet_twsk_deschedule_put(tw);
			tcp_v4_do_rcv(sk, skb);
			sock_put(sk);
			return 0;
		}
		/* Fall through: nobody takes it. */
	case TCP_TW_ACK:
		tcp_v4_timewait_ack(tw, skb);
		break;
	case TCP_TW_RST:
		tcp_v4_send_reset(NULL, skb);
		inet_twsk_deschedule_put(tw);
		break;
	case TCP_TW_SUCCESS:
		break;
	}
	goto discard_it;
}
}

static int tcp_v4_init_sock(struct sock *sk)
{
	tcp_init_sock(sk);
	return 0;
}

static void tcp_v4_destroy_sock(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	inet_csk_clear_xmit_timers(sk);
	tcp_write_queue_purge(sk);
	__skb_queue_purge(&tp->out_of_order_queue);
	if (inet_csk(sk)->icsk_bind_hash)
		inet_put_port(sk);
}

/* What timers left to the owner. */
static void tcp_release_cb(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned long flags = tp->tsq_flags;

	if (!flags)
		return;
	clear_bit(TCP_WRITE_TIMER_DEFERRED, &tp->tsq_flags);
	clear_bit(TCP_DELACK_TIMER_DEFERRED, &tp->tsq_flags);
	if (flags & (1UL << TCP_WRITE_TIMER_DEFERRED)) {
		tcp_write_timer_handler(sk);
		sock_put(sk);
	}
	if (flags & (1UL << TCP_DELACK_TIMER_DEFERRED)) {
		tcp_delack_timer_handler(sk);
		sock_put(sk);
	}
}

static bool tcp_stream_memory_free(const struct sock *sk, int wake)
{
	(void)wake;
	/* Simplified: no TCP_NOTSENT_LOWAT. */
	(void)sk;
	return true;
}

struct proto tcp_prot = {
	.name = "TCP",
	.close = tcp_close,
	.connect = tcp_v4_connect,
	.disconnect = tcp_disconnect,
	.accept = inet_csk_accept,
	.ioctl = tcp_ioctl,
	.init = tcp_v4_init_sock,
	.destroy = tcp_v4_destroy_sock,
	.shutdown = tcp_shutdown,
	.setsockopt = tcp_setsockopt,
	.getsockopt = tcp_getsockopt,
	.sendmsg = tcp_sendmsg,
	.recvmsg = tcp_recvmsg,
	.backlog_rcv = tcp_v4_do_rcv,
	.release_cb = tcp_release_cb,
	.hash = inet_hash,
	.unhash = inet_unhash,
	.get_port = inet_csk_get_port,
	.stream_memory_free = tcp_stream_memory_free,
	.obj_size = sizeof(struct tcp_sock),
	.max_header = MAX_TCP_HEADER,
	.sysctl_wmem = sysctl_tcp_wmem,
	.sysctl_rmem = sysctl_tcp_rmem,
};
