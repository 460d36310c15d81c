/** What sockets do when they are used again, or by several at once, or when there is no memory. */
import { expect, it } from 'vitest';
import { netGuest, SYSTEM_CALL } from '../lab/net-testing.ts';

const SYSCALLS = `${SYSTEM_CALL}#define NONBLOCK 04000
#define DONTWAIT 0x40
#define WAITALL 0x100
#define AGAIN (-11)
#define INTR (-4)
#define PIPE (-32)
#define INPROGRESS (-115)
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21
#define read(fd, p, n) call(0, fd, (long)(p), n, 0, 0, 0)
#define write(fd, p, n) call(1, fd, (long)(p), n, 0, 0, 0)
#define close(fd) call(3, fd, 0, 0, 0, 0, 0)
#define pipe(p) call(22, (long)(p), 0, 0, 0, 0, 0)
#define socket(type) call(41, 2, type, 0, 0, 0, 0)
#define connect(fd, a) call(42, fd, (long)(a), 16, 0, 0, 0)
#define accept(fd) call(43, fd, 0, 0, 0, 0, 0)
#define send(fd, p, n, flags) call(44, fd, (long)(p), n, (flags) | 0x4000, 0, 0)
#define recv(fd, p, n, flags) call(45, fd, (long)(p), n, flags, 0, 0)
#define shutdown(fd, how) call(48, fd, how, 0, 0, 0, 0)
#define bind(fd, a) call(49, fd, (long)(a), 16, 0, 0, 0)
#define listen(fd, n) call(50, fd, n, 0, 0, 0, 0)
#define setsockopt(fd, l, o, v) call(54, fd, l, o, (long)&(v), sizeof(v), 0)
#define fork() call(57, 0, 0, 0, 0, 0, 0)
#define exit(status) call(60, status, 0, 0, 0, 0, 0)
struct address { unsigned short family, port; unsigned int addr; char zero[8]; };
static struct address nobody;
static struct address at(unsigned int addr, int port)
{
	return (struct address) { 2, __builtin_bswap16(port), __builtin_bswap32(addr), { 0 } };
}
static void sleep_ms(long ms)
{
	long t[2] = { ms / 1000, ms % 1000 * 1000000 };
	call(35, (long)t, 0, 0, 0, 0, 0);
}
static long now_ms(void)
{
	long t[2];
	call(228, 1, (long)t, 0, 0, 0, 0);
	return t[0] * 1000 + t[1] / 1000000;
}
static void expected(const char *what, long is, long should)
{
	if (is != should)
		printf("%s: %ld, not %ld\\n", what, is, should);
}
static int listener(int port, int flags)
{
	struct address a = at(0, port);
	int fd = socket(1 | flags);
	if (bind(fd, &a) || listen(fd, 4))
		printf("cannot listen\\n");
	return fd;
}
static char buf[300000];
`;

/** The program ends well and says nothing, and nor does the kernel. */
function silent(source: string): void {
  const guest = netGuest({ source: SYSCALLS + source, program: () => ({ state: {}, nextTimer: () => Infinity, pass: () => {} }) });
  const stop = guest.run(400_000_000);
  expect({ stop, console: guest.console().split('init process\n')[1] }).toEqual({ stop: { kind: 'exit', code: 0 }, console: '' });
}

it('who sleeps on a connection that another process ends by connect() to nobody wakes up, and gets no byte of the next one', () => {
  silent(`
static int c;
/* In another process, which has the same socket. */
static int meanwhile(long (*what)(void))
{
	int pid = fork();
	if (!pid)
		exit(what() & 255);
	sleep_ms(5);
	return pid;
}
static int result(int pid)
{
	int status = 0;
	call(61, pid, (long)&status, 0, 0, 0, 0);
	return (signed char)(status >> 8);
}
static long some(void) { return recv(c, buf, 100, WAITALL); }
static long any(void) { return recv(c, buf, 100, 0); }
static long all(void) { long n = send(c, buf, sizeof(buf), 0); return n > 0 && n < (long)sizeof(buf) ? send(c, buf, 1, 0) : 99; }
static long reach(void) { struct address gone = at(0x0a000263, 9); return connect(c, &gone); }
int main(void)
{
	struct address me = at(0x7f000001, 99);
	int fd = listener(99, 0), s, s2, n, pid, small = 4096;

	/* Where windows lie when they are forgotten depends on the connection's numbers. */
	for (n = 0; n < 6; n++) {
		c = socket(1);
		if (connect(c, &me) || (s = accept(fd)) < 0) printf("no connection\\n");
		write(s, "0123456789", 10);
		pid = meanwhile(some);
		expected("disconnect", connect(c, &nobody), 0);
		expected("bytes that had come", result(pid), 10);
		close(c);
		close(s);
	}
	c = socket(1);
	if (connect(c, &me) || (s = accept(fd)) < 0) printf("no connection\\n");
	pid = meanwhile(any);
	if (connect(c, &nobody) || connect(c, &me) || (s2 = accept(fd)) < 0) printf("no connection again\\n");
	write(s2, "new", 3);
	expected("recv", result(pid), PIPE);
	expected("recv of the new one", recv(c, buf, 100, 0), 3);
	close(s2);
	close(s);
	close(c);
	c = socket(1);
	setsockopt(c, 1, SO_SNDBUF, small);
	if (connect(c, &me) || (s = accept(fd)) < 0) printf("no connection\\n");
	pid = meanwhile(all);
	expected("disconnect of a sender", connect(c, &nobody), 0);
	/* It is told to whoever asks next. */
	expected("send", result(pid), -104);
	close(s);
	pid = meanwhile(reach);
	if (connect(c, &nobody) || listen(c, 1)) printf("cannot listen\\n");
	expected("connect", result(pid), PIPE);
	return 0;
}`);
}, 120_000);

