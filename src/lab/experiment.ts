/**
 * One measurement: a server in one configuration, a load, and what its requests took. The machine runs without history; what is
 * noted of each request are the moments at which its stages end. The same order gives the same figures on every host.
 */
import { assert } from '../base/assert.ts';
import { CLIENT_PORT } from '../base/input.ts';
import { SERVERS, type Workload } from '../guest/configs/servers.ts';
import type { Explained, LoadResult } from '../link/experiment.ts';
import type { CostProfileName } from '../machine/cost.ts';
import { Machine, type Compiler } from '../machine/machine.ts';
import { Histogram } from '../net/histogram.ts';
import type { LinkOptions } from '../net/link.ts';
import { Client, orderOf } from '../net/client.ts';
import type { Done, Request } from '../net/load.ts';
import type { BuildResult } from '../toolchain/build.ts';
import type { Switches } from '../toolchain/kconfig.ts';
import type { Captured } from '../formats/pcap.ts';

export { writePcap } from '../formats/pcap.ts';
import { LAB_RAM } from './lab-ram.ts';
import { networkOf } from './network.ts';
import { listenedSites, RequestTrace, type ListenedSite, type Way } from './request-trace.ts';
import { StageBins } from './stage-bins.ts';
import { explained, Witness } from './witness.ts';

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
  /** A percentile (p99), `max` or a request's number: that one is explained. */
  explain?: string | undefined;
}

/** What came of an order, with the frames that were to be kept. */
export interface Measured extends LoadResult {
  frames?: Captured[];
}

/** Why there is no result, with what the guest printed last. */
export class NoResult extends Error {}

/** A machine of the lab has room for so many connections and keys; what was measured there can be opened there. */
const MOST_CONNECTIONS = 64, MOST_KEYS = 2000, MOST_BYTES = 1 << 20, ETC_MEAN = 1000, MORE_RAM = 64 << 20;
const fitsLab = ({ connections, keys, workload, size, depth }: LoadOrder): boolean =>
  connections * depth <= MOST_CONNECTIONS && (workload === 'echo' || keys <= MOST_KEYS) &&
  (size === 'etc' ? ETC_MEAN : size) * (workload === 'echo' ? connections * depth : keys) <= MOST_BYTES;
/** The lab's cost profile, a link that loses nothing, and no words for the program. */
const opensInLab = (order: LoadOrder): boolean => fitsLab(order) && order.cost === 'skx-off' && Object.keys(order.link).length === 0 && !order.args;
const ramFor = (order: LoadOrder): number => (fitsLab(order) ? LAB_RAM : MORE_RAM);
/** Ticks between two looks at who else wants something. */
const SLICE = 5_000_000;
/** Virtual time that nothing may take without an answer. */
const PATIENCE_NS = 20_000_000_000;

/** What serves it. */
export const appOf = (workload: Workload): string => SERVERS[workload].app;

/** What a machine is booted from, and the kernel's tracepoints that tell where a request is. */
export interface ServerImage extends Pick<BuildResult, 'kernel' | 'initramfs' | 'commandLine' | 'cpus' | 'imageHash'> {
  sites: readonly ListenedSite[];
}

export const serverImage = ({ kernel, initramfs, commandLine, cpus, imageHash, images }: BuildResult): ServerImage =>
  ({ kernel, initramfs, commandLine, cpus, imageHash, sites: images.filter(({ isKernel }) => isKernel).flatMap(({ debug }) => listenedSites(debug)) });

/** What the client is told: with these bytes at tick 0 any machine of the same image runs what was measured. */
export const clientOrder = ({ workload, connections, rate, requests, warmUp, size, depth, gets, keys, seed }: LoadOrder): Uint8Array =>
  orderOf({ dialogue: workload, connections, ...(rate === undefined ? {} : { rate }), requests, warmUp, size, depth, gets, keys, seed });

/** Who follows a run. */
interface Follower {
  onSent?: (request: Request, trace: RequestTrace) => void;
  onWay: (way: Way, trace: RequestTrace) => void;
  onFrame?: (direction: 'out' | 'in', frame: Uint8Array, at: number) => void;
  progress?: (answered: number, of: number) => void;
  /** Enough is known. */
  isOver?: () => boolean;
}

