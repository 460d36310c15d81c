/* Timers of TCP. Linux: net/ipv4/tcp_timer.c. */
#include <linux/errno.h>
#include <net/tcp.h>

/* It is given up. */
static void tcp_write_err(struct sock *sk)
{
	sk->sk_err = sk->sk_err_soft ? sk->sk_err_soft : ETIMEDOUT;
	sk->sk_error_report(sk);
	tcp_write_queue_purge(sk);
	tcp_done(sk);
	NET_INC_STATS(LINUX_MIB_TCPABORTONTIMEOUT);
}

/* How often what nobody waits for is tried. */
static int tcp_orphan_retries(struct sock *sk, bool alive)
{
	/* We know from an ICMP error that nobody will answer. */
	return sk->sk_err_soft && !alive ? 0 : TCP_ORPHAN_RETRIES;
}

/* Since its first retransmission as long as `boundary` doublings of the least timeout take. Linux: retransmits_timed_out(). */
static bool retransmits_timed_out(struct sock *sk, unsigned int boundary, unsigned int timeout)
{
	unsigned int rto_base = TCP_RTO_MIN, linear_backoff_thresh = 9;	/* ilog2(TCP_RTO_MAX / TCP_RTO_MIN) */

	if (!inet_csk(sk)->icsk_retransmits)
		return false;
	if (!timeout) {
		if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
			rto_base = TCP_TIMEOUT_INIT;
			linear_backoff_thresh = 6;
		}
		if (boundary <= linear_backoff_thresh)
			timeout = ((2 << boundary) - 1) * rto_base;
		else
			timeout = ((2 << linear_backoff_thresh) - 1) * rto_base + (boundary - linear_backoff_thresh) * TCP_RTO_MAX;
	}
	return (s32)((u32)(tcp_sk(sk)->tcp_mstamp / 1000) - tcp_sk(sk)->retrans_stamp - timeout) >= 0;
}

/* Is it time to give up? True: it has been. */
static bool tcp_write_timeout(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	bool expired;

	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV)) {
		expired = icsk->icsk_retransmits >= (icsk->icsk_syn_retries ? icsk->icsk_syn_retries : TCP_SYN_RETRIES);
	} else {
		unsigned int retry_until = TCP_RETR2;

		if (sock_flag(sk, SOCK_DEAD))
			retry_until = tcp_orphan_retries(sk, icsk->icsk_rto < TCP_RTO_MAX);
		expired = retransmits_timed_out(sk, retry_until, icsk->icsk_user_timeout);
	}
	if (expired)
		tcp_write_err(sk);
	return expired;
}

static void tcp_probe_timer(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	unsigned int max_probes = TCP_RETR2;

	if (tp->packets_out || !tcp_send_head(sk)) {
		icsk->icsk_probes_out = 0;
		return;
	}
	if (sock_flag(sk, SOCK_DEAD)) {
		bool alive = tcp_probe0_when(sk) < TCP_RTO_MAX;

		max_probes = tcp_orphan_retries(sk, alive);
		if (!alive && icsk->icsk_backoff >= max_probes) {
			tcp_write_err(sk);
			return;
		}
	}
	if (icsk->icsk_probes_out >= max_probes)
		tcp_write_err(sk);
	else
		tcp_send_probe0(sk);
}

static void tcp_retransmit_timer(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb = tcp_rtx_queue_head(sk);

	if (!tp->packets_out || !skb)
		return;
	/* The other end has closed its window over what it was sent: it is asked whether it still is there. */
	if (!tp->snd_wnd && !sock_flag(sk, SOCK_DEAD) && !((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))) {
		if (tcp_jiffies32 - tp->rcv_tstamp > TCP_RTO_MAX) {
			tcp_write_err(sk);
			return;
		}
		tcp_enter_loss(sk);
		tcp_retransmit_skb(sk, skb);
		goto out_reset_timer;
	}
	NET_INC_STATS(LINUX_MIB_TCPTIMEOUTS);
	if (tcp_write_timeout(sk))
		return;
	if (!icsk->icsk_retransmits) {
		if (icsk->icsk_ca_state == TCP_CA_Recovery)
			NET_INC_STATS(LINUX_MIB_TCPRENOFAILURES);
		else if (icsk->icsk_ca_state == TCP_CA_Loss)
			NET_INC_STATS(LINUX_MIB_TCPLOSSFAILURES);
	}
	tcp_enter_loss(sk);
	icsk->icsk_retransmits++;
	skb = tcp_rtx_queue_head(sk);
	if (tcp_retransmit_skb(sk, skb) > 0) {
		/* It did not come to the wire: soon again, and that does not count. */
		inet_csk_reset_xmit_timer(sk, ICSK_TIME_RETRANS, min(icsk->icsk_rto, TCP_RESOURCE_PROBE_INTERVAL), TCP_RTO_MAX);
		return;
	}
	icsk->icsk_backoff++;
out_reset_timer:
	icsk->icsk_rto = min(icsk->icsk_rto << 1, TCP_RTO_MAX);
	inet_csk_reset_xmit_timer(sk, ICSK_TIME_RETRANS, icsk->icsk_rto, TCP_RTO_MAX);
}

