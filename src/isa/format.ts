/** An instruction as AT&T text, spelled as GNU objdump spells it. */
import type { Decoded, DecodedOperand } from './decoded.ts';
import { COMPARISONS, spelledMnemonic } from './spelling.ts';
import { GPR16, GPR32, GPR64, GPR8, GPR8_HIGH, SEGMENTS } from './registers.ts';

export interface Formatted {
  /** With prefixes and with a size suffix where no register tells the size: `lock cmpxchg`, `movl`. */
  mnemonic: string;
  operands: string;
  /** What a branch target, a RIP-relative or an absolute address is: `main+0x10`. */
  symbol?: string;
}

type Memory = Extract<DecodedOperand, { kind: 'mem' }>;

const MASK = 0xffff_ffff_ffff_ffffn;
const hex = (value: bigint): string => `0x${value.toString(16)}`;
const pair = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

/** Size suffixes by bits. */
const SUFFIX: Readonly<Record<number, string>> = { 8: 'b', 16: 'w', 32: 'l', 64: 'q' };
/** Sign extension inside RAX and into RDX, by operand size. */
const WIDENING: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  cbw: { 16: 'cbtw', 32: 'cwtl', 64: 'cltq' },
  cwd: { 16: 'cwtd', 32: 'cltd', 64: 'cqto' },
};
/** Operands that the encoding does not show. A is rAX or AL. */
const STRING_OPERANDS: Readonly<Record<string, string>> = {
  movs: '%ds:(%rsi),%es:(%rdi)', cmps: '%es:(%rdi),%ds:(%rsi)', stos: 'A,%es:(%rdi)', lods: '%ds:(%rsi),A', scas: '%es:(%rdi),A', ins: '(%dx),%es:(%rdi)',
  outs: '%ds:(%rsi),(%dx)',
};
const IDLE: Readonly<Record<number, string>> = { 0x26: 'es', 0x2e: 'cs', 0x36: 'ss', 0x3e: 'ds', 0x66: 'data16', 0xf2: 'repnz', 0xf3: 'repz' };
/** Intel's order is also AT&T's here. */
const NOT_REVERSED = new Set(['enter']);

/**
 * @param address where the instruction stands.
 * @param symbolize names an address; with a segment (5 is GS), an offset from its base.
 */
export function format(d: Decoded, address: bigint, symbolize?: (address: bigint, segment: Decoded['segment']) => string | undefined): Formatted {
  const { row } = d;
  const string = special(d);
  const next = address + BigInt(d.length);
  const parts: string[] = [];
  let target: bigint | undefined;
  const indirect = row.mnemonic === 'jmp' || row.mnemonic === 'call';
  const patterns = row.operands ? row.operands.split(', ') : [];
  const compares = comparison(d);
  d.operands.forEach((operand, n) => {
    // A shift by the one in the opcode; a predicate that the name tells.
    if (patterns[n] === '1' || (compares && n === 2)) return;
    if (operand.kind === 'rel') target = (next + BigInt(operand.disp)) & MASK;
    if (operand.kind === 'mem') target = absolute(operand, next) ?? target;
    const star = indirect && operand.kind !== 'rel' ? '*' : '';
    parts.push(star + operandText(operand, d, patterns[n], next));
  });
  if (!NOT_REVERSED.has(row.mnemonic)) parts.reverse();
  const relative = d.operands.some(({ kind }) => kind === 'rel');
  const found = target === undefined ? undefined : symbolize?.(target, relative ? -1 : d.segment);
  return {
    mnemonic: prefixes(d) + (string?.mnemonic ?? compares ?? mnemonicOf(d, patterns)),
    operands: string?.operands ?? parts.join(','),
    ...(found === undefined ? {} : { symbol: found }),
  };
}

/** The one line of objdump: mnemonic padded to six, operands, the symbol in angle brackets. */
export function formatLine(formatted: Formatted): string {
  const { mnemonic, operands, symbol } = formatted;
  if (!operands) return mnemonic;
  return `${mnemonic.padEnd(6)} ${operands}${symbol === undefined ? '' : ` <${symbol}>`}`;
}

