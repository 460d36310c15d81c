/* TCP's side of the system calls. Linux: net/ipv4/tcp.c. */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/stream.h>
#include <net/tcp.h>
#include <trace/events.h>

#define FIONREAD	0x541b
#define TIOCOUTQ	0x5411

atomic_t tcp_orphan_count;

void tcp_init_sock(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);

	skb_queue_head_init(&tp->out_of_order_queue);
	skb_queue_head_init(&tp->tcp_rtx_queue);
	tcp_init_xmit_timers(sk);
	icsk->icsk_rto = TCP_TIMEOUT_INIT;
	tp->mdev_us = jiffies_to_usecs(TCP_TIMEOUT_INIT);
	tp->snd_cwnd = TCP_INIT_CWND;
	tp->snd_ssthresh = TCP_INFINITE_SSTHRESH;
	tp->snd_cwnd_clamp = ~0U;
	tp->mss_cache = TCP_MSS_DEFAULT;
	tp->reordering = TCP_FASTRETRANS_THRESH;
	icsk->icsk_ca_ops = &tcp_reno;
	sk->sk_state = TCP_CLOSE;
	sk->sk_write_space = sk_stream_write_space;
	sock_set_flag(sk, SOCK_USE_WRITE_QUEUE);
	sk->sk_sndbuf = sysctl_tcp_wmem[1];
	sk->sk_rcvbuf = sysctl_tcp_rmem[1];
}

