/** A lesson about a shell that is typed to: several processes, one after the other at the same addresses. */
import { expect, it } from 'vitest';
import type { RunSpec } from '../link/protocol.ts';
import { labOfItsOwn, type OwnLab } from './testing-link.ts';

type Link = Pick<OwnLab['link'], 'call'>;
type Until = NonNullable<RunSpec['until']>;

const LINES = 'echo one two | wc\nexit 7\n';
const headOf = (head: string): string => `---\nid: mine\ntitle: Mine\nquestion: What?\napp: sh\n${head}---\nProse.\n`;
const HEAD = headOf(`input: ${JSON.stringify(LINES)}\n`);

async function open({ call }: Link, text: string): Promise<void> {
  expect((await call('author', { file: 'mine.md', text })).diagnostics).toEqual([]);
  await call('open', { scenario: 'mine' });
}

const goTo = async ({ call }: Link, until: Until) => (await call('run', { direction: 'forward', until, unbroken: true })).status;

/** A stop at each of these moments, one after the other. */
async function written(link: Link, head: string, moments: readonly Until[]): Promise<{ text: string; ticks: number[] }> {
  const ticks: number[] = [];
  let text = head;
  for (const moment of moments) {
    ticks.push((await goTo(link, moment)).tick);
    const { edit, refused } = await link.call('writeHere', { text, at: text.length, wish: 'stop', panels: [] });
    expect(refused).toBeUndefined();
    if (edit) text = `${text.slice(0, edit.at)}${edit.insert}${text.slice(edit.at)}`;
  }
  return { text, ticks };
}

const placesIn = (text: string): string[] => [...text.matchAll(/ at="([^"]*)"/g)].map(([, at]) => at);
/** Where the lesson comes to, stop by stop, in a machine of its own. */
async function played(text: string): Promise<number[]> {
  const { link } = labOfItsOwn(), ticks: number[] = [];
  await open(link, text);
  for (const [, step] of text.matchAll(/:::stop\{#([\w-]+)/g)) {
    const { missed, status } = await link.call('lessonStep', { step });
    expect([step, missed]).toEqual([step, undefined]);
    ticks.push(status.tick);
  }
  return ticks;
}

it('arrives at a function of the C library where it begins, also after a run to another one', async () => {
  const { link } = labOfItsOwn();
  await open(link, HEAD);
  for (const name of ['pipe', 'fork', 'waitpid']) expect((await goTo(link, { kind: 'function', name })).place).toMatchObject({ symbol: name, offset: 0 });
}, 120_000);

it('stops of a shell are said by the functions and system calls of its processes, one after the other', async () => {
  const { link } = labOfItsOwn(), call = (name: string): Until => ({ kind: 'event', event: 'syscall-entry', match: { name } });
  await open(link, HEAD);
  const { text, ticks } = await written(link, HEAD, [{ kind: 'function', name: 'pipe' }, { kind: 'function', name: 'fork' }, call('execve'), call('write')]);
  expect(placesIn(text)).toEqual(['function(pipe)', 'function(fork)', 'syscall(execve)', expect.stringMatching(/syscall\(write|function\(/)]);
  expect(await played(text)).toEqual(ticks);
}, 120_000);

it('where somebody typed by hand they are said so too, and the lesson comes by them with its own input', async () => {
  const { link } = labOfItsOwn();
  await open(link, headOf(''));
  // Another tick than that at which the lesson's own line comes in.
  await link.call('run', { direction: 'forward' });
  await link.call('input', { port: 'uart', bytes: new TextEncoder().encode('ls\n') });
  await link.call('run', { direction: 'forward' });
  await link.call('input', { port: 'uart', bytes: new TextEncoder().encode('echo one two | wc\n') });
  const { text } = await written(link, headOf('input: "ls\\necho one two | wc\\n"\n'),
    [{ kind: 'function', name: 'pipe' }, { kind: 'function', name: 'fork' }, { kind: 'event', event: 'syscall-entry', match: { name: 'execve' } }]);
  expect(placesIn(text).join()).not.toContain('tick');
  expect(await played(text)).toHaveLength(3);
}, 120_000);