/* slock is held. */
void tcp_write_timer_handler(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	int event;

	if (((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)) || !icsk->icsk_pending)
		return;
	/* It was put off since the timer was set. */
	if (time_after(icsk->icsk_timeout, jiffies)) {
		sk_reset_timer(sk, &icsk->icsk_retransmit_timer, icsk->icsk_timeout);
		return;
	}
	tcp_mstamp_refresh(tcp_sk(sk));
	event = icsk->icsk_pending;
	icsk->icsk_pending = 0;
	if (event == ICSK_TIME_RETRANS)
		tcp_retransmit_timer(sk);
	else
		tcp_probe_timer(sk);
}

static void tcp_write_timer(struct timer_list *t)
{
	struct inet_connection_sock *icsk = from_timer(icsk, t, icsk_retransmit_timer);
	struct sock *sk = &icsk->icsk_inet.sk;

	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk)) {
		tcp_write_timer_handler(sk);
	} else if (!(tcp_sk(sk)->tsq_flags & (1UL << TCP_WRITE_TIMER_DEFERRED))) {
		/* The owner does it, in release_sock(). */
		set_bit(TCP_WRITE_TIMER_DEFERRED, &tcp_sk(sk)->tsq_flags);
		sock_hold(sk);
	}
	bh_unlock_sock(sk);
	sock_put(sk);
}

void tcp_delack_timer_handler(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	if (((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)) || !(icsk->icsk_ack.pending & ICSK_ACK_TIMER))
		return;
	if (time_after(icsk->icsk_ack.timeout, jiffies)) {
		sk_reset_timer(sk, &icsk->icsk_delack_timer, icsk->icsk_ack.timeout);
		return;
	}
	icsk->icsk_ack.pending &= ~ICSK_ACK_TIMER;
	if (!inet_csk_ack_scheduled(sk))
		return;
	if (!inet_csk_in_pingpong_mode(sk)) {
		/* The wait was in vain: longer the next time. */
		icsk->icsk_ack.ato = min(icsk->icsk_ack.ato << 1, icsk->icsk_rto);
	} else {
		/* No answer came that could have carried it. */
		inet_csk_exit_pingpong_mode(sk);
		icsk->icsk_ack.ato = TCP_ATO_MIN;
	}
	tcp_mstamp_refresh(tcp_sk(sk));
	tcp_send_ack(sk);
	NET_INC_STATS(LINUX_MIB_DELAYEDACKS);
}

static void tcp_delack_timer(struct timer_list *t)
{
	struct inet_connection_sock *icsk = from_timer(icsk, t, icsk_delack_timer);
	struct sock *sk = &icsk->icsk_inet.sk;

	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk)) {
		tcp_delack_timer_handler(sk);
	} else {
		NET_INC_STATS(LINUX_MIB_DELAYEDACKLOCKED);
		if (!(tcp_sk(sk)->tsq_flags & (1UL << TCP_DELACK_TIMER_DEFERRED))) {
			set_bit(TCP_DELACK_TIMER_DEFERRED, &tcp_sk(sk)->tsq_flags);
			sock_hold(sk);
		}
	}
	bh_unlock_sock(sk);
	sock_put(sk);
}

/* Simplified: nobody is asked whether it is still there; the timer only ends a FIN_WAIT2 that nobody has open any more. */
static void tcp_keepalive_timer(struct timer_list *t)
{
	struct inet_connection_sock *icsk = from_timer(icsk, t, sk_timer);
	struct sock *sk = &icsk->icsk_inet.sk;

	bh_lock_sock(sk);
	if (sock_owned_by_user(sk)) {
		inet_csk_reset_keepalive_timer(sk, HZ / 20);
	} else if (sk->sk_state == TCP_FIN_WAIT2 && sock_flag(sk, SOCK_DEAD)) {
		tcp_mstamp_refresh(tcp_sk(sk));
		if (tcp_sk(sk)->linger2 >= 0 && TCP_FIN_TIMEOUT > TCP_TIMEWAIT_LEN) {
			tcp_time_wait(sk, TCP_FIN_WAIT2, TCP_FIN_TIMEOUT - TCP_TIMEWAIT_LEN);
		} else {
			tcp_send_active_reset(sk, GFP_ATOMIC);
			tcp_done(sk);
		}
	}
	bh_unlock_sock(sk);
	sock_put(sk);
}

void tcp_init_xmit_timers(struct sock *sk)
{
	inet_csk_init_xmit_timers(sk, tcp_write_timer, tcp_delack_timer, tcp_keepalive_timer);
}
