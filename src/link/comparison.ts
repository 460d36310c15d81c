/** Two runs of the same program with the same input in different builds: which of their system calls are each other's, and what each costs. */
import type { Tick } from '../base/units.ts';
import type { PathNode, SyscallReport } from './reports.ts';

/** What is counted of a call, in the order in which it is shown. */
export const MEASURES = {
  instructions: 'instructions', cycles: 'cycles', rings: 'ring changes', stacks: 'stack switches', interrupts: 'interrupts', faults: 'faults',
  copied: 'bytes copied', depth: 'stack depth',
} as const;
export type Measure = keyof typeof MEASURES;
export const MEASURE_KEYS = Object.keys(MEASURES) as Measure[];

/**
 * Cycles are without interrupt handlers, idle and other tasks. Bytes of stack are those below where the call began, and on every other stack
 * below its top. What was not counted is not there.
 */
export type Costs = { readonly [M in Measure]?: number };

/** A system call that has returned, or that never does. */
export interface CallCosts {
  name: string;
  /** The nth of its name in the run, from 0. */
  nth: number;
  text: string;
  pid: number;
  tick: Tick;
  endTick?: Tick;
  costs: Costs;
}

export interface RunCosts {
  config: string;
  /** What was printed from the first system call on. */
  output: string;
  /** The machine has powered off: with which status. Without it the run may go on. */
  exit?: number;
  /** Those of the application and what it starts. */
  calls: CallCosts[];
  /** So many of the calls were run again for what only a look at every instruction tells; of the others two measures are missing. */
  walked: number;
}

/** A call in both runs, or one that only one of them has. */
export interface CallPair {
  a?: CallCosts;
  b?: CallCosts;
  /** B's less A's, of what was counted in both. */
  difference: Costs;
}

export interface Comparison {
  a: string;
  b: string;
  pairs: CallPair[];
  /** Of the calls that both have, as far as both were counted. */
  whole: { a: Costs; b: Costs; difference: Costs };
  /** The first pair that differs in anything. */
  first?: number;
  /** The first character at which the output differs. */
  outputDiffersAt?: number;
}

/** Beyond so many edits two runs have no more in common than the names of their calls. */
const MAX_EDITS = 2000;

/** Index pairs of a longest common subsequence. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), section 3. */
export function common(a: readonly string[], b: readonly string[]): [number, number][] {
  const limit = Math.min(a.length + b.length, MAX_EDITS), trace: Int32Array[] = [];
  let v: Int32Array = new Int32Array(2 * limit + 3), edits = -1;
  const mid = limit + 1;
  search: for (let d = 0; d <= limit; d++) {
    trace.push(v.slice());
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && v[mid + k - 1] < v[mid + k + 1]) ? v[mid + k + 1] : v[mid + k - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      v[mid + k] = x;
      if (x >= a.length && x - k >= b.length) {
        edits = d;
        break search;
      }
    }
  }
  if (edits < 0) return nthOfName(a, b);
  const pairs: [number, number][] = [];
  let x = a.length, y = b.length;
  for (let d = edits; d >= 0; d--) {
    v = trace[d];
    const k = x - y, down = k === -d || (k !== d && v[mid + k - 1] < v[mid + k + 1]);
    const fromX = d === 0 ? 0 : down ? v[mid + k + 1] : v[mid + k - 1], fromY = d === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY && a[x - 1] === b[y - 1]) pairs.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

/** Where each key stands, keys in the order in which they first do. */
export function grouped<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, number[]> {
  const places = new Map<K, number[]>();
  all.forEach((one, n) => {
    const key = keyOf(one), known = places.get(key);
    if (known) known.push(n);
    else places.set(key, [n]);
  });
  return places;
}

/** The nth of a name is the other's nth of that name. */
function nthOfName(a: readonly string[], b: readonly string[]): [number, number][] {
  const places = grouped(b, (name) => name), taken = new Map<string, number>(), pairs: [number, number][] = [];
  a.forEach((name, n) => {
    const nth = taken.get(name) ?? 0, to = places.get(name)?.[nth];
    taken.set(name, nth + 1);
    if (to !== undefined) pairs.push([n, to]);
  });
  return pairs;
}

/** Whose call it is and what it is called. */
type Call = Pick<CallCosts, 'name' | 'pid'>;

/**
 * Which call of the one run is which of the other: by name and order within each task, tasks in the order of their first call. Sorted by the
 * first run's order.
 */
export function alignCalls(a: readonly Call[], b: readonly Call[]): [number, number][] {
  const tasks = (calls: readonly Call[]): number[][] => [...grouped(calls, ({ pid }) => pid).values()];
  const theirs = tasks(b);
  return tasks(a).flatMap((mine, rank) => {
    const other = theirs[rank] ?? [];
    return common(mine.map((n) => a[n].name), other.map((n) => b[n].name)).map(([m, n]): [number, number] => [mine[m], other[n]]);
  }).sort(([m], [n]) => m - n);
}

