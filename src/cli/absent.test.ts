import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { absentName } from './absent.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text.split(' '), (byte) => parseInt(byte, 16));

describe('an instruction of a larger CPU is named', () => {
  it.each([
    ['c5 f9 6f 07', 'vmovdqa'], ['c5 fd 7f 45 00', 'vmovdqa'], ['c5 fe 6f 07', 'vmovdqu'], ['c5 f8 77', 'vzeroupper'], ['c5 fc 77', 'vzeroall'],
    ['c4 e2 f9 b8 c1', 'vfmadd231pd'],
    ['c4 e2 71 b9 c2', 'vfmadd231ss'], ['c4 e3 fd 00 c0 4e', 'vpermq'], ['66 0f 38 00 c1', 'pshufb'], ['66 44 0f 38 00 c1', 'pshufb'],
    ['66 0f 3a 0f c1 08', 'palignr'], ['f2 48 0f 38 f1 c1', 'crc32'],
    ['66 48 0f 3a 16 c0 01', 'pextrq'], ['66 0f 38 dc c1', 'aesenc'], ['0f 01 d0', 'xgetbv'], ['48 0f c7 f0', 'rdrand'],
    ['62 f1 fd 48 6f 07', 'an AVX-512 instruction (EVEX prefix)'],
  ])('%s: %s', (text, name) => expect(absentName(bytes(text))).toBe(name));

  it('0f ff is none', () => expect(absentName(bytes('0f ff c0'))).toBeUndefined());
});

const HAS_AS = spawnSync('as', ['--version']).status === 0;

/** Operands that every form below takes. */
const LINES = [
  ...['pshufb', 'phaddw', 'pmaddubsw', 'pabsd', 'pmulhrsw', 'pmovsxbw', 'pmovzxdq', 'pmuldq', 'pcmpeqq', 'packusdw', 'pcmpgtq', 'pminsb', 'pmaxud', 'pmulld',
  'ptest', 'aesimc', 'aesdeclast', 'haddps', 'haddpd', 'hsubps', 'addsubpd', 'movddup', 'movshdup', 'movsldup',
  'sha256msg2'].map((name) => `${name} %xmm1, %xmm2`),
  ...['roundsd', 'roundps', 'blendps', 'pblendw', 'dpps', 'mpsadbw', 'pclmulqdq', 'pcmpistri', 'pcmpestrm', 'aeskeygenassist', 'insertps',
  'sha1rnds4'].map((name) => `${name} $1, %xmm1, %xmm2`),
  ...['vaddps', 'vmulsd', 'vpxor', 'vpaddq', 'vsubpd', 'vpcmpeqb', 'vandps', 'vpunpcklbw', 'vpshufb', 'vpmulld', 'vfmadd213sd', 'vfnmadd132ps',
  'vfmaddsub231pd', 'vpsrlvq', 'vpsllvd', 'vpermilps', 'vaesenc'].map((name) => `${name} %xmm1, %xmm2, %xmm3`),
  ...['vpermd', 'vpaddd', 'vxorpd'].map((name) => `${name} %ymm1, %ymm2, %ymm3`), 'vpbroadcastd %xmm1, %ymm2', 'vbroadcastsd %xmm1, %ymm2',
  'vextracti128 $1, %ymm1, %xmm2', 'vinsertf128 $1, %xmm1, %ymm2, %ymm3', 'vperm2i128 $1, %ymm1, %ymm2, %ymm3',
  'vmovd %eax, %xmm1', 'vmovq %rax, %xmm1', 'vpgatherdd %ymm1, (%rax,%ymm2,4), %ymm3', 'vgatherdpd %ymm1, (%rax,%xmm2,8), %ymm3',
  'vpinsrq $1, %rax, %xmm1, %xmm2', 'vcvtsi2sd %eax, %xmm1, %xmm2', 'vpmaskmovq (%rax), %ymm1, %ymm2', 'adcx %rax, %rbx', 'adox %eax, %ebx',
  'lddqu (%rax), %xmm1',
];

it.skipIf(!HAS_AS)('as the system assembler names it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-absent-'));
  try {
    const named = LINES.map((line) => {
      writeFileSync(join(folder, 'one.s'), `${line}\n`);
      expect(spawnSync('as', ['-o', join(folder, 'one.o'), join(folder, 'one.s')], { encoding: 'utf8' }).stderr, line).toBe('');
      spawnSync('objcopy', ['-O', 'binary', '-j', '.text', join(folder, 'one.o'), join(folder, 'one.bin')]);
      return absentName(new Uint8Array(readFileSync(join(folder, 'one.bin'))));
    });
    expect(named).toEqual(LINES.map((line) => line.split(' ')[0]));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
