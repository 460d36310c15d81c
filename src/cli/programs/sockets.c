/*
 * Sockets of AF_UNIX, eventfd and epoll: what each call gives, and what it refuses. What is printed must be the same on
 * any Linux.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int pipes;
/* A file that is no socket: standard output may be one. */
static int plain;

static void on_pipe(int sig)
{
	pipes += sig == SIGPIPE;
}

static const char *name_of(int error)
{
	static const struct { int error; const char *name; } names[] = {
		{ EBADF, "EBADF" }, { EAGAIN, "EAGAIN" }, { EFAULT, "EFAULT" }, { EEXIST, "EEXIST" }, { EINVAL, "EINVAL" }, { ENOENT, "ENOENT" },
		{ EPIPE, "EPIPE" }, { ENOTSOCK, "ENOTSOCK" }, { EPROTOTYPE, "EPROTOTYPE" }, { EPROTONOSUPPORT, "EPROTONOSUPPORT" },
		{ EOPNOTSUPP, "EOPNOTSUPP" }, { EAFNOSUPPORT, "EAFNOSUPPORT" }, { EADDRINUSE, "EADDRINUSE" }, { EISCONN, "EISCONN" },
		{ ENOTCONN, "ENOTCONN" }, { ECONNREFUSED, "ECONNREFUSED" }, { ECONNRESET, "ECONNRESET" }, { EPERM, "EPERM" }, { ESPIPE, "ESPIPE" },
		{ ENOPROTOOPT, "ENOPROTOOPT" }, { ENOTTY, "ENOTTY" }, { EDOM, "EDOM" }, { EMFILE, "EMFILE" }, { ELOOP, "ELOOP" }, { ENXIO, "ENXIO" },
		{ EMSGSIZE, "EMSGSIZE" }, { ENOTDIR, "ENOTDIR" }, { EINTR, "EINTR" }, { ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT" }, { EISDIR, "EISDIR" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].error == error)
			return names[i].name;
	}
	return "another error";
}

static void say(const char *what, long ret)
{
	if (ret < 0)
		printf("%s: %s\n", what, name_of(errno));
	else
		printf("%s: %ld\n", what, ret);
}

#define SAY(call)	say(#call, (long)(call))
/* Memory that nobody has. */
#define NOWHERE		((void *)16)

static void pair(int fds[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds))
		exit(9);
}

static int readiness(int fd)
{
	struct pollfd one = { fd, POLLIN | POLLOUT | POLLRDHUP, 0 };

	poll(&one, 1, 0);
	return one.revents;
}

