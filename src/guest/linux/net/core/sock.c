/* What all protocols' socks have in common: life, ownership, memory, options, waiting. Linux: net/core/sock.c. */
#include <linux/bottom_half.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <net/sock.h>

/* Room for 256 packets of 256 bytes, with all that a packet costs. Linux: SK_WMEM_MAX. */
#define SK_MEM_MAX		212992
#define TCP_SKB_MIN_TRUESIZE	2304
#define SOCK_MIN_SNDBUF		(TCP_SKB_MIN_TRUESIZE * 2)
#define SOCK_MIN_RCVBUF		TCP_SKB_MIN_TRUESIZE
#define USEC_PER_SEC		1000000L

int sysctl_wmem_max = SK_MEM_MAX, sysctl_rmem_max = SK_MEM_MAX;
int sysctl_wmem_default = SK_MEM_MAX, sysctl_rmem_default = SK_MEM_MAX;

int proto_register(struct proto *prot)
{
	prot->slab = kmem_cache_create(prot->name, prot->obj_size);
	return prot->slab ? 0 : -ENOBUFS;
}

static struct sock *sk_prot_alloc(struct proto *prot, gfp_t priority)
{
	struct sock *sk = kmem_cache_zalloc(prot->slab, priority);

	if (sk)
		atomic_inc(&prot->sockets);
	return sk;
}

static void sock_lock_init(struct sock *sk)
{
	spin_lock_init(&sk->sk_lock.slock);
	sk->sk_lock.owned = 0;
	init_waitqueue_head(&sk->sk_lock.wq);
}

struct sock *sk_alloc(int family, gfp_t priority, struct proto *prot, int kern)
{
	struct sock *sk = sk_prot_alloc(prot, priority);

	(void)kern;
	if (!sk)
		return NULL;
	sk->sk_family = family;
	sk->sk_prot = prot;
	sock_lock_init(sk);
	INIT_LIST_HEAD(&sk->sk_node);
	INIT_LIST_HEAD(&sk->sk_bind_node);
	atomic_set(&sk->sk_wmem_alloc, 1);
	return sk;
}

static void sk_destruct(struct sock *sk)
{
	struct proto *prot = sk->sk_prot;

	if (sk->sk_destruct)
		sk->sk_destruct(sk);
	atomic_dec(&prot->sockets);
	kmem_cache_free(prot->slab, sk);
}

/* The last reference has gone. Packets that are still on their way down keep the memory. */
void sk_free(struct sock *sk)
{
	if (atomic_dec_and_test(&sk->sk_wmem_alloc))
		sk_destruct(sk);
}

static void sock_def_wakeup(struct sock *sk)
{
	unsigned long flags;

	spin_lock_irqsave(&sk->sk_callback_lock, flags);
	if (sk->sk_wq)
		wake_up_interruptible_all(&sk->sk_wq->wait);
	spin_unlock_irqrestore(&sk->sk_callback_lock, flags);
}

static void sock_wake_poll(struct sock *sk, unsigned int what)
{
	unsigned long flags;

	spin_lock_irqsave(&sk->sk_callback_lock, flags);
	if (sk->sk_wq)
		wake_up_interruptible_poll(&sk->sk_wq->wait, what);
	spin_unlock_irqrestore(&sk->sk_callback_lock, flags);
}

static void sock_def_error_report(struct sock *sk)
{
	sock_wake_poll(sk, POLLERR);
}

void sock_def_readable(struct sock *sk)
{
	sock_wake_poll(sk, POLLIN | POLLPRI | POLLRDNORM | POLLRDBAND);
}

/* Only when half of it is free: else who writes would be woken for every packet. */
static void sock_def_write_space(struct sock *sk)
{
	if (atomic_read(&sk->sk_wmem_alloc) << 1 <= sk->sk_sndbuf)
		sock_wake_poll(sk, POLLOUT | POLLWRNORM | POLLWRBAND);
}

static void sock_def_destruct(struct sock *sk)
{
	(void)sk;
}

