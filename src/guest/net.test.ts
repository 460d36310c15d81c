/** The guest's network stack against the client host at the other end of the wire. */
import { describe, expect, it } from 'vitest';
import { netGuest, SYSTEM_CALL, type NetGuest } from '../lab/net-testing.ts';
import type { Host } from '../net/host.ts';
import type { Connection } from '../net/tcp.ts';
import { ACK, arpFrame, BROADCAST, FIN, icmpFrame, ip, PSH, RST, SYN, tcpFrame, udpFrame, type Route, type Udp } from '../net/packet.ts';
import { below, chance, next, seeded } from '../net/random.ts';
import { CLIENT_IP, CLIENT_MAC, GUEST_IP, type Program } from '../net/wire.ts';

const MS = 1_000_000;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const SYSCALLS = `${SYSTEM_CALL}#define read(fd, p, n) call(0, fd, (long)(p), n, 0, 0, 0)
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
    source: `${SYSCALLS}
static char text[4096];
int main(void)
{
	int fd;
	sleep_ms(1000);
	fd = call(2, (long)"/proc/net/snmp", 0, 0, 0, 0, 0);
	write(1, text, read(fd, text, sizeof(text)));
	return 0;
}`,
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
  const [names, values] = guest.console().split('\n').filter((line) => line.startsWith('Icmp: ')).map((line) => line.split(' '));
  expect(Object.fromEntries(names.map((name, n) => [name, values[n]]))).toMatchObject({
    InMsgs: '1', InEchos: '1', OutMsgs: '1', OutEchoReps: '1', InErrors: '0',
  });
  expect(guest.frames.map(({ direction }) => direction)).toEqual(['in', 'out', 'in', 'out']);
}, 60_000);

const letters = (length: number): Uint8Array => Uint8Array.from({ length }, (_, n) => 97 + ((n * 7 + (n >> 8)) % 26));

const MACHINES: Record<string, string>[] = [{}, { NR_CPUS: '4', RPS: 'on' }];

describe('TCP', () => {
  it.each(MACHINES)('%j: brings every byte there and back over a wire that loses, reorders and doubles frames, and closes after the client', (set) => {
    const bytes = letters(120_000);
    const { program, wire } = run(ECHO(1), (host) => new Client(host, bytes),
      { set, link: { loss: 20_000, reordering: 20_000, duplication: 10_000, bitsPerSecond: 1_000_000_000 } }), client = program as Client;
    expect(wire.state.link.lost).toBeGreaterThan(0);
    expect(Buffer.from(client.bytes).equals(Buffer.from(bytes))).toBe(true);
    expect(client.said).toEqual(['opened', 'ended']);
    expect(wire.state.host.counts.wrong).toBe(0);
  }, 90_000);

  it('refuses where nobody listens, talks to itself over the loopback device, and UDP answers a datagram or says that the port is not there', () => {
    const said: string[] = [];
    const guest = run(`${SYSCALLS}
