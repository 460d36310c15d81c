/** QEMU's monitor for people (HMP), as far as we need it: whether its CPUs sleep, and where. */
import { connect, type Socket } from 'node:net';

const PROMPT = '(qemu) ';

export class Monitor {
  readonly #socket: Socket;
  #text = '';
  #waiting: ((text: string | undefined) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => {
      this.#text += data;
      if (this.#text.endsWith(PROMPT)) this.#answer(this.#text);
    });
    socket.on('close', () => this.#answer(undefined));
    socket.on('error', () => this.#answer(undefined));
  }

  /** Connected and greeted; undefined where nobody listens yet. */
  static open(path: string): Promise<Monitor | undefined> {
    return new Promise((resolve) => {
      const socket = connect(path, () => {
        const monitor = new Monitor(socket);
        void monitor.#next().then(() => resolve(monitor));
      });
      socket.once('error', () => resolve(undefined));
    });
  }

  #next(): Promise<string | undefined> {
    this.#text = '';
    return new Promise((resolve) => void (this.#waiting = resolve));
  }

  #answer(text: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(text);
  }

  /** The registers of all CPUs if all are halted, else undefined; so too when QEMU has ended. */
  async halted(): Promise<string | undefined> {
    if (this.#socket.destroyed) return undefined;
    this.#socket.write('info registers -a\n');
    const text = await this.#next(), states = text?.match(/HLT=\d/g);
    return states?.every((state) => state === 'HLT=1') ? text : undefined;
  }

  close(): void {
    this.#socket.destroy();
  }
}
