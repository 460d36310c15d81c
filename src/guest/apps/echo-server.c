/*
 * echo-server [epoll]: what comes on TCP port 7 goes back (RFC 862). A thread for each connection that reads and writes and waits; or, with
 * "epoll", one thread that waits for all of them. A connection ends when the client has sent its last byte and has it back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT	7
#define SIZE	16384
#define EVENTS	64

/* Of the epoll server: what was read and could not be written yet. */
struct connection {
	int fd;
	size_t from, to;
	char buf[SIZE];
};

static int listener;

static void fail(const char *what)
{
	printf("echo-server: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* An answer goes at once, not when more has come to be sent with it. */
static void no_delay(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static void *serve(void *arg)
{
	int fd = (int)(long)arg;
	char buf[SIZE];
	ssize_t n, sent, done;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		for (done = 0; done < n; done += sent) {
			sent = write(fd, buf + done, n - done);
			if (sent < 0)
				goto gone;
		}
	}
gone:
	close(fd);
	return NULL;
}

static void serve_by_threads(void)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		pthread_attr_t attr;
		pthread_t thread;

		if (fd < 0) {
			/* The client was gone before it was its turn. */
			if (errno == ECONNABORTED || errno == EINTR)
				continue;
			fail("accept");
		}
		no_delay(fd);
		pthread_attr_init(&attr);
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
		/* Nobody serves it: then it is better that its client knows. */
		if (pthread_create(&thread, &attr, serve, (void *)(long)fd) != 0)
			close(fd);
		pthread_attr_destroy(&attr);
	}
}

static void watch(int epfd, int op, int fd, unsigned int events, void *ptr)
{
	struct epoll_event event = { .events = events, .data.ptr = ptr };

	if (epoll_ctl(epfd, op, fd, &event) < 0)
		fail("epoll_ctl");
}

static void accept_all(int epfd)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct connection *c = malloc(sizeof(*c));

		if (!c) {
			close(fd);
			continue;
		}
		no_delay(fd);
		c->fd = fd;
		c->from = c->to = 0;
		watch(epfd, EPOLL_CTL_ADD, fd, EPOLLIN, c);
	}
}

/* One read, and as much of it as can be written. False: the connection has ended. */
static int turn(int epfd, struct connection *c)
{
	int had = c->from < c->to;
	ssize_t n;

	if (!had) {
		n = read(c->fd, c->buf, sizeof(c->buf));
		if (n <= 0)
			return n < 0 && errno == EAGAIN;
		c->from = 0;
		c->to = n;
	}
	n = write(c->fd, c->buf + c->from, c->to - c->from);
	if (n < 0 && errno != EAGAIN)
		return 0;
	if (n > 0)
		c->from += n;
	/* What cannot go yet is waited for; nothing more is read meanwhile. */
	if (had != (c->from < c->to))
		watch(epfd, EPOLL_CTL_MOD, c->fd, had ? EPOLLIN : EPOLLOUT, c);
	return 1;
}

static void serve_by_epoll(void)
{
	struct epoll_event events[EVENTS];
	int epfd = epoll_create1(0), n, i;

	if (epfd < 0)
		fail("epoll_create1");
	watch(epfd, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
	for (;;) {
		n = epoll_wait(epfd, events, EVENTS, -1);
		for (i = 0; i < n; i++) {
			struct connection *c = events[i].data.ptr;

			if (!c) {
				accept_all(epfd);
			} else if (!turn(epfd, c)) {
				close(c->fd);
				free(c);
			}
		}
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr = { htonl(INADDR_ANY) } };
	int by_epoll = argc > 1 && strcmp(argv[1], "epoll") == 0, on = 1;

	if (argc > 2 || (argc > 1 && !by_epoll)) {
		puts("usage: echo-server [epoll]");
		return 2;
	}
	/* A client that has gone is no reason to end. */
	signal(SIGPIPE, SIG_IGN);
	listener = socket(AF_INET, SOCK_STREAM | (by_epoll ? SOCK_NONBLOCK : 0), 0);
	if (listener < 0)
		fail("socket");
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("bind");
	if (listen(listener, SOMAXCONN) < 0)
		fail("listen");
	printf("echo-server: port %d, %s\n", PORT, by_epoll ? "one thread and epoll" : "a thread for each connection");
	if (by_epoll)
		serve_by_epoll();
	serve_by_threads();
	return 0;
}
