/**
 * The overlay of the Syscall path: the same scenario and input really run in another configuration, in a worker of its
 * own, until the same call of the same name is over. Nothing is shown before that run has an answer.
 */
import type { StateCreator } from 'zustand';
import type { PathView } from '../../link/reports.ts';
import type { MachineState } from './machine-store.ts';
import type { Link } from './link.ts';

export interface Overlay {
  config: string;
  /** Whose path it is: n-th call of that name, 0-based. */
  name: string;
  nth: number;
  path: PathView;
}

export interface CompareSlice {
  overlayConfig: string | null;
  overlay: Overlay | null;
  overlayProblem: string | null;
  overlayBusy: boolean;
  setOverlay: (config: string | null) => Promise<void>;
  /** Fetches the path for the call shown now, if the overlay is on and not there yet. */
  refreshOverlay: () => Promise<void>;
}

/** How far the other configuration may run to come to the same call. */
const MAX_INSTRUCTIONS = 100_000_000;

/** Which call of its name this is, counted over the run. */
async function nthOfName(link: Link, call: NonNullable<PathView['call']>): Promise<number> {
  const all = await link.call('syscalls', {});
  return all.filter((other) => other.name === call.name && other.index < call.index).length;
}

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
    other = { link: fresh, key };
    const result = await fresh.call('open', { scenario: setup.scenario, config, app: setup.app, set: { ...setup.set }, edits: { ...edits }, inputs });
    if (!result.stop) return result.build.diagnostics[0]?.message ?? `${config} does not build`;
    await fresh.call('run', { direction: 'forward', maxInstructions: MAX_INSTRUCTIONS });
    return fresh;
  };

  return {
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
        const nth = await nthOfName(link, call);
        if (overlay?.config === config && overlay.name === call.name && overlay.nth === nth) return;
        const there = await runOther(config);
        if (typeof there === 'string') {
          set({ overlay: null, overlayProblem: there });
          return;
        }
        const path = await there.call('pathOf', { name: call.name, nth });
        if (path.nodes.length === 0) set({ overlay: null, overlayProblem: `${config} has no such ${call.name} in this run` });
        else set({ overlay: { config, name: call.name, nth, path }, overlayProblem: null });
      } catch (error) {
        set({ overlay: null, overlayProblem: error instanceof Error ? error.message : String(error) });
      } finally {
        set({ overlayBusy: false });
      }
    },
  };
};
