/*
 * Sockets between the processes of one machine: streams, by a name in the file system, an abstract name, or as a pair.
 * Linux: net/unix/af_unix.c, include/net/af_unix.h. A message goes straight into the other end's receive queue, and counts on its sender's
 * sk_wmem_alloc until it has been read.
 * Simplified: SOCK_STREAM only; no descriptors or credentials in messages. All of it runs in system calls, so what Linux has a lock
 * for in each sock (unix_state_lock()) is kept by the kernel lock.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <net/sock.h>

#define UNIX_PATH_MAX	108

struct sockaddr_un {
	sa_family_t sun_family;
	char sun_path[UNIX_PATH_MAX];
};

struct unix_address {
	int len;
	/* A byte more than user space has: a path is ended with a NUL. */
	char name[sizeof(struct sockaddr_un) + 1];
};

struct unix_sock {
	struct sock sk;			/* first */
	struct unix_address *addr;
	struct dentry *path;
	struct mutex iolock;		/* who reads: bytes come to one reader in their order */
	struct sock *peer;
	wait_queue_head_t peer_wait;	/* for room in the accept queue */
};

/* Of a message in a receive queue: how much of it has been read. Linux: UNIXCB(). */
struct unix_skb_parms {
	u32 consumed;
};

#define UNIXCB(skb)	(*(struct unix_skb_parms *)(skb)->cb)
#define unix_sk(sk)	((struct unix_sock *)(sk))
#define unix_peer(sk)	(unix_sk(sk)->peer)

/* A piece of a message. Linux takes up to half of sk_sndbuf, in pages. */
#define UNIX_SKB_MAX	(16 * 1024UL)

static struct proto unix_proto = { .name = "UNIX", .obj_size = sizeof(struct unix_sock) };
/* All that have a name. */
static LIST_HEAD(unix_sockets);
static const struct proto_ops unix_stream_ops;

static unsigned int unix_skb_len(const struct sk_buff *skb)
{
	return skb->len - UNIXCB(skb).consumed;
}

static bool unix_writable(const struct sock *sk)
{
	return sk->sk_state != TCP_LISTEN && atomic_read(&sk->sk_wmem_alloc) << 2 <= sk->sk_sndbuf;
}

static bool unix_recvq_full(const struct sock *sk)
{
	return skb_queue_len(&sk->sk_receive_queue) > sk->sk_max_ack_backlog;
}

static void unix_write_space(struct sock *sk)
{
	if (unix_writable(sk) && sk->sk_wq)
		wake_up_interruptible_poll(&sk->sk_wq->wait, POLLOUT | POLLWRNORM | POLLWRBAND);
}

static void init_peercred(struct sock *sk)
{
	sk->sk_peer_pid = current->tgid;
	sk->sk_peer_uid = sk->sk_peer_gid = 0;
}

static void copy_peercred(struct sock *sk, const struct sock *peersk)
{
	sk->sk_peer_pid = peersk->sk_peer_pid;
	sk->sk_peer_uid = peersk->sk_peer_uid;
	sk->sk_peer_gid = peersk->sk_peer_gid;
}

/* Names. */

/*
 * Length of a name that has its shape, with the NUL of a path; or -EINVAL. A name that begins with a NUL is abstract: all of its
 * bytes count, and no file has it.
 */
static int unix_mkname(struct sockaddr_un *sunaddr, int len)
{
	if (len <= (int)sizeof(sa_family_t) || len > (int)sizeof(*sunaddr) || sunaddr->sun_family != AF_UNIX)
		return -EINVAL;
	if (!sunaddr->sun_path[0])
		return len;
	/* The caller has room for a byte more. */
	((char *)sunaddr)[len] = '\0';
	return strlen(sunaddr->sun_path) + 1 + sizeof(sa_family_t);
}

static struct sock *unix_find_byname(const struct sockaddr_un *sunname, int len)
{
	struct sock *s;

	list_for_each_entry(s, &unix_sockets, sk_node) {
		struct unix_address *addr = unix_sk(s)->addr;

		if (addr->len == len && memcmp(addr->name, sunname, len) == 0)
			return s;
	}
	return NULL;
}

static struct sock *unix_find_byinode(const struct inode *inode)
{
	struct sock *s;

