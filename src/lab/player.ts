/**
 * Plays the course of a scenario, step by step, with the lab's own commands: a stop is the first such place after the stop before it, a
 * prediction looks ahead and comes back. The command line, the tests and the page drive this one class. What an answer is worth is
 * decided by the machine at the moment asked about.
 */
import type { Tick } from '../base/units.ts';
import type { RunSpec } from '../link/protocol.ts';
import { combine, evaluate, read, truth, type Value } from './expr.ts';
import { judge, type Judged } from './judge.ts';
import type { Lab, Pump } from './lab.ts';
import { untilOf, type Place } from './places.ts';
import type { Check, Option, Prediction, Scenario, Step } from './scenario.ts';
import { scopeOf, scopeOfBuild } from './vocabulary.ts';

/** Whether a block has a meaning in this build. */
export type Applies = boolean | { error: string };

/** A run that has not ended after so many instructions, several times what any lesson's takes, is looked at as it stands then: some never end. */
export const MOST_TO_END = 200_000_000;

export interface PlayOptions {
  pump?: Pump | undefined;
  maxInstructions?: number;
}

/** Where a step led. */
export interface Reached {
  tick: Tick;
  /** What came there, in the machine's words. */
  moment?: string;
  /** Why it is not the place that was looked for. */
  missed?: string;
  /** Somebody has asked for a pause: it may still come. */
  paused?: boolean;
  /** The machine waits for input: then it may come. */
  waits?: boolean;
  /** How far the run was known when it was looked for in vain; undefined where this build has no such place. */
  live?: Tick;
}

export interface Verdict {
  right: boolean;
  /** Which answer the machine gives, where the file has a check of it. */
  answer: number;
  option: Option | undefined;
}

/** An answer with a check that does not come to what the file says of it. */
export interface Disputed {
  option: Option;
  check: string;
  judged: Judged;
}

export class Player {
  readonly scenario: Scenario;
  readonly #lab: Lab;
  /** Where each stop is, or why it is nowhere, in this course of events. */
  readonly #found = new Map<Step, Reached>();
  #start: Tick | undefined;
  #events = '';

  constructor(scenario: Scenario, lab: Lab) {
    this.scenario = scenario;
    this.#lab = lab;
  }

  applies(when: string | undefined): Applies {
    if (when === undefined) return true;
    const result = evaluate(when, scopeOf(this.#lab, undefined));
    return 'error' in result ? { error: `when: ${result.error}` } : result.value === true;
  }

  /** Does it, or may it when the run goes on? What the build does not say is not known before the end. */
  mayApply(when: string | undefined): boolean {
    if (when === undefined) return true;
    const build = scopeOfBuild(this.#lab), isFalse = (value: Value | null): boolean => value !== null && !truth(value);
    const result = read<Value | null>(when, {
      literal: (value) => value, name: (name) => build.name(name) ?? null, call: () => null,
      not: (a) => (a === null ? null : !truth(a)),
      combine: (sign, a, b) => {
        if (a !== null && b !== null) return combine(sign, a, b);
        if (sign === '&&') return isFalse(a) || isFalse(b) ? false : null;
        return sign === '||' && [a, b].some((value) => value !== null && truth(value)) ? true : null;
      },
    });
    return 'value' in result && !isFalse(result.value);
  }

  /** Runs to a place from where the machine is. A panic on the way is no arrival, but a run to a line or function ends at it. */
  async #to(place: Place, { pump, maxInstructions }: PlayOptions): Promise<Reached> {
    if (place.kind === 'tick') return this.#toTick(place.tick, pump, maxInstructions);
    const lab = this.#lab, [nth, met] = place.kind === 'nth' ? [place.n, place.place] : [1, place];
    const until: NonNullable<RunSpec['until']> | string = untilOf(met, lab);
    if (typeof until === 'string') return { tick: lab.tick, missed: until };
    // The reader's own breakpoints are passed over: where a stop is does not depend on them.
    const { stop } = await lab.run({ direction: 'forward', until, nth, unbroken: true, ...(maxInstructions === undefined ? {} : { maxInstructions }) }, pump);
    if (['event', 'panic', 'breakpoint'].includes(stop.kind)) return { tick: lab.tick, moment: stop.message };
    return { tick: lab.tick, missed: `it was never reached: ${stop.message}`, paused: stop.kind === 'pause', waits: stop.kind === 'idle',
      live: lab.history.live };
  }

  /** A moment by its number, past whatever comes before it. */
  async #toTick(tick: Tick, pump: Pump | undefined, maxInstructions = Infinity): Promise<Reached> {
    const lab = this.#lab, end = Math.min(tick, lab.tick + maxInstructions);
    if (tick <= lab.tick) return { tick: lab.tick, missed: `tick ${tick} is not after this moment, tick ${lab.tick}`, live: lab.history.live };
    for (;;) {
      const { stop } = await lab.run({ direction: 'forward', unbroken: true, maxInstructions: end - lab.tick }, pump);
      if (lab.tick === tick) return { tick, moment: stop.message };
      if (stop.kind !== 'panic' && stop.kind !== 'event') return { tick: lab.tick, missed: `it was never reached: ${stop.message}`,
        paused: stop.kind === 'pause', waits: stop.kind === 'idle', live: lab.history.live };
    }
  }

  /** A run passes the place that it begins at; a course may begin with it. */
  #standsAt(place: Place): boolean {
    const lab = this.#lab, rip = scopeOf(lab, undefined).name('rip');
    if (place.kind === 'tick') return place.tick === lab.tick;
    return place.kind === 'function' && lab.symbols.findAll(place.name).some(({ low }) => low === rip);
  }

