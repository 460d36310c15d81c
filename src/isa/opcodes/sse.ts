/**
 * SSE and SSE2: XMM registers, and MXCSR. SDM Vol. 1, "Programming with Intel Streaming SIMD Extensions" and its sister
 * for SSE2. ps, pd: packed floats and doubles; ss, sd: the lowest one; dq: 128 bits of integers.
 */
import { row, type Row } from '../row.ts';

const sse = (encoding: string, mnemonic: string, operands: string, notes: Row['notes'] = {}, flags = ''): Row =>
  row(encoding, mnemonic, operands, flags, { ...notes, unit: 'sse' });

/** The four forms of one floating-point operation. */
const four = (opcode: string, name: string, immediate = ''): Row[] => {
  const ib = immediate && ' ib', tail = immediate && `, ${immediate}`;
  return [
    sse(`NP 0F ${opcode} /r${ib}`, `${name}ps`, `Vps, Wps${tail}`, { faults: '#XM' }),
    sse(`66 0F ${opcode} /r${ib}`, `${name}pd`, `Vpd, Wpd${tail}`, { faults: '#XM' }),
    sse(`F3 0F ${opcode} /r${ib}`, `${name}ss`, `Vss, Wss${tail}`, { faults: '#XM' }),
    sse(`F2 0F ${opcode} /r${ib}`, `${name}sd`, `Vsd, Wsd${tail}`, { faults: '#XM' }),
  ];
};
/** Bits of packed floats and doubles: no rounding, no exceptions. */
const two = (opcode: string, name: string, immediate = ''): Row[] => {
  const ib = immediate && ' ib', tail = immediate && `, ${immediate}`;
  return [sse(`NP 0F ${opcode} /r${ib}`, `${name}ps`, `Vps, Wps${tail}`), sse(`66 0F ${opcode} /r${ib}`, `${name}pd`, `Vpd, Wpd${tail}`)];
};

/** Integer operations of two vectors: the same opcode with 66 for XMM, without for MMX (opcodes/mmx.ts). */
export const PACKED_INTEGER: readonly (readonly [opcode: string, mnemonic: string])[] = [
  ['60', 'punpcklbw'], ['61', 'punpcklwd'], ['62', 'punpckldq'], ['63', 'packsswb'], ['64', 'pcmpgtb'], ['65', 'pcmpgtw'], ['66', 'pcmpgtd'],
  ['67', 'packuswb'],
  ['68', 'punpckhbw'], ['69', 'punpckhwd'], ['6A', 'punpckhdq'], ['6B', 'packssdw'], ['74', 'pcmpeqb'], ['75', 'pcmpeqw'], ['76', 'pcmpeqd'],
  ['D1', 'psrlw'], ['D2', 'psrld'], ['D3', 'psrlq'], ['D4', 'paddq'], ['D5', 'pmullw'], ['D8', 'psubusb'], ['D9', 'psubusw'], ['DA', 'pminub'], ['DB', 'pand'],
  ['DC', 'paddusb'], ['DD', 'paddusw'], ['DE', 'pmaxub'], ['DF', 'pandn'], ['E0', 'pavgb'], ['E1', 'psraw'], ['E2', 'psrad'], ['E3', 'pavgw'],
  ['E4', 'pmulhuw'], ['E5', 'pmulhw'],
  ['E8', 'psubsb'], ['E9', 'psubsw'], ['EA', 'pminsw'], ['EB', 'por'], ['EC', 'paddsb'], ['ED', 'paddsw'], ['EE', 'pmaxsw'], ['EF', 'pxor'],
  ['F1', 'psllw'], ['F2', 'pslld'], ['F3', 'psllq'], ['F4', 'pmuludq'], ['F5', 'pmaddwd'], ['F6', 'psadbw'],
  ['F8', 'psubb'], ['F9', 'psubw'], ['FA', 'psubd'], ['FB', 'psubq'], ['FC', 'paddb'], ['FD', 'paddw'], ['FE', 'paddd'],
];
/** Shifts by an immediate. */
export const PACKED_SHIFTS: readonly (readonly [opcode: string, digit: number, mnemonic: string])[] = [
  ['71', 2, 'psrlw'], ['71', 4, 'psraw'], ['71', 6, 'psllw'], ['72', 2, 'psrld'], ['72', 4, 'psrad'], ['72', 6, 'pslld'], ['73', 2, 'psrlq'],
  ['73', 6, 'psllq'],
];