void tcp_set_state(struct sock *sk, int state)
{
	int oldstate = sk->sk_state;

	trace_inet_sock_set_state(sk, oldstate, state);
	if (state == TCP_ESTABLISHED) {
		if (oldstate != TCP_ESTABLISHED)
			TCP_INC_STATS(TCP_MIB_CURRESTAB);
	} else {
		if (state == TCP_CLOSE) {
			if (oldstate == TCP_CLOSE_WAIT || oldstate == TCP_ESTABLISHED)
				TCP_INC_STATS(TCP_MIB_ESTABRESETS);
			sk->sk_prot->unhash(sk);
			/* A port that bind() chose stays with the socket. */
			if (inet_csk(sk)->icsk_bind_hash && !(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
				inet_put_port(sk);
		}
		if (oldstate == TCP_ESTABLISHED)
			TCP_DEC_STATS(TCP_MIB_CURRESTAB);
	}
	WRITE_ONCE(sk->sk_state, state);
}

/* The end of a connection, whoever wanted it. */
void tcp_done(struct sock *sk)
{
	if (sk->sk_state == TCP_SYN_SENT || sk->sk_state == TCP_SYN_RECV)
		TCP_INC_STATS(TCP_MIB_ATTEMPTFAILS);
	tcp_set_state(sk, TCP_CLOSE);
	inet_csk_clear_xmit_timers(sk);
	sk->sk_shutdown = SHUTDOWN_MASK;
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_state_change(sk);
	else
		inet_csk_destroy_sock(sk);
}

static void purge(struct sock *sk, struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		tcp_wmem_free_skb(sk, skb);
}

void tcp_write_queue_purge(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	purge(sk, &sk->sk_write_queue);
	purge(sk, &tp->tcp_rtx_queue);
	tp->packets_out = tp->retrans_out = tp->lost_out = tp->sacked_out = 0;
	inet_csk(sk)->icsk_backoff = 0;
}

/* Room for size bytes behind all headers. Not charged yet. */
struct sk_buff *tcp_stream_alloc_skb(struct sock *sk, int size, gfp_t gfp)
{
	struct sk_buff *skb = alloc_skb(ALIGN(size, 4) + MAX_TCP_HEADER, gfp);

	(void)sk;
	if (skb)
		skb_reserve(skb, MAX_TCP_HEADER);
	return skb;
}

/* ------------------------------------------------------------------------------------------ sending */

static void tcp_mark_push(struct tcp_sock *tp, struct sk_buff *skb)
{
	TCP_SKB_CB(skb)->tcp_flags |= TCPHDR_PSH;
	tp->pushed_seq = tp->write_seq;
}

/* Half of the largest window the other end ever offered is waiting without a PSH. */
static bool forced_push(const struct tcp_sock *tp)
{
	return after(tp->write_seq, tp->pushed_seq + (tp->max_window >> 1));
}

static void skb_entail(struct sock *sk, struct sk_buff *skb)
{
	struct tcp_sock *tp = tcp_sk(sk);

	memset(TCP_SKB_CB(skb), 0, sizeof(struct tcp_skb_cb));
	TCP_SKB_CB(skb)->seq = TCP_SKB_CB(skb)->end_seq = tp->write_seq;
	TCP_SKB_CB(skb)->tcp_flags = TCPHDR_ACK;
	skb->ip_summed = CHECKSUM_PARTIAL;
	__skb_header_release(skb);
	tcp_add_write_queue_tail(sk, skb);
	if (tp->nonagle & TCP_NAGLE_PUSH)
		tp->nonagle &= ~TCP_NAGLE_PUSH;
	/* Linux: tcp_slow_start_after_idle_check(). */
	if (!tp->packets_out && (s32)(tcp_jiffies32 - tp->lsndtime) > (s32)inet_csk(sk)->icsk_rto)
		tcp_cwnd_restart(sk);
}

static void tcp_push(struct sock *sk, int flags, int mss_now, int nonagle)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct sk_buff *skb = tcp_write_queue_tail(sk);

	if (!skb)
		return;
	if (!(flags & MSG_MORE) || forced_push(tp))
		tcp_mark_push(tp, skb);
	__tcp_push_pending_frames(sk, mss_now, flags & MSG_MORE ? TCP_NAGLE_CORK : nonagle);
}

/* A segment with no byte in it was made before the copy failed. */
static void tcp_remove_empty_skb(struct sock *sk)
{
	struct sk_buff *skb = tcp_write_queue_tail(sk);

	if (skb && TCP_SKB_CB(skb)->seq == TCP_SKB_CB(skb)->end_seq) {
		__skb_unlink(skb, &sk->sk_write_queue);
		tcp_wmem_free_skb(sk, skb);
	}
}

/* Owned. */
int tcp_sendmsg_locked(struct sock *sk, struct msghdr *msg, size_t size)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int flags = msg->msg_flags, err, copied = 0, mss_now;
	long timeo = sock_sndtimeo(sk, flags & MSG_DONTWAIT);
	struct sk_buff *skb;

	(void)size;
	if ((1 << sk->sk_state) & ~(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)) {
		err = sk_stream_wait_connect(sk, &timeo);
		if (err)
			goto do_error;
	}
	mss_now = tcp_current_mss(sk);
	err = -EPIPE;
	if (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN))
		goto do_error;
	while (msg_data_left(msg)) {
		int copy = 0;

		skb = tcp_write_queue_tail(sk);
		if (skb)
			copy = min(mss_now - (int)skb->len, skb_tailroom(skb));
		if (copy <= 0 || TCP_SKB_CB(skb)->eor) {
			if (!sk_stream_memory_free(sk))
				goto wait_for_space;
			skb = tcp_stream_alloc_skb(sk, mss_now, GFP_KERNEL);
			if (!skb)
				goto wait_for_space;
			skb_entail(sk, skb);
			copy = mss_now;
		}
		copy = min((size_t)copy, msg_data_left(msg));
		/* User memory may end in the middle: then nothing of this piece counts. */
		if (!copy_from_iter_full(skb_tail_pointer(skb), copy, &msg->msg_iter))
			goto do_fault;
		skb_put(skb, copy);
		if (!copied)
			TCP_SKB_CB(skb)->tcp_flags &= ~TCPHDR_PSH;
		tp->write_seq += copy;
		TCP_SKB_CB(skb)->end_seq += copy;
		copied += copy;
		if (!msg_data_left(msg)) {
			if (unlikely(flags & MSG_EOR))
				TCP_SKB_CB(skb)->eor = true;
			goto out;
		}
		if ((int)skb->len < mss_now)
			continue;
		if (forced_push(tp)) {
			tcp_mark_push(tp, skb);
			__tcp_push_pending_frames(sk, mss_now, TCP_NAGLE_PUSH);
		} else if (skb == tcp_send_head(sk)) {
			tcp_push_one(sk, mss_now);
		}
		continue;
wait_for_space:
		set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		if (copied)
			tcp_push(sk, flags & ~MSG_MORE, mss_now, TCP_NAGLE_PUSH);
		err = sk_stream_wait_memory(sk, &timeo);
		if (err)
			goto do_error;
		mss_now = tcp_current_mss(sk);
	}
