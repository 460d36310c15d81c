/** For tests of the network stack: a guest with NET=on on a cable, and a client host at the other end that does what a test wants. */
import { formatDiagnostic } from '../base/diagnostic.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { Machine } from '../machine/machine.ts';
import type { Host } from '../net/host.ts';
import { Wire, type Program, type WireOptions } from '../net/wire.ts';
import { buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import { withNetwork } from './network.ts';
import { guestSources } from './sources.ts';

const cache = freshCache();

export interface NetGuest {
  machine: Machine;
  wire: Wire;
  console: () => string;
  frames: { direction: 'out' | 'in'; frame: Uint8Array }[];
  /** Objects that each of the kernel's caches has given out now, but for those on the card's ring. */
  objects: () => Record<string, number>;
  /** Until it idles, powers off, or has done so many steps. */
  run: (steps?: number) => ReturnType<Machine['run']>;
}

export interface NetGuestOptions extends Omit<WireOptions, 'program'> {
  /** C text of the application. */
  source: string;
  program: (host: Host) => Program;
  config?: string;
  set?: Record<string, string>;
  /** Frames are not kept: there are too many. */
  forgets?: boolean;
  /** The guest has written this character. */
  wrote?: (guest: NetGuest, character: string) => void;
}

export function netGuest({ source, program, config = 'linux', set = {}, forgets = false, wrote, ...wireOptions }: NetGuestOptions): NetGuest {
  const originals = guestSources(), switches = resolveConfig(originals, config, { NET: 'on', ...set });
  if (typeof switches === 'string') throw new Error(switches);
  const sources = new Map([...originals, ['apps/program.c', source]]);
  const build = buildGuest({ sources, app: 'program', switches }, cache);
  if (!build.ok) throw new Error(build.diagnostics.map((one) => formatDiagnostic(one, sources.get(one.file)?.split('\n')[one.line - 1])).join('\n'));
  let wire: Wire | undefined, text = '';
  const frames: NetGuest['frames'] = [];
  const machine = new Machine({ kernel: build.kernel, initramfs: build.initramfs, commandLine: withNetwork(build.commandLine), cpus: build.cpus,
    ramBytes: 32 << 20, cost: 'skx-off', wire: (clock) => (wire = new Wire(clock, { ...wireOptions, program })) });
  machine.translator = compiler;
  machine.hooks = {
    consoleOut: (byte) => {
      text += String.fromCharCode(byte);
      wrote?.(guest, String.fromCharCode(byte));
    },
    ...(forgets ? {} : { packet: (direction, frame) => void frames.push({ direction, frame }) }),
  };
  const { debug } = build.images[0];
  const at = (name: string): bigint => debug.globals.find((one) => one.name === name && one.domain === 'kernel')!.addr;
  const word = (address: bigint, bytes = 8): bigint => machine.peekNumber(address, bytes) ?? 0n;
  const text8 = (address: bigint): string => {
    let text = '';
    for (let n = 0n; ; n++) {
      const byte = Number(word(address + n, 1));
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  };
  // struct kmem_cache of mm/slab.c: name, size, lock, freelist, nr_slabs, nr_objects.
  const objects = (): Record<string, number> => {
    const counts = Object.fromEntries(Array.from({ length: Number(word(at('nr_caches'), 4)) }, (_, n) => {
      const cache = at('caches') + BigInt(40 * n);
      return [text8(word(cache)), Number(word(cache + 32n))] as const;
    }));
    // The driver fills the ring when half of a poll's packets are gone: what the device may still take, of 2 KiB each.
    const { driver, nextUsed } = machine.board.nic!.state.queues[0], waiting = (machine.ram.view.getUint16(driver + 2, true) - nextUsed) & 0xffff;
    counts['skbuff_head_cache'] -= waiting;
    counts['kmalloc-2k'] -= waiting;
    return counts;
  };
  const guest: NetGuest = { objects, machine, wire: wire!, console: () => text.replaceAll('\r\n', '\n'), frames,
    run: (steps = 60_000_000) => machine.run(machine.tick + steps) };
  return guest;
}

/** C: system calls without a library, where what is tested is the kernel. */
export const SYSTEM_CALL = `#include <stdio.h>
static long call(long nr, long a, long b, long c, long d, long e, long f)
{
	long ret;
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = f;
	asm volatile("syscall" : "=a" (ret) : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8), "r" (r9) : "rcx", "r11", "memory");
	return ret;
}
`;
