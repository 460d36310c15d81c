/* Sending segments. Linux: net/ipv4/tcp_output.c. */
#include <linux/errno.h>
#include <net/tcp.h>
#include <trace/events.h>

/* Before the first window is known: the connection begins with ten segments (RFC 6928). */
void tcp_select_initial_window(const struct sock *sk, int space, u32 mss, u32 *rcv_wnd, u32 *window_clamp, bool wscale_ok, u8 *rcv_wscale)
{
	(void)sk;
	if (space < 0)
		space = 0;
	if (!*window_clamp)
		*window_clamp = 0xffffU << TCP_MAX_WSCALE;
	space = min(*window_clamp, (u32)space);
	/* Whole segments. */
	if (space > (int)mss)
		space -= space % mss;
	*rcv_wnd = min(space, 0xffff);
	*rcv_wscale = 0;
	if (wscale_ok) {
		/* As far as the buffer may ever be made. */
		u32 most = max(space, max(sysctl_tcp_rmem[2], sysctl_rmem_max));

		most = min(most, *window_clamp);
		while (most > 0xffffU && *rcv_wscale < TCP_MAX_WSCALE) {
			most >>= 1;
			(*rcv_wscale)++;
		}
	}
	*window_clamp = min(0xffffU << *rcv_wscale, *window_clamp);
}

/* The window only grows to the right: what was offered is not taken back. */
static u16 tcp_select_window(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	u32 old_win = tp->rcv_wnd, cur_win = tcp_receive_window(tp), new_win = __tcp_select_window(sk);

	if (new_win < cur_win) {
		if (!new_win)
			NET_INC_STATS(LINUX_MIB_TCPWANTZEROWINDOWADV);
		new_win = ALIGN(cur_win, 1U << tp->rx_opt.rcv_wscale);
	}
	tp->rcv_wnd = new_win;
	tp->rcv_wup = tp->rcv_nxt;
	if (!tp->rx_opt.rcv_wscale)
		new_win = min(new_win, 0xffffU);
	else
		new_win = min(new_win, 0xffffU << tp->rx_opt.rcv_wscale);
	new_win >>= tp->rx_opt.rcv_wscale;
	if (!new_win) {
		tp->pred_flags = 0;
		if (old_win)
			NET_INC_STATS(LINUX_MIB_TCPTOZEROWINDOWADV);
	} else if (!old_win) {
		NET_INC_STATS(LINUX_MIB_TCPFROMZEROWINDOWADV);
	}
	return new_win;
}

/* Without silly windows (RFC 1122): a new one is only offered when it is a segment more, or half of the buffer. */
u32 __tcp_select_window(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int mss = inet_csk(sk)->icsk_ack.rcv_mss, free_space = tcp_space(sk), full_space = tcp_full_space(sk), window;

	full_space = min(full_space, (int)tp->window_clamp);
	if (mss > full_space) {
		mss = full_space;
		if (mss <= 0)
			return 0;
	}
	if (free_space < full_space >> 1) {
		/* For bytes, not for what they cost. */
		inet_csk(sk)->icsk_ack.quick = 0;
		free_space = free_space & ~((1 << tp->rx_opt.rcv_wscale) - 1);
		if (free_space < full_space >> 4 || free_space < mss)
			return 0;
	}
	if (free_space > (int)tp->rcv_ssthresh)
		free_space = tp->rcv_ssthresh;
	if (tp->rx_opt.rcv_wscale)
		return ALIGN(free_space, 1 << tp->rx_opt.rcv_wscale);
	window = tp->rcv_wnd;
	if (window <= free_space - mss || window > free_space)
		window = free_space - free_space % mss;
	else if (mss == full_space && free_space > window + (full_space >> 1))
		window = free_space;
	return window;
}

/* An idle connection does not begin with the window of long ago (RFC 2861). */
void tcp_cwnd_restart(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	s32 delta = tcp_jiffies32 - tp->lsndtime;
	u32 restart_cwnd = min((u32)TCP_INIT_CWND, tp->snd_cwnd), cwnd = tp->snd_cwnd;

	tp->snd_ssthresh = inet_csk(sk)->icsk_ca_state >= TCP_CA_CWR ? tp->snd_ssthresh : max(tp->snd_ssthresh, (tp->snd_cwnd >> 1) + (tp->snd_cwnd >> 2));
	while ((delta -= inet_csk(sk)->icsk_rto) > 0 && cwnd > restart_cwnd)
		cwnd >>= 1;
	tp->snd_cwnd = max(cwnd, restart_cwnd);
	tp->snd_cwnd_stamp = tcp_jiffies32;
	tp->snd_cwnd_used = 0;
}

