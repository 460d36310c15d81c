/*
 * kv-store [-p PORT | -s PATH] [-t THREADS] [-m MEGABYTES]: keeps values by their keys and speaks memcached's text protocol, on TCP port 11211 unless
 * told otherwise. Built as memcached is: the first thread accepts, and gives each connection to a worker; a worker waits for all of
 * its connections with epoll. What is kept, and how long: store.h; what is said: protocol.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "apps/kv-store/store.h"
#include "apps/kv-store/protocol.h"

#define PORT		11211
#define WORKERS		64
#define EVENTS		64
#define READ_SIZE	16384
/* Commands between two answers. */
#define BATCH		20

struct worker {
	int epfd;
	int notify;			/* counts connections that were queued */
	pthread_mutex_t lock;
	struct conn *queue;
};

static struct worker workers[WORKERS];
/* Counts connections that ended, for an acceptor that has no descriptor left. */
static int freed;

static void fail(const char *what)
{
	printf("kv-store: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void look_at_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	/* No time is 0. */
	now = ts.tv_sec + 2;
}

static void watch(int epfd, int op, int fd, unsigned int events, void *ptr)
{
	struct epoll_event event = { .events = events, .data.ptr = ptr };

	if (epoll_ctl(epfd, op, fd, &event) < 0)
		fail("epoll_ctl");
}

static void wait_for(struct conn *c, unsigned int events)
{
	if (c->events != events)
		watch(c->worker->epfd, EPOLL_CTL_MOD, c->fd, events, c);
	c->events = events;
}

static void end(struct conn *c)
{
	pthread_mutex_lock(&cache_lock);
	if (c->item)
		item_free(c->item);
	counters.connections--;
	pthread_mutex_unlock(&cache_lock);
	close(c->fd);
	free(c->in.bytes);
	free(c->out.bytes);
	free(c);
	eventfd_write(freed, 1);
}

/* What is to be told, as far as it can be. -1: the connection has ended; 0: the client does not take more now. */
static int flush(struct conn *c)
{
	while (c->out.from < c->out.to) {
		ssize_t n = write(c->fd, c->out.bytes + c->out.from, c->out.to - c->out.from);

		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		c->out.from += n;
		counters.written += n;
	}
	return 1;
}

/* All that can be done until the connection is to be waited for. */
static void drive(struct conn *c)
{
	int flushed = flush(c), readable = c->events == EPOLLIN;

	while (flushed > 0 && c->state != CLOSING && !c->failed) {
		if (!advance(c, BATCH)) {
			ssize_t n;

			flushed = flush(c);
			if (flushed <= 0 || !readable || c->state == CLOSING)
				break;
			n = buffer_room(&c->in, READ_SIZE) ? read(c->fd, c->in.bytes + c->in.to, c->in.size - c->in.to) : 0;
			if (n < 0 && errno == EAGAIN)
				break;
			if (n <= 0) {
				end(c);
				return;
			}
			/* Less than there was room for: it was all there was. */
			readable = c->in.size - c->in.to == (size_t)n;
			c->in.to += n;
			counters.read += n;
			continue;
		}
		flushed = flush(c);
	}
	if (flushed < 0 || c->state == CLOSING || c->failed)
		end(c);
	else
		wait_for(c, flushed ? EPOLLIN : EPOLLOUT);
}

/* Connections that the acceptor has left. */
static void take_queue(struct worker *w)
{
	struct conn *c, *next;
	eventfd_t count;

	eventfd_read(w->notify, &count);
	pthread_mutex_lock(&w->lock);
	c = w->queue;
	w->queue = NULL;
	pthread_mutex_unlock(&w->lock);
	for (; c; c = next) {
		next = c->next;
		c->events = EPOLLIN;
		watch(w->epfd, EPOLL_CTL_ADD, c->fd, EPOLLIN, c);
	}
}

static void *work(void *arg)
{
	struct epoll_event events[EVENTS];
	struct worker *w = arg;
	int n, i;

	for (;;) {
		n = epoll_wait(w->epfd, events, EVENTS, -1);
		look_at_clock();
		for (i = 0; i < n; i++) {
			if (events[i].data.ptr)
				drive(events[i].data.ptr);
			else
				take_queue(w);
		}
	}
	return NULL;
}

static void start_workers(void)
{
	pthread_t thread;
	int i;

	freed = eventfd(0, EFD_NONBLOCK);
	if (freed < 0)
		fail("eventfd");
	for (i = 0; i < nr_workers; i++) {
		struct worker *w = &workers[i];

		w->epfd = epoll_create1(0);
		w->notify = eventfd(0, EFD_NONBLOCK);
		if (w->epfd < 0 || w->notify < 0)
			fail("epoll_create1");
		pthread_mutex_init(&w->lock, NULL);
		watch(w->epfd, EPOLL_CTL_ADD, w->notify, EPOLLIN, NULL);
		if (pthread_create(&thread, NULL, work, w) != 0)
			fail("pthread_create");
	}
}

/* To the workers in turn. */
static void dispatch(int fd)
{
	static int last;
	struct worker *w = &workers[last++ % nr_workers];
	struct conn *c = calloc(1, sizeof(*c));

	if (!c) {
		close(fd);
		return;
	}
	c->fd = fd;
	c->worker = w;
	pthread_mutex_lock(&cache_lock);
	counters.connections++;
	counters.total_connections++;
	pthread_mutex_unlock(&cache_lock);
	pthread_mutex_lock(&w->lock);
	c->next = w->queue;
	w->queue = c;
	pthread_mutex_unlock(&w->lock);
	eventfd_write(w->notify, 1);
}

/* All that have been waiting. False: there is no descriptor for the next one. */
static int accept_all(int listener, int is_tcp)
{
	int on = 1, fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		if (is_tcp)
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		dispatch(fd);
	}
	return errno != EMFILE && errno != ENFILE;
}