out:
	if (copied)
		tcp_push(sk, flags, mss_now, tp->nonagle);
	return copied;
do_fault:
	err = -EFAULT;
do_error:
	tcp_remove_empty_skb(sk);
	if (copied)
		goto out;
	err = sk_stream_error(sk, flags, err);
	/* Whoever polls for room must be woken up by the next. */
	if (!tcp_write_queue_tail(sk) && err == -EAGAIN)
		sk->sk_write_space(sk);
	return err;
}

int tcp_sendmsg(struct sock *sk, struct msghdr *msg, size_t size)
{
	int ret;

	lock_sock(sk);
	ret = tcp_sendmsg_locked(sk, msg, size);
	release_sock(sk);
	return ret;
}

/* ------------------------------------------------------------------------------------------ receiving */

/* The reader has taken bytes: does the sender want to hear of that? */
void tcp_cleanup_rbuf(struct sock *sk, int copied)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	bool time_to_ack = false;

	if (inet_csk_ack_scheduled(sk)) {
		if (tp->rcv_nxt - tp->rcv_wup > icsk->icsk_ack.rcv_mss ||
		    /* All is read, and it was a piece that nobody answers. */
		    (copied > 0 && ((icsk->icsk_ack.pending & ICSK_ACK_PUSHED2) ||
				    ((icsk->icsk_ack.pending & ICSK_ACK_PUSHED) && !inet_csk_in_pingpong_mode(sk))) &&
		     !atomic_read(&sk->sk_rmem_alloc)))
			time_to_ack = true;
	}
	/* The window can be twice as large as the sender thinks. */
	if (copied > 0 && !time_to_ack && !(sk->sk_shutdown & RCV_SHUTDOWN)) {
		u32 rcv_window_now = tcp_receive_window(tp);

		if (2 * rcv_window_now <= tp->window_clamp) {
			u32 new_window = __tcp_select_window(sk);

			if (new_window && new_window >= 2 * rcv_window_now)
				time_to_ack = true;
		}
	}
	if (time_to_ack)
		tcp_send_ack(sk);
}

static void sk_eat_skb(struct sock *sk, struct sk_buff *skb)
{
	__skb_unlink(skb, &sk->sk_receive_queue);
	__kfree_skb(skb);
}