static void pairs(void)
{
	char buf[64] = "", big[512];
	int s[2], n, zero = 0;
	struct stat st;
	struct iovec two[2] = { { "vec", 3 }, { "tors", 4 } }, into[2] = { { buf, 2 }, { buf + 10, 20 } };
	struct msghdr msg = { .msg_iov = two, .msg_iovlen = 2 }, back = { .msg_iov = into, .msg_iovlen = 2 };

	memset(big, 'b', sizeof(big));
	puts("pairs");
	SAY(socket(AF_UNIX, SOCK_STREAM, 99));
	SAY(socket(AF_UNIX, 77, 0));
	SAY(socket(AF_UNIX, SOCK_STREAM | 0x100, 0));
	SAY(socket(-1, SOCK_STREAM, 0));
	SAY(socketpair(AF_UNIX, SOCK_STREAM, 0, NOWHERE));
	pair(s);
	SAY(fstat(s[0], &st));
	printf("%o\n", st.st_mode);
	SAY(readiness(s[0]));
	SAY(write(s[0], "hello", 5));
	SAY(readiness(s[1]));
	SAY(ioctl(s[1], FIONREAD, &n));
	printf("%d to be read\n", n);
	SAY(ioctl(s[1], FIONREAD, NOWHERE));
	SAY(ioctl(s[1], 0x5499, &n));
	SAY(recv(s[1], buf, 3, MSG_PEEK));
	SAY(recv(s[1], buf, sizeof(buf), 0));
	printf("%s\n", buf);
	SAY(recv(s[1], buf, sizeof(buf), MSG_DONTWAIT));
	SAY(read(s[1], buf, 0));
	SAY(lseek(s[0], 0, SEEK_SET));
	SAY(pread(s[0], buf, 1, 0));
	SAY(write(s[0], NOWHERE, 4));
	SAY(write(s[0], "x", 1));
	SAY(read(s[1], NOWHERE, 4));
	SAY(read(s[1], buf, 4));
	SAY(sendto(s[0], "x", 1, 0, (void *)big, 3));
	SAY(sendmsg(s[0], &msg, 0));
	SAY(recvmsg(s[1], &back, 0));
	printf("%.2s %.5s %d %zu\n", buf, buf + 10, back.msg_flags, back.msg_controllen);
	msg.msg_iovlen = 1025;
	SAY(sendmsg(s[0], &msg, 0));
	SAY(syscall(SYS_sendmsg, s[0], NOWHERE, 0));
	msg.msg_iovlen = 2;
	SAY(writev(s[0], two, 2));
	SAY(readv(s[1], into, 2));
	SAY(writev(s[0], two, 0));
	SAY(bind(s[0], (void *)big, 200));
	SAY(listen(s[0], 1));
	SAY(accept(s[0], NULL, NULL));
	SAY(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &n, NOWHERE));
	SAY(setsockopt(s[0], 6, 1, &zero, sizeof(zero)));
	SAY(shutdown(s[0], 3));
	SAY(write(s[0], "tail", 4));
	SAY(shutdown(s[0], SHUT_WR));
	SAY(readiness(s[0]));
	SAY(readiness(s[1]));
	SAY(write(s[0], "more", 4));
	SAY(send(s[0], "more", 4, MSG_NOSIGNAL));
	SAY(pipes);
	SAY(read(s[1], buf, sizeof(buf)));
	SAY(read(s[1], buf, sizeof(buf)));
	SAY(write(s[1], "unread", 6));
	close(s[0]);
	SAY(readiness(s[1]));
	SAY(read(s[1], buf, sizeof(buf)));
	SAY(read(s[1], buf, sizeof(buf)));
	SAY(write(s[1], "x", 1));
	SAY(pipes);
	close(s[1]);
	SAY(send(s[1], "x", 1, 0));
	SAY(send(plain, "x", 1, 0));
	SAY(shutdown(plain, 9));
	SAY(sendto(plain, NOWHERE, (size_t)-1, 0, NULL, 0));
}

/* A writer that waits for its reader, in pieces larger than a buffer. */
static void flow(void)
{
	static char big[600000];
	unsigned long sum = 0, total = 0;
	int s[2], status;
	ssize_t n;
	size_t i;

	puts("flow");
	pair(s);
	if (!fork()) {
		close(s[1]);
		for (i = 0; i < sizeof(big); i++)
			big[i] = i * 7 + i / 256;
		_exit(write(s[0], big, sizeof(big)) != sizeof(big));
	}
	close(s[0]);
	while ((n = read(s[1], big, 10000)) > 0) {
		for (i = 0; i < (size_t)n; i++)
			sum = sum * 31 + (unsigned char)big[i];
		total += n;
	}
	wait(&status);
	printf("%lu %lx %d\n", total, sum, status);
	close(s[1]);
	pair(s);
	fcntl(s[0], F_SETFL, O_NONBLOCK);
	SAY(write(s[0], big, sizeof(big)) < (ssize_t)sizeof(big));
	SAY(write(s[0], big, 1));
	SAY(readiness(s[0]));
	while (recv(s[1], big, sizeof(big), MSG_DONTWAIT) > 0)
		;
	SAY(readiness(s[0]));
	SAY(recv(s[0], big, 1, 0));
	close(s[0]);
	close(s[1]);
}

