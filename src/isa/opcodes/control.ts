/** Control transfer and string instructions. SDM Vol. 1, "Control Transfer Instructions", "String Instructions". */
import { row, type Row } from '../row.ts';
import { CONDITIONS } from '../conditions.ts';

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');

export const CONTROL: readonly Row[] = [
  ...CONDITIONS.map((cc, n) => row(`${hex(0x70 + n)} cb`, `j${cc}`, 'Jb', '', { default64: true, use: 'r' })),
  ...CONDITIONS.map((cc, n) => row(`0F ${hex(0x80 + n)} cd`, `j${cc}`, 'Jz', '', { default64: true, use: 'r' })),
  row('E0 cb', 'loopne', 'Jb', '', { default64: true, use: 'r' }),
  row('E1 cb', 'loope', 'Jb', '', { default64: true, use: 'r' }),
  row('E2 cb', 'loop', 'Jb', '', { default64: true, use: 'r' }),
  row('E3 cb', 'jrcxz', 'Jb', '', { default64: true, use: 'r' }),
  row('EB cb', 'jmp', 'Jb', '', { default64: true, use: 'r' }),
  row('E9 cd', 'jmp', 'Jz', '', { default64: true, use: 'r' }),
  row('FF /4', 'jmp', 'Eq', '', { default64: true, use: 'r' }),
  row('E8 cd', 'call', 'Jz', '', { default64: true, use: 'r' }),
  row('FF /2', 'call', 'Eq', '', { default64: true, use: 'r' }),
  row('C3', 'ret', '', '', { default64: true, about: 'Pop the return address and go on there.' }),
  row('C2 iw', 'ret', 'Iw', '', { default64: true, use: 'r', about: 'Pop the return address and go on there.' }),
  row('CB', 'lret', '', '', { faults: '#GP', about: 'Pop the return address and CS, and go on there.' }),
  row('A4', 'movsb', '', '', { rep: 'rep', about: 'Copy a byte from RSI to RDI and move both on; with REP RCX times.' }),
  row('A5', 'movs', '', '', { rep: 'rep', about: 'Copy a word from RSI to RDI and move both on; with REP RCX times.' }),
  row('A6', 'cmpsb', '', 'OSZAPC', { rep: 'repcc', about: 'Compare the bytes at RSI and RDI and move both on.' }),
  row('A7', 'cmps', '', 'OSZAPC', { rep: 'repcc', about: 'Compare the words at RSI and RDI and move both on.' }),
  row('AA', 'stosb', '', '', { rep: 'rep', about: 'Store AL at RDI and move RDI on; with REP RCX times.' }),
  row('AB', 'stos', '', '', { rep: 'rep', about: 'Store RAX at RDI and move RDI on; with REP RCX times.' }),
  row('AC', 'lodsb', '', '', { rep: 'rep', about: 'Load AL from RSI and move RSI on.' }),
  row('AD', 'lods', '', '', { rep: 'rep', about: 'Load RAX from RSI and move RSI on.' }),
  row('AE', 'scasb', '', 'OSZAPC', { rep: 'repcc', about: 'Compare AL with the byte at RDI and move RDI on.' }),
  row('AF', 'scas', '', 'OSZAPC', { rep: 'repcc', about: 'Compare RAX with the word at RDI and move RDI on.' }),
  row('F5', 'cmc', '', 'C'),
  row('F8', 'clc', '', 'C'),
  row('F9', 'stc', '', 'C'),
  row('FC', 'cld', '', 'D'),
  row('FD', 'std', '', 'D'),
  row('90', 'nop', ''),
  row('F3 90', 'pause', '', '', { about: 'Wait a moment in a loop that waits for somebody else.' }),
  row('0F 1F /0', 'nop', 'Ev', '', { use: 'a' }),
  row('F3 0F 1E FA', 'endbr64', '', '', { about: 'A place that indirect jumps may lead to; does nothing else.' }),
  // Without shadow stacks they are the no-operations they were before.
  row('F3 0F 1E /1', 'rdsspd', 'Rd', '', { use: 'a' }),
  row('F3 REX.W 0F 1E /1', 'rdsspq', 'Rq', '', { use: 'a' }),
  row('0F 0B', 'ud2', '', '', { faults: '#UD', about: 'Raises #UD, on purpose.' }),
];