void sock_init_data(struct socket *sock, struct sock *sk)
{
	skb_queue_head_init(&sk->sk_receive_queue);
	skb_queue_head_init(&sk->sk_write_queue);
	sk->sk_rcvbuf = sysctl_rmem_default;
	sk->sk_sndbuf = sysctl_wmem_default;
	sk->sk_state = TCP_CLOSE;
	sk->sk_socket = sock;
	sock_set_flag(sk, SOCK_ZAPPED);
	if (sock) {
		sk->sk_type = sock->type;
		sk->sk_wq = &sock->wq;
		sock->sk = sk;
	}
	spin_lock_init(&sk->sk_callback_lock);
	sk->sk_state_change = sock_def_wakeup;
	sk->sk_data_ready = sock_def_readable;
	sk->sk_write_space = sock_def_write_space;
	sk->sk_error_report = sock_def_error_report;
	sk->sk_destruct = sock_def_destruct;
	sk->sk_peer_uid = sk->sk_peer_gid = -1;
	sk->sk_rcvlowat = 1;
	sk->sk_rcvtimeo = MAX_SCHEDULE_TIMEOUT;
	sk->sk_sndtimeo = MAX_SCHEDULE_TIMEOUT;
	sk->sk_incoming_cpu = -1;
	atomic_set(&sk->sk_refcnt, 1);
}

struct sock *sk_clone_lock(const struct sock *sk, gfp_t priority)
{
	struct sock *newsk = sk_prot_alloc(sk->sk_prot, priority);

	if (!newsk)
		return NULL;
	memcpy(newsk, sk, sk->sk_prot->obj_size);
	INIT_LIST_HEAD(&newsk->sk_node);
	INIT_LIST_HEAD(&newsk->sk_bind_node);
	sock_lock_init(newsk);
	bh_lock_sock(newsk);
	newsk->sk_backlog.head = newsk->sk_backlog.tail = NULL;
	newsk->sk_backlog.len = 0;
	atomic_set(&newsk->sk_rmem_alloc, 0);
	atomic_set(&newsk->sk_wmem_alloc, 1);
	atomic_set(&newsk->sk_drops, 0);
	skb_queue_head_init(&newsk->sk_receive_queue);
	skb_queue_head_init(&newsk->sk_write_queue);
	spin_lock_init(&newsk->sk_callback_lock);
	newsk->sk_forward_alloc = 0;
	newsk->sk_wmem_queued = 0;
	newsk->sk_send_head = NULL;
	newsk->sk_ack_backlog = newsk->sk_max_ack_backlog = 0;
	sock_reset_flag(newsk, SOCK_DONE);
	newsk->sk_err = newsk->sk_err_soft = 0;
	newsk->sk_socket = NULL;
	newsk->sk_wq = NULL;
	newsk->sk_incoming_cpu = -1;
	/* The caller's, and that of whoever will accept it. */
	atomic_set(&newsk->sk_refcnt, 2);
	return newsk;
}

/* slock is held, and given away while one sleeps. */
static void __lock_sock(struct sock *sk)
{
	DEFINE_WAIT(wait);

	for (;;) {
		prepare_to_wait_exclusive(&sk->sk_lock.wq, &wait, TASK_UNINTERRUPTIBLE);
		spin_unlock_bh(&sk->sk_lock.slock);
		schedule();
		spin_lock_bh(&sk->sk_lock.slock);
		if (!sock_owned_by_user(sk))
			break;
	}
	finish_wait(&sk->sk_lock.wq, &wait);
}

void lock_sock(struct sock *sk)
{
	spin_lock_bh(&sk->sk_lock.slock);
	if (sk->sk_lock.owned)
		__lock_sock(sk);
	sk->sk_lock.owned = 1;
	spin_unlock_bh(&sk->sk_lock.slock);
}

void __release_sock(struct sock *sk)
{
	struct sk_buff *skb, *next;

	while ((skb = sk->sk_backlog.head)) {
		sk->sk_backlog.head = sk->sk_backlog.tail = NULL;
		spin_unlock_bh(&sk->sk_lock.slock);
		for (; skb; skb = next) {
			next = skb->next;
			skb->next = NULL;
			sk_backlog_rcv(sk, skb);
			cond_resched();
		}
		spin_lock_bh(&sk->sk_lock.slock);
	}
	/* Not before: a sender that never stops must not fill the backlog while it is being emptied. */
	sk->sk_backlog.len = 0;
}

