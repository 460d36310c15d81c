/**
 * One measurement: a server in one configuration, a load, and what its requests took. The machine runs without history and record, so that
 * ten thousand requests take seconds; the same order gives the same figures on every host.
 */
import { SERVERS, type Workload } from '../guest/configs/servers.ts';
import type { CostProfileName } from '../machine/cost.ts';
import { Machine, type Compiler } from '../machine/machine.ts';
import { echoDialogue, kvDialogue } from '../net/dialogues.ts';
import { Histogram } from '../net/histogram.ts';
import type { LinkOptions } from '../net/link.ts';
import { Load, type Done } from '../net/load.ts';
import { GUEST_IP } from '../net/wire.ts';
import { buildGuest, type BuildResult } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import type { Switches } from '../toolchain/kconfig.ts';
import type { Captured } from '../formats/pcap.ts';
import { programNetwork } from './network.ts';
import { guestSources } from './sources.ts';
import { stocked } from './stock.ts';

export interface LoadOrder {
  workload: Workload;
  config: string;
  switches: Switches;
  cost: CostProfileName;
  connections: number;
  /** Requests a second; without it the loop is closed. */
  rate?: number;
  requests: number;
  warmUp: number;
  /** Bytes of an echo, or of a value; `etc`: as published for Facebook's pool ETC. */
  size: number | 'etc';
  depth: number;
  /** Of a thousand requests to a store. */
  gets: number;
  keys: number;
  seed: number;
  link: LinkOptions;
  args?: readonly string[];
  /** Keep every frame. */
  capture?: boolean;
}

export interface LoadResult {
  config: string;
  rate: number | null;
  requests: number;
  /** Nanoseconds. */
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
  /** Answers a second. */
  throughput: number;
  /** Instructions of the guest for each request, on all CPUs. */
  instructions: number;
  /** Cycles from the first request to the last answer for each of them, on each CPU: busy or not. */
  cycles: number;
  bars: { from: number; to: number; count: number }[];
  /** As HdrHistogram's percentile file. */
  hgrm: string;
  frames?: Captured[];
}

/** Why there is no result, with what the guest printed last. */
export class NoResult extends Error {}

const RAM = 64 << 20;
/** Ticks between two looks at who else wants something. */
const SLICE = 5_000_000;
/** Virtual time that nothing may take without an answer. */
const PATIENCE_NS = 20_000_000_000;

/** What a machine is booted from. */
export type ServerImage = Pick<BuildResult, 'kernel' | 'initramfs' | 'commandLine' | 'cpus'>;

/** Configurations have most of their objects in common. */
const cache = freshCache();

/** The image for an order; the same for all its rates. */
export function imageFor({ workload, config, switches, args }: LoadOrder): ServerImage {
  const request = { sources: guestSources(), app: SERVERS[workload].app, switches, ...(args ? { args } : {}) };
  const build = buildGuest(request, stocked(config, switches, cache));
  if (!build.ok) throw new NoResult(`${config}: the guest does not build: ${build.diagnostics[0]?.message ?? ''}`);
  const { kernel, initramfs, commandLine, cpus } = build;
  return { kernel, initramfs, commandLine, cpus };
}

/** Runs to the last answer. @param progress Told how many answers there are of how many, now and then; it may throw. */
export function measure(order: LoadOrder, image: ServerImage, compiler: Compiler | undefined,
  progress: (answered: number, of: number) => void = () => undefined): LoadResult {
  const { workload, connections, rate, requests, warmUp, size, depth, gets, keys, seed, link } = order;
  const dialogue = workload === 'echo' ? echoDialogue(size === 'etc' ? 64 : size) : kvDialogue({ keys, gets, size, seed });
  const options = { ip: GUEST_IP, port: SERVERS[workload].port, connections, requests, warmUp, rate, depth, seed };
  let load: Load | undefined;
  const network = programNetwork((host) => (load = new Load(host, options, dialogue)), { link });
  const machine = new Machine({ ...image, commandLine: network.commandLine(image.commandLine), ramBytes: RAM, cost: order.cost, wire: network.make });
  machine.translator = compiler;
  const { state } = load as unknown as Load, histogram = new Histogram(), frames: Captured[] = [];
  let text = '', first: Done | undefined, last = 0, instructions = 0, started = 0;
  machine.hooks = { consoleOut: (byte) => (text += String.fromCharCode(byte)) };
  const done = (request: Done): void => {
    if (!request.isCounted) return;
    if (!first) [first, started] = [request, machine.instructions];
    histogram.add(request.done - request.meant);
    [last, instructions] = [Math.max(last, request.done), machine.instructions];
  };
  Object.assign(load as unknown as Load, { onDone: done, onEnd: () => machine.requestStop() });
  if (order.capture) network.wire.onFrame = (_direction, frame, at) => void frames.push({ at, frame: frame.slice() });

  const total = dialogue.preparing + warmUp + requests;
  let answered = 0, quietSince = 0;
  while (state.phase !== 'done') {
    const stop = machine.run(machine.tick + SLICE);
    if (state.phase === 'failed') throw new NoResult(`${order.config}: ${state.why}${tail(text)}`);
    if (state.answered > answered) [answered, quietSince] = [state.answered, machine.ns];
    const why = stop.kind === 'exit' || stop.kind === 'triple-fault' ? 'the machine ended' : stop.kind === 'idle' ? 'nothing happens any more'
      : machine.ns > quietSince + PATIENCE_NS ? 'nobody answered for 20 seconds' : undefined;
    if (why !== undefined && (state.phase as string) !== 'done') throw new NoResult(`${order.config}: ${why} after ${answered} answers${tail(text)}`);
    progress(state.answered, total);
  }
  const span = Math.max(1, last - (first?.meant ?? 0)), percentile = (perMillion: number): number => histogram.percentile(perMillion);
  return {
    config: order.config, rate: rate ?? null, requests: histogram.total, mean: histogram.mean, p50: percentile(500_000), p90: percentile(900_000),
    p99: percentile(990_000), p999: percentile(999_000), max: histogram.max, throughput: (histogram.total * 1e9) / span,
    instructions: (instructions - started) / Math.max(1, histogram.total - 1), cycles: (span * machine.costs.hertz) / 1e9 / histogram.total,
    bars: histogram.bars(), hgrm: histogram.hgrm(), ...(order.capture ? { frames } : {}),
  };
}

const tail = (text: string): string => {
  const lines = text.replaceAll('\r', '').trim().split('\n').slice(-3).join(' | ');
  return lines === '' ? '' : `; the guest's last words: ${lines}`;
};