export const SSE: readonly Row[] = [
  ...two('10', 'movu'),
  sse('F3 0F 10 /r', 'movss', 'Vss, Wss'),
  sse('F2 0F 10 /r', 'movsd', 'Vsd, Wsd'),
  sse('NP 0F 11 /r', 'movups', 'Wps, Vps'),
  sse('66 0F 11 /r', 'movupd', 'Wpd, Vpd'),
  sse('F3 0F 11 /r', 'movss', 'Wss, Vss'),
  sse('F2 0F 11 /r', 'movsd', 'Wsd, Vsd'),
  sse('NP 0F 12 /r', 'movlps', 'Vq, Mq'),
  sse('NP 0F 12 /r', 'movhlps', 'Vq, Uq'),
  sse('66 0F 12 /r', 'movlpd', 'Vq, Mq'),
  sse('NP 0F 13 /r', 'movlps', 'Mq, Vq'),
  sse('66 0F 13 /r', 'movlpd', 'Mq, Vq'),
  ...two('14', 'unpckl'),
  ...two('15', 'unpckh'),
  sse('NP 0F 16 /r', 'movhps', 'Vq, Mq'),
  sse('NP 0F 16 /r', 'movlhps', 'Vq, Uq'),
  sse('66 0F 16 /r', 'movhpd', 'Vq, Mq'),
  sse('NP 0F 17 /r', 'movhps', 'Mq, Vq'),
  sse('66 0F 17 /r', 'movhpd', 'Mq, Vq'),
  ...two('28', 'mova'),
  sse('NP 0F 29 /r', 'movaps', 'Wps, Vps'),
  sse('66 0F 29 /r', 'movapd', 'Wpd, Vpd'),
  sse('F3 0F 2A /r', 'cvtsi2ss', 'Vss, Ey', { faults: '#XM' }),
  sse('F2 0F 2A /r', 'cvtsi2sd', 'Vsd, Ey', { faults: '#XM' }),
  sse('NP 0F 2B /r', 'movntps', 'Mps, Vps'),
  sse('66 0F 2B /r', 'movntpd', 'Mpd, Vpd'),
  sse('F3 0F 2C /r', 'cvttss2si', 'Gy, Wss', { faults: '#XM' }),
  sse('F2 0F 2C /r', 'cvttsd2si', 'Gy, Wsd', { faults: '#XM' }),
  sse('F3 0F 2D /r', 'cvtss2si', 'Gy, Wss', { faults: '#XM' }),
  sse('F2 0F 2D /r', 'cvtsd2si', 'Gy, Wsd', { faults: '#XM' }),
  sse('NP 0F 2E /r', 'ucomiss', 'Vss, Wss', { faults: '#XM' }, 'OSZAPC'),
  sse('66 0F 2E /r', 'ucomisd', 'Vsd, Wsd', { faults: '#XM' }, 'OSZAPC'),
  sse('NP 0F 2F /r', 'comiss', 'Vss, Wss', { faults: '#XM' }, 'OSZAPC'),
  sse('66 0F 2F /r', 'comisd', 'Vsd, Wsd', { faults: '#XM' }, 'OSZAPC'),
  sse('NP 0F 50 /r', 'movmskps', 'Gd, Ups'),
  sse('66 0F 50 /r', 'movmskpd', 'Gd, Upd'),
  ...four('51', 'sqrt'),
  sse('NP 0F 52 /r', 'rsqrtps', 'Vps, Wps'),
  sse('F3 0F 52 /r', 'rsqrtss', 'Vss, Wss'),
  sse('NP 0F 53 /r', 'rcpps', 'Vps, Wps'),
  sse('F3 0F 53 /r', 'rcpss', 'Vss, Wss'),
  ...two('54', 'and'),
  ...two('55', 'andn'),
  ...two('56', 'or'),
  ...two('57', 'xor'),
  ...four('58', 'add'),
  ...four('59', 'mul'),
  sse('NP 0F 5A /r', 'cvtps2pd', 'Vpd, Wq', { faults: '#XM' }),
  sse('66 0F 5A /r', 'cvtpd2ps', 'Vps, Wpd', { faults: '#XM' }),
  sse('F3 0F 5A /r', 'cvtss2sd', 'Vsd, Wss', { faults: '#XM' }),
  sse('F2 0F 5A /r', 'cvtsd2ss', 'Vss, Wsd', { faults: '#XM' }),
  sse('NP 0F 5B /r', 'cvtdq2ps', 'Vps, Wdq', { faults: '#XM' }),
  sse('66 0F 5B /r', 'cvtps2dq', 'Vdq, Wps', { faults: '#XM' }),
  sse('F3 0F 5B /r', 'cvttps2dq', 'Vdq, Wps', { faults: '#XM' }),
  ...four('5C', 'sub'),
  ...four('5D', 'min'),
  ...four('5E', 'div'),
  ...four('5F', 'max'),
  ...PACKED_INTEGER.map(([opcode, mnemonic]) => sse(`66 0F ${opcode} /r`, mnemonic, 'Vdq, Wdq')),
  ...PACKED_SHIFTS.map(([opcode, digit, mnemonic]) => sse(`66 0F ${opcode} /${digit} ib`, mnemonic, 'Udq, Ib')),
  sse('66 0F 73 /3 ib', 'psrldq', 'Udq, Ib'),
  sse('66 0F 73 /7 ib', 'pslldq', 'Udq, Ib'),
  sse('66 0F 6C /r', 'punpcklqdq', 'Vdq, Wdq'),
  sse('66 0F 6D /r', 'punpckhqdq', 'Vdq, Wdq'),
  sse('66 0F 6E /r', 'movd', 'Vdq, Ey'),
  sse('66 0F 7E /r', 'movd', 'Ey, Vdq'),
  sse('66 0F 6F /r', 'movdqa', 'Vdq, Wdq'),
  sse('F3 0F 6F /r', 'movdqu', 'Vdq, Wdq'),
  sse('66 0F 7F /r', 'movdqa', 'Wdq, Vdq'),
  sse('F3 0F 7F /r', 'movdqu', 'Wdq, Vdq'),
  sse('66 0F 70 /r ib', 'pshufd', 'Vdq, Wdq, Ib'),
  sse('F3 0F 70 /r ib', 'pshufhw', 'Vdq, Wdq, Ib'),
  sse('F2 0F 70 /r ib', 'pshuflw', 'Vdq, Wdq, Ib'),
  sse('F3 0F 7E /r', 'movq', 'Vq, Wq'),
  sse('66 0F D6 /r', 'movq', 'Wq, Vq'),
  sse('NP 0F AE /2', 'ldmxcsr', 'Md', { faults: '#GP' }),
  sse('NP 0F AE /3', 'stmxcsr', 'Md'),
  ...four('C2', 'cmp', 'Ib'),
  sse('66 0F C4 /r ib', 'pinsrw', 'Vdq, Ew, Ib'),
  sse('66 0F C5 /r ib', 'pextrw', 'Gd, Udq, Ib'),
  ...two('C6', 'shuf', 'Ib'),
  sse('66 0F D7 /r', 'pmovmskb', 'Gd, Udq'),
  sse('66 0F E6 /r', 'cvttpd2dq', 'Vdq, Wpd', { faults: '#XM' }),
  sse('F2 0F E6 /r', 'cvtpd2dq', 'Vdq, Wpd', { faults: '#XM' }),
  sse('F3 0F E6 /r', 'cvtdq2pd', 'Vpd, Wq'),
  sse('66 0F E7 /r', 'movntdq', 'Mdq, Vdq'),
  sse('66 0F F7 /r', 'maskmovdqu', 'Vdq, Udq'),
  row('NP 0F AE /0', 'fxsave', 'M', '', { faults: '#GP #NM' }),
  row('NP 0F AE /1', 'fxrstor', 'M', '', { faults: '#GP #NM' }),
  row('NP REX.W 0F AE /0', 'fxsave64', 'M', '', { faults: '#GP #NM' }),
  row('NP REX.W 0F AE /1', 'fxrstor64', 'M', '', { faults: '#GP #NM' }),
];