void sk_flush_backlog(struct sock *sk)
{
	if (!READ_ONCE(sk->sk_backlog.tail))
		return;
	spin_lock_bh(&sk->sk_lock.slock);
	__release_sock(sk);
	spin_unlock_bh(&sk->sk_lock.slock);
}

void release_sock(struct sock *sk)
{
	spin_lock_bh(&sk->sk_lock.slock);
	if (sk->sk_backlog.tail)
		__release_sock(sk);
	if (sk->sk_prot->release_cb)
		sk->sk_prot->release_cb(sk);
	sk->sk_lock.owned = 0;
	if (waitqueue_active(&sk->sk_lock.wq))
		wake_up(&sk->sk_lock.wq);
	spin_unlock_bh(&sk->sk_lock.slock);
}

int sk_add_backlog(struct sock *sk, struct sk_buff *skb, unsigned int limit)
{
	if ((unsigned int)(sk->sk_backlog.len + atomic_read(&sk->sk_rmem_alloc)) > limit)
		return -ENOBUFS;
	skb->next = NULL;
	if (sk->sk_backlog.tail)
		sk->sk_backlog.tail->next = skb;
	else
		sk->sk_backlog.head = skb;
	WRITE_ONCE(sk->sk_backlog.tail, skb);
	sk->sk_backlog.len += skb->truesize;
	return 0;
}

int sk_wait_data(struct sock *sk, long *timeo, const struct sk_buff *skb)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int rc;

	add_wait_queue(sk_sleep(sk), &wait);
	rc = sk_wait_event(sk, timeo, skb_peek_tail(&sk->sk_receive_queue) != skb, &wait);
	remove_wait_queue(sk_sleep(sk), &wait);
	return rc;
}

/* The packet has gone: so have its bytes from the account, and the sock, if it was only kept for this. */
void sock_wfree(struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	int len = skb->truesize;

	if (!sock_flag(sk, SOCK_USE_WRITE_QUEUE)) {
		/* One is kept, so that the sock is there for sk_write_space(). */
		atomic_fetch_add(-(len - 1), &sk->sk_wmem_alloc);
		sk->sk_write_space(sk);
		len = 1;
	}
	if (atomic_add_return(-len, &sk->sk_wmem_alloc) == 0)
		sk_destruct(sk);
}

void skb_set_owner_w(struct sk_buff *skb, struct sock *sk)
{
	skb_orphan(skb);
	skb->sk = sk;
	skb->destructor = sock_wfree;
	atomic_fetch_add(skb->truesize, &sk->sk_wmem_alloc);
}

void sock_rfree(struct sk_buff *skb)
{
	atomic_fetch_add(-(int)skb->truesize, &skb->sk->sk_rmem_alloc);
}

struct sk_buff *sock_wmalloc(struct sock *sk, unsigned long size, int force, gfp_t priority)
{
	struct sk_buff *skb;

	if (!force && atomic_read(&sk->sk_wmem_alloc) >= sk->sk_sndbuf)
		return NULL;
	skb = alloc_skb(size, priority);
	if (skb)
		skb_set_owner_w(skb, sk);
	return skb;
}

/* Jiffies that are left. */
static long sock_wait_for_wmem(struct sock *sk, long timeo)
{
	DEFINE_WAIT(wait);

	for (;;) {
		if (!timeo || signal_pending(current))
			break;
		set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		prepare_to_wait(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);
		if (atomic_read(&sk->sk_wmem_alloc) < sk->sk_sndbuf || (sk->sk_shutdown & SEND_SHUTDOWN) || sk->sk_err)
			break;
		timeo = schedule_timeout(timeo);
	}
	finish_wait(sk_sleep(sk), &wait);
	return timeo;
}

struct sk_buff *sock_alloc_send_skb(struct sock *sk, unsigned long size, int noblock, int *errcode)
{
	long timeo = sock_sndtimeo(sk, noblock);
	struct sk_buff *skb;
	int err;

