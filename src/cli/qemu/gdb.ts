/** The client's side of GDB's remote protocol, as far as we need it. GDB manual, "Remote Serial Protocol". */
import { connect, type Socket } from 'node:net';

/** Order of QEMU's registers for x86-64: sixteen general ones, RIP, then 32-bit RFLAGS and selectors, then bases and control registers. */
const WIDE = ['RAX', 'RBX', 'RCX', 'RDX', 'RSI', 'RDI', 'RBP', 'RSP', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15', 'RIP'];
const NARROW = ['RFLAGS', 'CS', 'SS', 'DS', 'ES', 'FS', 'GS'];
const LAST = ['FS base', 'GS base', 'kernel GS base', 'CR0', 'CR2', 'CR3', 'CR4', 'CR8', 'EFER'];

const bytesOf = (digits: string): Uint8Array => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export class Gdb {
  readonly #socket: Socket;
  #text = '';
  #waiting: ((packet: string | undefined) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => {
      this.#text += data;
      this.#look();
    });
    // QEMU ends when the guest powers off; who waits hears `undefined`.
    socket.on('close', () => this.#answer(undefined));
    socket.on('error', () => this.#answer(undefined));
  }

  static open(path: string): Promise<Gdb> {
    return new Promise((resolve, reject) => {
      const socket = connect(path, () => resolve(new Gdb(socket)));
      socket.once('error', reject);
    });
  }

  #answer(packet: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(packet);
  }

  #look(): void {
    const packet = /\$([^#]*)#[0-9a-f]{2}/.exec(this.#text);
    if (!packet) return;
    this.#text = this.#text.slice(packet.index + packet[0].length);
    this.#socket.write('+');
    this.#answer(packet[1]);
  }

  /** @returns the answer; undefined when QEMU has ended. */
  ask(command: string): Promise<string | undefined> {
    const sum = Buffer.from(command).reduce((total, byte) => (total + byte) & 0xff, 0);
    return new Promise((resolve) => {
      if (this.#socket.destroyed) {
        resolve(undefined);
        return;
      }
      this.#waiting = resolve;
      this.#socket.write(`$${command}#${sum.toString(16).padStart(2, '0')}`);
    });
  }

  async breakAt(address: bigint): Promise<void> {
    await this.ask(`Z1,${address.toString(16)},1`);
  }

  async forget(address: bigint): Promise<void> {
    await this.ask(`z1,${address.toString(16)},1`);
  }

  /** Runs to the next breakpoint; false when the guest has powered off. */
  async goOn(): Promise<boolean> {
    const answer = await this.ask('c');
    return answer !== undefined && /^[ST]/.test(answer);
  }

  async registers(): Promise<Record<string, bigint>> {
    const bytes = bytesOf((await this.ask('g')) ?? '');
    const view = new DataView(bytes.buffer);
    const wide = WIDE.map((name, n): [string, bigint] => [name, view.getBigUint64(8 * n, true)]);
    const narrow = NARROW.map((name, n): [string, bigint] => [name, BigInt(view.getUint32(136 + 4 * n, true))]);
    const last = LAST.map((name, n): [string, bigint] => [name, view.getBigUint64(164 + 8 * n, true)]);
    return Object.fromEntries([...wide, ...narrow, ...last]);
  }

  async memory(address: bigint, length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let done = 0; done < length; done += 1024)
      parts.push(bytesOf((await this.ask(`m${(address + BigInt(done)).toString(16)},${Math.min(1024, length - done).toString(16)}`)) ?? ''));
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  }

  close(): void {
    this.#socket.destroy();
  }
}
