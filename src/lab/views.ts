/**
 * What the panels show. Reading leaves the machine where it is: what has to be looked for elsewhere in time is looked for there,
 * and the machine comes back to this very tick, with the step before it in view.
 */
import type { Tick, VirtAddr } from '../base/units.ts';
import type { Looks, ViewName, Views, Wants } from '../link/protocol.ts';
import type { EventKind, EventReport, Listing, CodePlace, PathView, SyscallReport, WriteReport } from '../link/reports.ts';
import type { Machine } from '../machine/machine.ts';
import { writtenAhead } from './ahead.ts';
import type { Arrival } from './arrival.ts';
import { codeView } from './code-view.ts';
import { cpuView } from './cpu-view.ts';
import { explain } from './explain.ts';
import type { Focused } from './focus.ts';
import type { History } from './history.ts';
import type { Network } from './network.ts';
import { imageBytes } from './image.ts';
import { later } from './later.ts';
import { instructionAt, listingOf } from './listing.ts';
import { peekIn } from './memory.ts';
import type { Scene } from './operands.ts';
import { pathNodes } from './path.ts';
import { isTasks } from './stack-kinds.ts';
import { stacksView } from './stacks.ts';
import { isShared, type Space } from './spaces.ts';
import { sideOf, spotOf } from './stepping.ts';
import type { Symbols } from './symbols.ts';
import { follow, timelineView } from './timeline.ts';
import { stateOf } from './tasks.ts';
import { placeOf, taskNotes, threadsView } from './threads.ts';
import type { Tracer } from './tracer.ts';
import { graveStep } from './trouble.ts';
import { unwind } from './unwind.ts';
import { lastWrite, valueAt } from './who-wrote.ts';

const MAX_FUTURE_LINES = 200, MAX_CALLS = 10_000;
/** Bytes. */
const MAX_INSTRUCTION = 15;

export interface ViewParts {
  machine: Machine;
  symbols: Symbols;
  tracer: Tracer;
  history: History;
  arrival: Arrival;
  focused: Focused;
  network: Network | undefined;
  sources: ReadonlyMap<string, string>;
  /** Sources as they came. */
  originals: ReadonlyMap<string, string>;
}

export interface SourceText {
  text: string;
  original: string;
  lines: { line: number; addr: VirtAddr }[];
  domain: string;
}

export class Viewer {
  readonly #parts: ViewParts;
  #paths = new Map<string, PathView>();
  readonly #words = new Map<string, bigint | undefined>();

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  #firstCall: Tick | undefined;

