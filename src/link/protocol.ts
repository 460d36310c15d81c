/**
 * All that the page may ask of the worker, one line each: [params, result]; and all the worker may say unasked.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Input } from '../base/input.ts';
import type { Tick, VirtAddr } from '../base/units.ts';
import type { AddressSpaceView } from './address-space.ts';
import type { BuildParts } from './build-parts.ts';
import type { RunCosts } from './comparison.ts';
import type { NetworkView } from './network.ts';
import type { Authored, Completions, HereWritten, LessonArrival, LessonEnd, LessonShown, LessonVerdict, LessonView, OwnLesson, Proven,
  Wish } from './lesson.ts';
import type { ObjectRef, ObjectsView } from './objects.ts';
import type {
  Breakpoint, BuildReport, CodePlace, CodeView, ConsoleView, CpuView, EventKind, EventReport, Focus, KernelLinesReport,
  Listing, LocksView, PathView, ScenarioInfo, StacksView, Status, StopReport, SyscallReport, TablesView, ThreadsView, TimelineView, TraceView, WriteReport,
} from './reports.ts';

/** `call`: forward to where the system call under way returns, back to its beginning. */
export type StepUnit = 'instruction' | 'line' | 'over' | 'out' | 'boundary' | 'event' | 'call';
export type Direction = 'forward' | 'back';

/** Where to run to. Without `until` it runs to the next breakpoint, stop event, idle or end. */
export interface RunSpec {
  direction: Direction;
  until?:
    | { kind: 'address'; addr: VirtAddr; /** In this address space; without it in any. */ space?: number }
    | { kind: 'function'; name: string }
    | { kind: 'line'; file: string; line: number }
    | { kind: 'event'; event: EventKind; match?: Record<string, string> }
    | { kind: 'syscall'; name: string; nth: number };
  /** Forward: the so manieth time that `until` is met, from 1. */
  nth?: number;
  maxInstructions?: number;
  /** Past breakpoints. */
  unbroken?: boolean;
  /** Where `until` is not met, stay where it began, and say so. */
  orStay?: boolean;
}

/** A moment kept twice: exact tick for the same image, an anchor for any other. */
export interface Moment {
  tick: Tick;
  imageHash: string;
  anchor?: { event: EventKind; nth: number; offset: number };
  /** What is still to be typed after it, a line at each moment at which the machine waits; without it the scenario's own lines, unless something has come
   * in. */
  pending?: Uint8Array[];
}

export interface OpenParams {
  /** Scenario id; its app, config, set and input are used unless overridden below. */
  scenario: string;
  config?: string;
  app?: string;
  set?: Record<string, string>;
  /** Path -> whole new text. */
  edits?: Record<string, string>;
  /** What came in from outside: at its tick with a moment of the same image, else what was typed line by line. */
  inputs?: Input[];
  moment?: Moment;
}

export interface OpenResult {
  build: BuildReport;
  scenario: ScenarioInfo;
  /** Absent when the build failed: the old machine, if any, goes on. */
  stop?: Shown;
  /** A sentence when the moment's image differs and the anchor was used. */
  notice?: string;
  breakpoints: Breakpoint[];
}

/** A set of switches as it would be built, what in it excludes each other, and one change of others that mends it. */
export interface SwitchSet {
  values: Record<string, string>;
  conflicts: { key: string; reason: string }[];
  mend?: Record<string, string>;
}

export interface Catalogue {
  scenarios: ScenarioInfo[];
  configs: { name: string; about: string; switches: Record<string, string> }[];
  /** `isTool`: a program as a shell has it, which needs no words. */
  apps: { name: string; about: string; isTool: boolean }[];
  switches: { key: string; values: string[] | 'number'; default: string; help: string }[];
  syscalls: { nr: number; name: string }[];
}

