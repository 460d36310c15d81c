/*
 * UKL's deep shortcuts: a unikernel's application calls what TCP does for read() and write() without what lies between. No entry and exit code,
 * no struct file's operations, no socket's, no protocol's, and no reference to the file: a descriptor, and the sock behind it.
 * Source: unikernelLinux/linux, net/ipv4/ukl_shortcuts.c (CONFIG_UKL_DEEP_SHORTCUT); "Unikernel Linux (UKL)", EuroSys'23, "Shortcutting".
 *
 * The caller runs on its own stack, in mode 2, and gives its word for what a system call would have looked at:
 *	the buffer is its memory: an address that is none is an oops, not -EFAULT
 *	nobody closes the descriptor meanwhile: a thread that sleeps here would wake up in a sock that is gone
 * UKL's own take its word for more. They do not ask whether a descriptor is one, or a TCP socket's, and follow file->private_data wherever it
 * leads; they do not look at O_NONBLOCK, nor end the loan of the file that fdget_pos() made where threads share the table. There the
 * application is changed in some ten lines so that only such calls come here. Here its source stays as it is, and libc asks for any descriptor.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/syscalls.h>
#include <linux/uio.h>
#include <linux/ukl.h>
#include <net/tcp.h>
#include <trace/events.h>

/* The sock of a TCP socket's descriptor, and whether it waits. NULL: it is something else's, or nobody's. */
static inline struct sock *tcp_sock_of(unsigned int fd, int *nonblock)
{
	struct files_struct *files = current->files;
	struct file *file = fd < files->max_fds ? files->fdt[fd].file : NULL;
	struct socket *sock = file ? sock_from_file(file) : NULL;

	if (!sock || sock->ops != &inet_stream_ops)
		return NULL;
	*nonblock = file->f_flags & O_NONBLOCK ? MSG_DONTWAIT : 0;
	return sock->sk;
}

/* As write(). -ENOTSOCK: no TCP socket, and nothing has happened. */
long ukl_shortcut_tcp_sendmsg(int fd, const void *data, size_t len)
{
	struct iovec iov = { (void *)data, min(len, MAX_RW_COUNT) };
	struct msghdr msg = { 0 };
	struct sock *sk;
	int nonblock;
	long ret = -ENOTSOCK;

	lock_kernel();
	sk = tcp_sock_of(fd, &nonblock);
	if (sk) {
		trace_ukl_bypass_enter3(__NR_write, fd, data, len);
		iov_iter_init(&msg.msg_iter, WRITE, &iov, 1, iov.iov_len);
		msg.msg_flags = nonblock;
		lock_sock(sk);
		ret = tcp_sendmsg_locked(sk, &msg, iov.iov_len);
		release_sock(sk);
		trace_ukl_bypass_exit(__NR_write, ret);
	}
	unlock_kernel();
	return ret;
}

/* As read(), of at least one byte. */
long ukl_shortcut_tcp_recvmsg(int fd, void *buf, size_t len)
{
	struct iovec iov = { buf, min(len, MAX_RW_COUNT) };
	struct msghdr msg = { 0 };
	int nonblock, addr_len;
	struct sock *sk;
	long ret = -ENOTSOCK;

	lock_kernel();
	sk = tcp_sock_of(fd, &nonblock);
	if (sk) {
		trace_ukl_bypass_enter3(__NR_read, fd, buf, len);
		iov_iter_init(&msg.msg_iter, READ, &iov, 1, iov.iov_len);
		ret = tcp_recvmsg(sk, &msg, iov.iov_len, nonblock, 0, &addr_len);
		trace_ukl_bypass_exit(__NR_read, ret);
	}
	unlock_kernel();
	return ret;
}
