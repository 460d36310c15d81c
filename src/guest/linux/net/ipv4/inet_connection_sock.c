/* Listening, accepting, timers of connections. Linux: net/ipv4/inet_connection_sock.c, net/core/request_sock.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/slab.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

static struct kmem_cache *request_cache;

static int __init request_sock_init(void)
{
	request_cache = kmem_cache_create("request_sock_TCP", sizeof(struct request_sock));
	return 0;
}
subsys_initcall(request_sock_init);

void sk_reset_timer(struct sock *sk, struct timer_list *timer, unsigned long expires)
{
	if (!mod_timer(timer, expires))
		sock_hold(sk);
}

void sk_stop_timer(struct sock *sk, struct timer_list *timer)
{
	if (del_timer(timer))
		sock_put(sk);
}

void inet_csk_init_xmit_timers(struct sock *sk, void (*retransmit)(struct timer_list *), void (*delack)(struct timer_list *),
			       void (*keepalive)(struct timer_list *))
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	timer_setup(&icsk->icsk_retransmit_timer, retransmit, 0);
	timer_setup(&icsk->icsk_delack_timer, delack, 0);
	timer_setup(&icsk->sk_timer, keepalive, 0);
	icsk->icsk_pending = icsk->icsk_ack.pending = 0;
}

void inet_csk_clear_xmit_timers(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	icsk->icsk_pending = icsk->icsk_ack.pending = 0;
	sk_stop_timer(sk, &icsk->icsk_retransmit_timer);
	sk_stop_timer(sk, &icsk->icsk_delack_timer);
	sk_stop_timer(sk, &icsk->sk_timer);
}

void inet_csk_reset_keepalive_timer(struct sock *sk, unsigned long len)
{
	sk_reset_timer(sk, &inet_csk(sk)->sk_timer, jiffies + len);
}

void inet_csk_delete_keepalive_timer(struct sock *sk)
{
	sk_stop_timer(sk, &inet_csk(sk)->sk_timer);
}

void inet_csk_reset_xmit_timer(struct sock *sk, int what, unsigned long when, unsigned long max_when)
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	if (when > max_when)
		when = max_when;
	icsk->icsk_pending = what;
	icsk->icsk_timeout = jiffies + when;
	sk_reset_timer(sk, &icsk->icsk_retransmit_timer, icsk->icsk_timeout);
}

/* It is not stopped: it finds that there is nothing to do. Most of the time it is set again soon. */
void inet_csk_clear_xmit_timer(struct sock *sk)
{
	inet_csk(sk)->icsk_pending = 0;
}

void inet_csk_delack_init(struct sock *sk)
{
	memset(&inet_csk(sk)->icsk_ack, 0, sizeof(inet_csk(sk)->icsk_ack));
	/* Windows are counted in it. */
	inet_csk(sk)->icsk_ack.rcv_mss = TCP_MIN_MSS;
}

struct request_sock *inet_reqsk_alloc(struct sock *sk_listener)
{
	struct request_sock *req = kmem_cache_zalloc(request_cache, GFP_ATOMIC);

	if (!req)
		return NULL;
	sock_hold(sk_listener);
	req->rsk_listener = sk_listener;
	req->node.kind = EHASH_REQUEST;
	atomic_set(&req->rsk_refcnt, 1);
	return req;
}

void reqsk_put(struct request_sock *req)
{
	if (!atomic_dec_and_test(&req->rsk_refcnt))
		return;
	sock_put(req->rsk_listener);
	kmem_cache_free(request_cache, req);
}

/* Out of the table, and its timer stopped. True: by us. */
static bool reqsk_queue_unlink(struct request_sock *req)
{
	bool found = inet_ehash_remove(&req->node);

	if (del_timer(&req->rsk_timer))
		reqsk_put(req);
	return found;
}

void inet_csk_reqsk_queue_drop(struct sock *sk, struct request_sock *req)
{
	if (reqsk_queue_unlink(req)) {
		atomic_dec(&inet_csk(sk)->icsk_accept_queue.qlen);
		reqsk_put(req);
	}
}

int inet_rtx_syn_ack(struct sock *parent, struct request_sock *req)
{
	int err = tcp_v4_send_synack(parent, req);

	if (!err) {
		req->num_retrans++;
		/* Which of them an ACK is for nobody can tell. */
		req->snt_synack = 0;
		TCP_INC_STATS(TCP_MIB_RETRANSSEGS);
		NET_INC_STATS(LINUX_MIB_TCPSYNRETRANS);
	}
	return err;
}