/** Runs to the last answer. */
function run(order: LoadOrder, image: ServerImage, compiler: Compiler | undefined, { onSent, onWay, onFrame, progress, isOver }: Follower): Machine {
  const network = networkOf(SERVERS[order.workload].app, { link: order.link }), { sites, imageHash: _imageHash, ...boot } = image;
  const machine = new Machine({ ...boot, commandLine: network.commandLine(image.commandLine), ramBytes: ramFor(order), cost: order.cost, wire: network.make });
  machine.translator = compiler;
  machine.input(CLIENT_PORT, clientOrder(order));
  const { program } = network.wire, load = program instanceof Client ? program.load : undefined;
  assert(load !== undefined, 'the client has its order');
  const { state } = load, trace = new RequestTrace(machine, sites);
  let text = '', lost = 0;
  const said = (): string => (lost === 0 ? '' : `; ${lost} interrupt${lost > 1 ? 's were' : ' was'} lost, for ` +
    `${lost > 1 ? 'their frames' : 'its frame'} could not be pushed`) + tail(text);
  machine.hooks = {
    undelivered: (_cpu, _vector, kind) => void (lost += kind === 'interrupt' ? 1 : 0),
    consoleOut: (byte) => (text += String.fromCharCode(byte)),
    probe: (cpu, n) => trace.probe(cpu, n),
    packet: (direction, frame) => trace.packet(direction, frame),
  };
  machine.setProbes(trace.addresses);
  load.onSend = (request, connection, length) => {
    trace.sent(request, connection, length);
    onSent?.(request, trace);
  };
  load.onDone = (request) => {
    const way = trace.done(request);
    if (way) onWay(way, trace);
    if (isOver?.()) machine.requestStop();
  };
  load.onEnd = () => machine.requestStop();
  if (onFrame) network.wire.onFrame = onFrame;

  let answered = 0, quietSince = 0;
  while (state.phase !== 'done' && !isOver?.()) {
    const stop = machine.run(machine.tick + SLICE);
    if (state.phase === 'failed') throw new NoResult(`${order.config}: ${state.why}${said()}`);
    if (state.answered > answered) [answered, quietSince] = [state.answered, machine.ns];
    const why = stop.kind === 'exit' || stop.kind === 'triple-fault' ? 'the machine ended' : stop.kind === 'idle' ? 'nothing happens any more'
      : machine.ns > quietSince + PATIENCE_NS ? 'nobody answered for 20 seconds' : undefined;
    if (why !== undefined && (state.phase as string) !== 'done') throw new NoResult(`${order.config}: ${why} after ${answered} answers${said()}`);
    progress?.(state.answered, load.total);
  }
  return machine;
}

/** Runs to the last answer. @param progress Told how many answers there are of how many, now and then; it may throw. */
export function measure(order: LoadOrder, image: ServerImage, compiler: Compiler | undefined,
  progress?: (answered: number, of: number) => void): Measured {
  const histogram = new Histogram(), bins = new StageBins(), frames: Captured[] = [];
  let first: Done | undefined, last = 0, instructions = 0, started = 0, counted = 0;
  const machine = run(order, image, compiler, {
    ...(progress ? { progress } : {}),
    ...(order.capture ? { onFrame: (_direction, frame, at) => void frames.push({ at, frame: frame.slice() }) } : {}),
    onWay: (way, trace) => {
      const { request } = way;
      if (!request.isCounted) return;
      instructions = trace.instructions;
      if (!first) [first, started] = [request, instructions];
      histogram.add(request.done - request.meant);
      bins.add(way);
      last = Math.max(last, request.done);
      counted++;
    },
  });
  const span = Math.max(1, last - (first?.meant ?? 0)), percentile = (perMillion: number): number => histogram.percentile(perMillion);
  const { hertz } = machine.costs;
  const explained = order.explain === undefined ? undefined : explain(order, image, compiler, order.explain, bins, progress);
  return {
    config: order.config, rate: order.rate ?? null, requests: counted, mean: histogram.mean, p50: percentile(500_000), p90: percentile(900_000),
    p99: percentile(990_000), p999: percentile(999_000), max: histogram.max, throughput: (counted * 1e9) / span,
    instructions: (instructions - started) / Math.max(1, counted - 1), cycles: (span * hertz) / 1e9 / counted,
    stages: bins.means(hertz), around: { p50: bins.means(hertz, 450_000, 550_000), p99: bins.means(hertz, 985_000, 995_000) },
    bars: bins.bars(), hgrm: histogram.hgrm(),
    ...(opensInLab(order) ? { image: { hash: image.imageHash, app: appOf(order.workload), order: clientOrder(order) } } : {}),
    ...(order.capture ? { frames } : {}), ...(explained ? { explained } : {}),
  };
}

/** Of a percentile like p99 or p99.9, so many of a million. */
export const percentileOf = (asked: string): number | undefined => (asked === 'max' ? 1_000_000
  : /^p\d{1,2}(\.\d{1,4})?$/.test(asked) ? Math.floor(Number(asked.slice(1)) * 10_000) : undefined);

/** Runs again, and notes all that happens while one request is under way, and while the one in the middle is. */
function explain(order: LoadOrder, image: ServerImage, compiler: Compiler | undefined, asked: string, bins: StageBins,
  progress?: (answered: number, of: number) => void): Explained {
  const part = percentileOf(asked), middle = bins.exampleAt(500_000)?.number, number = part === undefined ? Number(asked) : bins.exampleAt(part)?.number;
  if (middle === undefined || number === undefined) throw new NoResult(`${order.config}: no request was measured`);
  const witnesses = new Map([...new Set([number, middle])].map((one) => [one, new Witness()]));
  let seen = 0;
  run(order, image, compiler, {
    ...(progress ? { progress } : {}),
    onSent: (request, trace) => witnesses.get(request.number)?.begin(trace),
    onFrame: (direction, frame, at) => witnesses.forEach((witness) => witness.frame(direction, frame, at)),
    onWay: (way, trace) => {
      const witness = witnesses.get(way.request.number);
      if (!witness) return;
      witness.end(way, trace);
      seen++;
    },
    isOver: () => seen === witnesses.size,
  });
  return explained(asked, witnesses.get(number)!, witnesses.get(middle)!);
}

const tail = (text: string): string => {
  const lines = text.replaceAll('\r', '').trim().split('\n').slice(-3).join(' | ');
  return lines === '' ? '' : `; the guest's last words: ${lines}`;
};
