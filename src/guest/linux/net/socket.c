/*
 * Sockets as files, and their system calls: arguments are copied and checked, then the protocol's struct proto_ops is asked.
 * Linux: net/socket.c.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <net/sock.h>

int sysctl_somaxconn = SOMAXCONN;

static const struct net_proto_family *net_families[NPROTO];
static const struct file_operations socket_file_ops;

int sock_register(const struct net_proto_family *fam)
{
	if (fam->family >= NPROTO)
		return -ENOBUFS;
	if (net_families[fam->family])
		return -EEXIST;
	net_families[fam->family] = fam;
	return 0;
}

void sock_unregister(int family)
{
	net_families[family] = NULL;
}

/* Addresses. */

static int move_addr_to_kernel(void __user *uaddr, int ulen, struct sockaddr_storage *kaddr)
{
	if (ulen < 0 || ulen > (int)sizeof(*kaddr))
		return -EINVAL;
	return ulen && copy_from_user(kaddr, uaddr, ulen) ? -EFAULT : 0;
}

/* As much as there is room for; *ulen becomes what there would have been. */
static int move_addr_to_user(struct sockaddr_storage *kaddr, int klen, void __user *uaddr, int __user *ulen)
{
	int len;

	if (get_user(len, ulen))
		return -EFAULT;
	len = min(len, klen);
	if (len < 0)
		return -EINVAL;
	if (len && copy_to_user(uaddr, kaddr, len))
		return -EFAULT;
	return put_user(klen, ulen);
}

/* Their life. */

struct socket *sock_alloc(void)
{
	struct socket *sock = kzalloc(sizeof(*sock), GFP_KERNEL);

	if (sock)
		init_waitqueue_head(&sock->wq.wait);
	return sock;
}

/* For one that has no file: that of one with a file goes with the file. */
void sock_release(struct socket *sock)
{
	if (sock->ops)
		sock->ops->release(sock);
	kfree(sock);
}

static int __sock_create(int family, int type, int protocol, struct socket **res, int kern)
{
	struct socket *sock;
	int err;

	if (family < 0 || family >= NPROTO)
		return -EAFNOSUPPORT;
	if (type < 0 || type >= SOCK_MAX)
		return -EINVAL;
	if (!net_families[family])
		return -EAFNOSUPPORT;
	sock = sock_alloc();
	if (!sock)
		return -ENFILE;
	sock->type = type;
	err = net_families[family]->create(sock, protocol, kern);
	if (err < 0) {
		sock_release(sock);
		return err;
	}
	*res = sock;
	return 0;
}

int sock_create(int family, int type, int protocol, struct socket **res)
{
	return __sock_create(family, type, protocol, res, 0);
}

int sock_create_kern(int family, int type, int protocol, struct socket **res)
{
	return __sock_create(family, type, protocol, res, 1);
}

/* One with nothing behind it yet. */
int sock_create_lite(int family, int type, int protocol, struct socket **res)
{
	struct socket *sock = sock_alloc();

	(void)family;
	(void)protocol;
	if (!sock)
		return -ENOMEM;
	sock->type = type;
	*res = sock;
	return 0;
}

/* The open file of a socket, which is its from now on; or an ERR_PTR, and the socket has been released. */
static struct file *sock_alloc_file(struct socket *sock, int flags)
{
	struct inode *inode = new_inode(S_IFSOCK | 0777);
	struct file *file = NULL;
	char name[32];

	if (inode) {
		inode->i_nlink = 1;
		snprintf(name, sizeof(name), "socket:[%lu]", inode->i_ino);
		file = alloc_file_pseudo(inode, name, O_RDWR | (flags & O_NONBLOCK), &socket_file_ops);
		if (!file)
			free_inode(inode);
	}
	if (!file) {
		sock_release(sock);
		return ERR_PTR(-ENFILE);
	}
	sock->file = file;
	file->private_data = sock;
	return file;
}

