/** Experiments: what is to be measured, what was, and the workers that measure. Loaded with the sheet; what was measured stays when that is closed. */
import { create } from 'zustand';
import { ratesBetween, type Example, type Explained, type FromExperiment, type LoadResult, type PageOrder } from '../../link/experiment.ts';
import type { Life } from '../../link/protocol.ts';
import { heedSilence, openBuilds } from './link.ts';
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
  capturing: boolean;
  /** Why it cannot be explained, or captured. */
  unexplained: string | null;
  set: (plan: Partial<Plan>) => void;
  start: () => Promise<void>;
  cancel: () => void;
  choose: (choice: Choice | null) => void;
  showRate: (rate: number | null) => void;
  explain: () => Promise<void>;
  /** Runs again, and keeps every frame. @returns the file, if it came to one. */
  capture: () => Promise<Uint8Array | undefined>;
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

type Answer = { result: LoadResult; pcap?: Uint8Array } | { why: string };

/** A worker that measures, one order after the other. */
interface Measurer {
  ask: (order: PageOrder, told: (part: number) => void) => Promise<Answer>;
  /** Whoever closes it never hears of it again. */
  close: () => void;
}

/** Without its builder it can measure nothing more: what it was asked, and what it is asked from then on, has that for an answer. */
function startMeasurer(): Measurer {
  const worker = new Worker(new URL('../../worker/experiment.ts', import.meta.url), { type: 'module', name: 'experiment' });
  let lost: string | undefined, settle = (_answer: Answer): void => undefined, tell = (_part: number): void => undefined;
  const lose = (why: string): void => {
    lost ??= why;
    settle({ why: lost });
  };
  const builder = openBuilds(lose);
  heedSilence(worker, lose);
  worker.addEventListener('error', ({ message }) => lose(message || 'the worker could not be started'));
  worker.addEventListener('message', ({ data }: MessageEvent<FromExperiment | Life>) => {
    if ('life' in data) return;
    if ('answered' in data) tell(data.answered / data.of);
    else settle(data);
  });
  worker.postMessage({ builder: builder.port }, [builder.port]);
  return {
    ask: (order, told) => new Promise((resolve) => {
      [settle, tell] = [resolve, told];
      if (lost === undefined) worker.postMessage({ order });
      else settle({ why: lost });
    }),
    close: () => {
      settle = tell = () => undefined;
      builder.close();
      worker.terminate();
    },
  };
}

let workers: readonly Measurer[] = [], explainer: Measurer | undefined;

function endRuns(): void {
  for (const worker of workers) worker.close();
  workers = [];
}

export const experiment = create<ExperimentState>((set, get) => {
  const change = (n: number, part: Partial<Run>): void => set(({ runs }) => ({ runs: runs.map((run, at) => (at === n ? { ...run, ...part } : run)) }));
  const endExplaining = (): void => {
    explainer?.close();
    explainer = undefined;
    set({ explaining: false, capturing: false });
  };
  return {
    plan: { workload: 'echo', configs: [], loop: 'closed', from: 20_000, to: 200_000, connections: 8, requests: 2000, size: 1, cpus: 1 },
    runs: [], phase: 'idle', wasCancelled: false, rate: null, choice: null, explained: null, explaining: false, capturing: false,
    unexplained: null,
    set: (plan) => set((state) => ({ plan: { ...state.plan, ...plan } })),
    showRate: (rate) => set({ rate }),
    choose: (choice) => {
      endExplaining();
      set({ choice, explained: null, unexplained: null });
    },

    async start() {
      const orders = ordersOf(get().plan);
      get().cancel();
      set({ runs: orders.map((order) => ({ order, done: 0 })), phase: 'running', wasCancelled: false, choice: null, explained: null, unexplained: null,
        rate: orders[0]?.rate ?? null });
      const own = workers = Array.from({ length: Math.min(MOST_WORKERS, navigator.hardwareConcurrency, orders.length) }, startMeasurer);
      let next = 0;
      await Promise.all(own.map(async (worker) => {
        for (let n = next++; n < orders.length; n = next++) {
          const at = n, answer = await worker.ask(orders[at], (done) => change(at, { done }));
          if (workers !== own) return;
          change(at, { ...answer, done: 1 });
        }
      }));
      if (workers !== own) return;
      endRuns();
      set({ phase: 'idle' });
    },

    cancel() {
      endRuns();
      endExplaining();
      set({ phase: 'idle', wasCancelled: true });
    },

    async explain() {
      const { choice, runs } = get();
      if (!choice) return;
      endExplaining();
      set({ explaining: true, unexplained: null });
      explainer = startMeasurer();
      const answer = await explainer.ask({ ...runs[choice.run].order, explain: String(choice.example.number) }, () => undefined);
      endExplaining();
      set('result' in answer ? { explained: answer.result.explained ?? null } : { unexplained: answer.why });
    },

    async capture() {
      const { choice, runs } = get();
      if (!choice) return undefined;
      endExplaining();
      set({ capturing: true, unexplained: null });
      explainer = startMeasurer();
      const answer = await explainer.ask({ ...runs[choice.run].order, capture: true }, () => undefined);
      endExplaining();
      if ('result' in answer) return answer.pcap;
      set({ unexplained: answer.why });
      return undefined;
    },
  };
});

/** A point of HdrHistogram's percentile file: of so many requests one is slower than this. */
export interface PercentilePoint {
  /** Nanoseconds. */
  value: number;
  oneIn: number;
}

/** The lines of the file, and at its end the slowest, which is one of all. */
export function percentilePoints({ hgrm, requests, max }: Pick<LoadResult, 'hgrm' | 'requests' | 'max'>): PercentilePoint[] {
  const lines = hgrm.matchAll(/^\s*([\d.]+)\s+[\d.]+\s+\d+\s+([\d.]+)$/gm), points = [...lines].map(([, value, oneIn]) =>
    ({ value: 1000 * Number(value), oneIn: Number(oneIn) }));
  return [...points.filter(({ oneIn }) => oneIn < requests), { value: max, oneIn: requests }];
}

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
