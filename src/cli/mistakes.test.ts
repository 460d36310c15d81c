/** One table of wrong lessons, read by the command line and by a page whose guest sources come later: the same mistakes, at the same places. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Digest } from '../base/digest.ts';
import { formatDiagnostic } from '../base/diagnostic.ts';
import { standIn } from '../base/texts.ts';
import { guestSources } from '../lab/sources.ts';
import type { Handlers } from '../link/protocol.ts';
import type { ReadAhead } from '../toolchain/ahead.ts';
import { setsAhead } from '../toolchain/syscall-table.ts';
import { ringside } from './commands.ts';

const LESSON = `---
id: mine
title: Mine
question: Why?
app: hello
---
Look at {{ring}}.

:::stop{#write at="syscall(write)" show="path"}
Here.
:::

:::predict{#ring ask="In which ring?" at="event(ring-change, to=3)"}
- [ ] three :: check="ring == 3" misconception="The kernel runs in ring 3."
  It does not.
- [x] none :: check="ring == 0"
:::

:::change{#ukl config="ukl"}
The same without rings.
:::

:::check{#printed when="config == 'linux'" that="console contains 'hello'"}
It greets.
:::
`;

/** A right text, a wrong one in its place; where that is told, what is marked, and how it begins. */
const WRONG: [right: string, wrong: string, place: string, marked: string, message: string | RegExp][] = [
  // Names.
  ['syscall(write)', 'syscall(wriet)', '9:28', 'wriet', "unknown system call 'wriet'; did you mean write?"],
  ['syscall(write)', 'function(kernel:do_sycall_64)', '9:29', 'kernel:do_sycall_64',
    "no source has a function 'kernel:do_sycall_64'; did you mean kernel:do_syscall_64?"],
  ['syscall(write)', 'function(app:mian)', '9:29', 'app:mian', "no source has a function 'app:mian'; did you mean app:main?"],
  ['syscall(write)', 'function(libc:puts_)', '9:29', 'libc:puts_', "no source has a function 'libc:puts_'; did you mean libc:puts?"],
  ['syscall(write)', "line(linux/kernel/fork.c, 'no such line')", '9:20', "line(linux/kernel/fork.c, 'no such line')",
    "linux/kernel/fork.c has 0 lines with 'no such line'"],
  ['syscall(write)', "line(apps/hello.c, 'main')", '9:20', "line(apps/hello.c, 'main')", /^$/],
  ['syscall(write)', "line(apps/helo.c, 'puts')", '9:25', 'apps/helo.c', 'there is no file apps/helo.c; did you mean apps/hello.c?'],
  ['syscall(write)', 'sycall(write)', '9:20', 'sycall', "unknown kind of place 'sycall'; did you mean syscall?"],
  ['show="path"', 'show="paht"', '9:42', 'paht', "unknown panel 'paht'; did you mean path?"],
  ['app: hello', 'app: helo', '5:1', 'app', "head: unknown application 'helo'; did you mean hello?"],
  ['{{ring}}', '{{rign}}', '7:11', 'rign', "rign: unknown name 'rign'; did you mean ring?"],
  ['ring == 3', 'ring == three', '14:31', 'three', "ring == three: unknown name 'three'; if it is a text, write 'three'"],
  ['config="ukl"', 'config="ulk"', '19:24', 'ulk', "change 'ukl': unknown configuration 'ulk'; did you mean ukl?"],
  ["console contains 'hello'", "syscalls('wriet') == 1", '23:50', 'syscalls', "syscalls('wriet') == 1: unknown system call 'wriet'; did you mean write?"],
  ["console contains 'hello'", "field('lokc') == 1", '23:50', 'field', "field('lokc') == 1: unknown field 'lokc'; did you mean lock?"],
  // Signs of other languages.
  ['ring == 3', 'ring = 3', '14:28', '=', "ring = 3: '=' is written == here"],
  ['ring == 3', 'ring === 3', '14:28', '===', "ring === 3: '===' is written == here"],
  ['ring == 3', 'ring <> 3', '14:28', '<>', "ring <> 3: '<>' is written != here"],
  ['ring == 3', 'ring == 3 & task == 2', '14:33', '&', "ring == 3 & task == 2: '&' is written && here"],
  ['ring == 3', 'ring == 3 | task == 2', '14:33', '|', "ring == 3 | task == 2: '|' is written || here"],
  ['ring == 3', 'ring == 3 and task == 2', '14:33', 'and', "ring == 3 and task == 2: 'and' is written && here"],
  ['ring == 3', '(ring == 3 OR task == 2)', '14:34', 'OR', "(ring == 3 OR task == 2): 'OR' is written || here"],
  ['ring == 3', 'not ring == 3', '14:23', 'not', "not ring == 3: 'not' is written ! here"],
  ['ring == 3', 'console contains ‘hello’', '14:40', '‘', "console contains ‘hello’: '‘' is written ' here"],
  ['to=3', 'to==3', '13:43', 'event(ring-change, to==3)', 'a field of a place is written with one sign: to=3'],
  ['at="syscall(write)"', "at='syscall(write)'", '9:19', "'syscall(write)'", 'an attribute stands in straight double quotes: at="..."'],
  ['at="syscall(write)"', 'at=“syscall(write)”', '9:19', '“syscall(write)”', 'an attribute stands in straight double quotes: at="..."'],
  ['none :: check', 'none check', '16:12', 'check=', 'what belongs to an answer stands behind two colons: ... :: check="..."'],
  [':::stop{', '::stop{', '9:1', '::stop{#write at="syscall(write)" show="path"}', 'a block begins at the first letter of a line with three colons'],
  [':::stop{', ' :::stop{', '9:1', ' :::stop{#write at="syscall(write)" show="path"}', 'a block begins at the first letter of a line with three colons'],
  // What can never hold.
  ['ring == 3', "ring == '3'", '14:23', "ring == '3'", "ring == '3': ring is a number and '3' a text: they are never equal; write 3 without quotes"],
  ['ring == 3', 'NR_CPUS == 1', '14:23', 'NR_CPUS == 1', "NR_CPUS == 1: NR_CPUS is a text and 1 a number: they are never equal; write '1'"],
  ['ring == 3', "state(2) == 'sleeping'", '14:23', "state(2) == 'sleeping'", "state(2) == 'sleeping': state(2) is never 'sleeping'; it is one of '', 'R', 'S'"],
  ['ring == 3', 'state(2) == 0', '14:23', 'state(2) == 0', 'state(2) == 0: state(2) is a text and 0 a number: they are never equal'],
  ['ring == 3', "ring == 3 && frame.stack == 'kernal'", '14:36', "frame.stack == 'kernal'",
    "ring == 3 && frame.stack == 'kernal': frame.stack is never 'kernal'; did you mean 'kernel'?"],
  ["config == 'linux'", "config == 'linus'", '23:25', "config == 'linus'", "config == 'linus': config is never 'linus'; did you mean 'linux'?"],
  ["config == 'linux'", "UKL_PF != 'dF'", '23:25', "UKL_PF != 'dF'", "UKL_PF != 'dF': UKL_PF is never 'dF'; did you mean 'df'?"],
  ['ring == 3', "field('vector') == 'page fault'", '14:23', "field('vector') == 'page fault'", /field\('vector'\) is a number and 'page fault' a text/],
  ['ring == 3', "console == 'a' + 1", '14:34', "'a' + 1", "console == 'a' + 1: 'a' is a text, and + is for numbers"],
  ['ring == 3', "rsp contains 'a'", '14:23', "rsp contains 'a'", "rsp contains 'a': rsp is a number: only a text contains something"],
  ['ring == 3', "region('rsp') == 'user'", '14:23', 'region', "region('rsp') == 'user': it is written region(address), not region('rsp')"],
  ['ring == 3', 'rax', '14:23', 'rax', 'rax: it is a number, and only a comparison holds or does not, such as == 0'],
  ['to=3', 'to=three', '13:43', 'event(ring-change, to=three)', "to of ring-change is a number, never 'three'; write it in the base of ten"],
];

