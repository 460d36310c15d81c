/** Evaluates a scenario's checks against a finished run. */
import type { Lab } from './lab.ts';
import { evaluate, type Scope, type Value } from './expr.ts';
import type { Scenario } from './scenario.ts';

export interface CheckResult {
  id: string;
  ok: boolean;
  /** false when the check's condition did not apply. */
  applies: boolean;
  error?: string;
}

/** Names a check may use: switches, `console`, `exit`, `config`, and functions over events and system calls. */
function scopeOf(lab: Lab, exitCode: number | undefined): Scope {
  return {
    name: (name): Value | undefined => {
      if (name === 'console') return lab.consoleText(Infinity);
      if (name === 'exit') return BigInt(exitCode ?? -1);
      if (name === 'config') return lab.options.config;
      return lab.options.switches[name];
    },
    call: (name, args): Value | undefined => {
      const { record } = lab.tracer;
      const [first, second] = args;
      if (name === 'events') return BigInt(record.total(String(first)));
      if (name === 'syscalls') return BigInt(record.total(`call ${String(first)}`));
      if (name === 'exceptions') return BigInt(record.total(`exception ${String(first)}`));
      if (name === 'net') return BigInt(Math.floor(record.call(String(first), Number(second ?? 0n))?.net ?? -1));
      return undefined;
    },
  };
}

export function runChecks(scenario: Scenario, lab: Lab, exitCode: number | undefined): CheckResult[] {
  const scope = scopeOf(lab, exitCode);
  return scenario.checks.map(({ id, when, that }) => {
    const condition = when === undefined ? { value: true } : evaluate(when, scope);
    if ('error' in condition) return { id, ok: false, applies: true, error: `when: ${condition.error}` };
    if (condition.value !== true) return { id, ok: true, applies: false };
    const result = evaluate(that, scope);
    if ('error' in result) return { id, ok: false, applies: true, error: result.error };
    return { id, ok: result.value === true, applies: true };
  });
}