/* No ACK has come: the SYN-ACK goes again, after twice the time each time. */
static void reqsk_timer_handler(struct timer_list *t)
{
	struct request_sock *req = from_timer(req, t, rsk_timer);
	struct sock *sk_listener = req->rsk_listener;

	/* Whoever took it out of the table could not stop a timer that ran already; what that has started again ends here. */
	if (!inet_ehash_hashed(&req->node) || sk_listener->sk_state != TCP_LISTEN || req->num_timeout >= TCP_SYNACK_RETRIES) {
		inet_csk_reqsk_queue_drop(sk_listener, req);
		reqsk_put(req);
		return;
	}
	/* An acknowledged one waits for room in the accept queue: its ACK comes again with its data. */
	if (!req->acked || req->num_timeout >= TCP_SYNACK_RETRIES - 1)
		inet_rtx_syn_ack(sk_listener, req);
	req->num_timeout++;
	mod_timer(&req->rsk_timer, jiffies + min((unsigned long)TCP_TIMEOUT_INIT << req->num_timeout, (unsigned long)TCP_RTO_MAX));
}

/* References: the table's, the timer's, and the caller's. */
void inet_csk_reqsk_queue_hash_add(struct sock *sk, struct request_sock *req, unsigned long timeout)
{
	timer_setup(&req->rsk_timer, reqsk_timer_handler, 0);
	atomic_set(&req->rsk_refcnt, 3);
	mod_timer(&req->rsk_timer, jiffies + timeout);
	/* Before anybody can end it. */
	atomic_inc(&inet_csk(sk)->icsk_accept_queue.qlen);
	if (!inet_ehash_insert(&req->node)) {
		/* The same SYN came twice at once. */
		atomic_dec(&inet_csk(sk)->icsk_accept_queue.qlen);
		if (del_timer(&req->rsk_timer))
			reqsk_put(req);
		reqsk_put(req);
	}
}

int inet_csk_listen_start(struct sock *sk, int backlog)
{
	struct inet_sock *inet = inet_sk(sk);

	/* The queue is as it was when the sock was made, or as shutdown() left it: requests that have not ended yet still count. */
	sk->sk_max_ack_backlog = backlog;
	sk->sk_ack_backlog = 0;
	inet_csk_delack_init(sk);
	sk->sk_state = TCP_LISTEN;
	/* Somebody may have taken the port with SO_REUSEADDR since bind(). */
	if (!sk->sk_prot->get_port(sk, inet->inet_num)) {
		inet->inet_sport = htons(inet->inet_num);
		return sk->sk_prot->hash(sk);
	}
	sk->sk_state = TCP_CLOSE;
	return -EADDRINUSE;
}

static struct request_sock *reqsk_queue_remove(struct request_sock_queue *queue, struct sock *parent)
{
	struct request_sock *req;

	spin_lock_bh(&queue->rskq_lock);
	req = queue->rskq_accept_head;
	if (req) {
		sk_acceptq_removed(parent);
		queue->rskq_accept_head = req->dl_next;
		if (!queue->rskq_accept_head)
			queue->rskq_accept_tail = NULL;
	}
	spin_unlock_bh(&queue->rskq_lock);
	return req;
}

static bool reqsk_queue_empty(const struct sock *sk)
{
	return !READ_ONCE(inet_csk(sk)->icsk_accept_queue.rskq_accept_head);
}

static int inet_csk_wait_for_connect(struct sock *sk, long timeo)
{
	DEFINE_WAIT(wait);
	int err;

	for (;;) {
		prepare_to_wait_exclusive(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);
		release_sock(sk);
		if (reqsk_queue_empty(sk))
			timeo = schedule_timeout(timeo);
		lock_sock(sk);
		err = 0;
		if (!reqsk_queue_empty(sk))
			break;
		err = -EINVAL;
		if (sk->sk_state != TCP_LISTEN)
			break;
		err = sock_intr_errno(timeo);
		if (signal_pending(current))
			break;
		err = -EAGAIN;
		if (!timeo)
			break;
	}
	finish_wait(sk_sleep(sk), &wait);
	return err;
}

struct sock *inet_csk_accept(struct sock *sk, int flags, int *err, bool kern)
{
	struct request_sock *req;
	struct sock *newsk = NULL;
	int error = -EINVAL;