function prefixes(d: Decoded): string {
  let text = '';
  const branch = d.operands[0]?.kind === 'rel';
  for (const prefix of d.idle) {
    // 3E before an indirect branch is not a segment. SDM Vol. 1, "No-Track Prefix for Near Indirect CALL/JMP".
    const notrack = prefix === 0x3e && (d.row.mnemonic === 'jmp' || d.row.mnemonic === 'call') && !branch;
    text += `${notrack ? 'notrack' : prefix === 0xf2 && d.row.notes.default64 ? 'bnd' : branch && (prefix === 0x2e || prefix === 0x3e) ? '' : IDLE[prefix]} `;
  }
  if (d.lock) text += 'lock ';
  if (d.rep) text += d.row.notes.rep === 'repcc' ? (d.rep === 0xf3 ? 'repz ' : 'repnz ') : d.rep === 0xf3 ? 'rep ' : 'repnz ';
  if (d.addressSize === 32 && d.row.mnemonic !== 'jrcxz' && !d.operands.some(({ kind }) => kind === 'mem') && !stringInstruction(d)) text += 'addr32 ';
  return text;
}

function mnemonicOf(d: Decoded, patterns: readonly string[]): string {
  const { mnemonic, notes } = d.row;
  const widening = WIDENING[mnemonic];
  if (widening) return widening[d.operandSize];
  switch (mnemonic) {
    case 'movzx': case 'movsx': case 'movsxd': {
      // 63 without REX.W widens nothing: objdump keeps Intel's name.
      if (mnemonic === 'movsxd' && d.operandSize !== 64) return mnemonic;
      const source = patterns[1] === 'Eb' ? 8 : patterns[1] === 'Ew' ? 16 : 32;
      return `mov${mnemonic === 'movzx' ? 'z' : 's'}${SUFFIX[source]}${SUFFIX[d.operandSize]}`;
    }
    case 'lret': return d.operandSize === 64 ? 'lretq' : 'lret';
    case 'jrcxz': return d.addressSize === 32 ? 'jecxz' : 'jrcxz';
    case 'mov':
      // The only immediate of 64 bits, and addresses of 64 bits.
      if ((patterns[1] === 'Iv' && d.operandSize === 64) || patterns.some((pattern) => pattern[0] === 'O')) return 'movabs';
      break;
    default:
  }
  if (notes.default64) return d.operandSize === 16 && !patterns.some((pattern) => pattern === 'Zv') && !d.operands.some(({ kind }) => kind === 'reg')
    ? `${mnemonic}w` : mnemonic;
  return spelledMnemonic(d.row, d.operandSize === 64) + suffix(d, patterns);
}

/** A suffix is needed when memory is the only operand that has a size. */
function suffix(d: Decoded, patterns: readonly string[]): string {
  const memory = d.operands.find(({ kind }) => kind === 'mem');
  if (memory?.kind !== 'mem' || d.row.mnemonic.startsWith('set')) return '';
  if (!/^E[bvy]$/.test(patterns[d.operands.indexOf(memory)]) || d.row.mnemonic === 'movd') return '';
  if (patterns.some((pattern) => /^(G|B|Z|S|rAX|AL)/.test(pattern))) return '';
  return SUFFIX[memory.size] ?? '';
}

/** Instructions whose text has operands that the rows do not. */
function special(d: Decoded): { mnemonic: string; operands: string } | undefined {
  if (d.row.mnemonic === 'nop' && !d.row.operands && d.operandSize === 16) return { mnemonic: 'xchg', operands: '%ax,%ax' };
  if (d.row.mnemonic === 'xlat') return { mnemonic: 'xlat', operands:
    `%${d.segment === -1 ? 'ds' : SEGMENTS[d.segment]}:(%${d.addressSize === 32 ? 'e' : 'r'}bx)` };
  return stringInstruction(d);
}

/** Comparisons by name: `cmpltsd` for `cmpsd $1`. */
function comparison(d: Decoded): string | undefined {
  const [, , predicate] = d.operands, match = /^cmp([ps][sd])$/.exec(d.row.mnemonic);
  return match && predicate?.kind === 'imm' && COMPARISONS[predicate.lo] ? `cmp${COMPARISONS[predicate.lo]}${match[1]}` : undefined;
}

