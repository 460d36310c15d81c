/* TCP. Linux: include/net/tcp.h, include/linux/tcp.h, include/uapi/linux/tcp.h. */
#ifndef _NET_TCP_H
#define _NET_TCP_H

#include <linux/timer.h>
#include <net/checksum.h>
#include <net/inet_connection_sock.h>

#define MAX_TCP_HEADER		SKB_DATA_ALIGN(LL_MAX_HEADER + sizeof(struct iphdr) + 60)
#define TCP_MIN_MSS		88U
#define TCP_MSS_DEFAULT		536U
#define TCP_MIN_RCVMSS		536U
#define MAX_TCP_WINDOW		32767U
#define TCP_MAX_WSCALE		14U
#define TCP_FASTRETRANS_THRESH	3
#define TCP_MAX_QUICKACKS	16U
#define TCP_SYN_RETRIES		6
#define TCP_SYNACK_RETRIES	5
#define TCP_RETR1		3
#define TCP_RETR2		15
#define TCP_ORPHAN_RETRIES	8
#define TCP_TIMEWAIT_LEN	(60 * HZ)
#define TCP_FIN_TIMEOUT		TCP_TIMEWAIT_LEN
#define TCP_DELACK_MAX		((unsigned)(HZ / 5))
#define TCP_DELACK_MIN		((unsigned)(HZ / 25))
#define TCP_ATO_MIN		((unsigned)(HZ / 25))
#define TCP_RTO_MAX		((unsigned)(120 * HZ))
#define TCP_RTO_MIN		((unsigned)(HZ / 5))
#define TCP_TIMEOUT_INIT	((unsigned)(1 * HZ))
#define TCP_RESOURCE_PROBE_INTERVAL ((unsigned)(HZ / 2))
#define TCP_INIT_CWND		10
#define TCP_INFINITE_SSTHRESH	0x7fffffff
#define TCP_MAX_TW_BUCKETS	4096
#define TCPOLEN_MSS		4
#define TCPOLEN_WSCALE_ALIGNED	4

#define TCPOPT_NOP		1
#define TCPOPT_EOL		0
#define TCPOPT_MSS		2
#define TCPOPT_WINDOW		3

/* Socket options. */
#define TCP_NODELAY		1
#define TCP_MAXSEG		2
#define TCP_CORK		3
#define TCP_KEEPIDLE		4
#define TCP_KEEPINTVL		5
#define TCP_KEEPCNT		6
#define TCP_SYNCNT		7
#define TCP_LINGER2		8
#define TCP_DEFER_ACCEPT	9
#define TCP_WINDOW_CLAMP	10
#define TCP_INFO		11
#define TCP_QUICKACK		12
#define TCP_CONGESTION		13
#define TCP_USER_TIMEOUT	18

#define TCP_NAGLE_OFF		1
#define TCP_NAGLE_CORK		2
#define TCP_NAGLE_PUSH		4

#define TCPHDR_FIN	0x01
#define TCPHDR_SYN	0x02
#define TCPHDR_RST	0x04
#define TCPHDR_PSH	0x08
#define TCPHDR_ACK	0x10

enum tcp_ca_state {
	TCP_CA_Open,
	TCP_CA_Disorder,
	TCP_CA_CWR,
	TCP_CA_Recovery,
	TCP_CA_Loss,
};

#define TCPF(state)		(1 << (state))
#define TCPF_ESTABLISHED	TCPF(TCP_ESTABLISHED)
#define TCPF_SYN_SENT		TCPF(TCP_SYN_SENT)
#define TCPF_SYN_RECV		TCPF(TCP_SYN_RECV)
#define TCPF_FIN_WAIT1		TCPF(TCP_FIN_WAIT1)
#define TCPF_FIN_WAIT2		TCPF(TCP_FIN_WAIT2)
#define TCPF_CLOSE		TCPF(TCP_CLOSE)
#define TCPF_CLOSE_WAIT		TCPF(TCP_CLOSE_WAIT)
#define TCPF_LAST_ACK		TCPF(TCP_LAST_ACK)
#define TCPF_LISTEN		TCPF(TCP_LISTEN)
#define TCPF_CLOSING		TCPF(TCP_CLOSING)

