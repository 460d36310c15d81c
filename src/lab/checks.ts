/** Plays a scenario without a person: reaches each stop, holds each prediction against the machine, evaluates the checks. */
import type { StopReport } from '../link/reports.ts';
import { evaluate, type Scope, type Value } from './expr.ts';
import type { Lab, Pump } from './lab.ts';
import { untilOf } from './places.ts';
import type { Scenario } from './scenario.ts';

export interface CheckResult {
  id: string;
  kind: 'stop' | 'predict' | 'check';
  ok: boolean;
  /** false when its condition does not hold in this run. */
  applies: boolean;
  /** Where a stop or a prediction was looked at. */
  tick?: number;
  error?: string;
}

const GPR = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];

type Registers = ReturnType<Lab['machine']['registers']>;

function register(registers: Registers | undefined, name: string): Value | undefined {
  if (!registers) return undefined;
  const at = GPR.indexOf(name);
  if (at >= 0) return registers.gpr[at];
  switch (name) {
    case 'rip': return registers.rip;
    case 'rflags': return registers.rflags;
    case 'cs': return BigInt(registers.cs);
    case 'ss': return BigInt(registers.ss);
    case 'ring': return BigInt(registers.cpl);
    case 'cr2': return registers.cr2;
    default: return undefined;
  }
}

/**
 * Names an expression may use: registers now (`rsp`) and a tick ago (`before.rsp`), `frame.base`, `frame.stack`, `vector` of an
 * event just delivered, `task`, `function`, switches, `config`, `console`, `exit`; and functions over stacks, events and calls.
 */
export function scopeOf(lab: Lab, exitCode: number | undefined): Scope {
  const stack = (at: bigint): string => {
    const region = lab.tracer.regionOf(at);
    return region?.name ?? 'none';
  };
  const frameNow = () => lab.tracer.record.framesBefore(lab.tick).findLast(({ tick }) => tick === lab.tick - 1);
  const eventNow = (field: string): Value | undefined => {
    const event = lab.tracer.record.findBack(lab.tick, ['interrupt', 'exception'], ({ kind }) => kind === 'interrupt' || kind === 'exception');
    const value = event?.tick === lab.tick - 1 ? event.fields[field] : undefined;
    return typeof value === 'number' ? BigInt(value) : value;
  };
  return {
    name: (name): Value | undefined => {
      if (name.startsWith('before.')) return register(lab.before, name.slice(7));
      const now = register(lab.machine.registers(), name);
      if (now !== undefined) return now;
      switch (name) {
        case 'console': return lab.consoleText(Infinity);
        case 'exit': return BigInt(exitCode ?? -1);
        case 'config': return lab.options.config;
        case 'task': return BigInt(lab.tracer.task(lab.tick).pid);
        case 'function': return lab.symbols.functionAt(lab.machine.registers().rip)?.name ?? '';
        case 'vector': return eventNow('vector') ?? -1n;
        case 'frame.base': return frameNow()?.at;
        case 'frame.stack': {
          const frame = frameNow();
          return frame && stack(frame.at);
        }
        default: return lab.options.switches[name];
      }
    },
    call: (name, args): Value | undefined => {
      const { record } = lab.tracer;
      const [first, second] = args;
      switch (name) {
        case 'events': return BigInt(record.total(String(first)));
        case 'exceptions': return BigInt(record.total(`exception ${String(first)}`));
        case 'syscalls': return BigInt(record.total(`call ${String(first)}`));
        case 'net': return BigInt(Math.floor(record.call(String(first), Number(second ?? 0n))?.net ?? -1));
        case 'region': return typeof first === 'bigint' ? stack(first) : undefined;
        case 'align_down': return typeof first === 'bigint' && typeof second === 'bigint' && second > 0n ? first - (first % second) : undefined;
        default: return undefined;
      }
    },
  };
}

