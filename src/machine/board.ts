/**
 * The board: who answers at which address and port, and who interrupts whom. A subset of QEMU's microvm machine. Its devices
 * stand in devices/table.ts; address map, ports, inputs, snapshot and events follow from them.
 */
import { assert } from '../base/assert.ts';
import type { Bus, CpuLines } from './cpu/bus.ts';
import { SIGNAL_INIT, SIGNAL_NMI, SIGNAL_START } from './cpu/state.ts';
import { Clock } from './clock.ts';
import type { CostProfile } from './cost.ts';
import { Debugcon } from './devices/debugcon.ts';
import { DebugExit } from './devices/debug-exit.ts';
import type { Device, DeviceClock, Dma, MakeDevice, MmioDevice, PortDevice } from './devices/device.ts';
import type { HostFile } from './devices/fw-cfg.ts';
import { IoApic, type Delivery } from './devices/ioapic.ts';
import { Lapic, type Message, type Wires } from './devices/lapic.ts';
import { cloneState } from './devices/state.ts';
import { DEVICES } from './devices/table.ts';
import { Uart16550 } from './devices/uart16550.ts';
import { VirtioNet } from './devices/virtio-net.ts';
import type { MakePeer } from './devices/wire.ts';
import { memoryPort, type InputPort } from './edit.ts';
import type { Ram } from './mmu/ram.ts';

const FIXED = 0, LOWEST_PRIORITY = 1, NMI = 4, INIT = 5, START = 6;

export interface BoardOptions {
  ram: Ram;
  costs: CostProfile;
  cpus: number;
  files?: ReadonlyMap<string, HostFile> | undefined;
  startSeconds?: number | undefined;
  devices?: readonly MakeDevice[] | undefined;
  wire?: MakePeer | undefined;
}

const isPortDevice = (device: Device): device is Device & PortDevice => 'firstPort' in device;
const isMmioDevice = (device: Device): device is Device & MmioDevice => 'base' in device;

/** Two that answer at one place would hide each other. */
function assertApart(ranges: readonly { id: string; from: number; length: number }[]): void {
  const sorted = ranges.toSorted((a, b) => a.from - b.from);
  for (const [n, { id, from }] of sorted.entries()) {
    const before = sorted[n - 1];
    assert(!before || before.from + before.length <= from, `devices ${before?.id} and ${id} answer at the same place`);
  }
}

/** What a CPU sends to another. */
export type IpiMode = 'interrupt' | 'NMI' | 'INIT' | 'start-up';

export class Board implements Bus, Wires {
  readonly clock = new Clock();
  /** One for each CPU, which alone sees it at its address. */
  readonly lapics: readonly Lapic[];
  /** The CPUs: connected when there are any. */
  lines!: CpuLines;
  /** Told of each message between CPUs, before it has an effect. */
  onMessage: ((from: number, to: number, vector: number, mode: IpiMode) => void) | undefined;
  /** For each CPU, whether events of a device are its business: its own timer's, and those of devices that are nobody's. */
  readonly #counts: readonly ((device: string) => boolean)[];
  readonly ioapic: IoApic;
  readonly dma: Dma;
  readonly uart: Uart16550;
  readonly debugExit: DebugExit;
  readonly debugcons: readonly Debugcon[];
  /** The network card, on a machine with a wire. */
  readonly nic: VirtioNet | undefined;
  readonly devices: readonly Device[];
  readonly #byId: ReadonlyMap<string, Device>;
  readonly #mmio: readonly MmioDevice[];
  readonly #ports: readonly PortDevice[];
  /** Where input comes in, by name: devices that receive, and memory. */
  readonly #inputs: ReadonlyMap<string, InputPort>;

