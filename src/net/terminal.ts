/** Somebody sits at the client host and types into a connection, as with nc(1): the first bytes open it, nothing at all closes it. */
import type { Host } from './host.ts';
import type { Connection } from './tcp.ts';
import type { Program } from './wire.ts';

interface TerminalState {
  /** The connection's number, or 0. */
  connection: number;
  /** All that was typed before the connection stood, the end too: it is closed when that has gone. */
  leaves: boolean;
  /** What went and what came, in its order; notices about the connection are of nobody. */
  lines: { from: 'client' | 'guest' | ''; bytes: Uint8Array }[];
}

/** Lines that are kept. */
const KEPT = 500;

export class Terminal implements Program<TerminalState> {
  state: TerminalState = { connection: 0, leaves: false, lines: [] };
  readonly #host: Host;
  readonly #ip: number;
  readonly port: number;
  /** Bytes have come from the guest. */
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  /** No more will come from the guest: it has sent its last byte, or why there is no connection. */
  onEnd: (why?: string) => void = () => undefined;

  constructor(host: Host, ip: number, port: number) {
    this.#host = host;
    this.#ip = ip;
    this.port = port;
  }

  #note(from: TerminalState['lines'][number]['from'], bytes: Uint8Array): void {
    const { lines } = this.state;
    lines.push({ from, bytes: bytes.slice() });
    if (lines.length > KEPT) lines.shift();
  }

  #say(text: string): void {
    this.#note('', new TextEncoder().encode(text));
  }

  typed(bytes: Uint8Array): void {
    let connection = this.#host.connection(this.state.connection);
    if (bytes.length === 0) {
      if (connection?.phase === 'SYN_SENT') this.state.leaves = true;
      else if (connection) this.#host.close(connection);
      return;
    }
    if (!connection || connection.closing) {
      connection = this.#host.connect(this.#ip, this.port);
      this.state.connection = connection.id;
    }
    this.#note('client', bytes);
    this.#host.write(connection, bytes.slice());
  }

  opened(connection: Connection): void {
    if (connection.id !== this.state.connection) return;
    this.#say('connected');
    if (this.state.leaves) this.#host.close(connection);
    this.state.leaves = false;
  }

  received({ id }: Connection, bytes: Uint8Array): void {
    if (id !== this.state.connection) return;
    this.#note('guest', bytes);
    this.onBytes(bytes);
  }

  ended(connection: Connection): void {
    this.#host.close(connection);
    if (connection.id !== this.state.connection) return;
    this.#say('closed by the guest');
    this.onEnd();
  }

  closed({ id }: Connection, why: string): void {
    if (id !== this.state.connection) return;
    if (why !== 'done') this.#say(why);
    Object.assign(this.state, { connection: 0, leaves: false });
    if (why !== 'done') this.onEnd(why);
  }
}
