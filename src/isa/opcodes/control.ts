/** Control transfer and string instructions. SDM Vol. 1, "Control Transfer Instructions", "String Instructions". */
import { row, type Row } from '../row.ts';
import { CONDITIONS } from '../conditions.ts';

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

export const CONTROL: readonly Row[] = [
  ...CONDITIONS.map((cc, n) => row(`${hex(0x70 + n)} cb`, `j${cc}`, 'Jb', '', { default64: true })),
  ...CONDITIONS.map((cc, n) => row(`0F ${hex(0x80 + n)} cd`, `j${cc}`, 'Jz', '', { default64: true })),
  row('E0 cb', 'loopne', 'Jb', '', { default64: true }),
  row('E1 cb', 'loope', 'Jb', '', { default64: true }),
  row('E2 cb', 'loop', 'Jb', '', { default64: true }),
  row('E3 cb', 'jrcxz', 'Jb', '', { default64: true }),
  row('EB cb', 'jmp', 'Jb', '', { default64: true }),
  row('E9 cd', 'jmp', 'Jz', '', { default64: true }),
  row('FF /4', 'jmp', 'Eq', '', { default64: true }),
  row('E8 cd', 'call', 'Jz', '', { default64: true }),
  row('FF /2', 'call', 'Eq', '', { default64: true }),
  row('C3', 'ret', '', '', { default64: true }),
  row('C2 iw', 'ret', 'Iw', '', { default64: true }),
  row('CB', 'lret', '', '', { faults: '#GP' }),
  row('A4', 'movsb', '', '', { rep: 'rep' }),
  row('A5', 'movs', '', '', { rep: 'rep' }),
  row('A6', 'cmpsb', '', 'OSZAPC', { rep: 'repcc' }),
  row('A7', 'cmps', '', 'OSZAPC', { rep: 'repcc' }),
  row('AA', 'stosb', '', '', { rep: 'rep' }),
  row('AB', 'stos', '', '', { rep: 'rep' }),
  row('AC', 'lodsb', '', '', { rep: 'rep' }),
  row('AD', 'lods', '', '', { rep: 'rep' }),
  row('AE', 'scasb', '', 'OSZAPC', { rep: 'repcc' }),
  row('AF', 'scas', '', 'OSZAPC', { rep: 'repcc' }),
  row('F5', 'cmc', '', 'C'),
  row('F8', 'clc', '', 'C'),
  row('F9', 'stc', '', 'C'),
  row('FC', 'cld', '', 'D'),
  row('FD', 'std', '', 'D'),
  row('90', 'nop', ''),
  row('F3 90', 'pause', ''),
  row('0F 1F /0', 'nop', 'Ev'),
  row('F3 0F 1E FA', 'endbr64', ''),
  // Without shadow stacks they are the no-operations they were before.
  row('F3 0F 1E /1', 'rdsspd', 'Rd'),
  row('F3 REX.W 0F 1E /1', 'rdsspq', 'Rq'),
  row('0F 0B', 'ud2', '', '', { faults: '#UD' }),
];