/* The lowest free descriptor, or -EMFILE. Simplified: it is not reserved, so another thread may fill the table meanwhile. */
static int get_unused_fd(unsigned int from)
{
	struct files_struct *files = current->files;
	unsigned int fd = from;

	while (fd < files->max_fds && files->fdt[fd].file)
		fd++;
	return fd >= min(rlimit(RLIMIT_NOFILE), (unsigned long)NR_OPEN_MAX) ? -EMFILE : (int)fd;
}

static int sock_map_fd(struct socket *sock, int flags)
{
	struct file *file;
	int fd = get_unused_fd(0);

	if (fd < 0) {
		sock_release(sock);
		return fd;
	}
	file = sock_alloc_file(sock, flags);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = fd_install_from(0, file, flags & O_CLOEXEC);
	if (fd < 0)
		fput(file);
	return fd;
}

struct socket *sock_from_file(struct file *file)
{
	return file->f_op == &socket_file_ops ? file->private_data : NULL;
}

/* The socket behind a descriptor, with a reference to its file. NULL: *err says why. */
static struct socket *sockfd_lookup(int fd, int *err)
{
	struct file *file = fget(fd);
	struct socket *sock;

	*err = -EBADF;
	if (!file)
		return NULL;
	sock = sock_from_file(file);
	if (sock)
		return sock;
	*err = -ENOTSOCK;
	fput(file);
	return NULL;
}

/* Messages. */

int sock_sendmsg(struct socket *sock, struct msghdr *msg)
{
	return sock->ops->sendmsg(sock, msg, msg_data_left(msg));
}

int sock_recvmsg(struct socket *sock, struct msghdr *msg, int flags)
{
	return sock->ops->recvmsg(sock, msg, msg_data_left(msg), flags);
}

int kernel_sendmsg(struct socket *sock, struct msghdr *msg, const struct kvec *vec, size_t num, size_t len)
{
	iov_iter_kvec(&msg->msg_iter, WRITE, vec, num, len);
	return sock_sendmsg(sock, msg);
}

int kernel_recvmsg(struct socket *sock, struct msghdr *msg, const struct kvec *vec, size_t num, size_t len, int flags)
{
	iov_iter_kvec(&msg->msg_iter, READ, vec, num, len);
	return sock_recvmsg(sock, msg, flags);
}

static ssize_t sock_iter(struct file *file, struct iov_iter *iter, bool write)
{
	struct socket *sock = file->private_data;
	struct msghdr msg = { .msg_iter = *iter };

	if (file->f_flags & O_NONBLOCK)
		msg.msg_flags = MSG_DONTWAIT;
	if (!write)
		return msg_data_left(&msg) ? sock_recvmsg(sock, &msg, msg.msg_flags) : 0;
	if (sock->type == SOCK_SEQPACKET)
		msg.msg_flags |= MSG_EOR;
	return sock_sendmsg(sock, &msg);
}

ssize_t sock_iovec(struct file *file, const struct iovec *iov, unsigned long vlen, bool write)
{
	struct iov_iter iter;
	size_t total = 0;
	unsigned long i;

	for (i = 0; i < vlen; i++)
		total += iov[i].iov_len;
	iov_iter_init(&iter, write ? WRITE : READ, iov, vlen, total);
	return total ? sock_iter(file, &iter, write) : 0;
}

static ssize_t sock_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct iovec iov = { buf, count };
	struct iov_iter iter;

	(void)pos;
	iov_iter_init(&iter, READ, &iov, 1, count);
	return sock_iter(file, &iter, false);
}

static ssize_t sock_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct iovec iov = { (char __user *)buf, count };
	struct iov_iter iter;

	(void)pos;
	iov_iter_init(&iter, WRITE, &iov, 1, count);
	/* sendfile() writes from a page of the kernel. */
	if (current->uaccess_kernel)
		iter.iter_type = ITER_KVEC;
	return sock_iter(file, &iter, true);
}

