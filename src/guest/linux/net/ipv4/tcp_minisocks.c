/* Connections that are not sockets yet, or not any more. Linux: net/ipv4/tcp_minisocks.c. */
#include <linux/errno.h>
#include <net/tcp.h>

/* What is left of a connection: nobody must take late segments of it for those of the next one with the same addresses. */
void tcp_time_wait(struct sock *sk, int state, int timeo)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	struct inet_timewait_sock *tw = inet_twsk_alloc(sk, state);

	if (tw) {
		tw->tw_rcv_wscale = tp->rx_opt.rcv_wscale;
		tw->tw_rcv_nxt = tp->rcv_nxt;
		tw->tw_snd_nxt = tp->snd_nxt;
		tw->tw_rcv_wnd = tcp_receive_window(tp);
		if (timeo < (int)(inet_csk(sk)->icsk_rto << 2) - (int)(inet_csk(sk)->icsk_rto >> 1))
			timeo = (inet_csk(sk)->icsk_rto << 2) - (inet_csk(sk)->icsk_rto >> 1);
		if (state == TCP_TIME_WAIT)
			timeo = TCP_TIMEWAIT_LEN;
		tw->tw_timeout = TCP_TIMEWAIT_LEN;
		/* Set before it can be found, and not to run out before that. */
		local_bh_disable();
		inet_twsk_schedule(tw, timeo);
		inet_twsk_hashdance(tw, sk);
		local_bh_enable();
	} else {
		/* Too many: this one is forgotten at once. */
		NET_INC_STATS(LINUX_MIB_TCPTIMEWAITOVERFLOW);
	}
	tcp_done(sk);
}

static bool tcp_in_window(u32 seq, u32 end_seq, u32 s_win, u32 e_win)
{
	if (seq == s_win)
		return true;
	if (after(end_seq, s_win) && before(seq, e_win))
		return true;
	return seq == e_win && seq == end_seq;
}

/* The reference to tw is given back, but for TCP_TW_SYN and TCP_TW_ACK. */
enum tcp_tw_status tcp_timewait_state_process(struct inet_timewait_sock *tw, struct sk_buff *skb, const struct tcphdr *th)
{
	u32 seq = TCP_SKB_CB(skb)->seq, end_seq = TCP_SKB_CB(skb)->end_seq;

	if (tw->tw_substate == TCP_FIN_WAIT2) {
		/* The FIN has not come yet. */
		if (!tcp_in_window(seq, end_seq, tw->tw_rcv_nxt, tw->tw_rcv_nxt + tw->tw_rcv_wnd))
			return TCP_TW_ACK;
		if (th->rst)
			goto kill;
		if (th->syn && !before(seq, tw->tw_rcv_nxt))
			return TCP_TW_RST;
		if (!th->ack || !after(end_seq, tw->tw_rcv_nxt) || end_seq == seq) {
			inet_twsk_put(tw);
			return TCP_TW_SUCCESS;
		}
		/* Bytes for nobody. */
		if (!th->fin || end_seq != tw->tw_rcv_nxt + 1)
			return TCP_TW_RST;
		tw->tw_substate = TCP_TIME_WAIT;
		tw->tw_rcv_nxt = end_seq;
		inet_twsk_reschedule(tw, TCP_TIMEWAIT_LEN);
		return TCP_TW_ACK;
	}
	if (seq == tw->tw_rcv_nxt && (seq == end_seq || th->rst)) {
		if (th->rst)
			goto kill;
		inet_twsk_reschedule(tw, TCP_TIMEWAIT_LEN);
		inet_twsk_put(tw);
		return TCP_TW_SUCCESS;
	}
	/* A new connection, of numbers behind the old one's. */
	if (th->syn && !th->rst && !th->ack && after(seq, tw->tw_rcv_nxt))
		return TCP_TW_SYN;
	if (!th->rst) {
		/* The FIN again: our acknowledgement was lost, and the time begins anew. */
		if (th->ack)
			inet_twsk_reschedule(tw, TCP_TIMEWAIT_LEN);
		return TCP_TW_ACK;
	}
	inet_twsk_put(tw);
	return TCP_TW_SUCCESS;
kill:
	/* Simplified: a reset ends it, as Linux has it without sysctl_tcp_rfc1337. */
	inet_twsk_deschedule_put(tw);
	return TCP_TW_SUCCESS;
}

/* Locked. What the handshake has shown. */
struct sock *tcp_create_openreq_child(const struct sock *sk, struct request_sock *req, struct sk_buff *skb)
{
	struct sock *newsk = inet_csk_clone_lock(sk, req, GFP_ATOMIC);
	struct inet_connection_sock *newicsk;
	struct tcp_sock *newtp;
	u32 seq;

