/** What the code panel shows of one moment: the step just made, what comes next, and the variables in between. */
import type { VirtAddr } from '../base/units.ts';
import type { ValuePlace } from '../formats/debug-info.ts';
import type { CodeView } from '../link/reports.ts';
import type { Registers } from '../machine/machine.ts';
import { instructionAt } from './listing.ts';
import type { Memory } from './memory.ts';
import { narrate, type Narration } from './narration.ts';
import type { Scene } from './operands.ts';
import { sideOf } from './stepping.ts';
import type { Symbols } from './symbols.ts';

const REGISTER_NAMES = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];

/** The step that led to the present tick. */
export interface StepMade {
  before: Registers | undefined;
  /** Address of its instruction; undefined when an event was delivered. */
  ranAt: VirtAddr | undefined;
  subSteps: { title: string; steps: { text: string; target?: string; before?: bigint; after?: bigint }[] } | null;
  trail: VirtAddr[];
  /** Words that the step changed, with what they were. */
  changed: ReadonlyMap<VirtAddr, bigint>;
  /** It was made by somebody else: what is to be said of here. */
  elsewhere?: string;
}

/** @param grave what went wrong in the step. */
export function codeView(scene: Scene, { before, ranAt, subSteps, trail, changed, elsewhere }: StepMade, grave?: string): CodeView {
  const { machine, symbols, registers } = scene;
  const peek = (at: bigint, length: number): Uint8Array | null => machine.peek(at, length);
  const next = symbols.place(registers.rip);
  const ran = ranAt === undefined ? undefined : symbols.place(ranAt);
  const from = before && symbols.place(before.rip);
  const insn = ranAt === undefined ? null : instructionAt(symbols, ranAt, peek);
  const crossed = from && before && (before.cpl !== registers.cpl || sideOf(symbols, from.addr) !== sideOf(symbols, next.addr));
  const border = crossed && before
    ? { border: { kind: subSteps?.title ?? insn?.mnemonic ?? '',
    text: before.cpl === registers.cpl ? `ring ${registers.cpl} stays, ${insn?.mnemonic ?? 'an event'}` : `ring ${before.cpl} to ring ${registers.cpl}`,
    from: from.symbol, to: next.symbol, fromRing: before.cpl, toRing: registers.cpl } }
    : {};
  const upcoming = instructionAt(symbols, registers.rip, peek);
  const annotations = upcoming?.symbol ? [{ addr: registers.rip, text: upcoming.symbol }] : [];
  return { ...(ran ? { ran } : {}), next, ...border, annotations,
    narration: elsewhere !== undefined ? { what: elsewhere, why: '' } : withGrave(grave,
      narrate({ insn: insn?.decoded, mnemonic: insn?.mnemonic ?? '', at: ranAt ?? 0n, before, changed, subSteps }, scene, machine)), trail,
    variables: variablesOf(machine, symbols, registers) };
}

/** What went wrong comes first; what the step did otherwise is left for who asks why. */
const withGrave = (grave: string | undefined, { what, why }: Narration): CodeView['narration'] => (grave === undefined ? { what, why }
  : { what: `${grave[0].toUpperCase()}${grave.slice(1)}.`, why: `${what} ${why}`.trim(), isGrave: true });

/** What stands in a place now; undefined where it cannot be read. */
export function placeNow(place: ValuePlace, registers: Registers, machine: Memory, size: number): bigint | undefined {
  if (place.kind === 'reg') return registers.gpr[REGISTER_NAMES.indexOf(place.reg)];
  if (place.kind === 'const') return place.value;
  if (place.kind !== 'rbp' && place.kind !== 'rsp') return undefined;
  return machine.peekNumber((place.kind === 'rbp' ? registers.gpr[5] : registers.gpr[4]) + BigInt(place.offset), size);
}

function variablesOf(machine: Memory, symbols: Symbols, registers: Registers): CodeView['variables'] {
  const f = symbols.functionAt(registers.rip);
  return (f?.image.variablesOf(f) ?? []).map((variable) => {
    const place = variable.ranges.find(({ low, high }) => registers.rip >= low && registers.rip < high)?.place;
    const size = Math.min(8, f?.image.sizeOf(variable.type) || 8), value = place && placeNow(place, registers, machine, size);
    return { name: variable.name, type: f?.image.typeName(variable.type) ?? '',
      place: place?.kind === 'reg' ? place.reg : place?.kind === 'rbp' ? `${place.offset}(%rbp)` : (place?.kind ?? ''),
      value: value === undefined ? '' : BigInt.asIntN(size * 8, value).toString(), gone: place === undefined };
  });
}
