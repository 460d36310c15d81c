/** Plays a scenario without a person: reaches each stop, holds each prediction against the machine, evaluates the checks. */
import type { StopReport } from '../link/reports.ts';
import type { Lab, Pump } from './lab.ts';
import { MOST_TO_END, Player, type PlayOptions, type Reached } from './player.ts';
import { spoken } from './prose.ts';
import type { Change, Prediction, Scenario } from './scenario.ts';
import { changed } from './switch-set.ts';
import { scopeOf } from './vocabulary.ts';

export interface CheckResult {
  id: string;
  kind: 'stop' | 'predict' | 'change' | 'check';
  ok: boolean;
  /** false when its condition does not hold in this run. */
  applies: boolean;
  /** Where a stop or a prediction was looked at. */
  tick?: number;
  /** Of a change that leads to another build than this run's: the options that lead there. Nothing was tried of it. */
  needs?: string;
  /** The prose of it, with what the machine says at its moment; of a question with each answer and what is told to who chooses it. */
  said: string;
  error?: string;
}

export interface Play {
  /** The input is not the scenario's own: what it never leads to is no mistake. */
  otherInput?: boolean;
  maxInstructions?: number;
  pump?: Pump;
}

export interface Played {
  results: CheckResult[];
  /** The prose after the last block, at the end of the run. */
  said: string;
  end: StopReport;
}

/** `rdx == 6, where rdx is 0`: an expression with what its names and functions were. */
const withValues = (source: string, values: readonly { text: string; value: string }[]): string =>
  `${source}${values.length === 0 ? '' : `, where ${values.map(({ text, value }) => `${text} is ${value}`).join(', ')}`}`;

/** What is wrong with the answers that a file gives, at the moment asked about. */
const wrongAnswers = (step: Prediction, player: Player): string[] =>
  player.disputed(step).map(({ check, option: { isRight, text }, judged: { error, values } }) => (error !== undefined ? `${check}: ${error}`
    : `${isRight ? `the answer is not '${text}'` : `'${text}' is right, too`}: ${withValues(check, values)}`));

/** What leads from this run to the build of a change; undefined: this is it. */
function needsOf(scenario: Scenario, step: Change, { options: { config, switches } }: Lab): string | undefined {
  const to = changed(scenario, step), other = Object.entries(to.set).filter(([key, value]) => switches[key] !== value);
  if (to.config === config && other.length === 0) return undefined;
  const set = Object.entries(step.set).map(([key, value]) => `--set ${key}=${value}`);
  return [...(step.config === undefined ? [] : [`--config ${step.config}`]), ...set].join(' ');
}

/** Moments that are to refute an answer and never come. */
async function missingRefutations(step: Prediction, player: Player, options: PlayOptions): Promise<string[]> {
  const missing: string[] = [];
  for (const option of step.options) {
    if (!option.goto) continue;
    const { missed, paused } = await player.reachRefutation(step, option, options);
    if (missed !== undefined && !paused) missing.push(`what is to refute '${option.text}': ${missed}`);
  }
  return missing;
}

/** A question as it is read at the moment that answers it. */
const questionOf = ({ ask, options }: Prediction): string[] => [ask,
  options.flatMap(({ isRight, text, why }) => [`- [${isRight ? 'x' : ' '}] ${text}`, ...(why === '' ? [] : [`  ${why}`])]).join('\n')];

/** Plays the stops and predictions in order, and then runs to the end. */
export async function play(scenario: Scenario, lab: Lab, { otherInput = false, maxInstructions = MOST_TO_END,
  pump }: Play = {}): Promise<Played> {
  const results: CheckResult[] = [];
  const player = new Player(scenario, lab);
  const last = lab.machine.instructions + maxInstructions;
  const left = (): { maxInstructions: number } => ({ maxInstructions: Math.max(0, last - lab.machine.instructions) });
  const pausedNow = (): Played => ({ results, said: '', end: { stop: { kind: 'pause', tick: lab.tick, message: 'Paused.' }, status: lab.status() } });
  const say = (...parts: string[]): string => spoken(parts, scopeOf(lab, undefined));
  /** The newest stop was not reached: nothing can be asked there. */
  let lost = false;
  for (const step of scenario.course) {
    const base = { id: step.id, kind: step.kind };
    const applies = player.applies(step.when);
    if (typeof applies === 'object' || !applies) {
      results.push({ ...base, said: '', ok: applies === false, applies: applies !== false, ...(typeof applies === 'object' ? applies : {}) });
      continue;
    }
    // What leads to a question is read before its answer comes.
    const led = step.kind === 'stop' ? undefined : await player.reach(step, { pump, ...left() });
    if (led?.paused) return pausedNow();
    if (step.kind === 'change') {
      // Another build is another run.
      const needs = needsOf(scenario, step, lab);
      results.push({ ...base, said: say(step.lead, step.text), ok: true, applies, ...(needs === undefined ? {} : { needs }) });
      continue;
    }
    let said = step.kind === 'predict' ? say(step.lead) : '';
    const isHere = step.kind === 'predict' && step.at === undefined;
    const reached: Reached = isHere && lost ? { tick: lab.tick, missed: 'its stop was never reached', live: lab.tick }
      : await (step.kind === 'stop' ? player.reach(step, { pump, ...left() }) : player.reachAnswer(step, { pump, ...left() }));
    if (reached.paused) return pausedNow();
    if (step.kind === 'stop') lost = reached.missed !== undefined;
    if (reached.missed !== undefined) {
      if (step.kind === 'stop') said = say(step.lead);
      results.push(otherInput && reached.live !== undefined ? { ...base, said, ok: true, applies: false }
        : { ...base, said, ok: false, applies, error: reached.missed });
      continue;
    }
    said = step.kind === 'stop' ? say(step.lead, step.text) : [said, say(...questionOf(step))].filter(Boolean).join('\n\n');
    const wrong = step.kind === 'predict' ? wrongAnswers(step, player) : [];
    if (step.kind === 'predict' && !otherInput) wrong.push(...await missingRefutations(step, player, { pump, ...left() }));
    results.push({ ...base, said, ok: wrong.length === 0, applies, tick: reached.tick, ...(wrong.length ? { error: wrong.join('; ') } : {}) });
  }
  const end = await lab.finish(left(), pump);
  if (end.stop.kind === 'pause') return { results, said: '', end };
  for (const check of scenario.checks) {
    const judged = player.check(check, end.stop.code), { id } = check;
    const error = judged?.error ?? (judged?.ok === false ? withValues(check.that, judged.values) : undefined);
    results.push({ id, kind: 'check', said: say(check.text), ok: judged?.ok ?? true, applies: judged !== undefined,
      ...(error === undefined ? {} : { error }) });
  }
  return { results, said: say(scenario.end), end };
}
