/** Scenario files of a teacher's own: what is wrong with them, and what is published of the format. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { expressionMistake } from '../lab/expr-kinds.ts';
import { FIRST_WORDS, FUNCTIONS, NAMES, REGISTERS, VOCABULARY } from '../lab/vocabulary.ts';
import { ringside } from './commands.ts';
import { LANGUAGE, languagePage, scenarioSchema } from './scenario-schema.ts';

const GOOD = `---
id: mine
title: Mine
question: Why?
app: hello
---
Look.

:::stop{#write at="syscall(write)" show="path"}
Here.
:::

:::predict{#ring ask="In which ring?"}
- [ ] three :: check="ring == 3" misconception="The kernel runs in ring 3."
  It does not.
- [x] none :: check="ring == 0"
:::

:::change{#ukl config="ukl"}
The same without rings.
:::

:::check{#printed that="console contains 'hello'"}
It greets.
:::
`;
let folder: string, said: string, complaints: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringside-'));
  said = complaints = '';
  vi.spyOn(console, 'log').mockImplementation((text) => void (said += `${String(text)}\n`));
  vi.spyOn(console, 'error').mockImplementation((text) => void (complaints += `${String(text)}\n`));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

it('a good file is told with what is in it', async () => {
  const path = file('mine.md', GOOD);
  expect(await ringside(['check', path])).toBe(0);
  expect(said).toBe(`${path}: mine: 1 stop, 1 prediction, 1 change, 1 check\n`);
  expect(complaints).toBe('');
});

it('every mistake of a file is told at once, each with line, column and a mark below it', async () => {
  const path = file('mine.md', GOOD.replace('syscall(write)', 'syscall(wrote)').replace('ring == 3', 'rink == 3').replace('Look.', 'Look: <b>'));
  expect(await ringside(['check', path])).toBe(2);
  expect(complaints.match(/^\S+: error: [^;]*;/gm)?.map((one) => one.slice(path.length))).toEqual([
    ":7:7: error: '<b>' is HTML;", ":9:28: error: unknown system call 'wrote';", ":14:23: error: rink == 3: unknown name 'rink';"]);
  expect(complaints).toContain('\nLook: <b>\n      ^~~\n');
});

it('a file of one\'s own is played', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await ringside(['run', file('mine.md', GOOD)])).toBe(0);
  expect(said).toMatch(/^stop write: holds at tick \d+\n {4}Look\.\n\n {4}Here\.\npredict ring: holds at tick \d+\n {4}In which ring\?\n/m);
  expect(said).toContain('change ukl: not tried: it is the run with --config ukl\n    The same without rings.\ncheck printed: holds\n    It greets.\n');
  said = '';
  expect(await ringside(['run', file('mine.md', GOOD), '--config', 'ukl'])).toBe(0);
  expect(said).toMatch(/change ukl: this is its build\n/);
  expect(await ringside(['run', file('mine.md', GOOD.replace('syscall(write)', 'syscall(wriet)'))])).toBe(2);
  expect(complaints).toMatch(/mine\.md:9:28: error: unknown .*did you mean write\?/);
});

it('a directory is all files in it, and two of one id are told', async () => {
  file('a.md', GOOD);
  file('b.md', GOOD);
  file('README.md', 'no scenario');
  expect(await ringside(['check', folder])).toBe(2);
  expect(complaints).toMatch(/b\.md:2:1: error: .*a\.md has the id 'mine' already\n$/);
});

it.each([[['check']], [['check', '/nowhere.md']]])('%o is refused by a sentence', async (words) => {
  expect(await ringside(words)).toBe(2);
  expect(complaints).toMatch(/^ringside: .+\n$/);
});

it('the schema has the keys and attributes of the tables, with what they are', () => {
  const schema = scenarioSchema();
  expect(schema).toMatchObject({
    type: 'object', additionalProperties: false, required: ['id', 'title', 'question', 'app'],
    properties: { id: { type: 'string', pattern: '^[a-z][a-z0-9-]*$', description: expect.any(String) as string }, seed: { type: 'integer', default: 1 },
      set: { type: 'object' }, panels: { type: 'array', items: { type: 'string' } } },
    $defs: { stop: { required: ['at'] }, check: { required: ['that'] }, predict: { required: ['ask'] }, answer: { properties: { goto: {} } } },
  });
});

it('the page of the language has every name', () => {
  const page = languagePage();
  for (const name of [...Object.keys(NAMES), ...Object.keys(REGISTERS)]) expect(page).toContain(`\`${name}\``);
  for (const [name, { args }] of Object.entries(FUNCTIONS)) expect(page).toContain(`\`${name}(${args})\``);
});

describe('a new file', () => {
  it('is the lesson of the README under its own name, and nothing is wrong with it', async () => {
    const path = join(folder, 'second-try.md');
    expect(await ringside(['check', '--new', path])).toBe(0);
    expect(await ringside(['check', path])).toBe(0);
    expect(said).toContain(`${path}: second-try: 3 stops, 2 predictions, 1 check\n`);
  });

  it('never takes the place of one that is there, and has a name that a lesson can have', async () => {
    const path = file('mine.md', GOOD);
    expect(await ringside(['check', '--new', path])).toBe(2);
    expect(complaints).toContain('mine.md is there already');
    expect(readFileSync(path, 'utf8')).toBe(GOOD);
    expect(await ringside(['check', '--new', join(folder, 'My Lesson.md')])).toBe(2);
    expect(complaints).toContain('lower-case words with dashes');
    expect(await ringside(['check', '--new', join(folder, 'nowhere', 'mine.md')])).toBe(2);
    expect(complaints).toContain('cannot write');
  });
});

describe('the README of the scenarios', () => {
  const readme = readFileSync(new URL('../../scenarios/README.md', import.meta.url), 'utf8');

  it('ends with the reference that the tables make', () => {
    expect(readme.slice(readme.indexOf(LANGUAGE)), 'from there on it is what `ringside check --language` prints').toBe(languagePage());
  });

  const end = readme.indexOf('That is all a first lesson needs.');

  it('takes a newcomer two minutes: four hundred and fifty words before the first lesson is written', () => {
    expect(end).toBeGreaterThan(0);
    expect(readme.slice(0, end).match(/\S+/g)?.length).toBeLessThanOrEqual(450);
  });

  it('names the words that a first lesson is written with, each as an expression that is none of a mistake', () => {
    const rows = [...readme.slice(readme.indexOf('## Words you will want'), end).matchAll(/^- `([^`]+)`:/gm)].map(([, words]) => words);
    expect(rows.map((row) => /^\w+/.exec(row)?.[0])).toEqual(FIRST_WORDS);
    for (const row of rows) expect(expressionMistake(row, VOCABULARY, false), row).toBeUndefined();
  });

  it('has a whole lesson, in which all holds', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await ringside(['run', file('my-lesson.md', /```markdown\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')])).toBe(0);
    expect(said.match(/^(?:stop|predict|check) \S+: holds/gm)).toHaveLength(6);
    // What each of them says, with the machine's values.
    expect(said).toMatch(/^stop start: holds at tick \d+\n(?: {4}.*\n|\n)* {4}Here it begins, in ring 3\.$/m);
    expect(said).toMatch(/^predict stack: .*\n {4}SYSCALL has just run\. .*\n\n {4}- \[ \] the kernel's\n/m);
    expect(said).toMatch(/^stop write: .*\n {4}The kernel begins to serve `write\(1, …, \d\d?\)`\.$/m);
    expect(said).toMatch(/^check printed: holds\n {4}It prints its line\.$/m);
  });
});
