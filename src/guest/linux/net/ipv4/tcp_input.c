/*
 * Segments that come in. Linux: net/ipv4/tcp_input.c. RFC 9293; round-trip time RFC 6298; recovery RFC 5681, 6582 (NewReno), window reduction
 * RFC 6937; what an attacker might send RFC 5961.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <net/tcp.h>
#include <trace/events.h>

int sysctl_tcp_rmem[3] = { 4096, 131072, 6291456 };
int sysctl_tcp_wmem[3] = { 4096, 16384, 4194304 };
#define CHALLENGE_ACK_LIMIT	1000
#define INVALID_RATELIMIT	(HZ / 2)

#define FLAG_DATA		0x01	/* it has data */
#define FLAG_WIN_UPDATE		0x02
#define FLAG_DATA_ACKED		0x04
#define FLAG_RETRANS_DATA_ACKED	0x08
#define FLAG_SYN_ACKED		0x10
#define FLAG_SLOWPATH		0x100
#define FLAG_SND_UNA_ADVANCED	0x400
#define FLAG_SET_XMIT_TIMER	0x1000
#define FLAG_ACKED		(FLAG_DATA_ACKED | FLAG_SYN_ACKED)
#define FLAG_NOT_DUP		(FLAG_DATA | FLAG_WIN_UPDATE | FLAG_ACKED)

#define REXMIT_NONE	0
#define REXMIT_LOST	1

/* ------------------------------------------------------------------------------------------ acknowledging what comes */

static void tcp_measure_rcv_mss(struct sock *sk, const struct sk_buff *skb)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	unsigned int lss = icsk->icsk_ack.last_seg_size, len = skb->len;

	icsk->icsk_ack.last_seg_size = 0;
	if (len >= icsk->icsk_ack.rcv_mss) {
		icsk->icsk_ack.rcv_mss = min(len, (unsigned int)tcp_sk(sk)->advmss);
		return;
	}
	/* Twice the same size: that is what the other end takes for full. */
	len += tcp_hdrlen(skb);
	if (len >= TCP_MIN_MSS + sizeof(struct tcphdr)) {
		len -= tcp_sk(sk)->tcp_header_len;
		icsk->icsk_ack.last_seg_size = len;
		if (len == lss) {
			icsk->icsk_ack.rcv_mss = len;
			return;
		}
	}
	if (icsk->icsk_ack.pending & ICSK_ACK_PUSHED)
		icsk->icsk_ack.pending |= ICSK_ACK_PUSHED2;
	icsk->icsk_ack.pending |= ICSK_ACK_PUSHED;
}

static void tcp_incr_quickack(struct sock *sk, unsigned int max_quickacks)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	unsigned int quickacks = tcp_sk(sk)->rcv_wnd / (2 * icsk->icsk_ack.rcv_mss);

	if (!quickacks)
		quickacks = 2;
	quickacks = min(quickacks, max_quickacks);
	if (quickacks > icsk->icsk_ack.quick)
		icsk->icsk_ack.quick = quickacks;
}

void tcp_enter_quickack_mode(struct sock *sk, unsigned int max_quickacks)
{
	tcp_incr_quickack(sk, max_quickacks);
	inet_csk_exit_pingpong_mode(sk);
	inet_csk(sk)->icsk_ack.ato = TCP_ATO_MIN;
}

static bool tcp_in_quickack_mode(struct sock *sk)
{
	return inet_csk(sk)->icsk_ack.quick && !inet_csk_in_pingpong_mode(sk);
}

void tcp_initialize_rcv_mss(struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	unsigned int hint = min((unsigned int)tp->advmss, tp->mss_cache);

	hint = min(hint, tp->rcv_wnd / 2);
	hint = min(hint, TCP_MSS_DEFAULT);
	inet_csk(sk)->icsk_ack.rcv_mss = max(hint, TCP_MIN_MSS);
}

/* How long an acknowledgement may wait follows how fast data comes. */
static void tcp_event_data_recv(struct sock *sk, struct sk_buff *skb)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	u32 now = tcp_jiffies32;

	inet_csk_schedule_ack(sk);
	tcp_measure_rcv_mss(sk, skb);
	if (!icsk->icsk_ack.ato) {
		/* The first data: the sender is in slow start and wants to hear soon. */
		tcp_incr_quickack(sk, TCP_MAX_QUICKACKS);
		icsk->icsk_ack.ato = TCP_ATO_MIN;
	} else {
		int m = now - icsk->icsk_ack.lrcvtime;

		if (m <= (int)TCP_ATO_MIN / 2) {
			icsk->icsk_ack.ato = (icsk->icsk_ack.ato >> 1) + TCP_ATO_MIN / 2;
		} else if (m < (int)icsk->icsk_ack.ato) {
			icsk->icsk_ack.ato = (icsk->icsk_ack.ato >> 1) + m;
			if (icsk->icsk_ack.ato > icsk->icsk_rto)
				icsk->icsk_ack.ato = icsk->icsk_rto;
		} else if (m > (int)icsk->icsk_rto) {
			/* A long pause: the sender has restarted. */
			tcp_incr_quickack(sk, TCP_MAX_QUICKACKS);
		}
	}
	icsk->icsk_ack.lrcvtime = now;
}

static void __tcp_ack_snd_check(struct sock *sk, int ofo_possible)
{
	struct tcp_sock *tp = tcp_sk(sk);

	/* More than a full segment, and the window goes on with it; or at once is wanted; or something is missing. */
	if ((tp->rcv_nxt - tp->rcv_wup > inet_csk(sk)->icsk_ack.rcv_mss &&
	     (tp->rcv_nxt - tp->copied_seq < (u32)sk->sk_rcvlowat || __tcp_select_window(sk) >= tp->rcv_wnd)) ||
	    tcp_in_quickack_mode(sk) || (inet_csk(sk)->icsk_ack.pending & ICSK_ACK_NOW) ||
	    (ofo_possible && !skb_queue_empty(&tp->out_of_order_queue)))
		tcp_send_ack(sk);
	else
		tcp_send_delayed_ack(sk);
}

static void tcp_ack_snd_check(struct sock *sk)
{
	if (inet_csk_ack_scheduled(sk))
		__tcp_ack_snd_check(sk, 1);
}

/* ------------------------------------------------------------------------------------------ buffers */

/* Room for twice the congestion window. */
static void tcp_sndbuf_expand(struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	int per_mss = max(min((u32)tp->rx_opt.mss_clamp, tp->mss_cache), TCP_MSS_DEFAULT) + MAX_TCP_HEADER, sndmem, size = 256;

	per_mss += SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	while (size < per_mss)
		size <<= 1;
	per_mss = size + SKB_DATA_ALIGN(sizeof(struct sk_buff));
	sndmem = 2 * max(max((u32)TCP_INIT_CWND, tp->snd_cwnd), tp->reordering + 1) * per_mss;
	if (sk->sk_sndbuf < sndmem)
		WRITE_ONCE(sk->sk_sndbuf, min(sndmem, sysctl_tcp_wmem[2]));
}

