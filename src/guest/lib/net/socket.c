/* Sockets: one wrapper for each system call. Those that move bytes may bypass the entry code; those that set up a connection go the full way. */
#include <sys/socket.h>
#include "lib/sysdep.h"

int socket(int family, int type, int protocol)
{
	return result(syscall3(__NR_socket, family, type, protocol));
}

int socketpair(int family, int type, int protocol, int fds[2])
{
	return result(syscall6(__NR_socketpair, family, type, protocol, (long)fds, 0, 0));
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	return result(syscall3(__NR_bind, fd, (long)address, size));
}

int listen(int fd, int backlog)
{
	return result(syscall2(__NR_listen, fd, backlog));
}

int accept(int fd, struct sockaddr *address, socklen_t *size)
{
	return result(syscall3(__NR_accept, fd, (long)address, (long)size));
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
	return result(syscall6(__NR_accept4, fd, (long)address, (long)size, flags, 0, 0));
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
	return result(syscall3(__NR_connect, fd, (long)address, size));
}

ssize_t sendto(int fd, const void *buf, size_t size, int flags, const struct sockaddr *to, socklen_t to_size)
{
	BYPASS_BEHIND(SHORTCUT(!flags && !to, shortcut_tcp_sendmsg(fd, buf, size)),
		      sendto, (int, const void *, size_t, unsigned int, const struct sockaddr *, int), fd, buf, size, flags, to, to_size)
	return result(syscall6(__NR_sendto, fd, (long)buf, size, flags, (long)to, to_size));
}

ssize_t send(int fd, const void *buf, size_t size, int flags)
{
	return sendto(fd, buf, size, flags, NULL, 0);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	BYPASS(sendmsg, (int, const struct msghdr *, unsigned int), fd, message, flags)
	return result(syscall3(__NR_sendmsg, fd, (long)message, flags));
}

ssize_t recvfrom(int fd, void *buf, size_t size, int flags, struct sockaddr *from, socklen_t *from_size)
{
	BYPASS_BEHIND(SHORTCUT(!flags && !from && size, shortcut_tcp_recvmsg(fd, buf, size)),
		      recvfrom, (int, void *, size_t, unsigned int, struct sockaddr *, socklen_t *), fd, buf, size, flags, from, from_size)
	return result(syscall6(__NR_recvfrom, fd, (long)buf, size, flags, (long)from, (long)from_size));
}

ssize_t recv(int fd, void *buf, size_t size, int flags)
{
	return recvfrom(fd, buf, size, flags, NULL, NULL);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	BYPASS(recvmsg, (int, struct msghdr *, unsigned int), fd, message, flags)
	return result(syscall3(__NR_recvmsg, fd, (long)message, flags));
}

int shutdown(int fd, int how)
{
	return result(syscall2(__NR_shutdown, fd, how));
}

int getsockname(int fd, struct sockaddr *address, socklen_t *size)
{
	return result(syscall3(__NR_getsockname, fd, (long)address, (long)size));
}

int getpeername(int fd, struct sockaddr *address, socklen_t *size)
{
	return result(syscall3(__NR_getpeername, fd, (long)address, (long)size));
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
	return result(syscall6(__NR_setsockopt, fd, level, option, (long)value, size, 0));
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
	return result(syscall6(__NR_getsockopt, fd, level, option, (long)value, (long)size, 0));
}