static void tcp_event_data_sent(struct tcp_sock *tp, struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	u32 now = tcp_jiffies32;

	tp->lsndtime = now;
	/* An answer to what came just now: acknowledgements may wait for such. */
	if (now - icsk->icsk_ack.lrcvtime < icsk->icsk_ack.ato)
		inet_csk_enter_pingpong_mode(sk);
}

static void tcp_event_ack_sent(struct sock *sk, u32 rcv_nxt)
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	if (rcv_nxt != tcp_sk(sk)->rcv_nxt)
		return;
	if (icsk->icsk_ack.quick) {
		icsk->icsk_ack.quick--;
		if (!icsk->icsk_ack.quick)
			icsk->icsk_ack.ato = TCP_ATO_MIN;
	}
	icsk->icsk_ack.pending = 0;
	sk_stop_timer(sk, &icsk->icsk_delack_timer);
}

static u32 tcp_acceptable_seq(const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	if (!before(tcp_wnd_end(tp), tp->snd_nxt) || (tp->rx_opt.wscale_ok && tp->snd_nxt - tcp_wnd_end(tp) < 1U << tp->rx_opt.rcv_wscale))
		return tp->snd_nxt;
	return tcp_wnd_end(tp);
}

/* Options of a SYN: the largest segment, and the scale of windows. Linux: tcp_options_write(). */
static unsigned int tcp_syn_options_write(u8 *ptr, u16 mss, bool wscale, u8 rcv_wscale)
{
	ptr[0] = TCPOPT_MSS;
	ptr[1] = TCPOLEN_MSS;
	ptr[2] = mss >> 8;
	ptr[3] = mss;
	if (!wscale)
		return TCPOLEN_MSS;
	ptr[4] = TCPOPT_NOP;
	ptr[5] = TCPOPT_WINDOW;
	ptr[6] = 3;
	ptr[7] = rcv_wscale;
	return TCPOLEN_MSS + TCPOLEN_WSCALE_ALIGNED;
}

static u16 tcp_advertise_mss(const struct sock *sk)
{
	return tcp_sk(sk)->advmss;
}

/* The header, and down. rcv_nxt: what the acknowledgement is to say. clone_it: the packet stays in its queue. */
static int __tcp_transmit_skb(struct sock *sk, struct sk_buff *skb, bool clone_it, gfp_t gfp_mask, u32 rcv_nxt)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct tcp_skb_cb *tcb = TCP_SKB_CB(skb);
	struct sk_buff *oskb = NULL;
	unsigned int optlen = 0;
	u8 options[TCPOLEN_MSS + TCPOLEN_WSCALE_ALIGNED];
	struct tcphdr *th;
	int err;

	tcp_mstamp_refresh(tp);
	skb->skb_mstamp_ns = tp->tcp_mstamp * 1000;
	if (clone_it) {
		oskb = skb;
		/* The one before is still with the driver: its header must not change. */
		skb = skb_cloned(oskb) ? pskb_copy(oskb, gfp_mask) : skb_clone(oskb, gfp_mask);
		if (!skb)
			return -ENOBUFS;
		skb->dev = NULL;
		tcb = TCP_SKB_CB(skb);
	}
	if (unlikely(tcb->tcp_flags & TCPHDR_SYN))
		optlen = tcp_syn_options_write(options, tcp_advertise_mss(sk), true, tp->rx_opt.rcv_wscale);
	if (optlen)
		memcpy(skb_push(skb, optlen), options, optlen);
	skb_push(skb, sizeof(struct tcphdr));
	skb_reset_transport_header(skb);
	skb_orphan(skb);
	skb_set_owner_w(skb, sk);
	th = tcp_hdr(skb);
	memset(th, 0, sizeof(*th));
	th->source = inet_sk(sk)->inet_sport;
	th->dest = inet_sk(sk)->inet_dport;
	th->seq = htonl(tcb->seq);
	th->ack_seq = htonl(rcv_nxt);
	th->doff = (sizeof(struct tcphdr) + optlen) / 4;
	tcp_flag_byte(th) = tcb->tcp_flags;
	/* That of a SYN is never scaled. */
	if (likely(!(tcb->tcp_flags & TCPHDR_SYN)))
		th->window = htons(tcp_select_window(sk));
	else
		th->window = htons(min(tp->rcv_wnd, 65535U));
	tcp_v4_send_check(sk, skb);
	if (likely(tcb->tcp_flags & TCPHDR_ACK))
		tcp_event_ack_sent(sk, rcv_nxt);
	if (tcb->end_seq != tcb->seq && skb->len != sizeof(struct tcphdr) + optlen)
		tcp_event_data_sent(tp, sk);
	if (after(tcb->end_seq, tp->snd_nxt) || tcb->seq == tcb->end_seq)
		TCP_INC_STATS(TCP_MIB_OUTSEGS);
	memset(skb->cb, 0, sizeof(struct inet_skb_parm));
	err = ip_queue_xmit(sk, skb);
	/* The queue of the device is full: that is congestion, not a mistake. */
	if (unlikely(err > 0))
		err = 0;
	if (!err && oskb)
		oskb->skb_mstamp_ns = tp->tcp_mstamp * 1000;
	return err;
}