void tcp_init_buffer_space(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int maxwin = tcp_full_space(sk);

	if (!(sk->sk_userlocks & SOCK_SNDBUF_LOCK))
		tcp_sndbuf_expand(sk);
	if ((int)tp->window_clamp >= maxwin)
		tp->window_clamp = maxwin;
	tp->rcv_ssthresh = min(tp->window_clamp, 65535U);
	tp->snd_cwnd_stamp = tcp_jiffies32;
}

void tcp_init_transfer(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	/* A lost SYN: begin with one (RFC 5681). */
	tp->snd_cwnd = tp->total_retrans > 1 && tp->undo_marker ? 1 : TCP_INIT_CWND;
	tp->snd_cwnd_stamp = tcp_jiffies32;
	tcp_init_buffer_space(sk);
}

/* New room for the writer, and whoever waits for it hears of it. */
void tcp_check_space(struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	if (!sk->sk_socket || !(sk->sk_socket->flags & (1UL << SOCK_NOSPACE)))
		return;
	if (!(sk->sk_userlocks & SOCK_SNDBUF_LOCK) && tp->packets_out < tp->snd_cwnd) {
		tcp_sndbuf_expand(sk);
		tcp_sk(sk)->snd_cwnd_stamp = tcp_jiffies32;
	}
	sk->sk_write_space(sk);
}

void tcp_data_ready(struct sock *sk)
{
	if (tcp_sk(sk)->rcv_nxt - tcp_sk(sk)->copied_seq >= (u32)sk->sk_rcvlowat || sock_flag(sk, SOCK_DONE) || sk->sk_shutdown & RCV_SHUTDOWN)
		sk->sk_data_ready(sk);
}

/* ------------------------------------------------------------------------------------------ round-trip time */

void tcp_set_rto(struct sock *sk)
{
	inet_csk(sk)->icsk_rto = __tcp_set_rto(tcp_sk(sk));
	tcp_bound_rto(sk);
}

static void tcp_rtt_estimator(struct sock *sk, long mrtt_us)
{
	struct tcp_sock *tp = tcp_sk(sk);
	long m = mrtt_us;
	u32 srtt = tp->srtt_us, rto_min = jiffies_to_usecs(TCP_RTO_MIN);

	if (srtt) {
		m -= srtt >> 3;			/* the error */
		srtt += m;			/* 7/8 of the old, 1/8 of the new */
		if (m < 0) {
			m = -m;
			m -= tp->mdev_us >> 2;
			/* A shorter time than was thought is not to make the time-out longer. */
			if (m > 0)
				m >>= 3;
		} else {
			m -= tp->mdev_us >> 2;
		}
		tp->mdev_us += m;
		if (tp->mdev_us > tp->mdev_max_us) {
			tp->mdev_max_us = tp->mdev_us;
			if (tp->mdev_max_us > tp->rttvar_us)
				tp->rttvar_us = tp->mdev_max_us;
		}
		if (after(tp->snd_una, tp->rtt_seq)) {
			if (tp->mdev_max_us < tp->rttvar_us)
				tp->rttvar_us -= (tp->rttvar_us - tp->mdev_max_us) >> 2;
			tp->rtt_seq = tp->snd_nxt;
			tp->mdev_max_us = rto_min;
		}
	} else {
		srtt = m << 3;
		tp->mdev_us = m << 1;
		tp->rttvar_us = max(tp->mdev_us, rto_min);
		tp->mdev_max_us = tp->rttvar_us;
		tp->rtt_seq = tp->snd_nxt;
	}
	tp->srtt_us = max(1U, srtt);
}

static void tcp_ack_update_rtt(struct sock *sk, long seq_rtt_us)
{
	if (seq_rtt_us < 0)
		return;
	tcp_rtt_estimator(sk, seq_rtt_us ? seq_rtt_us : 1);
	tcp_set_rto(sk);
	inet_csk(sk)->icsk_backoff = 0;
}

void tcp_synack_rtt_meas(struct sock *sk, struct request_sock *req)
{
	if (req && !req->num_retrans && req->snt_synack)
		tcp_ack_update_rtt(sk, (long)(tcp_clock_us() - req->snt_synack / 1000));
}

void tcp_rearm_rto(struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	if (!tp->packets_out)
		inet_csk_clear_xmit_timer(sk);
	else
		inet_csk_reset_xmit_timer(sk, ICSK_TIME_RETRANS, inet_csk(sk)->icsk_rto, TCP_RTO_MAX);
}

/* ------------------------------------------------------------------------------------------ loss and recovery */

static void tcp_set_ca_state(struct sock *sk, u8 ca_state)
{
	inet_csk(sk)->icsk_ca_state = ca_state;
}

static void tcp_mark_skb_lost(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (!(TCP_SKB_CB(skb)->sacked & TCPCB_LOST)) {
		tp->lost_out++;
		TCP_SKB_CB(skb)->sacked |= TCPCB_LOST;
	} else if (TCP_SKB_CB(skb)->sacked & TCPCB_SACKED_RETRANS) {
		/* And it is lost again. */
		TCP_SKB_CB(skb)->sacked &= ~TCPCB_SACKED_RETRANS;
		tp->retrans_out--;
	}
}

static void tcp_verify_left_out(struct tcp_sock *tp)
{
	WARN_ON(tcp_left_out(tp) > tp->packets_out);
}

/* More duplicate acknowledgements than there are packets is what an attacker would send. */
static void tcp_limit_reno_sacked(struct tcp_sock *tp)
{
	u32 holes = max(tp->lost_out, 1U);

	holes = min(holes, tp->packets_out);
	if (tp->sacked_out + holes > tp->packets_out)
		tp->sacked_out = tp->packets_out - holes;
}

/* A duplicate acknowledgement says that something has left the network. */
static void tcp_add_reno_sack(struct sock *sk, int num_dupack)
{
	struct tcp_sock *tp = tcp_sk(sk);
	u32 prior = tp->sacked_out;

	if (!num_dupack)
		return;
	tp->sacked_out += num_dupack;
	tcp_limit_reno_sacked(tp);
	if (tp->sacked_out > prior)
		tp->delivered += tp->sacked_out - prior;
	tcp_verify_left_out(tp);
}

static void tcp_remove_reno_sacks(struct sock *sk, int acked)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (acked > 0) {
		/* One of them filled the hole. */
		tp->delivered += max(acked - (int)tp->sacked_out, 1);
		if (acked - 1 >= (int)tp->sacked_out)
			tp->sacked_out = 0;
		else
			tp->sacked_out -= acked - 1;
	}
	tcp_limit_reno_sacked(tp);
	tcp_verify_left_out(tp);
}

static void tcp_newreno_mark_lost(struct sock *sk, bool snd_una_advanced)
{
	const u8 state = inet_csk(sk)->icsk_ca_state;
	struct tcp_sock *tp = tcp_sk(sk);

	if ((state < TCP_CA_Recovery && tp->sacked_out >= tp->reordering) || (state == TCP_CA_Recovery && snd_una_advanced)) {
		struct sk_buff *skb = tcp_rtx_queue_head(sk);

		if (!skb || TCP_SKB_CB(skb)->sacked & TCPCB_LOST)
			return;
		tcp_mark_skb_lost(sk, skb);
		tcp_limit_reno_sacked(tp);
	}
}