/** All that a panel can ask to see of a moment, one line each: [what it asks with, what it is shown]. */
export interface Looks {
  code: [true, CodeView];
  cpu: [true, CpuView];
  stacks: [true, StacksView];
  path: [true, PathView];
  /** Of the CPU that is shown. */
  tables: [true, TablesView];
  /** `lock` is the one whose steps are told; null: the first. */
  locks: [{ lock: VirtAddr | null }, LocksView];
  /** Of whoever is shown; `at` is walked: an address, or what a register or symbol of that name is. null: a page fault's that was just delivered, else RSP. */
  space: [{ at: VirtAddr | string | null }, AddressSpaceView];
  /** Null: the first that the CPU's own words lead to. */
  objects: [{ object: ObjectRef | null }, ObjectsView];
  /** `packet` is the one that is shown byte by byte; null: the newest. null: this machine has no network card. */
  network: [{ packet: { tick: Tick; nth: number } | null }, NetworkView | null];
  console: [true, ConsoleView];
  /** Listings around the instruction that ran and the one that runs next, without those that are there already. */
  listings: [{ have: Pick<Listing, 'image' | 'low'>[] }, Listing[]];
  /** With `follow` the window goes where the machine went. */
  timeline: [{ from: Tick; to: Tick; columns: number; follow: boolean }, TimelineView];
  /** Text around this moment, `rows` of it on each side: those that contain `match`, of a task and a CPU where these are named. */
  trace: [{ format: 'strace' | 'ftrace' | 'function_graph'; pid?: number; cpu?: number; match: string; rows: number }, TraceView];
  /** The stacks of a task, also of one that sleeps; null: there is no such task, or it has none. */
  taskStacks: [{ id: number }, StacksView | null];
  /** Tasks at this moment, and what they did in a window of the run. */
  threads: [{ from: Tick; to: Tick; columns: number; follow: boolean }, ThreadsView];
  /** The run from its start to the newest tick; null when that is `have`, and nothing is new. */
  overview: [{ columns: number; have?: Tick }, TimelineView | null];
}
export type ViewName = keyof Looks;
export type Wants = { [V in ViewName]?: Looks[V][0] };
export type Views = { [V in ViewName]: Looks[V][1] };
/** Those that need nothing but their name. */
export type PlainView = { [V in ViewName]: Looks[V][0] extends true ? V : never }[ViewName];

/** Every request that moves the machine says what is to be shown of the moment it comes to. */
export interface Showing {
  show?: Wants;
}

/** Where a move came to, and what was asked to be shown of it: one answer, one moment. */
export interface Shown extends StopReport {
  views: Partial<Views>;
}