  constructor({ ram, costs, cpus, files = new Map(), startSeconds, devices = DEVICES, wire }: BoardOptions) {
    const { clock } = this;
    const timeOf = (now: () => number): DeviceClock => ({
      now,
      schedule: (device, name, at) => clock.schedule(device, name, at),
      cancel: (device, name) => clock.cancel(device, name),
      hertz: costs.hertz,
    });
    this.lapics = Array.from({ length: cpus }, (_, cpu) => new Lapic(cpu, timeOf(() => this.lines.timeOf(cpu)), this));
    const owned = new Set(this.lapics.map(({ id }) => id));
    this.#counts = this.lapics.map(({ id }) => (device) => device === id || !owned.has(device));
    this.ioapic = new IoApic((delivery) => this.#deliver(delivery));
    const dma = this.dma = dmaOf(ram), time = timeOf(() => this.lines.now()), peer = wire?.(time);
    const made = devices.flatMap((make) => make({
      clock: time, dma, files, startSeconds, peer,
      line: (input) => (high) => this.ioapic.setLine(input, high),
      powerOff: () => this.lines.requestStop(),
    }) ?? []);
    const shared = [this.ioapic, ...made];
    this.devices = [...this.lapics, ...shared];
    this.#mmio = shared.filter(isMmioDevice);
    this.#ports = shared.filter(isPortDevice);
    this.#byId = new Map(this.devices.map((device) => [device.id, device]));
    assert(this.#byId.size === this.devices.length, `two devices have one id: ${this.devices.map(({ id }) => id).join(' ')}`);
    for (const { id, state } of this.devices) cloneState(id, state);
    assertApart(shared.filter(isMmioDevice).map(({ id, base, length }) => ({ id, from: base, length })));
    assertApart(shared.filter(isPortDevice).map(({ id, firstPort, ports }) => ({ id, from: firstPort, length: ports })));

    const ports = [memoryPort(dma), ...made.filter((device): device is Device & InputPort => device.receive !== undefined)];
    this.#inputs = new Map(ports.map((port) => [port.id, port]));

    this.debugcons = made.filter((device) => device instanceof Debugcon);
    this.nic = made.find((device) => device instanceof VirtioNet);
    const uart = made.find((device) => device instanceof Uart16550), debugExit = made.find((device) => device instanceof DebugExit);
    assert(uart && debugExit, 'a board without a console or a power-off port');
    this.uart = uart;
    this.debugExit = debugExit;
  }

  /** Why bytes could not come in at an input port now. */
  refuses(port: string, bytes: Uint8Array): string | undefined {
    const to = this.#inputs.get(port);
    return to ? to.refuses?.(bytes) : `There is no input port '${port}'; there are ${[...this.#inputs.keys()].join(', ')}.`;
  }

  /** Bytes from outside, at an input port. */
  input(port: string, bytes: Uint8Array): void {
    this.#inputs.get(port)?.receive(bytes);
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
      this.#byId.get(device)?.onEvent?.(name);
    }
  }

  nextDeadline(cpu: number): number {
    return this.clock.next(this.#counts[cpu])?.at ?? Infinity;
  }

  nextWake(cpu: number): number {
    const counts = this.#counts[cpu];
    // As long as one event is worth waiting for, all that come before it come in their order.
    const isAwaited = this.clock.events.some(({ device, name }) => counts(device) && this.#byId.get(device)?.isVain?.(name) !== true);
    return isAwaited ? this.nextDeadline(cpu) : Infinity;
  }

  get pendingEvents(): object {
    return this.clock.events;
  }

  listens(cpu: number): boolean {
    return this.lines.listens(cpu);
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
    const all = this.lapics.filter((lapic) => shorthand === 0 ? lapic.matches(destination, isLogical)
      : shorthand === 1 ? lapic.cpu === from : shorthand === 2 || lapic.cpu !== from);
    const { lines } = this;
    const to = (what: IpiMode, targets: readonly Lapic[], act: (lapic: Lapic) => void): void => {
      for (const lapic of targets) {
        this.onMessage?.(from, lapic.cpu, vector, what);
        act(lapic);
      }
    };
    const signal = (bits: number, data: number) => ({ cpu }: Lapic): void => lines.signal(cpu, bits, data);
    const accept = (lapic: Lapic): void => lapic.accept(vector, false);
    switch (mode) {
      case FIXED: to('interrupt', all, accept); break;
      // The first of the least busy.
      case LOWEST_PRIORITY: to('interrupt', all.toSorted((a, b) => a.state.tpr - b.state.tpr).slice(0, 1), accept); break;
      case NMI: to('NMI', all, signal(SIGNAL_NMI, 0)); break;
      case INIT:
        if (!isDeassert) to('INIT', all, signal(SIGNAL_INIT, 0));
        break;
      case START: to('start-up', all, signal(SIGNAL_START, vector)); break;
      default:
    }
  }
}

/** Memory as a device reaches it. */
function dmaOf(ram: Ram): Dma {
  const size = ram.bytes.length;
  return {
    size,
    read: (at, length) => {
      const bytes = new Uint8Array(length).fill(0xff);
      bytes.set(ram.bytes.subarray(Math.min(at, size), Math.min(at + length, size)));
      return bytes;
    },
    write: (at, bytes) => ram.write(at, bytes.subarray(0, Math.max(0, size - at))),
  };
}
