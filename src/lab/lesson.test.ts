/** A course as the page plays it, over the handlers of the link. */
import { beforeAll, describe, expect, it } from 'vitest';
import { CONSOLE_PORT, typed } from '../base/input.ts';
import type { Handlers } from '../link/protocol.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';
import { createBuilder } from './builder.ts';
import { stock } from './objects.ts';
import { createSession } from './session.ts';
import { guestSources } from './sources.ts';

const COURSE = `---
id: course
title: A course
question: What is asked?
app: console-echo
sample: "hello\\n"
---
First.

:::stop{#read at="syscall(read)" show="path"}
In ring {{ring}}, after {{syscalls('read')}} read and {{syscalls('write')}} write.
:::

:::predict{#ring ask="In which ring is the CPU?"}
- [ ] three :: check="ring == 3" misconception="The kernel runs in ring 3." goto="event(context-switch)"
  It is {{config}}.
- [x] none :: check="ring == 0"
  So it is.
:::

:::stop{#sleep at="event(context-switch, to=0)"}
Nobody types.
:::

:::predict{#stack ask="Where does the frame land?" at="event(interrupt)"}
- [ ] on the program's :: check="frame.stack == 'user'"
- [x] on the idle task's :: check="frame.stack == 'kernel'"
:::

:::stop{#write at="syscall(write)"}
:::

:::change{#ukl config="ukl"}
:::

:::check{#echoed that="console contains 'hello'"}
It came back, by {{syscalls('write')}} write.
:::

:::check{#typed when="console contains 'hello'" that="syscalls('write') == 1"}
:::

:::check{#elsewhere when="config == 'ukl' && console contains 'hello'" that="exit == 0"}
:::
`;

let handlers: Handlers;

async function type(text: string): Promise<void> {
  await handlers.seek({ tick: (await handlers.pause({})).live });
  await handlers.input({ port: CONSOLE_PORT, bytes: typed(text) });
}

beforeAll(async () => {
  const originals = guestSources();
  ({ handlers } = createSession({ originals, pump: () => Promise.resolve(),
    build: createBuilder({ originals, clock: () => 0, objects: stock.objects, compiler: () => Promise.resolve(createUnitCompiler()) }) }));
  expect(await handlers.author({ file: 'course.md', text: COURSE })).toMatchObject({ diagnostics: [], scenario: { id: 'course' } });
  await handlers.open({ scenario: 'course' });
}, 60_000);

it('nobody\'s file takes the place of a lesson that comes with Ringside', async () => {
  const before = (await handlers.catalogue({})).scenarios.find(({ id }) => id === 'hello');
  const { scenario, diagnostics } = await handlers.author({ file: 'mine.md', text: COURSE.replace('id: course', 'id: hello') });
  expect(scenario).toBeUndefined();
  expect(diagnostics).toMatchObject([{ line: 2, message: expect.stringContaining("'hello' is one of the lessons that come with Ringside") as string }]);
  expect((await handlers.catalogue({})).scenarios.find(({ id }) => id === 'hello')).toEqual(before);
});

