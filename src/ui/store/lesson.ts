/**
 * The lesson beside the lab: the course of the open scenario, played with the requests that the command line plays it with. While
 * an answer is due the machine goes no farther than where it was asked.
 */
import type { StateCreator } from 'zustand';
import { typed } from '../../base/input.ts';
import type { Tick } from '../../base/units.ts';
import type { Authored, LessonEnd, LessonShown, LessonStep, LessonVerdict, LessonView, OwnLesson, Unmet } from '../../link/lesson.ts';
import type { BuildReport, ScenarioInfo } from '../../link/reports.ts';
import type { Link } from './link.ts';
import type { Setup } from './machine.ts';
import type { MachineState } from './machine-store.ts';

/** The last part of every lesson: what held. No block has this name. */
export const CHECKS = '(checks)';

/** Where the lesson has put the machine. */
interface Place {
  tick: Tick;
  branch: number;
  setup: Setup;
}

export interface LessonSlice {
  lesson: LessonView | null;
  lessonAt: string | null;
  /** What is said at this step; null while the machine is on its way. */
  lessonSaid: { text: string; missed?: string; waits?: boolean } | null;
  lessonPlace: Place | null;
  /** Predictions that are over. */
  answered: Readonly<Record<string, 'right' | 'shown'>>;
  verdict: { choice: number | null; right: boolean; why: string; misconception?: string; answer?: string;
    unmet: readonly Unmet[];
    /** Why the moment that would refute it cannot be shown. */ nowhere?: string } | null;
  /** A choice that waits for what has to come first. */
  pendingChoice: { choice: number | null } | null;
  /** Looking at what refutes an answer: nothing is held back. */
  refuting: boolean;
  checked: { checks: LessonEnd['checks']; waits: boolean; text: string } | null;
  /** A file of one's own that is about to be opened, or what is wrong with it, and beside which scenario that is told. */
  authored: (Authored & OwnLesson & { beside: string | null }) | null;
  /** Lessons that are none of Ringside's, by their names: from files, written here, from a link. */
  ownLessons: Readonly<Record<string, OwnLesson>>;
  /** Panels that the lesson wants in sight. */
  lessonShow: readonly string[];
  /** Brings the course of the open scenario; to the step given, else where one was, else its first (null). With `stay` the machine stays where it is. */
  openLesson: (at?: string | null, stay?: boolean) => Promise<void>;
  /** The same for whoever only shows it: what is open, or about to be at a step that somebody has named, stays. */
  bringLessonHere: () => Promise<void>;
  closeLesson: () => void;
  /** As if nothing had been answered, on a machine that has not run yet: what it did before would answer. */
  beginAgain: () => Promise<void>;
  goLesson: (step: string) => Promise<void>;
  choose: (choice: number | null) => Promise<void>;
  tryAgain: () => void;
  refute: () => Promise<void>;
  /** The same run in the build that a change leads to; and back in the scenario's own. */
  flip: (to: { config: string; set: Readonly<Record<string, string>> }) => Promise<void>;
  checkLesson: () => Promise<void>;
  backToLesson: () => Promise<void>;
  /** Types what the scenario has ready for this, and looks again. */
  typeSample: () => Promise<void>;
  /** Reads a scenario of one's own, and opens it if nothing is wrong with it: at the step that is open, or, played anew, at its first with nothing answered. */
  author: (file: string, text: string, anew?: boolean) => Promise<void>;
  /** Makes a scenario of one's own known, and opens nothing. @returns it, or null where something is wrong with it */
  learn: (own: OwnLesson) => Promise<ScenarioInfo | null>;
}

const same = (a: Setup, b: Setup): boolean => a.scenario === b.scenario && a.config === b.config && a.app === b.app &&
  Object.keys(a.set).length === Object.keys(b.set).length && Object.entries(a.set).every(([key, value]) => b.set[key] === value);

export const stepNow = ({ lesson, lessonAt }: Pick<LessonSlice, 'lesson' | 'lessonAt'>): LessonStep | undefined =>
  lesson?.steps.find(({ id }) => id === lessonAt);

