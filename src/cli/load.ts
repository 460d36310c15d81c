/** `ringside load`: a server in several configurations under one load; latencies, percentiles, and the curve over the rate. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Refusal } from '../base/refusal.ts';
import { unknown } from '../base/unknown.ts';
import { writePcap } from '../formats/pcap.ts';
import { SERVERS, type Workload } from '../guest/configs/servers.ts';
import { percentileOf, type LoadOrder, type Measured, type ServerImage } from '../lab/experiment.ts';
import { imageFor } from '../lab/server-image.ts';
import { ratesBetween, STAGES, type Explained, type LoadResult } from '../link/experiment.ts';
import { guestSources } from '../lab/sources.ts';
import type { CostProfileName } from '../machine/cost.ts';
import { configNames, resolveConfig, switchesOfApp } from '../toolchain/kconfig.ts';
import { measureAll, type Outcome } from './load-thread.ts';

export interface LoadCommand {
  configs: string;
  connections: string;
  rate?: string;
  rates?: string;
  requests: string;
  warmUp?: string;
  cpus: string;
  size?: string;
  depth: string;
  gets?: string;
  keys: string;
  seed: string;
  loss?: string;
  set?: readonly string[];
  csv?: string;
  pcap?: string;
  hgrm?: string;
  threads?: string;
  explain?: string;
  json?: boolean;
}

/** p99 that the published experiment held to be good. */
const LINE_NS = 500_000, MOST_RATES = 100;
const INTERRUPTED = 130;

function number(option: string, word: string, least: number, most: number): number {
  if (!/^\d{1,12}$/.test(word) || Number(word) < least || Number(word) > most) throw new Refusal(`${option} '${word}': a number from ${least} to ${most}`);
  return Number(word);
}

/** A..B in ten equal steps, or A..BxF, each F times the one before. */
export function ratesOf(word: string): number[] {
  const [, a, b, factor] = /^(\d{1,9})\.\.(\d{1,9})(?:x(\d+(?:\.\d+)?))?$/.exec(word) ?? [], from = Number(a), to = Number(b), by = Number(factor);
  if (a === undefined || from < 1 || to < from) throw new Refusal(`--rates '${word}': write A..B or A..BxFACTOR, requests a second, A from 1 to B`);
  if (factor === undefined) return ratesBetween(from, to);
  if (!(by > 1)) throw new Refusal(`--rates '${word}': the factor must be above 1`);
  const rates: number[] = [];
  for (let rate = from; rate <= to && rates.length < MOST_RATES; rate *= by) rates.push(Math.round(rate));
  return rates;
}

/** @param all Requests, counted or not. */
function explainOf(word: string, all: number): string {
  if (/^\d{1,8}$/.test(word) ? Number(word) >= all : percentileOf(word) === undefined) {
    throw new Refusal(`--explain '${word}': write p50, p99, p99.9, max, or the number of a request, from 0 to ${all - 1}`);
  }
  return word;
}

function ordersOf(workload: string, options: LoadCommand, cost: CostProfileName, set: Record<string, string>): LoadOrder[] {
  if (!Object.hasOwn(SERVERS, workload)) throw new Refusal(unknown('workload', workload, Object.keys(SERVERS)));
  if (options.rate !== undefined && options.rates !== undefined) throw new Refusal('--rate or --rates, not both');
  const sources = guestSources(), names = configNames(sources);
  const requests = number('--requests', options.requests, 1, 10_000_000);
  const size = options.size === 'etc' && workload === 'kv' ? 'etc' : number('--size', options.size ?? (workload === 'echo' ? '1' : '100'), 1, 60_000);
  const warmUp = options.warmUp === undefined ? Math.ceil(requests / 10) : number('--warm-up', options.warmUp, 0, 10_000_000);
  const keys = number('--keys', options.keys, 1, 100_000);
  const common = {
    workload: workload as Workload, cost, connections: number('--connections', options.connections, 1, 1000), requests, size,
    warmUp,
    depth: number('--depth', options.depth, 1, 1000), gets: options.gets === undefined ? 968 : number('--gets', options.gets, 0, 1000),
    keys, seed: number('--seed', options.seed, 0, 0xffff_ffff),
    link: options.loss === undefined ? {} : { loss: number('--loss', options.loss, 0, 500_000), seed: Number(options.seed) },
    capture: options.pcap !== undefined,
    ...(options.explain === undefined ? {} : { explain: explainOf(options.explain, requests + warmUp + (workload === 'kv' ? keys : 0)) }),
  } as const;
  const rate = options.rate === undefined ? undefined : number('--rate', options.rate, 1, 100_000_000);
  const rates = options.rates === undefined ? [rate] : ratesOf(options.rates);
  return options.configs.split(',').flatMap((config) => {
    if (!names.includes(config)) throw new Refusal(unknown('configuration', config, names));
    const switches = resolveConfig(sources, config, { ...switchesOfApp(SERVERS[common.workload].app), NR_CPUS: options.cpus, ...set });
    if (typeof switches === 'string') throw new Refusal(switches);
    return rates.map((one) => ({ ...common, config, switches, ...(one === undefined ? {} : { rate: one }) }));
  });
}

