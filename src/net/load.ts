/**
 * A load generator on the client host: so many connections, requests one after the other (closed loop) or at arrival times that do not wait
 * for answers (open loop, Poisson by a seed). Latency counts from the moment a request was meant to go out, so a client that had to wait for
 * a connection hides nothing (no coordinated omission). What a request is and what answers it is a `Dialogue`.
 */
import type { Host } from './host.ts';
import { below, exponential, seeded, type Random } from './random.ts';
import { fillFrom, noBytes, pieceAt, took, type Bytes } from './stream.ts';
import type { Connection } from './tcp.ts';
import type { Program } from './wire.ts';

export interface LoadOptions {
  readonly ip: number;
  readonly port: number;
  readonly connections: number;
  /** Counted requests, after those that only warm up. */
  readonly requests: number;
  readonly warmUp: number;
  /** A second, over all connections; without it each connection asks again when it has its answer. */
  readonly rate?: number | undefined;
  /** Requests that one connection may have on the way. */
  readonly depth: number;
  readonly seed: number;
}

export interface Request {
  /** From 0 on, in the order in which they were meant to go out. */
  number: number;
  connection: number;
  /** When it was meant to go out, and when it did. */
  meant: number;
  sent: number;
  /** What the dialogue keeps of it. */
  about: number;
}

/** What is asked, and how long an answer is. */
export interface Dialogue {
  /** Requests that prepare the server: they come first, and are not counted. */
  readonly preparing: number;
  /** @returns the bytes, and a number by which `answered` knows it again. */
  request(number: number, random: Random): { bytes: Uint8Array; about: number };
  /** How many bytes of what has come are the answer to it; 0: it is not whole yet; a text: it is wrong. */
  answered(about: number, number: number, inbox: Bytes): number | string;
}

export interface Done extends Request {
  done: number;
  /** Bytes of the answer. */
  length: number;
  isCounted: boolean;
}

export interface LoadState {
  phase: 'connecting' | 'running' | 'done' | 'failed';
  why: string;
  random: Random;
  lines: { connection: number; isOpen: boolean; tries: number; retryAt: number; waiting: { number: number; meant: number }[]; sent: Request[]; inbox: Bytes }[];
  /** Connections that are being opened, and that stand. */
  opening: number;
  open: number;
  issued: number;
  answered: number;
  nextArrival: number;
}

const MS = 1_000_000;
/** When the first connection is tried: the guest has booted by then. And again, where nobody listens yet. */
const START = 20 * MS, RETRY = 2 * MS, TRIES = 200;
/** Handshakes at a time: a server's queue of half-open connections is short. */
const OPENING = 16;

export class Load implements Program<LoadState> {
  state: LoadState;
  readonly #host: Host;
  readonly #options: LoadOptions;
  readonly #dialogue: Dialogue;
  /** A request's bytes go out on a connection. */
  onSend: (request: Request, connection: Connection, length: number) => void = () => undefined;
  /** An answer is whole. */
  onDone: (request: Done) => void = () => undefined;
  /** The last answer is whole, or it cannot go on. */
  onEnd: () => void = () => undefined;
  /** All connections stand: the first request goes out. */
  onStart: () => void = () => undefined;

  constructor(host: Host, options: LoadOptions, dialogue: Dialogue) {
    this.#host = host;
    this.#options = options;
    this.#dialogue = dialogue;
    this.state = {
      phase: 'connecting', why: '', random: seeded(options.seed), opening: 0, open: 0, issued: 0, answered: 0, nextArrival: -1,
      lines: Array.from({ length: options.connections },
        () => ({ connection: 0, isOpen: false, tries: 0, retryAt: START, waiting: [], sent: [], inbox: noBytes() })),
    };
  }

  /** Requests in all, counted or not. */
  get total(): number {
    return this.#dialogue.preparing + this.#options.warmUp + this.#options.requests;
  }

  nextTimer(): number {
    const { phase, lines, nextArrival } = this.state;
    if (phase === 'connecting') {
      if (this.state.opening >= OPENING) return Infinity;
      let first = Infinity;
      for (const { connection, retryAt } of lines) if (connection === 0) first = Math.min(first, retryAt);
      return first;
    }
    return phase === 'running' && nextArrival >= 0 ? nextArrival : Infinity;
  }

  pass(): void {
    if (this.state.phase === 'connecting') this.#connect();
    else this.#arrive();
  }

  // ------------------------------------------------------------------------------------------- connections

