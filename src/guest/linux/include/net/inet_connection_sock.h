/* What all sockets with connections have. Linux: include/net/inet_connection_sock.h, request_sock.h. */
#ifndef _NET_INET_CONNECTION_SOCK_H
#define _NET_INET_CONNECTION_SOCK_H

#include <linux/timer.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>

struct request_sock;
struct tcp_congestion_ops;

/* Connections that wait for accept(), and how many are being made. */
struct request_sock_queue {
	spinlock_t rskq_lock;
	atomic_t qlen;			/* SYN received, no ACK yet */
	struct request_sock *rskq_accept_head, *rskq_accept_tail;
};

/* A connection that is being made from outside: until the handshake is over it is no more than this. */
struct request_sock {
	struct inet_ehash_node node;
	struct request_sock *dl_next;	/* in the accept queue */
	atomic_t rsk_refcnt;
	struct sock *rsk_listener;
	struct sock *sk;		/* what became of it */
	u32 rcv_isn, snt_isn, rcv_nxt;
	u16 mss;
	u8 num_retrans, num_timeout;
	u8 snd_wscale, rcv_wscale;
	bool wscale_ok, acked;
	u32 rsk_rcv_wnd, rsk_window_clamp;
	u32 loc_addr, rmt_addr;
	u64 snt_synack;			/* ns; 0: it was sent more than once */
	struct timer_list rsk_timer;
};

/* icsk_pending */
#define ICSK_TIME_RETRANS	1
#define ICSK_TIME_PROBE0	3

/* icsk_ack.pending */
#define ICSK_ACK_SCHED		1
#define ICSK_ACK_TIMER		2
#define ICSK_ACK_PUSHED		4
#define ICSK_ACK_PUSHED2	8
#define ICSK_ACK_NOW		16

struct inet_connection_sock {
	struct inet_sock icsk_inet;	/* first */
	struct inet_ehash_node icsk_node;
	struct request_sock_queue icsk_accept_queue;
	struct inet_bind_bucket *icsk_bind_hash;
	unsigned long icsk_timeout;
	struct timer_list icsk_retransmit_timer;
	struct timer_list icsk_delack_timer;
	struct timer_list sk_timer;	/* Linux: sk->sk_timer */
	u32 icsk_rto;
	u8 icsk_ca_state;
	u8 icsk_retransmits;
	u8 icsk_pending;
	u8 icsk_backoff;
	u8 icsk_syn_retries;
	u8 icsk_probes_out;
	const struct tcp_congestion_ops *icsk_ca_ops;
	struct {
		u8 pending;
		u8 quick;		/* so many are acknowledged at once */
		u8 pingpong;		/* data goes back and forth: an acknowledgement can wait for it */
		u8 retry;
		u32 ato;		/* how long one waits */
		unsigned long timeout;
		u32 lrcvtime;
		u16 last_seg_size;
		u16 rcv_mss;		/* what the other end's full segment seems to be */
	} icsk_ack;
	u32 icsk_user_timeout;
};

static inline struct inet_connection_sock *inet_csk(const struct sock *sk)
{
	return (struct inet_connection_sock *)sk;
}

/* Timers hold a reference while they wait. */
void inet_csk_init_xmit_timers(struct sock *sk, void (*retransmit)(struct timer_list *), void (*delack)(struct timer_list *),
			       void (*keepalive)(struct timer_list *));
void inet_csk_clear_xmit_timers(struct sock *sk);
void sk_reset_timer(struct sock *sk, struct timer_list *timer, unsigned long expires);
void sk_stop_timer(struct sock *sk, struct timer_list *timer);
void inet_csk_reset_keepalive_timer(struct sock *sk, unsigned long len);
void inet_csk_delete_keepalive_timer(struct sock *sk);
void inet_csk_reset_xmit_timer(struct sock *sk, int what, unsigned long when, unsigned long max_when);
void inet_csk_clear_xmit_timer(struct sock *sk);

/* Nothing is to be acknowledged, and nothing is known of the other end but that its segments are not empty. */
void inet_csk_delack_init(struct sock *sk);

static inline void inet_csk_schedule_ack(struct sock *sk)
{
	inet_csk(sk)->icsk_ack.pending |= ICSK_ACK_SCHED;
}

static inline bool inet_csk_ack_scheduled(const struct sock *sk)
{
	return inet_csk(sk)->icsk_ack.pending & ICSK_ACK_SCHED;
}

static inline void inet_csk_enter_pingpong_mode(struct sock *sk)
{
	inet_csk(sk)->icsk_ack.pingpong = 1;
}

static inline void inet_csk_exit_pingpong_mode(struct sock *sk)
{
	inet_csk(sk)->icsk_ack.pingpong = 0;
}

static inline bool inet_csk_in_pingpong_mode(const struct sock *sk)
{
	return inet_csk(sk)->icsk_ack.pingpong;
}

int inet_csk_listen_start(struct sock *sk, int backlog);
void inet_csk_listen_stop(struct sock *sk);
struct sock *inet_csk_accept(struct sock *sk, int flags, int *err, bool kern);
unsigned int inet_csk_listen_poll(const struct sock *sk);
/* sk_clone_lock() and what belongs to a connection. */
struct sock *inet_csk_clone_lock(const struct sock *sk, const struct request_sock *req, gfp_t priority);
void inet_csk_destroy_sock(struct sock *sk);
/* The request waits for its ACK. */
void inet_csk_reqsk_queue_hash_add(struct sock *sk, struct request_sock *req, unsigned long timeout);
void inet_csk_reqsk_queue_drop(struct sock *sk, struct request_sock *req);
/* The handshake is over: child waits for accept(). NULL: the listener is no more. */
struct sock *inet_csk_complete_hashdance(struct sock *sk, struct sock *child, struct request_sock *req, bool own_req);
struct request_sock *inet_reqsk_alloc(struct sock *sk_listener);
void reqsk_put(struct request_sock *req);
int inet_rtx_syn_ack(struct sock *parent, struct request_sock *req);

/* As the accept queue: one more than was said, so that who says 0 is not deaf. */
static inline bool inet_csk_reqsk_queue_is_full(const struct sock *sk)
{
	return (u32)atomic_read(&inet_csk(sk)->icsk_accept_queue.qlen) > sk->sk_max_ack_backlog;
}

#endif
