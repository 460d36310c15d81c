import { describe, expect, it } from 'vitest';
import { serverOf } from '../guest/configs/servers.ts';
import { configNames, resolveConfig, switchesOfApp, type Switches } from '../toolchain/kconfig.ts';
import { asCourse } from '../link/lesson.ts';
import { play } from './checks.ts';
import { evaluate } from './expr.ts';
import type { Lab } from './lab.ts';
import { loadScenarios, parseScenario } from './scenario.ts';
import { guestSources, scenarioSources } from './sources.ts';
import { changed } from './switch-set.ts';
import { openGuest } from './testing.ts';
import { scopeOf } from './vocabulary.ts';

const { scenarios, diagnostics } = loadScenarios(scenarioSources());
const known = (config: string, set: Record<string, string>): Switches | undefined => {
  const switches = resolveConfig(guestSources(), config, set);
  return typeof switches === 'string' ? undefined : switches;
};

/** Those that differ most; RINGSIDE_SWEEP=1 tries each scenario in all of them. */
const CONFIGS = process.env['RINGSIDE_SWEEP'] ? configNames(guestSources()) : ['linux', 'ukl', 'ukl-nss', 'ukl-byp', 'ukl-v1', 'ukl-v2'];

/** In its own build, in these configurations, and with each value of each switch that it speaks of. */
const runs = [...scenarios.values()].flatMap((scenario) => {
  const found = new Map<string, [string, string, Record<string, string>]>();
  const add = (config: string, set: Record<string, string>): void => {
    const switches = known(config, { ...switchesOfApp(scenario.app), ...set });
    if (switches) found.set(`${config} ${JSON.stringify(switches)}`, [scenario.id, config, set]);
  };
  add(scenario.config, scenario.set);
  // Servers boot a network first: an ordinary run has them where their lesson leads.
  if (process.env['RINGSIDE_SWEEP'] || !serverOf(scenario.app)) for (const config of CONFIGS) add(config, {});
  for (const step of scenario.course) {
    if (step.kind !== 'change') continue;
    const to = changed(scenario, step);
    add(to.config, to.set);
  }
  const spoken = JSON.stringify([scenario.course, scenario.checks]);
  for (const [key, value] of [['APP_RED_ZONE', 'on'], ['APP_RED_ZONE', 'off'], ['UKL_PF', 'current'], ['UKL_PF', 'df'], ['UKL_PF', 'ist']]) {
    if (spoken.includes(key)) for (const config of key.startsWith('UKL') ? ['ukl'] : ['linux', 'ukl']) add(config, { [key]: value });
  }
  return [...found.values()];
});

describe('scenarios', () => {
  const answered = new Set<string>();

  it('are all read', () => {
    expect(diagnostics).toEqual([]);
    expect(scenarios.size).toBe(scenarioSources().size);
  });

  it('are a course, each at a place of its own', () => {
    const course = asCourse([...scenarios.values()]);
    expect(course.map(({ order }) => order)).toEqual(course.map((_, n) => n + 1));
    expect(asCourse([{ order: undefined }, { order: 2 }, {}, { order: 1 }])).toEqual([{ order: 1 }, { order: 2 }, { order: undefined }, {}]);
  });

  it.each(runs)('%s in %s with %o', { timeout: 60_000 }, async (id, config, set) => {
    const scenario = scenarios.get(id)!;
    const lab = openGuest({ app: scenario.app, config, set, args: scenario.args, input: scenario.input + scenario.sample,
      port: scenario.port, load: scenario.load });
    const { results } = await play(scenario, lab, { maxInstructions: 60_000_000 });
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(results.some(({ applies }) => applies)).toBe(true);
    expect(results).toHaveLength(scenario.course.length + scenario.checks.length);
    for (const result of results) if (result.applies) answered.add(`${id} ${result.id}`);
  });

  it('ask nothing that no build answers', () => {
    const all = [...scenarios.values()].flatMap(({ id, course, checks }) =>
      [...course, ...checks].map((one) => `${id} ${one.id}`));
    expect(all.filter((one) => !answered.has(one))).toEqual([]);
  });
});

