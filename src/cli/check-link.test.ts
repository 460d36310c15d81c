/** Links on the command line: what one holds is told, and nothing of a bad one is run. */
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CONSOLE_PORT, typed } from '../base/input.ts';
import { guestSources } from '../lab/sources.ts';
import { openGuest } from '../lab/testing.ts';
import { makePatch } from '../link/patch.ts';
import { encodeLink, type LinkState } from '../link/share.ts';
import { ringside } from './commands.ts';

let said: string, complaints: string;

beforeEach(() => {
  said = complaints = '';
  vi.spyOn(console, 'log').mockImplementation((text) => void (said += `${String(text)}\n`));
  vi.spyOn(console, 'error').mockImplementation((text) => void (complaints += `${String(text)}\n`));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const pack = (value: unknown): string => deflateRawSync(JSON.stringify(value)).toString('base64url');
const linkTo = async (state: LinkState): Promise<string> => {
  const squeeze = { deflate: (text: string) => Promise.resolve(new Uint8Array(deflateRawSync(text))), inflate: () => Promise.reject(new Error('not read')) };
  return `https://example.org/ringside/${(await encodeLink(state, squeeze)).fragment ?? ''}`;
};

it('what a link holds is told, and that it leads to the very moment', async () => {
  const lab = openGuest({ app: 'console-echo' });
  await lab.start();
  lab.input(CONSOLE_PORT, typed('a\u001b[2J\n'));
  await lab.run({ direction: 'forward', maxInstructions: 1000 });
  const moment = lab.moment(), source = guestSources().get('apps/console-echo.c') ?? '', tick = moment.tick.toLocaleString('en');
  const link = await linkTo({ scenario: 'console-echo', config: 'linux', app: 'console-echo', tick: moment.tick, imageHash: moment.imageHash,
    inputs: moment.inputs, pending: [typed('b\n')], panels: ['code'], lesson: 'sleep', breakpoints: [{ kind: 'symbol', symbol: 'app:main' }] });
  expect(await ringside(['check', '--link', link])).toBe(0);
  expect(complaints).toBe('');
  expect(said.split('\n').map((line) => line.replace(/\s+/, ': '))).toEqual([
    'scenario: console-echo', 'build: linux, console-echo', `moment: tick ${tick}`,
    `input: "a\\u{1b}[2J\\u{a}" at tick ${moment.inputs[0].tick}`, 'to: come     "b\\u{a}"', 'breakpoint: app:main', 'panels: code', 'lesson: at sleep',
    `leads: to    tick ${tick}, hash ${lab.machine.hash()}`, '']);

  // Of another kernel's link there is only an event to look for, and here not even that.
  said = '';
  const edited = await linkTo({ scenario: 'console-echo', config: 'linux', tick: moment.tick, imageHash: 'f00d',
    edits: { 'apps/console-echo.c': makePatch(source, source.replace('int main', '/* mine */\n\nint main')) } });
  expect(await ringside(['check', '--link', edited])).toBe(0);
  expect(said).toMatch(/edit +apps\/console-echo\.c: 1 place, \d+ lines become \d+\n[^]*leads to .*\n +The moment does not exist in this build/);
}, 60_000);

const OWN = '---\nid: mine\ntitle: Mine\nquestion: Why?\napp: hello\n---\n:::stop{#here at="syscall(write)"}\nHere.\n:::\n';

it('a lesson that the link holds itself is what it leads to', async () => {
  const link = await linkTo({ scenario: 'mine', config: 'linux', lesson: 'here', own: { file: 'mine.md', text: OWN } });
  expect(await ringside(['check', '--link', link])).toBe(0);
  expect(complaints).toBe('');
  expect(said).toContain(`mine, ${OWN.length} characters of mine.md\n`);
  expect(said).toContain('leads to');
});

it.each([
  ['nothing behind the #', 'https://example.org/', /has its moment behind a #/],
  ['another version', '#v=99&scenario=hello', /version 99/],
  ['an unknown scenario', '#v=1&scenario=no-such', /no scenario "no-such"\. There are: console-echo/],
  ['a wrong value of a switch', '#v=1&scenario=hello&set=APP_RED_ZONE:maybe', /APP_RED_ZONE cannot be "maybe"/],
  ['switches that exclude each other', '#v=1&scenario=hello&config=ukl&set=SMEP_SMAP:on', /SMEP_SMAP=on needs PRIVILEGE=user/],
  ['a step that the lesson does not have', '#v=1&scenario=hello&lesson=wriet', /unknown step 'wriet'; did you mean write\?/],
  ['a panel that there is none of', `#v=1&scenario=hello&z=${pack({ panels: ['stak'] })}`, /unknown panel 'stak'; did you mean stacks\?/],
  ['a port that there is none of', `#v=1&scenario=hello&z=${pack({ inputs: [{ tick: 1, port: 'disk', bytes: 'AA' }] })}`, /unknown port 'disk'/],
  ['a zip bomb', `#v=1&scenario=hello&z=${pack('x'.repeat(8_000_000))}`, /damaged/],
  ['an edit outside the guest', `#v=1&scenario=hello&z=${pack({ edits: { '../../etc/passwd': [] } })}`, /is not a file of the guest/],
  ['an edit that does not fit', `#v=1&scenario=hello&z=${pack({ edits: { 'apps/hello.c': [{ at: 0, from: ['x'], to: ['y'] }] } })}`,
    /does not fit this version/],
  ['an edit that does not compile', `#v=1&scenario=hello&z=${pack({ edits: { 'apps/hello.c': [{ at: 0, from: [], to: ['int;x'] }] } })}`, /apps\/hello\.c:1: /],
  ['a step that its own lesson does not have', `#v=1&scenario=mine&lesson=hree&z=${pack({ own: { file: 'a.md', text: OWN } })}`,
    /unknown step 'hree'; did you mean here/],
  ['a lesson with mistakes', `#v=1&scenario=mine&z=${pack({ own: { file: 'a.md', text: OWN.replace('write', 'wriet') } })}`,
    /lesson: a\.md:7:27: unknown system call/],
  ['a lesson that would run something', `#v=1&scenario=mine&z=${pack({ own: { file: 'a.md', text: `${OWN}<img src=x onerror=alert(1)>` } })}`,
    /lesson: a\.md:10:1: .* is HTML/],
  ['another lesson than it says', `#v=1&scenario=hello&z=${pack({ own: { file: 'a.md', text: OWN } })}`, /the link is to 'hello', and a\.md is 'mine'/],
  ['a script in the place of a name', `#v=1&scenario=${encodeURIComponent('<img src=x onerror=alert(1)>')}`, /cannot be the name of a scenario/],
  ['what moves a terminal\'s cursor', `#v=1&scenario=hello&config=${encodeURIComponent('\u001b[2J')}`, /config "\\u\{1b\}\[2J" is not a name/],
])('%s is refused by name', async (_what, link, message) => {
  expect(await ringside(['check', '--link', link])).toBe(2);
  expect(complaints).toMatch(message);
  expect(complaints).toMatch(/^ringside: [\x20-\x7e]+\n/);
  expect(said).not.toContain('leads to');
});
