/** Measurements on threads of their own: each takes one order after the other. What comes of an order does not depend on how many there are. */
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { measure, NoResult, type LoadOrder, type Measured, type ServerImage } from '../lab/experiment.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';

const ROLE = 'ringside load';

export interface Job {
  order: LoadOrder;
  image: ServerImage;
}
type Answer = { answered: number; of: number } | { result: Measured } | { why: string } | { error: string };

/** This thread was started by `measureAll`. */
export const isLoadThread = (): boolean => !isMainThread && workerData === ROLE;

export function serveLoad(): void {
  parentPort?.on('message', ({ order, image }: Job) => {
    let told = 0;
    const say = (answer: Answer): void => parentPort?.postMessage(answer);
    try {
      say({ result: measure(order, image, compiler, (answered, of) => {
        if (answered < told + of / 100) return;
        told = answered;
        say({ answered, of });
      }) });
    } catch (error) {
      say(error instanceof NoResult ? { why: error.message } : { error: error instanceof Error ? String(error.stack) : String(error) });
    }
  });
}

export interface Outcome {
  order: LoadOrder;
  result?: Measured;
  /** Why there is none. */
  why?: string;
}

/**
 * Measures all of them on so many threads, in their order as far as that goes. Images are made one after the other, by whoever calls, as they are needed.
 * @param told Whenever something moved: of how many orders each, how far it is.
 */
export async function measureAll(orders: readonly LoadOrder[], threads: number, imageOf: (order: LoadOrder) => ServerImage,
  told: (done: number, parts: number) => void, cancelled: Promise<void>): Promise<Outcome[]> {
  const outcomes: Outcome[] = orders.map((order) => ({ order })), parts = orders.map(() => 0);
  let next = 0, isOver = false;
  const workers = Array.from({ length: Math.min(threads, orders.length) }, () => new Worker(fileURLToPath(import.meta.url), { workerData: ROLE }));
  const tell = (): void => told(outcomes.filter(({ result, why }) => result ?? why).length, parts.reduce((sum, part) => sum + part, 0));
  const work = async (worker: Worker): Promise<void> => {
    for (let n = next++; n < orders.length && !isOver; n = next++) {
      let image: ServerImage;
      try {
        image = imageOf(orders[n]);
      } catch (error) {
        if (!(error instanceof NoResult)) throw error;
        outcomes[n].why = error.message;
        continue;
      }
      worker.postMessage({ order: orders[n], image } satisfies Job);
      await new Promise<void>((resolve, reject) => {
        const listen = (answer: Answer): void => {
          if ('answered' in answer) parts[n] = answer.answered / answer.of;
          else {
            worker.off('message', listen).off('error', reject);
            parts[n] = 1;
            if ('error' in answer) reject(new Error(answer.error));
            else {
              Object.assign(outcomes[n], answer);
              resolve();
            }
          }
          tell();
        };
        worker.on('message', listen);
        worker.once('error', reject);
      });
    }
  };
  try {
    await Promise.race([cancelled, Promise.all(workers.map(work))]);
  } finally {
    isOver = true;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}