/** Does it apply? A condition that cannot be evaluated is an error of the scenario. */
function condition(when: string | undefined, scope: Scope): boolean | { error: string } {
  if (when === undefined) return true;
  const result = evaluate(when, scope);
  return 'error' in result ? { error: `when: ${result.error}` } : result.value === true;
}

export function runChecks(scenario: Scenario, lab: Lab, exitCode: number | undefined): CheckResult[] {
  const scope = scopeOf(lab, exitCode);
  return scenario.checks.map(({ id, when, that }): CheckResult => {
    const base = { id, kind: 'check' as const };
    const applies = condition(when, scope);
    if (typeof applies === 'object') return { ...base, ok: false, applies: true, ...applies };
    if (!applies) return { ...base, ok: true, applies };
    const result = evaluate(that, scope);
    return 'error' in result ? { ...base, ok: false, applies, error: result.error } : { ...base, ok: result.value === true, applies };
  });
}

export interface Play {
  /** The input is not the scenario's own: what it never leads to is no mistake. */
  otherInput?: boolean;
  maxInstructions?: number;
  pump?: Pump;
}

/** Plays the stops and predictions in order, from where the machine is, and then runs to the end. */
export async function play(scenario: Scenario, lab: Lab, { otherInput = false, maxInstructions = Infinity,
  pump }: Play = {}): Promise<{ results: CheckResult[]; end: StopReport }> {
  const results: CheckResult[] = [];
  const scope = scopeOf(lab, undefined);
  const last = lab.machine.instructions + maxInstructions;
  /** The newest stop was not reached: nothing can be asked there. */
  let lost = false;
  for (const step of scenario.course) {
    const { id, when, at } = step.kind === 'stop' ? step.stop : step.predict;
    const base = { id, kind: step.kind };
    const applies = condition(when, scope);
    if (typeof applies === 'object' || !applies) {
      results.push({ ...base, ok: applies === false, applies: applies !== false, ...(typeof applies === 'object' ? applies : {}) });
      continue;
    }
    const here = lab.tick;
    const until = at && untilOf(at, lab);
    const reached = typeof until === 'object' ? await lab.run({ direction: 'forward', until,
      ...(last === Infinity ? {} : { maxInstructions: Math.max(0, last - lab.machine.instructions) }) }, pump) : undefined;
    if (reached?.stop.kind === 'pause') return { results, end: reached };
    const missed: string | undefined = typeof until === 'string' ? until
      : reached && !['event', 'panic', 'breakpoint'].includes(reached.stop.kind) ? `it was never reached: ${reached.stop.message}`
      : !at && lost ? 'its stop was never reached' : undefined;
    if (step.kind === 'stop') lost = missed !== undefined;
    if (missed !== undefined) {
      results.push(otherInput && (reached || !at) ? { ...base, ok: true, applies: false } : { ...base, ok: false, applies, error: missed });
      // Where it was looked for in vain: the stops that follow may still come.
      lab.seek(here);
      continue;
    }
    const { tick } = lab;
    if (step.kind === 'stop') results.push({ ...base, ok: true, applies, tick });
    else {
      const wrong = step.predict.options.flatMap(({ check, isRight, text }) => {
        if (check === undefined) return [];
        const result = evaluate(check, scope);
        return 'error' in result ? [`${check}: ${result.error}`]
          : result.value === isRight ? [] : [isRight ? `the answer is not '${text}'` : `'${text}' is right, too`];
      });
      results.push({ ...base, ok: wrong.length === 0, applies, tick, ...(wrong.length ? { error: wrong.join('; ') } : {}) });
      // A prediction looks ahead; the lesson goes on from its stop.
      if (at) lab.seek(here);
    }
  }
  const end = await lab.finish(last === Infinity ? {} : { maxInstructions: Math.max(0, last - lab.machine.instructions) }, pump);
  return { results: end.stop.kind === 'pause' ? results : [...results, ...runChecks(scenario, lab, end.stop.code)], end };
}