	(void)skb;
	if (!newsk)
		return NULL;
	newicsk = inet_csk(newsk);
	newtp = tcp_sk(newsk);
	newtp->pred_flags = 0;
	seq = req->rcv_isn + 1;
	newtp->rcv_wup = seq;
	newtp->copied_seq = seq;
	newtp->rcv_nxt = seq;
	seq = req->snt_isn + 1;
	newtp->snd_sml = newtp->snd_una = newtp->snd_nxt = seq;
	skb_queue_head_init(&newtp->tcp_rtx_queue);
	skb_queue_head_init(&newtp->out_of_order_queue);
	newtp->snd_wl1 = req->rcv_isn;
	newtp->write_seq = newtp->pushed_seq = seq;
	newtp->srtt_us = 0;
	newtp->mdev_us = jiffies_to_usecs(TCP_TIMEOUT_INIT);
	newicsk->icsk_rto = TCP_TIMEOUT_INIT;
	newicsk->icsk_ca_state = TCP_CA_Open;
	newtp->packets_out = newtp->retrans_out = newtp->sacked_out = newtp->lost_out = 0;
	newtp->snd_ssthresh = TCP_INFINITE_SSTHRESH;
	newtp->snd_cwnd = TCP_INIT_CWND;
	newtp->snd_cwnd_cnt = 0;
	newtp->total_retrans = req->num_retrans;
	newtp->undo_marker = req->num_retrans > 1;
	newtp->retrans_stamp = 0;
	newtp->bytes_received = newtp->bytes_acked = 0;
	newtp->tsq_flags = 0;
	tcp_init_xmit_timers(newsk);
	inet_csk_delack_init(newsk);
	newtp->rx_opt.wscale_ok = req->wscale_ok;
	newtp->window_clamp = req->rsk_window_clamp;
	newtp->rcv_ssthresh = req->rsk_rcv_wnd;
	newtp->rcv_wnd = req->rsk_rcv_wnd;
	if (newtp->rx_opt.wscale_ok) {
		newtp->rx_opt.snd_wscale = req->snd_wscale;
		newtp->rx_opt.rcv_wscale = req->rcv_wscale;
	} else {
		newtp->rx_opt.snd_wscale = newtp->rx_opt.rcv_wscale = 0;
		newtp->window_clamp = min(newtp->window_clamp, 65535U);
	}
	newtp->snd_wnd = ntohs(tcp_hdr(skb)->window) << newtp->rx_opt.snd_wscale;
	newtp->max_window = newtp->snd_wnd;
	newtp->tcp_header_len = sizeof(struct tcphdr);
	newtp->rx_opt.mss_clamp = req->mss;
	TCP_INC_STATS(TCP_MIB_PASSIVEOPENS);
	return newsk;
}

/* A segment for a connection that is being made. The child, if this was the ACK; sk, if the listener is to look; NULL: it is done with. */
struct sock *tcp_check_req(struct sock *sk, struct sk_buff *skb, struct request_sock *req, bool *req_stolen)
{
	const struct tcphdr *th = tcp_hdr(skb);
	struct tcp_skb_cb *tcb = TCP_SKB_CB(skb);
	struct sock *child;
	bool own_req;

	*req_stolen = false;
	/* The same SYN again: our answer was lost. */
	if (tcb->seq == req->rcv_isn && th->syn && !th->rst && !th->ack && !th->fin) {
		if (!tcp_oow_rate_limited(&tcp_sk(sk)->last_oow_ack_time) && !inet_rtx_syn_ack(sk, req))
			mod_timer_pending(&req->rsk_timer, jiffies + min((unsigned long)TCP_TIMEOUT_INIT << req->num_timeout, (unsigned long)TCP_RTO_MAX));
		return NULL;
	}
	/* It acknowledges something else. */
	if (th->ack && tcb->ack_seq != req->snt_isn + 1)
		return sk;
	if (!tcp_in_window(tcb->seq, tcb->end_seq, req->rcv_nxt, req->rcv_nxt + req->rsk_rcv_wnd)) {
		if (!th->rst)
			tcp_v4_reqsk_send_ack(sk, skb, req);
		return NULL;
	}
	if (tcb->seq == req->rcv_isn && th->syn) {
		TCP_INC_STATS(TCP_MIB_ATTEMPTFAILS);
		goto embryonic_reset;
	}
	if (th->rst || th->syn)
		goto embryonic_reset;
	if (!th->ack)
		return NULL;
	child = tcp_v4_syn_recv_sock(sk, skb, req, &own_req);
	if (!child) {
		/* The accept queue is full: as if the ACK had been lost. */
		req->acked = true;
		return NULL;
	}
	*req_stolen = !own_req;
	tcp_synack_rtt_meas(child, req);
	return inet_csk_complete_hashdance(sk, child, req, own_req);
embryonic_reset:
	if (!th->rst)
		tcp_v4_send_reset(sk, skb);
	else
		NET_INC_STATS(LINUX_MIB_EMBRYONICRSTS);
	inet_csk_reqsk_queue_drop(sk, req);
	return NULL;
}

/* The ACK of the handshake is the child's first segment. True: it is to be answered with a reset. The child's lock and reference are given back. */
bool tcp_child_process(struct sock *parent, struct sock *child, struct sk_buff *skb)
{
	bool ret = false;

	if (!sock_owned_by_user(child)) {
		ret = tcp_rcv_state_process(child, skb);
		/* Whoever waits in accept(). */
		parent->sk_data_ready(parent);
	} else if (sk_add_backlog(child, skb, 0x7fffffff)) {
		kfree_skb(skb);
	}
	bh_unlock_sock(child);
	sock_put(child);
	return ret;
}
