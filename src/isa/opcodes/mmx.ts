/** MMX, and SSE's additions to it: 64-bit vectors in the x87's registers. SDM Vol. 1, "Programming with Intel MMX Technology". */
import { row, type Row } from '../row.ts';
import { PACKED_INTEGER, PACKED_SHIFTS } from './sse.ts';

const mmx = (encoding: string, mnemonic: string, operands = '', faults = '#MF'): Row => row(encoding, mnemonic, operands, '', { unit: 'mmx', faults });

export const MMX: readonly Row[] = [
  ...PACKED_INTEGER.map(([opcode, mnemonic]) => mmx(`NP 0F ${opcode} /r`, mnemonic, mnemonic.startsWith('punpckl') ? 'Pq, Qd' : 'Pq, Qq')),
  ...PACKED_SHIFTS.map(([opcode, digit, mnemonic]) => mmx(`NP 0F ${opcode} /${digit} ib`, mnemonic, 'Nq, Ib')),
  mmx('NP 0F 6E /r', 'movd', 'Pq, Ey'),
  mmx('NP 0F 7E /r', 'movd', 'Ey, Pq'),
  mmx('NP 0F 6F /r', 'movq', 'Pq, Qq'),
  mmx('NP 0F 7F /r', 'movq', 'Qq, Pq'),
  mmx('NP 0F E7 /r', 'movntq', 'Mq, Pq'),
  mmx('NP 0F 70 /r ib', 'pshufw', 'Pq, Qq, Ib'),
  mmx('NP 0F C4 /r ib', 'pinsrw', 'Pq, Ew, Ib'),
  mmx('NP 0F C5 /r ib', 'pextrw', 'Gd, Nq, Ib'),
  mmx('NP 0F D7 /r', 'pmovmskb', 'Gd, Nq'),
  mmx('NP 0F F7 /r', 'maskmovq', 'Pq, Nq'),
  mmx('F3 0F D6 /r', 'movq2dq', 'Vdq, Nq'),
  mmx('F2 0F D6 /r', 'movdq2q', 'Pq, Uq'),
  mmx('NP 0F 2A /r', 'cvtpi2ps', 'Vps, Qq', '#MF #XM'),
  mmx('66 0F 2A /r', 'cvtpi2pd', 'Vpd, Qq', '#MF'),
  mmx('NP 0F 2C /r', 'cvttps2pi', 'Pq, Wq', '#MF #XM'),
  mmx('66 0F 2C /r', 'cvttpd2pi', 'Pq, Wpd', '#MF #XM'),
  mmx('NP 0F 2D /r', 'cvtps2pi', 'Pq, Wq', '#MF #XM'),
  mmx('66 0F 2D /r', 'cvtpd2pi', 'Pq, Wpd', '#MF #XM'),
  mmx('NP 0F 77', 'emms'),
];
