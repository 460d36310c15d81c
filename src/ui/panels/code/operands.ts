/** What an instruction's operands are with the values of this moment, in words: the tooltip of its line. */
import type { CpuView } from '../../../link/reports.ts';
import { hex } from '../../widgets/format.ts';

/** Low halves as AT&T syntax spells them, and which part of which register they are. */
function part(name: string): { register: string; bits: number; shift: number } | null {
  const numbered = /^r(\d+)([dwb]?)$/.exec(name);
  if (numbered) return { register: `R${numbered[1]}`, bits: { d: 32, w: 16, b: 8 }[numbered[2] ?? ''] ?? 64, shift: 0 };
  const legacy = /^(r|e|)(ax|bx|cx|dx|si|di|bp|sp|ip)$/.exec(name);
  if (legacy) return { register: `R${(legacy[2] ?? '').toUpperCase()}`, bits: { r: 64, e: 32 }[legacy[1] ?? ''] ?? 16, shift: 0 };
  const byte = /^([abcd])([lh])$/.exec(name);
  if (byte) return { register: `R${(byte[1] ?? '').toUpperCase()}X`, bits: 8, shift: byte[2] === 'h' ? 8 : 0 };
  const low = /^(si|di|bp|sp)l$/.exec(name);
  return low ? { register: `R${(low[1] ?? '').toUpperCase()}`, bits: 8, shift: 0 } : null;
}

/** SDM Vol. 1, "EFLAGS Condition Codes", by the suffix without its "n". */
const CONDITIONS: Readonly<Record<string, { flags: string; holds: (f: (name: string) => boolean) => boolean }>> = {
  o: { flags: 'OF', holds: (f) => f('OF') }, b: { flags: 'CF', holds: (f) => f('CF') }, c: { flags: 'CF', holds: (f) => f('CF') }, e: { flags: 'ZF', holds: (f) => f('ZF') }, z: { flags: 'ZF', holds: (f) => f('ZF') },
  be: { flags: 'CF ZF', holds: (f) => f('CF') || f('ZF') }, s: { flags: 'SF', holds: (f) => f('SF') }, p: { flags: 'PF', holds: (f) => f('PF') },
  l: { flags: 'SF OF', holds: (f) => f('SF') !== f('OF') }, le: { flags: 'ZF SF OF', holds: (f) => f('ZF') || f('SF') !== f('OF') },
};
const SAME: Readonly<Record<string, string>> = { a: 'nbe', ae: 'nb', g: 'nle', ge: 'nl' };

interface Insn {
  addr: bigint;
  bytes: Uint8Array;
  mnemonic: string;
  operands: string;
}

/** One line each: registers, the addresses of memory operands, and whether a condition holds. */
export function operandsNow({ addr, bytes, mnemonic, operands }: Insn, cpu: Pick<CpuView, 'registers' | 'flags'>): string[] {
  const end = addr + BigInt(bytes.length);
  const valueOf = (name: string): bigint | null => {
    if (name === 'rip') return end;
    const where = part(name);
    const register = where && cpu.registers.find((one) => one.name === where.register);
    return where && register ? BigInt.asUintN(where.bits, register.value >> BigInt(where.shift)) : null;
  };
  const out: string[] = [];
  const seen = new Set<string>();
  for (const [, name] of operands.matchAll(/%([a-z][a-z0-9]*)/g)) {
    const value = name === undefined || name === 'rip' || seen.has(name) ? null : valueOf(name);
    if (value === null || name === undefined) continue;
    seen.add(name);
    out.push(`%${name} is ${hex(value)}`);
  }
  for (const [whole, segment, sign, digits, base, index, scale] of operands.matchAll(/(?:%([fg]s):)?(-?)(0x[0-9a-f]+|\d+)?\((?:%(\w+))?(?:,%(\w+)(?:,(\d))?)?\)/g)) {
    const from = base === undefined ? 0n : valueOf(base), times = index === undefined ? 0n : valueOf(index);
    if (from === null || times === null) continue;
    const offset = BigInt(digits ?? 0) * (sign === '-' ? -1n : 1n);
    const start = segment === undefined ? 0n : cpu.registers.find((one) => one.name === `${segment.toUpperCase()}_BASE`)?.value ?? 0n;
    out.push(`${whole} is at ${hex(BigInt.asUintN(64, start + from + offset + times * BigInt(scale ?? 1)))}`);
  }
  const condition = /^(?:j|set|cmov)(n?)(o|be?|c|e|z|s|p|le?|ae?|ge?)[bwlq]?$/.exec(mnemonic);
  if (condition && mnemonic !== 'jmp') {
    const [, not, suffix = ''] = condition;
    const plain = SAME[suffix] ?? suffix;
    const known = CONDITIONS[plain.replace(/^n/, '')];
    if (known) {
      const set = (name: string): boolean => cpu.flags.find((flag) => flag.name === name)?.set ?? false;
      const holds = known.holds(set) !== (plain.startsWith('n') !== (not === 'n'));
      const flags = known.flags.split(' ').map((name) => `${name} is ${set(name) ? 1 : 0}`).join(', ');
      out.push(`${mnemonic.startsWith('j') ? (holds ? 'would jump' : 'would not jump') : holds ? 'the condition holds' : 'the condition does not hold'}: ${flags}`);
    }
  }
  return out;
}