	list_for_each_entry(s, &unix_sockets, sk_node) {
		if (unix_sk(s)->path && unix_sk(s)->path->d_inode == inode)
			return s;
	}
	return NULL;
}

/* Who listens there, with a reference; or an ERR_PTR. */
static struct sock *unix_find_other(const struct sockaddr_un *sunname, int len)
{
	struct dentry *dentry;
	struct sock *u;
	bool created;

	if (sunname->sun_path[0]) {
		dentry = path_open(AT_FDCWD, sunname->sun_path, 0, 0, &created);
		if (IS_ERR(dentry))
			return (struct sock *)dentry;
		u = unix_find_byinode(dentry->d_inode);
	} else {
		u = unix_find_byname(sunname, len);
	}
	if (!u)
		return ERR_PTR(-ECONNREFUSED);
	sock_hold(u);
	return u;
}

static int unix_set_addr(struct sock *sk, const struct sockaddr_un *sunaddr, int len, struct dentry *path)
{
	struct unix_sock *u = unix_sk(sk);

	u->addr = kzalloc(sizeof(*u->addr), GFP_KERNEL);
	if (!u->addr)
		return -ENOMEM;
	u->addr->len = len;
	memcpy(u->addr->name, sunaddr, len);
	u->path = path ? dget(path) : NULL;
	list_add(&sk->sk_node, &unix_sockets);
	return 0;
}

/* A name that nobody has, when none was given: five digits. */
static int unix_autobind(struct sock *sk)
{
	static unsigned int ordernum = 1;
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int len = sizeof(sa_family_t) + 6;

	if (unix_sk(sk)->addr)
		return 0;
	do {
		snprintf(sun.sun_path + 1, sizeof(sun.sun_path) - 1, "%05x", ordernum);
		ordernum = (ordernum + 1) & 0xfffff;
	} while (unix_find_byname(&sun, len));
	return unix_set_addr(sk, &sun, len, NULL);
}

static int no_open_socket(struct file *file)
{
	(void)file;
	return -ENXIO;
}

static const struct file_operations unix_node_fops = { .open = no_open_socket };

static int unix_bind_bsd(struct sock *sk, const struct sockaddr_un *sunaddr, int len)
{
	struct dentry *dentry;
	bool created;
	int err;

	dentry = path_open(AT_FDCWD, sunaddr->sun_path, unix_sk(sk)->addr ? O_NOFOLLOW : O_CREAT | O_EXCL | O_NOFOLLOW, 0777, &created);
	/* It has one: then what was found is in the way, and what was not would have been made for nothing. */
	if (unix_sk(sk)->addr)
		return !IS_ERR(dentry) ? -EADDRINUSE : PTR_ERR(dentry) == -ENOENT ? -EINVAL : PTR_ERR(dentry);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry) == -EEXIST ? -EADDRINUSE : PTR_ERR(dentry) == -EISDIR ? -ENOENT : PTR_ERR(dentry);
	dentry->d_inode->i_mode = S_IFSOCK | (dentry->d_inode->i_mode & 07777);
	dentry->d_inode->i_fop = &unix_node_fops;
	err = unix_set_addr(sk, sunaddr, len, dentry);
	if (err)
		d_invalidate(dentry);
	return err;
}

static int unix_bind(struct socket *sock, struct sockaddr *uaddr, int addr_len)
{
	struct sockaddr_un *sunaddr = (struct sockaddr_un *)uaddr;
	struct sock *sk = sock->sk;
	int len;

	if (addr_len < (int)sizeof(sa_family_t) || sunaddr->sun_family != AF_UNIX)
		return -EINVAL;
	if (addr_len == sizeof(sa_family_t))
		return unix_autobind(sk);
	len = unix_mkname(sunaddr, addr_len);
	if (len < 0)
		return len;
	if (sunaddr->sun_path[0])
		return unix_bind_bsd(sk, sunaddr, len);
	if (unix_sk(sk)->addr)
		return -EINVAL;
	if (unix_find_byname(sunaddr, len))
		return -EADDRINUSE;
	return unix_set_addr(sk, sunaddr, len, NULL);
}

static int unix_copy_addr(struct sockaddr_storage *to, const struct unix_address *addr)
{
	if (!addr) {
		to->ss_family = AF_UNIX;
		return sizeof(sa_family_t);
	}
	memcpy(to, addr->name, addr->len);
	return addr->len;
}

