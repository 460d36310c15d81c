/** Where AT&T's mnemonic differs from Intel's for good: read by disassembler and assembler. GNU as manual, "i386-Mnemonics". */
import type { Row } from './row.ts';

/** Predicates of CMPPS and its kin, by immediate. SDM Vol. 2A, "CMPPD", "Pseudo-Op and CMPPD Implementation". */
export const COMPARISONS = ['eq', 'lt', 'le', 'unord', 'neq', 'nlt', 'nle', 'ord'] as const;

/** A memory operand of the x87 is told by the mnemonic: `fadds`, `faddl`, `fldt`; integers `fiadds`, `fiaddl`, `fildll`. */
const REAL: Readonly<Record<string, string>> = { Md: 's', Mq: 'l', Mt: 't' };
const INTEGER: Readonly<Record<string, string>> = { Mw: 's', Md: 'l', Mq: 'll' };
/** Control and environment instructions, whose operand has one size. */
const NO_SUFFIX = /^f(n?st[cs]w|ldcw|n?stenv|ldenv|n?save|rstor|b)/;

export function spelledMnemonic(row: Row, wide: boolean): string {
  if (row.mnemonic === 'movd' && wide) return 'movq';
  // With ST(i) as destination AT&T's subtractions, and divisions, are each other's Intel names.
  if (row.operands === 'STi, ST') return row.mnemonic.replace(/^f(sub|div)(r?)/, (_, name: string, reversed: string) => `f${name}${reversed ? '' : 'r'}`);
  if (row.notes.unit !== 'x87' || NO_SUFFIX.test(row.mnemonic)) return row.mnemonic;
  return row.mnemonic + ((row.mnemonic.startsWith('fi') ? INTEGER : REAL)[row.operands] ?? '');
}
