/**
 * The machine beside another configuration of itself: the same scenario and input really run there, in a worker of its own. The overlay of the
 * Syscall path shows one call of it, the comparison all of them. Nothing is shown before that run has an answer.
 */
import type { StateCreator } from 'zustand';
import type { Comparison } from '../../link/comparison.ts';
import type { PathNode, PathView, SyscallReport } from '../../link/reports.ts';
import { tellOwn } from './lesson.ts';
import type { MachineState } from './machine-store.ts';
import type { Link } from './link.ts';

export interface Overlay {
  config: string;
  /** Whose path it is: n-th call of that name, 0-based. */
  name: string;
  nth: number;
  path: PathView;
}

/** The machine's run so far beside one of another configuration. */
export interface Compared extends Comparison {
  /** The functions at which the first pair that differs parts. */
  parts?: { a?: PathNode; b?: PathNode };
  /** Characters that both have printed. */
  printed: number;
  /** The newest tick of the machine's run, as far as it is compared; without it that is at its end. */
  upTo?: number;
}

export interface CompareSlice {
  comparedWith: string | null;
  compared: Compared | null;
  compareProblem: string | null;
  /** Runs the other configuration, and sets what the calls of both cost beside each other. */
  compareWith: (config: string) => Promise<void>;
  overlayConfig: string | null;
  overlay: Overlay | null;
  overlayProblem: string | null;
  overlayBusy: boolean;
  setOverlay: (config: string | null) => Promise<void>;
  /** Fetches the path for the call shown now, if the overlay is on and not there yet. */
  refreshOverlay: () => Promise<void>;
}

/** Loaded when somebody compares. */
const comparing = () => import('../../link/comparison.ts');

/** How far the other configuration may run to come to the same call. */
const MAX_INSTRUCTIONS = 100_000_000;

/** Which call of its name this is, counted over its run. */
const nthOfName = (all: readonly SyscallReport[], call: SyscallReport): number =>
  all.filter((other) => other.name === call.name && other.index < call.index).length;

export const createCompareSlice: StateCreator<MachineState, [], [], CompareSlice> = (set, get) => {
  let other: { link: Link; key: string } | null = null;

  const close = () => {
    other?.link.close();
    other = null;
  };

  /** A worker that has run the other configuration, all else the same, as far as it goes by itself. */
  const runOther = async (config: string): Promise<Link | string> => {
    const { setup, scenario, edits, link } = get();
    if (!setup || !scenario || !link) return 'no machine';
    const { inputs } = await link.call('moment', {});
    const key = JSON.stringify([setup, config, edits, inputs.map(({ port, bytes }) => [port, [...bytes]])]);
    if (other?.key === key) return other.link;
    close();
    const fresh = get().host.connect();
    const order = { scenario: setup.scenario, config, app: setup.app, set: { ...setup.set }, edits: { ...edits }, inputs };
    const result = await tellOwn(fresh, get().ownLessons).then(() => fresh.call('open', order)).catch((error: unknown) => {
      fresh.close();
      throw error;
    });
    if (!result.stop) {
      fresh.close();
      return result.build.diagnostics[0]?.message ?? `${config} does not build`;
    }
    await fresh.call('run', { direction: 'forward', maxInstructions: MAX_INSTRUCTIONS });
    other = { link: fresh, key };
    return fresh;
  };

  return {
    comparedWith: null,
    compared: null,
    compareProblem: null,

    async compareWith(config) {
      const { link, status } = get();
      if (!link) return;
      set({ comparedWith: config, compared: null, compareProblem: null });
      try {
        const there = await runOther(config);
        if (get().comparedWith !== config) return;
        if (typeof there === 'string') {
          set({ compareProblem: there });
          return;
        }
        const { compareRuns, partsAt } = await comparing();
        const [a, b] = await Promise.all([link.call('callCosts', {}), there.call('callCosts', {})]), made = compareRuns(a, b);
        const first = made.first === undefined ? undefined : made.pairs[made.first];
        const parts = first?.a && first.b ? partsAt((await link.call('pathOf', { name: first.a.name, nth: first.a.nth })).nodes,
          (await there.call('pathOf', { name: first.b.name, nth: first.b.nth })).nodes) : undefined;
        if (get().comparedWith !== config) return;
        set({ compared: { ...made, printed: Math.min(a.output.length, b.output.length), ...(parts ? { parts } : {}),
          ...(a.exit === undefined && status ? { upTo: status.live } : {}) } });
      } catch (error) {
        set({ compareProblem: error instanceof Error ? error.message : String(error) });
      }
    },

    overlayConfig: null,
    overlay: null,
    overlayProblem: null,
    overlayBusy: false,

    async setOverlay(config) {
      set({ overlayConfig: config, overlay: null, overlayProblem: null });
      if (config === null) close();
      else await get().refreshOverlay();
    },

    async refreshOverlay() {
      const { overlayConfig: config, views, link, overlay, overlayBusy } = get();
      const call = views.path?.call;
      if (config === null || !call || !link || overlayBusy) return;
      set({ overlayBusy: true });
      try {
        const mine = await link.call('syscalls', {}), nth = nthOfName(mine, call);
        if (overlay?.config === config && overlay.name === call.name && overlay.nth === nth) return;
        const there = await runOther(config);
        if (typeof there === 'string') {
          set({ overlay: null, overlayProblem: there });
          return;
        }
        const theirs = await there.call('syscalls', {}), same = (await comparing()).counterpart(call, mine, theirs);
        const path = same && await there.call('pathOf', { name: same.name, nth: nthOfName(theirs, same) });
        if (!path || path.nodes.length === 0) set({ overlay: null, overlayProblem: `${config} has no such ${call.name} in this run` });
        else set({ overlay: { config, name: call.name, nth, path }, overlayProblem: null });
      } catch (error) {
        set({ overlay: null, overlayProblem: error instanceof Error ? error.message : String(error) });
      } finally {
        set({ overlayBusy: false });
      }
    },
  };
};