static int unix_getname(struct socket *sock, struct sockaddr *uaddr, int peer)
{
	struct sock *sk = peer ? unix_peer(sock->sk) : sock->sk;

	return sk ? unix_copy_addr((struct sockaddr_storage *)uaddr, unix_sk(sk)->addr) : -ENOTCONN;
}

/* Life. */

static void unix_sock_destructor(struct sock *sk)
{
	struct unix_sock *u = unix_sk(sk);

	skb_queue_purge(&sk->sk_receive_queue);
	kfree(u->addr);
}

/* sock NULL: of a connection that is to be accepted. */
static struct sock *unix_create1(struct socket *sock)
{
	struct sock *sk = sk_alloc(PF_UNIX, GFP_KERNEL, &unix_proto, 0);
	struct unix_sock *u = unix_sk(sk);

	if (!sk)
		return NULL;
	sock_init_data(sock, sk);
	sk->sk_type = SOCK_STREAM;
	sk->sk_write_space = unix_write_space;
	sk->sk_destruct = unix_sock_destructor;
	/* /proc/sys/net/unix/max_dgram_qlen */
	sk->sk_max_ack_backlog = 10;
	mutex_init(&u->iolock);
	init_waitqueue_head(&u->peer_wait);
	return sk;
}

static int unix_create(struct socket *sock, int protocol, int kern)
{
	(void)kern;
	if (protocol && protocol != PF_UNIX)
		return -EPROTONOSUPPORT;
	if (sock->type != SOCK_STREAM)
		return -ESOCKTNOSUPPORT;
	sock->state = SS_UNCONNECTED;
	if (!unix_create1(sock))
		return -ENOMEM;
	sock->ops = &unix_stream_ops;
	return 0;
}

/* embrion: it has never been accepted. */
static void unix_release_sock(struct sock *sk, bool embrion)
{
	struct unix_sock *u = unix_sk(sk);
	struct sock *skpair = u->peer;
	bool listened = sk->sk_state == TCP_LISTEN;
	struct sk_buff *skb;

	if (u->addr)
		list_del_init(&sk->sk_node);
	sock_orphan(sk);
	sk->sk_shutdown = SHUTDOWN_MASK;
	sk->sk_state = TCP_CLOSE;
	wake_up_interruptible_all(&u->peer_wait);
	if (skpair) {
		skpair->sk_shutdown = SHUTDOWN_MASK;
		/* What it sent has not been read, and never will be. */
		if (!skb_queue_empty(&sk->sk_receive_queue) || embrion)
			skpair->sk_err = ECONNRESET;
		skpair->sk_state_change(skpair);
		sock_put(skpair);
		u->peer = NULL;
	}
	while ((skb = skb_dequeue(&sk->sk_receive_queue))) {
		if (listened)
			unix_release_sock(skb->sk, true);
		kfree_skb(skb);
	}
	if (u->path)
		dput(u->path);
	u->path = NULL;
	sock_put(sk);
}

static int unix_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return 0;
	unix_release_sock(sk, false);
	sock->sk = NULL;
	return 0;
}

/* Connections. */

static int unix_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;

	if (!unix_sk(sk)->addr || (sk->sk_state != TCP_CLOSE && sk->sk_state != TCP_LISTEN))
		return -EINVAL;
	if ((unsigned int)backlog > sk->sk_max_ack_backlog)
		wake_up_interruptible_all(&unix_sk(sk)->peer_wait);
	sk->sk_max_ack_backlog = backlog;
	sk->sk_state = TCP_LISTEN;
	/* Whoever connects learns who listened. */
	init_peercred(sk);
	return 0;
}

static void unix_connect_pair(struct sock *sk, struct sock *newsk)
{
	sock_hold(sk);
	sock_hold(newsk);
	unix_peer(newsk) = sk;
	unix_peer(sk) = newsk;
	sk->sk_state = newsk->sk_state = TCP_ESTABLISHED;
}

/* Jiffies that are left. */
static long unix_wait_for_peer(struct sock *other, long timeo)
{
	DEFINE_WAIT(wait);

	prepare_to_wait_exclusive(&unix_sk(other)->peer_wait, &wait, TASK_INTERRUPTIBLE);
	if (!sock_flag(other, SOCK_DEAD) && !(other->sk_shutdown & RCV_SHUTDOWN) && unix_recvq_full(other))
		timeo = schedule_timeout(timeo);
	finish_wait(&unix_sk(other)->peer_wait, &wait);
	return timeo;
}