static void tcp_init_cwnd_reduction(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	tp->high_seq = tp->snd_nxt;
	tp->snd_cwnd_cnt = 0;
	tp->prior_cwnd = tp->snd_cwnd;
	tp->prr_delivered = 0;
	tp->prr_out = 0;
	tp->snd_ssthresh = inet_csk(sk)->icsk_ca_ops->ssthresh(sk);
}

/* The window goes down with what arrives, not at once (RFC 6937). */
void tcp_cwnd_reduction(struct sock *sk, int newly_acked_sacked, int newly_lost, int flag)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int sndcnt = 0, delta = tp->snd_ssthresh - tcp_packets_in_flight(tp);

	if (newly_acked_sacked <= 0 || !tp->prior_cwnd)
		return;
	tp->prr_delivered += newly_acked_sacked;
	if (delta < 0) {
		u64 dividend = (u64)tp->snd_ssthresh * tp->prr_delivered + tp->prior_cwnd - 1;

		sndcnt = (int)(dividend / tp->prior_cwnd) - (int)tp->prr_out;
	} else if ((flag & (FLAG_RETRANS_DATA_ACKED | FLAG_DATA_ACKED)) == FLAG_RETRANS_DATA_ACKED && !newly_lost) {
		sndcnt = min(delta, max((int)(tp->prr_delivered - tp->prr_out), newly_acked_sacked) + 1);
	} else {
		sndcnt = min(delta, newly_acked_sacked);
	}
	/* At least the first retransmission. */
	sndcnt = max(sndcnt, tp->prr_out ? 0 : 1);
	tp->snd_cwnd = tcp_packets_in_flight(tp) + sndcnt;
}

static void tcp_end_cwnd_reduction(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (tp->snd_ssthresh < TCP_INFINITE_SSTHRESH && (inet_csk(sk)->icsk_ca_state == TCP_CA_CWR || tp->undo_marker)) {
		tp->snd_cwnd = tp->snd_ssthresh;
		tp->snd_cwnd_stamp = tcp_jiffies32;
	}
}

static void tcp_enter_recovery(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	NET_INC_STATS(LINUX_MIB_TCPRENORECOVERY);
	tp->undo_marker = tp->snd_una;
	if (!tcp_in_cwnd_reduction(sk))
		tcp_init_cwnd_reduction(sk);
	tcp_set_ca_state(sk, TCP_CA_Recovery);
}

/* The time-out: all that is out is thought lost, and the window begins anew. */
void tcp_enter_loss(struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb;

	tp->sacked_out = 0;
	skb_queue_walk(&tp->tcp_rtx_queue, skb)
		tcp_mark_skb_lost(sk, skb);
	tcp_verify_left_out(tp);
	/* Once a window, not for each time-out. */
	if (icsk->icsk_ca_state <= TCP_CA_Disorder || !after(tp->high_seq, tp->snd_una) || (icsk->icsk_ca_state == TCP_CA_Loss && !icsk->icsk_retransmits)) {
		tp->prior_cwnd = tp->snd_cwnd;
		tp->snd_ssthresh = icsk->icsk_ca_ops->ssthresh(sk);
		tp->undo_marker = tp->snd_una;
	}
	tp->snd_cwnd = tcp_packets_in_flight(tp) + 1;
	tp->snd_cwnd_cnt = 0;
	tp->snd_cwnd_stamp = tcp_jiffies32;
	tcp_set_ca_state(sk, TCP_CA_Loss);
	tp->high_seq = tp->snd_nxt;
}

/* All that was out when the trouble began has arrived. */
static void tcp_try_undo_recovery(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	/* A late duplicate is not to begin it again: wait for one more (RFC 6582). */
	if (tp->snd_una == tp->high_seq && tp->packets_out) {
		tp->retrans_stamp = tp->retrans_out ? tp->retrans_stamp : 0;
		return;
	}
	tcp_set_ca_state(sk, TCP_CA_Open);
	tp->retrans_stamp = 0;
}

static void tcp_try_keep_open(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int state = tcp_left_out(tp) ? TCP_CA_Disorder : TCP_CA_Open;

	if (inet_csk(sk)->icsk_ca_state != state) {
		tcp_set_ca_state(sk, state);
		tp->high_seq = tp->snd_nxt;
	}
}

static void tcp_fastretrans_alert(struct sock *sk, int num_dupack, int flag, int *rexmit)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);

	if (!tp->packets_out && tp->sacked_out)
		tp->sacked_out = 0;
	tcp_verify_left_out(tp);
	/* Is it over? */
	if (icsk->icsk_ca_state == TCP_CA_Open) {
		tp->retrans_stamp = tp->retrans_out ? tp->retrans_stamp : 0;
	} else if (!before(tp->snd_una, tp->high_seq)) {
		switch (icsk->icsk_ca_state) {
		case TCP_CA_CWR:
			if (tp->snd_una != tp->high_seq) {
				tcp_end_cwnd_reduction(sk);
				tcp_set_ca_state(sk, TCP_CA_Open);
			}
			break;
		case TCP_CA_Recovery:
			tp->sacked_out = 0;
			tcp_end_cwnd_reduction(sk);
			tcp_try_undo_recovery(sk);
			return;
		}
	}
	switch (icsk->icsk_ca_state) {
	case TCP_CA_Recovery:
		if (!(flag & FLAG_SND_UNA_ADVANCED))
			tcp_add_reno_sack(sk, num_dupack);
		/* A part of it has arrived: what comes next was lost too. */
		tcp_newreno_mark_lost(sk, flag & FLAG_SND_UNA_ADVANCED);
		break;
	case TCP_CA_Loss:
		if (!before(tp->snd_una, tp->high_seq)) {
			tp->sacked_out = 0;
			tcp_try_undo_recovery(sk);
		} else {
			if (after(tp->snd_nxt, tp->high_seq) && num_dupack)
				tcp_add_reno_sack(sk, num_dupack);
			else if (flag & FLAG_SND_UNA_ADVANCED)
				tp->sacked_out = 0;
			*rexmit = REXMIT_LOST;
		}
		if (icsk->icsk_ca_state != TCP_CA_Open)
			return;
		/* Fall through: it is open again. */
	default:
		if (flag & FLAG_SND_UNA_ADVANCED)
			tp->sacked_out = 0;
		tcp_add_reno_sack(sk, num_dupack);
		tcp_newreno_mark_lost(sk, flag & FLAG_SND_UNA_ADVANCED);
		if (!tp->lost_out) {
			if (!tcp_in_cwnd_reduction(sk))
				tcp_try_keep_open(sk);
			return;
		}
		tcp_enter_recovery(sk);
	}
	*rexmit = REXMIT_LOST;
}