  #connect(): void {
    const { state } = this;
    for (const line of state.lines) {
      if (line.connection !== 0 || line.retryAt > this.#host.now || state.opening >= OPENING) continue;
      line.connection = this.#host.connect(this.#options.ip, this.#options.port).id;
      state.opening++;
    }
  }

  opened({ id }: Connection): void {
    const { state } = this, line = state.lines.find(({ connection }) => connection === id);
    if (!line) return;
    line.isOpen = true;
    state.opening--;
    if (++state.open < state.lines.length) return;
    state.phase = 'running';
    this.onStart();
    this.#begin();
  }

  closed({ id }: Connection, why: string): void {
    const { state } = this, line = state.lines.find((one) => one.connection === id);
    if (!line || state.phase === 'done' || state.phase === 'failed') return;
    if (line.isOpen) {
      this.#fail(`a connection was closed (${why}) after ${state.answered} answers`);
      return;
    }
    state.opening--;
    if (++line.tries >= TRIES) this.#fail(`no connection: ${why}`);
    else Object.assign(line, { connection: 0, retryAt: this.#host.now + RETRY });
  }

  ended(): void {
    if (this.state.phase === 'running') this.#fail(`the guest closed a connection after ${this.state.answered} answers`);
  }

  #fail(why: string): void {
    Object.assign(this.state, { phase: 'failed', why });
    this.onEnd();
  }

  // ------------------------------------------------------------------------------------------- requests

  #begin(): void {
    // What prepares the server comes one after the other, whatever is measured afterwards, and all of it is answered before anything is measured.
    if (this.#options.rate === undefined || this.state.answered < this.#dialogue.preparing) {
      for (let n = 0; n < this.#options.depth; n++) this.state.lines.forEach((_line, at) => this.#issue(at, this.#host.now));
    } else this.state.nextArrival = this.#host.now + this.#gap();
  }

  #gap(): number {
    return exponential(this.state.random, Math.floor(1e9 / (this.#options.rate ?? 1)));
  }

  #arrive(): void {
    const { state } = this, meant = state.nextArrival;
    state.nextArrival = -1;
    this.#issue(below(state.random, state.lines.length), meant);
    if (state.issued < this.total) state.nextArrival = meant + this.#gap();
  }

  #issue(at: number, meant: number): void {
    const { state } = this, { preparing } = this.#dialogue;
    if (state.issued >= (state.answered < preparing ? preparing : this.total)) return;
    state.lines[at].waiting.push({ number: state.issued++, meant });
    this.#send(at);
  }

  /** As many as the connection may have on the way. */
  #send(at: number): void {
    const { state } = this, line = state.lines[at], connection = this.#host.connection(line.connection);
    while (connection && line.waiting.length && line.sent.length < this.#options.depth) {
      const [{ number, meant }] = line.waiting.splice(0, 1);
      const { bytes, about } = this.#dialogue.request(number, state.random);
      const request = { number, connection: at, meant, sent: this.#host.now, about };
      line.sent.push(request);
      this.onSend(request, connection, bytes.length);
      this.#host.write(connection, bytes);
    }
  }

  received({ id }: Connection, bytes: Uint8Array): void {
    const { state } = this, at = state.lines.findIndex((one) => one.connection === id), line = state.lines[at];
    if (!line || state.phase !== 'running') return;
    fillFrom(line.inbox, bytes);
    while (line.sent.length) {
      const [request] = line.sent, length = this.#dialogue.answered(request.about, request.number, line.inbox);
      if (typeof length === 'string') {
        this.#fail(`request ${request.number}: ${length}`);
        return;
      }
      if (length === 0) break;
      took(line.inbox, length);
      line.sent.shift();
      this.#finished(request, at, length);
      if ((state.phase as string) !== 'running') return;
    }
    if (line.inbox.length && !line.sent.length) this.#fail(`${line.inbox.length} bytes came that nobody asked for: ${shown(line.inbox)}`);
  }

  #finished(request: Request, at: number, length: number): void {
    const { state } = this, { preparing } = this.#dialogue, { warmUp } = this.#options, done = this.#host.now;
    state.answered++;
    this.onDone({ ...request, done, length, isCounted: request.number >= preparing + warmUp });
    if (state.answered === this.total) {
      state.phase = 'done';
      for (const { connection } of state.lines) {
        const open = this.#host.connection(connection);
        if (open) this.#host.close(open);
      }
      this.onEnd();
    } else if (state.answered === preparing) this.#begin();
    else if (this.#options.rate === undefined || state.answered < preparing) this.#issue(at, done);
    else this.#send(at);
  }
}

const shown = (inbox: Bytes): string => JSON.stringify(new TextDecoder().decode(pieceAt(inbox, 0, 40)));