/* sk_buff->cb in TCP. */
struct tcp_skb_cb {
	u32 seq, end_seq;		/* SYN and FIN count as one each */
	u32 ack_seq;
	u8 tcp_flags;
	u8 sacked;
	bool eor;
};

#define TCPCB_LOST		0x04
#define TCPCB_SACKED_RETRANS	0x02
#define TCPCB_EVER_RETRANS	0x80
#define TCPCB_RETRANS		(TCPCB_SACKED_RETRANS | TCPCB_EVER_RETRANS)
#define TCP_SKB_CB(skb)		((struct tcp_skb_cb *)(skb)->cb)

struct tcp_options_received {
	u16 mss_clamp;
	u16 user_mss;
	u8 snd_wscale, rcv_wscale;
	bool wscale_ok, saw_mss;
};

/*
 * Simplified: no time stamps, no selective acknowledgements, no ECN, no urgent data, no fast open, no segmentation offload (each sk_buff
 * is one segment), no limit for the memory of all connections together, and buffers do not grow with the speed of a connection.
 */
struct tcp_sock {
	struct inet_connection_sock inet_conn;	/* first */
	u16 tcp_header_len;
	u32 pred_flags;			/* what the next segment's header is expected to be */
	u32 rcv_nxt, copied_seq, rcv_wup;
	u32 snd_nxt, snd_una, snd_sml;
	u32 rcv_tstamp, lsndtime;
	u32 snd_wl1, snd_wnd, max_window;
	u32 mss_cache;
	u32 window_clamp, rcv_ssthresh;
	u16 advmss;
	u8 nonagle;
	/* round-trip time, in microseconds; srtt is eight times as much, mdev four times */
	u64 tcp_mstamp;			/* now, when the last packet came or went */
	u32 srtt_us, mdev_us, mdev_max_us, rttvar_us;
	u32 rtt_seq;
	u32 packets_out, retrans_out, lost_out, sacked_out;
	u32 reordering;
	struct tcp_options_received rx_opt;
	/* congestion control */
	u32 snd_ssthresh, snd_cwnd, snd_cwnd_cnt, snd_cwnd_clamp, snd_cwnd_used, snd_cwnd_stamp;
	u32 prior_cwnd, prr_delivered, prr_out;
	u32 max_packets_out, max_packets_seq;
	bool is_cwnd_limited;
	u32 high_seq;			/* snd_nxt when recovery began */
	u32 retrans_stamp;
	u32 undo_marker;
	u32 delivered;
	u32 rcv_wnd, write_seq, pushed_seq;
	u32 total_retrans;
	struct sk_buff_head tcp_rtx_queue;	/* sent, not acknowledged; sk_write_queue: not sent. Linux: a tree */
	struct sk_buff_head out_of_order_queue;	/* by seq. Linux: a tree */
	u64 bytes_received, bytes_acked;
	unsigned long tsq_flags;		/* what came while somebody owned the sock, for tcp_release_cb() */
	int linger2;
	u32 last_oow_ack_time;
};

#define TCP_WRITE_TIMER_DEFERRED	0
#define TCP_DELACK_TIMER_DEFERRED	1

struct tcp_congestion_ops {
	const char *name;
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
};

static inline struct tcp_sock *tcp_sk(const struct sock *sk)
{
	return (struct tcp_sock *)sk;
}

extern struct proto tcp_prot;
extern const struct tcp_congestion_ops tcp_reno;
extern int sysctl_tcp_rmem[3], sysctl_tcp_wmem[3];

