/** A machine's network: the cable and the client host at its other end, and what the kernel is told of it. Loaded with the first machine that has one. */
import { portOf } from '../guest/configs/servers.ts';
import type { MakePeer } from '../machine/devices/wire.ts';
import type { Host } from '../net/host.ts';
import { Terminal } from '../net/terminal.ts';
import { GUEST_IP, NETWORK_WORDS, Wire, type Program, type WireOptions } from '../net/wire.ts';

export class Network {
  /** The peer of the machine that was made with `make`. */
  wire!: Wire;
  readonly make: MakePeer;
  /** Whoever wants to see frames as they pass the card. */
  onPacket: (direction: 'out' | 'in', frame: Uint8Array) => void = () => undefined;

  constructor(options: WireOptions) {
    this.make = (clock) => (this.wire = new Wire(clock, options));
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
