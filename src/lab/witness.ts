/** All that happens while one request is under way, and what of its time each had: pieces that follow each other from its beginning to its end. */
import { STAGES, type Explained, type Piece } from '../link/experiment.ts';
import { parse } from '../net/packet.ts';
import type { RequestTrace, Row, Way } from './request-trace.ts';

/** When bytes of a connection were put on the cable. */
interface Put {
  direction: 'out' | 'in';
  port: number;
  at: number;
  seq: number;
  length: number;
}

const CLIENT = STAGES.findIndex(({ name }) => name === 'client'), WIRE_IN = CLIENT + 1, WIRE_OUT = STAGES.length - 1;

/** Each of the other tasks that ran, and all of them. */
const BEHIND = 'run queue, behind ', OTHERS = 'run queue, behind other tasks';

export class Witness {
  readonly #rows: Row[] = [];
  readonly #puts: Put[] = [];
  #others = new Map<number, string>();
  #trace: RequestTrace | undefined;
  #way: Way | undefined;

  /** Its bytes go out. */
  begin(trace: RequestTrace): void {
    this.#trace = trace;
    // Several may be under way at once.
    const before = trace.onRow;
    for (let cpu = 0; cpu < trace.cpus; cpu++) this.#rows.push(trace.row(cpu, 'sent', 0, 0));
    trace.onRow = (row) => {
      before?.(row);
      if (!this.#way) this.#rows.push(row);
    };
  }

  frame(direction: 'out' | 'in', frame: Uint8Array, at: number): void {
    const tcp = this.#trace && !this.#way ? parse(frame).ip?.tcp : undefined;
    if (tcp?.payload.length) this.#puts.push({ direction, port: direction === 'in' ? tcp.srcPort : tcp.dstPort, at, seq: tcp.seq, length: tcp.payload.length });
  }

  end(way: Way, trace: RequestTrace): void {
    for (let cpu = 0; cpu < trace.cpus; cpu++) this.#rows.push(trace.row(cpu, 'done', 0, 0));
    this.#way = way;
    this.#others = new Map(trace.names);
  }

  get way(): Way {
    if (!this.#way) throw new Error('the request was not answered');
    return this.#way;
  }

  pieces(): Piece[] {
    const { way } = this, pieces: Piece[] = [], { request: { meant } } = way;
    let from = meant;
    way.ends.forEach((to, n) => {
      if (to > from) pieces.push(...this.#stage(n, from, to));
      from = to;
    });
    return pieces.map((piece) => ({ ...piece, from: piece.from - meant, to: piece.to - meant }));
  }

  #stage(n: number, from: number, to: number): Piece[] {
    const stage = STAGES[n].name, { way } = this;
    if (n === CLIENT) return [{ stage, who: 'no connection is free', from, to }];
    if (n === WIRE_IN || n === WIRE_OUT) return this.#onWire(stage, n === WIRE_IN ? 'in' : 'out', from, to);
    return this.#onCpu(stage, (way.stamps[n] ?? way.stamps[n - 1])?.cpu ?? 0, from, to);
  }

  /**
   * Before each frame with bytes of it that is put on the cable there is a wait, and what the frame carries says for what: bytes that were there
   * before were lost, or their acknowledgement was. The cable may have had a frame some nanoseconds before the CPU's clock comes to it.
   */
  #onWire(stage: string, direction: 'in' | 'out', from: number, to: number): Piece[] {
    const { port, bytes: { [direction]: { seq, length } } } = this.way, pieces: Piece[] = [];
    let at = from, put = 0;
    const add = (who: string, until: number): void => {
      const last = pieces.at(-1);
      if (until <= at) return;
      if (last?.who === who) last.to = until;
      else pieces.push({ stage, who, from: at, to: until });
      at = until;
    };
    for (const one of this.#puts) {
      const start = (one.seq - seq) | 0, end = start + one.length;
      if (one.direction !== direction || one.port !== port || end <= 0 || start >= length || one.at > to) continue;
      add(Math.min(end, length) > put ? 'held back by the sender\'s TCP' : 'lost, until it was sent again', one.at);
      put = Math.max(put, Math.min(end, length));
    }
    add('on the cable', to);
    return pieces;
  }

  #onCpu(stage: string, cpu: number, from: number, to: number): Piece[] {
    const rows = this.#rows.filter((row) => row.cpu === cpu), pieces: Piece[] = [];
    const add = (piece: Piece): void => {
      const last = pieces.at(-1);
      if (piece.to <= piece.from) return;
      if (last?.who === piece.who) last.to = piece.to;
      else pieces.push(piece);
    };
    let at = from, lock = 0;
    rows.forEach((row, n) => {
      if (row.pid === this.way.pid && row.what === 'contention_begin') lock++;
      else if (row.pid === this.way.pid && row.what === 'contention_end') lock--;
      const next = rows[n + 1], until = Math.min(to, next?.ns ?? to);
      if (until <= at) return;
      const slept = Math.max(0, Math.min(until - at, Math.floor((next?.slept ?? row.slept) - row.slept)));
      // It goes to sleep when it has done what it has to, and wakes up for the next thing.
      if (slept > 0) {
        add({ stage, who: this.#who(row, lock > 0), from: at, to: until - slept, tick: row.tick });
        add({ stage, who: 'the CPU sleeps', from: until - slept, to: until, tick: row.tick });
      } else add({ stage, who: this.#who(row, lock > 0), from: at, to: until, tick: row.tick });
      at = until;
    });
    add({ stage, who: 'not seen', from: at, to });
    return pieces;
  }

  #who({ within, pid }: Row, waitsForLock: boolean): string {
    const { pid: own } = this.way, task = pid === own ? 'its own task' : pid === 0 ? 'the idle task' : `${BEHIND}${this.#others.get(pid) ?? 'task'} ${pid}`;
    const running = within.at(-1) ?? task;
    return waitsForLock ? `waits for a lock; ${running}` : running;
  }
}

/** One request beside the one in the middle. */
export function explained(asked: string, one: Witness, middle: Witness): Explained {
  const pieces = one.pieces(), latency = ({ way: { request } }: Witness): number => request.done - request.meant;
  const sums = new Map<string, { stage: string; who: string; ns: number; median: number }>();
  const sumOf = ({ stage, who }: Piece): { ns: number; median: number } => {
    const cause = who.startsWith(BEHIND) ? OTHERS : who, key = `${stage}:${cause}`, found = sums.get(key) ?? { stage, who: cause, ns: 0, median: 0 };
    sums.set(key, found);
    return found;
  };
  for (const piece of pieces) sumOf(piece).ns += piece.to - piece.from;
  for (const piece of middle.pieces()) sumOf(piece).median += piece.to - piece.from;
  return {
    asked, number: one.way.request.number, latency: latency(one), tick: one.way.arrived?.tick ?? 0, pieces,
    median: { number: middle.way.request.number, latency: latency(middle) },
    causes: [...sums.values()].sort((a, b) => Math.abs(b.ns - b.median) - Math.abs(a.ns - a.median)),
  };
}
