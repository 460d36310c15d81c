/*
 * struct sock: a socket as its protocol sees it. Linux: include/net/sock.h.
 *
 * Who owns it: a task takes lock_sock(), which may sleep, and has the sock to itself; sk_lock.slock is only held for the moment in which
 * owned changes. A softirq takes the spinlock alone (bh_lock_sock()); where a task owns the sock, it puts its packet on sk_backlog,
 * and release_sock() hands these to sk_backlog_rcv() before anybody else gets the sock.
 */
#ifndef _SOCK_H
#define _SOCK_H

#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/list.h>
#include <linux/net.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/spinlock.h>
#include <linux/time.h>
#include <linux/wait.h>

struct proto;
struct sock;

typedef struct {
	spinlock_t slock;
	int owned;
	wait_queue_head_t wq;
} socket_lock_t;

/* sk_state of every protocol. Linux: include/net/tcp_states.h. */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
	TCP_NEW_SYN_RECV,
	TCP_MAX_STATES
};

/* sk_flags: bit numbers. */
enum sock_flags {
	SOCK_DEAD,
	SOCK_DONE,
	SOCK_URGINLINE,
	SOCK_KEEPOPEN,
	SOCK_LINGER,
	SOCK_DESTROY,
	SOCK_BROADCAST,
	SOCK_TIMESTAMP,
	SOCK_ZAPPED,
	SOCK_USE_WRITE_QUEUE,
	SOCK_DBG,
	SOCK_LOCALROUTE,
	SOCK_RCU_FREE,
};

#define SK_CAN_REUSE	1
#define SK_NO_REUSE	0

/* sk_userlocks */
#define SOCK_SNDBUF_LOCK	1
#define SOCK_RCVBUF_LOCK	2
#define SOCK_BINDADDR_LOCK	4
#define SOCK_BINDPORT_LOCK	8

#define RCV_SHUTDOWN	1
#define SEND_SHUTDOWN	2
#define SHUTDOWN_MASK	3

/* First in the structure of every protocol's sock. */
struct sock {
	unsigned short sk_family;
	volatile unsigned char sk_state;
	unsigned char sk_reuse;
	bool sk_reuseport;
	u8 sk_shutdown;
	u8 sk_userlocks;
	int sk_bound_dev_if;
	struct proto *sk_prot;
	u16 sk_type;
	u16 sk_protocol;
	atomic_t sk_refcnt;
	int sk_incoming_cpu;
	struct list_head sk_node;	/* of whoever looks socks up: a hash chain of the protocol's */
	struct list_head sk_bind_node;

	socket_lock_t sk_lock;
	int sk_rcvlowat;
	struct sk_buff_head sk_receive_queue;
	/* What softirqs left while a task owned the sock. Simplified: rmem_alloc is one of its fields, since sk_buffs count on both. */
	struct {
		atomic_t rmem_alloc;
		int len;
		struct sk_buff *head;
		struct sk_buff *tail;
	} sk_backlog;
#define sk_rmem_alloc sk_backlog.rmem_alloc
	int sk_forward_alloc;
	int sk_rcvbuf;
	struct socket_wq *sk_wq;
	atomic_t sk_wmem_alloc;		/* of packets that went down; 1 more as long as the sock is somebody's */
	int sk_wmem_queued;		/* of a stream: what is in sk_write_queue */
	int sk_sndbuf;
	struct sk_buff_head sk_write_queue;
	struct sk_buff *sk_send_head;
	u32 sk_priority;
	unsigned long sk_flags;
	unsigned long sk_lingertime;
	int sk_err;
	int sk_err_soft;
	u32 sk_disconnects;		/* connect() to nobody: who slept meanwhile wakes up on another connection */
	atomic_t sk_drops;
	u32 sk_ack_backlog;		/* connections that nobody has accepted yet */
	u32 sk_max_ack_backlog;
	u32 sk_peer_pid, sk_peer_uid, sk_peer_gid;
	long sk_rcvtimeo;
	long sk_sndtimeo;
	spinlock_t sk_callback_lock;	/* sk_socket and sk_wq do not change while it is held */
	struct socket *sk_socket;
	void *sk_user_data;
	u32 sk_hash;
	int sk_napi_id;

	void (*sk_state_change)(struct sock *sk);
	void (*sk_data_ready)(struct sock *sk);
	void (*sk_write_space)(struct sock *sk);
	void (*sk_error_report)(struct sock *sk);
	int (*sk_backlog_rcv)(struct sock *sk, struct sk_buff *skb);
	void (*sk_destruct)(struct sock *sk);
};

