/** The devices of the board, beside its interrupt controllers: one line each. The order is part of the hash. */
import { Debugcon } from './debugcon.ts';
import { DebugExit } from './debug-exit.ts';
import type { MakeDevice } from './device.ts';
import { FwCfg } from './fw-cfg.ts';
import { Rtc } from './rtc.ts';
import { Uart16550 } from './uart16550.ts';
import { NIC_GSI, VirtioNet } from './virtio-net.ts';

/** COM1's interrupt input on the I/O APIC. */
const UART_GSI = 4;

export const DEVICES: readonly MakeDevice[] = [
  ({ clock, line }) => new Uart16550(clock, line(UART_GSI)),
  ({ powerOff }) => new DebugExit(powerOff),
  // Standard output and error of a program that the host's command line runs.
  () => new Debugcon(0xe9),
  () => new Debugcon(0xea),
  ({ files }) => new FwCfg(files),
  ({ clock, startSeconds }) => new Rtc(clock, startSeconds),
  // The cable's other end is part of the machine: its state is in every snapshot, and it is an input port.
  ({ peer }) => peer,
  ({ clock, dma, line, peer }) => peer && new VirtioNet(clock, dma, line(NIC_GSI), peer),
];