int tcp_recvmsg(struct sock *sk, struct msghdr *msg, size_t len, int nonblock, int flags, int *addr_len)
{
	struct tcp_sock *tp = tcp_sk(sk);
	int copied = 0, target, err = 0;
	struct sk_buff *skb, *last;
	u32 peek_seq, *seq;
	long timeo;

	(void)addr_len;
	if (flags & MSG_ERRQUEUE)
		return -EAGAIN;
	lock_sock(sk);
	err = -ENOTCONN;
	if (sk->sk_state == TCP_LISTEN)
		goto out;
	timeo = sock_rcvtimeo(sk, nonblock);
	/* Simplified: no urgent data, so there never is any. */
	if (flags & MSG_OOB) {
		err = -EINVAL;
		goto out;
	}
	seq = &tp->copied_seq;
	if (flags & MSG_PEEK) {
		peek_seq = tp->copied_seq;
		seq = &peek_seq;
	}
	target = sock_rcvlowat(sk, flags & MSG_WAITALL, len);
	err = 0;
	do {
		u32 offset;
		size_t used;

		last = skb_peek_tail(&sk->sk_receive_queue);
		skb_queue_walk(&sk->sk_receive_queue, skb) {
			last = skb;
			offset = *seq - TCP_SKB_CB(skb)->seq;
			if (offset < skb->len)
				goto found_ok_skb;
			if (TCP_SKB_CB(skb)->tcp_flags & TCPHDR_FIN)
				goto found_fin_ok;
		}
		/* Nothing more is here. */
		if (copied >= target && !READ_ONCE(sk->sk_backlog.tail))
			break;
		if (copied) {
			if (sk->sk_err || sk->sk_state == TCP_CLOSE || (sk->sk_shutdown & RCV_SHUTDOWN) || !timeo || signal_pending(current))
				break;
		} else {
			if (sock_flag(sk, SOCK_DONE))
				break;
			if (sk->sk_err) {
				copied = sock_error(sk);
				break;
			}
			if (sk->sk_shutdown & RCV_SHUTDOWN)
				break;
			if (sk->sk_state == TCP_CLOSE) {
				/* It never was connected. */
				copied = -ENOTCONN;
				break;
			}
			if (!timeo) {
				copied = -EAGAIN;
				break;
			}
			if (signal_pending(current)) {
				copied = sock_intr_errno(timeo);
				break;
			}
		}
		tcp_cleanup_rbuf(sk, copied);
		if (copied >= target) {
			/* The backlog first: perhaps there is more. */
			release_sock(sk);
			lock_sock(sk);
		} else {
			err = sk_wait_data(sk, &timeo, last);
			if (err < 0) {
				err = copied ? copied : err;
				goto out;
			}
		}
		if ((flags & MSG_PEEK) && peek_seq - copied != tp->copied_seq)
			peek_seq = tp->copied_seq + copied;
		continue;
found_ok_skb:
		used = min((size_t)(skb->len - offset), len);
		if (!(flags & MSG_TRUNC)) {
			size_t n = copy_to_iter(skb->data + offset, used, &msg->msg_iter);

			if (n != used) {
				/* What was copied so far counts; of this piece nothing, so that it can be read again. */
				iov_iter_revert(&msg->msg_iter, n);
				if (!copied)
					copied = -EFAULT;
				break;
			}
		}
		*seq += used;
		copied += used;
		len -= used;
		trace_tcp_rcv_space_adjust(sk);
		if (used + offset < skb->len)
			continue;
		if (TCP_SKB_CB(skb)->tcp_flags & TCPHDR_FIN)
			goto found_fin_ok;
		if (!(flags & MSG_PEEK))
			sk_eat_skb(sk, skb);
		continue;
found_fin_ok:
		++*seq;
		if (!(flags & MSG_PEEK))
			sk_eat_skb(sk, skb);
		break;
	} while (len > 0);
	tcp_cleanup_rbuf(sk, copied);
	release_sock(sk);
	return copied;
out:
	release_sock(sk);
	return err;
}

/* ------------------------------------------------------------------------------------------ poll, ioctl */

unsigned int tcp_poll(struct file *file, struct socket *sock, struct poll_table *wait)
{
	struct sock *sk = sock->sk;
	const struct tcp_sock *tp = tcp_sk(sk);
	unsigned int mask = 0;
	int state;

	sock_poll_wait(file, sock, wait);
	state = sk->sk_state;
	if (state == TCP_LISTEN)
		return inet_csk_listen_poll(sk);
	if (sk->sk_shutdown == SHUTDOWN_MASK || state == TCP_CLOSE)
		mask |= POLLHUP;
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		mask |= POLLIN | POLLRDNORM | POLLRDHUP;
	if (state != TCP_SYN_SENT && state != TCP_SYN_RECV) {
		int target = sock_rcvlowat(sk, 0, INT_MAX);

		if ((int)(READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq)) >= target)
			mask |= POLLIN | POLLRDNORM;
		if (!(sk->sk_shutdown & SEND_SHUTDOWN)) {
			if (sk_stream_is_writeable(sk)) {
				mask |= POLLOUT | POLLWRNORM;
			} else {
				/* Looked at again: there may have come room in between. */
				set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
				if (sk_stream_is_writeable(sk))
					mask |= POLLOUT | POLLWRNORM;
			}
		} else {
			mask |= POLLOUT | POLLWRNORM;
		}
	}
	if (sk->sk_err)
		mask |= POLLERR;
	return mask;
}