static void options(void)
{
	struct timeval tv = { 0, 20000 }, got;
	struct linger linger = { 1, 7 };
	struct ucred cred;
	socklen_t len = sizeof(int);
	int s[2], value = 0, i;
	static const int asked[] = { SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, SO_SNDBUF, SO_RCVBUF, SO_ACCEPTCONN, SO_RCVLOWAT, SO_SNDLOWAT,
		SO_KEEPALIVE, SO_BROADCAST, SO_REUSEADDR, 9999 };
	char buf[4];

	puts("options");
	pair(s);
	for (i = 0; i < (int)(sizeof(asked) / sizeof(asked[0])); i++) {
		len = sizeof(value);
		say("getsockopt", getsockopt(s[0], SOL_SOCKET, asked[i], &value, &len));
		printf("%d: %d %d\n", asked[i], value, len);
	}
	value = 5000;
	SAY(setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &value, sizeof(value)));
	SAY(getsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &value, &len));
	printf("%d\n", value);
	value = 1;
	SAY(setsockopt(s[0], SOL_SOCKET, SO_RCVBUF, &value, sizeof(value)));
	SAY(getsockopt(s[0], SOL_SOCKET, SO_RCVBUF, &value, &len));
	printf("%d\n", value);
	SAY(setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &value, 3));
	SAY(setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, NOWHERE, 4));
	SAY(setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &value, -1));
	SAY(setsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, 4));
	SAY(setsockopt(s[0], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	linger = (struct linger) { 0, 0 };
	len = sizeof(linger);
	SAY(getsockopt(s[0], SOL_SOCKET, SO_LINGER, &linger, &len));
	printf("%d %d\n", linger.l_onoff, linger.l_linger);
	len = 2;
	value = -1;
	SAY(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, &len));
	printf("%x %d\n", value, len);
	len = -1;
	SAY(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &value, &len));
	len = sizeof(cred);
	SAY(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &cred, &len));
	printf("%d\n", cred.pid == getpid());
	SAY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	len = sizeof(got);
	SAY(getsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &got, &len));
	printf("%ld %ld\n", (long)got.tv_sec, (long)got.tv_usec);
	SAY(read(s[0], buf, 4));
	tv.tv_usec = 1000000;
	SAY(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	close(s[0]);
	close(s[1]);
}

static int address(struct sockaddr_un *to, const char *path)
{
	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	strcpy(to->sun_path, path);
	return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

static void names(void)
{
	struct sockaddr_un a, b;
	socklen_t len;
	int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), d, n, extra;
	char buf[16];
	struct stat st;

	puts("names");
	n = address(&a, "tmp/listener");
	SAY(listen(l, 5));
	SAY(connect(c, (void *)&a, n));
	SAY(bind(l, (void *)&a, 1));
	SAY(bind(l, (void *)&a, sizeof(a) + 1));
	SAY(bind(l, NOWHERE, n));
	SAY(bind(plain, (void *)&a, n));
	SAY(bind(l, (void *)&a, n));
	SAY(bind(l, (void *)&a, n));
	SAY(bind(c, (void *)&a, n));
	n = address(&b, "tmp/other");
	SAY(bind(l, (void *)&b, n));
	SAY(access("tmp/other", F_OK));
	n = address(&b, "tmp/absent/other");
	SAY(bind(c, (void *)&b, n));
	SAY(stat("tmp/listener", &st));
	printf("%o\n", st.st_mode & S_IFMT);
	SAY(open("tmp/listener", O_RDONLY));
	n = address(&a, "tmp/listener");
	SAY(connect(c, (void *)&a, n));
	SAY(listen(l, 0));
	SAY(listen(l, 1));
	SAY(getsockopt(l, SOL_SOCKET, SO_ACCEPTCONN, &extra, &(socklen_t){ 4 }));
	printf("%d\n", extra);
	SAY(read(l, buf, 1));
	SAY(readiness(l));
	SAY(connect(c, NOWHERE, n));
	SAY(connect(c, (void *)&a, 300));
	SAY(connect(plain, (void *)&a, n));
	SAY(connect(c, (void *)&a, n));
	SAY(connect(c, (void *)&a, n));
	SAY(readiness(l));
	SAY(write(c, "early", 5));
	len = 2;
	memset(&b, 'z', sizeof(b));
	SAY(syscall(SYS_accept4, l, NULL, NULL, 1));
	SAY(fcntl(l, F_SETFL, O_NONBLOCK));
	d = accept4(l, (void *)&b, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	printf("%d %d %d\n", d > 0, len, b.sun_family);
	SAY(fcntl(d, F_GETFL) & O_NONBLOCK ? 1 : 0);
	SAY(fcntl(d, F_GETFD));
	SAY(accept(l, NULL, NULL));
	SAY(read(d, buf, 16));
	len = sizeof(b);
	SAY(getpeername(c, (void *)&b, &len));
	printf("%d %s\n", len, b.sun_path);
	len = sizeof(b);
	SAY(getsockname(c, (void *)&b, &len));
	printf("%d\n", len);
	len = sizeof(b);
	SAY(getpeername(d, (void *)&b, &len));
	len = -1;
	SAY(getpeername(d, (void *)&b, &len));
	SAY(getpeername(l, (void *)&b, &(socklen_t){ 4 }));
	SAY(getsockname(d, NOWHERE, &(socklen_t){ 4 }));
	SAY(write(d, "back", 4));
	SAY(read(c, buf, 16));
	close(c);
	SAY(read(d, buf, 16));
	/* A full queue, and then nobody to take it. */
	for (n = 0; n < 3; n++) {
		c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		say("connect", connect(c, (void *)&a, address(&a, "tmp/listener")));
	}
	close(l);
	SAY(connect(c, (void *)&a, address(&a, "tmp/listener")));
	SAY(unlink("tmp/listener"));
	SAY(connect(c, (void *)&a, address(&a, "tmp/listener")));
	/* Names that are in no directory. */
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	memset(&a, 0, sizeof(a));
	a.sun_family = AF_UNIX;
	memcpy(a.sun_path, "\0abstract", 9);
	SAY(bind(l, (void *)&a, 11));
	SAY(bind(l, (void *)&a, 11));
	SAY(bind(c, (void *)&a, 11));
	SAY(listen(l, 3));
	SAY(connect(c, (void *)&a, 10));
	SAY(connect(c, (void *)&a, 11));
	close(l);
	SAY(read(c, buf, 1));
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	SAY(bind(l, (void *)&a, 2));
	len = sizeof(b);
	SAY(getsockname(l, (void *)&b, &len));
	printf("%d\n", len);
	close(l);
	close(c);
	close(d);
}

static void counters(void)
{
	uint64_t value = 3;
	int e = eventfd(2, EFD_NONBLOCK), s = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE);

	puts("counters");
	SAY(eventfd(0, 4));
	SAY(readiness(e));
	SAY(write(e, &value, 8));
	SAY(write(e, &value, 7));
	SAY(read(e, &value, 7));
	SAY(read(e, &value, 16));
	printf("%llu\n", (unsigned long long)value);
	SAY(read(e, &value, 8));
	SAY(readiness(e));
	value = -1;
	SAY(write(e, &value, 8));
	value = -2;
	SAY(write(e, &value, 8));
	SAY(readiness(e));
	value = 1;
	SAY(write(e, &value, 8));
	SAY(write(e, NOWHERE, 8));
	SAY(read(e, NOWHERE, 8));
	SAY(read(e, &value, 8));
	SAY(read(s, &value, 8));
	printf("%llu\n", (unsigned long long)value);
	SAY(read(s, &value, 8));
	SAY(read(s, &value, 8));
	SAY(lseek(e, 0, SEEK_SET) >= 0);
	close(e);
	close(s);
}