it('a sender for whom there is no memory waits, for as long as it says; a signal and memory that is free again end that', () => {
  silent(`
#include <signal.h>
static void handler(int n) { (void)n; }
static int told[2], asked[2];
/* Takes all memory and gives every second page back: there are many, and no two that lie together. */
static void hog(void)
{
	long size = 64L << 20, n = 0, i, info[16];
	char *m = (char *)call(9, 0, size, 3, 0x4022, -1, 0);

	for (;;) {
		call(99, (long)info, 0, 0, 0, 0, 0);
		if (info[5] < 24 * 4096)
			break;
		m[n++ * 4096] = 1;
	}
	for (i = 1; i < n; i += 2)
		call(28, (long)m + i * 4096, 4096, 4, 0, 0, 0);
}
int main(void)
{
	struct address me = at(0x7f000001, 99);
	int fd = listener(99, 0), c = socket(1), s, n;
	long timeout[2] = { 0, 250000 }, start, sent, parent = call(39, 0, 0, 0, 0, 0, 0);
	struct sigaction act = { .sa_handler = handler };
	char byte;

	if (connect(c, &me) || (s = accept(fd)) < 0 || sigaction(SIGUSR1, &act, NULL) || pipe(told) || pipe(asked)) printf("no connection\\n");
	if (!fork()) {
		hog();
		write(told[1], "x", 1);
		read(asked[0], &byte, 1);
		sleep_ms(500);
		call(62, parent, SIGUSR1, 0, 0, 0, 0);
		read(asked[0], &byte, 1);
		sleep_ms(500);
		exit(0);
	}
	read(told[0], &byte, 1);
	for (n = 0; n < 20 && (sent = send(c, buf, 20000, DONTWAIT)) > 0; n++)
		;
	expected("send that does not wait", sent, AGAIN);
	setsockopt(c, 1, SO_SNDTIMEO, timeout);
	start = now_ms();
	expected("send that waits a while", send(c, buf, 20000, 0), AGAIN);
	if (now_ms() - start < 240 || now_ms() - start > 300) printf("it took %ld ms\\n", now_ms() - start);
	timeout[1] = 0;
	setsockopt(c, 1, SO_SNDTIMEO, timeout);
	write(asked[1], "x", 1);
	expected("send with a signal", send(c, buf, 20000, 0), INTR);
	write(asked[1], "x", 1);
	expected("send", send(c, buf, 20000, 0), 20000);
	return 0;
}`);
}, 120_000);

it('a listener that was shut down listens again, whatever becomes of those that had not connected yet', () => {
  silent(`
int main(void)
{
	struct address me = at(0x7f000001, 99), silent = at(0x0a000263, 0);
	int fd = listener(99, NONBLOCK), c = socket(1 | NONBLOCK), s, one = 1;

	/* Its address is nobody's, so the answer does not reach it. */
	setsockopt(c, 0, 15, one);
	if (bind(c, &silent) || connect(c, &me) != INPROGRESS) printf("no half connection\\n");
	sleep_ms(10);
	close(c);
	if (shutdown(fd, 0) || listen(fd, 4)) printf("cannot listen again\\n");
	/* Longer than a request is kept. */
	sleep_ms(130000);
	c = socket(1 | NONBLOCK);
	expected("connect", connect(c, &me), INPROGRESS);
	sleep_ms(10);
	if ((s = accept(fd)) < 0) printf("deaf: %d\\n", s);
	close(c);
	close(s);
	/* Who wants no queue gets one of one. */
	listen(fd, 0);
	c = socket(1 | NONBLOCK);
	connect(c, &me);
	sleep_ms(10);
	if ((s = accept(fd)) < 0) printf("deaf with a queue of none: %d\\n", s);
	return 0;
}`);
}, 120_000);

it('what waits to be sent is cut to a window that has become small, however much more it is than the sender may have by now', () => {
  silent(`
int main(void)
{
	struct address me = at(0x7f000001, 99);
	int fd = listener(99, 0), c = socket(1), s, large = 212992, small = 1, less = 8192;
	long timeout[2] = { 5, 0 }, sent = 0, came = 0, n;

	setsockopt(c, 1, SO_SNDBUF, large);
	if (connect(c, &me) || (s = accept(fd)) < 0) printf("no connection\\n");
	setsockopt(s, 1, SO_RCVTIMEO, timeout);
	while ((n = send(c, buf, 16384, DONTWAIT)) > 0)
		sent += n;
	setsockopt(c, 1, SO_SNDBUF, small);
	setsockopt(s, 1, SO_RCVBUF, less);
	while (came < sent && (n = recv(s, buf, sizeof(buf), 0)) > 0)
		came += n;
	expected("bytes that came", came, sent);
	return 0;
}`);
}, 120_000);
