/** What may stand at the cursor of a lesson's text: whatever is offered, the checker takes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Completions } from '../link/lesson.ts';
import { SWITCHES } from '../guest/configs/switches.ts';
import { EVENT_KINDS } from '../link/events.ts';
import { PANEL_NAMES } from '../link/panels.gen.ts';
import { appNames } from '../toolchain/kconfig.ts';
import { completionsAt, type Guest } from './completion.ts';
import { PLACE_KINDS } from './places.ts';
import { parseScenario } from './scenario.ts';
import { BLOCKS, FRONT_MATTER } from './scenario-format.ts';
import { guestSources } from './sources.ts';
import { FIRST_WORDS, FUNCTIONS, NAMES, REGISTERS } from './vocabulary.ts';

const HEAD = '---\nid: mine\ntitle: Mine\nquestion: What?\napp: hello\n---\n';
let guest: Guest;
beforeAll(() => {
  guest = { sources: guestSources(), functions: [{ name: 'ksys_write', domain: 'kernel' }, { name: 'main', domain: 'app' }] };
});

/** At the bar in a text. */
function at(text: string): Completions & { names: string[] } {
  const whole = text.startsWith('---') ? text : HEAD + text, found = completionsAt(whole.replace('|', ''), whole.indexOf('|'), guest);
  return { ...found, names: found.options.map((one) => one.text) };
}

/** The same text with the nth of what is offered put in. */
function taken(text: string, n = 0): string {
  const whole = text.startsWith('---') ? text : HEAD + text, here = whole.indexOf('|'), { from, options } = at(text);
  const { text: plain, insert = plain } = options[n];
  return `${whole.slice(0, from)}${insert}${whole.slice(here + 1)}`;
}

describe('in the head', () => {
  it('its keys, and of some what they can be', () => {
    expect(at('---\n|\n---\n').names).toEqual(Object.keys(FRONT_MATTER.entries));
    expect(taken('---\nid: mine\nque|\n---\n')).toBe('---\nid: mine\nquestion: \n---\n');
    expect(at('---\napp: |\n---\n').names).toEqual(appNames(guest.sources).slice(0, 50));
    expect(at('---\napp: hel|\n---\n').options[0]).toMatchObject({ text: 'hello', about: expect.stringMatching(/\w/) as string });
    expect(at('---\nconfig: ukl-n|\n---\n').names).toContain('ukl-nss');
    expect(at('---\npanels: [code, sta|]\n---\n').names).toEqual(['stacks']);
    expect(at('---\nset: { NR_|\n---\n').names).toEqual(['NR_CPUS']);
    expect(at('---\nset: { NR_CPUS: |\n---\n').names).toEqual(['1', '2', '4', '6', '8']);
  });
});

describe('in a place', () => {
  it('kinds of places, events and their fields, system calls, functions, files', () => {
    expect(at(':::stop{#here at="|"}\n:::\n').names).toEqual(PLACE_KINDS);
    expect(at(':::stop{#here at="event(|)"}\n:::\n').names).toEqual([...EVENT_KINDS]);
    expect(at(':::stop{#here at="event(ring-change, |)"}\n:::\n').names).toEqual(['from', 'to', 'by']);
    expect(at(':::stop{#here at="syscall(getp|)"}\n:::\n').names).toContain('getpid');
    expect(at(':::stop{#here at="function(|)"}\n:::\n').names).toEqual(['app:main', 'kernel:ksys_write']);
    expect(at(':::stop{#here at="nth(3, function(ksys|))"}\n:::\n').names).toEqual(['kernel:ksys_write']);
    expect(taken(':::stop{#here at="line(apps/hello|)"}\n:::\n')).toContain(`at="line(apps/hello.c, '')"`);
  });
});

