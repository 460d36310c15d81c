/** For tests of the network stack: a guest with NET=on on a cable, and a client host at the other end that does what a test wants. */
import { formatDiagnostic } from '../base/diagnostic.ts';
import { compiler, Machine } from '../machine/machine.ts';
import type { Host } from '../net/host.ts';
import { NETWORK_WORDS, Wire, type Program, type WireOptions } from '../net/wire.ts';
import { buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import { guestSources } from './sources.ts';

const cache = freshCache();

export interface NetGuest {
  machine: Machine;
  wire: Wire;
  console: () => string;
  frames: { direction: 'out' | 'in'; frame: Uint8Array }[];
  /** Until it idles, powers off, or has done so many steps. */
  run: (steps?: number) => ReturnType<Machine['run']>;
}

export interface NetGuestOptions extends Omit<WireOptions, 'program'> {
  /** C text of the application. */
  source: string;
  program: (host: Host) => Program;
  config?: string;
  set?: Record<string, string>;
}

export function netGuest({ source, program, config = 'linux', set = {}, ...wireOptions }: NetGuestOptions): NetGuest {
  const originals = guestSources(), switches = resolveConfig(originals, config, { NET: 'on', ...set });
  if (typeof switches === 'string') throw new Error(switches);
  const sources = new Map([...originals, ['apps/program.c', source]]);
  const build = buildGuest({ sources, app: 'program', switches }, cache);
  if (!build.ok) throw new Error(build.diagnostics.map((one) => formatDiagnostic(one, sources.get(one.file)?.split('\n')[one.line - 1])).join('\n'));
  let wire: Wire | undefined, text = '';
  const frames: NetGuest['frames'] = [];
  const machine = new Machine({ kernel: build.kernel, initramfs: build.initramfs, commandLine: `${build.commandLine} ${NETWORK_WORDS}`, cpus: build.cpus,
    ramBytes: 32 << 20, cost: 'skx-off', wire: (clock) => (wire = new Wire(clock, { ...wireOptions, program })) });
  machine.translator = compiler;
  machine.hooks = {
    consoleOut: (byte) => void (text += String.fromCharCode(byte)),
    packet: (direction, frame) => void frames.push({ direction, frame }),
  };
  return { machine, wire: wire!, console: () => text.replaceAll('\r\n', '\n'), frames,
    run: (steps = 60_000_000) => machine.run(machine.tick + steps) };
}