static inline bool before(u32 seq1, u32 seq2)
{
	return (s32)(seq1 - seq2) < 0;
}
#define after(seq2, seq1)	before(seq1, seq2)

/* seq1 <= s2 and s2 <= seq3 */
static inline bool between(u32 seq1, u32 seq2, u32 seq3)
{
	return seq3 - seq2 >= seq1 - seq2;
}

#define tcp_jiffies32		((u32)jiffies)
#define tcp_flag_byte(th)	(((u8 *)th)[13])

static inline u64 tcp_clock_us(void)
{
	return ktime_get() / NSEC_PER_USEC;
}

static inline void tcp_mstamp_refresh(struct tcp_sock *tp)
{
	tp->tcp_mstamp = tcp_clock_us();
}

static inline unsigned int tcp_left_out(const struct tcp_sock *tp)
{
	return tp->sacked_out + tp->lost_out;
}

static inline unsigned int tcp_packets_in_flight(const struct tcp_sock *tp)
{
	return tp->packets_out - tcp_left_out(tp) + tp->retrans_out;
}

static inline u32 tcp_wnd_end(const struct tcp_sock *tp)
{
	return tp->snd_una + tp->snd_wnd;
}

static inline bool tcp_in_slow_start(const struct tcp_sock *tp)
{
	return tp->snd_cwnd < tp->snd_ssthresh;
}

static inline bool tcp_in_cwnd_reduction(const struct sock *sk)
{
	return inet_csk(sk)->icsk_ca_state == TCP_CA_CWR || inet_csk(sk)->icsk_ca_state == TCP_CA_Recovery;
}

static inline u32 tcp_receive_window(const struct tcp_sock *tp)
{
	s32 win = tp->rcv_wup + tp->rcv_wnd - tp->rcv_nxt;

	return win < 0 ? 0 : win;
}

/* Of so much buffer half is for the data, the other half for what it costs. Linux: sysctl_tcp_adv_win_scale = 1. */
static inline int tcp_win_from_space(int space)
{
	return space - (space >> 1);
}

static inline int tcp_space(const struct sock *sk)
{
	return tcp_win_from_space(READ_ONCE(sk->sk_rcvbuf) - sk->sk_backlog.len - atomic_read(&sk->sk_rmem_alloc));
}

static inline int tcp_full_space(const struct sock *sk)
{
	return tcp_win_from_space(READ_ONCE(sk->sk_rcvbuf));
}

static inline struct sk_buff *tcp_rtx_queue_head(const struct sock *sk)
{
	return skb_peek(&tcp_sk(sk)->tcp_rtx_queue);
}

static inline struct sk_buff *tcp_send_head(const struct sock *sk)
{
	return skb_peek(&sk->sk_write_queue);
}

static inline struct sk_buff *tcp_write_queue_tail(const struct sock *sk)
{
	return skb_peek_tail(&sk->sk_write_queue);
}

static inline void tcp_add_write_queue_tail(struct sock *sk, struct sk_buff *skb)
{
	__skb_queue_tail(&sk->sk_write_queue, skb);
	sk->sk_wmem_queued += skb->truesize;
}

static inline void tcp_wmem_free_skb(struct sock *sk, struct sk_buff *skb)
{
	sk->sk_wmem_queued -= skb->truesize;
	__kfree_skb(skb);
}

static inline void __tcp_fast_path_on(struct tcp_sock *tp, u32 snd_wnd)
{
	tp->pred_flags = htonl((tp->tcp_header_len << 26) | (TCPHDR_ACK << 16) | snd_wnd);
}

static inline void tcp_fast_path_on(struct tcp_sock *tp)
{
	__tcp_fast_path_on(tp, tp->snd_wnd >> tp->rx_opt.snd_wscale);
}

static inline void tcp_fast_path_check(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (skb_queue_empty(&tp->out_of_order_queue) && tp->rcv_wnd && atomic_read(&sk->sk_rmem_alloc) < sk->sk_rcvbuf)
		tcp_fast_path_on(tp);
}

