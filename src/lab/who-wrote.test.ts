import { expect, it, vi } from 'vitest';
import { openGuest } from './testing.ts';

const SOURCE = `
#include <stdio.h>
volatile long early, never = 3, often;
int main(void)
{
	early = 7;
	for (int i = 0; i < 150000; i++)
		often = i;
	puts("done");
	return 0;
}
`;

it('a write far back is found without looking at each step on the way', async () => {
  const lab = openGuest({ source: SOURCE });
  await lab.run({ direction: 'forward', until: { kind: 'syscall', name: 'write', nth: 0 } });
  const now = lab.tick, begun = lab.tracer.record.call('arch_prctl', 0)?.tick ?? 0;
  expect(now - begun).toBeGreaterThan(500_000);
  let looked = 0;
  const watch = lab.history.watch.bind(lab.history);
  vi.spyOn(lab.history, 'watch').mockImplementation((look, until) => {
    looked += until - lab.tick;
    return watch(look, until);
  });
  const addressOf = (name: string): bigint => {
    const found = lab.symbols.images.flatMap(({ debug }) => debug.globals).find((one) => one.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found.addr;
  };
  const of = (name: string) => lab.whoWrote(addressOf(name), 8);
  const early = of('early');
  expect(early).toMatchObject({ found: true, place: { symbol: 'main' }, before: 0n, after: 7n });
  expect(of('often')).toMatchObject({ found: true, place: { symbol: 'main' }, before: 149_998n, after: 149_999n });
  expect(of('never')).toMatchObject({ found: true, after: 3n });
  expect(lab.tick).toBe(now);
  expect(looked).toBeLessThan(100_000);

  // Others are let in between, at this very moment; whoever has seen enough ends it.
  const seen: number[] = [], hash = lab.machine.hash();
  const searched = (goesOn: (tick: number) => boolean) => lab.searchWriter(addressOf('early'), 8, undefined, (tick) => {
    expect([lab.tick, lab.machine.hash()]).toEqual([now, hash]);
    seen.push(tick);
    return Promise.resolve(goesOn(tick));
  });
  expect(await searched(() => true)).toEqual(early);
  expect(seen.length).toBeGreaterThan(0);
  expect(await searched(() => false)).toMatchObject({ found: false, cancelled: true, tick: seen[0] });
  expect(await searched(() => lab.seek(now - 1_000).stop.kind !== 'idle')).toMatchObject({ cancelled: true });
  expect(lab.tick).toBe(now - 1_000);
});