static void tcp_cong_control(struct sock *sk, u32 ack, u32 acked_sacked, int flag, u32 newly_lost)
{
	if (tcp_in_cwnd_reduction(sk)) {
		tcp_cwnd_reduction(sk, acked_sacked, newly_lost, flag);
	} else if (flag & FLAG_DATA_ACKED) {
		/* With packets out of order the window grows only by what arrives in order. */
		inet_csk(sk)->icsk_ca_ops->cong_avoid(sk, ack, acked_sacked);
		tcp_sk(sk)->snd_cwnd_stamp = tcp_jiffies32;
	}
}

static void tcp_xmit_recovery(struct sock *sk, int rexmit)
{
	if (rexmit == REXMIT_NONE || sk->sk_state == TCP_SYN_SENT)
		return;
	tcp_xmit_retransmit_queue(sk);
}

/* ------------------------------------------------------------------------------------------ acknowledgements that come */

static void tcp_snd_una_update(struct tcp_sock *tp, u32 ack)
{
	tp->bytes_acked += ack - tp->snd_una;
	tp->snd_una = ack;
}

static void tcp_rcv_nxt_update(struct tcp_sock *tp, u32 seq)
{
	tp->bytes_received += seq - tp->rcv_nxt;
	WRITE_ONCE(tp->rcv_nxt, seq);
}

static bool tcp_may_update_window(const struct tcp_sock *tp, u32 ack, u32 ack_seq, u32 nwin)
{
	return after(ack, tp->snd_una) || after(ack_seq, tp->snd_wl1) || (ack_seq == tp->snd_wl1 && nwin > tp->snd_wnd);
}

static int tcp_ack_update_window(struct sock *sk, const struct sk_buff *skb, u32 ack, u32 ack_seq)
{
	struct tcp_sock *tp = tcp_sk(sk);
	u32 nwin = ntohs(tcp_hdr(skb)->window);
	int flag = 0;

	if (likely(!tcp_hdr(skb)->syn))
		nwin <<= tp->rx_opt.snd_wscale;
	if (tcp_may_update_window(tp, ack, ack_seq, nwin)) {
		flag |= FLAG_WIN_UPDATE;
		tcp_update_wl(tp, ack_seq);
		if (tp->snd_wnd != nwin) {
			tp->snd_wnd = nwin;
			tp->pred_flags = 0;
			tcp_fast_path_check(sk);
			if (nwin > tp->max_window) {
				tp->max_window = nwin;
				tcp_sync_mss(sk, dst_mtu(inet_sk(sk)->rt));
			}
		}
	}
	tcp_snd_una_update(tp, ack);
	return flag;
}

/* What has arrived goes out of the queue. */
static int tcp_clean_rtx_queue(struct sock *sk, u32 prior_snd_una)
{
	struct tcp_sock *tp = tcp_sk(sk);
	u64 first_ackt = 0;
	u32 pkts_acked = 0;
	struct sk_buff *skb;
	int flag = 0;

	while ((skb = tcp_rtx_queue_head(sk))) {
		struct tcp_skb_cb *scb = TCP_SKB_CB(skb);
		u8 sacked = scb->sacked;

		/* A part of a segment stays whole until all of it has arrived. */
		if (after(scb->end_seq, tp->snd_una))
			break;
		if (unlikely(sacked & TCPCB_RETRANS)) {
			if (sacked & TCPCB_SACKED_RETRANS)
				tp->retrans_out--;
			flag |= FLAG_RETRANS_DATA_ACKED;
		} else if (!first_ackt) {
			first_ackt = skb->skb_mstamp_ns / 1000;
		}
		if (sacked & TCPCB_LOST)
			tp->lost_out--;
		tp->packets_out--;
		pkts_acked++;
		if (likely(!(scb->tcp_flags & TCPHDR_SYN))) {
			flag |= FLAG_DATA_ACKED;
		} else {
			flag |= FLAG_SYN_ACKED;
			tp->retrans_stamp = 0;
		}
		__skb_unlink(skb, &tp->tcp_rtx_queue);
		tcp_wmem_free_skb(sk, skb);
	}
	/* Karn: of what was sent twice nobody knows which one was heard. */
	tcp_ack_update_rtt(sk, first_ackt && !(flag & FLAG_RETRANS_DATA_ACKED) ? (long)(tp->tcp_mstamp - first_ackt) : -1L);
	if (flag & FLAG_ACKED || tp->snd_una != prior_snd_una) {
		flag |= FLAG_SET_XMIT_TIMER;
		tcp_remove_reno_sacks(sk, pkts_acked);
	}
	return flag;
}

static void tcp_ack_probe(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct sk_buff *head = tcp_send_head(sk);
	const struct tcp_sock *tp = tcp_sk(sk);

	if (!head)
		return;
	if (!after(TCP_SKB_CB(head)->end_seq, tcp_wnd_end(tp))) {
		icsk->icsk_backoff = 0;
		icsk->icsk_probes_out = 0;
		inet_csk_clear_xmit_timer(sk);
	} else {
		inet_csk_reset_xmit_timer(sk, ICSK_TIME_PROBE0, tcp_probe0_when(sk), TCP_RTO_MAX);
	}
}

bool tcp_oow_rate_limited(u32 *last_oow_ack_time)
{
	if (*last_oow_ack_time) {
		s32 elapsed = (s32)(tcp_jiffies32 - *last_oow_ack_time);

		if (elapsed >= 0 && elapsed < INVALID_RATELIMIT)
			return true;
	}
	*last_oow_ack_time = tcp_jiffies32;
	return false;
}

/* To whoever may be guessing (RFC 5961): the other end knows what to do with it. */
void tcp_send_challenge_ack(struct sock *sk)
{
	static u32 challenge_timestamp, challenge_count;
	u32 now = jiffies / HZ;

	if (tcp_oow_rate_limited(&tcp_sk(sk)->last_oow_ack_time))
		return;
	if (now != challenge_timestamp) {
		challenge_timestamp = now;
		challenge_count = 0;
	}
	if (challenge_count++ < CHALLENGE_ACK_LIMIT) {
		NET_INC_STATS(LINUX_MIB_TCPCHALLENGEACK);
		tcp_send_ack(sk);
	}
}

