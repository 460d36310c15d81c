/** The x87 FPU. SDM Vol. 1, "Programming with the x87 FPU"; Vol. 2A, the pages under F. Md Mq Mt: floats in memory; with fi*: integers. */
import { row, type Row } from '../row.ts';

const fpu = (encoding: string, mnemonic: string, operands = '', flags = '', faults = '#MF'): Row =>
  row(encoding, mnemonic, operands, flags, { unit: 'x87', faults });
const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

/** By ModRM.reg. */
const ARITHMETIC = ['fadd', 'fmul', 'fcom', 'fcomp', 'fsub', 'fsubr', 'fdiv', 'fdivr'] as const;
/** DC and DE write ST(i); the two subtractions, and divisions, change places there. */
const REVERSED = ['fadd', 'fmul', '', '', 'fsubr', 'fsub', 'fdivr', 'fdiv'] as const;
const CONSTANTS = ['fld1', 'fldl2t', 'fldl2e', 'fldpi', 'fldlg2', 'fldln2', 'fldz'] as const;
/** D9 F0 to FF. */
const NAMED = ['f2xm1', 'fyl2x', 'fptan', 'fpatan', 'fxtract', 'fprem1', 'fdecstp', 'fincstp', 'fprem', 'fyl2xp1', 'fsqrt', 'fsincos', 'frndint', 'fscale',
  'fsin', 'fcos'] as const;

export const X87: readonly Row[] = [
  ...ARITHMETIC.flatMap((name, n) => [
    fpu(`D8 /${n}`, name, 'Md'),
    fpu(`DC /${n}`, name, 'Mq'),
    fpu(`DA /${n}`, name.replace('f', 'fi'), 'Md'),
    fpu(`DE /${n}`, name.replace('f', 'fi'), 'Mw'),
    fpu(`D8 ${hex(0xc0 + 8 * n)}+i`, name, name.startsWith('fcom') ? 'STi' : 'ST, STi'),
  ]),
  ...REVERSED.flatMap((name, n) => (name ? [fpu(`DC ${hex(0xc0 + 8 * n)}+i`, name, 'STi, ST'), fpu(`DE ${hex(0xc0 + 8 * n)}+i`, `${name}p`, 'STi, ST')] : [])),
  fpu('D9 /0', 'fld', 'Md'),
  fpu('D9 /2', 'fst', 'Md'),
  fpu('D9 /3', 'fstp', 'Md'),
  fpu('D9 /4', 'fldenv', 'M'),
  fpu('D9 /5', 'fldcw', 'Mw'),
  fpu('D9 /6', 'fnstenv', 'M', '', ''),
  fpu('D9 /7', 'fnstcw', 'Mw', '', ''),
  fpu('D9 C0+i', 'fld', 'STi'),
  fpu('D9 C8+i', 'fxch', 'STi'),
  fpu('D9 D0', 'fnop'),
  fpu('D9 E0', 'fchs'),
  fpu('D9 E1', 'fabs'),
  fpu('D9 E4', 'ftst'),
  fpu('D9 E5', 'fxam'),
  ...CONSTANTS.map((name, n) => fpu(`D9 ${hex(0xe8 + n)}`, name)),
  ...NAMED.map((name, n) => fpu(`D9 ${hex(0xf0 + n)}`, name)),
  ...['b', 'e', 'be', 'u'].flatMap((cc, n) => [fpu(`DA ${hex(0xc0 + 8 * n)}+i`, `fcmov${cc}`, 'ST, STi'),
  fpu(`DB ${hex(0xc0 + 8 * n)}+i`, `fcmovn${cc}`, 'ST, STi')]),
  fpu('DA E9', 'fucompp'),
  fpu('DB /0', 'fild', 'Md'),
  fpu('DB /2', 'fist', 'Md'),
  fpu('DB /3', 'fistp', 'Md'),
  fpu('DB /5', 'fld', 'Mt'),
  fpu('DB /7', 'fstp', 'Mt'),
  fpu('DB E2', 'fnclex', '', '', ''),
  fpu('DB E3', 'fninit', '', '', ''),
  fpu('DB E8+i', 'fucomi', 'ST, STi', 'OSZAPC'),
  fpu('DB F0+i', 'fcomi', 'ST, STi', 'OSZAPC'),
  fpu('DD /0', 'fld', 'Mq'),
  fpu('DD /2', 'fst', 'Mq'),
  fpu('DD /3', 'fstp', 'Mq'),
  fpu('DD /4', 'frstor', 'M'),
  fpu('DD /6', 'fnsave', 'M', '', ''),
  fpu('DD /7', 'fnstsw', 'Mw', '', ''),
  fpu('DD C0+i', 'ffree', 'STi'),
  fpu('DD D0+i', 'fst', 'STi'),
  fpu('DD D8+i', 'fstp', 'STi'),
  fpu('DD E0+i', 'fucom', 'STi'),
  fpu('DD E8+i', 'fucomp', 'STi'),
  fpu('DE D9', 'fcompp'),
  fpu('DF /0', 'fild', 'Mw'),
  fpu('DF /2', 'fist', 'Mw'),
  fpu('DF /3', 'fistp', 'Mw'),
  fpu('DF /4', 'fbld', 'Mt'),
  fpu('DF /5', 'fild', 'Mq'),
  fpu('DF /6', 'fbstp', 'Mt'),
  fpu('DF /7', 'fistp', 'Mq'),
  fpu('DF E0', 'fnstsw', 'AX', '', ''),
  fpu('DF E8+i', 'fucomip', 'ST, STi', 'OSZAPC'),
  fpu('DF F0+i', 'fcomip', 'ST, STi', 'OSZAPC'),
  fpu('9B', 'fwait'),
];
