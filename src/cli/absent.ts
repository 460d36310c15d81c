/**
 * Names of instructions that our CPU has not got, for the report of an illegal one. What a VEX prefix makes of an instruction
 * we have is named after it; the others stand here by opcode. SDM Vol. 2D, "Opcode Map".
 */
import { decode, decodeVex } from '../isa/decode.ts';
import { spelledMnemonic } from '../isa/spelling.ts';

/** Which operand is which tells the number; ps and ss are pd and sd where W is set. */
const fused = (order: number): string => ['maddsub#ps', 'msubadd#ps', 'madd#ps', 'madd#ss', 'msub#ps', 'msub#ss', 'nmadd#ps', 'nmadd#ss', 'nmsub#ps',
  'nmsub#ss'].map((name) => `vf${name.replace('#', String(order))}`).join(' ');

/** Opcode bytes with their prefix: `66.38.00`. Names in a row stand at opcodes in a row; `-` is none. One with a v exists only with VEX. */
const NAMES: Readonly<Record<string, string>> = {
  '66.38.00': 'pshufb phaddw phaddd phaddsw pmaddubsw phsubw phsubd phsubsw psignb psignw psignd pmulhrsw vpermilps vpermilpd vtestps vtestpd',
  '66.38.10': 'pblendvb - - vcvtph2ps blendvps blendvpd vpermps ptest vbroadcastss vbroadcastsd vbroadcastf128 - pabsb pabsw pabsd',
  '66.38.20': 'pmovsxbw pmovsxbd pmovsxbq pmovsxwd pmovsxwq pmovsxdq - - pmuldq pcmpeqq movntdqa packusdw vmaskmovps vmaskmovpd vmaskmovps vmaskmovpd',
  '66.38.30': 'pmovzxbw pmovzxbd pmovzxbq pmovzxwd pmovzxwq pmovzxdq vpermd pcmpgtq pminsb pminsd pminuw pminud pmaxsb pmaxsd pmaxuw pmaxud',
  '66.38.40': 'pmulld phminposuw - - - vpsrlvd vpsravd vpsllvd', '66.38.58': 'vpbroadcastd vpbroadcastq vbroadcasti128',
  '66.38.78': 'vpbroadcastb vpbroadcastw',
  '66.38.8c': 'vpmaskmovd - vpmaskmovd', '66.38.90': 'vpgatherdd vpgatherqd vgatherdps vgatherqps',
  '66.38.96': fused(132), '66.38.a6': fused(213), '66.38.b6': fused(231),
  '66.38.cf': 'gf2p8mulb', '66.38.db': 'aesimc aesenc aesenclast aesdec aesdeclast', '66.38.f6': 'adcx',
  '.38.00': 'pshufb phaddw phaddd phaddsw pmaddubsw phsubw phsubd phsubsw psignb psignw psignd pmulhrsw', '.38.1c': 'pabsb pabsw pabsd',
  '.38.c8': 'sha1nexte sha1msg1 sha1msg2 sha256rnds2 sha256msg1 sha256msg2', 'f2.38.f0': 'crc32 crc32', 'f3.38.f6': 'adox',
  '66.3a.00': 'vpermq vpermpd vpblendd - vpermilps vpermilpd vperm2f128 - roundps roundpd roundss roundsd blendps blendpd pblendw palignr', '.3a.0f': 'palignr',
  '66.3a.14': 'pextrb pextrw pextrd extractps vinsertf128 vextractf128 - - - vcvtps2ph', '66.3a.20': 'pinsrb insertps pinsrd',
  '66.3a.38': 'vinserti128 vextracti128',
  '66.3a.40': 'dpps dppd mpsadbw - pclmulqdq - vperm2i128 - - - vblendvps vblendvpd vpblendvb', '66.3a.60': 'pcmpestrm pcmpestri pcmpistrm pcmpistri',
  '.3a.cc': 'sha1rnds4', '66.3a.ce': 'gf2p8affineqb gf2p8affineinvqb', '66.3a.df': 'aeskeygenassist',
  'f2.0f.12': 'movddup', 'f3.0f.12': 'movsldup - - - movshdup', '66.0f.7c': 'haddpd hsubpd', 'f2.0f.7c': 'haddps hsubps', '66.0f.d0': 'addsubpd',
  'f2.0f.d0': 'addsubps', 'f2.0f.f0': 'lddqu',
};