/** The steps that have a meaning in this build, and the checks. */
export const stepsOf = (lesson: LessonView): string[] => [...lesson.steps.filter(({ applies }) => applies).map(({ id }) => id), CHECKS];

/** The prediction that is due, if one is. */
export function dueNow(state: Pick<LessonSlice, 'lesson' | 'lessonAt' | 'answered' | 'lessonSaid'>): LessonStep | undefined {
  const step = stepNow(state);
  return step?.kind === 'predict' && step.applies && !(step.id in state.answered) && state.lessonSaid?.missed === undefined ? step : undefined;
}

/** The first step that may not be gone to yet: it lies behind a question that is not answered. */
export function firstClosed({ lesson, answered }: Pick<LessonSlice, 'lesson' | 'answered'>): number {
  const steps = lesson ? stepsOf(lesson) : [];
  const open = steps.findIndex((id) => lesson?.steps.some((step) => step.id === id && step.kind === 'predict') && !(id in answered));
  return open < 0 ? steps.length : open + 1;
}

/** The reader is somewhere else than where the lesson has put the machine. */
export const isAway = ({ lessonPlace, status, setup }: Pick<MachineState, 'lessonPlace' | 'status' | 'setup'>): boolean =>
  lessonPlace !== null && status !== null && setup !== null &&
  (lessonPlace.tick !== status.tick || lessonPlace.branch !== status.branch || !same(lessonPlace.setup, setup));

/** How far the machine may go now; null: as far as it likes. */
export function heldAt(state: Pick<MachineState,
  'lesson' | 'lessonAt' | 'answered' | 'lessonSaid' | 'lessonPlace' | 'setup' | 'pendingChoice' | 'refuting'>): Tick | null {
  const { lessonPlace, setup, pendingChoice, refuting } = state;
  return !refuting && !pendingChoice && lessonPlace && setup && same(lessonPlace.setup, setup) && dueNow(state) ? lessonPlace.tick : null;
}

/** Hidden, since it is the very thing that is asked for. */
export const isCovered = (state: Parameters<typeof heldAt>[0] & Pick<MachineState, 'status'>): boolean => {
  const limit = heldAt(state);
  return limit !== null && dueNow(state)?.ahead === false && state.status?.tick === limit;
};

export const HELD = 'An answer is due first: what comes next would show it. In the lesson, “I am not sure” is an answer too.';

const CLOSED = { lesson: null, lessonAt: null, lessonSaid: null, lessonPlace: null, answered: {}, verdict: null, pendingChoice: null, refuting: false,
  checked: null, lessonShow: [] };