static int tcp_transmit_skb(struct sock *sk, struct sk_buff *skb, bool clone_it, gfp_t gfp_mask)
{
	return __tcp_transmit_skb(sk, skb, clone_it, gfp_mask, tcp_sk(sk)->rcv_nxt);
}

static void tcp_queue_skb(struct sock *sk, struct sk_buff *skb)
{
	tcp_sk(sk)->write_seq = TCP_SKB_CB(skb)->end_seq;
	__skb_header_release(skb);
	tcp_add_write_queue_tail(sk, skb);
}

static void tcp_init_nondata_skb(struct sk_buff *skb, u32 seq, u8 flags)
{
	skb->ip_summed = CHECKSUM_PARTIAL;
	memset(TCP_SKB_CB(skb), 0, sizeof(struct tcp_skb_cb));
	TCP_SKB_CB(skb)->tcp_flags = flags;
	TCP_SKB_CB(skb)->seq = seq;
	TCP_SKB_CB(skb)->end_seq = seq + (flags & (TCPHDR_SYN | TCPHDR_FIN) ? 1 : 0);
}

/* What lies behind len becomes a segment of its own, behind it in its queue. 0 or an errno. */
int tcp_fragment(struct sock *sk, struct sk_buff_head *list, struct sk_buff *skb, u32 len)
{
	struct sk_buff *buff;
	u8 flags;

	if (WARN_ON(len > skb->len))
		return -EINVAL;
	/*
	 * Whoever acknowledges small pieces does not make us hold ever more of them. What has not been sent must go on all the same, and so must
	 * both ends of what has.
	 */
	if (unlikely(sk->sk_wmem_queued >> 1 > sk->sk_sndbuf + 0x20000 && list != &sk->sk_write_queue && skb != tcp_rtx_queue_head(sk) &&
		     skb != skb_peek_tail(list)))
		return -ENOMEM;
	/* The split bytes are written behind: they must be ours alone. */
	buff = tcp_stream_alloc_skb(sk, skb->len - len, GFP_ATOMIC);
	if (!buff)
		return -ENOMEM;
	sk->sk_wmem_queued += buff->truesize;
	skb_put_data(buff, skb->data + len, skb->len - len);
	TCP_SKB_CB(buff)->seq = TCP_SKB_CB(skb)->seq + len;
	TCP_SKB_CB(buff)->end_seq = TCP_SKB_CB(skb)->end_seq;
	TCP_SKB_CB(skb)->end_seq = TCP_SKB_CB(buff)->seq;
	flags = TCP_SKB_CB(skb)->tcp_flags;
	TCP_SKB_CB(skb)->tcp_flags = flags & ~(TCPHDR_FIN | TCPHDR_PSH);
	TCP_SKB_CB(buff)->tcp_flags = flags;
	TCP_SKB_CB(buff)->sacked = TCP_SKB_CB(skb)->sacked;
	TCP_SKB_CB(buff)->eor = TCP_SKB_CB(skb)->eor;
	TCP_SKB_CB(skb)->eor = false;
	buff->skb_mstamp_ns = skb->skb_mstamp_ns;
	skb_trim(skb, len);
	buff->ip_summed = CHECKSUM_PARTIAL;
	/* It has been sent: two count where one did. */
	if (!before(tcp_sk(sk)->snd_nxt, TCP_SKB_CB(buff)->end_seq)) {
		struct tcp_sock *tp = tcp_sk(sk);

		tp->packets_out++;
		if (TCP_SKB_CB(skb)->sacked & TCPCB_LOST)
			tp->lost_out++;
		if (TCP_SKB_CB(skb)->sacked & TCPCB_SACKED_RETRANS)
			tp->retrans_out++;
	}
	__skb_header_release(buff);
	__skb_queue_after(list, skb, buff);
	return 0;
}

