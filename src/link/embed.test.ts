import { describe, expect, it } from 'vitest';
import { hostOf, readAsk } from './embed.ts';

describe('a message of the page around', () => {
  it.each([
    [{ ringside: 1, id: 1, ask: 'ready' }, { id: 1, ask: { ask: 'ready' } }],
    [{ ringside: 1, id: 'a', ask: 'moment', more: 1 }, { id: 'a', ask: { ask: 'moment' } }],
    [{ ringside: 1, id: 1, ask: 'go', tick: 7 }, { id: 1, ask: { ask: 'go', tick: 7 } }],
    [{ ringside: 1, id: 1, ask: 'go', link: 'https://a.example/x?embed=1#v=1&scenario=hello' }, { id: 1, ask: { ask: 'go', link: '#v=1&scenario=hello' } }],
    [{ ringside: 1, id: 1, ask: 'go', link: 'v=1&scenario=hello' }, { id: 1, ask: { ask: 'go', link: '#v=1&scenario=hello' } }],
  ])('%j is read', (message, read) => {
    expect(readAsk(message)).toEqual(read);
  });

  it.each([
    [{ ringside: 2, id: 1, ask: 'ready' }, /version 1 of the messages, not 2/],
    [{ ringside: 1, id: 1, ask: 'hash' }, /nothing to ask but ready, moment and go; not hash/],
    [{ ringside: 1, id: 1, ask: { toString: 1 } }, /moment and go; not one of type object/],
    [{ ringside: { toString: 1 }, id: 1, ask: 'ready' }, /version 1 of the messages, not one of type object/],
    [{ ringside: 1, id: 1, ask: 'go' }, /takes a tick/],
    [{ ringside: 1, id: 1, ask: 'go', tick: 7, link: '#' }, /one of them/],
    [{ ringside: 1, id: 1, ask: 'go', tick: -1 }, /takes a tick/],
    [{ ringside: 1, id: 1, ask: 'go', tick: 1.5 }, /takes a tick/],
    [{ ringside: 1, id: 1, ask: 'go', link: 'x'.repeat(70_000) }, /at most 65536 characters/],
  ])('%j is refused by name', (message, why) => {
    expect(readAsk(message)?.ask).toMatch(why);
  });

  it.each([null, 'ready', 7, [], {}, { ask: 'ready', id: 1 }, { ringside: 1, ask: 'ready' }, { ringside: 1, id: 'x'.repeat(101), ask: 'ready' },
    { ringside: 1, id: {}, ask: 'ready' }])('%j is none of ours', (message) => {
    expect(readAsk(message)).toBeNull();
  });
});

it.each([['https://a.example', true], ['http://127.0.0.1:8000', true], ['https://a.example/', false], ['https://a.example/x', false], ['javascript:1', false],
  ['null', false], ['*', false], ['', false], [null, false], ['file:///x', false], ['HTTPS://A.example', false]])('the page around: %s', (text, is) => {
  expect(hostOf(text) !== null).toBe(is);
});