  /** What was found holds as long as nothing else came in; what was not found, as long as nobody knows more of the run. */
  #recall(): void {
    const { history } = this.#lab, events = `${history.current} ${history.branch.inputs.map(({ tick }) => tick).join()}`;
    if (events !== this.#events) this.#found.clear();
    else for (const [step, { missed, live }] of this.#found) if (missed !== undefined && live !== history.live) this.#found.delete(step);
    this.#events = events;
  }

  /** Where the course begins: where the program does. */
  async begin({ pump }: PlayOptions = {}): Promise<Reached> {
    const lab = this.#lab;
    if (this.#start === undefined) {
      lab.seek(0);
      const { stop } = await lab.start(pump, true);
      if (stop.kind === 'pause') return { tick: lab.tick, missed: stop.message, paused: true };
      this.#start = lab.tick;
    }
    return { tick: this.#start };
  }

  /** To a place, as a stop is looked for from the tick of the one before. */
  async lead(from: Tick, place: Place, options: PlayOptions = {}): Promise<Reached> {
    const lab = this.#lab;
    lab.seek(from);
    return from === this.#start && this.#standsAt(place) ? { tick: from } : this.#to(place, options);
  }

  /** The stop that a step stands at: itself, or the one before it. The course begins where the program does. */
  async #base(step: Step, options: PlayOptions): Promise<Reached> {
    const { course } = this.scenario;
    this.#recall();
    const start = await this.begin(options);
    if (start.paused) return start;
    let here: Reached = start;
    for (const one of course.slice(0, course.indexOf(step) + 1)) {
      if (one.kind !== 'stop' || this.applies(one.when) !== true) continue;
      const { tick } = here;
      let found = this.#found.get(one);
      if (!found) {
        found = await this.lead(tick, one.at, options);
        if (found.paused) return found;
        this.#found.set(one, found);
      }
      // Where it was looked for in vain: the stops that follow may still come.
      here = found.missed === undefined ? found : { ...found, tick };
    }
    return here;
  }

  /** Brings the machine to where a step stands. Of a prediction that is the stop before it: its answer is not shown. */
  async reach(step: Step, options: PlayOptions = {}): Promise<Reached> {
    const reached = await this.#base(step, options);
    if (!reached.paused) this.#lab.seek(reached.tick);
    return reached;
  }

  /** On from where a step stands; where the place does not come, the machine stays there. */
  async #onTo(step: Step, place: Place | undefined, options: PlayOptions): Promise<Reached> {
    const base = await this.reach(step, options);
    if (!place || base.paused) return base;
    const reached = await this.#to(place, options);
    if (reached.missed !== undefined && !reached.paused) this.#lab.seek(base.tick);
    return reached;
  }

  /** Brings the machine to the moment that answers a prediction. */
  reachAnswer(step: Prediction, options: PlayOptions = {}): Promise<Reached> {
    return this.#onTo(step, step.at, options);
  }

  /** Brings the machine to the moment that refutes an answer: the one it names, else the one asked about. */
  reachRefutation(step: Prediction, option: Option, options: PlayOptions = {}): Promise<Reached> {
    return this.#onTo(step, option.goto ?? step.at, options);
  }

  /** What an answer is worth at the present moment, which has to be the one asked about. `null`: not sure. */
  verdict({ options }: Prediction, choice: number | null): Verdict {
    const scope = scopeOf(this.#lab, undefined);
    const holds = ({ check, isRight }: Option): boolean => (check === undefined ? isRight : judge(check, scope).ok);
    const option = choice === null ? undefined : options[choice];
    return { right: option !== undefined && holds(option), answer: options.findIndex(holds), option };
  }

  /** The answers that the file marks otherwise than the machine says at the present moment, which has to be the one asked about. */
  disputed({ options }: Prediction): Disputed[] {
    const scope = scopeOf(this.#lab, undefined);
    return options.flatMap((option) => {
      const { check, isRight } = option, judged = check === undefined ? undefined : judge(check, scope);
      return check === undefined || !judged || (judged.error === undefined && judged.ok === isRight) ? [] : [{ option, check, judged }];
    });
  }

  /** Each check at the end of the run; undefined where it has no meaning in this build. */
  check({ when, that }: Check, exitCode: number | undefined): Judged | undefined {
    const applies = this.applies(when);
    if (typeof applies === 'object') return { ok: false, values: [], ...applies };
    return applies ? judge(that, scopeOf(this.#lab, exitCode)) : undefined;
  }
}
