/** The guest's sockets, read from its memory alone. */
import { expect, it } from 'vitest';
import { CLIENT_PORT, typed } from '../base/input.ts';
import type { Memory } from './memory.ts';
import { socketsNow } from './sockets.ts';
import { openGuest } from './testing.ts';

it('one that listens and one that is connected, with what nobody has read yet; memory that makes no sense ends the search', async () => {
  const lab = openGuest({ app: 'echo-server', set: { NET: 'on' } });
  await lab.start();
  const sockets = () => socketsNow(lab.machine, lab.symbols.kernel).sockets.map(({ state, local, remote, receive: { unread } }) =>
    `${state} ${local} ${remote} ${unread}`);
  expect(sockets()).toEqual([]);
  await lab.finish();
  expect(sockets()).toEqual(['LISTEN *:7  0']);
  lab.input(CLIENT_PORT, typed('hello\r\n'));
  const seen = new Set<string>();
  for (let isIdle = false; !isIdle;) {
    const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'context-switch' } });
    for (const one of sockets()) seen.add(one);
    isIdle = stop.kind === 'idle';
  }
  expect([...seen].filter((one) => one.startsWith('ESTABLISHED')).toSorted()).toEqual([
    'ESTABLISHED 10.0.2.15:7 10.0.2.2:32768 0', 'ESTABLISHED 10.0.2.15:7 10.0.2.2:32768 7']);
  // Whatever is written where the lists are.
  const { kernel } = lab.symbols, fields = (value: (at: bigint) => bigint): Memory => ({ tick: 0,
    peek: (at, length) => Uint8Array.from({ length }, (_, n) => Number((value(at & ~7n) >> BigInt(8 * (n & 7))) & 0xffn)),
    peekNumber: (at) => value(at & ~7n) });
  for (const value of [() => 0n, () => 8n, (at: bigint) => at + 8n, (at: bigint) => at ^ 0x5555_5555n, () => (1n << 64n) - 1n]) {
    const { sockets: found, more } = socketsNow(fields(value), kernel);
    expect(found.length + more).toBeLessThan(10_000);
  }
});
