/** To write a block for the last moment that was run takes nothing further: what comes next is what would have come, and it is still to come. */
import { beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_PORT, typed } from '../base/input.ts';
import type { RunSpec } from '../link/protocol.ts';
import { labOfItsOwn, type OwnLab } from './testing-link.ts';

const HEAD = '---\nid: mine\ntitle: Mine\nquestion: What?\napp: console-echo\ninput: "hello\\nagain\\n"\n---\nProse.\n';
/** A block before the moment whose place does not come by then. */
const LATER = `${HEAD}\n:::stop{#later at="syscall(write, 7)"}\nLater.\n:::\n`;
const writes = labOfItsOwn(), never = labOfItsOwn();

const to = ({ link: { call } }: OwnLab, until: NonNullable<RunSpec['until']>) => call('run', { direction: 'forward', until, unbroken: true });
const on = ({ link: { call } }: OwnLab) => call('run', { direction: 'forward', unbroken: true });
const known = async ({ link: { call } }: OwnLab, from: number) => ({ ...(await call('hash', {})), moment: await call('moment', {}),
  events: (await call('events', { from, to: Infinity, limit: 100_000 })).map(({ tick, text }) => `${tick} ${text}`),
  console: (await call('views', { show: { console: true } })).console });

const MOMENTS: [string, (lab: OwnLab) => Promise<unknown>][] = [
  ['a function', (lab) => to(lab, { kind: 'function', name: 'kernel:ksys_write' })],
  ['a system call', (lab) => to(lab, { kind: 'syscall', name: 'write', nth: 0 })],
  ['a change of the ring', (lab) => to(lab, { kind: 'event', event: 'ring-change', match: { to: '3' } })],
  ['the middle of nowhere', async (lab) => {
    await to(lab, { kind: 'function', name: 'kernel:ksys_write' });
    for (let n = 0; n < 5; n++) await lab.link.call('step', { unit: 'instruction', direction: 'forward' });
  }],
  ['a wait, with a line that is still to be typed', async (lab) => {
    await to(lab, { kind: 'event', event: 'context-switch', match: { to: '0' } });
    for (let isHalted = false; !isHalted;) isHalted = (await lab.link.call('step', { unit: 'instruction', direction: 'forward' })).status.halted;
  }],
  ['the end, where nothing is left to be typed', on],
];

describe.each(MOMENTS)('at %s', (_where, go) => {
  beforeAll(async () => {
    for (const { link: { call } } of [writes, never]) {
      expect((await call('author', { file: 'mine.md', text: HEAD })).diagnostics).toEqual([]);
      await call('open', { scenario: 'mine' });
    }
    for (const lab of [writes, never]) await go(lab);
  }, 60_000);

  it('the moment stays the last that was run, and what comes after it is the same', async () => {
    const { link: { call } } = writes, { tick, live } = await call('pause', {});
    expect(live).toBe(tick);
    for (const text of [HEAD, LATER]) for (const wish of ['stop', 'ask'] as const) {
      const { edit, refused, status } = await call('writeHere', { text, at: text.length, wish, panels: [] });
      expect(refused ?? edit?.insert).toContain(':::');
      expect([status.tick, status.live], `${wish} ${edit?.insert}`).toEqual([tick, tick]);
    }
    expect(await known(writes, tick - 1000)).toEqual(await known(never, tick - 1000));
    for (const lab of [writes, never]) {
      await lab.link.call('input', { port: CONSOLE_PORT, bytes: typed('typed') });
      await on(lab);
    }
    expect((await call('pause', {})).branches).toBe(1);
    expect(await known(writes, tick - 1000)).toEqual(await known(never, tick - 1000));
  }, 60_000);
});