describe('a course', () => {
  it('is told without what gives an answer away', async () => {
    const view = await handlers.lesson({});
    expect(view.steps.map(({ id, kind, applies }) => `${kind} ${id} ${applies}`)).toEqual(['stop read true', 'predict ring true', 'stop sleep true',
      'predict stack true', 'stop write true', 'change ukl true']);
    expect(view.steps[1]).toMatchObject({ ask: 'In which ring is the CPU?', options: ['three', 'none'], ahead: false });
    // What the machine will have to say is not known yet.
    // Whether somebody will have typed is not known yet; in which build that is, is.
    expect(view.checks).toMatchObject([{ id: 'echoed', text: 'It came back, by … write.', applies: true }, { id: 'typed', applies: true },
      { id: 'elsewhere', applies: false }]);
    expect(view.steps[3].ahead).toBe(true);
    expect(view.steps[5]).toMatchObject({ to: { config: 'ukl', set: {} }, flips: ['ukl'] });
    expect(JSON.stringify(view)).not.toMatch(/isRight|ring ==|misconception/);
  });

  it('a stop is the place that the command line finds, and says what the machine says there', async () => {
    const { status, text, moment } = await handlers.lessonStep({ step: 'read' });
    expect(text).toBe('First.\n\nIn ring 0, after 1 read and 0 write.');
    expect(moment).toMatch(/^read\(0/);
    await handlers.seek({ tick: 0 });
    const again = await handlers.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry', match: { name: 'read' } } });
    expect(status.tick).toBe(again.status.tick);
  });

  it('a wrong answer is told by its misconception, leaves the machine where it was, and can be refuted by the moment that it names', async () => {
    const { status: { tick } } = await handlers.lessonStep({ step: 'ring' });
    const verdict = await handlers.lessonAnswer({ step: 'ring', choice: 0 });
    expect(verdict).toMatchObject({ right: false, misconception: 'The kernel runs in ring 3.', why: 'It is `linux`.', status: { tick } });
    expect(verdict).not.toHaveProperty('answer');
    const refuted = await handlers.lessonRefute({ step: 'ring', choice: 0 });
    expect(refuted.status.tick).toBe((await handlers.lessonStep({ step: 'sleep' })).status.tick);
    expect(await handlers.lessonAnswer({ step: 'ring', choice: 1 })).toMatchObject({ right: true, why: 'So it is.', status: { tick } });
  });

  it('who gives up is shown the answer', async () => {
    expect(await handlers.lessonAnswer({ step: 'ring', choice: null })).toMatchObject({ right: false, answer: 'none', why: 'So it is.' });
  });

  it('a check that does not hold says what the names in it were', async () => {
    expect((await handlers.lessonEnd({})).checks).toEqual([{ id: 'echoed', ok: false, text: 'It came back, by 0 write.',
      values: [{ text: 'console', value: expect.stringContaining('init process') as string }] }]);
  });

  it('passes the reader\'s own breakpoints', async () => {
    const set = await handlers.setBreakpoint({ spec: { kind: 'symbol', symbol: 'kernel:do_syscall_64' } });
    expect(await handlers.lessonStep({ step: 'sleep' })).toMatchObject({ text: 'Nobody types.' });
    expect((await handlers.lessonStep({ step: 'sleep' })).missed).toBeUndefined();
    if (!('error' in set)) await handlers.removeBreakpoint({ id: set.id });
  });

  it('of a step that is not there is refused by name', async () => {
    await expect(handlers.lessonStep({ step: 'reed' })).rejects.toThrow("unknown step 'reed'; did you mean read?");
    await expect(handlers.lessonAnswer({ step: 'ring', choice: 9 })).rejects.toThrow("'ring' has no answer 9");
  });

  it('what waits for a line says so, and goes on when one has come', async () => {
    const { status: { tick } } = await handlers.lessonStep({ step: 'stack' });
    expect(await handlers.lessonAnswer({ step: 'stack', choice: 1 })).toMatchObject({ waits: true, missed: expect.stringContaining('Idle') as string,
      right: false, status: { tick } });
    await type('hello\n');
    const verdict = await handlers.lessonAnswer({ step: 'stack', choice: 1 });
    expect(verdict).toMatchObject({ right: true, moment: expect.stringContaining('interrupt') as string });
    expect(verdict.missed).toBeUndefined();
    expect(verdict.status.tick).toBeGreaterThan(tick);
    expect((await handlers.lessonStep({ step: 'write' })).moment).toContain('write(1, "hello');
    // What is known of the time to come is not counted.
    expect((await handlers.lessonStep({ step: 'read' })).text).toBe('First.\n\nIn ring 0, after 1 read and 0 write.');
    expect(await handlers.lessonEnd({})).toMatchObject({ waits: true, checks: [{ id: 'echoed', ok: true }, { id: 'typed', ok: true }] });
  });
});

it('a file with mistakes opens nothing and is told', async () => {
  const text = COURSE.replace('id: course', 'id: mine').replace('syscall(read)', 'sycall(read)');
  const { diagnostics, scenario } = await handlers.author({ file: 'mine.md', text });
  expect(diagnostics).toEqual([expect.objectContaining({ file: 'mine.md', line: 10, column: 19 })]);
  expect(scenario).toBeUndefined();
  await expect(Promise.resolve(handlers.open({ scenario: 'mine' }))).rejects.toThrow("There is no scenario 'mine'");
});

it('a check that the right answer cannot meet is told with what it computed, to who chose that answer and to who gave up', async () => {
  const text = COURSE.replace('id: course', 'id: unmet').replace('- [x] none :: check="ring == 0"', '- [x] none :: check="ring == 3 - 2"')
    .replace('check="ring == 3" misc', 'check="ring == 0" misc');
  expect(await handlers.author({ file: 'unmet.md', text })).toMatchObject({ diagnostics: [] });
  await handlers.open({ scenario: 'unmet' });
  const none = { text: 'none', isRight: true, check: 'ring == 3 - 2', values: [{ text: 'ring', value: '0' }] };
  const three = { text: 'three', isRight: false, check: 'ring == 0', values: [{ text: 'ring', value: '0' }] };
  expect(await handlers.lessonAnswer({ step: 'ring', choice: 1 })).toMatchObject({ right: false, unmet: [none] });
  expect(await handlers.lessonAnswer({ step: 'ring', choice: 0 })).toMatchObject({ right: true, unmet: [three] });
  expect(await handlers.lessonAnswer({ step: 'ring', choice: null })).toMatchObject({ unmet: [three, none] });
  expect(await handlers.lessonAnswer({ step: 'stack', choice: 0 })).toMatchObject({ unmet: [] });
});
