import { expect, it } from 'vitest';
import type { Method, Params, Result, ToWorker } from '../link/protocol.ts';
import { serve } from '../link/server.ts';
import { createUnitCompiler } from '../toolchain/compiler.ts';
import { createBuilder } from './builder.ts';
import { createSession } from './session.ts';
import { guestSources } from './sources.ts';

const originals = guestSources(), FAR = 1_000_000_000_000;
const ENDLESS = { scenario: 'hello', config: 'linux', app: 'hello', set: {}, edits: { 'apps/hello.c': 'int main(void) { for (;;); }\n' } };

/** A page's worker, and a way to ask it; `pumped` is called whenever it lets messages in. */
function worker(pumped: () => void): { ask: <M extends Method>(method: M, params: Params<M>) => Promise<Result<M>> } {
  const session = createSession({ originals, pump: () => Promise.resolve(pumped()),
    build: createBuilder({ originals, clock: () => 0, objects: () => undefined, compiler: () => Promise.resolve(createUnitCompiler()) }) });
  const waiting = new Map<number, (result: never) => void>();
  const receive = serve(session.handlers, (message) => {
    if ('id' in message) waiting.get(message.id)?.(('result' in message ? message.result : message) as never);
  }, () => session.lab()?.tick ?? 0, session.arrive);
  let last = 0;
  const ask = <M extends Method>(method: M, params: Params<M>): Promise<Result<M>> => new Promise((resolve) => {
    waiting.set(++last, resolve);
    receive({ id: last, method, params } as unknown as ToWorker);
  });
  return { ask };
}

it('one pause ends the way to a moment of a link, however much was to come in on it', async () => {
  let pumps = 0;
  const { ask } = worker(() => {
    if (++pumps === 3) void ask('pause', {});
  });
  const inputs = Array.from({ length: 40 }, (_, n) => ({ tick: FAR + n, port: 'uart', bytes: Uint8Array.of(97) }));
  const { notice, stop } = await ask('open', { ...ENDLESS, inputs, moment: { tick: 2 * FAR, imageHash: '' } });
  expect(notice).toMatch(/^Paused at tick \d+, on the way to tick 2000000000000 of the link\.$/);
  expect(stop?.status.tick).toBeLessThan(FAR);
  expect(pumps).toBeLessThan(10);
});

it('a pause ends what was asked for before it, also what waits for its turn, and nothing that is asked for later', async () => {
  const { ask } = worker(() => undefined);
  await ask('open', ENDLESS);
  await ask('pause', {});
  const run = (): Promise<Result<'run'>> => ask('run', { direction: 'forward', maxInstructions: 3_000_000 });
  const early = run(), behind = run();
  void ask('pause', {});
  const later = run();
  expect([await early, await behind, await later].map(({ stop }) => stop.kind)).toEqual(['pause', 'pause', 'limit']);
});
