/** What has gone wrong for good is said from then on, and at its own step in place of what that did otherwise; before it, nothing is. */
import { expect, it } from 'vitest';
import type { EventKind } from '../link/events.ts';
import type { Lab } from './lab.ts';
import { runGuest, type GuestRunOptions } from './testing.ts';

const said = (lab: Lab) => {
  const { code } = lab.show({ code: true });
  return { word: lab.status().trouble?.word, narration: code?.narration.isGrave ? code.narration.what : undefined };
};

async function at(event: EventKind, options: GuestRunOptions) {
  const { lab, events } = await runGuest(options), [first] = events(event), end = said(lab);
  lab.seek(first.tick - 2);
  const before = said(lab);
  await lab.run({ direction: 'forward', until: { kind: 'event', event } });
  return { lab, before, there: said(lab), end };
}

it('a deadlock lasts as long as its wait does', async () => {
  const { before, there, end } = await at('self-wait', { app: 'map-deep', config: 'ukl-nss', set: { UKL_STACK_VMA: 'off' } });
  expect(before).toEqual({ word: undefined, narration: undefined });
  expect(there).toEqual({ word: 'deadlock', narration: expect.stringMatching(/^Task \d+ waits for mmap_lock, which it holds itself\.$/) as string });
  expect(end).toEqual({ word: 'deadlock', narration: undefined });
});

it('a delivery that meets a fault says where, and a machine that has shut down that it has', async () => {
  const { lab, there } = await at('triple-fault', { app: 'overrun', config: 'ukl' });
  expect(there).toEqual({ word: 'triple fault', narration: '#PF while #DF was delivered: shutdown.' });
  expect(lab.status().over).toBe('shut down');
  lab.seek(lab.tick - 1);
  expect(lab.status().over).toBeUndefined();
  const df = lab.tracer.record.events.find(({ kind }) => kind === 'delivery-fault')?.text;
  expect(df).toMatch(/^(interrupt 236|#PF) cannot be delivered: #PF at [0-9a-f]+.*, so #[PD]F$/);
});

it('a panic says what it is in the middle of, and what its page fault was about', async () => {
  const { lab, events } = await runGuest({ app: 'two-processes', config: 'ukl-nss', set: { NR_CPUS: '2' } }), { trouble } = lab.status();
  const [panic] = events('panic'), [fault] = events('exception').filter(({ fields }) => fields['vector'] === 14).slice(-1);
  // The struct lies on the other process's stack; where this one has a stack at the same address too, nothing has been put there.
  const at = Number(fault.fields['cr2']).toString(16);
  const said = `The kernel panics: Fatal exception in interrupt, in #PF at ${at}, in the stack of ${panic.pid}, not mapped here, `;
  expect(trouble?.text.startsWith(said), trouble?.text).toBe(true);
  expect(trouble?.text.slice(said.length)).toMatch(/^in interrupt 25\d$/);
});

it('on a stack that a sleeping task goes on from, somebody else is seen to write over it', async () => {
  const { lab, events } = await runGuest({ app: 'late-page', config: 'ukl-nss', set: { UKL_PF: 'ist', UKL_STACK_VMA: 'off' } });
  const [wait] = events('self-wait'), second = events('exception').find(({ tick }) => tick > wait.tick);
  // Before that it is not empty: as much of it is used as its sleeper needs.
  lab.seek(second?.tick ?? 0);
  const slept = lab.show({ stacks: true }).stacks?.stacks.find(({ name }) => name === '#PF'), [sleeper] = slept?.left ?? [];
  expect(slept?.inUse).toBe(false);
  expect(slept?.usedBytes).toBe(Number((slept?.high ?? 0n) - (sleeper?.rsp ?? 0n)));
  lab.seek((second?.tick ?? 0) + 1);
  const { stacks } = lab.show({ stacks: true }), used = stacks?.stacks.find(({ inUse }) => inUse);
  expect([stacks?.task.pid, used?.name, used?.left?.map(({ pid }) => pid)]).toEqual([second!.pid, '#PF', [wait.pid]]);
  expect(second!.pid).not.toBe(wait.pid);
});

it('a machine that is off has nothing that runs next', async () => {
  const { lab, stop } = await runGuest({ app: 'hello' });
  expect([stop, lab.status().over]).toEqual(['exit', 'powered off']);
  lab.seek(lab.tick - 1);
  expect(lab.status().over).toBeUndefined();
});

it('what stands on stacks that the page tables no longer map is not told, and not that nothing does', async () => {
  const { lab } = await runGuest({ app: 'overrun', config: 'ukl' }), { stacks, threads } = lab.show({ stacks: true,
    threads: { from: 0, to: lab.tick, columns: 100, follow: false } });
  const isThere = (at: bigint): boolean => lab.machine.peek(at, 8) !== null;
  expect(stacks?.stacks.map(({ high, unreadable = false }) => unreadable === isThere(high - 8n))).not.toContain(true);
  expect(stacks?.stacks.some(({ unreadable }) => unreadable)).toBe(true);
  const sleepers = threads?.tasks.filter(({ id, state, call }) => id >= 0 && state === 'asleep' && call === undefined) ?? [];
  expect(sleepers.map(({ waitsFor }) => waitsFor)).not.toContain('__schedule');
});
