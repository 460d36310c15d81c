/**
 * The machine as the page knows it: one worker, one run, and the moment it stands at. Requests that move the machine
 * go one after the other; each says what is to be shown of the moment it comes to, and only the newest answer is shown.
 */
import type { StateCreator } from 'zustand';
import { CONSOLE_PORT, typed } from '../../base/input.ts';
import type { Tick } from '../../base/units.ts';
import type { Catalogue, Direction, Moment, OpenParams, RunSpec, Showing, Shown, StepUnit, Views, Wants } from '../../link/protocol.ts';
import type { BuildReport, ConsoleView, Focus, ScenarioInfo, Status, Stop } from '../../link/reports.ts';
import { HELD, heldAt, tellOwn } from './lesson.ts';
import type { MachineState } from './machine-store.ts';
import type { Link } from './link.ts';
import { share } from './sharing.ts';
import { SPEEDS } from './settings.ts';

export type Phase = 'connecting' | 'building' | 'busy' | 'running' | 'stopped' | 'dead';

/** What is run, as the visitor asked for it. */
export interface Setup {
  scenario: string;
  config: string;
  app: string;
  /** Switches that differ from the configuration's. */
  set: Readonly<Record<string, string>>;
  /** It was chosen by its program: nobody has asked for the scenario behind it. */
  byApp?: true;
}

/** A moment of this run that one has been at. */
export interface Spot {
  tick: Tick;
  branch: number;
}

/** What a part of the page has to see of a moment. */
export type Needs = (state: MachineState) => Wants;

export interface OpenOptions {
  edits?: Readonly<Record<string, string>>;
  inputs?: OpenParams['inputs'];
  moment?: Moment;
  /** Whose state is shown of that moment. */
  focus?: Focus;
  /** Come back to the moment we are at, by its anchor if the image changes. */
  keepMoment?: boolean;
  /** What was typed is typed again, at the moments at which the machine waits for it. */
  keepInput?: boolean;
}

export interface MachineSlice {
  link: Link | null;
  phase: Phase;
  /** How far the build of the next machine is, in files. The one that is there can be looked at meanwhile. */
  building: { done: number; total: number } | null;
  /** A request that moves the machine is on its way: said at once, where `phase` waits until it takes long. */
  moving: boolean;
  /** Why the worker is gone. */
  death: string | null;
  catalogue: Catalogue | null;
  setup: Setup | null;
  scenario: ScenarioInfo | null;
  /** Texts that the running image was built from, where they differ from the guest's own. */
  edits: Readonly<Record<string, string>>;
  /** The build that runs, and the newest one that failed. */
  build: BuildReport | null;
  failed: BuildReport | null;
  status: Status | null;
  stop: Stop | null;
  /** Of this moment, what was asked for: what is not in sight is not there. */
  views: Partial<Views>;
  /** Counts the moments shown: raised with each, also when its tick is the one before. */
  settled: number;
  console: ConsoleView;
  /** What was typed in this branch, so that a new worker can be brought to the same moment. */
  inputs: NonNullable<OpenParams['inputs']>;
  /** Something has come into sight. What it needs comes with each moment from now on, until the returned function is called. */
  show: (needs: Needs) => () => void;
  connect: () => Promise<void>;
  open: (setup: Setup, options?: OpenOptions) => Promise<void>;
  /** A request that moves the machine and says more than where it came to; null when it failed. */
  moved: <T extends Shown>(request: (link: Link, show: Required<Showing>) => Promise<T>) => Promise<T | null>;
  step: (direction: Direction, unit?: StepUnit) => Promise<void>;
  /** Forward to where the next call of that name to return has returned. */
  runUntilReturn: (name: string) => Promise<void>;
  run: (direction: Direction, until?: RunSpec['until']) => Promise<void>;
  pause: () => Promise<void>;
  seek: (tick: Tick) => Promise<void>;
  /** Where travels began, newest last, and where going back on them began. */
  been: readonly Spot[];
  ahead: readonly Spot[];
  /** Back, or forth again, on one's own path. */
  retrace: (direction: Direction) => Promise<void>;
  /** Somebody types, at the console or at another input port. */
  type: (text: string, port?: string) => Promise<void>;
  switchBranch: (branch: number) => Promise<void>;
  restart: () => Promise<void>;
}