static unsigned int tcp_mtu_to_mss(struct sock *sk, int pmtu)
{
	int mss_now = pmtu - (int)sizeof(struct iphdr) - (int)sizeof(struct tcphdr);

	mss_now = min(mss_now, (int)tcp_sk(sk)->rx_opt.mss_clamp);
	return max(mss_now - (tcp_sk(sk)->tcp_header_len - (int)sizeof(struct tcphdr)), 48);
}

unsigned int tcp_sync_mss(struct sock *sk, u32 pmtu)
{
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned int mss_now = tcp_mtu_to_mss(sk, pmtu);

	/* Never more than half of the largest window. */
	if (tp->max_window > TCP_MSS_DEFAULT)
		mss_now = min(mss_now, max(tp->max_window >> 1, 68U - tp->tcp_header_len));
	else if (tp->max_window)
		mss_now = min(mss_now, max(tp->max_window, 68U - tp->tcp_header_len));
	tp->mss_cache = mss_now;
	return mss_now;
}

unsigned int tcp_current_mss(struct sock *sk)
{
	return tcp_sk(sk)->mss_cache;
}

/* The window was not used up: it shrinks to what is (RFC 2861). */
static void tcp_cwnd_application_limited(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (inet_csk(sk)->icsk_ca_state == TCP_CA_Open && !(sk->sk_socket && sk->sk_socket->flags & (1UL << SOCK_NOSPACE))) {
		u32 win_used = max(tp->snd_cwnd_used, (u32)TCP_INIT_CWND);

		if (win_used < tp->snd_cwnd) {
			tp->snd_ssthresh = max(tp->snd_ssthresh, (tp->snd_cwnd >> 1) + (tp->snd_cwnd >> 2));
			tp->snd_cwnd = (tp->snd_cwnd + win_used) >> 1;
		}
		tp->snd_cwnd_used = 0;
	}
	tp->snd_cwnd_stamp = tcp_jiffies32;
}

static void tcp_cwnd_validate(struct sock *sk, bool is_cwnd_limited)
{
	struct tcp_sock *tp = tcp_sk(sk);

	/* The most that was out within one round trip. */
	if (!before(tp->snd_una, tp->max_packets_seq) || tp->packets_out > tp->max_packets_out || is_cwnd_limited) {
		tp->max_packets_out = tp->packets_out;
		tp->max_packets_seq = tp->snd_nxt;
		tp->is_cwnd_limited = is_cwnd_limited;
	}
	if (tcp_is_cwnd_limited(sk)) {
		tp->snd_cwnd_used = 0;
		tp->snd_cwnd_stamp = tcp_jiffies32;
		return;
	}
	if (tp->packets_out > tp->snd_cwnd_used)
		tp->snd_cwnd_used = tp->packets_out;
	if ((s32)(tcp_jiffies32 - tp->snd_cwnd_stamp) >= (s32)inet_csk(sk)->icsk_rto)
		tcp_cwnd_application_limited(sk);
}

/* Nagle (RFC 896), as Minshall has it: a small segment waits while a small one is on its way. */
static bool tcp_minshall_check(const struct tcp_sock *tp)
{
	return after(tp->snd_sml, tp->snd_una) && !after(tp->snd_sml, tp->snd_nxt);
}

static bool tcp_nagle_test(const struct tcp_sock *tp, const struct sk_buff *skb, unsigned int cur_mss, int nonagle)
{
	/* Not the last one, or it was asked for. */
	if (nonagle & TCP_NAGLE_PUSH)
		return true;
	if (TCP_SKB_CB(skb)->tcp_flags & TCPHDR_FIN)
		return true;
	if (skb->len >= cur_mss)
		return true;
	return !((nonagle & TCP_NAGLE_CORK) || (!nonagle && tp->packets_out && tcp_minshall_check(tp)));
}

static unsigned int tcp_cwnd_test(const struct tcp_sock *tp)
{
	u32 in_flight = tcp_packets_in_flight(tp);

	return in_flight >= tp->snd_cwnd ? 0 : tp->snd_cwnd - in_flight;
}

static bool tcp_snd_wnd_test(const struct tcp_sock *tp, const struct sk_buff *skb, unsigned int cur_mss)
{
	u32 end_seq = TCP_SKB_CB(skb)->end_seq;

	if (skb->len > cur_mss)
		end_seq = TCP_SKB_CB(skb)->seq + cur_mss;
	return !after(end_seq, tcp_wnd_end(tp));
}

