/** What stands at the other end of the network cable, as the board sees it: a device that the lab makes, which takes and gives Ethernet frames. */
import type { Device, DeviceClock } from './device.ts';

export interface Peer<State extends object = object> extends Device<State> {
  /** The network card sends a frame, whose first bit is ready at a time. @returns when the wire has taken its last bit. Quarter cycles both. */
  transmit(frame: Uint8Array, at: number): number;
  /** Set by the network card: a frame's last bit has arrived there. */
  deliver: (frame: Uint8Array, at: number) => void;
}

export type MakePeer = (clock: DeviceClock) => Peer;