static void show(int epfd, int most, int timeout)
{
	struct epoll_event events[8];
	int i, j, n = epoll_wait(epfd, events, most, timeout);

	/* In which order they come is nobody's promise. */
	for (i = 0; i < n; i++) {
		for (j = i + 1; j < n; j++) {
			if (events[j].data.u64 < events[i].data.u64) {
				struct epoll_event was = events[i];

				events[i] = events[j];
				events[j] = was;
			}
		}
	}
	printf("%d:", n);
	for (i = 0; i < n; i++)
		printf(" %llu=%x", (unsigned long long)events[i].data.u64, events[i].events);
	puts("");
}

static int watch(int epfd, int op, int fd, unsigned int what, unsigned long long data)
{
	struct epoll_event event = { .events = what, .data.u64 = data };

	return epoll_ctl(epfd, op, fd, &event);
}

static void polls(void)
{
	struct epoll_event events[2];
	int ep = epoll_create1(EPOLL_CLOEXEC), outer = epoll_create1(0), s[2], p[2], e = eventfd(0, 0), other;
	uint64_t one = 1;
	char buf[8];
	sigset_t mask;

	puts("polls");
	pair(s);
	pipe(p);
	SAY(epoll_create1(1));
	SAY(epoll_create(0));
	SAY(fcntl(ep, F_GETFD));
	SAY(epoll_wait(ep, events, 0, 0));
	SAY(epoll_wait(ep, events, -1, 0));
	SAY(epoll_wait(plain, events, 1, 0));
	SAY(epoll_wait(99, events, 1, 0));
	SAY(epoll_ctl(ep, EPOLL_CTL_ADD, s[0], NOWHERE));
	SAY(watch(ep, EPOLL_CTL_ADD, ep, EPOLLIN, 0));
	SAY(watch(ep, EPOLL_CTL_ADD, 99, EPOLLIN, 0));
	SAY(watch(s[0], EPOLL_CTL_ADD, s[1], EPOLLIN, 0));
	SAY(watch(ep, 9, s[0], EPOLLIN, 0));
	SAY(watch(ep, EPOLL_CTL_MOD, s[0], EPOLLIN, 0));
	SAY(epoll_ctl(ep, EPOLL_CTL_DEL, s[0], NULL));
	other = open("/dev/null", O_RDONLY);
	SAY(watch(ep, EPOLL_CTL_ADD, other, EPOLLIN, 0));
	SAY(watch(ep, EPOLL_CTL_ADD, s[0], EPOLLIN, 1));
	SAY(watch(ep, EPOLL_CTL_ADD, s[0], EPOLLIN, 1));
	SAY(watch(ep, EPOLL_CTL_ADD, p[0], EPOLLIN, 2));
	SAY(watch(ep, EPOLL_CTL_ADD, e, EPOLLIN, 3));
	show(ep, 8, 0);
	show(ep, 8, 5);
	/* As long as it is ready. */
	write(s[1], "abc", 3);
	write(p[1], "d", 1);
	show(ep, 8, 0);
	show(ep, 8, 0);
	read(s[0], buf, 1);
	read(p[0], buf, 1);
	show(ep, 8, -1);
	show(ep, 1, -1);
	/* When something comes. */
	SAY(watch(ep, EPOLL_CTL_MOD, s[0], EPOLLIN | EPOLLET, 11));
	show(ep, 8, 0);
	show(ep, 8, 0);
	write(s[1], "e", 1);
	show(ep, 8, 0);
	show(ep, 8, 0);
	read(s[0], buf, 8);
	/* Once. */
	SAY(watch(ep, EPOLL_CTL_MOD, s[0], EPOLLIN | EPOLLONESHOT, 21));
	write(s[1], "f", 1);
	show(ep, 8, 0);
	write(s[1], "g", 1);
	show(ep, 8, 0);
	SAY(watch(ep, EPOLL_CTL_MOD, s[0], EPOLLIN | EPOLLOUT | EPOLLONESHOT, 22));
	show(ep, 8, 0);
	SAY(watch(ep, EPOLL_CTL_MOD, s[0], EPOLLIN | EPOLLOUT | EPOLLRDHUP, 23));
	show(ep, 8, 0);
	/* One that watches the other. */
	SAY(watch(outer, EPOLL_CTL_ADD, ep, EPOLLIN, 5));
	SAY(watch(ep, EPOLL_CTL_ADD, outer, EPOLLIN, 6));
	show(outer, 8, 0);
	SAY(readiness(outer));
	read(s[0], buf, 8);
	SAY(watch(ep, EPOLL_CTL_MOD, s[0], EPOLLIN, 1));
	show(outer, 8, 0);
	write(e, &one, 8);
	show(outer, 8, 0);
	show(ep, 8, 0);
	/* Whoever has gone is not watched. */
	close(e);
	show(ep, 8, 0);
	other = dup(p[0]);
	close(p[0]);
	write(p[1], "h", 1);
	show(ep, 8, 0);
	close(other);
	show(ep, 8, 0);
	shutdown(s[1], SHUT_WR);
	show(ep, 8, 0);
	close(s[1]);
	show(ep, 8, 0);
	SAY(epoll_wait(ep, NOWHERE, 1, 0));
	show(ep, 8, 0);
	SAY(read(ep, buf, 1));
	SAY(epoll_ctl(ep, EPOLL_CTL_DEL, s[0], NULL));
	/* A signal that only this wait lets in. */
	sigemptyset(&mask);
	sigaddset(&mask, SIGPIPE);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	kill(getpid(), SIGPIPE);
	sigemptyset(&mask);
	SAY(epoll_pwait(ep, events, 2, 1000, &mask));
	sigprocmask(SIG_UNBLOCK, &(sigset_t){ { 1UL << (SIGPIPE - 1) } }, NULL);
	SAY(watch(ep, EPOLL_CTL_ADD, s[0], EPOLLEXCLUSIVE | EPOLLONESHOT, 1));
	close(ep);
	close(outer);
	close(s[0]);
	close(p[1]);
}