const us = (ns: number): string => (ns / 1000).toFixed(2);
const COLUMNS = ['mean', 'p50', 'p90', 'p99', 'p999', 'max'] as const;

function table(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ order, result, why }) => result === undefined ? [order.config, String(order.rate ?? 'closed'), why ?? 'not measured'] : [
    order.config, order.rate === undefined ? 'closed' : String(order.rate), ...COLUMNS.map((name) => us(result[name])), result.throughput.toFixed(0),
    result.instructions.toFixed(0), result.cycles.toFixed(0)]);
  const head = ['config', 'rate/s', 'mean us', 'p50', 'p90', 'p99', 'p99.9', 'max', 'answers/s', 'instructions', 'cycles'];
  const whole = [head, ...rows.filter((row) => row.length === head.length)];
  const widths = head.map((_, n) => Math.max(...whole.map((row) => row[n].length)));
  // Why there is no result is as long as it is.
  const cells = (row: readonly string[]): string[] => row.map((cell, n) =>
    (n === 0 ? cell.padEnd(widths[0]) : n === 2 && row.length < head.length ? cell : cell.padStart(widths[n])));
  return [head, ...rows].map((row) => cells(row).join('  '));
}

/** A column for each run, a row for each stage. */
function stageTable(results: readonly LoadResult[]): string[] {
  const head = ['stage', ...results.map(({ config, rate }) => (rate === null ? config : `${config} ${rate}`))];
  const rows = (results[0]?.stages ?? []).map(({ name }, n) => [name, ...results.map(({ stages }) => {
    const { ns, cycles, instructions } = stages[n];
    return `${us(ns)} ${cycles.toFixed(0).padStart(6)} ${instructions.toFixed(0).padStart(6)}`;
  })]);
  const widths = head.map((_, n) => Math.max(...[head, ...rows].map((row) => row[n].length)));
  return ['Each stage of a request, means: us, cycles, instructions', ...[head, ...rows].map((row) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[n]))).join('  '))];
}

/** Differences smaller than this are not worth a sentence. */
const WORTH_NS = 50, MOST_CAUSES = 4;

/** As they come on the way of a request. */
function inOrder(pieces: Explained['pieces'], causes: Explained['causes']): Explained['causes'] {
  const stages = STAGES.map(({ name }) => name as string), first = (stage: string, who: string): number =>
    pieces.findIndex((piece) => piece.stage === stage && (piece.who === who || who.endsWith('other tasks')));
  return causes.toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage) || first(a.stage, a.who) - first(b.stage, b.who));
}

export function explanation({ config, explained }: LoadResult): string[] {
  if (!explained) return [];
  const { asked, number, latency, tick, pieces, median, causes } = explained;
  const more = causes.filter(({ ns, median: usual }) => ns - usual >= WORTH_NS).slice(0, MOST_CAUSES);
  const named = more.map(({ stage, who, ns, median: usual }) => `${us(ns - usual)} us ${stage}: ${who}`).join('; ');
  return [
    `${config}, ${asked}: request ${number} took ${us(latency)} us, request ${median.number} in the middle ${us(median.latency)} us${
      more.length ? `; what it has more: ${named}` : ''}.`,
    ...inOrder(pieces, causes).map(({ stage, who, ns, median: usual }) =>
      `  ${stage.padEnd(12)}${us(ns).padStart(9)} us  ${us(usual).padStart(9)} in the middle  ${who}`),
    `  ${'together'.padEnd(12)}${us(latency).padStart(9)} us  ${us(median.latency).padStart(9)}`,
    `  The card has it in memory at tick ${tick}.`,
  ];
}