/* > 0: fine; 0: old, but ours; < 0: it is about what we have not sent. */
static int tcp_ack(struct sock *sk, const struct sk_buff *skb, int flag)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	u32 prior_snd_una = tp->snd_una, ack_seq = TCP_SKB_CB(skb)->seq, ack = TCP_SKB_CB(skb)->ack_seq;
	u32 delivered = tp->delivered, lost = tp->lost_out;
	int num_dupack = 0, prior_packets = tp->packets_out, rexmit = REXMIT_NONE;

	if (before(ack, prior_snd_una)) {
		/* Far too old to have been on its way all the time (RFC 5961). */
		if (before(ack, prior_snd_una - (u32)min((u64)tp->max_window, tp->bytes_acked))) {
			tcp_send_challenge_ack(sk);
			return -1;
		}
		goto old_ack;
	}
	if (after(ack, tp->snd_nxt))
		return -1;
	if (after(ack, prior_snd_una)) {
		flag |= FLAG_SND_UNA_ADVANCED;
		icsk->icsk_retransmits = 0;
	}
	if ((flag & (FLAG_SLOWPATH | FLAG_SND_UNA_ADVANCED)) == FLAG_SND_UNA_ADVANCED) {
		/* The window is the same: that was looked at before. */
		tcp_update_wl(tp, ack_seq);
		tcp_snd_una_update(tp, ack);
		flag |= FLAG_WIN_UPDATE;
		NET_INC_STATS(LINUX_MIB_TCPHPACKS);
	} else {
		if (ack_seq != TCP_SKB_CB(skb)->end_seq)
			flag |= FLAG_DATA;
		else
			NET_INC_STATS(LINUX_MIB_TCPPUREACKS);
		flag |= tcp_ack_update_window(sk, skb, ack, ack_seq);
	}
	sk->sk_err_soft = 0;
	icsk->icsk_probes_out = 0;
	tp->rcv_tstamp = tcp_jiffies32;
	if (!prior_packets)
		goto no_queue;
	flag |= tcp_clean_rtx_queue(sk, prior_snd_una);
	if (flag & FLAG_SET_XMIT_TIMER)
		tcp_rearm_rto(sk);
	/* Dubious: it brought nothing, or we are in trouble. */
	if (!(flag & FLAG_NOT_DUP) || icsk->icsk_ca_state != TCP_CA_Open) {
		if (!(flag & (FLAG_SND_UNA_ADVANCED | FLAG_NOT_DUP)))
			num_dupack = 1;
		tcp_fastretrans_alert(sk, num_dupack, flag, &rexmit);
	}
	if (flag & FLAG_SND_UNA_ADVANCED && tp->delivered == delivered)
		tp->delivered++;
	tcp_cong_control(sk, ack, tp->delivered - delivered, flag, tp->lost_out > lost ? tp->lost_out - lost : 0);
	tcp_xmit_recovery(sk, rexmit);
	return 1;
no_queue:
	/* Nothing is on its way; perhaps the window has opened. */
	tcp_ack_probe(sk);
	return 1;
old_ack:
	return 0;
}

/* ------------------------------------------------------------------------------------------ options */

/* What it says of itself ends where the header does. */
void tcp_parse_options(const struct sk_buff *skb, struct tcp_options_received *opt_rx, bool estab)
{
	const struct tcphdr *th = tcp_hdr(skb);
	const u8 *ptr = (const u8 *)(th + 1);
	int length = th->doff * 4 - (int)sizeof(struct tcphdr);

	opt_rx->saw_mss = false;
	while (length > 0) {
		int opcode = *ptr++, opsize;

		if (opcode == TCPOPT_EOL)
			return;
		if (opcode == TCPOPT_NOP) {
			length--;
			continue;
		}
		if (length < 2)
			return;
		opsize = *ptr++;
		if (opsize < 2 || opsize > length)
			return;
		if (opcode == TCPOPT_MSS && opsize == TCPOLEN_MSS && th->syn && !estab) {
			u16 in_mss = ptr[0] << 8 | ptr[1];

			if (in_mss) {
				if (opt_rx->user_mss && opt_rx->user_mss < in_mss)
					in_mss = opt_rx->user_mss;
				opt_rx->mss_clamp = in_mss;
				opt_rx->saw_mss = true;
			}
		} else if (opcode == TCPOPT_WINDOW && opsize == 3 && th->syn && !estab) {
			opt_rx->wscale_ok = true;
			opt_rx->snd_wscale = min(ptr[0], TCP_MAX_WSCALE);
		}
		ptr += opsize - 2;
		length -= opsize;
	}
}

/* ------------------------------------------------------------------------------------------ data */

/* Queue it behind what is there, or copy it into the last one's room. True: the packet is to be freed. */
static bool tcp_queue_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff *tail = skb_peek_tail(&sk->sk_receive_queue);
	bool eaten = tail && !skb_cloned(tail) && !(TCP_SKB_CB(tail)->tcp_flags & TCPHDR_FIN) && TCP_SKB_CB(tail)->end_seq == TCP_SKB_CB(skb)->seq &&
		     (int)skb->len <= skb_tailroom(tail);

	tcp_rcv_nxt_update(tcp_sk(sk), TCP_SKB_CB(skb)->end_seq);
	if (eaten) {
		skb_put_data(tail, skb->data, skb->len);
		TCP_SKB_CB(tail)->end_seq = TCP_SKB_CB(skb)->end_seq;
		TCP_SKB_CB(tail)->ack_seq = TCP_SKB_CB(skb)->ack_seq;
		TCP_SKB_CB(tail)->tcp_flags |= TCP_SKB_CB(skb)->tcp_flags;
		NET_INC_STATS(LINUX_MIB_TCPRCVCOALESCE);
	} else {
		__skb_queue_tail(&sk->sk_receive_queue, skb);
		skb_set_owner_r(skb, sk);
	}
	return eaten;
}

/* Too much memory for what came out of order: the last ones go, for the sender will send them again. */
static void tcp_prune_ofo_queue(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb;

	while (atomic_read(&sk->sk_rmem_alloc) > sk->sk_rcvbuf && (skb = skb_peek_tail(&tp->out_of_order_queue))) {
		__skb_unlink(skb, &tp->out_of_order_queue);
		NET_INC_STATS(LINUX_MIB_TCPOFODROP);
		kfree_skb(skb);
	}
}

/* 0: there is room for it. */
static int tcp_try_rmem_schedule(struct sock *sk)
{
	if (atomic_read(&sk->sk_rmem_alloc) <= sk->sk_rcvbuf)
		return 0;
	tcp_prune_ofo_queue(sk);
	return atomic_read(&sk->sk_rmem_alloc) > sk->sk_rcvbuf ? -1 : 0;
}

static void tcp_drop(struct sk_buff *skb)
{
	kfree_skb(skb);
}

/* The hole is filled: what waited behind it is in order now. */
static void tcp_ofo_queue(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb;

	while ((skb = skb_peek(&tp->out_of_order_queue))) {
		bool fin;

		if (after(TCP_SKB_CB(skb)->seq, tp->rcv_nxt))
			break;
		__skb_unlink(skb, &tp->out_of_order_queue);
		skb_orphan(skb);
		if (!after(TCP_SKB_CB(skb)->end_seq, tp->rcv_nxt)) {
			tcp_drop(skb);
			continue;
		}
		fin = TCP_SKB_CB(skb)->tcp_flags & TCPHDR_FIN;
		/* Its beginning is here already: the reader skips that. */
		if (tcp_queue_rcv(sk, skb))
			consume_skb(skb);
		if (fin) {
			tcp_fin(sk);
			break;
		}
	}
}

