/** BMI1 and BMI2 (but for TZCNT, which opcodes/shift.ts has): VEX-encoded, on general registers. SDM Vol. 2A and 2B, one page per mnemonic. */
import { row, type Row } from '../row.ts';

export const BMI: readonly Row[] = [
  row('VEX.LZ.0F38 F2 /r', 'andn', 'Gy, By, Ey', 'OSZAPC', { undef: 'AP', use: 'wrr', needs: 'bmi1' }),
  row('VEX.LZ.0F38 F7 /r', 'bextr', 'Gy, Ey, By', 'OSZAPC', { undef: 'SAP', use: 'wrr', needs: 'bmi1' }),
  row('VEX.LZ.0F38 F3 /1', 'blsr', 'By, Ey', 'OSZAPC', { undef: 'AP', use: 'wr', needs: 'bmi1' }),
  row('VEX.LZ.0F38 F3 /2', 'blsmsk', 'By, Ey', 'OSZAPC', { undef: 'AP', use: 'wr', needs: 'bmi1' }),
  row('VEX.LZ.0F38 F3 /3', 'blsi', 'By, Ey', 'OSZAPC', { undef: 'AP', use: 'wr', needs: 'bmi1' }),
  row('VEX.LZ.0F38 F5 /r', 'bzhi', 'Gy, Ey, By', 'OSZAPC', { undef: 'AP', use: 'wrr', needs: 'bmi2' }),
  row('VEX.LZ.F2.0F38 F6 /r', 'mulx', 'Gy, By, Ey', '', { use: 'wwr', needs: 'bmi2' }),
  row('VEX.LZ.F2.0F38 F5 /r', 'pdep', 'Gy, By, Ey', '', { use: 'wrr', needs: 'bmi2' }),
  row('VEX.LZ.F3.0F38 F5 /r', 'pext', 'Gy, By, Ey', '', { use: 'wrr', needs: 'bmi2' }),
  row('VEX.LZ.F2.0F3A F0 /r ib', 'rorx', 'Gy, Ey, Ib', '', { use: 'wrr', needs: 'bmi2' }),
  row('VEX.LZ.F3.0F38 F7 /r', 'sarx', 'Gy, Ey, By', '', { use: 'wrr', needs: 'bmi2' }),
  row('VEX.LZ.66.0F38 F7 /r', 'shlx', 'Gy, Ey, By', '', { use: 'wrr', needs: 'bmi2' }),
  row('VEX.LZ.F2.0F38 F7 /r', 'shrx', 'Gy, Ey, By', '', { use: 'wrr', needs: 'bmi2' }),
];
