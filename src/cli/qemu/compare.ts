/** What must be equal between QEMU and us, and how a difference is shown. */
import type { Attempt } from './log.ts';
import type { Frame } from './ours.ts';

/**
 * Two things on the console depend on time: the stamp that printk puts before each message, and the line that tells the
 * measured frequency and the kind of timer (QEMU's interpreter has no TSC deadline). Everything else must be the same.
 */
export function normalised(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\[ *\d+\.\d{6}\] /g, '[time] ').replace(/tsc: \d+\.\d{3} MHz, timer: local APIC, (TSC deadline|one-shot)/g,
    'tsc: [frequency], timer: local APIC, [kind]');
}

/**
 * What a program that breaks its kernel comes to, wherever the timer meets it: of the dumps on the console without values of registers, the calls
 * that lead there, and who was on the CPU.
 */
export function outcomeOf(text: string): string {
  return text.split('\n').filter((line) => !/^\[time\] +(\[<[0-9a-f]+>\]| RIP: .* RSP: )/.test(line))
    .map((line) => line.replace(/\b[0-9a-f]{16}\b/g, '[value]').replace(/EFLAGS: [0-9a-f]{8}/, 'EFLAGS: [value]')
      .replace(/CPU: \d+ PID: \d+ Comm: \S+/, 'CPU: [value] PID: [value] Comm: [value]')).join('\n');
}

/** The lines around the first difference; nothing when the texts are equal. */
export function textDifference(ours: string, theirs: string): string[] {
  if (ours === theirs) return [];
  const a = ours.split('\n'), b = theirs.split('\n');
  let first = 0;
  while (first < a.length && first < b.length && a[first] === b[first]) first++;
  const context = a.slice(Math.max(0, first - 2), first).map((line) => `  ${line}`);
  const window = (lines: string[], mark: string): string[] => lines.slice(first, first + 6).map((line) => `${mark} ${line}`);
  return ['console text (- Ringside, + QEMU):', ...context, ...window(a, '-'), ...window(b, '+')];
}

/** Set in the frame of a fault, says the manual; QEMU's interpreter does not. SDM Vol. 3B, "Debug Exceptions", on the RF flag. */
const RF = 0x10000n;
/**
 * At CPL 0 SS may be null. A delivery loads it with null only where CPL changes (SDM Vol. 2A, "INT n", operation in 64-bit mode); QEMU's
 * interpreter does at every change of stacks, one by IST too, and a return by `ret` leaves it so.
 */
const NULL_SS = 0n, KERNEL_SS = 0x18n;
const sameSS = (cs: bigint, ours: bigint, theirs: bigint): boolean => ours === theirs || ((cs & 3n) === 0n && ours === KERNEL_SS && theirs === NULL_SS);

const FRAME_WORDS = ['error code', 'RIP', 'CS', 'RFLAGS', 'RSP', 'SS'];

export function attemptDifferences(ours: readonly Attempt[], theirs: readonly Attempt[]): string[] {
  const found: string[] = [];
  const name = ({ vector, error, registers }: Attempt): string =>
    `vector ${vector} error ${error.toString(16)} CR2 ${registers['CR2']} RIP ${registers['RIP']}`;
  for (let n = 0; n < Math.max(ours.length, theirs.length) && found.length < 8; n++) {
    const a = ours[n], b = theirs[n];
    if (!a || !b) {
      found.push(`exception ${n + 1}: ${a ? `Ringside has ${name(a)}, QEMU has no more` : `QEMU has ${name(b)}, Ringside has no more`}`);
      break;
    }
    if (a.vector !== b.vector || a.error !== b.error) {
      found.push(`exception ${n + 1}: Ringside ${name(a)}, QEMU ${name(b)}`);
      break;
    }
    const registers = Object.keys(b.registers).filter((register) => a.registers[register] !== b.registers[register] && !(register === 'SS' &&
      sameSS(BigInt(`0x${a.registers['CS']}`), BigInt(`0x${a.registers['SS']}`), BigInt(`0x${b.registers['SS']}`))));
    if (registers.length)
      found.push(`exception ${n + 1} (${name(a)}): ` +
        `${registers.map((register) => `${register} Ringside ${a.registers[register]} QEMU ${b.registers[register]}`).join(', ')}`);
  }
  return found;
}

export function frameDifferences(ours: readonly Frame[], theirs: readonly Frame[]): string[] {
  const found: string[] = [];
  const show = ({ vector, at, words }: Frame): string => `vector ${vector} at ${at.toString(16)}: ${words.map((word) => word.toString(16)).join(' ')}`;
  for (let n = 0; n < Math.max(ours.length, theirs.length) && found.length < 8; n++) {
    const a = ours[n], b = theirs[n];
    if (!a || !b) found.push(`frame ${n + 1}: ${a ? `only Ringside has ${show(a)}` : `only QEMU has ${show(b)}`}`);
    else {
      const cs = a.words.length - 4, flags = cs + 1, ss = cs + 3;
      const same = a.vector === b.vector && a.at === b.at && a.words.every((word, k) =>
        k === flags ? (word & ~RF) === (b.words[k] & ~RF) : k === ss ? sameSS(a.words[cs], word, b.words[k]) : word === b.words[k]);
      if (!same) found.push(`frame ${n + 1} (${FRAME_WORDS.slice(6 - a.words.length).join(', ')}): Ringside ${show(a)}; QEMU ${show(b)}`);
    }
  }
  return found;
}