/** Of each configuration, the highest rate whose p99, and that of all below it, is under the line. */
export function highestRates(results: readonly LoadResult[]): { config: string; rate: number | null }[] {
  return [...new Set(results.map(({ config }) => config))].map((config) => {
    const own = results.filter((one) => one.config === config && one.rate !== null).sort((a, b) => (a.rate ?? 0) - (b.rate ?? 0));
    const over = own.findIndex(({ p99 }) => p99 > LINE_NS);
    return { config, rate: (over < 0 ? own.at(-1) : own[over - 1])?.rate ?? null };
  });
}

function csv(results: readonly LoadResult[]): string {
  const head = ['config', 'rate', 'requests', ...COLUMNS, 'throughput', 'instructions', 'cycles'] as const;
  return [head.join(','), ...results.map((one) => head.map((name) => one[name] ?? '').join(','))].join('\n') + '\n';
}

function write(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content);
  } catch {
    throw new Refusal(`cannot write ${path}`);
  }
}

/** One file for each run; with several of them, each has its configuration and rate in its name. */
function writeEach(path: string, results: readonly Measured[], content: (result: Measured) => string | Uint8Array): void {
  const dot = path.lastIndexOf('.') > path.lastIndexOf('/') ? path.lastIndexOf('.') : path.length;
  for (const result of results) {
    const name = `-${result.config}${result.rate === null ? '' : `-${result.rate}`}`;
    write(results.length === 1 ? path : `${path.slice(0, dot)}${name}${path.slice(dot)}`, content(result));
  }
}

/** @returns 0 all measured, 1 not all, 130 cancelled. */
export async function load(workload: string, options: LoadCommand, cost: CostProfileName, set: Record<string, string>): Promise<number> {
  const orders = ordersOf(workload, options, cost, set);
  const threads = options.threads === undefined ? availableParallelism() : number('--threads', options.threads, 1, 64);
  const images = new Map<string, ServerImage>();
  const imageOf = (order: LoadOrder): ServerImage => {
    const found = images.get(order.config) ?? imageFor(order);
    images.set(order.config, found);
    return found;
  };
  let isCancelled = false;
  const cancelled = new Promise<void>((resolve) => process.once('SIGINT', () => {
    isCancelled = true;
    resolve();
  }));
  const tell = (done: number, parts: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${orders.length} runs, ${Math.floor((100 * parts) / orders.length)} %`);
  };
  const outcomes = await measureAll(orders, threads, imageOf, tell, cancelled);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const results = outcomes.flatMap(({ result }) => result ?? []);
  if (options.csv !== undefined) write(options.csv, csv(results));
  if (options.pcap !== undefined) writeEach(options.pcap, results, ({ frames }) => writePcap(frames ?? []));
  if (options.hgrm !== undefined) writeEach(options.hgrm, results, ({ hgrm }) => hgrm);
  const highest = options.rates === undefined ? undefined : highestRates(results);
  if (options.json) {
    const plain = results.map(({ hgrm: _hgrm, frames: _frames, ...rest }) => rest);
    console.log(JSON.stringify({ workload, cost, results: plain, failed: outcomes.flatMap(({ order, why }) => (why ? [{ config: order.config, why }] : [])),
      ...(highest ? { line: LINE_NS, highest } : {}) }, undefined, 1));
  } else {
    for (const line of table(outcomes)) console.log(line);
    if (options.rates === undefined) for (const line of ['', ...stageTable(results)]) console.log(line);
    for (const result of results) for (const line of explanation(result)) console.log(line);
    for (const { config, rate } of highest ?? []) console.log(`${config}: ${rate === null ? 'no rate has its p99 under 500 us'
      : `p99 is under 500 us up to ${rate} requests a second`}`);
    console.log(`Modelled: cost profile ${cost}, no caches, no branch prediction.`);
  }
  return isCancelled ? INTERRUPTED : outcomes.every(({ result }) => result) ? 0 : 1;
}