	for (;;) {
		err = sock_error(sk);
		if (err)
			goto failure;
		err = -EPIPE;
		if (sk->sk_shutdown & SEND_SHUTDOWN)
			goto failure;
		if (sk_wmem_alloc_get(sk) < sk->sk_sndbuf)
			break;
		set_bit(SOCK_NOSPACE, &sk->sk_socket->flags);
		err = -EAGAIN;
		if (!timeo)
			goto failure;
		err = sock_intr_errno(timeo);
		if (signal_pending(current))
			goto failure;
		timeo = sock_wait_for_wmem(sk, timeo);
	}
	err = -ENOBUFS;
	skb = alloc_skb(size, GFP_KERNEL);
	if (skb) {
		skb_set_owner_w(skb, sk);
		return skb;
	}
failure:
	*errcode = err;
	return NULL;
}

int sock_queue_rcv_skb(struct sock *sk, struct sk_buff *skb)
{
	unsigned long flags;

	if (atomic_read(&sk->sk_rmem_alloc) >= sk->sk_rcvbuf) {
		atomic_inc(&sk->sk_drops);
		return -ENOMEM;
	}
	skb->dev = NULL;
	skb_orphan(skb);
	skb_set_owner_r(skb, sk);
	spin_lock_irqsave(&sk->sk_receive_queue.lock, flags);
	__skb_queue_tail(&sk->sk_receive_queue, skb);
	spin_unlock_irqrestore(&sk->sk_receive_queue.lock, flags);
	if (!sock_flag(sk, SOCK_DEAD))
		sk->sk_data_ready(sk);
	return 0;
}

/* As user space has a struct timeval: seconds and microseconds. */
static int sock_set_timeout(long *timeo_p, const char __user *optval, unsigned int optlen)
{
	long tv[2];

	if (optlen < sizeof(tv))
		return -EINVAL;
	if (copy_from_user(tv, optval, sizeof(tv)))
		return -EFAULT;
	if (tv[1] < 0 || tv[1] >= USEC_PER_SEC)
		return -EDOM;
	if (tv[0] < 0) {
		*timeo_p = 0;
		return 0;
	}
	*timeo_p = MAX_SCHEDULE_TIMEOUT;
	if ((tv[0] || tv[1]) && tv[0] < MAX_SCHEDULE_TIMEOUT / HZ - 1)
		*timeo_p = tv[0] * HZ + DIV_ROUND_UP(tv[1], USEC_PER_SEC / HZ);
	return 0;
}

static int sock_set_linger(struct sock *sk, const char __user *optval, unsigned int optlen)
{
	struct linger ling;

	if (optlen < sizeof(ling))
		return -EINVAL;
	if (copy_from_user(&ling, optval, sizeof(ling)))
		return -EFAULT;
	sock_valbool_flag(sk, SOCK_LINGER, ling.l_onoff);
	if (ling.l_onoff)
		sk->sk_lingertime = (unsigned int)ling.l_linger * (unsigned long)HZ;
	return 0;
}

/* The program's number is of payload; twice as much is given, for what packets cost. */
static int doubled(int val, int least)
{
	return max(min(val, INT_MAX / 2) * 2, least);
}

static void sock_set_sndbuf(struct sock *sk, int val)
{
	sk->sk_userlocks |= SOCK_SNDBUF_LOCK;
	sk->sk_sndbuf = doubled(val, SOCK_MIN_SNDBUF);
	sk->sk_write_space(sk);
}

static void sock_set_rcvbuf(struct sock *sk, int val)
{
	sk->sk_userlocks |= SOCK_RCVBUF_LOCK;
	sk->sk_rcvbuf = doubled(val, SOCK_MIN_RCVBUF);
}