static long sock_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct socket *sock = file->private_data;
	long err = sock->ops->ioctl ? sock->ops->ioctl(sock, cmd, arg) : -ENOIOCTLCMD;

	return err == -ENOIOCTLCMD ? -ENOTTY : err;
}

static unsigned int sock_poll(struct file *file, struct poll_table *wait)
{
	struct socket *sock = file->private_data;

	return sock->ops->poll ? sock->ops->poll(file, sock, wait) : 0;
}

static void sock_close(struct file *file)
{
	sock_release(file->private_data);
}

static const struct file_operations socket_file_ops = {
	.release = sock_close, .read = sock_read, .write = sock_write, .ioctl = sock_ioctl, .poll = sock_poll,
};

/* System calls. */

SYSCALL_DEFINE3(socket, int, family, int, type, int, protocol)
{
	int flags = type & ~SOCK_TYPE_MASK, ret;
	struct socket *sock;

	if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK))
		return -EINVAL;
	ret = sock_create(family, type & SOCK_TYPE_MASK, protocol, &sock);
	return ret < 0 ? ret : sock_map_fd(sock, flags);
}

/* Two sockets that are joined, as files; or an errno. */
static int socket_pair_files(int family, int type, int protocol, int flags, struct file *files[2])
{
	struct socket *sock1, *sock2;
	int err = sock_create(family, type, protocol, &sock1);

	if (err < 0)
		return err;
	err = sock_create(family, type, protocol, &sock2);
	if (err < 0) {
		sock_release(sock1);
		return err;
	}
	err = sock1->ops->socketpair(sock1, sock2);
	if (err < 0) {
		sock_release(sock2);
		sock_release(sock1);
		return err;
	}
	files[0] = sock_alloc_file(sock1, flags);
	if (IS_ERR(files[0])) {
		sock_release(sock2);
		return PTR_ERR(files[0]);
	}
	files[1] = sock_alloc_file(sock2, flags);
	if (IS_ERR(files[1])) {
		fput(files[0]);
		return PTR_ERR(files[1]);
	}
	return 0;
}

/* The program is told the descriptors before there is anything behind them: so its memory is asked first. */
SYSCALL_DEFINE4(socketpair, int, family, int, type, int, protocol, int __user *, usockvec)
{
	int flags = type & ~SOCK_TYPE_MASK, fd1, fd2, err, first, second;
	struct file *files[2];

	if (flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK))
		return -EINVAL;
	first = get_unused_fd(0);
	if (first < 0)
		return first;
	second = get_unused_fd(first + 1);
	if (second < 0)
		return second;
	if (put_user(first, &usockvec[0]) || put_user(second, &usockvec[1]))
		return -EFAULT;
	err = socket_pair_files(family, type & SOCK_TYPE_MASK, protocol, flags, files);
	if (err < 0)
		return err;
	fd1 = fd_install_from(0, files[0], flags & O_CLOEXEC);
	fd2 = fd1 < 0 ? fd1 : fd_install_from(0, files[1], flags & O_CLOEXEC);
	/* Another thread was faster: then the numbers are others. */
	err = fd2 < 0 ? fd2 : (fd1 != first || fd2 != second) && (put_user(fd1, &usockvec[0]) || put_user(fd2, &usockvec[1])) ? -EFAULT : 0;
	if (!err)
		return 0;
	if (fd1 < 0)
		fput(files[0]);
	else
		close_fd(fd1);
	if (fd2 < 0)
		fput(files[1]);
	else
		close_fd(fd2);
	return err;
}

SYSCALL_DEFINE3(bind, int, fd, struct sockaddr __user *, umyaddr, int, addrlen)
{
	struct sockaddr_storage address;
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = move_addr_to_kernel(umyaddr, addrlen, &address);
	if (!err)
		err = sock->ops->bind(sock, (struct sockaddr *)&address, addrlen);
	fput(sock->file);
	return err;
}

