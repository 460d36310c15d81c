/** For tests: builds a guest program, boots the machine, runs it to its end and keeps everything that can be asked of the run. */
import { compiler as direct, type Compiler } from '../machine/cpu/translate/compiler.ts';
import type { LinkOptions } from '../net/link.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { resolveConfig, switchesOfApp } from '../toolchain/kconfig.ts';
import { formatDiagnostic } from '../base/diagnostic.ts';
import type { EventReport, StopKind, SyscallReport } from '../link/reports.ts';
import { Lab } from './lab.ts';
import { openLab } from './open.ts';
import type { CostProfileName } from '../machine/cost.ts';
import type { ClientLoad } from './scenario-format.ts';
import type { RecordLimits } from './record.ts';
import { guestSources } from './sources.ts';
import { stocked } from './stock.ts';

export interface GuestRunOptions {
  config?: string;
  set?: Record<string, string>;
  /** Name of one of the guest's applications, or with `source` of a new one. */
  app?: string;
  /** C text of an application. */
  source?: string;
  args?: readonly string[];
  /** C text of more programs, by name. */
  programs?: Record<string, string>;
  input?: string;
  /** Where it comes in, and the requests that a client makes by itself. */
  port?: string;
  load?: ClientLoad | undefined;
  link?: LinkOptions;
  maxInstructions?: number;
  /** Which machine, by its costs. */
  cost?: CostProfileName;
  /** Other sources, by path. */
  edits?: Record<string, string>;
  limits?: RecordLimits;
  /** What hot code is translated with. */
  compiler?: Compiler;
}

export interface GuestRun {
  lab: Lab;
  stop: StopKind;
  /** Exit status that the kernel powered off with; -1 without one. */
  exit: number;
  /** Everything on the console, with plain line ends. */
  console: string;
  /** What came after the kernel's message that it runs the program. */
  output: string;
  /** Of the application and what it starts, as are the events. */
  calls: (name: string) => SyscallReport[];
  events: (kind: EventReport['kind']) => EventReport[];
}

/** Enough for any of these programs; one that needs more does not end. */
const MAX_INSTRUCTIONS = 60_000_000;

const cache = freshCache();

/** Boots without running. */
export function openGuest({ config = 'linux', set = {}, app, source, args, programs = {}, input, port, load, link, edits = {}, limits, cost,
  compiler = direct }: GuestRunOptions): Lab {
  const originals = guestSources();
  const switches = resolveConfig(originals, config, { ...switchesOfApp(app ?? ''), ...set });
  if (typeof switches === 'string') throw new Error(switches);
  const name = app ?? 'program';
  const sources = new Map([...originals, ...Object.entries(edits), ...(source === undefined ? [] : [[`apps/${name}.c`, source] as const]),
    ...Object.entries(programs).map(([other, text]) => [`apps/${other}.c`, text] as const)]);
  const lab = openLab({ sources, originals, app: name, config, switches, cache: stocked(config, switches, cache), compiler,
    ...(limits ? { limits } : {}), ...(cost ? { cost } : {}),
    ...(args ? { args } : {}), programs: Object.keys(programs), port, load, link,
    ...(input === undefined ? {} : { input }) });
  if (lab instanceof Lab) return lab;
  throw new Error(lab.diagnostics.map((one) => formatDiagnostic(one, sources.get(one.file)?.split('\n')[one.line - 1])).join('\n'));
}

/** Told of every run before it; lets a longer test do the same run in other ways. */
export const observer: { run?: (options: GuestRunOptions) => Promise<void> } = {};

export async function runGuest(options: GuestRunOptions): Promise<GuestRun> {
  await observer.run?.(options);
  const lab = openGuest(options);
  const { stop } = await lab.finish({ maxInstructions: options.maxInstructions ?? MAX_INSTRUCTIONS });
  const { record } = lab.tracer;
  const text = lab.consoleText(Infinity).replaceAll('\r\n', '\n');
  const start = /Run \S+ as init process\n/.exec(text), { beginning } = record;
  const isOwn = (tick: number, pid: number): boolean => !beginning || (tick >= beginning.exec && !beginning.starters.has(pid));
  return {
    lab, stop: stop.kind, exit: stop.code ?? -1, console: text, output: start ? text.slice(start.index + start[0].length) : '',
    calls: (name) => record.syscalls.filter((call) => call.name === name && isOwn(call.tick, call.task.pid)),
    events: (kind) => record.events.filter((event) => event.kind === kind && isOwn(event.tick, event.pid)),
  };
}

/** Numbers that look random and are the same every time. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