/* Doubled with each probe that was in vain, but not beyond what a shift can hold: retransmissions count in icsk_backoff too. */
static inline unsigned long tcp_probe0_when(const struct sock *sk)
{
	unsigned int backoff = min((unsigned int)inet_csk(sk)->icsk_backoff, 10U);	/* ilog2(TCP_RTO_MAX / TCP_RTO_MIN) + 1 */

	return min((unsigned long)max(inet_csk(sk)->icsk_rto, TCP_RTO_MIN) << backoff, (unsigned long)TCP_RTO_MAX);
}

static inline void tcp_update_wl(struct tcp_sock *tp, u32 seq)
{
	tp->snd_wl1 = seq;
}

static inline u32 __tcp_set_rto(const struct tcp_sock *tp)
{
	return usecs_to_jiffies((tp->srtt_us >> 3) + tp->rttvar_us);
}

static inline void tcp_bound_rto(struct sock *sk)
{
	if (inet_csk(sk)->icsk_rto > TCP_RTO_MAX)
		inet_csk(sk)->icsk_rto = TCP_RTO_MAX;
}

/* What sockets of TCP do for their files. af_inet.c; Linux: net/inet_common.h. */
extern const struct proto_ops inet_stream_ops;

/* From user space to the write queue, and back. tcp.c */
int tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size);
int tcp_sendmsg_locked(struct sock *sk, struct msghdr *msg, size_t size);
int tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int nonblock, int flags, int *addr_len);
unsigned int tcp_poll(struct file *file, struct socket *sock, struct poll_table *wait);
void tcp_init_sock(struct sock *sk);
void tcp_set_state(struct sock *sk, int state);
void tcp_done(struct sock *sk);
void tcp_close(struct sock *sk, long timeout);
void __tcp_close(struct sock *sk, long timeout);
int tcp_disconnect(struct sock *sk, int flags);
void tcp_shutdown(struct sock *sk, int how);
int tcp_ioctl(struct sock *sk, int cmd, unsigned long arg);
int tcp_setsockopt(struct sock *sk, int level, int optname, char __user *optval, unsigned int optlen);
int tcp_getsockopt(struct sock *sk, int level, int optname, char __user *optval, int __user *optlen);
void tcp_cleanup_rbuf(struct sock *sk, int copied);
void tcp_write_queue_purge(struct sock *sk);
struct sk_buff *tcp_stream_alloc_skb(struct sock *sk, int size, gfp_t gfp);

/* tcp_input.c */
void tcp_rcv_established(struct sock *sk, struct sk_buff *skb);
/* true: answer with a reset. The packet is still the caller's then. */
bool tcp_rcv_state_process(struct sock *sk, struct sk_buff *skb);
int tcp_conn_request(struct sock *sk, struct sk_buff *skb);
void tcp_parse_options(const struct sk_buff *skb, struct tcp_options_received *opt_rx, bool estab);
void tcp_init_buffer_space(struct sock *sk);
void tcp_init_transfer(struct sock *sk);
void tcp_initialize_rcv_mss(struct sock *sk);
void tcp_enter_quickack_mode(struct sock *sk, unsigned int max_quickacks);
void tcp_enter_loss(struct sock *sk);
void tcp_reset(struct sock *sk, struct sk_buff *skb);
void tcp_fin(struct sock *sk);
void tcp_rearm_rto(struct sock *sk);
void tcp_synack_rtt_meas(struct sock *sk, struct request_sock *req);
void tcp_check_space(struct sock *sk);
void tcp_data_ready(struct sock *sk);
void tcp_cwnd_reduction(struct sock *sk, int newly_acked, int newly_lost, int flag);
void tcp_set_rto(struct sock *sk);
void tcp_send_challenge_ack(struct sock *sk);
/* So many answers to segments outside of windows, and no more. */
bool tcp_oow_rate_limited(u32 *last_oow_ack_time);

