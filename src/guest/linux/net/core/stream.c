/* What streams have in common: waiting to be connected, for room, and for an end. Linux: net/core/stream.c. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <net/stream.h>
#include <net/tcp.h>

/* There is room again: a third of what is queued. */
void sk_stream_write_space(struct sock *sk)
{
	struct socket *sock = sk->sk_socket;
	unsigned long flags;

	if (!sock || !sk_stream_is_writeable(sk))
		return;
	clear_bit(SOCK_NOSPACE, &sock->flags);
	spin_lock_irqsave(&sk->sk_callback_lock, flags);
	if (sk->sk_wq)
		wake_up_interruptible_poll(&sk->sk_wq->wait, POLLOUT | POLLWRNORM | POLLWRBAND);
	spin_unlock_irqrestore(&sk->sk_callback_lock, flags);
}

int sk_stream_wait_connect(struct sock *sk, long *timeo_p)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int done;

	do {
		int err = sock_error(sk);

		if (err)
			return err;
		if ((1 << sk->sk_state) & ~(TCPF_SYN_SENT | TCPF_SYN_RECV))
			return -EPIPE;
		if (!*timeo_p)
			return -EAGAIN;
		if (signal_pending(current))
			return sock_intr_errno(*timeo_p);
		add_wait_queue(sk_sleep(sk), &wait);
		done = sk_wait_event(sk, timeo_p, !sk->sk_err && !((1 << sk->sk_state) & ~(TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)), &wait);
		remove_wait_queue(sk_sleep(sk), &wait);
		if (done < 0)
			return done;
	} while (!done);
	return 0;
}

/* Our FIN is not acknowledged yet. */
static bool sk_stream_closing(struct sock *sk)
{
	return (1 << sk->sk_state) & (TCPF_FIN_WAIT1 | TCPF_CLOSING | TCPF_LAST_ACK);
}

void sk_stream_wait_close(struct sock *sk, long timeout)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);

	if (!timeout)
		return;
	add_wait_queue(sk_sleep(sk), &wait);
	do {
		if (sk_wait_event(sk, &timeout, !sk_stream_closing(sk), &wait))
			break;
	} while (!signal_pending(current) && timeout);
	remove_wait_queue(sk_sleep(sk), &wait);
}

/* Here, too, comes who is within its limit, but the kernel itself had no memory: of that nobody hears when there is some, so it waits a while. */
int sk_stream_wait_memory(struct sock *sk, long *timeo_p)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	long current_timeo = *timeo_p, vm_wait = 0;
	int err = 0;

	/* Simplified: Linux takes a random time of up to twice as long. */
	if (sk_stream_memory_free(sk))
		current_timeo = vm_wait = HZ / 10 + 2;
	add_wait_queue(sk_sleep(sk), &wait);
	for (;;) {
		if (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN)) {
			err = -EPIPE;
			break;
		}
		if (!*timeo_p) {
			/* Whoever polls wants to hear when there is. */
			set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
			err = -EAGAIN;
			break;
		}
		if (signal_pending(current)) {
			err = sock_intr_errno(*timeo_p);
			break;
		}
		if (sk_stream_memory_free(sk) && !vm_wait)
			break;
		set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		err = sk_wait_event(sk, &current_timeo, sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN) || (sk_stream_memory_free(sk) && !vm_wait), &wait);
		if (err < 0)
			break;
		err = 0;
		if (vm_wait) {
			vm_wait -= current_timeo;
			current_timeo = *timeo_p;
			if (current_timeo != MAX_SCHEDULE_TIMEOUT)
				current_timeo = max(current_timeo - vm_wait, 0L);
			vm_wait = 0;
		}
		*timeo_p = current_timeo;
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return err;
}

int sk_stream_error(struct sock *sk, int flags, int err)
{
	if (err == -EPIPE)
		err = sock_error(sk) ? : -EPIPE;
	if (err == -EPIPE && !(flags & MSG_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return err;
}
