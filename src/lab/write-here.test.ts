/** A block for the present moment: wherever the machine stands, the lesson that it is put into leads to this very tick. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { TextEdit, Wish } from '../link/lesson.ts';
import type { RunSpec } from '../link/protocol.ts';
import { labOfItsOwn } from './testing-link.ts';
import { parseScenario } from './scenario.ts';
import { roomFor } from './write-here.ts';

const HEAD = '---\nid: mine\ntitle: Mine\nquestion: What?\napp: console-echo\ninput: "hello\\nagain\\nmore\\n"\n---\nProse.\n';
const { link: { call }, session } = labOfItsOwn(), other = labOfItsOwn().link;

async function open(text: string): Promise<void> {
  expect((await call('author', { file: 'mine.md', text })).diagnostics).toEqual([]);
  await call('open', { scenario: 'mine' });
}

beforeAll(() => open(HEAD), 60_000);

const write = (text: string, wish: Wish = 'stop', panels: string[] = []) => call('writeHere', { text, at: text.length, wish, panels });
const put = (text: string, edit: TextEdit | undefined): string => `${text.slice(0, edit?.at)}${edit?.insert}${text.slice(edit?.at)}`;
const until = (spec: RunSpec['until'], nth = 1) => call('run', { direction: 'forward', until: spec as NonNullable<RunSpec['until']>, nth, unbroken: true });
const toStart = async () => {
  await call('seek', { tick: 0 });
  return until({ kind: 'function', name: 'app:main' });
};
const placeOf = (edit: TextEdit | undefined): string => /at="([^"]*)"/.exec(edit?.insert ?? '')?.[1] ?? '';
/** What the author writes anew. */
const fieldsOf = (text: string, edit: TextEdit | undefined): string[] => edit?.fields.map(({ from, to }) => put(text, edit).slice(from, to)) ?? [];
const idOf = (edit: TextEdit | undefined): string => /\{#([\w-]+)/.exec(edit?.insert ?? '')?.[1] ?? '';

/** Writes a stop for this moment, and plays the lesson to it in a machine of its own. */
async function writtenAndPlayed(text: string): Promise<{ at: string; text: string }> {
  const { tick } = await call('pause', {}), { edit, refused, status } = await write(text);
  expect(refused).toBeUndefined();
  expect(status.tick, 'the machine stands where it stood').toBe(tick);
  const all = put(text, edit);
  expect((await other.call('author', { file: 'mine.md', text: all })).diagnostics).toEqual([]);
  await other.call('open', { scenario: 'mine' });
  const played = await other.call('lessonStep', { step: idOf(edit) });
  expect([played.missed, played.status.tick], placeOf(edit)).toEqual([undefined, tick]);
  return { at: placeOf(edit), text: all };
}

describe('a stop here', () => {
  it('at an event is that event, as short as it can be said', async () => {
    await toStart();
    await until({ kind: 'event', event: 'syscall-entry', match: { name: 'write' } });
    expect((await writtenAndPlayed(HEAD)).at).toBe('syscall(write)');
    await until({ kind: 'syscall', name: 'write', nth: 2 });
    expect((await writtenAndPlayed(HEAD)).at).toBe('syscall(write, 2)');
  });

  it('after another stop is looked for from there', async () => {
    await toStart();
    await until({ kind: 'syscall', name: 'write', nth: 0 });
    const { text } = await writtenAndPlayed(HEAD);
    await until({ kind: 'syscall', name: 'write', nth: 1 });
    const second = await writtenAndPlayed(text);
    expect(second.at).toBe('syscall(write)');
    expect(second.text).toContain(':::stop{#write-2 at="syscall(write)"}');
  });

  it('at the begin of a function is the function, the more often it was met with its number', async () => {
    await toStart();
    await until({ kind: 'function', name: 'kernel:ksys_write' });
    expect((await writtenAndPlayed(HEAD)).at).toBe('function(ksys_write)');
    await toStart();
    await until({ kind: 'function', name: 'kernel:ksys_write' }, 3);
    expect((await writtenAndPlayed(HEAD)).at).toBe('nth(3, function(ksys_write))');
  });

  it('at the begin of a line is the line, by the letters that no other has', async () => {
    await toStart();
    const { sources } = session.lab()?.options ?? { sources: new Map<string, string>() };
    const lines = sources.get('apps/console-echo.c')?.split('\n') ?? [], n = lines.findIndex((line) => line.includes('write('));
    await until({ kind: 'line', file: 'apps/console-echo.c', line: n + 1 });
    const { at } = await writtenAndPlayed(HEAD);
    expect(at).toMatch(/^line\(apps\/console-echo\.c, '\w[^']*'\)$/);
    expect(lines[n]).toContain(/'([^']+)'/.exec(at)?.[1]);
  });

  it('in the middle of nowhere is the tick, and anywhere leads back to it', async () => {
    const start = (await toStart()).status.tick, kinds = new Set<string>();
    await until({ kind: 'syscall', name: 'write', nth: 2 });
    const { live } = await call('pause', {});
    for (let n = 1; n <= 4; n++) {
      const { status: { tick } } = await call('seek', { tick: start + Math.floor(((live - start) * n) / 4.5) });
      const { at } = await writtenAndPlayed(HEAD);
      kinds.add(at.replace(/\(.*/, ''));
      if (at.startsWith('tick')) expect(at).toBe(`tick(${tick})`);
    }
    expect([...kinds]).toContain('tick');
  }, 120_000);

  it('has the panels that it is to show, and comes behind the introduction and before the checks wherever the cursor is', async () => {
    await toStart();
    await until({ kind: 'syscall', name: 'write', nth: 0 });
    const text = `${HEAD}\n:::check{#end that="exit == 0"}\nIt ends.\n:::\n`;
    for (const at of [0, 5, text.indexOf('Prose'), text.indexOf('It ends'), text.length]) {
      const { edit } = await call('writeHere', { text, at, wish: 'stop', panels: ['stacks', 'cpu'] });
      expect(edit?.insert).toContain('show="stacks,cpu"}');
      expect(put(text, edit)).toMatch(/---\nProse\.\n\n:::stop\{#write [^\n]*\n[^\n]*\n:::\n\n:::check\{#end /);
      expect(fieldsOf(text, edit)).toEqual(['What there is to see here.', '']);
    }
  });

  it('comes between the blocks whose places come before and after it, whatever the order in which they are written', async () => {
    const main = (await toStart()).status.tick;
    let text = HEAD;
    for (const nth of [2, 0, 1]) {
      await call('seek', { tick: main });
      await until({ kind: 'syscall', name: 'write', nth });
      const { edit } = await call('writeHere', { text, at: 0, wish: nth === 0 ? 'ask' : 'stop', panels: [] });
      text = put(text, edit);
    }
    expect([...text.matchAll(/^:::\w+\{#[\w-]+/gm)].map(String)).toEqual([':::predict{#ask-write', ':::stop{#write-2', ':::stop{#write']);
    await call('seek', { tick: main });
    const { edit } = await write(text);
    expect(placeOf(edit)).toBe('function(main)');
    expect(put(text, edit)).toMatch(/Prose\.\n\n:::stop\{#main [^\n]*\n[^\n]*\n:::\n\n:::predict/);
  });

  it('stays behind the prose that was written for it, where that is its place', () => {
    const text = `${HEAD}\n:::stop{#one at="syscall(write)"}\nOne.\n:::\n\nThen it goes on.\n\n:::stop{#two at="syscall(write)"}\nTwo.\n:::\n`;
    expect(text.slice(0, roomFor(text, 'one', text.indexOf('goes on')))).toMatch(/Then it goes on\.$/);
    expect(text.slice(0, roomFor(text, 'one', text.length))).toMatch(/One\.\n:::$/);
    expect(text.slice(0, roomFor(text, undefined, text.length))).toMatch(/Prose\.$/);
  });

  it('is refused where the course cannot come to it, in words', async () => {
    await toStart();
    await until({ kind: 'syscall', name: 'write', nth: 0 });
    const { text } = await writtenAndPlayed(HEAD);
    expect((await write(text)).refused).toContain("The stop 'write' is this very moment");
    await call('seek', { tick: 1000 });
    expect((await write(HEAD)).refused).toContain('begins where its program does');
    expect((await write(HEAD.replace('title: Mine\n', ''))).refused).toContain('mend that first');
    expect((await write(HEAD.replace('console-echo', 'hello'))).refused).toContain('another one (console-echo)');
    await toStart();
    expect((await write(HEAD.replace('app: console-echo', 'app: console-echo\nconfig: ukl'))).refused).toContain('PRIVILEGE');
  });
});

describe('a question here', () => {
  it('is about what has changed since the stop before, and the machine tells its answers apart', async () => {
    await toStart();
    await until({ kind: 'event', event: 'ring-change', match: { to: '0' } });
    const { edit, status: { tick } } = await write(HEAD, 'ask', ['cpu']), text = put(HEAD, edit);
    expect(edit?.insert).toContain('check="ring == 3"');
    expect(fieldsOf(HEAD, edit)).toEqual(['After the next ring change, in which ring does the CPU run?', 'in ring 3', 'ring == 3',
      'What somebody believes who chooses this.', 'What to say to who chose this.', 'in ring 0', 'ring == 0', 'Why this is right.', '']);
    expect(edit?.insert).toContain('- [ ] in ring 3 :: check="ring == 3" misconception="What somebody believes who chooses this."\n  What to say');
    const behind = edit?.fields.at(-1)?.from;
    expect(text.slice(0, behind)).toMatch(/\n:::\n$/);
    expect(edit?.insert).toContain('- [x] in ring 0 :: check="ring == 0"');
    expect(parseScenario('mine.md', text).diagnostics).toEqual([]);
    await other.call('author', { file: 'mine.md', text });
    await other.call('open', { scenario: 'mine' });
    expect(await other.call('lessonAnswer', { step: idOf(edit), choice: 1 })).toMatchObject({ right: true, unmet: [], status: { tick } });
    expect(await other.call('lessonAnswer', { step: idOf(edit), choice: 0 })).toMatchObject({ right: false, unmet: [] });
  });

  /** The first two questions at a moment, when the stop before it is the first instruction of the program. */
  const askedAt = async (...moment: Parameters<typeof until>): Promise<string[]> => {
    await toStart();
    const { stop } = await until(...moment);
    expect(stop.kind).not.toBe('off');
    const first = (await write(HEAD, 'ask')).edit, second = (await write(put(HEAD, first), 'ask')).edit;
    return [first, second].map((edit) => / ask="([^"]*)"/.exec(edit?.insert ?? '')?.[1] ?? '');
  };

  it('is first about what this very moment has changed, then about what else differs from the stop before; and it says when', async () => {
    expect(await askedAt({ kind: 'syscall', name: 'write', nth: 0 })).toEqual([
      expect.stringMatching(/^[\d,]+ ticks from here, which system call does the kernel serve\?$/),
      'When the kernel next begins to serve write, what is the first argument of this system call?']);
    expect((await askedAt({ kind: 'syscall', name: 'read', nth: 0 }))[0]).toBe('At the next syscall entry, which system call does the kernel serve?');
    expect(await askedAt({ kind: 'event', event: 'stack-switch', match: {} })).toEqual([
      'After the next stack switch, where does the stack pointer point?', 'After the next stack switch, in which ring does the CPU run?']);
    expect(await askedAt({ kind: 'function', name: 'kernel:ksys_write' })).toEqual([
      'When ksys_write begins, in which ring does the CPU run?', 'When ksys_write begins, where does the stack pointer point?']);
    expect((await askedAt({ kind: 'event', event: 'context-switch', match: {} }))[0]).toBe('At the next context switch, which task is given the CPU?');
  }, 60_000);

  it('at the stop before itself has no place of its own', async () => {
    await toStart();
    await until({ kind: 'syscall', name: 'write', nth: 0 });
    const { text } = await writtenAndPlayed(HEAD), { edit } = await write(text, 'ask'), all = put(text, edit);
    expect(placeOf(edit)).toBe('');
    expect(edit?.insert, 'and no words for another moment').toContain(' ask="Which system call does the kernel serve?"');
    expect(parseScenario('mine.md', all).diagnostics).toEqual([]);
  });
});

describe('a question at a page fault', () => {
  const DEEP = HEAD.replace('app: console-echo', 'app: deep-stack').replace(/input:.*\n/, '');
  beforeAll(() => open(DEEP), 60_000);

  it('is not asked again where the text asks it in other words and something else can be asked: then what is next in rank', async () => {
    await toStart();
    await until({ kind: 'event', event: 'exception' });
    let text = DEEP;
    const asks: string[] = [], ranks: number[] = [];
    for (let n = 0; n < 4; n++) {
      const { edit } = await write(text, 'ask'), ask = / ask="([^"]*)"/.exec(edit?.insert ?? '')?.[1] ?? '';
      asks.push(ask);
      ranks.push(edit?.insert.indexOf('ring == 0') ?? -1);
      text = put(text, edit).replace(`ask="${ask}"`, `ask="Mine, number ${n}?"`);
    }
    expect(placeOf((await write(DEEP, 'ask')).edit)).toBe('event(exception)');
    expect(new Set(asks).size).toBe(asks.length);
    expect(ranks[0]).toBeGreaterThan(0);
    expect(ranks.slice(1)).toEqual([-1, -1, -1]);
    expect(parseScenario('mine.md', text).diagnostics).toEqual([]);
    await other.call('author', { file: 'mine.md', text });
    await other.call('open', { scenario: 'mine' });
    for (const [, step] of text.matchAll(/:::predict\{#([\w-]+)/g)) {
      expect(await other.call('lessonAnswer', { step, choice: 1 }), step).toMatchObject({ right: true, unmet: [] });
      expect(await other.call('lessonAnswer', { step, choice: 0 }), step).toMatchObject({ right: false, unmet: [] });
    }
  });

  it('of a fault that is over is about the instruction that runs again, by no address', async () => {
    await toStart();
    await until({ kind: 'event', event: 'exception' });
    const { text, at } = await writtenAndPlayed(DEEP);
    expect(at).toBe('event(exception)');
    await until({ kind: 'event', event: 'ring-change', match: { to: '3' } });
    const asked = `${text}\n:::predict{#whose ask="Whose?" at="event(ring-change)"}\n- [ ] a :: check="ring == 0"\n`
      + '- [x] b :: check="ring == 3 && region(rsp) == \'user\'"\n:::\n';
    const asks: string[] = [];
    for (let all = asked, n = 0; n < 4; n++) {
      const { edit } = await write(all, 'ask');
      asks.push(edit?.insert ?? '');
      all = put(all, edit);
    }
    expect(asks[0], 'what everybody can read comes first').not.toContain('interrupted');
    const again = asks.find((one) => one.includes('which instruction runs next?'));
    expect(again).toContain('- [x] the one that was interrupted :: check="rip == interrupted"');
    expect(again).toContain('- [ ] another one than was interrupted :: check="rip != interrupted"');
    expect(asks.join('\n')).not.toMatch(/0x|\d{5}/);
  });
});