/* It has gone: from the write queue to the one for retransmission. */
static void tcp_event_new_data_sent(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned int prior_packets = tp->packets_out;

	tp->snd_nxt = TCP_SKB_CB(skb)->end_seq;
	__skb_unlink(skb, &sk->sk_write_queue);
	__skb_queue_tail(&tp->tcp_rtx_queue, skb);
	tp->packets_out++;
	if (!prior_packets || inet_csk(sk)->icsk_pending != ICSK_TIME_RETRANS)
		tcp_rearm_rto(sk);
}

/* What may go, goes. push_one: one segment, whatever waits. True: there is something, and nothing on its way that would bring an ACK. */
static bool tcp_write_xmit(struct sock *sk, unsigned int mss_now, int nonagle, int push_one, gfp_t gfp)
{
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned int sent_pkts = 0, cwnd_quota;
	bool is_cwnd_limited = false;
	struct sk_buff *skb;

	tcp_mstamp_refresh(tp);
	while ((skb = tcp_send_head(sk))) {
		cwnd_quota = tcp_cwnd_test(tp);
		if (!cwnd_quota) {
			is_cwnd_limited = true;
			break;
		}
		if (unlikely(!tcp_snd_wnd_test(tp, skb, mss_now)))
			break;
		if (unlikely(!tcp_nagle_test(tp, skb, mss_now, skb_queue_is_last(&sk->sk_write_queue, skb) ? nonagle : TCP_NAGLE_PUSH)))
			break;
		if (skb->len > mss_now && unlikely(tcp_fragment(sk, &sk->sk_write_queue, skb, mss_now)))
			break;
		if (unlikely(tcp_transmit_skb(sk, skb, true, gfp)))
			break;
		if (skb->len < mss_now)
			tp->snd_sml = TCP_SKB_CB(skb)->end_seq;
		tcp_event_new_data_sent(sk, skb);
		sent_pkts++;
		if (push_one)
			break;
	}
	is_cwnd_limited |= tcp_packets_in_flight(tp) >= tp->snd_cwnd;
	if (likely(sent_pkts || is_cwnd_limited))
		tcp_cwnd_validate(sk, is_cwnd_limited);
	if (likely(sent_pkts)) {
		if (tcp_in_cwnd_reduction(sk))
			tp->prr_out += sent_pkts;
		return false;
	}
	return !tp->packets_out && tcp_send_head(sk);
}

/* Linux: tcp_check_probe_timer(). */
static void tcp_check_probe_timer(struct sock *sk)
{
	if (!tcp_sk(sk)->packets_out && !inet_csk(sk)->icsk_pending)
		inet_csk_reset_xmit_timer(sk, ICSK_TIME_PROBE0, max(inet_csk(sk)->icsk_rto, TCP_RTO_MIN), TCP_RTO_MAX);
}

void __tcp_push_pending_frames(struct sock *sk, unsigned int cur_mss, int nonagle)
{
	if (unlikely(sk->sk_state == TCP_CLOSE))
		return;
	if (tcp_write_xmit(sk, cur_mss, nonagle, 0, GFP_ATOMIC))
		tcp_check_probe_timer(sk);
}

void tcp_push_one(struct sock *sk, unsigned int mss_now)
{
	tcp_write_xmit(sk, mss_now, TCP_NAGLE_PUSH, 1, GFP_ATOMIC);
}

/* > 0 or an errno: it did not come to the wire. */
int tcp_retransmit_skb(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned int cur_mss = tcp_current_mss(sk), trim;
	int err;

	if (before(TCP_SKB_CB(skb)->seq, tp->snd_una)) {
		if (before(TCP_SKB_CB(skb)->end_seq, tp->snd_una))
			return -EINVAL;
		/* The beginning has arrived. The bytes stay where they are: only the start moves. */
		trim = min(tp->snd_una - TCP_SKB_CB(skb)->seq, skb->len);
		__skb_pull(skb, trim);
		TCP_SKB_CB(skb)->seq = tp->snd_una;
	}
	/* Behind the window only the first may be sent, as a probe of it. */
	if (!before(TCP_SKB_CB(skb)->seq, tcp_wnd_end(tp)) && TCP_SKB_CB(skb)->seq != tp->snd_una)
		return -EAGAIN;
	if (skb->len > cur_mss && tcp_fragment(sk, &tp->tcp_rtx_queue, skb, cur_mss))
		return -ENOMEM;
	TCP_INC_STATS(TCP_MIB_RETRANSSEGS);
	if (TCP_SKB_CB(skb)->tcp_flags & TCPHDR_SYN)
		NET_INC_STATS(LINUX_MIB_TCPSYNRETRANS);
	tp->total_retrans++;
	trace_tcp_retransmit_skb(sk, skb);
	err = tcp_transmit_skb(sk, skb, true, GFP_ATOMIC);
	/* So that its acknowledgement is not taken for a measurement. */
	TCP_SKB_CB(skb)->sacked |= TCPCB_EVER_RETRANS;
	if (likely(!err)) {
		if (!(TCP_SKB_CB(skb)->sacked & TCPCB_SACKED_RETRANS)) {
			TCP_SKB_CB(skb)->sacked |= TCPCB_SACKED_RETRANS;
			tp->retrans_out++;
		}
	} else {
		NET_INC_STATS(LINUX_MIB_TCPRETRANSFAIL);
	}
	if (!tp->retrans_stamp)
		tp->retrans_stamp = (u32)(tp->tcp_mstamp / 1000);
	return err;
}

