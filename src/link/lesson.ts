/** A scenario as the page plays it: plain data, without what would give an answer away. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Shown } from './protocol.ts';
import type { ScenarioInfo } from './reports.ts';

export interface LessonStep {
  id: string;
  kind: 'stop' | 'predict' | 'change';
  /** It has a meaning in this build. */
  applies: boolean;
  /** Why that cannot be said. */
  error?: string;
  /** Panels to bring into sight. */
  show: string[];
  /** Of a prediction: the question, the answers, and whether its moment is still to come when it is asked. */
  ask?: string;
  options?: string[];
  ahead?: boolean;
  /** Of a change: the build that it leads to, and what in it differs from the scenario's own. */
  to?: { config: string; set: Record<string, string> };
  flips?: string[];
}

export interface LessonView {
  scenario: string;
  /** How long it takes a reader, about: its words, looks and questions. */
  minutes: number;
  steps: LessonStep[];
  /** `applies`: it has a meaning in this build, or may have one by the end of the run. */
  checks: { id: string; that: string; text: string; applies: boolean }[];
}

/** The machine stands where the lesson put it. */
export interface LessonShown extends Shown {
  /** Why this is not the place that was looked for. */
  missed?: string;
  /** It may still come, once somebody types. */
  waits?: boolean;
  /** What is there, in a few words of the machine's own. */
  moment: string;
}

export interface LessonArrival extends LessonShown {
  /** Markdown, with what the machine has to say in it. */
  text: string;
}

/** An answer whose check does not come to what the lesson says of it: the lesson's mistake, or another run than it was written for. */
export interface Unmet {
  /** The answer, and whether the lesson marks it as right. */
  text: string;
  isRight: boolean;
  check: string;
  error?: string;
  values: CheckReport['values'];
}

export interface LessonVerdict extends LessonShown {
  /** The machine says so, at the moment asked about. Right or given up, it stands there; after a wrong answer it does not. */
  right: boolean;
  misconception?: string;
  why: string;
  /** The right answer, for who gave up. */
  answer?: string;
  /** What the lesson and the machine disagree about, of the answer that was chosen; of all where somebody gave up. */
  unmet: Unmet[];
}

export interface CheckReport {
  id: string;
  /** The check in words, with what the machine has to say at the end. */
  text: string;
  ok: boolean;
  error?: string;
  /** What the names in an expression that does not hold were. */
  values: { text: string; value: string }[];
}

export interface LessonEnd extends Shown {
  /** Empty where the run has not come to its end. */
  checks: CheckReport[];
  waits: boolean;
  /** What there is left to say. */
  text: string;
}

/** As a course: one after the other, and last what has no place in it. */
export const asCourse = <T extends Pick<ScenarioInfo, 'order'>>(scenarios: readonly T[]): T[] =>
  [...scenarios].sort(({ order: a = Infinity }, { order: b = Infinity }) => (a === b ? 0 : a - b));

/** A lesson that is none of Ringside's: the text of a file, with the name that its mistakes are told by. */
export interface OwnLesson {
  file: string;
  text: string;
}

/** More than a lesson has. */
export const MOST_LETTERS = 200_000;

/** A file of the reader's own: a scenario, or what is wrong with it. */
export interface Authored {
  diagnostics: Diagnostic[];
  scenario?: ScenarioInfo;
}

/** What an author wants written for the present moment: a stop, or a question about it. */
export type Wish = 'stop' | 'ask';

/** A change of a lesson's text: `insert` goes in at a letter. */
export interface TextEdit {
  at: number;
  insert: string;
  /** What of the text that comes of it the author writes anew, in this order; last the place behind it. */
  fields: { from: number; to: number }[];
}

/** Where a block of a lesson is in its run: a stop, or the answer of a prediction. */
export interface BlockMoment {
  tick: number;
  /** Of a prediction: the moment that its reader sees, and the stop that this is, if it is not the beginning. */
  asked?: number;
  stop?: string;
}

/** What the machine does not bear out of a lesson, and where its blocks are, by their names. */
export interface Proven {
  diagnostics: Diagnostic[];
  moments: Readonly<Record<string, BlockMoment>>;
}

/** The machine stands where it stood. */
export interface HereWritten extends Shown {
  edit?: TextEdit;
  /** Why there is none. */
  refused?: string;
}

export interface Completion {
  text: string;
  about: string;
  /** What is put in, where that is more than its text, and where in it one goes on. */
  insert?: string;
  caret?: number;
}

/** What may stand at a place of a lesson's text, in place of the letters from `from` on. */
export interface Completions {
  from: number;
  options: Completion[];
}