/* What a protocol does for its socks. */
struct proto {
	void (*close)(struct sock *sk, long timeout);
	int (*pre_connect)(struct sock *sk, struct sockaddr *uaddr, int addr_len);
	int (*connect)(struct sock *sk, struct sockaddr *uaddr, int addr_len);
	int (*disconnect)(struct sock *sk, int flags);
	struct sock *(*accept)(struct sock *sk, int flags, int *err, bool kern);
	int (*ioctl)(struct sock *sk, int cmd, unsigned long arg);
	int (*init)(struct sock *sk);
	void (*destroy)(struct sock *sk);
	void (*shutdown)(struct sock *sk, int how);
	int (*setsockopt)(struct sock *sk, int level, int optname, char __user *optval, unsigned int optlen);
	int (*getsockopt)(struct sock *sk, int level, int optname, char __user *optval, int __user *option);
	int (*sendmsg)(struct sock *sk, struct msghdr *msg, size_t len);
	int (*recvmsg)(struct sock *sk, struct msghdr *msg, size_t len, int noblock, int flags, int *addr_len);
	int (*bind)(struct sock *sk, struct sockaddr *addr, int addr_len);
	int (*backlog_rcv)(struct sock *sk, struct sk_buff *skb);
	void (*release_cb)(struct sock *sk);
	int (*hash)(struct sock *sk);
	void (*unhash)(struct sock *sk);
	int (*get_port)(struct sock *sk, unsigned short snum);
	bool (*stream_memory_free)(const struct sock *sk, int wake);
	unsigned int obj_size;
	int max_header;
	const char *name;
	struct kmem_cache *slab;
	atomic_t sockets;		/* that there are now */
	/* /proc/sys/net/ipv4/tcp_wmem and tcp_rmem: least, usual, most. NULL: those of net/core. */
	int *sysctl_wmem, *sysctl_rmem;
};

int proto_register(struct proto *prot);

/* net/core/sock.c */
struct sock *sk_alloc(int family, gfp_t priority, struct proto *prot, int kern);
void sk_free(struct sock *sk);
void sock_init_data(struct socket *sock, struct sock *sk);
/* The kernel's own copy of a listening sock, for a connection; bh_lock_sock() is held on return. NULL: no memory. */
struct sock *sk_clone_lock(const struct sock *sk, gfp_t priority);
void lock_sock(struct sock *sk);
void release_sock(struct sock *sk);
/* Gives the backlog to sk_backlog_rcv(), slock held. Afterwards there is none. */
void __release_sock(struct sock *sk);
/* The owner takes in what came meanwhile, and stays the owner. */
void sk_flush_backlog(struct sock *sk);
int sock_setsockopt(struct socket *sock, int level, int optname, char __user *optval, unsigned int optlen);
int sock_getsockopt(struct socket *sock, int level, int optname, char __user *optval, int __user *optlen);
/* For protocols whose options are in struct proto. */
int sock_common_setsockopt(struct socket *sock, int level, int optname, char __user *optval, unsigned int optlen);
int sock_common_getsockopt(struct socket *sock, int level, int optname, char __user *optval, int __user *optlen);
int sock_common_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags);
/* Sleeps until the receive queue's last is not skb. *timeo is what is left. Owned; given away meanwhile. < 0: disconnected. */
int sk_wait_data(struct sock *sk, long *timeo, const struct sk_buff *skb);
/* A packet for sending that counts on sk_wmem_alloc; waits for room. NULL: *errcode says why. */
struct sk_buff *sock_alloc_send_skb(struct sock *sk, unsigned long size, int noblock, int *errcode);
struct sk_buff *sock_wmalloc(struct sock *sk, unsigned long size, int force, gfp_t priority);
void sock_wfree(struct sk_buff *skb);
void sock_rfree(struct sk_buff *skb);
void skb_set_owner_w(struct sk_buff *skb, struct sock *sk);
int sock_queue_rcv_skb(struct sock *sk, struct sk_buff *skb);
/* sk_data_ready and its like, for who has none of its own. */
void sock_def_readable(struct sock *sk);

extern int sysctl_wmem_max, sysctl_rmem_max, sysctl_wmem_default, sysctl_rmem_default;

static inline void sock_hold(struct sock *sk)
{
	atomic_inc(&sk->sk_refcnt);
}

static inline void sock_put(struct sock *sk)
{
	if (atomic_dec_and_test(&sk->sk_refcnt))
		sk_free(sk);
}

static inline void sock_set_flag(struct sock *sk, enum sock_flags flag)
{
	sk->sk_flags |= 1UL << flag;
}

static inline void sock_reset_flag(struct sock *sk, enum sock_flags flag)
{
	sk->sk_flags &= ~(1UL << flag);
}

static inline void sock_valbool_flag(struct sock *sk, enum sock_flags flag, int valbool)
{
	if (valbool)
		sock_set_flag(sk, flag);
	else
		sock_reset_flag(sk, flag);
}

static inline bool sock_flag(const struct sock *sk, enum sock_flags flag)
{
	return sk->sk_flags >> flag & 1;
}

static inline wait_queue_head_t *sk_sleep(struct sock *sk)
{
	return &sk->sk_wq->wait;
}

/* From a softirq: the moment in which owned is looked at, and the packet that follows. */
#define bh_lock_sock(sk)	spin_lock(&(sk)->sk_lock.slock)
#define bh_unlock_sock(sk)	spin_unlock(&(sk)->sk_lock.slock)

