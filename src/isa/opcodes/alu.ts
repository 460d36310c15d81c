/**
 * Integer arithmetic and logic. This file and its sisters are the only list of instructions there is: the decoder,
 * assembler, disassembler, engines and generated tests are derived from it. Encodings are spelled as in SDM Vol. 2,
 * operands as in its Appendix A, so a row can be checked by eye.
 *
 * Operands: E general register or memory (ModRM.rm), G register (ModRM.reg), Z register in the opcode's low bits, M memory only,
 * R register only (ModRM.rm), I immediate, J relative target, O absolute address, S segment, C control, D debug register,
 * V XMM register (ModRM.reg), W XMM register or memory (ModRM.rm), U XMM register (ModRM.rm); P, Q, N the same for MMX; B general
 * register (VEX.vvvv); ST, STi x87 registers. Size: b 8, w 16, d 32, q 64, t 80, ss 32, sd 64, dq ps pd x 128, v the operand size (16, 32, 64), y 32 or 64, z
 * immediate of 16 or 32 bits sign-extended. Ibs: imm8, sign-extended.
 */
import { row, type Row } from '../row.ts';

const binary = (mnemonic: string, base: number, digit: number, flags: string, notes: Row['notes'] = { lock: true }): Row[] => {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');
  const reads = mnemonic === 'cmp' ? notes : {};
  return [
    row(`${hex(base)} /r`, mnemonic, 'Eb, Gb', flags, notes),
    row(`${hex(base + 1)} /r`, mnemonic, 'Ev, Gv', flags, notes),
    row(`${hex(base + 2)} /r`, mnemonic, 'Gb, Eb', flags, reads),
    row(`${hex(base + 3)} /r`, mnemonic, 'Gv, Ev', flags, reads),
    row(`${hex(base + 4)} ib`, mnemonic, 'AL, Ib', flags, reads),
    row(`${hex(base + 5)} iz`, mnemonic, 'rAX, Iz', flags, reads),
    row(`80 /${digit} ib`, mnemonic, 'Eb, Ib', flags, notes),
    row(`81 /${digit} iz`, mnemonic, 'Ev, Iz', flags, notes),
    row(`83 /${digit} ib`, mnemonic, 'Ev, Ibs', flags, notes),
  ];
};

export const ALU: readonly Row[] = [
  ...binary('add', 0x00, 0, 'OSZAPC'),
  ...binary('or', 0x08, 1, 'OSZAPC', { lock: true, undef: 'A' }),
  ...binary('adc', 0x10, 2, 'OSZAPC'),
  ...binary('sbb', 0x18, 3, 'OSZAPC'),
  ...binary('and', 0x20, 4, 'OSZAPC', { lock: true, undef: 'A' }),
  ...binary('sub', 0x28, 5, 'OSZAPC'),
  ...binary('xor', 0x30, 6, 'OSZAPC', { lock: true, undef: 'A' }),
  ...binary('cmp', 0x38, 7, 'OSZAPC', { discards: 'result' }),
  row('84 /r', 'test', 'Eb, Gb', 'OSZAPC', { discards: 'result', undef: 'A' }),
  row('85 /r', 'test', 'Ev, Gv', 'OSZAPC', { discards: 'result', undef: 'A' }),
  row('A8 ib', 'test', 'AL, Ib', 'OSZAPC', { discards: 'result', undef: 'A' }),
  row('A9 iz', 'test', 'rAX, Iz', 'OSZAPC', { discards: 'result', undef: 'A' }),
  row('F6 /0 ib', 'test', 'Eb, Ib', 'OSZAPC', { discards: 'result', undef: 'A' }),
  row('F7 /0 iz', 'test', 'Ev, Iz', 'OSZAPC', { discards: 'result', undef: 'A' }),
  row('F6 /2', 'not', 'Eb', '', { lock: true }),
  row('F7 /2', 'not', 'Ev', '', { lock: true }),
  row('F6 /3', 'neg', 'Eb', 'OSZAPC', { lock: true }),
  row('F7 /3', 'neg', 'Ev', 'OSZAPC', { lock: true }),
  row('FE /0', 'inc', 'Eb', 'OSZAP', { lock: true }),
  row('FF /0', 'inc', 'Ev', 'OSZAP', { lock: true }),
  row('FE /1', 'dec', 'Eb', 'OSZAP', { lock: true }),
  row('FF /1', 'dec', 'Ev', 'OSZAP', { lock: true }),
  row('F6 /4', 'mul', 'Eb', 'OSZAPC', { undef: 'SZAP', use: 'r' }),
  row('F7 /4', 'mul', 'Ev', 'OSZAPC', { undef: 'SZAP', use: 'r' }),
  row('F6 /5', 'imul', 'Eb', 'OSZAPC', { undef: 'SZAP', use: 'r' }),
  row('F7 /5', 'imul', 'Ev', 'OSZAPC', { undef: 'SZAP', use: 'r' }),
  row('0F AF /r', 'imul', 'Gv, Ev', 'OSZAPC', { undef: 'SZAP' }),
  row('6B /r ib', 'imul', 'Gv, Ev, Ibs', 'OSZAPC', { undef: 'SZAP', use: 'wrr' }),
  row('69 /r iz', 'imul', 'Gv, Ev, Iz', 'OSZAPC', { undef: 'SZAP', use: 'wrr' }),
  row('F6 /6', 'div', 'Eb', 'OSZAPC', { faults: '#DE', undef: 'OSZAPC', use: 'r' }),
  row('F7 /6', 'div', 'Ev', 'OSZAPC', { faults: '#DE', undef: 'OSZAPC', use: 'r' }),
  row('F6 /7', 'idiv', 'Eb', 'OSZAPC', { faults: '#DE', undef: 'OSZAPC', use: 'r' }),
  row('F7 /7', 'idiv', 'Ev', 'OSZAPC', { faults: '#DE', undef: 'OSZAPC', use: 'r' }),
  row('0F C0 /r', 'xadd', 'Eb, Gb', 'OSZAPC', { lock: true, use: 'xx' }),
  row('0F C1 /r', 'xadd', 'Ev, Gv', 'OSZAPC', { lock: true, use: 'xx' }),
  row('0F B0 /r', 'cmpxchg', 'Eb, Gb', 'OSZAPC', { lock: true }),
  row('0F B1 /r', 'cmpxchg', 'Ev, Gv', 'OSZAPC', { lock: true }),
  row('0F C7 /1', 'cmpxchg8b', 'Mq', 'Z', { lock: true }),
  row('REX.W 0F C7 /1', 'cmpxchg16b', 'Mdq', 'Z', { lock: true, needs: 'cx16' }),
];
