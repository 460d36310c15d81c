/** A machine's network: the cable and the client host at its other end, and what the kernel is told of it. Loaded with the first machine that has one. */
import { portOf, serverOf } from '../guest/configs/servers.ts';
import type { MakePeer } from '../machine/devices/wire.ts';
import type { Host } from '../net/host.ts';
import { echoDialogue, kvDialogue } from '../net/dialogues.ts';
import { Load, type Done, type Request } from '../net/load.ts';
import { Terminal } from '../net/terminal.ts';
import type { ClientLoad } from './scenario-format.ts';
import { GUEST_IP, NETWORK_WORDS, Wire, type Program, type WireOptions } from '../net/wire.ts';

export class Network {
  /** The peer of the machine that was made with `make`. */
  wire!: Wire;
  readonly make: MakePeer;
  /** Whoever wants to see frames as they pass the card. */
  onPacket: (direction: 'out' | 'in', frame: Uint8Array) => void = () => undefined;

  /** Of a client that makes requests by itself: each as it goes out, and when its answer is whole. What prepares the server is not told. */
  onRequest: (request: Request) => void = () => undefined;
  onAnswer: (request: Done) => void = () => undefined;

  constructor(options: WireOptions) {
    this.make = (clock) => (this.wire = new Wire(clock, options));
  }

  /** All that somebody who types has received, as text. */
  get received(): string {
    const { program } = this.wire;
    return program instanceof Terminal ? program.state.lines.map(({ from, bytes }) => (from === 'guest' ? new TextDecoder().decode(bytes) : '')).join('') : '';
  }

  /** Words of the kernel's command line come before those of init. */
  commandLine(line: string): string {
    const [kernel, ...init] = line.split(' -- ');
    return [`${kernel} ${NETWORK_WORDS}`, ...init].join(' -- ');
  }
}

/** Somebody sits at the client and types to this application. */
export const terminalNetwork = (app: string, options: Omit<WireOptions, 'program'> = {}): Network =>
  new Network({ ...options, program: (host) => new Terminal(host, GUEST_IP, portOf(app)) });

/** Something of one's own runs on the client. */
export const programNetwork = <P extends Program>(program: (host: Host) => P, options: Omit<WireOptions, 'program'> = {}): Network =>
  new Network({ ...options, program });

/** What is at the other end of an application's wire: a client that makes these requests, or without them somebody who types. */
export function networkOf(app: string, { load, seed = 1 }: { load?: ClientLoad | undefined; seed?: number } = {}): Network {
  const workload = serverOf(app);
  if (!load || !workload) return terminalNetwork(app);
  const { connections, rate, requests, size, keys, gets } = load;
  const dialogue = workload === 'echo' ? echoDialogue(size) : kvDialogue({ keys, gets, size, seed });
  const options = { ip: GUEST_IP, port: portOf(app), connections, requests, warmUp: 0, depth: 1, seed, ...(rate === 0 ? {} : { rate }) };
  const network = new Network({ program: (host) => {
    const client = new Load(host, options, dialogue);
    const counted = <T extends Request>(tell: (request: T) => void) => (request: T): void => {
      if (request.number >= dialogue.preparing) tell({ ...request, number: request.number - dialogue.preparing });
    };
    return Object.assign(client, { onSend: counted<Request>((one) => network.onRequest(one)), onDone: counted<Done>((one) => network.onAnswer(one)) });
  } });
  return network;
}
