import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CONSOLE_PORT, typed } from '../base/input.ts';
import { decodeLink, encodeLink, fromBase64Url, LIMITS, type LinkState, type Squeeze, toBase64Url } from './share.ts';

const squeeze: Squeeze = {
  deflate: async (text) => new Uint8Array(deflateRawSync(text)),
  inflate: async (bytes, limit) => inflateRawSync(bytes, { maxOutputLength: limit }).toString('utf8'),
};

const FULL: LinkState = {
  scenario: 'console-echo', config: 'ukl-nss', app: 'hello', byApp: true, set: { APP_RED_ZONE: 'on', BYPASS_LIMIT: '7' }, tick: 6214, focus: { pid: 5 },
  imageHash: 'abc123',
  anchor: { event: 'syscall-entry', nth: 4, offset: 17 }, edits: { 'linux/mm/memory.c': [{ at: 3, from: ['a'], to: ['a', 'é & = #'] }] },
  inputs: [{ tick: 5000, port: CONSOLE_PORT, bytes: typed('héllo\n') }, { tick: 5001, port: CONSOLE_PORT, bytes: Uint8Array.of(0xff, 3) },
    { tick: 5002, port: 'client', bytes: new Uint8Array() },
    { tick: 6000, port: 'memory', bytes: Uint8Array.of(0, 16, 0, 0, 0, 0, 0, 0, 7) }], panels: ['code', 'cpu'], lesson: 'a-step',
  own: { file: 'Übung 1.md', text: '---\nid: console-echo\n---\né & = # {{ring}}\n' },
  selection: { slot: 0x7fff_ffff_eff8n, code: 0xffff_ffff_8180_0040n, lock: 0xffff_8880_0001_0000n, walk: 'kernel:init_mm', file: 'apps/hello.c', line: 6 },
  pending: [typed('to come\n'), Uint8Array.of(0xfe)],
  breakpoints: [{ kind: 'address', addr: 0xffff_ffff_8180_0040n }, { kind: 'address', addr: 0x401000n, space: 2 },
    { kind: 'line', file: 'apps/hello.c', line: 3 }, { kind: 'event', event: 'exception' }],
};