	(void)kern;
	lock_sock(sk);
	if (sk->sk_state != TCP_LISTEN)
		goto out_err;
	if (reqsk_queue_empty(sk)) {
		long timeo = sock_rcvtimeo(sk, flags & O_NONBLOCK);

		error = -EAGAIN;
		if (!timeo)
			goto out_err;
		error = inet_csk_wait_for_connect(sk, timeo);
		if (error)
			goto out_err;
	}
	req = reqsk_queue_remove(&inet_csk(sk)->icsk_accept_queue, sk);
	if (!req)
		goto out_err;
	newsk = req->sk;
	release_sock(sk);
	reqsk_put(req);
	return newsk;
out_err:
	release_sock(sk);
	*err = error;
	return NULL;
}

unsigned int inet_csk_listen_poll(const struct sock *sk)
{
	return reqsk_queue_empty(sk) ? 0 : POLLIN | POLLRDNORM;
}

struct sock *inet_csk_clone_lock(const struct sock *sk, const struct request_sock *req, gfp_t priority)
{
	struct sock *newsk = sk_clone_lock(sk, priority);
	struct inet_connection_sock *newicsk;

	if (!newsk)
		return NULL;
	newicsk = inet_csk(newsk);
	newsk->sk_state = TCP_SYN_RECV;
	newicsk->icsk_bind_hash = NULL;
	inet_sk(newsk)->inet_dport = req->node.dport;
	inet_sk(newsk)->inet_num = req->node.num;
	inet_sk(newsk)->inet_sport = htons(req->node.num);
	newicsk->icsk_node.node.next = newicsk->icsk_node.node.prev = NULL;
	newicsk->icsk_retransmits = 0;
	newicsk->icsk_backoff = 0;
	newicsk->icsk_probes_out = 0;
	memset(&newicsk->icsk_accept_queue, 0, sizeof(newicsk->icsk_accept_queue));
	return newsk;
}

/* Nobody has it any more, and its state is TCP_CLOSE. Owned. */
void inet_csk_destroy_sock(struct sock *sk)
{
	sk->sk_prot->destroy(sk);
	skb_queue_purge(&sk->sk_receive_queue);
	skb_queue_purge(&sk->sk_write_queue);
	atomic_dec(&tcp_orphan_count);
	sock_put(sk);
}

/* A connection that nobody will accept. */
static void inet_child_forget(struct sock *sk, struct sock *child)
{
	sk->sk_prot->disconnect(child, O_NONBLOCK);
	sock_orphan(child);
	atomic_inc(&tcp_orphan_count);
	inet_csk_destroy_sock(child);
}

struct sock *inet_csk_complete_hashdance(struct sock *sk, struct sock *child, struct request_sock *req, bool own_req)
{
	struct request_sock_queue *queue = &inet_csk(sk)->icsk_accept_queue;
	bool added = false;

	if (!own_req) {
		bh_unlock_sock(child);
		sock_put(child);
		return NULL;
	}
	/* It has left the table already: the child stands there. Now the timer's reference and the table's. */
	if (del_timer(&req->rsk_timer))
		reqsk_put(req);
	reqsk_put(req);
	atomic_dec(&queue->qlen);
	spin_lock(&queue->rskq_lock);
	if (likely(sk->sk_state == TCP_LISTEN)) {
		req->sk = child;
		req->dl_next = NULL;
		if (!queue->rskq_accept_head)
			queue->rskq_accept_head = req;
		else
			queue->rskq_accept_tail->dl_next = req;
		queue->rskq_accept_tail = req;
		sk_acceptq_added(sk);
		added = true;
	}
	spin_unlock(&queue->rskq_lock);
	if (added)
		return child;
	inet_child_forget(sk, child);
	bh_unlock_sock(child);
	sock_put(child);
	return NULL;
}

/* Whoever waits to be accepted is reset; requests find at their next timer that there is no listener. */
void inet_csk_listen_stop(struct sock *sk)
{
	struct request_sock_queue *queue = &inet_csk(sk)->icsk_accept_queue;
	struct request_sock *req;

	while ((req = reqsk_queue_remove(queue, sk))) {
		struct sock *child = req->sk;

		local_bh_disable();
		bh_lock_sock(child);
		sock_hold(child);
		inet_child_forget(sk, child);
		reqsk_put(req);
		bh_unlock_sock(child);
		local_bh_enable();
		sock_put(child);
		cond_resched();
	}
}