/* What is thought lost, as far as the window lets it. */
void tcp_xmit_retransmit_queue(struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb, *tmp;
	bool rearm_timer = false;

	if (!tp->packets_out)
		return;
	skb_queue_walk_safe(&tp->tcp_rtx_queue, skb, tmp) {
		u8 sacked = TCP_SKB_CB(skb)->sacked;

		if (tp->snd_cwnd <= tcp_packets_in_flight(tp))
			break;
		if (tp->retrans_out >= tp->lost_out)
			break;
		if (!(sacked & TCPCB_LOST) || (sacked & TCPCB_SACKED_RETRANS))
			continue;
		if (tcp_retransmit_skb(sk, skb))
			break;
		NET_INC_STATS(icsk->icsk_ca_state == TCP_CA_Loss ? LINUX_MIB_TCPSLOWSTARTRETRANS : LINUX_MIB_TCPFASTRETRANS);
		if (tcp_in_cwnd_reduction(sk))
			tp->prr_out++;
		if (skb == tcp_rtx_queue_head(sk))
			rearm_timer = true;
	}
	if (rearm_timer)
		inet_csk_reset_xmit_timer(sk, ICSK_TIME_RETRANS, inet_csk(sk)->icsk_rto, TCP_RTO_MAX);
}

/* With the last bytes, where they have not gone yet. */
void tcp_send_fin(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *tskb = tcp_write_queue_tail(sk), *skb;

	if (tskb) {
		TCP_SKB_CB(tskb)->tcp_flags |= TCPHDR_FIN;
		TCP_SKB_CB(tskb)->end_seq++;
		tp->write_seq++;
	} else {
		skb = alloc_skb(MAX_TCP_HEADER, GFP_ATOMIC);
		/* Simplified: without memory the FIN goes with the last segment that was sent, when that is sent again; Linux asks until there is some. */
		if (!skb) {
			tskb = skb_peek_tail(&tp->tcp_rtx_queue);
			if (tskb) {
				TCP_SKB_CB(tskb)->tcp_flags |= TCPHDR_FIN;
				TCP_SKB_CB(tskb)->end_seq++;
				tp->write_seq++;
				tp->snd_nxt++;
			}
			return;
		}
		skb_reserve(skb, MAX_TCP_HEADER);
		tcp_init_nondata_skb(skb, tp->write_seq, TCPHDR_ACK | TCPHDR_FIN);
		tcp_queue_skb(sk, skb);
	}
	__tcp_push_pending_frames(sk, tcp_current_mss(sk), TCP_NAGLE_OFF);
}

void tcp_send_active_reset(struct sock *sk, gfp_t priority)
{
	struct sk_buff *skb = alloc_skb(MAX_TCP_HEADER, priority);

	TCP_INC_STATS(TCP_MIB_OUTRSTS);
	if (!skb)
		return;
	skb_reserve(skb, MAX_TCP_HEADER);
	tcp_init_nondata_skb(skb, tcp_acceptable_seq(sk), TCPHDR_ACK | TCPHDR_RST);
	tcp_transmit_skb(sk, skb, false, priority);
}

/* Of a SYN that came. The IP header is not there yet. */
struct sk_buff *tcp_make_synack(const struct sock *sk, struct request_sock *req)
{
	struct sk_buff *skb = alloc_skb(MAX_TCP_HEADER, GFP_ATOMIC);
	u8 options[TCPOLEN_MSS + TCPOLEN_WSCALE_ALIGNED];
	u16 mss = 1460;
	struct tcphdr *th;
	unsigned int optlen;
	struct rtable *rt = ip_route_output(req->rmt_addr);