int tcp_ioctl(struct sock *sk, int cmd, unsigned long arg)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	int answ;

	if (cmd == FIONREAD) {
		if (sk->sk_state == TCP_LISTEN)
			return -EINVAL;
		lock_sock(sk);
		answ = (1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV) ? 0 : tp->rcv_nxt - tp->copied_seq;
		/* Not the end. */
		if (answ && sock_flag(sk, SOCK_DONE))
			answ--;
		release_sock(sk);
	} else if (cmd == TIOCOUTQ) {
		if (sk->sk_state == TCP_LISTEN)
			return -EINVAL;
		answ = (1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV) ? 0 : tp->write_seq - tp->snd_una;
	} else {
		return -ENOIOCTLCMD;
	}
	return put_user(answ, (int __user *)arg);
}

/* ------------------------------------------------------------------------------------------ ends */

/* By the state: where our FIN leads, and whether it is to be sent. */
static bool tcp_close_state(struct sock *sk)
{
	switch (sk->sk_state) {
	case TCP_SYN_RECV:
	case TCP_ESTABLISHED:
		tcp_set_state(sk, TCP_FIN_WAIT1);
		return true;
	case TCP_CLOSE_WAIT:
		tcp_set_state(sk, TCP_LAST_ACK);
		return true;
	case TCP_SYN_SENT:
	case TCP_LISTEN:
		tcp_set_state(sk, TCP_CLOSE);
	}
	return false;
}

void tcp_shutdown(struct sock *sk, int how)
{
	if (!(how & SEND_SHUTDOWN))
		return;
	if ((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_SYN_SENT | TCPF_SYN_RECV | TCPF_CLOSE_WAIT) && tcp_close_state(sk))
		tcp_send_fin(sk);
}

/* Owned. Nobody has it open any more; the connection ends as TCP wants it. */
void __tcp_close(struct sock *sk, long timeout)
{
	int data_was_unread = 0, state;
	struct sk_buff *skb;

	sk->sk_shutdown = SHUTDOWN_MASK;
	if (sk->sk_state == TCP_LISTEN) {
		tcp_set_state(sk, TCP_CLOSE);
		inet_csk_listen_stop(sk);
		goto adjudge_to_death;
	}
	while ((skb = __skb_dequeue(&sk->sk_receive_queue))) {
		u32 len = TCP_SKB_CB(skb)->end_seq - TCP_SKB_CB(skb)->seq;

		if (TCP_SKB_CB(skb)->tcp_flags & TCPHDR_FIN)
			len--;
		data_was_unread += len;
		__kfree_skb(skb);
	}
	if (sk->sk_state == TCP_CLOSE)
		goto adjudge_to_death;
	if (data_was_unread) {
		/* Bytes were lost: the sender must hear of it (RFC 2525). */
		NET_INC_STATS(LINUX_MIB_TCPABORTONCLOSE);
		tcp_set_state(sk, TCP_CLOSE);
		tcp_send_active_reset(sk, GFP_ATOMIC);
	} else if (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime) {
		NET_INC_STATS(LINUX_MIB_TCPABORTONLINGER);
		tcp_disconnect(sk, 0);
	} else if (tcp_close_state(sk)) {
		tcp_send_fin(sk);
	}
	sk_stream_wait_close(sk, timeout);
adjudge_to_death:
	state = sk->sk_state;
	sock_hold(sk);
	sock_orphan(sk);
	local_bh_disable();
	bh_lock_sock(sk);
	/* The backlog, without giving it away. Linux: __release_sock(). */
	__release_sock(sk);
	atomic_inc(&tcp_orphan_count);
	/* A softirq has ended it meanwhile, and destroyed it. */
	if (state != TCP_CLOSE && sk->sk_state == TCP_CLOSE)
		goto out;
	if (sk->sk_state == TCP_FIN_WAIT2) {
		struct tcp_sock *tp = tcp_sk(sk);

		if (tp->linger2 < 0) {
			tcp_set_state(sk, TCP_CLOSE);
			tcp_send_active_reset(sk, GFP_ATOMIC);
		} else {
			tcp_time_wait(sk, TCP_FIN_WAIT2, TCP_FIN_TIMEOUT);
			goto out;
		}
	}
	if (sk->sk_state == TCP_CLOSE)
		inet_csk_destroy_sock(sk);
out:
	bh_unlock_sock(sk);
	local_bh_enable();
}

void tcp_close(struct sock *sk, long timeout)
{
	lock_sock(sk);
	__tcp_close(sk, timeout);
	release_sock(sk);
	sock_put(sk);
}