/* Who listens at the name and has room for one more, with a reference; or an ERR_PTR. */
static struct sock *unix_find_listener(const struct sockaddr_un *sunaddr, int len, long timeo)
{
	for (;;) {
		struct sock *other = unix_find_other(sunaddr, len);
		int err = -ECONNREFUSED;

		if (IS_ERR(other))
			return other;
		if (other->sk_state == TCP_LISTEN && !(other->sk_shutdown & RCV_SHUTDOWN)) {
			if (!unix_recvq_full(other))
				return other;
			err = -EAGAIN;
			if (timeo) {
				timeo = unix_wait_for_peer(other, timeo);
				err = signal_pending(current) ? sock_intr_errno(timeo) : 0;
			}
		}
		sock_put(other);
		if (err)
			return ERR_PTR(err);
	}
}

static int unix_stream_connect(struct socket *sock, struct sockaddr *uaddr, int addr_len, int flags)
{
	struct sockaddr_un *sunaddr = (struct sockaddr_un *)uaddr;
	struct sock *sk = sock->sk, *newsk, *other;
	struct sk_buff *skb = NULL;
	int err = unix_mkname(sunaddr, addr_len);

	if (err < 0)
		return err;
	newsk = unix_create1(NULL);
	if (newsk)
		skb = sock_wmalloc(newsk, 1, 1, GFP_KERNEL);
	if (!skb) {
		if (newsk)
			unix_release_sock(newsk, false);
		return -ENOMEM;
	}
	other = unix_find_listener(sunaddr, err, sock_sndtimeo(sk, flags & O_NONBLOCK));
	err = IS_ERR(other) ? PTR_ERR(other) : sk->sk_state == TCP_ESTABLISHED ? -EISCONN : sk->sk_state != TCP_CLOSE ? -EINVAL : 0;
	/* It has the listener's name, but is not to be found by it. */
	if (!err && unix_sk(other)->addr) {
		unix_sk(newsk)->addr = kzalloc(sizeof(struct unix_address), GFP_KERNEL);
		if (unix_sk(newsk)->addr)
			*unix_sk(newsk)->addr = *unix_sk(other)->addr;
		else
			err = -ENOMEM;
	}
	if (err) {
		kfree_skb(skb);
		unix_release_sock(newsk, false);
		if (!IS_ERR(other))
			sock_put(other);
		return err;
	}
	unix_connect_pair(sk, newsk);
	init_peercred(newsk);
	copy_peercred(sk, other);
	sock->state = SS_CONNECTED;
	skb_queue_tail(&other->sk_receive_queue, skb);
	other->sk_data_ready(other);
	sock_put(other);
	return 0;
}

static int unix_socketpair(struct socket *socka, struct socket *sockb)
{
	unix_connect_pair(socka->sk, sockb->sk);
	init_peercred(socka->sk);
	init_peercred(sockb->sk);
	socka->state = sockb->state = SS_CONNECTED;
	return 0;
}

/* The next of the accept queue, waiting for it. NULL: *err says why. */
static struct sk_buff *unix_next_connection(struct sock *sk, long timeo, int *err)
{
	for (;;) {
		struct sk_buff *skb = skb_dequeue(&sk->sk_receive_queue);
		DEFINE_WAIT(wait);

		if (skb)
			return skb;
		*err = sock_error(sk);
		if (*err)
			return NULL;
		*err = -EINVAL;
		if (sk->sk_shutdown & RCV_SHUTDOWN)
			return NULL;
		*err = -EAGAIN;
		if (!timeo)
			return NULL;
		*err = sock_intr_errno(timeo);
		if (signal_pending(current))
			return NULL;
		prepare_to_wait_exclusive(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);
		if (skb_queue_empty(&sk->sk_receive_queue) && !sk->sk_err && !(sk->sk_shutdown & RCV_SHUTDOWN))
			timeo = schedule_timeout(timeo);
		finish_wait(sk_sleep(sk), &wait);
	}
}

