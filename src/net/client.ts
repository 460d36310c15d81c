/**
 * What runs on the client host: somebody types into a connection, or, from an order that comes in before anything else, a load generator. An order is
 * an input like what is typed, so it is in the log and in a link, and what it brings about is run again on the way back.
 */
import { echoDialogue, kvDialogue } from './dialogues.ts';
import type { Host } from './host.ts';
import { Load, type Dialogue, type Done, type LoadState, type Request } from './load.ts';
import type { Connection } from './tcp.ts';
import { Terminal } from './terminal.ts';
import type { Program } from './wire.ts';

/** A load, as plain data. */
export interface LoadSpec {
  dialogue: 'echo' | 'kv';
  connections: number;
  requests: number;
  warmUp: number;
  /** A second; without it each connection asks again when it has its answer. */
  rate?: number;
  depth: number;
  seed: number;
  /** Bytes of an echo, or of a value; `etc`: sizes as published for Facebook's pool ETC. */
  size: number | 'etc';
  /** Of a thousand requests to a store. */
  gets: number;
  keys: number;
}

/** What each number may be: from, to. */
export const LOAD_LIMITS = {
  connections: [1, 1000], requests: [1, 10_000_000], warmUp: [0, 10_000_000], rate: [1, 100_000_000], depth: [1, 1000], seed: [0, 0xffff_ffff],
  size: [1, 60_000], gets: [0, 1000], keys: [1, 100_000],
} as const satisfies Readonly<Record<Exclude<keyof LoadSpec, 'dialogue'>, readonly [number, number]>>;

/** The first byte of an order: no line that somebody types begins with it. */
const ORDER = 0;
const LONGEST = 1000;
const NO_ORDER = 'the client understands no such order';

export const orderOf = (spec: LoadSpec): Uint8Array => new Uint8Array([ORDER, ...new TextEncoder().encode(JSON.stringify(spec))]);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** The load that was ordered; a text: why it cannot be. */
function specOf(bytes: Uint8Array): LoadSpec | string {
  const read = bytes.length <= LONGEST ? jsonIn(bytes.subarray(1)) : undefined;
  if (!isRecord(read)) return NO_ORDER;
  const { dialogue, rate, size } = read, wrong: string[] = [];
  if (dialogue !== 'echo' && dialogue !== 'kv') return NO_ORDER;
  const number = (name: keyof typeof LOAD_LIMITS): number => {
    const value = read[name], [least, most] = LOAD_LIMITS[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    wrong.push(`the load's ${name} must be a number from ${least} to ${most}`);
    return least;
  };
  const spec: LoadSpec = { dialogue, connections: number('connections'), requests: number('requests'), warmUp: number('warmUp'),
    ...(rate === undefined ? {} : { rate: number('rate') }), depth: number('depth'), seed: number('seed'),
    size: size === 'etc' && dialogue === 'kv' ? size : number('size'), gets: number('gets'), keys: number('keys') };
  return wrong[0] ?? spec;
}

const dialogueOf = ({ dialogue, size, gets, keys, seed }: LoadSpec): Dialogue =>
  (dialogue === 'echo' ? echoDialogue(size === 'etc' ? 1 : size) : kvDialogue({ keys, gets, size, seed }));

interface ClientState {
  terminal: Terminal['state'];
  spec: LoadSpec | null;
  load: LoadState | null;
}

export class Client implements Program<ClientState> {
  readonly terminal: Terminal;
  readonly #host: Host;
  readonly #ip: number;
  readonly #port: number;
  #state: ClientState;
  #load: Load | undefined;
  /** Of which order the load was made. */
  #made = '';
  /** Of a load: each counted request as it goes out, and when its answer is whole, numbered from 0. */
  onRequest: (request: Request) => void = () => undefined;
  onAnswer: (request: Done) => void = () => undefined;

  /** @param spec A load that needs no order. */
  constructor(host: Host, ip: number, port: number, spec?: LoadSpec) {
    this.#host = host;
    this.#ip = ip;
    this.#port = port;
    this.terminal = new Terminal(host, ip, port);
    this.#state = { terminal: this.terminal.state, spec: null, load: null };
    if (spec) this.#begin(spec);
  }

  #begin(spec: LoadSpec): void {
    const load = this.#loadOf(spec);
    Object.assign(this.#state, { spec, load: load.state });
  }

  get state(): ClientState {
    return this.#state;
  }
  /** Back to another moment. */
  set state(state: ClientState) {
    this.#state = state;
    this.terminal.state = state.terminal;
    if (state.spec && state.load) this.#loadOf(state.spec).state = state.load;
    else this.#load = undefined;
  }

  /** There is one once it was ordered. */
  get load(): Load | undefined {
    return this.#load;
  }

  #loadOf(spec: LoadSpec): Load {
    const key = JSON.stringify(spec);
    if (this.#load && key === this.#made) return this.#load;
    const dialogue = dialogueOf(spec), { preparing } = dialogue;
    const load = this.#load = new Load(this.#host, { ...spec, ip: this.#ip, port: this.#port }, dialogue);
    this.#made = key;
    load.onSend = (request) => {
      if (request.number >= preparing) this.onRequest({ ...request, number: request.number - preparing });
    };
    load.onDone = (request) => {
      if (request.number >= preparing) this.onAnswer({ ...request, number: request.number - preparing });
    };
    return load;
  }

  get #running(): Load | Terminal {
    return this.#load ?? this.terminal;
  }

  refuses(bytes: Uint8Array): string | undefined {
    if (this.#load) return 'Nobody sits at the client: it makes its requests by itself.';
    if (bytes[0] !== ORDER) return undefined;
    if (this.terminal.state.lines.length > 0 || this.terminal.state.connection !== 0) return 'Somebody has typed at the client already.';
    const spec = specOf(bytes);
    return typeof spec === 'string' ? spec : undefined;
  }

  typed(bytes: Uint8Array): void {
    if (bytes[0] !== ORDER) {
      this.terminal.typed(bytes);
      return;
    }
    const spec = specOf(bytes);
    if (typeof spec === 'string') return;
    this.#begin(spec);
  }

  nextTimer(): number {
    return this.#load?.nextTimer() ?? Infinity;
  }

  pass(): void {
    this.#load?.pass();
  }

  opened(connection: Connection): void {
    this.#running.opened(connection);
  }

  received(connection: Connection, bytes: Uint8Array): void {
    this.#running.received(connection, bytes);
  }

  ended(connection: Connection): void {
    if (this.#load) this.#load.ended();
    else this.terminal.ended(connection);
  }

  closed(connection: Connection, why: string): void {
    this.#running.closed(connection, why);
  }
}