export const createLessonSlice: StateCreator<MachineState, [], [], LessonSlice> = (set, get) => {
  /** The build that the view of the lesson is of. */
  let viewed: BuildReport | null = null;
  /** Counts openings and closings: the newest holds. */
  let turn = 0;
  /** The scenario whose lesson is about to be open. */
  let opening: string | null = null;

  const refresh = async (): Promise<LessonView | null> => {
    const { link, build, lesson } = get();
    if (!link) return null;
    if (lesson && viewed === build && lesson.scenario === get().scenario?.id) return lesson;
    const mine = turn, view = await link.call('lesson', {});
    if (mine !== turn) return null;
    viewed = build;
    set({ lesson: view });
    return view;
  };

  const placeNow = (): Place | null => {
    const { status, setup } = get();
    return status && setup ? { tick: status.tick, branch: status.branch, setup } : null;
  };

  const keep = (done = false): void => {
    const { lesson, lessonAt, answered, host } = get();
    if (lesson && lessonAt !== null) host.keepProgress(lesson.scenario,
      { at: lessonAt, answered, done: done || host.progressOf(lesson.scenario)?.done === true });
  };

  const saidOf = ({ missed, waits }: Pick<LessonShown, 'missed' | 'waits'>, text: string): LessonSlice['lessonSaid'] =>
    ({ text, ...(missed === undefined ? {} : { missed }), ...(waits ? { waits } : {}) });

  return {
    ...CLOSED,
    authored: null,
    ownLessons: {},

    async openLesson(at, stay = false) {
      const { scenario, host, status } = get();
      if (!scenario) return;
      const mine = ++turn;
      opening = scenario.id;
      viewed = null;
      set({ ...CLOSED, authored: null });
      const view = await refresh().finally(() => {
        if (mine === turn) opening = null;
      }), kept = host.progressOf(scenario.id);
      if (!view) return;
      const steps = stepsOf(view), to = [at, at === null ? at : kept?.at].find((id) => typeof id === 'string' && steps.includes(id)) ?? steps[0];
      set({ answered: kept?.answered ?? {} });
      await get().goLesson(to);
      if (mine !== turn) return;
      const { lessonPlace } = get(), step = stepNow(get());
      if (!stay || !status || !lessonPlace || status.tick === lessonPlace.tick) return;
      // Whoever shared a moment behind a question has shown its answer.
      if (step?.kind === 'predict' && status.tick > lessonPlace.tick) set({ answered: { ...get().answered, [step.id]: 'shown' } });
      await get().seek(status.tick);
      set({ lessonPlace: placeNow() });
    },

    async bringLessonHere() {
      const { scenario, lesson } = get();
      if (scenario && lesson?.scenario !== scenario.id && opening !== scenario.id) await get().openLesson();
    },

    closeLesson() {
      turn++;
      opening = viewed = null;
      set({ ...CLOSED, authored: null });
    },

    async beginAgain() {
      const { scenario, host } = get();
      if (!scenario) return;
      host.forgetProgress(scenario.id);
      get().closeLesson();
      await get().open(setupOf(scenario));
      await get().openLesson();
    },

    async goLesson(id) {
      const view = await refresh();
      if (!view) return;
      const step = view.steps.find((one) => one.id === id);
      set({ lessonAt: id, lessonSaid: null, verdict: null, pendingChoice: null, refuting: false, authored: null, ...(step ? { checked: null } : {}) });
      if (!step) {
        set({ lessonSaid: { text: '' }, lessonPlace: placeNow() });
        keep();
        return;
      }
      const arrived = await get().moved((link, show) => link.call('lessonStep', { step: id, ...show }));
      if (!arrived || get().lessonAt !== id) return;
      set({ lessonSaid: saidOf(arrived, arrived.text), lessonPlace: placeNow(),
        ...(step.show.length > 0 && step.kind !== 'predict' ? { lessonShow: step.show } : {}) });
      keep();
    },

    async choose(choice) {
      const step = dueNow(get()) ?? stepNow(get()), { lessonSaid } = get();
      if (step?.kind !== 'predict') return;
      set({ pendingChoice: { choice }, verdict: null });
      const verdict: LessonVerdict | null = await get().moved((link, show) => link.call('lessonAnswer', { step: step.id, choice, ...show }));
      if (get().lessonAt !== step.id) return;
      if (!verdict) {
        // Nothing was answered: one may choose again.
        set({ pendingChoice: null });
        return;
      }
      if (verdict.missed !== undefined) {
        set({ lessonSaid: saidOf(verdict, lessonSaid?.text ?? '') });
        return;
      }
      const { right, why, misconception, answer, unmet } = verdict, over = right || choice === null;
      set({
        pendingChoice: null, lessonSaid: { text: lessonSaid?.text ?? '' }, lessonPlace: placeNow(),
        verdict: { choice, right, why, unmet, ...(misconception === undefined ? {} : { misconception }), ...(answer === undefined ? {} : { answer }) },
        ...(over ? { answered: { ...get().answered, [step.id]: right ? 'right' : 'shown' } } : {}),
        ...(over && step.show.length > 0 ? { lessonShow: step.show } : {}),
      });
      if (over) keep();
    },

    tryAgain() {
      const { lessonAt, answered } = get();
      // Whoever has seen what refutes the answer, and tries all the same, owes one again.
      set({ verdict: null, answered: Object.fromEntries(Object.entries(answered).filter(([id]) => id !== lessonAt)) });
      if (isAway(get())) void get().backToLesson();
    },

    async refute() {
      const { verdict } = get(), step = stepNow(get());
      if (!step || verdict === null || verdict.choice === null) return;
      const { choice } = verdict;
      set({ refuting: true });
      const moment = await get().moved((link, show) => link.call('lessonRefute', { step: step.id, choice, ...show }));
      // Seen, or not to be had: more is not asked of anybody.
      if (moment) {
        set({ answered: { ...get().answered, [step.id]: 'shown' } });
        keep();
      }
      if (!moment) set({ refuting: false });
      else if (moment.missed !== undefined) set({ refuting: false, verdict: { ...verdict, nowhere: moment.missed } });
      else if (step.show.length > 0) set({ lessonShow: step.show });
    },

    async flip({ config, set: switches }) {
      const { setup } = get();
      if (!setup) return;
      // What held in this build is nothing to say of the other.
      set({ checked: null });
      await get().open({ ...setup, config, set: { ...switches } }, { keepInput: true });
      if (get().failed || !(await refresh())) return;
      set({ lessonPlace: placeNow() });
      await get().checkLesson();
    },

    async checkLesson() {
      set({ refuting: false });
      const end = await get().moved((link, show) => link.call('lessonEnd', show));
      if (!end) return;
      const { checks, waits, text } = end;
      set({ checked: { checks, waits, text }, lessonPlace: placeNow() });
      if (checks.length > 0 && checks.every(({ ok }) => ok)) keep(get().lessonAt === CHECKS);
    },

    async backToLesson() {
      const { lessonPlace, setup, lessonAt, status } = get();
      if (!lessonPlace || !setup) return;
      set({ refuting: false });
      if (!same(lessonPlace.setup, setup)) {
        await get().open(lessonPlace.setup, { keepInput: true });
        if (lessonAt !== null) await get().goLesson(lessonAt);
        return;
      }
      if (status && status.branch !== lessonPlace.branch) await get().switchBranch(lessonPlace.branch);
      await get().seek(lessonPlace.tick);
    },

    async typeSample() {
      const { scenario, pendingChoice, lessonAt } = get();
      if (!scenario) return;
      await get().moved(async (link, show) => {
        await link.call('seek', { tick: get().status?.live ?? 0 });
        return link.call('input', { port: scenario.port, bytes: typed(scenario.sample), ...show });
      });
      set({ inputs: (await get().link?.call('moment', {}))?.inputs ?? [] });
      if (pendingChoice) await get().choose(pendingChoice.choice);
      else if (lessonAt === CHECKS) await get().checkLesson();
      else if (lessonAt !== null) await get().goLesson(lessonAt);
    },

    async learn(own) {
      const { link, catalogue } = get();
      if (!link || !catalogue) return null;
      const read = await link.call('author', { ...own }), { scenario } = read;
      set({ authored: scenario ? null : { ...read, ...own, beside: get().scenario?.id ?? null } });
      if (!scenario) return null;
      const others = catalogue.scenarios.filter(({ id }) => id !== scenario.id);
      set({ catalogue: { ...catalogue, scenarios: [...others, scenario] }, ownLessons: { ...get().ownLessons, [scenario.id]: own } });
      return scenario;
    },

    async author(file, text, anew = false) {
      const scenario = await get().learn({ file, text });
      if (!scenario) return;
      // What was answered was answered to another text.
      if (anew) get().host.forgetProgress(scenario.id);
      // Whatever stands beside it waits until this one is open.
      set({ authored: { diagnostics: [], scenario, file, text, beside: null } });
      const { lessonAt, lesson } = get(), at = !anew && lesson?.scenario === scenario.id ? lessonAt : null;
      await get().open(setupOf(scenario), { edits: {} });
      await get().openLesson(at ?? undefined);
    },
  };
};

/** Another worker knows Ringside's own scenarios alone. */
export async function tellOwn(link: Link, own: Readonly<Record<string, OwnLesson>>): Promise<void> {
  for (const one of Object.values(own)) await link.call('author', { ...one });
}

/** As its file has it. */
export const setupOf = ({ id, config, app }: ScenarioInfo): Setup => ({ scenario: id, config, app, set: {} });