static void serve(int listener, int is_tcp)
{
	struct epoll_event event;
	int epfd = epoll_create1(0);
	eventfd_t count;

	if (epfd < 0)
		fail("epoll_create1");
	watch(epfd, EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
	watch(epfd, EPOLL_CTL_ADD, freed, 0, &freed);
	for (;;) {
		if (epoll_wait(epfd, &event, 1, -1) <= 0)
			continue;
		look_at_clock();
		if (event.data.ptr) {
			/* A connection has ended, so there is a descriptor again. */
			eventfd_read(freed, &count);
			watch(epfd, EPOLL_CTL_MOD, freed, 0, &freed);
			watch(epfd, EPOLL_CTL_MOD, listener, EPOLLIN, NULL);
		} else if (!accept_all(listener, is_tcp)) {
			watch(epfd, EPOLL_CTL_MOD, listener, 0, NULL);
			watch(epfd, EPOLL_CTL_MOD, freed, EPOLLIN, &freed);
		}
	}
}

static int open_listener(int port, const char *path)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = { htonl(INADDR_ANY) } };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0)
		fail("socket");
	if (path) {
		strncpy(un.sun_path, path, sizeof(un.sun_path) - 1);
		unlink(path);
	} else {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	}
	if (bind(fd, path ? (struct sockaddr *)&un : (struct sockaddr *)&in, path ? sizeof(un) : sizeof(in)) < 0)
		fail("bind");
	if (listen(fd, 1024) < 0)
		fail("listen");
	return fd;
}

static int usage(void)
{
	puts("usage: kv-store [-p PORT | -s PATH] [-t THREADS] [-m MEGABYTES]");
	return 2;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	uint64_t number, port = PORT;
	struct timespec ts;
	int listener, i;

	for (i = 1; i < argc; i += 2) {
		const char *option = argv[i];

		if (i + 1 >= argc || option[0] != '-' || !option[1] || option[2])
			return usage();
		if (option[1] == 's') {
			path = argv[i + 1];
			continue;
		}
		if (!to_number(argv[i + 1], &number) || number < 1)
			return usage();
		if (option[1] == 'p' && number <= 65535)
			port = number;
		else if (option[1] == 't' && number <= WORKERS)
			nr_workers = number;
		else if (option[1] == 'm' && number <= 1024)
			memory_limit = number * 1024 * 1024;
		else
			return usage();
	}
	signal(SIGPIPE, SIG_IGN);
	look_at_clock();
	started = now;
	clock_gettime(CLOCK_REALTIME, &ts);
	real_at_start = ts.tv_sec;
	if (!store_init())
		fail("malloc");
	listener = open_listener(port, path);
	start_workers();
	if (path)
		printf("kv-store: %s, %d threads\n", path, nr_workers);
	else
		printf("kv-store: port %u, %d threads\n", (unsigned int)port, nr_workers);
	serve(listener, !path);
	return 0;
}