  /** A word as it was at a tick that has been. Whoever asks once asks at every step. */
  #wordAt(tick: Tick, at: VirtAddr): bigint | undefined {
    const { history, machine } = this.#parts, key = `${history.current} ${tick} ${at}`;
    if (!this.#words.has(key)) {
      history.excursion(() => {
        history.seek(tick);
        this.#words.set(key, machine.peekNumber(at, 8));
      });
    }
    return this.#words.get(key);
  }

  /** Another course of events: paths that were run once are no longer those. */
  forget(): void {
    this.#paths.clear();
    this.#words.clear();
    this.#firstCall = undefined;
    this.#parts.focused.forget();
  }

  /** What names and values are looked up in, at the present tick. */
  #scene(): Scene {
    const { machine, symbols, registers } = this.#parts.focused.seen();
    return { machine, symbols, registers, unwound: unwind({ machine, symbols, tracer: this.#parts.tracer, registers }) };
  }

  /** Of each view, how it is read. */
  readonly #looks: { [V in ViewName]: (ask: Looks[V][0]) => Looks[V][1] } = {
    code: () => {
      const { tracer, machine, focused } = this.#parts, { made, cpu } = focused.seen();
      return codeView(this.#scene(), made, graveStep(tracer, machine.tick, cpu, made.before !== undefined && made.ranAt === undefined)?.text);
    },
    cpu: () => {
      const seen = this.#parts.focused.seen();
      return cpuView(seen, this.#parts.machine.board.lapics[seen.cpu].state);
    },
    stacks: () => {
      const { tracer, history, arrival, symbols, focused } = this.#parts, seen = focused.seen();
      return stacksView({ ...seen, tracer, before: seen.made.before, changed: arrival.changed,
        ahead: seen.cpu === history.machine.running && seen.away === undefined ? writtenAhead(history, symbols, tracer) : new Map(),
        lost: (tick, at) => this.#wordAt(tick, at) });
    },
    path: () => this.#path(),
    tables: () => later('tables').tablesView(this.#parts.focused.seen(), this.#parts.tracer),
    space: ({ at }) => later('space').addressSpaceView(this.#parts.machine, this.#parts.focused.seen(), this.#parts.tracer, at),
    objects: ({ object }) => later('objects').objectsView(this.#parts.focused.seen(), this.#parts.tracer, object),
    network: ({ packet }) => {
      const { machine, history, tracer: { record }, network, symbols: { kernel } } = this.#parts;
      return network ? later('network').networkView({ machine, history, record, network, kernel }, packet) : null;
    },
    locks: ({ lock }) => {
      const { machine, symbols, tracer } = this.#parts;
      return later('locks').locksView({ machine, symbols, tracer }, lock, (tick, at) => this.#wordAt(tick, at));
    },
    console: () => ({ text: this.consoleText(), boot: this.#bootLength(), future: this.consoleFuture() }),
    listings: ({ have }) => this.#newListings(have),
    timeline: ({ from, to, columns, follow: follows }) => {
      const { machine, history } = this.#parts;
      const shown = follows ? follow({ from, to }, machine.tick, history.live) : { from, to };
      return this.timeline(shown.from, shown.to, columns);
    },
    trace: (ask) => later('trace').traceView(this.#parts.tracer.record, () => this.#path(), this.#parts.machine.tick, ask),
    taskStacks: ({ id }) => {
      const { machine, symbols, tracer, arrival, focused } = this.#parts, note = taskNotes({ tracer }, machine.tick).get(id);
      if (!note || stateOf(note).state === 'gone') return null;
      const seen = focused.seen();
      if (note.isRunning && seen.away === undefined && seen.cpu === note.cpu) return this.#looks.stacks(true);
      const place = placeOf({ machine, symbols, tracer }, note);
      if (!place) return null;
      const { stacks, ...view } = stacksView({ ...place, task: note, cpu: note.cpu, before: undefined, changed: arrival.changed,
        ahead: new Map(), lost: (tick, at) => this.#wordAt(tick, at) });
      // The others are the CPU's, whoever runs on it.
      return { ...view, task: { pid: note.pid, comm: note.comm }, stacks: stacks.filter(({ kind }) => isTasks(kind)) };
    },
    threads: ({ from, to, columns, follow: follows }) => {
      const { machine, symbols, tracer, history } = this.#parts;
      const shown = follows ? follow({ from, to }, machine.tick, history.live) : { from, to };
      return threadsView({ machine, symbols, tracer }, history.live, shown, columns);
    },
    overview: ({ columns, have }) => {
      const live = Math.max(1, this.#parts.history.live);
      return have === live ? null : this.timeline(0, live, columns);
    },
  };

  views(wants: Wants): Partial<Views> {
    const look = <V extends ViewName>(name: V, ask: Looks[V][0]): [V, Looks[V][1]] => [name, this.#looks[name](ask)];
    return Object.fromEntries((Object.keys(this.#looks) as ViewName[]).flatMap((name) => {
      const ask = wants[name];
      return ask === undefined ? [] : [look(name, ask)];
    })) as Partial<Views>;
  }

  #newListings(have: Looks['listings'][0]['have']): Listing[] {
    const { registers: { rip }, symbols, made: { ranAt } } = this.#parts.focused.seen();
    const nameOf = (image: string, low: VirtAddr): string => `${image} ${low}`;
    const known = new Set(have.map(({ image, low }) => nameOf(image, low))), found: Listing[] = [];
    for (const addr of [rip, ranAt]) {
      if (addr === undefined) continue;
      const { image, offset, space } = symbols.place(addr), name = nameOf(image, addr - BigInt(offset));
      if (known.has(name)) continue;
      const listing = this.listing(addr, space);
      if (!listing) continue;
      known.add(nameOf(listing.image, listing.low));
      found.push(listing);
    }
    return found;
  }

  // ------------------------------------------------------------------------------------------- paths

  #path(): PathView {
    const { machine, symbols, tracer } = this.#parts;
    const call = tracer.record.callAt(machine.tick, tracer.task(machine.tick).pid, sideOf(symbols, spotOf(machine).rip) === 'kernel');
    return call ? this.#pathOf(call) : { call: null, nodes: [] };
  }

  /** Runs the call again with a look at every instruction, then comes back. */
  #pathOf(call: SyscallReport): PathView {
    const { machine, history, symbols, tracer } = this.#parts;
    const now = machine.tick;
    const end = Math.min(call.endTick ?? history.live, history.live);
    const key = `${history.current} ${call.tick} ${call.task.pid} ${end}`;
    let known = this.#paths.get(key);
    if (!known) {
      history.mark();
      known = tracer.observe({}, () => {
        const nodes = pathNodes(history, symbols, tracer, call, end);
        history.seek(now);
        return { call, nodes };
      });
      this.#paths.set(key, known);
    }
    const nodes = known.nodes.map((node) => ({ ...node, reached: node.firstTick <= now, current: false }));
    const current = nodes.findLast(({ firstTick, lastTick }) => firstTick <= now && now <= lastTick);
    if (current) current.current = true;
    return { call: { ...call }, nodes };
  }

  pathOf(name: string, nth: number): PathView {
    const call = this.#parts.tracer.record.call(name, nth);
    return call ? this.#pathOf(call) : { call: null, nodes: [] };
  }

  // ------------------------------------------------------------------------------------------- the run as a whole

  timeline(from: Tick, to: Tick, columns: number): ReturnType<typeof timelineView> {
    return timelineView(this.#parts.tracer.record, this.#parts.history.live, from, to, columns, this.#parts.symbols.facts.modes,
      this.#parts.focused.seen().cpu);
  }

  eventsBetween(from: Tick, to: Tick, kinds: readonly EventKind[] | undefined, limit: number): EventReport[] {
    const found: EventReport[] = [];
    for (const event of this.#parts.tracer.record.eventsFrom(from, kinds)) {
      if (event.tick >= to || found.length >= limit) break;
      if (!kinds || kinds.includes(event.kind)) found.push(event);
    }
    return found;
  }

  /** The newest system calls, oldest first. */
  syscalls(limit = MAX_CALLS): SyscallReport[] {
    const { record } = this.#parts.tracer;
    const found: SyscallReport[] = [];
    for (let page = record.pages.length - 1; page >= 0 && found.length < limit; page--) found.unshift(...record.load(page).syscalls);
    const { beginning } = record;
    const starts = ({ tick, task: { pid } }: SyscallReport): boolean => !beginning || tick < beginning.exec || beginning.starters.has(pid);
    return found.slice(-limit).map((call) => (starts(call) ? { ...call, starts: true } : call));
  }

  /** What a halted CPU lets out while it waits belongs to the tick it waits at. */
  get #outputTick(): Tick {
    const { machine } = this.#parts;
    return machine.registers().halted ? machine.tick + 1 : machine.tick;
  }

  /** Output up to a tick; at the live end that is all there is, the byte that has just left included. */
  consoleText(until: Tick = this.#outputTick): string {
    return this.#parts.tracer.record.text(until);
  }

  /** Of the output so far, what came before the first system call. Without one, all that comes is the kernel's own. */
  #bootLength(): number {
    const { record } = this.#parts.tracer, until = this.#outputTick;
    this.#firstCall ??= record.eventsFrom(0, ['syscall-entry']).next().value?.tick;
    if (this.#firstCall === undefined || this.#firstCall > until) return 0;
    // A line that the port was still sending is the kernel's to its end.
    const text = this.consoleText(), sent = record.text(this.#firstCall).length, end = text.indexOf('\n', sent);
    return sent === 0 || text[sent - 1] === '\n' ? sent : end < 0 ? text.length : end + 1;
  }

  /** What is known to be printed later, line by line. */
  consoleFuture(): { tick: Tick; text: string }[] {
    const lines: { tick: Tick; text: string }[] = [];
    let line: { tick: Tick; text: string } | undefined;
    for (const { kind, tick, fields } of this.#parts.tracer.record.eventsFrom(this.#outputTick, ['console-output'])) {
      if (kind !== 'console-output') continue;
      if (!line) {
        if (lines.length === MAX_FUTURE_LINES) break;
        lines.push(line = { tick, text: '' });
      }
      line.text += String.fromCharCode(Number(fields['byte']));
      if (fields['byte'] === 10) line = undefined;
    }
    return lines;
  }

  // ------------------------------------------------------------------------------------------- code and memory

  /** The address space that is asked about: the one that is loaded where none is named. */
  #space(id: number | undefined): Space | undefined {
    return id === undefined || id === 0 ? this.#parts.symbols.space : this.#parts.tracer.record.spaces.get(id);
  }

  /** Names for an address of a space; before anything is mapped there, those of the first image that was linked there. */
  #symbols(space: Space | undefined, at: VirtAddr): Symbols {
    const symbols = this.#parts.symbols.in(space);
    const linked = isShared(at) || peekIn(this.#parts.machine, space, at, 1) ? undefined : symbols.images.find((image) => image.functionAt(at));
    return linked ? symbols.of(linked) : symbols;
  }

  /** Bytes there, from the image where nothing is mapped yet. */
  #bytes(symbols: Symbols, at: VirtAddr, length: number): Uint8Array | null {
    const mapped = peekIn(this.#parts.machine, symbols.space, at, length);
    if (mapped) return mapped;
    const image = symbols.imageAt(at), bytes = image && imageBytes(image, at, length);
    return bytes?.length === length ? bytes : null;
  }

  /** What the instruction at an address does with the values of this moment, a line for each operand. */
  explain(addr: VirtAddr, id?: number): string[] {
    const symbols = this.#symbols(this.#space(id), addr);
    let bytes: Uint8Array | null = null;
    for (let length = MAX_INSTRUCTION; length > 0 && !bytes; length--) bytes = this.#bytes(symbols, addr, length);
    return bytes ? explain(addr, bytes, this.#scene()) : [];
  }

  listing(addr: VirtAddr, space?: number): Listing | null {
    const symbols = this.#symbols(this.#space(space), addr);
    return listingOf(symbols, addr, (at, length) => this.#bytes(symbols, at, length), (file) => this.#parts.sources.get(file)?.split('\n'));
  }

  describe(addr: VirtAddr, space?: number): CodePlace {
    return this.#symbols(this.#space(space), addr).place(addr);
  }

  source(file: string): SourceText | null {
    const { sources, originals, symbols } = this.#parts;
    const text = sources.get(file);
    if (text === undefined) return null;
    return { text, original: originals.get(file) ?? text, lines:
      [...symbols.linesOf(file)].map(([line, addr]) => ({ line, addr })).sort((a, b) => a.line - b.line),
      domain: file.startsWith('linux/') ? 'kernel' : file.startsWith('lib/') ? 'libc' : 'app' };
  }

  memory(addr: VirtAddr, length: number, space?: number): { bytes: Uint8Array; mapped: boolean[] } {
    const bytes = new Uint8Array(length), mapped: boolean[] = [], asked = this.#space(space);
    for (let n = 0; n < length; n++) {
      const byte = peekIn(this.#parts.machine, asked, addr + BigInt(n), 1);
      mapped.push(byte !== null);
      bytes[n] = byte?.[0] ?? 0;
    }
    return { bytes, mapped };
  }

  /** Who wrote these bytes last, before now; yields now and then how far back it has looked, and leaves the machine there. */
  *whoWrote(addr: VirtAddr, length: number, id?: number): Generator<Tick, WriteReport, undefined> {
    const { machine, history, symbols, tracer, arrival } = this.#parts;
    const now = machine.tick, space = this.#space(id);
    const after = valueAt(machine, space, addr, length);
    const written = yield* lastWrite(history, symbols, space, addr, length, now);
    if (!written) {
      arrival.goTo(now);
      return { found: false, tick: 0, writer: 'nobody since power-on: it is part of the image, or has never been written' };
    }
    const { tick, rip, before } = written;
    // What the writer's address means is asked where it ran.
    history.seek(tick);
    const place = symbols.place(rip), insn = instructionAt(symbols, rip, (at, size) => this.#bytes(symbols, at, size));
    arrival.goTo(now);
    const frame = tracer.record.framesBefore(tick + 1).find((one) => one.tick === tick && addr + BigInt(length) > one.at && addr < one.at + BigInt(one.bytes));
    return { found: true, tick, place, writer: frame ? `frame of ${frame.name}`
      : `${insn ? `${insn.mnemonic} ${insn.operands}` : 'an instruction'} in ${place.symbol || rip.toString(16)}`, before, after };
  }
}