describe('in an expression', () => {
  it.each(["region(rsp) == 'kernel'|", 'ring |', 'arg(0)|', "result('read') |", 'ring == 0 r|x'])('nothing behind a value: %s', (text) => {
    expect(at(`{{${text}}}`).names).toEqual([]);
  });

  it.each(['|', 'ring == 0 && |', '!|', 'arg(|', '(|', 'ring ==|', '-r|'])('names where a value begins: %s', (text) => {
    expect(at(`{{${text}}}`).names).toContain('ring');
  });

  it('names, registers, functions and switches, and the texts that they can be', () => {
    const known = [...Object.keys(NAMES), ...Object.keys(REGISTERS), ...Object.keys(FUNCTIONS), ...SWITCHES.map(({ key }) => key)];
    for (const name of known) expect(at(`:::check{#end that="${name}|"}\n:::\n`).names, name).toContain(name);
    expect(at(`:::check{#end that="events('red-|"}\n:::\n`).names).toEqual(['red-zone-write']);
    expect(at(`:::check{#end that="region(rsp) == 'us|"}\n:::\n`).names).toContain('user');
    expect(at(`:::check{#end that="PREEMPT == '|"}\n:::\n`).names).toEqual(['none', 'full']);
    expect(at('It is in ring {{ri|}}.').names).toContain('ring');
    expect(at('- [x] yes :: check="ring == 0|"').names).toEqual([]);
    for (const spot of ['It is {{|}}.', '- [x] yes :: check="|"', '- [x] yes :: check="ring == 0 && |"', ':::check{#end that="|"}\n:::\n']) {
      expect(at(spot).names.slice(0, FIRST_WORDS.length), spot).toEqual(FIRST_WORDS);
      expect(at(spot).names.toSorted(), 'and all the others').toEqual(known.toSorted());
    }
    expect(at('- [x] yes :: check="syscalls(\'wri|\')"').names).toContain('write');
    expect(at(`:::check{#end that="console contains 'ri|'"}\n:::\n`).names, 'a text of its own').toEqual([]);
  });
});

it('of names that begin so, then of those of which a word within does, and of no others', () => {
  expect(at(':::stop{#here at="event(switch|)"}\n:::\n').names).toEqual(['stack-switch', 'context-switch']);
  expect(at(':::stop{#here at="event(ack|)"}\n:::\n').names).toEqual([]);
  expect(at('It is {{ring|}}.').names).toEqual(['ring']);
  expect(at(':::stop{#here at="syscall(write|)"}\n:::\n').names[0]).toBe('write');
  expect(at(':::stop{#here at="function(ma|)"}\n:::\n').names).toEqual(['app:main']);
});

describe('of blocks', () => {
  it('each with what it needs, and its other attributes by name', () => {
    expect(at(':|').names).toEqual(Object.keys(BLOCKS).map((kind) => `:::${kind}`));
    expect(taken(':::st|')).toBe(`${HEAD}:::stop{#name at=""}\n\n:::`);
    expect(at(':::stop{#here |}\n:::\n').names).toEqual(['at', 'show', 'when']);
    expect(at(':::stop{#here at="syscall(write)" |}\n:::\n').names).toEqual(['show', 'when']);
    expect(at(':::stop{#here at="syscall(write)" show="|"}\n:::\n').names).toEqual([...PANEL_NAMES]);
    expect(at(':::change{#other set="APP_RED_ZONE=|"}\n:::\n').names).toEqual(['off', 'on']);
    expect(at('- [ ] no :: |').names).toEqual(['check', 'misconception', 'goto']);
    expect(at('Prose is nobody\'s business: sto|').names).toEqual([]);
  });

  it('nothing where colons close the block that is open', () => {
    for (const colons of [':', '::', ':::']) expect(at(`:::stop{#here at="syscall(write)"}\nHere.\n${colons}|`).names, colons).toEqual([]);
    expect(at(':::stop{#here at="syscall(write)"}\nHere.\n:::\n\n:::|').names).toEqual(Object.keys(BLOCKS).map((kind) => `:::${kind}`));
    expect(at(':::stop{#here at="syscall(write)"}\nHere.\n:::pre|').names, 'who begins another has forgotten to close it').toEqual([':::predict']);
  });

  it('whatever is taken where a name is wanted, the checker knows', () => {
    const spots = [':::stop{#here at="event(|)"}\n:::\n', ':::stop{#here at="syscall(|)"}\n:::\n', ':::stop{#here at="syscall(write)" show="|"}\n:::\n',
      ':::change{#other config="|"}\n:::\n', '---\nid: mine\ntitle: Mine\nquestion: What?\napp: |\n---\n'];
    for (const spot of spots) {
      expect(at(spot).options.length).toBeGreaterThan(3);
      at(spot).options.forEach(({ text }, n) =>
        expect(parseScenario('mine.md', taken(spot, n)).diagnostics, `${spot} ${text}`).toEqual([]));
    }
  });
});
