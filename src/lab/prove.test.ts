/** A lesson that can be read is played in the background: what the machine does not bear out is told at its block. */
import { expect, it } from 'vitest';
import { labOfItsOwn } from './testing-link.ts';

const HEAD = '---\nid: mine\ntitle: Mine\nquestion: What?\napp: hello\n---\nProse.\n';
const { link: { call } } = labOfItsOwn();
/** The letters that are marked of each mistake, and what of them. */
const told = async (blocks: string, head = HEAD): Promise<[string, string][] | undefined> => {
  const text = `${head}${blocks}`;
  expect((await call('author', { file: 'mine.md', text, keep: false })).diagnostics).toEqual([]);
  const { diagnostics } = await call('prove', { file: 'mine.md', text }), lines = text.split('\n');
  return diagnostics?.map(({ line, column, length, message }) => [lines[line - 1].slice(column - 1, column - 1 + length), message]);
};

it('nothing is said where all of it comes as it says', async () => {
  expect(await told(`:::stop{#main at="function(app:main)"}\n:::\n:::stop{#write at="syscall(write)"}\n:::
:::predict{#ring ask="?"}\n- [x] none :: check="ring == 0"\n- [ ] three :: check="ring == 3"\n:::\n:::check{#end that="exit == 0"}\n:::\n`)).toEqual([]);
}, 60_000);

it('places out of order, places that are not reached, answers and checks that the machine refutes', async () => {
  expect(await told(`:::stop{#write at="syscall(write)"}\n:::\n:::stop{#main at="function(app:main)"}\n:::\n:::stop{#panic at="event(panic)"}\n:::
:::predict{#ring ask="?"}\n- [ ] none :: check="ring == 1"\n  No.\n- [x] three :: check="ring == 0x3"\n:::\n:::check{#end that="exit == 7"}\n:::\n`)).toEqual([
    ['function(app:main)', expect.stringContaining("comes before 'write' in the run")],
    ['event(panic)', expect.stringMatching(/^'panic': it was never reached: The machine powered off/)],
    ['ring == 0x3', expect.stringContaining("'three' is marked as right, and its check does not hold there: ring == 0x3 (ring is 0x0)")],
    ['exit == 7', expect.stringContaining("does not hold at the end: exit == 7 (exit is 0)")],
  ]);
}, 60_000);

it('what came with a block and is still to be written over', async () => {
  expect(await told(':::stop{#write at="syscall(write)"}\nWhat there is to see here.\n:::\n')).toEqual([
    ['What there is to see here.', expect.stringContaining('write your own words')]]);
}, 60_000);

it('where each block is, and from where a question looks ahead', async () => {
  const { moments = {} } = await call('prove', { file: 'mine.md', text: `${HEAD}:::predict{#first ask="?" at="syscall(write)"}
- [x] none :: check="ring == 0"\n- [ ] three :: check="ring == 3"\n:::\n:::stop{#write at="syscall(write)"}\n:::
:::predict{#then ask="?" at="event(ring-change)"}\n- [ ] none :: check="ring == 0"\n- [x] three :: check="ring == 3"\n:::\n` });
  const { first, write, then } = moments;
  expect(first).toEqual({ tick: write.tick, asked: expect.any(Number) as number });
  expect(first.asked).toBeLessThan(write.tick);
  expect(then).toEqual({ tick: expect.any(Number) as number, asked: write.tick, stop: 'write' });
  expect(then.tick).toBeGreaterThan(write.tick);
}, 60_000);

it('what waits for somebody who types is told as that', async () => {
  expect(await told(':::stop{#out at="event(exit)"}\n:::\n', HEAD.replace('app: hello', 'app: console-echo'))).toEqual([
    ['event(exit)', expect.stringContaining('the machine waits for somebody to type, and there is no more input')],
  ]);
}, 60_000);

it('the machine that is open stands where it stood, and a newer text has an older one given up', async () => {
  await call('author', { file: 'mine.md', text: HEAD });
  await call('open', { scenario: 'mine' });
  const { hash } = await call('hash', {}), text = `${HEAD}:::stop{#write at="syscall(write)"}\n:::\n`;
  const [older, newer] = await Promise.all([call('prove', { file: 'mine.md', text }), call('prove', { file: 'mine.md', text })]);
  expect([older.diagnostics, newer.diagnostics]).toEqual([undefined, []]);
  expect((await call('hash', {})).hash).toBe(hash);
}, 60_000);