/* Simplified: everybody is root, so what needs CAP_NET_ADMIN is allowed. */
static int set_option(struct sock *sk, int optname, int val, const char __user *optval, unsigned int optlen)
{
	int valbool = val != 0;

	switch (optname) {
	case SO_DEBUG:
		sock_valbool_flag(sk, SOCK_DBG, valbool);
		return 0;
	case SO_REUSEADDR:
		sk->sk_reuse = valbool ? SK_CAN_REUSE : SK_NO_REUSE;
		return 0;
	case SO_REUSEPORT:
		sk->sk_reuseport = valbool;
		return 0;
	case SO_DONTROUTE:
		sock_valbool_flag(sk, SOCK_LOCALROUTE, valbool);
		return 0;
	case SO_BROADCAST:
		sock_valbool_flag(sk, SOCK_BROADCAST, valbool);
		return 0;
	case SO_SNDBUF:
		sock_set_sndbuf(sk, min((unsigned int)val, (unsigned int)sysctl_wmem_max));
		return 0;
	case SO_SNDBUFFORCE:
		sock_set_sndbuf(sk, max(val, 0));
		return 0;
	case SO_RCVBUF:
		sock_set_rcvbuf(sk, min((unsigned int)val, (unsigned int)sysctl_rmem_max));
		return 0;
	case SO_RCVBUFFORCE:
		sock_set_rcvbuf(sk, max(val, 0));
		return 0;
	case SO_KEEPALIVE:
		/* Simplified: the flag is kept, but nobody sends probes. */
		sock_valbool_flag(sk, SOCK_KEEPOPEN, valbool);
		return 0;
	case SO_OOBINLINE:
		sock_valbool_flag(sk, SOCK_URGINLINE, valbool);
		return 0;
	case SO_PRIORITY:
		sk->sk_priority = val;
		return 0;
	case SO_LINGER:
		return sock_set_linger(sk, optval, optlen);
	case SO_RCVLOWAT:
		sk->sk_rcvlowat = val < 0 ? INT_MAX : val ? val : 1;
		return 0;
	case SO_RCVTIMEO:
		return sock_set_timeout(&sk->sk_rcvtimeo, optval, optlen);
	case SO_SNDTIMEO:
		return sock_set_timeout(&sk->sk_sndtimeo, optval, optlen);
	case SO_INCOMING_CPU:
		sk->sk_incoming_cpu = val;
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

int sock_setsockopt(struct socket *sock, int level, int optname, char __user *optval, unsigned int optlen)
{
	struct sock *sk = sock->sk;
	int val, ret;

	(void)level;
	if (optlen < sizeof(int))
		return -EINVAL;
	if (copy_from_user(&val, optval, sizeof(val)))
		return -EFAULT;
	lock_sock(sk);
	ret = set_option(sk, optname, val, optval, optlen);
	release_sock(sk);
	return ret;
}

static void sock_get_timeout(long timeo, long tv[2])
{
	tv[0] = timeo == MAX_SCHEDULE_TIMEOUT ? 0 : timeo / HZ;
	tv[1] = timeo == MAX_SCHEDULE_TIMEOUT ? 0 : timeo % HZ * (USEC_PER_SEC / HZ);
}

static int peer_name(struct socket *sock, struct sockaddr_storage *address, int len)
{
	int lv = sock->ops->getname(sock, (struct sockaddr *)address, 2);

	if (lv < 0)
		return -ENOTCONN;
	return lv < len ? -EINVAL : len;
}

static int pending_error(struct sock *sk)
{
	int err = -sock_error(sk);

	if (!err) {
		err = sk->sk_err_soft;
		sk->sk_err_soft = 0;
	}
	return err;
}

int sock_getsockopt(struct socket *sock, int level, int optname, char __user *optval, int __user *optlen)
{
	struct sock *sk = sock->sk;
	union {
		int val;
		struct linger ling;
		long tm[2];
		struct ucred cred;
		struct sockaddr_storage address;
	} v;
	int lv = sizeof(int), len;

	(void)level;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	memset(&v, 0, sizeof(v));
	switch (optname) {
	case SO_DEBUG:
		v.val = sock_flag(sk, SOCK_DBG);
		break;
	case SO_DONTROUTE:
		v.val = sock_flag(sk, SOCK_LOCALROUTE);
		break;
	case SO_BROADCAST:
		v.val = sock_flag(sk, SOCK_BROADCAST);
		break;
	case SO_SNDBUF:
		v.val = sk->sk_sndbuf;
		break;
	case SO_RCVBUF:
		v.val = sk->sk_rcvbuf;
		break;
	case SO_REUSEADDR:
		v.val = sk->sk_reuse;
		break;
	case SO_REUSEPORT:
		v.val = sk->sk_reuseport;
		break;
	case SO_KEEPALIVE:
		v.val = sock_flag(sk, SOCK_KEEPOPEN);
		break;
	case SO_TYPE:
		v.val = sk->sk_type;
		break;
	case SO_PROTOCOL:
		v.val = sk->sk_protocol;
		break;
	case SO_DOMAIN:
		v.val = sk->sk_family;
		break;
	case SO_ERROR:
		v.val = pending_error(sk);
		break;
	case SO_OOBINLINE:
		v.val = sock_flag(sk, SOCK_URGINLINE);
		break;
	case SO_PRIORITY:
		v.val = sk->sk_priority;
		break;
	case SO_LINGER:
		lv = sizeof(v.ling);
		v.ling = (struct linger) { sock_flag(sk, SOCK_LINGER), sk->sk_lingertime / HZ };
		break;
	case SO_RCVTIMEO:
		lv = sizeof(v.tm);
		sock_get_timeout(sk->sk_rcvtimeo, v.tm);
		break;
	case SO_SNDTIMEO:
		lv = sizeof(v.tm);
		sock_get_timeout(sk->sk_sndtimeo, v.tm);
		break;
	case SO_RCVLOWAT:
		v.val = sk->sk_rcvlowat;
		break;
	case SO_SNDLOWAT:
		v.val = 1;
		break;
	case SO_PEERCRED:
		lv = sizeof(v.cred);
		v.cred = (struct ucred) { sk->sk_peer_pid, sk->sk_peer_uid, sk->sk_peer_gid };
		break;
	case SO_PEERNAME:
		lv = peer_name(sock, &v.address, len);
		if (lv < 0)
			return lv;
		break;
	case SO_ACCEPTCONN:
		v.val = sk->sk_state == TCP_LISTEN;
		break;
	case SO_INCOMING_CPU:
		v.val = sk->sk_incoming_cpu;
		break;
	default:
		return -ENOPROTOOPT;
	}
	len = min(len, lv);
	if (copy_to_user(optval, &v, len))
		return -EFAULT;
	return put_user(len, optlen);
}

int sock_common_setsockopt(struct socket *sock, int level, int optname, char __user *optval, unsigned int optlen)
{
	return sock->sk->sk_prot->setsockopt(sock->sk, level, optname, optval, optlen);
}

int sock_common_getsockopt(struct socket *sock, int level, int optname, char __user *optval, int __user *optlen)
{
	return sock->sk->sk_prot->getsockopt(sock->sk, level, optname, optval, optlen);
}

int sock_common_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags)
{
	struct sock *sk = sock->sk;
	int addr_len = 0, err = sk->sk_prot->recvmsg(sk, msg, size, flags & MSG_DONTWAIT, flags & ~MSG_DONTWAIT, &addr_len);

	if (err >= 0)
		msg->msg_namelen = addr_len;
	return err;
}

int sock_no_bind(struct socket *sock, struct sockaddr *saddr, int len)
{
	(void)sock;
	(void)saddr;
	(void)len;
	return -EOPNOTSUPP;
}

int sock_no_connect(struct socket *sock, struct sockaddr *saddr, int len, int flags)
{
	(void)flags;
	return sock_no_bind(sock, saddr, len);
}

int sock_no_socketpair(struct socket *sock1, struct socket *sock2)
{
	(void)sock1;
	(void)sock2;
	return -EOPNOTSUPP;
}

int sock_no_accept(struct socket *sock, struct socket *newsock, int flags, bool kern)
{
	(void)flags;
	(void)kern;
	return sock_no_socketpair(sock, newsock);
}

int sock_no_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	return sock_no_bind(sock, addr, peer);
}

int sock_no_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	(void)sock;
	(void)cmd;
	(void)arg;
	return -EOPNOTSUPP;
}

int sock_no_listen(struct socket *sock, int backlog)
{
	return sock_no_bind(sock, NULL, backlog);
}

int sock_no_shutdown(struct socket *sock, int how)
{
	return sock_no_bind(sock, NULL, how);
}

int sock_no_sendmsg(struct socket *sock, struct msghdr *m, size_t len)
{
	(void)sock;
	(void)m;
	(void)len;
	return -EOPNOTSUPP;
}

int sock_no_recvmsg(struct socket *sock, struct msghdr *m, size_t len, int flags)
{
	(void)flags;
	return sock_no_sendmsg(sock, m, len);
}