/* Owned. The socket is as it was before it was connected. */
int tcp_disconnect(struct sock *sk, int flags)
{
	struct inet_sock *inet = inet_sk(sk);
	struct inet_connection_sock *icsk = inet_csk(sk);
	struct tcp_sock *tp = tcp_sk(sk);
	int old_state = sk->sk_state;
	bool need_reset = (1 << old_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | TCPF_SYN_RECV);

	(void)flags;
	if (old_state != TCP_CLOSE)
		tcp_set_state(sk, TCP_CLOSE);
	if (old_state == TCP_LISTEN) {
		inet_csk_listen_stop(sk);
	} else if (need_reset || (tp->snd_nxt != tp->write_seq && ((1 << old_state) & (TCPF_CLOSING | TCPF_LAST_ACK)))) {
		tcp_send_active_reset(sk, GFP_ATOMIC);
		sk->sk_err = ECONNRESET;
	} else if (old_state == TCP_SYN_SENT) {
		sk->sk_err = ECONNRESET;
	}
	inet_csk_clear_xmit_timers(sk);
	__skb_queue_purge(&sk->sk_receive_queue);
	tcp_write_queue_purge(sk);
	__skb_queue_purge(&tp->out_of_order_queue);
	inet->inet_dport = 0;
	if (!(sk->sk_userlocks & SOCK_BINDADDR_LOCK))
		inet->inet_rcv_saddr = inet->inet_saddr = 0;
	sk->sk_shutdown = 0;
	sock_reset_flag(sk, SOCK_DONE);
	tp->srtt_us = 0;
	tp->copied_seq = tp->rcv_nxt;
	tp->write_seq += 0xffff + 2;
	icsk->icsk_backoff = 0;
	icsk->icsk_probes_out = 0;
	icsk->icsk_rto = TCP_TIMEOUT_INIT;
	tp->snd_ssthresh = TCP_INFINITE_SSTHRESH;
	tp->snd_cwnd = TCP_INIT_CWND;
	tp->snd_cwnd_cnt = 0;
	tp->is_cwnd_limited = false;
	tp->max_packets_out = 0;
	tp->window_clamp = 0;
	tp->delivered = 0;
	tp->bytes_received = tp->bytes_acked = 0;
	icsk->icsk_ca_state = TCP_CA_Open;
	inet_csk_delack_init(sk);
	tp->total_retrans = 0;
	tp->retrans_stamp = 0;
	tp->undo_marker = 0;
	memset(&tp->rx_opt, 0, sizeof(tp->rx_opt));
	inet->rt = NULL;
	sk->sk_error_report(sk);
	return 0;
}

/* ------------------------------------------------------------------------------------------ options */

static void tcp_set_nodelay(struct sock *sk, int val)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (val) {
		tp->nonagle |= TCP_NAGLE_OFF | TCP_NAGLE_PUSH;
		tcp_push_pending_frames(sk);
	} else {
		tp->nonagle &= ~TCP_NAGLE_OFF;
	}
}

static void tcp_set_cork(struct sock *sk, int val)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (val) {
		tp->nonagle |= TCP_NAGLE_CORK;
	} else {
		tp->nonagle &= ~TCP_NAGLE_CORK;
		if (tp->nonagle & TCP_NAGLE_OFF)
			tp->nonagle |= TCP_NAGLE_PUSH;
		tcp_push_pending_frames(sk);
	}
}

static void tcp_set_quickack(struct sock *sk, int val)
{
	if (!val) {
		inet_csk_enter_pingpong_mode(sk);
		return;
	}
	inet_csk_exit_pingpong_mode(sk);
	if ((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT) && inet_csk_ack_scheduled(sk)) {
		inet_csk(sk)->icsk_ack.pending |= ICSK_ACK_PUSHED;
		tcp_cleanup_rbuf(sk, 1);
		if (!(val & 1))
			inet_csk_enter_pingpong_mode(sk);
	}
}