static int unix_accept(struct socket *sock, struct socket *newsock, int flags, bool kern)
{
	struct sock *sk = sock->sk, *tsk;
	struct sk_buff *skb;
	int err;

	(void)kern;
	if (sk->sk_state != TCP_LISTEN)
		return -EINVAL;
	skb = unix_next_connection(sk, sock_rcvtimeo(sk, flags & O_NONBLOCK), &err);
	if (!skb)
		return err;
	tsk = skb->sk;
	consume_skb(skb);
	wake_up_interruptible(&unix_sk(sk)->peer_wait);
	newsock->state = SS_CONNECTED;
	sock_graft(tsk, newsock);
	return 0;
}

static int unix_shutdown(struct socket *sock, int mode)
{
	struct sock *sk = sock->sk, *other = unix_peer(sk);

	if (mode < SHUT_RD || mode > SHUT_RDWR)
		return -EINVAL;
	/* 0, 1, 2 become RCV_SHUTDOWN, SEND_SHUTDOWN and both. */
	mode++;
	sk->sk_shutdown |= mode;
	if (other) {
		other->sk_shutdown |= (mode & RCV_SHUTDOWN ? SEND_SHUTDOWN : 0) | (mode & SEND_SHUTDOWN ? RCV_SHUTDOWN : 0);
		other->sk_state_change(other);
	}
	sk->sk_state_change(sk);
	return 0;
}

/* Bytes. */

/* Another piece into the other end's queue. Bytes, or an errno. */
static int unix_send_piece(struct sock *sk, struct msghdr *msg, size_t size)
{
	struct sock *other = unix_peer(sk);
	struct sk_buff *skb;
	int err;

	skb = sock_alloc_send_skb(sk, size, msg->msg_flags & MSG_DONTWAIT, &err);
	if (!skb)
		return err;
	UNIXCB(skb).consumed = 0;
	if (!copy_from_iter_full(skb_put(skb, size), size, &msg->msg_iter)) {
		kfree_skb(skb);
		return -EFAULT;
	}
	/* It may have gone while one slept. */
	if (sock_flag(other, SOCK_DEAD) || (other->sk_shutdown & RCV_SHUTDOWN)) {
		kfree_skb(skb);
		return -EPIPE;
	}
	skb_queue_tail(&other->sk_receive_queue, skb);
	other->sk_data_ready(other);
	return size;
}

static int unix_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct sock *sk = sock->sk;
	size_t sent = 0;
	int err = 0;

	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (msg->msg_namelen)
		return sk->sk_state == TCP_ESTABLISHED ? -EISCONN : -EOPNOTSUPP;
	if (!unix_peer(sk))
		return -ENOTCONN;
	if (sk->sk_shutdown & SEND_SHUTDOWN)
		err = -EPIPE;
	while (sent < len && err >= 0) {
		err = unix_send_piece(sk, msg, min(min(len - sent, (size_t)(sk->sk_sndbuf >> 1) - 64), UNIX_SKB_MAX));
		if (err > 0)
			sent += err;
	}
	if (err == -EPIPE && !sent && !(msg->msg_flags & MSG_NOSIGNAL))
		send_sig(SIGPIPE, current, 0);
	return sent ? (int)sent : err;
}

/* Jiffies that are left. Nobody holds iolock meanwhile. */
static long unix_stream_data_wait(struct sock *sk, long timeo, const struct sk_buff *last)
{
	DEFINE_WAIT(wait);

	for (;;) {
		prepare_to_wait(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);
		if (skb_peek_tail(&sk->sk_receive_queue) != last || sk->sk_err || (sk->sk_shutdown & RCV_SHUTDOWN) || signal_pending(current) || !timeo)
			break;
		timeo = schedule_timeout(timeo);
	}
	finish_wait(sk_sleep(sk), &wait);
	return timeo;
}