	if (!skb || !rt) {
		kfree_skb(skb);
		return NULL;
	}
	mss = dst_mtu(rt) - sizeof(struct iphdr) - sizeof(struct tcphdr);
	if (tcp_sk(sk)->rx_opt.user_mss && tcp_sk(sk)->rx_opt.user_mss < mss)
		mss = tcp_sk(sk)->rx_opt.user_mss;
	skb_reserve(skb, MAX_TCP_HEADER);
	optlen = tcp_syn_options_write(options, mss, req->wscale_ok, req->rcv_wscale);
	th = skb_push(skb, sizeof(struct tcphdr) + optlen);
	skb_reset_transport_header(skb);
	memset(th, 0, sizeof(*th));
	memcpy(th + 1, options, optlen);
	th->syn = 1;
	th->ack = 1;
	th->source = htons(req->node.num);
	th->dest = req->node.dport;
	th->seq = htonl(req->snt_isn);
	th->ack_seq = htonl(req->rcv_nxt);
	th->window = htons(min(req->rsk_rcv_wnd, 65535U));
	th->doff = (sizeof(*th) + optlen) / 4;
	skb->ip_summed = CHECKSUM_PARTIAL;
	TCP_INC_STATS(TCP_MIB_OUTSEGS);
	return skb;
}

static void tcp_connect_init(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	u8 rcv_wscale;

	tp->tcp_header_len = sizeof(struct tcphdr);
	tp->rx_opt.mss_clamp = tp->rx_opt.user_mss ? tp->rx_opt.user_mss : 65535;
	tp->max_window = 0;
	tcp_sync_mss(sk, dst_mtu(inet_sk(sk)->rt));
	tp->advmss = min(dst_mtu(inet_sk(sk)->rt) - (u32)(sizeof(struct iphdr) + sizeof(struct tcphdr)), (u32)tp->rx_opt.mss_clamp);
	tcp_initialize_rcv_mss(sk);
	tcp_select_initial_window(sk, tcp_full_space(sk), tp->advmss, &tp->rcv_wnd, &tp->window_clamp, true, &rcv_wscale);
	tp->rx_opt.rcv_wscale = rcv_wscale;
	tp->rcv_ssthresh = tp->rcv_wnd;
	sk->sk_err = 0;
	sock_reset_flag(sk, SOCK_DONE);
	tp->snd_wnd = 0;
	tp->snd_wl1 = 0;
	tcp_write_queue_purge(sk);
	tp->snd_una = tp->snd_sml = tp->snd_nxt = tp->write_seq;
	tp->rcv_nxt = tp->rcv_wup = tp->copied_seq = 0;
	inet_csk(sk)->icsk_rto = TCP_TIMEOUT_INIT;
	inet_csk(sk)->icsk_retransmits = 0;
}

int tcp_connect(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *buff;

	tcp_connect_init(sk);
	buff = tcp_stream_alloc_skb(sk, 0, GFP_KERNEL);
	if (!buff)
		return -ENOBUFS;
	tcp_init_nondata_skb(buff, tp->write_seq++, TCPHDR_SYN);
	tcp_mstamp_refresh(tp);
	tp->retrans_stamp = (u32)(tp->tcp_mstamp / 1000);
	__skb_header_release(buff);
	__skb_queue_tail(&tp->tcp_rtx_queue, buff);
	sk->sk_wmem_queued += buff->truesize;
	tp->packets_out++;
	tcp_transmit_skb(sk, buff, true, GFP_KERNEL);
	tp->snd_nxt = tp->write_seq;
	tp->pushed_seq = tp->write_seq;
	TCP_INC_STATS(TCP_MIB_ACTIVEOPENS);
	inet_csk_reset_xmit_timer(sk, ICSK_TIME_RETRANS, inet_csk(sk)->icsk_rto, TCP_RTO_MAX);
	return 0;
}