/* How long a chain of epolls that watch each other may get, built from its top down (limited since Linux 6.17) and from its bottom up. */
static void nests(void)
{
	int down[8], up[8], ring[3], i;

	puts("nests");
	for (i = 0; i < 8; i++) {
		down[i] = epoll_create1(0);
		up[i] = epoll_create1(0);
	}
	/* Linux counts from the watched one up as well since 6.17: before that a chain had no end from the top down. */
	for (i = 0; i < 7 && watch(down[i], EPOLL_CTL_ADD, down[i + 1], EPOLLIN, i) == 0; i++)
		;
	printf("from the top down: %s\n", i == 4 || i == 7 ? "as long as it may be" : "of another length");
	for (i = 6; i >= 0; i--)
		SAY(watch(up[i], EPOLL_CTL_ADD, up[i + 1], EPOLLIN, i));
	for (i = 0; i < 3; i++)
		ring[i] = epoll_create1(0);
	SAY(watch(ring[0], EPOLL_CTL_ADD, ring[1], EPOLLIN, 0));
	SAY(watch(ring[1], EPOLL_CTL_ADD, ring[2], EPOLLIN, 0));
	SAY(watch(ring[2], EPOLL_CTL_ADD, ring[0], EPOLLIN, 0));
	/* What happens at the bottom climbs to the top, and leaves it. */
	i = eventfd(1, 0);
	SAY(watch(down[4], EPOLL_CTL_ADD, i, EPOLLIN, 9));
	show(down[0], 8, 0);
	SAY(readiness(down[0]));
	show(down[4], 8, 0);
	SAY(watch(down[4], EPOLL_CTL_DEL, i, 0, 0));
	show(down[0], 8, 0);
	SAY(readiness(down[0]));
	close(i);
	for (i = 0; i < 8; i++) {
		close(down[i]);
		close(up[i]);
	}
	for (i = 0; i < 3; i++)
		close(ring[i]);
}

