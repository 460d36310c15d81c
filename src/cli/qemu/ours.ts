/** One run on our machine: the console, exceptions, frames, exit status. */
import { CONSOLE_PORT, typed } from '../../base/input.ts';
import { Machine, type MachineStop } from '../../machine/machine.ts';
import type { Image } from './qemu.ts';
import type { Attempt } from './log.ts';

export const RAM_MEGABYTES = 32;
const MAX_TICKS = 400_000_000;

/** A frame as it stands in memory after the CPU pushed it: error code first where there is one, then RIP, CS, RFLAGS, RSP, SS. */
export interface Frame {
  vector: number;
  at: bigint;
  words: bigint[];
}

export interface Run {
  console: string;
  attempts: Attempt[];
  frames: Frame[];
  stop: MachineStop;
}

const GPR = ['RAX', 'RCX', 'RDX', 'RBX', 'RSP', 'RBP', 'RSI', 'RDI', 'R8', 'R9', 'R10', 'R11', 'R12', 'R13', 'R14', 'R15'];

function registersOf(machine: Machine): Record<string, string> {
  const r = machine.registers();
  const named: [string, bigint | number][] = [
    ...GPR.map((name, n): [string, bigint] => [name, r.gpr[n]]), ['RIP', r.rip], ['CR0', r.cr0], ['CR2', r.cr2], ['CR3', r.cr3], ['CR4', r.cr4],
    ['EFER', r.efer],
    ['RFLAGS', r.rflags], ['CS', r.cs], ['SS', r.ss], ['FS base', r.fsBase], ['GS base', r.gsBase], ['TR base', r.tr.base],
  ];
  return Object.fromEntries(named.map(([name, value]) => [name, value.toString(16)]));
}

export function words(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: bytes.length >> 3 }, (_, n) => view.getBigUint64(8 * n, true));
}

export function bootOurs({ kernel, initramfs, commandLine, cpus = 1 }: Image): Machine {
  return new Machine({ kernel, initramfs, commandLine, cpus, ramBytes: RAM_MEGABYTES << 20, cost: 'skx-off' });
}

/** Runs to the end. Each line is typed at an idle moment; idle without any line left is the end too. */
export function runOurs(build: Image, lines: readonly string[]): Run {
  const machine = bootOurs(build);
  const run: Run = { console: '', attempts: [], frames: [], stop: { kind: 'limit' } };
  machine.hooks = {
    consoleOut: (byte) => void (run.console += String.fromCharCode(byte)),
    attempt: (_cpu, vector, kind, error) => {
      if (kind === 'exception') run.attempts.push({ vector, error: error ?? 0, registers: registersOf(machine) });
    },
    deliver: (_cpu, { vector, kind, frame, frameBytes }) => {
      if (kind === 'exception') run.frames.push({ vector, at: frame, words: words(machine.peek(frame, frameBytes) ?? new Uint8Array(0)) });
    },
  };
  for (const waiting = [...lines]; ;) {
    run.stop = machine.run(MAX_TICKS);
    const text = run.stop.kind === 'idle' ? waiting.shift() : undefined;
    if (text === undefined) return run;
    machine.input(CONSOLE_PORT, typed(text));
  }
}
