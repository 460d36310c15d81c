import { expect, it } from 'vitest';
import type { Slot } from '../link/reports.ts';
import { openGuest } from './testing.ts';

it('an interrupt frame in a red zone is named, and what it has cost', async () => {
  const lab = openGuest({ app: 'checksum', config: 'ukl', set: { APP_RED_ZONE: 'on' } });
  const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'red-zone-write' } });
  const { low, high } = (stop.event?.fields ?? {}) as { low: bigint; high: bigint };
  const stack = lab.views(['stacks']).stacks?.stacks.find(({ inUse }) => inUse);
  expect(stack?.kind).toBe('user');
  const slots = stack?.rows.filter((row): row is Slot => !('count' in row) && row.addr >= low && row.addr < high) ?? [];
  // SDM Vol. 3A, "Stack Switching in IA-32e Mode": five words, the lowest is RIP.
  expect(slots.map(({ kind, label }) => `${kind} ${label.split(/\W/)[0]}`)).toEqual(['hw ss', 'hw sp', 'hw flags', 'hw cs', 'hw ip']);
  const { tick } = lab;
  lab.seek(stop.event!.tick);
  const before = slots.map(({ addr }) => lab.machine.peekNumber(addr, 8));
  lab.seek(tick);
  slots.forEach(({ overwritten }, n) => {
    expect(overwritten?.by).toMatch(/^interrupt \d+$/);
    expect(overwritten?.lost).toBe(before[n]);
  });
  expect(slots.map(({ overwritten }) => overwritten?.what)).toContainEqual(expect.stringMatching(/^sum\[\d\]$/));
  expect(slots.at(-1)?.addr).toBe(stack?.rsp);
});

it('the return address of a call that the compiler does not see is a stranger in the red zone of who made it', async () => {
  const lab = openGuest({ app: 'leaf-call', config: 'ukl', set: { APP_RED_ZONE: 'on' } });
  const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'red-zone-write' } });
  const used = lab.show({ stacks: true }).stacks?.stacks.find(({ inUse }) => inUse), row = used?.rows.find(({ addr }) => addr === used.rsp);
  expect(row).toMatchObject({ kind: 'ret', overwritten: { by: 'call', tick: stop.event?.tick } });
});

it('the mark of who overwrote a red zone lasts as long as what was written there, and no longer', async () => {
  const lab = openGuest({ app: 'checksum', config: 'ukl', set: { APP_RED_ZONE: 'on' } });
  const { stop } = await lab.run({ direction: 'forward', until: { kind: 'event', event: 'red-zone-write' } });
  const { low, high } = (stop.event?.fields ?? {}) as { low: bigint; high: bigint };
  const written = new Map<bigint, bigint | undefined>();
  for (let at = low & ~7n; at < high; at += 8n) written.set(at, lab.machine.peekNumber(at, 8));
  let kept = 0, gone = 0;
  const { tick } = lab;
  for (const later of [0, 2_000, 150_000]) {
    if (later) await lab.run({ direction: 'forward', maxInstructions: tick + later - lab.tick });
    for (const stack of lab.views(['stacks']).stacks?.stacks ?? []) {
      for (const row of stack.rows) {
        if ('count' in row || !written.has(row.addr) || row.overwritten?.tick !== stop.event?.tick) continue;
        expect(row.value, `${later} ticks later`).toBe(written.get(row.addr));
        kept++;
      }
    }
    for (const [at, value] of written) if (lab.machine.peekNumber(at, 8) !== value) gone++;
  }
  expect([kept > 0, gone > 0]).toEqual([true, true]);
});

it.each(['linux', 'ukl'])('%s: what the program was given stands above its first frame', async (config) => {
  const lab = openGuest({ app: 'hello', config, args: ['one', 'two'] });
  lab.setBreakpoint({ kind: 'symbol', symbol: 'main' });
  await lab.run({ direction: 'forward' });
  const rows = lab.views(['stacks']).stacks?.stacks.find(({ kind }) => kind === 'user')?.rows ?? [];
  const labels = rows.map(({ label }) => label).toReversed(), from = labels.indexOf('argc');
  expect(labels.slice(from, from + 6)).toEqual(['argc', 'argv[0]', 'argv[1]', 'argv[2]', 'argv[3]', 'envp[0]']);
  const argv = rows.filter(({ label }) => /^argv\[[0-2]\]$/.test(label)).map((row) => ('count' in row ? '' : row.text));
  expect(argv).toEqual([expect.stringMatching(/hello|UKL/), '"one"', '"two"'].toReversed());
  const page = rows[rows.length - 1 - labels.indexOf('value of AT_PAGESZ')];
  expect(page).toMatchObject({ value: 4096n });
});

const WIDE = `#include <unistd.h>
int main(void)
{
	volatile long words[120];
	for (int n = 0; n < 120; n += 7)
		words[n] = n + 1;
	words[119] = getppid();
	return words[0] != 1;
}
`;

it.each(['linux', 'ukl'])('%s: what a step changed is marked with what it was, wherever on the stacks, and nothing else is', async (config) => {
  const lab = openGuest({ source: WIDE, config });
  lab.setBreakpoint({ kind: 'symbol', symbol: 'main' });
  await lab.run({ direction: 'forward' });
  const marked = new Set<bigint>();
  for (let n = 0; n < 500; n++) {
    const rsp = lab.machine.registers().gpr[4] & ~7n, before = new Map<bigint, bigint | undefined>();
    for (let at = rsp - 2048n; at < rsp + 2048n; at += 8n) before.set(at, lab.machine.peekNumber(at, 8));
    await lab.step('instruction', 'forward');
    for (const row of lab.views(['stacks']).stacks?.stacks.flatMap(({ rows }) => rows) ?? []) {
      if ('count' in row || !before.has(row.addr) || row.value === undefined) continue;
      const was = before.get(row.addr);
      expect(row.was, `tick ${lab.tick}, word ${row.addr.toString(16)}`).toBe(was === row.value || was === undefined ? undefined : was);
      if (row.was !== undefined) marked.add(row.addr - lab.machine.registers().gpr[4]);
    }
  }
  // The array is filled through RBP, far above RSP.
  expect([...marked].some((offset) => offset > 256n)).toBe(true);
});

it('with several CPUs the stacks of interrupts are those of the CPU that is shown', async () => {
  const lab = openGuest({ app: 'hello', config: 'linux', set: { NR_CPUS: '2' } });
  await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry' } });
  const shown = (cpu: number) => {
    lab.focus({ cpu });
    return (lab.views(['stacks']).stacks?.stacks ?? []).filter(({ kind }) => kind !== 'user' && kind !== 'kernel');
  };
  const [first, second] = [shown(0), shown(1)];
  expect(first.map(({ name }) => name)).toEqual([...new Set(first.map(({ name }) => name))]);
  expect(second.map(({ name }) => name)).toEqual(first.map(({ name }) => name));
  expect(first.map(({ low }) => low).filter((low) => second.some((other) => other.low === low))).toEqual([]);
});
