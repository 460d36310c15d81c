/** Which accesses fault for where they lie: #AC, and #GP or #SS outside of the canonical halves. Natively: npm run test:native. */
import { describe, expect, it } from 'vitest';
import { assembled as asm } from '../../toolchain/asm/testing.ts';
import { CR0_AM, CR4_OSFXSR } from '../../isa/registers.ts';
import { compiler } from './translate/compiler.ts';
import { Translator } from './translate/translator.ts';
import type { Engine } from './socket.ts';
import * as S from './state.ts';
import { DATA, TestMachine } from './testing.ts';

const AC = 0x40000;
const ENGINES: readonly Engine[] = ['reference', 'translated'];

function machine(text: string, engine: Engine = 'reference', am = true): TestMachine {
  const m = new TestMachine().load(asm(text)).set({ rflags: BigInt(0x202 | AC), rdi: DATA + 0x100n, rbp: DATA + 0x100n });
  m.socket.engine = engine;
  if (engine === 'translated') m.socket.translator = Object.assign(new Translator(m.socket, compiler), { hot: 3, patience: 0 });
  if (am) m.cpu.s[S.CR0] |= CR0_AM;
  m.cpu.s[S.CR4] |= CR4_OSFXSR;
  m.cpu.useTables();
  return m;
}
const vectors = (m: TestMachine): number[] => m.delivered.map(({ vector }) => vector);

describe('alignment checking', () => {
  it.each([
    ['mov 1(%rdi), %ax', 17], ['mov 2(%rdi), %ax', 0], ['mov 2(%rdi), %eax', 17], ['mov 4(%rdi), %rax', 17], ['mov %rax, 4(%rdi)', 17],
    ['add %eax, 2(%rdi)', 17], ['mov 1(%rdi), %al', 0],
    ['lock cmpxchg16b 8(%rdi)', 13], ['movups 1(%rdi), %xmm0', 0], ['movups %xmm0, 1(%rdi)', 0], ['movaps 1(%rdi), %xmm0', 13],
    ['movss 2(%rdi), %xmm0', 17], ['movsd 4(%rdi), %xmm0', 17],
    ['fldt 4(%rdi)', 17], ['fldt 8(%rdi)', 0], ['fnstenv 2(%rdi)', 17], ['fnstenv 4(%rdi)', 0], ['.byte 0x66; fnstenv 2(%rdi)', 0], ['fnsave 4(%rdi)', 0],
    ['.byte 0x66; fnsave 1(%rdi)', 17],
    ['fxsave 2(%rdi)', 17], ['fxsave 4(%rdi)', 13], ['sgdt 1(%rdi)', 0], ['str 1(%rdi)', 0], ['lar 1(%rdi), %eax', 17], ['clflush 1(%rdi)', 0],
    ['add $1, %rsp; push %rax', 17],
    // Before the page is looked for.
    ['mov 0x12345679, %eax', 17], ['mov 0x12345678, %eax', 14],
  ])('%s: vector %i', (text, vector) => {
    expect(vectors(machine(text).step(text.includes(';') && !text.startsWith('.byte') ? 2 : 1))).toEqual(vector ? [vector] : []);
  });

  it('needs CR0.AM, RFLAGS.AC and ring 3', () => {
    expect(vectors(machine('mov 1(%rdi), %eax', 'reference', false).step())).toEqual([]);
    expect(vectors(machine('mov 1(%rdi), %eax').set({ rflags: 0x202n }).step())).toEqual([17]);
    const off = machine('mov 1(%rdi), %eax').set({ rflags: 0x202n });
    off.cpu.flagsLoaded();
    expect(vectors(off.step())).toEqual([]);
    const kernel = machine('mov 1(%rdi), %eax').ring(0);
    expect(vectors(kernel.step())).toEqual([]);
  });

  it('is not asked of what the CPU itself accesses for ring 3', () => {
    const m = machine('ud2');
    m.rsp0(0xffff_8000_0000_1ff1n);
    expect(vectors(m.step())).toEqual([6]);
  });

  it('has the error code 0', () => {
    expect(machine('mov 1(%rdi), %eax').step().delivered).toMatchObject([{ vector: 17, error: 0 }]);
  });

  it.each(ENGINES)('begins and ends in the midst of hot code, %s', (engine) => {
    // A loop that reads misaligned words, with AC set by POPF in its 40th round and only there.
    const head = 'pushf; pop %rdx; mov $100, %ecx\n1: mov 2(%rdi), %rax\nadd %rax, %rbx\ncmp $60, %ecx\njne 2f\n';
    const text = `${head}orl $0x40000, %edx\npush %rdx\npopf\n2: dec %ecx\njne 1b\nhlt`;
    const m = machine(text, engine).set({ rflags: 0x202n });
    m.cpu.flagsLoaded();
    m.cpu.run(1000);
    expect(m.delivered[0]).toMatchObject({ vector: 17, error: 0 });
    expect(m.get('rcx')).toBe(59n);
  });
});

describe('the end of the lower half', () => {
  it.each([
    ['mov (%rax), %rbx', 13], ['mov %rbx, (%rax)', 13], ['add %rbx, (%rax)', 13], ['movups (%rax), %xmm0', 13], ['movups %xmm0, (%rax)', 13],
    ['fldt (%rax)', 13], ['fnsave (%rax)', 13], ['mov (%rax), %bl', 14], ['mov (%rax), %ebx', 14],
    ['xchg %rax, %rbp; mov (%rbp), %rbx', 12], ['xchg %rax, %rsp; pop %rbx', 12], ['mov $2, %ecx; mov %rax, %rsi; rep movsq', 13],
  ])('%s: vector %i', (text, vector) => {
    const m = machine(text, 'reference', false).set({ rax: 0x7fff_ffff_fffcn });
    expect(vectors(m.step(text.split(';').length))).toEqual([vector]);
  });

  it('from outside is not canonical either, and up to it all is well', () => {
    expect(vectors(machine('mov (%rax), %rbx', 'reference', false).set({ rax: 0xffff_7fff_ffff_fffcn }).step())).toEqual([13]);
    expect(vectors(machine('mov (%rax), %rbx', 'reference', false).set({ rax: 0x7fff_ffff_fff8n }).step())).toEqual([14]);
  });
});