/* In its place among those that came too early; what is there already is not kept twice. */
static void tcp_data_queue_ofo(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *prev, *next;
	u32 seq = TCP_SKB_CB(skb)->seq, end_seq = TCP_SKB_CB(skb)->end_seq;

	if (unlikely(tcp_try_rmem_schedule(sk))) {
		NET_INC_STATS(LINUX_MIB_TCPOFODROP);
		tcp_drop(skb);
		return;
	}
	tp->pred_flags = 0;
	inet_csk_schedule_ack(sk);
	NET_INC_STATS(LINUX_MIB_TCPOFOQUEUE);
	/* From the end: most come behind all others. */
	for (prev = tp->out_of_order_queue.prev; prev != (struct sk_buff *)&tp->out_of_order_queue; prev = prev->prev) {
		if (!before(seq, TCP_SKB_CB(prev)->seq))
			break;
	}
	if (prev != (struct sk_buff *)&tp->out_of_order_queue && !after(end_seq, TCP_SKB_CB(prev)->end_seq)) {
		NET_INC_STATS(LINUX_MIB_TCPOFOMERGE);
		tcp_drop(skb);
		return;
	}
	__skb_queue_after(&tp->out_of_order_queue, prev, skb);
	skb_set_owner_r(skb, sk);
	/* Those that it covers are not needed any more. */
	while ((next = skb_peek_next(skb, &tp->out_of_order_queue)) && !before(end_seq, TCP_SKB_CB(next)->end_seq)) {
		__skb_unlink(next, &tp->out_of_order_queue);
		NET_INC_STATS(LINUX_MIB_TCPOFOMERGE);
		tcp_drop(next);
	}
}

static void tcp_data_queue(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = tcp_sk(sk);
	bool fin = TCP_SKB_CB(skb)->tcp_flags & TCPHDR_FIN, eaten;

	if (TCP_SKB_CB(skb)->seq == TCP_SKB_CB(skb)->end_seq) {
		__kfree_skb(skb);
		return;
	}
	skb->dst = NULL;
	__skb_pull(skb, tcp_hdr(skb)->doff * 4);
	if (TCP_SKB_CB(skb)->seq == tp->rcv_nxt) {
		if (!tcp_receive_window(tp)) {
			NET_INC_STATS(LINUX_MIB_TCPRCVQDROP);
			goto out_of_window;
		}
queue_and_out:
		if (skb_queue_len(&sk->sk_receive_queue) && tcp_try_rmem_schedule(sk)) {
			NET_INC_STATS(LINUX_MIB_TCPRCVQDROP);
			inet_csk_schedule_ack(sk);
			inet_csk(sk)->icsk_ack.pending |= ICSK_ACK_NOW;
			sk->sk_data_ready(sk);
			tcp_drop(skb);
			return;
		}
		if (skb->len)
			tcp_event_data_recv(sk, skb);
		eaten = tcp_queue_rcv(sk, skb);
		if (fin)
			tcp_fin(sk);
		if (!skb_queue_empty(&tp->out_of_order_queue)) {
			tcp_ofo_queue(sk);
			/* The hole is filled: the sender should hear of it at once (RFC 5681). */
			if (skb_queue_empty(&tp->out_of_order_queue))
				inet_csk(sk)->icsk_ack.pending |= ICSK_ACK_NOW;
		}
		tcp_fast_path_check(sk);
		if (eaten)
			consume_skb(skb);
		if (!sock_flag(sk, SOCK_DEAD))
			tcp_data_ready(sk);
		return;
	}
	if (!after(TCP_SKB_CB(skb)->end_seq, tp->rcv_nxt)) {
		/* All of it is here: our acknowledgement was lost. */
		NET_INC_STATS(LINUX_MIB_DELAYEDACKLOST);
out_of_window:
		tcp_enter_quickack_mode(sk, TCP_MAX_QUICKACKS);
		inet_csk_schedule_ack(sk);
		tcp_drop(skb);
		return;
	}
	/* Behind the window. */
	if (!before(TCP_SKB_CB(skb)->seq, tp->rcv_nxt + tcp_receive_window(tp)))
		goto out_of_window;
	if (before(TCP_SKB_CB(skb)->seq, tp->rcv_nxt)) {
		/* Partly here; the reader skips that. */
		if (!tcp_receive_window(tp)) {
			NET_INC_STATS(LINUX_MIB_TCPRCVQDROP);
			goto out_of_window;
		}
		goto queue_and_out;
	}
	tcp_data_queue_ofo(sk, skb);
}

/* ------------------------------------------------------------------------------------------ ends */

void tcp_reset(struct sock *sk, struct sk_buff *skb)
{
	(void)skb;
	switch (sk->sk_state) {
	case TCP_SYN_SENT:
		sk->sk_err = ECONNREFUSED;
		break;
	case TCP_CLOSE_WAIT:
		sk->sk_err = EPIPE;
		break;
	case TCP_CLOSE:
		return;
	default:
		sk->sk_err = ECONNRESET;
	}
	tcp_write_queue_purge(sk);
	tcp_done(sk);
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_error_report(sk);
}

/* The other end has sent all. */
void tcp_fin(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	inet_csk_schedule_ack(sk);
	sk->sk_shutdown |= RCV_SHUTDOWN;
	sock_set_flag(sk, SOCK_DONE);
	switch (sk->sk_state) {
	case TCP_SYN_RECV:
	case TCP_ESTABLISHED:
		tcp_set_state(sk, TCP_CLOSE_WAIT);
		inet_csk_enter_pingpong_mode(sk);
		break;
	case TCP_FIN_WAIT1:
		/* Both at once. */
		tcp_send_ack(sk);
		tcp_set_state(sk, TCP_CLOSING);
		break;
	case TCP_FIN_WAIT2:
		tcp_send_ack(sk);
		tcp_time_wait(sk, TCP_TIME_WAIT, 0);
		break;
	}
	/* Nothing can come behind it. */
	__skb_queue_purge(&tp->out_of_order_queue);
	if (!sock_flag(sk, SOCK_DEAD)) {
		sk->sk_state_change(sk);
		/* Whoever polls hears POLLHUP, or that reading gives an end. */
	}
}

/* ------------------------------------------------------------------------------------------ is it ours at all? */

static bool tcp_sequence(const struct tcp_sock *tp, u32 seq, u32 end_seq)
{
	return !before(end_seq, tp->rcv_wup) && !after(seq, tp->rcv_nxt + tcp_receive_window(tp));
}