void tcp_send_delayed_ack(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	u32 ato = icsk->icsk_ack.ato;
	unsigned long timeout;

	if (ato > TCP_DELACK_MIN) {
		const struct tcp_sock *tp = tcp_sk(sk);
		u32 max_ato = HZ / 2;

		if (inet_csk_in_pingpong_mode(sk) || (icsk->icsk_ack.pending & ICSK_ACK_PUSHED))
			max_ato = TCP_DELACK_MAX;
		/* Not longer than it takes there and back. */
		if (tp->srtt_us) {
			u32 rtt = max((u32)usecs_to_jiffies(tp->srtt_us >> 3), TCP_DELACK_MIN);

			max_ato = min(max_ato, rtt);
		}
		ato = min(ato, max_ato);
	}
	ato = min(ato, TCP_DELACK_MAX);
	timeout = jiffies + ato;
	if (icsk->icsk_ack.pending & ICSK_ACK_TIMER) {
		if (time_before_eq(icsk->icsk_ack.timeout, jiffies + (ato >> 2))) {
			tcp_send_ack(sk);
			return;
		}
		if (!time_before(timeout, icsk->icsk_ack.timeout))
			timeout = icsk->icsk_ack.timeout;
	}
	icsk->icsk_ack.pending |= ICSK_ACK_SCHED | ICSK_ACK_TIMER;
	icsk->icsk_ack.timeout = timeout;
	sk_reset_timer(sk, &icsk->icsk_delack_timer, timeout);
}

void tcp_send_ack(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct sk_buff *buff;

	if (sk->sk_state == TCP_CLOSE)
		return;
	buff = alloc_skb(MAX_TCP_HEADER, GFP_ATOMIC);
	if (unlikely(!buff)) {
		/* Later, when there may be memory. */
		inet_csk_schedule_ack(sk);
		icsk->icsk_ack.ato = TCP_ATO_MIN;
		icsk->icsk_ack.pending |= ICSK_ACK_TIMER;
		icsk->icsk_ack.timeout = jiffies + TCP_DELACK_MAX;
		sk_reset_timer(sk, &icsk->icsk_delack_timer, icsk->icsk_ack.timeout);
		return;
	}
	skb_reserve(buff, MAX_TCP_HEADER);
	tcp_init_nondata_skb(buff, tcp_acceptable_seq(sk), TCPHDR_ACK);
	tcp_transmit_skb(sk, buff, false, GFP_ATOMIC);
}

/* A segment that has arrived already: the other end answers with its window. */
static int tcp_xmit_probe_skb(struct sock *sk, int urgent)
{
	struct sk_buff *skb = alloc_skb(MAX_TCP_HEADER, GFP_ATOMIC);

	if (!skb)
		return -1;
	skb_reserve(skb, MAX_TCP_HEADER);
	tcp_init_nondata_skb(skb, tcp_sk(sk)->snd_una - !urgent, TCPHDR_ACK);
	NET_INC_STATS(LINUX_MIB_TCPWINPROBE);
	return tcp_transmit_skb(sk, skb, false, GFP_ATOMIC);
}

/* Something that is answered: bytes that the window has room for, or a probe. */
int tcp_write_wakeup(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb = tcp_send_head(sk);

	if (sk->sk_state == TCP_CLOSE)
		return -1;
	if (skb && before(TCP_SKB_CB(skb)->seq, tcp_wnd_end(tp))) {
		unsigned int mss = tcp_current_mss(sk), seg_size = tcp_wnd_end(tp) - TCP_SKB_CB(skb)->seq;
		int err;

		if (before(tp->pushed_seq, TCP_SKB_CB(skb)->end_seq))
			tp->pushed_seq = TCP_SKB_CB(skb)->end_seq;
		if (seg_size < TCP_SKB_CB(skb)->end_seq - TCP_SKB_CB(skb)->seq || skb->len > mss) {
			seg_size = min(seg_size, mss);
			TCP_SKB_CB(skb)->tcp_flags |= TCPHDR_PSH;
			if (tcp_fragment(sk, &sk->sk_write_queue, skb, seg_size))
				return -1;
		}
		TCP_SKB_CB(skb)->tcp_flags |= TCPHDR_PSH;
		err = tcp_transmit_skb(sk, skb, true, GFP_ATOMIC);
		if (!err)
			tcp_event_new_data_sent(sk, skb);
		return err;
	}
	return tcp_xmit_probe_skb(sk, 0);
}

void tcp_send_probe0(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned long timeout;
	int err = tcp_write_wakeup(sk);

	if (tp->packets_out || !tcp_send_head(sk)) {
		/* Window was opened, or all is sent. */
		icsk->icsk_probes_out = 0;
		icsk->icsk_backoff = 0;
		return;
	}
	icsk->icsk_probes_out++;
	if (err <= 0) {
		if (icsk->icsk_backoff < TCP_RETR2)
			icsk->icsk_backoff++;
		timeout = tcp_probe0_when(sk);
	} else {
		timeout = TCP_RESOURCE_PROBE_INTERVAL;
	}
	inet_csk_reset_xmit_timer(sk, ICSK_TIME_PROBE0, timeout, TCP_RTO_MAX);
}