/* tcp_output.c */
void __tcp_push_pending_frames(struct sock *sk, unsigned int cur_mss, int nonagle);
void tcp_push_one(struct sock *sk, unsigned int mss_now);
void tcp_send_ack(struct sock *sk);
void tcp_send_delayed_ack(struct sock *sk);
void tcp_send_fin(struct sock *sk);
void tcp_send_active_reset(struct sock *sk, gfp_t priority);
int tcp_connect(struct sock *sk);
struct sk_buff *tcp_make_synack(const struct sock *sk, struct request_sock *req);
int tcp_retransmit_skb(struct sock *sk, struct sk_buff *skb);
void tcp_xmit_retransmit_queue(struct sock *sk);
int tcp_fragment(struct sock *sk, struct sk_buff_head *list, struct sk_buff *skb, u32 len);
int tcp_write_wakeup(struct sock *sk);
void tcp_send_probe0(struct sock *sk);
unsigned int tcp_sync_mss(struct sock *sk, u32 pmtu);
unsigned int tcp_current_mss(struct sock *sk);
u32 __tcp_select_window(struct sock *sk);
void tcp_select_initial_window(const struct sock *sk, int space, u32 mss, u32 *rcv_wnd, u32 *window_clamp, bool wscale_ok, u8 *rcv_wscale);
void tcp_cwnd_restart(struct sock *sk);

static inline void tcp_push_pending_frames(struct sock *sk)
{
	if (tcp_send_head(sk))
		__tcp_push_pending_frames(sk, tcp_current_mss(sk), tcp_sk(sk)->nonagle);
}

/* tcp_timer.c */
void tcp_init_xmit_timers(struct sock *sk);
void tcp_write_timer_handler(struct sock *sk);
void tcp_delack_timer_handler(struct sock *sk);

/* tcp_cong.c */
u32 tcp_reno_ssthresh(struct sock *sk);
u32 tcp_slow_start(struct tcp_sock *tp, u32 acked);
void tcp_cong_avoid_ai(struct tcp_sock *tp, u32 w, u32 acked);
bool tcp_is_cwnd_limited(const struct sock *sk);

/* tcp_minisocks.c */
enum tcp_tw_status { TCP_TW_SUCCESS, TCP_TW_RST, TCP_TW_ACK, TCP_TW_SYN };
void tcp_time_wait(struct sock *sk, int state, int timeo);
enum tcp_tw_status tcp_timewait_state_process(struct inet_timewait_sock *tw, struct sk_buff *skb, const struct tcphdr *th);
struct sock *tcp_create_openreq_child(const struct sock *sk, struct request_sock *req, struct sk_buff *skb);
struct sock *tcp_check_req(struct sock *sk, struct sk_buff *skb, struct request_sock *req, bool *req_stolen);
bool tcp_child_process(struct sock *parent, struct sock *child, struct sk_buff *skb);

/* tcp_ipv4.c */
int tcp_v4_rcv(struct sk_buff *skb);
int tcp_v4_do_rcv(struct sock *sk, struct sk_buff *skb);
void tcp_v4_send_reset(const struct sock *sk, struct sk_buff *skb);
void tcp_v4_reqsk_send_ack(const struct sock *sk, struct sk_buff *skb, struct request_sock *req);
int tcp_v4_send_synack(const struct sock *sk, struct request_sock *req);
struct sock *tcp_v4_syn_recv_sock(const struct sock *sk, struct sk_buff *skb, struct request_sock *req, bool *own_req);
void tcp_v4_send_check(struct sock *sk, struct sk_buff *skb);
u32 tcp_v4_init_seq(u32 daddr, u32 saddr, u16 dport, u16 sport);
void tcp_v4_err(struct sk_buff *skb, u32 info);
extern atomic_t tcp_orphan_count;

#endif