export interface Requests {
  catalogue: [Record<string, never>, Catalogue];
  /** What `open` with the same parameters would set. `chosen`: keys that are not to be changed for a mend, in the order of choice. */
  switches: [OpenParams & { chosen: string[] }, SwitchSet];
  /** Builds what `open` with the same parameters will boot. Answered as soon as it is done: others are served meanwhile. */
  build: [OpenParams, BuildReport];
  open: [OpenParams & Showing, OpenResult];
  run: [RunSpec & Showing, Shown];
  /** `stay`: only the steps of what is in focus count. */
  step: [{ unit: StepUnit; direction: Direction; stay?: boolean } & Showing, Shown];
  /** From now on this CPU or task is shown; null: whichever CPU's turn it is. Refused for one that is not there. */
  focus: [{ focus: Focus | null } & Showing, Shown];
  seek: [{ tick: Tick } & Showing, Shown];
  /** Answered at once; the running request then returns with kind `pause`. */
  pause: [Record<string, never>, Status];
  /** More of the moment at which the machine stands. */
  views: [{ show: Wants }, Partial<Views>];
  /** Source text and, per line, the first address it made (this build). */
  source: [{ file: string }, { text: string; original: string; lines: { line: number; addr: VirtAddr }[]; domain: string } | null];
  files: [Record<string, never>, string[]];
  /** How many kernel lines each flavour of UKL adds, changes or leaves out: counted when asked, in the sources of the open machine. */
  kernelLines: [Record<string, never>, KernelLinesReport];
  /** What the image of the open machine is made of, and how its sources differ from the stock kernel's. */
  buildParts: [Record<string, never>, BuildParts];
  /** Something comes in from outside, now; in the past it starts a branch. Refused when the port cannot take it. */
  input: [{ port: string; bytes: Uint8Array } & Showing, Shown];
  /** An edit of memory, now, at an address of the running CPU's; it is an input like any other. Refused where no memory is. */
  poke: [{ addr: VirtAddr; bytes: Uint8Array } & Showing, Shown];
  setBreakpoint: [{ spec: Breakpoint['spec'] }, Breakpoint | { error: string }];
  updateBreakpoint: [{ id: number; enabled: boolean }, Breakpoint[]];
  removeBreakpoint: [{ id: number }, Breakpoint[]];
  whoWrote: [{ addr: VirtAddr; length: number; space?: number }, WriteReport];
  memory: [{ addr: VirtAddr; length: number; space?: number }, { bytes: Uint8Array; mapped: boolean[] }];
  events: [{ from: Tick; to: Tick; kinds?: EventKind[]; limit: number }, EventReport[]];
  syscalls: [Record<string, never>, SyscallReport[]];
  /** What each system call of the run so far costs. Some of it is counted by running calls again. */
  callCosts: [Record<string, never>, RunCosts];
  /** The whole path of the nth call of that name, for the overlay of another configuration. */
  pathOf: [{ name: string; nth: number }, PathView];
  /** `space` is an address space; without it the one that is loaded. */
  describe: [{ addr: VirtAddr; space?: number }, CodePlace];
  /** What the instruction there does with the values of this moment: a line for each operand. */
  explain: [{ addr: VirtAddr; space?: number }, string[]];
  hash: [Record<string, never>, { hash: string }];
  moment: [Record<string, never>, Moment & { inputs: Input[] }];
  switchBranch: [{ branch: number } & Showing, Shown];
  /** The course of the open scenario, as it is in this build. */
  lesson: [Record<string, never>, LessonView];
  /** To where a step of it stands; what a prediction asks for is not shown. */
  lessonStep: [{ step: string } & Showing, LessonArrival];
  /** `choice` counts from 0; null gives up. */
  lessonAnswer: [{ step: string; choice: number | null } & Showing, LessonVerdict];
  /** To the moment that refutes an answer. */
  lessonRefute: [{ step: string; choice: number } & Showing, LessonShown];
  /** To the end of the run, where the checks are held against it. */
  lessonEnd: [Showing, LessonEnd];
  /** A scenario's text from a file of one's own: if nothing is wrong with it, it can be opened from then on; without `keep` it is only looked at. */
  author: [{ file: string; text: string; keep?: boolean }, Authored];
  /** Plays a lesson in a machine of its own, whatever else goes on: what in it the machine does not bear out, and where it is; nothing where that was given up. */
  prove: [OwnLesson, Partial<Proven>];
  /** A block for this moment, to be put into a lesson's text near a letter; `panels` are those that it brings into sight. */
  writeHere: [{ text: string; at: number; wish: Wish; panels: string[] } & Showing, HereWritten];
  /** What may stand at a letter of a lesson's text. */
  complete: [{ text: string; at: number }, Completions];
}

export type Notice =
  /** While it runs: where it is, and what it has printed since the last one, from that character of the whole output on. */
  | { kind: 'progress'; status: Status; output?: { from: number; text: string } }
  /** How far back a search has looked. */
  | { kind: 'searched'; tick: Tick }
  /** How far a build is, in files. */
  | { kind: 'building'; done: number; total: number }
  | { kind: 'diagnostics'; diagnostics: Diagnostic[] }
  /** A bug of ours: message, stack, tick and seed so that it replays. The worker is gone after this. */
  | { kind: 'crash'; message: string; tick: Tick };

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M][0];
export type Result<M extends Method> = Requests[M][1];

/** Both directions carry plain data only: a message can be logged, replayed and diffed. */
export type ToWorker = { [M in Method]: { id: number; method: M; params: Params<M> } }[Method];
export type FromWorker = { id: number; result: Result<Method> } | { id: number; failure: string } | { notice: Notice } | Life;

/** Said once by every worker: the name of a lock that it holds as long as it lives. */
export interface Life {
  life: string;
}

/** A new line in `Requests` does not compile until the worker implements it. */
export type Handlers = { [M in Method]: (params: Params<M>) => Result<M> | Promise<Result<M>> };
