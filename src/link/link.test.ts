/** Both ends of the link, joined by a wire that carries plain data only. */
import { describe, expect, it } from 'vitest';
import { Refusal } from '../base/refusal.ts';
import { connect, type LinkClient } from './client.ts';
import type { FromWorker, Handlers, Notice, ToWorker } from './protocol.ts';
import { serve } from './server.ts';

interface Wire {
  client: LinkClient;
  notices: Notice[];
  /** What the server was asked, in the order in which it began to answer. */
  begun: string[];
}

/** A server with these handlers at tick 7, and its client. Messages are copied as between page and worker, and arrive later. */
function wire(handlers: Partial<Handlers>): Wire {
  const notices: Notice[] = [], begun: string[] = [];
  let deliver: (event: { data: FromWorker }) => void = () => undefined;
  const noted = new Proxy(handlers as Handlers, { get: (all, name: keyof Handlers) => (begun.push(name), all[name]) });
  const receive = serve(noted, (message) => queueMicrotask(() => deliver({ data: structuredClone(message) })), () => 7, () => () => () => undefined);
  const client = connect({
    postMessage: (message) => queueMicrotask(() => receive(structuredClone(message) as ToWorker)),
    addEventListener: (_type, listener) => (deliver = listener),
  });
  client.onNotice((notice) => notices.push(notice));
  return { client, notices, begun };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the link', () => {
  it('gives each call its own answer', async () => {
    const { client } = wire({ hash: () => ({ hash: 'abc' }), files: () => ['a.c'] });
    expect(await Promise.all([client.call('files', {}), client.call('hash', {})])).toEqual([['a.c'], { hash: 'abc' }]);
  });

  it('answers in order, one at a time', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { client, begun } = wire({ files: () => held.then(() => []), hash: () => ({ hash: '' }) });
    const both = Promise.all([client.call('files', {}), client.call('hash', {})]);
    await turn();
    expect(begun).toEqual(['files']);
    release();
    await both;
    expect(begun).toEqual(['files', 'hash']);
  });

  it('answers pause while another request runs', async () => {
    let paused = (): void => undefined;
    const run = new Promise<void>((resolve) => (paused = resolve));
    const { client } = wire({ files: () => run.then(() => ['done']), pause: () => (paused(), 'status' as never) });
    const running = client.call('files', {});
    expect(await client.call('pause', {})).toBe('status');
    expect(await running).toEqual(['done']);
  });

  it('answers others while an image is built', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { client } = wire({ build: () => held.then(() => 'built' as never), hash: () => ({ hash: 'x' }) });
    const building = client.call('build', { scenario: 'any' });
    expect(await client.call('hash', {})).toEqual({ hash: 'x' });
    release();
    expect(await building).toBe('built');
  });

  it('tells a refusal to whoever asked, and to nobody else', async () => {
    const { client, notices } = wire({ files: () => { throw new Refusal('there are no files here'); }, hash: () => ({ hash: 'x' }) });
    await expect(client.call('files', {})).rejects.toThrow('there are no files here');
    expect(await client.call('hash', {})).toEqual({ hash: 'x' });
    expect(notices).toEqual([]);
  });

  it.each([
    ['an assertion', () => new Error('Ringside bug: no page')], ['a type error', () => new TypeError('x is undefined')],
    ['any other error', () => new Error('out of luck')], ['not even an error', () => 'a string' as unknown as Error],
  ])('crashes loudly, with the tick, on %s', async (_name, made) => {
    const { client, notices } = wire({ files: () => Promise.reject(made()) });
    await expect(client.call('files', {})).rejects.toThrow();
    await turn();
    expect(notices).toMatchObject([{ kind: 'crash', tick: 7 }]);
  });

  it('stops telling whoever no longer listens', async () => {
    const { client, notices } = wire({ files: () => { throw new TypeError('bug'); } });
    const heard: Notice[] = [];
    client.onNotice((notice) => heard.push(notice))();
    await expect(client.call('files', {})).rejects.toThrow('bug');
    await turn();
    expect([heard.length, notices.length]).toEqual([0, 1]);
  });
});