const lessonWith = (right: string, wrong: string): string => {
  expect(LESSON.split(right)).toHaveLength(2);
  return LESSON.replace(right, wrong);
};

let folder: string, page: Handlers;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-'));
  // As the page has them (vite.config.ts): what of the kernel and the library is read is here when somebody asks for it.
  const whole = guestSources(), isLate = (file: string): boolean => /^(?:linux|lib)\/.*\.[chS]$/.test(file);
  const late = Object.fromEntries([...whole].filter(([file]) => isLate(file)));
  const early = new Map([...whole].map(([file, text]): [string, string] => [file, file in late ? standIn(new Digest().text(text).toString()) : text]));
  vi.resetModules();
  vi.doMock('../guest/sources.gen.ts', () => ({ GUEST_SOURCES: Object.fromEntries(early), SCENARIO_SOURCES: {} }));
  vi.doMock('../toolchain/ahead.ts', () => ({ AHEAD: { abouts: {}, sets: setsAhead(whole) } satisfies ReadAhead }));
  const { createSession } = await import('../lab/session.ts');
  page = createSession({ originals: new Map(early), rest: () => Promise.resolve({ REST: late }), pump: () => Promise.resolve(),
    build: () => Promise.reject(new Error('nothing is built')) }).handlers;
});
afterAll(() => {
  vi.doUnmock('../guest/sources.gen.ts');
  vi.doUnmock('../toolchain/ahead.ts');
  rmSync(folder, { recursive: true });
});

