/**
 * What a kernel says of itself in tracepoints whose arguments are constants: names and places that hold wherever RIP is. The lab knows
 * none of them by itself; what a kernel does not say is not shown.
 */
import type { VirtAddr } from '../base/units.ts';
import type { Registers } from '../machine/machine.ts';
import { constant } from './constants.ts';
import { imageBytes } from './image.ts';
import type { Image } from './images.ts';
import { lockLayouts, type LockLayout } from './lock-layouts.ts';
import type { Memory } from './memory.ts';
import { isShared } from './spaces.ts';

/** A word that the CPU panel shows. */
interface CpuWord {
  name: string;
  /** Offset from GS of the word, or of the pointer to the structure that it is part of. */
  at: VirtAddr;
  /** Offset in that structure. */
  through: VirtAddr | undefined;
  size: number;
  mask: bigint;
}

/** How interrupted code's registers lie on a stack: one name for each 64-bit word, lowest first. The last five are the CPU's own frame. */
export interface SavedRegisters {
  struct: string;
  words: readonly string[];
  /** Which of them holds the frame pointer. */
  framePointer: number;
}

export interface GuestFacts {
  firstTask: string;
  words: readonly CpuWord[];
  selectors: ReadonlyMap<number, string>;
  saved: SavedRegisters | undefined;
  /** Offset from GS where entry code keeps the caller's RSP. */
  callerRsp: VirtAddr | undefined;
  modes: ReadonlyMap<number, { name: string; isApplication: boolean }>;
  /** By their numbers. */
  softirqs: ReadonlyMap<number, string>;
  /** By the name of the lock's type. */
  locks: ReadonlyMap<string, LockLayout>;
}

/** Words of the frame that the CPU pushes. */
export const FRAME_WORDS = 5;
const MAX_NAME = 64;

export function guestFacts(kernel: Image): GuestFacts {
  const softirqs = new Map<number, string>();
  const words: CpuWord[] = [], selectors = new Map<number, string>(), modes = new Map<number, { name: string; isApplication: boolean }>();
  let firstTask = '', saved: SavedRegisters | undefined, callerRsp: VirtAddr | undefined;
  for (const site of kernel.debug.tracepoints) {
    const value = (name: string): bigint => constant(site, name) ?? 0n;
    const text = (name: string): string => {
      const bytes = imageBytes(kernel, BigInt.asUintN(64, value(name)), MAX_NAME), end = bytes.indexOf(0);
      return new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end));
    };
    switch (site.name) {
      case 'first_task': firstTask = text('comm'); break;
      case 'selector_name': selectors.set(Number(value('selector')), text('name')); break;
      case 'softirq_vec': for (const { name } of site.args) softirqs.set(Number(value(name)), name); break;
      case 'caller_rsp': callerRsp = value('at'); break;
      case 'mode_name': modes.set(Number(value('mode')), { name: text('name'), isApplication: value('application') !== 0n }); break;
      case 'cpu_word': words.push({ name: text('name'), at: value('at'), through: constant(site, 'through'), size: Number(value('size')),
        mask: BigInt.asUintN(64, constant(site, 'mask') ?? -1n) }); break;
      case 'saved_registers': {
        const pointer = kernel.type(site.args.find(({ name }) => name === 'regs')?.type ?? -1),
          type = pointer.kind === 'pointer' ? kernel.type(pointer.to) : undefined;
        const fields = type?.kind === 'struct' ? (type.fields.length ? type.fields : kernel.fieldsOf(type.name)) : undefined;
        if (type?.kind === 'struct' && fields) saved = { struct: type.name, words: fields.map(({ name }) => name),
          framePointer: Number(value('frame_pointer')) / 8 };
        break;
      }
      default: break;
    }
  }
  return { firstTask, words, selectors, saved, callerRsp, modes, softirqs, locks: lockLayouts(kernel) };
}

/** Where a CPU's own variables stand: the kernel's half is where the kernel's GS points, whichever of the two bases holds it now. */
export function perCpu({ gsBase, kernelGsBase }: Registers, offset: VirtAddr): VirtAddr | undefined {
  const base = isShared(gsBase) ? gsBase : isShared(kernelGsBase) ? kernelGsBase : undefined;
  return base === undefined ? undefined : BigInt.asUintN(64, base + offset);
}

/** The value of such a word now; undefined where it is not there yet. */
export function wordNow(machine: Memory, registers: Registers, { at, through, size, mask }: CpuWord): number | undefined {
  const place = perCpu(registers, at);
  if (place === undefined) return undefined;
  const holder = through === undefined ? place : machine.peekNumber(place, 8);
  const value = holder === undefined ? undefined : machine.peekNumber(holder + (through ?? 0n), size);
  return value === undefined ? undefined : Number(BigInt.asIntN(8 * size, value & mask));
}
