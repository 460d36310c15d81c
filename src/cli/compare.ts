/** Two runs beside each other, as text. */
import { byName, type Comparison, type Costs, differs, MEASURE_KEYS, MEASURES, partsAt, type RunCosts } from '../link/comparison.ts';
import type { PathView } from '../link/reports.ts';

/** More calls than that are taken together by name. */
const MAX_ROWS = 60;
const MAX_TEXT = 36;

const number = new Intl.NumberFormat('en');
const value = (n: number | undefined): string => (n === undefined ? '-' : number.format(n));
const signed = (n: number | undefined): string => (n === undefined ? '' : n === 0 ? 'same' : `${n > 0 ? '+' : ''}${number.format(n)}`);

interface Row {
  name: string;
  a: Costs | undefined;
  b: Costs | undefined;
  difference: Costs;
}

const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text);

/** Two lines each: from what to what, and by how much. */
function table(rows: readonly Row[]): string[] {
  const cells = rows.map(({ name, a, b, difference }) => [
    [short(name), ...MEASURE_KEYS.map((key) => (a && b ? `${value(a[key])} → ${value(b[key])}` : value((a ?? b)?.[key])))],
    [!a ? '  only in B' : !b ? '  only in A' : '', ...MEASURE_KEYS.map((key) => signed(difference[key]))],
  ]);
  const head = ['', ...MEASURE_KEYS.map((key) => MEASURES[key])], all = [head, ...cells.flat()];
  const widths = head.map((_, n) => Math.max(...all.map((line) => line[n].length)));
  return all.map((line) => line.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]))).join('  ').trimEnd());
}

/**
 * @param stops how each of the runs ended.
 * @param pathOf the functions that a call ran through in one of the runs.
 */
export function comparisonText(made: Comparison, runs: { a: RunCosts; b: RunCosts }, stops: readonly string[],
  pathOf: (which: 'a' | 'b', name: string, nth: number) => PathView): string[] {
  const { pairs, whole, first, outputDiffersAt: at } = made, lines: string[] = [];
  const near = ({ output }: RunCosts): string => JSON.stringify(output.slice(at, (at ?? 0) + 20));
  lines.push(`A, ${made.a}: ${stops[0]}`, `B, ${made.b}: ${stops[1]}`, `${at === undefined ? `The same output, ${runs.a.output.length} characters.`
    : `The output differs from character ${at} on: ${near(runs.a)} and ${near(runs.b)}.`}`);
  const pair = first === undefined ? undefined : pairs[first];
  if (!pair) lines.push('No system call differs in anything that is counted.');
  else if (pair.a && pair.b) {
    const parts = partsAt(pathOf('a', pair.a.name, pair.a.nth).nodes, pathOf('b', pair.b.name, pair.b.nth).nodes);
    const said = (one: NonNullable<typeof parts>['a']): string => (one ? `${one.name} in ring ${one.ring}, by ${one.via}` : 'nothing more');
    lines.push(`First difference: ${pair.a.text}${parts ? `, where A comes to ${said(parts.a)}, and B to ${said(parts.b)}` : ''}.`);
  } else lines.push(`First difference: ${(pair.a ?? pair.b)?.text}, which only ${pair.a ? 'A' : 'B'} has.`);
  lines.push(`${pairs.filter(differs).length} of ${pairs.length} calls differ. Cycles are modelled.`, '');
  const rows: Row[] = pairs.length <= MAX_ROWS ? pairs.map(({ a, b, difference }) => ({ name: (a ?? b)?.text ?? '', a: a?.costs, b: b?.costs, difference }))
    : byName(pairs).map(({ name, count, a, b, difference }) => ({ name: `${name} × ${count.a === count.b ? count.a : `${count.a} → ${count.b}`}`,
      a: count.a ? a : undefined, b: count.b ? b : undefined, difference }));
  lines.push(...table([...rows, { name: 'all that both have', ...whole }]));
  const blind = [runs.a, runs.b].some(({ calls, walked }) => walked < calls.length);
  if (blind) lines.push('', 'Bytes copied and stack depth are counted by running a call again; for so long a run that was done for its first calls only.');
  return lines;
}
