/** The guest's network stack against the client host at the other end of the wire. */
import { describe, expect, it } from 'vitest';
import { netGuest, type NetGuest } from '../lab/net-testing.ts';
import type { Host } from '../net/host.ts';
import type { Connection } from '../net/tcp.ts';
import { GUEST_IP, type Program } from '../net/wire.ts';

const MS = 1_000_000;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** System calls without a library: what is tested is the kernel. */
const SYSCALLS = `#include <stdio.h>
static long call(long nr, long a, long b, long c, long d, long e, long f)
{
	long ret;
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = f;
	asm volatile("syscall" : "=a" (ret) : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8), "r" (r9) : "rcx", "r11", "memory");
	return ret;
}
#define read(fd, p, n) call(0, fd, (long)(p), n, 0, 0, 0)
#define write(fd, p, n) call(1, fd, (long)(p), n, 0, 0, 0)
#define close(fd) call(3, fd, 0, 0, 0, 0, 0)
#define socket(type) call(41, 2, type, 0, 0, 0, 0)
#define connect(fd, a) call(42, fd, (long)(a), 16, 0, 0, 0)
#define accept(fd) call(43, fd, 0, 0, 0, 0, 0)
#define sendto(fd, p, n, a) call(44, fd, (long)(p), n, 0, (long)(a), 16)
#define recvfrom(fd, p, n, a, l) call(45, fd, (long)(p), n, 0, (long)(a), (long)(l))
#define shutdown(fd, how) call(48, fd, how, 0, 0, 0, 0)
#define bind(fd, a) call(49, fd, (long)(a), 16, 0, 0, 0)
#define listen(fd, n) call(50, fd, n, 0, 0, 0, 0)
#define setsockopt(fd, l, o, v) call(54, fd, l, o, (long)(v), 4, 0)
struct address { unsigned short family, port; unsigned int addr; char zero[8]; };
static struct address at(unsigned int addr, int port)
{
	return (struct address) { 2, __builtin_bswap16(port), __builtin_bswap32(addr), { 0 } };
}
static void sleep_ms(long ms)
{
	long t[2] = { ms / 1000, ms % 1000 * 1000000 };
	call(35, (long)t, 0, 0, 0, 0, 0);
}
static int listener(int port)
{
	struct address a = at(0, port);
	int fd = socket(1);
	if (bind(fd, &a) || listen(fd, 16))
		printf("cannot listen\\n");
	return fd;
}
`;

/** Takes `count` connections one after the other and sends back what comes, until the client ends; then the memory that is out is compared. */
const ECHO = (count: number): string => `${SYSCALLS}
static char buf[65536];
int main(void)
{
	int fd = listener(7), n;
	for (n = 0; n < ${count}; n++) {
		int c = accept(fd);
		long got;
		while ((got = read(c, buf, sizeof(buf))) > 0) {
			long done = 0;
			while (done < got) {
				long put = write(c, buf + done, got - done);
				if (put <= 0) { printf("write %ld\\n", put); return 1; }
				done += put;
			}
		}
		if (got < 0) printf("read %ld\\n", got);
		close(c);
	}
	close(fd);
	sleep_ms(1000);
	return 0;
}`;

/** A client that sends bytes as soon as the guest is up, reads as many back, and closes. */
class Client implements Program {
  state = {};
  said: string[] = [];
  bytes: number[] = [];
  at = 80 * MS;
  readonly host: Host;
  readonly sends: Uint8Array;
  readonly port: number;
  constructor(host: Host, sends: Uint8Array, port = 7) {
    this.host = host;
    this.sends = sends;
    this.port = port;
  }
  nextTimer(): number {
    return this.at;
  }
  pass(): void {
    this.at = Infinity;
    this.host.write(this.host.connect(GUEST_IP, this.port), this.sends);
  }
  opened(): void {
    this.said.push('opened');
  }
  received(connection: Connection, bytes: Uint8Array): void {
    for (const byte of bytes) this.bytes.push(byte);
    if (this.bytes.length === this.sends.length) this.host.close(connection);
  }
  ended(connection: Connection): void {
    this.said.push('ended');
    this.host.close(connection);
  }
  closed(_connection: Connection, why: string): void {
    this.said.push(why);
  }
}

function run(source: string, program: (host: Host) => Program, options: Partial<Parameters<typeof netGuest>[0]> = {}): NetGuest & { program: Program } {
  const guest = netGuest({ source, program, ...options }), stop = guest.run(400_000_000);
  expect({ stop, console: guest.console().split('init process\n')[1] }).toEqual({ stop: { kind: 'exit', code: 0 }, console: '' });
  return { ...guest, program: guest.wire.program };
}

it('finds the card, answers ARP and echoes ICMP', () => {
  const pongs: string[] = [];
  const guest = netGuest({
    source: `${SYSCALLS} int main(void) { sleep_ms(1000); return 0; }`,
    program: (host) => {
      let at = 100 * MS;
      const program: Program = {
        state: {}, nextTimer: () => at,
        pass: () => { at = Infinity; host.ping(GUEST_IP, utf8('\0\x01\0\x01hello')); },
        pong: (_from, rest) => void pongs.push(new TextDecoder().decode(rest)),
      };
      return program;
    },
  });
  expect(guest.run()).toEqual({ kind: 'exit', code: 0 });
  expect(guest.console()).toContain('virtio_net virtio0 eth0: 52:54:00:12:34:56\n');
  expect(pongs).toEqual(['\0\x01\0\x01hello']);
  expect(guest.frames.map(({ direction }) => direction)).toEqual(['in', 'out', 'in', 'out']);
}, 60_000);

describe('TCP', () => {
  it('takes a connection, sends back what comes and closes after the client', () => {
    const { program } = run(ECHO(1), (host) => new Client(host, utf8('hello, world')));
    expect(new TextDecoder().decode(Uint8Array.from((program as Client).bytes))).toBe('hello, world');
    expect((program as Client).said).toEqual(['opened', 'ended']);
  }, 60_000);
});