describe('links', () => {
  it('come back as they were', async () => {
    const { fragment: link = '' } = await encodeLink(FULL, squeeze);
    expect(link.startsWith('#v=1&scenario=console-echo&config=ukl-nss&app=hello&by=app&set=APP_RED_ZONE:on,BYPASS_LIMIT:7&t=6214&focus=pid:5&lesson=a-step'
      + '&sel=slot:7fffffffeff8,code:ffffffff81800040,lock:ffff888000010000,walk:%3Dkernel:init_mm,file:apps%2Fhello.c:6&z='))
      .toBe(true);
    expect(await decodeLink(link, squeeze)).toEqual({ state: FULL, problems: [] });
  });

  it('of the first version keep working', async () => {
    const { state, problems } = await decodeLink('#v=1&scenario=lost-red-zone&config=ukl&set=APP_RED_ZONE:on', squeeze);
    expect(problems).toEqual([]);
    expect(state).toEqual({ scenario: 'lost-red-zone', config: 'ukl', set: { APP_RED_ZONE: 'on' } });
  });

  it('with what was typed as text keep working', async () => {
    const z = toBase64Url(new Uint8Array(deflateRawSync(JSON.stringify({ inputs: [{ tick: 5, text: 'hello\n' }] }))));
    const { state, problems } = await decodeLink(`#v=1&scenario=a&t=9&z=${z}`, squeeze);
    expect(problems).toEqual([]);
    expect(state?.inputs).toEqual([{ tick: 5, port: CONSOLE_PORT, bytes: typed('hello\n') }]);
  });

  it('without anything are no problem', async () => {
    expect(await decodeLink('', squeeze)).toEqual({ state: null, problems: [] });
  });

  it.each([
    ['#hello', 'version'],
    ['#v=2&scenario=a', 'version 2'],
    ['#v=1', 'no scenario'],
    ['#v=1&scenario=../../etc', 'cannot be the name'],
    ['#v=1&scenario=%E0%A4%A', 'cannot be read'],
    ['#v=1&scenario=a&t=soon', 'not a number'],
    ['#v=1&scenario=a&set=x', 'NAME:value'],
    ['#v=1&scenario=a&by=magic', 'by "magic"; that can only be "app"'],
    ['#v=1&scenario=a&focus=pid:-1', 'pid:5 or cpu:0'],
    ['#v=1&scenario=a&focus=cpu:1e3', 'pid:5 or cpu:0'],
    ['#v=1&scenario=a&sel=slot:zz', 'selection "slot:zz"'],
    ['#v=1&scenario=a&sel=file:../../etc/passwd', 'selection "file:'],
    ['#v=1&scenario=a&sel=walk:%3D%3Cscript%3E', 'selection "walk:'],
    ['#v=1&scenario=a&z=!!!', 'damaged'],
    ['#v=1&scenario=a&z=AAAA', 'damaged'],
  ])('%s says what is wrong', async (link, words) => {
    const { problems } = await decodeLink(link, squeeze);
    expect(problems.join(' ')).toContain(words);
  });

  const inputs = (count: number, length: number, letter = () => 'a') =>
    Array.from({ length: count }, (_, tick) => ({ tick, port: CONSOLE_PORT, bytes: typed(Array.from({ length }, letter).join('')) }));
  const noise = (): string => {
    let x = 1;
    return Array.from({ length: 200_000 }, () => String.fromCharCode(33 + ((x = Math.imul(x, 48271) >>> 0) % 90))).join('');
  };

  it.each<[string, Partial<LinkState>]>([
    ['a long paste', { inputs: inputs(1, 12_200) }],
    ['a paste longer than one input', { inputs: [{ tick: 3, port: CONSOLE_PORT, bytes: typed('é'.repeat(LIMITS.inputCharacters)) }] }],
    ['a long line of source', { edits: { 'apps/hello.c': [{ at: 1, from: [], to: ['x'.repeat(5031)] }] } }],
    ['as many inputs as a link may hold', { inputs: inputs(LIMITS.inputs, 1) }],
    ['as many breakpoints', { breakpoints: Array.from({ length: LIMITS.breakpoints },
      () => ({ kind: 'symbol', symbol: 's'.repeat(LIMITS.symbolCharacters) })) }],
    ['as long a line', { edits: { 'a.c': [{ at: 0, from: [], to: ['y'.repeat(LIMITS.lineCharacters)] }] } }],
    ['as many parts of an edit', { edits: { 'a.c': Array.from({ length: LIMITS.hunks }, (_, at) => ({ at, from: [], to: [] })) } }],
    ['as many lines of a part', { edits: { 'a.c': [{ at: 0, from: [], to: Array.from({ length: LIMITS.hunkLines }, () => '') }] } }],
    ['as long a lesson', { own: { file: 'a.md', text: 'z'.repeat(LIMITS.lessonCharacters) } }],
    ['as many panels', { panels: Array.from({ length: LIMITS.panels }, () => 'code') }],
  ])('with %s are written, and what is written is read', async (_name, more) => {
    const { fragment, refused } = await encodeLink({ scenario: 'a', ...more }, squeeze);
    expect(refused).toBeUndefined();
    const { state, problems } = await decodeLink(fragment ?? '', squeeze);
    expect(problems).toEqual([]);
    const text = (all: LinkState['inputs']) => Buffer.concat((all ?? []).map(({ bytes }) => bytes)).toString();
    expect({ ...state, inputs: text(state?.inputs) }).toEqual({ scenario: 'a', ...more, inputs: text(more.inputs) });
  });

  it.each<[string, Partial<LinkState>, string]>([
    ['more inputs', { inputs: inputs(LIMITS.inputs + 1, 1) }, 'inputs has more than'],
    ['more breakpoints', { breakpoints: Array.from({ length: LIMITS.breakpoints + 1 }, () => ({ kind: 'symbol', symbol: 's' })) }, 'breakpoints has more than'],
    ['a longer line', { edits: { 'a.c': [{ at: 0, from: [], to: ['y'.repeat(LIMITS.lineCharacters + 1)] }] } }, 'characters'],
    ['more parts of an edit', { edits: { 'a.c': Array.from({ length: LIMITS.hunks + 1 }, (_, at) => ({ at, from: [], to: [] })) } }, 'parts'],
    ['a longer lesson', { own: { file: 'a.md', text: 'z'.repeat(LIMITS.lessonCharacters + 1) } }, 'own.text has more than'],
    ['a name that is a path', { own: { file: '../a.md', text: '' } }, 'own.file is not the name of a file'],
    ['more than fits when it is unpacked', { inputs: inputs(40, 40_000) }, 'would hold more'],
    ['more than fits into an address', { inputs: [{ tick: 0, port: CONSOLE_PORT, bytes: typed(noise()) }] }, 'characters long'],
  ])('with %s are not written, and the writer says why', async (_name, more, words) => {
    const { fragment, refused } = await encodeLink({ scenario: 'a', ...more }, squeeze);
    expect(fragment).toBeUndefined();
    expect(refused).toContain(words);
  });

  it('with very much that cannot be read say so in a few sentences', async () => {
    const { state, problems } = await decodeLink(`#v=1&scenario=hello${'&a'.repeat(30_000)}`, squeeze);
    expect(state).toEqual({ scenario: 'hello' });
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)).toBe('And 29990 more mistakes.');
  });

  it('are refused beyond 64 KiB', async () => {
    const { problems } = await decodeLink(`#v=1&scenario=a&z=${'A'.repeat(70_000)}`, squeeze);
    expect(problems.join(' ')).toContain('too long');
  });

  it('do not blow up when they inflate', async () => {
    const bomb = toBase64Url(new Uint8Array(deflateRawSync(JSON.stringify({ image: 'a'.repeat(8_000_000) }))));
    const { problems } = await decodeLink(`#v=1&scenario=a&z=${bomb}`, squeeze);
    expect(problems.join(' ')).toContain('damaged');
  });

  it.each([[{ edits: { '../../x': [] } }], [{ inputs: [{ tick: -1, text: 'x' }] }], [{ inputs: [{ tick: 1, port: 'memory', bytes: '!' }] }],
    [{ inputs: [{ tick: 1, port: '../x', bytes: 'AAAA' }] }], [{ inputs: [{ tick: 1, text: 'x', port: 'uart' }] }],
    [{ breakpoints: [{ kind: 'address', addr: 'zz' }] }], [{ unknown: 1 }], [{ own: { file: 'a.md' } }], [{ own: { file: 'a\u202emd', text: '' } }],
    [{ own: { file: 'a.md', text: '', run: 'x' } }]])('refuse %j', async (packed) => {
    const z = toBase64Url(new Uint8Array(deflateRawSync(JSON.stringify(packed))));
    const { state, problems } = await decodeLink(`#v=1&scenario=a&z=${z}`, squeeze);
    expect(state).toEqual({ scenario: 'a' });
    expect(problems.length).toBeGreaterThan(0);
  });

  it('use base64url of every length', () => {
    for (let length = 0; length < 9; length++) {
      const bytes = new Uint8Array(length).map((_, i) => (i * 89 + 250) & 0xff);
      expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
    }
  });
});
