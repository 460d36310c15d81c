/** The worker's end of the link: one request at a time, but for those that hold nobody up. */
import { Refusal } from '../base/refusal.ts';
import type { FromWorker, Handlers, Method, Params, ToWorker } from './protocol.ts';

/** `pause` must reach a request that runs, a build is made elsewhere, switches are no machine's, and a proof has one of its own. */
const OUT_OF_TURN: readonly Method[] = ['pause', 'build', 'switches', 'prove'];

/**
 * Serves requests in order. @returns what to call for each message that arrives.
 * @param arrive Told when a request arrives that has to wait; what it returns when its turn comes, and what that returns when it is answered.
 */
export function serve(handlers: Handlers, send: (message: FromWorker) => void, tick: () => number,
  arrive: () => () => () => void): (message: ToWorker) => void {
  let queue: Promise<void> = Promise.resolve();
  const answer = async (message: ToWorker): Promise<void> => {
    try {
      const handler = handlers[message.method] as (params: Params<Method>) => unknown;
      send({ id: message.id, result: (await handler(message.params)) as never });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      send({ id: message.id, failure: text });
      // Our own bugs crash loudly: the page says so and offers to restart at the last moment.
      if (!(error instanceof Refusal)) send({ notice: { kind: 'crash', message: error instanceof Error ? (error.stack ?? text) : text, tick: tick() } });
    }
  };
  return (message) => {
    if (OUT_OF_TURN.includes(message.method)) {
      void answer(message);
      return;
    }
    const begin = arrive();
    queue = queue.then(async () => {
      const end = begin();
      await answer(message);
      end();
    });
  };
}
