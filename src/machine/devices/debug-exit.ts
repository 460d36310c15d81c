/** QEMU's isa-debug-exit: a write ends the run. The kernel powers off here with its exit status. */
import type { Device, PortDevice } from './device.ts';

interface DebugExitState {
  /** -1 until written. */
  code: number;
}

export class DebugExit implements Device<DebugExitState>, PortDevice {
  readonly id = 'debug-exit';
  readonly firstPort = 0xf4;
  readonly ports = 4;
  state: DebugExitState = { code: -1 };
  readonly #onExit: () => void;

  constructor(onExit: () => void) {
    this.#onExit = onExit;
  }

  in(): number {
    return 0;
  }

  out(_offset: number, _size: number, value: number): void {
    this.state.code = value;
    this.#onExit();
  }
}