static char buf[3000];
int main(void)
{
	struct address me = at(0x7f000001, 99), own = at(0x0a00020f, 99), nobody = at(0x7f000001, 98), peer, any = at(0, 53);
	int fd = listener(99), c = socket(1), d = socket(1), s, u = socket(2), v = socket(2), length = 16, on = 1;

	if (connect(d, &nobody) != -111) printf("98 is open\\n");
	if (connect(c, &me) || (s = accept(fd)) < 0) printf("no loopback\\n");
	if (setsockopt(c, 6, 1, &on)) printf("no TCP_NODELAY\\n");
	if (write(c, "ping", 4) != 4 || read(s, buf, sizeof(buf)) != 4 || write(s, buf, 4) != 4 || read(c, buf, 2) != 2 || read(c, buf + 2, 9) != 2)
		printf("no echo\\n");
	if (shutdown(c, 1) || read(s, buf, 9) != 0 || write(s, "late", 4) != 4 || read(c, buf, 9) != 4) printf("not half open\\n");
	close(s);
	if (read(c, buf, 9) != 0) printf("no end\\n");
	close(c);
	if (connect(d = socket(1), &own) || (s = accept(fd)) < 0) printf("no own address\\n");
	close(s);
	write(d, "x", 1);
	sleep_ms(10);
	if (read(d, buf, 9) != 0) printf("no end for the second\\n");
	/* Bytes that nobody reads make a reset of the end. */
	close(d);
	if (bind(u, &any) || connect(v, &nobody) || write(v, "?", 1) != 1) printf("no UDP\\n");
	sleep_ms(1);
	if (read(v, buf, 1) != -111) printf("a port that is not there\\n");
	if (recvfrom(u, buf, sizeof(buf), &peer, &length) != 5 || length != 16 || sendto(u, buf, 5, &peer) != 5) printf("no datagram\\n");
	sleep_ms(300);
	return 0;
}`, (host) => {
      let at = 120 * MS;
      const program: Program = {
        state: {}, nextTimer: () => at,
        pass: () => {
          at = Infinity;
          host.datagram(GUEST_IP, { srcPort: 4000, dstPort: 53, payload: utf8('query') });
          host.connect(GUEST_IP, 9);
        },
        closed: (_connection, why) => void said.push(why),
        datagram: (_from: number, { srcPort, payload }: Udp) => void said.push(`${srcPort} ${new TextDecoder().decode(payload)}`),
      };
      return program;
    });
    expect(said.sort()).toEqual(['53 query', 'refused']);
    expect(guest.wire.state.host.counts.wrong).toBe(0);
  }, 90_000);
});

/** Frames of every kind whose fields are chosen at random near those that mean something, and then some with bytes changed. */
function hostileFrame(random: ReturnType<typeof seeded>): Uint8Array {
  const flags = [SYN, SYN | ACK, ACK, ACK | PSH, FIN | ACK, RST, RST | ACK, SYN | FIN, 0, 31];
  const near = (n: number): number => (n + below(random, 9) - 4) >>> 0;
  const route: Route = { srcMac: CLIENT_MAC, dstMac: chance(random, 50_000) ? BROADCAST : 0x525400123456,
    src: chance(random, 50_000) ? [GUEST_IP, 0, 0xffff_ffff, ip(127, 0, 0, 1), ip(224, 0, 0, 1), ip(8, 8, 8, 8)][below(random, 6)] : CLIENT_IP,
    dst: chance(random, 50_000) ? [ip(10, 0, 2, 255), 0, ip(127, 0, 0, 1), ip(10, 0, 2, 16)][below(random, 4)] : GUEST_IP, id: below(random, 65_536) };
  const payload = letters(below(random, 40));
  const make: (() => Uint8Array)[] = [
    () => tcpFrame(route, { srcPort: 5000 + below(random, 12), dstPort: chance(random, 800_000) ? 7 : below(random, 65_536),
      seq: near(chance(random, 500_000) ? 0 : 1000), ack: chance(random, 500_000) ? near(0) : next(random),
      flags: flags[below(random, flags.length)], window: below(random, 65_536),
      ...(chance(random, 300_000) ? { mss: below(random, 65_536), windowShift: below(random, 256) } : {}), payload }),
    () => udpFrame(route, { srcPort: below(random, 65_536), dstPort: below(random, 65_536), payload }),
    () => icmpFrame(route, { type: below(random, 20), code: below(random, 17), rest: letters(below(random, 64)) }),
    () => icmpFrame(route, { type: 3, code: below(random, 17), rest: Uint8Array.of(0, 0, 0, 0, ...tcpFrame({ ...route, src: GUEST_IP, dst: CLIENT_IP },
      { srcPort: 7, dstPort: 5000 + below(random, 12), seq: next(random), ack: 0, flags: ACK, window: 9, payload }).subarray(14)) }),
    () => arpFrame(route.dstMac, { op: below(random, 4), senderMac: chance(random, 900_000) ? CLIENT_MAC : BROADCAST,
      senderIp: ip(10, 0, 2, below(random, 256)),
      targetMac: 0, targetIp: ip(10, 0, 2, 10 + below(random, 10)) }),
  ];
  const frame = make[chance(random, 600_000) ? 0 : below(random, make.length)]();
  for (let changes = chance(random, 300_000) ? below(random, 4) : 0; changes > 0; changes--) frame[12 + below(random, frame.length - 12)] = below(random, 256);
  return chance(random, 30_000) ? frame.slice(0, 14 + below(random, frame.length - 14)) : frame;
}

/** The long run is `npm run test:fuzz`'s. */
const LONG = process.env['RINGSIDE_FUZZ_ALL'] !== undefined, FRAMES = LONG ? 1_000_000 : 1500, REQUESTS = LONG ? 1_000_000 : 300;

/** On one CPU; in the long run also with packets that are handed from the card's CPU to others. */
it.each(LONG ? MACHINES : MACHINES.slice(0, 1))(
  '%j: drops and counts what is malformed, and gives all memory back: hostile frames, floods of SYNs, many connections, requests', (set) => {
  const SECOND = 1000 * MS, random = seeded(7), marks: Record<string, number>[] = [];
  let frames = 0, ended = 0, at = SECOND / 10, done = 0, asked = 0, known = 0;
  const guest = netGuest({
    source: `${SYSCALLS}