static int do_tcp_setsockopt(struct sock *sk, int optname, int val)
{
	struct tcp_sock *tp = tcp_sk(sk);

	switch (optname) {
	case TCP_NODELAY:
		tcp_set_nodelay(sk, val);
		return 0;
	case TCP_CORK:
		tcp_set_cork(sk, val);
		return 0;
	case TCP_QUICKACK:
		tcp_set_quickack(sk, val);
		return 0;
	case TCP_MAXSEG:
		if (val && (val < (int)TCP_MIN_MSS || val > (int)MAX_TCP_WINDOW))
			return -EINVAL;
		tp->rx_opt.user_mss = val;
		return 0;
	case TCP_SYNCNT:
		if (val < 1 || val > 127)
			return -EINVAL;
		inet_csk(sk)->icsk_syn_retries = val;
		return 0;
	case TCP_LINGER2:
		tp->linger2 = val < 0 ? -1 : val;
		return 0;
	case TCP_USER_TIMEOUT:
		if (val < 0)
			return -EINVAL;
		inet_csk(sk)->icsk_user_timeout = val;
		return 0;
	case TCP_WINDOW_CLAMP:
		if (!val) {
			if (sk->sk_state != TCP_CLOSE)
				return -EINVAL;
			tp->window_clamp = 0;
		} else {
			tp->window_clamp = max(val, 2304 / 2);
		}
		return 0;
	/* Simplified: checked and kept by nobody: no connection is asked whether it still is there. */
	case TCP_KEEPIDLE:
	case TCP_KEEPINTVL:
		return val < 1 || val > 32767 ? -EINVAL : 0;
	case TCP_KEEPCNT:
		return val < 1 || val > 127 ? -EINVAL : 0;
	}
	return -ENOPROTOOPT;
}

/* Simplified: there is one way to control congestion. */
static int tcp_set_congestion(char __user *optval, unsigned int optlen)
{
	char name[16] = { 0 };

	if (optlen < 1)
		return -EINVAL;
	if (copy_from_user(name, optval, min(optlen, (unsigned int)sizeof(name) - 1)))
		return -EFAULT;
	return strcmp(name, tcp_reno.name) ? -ENOENT : 0;
}

int tcp_setsockopt(struct sock *sk, int level, int optname, char __user *optval, unsigned int optlen)
{
	int val, err;

	if (level != SOL_TCP)
		return ip_setsockopt(sk, level, optname, optval, optlen);
	if (optname == TCP_CONGESTION)
		return tcp_set_congestion(optval, optlen);
	if (optlen < sizeof(int))
		return -EINVAL;
	if (get_user(val, (int __user *)optval))
		return -EFAULT;
	lock_sock(sk);
	err = do_tcp_setsockopt(sk, optname, val);
	release_sock(sk);
	return err;
}

/* Linux: struct tcp_info, include/uapi/linux/tcp.h. The first 104 bytes, which it has always had. */
struct tcp_info {
	u8 tcpi_state, tcpi_ca_state, tcpi_retransmits, tcpi_probes, tcpi_backoff, tcpi_options, tcpi_wscales, tcpi_flags;
	u32 tcpi_rto, tcpi_ato, tcpi_snd_mss, tcpi_rcv_mss;
	u32 tcpi_unacked, tcpi_sacked, tcpi_lost, tcpi_retrans, tcpi_fackets;
	u32 tcpi_last_data_sent, tcpi_last_ack_sent, tcpi_last_data_recv, tcpi_last_ack_recv;
	u32 tcpi_pmtu, tcpi_rcv_ssthresh, tcpi_rtt, tcpi_rttvar, tcpi_snd_ssthresh, tcpi_snd_cwnd, tcpi_advmss, tcpi_reordering;
	u32 tcpi_rcv_rtt, tcpi_rcv_space, tcpi_total_retrans;
};

