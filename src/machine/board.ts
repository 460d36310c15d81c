/**
 * The board: who answers at which address and port, and who interrupts whom. A subset of QEMU's microvm machine. To add
 * a device, make it here and put it into `devices`; snapshot, address map and events follow.
 */
import type { Bus, CpuLines } from './cpu/bus.ts';
import { SIGNAL_INIT, SIGNAL_NMI, SIGNAL_START } from './cpu/state.ts';
import { Clock } from './clock.ts';
import type { CostProfile } from './cost.ts';
import { Debugcon } from './devices/debugcon.ts';
import { DebugExit } from './devices/debug-exit.ts';
import type { Device, DeviceClock, MmioDevice, PortDevice } from './devices/device.ts';
import { FwCfg, type HostFile } from './devices/fw-cfg.ts';
import { IoApic, type Delivery } from './devices/ioapic.ts';
import { Lapic, type Message, type Wires } from './devices/lapic.ts';
import { Rtc } from './devices/rtc.ts';
import { Uart16550 } from './devices/uart16550.ts';

/** COM1's interrupt input on the I/O APIC. */
const UART_GSI = 4;
const FIXED = 0, LOWEST_PRIORITY = 1, NMI = 4, INIT = 5, START = 6;

export class Board implements Bus, Wires {
  readonly clock = new Clock();
  /** One for each CPU, which alone sees it at its address. */
  readonly lapics: readonly Lapic[];
  /** The CPUs: connected when there are any. */
  lines!: CpuLines;
  /** For each CPU, whether events of a device are its business: its own timer's, and those of devices that are nobody's. */
  readonly #counts: readonly ((device: string) => boolean)[];
  readonly ioapic: IoApic;
  readonly uart: Uart16550;
  readonly debugExit: DebugExit;
  /** Standard output and error of a program that the host's command line runs. */
  readonly debugcons = [new Debugcon(0xe9), new Debugcon(0xea)] as const;
  readonly devices: readonly Device[];
  readonly #mmio: readonly MmioDevice[];
  readonly #ports: readonly PortDevice[];

  constructor(costs: CostProfile, cpus: number, files: ReadonlyMap<string, HostFile> = new Map(), startSeconds?: number) {
    const { clock } = this;
    const timeOf = (now: () => number): DeviceClock => ({
      now,
      schedule: (device, name, at) => clock.schedule(device, name, at),
      cancel: (device, name) => clock.cancel(device, name),
      hertz: costs.hertz,
    });
    const time = timeOf(() => this.lines.now());
    this.lapics = Array.from({ length: cpus }, (_, cpu) => new Lapic(cpu, timeOf(() => this.lines.timeOf(cpu)), this));
    const owned = new Set(this.lapics.map(({ id }) => id));
    this.#counts = this.lapics.map(({ id }) => (device) => device === id || !owned.has(device));
    this.ioapic = new IoApic((delivery) => this.#deliver(delivery));
    this.uart = new Uart16550(time, (high) => this.ioapic.setLine(UART_GSI, high));
    this.debugExit = new DebugExit(() => this.lines.requestStop());
    const fwCfg = new FwCfg(files), rtc = new Rtc(time, startSeconds);
    this.devices = [...this.lapics, this.ioapic, this.uart, this.debugExit, ...this.debugcons, fwCfg, rtc];
    this.#mmio = [this.ioapic];
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

  runUntil(cycles: number, cpu: number): void {
    const counts = this.#counts[cpu];
    for (let event = this.clock.takeDue(cycles, counts); event; event = this.clock.takeDue(cycles, counts)) {
      const { device, name } = event;
      this.devices.find(({ id }) => id === device)?.onEvent?.(name);
    }
  }

  nextDeadline(cpu: number): number {
    return this.clock.next(this.#counts[cpu])?.at ?? Infinity;
  }

  /** A line of the I/O APIC. Simplified: every delivery mode is fixed, and of several destinations all get it. */
  #deliver({ vector, isLevel, destination, isLogical }: Delivery): void {
    for (const lapic of this.lapics) if (lapic.matches(destination, isLogical)) lapic.accept(vector, isLevel);
  }

  pending(cpu: number): void {
    this.lines.wake(cpu);
  }

  endOfInterrupt(vector: number): void {
    this.ioapic.endOfInterrupt(vector);
  }

  /** A message between CPUs. SDM Vol. 3A, "Issuing Interprocessor Interrupts". */
  send(from: number, { vector, mode, isLogical, isDeassert, shorthand, destination }: Message): void {
    this.lines.endTurn();
    const all = this.lapics.filter((lapic) => shorthand === 0 ? lapic.matches(destination, isLogical) : shorthand === 1 ? lapic.cpu === from : shorthand === 2 || lapic.cpu !== from);
    switch (mode) {
      case FIXED:
        for (const lapic of all) lapic.accept(vector, false);
        break;
      case LOWEST_PRIORITY:
        // The first of the least busy.
        all.toSorted((a, b) => a.state.tpr - b.state.tpr)[0]?.accept(vector, false);
        break;
      case NMI:
        for (const { cpu } of all) this.lines.signal(cpu, SIGNAL_NMI, 0);
        break;
      case INIT:
        if (!isDeassert) for (const { cpu } of all) this.lines.signal(cpu, SIGNAL_INIT, 0);
        break;
      case START:
        for (const { cpu } of all) this.lines.signal(cpu, SIGNAL_START, vector);
        break;
      default:
    }
  }
}