SYSCALL_DEFINE2(listen, int, fd, int, backlog)
{
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	if ((unsigned int)backlog > (unsigned int)sysctl_somaxconn)
		backlog = sysctl_somaxconn;
	err = sock->ops->listen(sock, backlog);
	fput(sock->file);
	return err;
}

/* The open file of the next connection, or an ERR_PTR. */
static struct file *do_accept(struct file *file, unsigned int file_flags, struct sockaddr __user *upeer_sockaddr, int __user *upeer_addrlen, int flags)
{
	struct socket *sock = sock_from_file(file), *newsock;
	struct sockaddr_storage address;
	struct file *newfile;
	int err, len;

	if (!sock)
		return ERR_PTR(-ENOTSOCK);
	newsock = sock_alloc();
	if (!newsock)
		return ERR_PTR(-ENFILE);
	newsock->type = sock->type;
	newsock->ops = sock->ops;
	newfile = sock_alloc_file(newsock, flags);
	if (IS_ERR(newfile))
		return newfile;
	err = sock->ops->accept(sock, newsock, file->f_flags | file_flags, false);
	if (err >= 0 && upeer_sockaddr) {
		len = newsock->ops->getname(newsock, (struct sockaddr *)&address, 2);
		err = len < 0 ? -ECONNABORTED : move_addr_to_user(&address, len, upeer_sockaddr, upeer_addrlen);
	}
	if (err >= 0)
		return newfile;
	fput(newfile);
	return ERR_PTR(err);
}

static int __sys_accept4(int fd, struct sockaddr __user *upeer_sockaddr, int __user *upeer_addrlen, int flags)
{
	struct file *file = fget(fd), *newfile;
	int newfd;

	if (!file)
		return -EBADF;
	newfd = flags & ~(SOCK_CLOEXEC | SOCK_NONBLOCK) ? -EINVAL : get_unused_fd(0);
	if (newfd >= 0) {
		newfile = do_accept(file, 0, upeer_sockaddr, upeer_addrlen, flags);
		newfd = IS_ERR(newfile) ? PTR_ERR(newfile) : fd_install_from(0, newfile, flags & O_CLOEXEC);
		if (newfd < 0 && !IS_ERR(newfile))
			fput(newfile);
	}
	fput(file);
	return newfd;
}

SYSCALL_DEFINE4(accept4, int, fd, struct sockaddr __user *, upeer_sockaddr, int __user *, upeer_addrlen, int, flags)
{
	return __sys_accept4(fd, upeer_sockaddr, upeer_addrlen, flags);
}

SYSCALL_DEFINE3(accept, int, fd, struct sockaddr __user *, upeer_sockaddr, int __user *, upeer_addrlen)
{
	return __sys_accept4(fd, upeer_sockaddr, upeer_addrlen, 0);
}

SYSCALL_DEFINE3(connect, int, fd, struct sockaddr __user *, uservaddr, int, addrlen)
{
	struct file *file = fget(fd);
	struct sockaddr_storage address;
	struct socket *sock;
	int err;

	if (!file)
		return -EBADF;
	err = move_addr_to_kernel(uservaddr, addrlen, &address);
	sock = sock_from_file(file);
	if (!err)
		err = sock ? sock->ops->connect(sock, (struct sockaddr *)&address, addrlen, file->f_flags) : -ENOTSOCK;
	fput(file);
	return err;
}

static int getname_of(int fd, struct sockaddr __user *usockaddr, int __user *usockaddr_len, int peer)
{
	struct sockaddr_storage address;
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = sock->ops->getname(sock, (struct sockaddr *)&address, peer);
	if (err >= 0)
		err = move_addr_to_user(&address, err, usockaddr, usockaddr_len);
	fput(sock->file);
	return err;
}