/* False: it is out of the window, or a reset or a SYN, and has been dealt with and freed. */
static bool tcp_validate_incoming(struct sock *sk, struct sk_buff *skb, const struct tcphdr *th, int syn_inerr)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (!tcp_sequence(tp, TCP_SKB_CB(skb)->seq, TCP_SKB_CB(skb)->end_seq)) {
		if (!th->rst) {
			if (th->syn)
				goto syn_challenge;
			if (!tcp_oow_rate_limited(&tp->last_oow_ack_time))
				tcp_send_ack(sk);
		} else if (TCP_SKB_CB(skb)->seq == tp->rcv_nxt - 1 && ((1 << sk->sk_state) & (TCPF_CLOSE_WAIT | TCPF_LAST_ACK | TCPF_CLOSING))) {
			/* Behind a FIN, by one that does not count it. */
			tcp_reset(sk, skb);
		}
		goto discard;
	}
	if (th->rst) {
		/* Only one that stands exactly there is believed; others have to say it again (RFC 5961). */
		if (TCP_SKB_CB(skb)->seq == tp->rcv_nxt)
			tcp_reset(sk, skb);
		else
			tcp_send_challenge_ack(sk);
		goto discard;
	}
	if (th->syn) {
syn_challenge:
		if (syn_inerr)
			TCP_INC_STATS(TCP_MIB_INERRS);
		NET_INC_STATS(LINUX_MIB_TCPSYNCHALLENGE);
		tcp_send_challenge_ack(sk);
		goto discard;
	}
	return true;
discard:
	tcp_drop(skb);
	return false;
}

/* Data may go, and the writer has room again. */
static void tcp_data_snd_check(struct sock *sk)
{
	tcp_push_pending_frames(sk);
	tcp_check_space(sk);
}

/*
 * What comes is mostly what is expected: the next bytes and nothing new about ours, or an acknowledgement and no bytes. Then the header
 * is as predicted, and nearly all questions are answered by one comparison.
 */
void tcp_rcv_established(struct sock *sk, struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned int len = skb->len;

	trace_tcp_probe(sk, skb);
	tcp_mstamp_refresh(tp);
	if ((((const u32 *)th)[3] & ~htonl(TCPHDR_PSH << 16)) == tp->pred_flags && TCP_SKB_CB(skb)->seq == tp->rcv_nxt &&
	    !after(TCP_SKB_CB(skb)->ack_seq, tp->snd_nxt)) {
		if (len <= tp->tcp_header_len) {
			if (len == tp->tcp_header_len) {
				tcp_ack(sk, skb, 0);
				__kfree_skb(skb);
				tcp_data_snd_check(sk);
				return;
			}
			TCP_INC_STATS(TCP_MIB_INERRS);
			goto discard;
		}
		if (skb_queue_len(&sk->sk_receive_queue) && atomic_read(&sk->sk_rmem_alloc) > sk->sk_rcvbuf)
			goto step5;
		NET_INC_STATS(LINUX_MIB_TCPHPHITS);
		__skb_pull(skb, tp->tcp_header_len);
		{
			bool eaten = tcp_queue_rcv(sk, skb);

			tcp_event_data_recv(sk, skb);
			if (TCP_SKB_CB(skb)->ack_seq != tp->snd_una) {
				/* It brings an acknowledgement too. */
				tcp_ack(sk, skb, FLAG_DATA);
				tcp_data_snd_check(sk);
				if (!inet_csk_ack_scheduled(sk))
					goto no_ack;
			} else {
				tcp_update_wl(tp, TCP_SKB_CB(skb)->seq);
			}
			__tcp_ack_snd_check(sk, 0);
no_ack:
			if (eaten)
				consume_skb(skb);
			tcp_data_ready(sk);
			return;
		}
	}
	if (len < (unsigned int)th->doff * 4) {
		TCP_INC_STATS(TCP_MIB_INERRS);
		goto discard;
	}
	if (!th->ack && !th->rst && !th->syn)
		goto discard;
	if (!tcp_validate_incoming(sk, skb, th, 1))
		return;
step5:
	if (tcp_ack(sk, skb, FLAG_SLOWPATH) < 0)
		goto discard;
	tcp_data_queue(sk, skb);
	tcp_data_snd_check(sk);
	tcp_ack_snd_check(sk);
	return;
discard:
	tcp_drop(skb);
}

static void tcp_finish_connect(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	tcp_set_state(sk, TCP_ESTABLISHED);
	inet_csk(sk)->icsk_ack.lrcvtime = tcp_jiffies32;
	tcp_init_transfer(sk);
	tp->lsndtime = tcp_jiffies32;
	if (!tp->rx_opt.snd_wscale)
		__tcp_fast_path_on(tp, tp->snd_wnd);
	else
		tp->pred_flags = 0;
}

/* -1: nothing is to be answered, it is taken; 0: taken; 1: a reset is to be sent, and the packet is the caller's. */
static int tcp_rcv_synsent_state_process(struct sock *sk, struct sk_buff *skb, const struct tcphdr *th)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	u16 saved_clamp = tp->rx_opt.mss_clamp;

	tp->rx_opt.wscale_ok = false;
	tcp_parse_options(skb, &tp->rx_opt, false);
	if (th->ack) {
		if (!after(TCP_SKB_CB(skb)->ack_seq, tp->snd_una) || after(TCP_SKB_CB(skb)->ack_seq, tp->snd_nxt)) {
			tp->rx_opt.mss_clamp = saved_clamp;
			return 1;
		}
		if (th->rst) {
			tcp_reset(sk, skb);
			goto discard;
		}
		if (!th->syn)
			goto discard_and_undo;
		tcp_update_wl(tp, TCP_SKB_CB(skb)->seq);
		tcp_ack(sk, skb, FLAG_SLOWPATH);
		tp->rcv_nxt = TCP_SKB_CB(skb)->seq + 1;
		tp->rcv_wup = TCP_SKB_CB(skb)->seq + 1;
		tp->snd_wnd = ntohs(th->window);
		if (!tp->rx_opt.wscale_ok) {
			tp->rx_opt.snd_wscale = tp->rx_opt.rcv_wscale = 0;
			tp->window_clamp = min(tp->window_clamp, 65535U);
		}
		if (!tp->rx_opt.saw_mss)
			tp->rx_opt.mss_clamp = min(saved_clamp, (u16)TCP_MSS_DEFAULT);
		tp->max_window = tp->snd_wnd;
		tcp_sync_mss(sk, dst_mtu(inet_sk(sk)->rt));
		tcp_initialize_rcv_mss(sk);
		tp->copied_seq = tp->rcv_nxt;
		tcp_finish_connect(sk);
		if (!sock_flag(sk, SOCK_DEAD))
			sk->sk_state_change(sk);
		/* Data may be written soon that can carry it. */
		if (sk->sk_write_queue.qlen || inet_csk_in_pingpong_mode(sk)) {
			inet_csk_schedule_ack(sk);
			tcp_enter_quickack_mode(sk, TCP_MAX_QUICKACKS);
			inet_csk_reset_xmit_timer(sk, ICSK_TIME_RETRANS, icsk->icsk_rto, TCP_RTO_MAX);
		}
		tcp_send_ack(sk);
		tcp_drop(skb);
		return -1;
	}
	if (th->rst)
		goto discard_and_undo;
	/* Simplified: two that call each other at the same moment do not meet. */
discard_and_undo:
	tp->rx_opt.mss_clamp = saved_clamp;
discard:
	tcp_drop(skb);
	return -1;
}

