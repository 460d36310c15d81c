/** A machine's network: the cable and the client host at its other end, and what the kernel is told of it. Loaded with the first machine that has one. */
import { portOf, serverOf } from '../guest/configs/servers.ts';
import type { MakePeer } from '../machine/devices/wire.ts';
import { Client, type LoadSpec } from '../net/client.ts';
import type { Host } from '../net/host.ts';
import type { LinkOptions } from '../net/link.ts';
import type { Done, Request } from '../net/load.ts';
import { GUEST_IP, NETWORK_WORDS, Wire, type Program, type WireOptions } from '../net/wire.ts';
import type { ClientLoad } from './scenario-format.ts';

/** Words of the kernel's command line come before those of init. */
export function withNetwork(line: string): string {
  const [kernel, ...init] = line.split(' -- ');
  return [`${kernel} ${NETWORK_WORDS}`, ...init].join(' -- ');
}

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
    if (!(program instanceof Client)) return '';
    return program.terminal.state.lines.map(({ from, bytes }) => (from === 'guest' ? new TextDecoder().decode(bytes) : '')).join('');
  }

  commandLine(line: string): string {
    return withNetwork(line);
  }
}

/** Something of one's own runs on the client. */
export const programNetwork = <P extends Program>(program: (host: Host) => P, options: Omit<WireOptions, 'program'> = {}): Network =>
  new Network({ ...options, program });

/** What is at the other end of an application's wire: a client that makes these requests, or without them somebody who types, or orders a load. */
export function networkOf(app: string, { load, seed = 1, link }: { load?: ClientLoad | undefined; seed?: number; link?: LinkOptions } = {}): Network {
  const dialogue = serverOf(app);
  const spec = (of: ClientLoad, to: LoadSpec['dialogue']): LoadSpec => {
    const { rate, ...rest } = of;
    return { ...rest, ...(rate === 0 ? {} : { rate }), dialogue: to, warmUp: 0, depth: 1, seed };
  };
  const network: Network = new Network({ ...(link ? { link } : {}), program: (host) => {
    const client = new Client(host, GUEST_IP, portOf(app), load && dialogue ? spec(load, dialogue) : undefined);
    client.onRequest = (request) => network.onRequest(request);
    client.onAnswer = (request) => network.onAnswer(request);
    return client;
  } });
  return network;
}
