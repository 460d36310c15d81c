/** Experiments: what is to be measured, what was, and the workers that measure. Loaded with the sheet; what was measured stays when that is closed. */
import { create } from 'zustand';
import { ratesBetween, type Example, type Explained, type FromExperiment, type LoadResult, type PageOrder } from '../../link/experiment.ts';
import { buildsPort } from './link.ts';
import type { OpenOptions, Setup } from './machine.ts';

export interface Plan {
  workload: PageOrder['workload'];
  configs: readonly string[];
  /** Closed: each connection asks again when it has its answer. Open: arrivals at a rate that waits for nobody. */
  loop: 'closed' | 'open';
  from: number;
  to: number;
  connections: number;
  requests: number;
  size: number;
  cpus: number;
}

/** Where a request is that somebody has chosen. */
export interface Choice {
  run: number;
  example: Example;
  /** Of the same bar, and which of them it is. */
  examples: readonly Example[];
}

export interface Run {
  order: PageOrder;
  /** Of 1. */
  done: number;
  result?: LoadResult;
  why?: string;
}

interface ExperimentState {
  plan: Plan;
  runs: readonly Run[];
  phase: 'idle' | 'running';
  wasCancelled: boolean;
  rate: number | null;
  choice: Choice | null;
  explained: Explained | null;
  explaining: boolean;
  set: (plan: Partial<Plan>) => void;
  start: () => Promise<void>;
  cancel: () => void;
  choose: (choice: Choice | null) => void;
  showRate: (rate: number | null) => void;
  explain: () => Promise<void>;
}

const MOST_WORKERS = 4, WARM_UP = 10;

export function ordersOf({ workload, configs, loop, from, to, connections, requests, size, cpus }: Plan): PageOrder[] {
  const rates = loop === 'closed' ? [undefined] : ratesBetween(from, to);
  return configs.flatMap((config) => rates.map((rate) => ({ workload, config, ...(rate === undefined ? {} : { rate }), connections, requests,
    warmUp: Math.ceil(requests / WARM_UP), size, depth: 1, gets: 968, keys: 1000, seed: 1, cpus })));
}

/** Why it cannot be measured. */
export const problemOf = ({ loop, from, to }: Plan): string | undefined =>
  (loop === 'open' && from > to ? `The rates go up, from the lowest to the highest: ${from} is above ${to}.` : undefined);

/** What was typed, if it is a whole number within these bounds. */
export function wholeOf(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
}

/** The same from a shell. */
export function commandOf({ workload, configs, loop, from, to, connections, requests, size, cpus }: Plan): string {
  const rates = loop === 'closed' ? '' : from === to ? ` --rate ${from}` : ` --rates ${from}..${to}`;
  return `ringside load ${workload} --configs ${configs.join(',')} --connections ${connections}${rates} --requests ${requests} --size ${size}${
    cpus === 1 ? '' : ` --cpus ${cpus}`} --cost skx-off`;
}

function startWorker(): Worker {
  const worker = new Worker(new URL('../../worker/experiment.ts', import.meta.url), { type: 'module', name: 'experiment' });
  const builder = buildsPort(() => undefined);
  worker.postMessage({ builder }, [builder]);
  return worker;
}

/** One order; whoever ends the worker never hears of it again. */
const ask = (worker: Worker, order: PageOrder, told: (part: number) => void): Promise<{ result: LoadResult } | { why: string }> => new Promise((resolve) => {
  const listen = ({ data }: MessageEvent<FromExperiment | { life: string }>): void => {
    if ('life' in data) return;
    if ('answered' in data) {
      told(data.answered / data.of);
      return;
    }
    worker.removeEventListener('message', listen);
    resolve(data);
  };
  worker.addEventListener('message', listen);
  worker.addEventListener('error', ({ message }) => resolve({ why: message || 'the worker could not be started' }), { once: true });
  worker.postMessage({ order });
});

let workers: Worker[] = [];

export const experiment = create<ExperimentState>((set, get) => {
  const change = (n: number, part: Partial<Run>): void => set(({ runs }) => ({ runs: runs.map((run, at) => (at === n ? { ...run, ...part } : run)) }));
  return {
    plan: { workload: 'echo', configs: [], loop: 'closed', from: 20_000, to: 200_000, connections: 8, requests: 2000, size: 1, cpus: 1 },
    runs: [], phase: 'idle', wasCancelled: false, rate: null, choice: null, explained: null, explaining: false,
    set: (plan) => set((state) => ({ plan: { ...state.plan, ...plan } })),
    showRate: (rate) => set({ rate }),
    choose: (choice) => set({ choice, explained: null }),

    async start() {
      const orders = ordersOf(get().plan);
      get().cancel();
      set({ runs: orders.map((order) => ({ order, done: 0 })), phase: 'running', wasCancelled: false, choice: null, explained: null,
        rate: orders[0]?.rate ?? null });
      const own = workers = Array.from({ length: Math.min(MOST_WORKERS, navigator.hardwareConcurrency, orders.length) }, startWorker);
      let next = 0;
      await Promise.all(own.map(async (worker) => {
        for (let n = next++; n < orders.length; n = next++) {
          const at = n, answer = await ask(worker, orders[at], (done) => change(at, { done }));
          if (workers !== own) return;
          change(at, { ...answer, done: 1 });
        }
      }));
      if (workers === own) get().cancel();
      set({ wasCancelled: false });
    },

    cancel() {
      for (const worker of workers) worker.terminate();
      workers = [];
      set({ phase: 'idle', wasCancelled: true });
    },

    async explain() {
      const { choice, runs } = get();
      if (!choice) return;
      set({ explaining: true });
      const worker = startWorker(), answer = await ask(worker, { ...runs[choice.run].order, explain: String(choice.example.number) }, () => undefined);
      worker.terminate();
      if (get().choice === choice) set({ explained: 'result' in answer ? answer.result.explained ?? null : null });
      set({ explaining: false });
    },
  };
});

/** What is opened in the lab: the same image, and the load as an input at tick 0. */
export function momentOf({ run, example }: Choice): { setup: Omit<Setup, 'scenario'>; options: OpenOptions } | undefined {
  const { order, result } = experiment.getState().runs[run];
  if (!result?.image) return undefined;
  return {
    setup: { config: order.config, app: result.image.app, set: order.cpus === 1 ? {} : { NR_CPUS: String(order.cpus) } },
    // Right behind its arrival.
    options: { edits: {}, inputs: [{ tick: 0, port: 'client', bytes: result.image.order }],
      moment: { tick: example.tick + 1, imageHash: result.image.hash } },
  };
}