function stringInstruction(d: Decoded): { mnemonic: string; operands: string } | undefined {
  const { mnemonic } = d.row;
  if (!d.row.notes.rep) return undefined;
  const isByte = mnemonic.endsWith('sb');
  const stem = isByte ? mnemonic.slice(0, -1) : mnemonic;
  // Ports have no 64 bits.
  const size = isByte ? 8 : d.operandSize === 64 && (stem === 'ins' || stem === 'outs') ? 32 : d.operandSize;
  const pattern = STRING_OPERANDS[stem];
  if (pattern === undefined) return undefined;
  const names = size === 8 ? GPR8 : size === 16 ? GPR16 : size === 32 ? GPR32 : GPR64;
  // AL, AX, EAX or RAX says the size of stos, lods and scas.
  let operands = pattern.replace('A', `%${names[0]}`);
  if (d.segment !== -1) operands = operands.replace('%ds', `%${SEGMENTS[d.segment]}`);
  if (d.addressSize === 32) operands = operands.replace(/%r([sd]i)/g, '%e$1');
  return { mnemonic: stem + (pattern.includes('A') ? '' : SUFFIX[size]), operands };
}

/** The address that memory has whatever the registers hold. */
function absolute(memory: Memory, next: bigint): bigint | undefined {
  if (memory.base === 16) return (next + BigInt(memory.disp)) & MASK;
  if (memory.moffs) return pair(memory.disp, memory.dispHi);
  return memory.base < 0 && memory.index < 0 ? BigInt(memory.disp) & MASK : undefined;
}

function operandText(operand: DecodedOperand, d: Decoded, pattern: string, next: bigint): string {
  switch (operand.kind) {
    case 'reg':
      if (pattern === 'DX') return '(%dx)';
      if (operand.high8) return `%${GPR8_HIGH[operand.reg]}`;
      // Moves to segment registers and the like read 16 bits, but are spelled with 32.
      if (d.row.operands === 'Sw, Ew' || d.row.mnemonic === 'pinsrw') return `%${GPR32[operand.reg]}`;
      if (pattern === 'Ew' && /^(str|sldt|smsw|lar|lsl)$/.test(d.row.mnemonic))
        return `%${(d.operandSize === 64 ? GPR64 : d.operandSize === 32 ? GPR32 : GPR16)[operand.reg]}`;
      return `%${(operand.size === 8 ? GPR8 : operand.size === 16 ? GPR16 : operand.size === 32 ? GPR32 : GPR64)[operand.reg]}`;
    case 'seg': return `%${SEGMENTS[operand.reg] ?? '?'}`;
    case 'cr': return `%cr${operand.reg}`;
    case 'dr': return `%db${operand.reg}`;
    case 'xmm': return `%xmm${operand.reg}`;
    case 'mm': return `%mm${operand.reg}`;
    case 'st': return operand.reg === 0 && pattern === 'ST' ? '%st' : `%st(${operand.reg})`;
    case 'rel': return ((next + BigInt(operand.disp)) & MASK).toString(16);
    case 'imm': return `$${hex(BigInt.asUintN(immediateBits(d, pattern), pair(operand.lo, operand.hi)))}`;
    case 'mem': return memoryText(operand, d);
  }
}

/** As many bits of an immediate are shown as the operation uses. */
function immediateBits(d: Decoded, pattern: string): number {
  if (pattern === 'Ib') return 8;
  if (pattern === 'Iw') return 16;
  return d.row.notes.default64 ? (d.operandSize === 16 ? 16 : 64) : d.operandSize;
}

function memoryText(memory: Memory, d: Decoded): string {
  const segment = d.segment !== -1 ? `%${SEGMENTS[d.segment]}:` : '';
  if (memory.moffs) return segment + hex(pair(memory.disp, memory.dispHi));
  const names = d.addressSize === 32 ? GPR32 : GPR64;
  const { base, index, scale, disp } = memory;
  if (base < 0 && index < 0) return segment + hex(BigInt.asUintN(d.addressSize === 32 ? 32 : 64, BigInt(disp)));
  const number = memory.dispBytes === 0 && disp === 0 ? '' : disp < 0 ? `-0x${(-disp).toString(16)}` : `0x${disp.toString(16)}`;
  const first = base === 16 ? (d.addressSize === 32 ? '%eip' : '%rip') : base >= 0 ? `%${names[base]}` : '';
  return `${segment}${number}(${first}${index >= 0 ? `,%${names[index]},${scale}` : ''})`;
}