describe('a scenario with mistakes', () => {
  const FRONT = '---\nid: one\ntitle: One\nquestion: Why?\napp: hello\n---\n';
  const messages = (source: string): string[] => parseScenario('x.md', source).diagnostics.map(({ line, message }) => `${line}: ${message}`);

  it.each([
    ['no head', 'Prose', /^1: a lesson begins with its head: a line of ---, then keys/],
    ['an empty head', '---\n---\nProse', '1: the head of a lesson is empty: id, title, question and app stand between its two lines of ---'],
    ['a head without its first line', FRONT.slice(4), '1: a line of --- is missing before the head'],
    ['a head without its last line', `${FRONT.replace(/---\n$/, '')}Prose.\n`, '6: a line of --- is missing here, where the head ends'],
    ['a head without its last line, with blocks', `${FRONT.replace(/---\n$/, '')}\nProse.\n:::stop{#x at="event(panic)"}\n:::\n\n---\nMore.\n`,
      '6: a line of --- is missing here, where the head ends'],
    ['a check in a line that is told', `${FRONT}:::predict{#x ask="?"}\n- [x] a\n  It is. :: check="ring == 0"\n:::\n`,
      '9: this line is told as it stands: check="..." belongs behind the answer above, in its own line: - [ ] text :: check="..."'],
    ['an unknown key', FRONT.replace('app:', 'application: x\napp:'),
      "5: head: unknown key 'application'; there are id, title, question, learn, order, app, config, set, seed, input, sample, port, load, " +
      'args, panels, tags'],
    ['a missing key', '---\nid: one\ntitle: One\nquestion: Why?\n---\n', "1: head: 'app' is missing"],
    ['an id with blanks', FRONT.replace('id: one', 'id: One Two'), "2: head: 'id' is made of lower-case words with dashes"],
    ['an unknown block', `${FRONT}:::halt{#x}\n:::\n`, "7: unknown block ':::halt'; there are stop, predict, change, check"],
    ['an open block', `${FRONT}:::stop{#x at="event(panic)"}\ntext`, '7: :::stop{#x} is never closed by :::'],
    ['an unknown event', `${FRONT}:::stop{#x at="event(pancake)"}\n:::\n`, /^7: unknown event 'pancake'/],
    ['a letter too many in an attribute', `${FRONT}:::stop{#x att="event(panic)"}\n:::\n`, "7: :::stop has no 'att'; did you mean at? It has at, show, when"],
    ['an unknown attribute', `${FRONT}:::stop{#x at="event(panic)" colour="red"}\n:::\n`, "7: :::stop has no 'colour'; it has at, show, when"],
    ['a bad expression', `${FRONT}\n:::check{#x that="1 +"}\n:::\n`, /^8: 1 \+: /],
    ['two right answers', `${FRONT}:::predict{#x ask="?"}\n- [x] a\n- [x] b\n:::\n`, "7: predict 'x' needs exactly one answer with [x]"],
    ['no answer', `${FRONT}:::predict{#x ask="?"}\n- [x] a\nmaybe\n:::\n`,
      /^9: 'maybe' is no answer; .*, or indent it by two spaces if it explains the answer above$/],
    ['no first answer', `${FRONT}:::predict{#x ask="?"}\nmaybe\n- [x] a\n:::\n`, /^8: 'maybe' is no answer; .* for the right one$/],
    ['an answer without its brackets', `${FRONT}:::predict{#x ask="?"}\n- [x] a\n- b\n:::\n`, /^9: '- b' is no answer; .* for the right one$/],
    ['two blocks of a name', `${FRONT}:::check{#x that="1 == 1"}\n:::\n:::check{#x that="1 == 1"}\n:::\n`, "9: there is another block 'x'"],
  ] as const)('%s: says what and where', (_name, source, expected) => {
    expect(messages(source)).toContainEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it.each([
    ['an unknown panel', FRONT.replace('app:', 'panels: [code, stack]\napp:'), /^5:1 panels: .*unknown panel 'stack'; did you mean stacks\?/],
    ['an unknown panel to show', `${FRONT}:::stop{#x at="event(panic)" show="code,stcks"}\n:::\n`, /^7:41 stcks: unknown panel 'stcks'; did you mean stacks\?/],
    ['an unknown application', FRONT.replace('app: hello', 'app: helo'), /^5:1 app: .*unknown application 'helo'; did you mean hello\?/],
    ['an unknown configuration', FRONT.replace('app:', 'config: linus\napp:'), /^5:1 config: .*unknown configuration 'linus'; did you mean linux\?/],
    ['switches that exclude each other', FRONT.replace('app:', 'set: { PRIVILEGE: ukl }\napp:'), /^5:1 set: .*SYSCALL_RETURN=sysret needs PRIVILEGE=user/],
    ['a client without a wire', FRONT.replace('app:', 'port: client\napp:'), /^5:1 port: .*hello has none without NET=on/],
    ['requests of what is no server', FRONT.replace('app:', 'load: { rate: 100 }\napp:'), /^5:1 load: .*it asks echo-server or kv-store, with NET=on/],
    ['too many requests', FRONT.replace('app: hello', 'load: { requests: 5000 }\napp: kv-store'), /^5:1 load: .*'load.requests' is at most 1000/],
    ['a percentile that is none', `${FRONT}:::check{#x that="latency('p999') > 0"}\n:::\n`, /^7:19 latency: .*'p999' is neither mean nor max/],
    ['a place that is none', `${FRONT}:::stop{#x at="there"}\n:::\n`, /^7:16 there: 'there' is no place/],
    ['an expression in an answer', `${FRONT}:::predict{#x ask="?"}\n- [x] a :: check="1 +"\n:::\n`, /^8:21 \+: 1 \+: the expression ends too early/],
    ['an unknown name', `${FRONT}:::check{#x that="exit == 0 && consol contains 'a'"}\n:::\n`, /^7:32 consol: .*unknown name 'consol'; did you mean console\?/],
    ['an unknown function', `${FRONT}:::check{#x that="event('panic') == 0"}\n:::\n`, /^7:19 event: .*unknown function 'event'; did you mean events\?/],
    ['a function without what it is given', `${FRONT}:::check{#x that="1 == align_down(rsp)"}\n:::\n`, /^7:24 align_down: .*it is written align_down\(n, by\)/],
    ['an unknown field of an event', `${FRONT}:::stop{#x at="event(exception, vektor=14)"}\n:::\n`,
      /^7:33 vektor: unknown field of exception 'vektor'; did you mean vector\?/],
    ['an unknown system call', `${FRONT}:::stop{#x at="syscall(wriet)"}\n:::\n`, /^7:24 wriet: unknown system call 'wriet'; did you mean write\?/],
    ['a function that no source has', `${FRONT}:::stop{#x at="function(app:mian)"}\n:::\n`,
      /^7:25 app:mian: no source has a function 'app:mian'; did you mean app:main\?/],
    ['whose function it is', `${FRONT}:::stop{#x at="function(kernle:schedule)"}\n:::\n`, /^7:25 kernle: unknown prefix 'kernle'; did you mean kernel\?/],
    ['a line that is not there', `${FRONT}:::stop{#x at="line(apps/hello.c, 'gets')"}\n:::\n`, /^7:16 line.*apps\/hello.c has 0 lines with 'gets'/],
    ['a switch that is not there', `${FRONT}:::change{#x set="APP_RED_ZON=off"}\n:::\n`, /^7:19 APP_RED_ZON=off: change 'x': .*APP_RED_ZON/],
    ['a change that does not go with the build', `${FRONT}:::change{#x set="UKL_PF=ist"}\n:::\n`,
      /^7:19 UKL_PF=ist: change 'x': UKL_PF=ist needs PRIVILEGE=ukl/],
    ['a script', `${FRONT}Look: <script>alert(1)</script>\n`, /^7:7 <script>: '<script>' is HTML/],
    ['a script in what is said to an answer', `${FRONT}:::predict{#x ask="?"}\n- [x] a\n  no <img src=x onerror=alert(1)>\n:::\n`, /^9:6 <img.*is HTML/],
    ['a picture', `${FRONT}![see](https://example.org/x.png)\n`, /^7:1 !\[: a picture would have to be fetched/],
    ['a link that runs something', `${FRONT}[see](javascript:alert(1))\n`, /^7:7 javascript:alert\(1: .* is no link/],
    ['a link elsewhere on the page', `${FRONT}a\n\n[see]: /etc/passwd\n`, /^9:8 \/etc\/passwd: .* is no link/],
    ['an event that is none', `${FRONT}:::check{#x that="events('exeption') == 1"}\n:::\n`,
      /^7:19 events: .*unknown event 'exeption'; did you mean exception\?/],
    ['an expression in the prose', `${FRONT}There were {{ events('exception') + exits }} of them.\n`, /^7:37 exits: .*unknown name 'exits'/],
    ['a list that is not closed', FRONT.replace('app: hello', 'app: [hello'),
      /^5:6 \[hello: head: the list that begins with \[ is never closed: a \] is missing$/],
    ['a key without its colon', FRONT.replace('question:', 'question'), /^4:1 question: head: a `:` is missing after `question`$/],
    ['a last key without its colon', FRONT.replace('app: hello', 'app hello'), /^5:1 app: head: a `:` is missing after `app`$/],
    ['a key without a blank', FRONT.replace('title: ', 'title:'), /^3:1 title:: head: a blank is missing after `title:`$/],
    ['a text over two lines', FRONT.replace('Why?', 'Why?\nAnd how?'), /^5:1 And how\?: head: this line begins with no key/],
    ['a colon in a text', FRONT.replace('One', 'One: two'), /^3:8 One: two: head: a text with a colon in it stands in double quotes$/],
    ['a quote that is not closed', FRONT.replace('title: One', 'title: "One'), /^3:8 "One: head: a text in quotes is never closed: a " is missing at its end$/],
    ['a quote within quotes', FRONT.replace('One', '"One" two'), /^3:14 two: head: the text goes on behind its closing quote/],
    ['a key that is there twice', FRONT.replace('app:', 'title: Two\napp:'), /^5:1 title: head: `title` is there twice$/],
    ['a key that does not begin its line', FRONT.replace('title:', ' title:'), /^3:1 {2}title: One: head: a key begins at the first letter of its line$/],
    ['a tab', FRONT.replace('title:', '\ttitle:'), /^3:1 .*head: a line does not begin with a tab/],
    ['a star', FRONT.replace('One', '*One*'), /^3:8 \*One\*: head: a text that begins with \* stands in double quotes$/],
    ['a mark', FRONT.replace('One', '!One'), /^3:8 !One: head: a text that begins with ! stands in double quotes$/],
    ['an escape that is none', FRONT.replace('One', '"a\\q"'), /^3:10 \\q": head: \\q means nothing in double quotes/],
    ['an attribute in a line that is told', `${FRONT}:::predict{#x ask="?"}\n- [x] a\n  check="ring == 0"\n:::\n`, /^9:3 check="ring == 0": this line is told/],
  ] as const)('%s: marks the very words', (_name, source, expected) => {
    const marked = parseScenario('x.md', source).diagnostics.map(({ line, column, length, message }) =>
      `${line}:${column} ${source.split('\n')[line - 1]?.slice(column - 1, column - 1 + length)}: ${message}`);
    expect(marked).toContainEqual(expect.stringMatching(expected));
  });
});

it('an expression that nests without end or goes on without end is refused, and nothing overflows', () => {
  for (const that of [`${'('.repeat(900)}1`, `${'!'.repeat(900)}1`, `${'hex('.repeat(200)}1`, `1${' + 1'.repeat(450)}`]) {
    const { diagnostics: told } = parseScenario('x.md', `---\nid: one\ntitle: One\nquestion: Why?\napp: hello\n---\n:::check{#x that="${that}"}\n:::\n`);
    expect(told.map(({ message }) => message.slice(that.length))).toEqual([expect.stringMatching(/stand in one another|letters long/)]);
  }
});

describe('playing', () => {
  it('a wrong prediction, an unreachable stop and a failing check are told', async () => {
    const { scenario } = parseScenario('x.md', `---\nid: one\ntitle: One\nquestion: Why?\napp: hello\n---
:::stop{#never at="event(panic)"}
:::
:::stop{#nowhere at="function(app:checksum)"}
:::
:::stop{#write at="syscall(write)"}
:::
:::predict{#ring ask="?"}
- [x] three :: check="ring == 3"
- [ ] none :: check="ring == 0" goto="event(panic)"
:::
:::check{#fails that="exit == 1"}
:::
:::check{#void when="config == 'ukl'" that="exit == 1"}
:::
`);
    const { results, end } = await play(scenario!, openGuest({ app: 'hello' }));
    expect(end.stop).toMatchObject({ kind: 'exit', code: 0 });
    expect(results.map(({ id, ok, applies }) => [id, ok, applies])).toEqual([['never', false, true], ['nowhere', false, true], ['write', true, true],
      ['ring', false, true], ['fails', false, true], ['void', true, false]]);
    expect(results[3].error).toMatch(
      /^the answer is not 'three': ring == 3, where ring is 0; 'none' is right, too: ring == 0, where ring is 0; what is to refute 'none': it was never/);
    expect(results[4].error).toBe('exit == 1, where exit is 0');
  });
});

describe('a function of an expression', () => {
  const evaluated = (lab: Lab, expression: string): unknown => evaluate(expression, scopeOf(lab, undefined));

  it.each(['linux', 'ukl', 'ukl-byp', 'ukl-v1'])('%s: arg() is the call\'s argument where the kernel begins to serve it, and -1 elsewhere', async (config) => {
    const lab = openGuest({ app: 'hello', config });
    await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-entry', match: { name: 'write' } } });
    const [, fd, bytes] = /^write\((\d+), .*, (\d+)\)$/.exec(lab.tracer.record.callAt(lab.tick, 0, true)?.text.split(' = ')[0] ?? '') ?? [];
    expect([evaluated(lab, 'arg(0)'), evaluated(lab, 'arg(2)')]).toEqual([{ value: BigInt(fd) }, { value: BigInt(bytes) }]);
    expect(evaluated(lab, 'arg(3)'), 'write has three').toEqual({ value: -1n });
    await lab.step('instruction', 'forward');
    expect(evaluated(lab, 'arg(0)')).toEqual({ value: -1n });
    await lab.step('instruction', 'back');
    expect(evaluated(lab, 'arg(0)')).toEqual({ value: BigInt(fd) });
  });

  it('result() is known from the syscall-exit of its call on, forwards and back in time', async () => {
    const lab = openGuest({ app: 'hello' });
    await lab.run({ direction: 'forward', until: { kind: 'event', event: 'syscall-exit', match: { name: 'write' } } });
    const told = lab.tick;
    expect(evaluated(lab, "result('write', 0)")).toEqual({ value: 6n });
    expect(evaluated(lab, "instructions('write', 0)"), 'it is not back').toEqual({ value: -1n });
    lab.seek(told - 1);
    expect(evaluated(lab, "result('write', 0)")).toEqual({ value: -1n });
    lab.seek(told);
    await lab.run({ direction: 'forward' });
    lab.seek(told);
    expect([evaluated(lab, "result('write', 0)"), evaluated(lab, "instructions('write', 0)")]).toEqual([{ value: 6n }, { value: -1n }]);
    lab.seek(told - 1);
    expect(evaluated(lab, "result('write', 0)")).toEqual({ value: -1n });
  });
});
