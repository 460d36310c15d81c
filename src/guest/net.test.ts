/** The guest's network stack against the client host at the other end of the wire. */
import { expect, it } from 'vitest';
import { GUEST_IP, type Program } from '../net/wire.ts';
import { netGuest } from '../lab/net-testing.ts';

const SLEEPS = `#include <time.h>
int main(void) { struct timespec t = { 1, 0 }; return nanosleep(&t, 0); }`;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

it('finds the card, answers ARP and echoes ICMP', () => {
  const pongs: string[] = [];
  const guest = netGuest({
    source: SLEEPS,
    program: (host) => {
      let at = 100_000_000;
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
