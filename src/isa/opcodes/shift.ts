/** Shifts, rotates and bits. SDM Vol. 1, "Shift and Rotate Instructions", "Bit and Byte Instructions". */
import { row, type Row } from '../row.ts';

const shift = (mnemonic: string, digit: number, flags: string, undef: string): Row[] =>
  ([['C0', 'Eb, Ib', ' ib'], ['C1', 'Ev, Ib', ' ib'], ['D0', 'Eb, 1', ''], ['D1', 'Ev, 1', ''], ['D2', 'Eb, CL', ''], ['D3', 'Ev, CL', '']] as const)
    .map(([opcode, operands, immediate]) => row(`${opcode} /${digit}${immediate}`, mnemonic, operands, flags, undef ? { undef } : {}));

const bit = (mnemonic: string, opcode: string, digit: number, lock: boolean): Row[] => {
  const notes: Row['notes'] = lock ? { lock: true, undef: 'OSAP' } : { undef: 'OSAP', use: 'rr' };
  return [row(`0F ${opcode} /r`, mnemonic, 'Ev, Gv', 'C', notes), row(`0F BA /${digit} ib`, mnemonic, 'Ev, Ib', 'C', notes)];
};

export const SHIFT: readonly Row[] = [
  ...shift('rol', 0, 'OC', ''),
  ...shift('ror', 1, 'OC', ''),
  ...shift('rcl', 2, 'OC', ''),
  ...shift('rcr', 3, 'OC', ''),
  ...shift('shl', 4, 'OSZAPC', 'A'),
  ...shift('shr', 5, 'OSZAPC', 'A'),
  ...shift('sar', 7, 'OSZAPC', 'A'),
  row('0F A4 /r ib', 'shld', 'Ev, Gv, Ib', 'OSZAPC', { undef: 'A' }),
  row('0F A5 /r', 'shld', 'Ev, Gv, CL', 'OSZAPC', { undef: 'A' }),
  row('0F AC /r ib', 'shrd', 'Ev, Gv, Ib', 'OSZAPC', { undef: 'A' }),
  row('0F AD /r', 'shrd', 'Ev, Gv, CL', 'OSZAPC', { undef: 'A' }),
  ...bit('bt', 'A3', 4, false),
  ...bit('bts', 'AB', 5, true),
  ...bit('btr', 'B3', 6, true),
  ...bit('btc', 'BB', 7, true),
  row('0F BC /r', 'bsf', 'Gv, Ev', 'OSZAPC', { undef: 'OSAPC', use: 'wr' }),
  row('0F BD /r', 'bsr', 'Gv, Ev', 'OSZAPC', { undef: 'OSAPC', use: 'wr' }),
  row('F3 0F BC /r', 'tzcnt', 'Gv, Ev', 'OSZAPC', { undef: 'OSAP', use: 'wr', needs: 'bmi1' }),
  row('F3 0F BD /r', 'lzcnt', 'Gv, Ev', 'OSZAPC', { undef: 'OSAP', use: 'wr', needs: 'abm' }),
  row('F3 0F B8 /r', 'popcnt', 'Gv, Ev', 'OSZAPC', { use: 'wr', needs: 'popcnt' }),
];