SYSCALL_DEFINE3(getsockname, int, fd, struct sockaddr __user *, usockaddr, int __user *, usockaddr_len)
{
	return getname_of(fd, usockaddr, usockaddr_len, 0);
}

SYSCALL_DEFINE3(getpeername, int, fd, struct sockaddr __user *, usockaddr, int __user *, usockaddr_len)
{
	return getname_of(fd, usockaddr, usockaddr_len, 1);
}

SYSCALL_DEFINE6(sendto, int, fd, void __user *, buff, size_t, len, unsigned int, flags, struct sockaddr __user *, addr, int, addr_len)
{
	struct sockaddr_storage address;
	struct msghdr msg = { 0 };
	struct socket *sock;
	struct iovec iov;
	int err = import_single_range(WRITE, buff, len, &iov, &msg.msg_iter);

	if (err)
		return err;
	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = 0;
	if (addr) {
		err = move_addr_to_kernel(addr, addr_len, &address);
		msg.msg_name = &address;
		msg.msg_namelen = addr_len;
	}
	msg.msg_flags = flags | (sock->file->f_flags & O_NONBLOCK ? MSG_DONTWAIT : 0);
	if (err >= 0)
		err = sock_sendmsg(sock, &msg);
	fput(sock->file);
	return err;
}

SYSCALL_DEFINE6(recvfrom, int, fd, void __user *, ubuf, size_t, size, unsigned int, flags, struct sockaddr __user *, addr, int __user *, addr_len)
{
	struct sockaddr_storage address;
	struct msghdr msg = { 0 };
	struct socket *sock;
	struct iovec iov;
	int err = import_single_range(READ, ubuf, size, &iov, &msg.msg_iter), err2;

	if (err)
		return err;
	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	msg.msg_name = addr ? &address : NULL;
	err = sock_recvmsg(sock, &msg, flags | (sock->file->f_flags & O_NONBLOCK ? MSG_DONTWAIT : 0));
	if (err >= 0 && addr) {
		err2 = move_addr_to_user(&address, msg.msg_namelen, addr, addr_len);
		if (err2 < 0)
			err = err2;
	}
	fput(sock->file);
	return err;
}

/* A message as user space has it: *uaddr is where the name stands there. Bytes, or an errno; then *iov is to be freed. */
static ssize_t copy_msghdr_from_user(struct msghdr *kmsg, const struct user_msghdr __user *umsg, int type, void __user **uaddr, struct iovec **iov)
{
	struct iovec *fast = *iov;
	struct user_msghdr msg;
	int err;

	*iov = NULL;
	if (copy_from_user(&msg, umsg, sizeof(msg)))
		return -EFAULT;
	kmsg->msg_control = msg.msg_control;
	kmsg->msg_controllen = msg.msg_controllen;
	kmsg->msg_flags = msg.msg_flags;
	kmsg->msg_namelen = msg.msg_name ? msg.msg_namelen : 0;
	if (kmsg->msg_namelen < 0)
		return -EINVAL;
	kmsg->msg_namelen = min(kmsg->msg_namelen, (int)sizeof(struct sockaddr_storage));
	*uaddr = msg.msg_name;
	if (!msg.msg_name || !kmsg->msg_namelen) {
		if (type == WRITE) {
			kmsg->msg_name = NULL;
			kmsg->msg_namelen = 0;
		}
	} else if (type == WRITE) {
		err = move_addr_to_kernel(msg.msg_name, kmsg->msg_namelen, kmsg->msg_name);
		if (err < 0)
			return err;
	}
	if (msg.msg_iovlen > UIO_MAXIOV)
		return -EMSGSIZE;
	*iov = fast;
	return import_iovec(type, msg.msg_iov, msg.msg_iovlen, UIO_FASTIOV, iov, &kmsg->msg_iter);
}