/** The call of another run that is this one; undefined where it has none. */
export function counterpart(call: Pick<SyscallReport, 'index'>, mine: readonly SyscallReport[], theirs: readonly SyscallReport[]): SyscallReport | undefined {
  const plain = (calls: readonly SyscallReport[]): Call[] => calls.map(({ name, task: { pid } }) => ({ name, pid }));
  const own = mine.filter(({ starts }) => !starts), others = theirs.filter(({ starts }) => !starts);
  const at = own.findIndex(({ index }) => index === call.index), pair = alignCalls(plain(own), plain(others)).find(([n]) => n === at);
  return pair && others[pair[1]];
}

function less(a: Costs, b: Costs): Costs {
  const made: { [M in Measure]?: number } = {};
  for (const key of MEASURE_KEYS) {
    const from = a[key], to = b[key];
    if (from !== undefined && to !== undefined) made[key] = to - from;
  }
  return made;
}

/** Of a depth the greatest counts, of everything else the sum: of those of which it is known. */
function sum(all: readonly Costs[], keys: (one: Costs, n: number, key: Measure) => boolean = () => true): Costs {
  const made: { [M in Measure]?: number } = {};
  for (const key of MEASURE_KEYS) {
    const values = all.flatMap((one, n) => (one[key] !== undefined && keys(one, n, key) ? [one[key]] : []));
    if (values.length > 0) made[key] = values.reduce((x, y) => (key === 'depth' ? Math.max(x, y) : x + y), 0);
  }
  return made;
}

export const differs = ({ a, b, difference }: CallPair): boolean => !a || !b || MEASURE_KEYS.some((key) => (difference[key] ?? 0) !== 0);

/** What one run has behind all that both have is left out if the other is not at its end: it may still come there. */
export function compareRuns(a: RunCosts, b: RunCosts): Comparison {
  const matched = new Map(alignCalls(a.calls, b.calls)), taken = new Set(matched.values()), pairs: CallPair[] = [];
  let next = 0;
  /** What only B has comes where B has it: before the next call that both have. */
  const catchUp = (to: number): void => {
    for (; next < to; next++) if (!taken.has(next)) pairs.push({ b: b.calls[next], difference: {} });
  };
  a.calls.forEach((call, n) => {
    const to = matched.get(n), other = to === undefined ? undefined : b.calls[to];
    if (to !== undefined) catchUp(to);
    pairs.push(other ? { a: call, b: other, difference: less(call.costs, other.costs) } : { a: call, difference: {} });
  });
  catchUp(b.calls.length);
  const end = pairs.findLastIndex((pair) => pair.a && pair.b) + 1;
  if (a.exit === undefined && pairs.slice(end).every((pair) => !pair.a)) pairs.length = end;
  if (b.exit === undefined && pairs.slice(end).every((pair) => !pair.b)) pairs.length = end;
  const both = pairs.filter((pair) => pair.a && pair.b), counted = (_: Costs, n: number, key: Measure): boolean => both[n].difference[key] !== undefined;
  const whole = { a: sum(both.map((pair) => pair.a?.costs ?? {}), counted), b: sum(both.map((pair) => pair.b?.costs ?? {}), counted) };
  const first = pairs.findIndex(differs), [shorter, longer] = a.output.length < b.output.length ? [a, b] : [b, a];
  let at = 0;
  while (at < shorter.output.length && a.output[at] === b.output[at]) at++;
  const differsAt = at < shorter.output.length || (at < longer.output.length && shorter.exit !== undefined) ? at : undefined;
  return { a: a.config, b: b.config, pairs, whole: { ...whole, difference: less(whole.a, whole.b) }, ...(first < 0 ? {} : { first }),
    ...(differsAt === undefined ? {} : { outputDiffersAt: differsAt }) };
}

/** Where two paths through a call part: the first function that they do not share. */
export function partsAt(a: readonly PathNode[], b: readonly PathNode[]): { a?: PathNode; b?: PathNode } | undefined {
  let n = 0;
  while (n < a.length && n < b.length && a[n].name === b[n].name) n++;
  if (n === a.length && n === b.length) return undefined;
  return { ...(n < a.length ? { a: a[n] } : {}), ...(n < b.length ? { b: b[n] } : {}) };
}

/** Calls of one name as one: for runs of more calls than anybody reads. */
export function byName(pairs: readonly CallPair[]): { name: string; count: { a: number; b: number }; a: Costs; b: Costs; difference: Costs }[] {
  const names = [...new Set(pairs.map(({ a, b }) => (a ?? b)?.name ?? ''))];
  return names.map((name) => {
    const own = pairs.filter((pair) => (pair.a ?? pair.b)?.name === name);
    const a = own.flatMap((pair) => (pair.a ? [pair.a.costs] : [])), b = own.flatMap((pair) => (pair.b ? [pair.b.costs] : []));
    const sums = { a: sum(a), b: sum(b) };
    return { name, count: { a: a.length, b: b.length }, ...sums, difference: less(sums.a, sums.b) };
  });
}