/** Steps beyond this many waiting are dropped, so that a held key stops when it is let go. */
const MAX_WAITING = 2;
const SHOW_BUSY_AFTER_MS = 100;
const MAX_BEEN = 100;

/** Views become state: those that build up over time are kept apart, and what says the same as before stays the same object. */
function taken(state: MachineState, views: Partial<Views>): Partial<MachineState> {
  const { listings = [], timeline, overview } = views;
  const { views: old, console: before } = state;
  const next = share({ views: old, console: before, timeline: state.timeline, overview: state.overview, window: state.window }, {
    views, console: views.console ?? before, timeline: timeline ?? state.timeline, overview: overview ?? state.overview,
    window: timeline ? { from: timeline.from, to: timeline.to } : state.window,
  });
  return { ...next, ...(listings.length > 0 ? { listings: [...state.listings, ...listings] } : {}) };
}

export const createMachineSlice: StateCreator<MachineState, [], [], MachineSlice> = (set, get) => {
  let waiting = 0;
  let chain: Promise<void> = Promise.resolve();
  let generation = 0;
  let wantedSeek: Tick | null = null;
  /** Raised by pause; the stepping loop of a slow run looks at it. */
  let pauseAsked = false;
  const inSight = new Set<Needs>();
  let catchingUp = false;

  const fail = (error: unknown) => {
    if (get().phase === 'dead') return;
    generation += 1;
    set({ phase: get().status ? 'stopped' : 'connecting', moving: false, settled: generation });
    get().host.say({ severity: 'error', text: error instanceof Error ? error.message : String(error) });
  };

  /** One at a time, in order. A failure is told and does not stop those behind it. */
  const inOrder = (work: (link: Link) => Promise<void>): Promise<void> => {
    const { link } = get();
    if (!link || get().phase === 'dead') return Promise.resolve();
    waiting += 1;
    chain = chain.then(() => (get().link === link && get().phase !== 'dead' ? work(link) : undefined)).catch(fail).finally(() => {
      waiting -= 1;
    });
    return chain;
  };

  /** Has an image built, and then opens it; what is wrong with a build is told by the latter. */
  const afterBuild = async (setup: Setup, options: OpenOptions, open: () => Promise<void>): Promise<void> => {
    const { link } = get(), edits = options.edits ?? get().edits;
    set({ building: { done: 0, total: 1 } });
    await link?.call('build', { scenario: setup.scenario, config: setup.config, app: setup.app, set: { ...setup.set }, edits: { ...edits } })
      .catch(() => undefined);
    await open().finally(() => set({ building: null }));
  };

  /** All that is in sight has to see, to go with a request. */
  const showing = (): Required<Showing> => ({ show: Object.assign({}, ...[...inSight].map((needs) => needs(get()))) as Wants });

  /** For another build: nothing of the old one is known any more. */
  const fresh = (): Wants => {
    const { listings, overview, ...rest } = showing().show;
    return { ...rest, ...(listings ? { listings: { have: [] } } : {}), ...(overview ? { overview: { columns: overview.columns } } : {}) };
  };

  const missing = (): Wants => Object.fromEntries(Object.entries(showing().show).filter(([name]) => !(name in get().views)));

  /** Whatever has come into sight since the last move is asked for together, once. */
  const catchUp = async (): Promise<void> => {
    if (catchingUp) return;
    catchingUp = true;
    await Promise.resolve();
    if (get().status && Object.keys(missing()).length > 0) {
      chain = chain.then(async () => {
        const show = missing(), mine = generation, { link } = get();
        if (!link || get().phase === 'dead' || Object.keys(show).length === 0) return;
        const views = await link.call('views', { show });
        if (mine === generation) set(taken(get(), { ...get().views, ...views }));
      }).catch(fail);
    }
    catchingUp = false;
  };

  /** Shows a stop: all views of its tick at once. */
  const settle = ({ stop, status, views }: Shown, phase: Phase = 'stopped') => {
    generation += 1;
    if (stop.breakpoint !== undefined) set({ breakpoints: get().breakpoints.map((one) =>
      (one.id === stop.breakpoint ? { ...one, hits: one.hits + 1 } : one)) });
    set({ ...share({ stop: get().stop, status: get().status }, { stop, status }), ...taken(get(), views), phase, moving: false, settled: generation });
  };

  const move = (request: (link: Link) => Promise<Shown>): Promise<void> => inOrder(async (link) => {
    // Most moves are over before the eye could see a sign of work.
    set({ moving: true });
    const timer = setTimeout(() => set({ phase: 'busy' }), SHOW_BUSY_AFTER_MS);
    try {
      settle(await request(link));
    } finally {
      clearTimeout(timer);
    }
  });

  const spot = (): Spot | null => {
    const { status } = get();
    return status && { tick: status.tick, branch: status.branch };
  };

  /** A travel can be undone, once it has led elsewhere. */
  const travelled = (from: Spot | null): void => {
    if (from && from.tick !== get().status?.tick) set({ been: [...get().been, from].slice(-MAX_BEEN), ahead: [] });
  };

  /** Where an answer is due the machine goes no farther. @returns true when it may not go on from here. */
  const isHeld = (limit: Tick | null): boolean => {
    if (limit === null || (get().status?.tick ?? 0) < limit) return false;
    get().host.say({ severity: 'info', text: HELD });
    return true;
  };

  /** With something in focus a step is one of its own. */
  const staying = (): { stay?: true } => (get().status?.focus && get().stays ? { stay: true } : {});

  /** Steps at the chosen speed until paused or until something other than a step stops it. */
  const runSlowly = async (link: Link, direction: Direction, unit: StepUnit, perSecond: number) => {
    while (!pauseAsked) {
      const begun = Date.now();
      const report = await link.call('step', { unit, direction, ...staying(), ...showing() });
      const goesOn = report.stop.kind === 'step' && !pauseAsked;
      settle(report, goesOn ? 'running' : 'stopped');
      if (!goesOn) return;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 / perSecond - (Date.now() - begun))));
    }
    set({ phase: 'stopped' });
  };

  return {
    link: null,
    phase: 'connecting',
    moving: false,
    death: null,
    building: null,
    catalogue: null,
    setup: null,
    scenario: null,
    edits: {},
    build: null,
    failed: null,
    status: null,
    stop: null,
    views: {},
    settled: 0,
    been: [],
    ahead: [],
    console: { text: '', boot: 0, future: [] },
    inputs: [],

    show(needs) {
      inSight.add(needs);
      void catchUp();
      return () => void inSight.delete(needs);
    },

    async connect() {
      const link = get().host.connect();
      set({ link, phase: 'connecting', moving: false, death: null });
      link.onDeath((message) => {
        link.close();
        generation += 1;
        chain = Promise.resolve();
        set({ phase: 'dead', death: message, building: null });
      });
      link.onNotice((notice) => {
        if (notice.kind === 'building' && get().building) set({ building: { done: notice.done, total: notice.total } });
        if (notice.kind === 'searched') get().tellSearched(notice.tick);
        if (notice.kind !== 'progress' || get().phase !== 'running') return;
        const { status, output } = notice, { text, ...rest } = get().console;
        set({ status, ...(output && output.from <= text.length ? { console: { text: text.slice(0, output.from) + output.text, ...rest } } : {}) });
      });
      await tellOwn(link, get().ownLessons);
      set({ catalogue: await link.call('catalogue', {}) });
    },

    open: (setup, options = {}) => afterBuild(setup, options, () => inOrder(async (link) => {
      const before = { setup: get().setup, edits: get().edits };
      const edits = options.edits ?? before.edits;
      const was = (options.keepMoment || options.keepInput) && get().status ? await link.call('moment', {}) : null;
      const at = options.keepMoment ? was : null;
      const focus = options.focus ?? (at ? get().status?.focus : undefined);
      get().host.say(null);
      // Addresses mean something else in another image.
      set({ phase: 'building', setup, failed: null, objectTrail: [], walked: null });
      const moment = options.moment ?? at ?? undefined;
      // Without a moment to come back to, what was typed and what was still to be typed are lines alike; of a run that nobody typed at, the scenario has them.
      const again = was && !at && was.inputs.length > 0 ? [...was.inputs,
        ...(was.pending ?? []).map((bytes) => ({ tick: was.tick, port: get().scenario?.port ?? CONSOLE_PORT, bytes }))] : undefined;
      const inputs = options.inputs ?? at?.inputs ?? again;
      const result = await link.call('open', {
        scenario: setup.scenario, config: setup.config, app: setup.app, set: { ...setup.set }, edits: { ...edits },
        ...(inputs ? { inputs } : {}), ...(moment ? { moment } : {}), show: fresh(),
      }).catch((error: unknown) => {
        // Refused, switches that exclude each other for one: the controls name what still runs.
        if (get().status) set({ setup: before.setup });
        throw error;
      });
      if (!result.stop) {
        // The old machine goes on, and so do the controls that name it.
        set({ phase: get().status ? 'stopped' : 'connecting', failed: result.build, setup: get().status ? before.setup : setup, scenario: result.scenario });
        return;
      }
      // The file that is open stays on the page, and an editor keeps its cursor and its undo.
      const tab = get().codeTab;
      const source = tab.kind === 'file' ? await link.call('source', { file: tab.file }) : null;
      const shown = tab.kind === 'file' && source ? { [tab.file]: source } : {};
      set({
        build: result.build, scenario: result.scenario, edits, inputs: inputs ?? [], breakpoints: result.breakpoints, been: [], ahead: [], listings: [],
        beside: null,
        sources: shown, timeline: null, overview: null,
      });
      // A rebuild of one's own comes back by the same event without a word; of a link one wants to know.
      if (result.notice && !at) get().host.say({ severity: 'info', text: result.notice });
      let report = result.stop;
      if (!moment && report.status.tick === 0) {
        // A fresh run begins where there is something to see: the application's first system call. Home goes back to power-on.
        const begun = { kind: 'event', event: 'exec', match: { filename: result.build.application } } as const;
        for (const until of [begun, { kind: 'event', event: 'syscall-entry' } as const]) {
          report = await link.call('run', { direction: 'forward', until, maxInstructions: 20_000_000, show: fresh() });
          if (report.stop.kind !== 'event') break;
        }
      }
      if (focus) {
        // Another program may have no such task at that moment.
        report = await link.call('focus', { focus, show: fresh() }).catch((error: unknown) => {
          get().host.say({ severity: 'info', text: error instanceof Error ? error.message : String(error) });
          return report;
        });
      }
      settle(report);
      // Nobody waits for it: the next move goes first.
      void link.call('files', {}).then((files) => set({ files }), () => undefined);
      if (tab.kind === 'file' && !source && !(tab.file in get().drafts)) get().closeFile(tab.file);
    })),

    async moved<T extends Shown>(request: (link: Link, show: Required<Showing>) => Promise<T>) {
      const answers: T[] = [];
      await move(async (link) => {
        const answer = await request(link, showing());
        answers.push(answer);
        return answer;
      });
      return answers[0] ?? null;
    },

    step(direction, unit = get().host.preferences().unit) {
      if (get().phase === 'running') return get().pause();
      if (waiting >= MAX_WAITING) return Promise.resolve();
      const limit = direction === 'forward' ? heldAt(get()) : null;
      if (isHeld(limit)) return Promise.resolve();
      return move(async (link) => {
        const report = await link.call('step', { unit, direction, ...staying(), ...showing() });
        return limit !== null && report.status.tick > limit ? link.call('seek', { tick: limit, ...showing() }) : report;
      });
    },

    run(direction, until) {
      if (get().phase === 'running') return Promise.resolve();
      const limit = direction === 'forward' ? heldAt(get()) : null;
      if (limit !== null) return isHeld(limit) ? Promise.resolve() : get().seek(limit);
      return inOrder(async (link) => {
        pauseAsked = false;
        set({ phase: 'running' });
        const { unit, speed } = get().host.preferences(), perSecond = SPEEDS[speed] ?? Infinity;
        const from = spot();
        if (until || perSecond === Infinity) settle(await link.call('run', { direction, ...(until ? { until, orStay: true } : {}), ...showing() }));
        else await runSlowly(link, direction, unit, perSecond);
        travelled(from);
      });
    },

    async runUntilReturn(name) {
      await get().run('forward', { kind: 'event', event: 'syscall-exit', match: { name } });
      // Its result is known; the way back is still to come.
      const { event } = get().stop ?? {};
      if (event?.kind === 'syscall-exit' && event.fields['name'] === name) await get().step('forward', 'call');
    },

    async pause() {
      pauseAsked = true;
      const { link, phase } = get();
      if (link && (phase === 'running' || phase === 'busy')) await link.call('pause', {});
      await chain;
    },

    async seek(tick) {
      const waits = wantedSeek !== null;
      wantedSeek = Math.max(0, Math.round(tick));
      if (waits) return; // the seek that waits takes the newest wish
      if (get().phase === 'running') await get().pause();
      const from = spot();
      await move((link) => {
        const limit = heldAt(get()), wanted = wantedSeek ?? tick, target = limit === null ? wanted : Math.min(wanted, limit);
        wantedSeek = null;
        if (target < wanted) get().host.say({ severity: 'info', text: HELD });
        return link.call('seek', { tick: target, ...showing() });
      });
      travelled(from);
    },

    async retrace(direction) {
      const [source, other] = direction === 'back' ? ['been', 'ahead'] as const : ['ahead', 'been'] as const;
      const to = get()[source].at(-1), from = spot();
      if (!to || !from) return;
      await move(async (link) => {
        if (to.branch !== get().status?.branch) await link.call('switchBranch', { branch: to.branch });
        return link.call('seek', { tick: to.tick, ...showing() });
      });
      set({ [source]: get()[source].slice(0, -1), [other]: [...get()[other], from] });
    },

    async type(text, port = CONSOLE_PORT) {
      const { phase } = get();
      if (phase === 'running') await get().pause();
      if (isHeld(heldAt(get()))) return;
      await move(async (link) => {
        const report = await link.call('input', { port, bytes: typed(text), ...showing() });
        set({ inputs: (await link.call('moment', {})).inputs });
        return report;
      });
      if (get().host.preferences().runOnTyping && phase !== 'dead') await get().run('forward');
    },

    switchBranch: (branch) => move(async (link) => {
      const report = await link.call('switchBranch', { branch, ...showing() });
      set({ inputs: (await link.call('moment', {})).inputs });
      return report;
    }),

    async restart() {
      const { setup, edits, status, build, inputs, breakpoints } = get();
      get().link?.close();
      waiting = 0;
      await get().connect();
      if (!setup) return;
      const moment = status && build ? { tick: status.tick, imageHash: build.imageHash } : undefined;
      await get().open(setup, { edits, inputs, ...(moment ? { moment } : {}), ...(status?.focus ? { focus: status.focus } : {}) });
      for (const { spec, enabled } of breakpoints) {
        await get().addBreakpoint(spec);
        const made = get().breakpoints.at(-1);
        if (made && !enabled) await get().enableBreakpoint(made.id, false);
      }
    },
  };
};