const BY_OPCODE = new Map(Object.entries(NAMES).flatMap(([first, names]) => {
  const at = first.lastIndexOf('.') + 1;
  return names.split(' ').flatMap((name, n) => (name === '-' ? []
    : [[first.slice(0, at) + (parseInt(first.slice(at), 16) + n).toString(16).padStart(2, '0'), name] as const]));
}));

const MAPS = ['', '0f', '38', '3a'] as const;
/** One that ends in s (or d) is the same with doubles (or quadwords) where W is set. */
const WIDER: readonly (readonly [RegExp, string])[] = [[/^(vf.*[ps])s$/, '$1d'], [/^(vp(?:srlv|sllv|maskmov|gather[dq]))d$/, '$1q'],
  [/^(vgather[dq]p)s$/, '$1d'], [/^(pextr|pinsr)d$/, '$1q']];

function named(prefix: number, map: number, opcode: number, wide: boolean): string | undefined {
  const name = BY_OPCODE.get(`${prefix ? prefix.toString(16) : ''}.${MAPS[map]}.${opcode.toString(16).padStart(2, '0')}`);
  return name !== undefined && wide ? WIDER.reduce((text, [from, to]) => text.replace(from, to), name) : name;
}

/** No instruction is longer. */
const PADDING = new Uint8Array(15);

/** Behind a VEX prefix. */
function vexName(bytes: Uint8Array): string | undefined {
  const vex = decodeVex(bytes, 0);
  if (!vex) return undefined;
  const { map, p66, rep, rex, l, opcode, after } = vex, prefix = p66 ? 0x66 : rep, wide = (rex & 8) !== 0;
  if (map === 1 && opcode === 0x77) return l ? 'vzeroall' : 'vzeroupper';
  const own = named(prefix, map, opcode, wide);
  if (own !== undefined) return own.startsWith('v') ? own : `v${own}`;
  const legacy = [...(prefix ? [prefix] : []), ...(wide ? [0x48] : []), 0x0f, ...(map === 1 ? [] : [map === 2 ? 0x38 : 0x3a]), opcode, ...bytes.subarray(after),
    ...PADDING];
  const decoded = decode(Uint8Array.from(legacy), 0);
  return typeof decoded === 'string' ? undefined : `v${spelledMnemonic(decoded.row, wide)}`;
}

/** After the usual prefixes. */
function legacyName(bytes: Uint8Array): string | undefined {
  let at = 0, prefix = 0, wide = false;
  for (; [0x66, 0xf2, 0xf3].includes(bytes[at]); at++) prefix = bytes[at] === 0x66 ? prefix || 0x66 : bytes[at];
  if (bytes[at] >> 4 === 4) wide = (bytes[at++] & 8) !== 0;
  if (bytes[at++] !== 0x0f) return undefined;
  const first = bytes[at], second = bytes[at + 1];
  if (first === 0x01 && second === 0xd0) return 'xgetbv';
  if (first === 0xc7 && second >> 6 === 3) return ((second >> 3) & 7) === 6 ? 'rdrand' : ((second >> 3) & 7) === 7 ? 'rdseed' : undefined;
  return first === 0x38 || first === 0x3a ? named(prefix, first === 0x38 ? 2 : 3, second, wide) : named(prefix, 1, first, wide);
}

/** What the bytes at a place would be on a larger CPU. @returns undefined when they are no instruction known here. */
export function absentName(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0x62) return 'an AVX-512 instruction (EVEX prefix)';
  if (bytes[0] === 0xc4 || bytes[0] === 0xc5) return vexName(bytes) ?? 'an AVX instruction (VEX prefix)';
  if (bytes[0] >= 0xd8 && bytes[0] <= 0xdf) return 'an x87 instruction';
  return legacyName(bytes);
}