/* Simplified: no message carries anything beside its bytes (SCM_RIGHTS, SCM_CREDENTIALS), so whoever wants that is refused. */
static int check_control(const struct msghdr *msg)
{
	struct cmsghdr cmsg;

	if (msg->msg_controllen > INT_MAX)
		return -ENOBUFS;
	if (!msg->msg_controllen)
		return 0;
	if (msg->msg_controllen >= sizeof(cmsg) && copy_from_user(&cmsg, msg->msg_control, sizeof(cmsg)))
		return -EFAULT;
	return -EINVAL;
}

#define MSG_CMSG_COMPAT	0x80000000U

SYSCALL_DEFINE3(sendmsg, int, fd, struct user_msghdr __user *, umsg, unsigned int, flags)
{
	struct iovec iovstack[UIO_FASTIOV], *iov = iovstack;
	struct sockaddr_storage address;
	struct msghdr msg = { .msg_name = &address };
	struct socket *sock;
	void __user *uaddr;
	int err;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = copy_msghdr_from_user(&msg, umsg, WRITE, &uaddr, &iov);
	if (err >= 0)
		err = check_control(&msg);
	msg.msg_flags = flags | (sock->file->f_flags & O_NONBLOCK ? MSG_DONTWAIT : 0);
	if (err >= 0)
		err = sock_sendmsg(sock, &msg);
	kfree(iov);
	fput(sock->file);
	return err;
}

SYSCALL_DEFINE3(recvmsg, int, fd, struct user_msghdr __user *, umsg, unsigned int, flags)
{
	struct iovec iovstack[UIO_FASTIOV], *iov = iovstack;
	struct sockaddr_storage address;
	struct msghdr msg = { .msg_name = &address };
	struct socket *sock;
	void __user *uaddr = NULL;
	int err, len;

	if (flags & MSG_CMSG_COMPAT)
		return -EINVAL;
	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = copy_msghdr_from_user(&msg, umsg, READ, &uaddr, &iov);
	if (err >= 0) {
		msg.msg_flags = flags & MSG_CMSG_CLOEXEC;
		msg.msg_namelen = 0;
		err = sock_recvmsg(sock, &msg, flags | (sock->file->f_flags & O_NONBLOCK ? MSG_DONTWAIT : 0));
	}
	len = err;
	if (err >= 0 && uaddr)
		err = move_addr_to_user(&address, msg.msg_namelen, uaddr, &umsg->msg_namelen);
	if (err >= 0 && (put_user(msg.msg_flags, &umsg->msg_flags) || put_user(0UL, &umsg->msg_controllen)))
		err = -EFAULT;
	kfree(iov);
	fput(sock->file);
	return err < 0 ? err : len;
}

SYSCALL_DEFINE5(setsockopt, int, fd, int, level, int, optname, char __user *, optval, int, optlen)
{
	struct socket *sock;
	int err;

	if (optlen < 0)
		return -EINVAL;
	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	if (level == SOL_SOCKET)
		err = sock_setsockopt(sock, level, optname, optval, optlen);
	else
		err = sock->ops->setsockopt ? sock->ops->setsockopt(sock, level, optname, optval, optlen) : -EOPNOTSUPP;
	fput(sock->file);
	return err;
}

SYSCALL_DEFINE5(getsockopt, int, fd, int, level, int, optname, char __user *, optval, int __user *, optlen)
{
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	if (level == SOL_SOCKET)
		err = sock_getsockopt(sock, level, optname, optval, optlen);
	else
		err = sock->ops->getsockopt ? sock->ops->getsockopt(sock, level, optname, optval, optlen) : -EOPNOTSUPP;
	fput(sock->file);
	return err;
}

SYSCALL_DEFINE2(shutdown, int, fd, int, how)
{
	struct socket *sock;
	int err;

	sock = sockfd_lookup(fd, &err);
	if (!sock)
		return err;
	err = sock->ops->shutdown(sock, how);
	fput(sock->file);
	return err;
}