static inline bool sock_owned_by_user(const struct sock *sk)
{
	return READ_ONCE(sk->sk_lock.owned);
}

/* slock is held. -ENOBUFS: there is too much already. */
int sk_add_backlog(struct sock *sk, struct sk_buff *skb, unsigned int limit);

static inline int sk_backlog_rcv(struct sock *sk, struct sk_buff *skb)
{
	return sk->sk_backlog_rcv(sk, skb);
}

/*
 * In a loop of whoever owns the sock: gives it away, sleeps unless __condition holds, has it again. __wait is on sk_sleep(sk), by
 * DEFINE_WAIT_FUNC(wait, woken_wake_function) and add_wait_queue(). What was left on the backlog counts before one sleeps.
 * -EPIPE: it was disconnected meanwhile, whatever it is now.
 */
#define sk_wait_event(__sk, __timeo, __condition, __wait) \
({ \
	u32 __disconnects = (__sk)->sk_disconnects; \
	int __rc; \
	release_sock(__sk); \
	__rc = (__condition); \
	if (!__rc) \
		*(__timeo) = wait_woken(__wait, TASK_INTERRUPTIBLE, *(__timeo)); \
	lock_sock(__sk); \
	__rc = __disconnects == (__sk)->sk_disconnects ? (__condition) : -EPIPE; \
	__rc; \
})

static inline void sock_orphan(struct sock *sk)
{
	unsigned long flags;

	spin_lock_irqsave(&sk->sk_callback_lock, flags);
	sock_set_flag(sk, SOCK_DEAD);
	sk->sk_socket = NULL;
	sk->sk_wq = NULL;
	spin_unlock_irqrestore(&sk->sk_callback_lock, flags);
}

static inline void sock_graft(struct sock *sk, struct socket *parent)
{
	unsigned long flags;

	spin_lock_irqsave(&sk->sk_callback_lock, flags);
	sk->sk_wq = &parent->wq;
	parent->sk = sk;
	sk->sk_socket = parent;
	spin_unlock_irqrestore(&sk->sk_callback_lock, flags);
}

static inline long sock_rcvtimeo(const struct sock *sk, bool noblock)
{
	return noblock ? 0 : sk->sk_rcvtimeo;
}

static inline long sock_sndtimeo(const struct sock *sk, bool noblock)
{
	return noblock ? 0 : sk->sk_sndtimeo;
}

static inline int sock_rcvlowat(const struct sock *sk, int waitall, int len)
{
	int v = waitall ? len : min(READ_ONCE(sk->sk_rcvlowat), len);

	return v ? v : 1;
}

/* For a wait that ended: with a time limit it is not begun anew. */
static inline int sock_intr_errno(long timeo)
{
	return timeo == MAX_SCHEDULE_TIMEOUT ? -ERESTARTSYS : -EINTR;
}

/* What went wrong is told once. */
static inline int sock_error(struct sock *sk)
{
	int err = sk->sk_err;

	sk->sk_err = 0;
	return -err;
}

static inline void sk_acceptq_removed(struct sock *sk)
{
	sk->sk_ack_backlog--;
}

static inline void sk_acceptq_added(struct sock *sk)
{
	sk->sk_ack_backlog++;
}

static inline bool sk_acceptq_is_full(const struct sock *sk)
{
	return sk->sk_ack_backlog > sk->sk_max_ack_backlog;
}

static inline int sk_wmem_alloc_get(const struct sock *sk)
{
	return atomic_read(&sk->sk_wmem_alloc) - 1;
}

static inline bool sock_writeable(const struct sock *sk)
{
	return atomic_read(&sk->sk_wmem_alloc) < sk->sk_sndbuf >> 1;
}

static inline int sk_stream_min_wspace(const struct sock *sk)
{
	return sk->sk_wmem_queued >> 1;
}

static inline int sk_stream_wspace(const struct sock *sk)
{
	return sk->sk_sndbuf - sk->sk_wmem_queued;
}

static inline bool sk_stream_memory_free(const struct sock *sk)
{
	return sk->sk_wmem_queued < sk->sk_sndbuf && (!sk->sk_prot->stream_memory_free || sk->sk_prot->stream_memory_free(sk, 0));
}

static inline bool sk_stream_is_writeable(const struct sock *sk)
{
	return sk_stream_wspace(sk) >= sk_stream_min_wspace(sk) && sk_stream_memory_free(sk);
}

static inline void skb_set_owner_r(struct sk_buff *skb, struct sock *sk)
{
	skb->sk = sk;
	skb->destructor = sock_rfree;
	atomic_fetch_add(skb->truesize, &sk->sk_rmem_alloc);
}

/* Puts whoever polls on the socket's queue. */
static inline void sock_poll_wait(struct file *file, struct socket *sock, struct poll_table *p)
{
	(void)file;
	poll_wait(&sock->wq.wait, p);
}

/* A write to where nobody reads: SIGPIPE unless it is not wanted. net/core/stream.c. */
int sk_stream_error(struct sock *sk, int flags, int err);

#endif
