/**
 * Plays a lesson from end to end in a machine of its own and says what in it the machine does not bear out: places that do not come or come in another
 * order, answers that are marked otherwise than their checks come out, and checks that do not hold at the end; and what is still to be written.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { BlockMoment, Proven } from '../link/lesson.ts';
import type { Judged } from './judge.ts';
import type { Lab, Pump } from './lab.ts';
import { PLACEHOLDERS } from './placeholders.ts';
import { Player, type Disputed } from './player.ts';
import type { Scenario, ScenarioStop } from './scenario.ts';

const seen = ({ error, values }: Judged): string =>
  error ?? values.map(({ text, value }) => `${text} is ${value}`).join(', ');

const disputeOf = ({ option: { text, isRight }, check, judged }: Disputed): string =>
  `'${text}' is marked as ${isRight ? 'right' : 'wrong'}, and its check ${judged.ok ? 'holds' : 'does not hold'} there: ${check} (${seen(judged)})`;

/** Nobody waits for it, so a place is looked for no further than this from the one before. */
const MOST = 50_000_000;

/** @returns nothing where somebody has paused it. */
export async function prove(scenario: Scenario, text: string, lab: Lab, pump: Pump): Promise<Proven | undefined> {
  const player = new Player(scenario, lab), options = { pump, maxInstructions: MOST }, found: Diagnostic[] = [], lines = text.split('\n');
  const moments: Record<string, BlockMoment> = {}, proven: Proven = { diagnostics: found, moments };
  /** At the letters of an attribute: of a block, or of one of its answers. */
  const tell = (id: string, name: string, message: string, answer?: number): void => {
    let n = lines.findIndex((one) => one.startsWith(':::') && /\{#([\w-]+)/.exec(one)?.[1] === id);
    for (let left = answer ?? -1; left >= 0; left--) n = lines.findIndex((one, m) => m > n && one.startsWith('- ['));
    const head = lines[n] ?? '', begin = new RegExp(`\\b${name}="?`, 'g'), from = answer === undefined ? 0 : Math.max(0, head.indexOf('::'));
    begin.lastIndex = from;
    const at = begin.exec(head) ? begin.lastIndex : -1, end = at < 0 ? -1 : head.indexOf('"', at);
    found.push({ severity: 'warning', file: '', line: n + 1, column: at + 1, length: Math.max(1, end - at), message });
  };
  lines.forEach((line, n) => {
    for (const words of Object.values(PLACEHOLDERS)) {
      const at = line.indexOf(words), length = words.length, message = `'${words}' still stands here: write your own words over it`;
      if (at >= 0) found.push({ severity: 'warning', file: '', line: n + 1, column: at + 1, length, message });
    }
  });
  const start = await player.begin(options);
  if (start.paused) return undefined;
  let last: ScenarioStop | undefined, from = start.tick;
  for (const step of scenario.course) {
    if (player.applies(step.when) !== true || step.kind === 'change') continue;
    if (step.at) {
      const reached = await player.lead(from, step.at, options);
      if (reached.paused) return undefined;
      if (reached.missed !== undefined) {
        const earlier = last ? await player.lead(start.tick, step.at, { pump, maxInstructions: from - start.tick }) : reached;
        if (earlier.paused) return undefined;
        tell(step.id, 'at', earlier.missed === undefined ? `'${step.id}' comes before '${last?.id}' in the run and not after it: they are out of order`
          : `'${step.id}'${reached.waits ? ' is not reached: the machine waits for somebody to type, and there is no more input' : `: ${reached.missed}`}`);
        continue;
      }
      if (step.kind === 'stop') [last, from] = [step, reached.tick];
    } else lab.seek(from);
    moments[step.id] = step.kind === 'stop' ? { tick: from } : { tick: lab.tick, asked: from, ...(last ? { stop: last.id } : {}) };
    if (step.kind === 'predict') for (const one of player.disputed(step)) tell(step.id, 'check', disputeOf(one), step.options.indexOf(one.option));
  }
  if (scenario.checks.length === 0) return proven;
  lab.seek(lab.history.live);
  const { stop } = await lab.finish({ unbroken: true, maxInstructions: MOST }, pump);
  if (stop.kind === 'pause') return undefined;
  for (const check of scenario.checks) {
    const judged = player.check(check, stop.code);
    if (judged && !judged.ok) tell(check.id, 'that', `'${check.id}' does not hold at the end: ${check.that} (${seen(judged)})`);
  }
  return proven;
}
