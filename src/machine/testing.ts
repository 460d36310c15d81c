/** For tests: a whole machine with a few instructions instead of a kernel. They run in ring 0 from CODE, memory mapped one to one. */
import { MEMORY_PORT } from '../base/input.ts';
import { Translator } from './cpu/translate/translator.ts';
import * as S from './cpu/state.ts';
import { Machine, type Compiler, type Engine, type MachineOptions } from './machine.ts';

export const CODE = 0x10_0000;
const IDT = 0x5000, STACK = 0x8_0000;
/** R15 and R14 hold these when the code begins. */
const LOCAL_APIC = 0xfee0_0000n, IO_APIC = 0xfec0_0000n;
const HEADER = 64, PROGRAM_HEADER = 56;

/** An ELF file with these bytes at CODE. */
function elf(code: Uint8Array): Uint8Array {
  const file = new Uint8Array(HEADER + PROGRAM_HEADER + code.length), view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(18, 62, true);
  view.setBigUint64(24, BigInt(CODE), true);
  view.setBigUint64(32, BigInt(HEADER), true);
  view.setUint16(54, PROGRAM_HEADER, true);
  view.setUint16(56, 1, true);
  view.setUint32(HEADER, 1, true);
  const words = [[8, HEADER + PROGRAM_HEADER], [16, CODE], [24, CODE], [32, code.length], [40, code.length]];
  for (const [at, value] of words) view.setBigUint64(HEADER + at, BigInt(value), true);
  file.set(code, HEADER + PROGRAM_HEADER);
  return file;
}

export interface BareOptions extends Partial<MachineOptions> {
  engine?: Engine;
  /** For the translated engine. */
  compiler?: Compiler;
  /** Every vector's gate leads to so many bytes behind CODE. */
  handler?: number;
}

export function machineWith(code: Uint8Array, { engine = 'reference', compiler, handler = 0, ...options }: BareOptions = {}): Machine {
  const machine = new Machine({ kernel: elf(code), initramfs: new Uint8Array(0), commandLine: '', ramBytes: 4 << 20, cost: 'skx-off', ...options });
  machine.socket.engine = engine;
  // Soon hot, so that short runs are translated too.
  if (compiler) machine.socket.translator = Object.assign(new Translator(machine.socket, compiler), { hot: 3, patience: 0 });
  const gates = new DataView(new ArrayBuffer(0x1000)), to = CODE + handler;
  const gate = BigInt(to & 0xffff) | (0x10n << 16n) | (0x8en << 40n) | (BigInt(to >>> 16) << 48n);
  for (let vector = 0; vector < 256; vector++) gates.setBigUint64(16 * vector, gate, true);
  for (const edit of machine.edits(BigInt(IDT), new Uint8Array(gates.buffer)) ?? []) machine.input(MEMORY_PORT, edit);
  const { cpu } = machine;
  cpu.setPair(S.IDTR_BASE, BigInt(IDT));
  cpu.s[S.IDTR_LIMIT] = 0xfff;
  cpu.setPair(S.RSP_SLOT, BigInt(STACK));
  cpu.setPair(2 * 15, LOCAL_APIC);
  cpu.setPair(2 * 14, IO_APIC);
  return machine;
}