async function onCommandLine(text: string): Promise<string> {
  const path = join(folder, 'mine.md');
  let told = '';
  writeFileSync(path, text);
  const spies = [vi.spyOn(console, 'error').mockImplementation((line) => void (told += `${String(line)}\n`)), vi.spyOn(console, 'log').mockReturnValue()];
  try {
    await ringside(['check', path]);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return told.replaceAll(path, 'mine.md');
}

async function inPage(text: string): Promise<string> {
  const { diagnostics } = await page.author({ file: 'mine.md', text });
  return diagnostics.map((one) => `${formatDiagnostic(one, text.split('\n')[one.line - 1])}\n`).join('');
}

describe('a wrong lesson', () => {
  it('has a right one to begin with', async () => {
    expect(await onCommandLine(LESSON)).toBe('');
    expect(await inPage(LESSON)).toBe('');
  });

  it.each(WRONG)('%s, written %s, is told at its place by the command line and by the page', async (right, wrong, place, marked, message) => {
    const text = lessonWith(right, wrong), told = await onCommandLine(text);
    expect(await inPage(text)).toBe(told);
    if (message instanceof RegExp && message.source === '^$') return;
    const [head = '', source = '', caret = ''] = told.split('\n'), [where, line, column] = /^mine\.md:(\d+):(\d+)/.exec(head) ?? [];
    expect(`${line}:${column}`, told).toBe(place);
    expect(head.slice(`${where}: error: `.length)).toMatch(message instanceof RegExp ? message
      : new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
    expect(source.slice(caret.search(/\^/), caret.length)).toBe(marked);
    // One mistake, told once.
    expect(told.match(/: error: /g)).toHaveLength(1);
  });
});

describe('what somebody sends', () => {
  const head = LESSON.slice(0, LESSON.indexOf(':::'));

  it.each([
    ['a line that is all spaces', `${head}:::predict{#x ask="y"}\n- [ ] a${' '.repeat(150_000)}x\n:::\n`, /:10:1: the line is longer than 2000 letters/],
    ['values that never end', `${head}${'{{'.repeat(90_000)}\n`, /longer than 2000 letters/],
    ['more blocks than a lesson has', head + Array.from({ length: 400 }, (_, n) => `:::stop{#s${n} at="syscall(write)"}\n:::\n`).join(''),
      /more than 300 blocks/],
    ['answers that lead everywhere', `${head}:::predict{#x ask="y" at="syscall(write)"}\n${'- [ ] a :: goto="function(app:nowhere)"\n'.repeat(900)}:::\n`, /./],
    ['nothing but mistakes', head + ':::\n'.repeat(40_000), /./],
  ])('is read to a bound: %s', async (_what, text, says) => {
    const { diagnostics, scenario } = await page.author({ file: 'mine.md', text });
    expect(scenario).toBeUndefined();
    expect(diagnostics.length).toBeLessThanOrEqual(50);
    expect(diagnostics.map(({ line, message }) => `:${line}:1: ${message}`).join('\n')).toMatch(says);
  });

  it('is looked at without being kept', async () => {
    const { scenarios: before } = await page.catalogue({});
    expect(await page.author({ file: 'mine.md', text: LESSON.replace('id: mine', 'id: looked-at'), keep: false })).toMatchObject({ diagnostics: [] });
    expect((await page.catalogue({})).scenarios).toEqual(before);
  });
});