static char buf[4096];
static void serve(int fd, int count)
{
	while (count--) {
		int c = accept(fd);
		long got;
		while ((got = read(c, buf, sizeof(buf))) > 0)
			write(c, buf, got);
		close(c);
	}
}
int main(void)
{
	int fd = listener(7);

	serve(fd, 1);
	sleep_ms(200000);
	write(1, "\\1", 1);
	sleep_ms(100);
	serve(fd, 13);
	sleep_ms(400000);
	write(1, "\\2", 1);
	sleep_ms(100);
	return 0;
}`,
    forgets: true, set,
    wrote: ({ objects }, character) => { if (character === '\x01' || character === '\x02') marks.push(objects()); },
    program: (host) => ({
      state: {}, nextTimer: () => at,
      pass: () => {
        if (done === 0 || (frames >= FRAMES && done < 14)) {
          done++;
          // The last one asks for a byte at a time.
          host.write(host.connect(GUEST_IP, 7), letters(done < 14 ? 5000 : 1));
          at = done === 1 ? 300 * SECOND : done < 14 ? host.now + SECOND : Infinity;
        } else {
          // More neighbours at first than are kept for long.
          const frame = frames < 200 ? arpFrame(0x525400123456, { op: 1, senderMac: CLIENT_MAC, senderIp: ip(10, 0, 2, 30 + frames), targetMac: 0,
            targetIp: GUEST_IP }) : hostileFrame(random);
          if (frames++ === 200) known = guest.objects()['arp_cache'];
          guest.wire.deliver(frame, 12 * host.now);
          at = host.now + 30_000;
        }
      },
      received: (connection, bytes) => {
        if (done < 14) {
          ended += bytes.length;
          if (ended % 5000 === 0) host.close(connection);
        } else if (++asked < REQUESTS) host.write(connection, letters(1));
        else host.close(connection);
      },
    }),
  });
  const stop = guest.run(LONG ? 60_000_000_000 : 1_600_000_000);
  expect(stop).toEqual({ kind: 'exit', code: 0 });
  expect({ frames, done, ended, asked }).toEqual({ frames: FRAMES, done: 14, ended: 65_000, asked: REQUESTS });
  // Those whom nobody has talked to for a minute are forgotten.
  expect([known, marks[0]['arp_cache']]).toEqual([201, 1]);
  expect(marks[1]).toEqual(marks[0]);
}, LONG ? 4 * 3600_000 : 120_000);