/* Out of the queue's messages; peek leaves them there. Bytes, or -EFAULT. */
static int unix_take(struct sock *sk, struct msghdr *msg, size_t size, size_t skip, bool peek, struct sk_buff **last)
{
	struct sk_buff *skb = skb_peek(&sk->sk_receive_queue);
	int copied = 0;

	while (skb && size) {
		struct sk_buff *next = skb_peek_next(skb, &sk->sk_receive_queue);
		size_t have = unix_skb_len(skb), chunk;

		*last = skb;
		if (skip >= have) {
			skip -= have;
			skb = next;
			continue;
		}
		chunk = min(have - skip, size);
		/* The name is that of who sent the first of it. */
		if (msg->msg_name && !msg->msg_namelen && skb->sk && unix_sk(skb->sk)->addr)
			msg->msg_namelen = unix_copy_addr(msg->msg_name, unix_sk(skb->sk)->addr);
		if (copy_to_iter(skb->data + UNIXCB(skb).consumed + skip, chunk, &msg->msg_iter) != chunk)
			return copied ? copied : -EFAULT;
		copied += chunk;
		size -= chunk;
		skip = 0;
		if (!peek) {
			UNIXCB(skb).consumed += chunk;
			if (!unix_skb_len(skb)) {
				skb_unlink(skb, &sk->sk_receive_queue);
				consume_skb(skb);
				*last = NULL;
			}
		}
		skb = next;
	}
	return copied;
}

static int unix_stream_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags)
{
	struct sock *sk = sock->sk;
	struct unix_sock *u = unix_sk(sk);
	int target = sock_rcvlowat(sk, flags & MSG_WAITALL, min(size, (size_t)INT_MAX));
	long timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	size_t copied = 0;
	int err = 0;

	if (sk->sk_state != TCP_ESTABLISHED)
		return -EINVAL;
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	mutex_lock(&u->iolock);
	do {
		struct sk_buff *last = NULL;
		int n = unix_take(sk, msg, size - copied, flags & MSG_PEEK ? copied : 0, flags & MSG_PEEK, &last);

		if (n < 0) {
			err = n;
			break;
		}
		copied += n;
		if (n && copied < size)
			continue;
		/* Who wants nothing waits for something to be there all the same. */
		if (copied >= (size_t)target || (!size && skb_peek(&sk->sk_receive_queue)))
			break;
		err = sock_error(sk);
		if (err || (sk->sk_shutdown & RCV_SHUTDOWN))
			break;
		err = -EAGAIN;
		if (!timeo)
			break;
		mutex_unlock(&u->iolock);
		timeo = unix_stream_data_wait(sk, timeo, last);
		if (signal_pending(current))
			return copied ? (int)copied : sock_intr_errno(timeo);
		err = 0;
		mutex_lock(&u->iolock);
	} while (copied < size || !size);
	mutex_unlock(&u->iolock);
	return copied ? (int)copied : err;
}

static unsigned int unix_poll(struct file *file, struct socket *sock, struct poll_table *wait)
{
	struct sock *sk = sock->sk;
	unsigned int mask = 0;

	sock_poll_wait(file, sock, wait);
	if (sk->sk_err)
		mask |= POLLERR;
	if (sk->sk_shutdown == SHUTDOWN_MASK || sk->sk_state == TCP_CLOSE)
		mask |= POLLHUP;
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		mask |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (!skb_queue_empty(&sk->sk_receive_queue))
		mask |= POLLIN | POLLRDNORM;
	if (unix_writable(sk))
		mask |= POLLOUT | POLLWRNORM | POLLWRBAND;
	return mask;
}

#define SIOCOUTQ	0x5411
#define SIOCINQ		0x541b

static int unix_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct sock *sk = sock->sk;
	struct sk_buff *skb;
	int amount = 0;

	switch (cmd) {
	case SIOCOUTQ:
		return put_user(sk_wmem_alloc_get(sk), (int __user *)arg);
	case SIOCINQ:
		if (sk->sk_state == TCP_LISTEN)
			return -EINVAL;
		skb_queue_walk(&sk->sk_receive_queue, skb)
			amount += unix_skb_len(skb);
		return put_user(amount, (int __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

static const struct proto_ops unix_stream_ops = {
	.family = PF_UNIX, .release = unix_release, .bind = unix_bind, .connect = unix_stream_connect, .socketpair = unix_socketpair,
	.accept = unix_accept, .getname = unix_getname, .poll = unix_poll, .ioctl = unix_ioctl, .listen = unix_listen, .shutdown = unix_shutdown,
	.sendmsg = unix_stream_sendmsg, .recvmsg = unix_stream_recvmsg,
};

static const struct net_proto_family unix_family_ops = { .family = PF_UNIX, .create = unix_create };

static int __init af_unix_init(void)
{
	int err = proto_register(&unix_proto);

	return err ? err : sock_register(&unix_family_ops);
}
device_initcall(af_unix_init);