/* All states but ESTABLISHED and TIME_WAIT. */
bool tcp_rcv_state_process(struct sock *sk, struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct tcp_sock *tp = tcp_sk(sk);
	int queued = 0;

	switch (sk->sk_state) {
	case TCP_CLOSE:
		goto discard;
	case TCP_LISTEN:
		if (th->ack)
			return true;
		if (th->rst)
			goto discard;
		if (th->syn) {
			if (th->fin)
				goto discard;
			tcp_conn_request(sk, skb);
			consume_skb(skb);
			return false;
		}
		goto discard;
	case TCP_SYN_SENT:
		tcp_mstamp_refresh(tp);
		queued = tcp_rcv_synsent_state_process(sk, skb, th);
		return queued > 0;
	}
	tcp_mstamp_refresh(tp);
	if (!th->ack && !th->rst && !th->syn)
		goto discard;
	if (!tcp_validate_incoming(sk, skb, th, 0))
		return false;
	queued = tcp_ack(sk, skb, FLAG_SLOWPATH);
	if (queued <= 0) {
		if (sk->sk_state == TCP_SYN_RECV)
			return true;
		/* It is about what we never sent. */
		if (queued < 0) {
			tcp_send_challenge_ack(sk);
			goto discard;
		}
	}
	switch (sk->sk_state) {
	case TCP_SYN_RECV:
		tp->delivered++;
		tp->copied_seq = tp->rcv_nxt;
		tcp_init_transfer(sk);
		tcp_set_state(sk, TCP_ESTABLISHED);
		sk->sk_state_change(sk);
		tp->snd_una = TCP_SKB_CB(skb)->ack_seq;
		tp->snd_wnd = ntohs(th->window) << tp->rx_opt.snd_wscale;
		tp->max_window = max(tp->max_window, tp->snd_wnd);
		tcp_update_wl(tp, TCP_SKB_CB(skb)->seq);
		tp->lsndtime = tcp_jiffies32;
		tcp_initialize_rcv_mss(sk);
		tcp_fast_path_on(tp);
		break;
	case TCP_FIN_WAIT1:
		if (tp->snd_una != tp->write_seq)
			break;
		/* Our FIN has arrived. */
		tcp_set_state(sk, TCP_FIN_WAIT2);
		sk->sk_shutdown |= SEND_SHUTDOWN;
		if (!sock_flag(sk, SOCK_DEAD)) {
			sk->sk_state_change(sk);
			break;
		}
		if (tp->linger2 < 0 || (TCP_SKB_CB(skb)->end_seq != TCP_SKB_CB(skb)->seq && after(TCP_SKB_CB(skb)->end_seq - th->fin, tp->rcv_nxt))) {
			/* Bytes for somebody who is gone. */
			if (tp->linger2 >= 0)
				NET_INC_STATS(LINUX_MIB_TCPABORTONDATA);
			tcp_done(sk);
			return true;
		}
		if (th->fin || sock_owned_by_user(sk)) {
			inet_csk_reset_keepalive_timer(sk, TCP_FIN_TIMEOUT);
		} else {
			tcp_time_wait(sk, TCP_FIN_WAIT2, TCP_FIN_TIMEOUT);
			goto discard;
		}
		break;
	case TCP_CLOSING:
		if (tp->snd_una == tp->write_seq) {
			tcp_time_wait(sk, TCP_TIME_WAIT, 0);
			goto discard;
		}
		break;
	case TCP_LAST_ACK:
		if (tp->snd_una == tp->write_seq) {
			tcp_done(sk);
			goto discard;
		}
		break;
	}
	/* Its bytes. */
	switch (sk->sk_state) {
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		if (!before(TCP_SKB_CB(skb)->seq, tp->rcv_nxt))
			break;
		/* Fall through */
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
		/* RFC 1122: a connection that nobody reads answers data with a reset. */
		if (sk->sk_shutdown & RCV_SHUTDOWN && TCP_SKB_CB(skb)->end_seq != TCP_SKB_CB(skb)->seq &&
		    after(TCP_SKB_CB(skb)->end_seq - th->fin, tp->rcv_nxt)) {
			NET_INC_STATS(LINUX_MIB_TCPABORTONDATA);
			tcp_reset(sk, skb);
			return true;
		}
		/* Fall through */
	case TCP_ESTABLISHED:
		tcp_data_queue(sk, skb);
		queued = 2;
		break;
	}
	if (sk->sk_state != TCP_CLOSE) {
		tcp_data_snd_check(sk);
		tcp_ack_snd_check(sk);
	}
	if (queued == 2)
		return false;
discard:
	tcp_drop(skb);
	return false;
}

/* A SYN to a listener: a small note of it, and a SYN-ACK. The packet stays the caller's. */
int tcp_conn_request(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_options_received tmp_opt = { .mss_clamp = TCP_MSS_DEFAULT, .user_mss = tcp_sk(sk)->rx_opt.user_mss };
	const struct iphdr *iph = ip_hdr(skb);
	struct request_sock *req;
	u32 mss;

	/* Never to all on the link. */
	if (skb->dst->rt_type == RTN_BROADCAST)
		return 0;
	/* Simplified: no SYN cookies: who comes when too many have not answered yet has to come again. */
	if (inet_csk_reqsk_queue_is_full(sk)) {
		NET_INC_STATS(LINUX_MIB_TCPREQQFULLDROP);
		goto drop;
	}
	if (sk_acceptq_is_full(sk)) {
		NET_INC_STATS(LINUX_MIB_LISTENOVERFLOWS);
		goto drop;
	}
	req = inet_reqsk_alloc(sk);
	if (!req)
		goto drop;
	tcp_parse_options(skb, &tmp_opt, false);
	req->rcv_isn = TCP_SKB_CB(skb)->seq;
	req->rcv_nxt = TCP_SKB_CB(skb)->seq + 1;
	req->mss = tmp_opt.mss_clamp;
	req->wscale_ok = tmp_opt.wscale_ok;
	req->snd_wscale = tmp_opt.snd_wscale;
	req->loc_addr = iph->daddr;
	req->rmt_addr = iph->saddr;
	req->node = (struct inet_ehash_node) { .kind = EHASH_REQUEST, .daddr = iph->saddr, .rcv_saddr = iph->daddr, .dport = tcp_hdr(skb)->source,
					       .num = ntohs(tcp_hdr(skb)->dest) };
	req->snt_isn = tcp_v4_init_seq(iph->saddr, iph->daddr, tcp_hdr(skb)->source, tcp_hdr(skb)->dest);
	mss = min((u32)req->mss, 1460U);
	req->rsk_window_clamp = tcp_sk(sk)->window_clamp;
	tcp_select_initial_window(sk, tcp_full_space(sk), max(mss, TCP_MIN_MSS), &req->rsk_rcv_wnd, &req->rsk_window_clamp, req->wscale_ok, &req->rcv_wscale);
	req->snt_synack = ktime_get();
	inet_csk_reqsk_queue_hash_add(sk, req, TCP_TIMEOUT_INIT);
	tcp_v4_send_synack(sk, req);
	reqsk_put(req);
	return 0;
drop:
	NET_INC_STATS(LINUX_MIB_LISTENDROPS);
	return 0;
}