static void tcp_get_info(struct sock *sk, struct tcp_info *info)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	const struct tcp_sock *tp = tcp_sk(sk);

	*info = (struct tcp_info) {
		.tcpi_state = sk->sk_state, .tcpi_ca_state = icsk->icsk_ca_state, .tcpi_retransmits = icsk->icsk_retransmits,
		.tcpi_probes = icsk->icsk_probes_out, .tcpi_backoff = icsk->icsk_backoff,
		.tcpi_options = tp->rx_opt.wscale_ok ? 4 : 0, .tcpi_wscales = tp->rx_opt.snd_wscale | tp->rx_opt.rcv_wscale << 4,
		.tcpi_rto = jiffies_to_usecs(icsk->icsk_rto), .tcpi_ato = jiffies_to_usecs(icsk->icsk_ack.ato),
		.tcpi_snd_mss = tp->mss_cache, .tcpi_rcv_mss = icsk->icsk_ack.rcv_mss,
		.tcpi_unacked = sk->sk_state == TCP_LISTEN ? sk->sk_ack_backlog : tp->packets_out,
		.tcpi_sacked = sk->sk_state == TCP_LISTEN ? sk->sk_max_ack_backlog : tp->sacked_out,
		.tcpi_lost = tp->lost_out, .tcpi_retrans = tp->retrans_out,
		.tcpi_last_data_sent = jiffies_to_msecs(tcp_jiffies32 - tp->lsndtime),
		.tcpi_last_data_recv = jiffies_to_msecs(tcp_jiffies32 - icsk->icsk_ack.lrcvtime),
		.tcpi_last_ack_recv = jiffies_to_msecs(tcp_jiffies32 - tp->rcv_tstamp),
		.tcpi_pmtu = inet_sk(sk)->rt ? dst_mtu(inet_sk(sk)->rt) : 0, .tcpi_rcv_ssthresh = tp->rcv_ssthresh, .tcpi_rtt = tp->srtt_us >> 3,
		.tcpi_rttvar = tp->mdev_us >> 2, .tcpi_snd_ssthresh = tp->snd_ssthresh, .tcpi_snd_cwnd = tp->snd_cwnd, .tcpi_advmss = tp->advmss,
		.tcpi_reordering = tp->reordering, .tcpi_total_retrans = tp->total_retrans,
	};
}

int tcp_getsockopt(struct sock *sk, int level, int optname, char __user *optval, int __user *optlen)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct tcp_info info;
	int val = 0, len;

	if (level != SOL_TCP)
		return ip_getsockopt(sk, level, optname, optval, optlen);
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	switch (optname) {
	case TCP_INFO:
		lock_sock(sk);
		tcp_get_info(sk, &info);
		release_sock(sk);
		len = min(len, (int)sizeof(info));
		return put_user(len, optlen) || copy_to_user(optval, &info, len) ? -EFAULT : 0;
	case TCP_CONGESTION: {
		char name[16] = "reno";

		len = min(len, 16);
		return put_user(len, optlen) || copy_to_user(optval, name, len) ? -EFAULT : 0;
	}
	case TCP_NODELAY:
		val = !!(tp->nonagle & TCP_NAGLE_OFF);
		break;
	case TCP_CORK:
		val = !!(tp->nonagle & TCP_NAGLE_CORK);
		break;
	case TCP_MAXSEG:
		val = tp->mss_cache;
		if (!val || ((1 << sk->sk_state) & (TCPF_CLOSE | TCPF_LISTEN)))
			val = tp->rx_opt.user_mss ? tp->rx_opt.user_mss : tp->mss_cache;
		break;
	case TCP_QUICKACK:
		val = !inet_csk_in_pingpong_mode(sk);
		break;
	case TCP_SYNCNT:
		val = inet_csk(sk)->icsk_syn_retries ? inet_csk(sk)->icsk_syn_retries : TCP_SYN_RETRIES;
		break;
	case TCP_LINGER2:
		val = tp->linger2 ? tp->linger2 : TCP_FIN_TIMEOUT / HZ;
		break;
	case TCP_USER_TIMEOUT:
		val = inet_csk(sk)->icsk_user_timeout;
		break;
	case TCP_WINDOW_CLAMP:
		val = tp->window_clamp;
		break;
	case TCP_KEEPIDLE:
		val = 7200;
		break;
	case TCP_KEEPINTVL:
		val = 75;
		break;
	case TCP_KEEPCNT:
		val = 9;
		break;
	default:
		return -ENOPROTOOPT;
	}
	len = min(len, (int)sizeof(int));
	return put_user(len, optlen) || copy_to_user(optval, &val, len) ? -EFAULT : 0;
}

static int __init tcp_init(void)
{
	return proto_register(&tcp_prot);
}
subsys_initcall(tcp_init);