/* Somebody sleeps, and another process wakes it. */
static void wakes(void)
{
	int ep = epoll_create1(0), s[2], t[2];
	fd_set set;
	char buf[4];

	puts("wakes");
	pair(s);
	pair(t);
	watch(ep, EPOLL_CTL_ADD, s[0], EPOLLIN, 1);
	if (!fork()) {
		usleep(2000);
		write(s[1], "1", 1);
		read(t[1], buf, 1);
		usleep(2000);
		write(s[1], "2", 1);
		read(t[1], buf, 1);
		usleep(2000);
		_exit(0);
	}
	close(s[1]);
	close(t[1]);
	show(ep, 8, -1);
	read(s[0], buf, 4);
	write(t[0], "x", 1);
	FD_ZERO(&set);
	FD_SET(s[0], &set);
	SAY(select(s[0] + 1, &set, NULL, NULL, NULL));
	read(s[0], buf, 4);
	write(t[0], "x", 1);
	show(ep, 8, -1);
	SAY(read(s[0], buf, 4));
	wait(NULL);
	close(ep);
	close(s[0]);
	close(t[0]);
}

/* Through /proc they are looked at, but not opened again. */
static void by_their_links(void)
{
	int fds[4], i, looked;
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	char path[64], copy[64];
	struct stat st;

	puts("links");
	pair(fds);
	fds[2] = eventfd(0, 0);
	fds[3] = epoll_create1(0);
	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[i]);
		SAY(stat(path, &st));
		printf("%o\n", st.st_mode);
		SAY(access(path, R_OK));
		SAY(open(path, O_RDWR));
		SAY(open(path, O_RDWR | O_CREAT | O_TRUNC, 0600));
		SAY(open(path, O_RDONLY | O_CREAT | O_EXCL, 0600));
		SAY(open(path, O_RDONLY | O_DIRECTORY));
		SAY(truncate(path, 0));
		SAY(chdir(path));
		snprintf(copy, sizeof(copy), "%s/..", path);
		SAY(stat(copy, &st));
		strcpy(name.sun_path, path);
		SAY(connect(fds[0], (void *)&name, sizeof(name)));
		looked = open(path, O_PATH);
		SAY(looked >= 0);
		SAY(read(looked, path, 1));
		/* What is looked at stays when it is closed. */
		close(fds[i]);
		SAY(fstat(looked, &st));
		snprintf(path, sizeof(path), "/proc/self/fd/%d", looked);
		SAY(open(path, O_RDONLY));
		close(looked);
	}
}

int main(void)
{
	signal(SIGPIPE, on_pipe);
	alarm(30);
	plain = open("/dev/null", O_RDWR);
	setvbuf(stdout, NULL, _IOLBF, 0);
	pairs();
	flow();
	options();
	names();
	counters();
	polls();
	nests();
	wakes();
	by_their_links();
	SAY(dup(0));
	return 0;
}
