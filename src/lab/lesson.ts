/** A course as the page plays it: the player's moves as answers of the link, and nothing that gives an answer away before it is asked for. */
import type { CheckReport, LessonEnd, LessonShown, LessonStep, LessonVerdict, LessonView, Unmet } from '../link/lesson.ts';
import type { Shown } from '../link/protocol.ts';
import type { StopReport } from '../link/reports.ts';
import { Refusal } from '../base/refusal.ts';
import { unknown } from '../base/unknown.ts';
import type { Lab, Pump } from './lab.ts';
import { MOST_TO_END, Player, type Reached } from './player.ts';
import { spoken, unfilled } from './prose.ts';
import { type Prediction, type Scenario, type Step } from './scenario.ts';
import { scopeOf } from './vocabulary.ts';

type Without<T extends Shown> = Omit<T, keyof Shown>;

/** Words that are read in a minute, and minutes that a look at the panels and the thought about a question take. */
const WORDS = 150, LOOK = 0.4, THOUGHT = 0.6;

function minutesOf({ course, end }: Scenario): number {
  const texts = course.flatMap((step) => [step.lead,
    ...(step.kind === 'predict' ? [step.ask, ...step.options.flatMap(({ text, why }) => [text, why])] : [step.text])]);
  const words = [...texts, end].join(' ').match(/\S+/g)?.length ?? 0, questions = course.filter(({ kind }) => kind === 'predict').length;
  return Math.floor(words / WORDS + LOOK * course.length + THOUGHT * questions) + 1;
}

export class Lesson {
  readonly #scenario: Scenario;
  readonly #lab: Lab;
  readonly #player: Player;
  readonly #pump: Pump;

  constructor(scenario: Scenario, lab: Lab, pump: Pump) {
    this.#scenario = scenario;
    this.#lab = lab;
    this.#player = new Player(scenario, lab);
    this.#pump = pump;
  }

  view(): LessonView {
    const { id, course, checks } = this.#scenario;
    return {
      scenario: id, minutes: minutesOf(this.#scenario), steps: course.map((step) => this.#stepView(step)),
      checks: checks.map(({ id: name, that, text, when }) => ({ id: name, that, text: unfilled(text), applies: this.#player.mayApply(when) })),
    };
  }

  #stepView(step: Step): LessonStep {
    const { id, kind, show, when } = step, applies = this.#player.applies(when);
    const base = { id, kind, show, applies: applies === true, ...(typeof applies === 'object' ? applies : {}) };
    switch (step.kind) {
      case 'predict': return { ...base, ask: step.ask, options: step.options.map(({ text }) => unfilled(text)), ahead: step.at !== undefined };
      case 'change': return { ...base, to: { config: step.config ?? this.#scenario.config, set: step.set },
        flips: [...(step.config === undefined ? [] : [step.config]), ...Object.entries(step.set).map(([key, value]) => `${key}=${value}`)] };
      default: return base;
    }
  }

  #step(id: string): Step {
    const { course } = this.#scenario, step = course.find((one) => one.id === id);
    if (!step) throw new Refusal(unknown('step', id, course.map((one) => one.id)));
    return step;
  }

  #prediction(id: string): Prediction {
    const step = this.#step(id);
    if (step.kind !== 'predict') throw new Refusal(`'${id}' asks nothing`);
    return step;
  }

  /** Markdown with what the machine says now. */
  #say(...parts: string[]): string {
    return spoken(parts, scopeOf(this.#lab, undefined));
  }

  #shown({ missed, waits, moment }: Reached): Without<LessonShown> {
    return { moment: moment ?? '', ...(missed === undefined ? {} : { missed }), ...(waits ? { waits } : {}) };
  }

  /** To where a step stands, with what there is to read there: of a moment that has not come nothing is said. */
  async go(id: string): Promise<Without<LessonShown> & { text: string }> {
    const step = this.#step(id), reached = await this.#player.reach(step, { pump: this.#pump });
    return { ...this.#shown(reached), text: this.#say(step.lead, step.kind === 'predict' || reached.missed !== undefined ? '' : step.text) };
  }

  /** Answers a prediction at its own moment; `null` gives up. */
  async answer(id: string, choice: number | null): Promise<Without<LessonVerdict>> {
    const step = this.#prediction(id);
    if (choice !== null && !(choice in step.options)) throw new Refusal(`'${id}' has no answer ${choice}`);
    const reached = await this.#player.reachAnswer(step, { pump: this.#pump }), shown = this.#shown(reached);
    if (reached.missed !== undefined) return { ...shown, right: false, why: '', unmet: [] };
    const { right, answer, option } = this.#player.verdict(step, choice);
    const said = choice === null ? step.options[answer] : option;
    const unmet = this.#player.disputed(step).filter((one) => choice === null || one.option === option).map(({ option: { text, isRight }, check,
      judged: { error, values } }): Unmet => ({ text: this.#say(text), isRight, check, values, ...(error === undefined ? {} : { error }) }));
    const verdict = { ...shown, right, unmet, why: this.#say(said?.why ?? ''),
      ...(choice === null && answer >= 0 ? { answer: this.#say(step.options[answer].text) } : {}),
      ...(!right && option?.misconception !== undefined ? { misconception: option.misconception } : {}) };
    // What refutes a wrong answer is shown when it is asked for.
    if (!right && choice !== null) await this.#player.reach(step, { pump: this.#pump });
    return verdict;
  }

  /** To the moment that refutes an answer. */
  async refute(id: string, choice: number): Promise<Without<LessonShown>> {
    const step = this.#prediction(id), option = step.options[choice];
    if (!option) throw new Refusal(`'${id}' has no answer ${choice}`);
    return this.#shown(await this.#player.reachRefutation(step, option, { pump: this.#pump }));
  }

  /** To the end of the run, where the checks are held against it. */
  async end(): Promise<Without<LessonEnd> & { report: StopReport }> {
    const lab = this.#lab;
    lab.seek(lab.history.live);
    const report = await lab.finish({ unbroken: true, maxInstructions: MOST_TO_END }, this.#pump), { stop } = report;
    const text = this.#say(this.#scenario.end);
    // Paused, or asleep until somebody types: there is more to come.
    if (stop.kind === 'pause') return { report, checks: [], waits: false, text };
    const checks = this.#scenario.checks.flatMap((check): CheckReport[] => {
      const judged = this.#player.check(check, stop.code);
      return judged ? [{ id: check.id, text: this.#say(check.text), ...judged }] : [];
    });
    return { report, checks, waits: stop.kind === 'idle', text };
  }
}
