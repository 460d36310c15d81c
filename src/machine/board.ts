/**
 * The board: who answers at which address and port, and who interrupts whom. A subset of QEMU's microvm machine. To add
 * a device, make it here and put it into `devices`; snapshot, address map and events follow.
 */
import type { Bus } from './cpu/bus.ts';
import { IA32_APIC_BASE, IA32_TSC_DEADLINE } from '../isa/registers.ts';
import { Clock } from './clock.ts';
import type { CostProfile } from './cost.ts';
import { Debugcon } from './devices/debugcon.ts';
import { DebugExit } from './devices/debug-exit.ts';
import type { Device, DeviceClock, MmioDevice, PortDevice } from './devices/device.ts';
import { FwCfg, type HostFile } from './devices/fw-cfg.ts';
import { IoApic } from './devices/ioapic.ts';
import { Lapic } from './devices/lapic.ts';
import { Rtc } from './devices/rtc.ts';
import { Uart16550 } from './devices/uart16550.ts';

/** COM1's interrupt input on the I/O APIC. */
const UART_GSI = 4;
/** APIC base address, enabled, bootstrap processor. */
const APIC_BASE_VALUE = 0xfee00900n;

export class Board implements Bus {
  readonly clock = new Clock();
  readonly lapic: Lapic;
  readonly ioapic: IoApic;
  readonly uart: Uart16550;
  readonly debugExit: DebugExit;
  /** Standard output and error of a program that the host's command line runs. */
  readonly debugcons = [new Debugcon(0xe9), new Debugcon(0xea)] as const;
  readonly devices: readonly Device[];
  readonly #mmio: readonly MmioDevice[];
  readonly #ports: readonly PortDevice[];

  /** `cycles` reads the CPU's time in quarter cycles; `onExit` hears the power-off. */
  constructor(costs: CostProfile, cycles: () => number, onExit: () => void, files: ReadonlyMap<string, HostFile> = new Map(), startSeconds?: number) {
    const { clock } = this;
    const time: DeviceClock = {
      now: cycles,
      schedule: (device, name, at) => clock.schedule(device, name, at),
      cancel: (device, name) => clock.cancel(device, name),
      hertz: costs.hertz,
    };
    this.lapic = new Lapic(time);
    this.ioapic = new IoApic((vector, level) => this.lapic.accept(vector, level));
    this.lapic.onEoi = (vector) => this.ioapic.endOfInterrupt(vector);
    this.uart = new Uart16550(time, (high) => this.ioapic.setLine(UART_GSI, high));
    this.debugExit = new DebugExit(onExit);
    const fwCfg = new FwCfg(files), rtc = new Rtc(time, startSeconds);
    this.devices = [this.lapic, this.ioapic, this.uart, this.debugExit, ...this.debugcons, fwCfg, rtc];
    this.#mmio = [this.lapic, this.ioapic];
    this.#ports = [this.uart, this.debugExit, ...this.debugcons, fwCfg, rtc];
  }

  /** Reads where nobody answers give all ones, as on a bus without a driver. */
  read(address: number, size: 1 | 2 | 4 | 8): number {
    const device = this.#mmio.find(({ base, length }) => address >= base && address < base + length);
    return device ? device.read(address - device.base, size) : -1;
  }

  write(address: number, size: 1 | 2 | 4 | 8, value: number): void {
    const device = this.#mmio.find(({ base, length }) => address >= base && address < base + length);
    device?.write(address - device.base, size, value);
  }

  in(port: number, size: 1 | 2 | 4): number {
    const device = this.#ports.find(({ firstPort, ports }) => port >= firstPort && port < firstPort + ports);
    return device ? device.in(port - device.firstPort, size) : -1;
  }

  out(port: number, size: 1 | 2 | 4, value: number): void {
    const device = this.#ports.find(({ firstPort, ports }) => port >= firstPort && port < firstPort + ports);
    device?.out(port - device.firstPort, size, value);
  }

  pending(): boolean {
    return this.lapic.pending();
  }

  acknowledge(): number {
    return this.lapic.acknowledge();
  }

  runUntil(cycles: number): void {
    for (let event = this.clock.takeDue(cycles); event; event = this.clock.takeDue(cycles)) {
      const { device, name } = event;
      this.devices.find(({ id }) => id === device)?.onEvent?.(name);
    }
  }

  nextDeadline(): number {
    return this.clock.nextDeadline;
  }

  taskPriority(): number {
    return this.lapic.state.tpr;
  }

  setTaskPriority(value: number): void {
    this.lapic.state.tpr = value;
  }

  rdmsr(index: number): bigint | undefined {
    return index === IA32_APIC_BASE ? APIC_BASE_VALUE : index === IA32_TSC_DEADLINE ? this.lapic.tscDeadline : undefined;
  }

  /** Simplified: the local APIC can be neither moved nor turned off; writing its present value is allowed. */
  wrmsr(index: number, value: bigint): boolean {
    if (index === IA32_TSC_DEADLINE) this.lapic.setTscDeadline(value);
    return index === IA32_TSC_DEADLINE || (index === IA32_APIC_BASE && value === APIC_BASE_VALUE);
  }
}
