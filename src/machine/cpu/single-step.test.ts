/** What RFLAGS.TF traps, and where. SDM Vol. 3B, "Single-Step Exception Condition". */
import { describe, expect, it } from 'vitest';
import { assembled as asm } from '../../toolchain/asm/testing.ts';
import { compiler } from './translate/compiler.ts';
import { Translator } from './translate/translator.ts';
import type { Engine } from './socket.ts';
import * as S from './state.ts';
import { CODE, DATA, HANDLERS, KERNEL_CS, KERNEL_STACK, TestMachine } from './testing.ts';

const TF = 0x100, DR6 = S.DR_BASE + 12, BS = 0x4000;
const SYSCALL_HANDLER = HANDLERS + 0xf00n;
const ENGINES: readonly Engine[] = ['reference', 'translated'];

function machine(text: string, engine: Engine = 'reference'): TestMachine {
  const m = new TestMachine().load(asm(text));
  m.socket.engine = engine;
  if (engine === 'translated') m.socket.translator = Object.assign(new Translator(m.socket, compiler), { hot: 1, patience: 0 });
  // The handler of #DB goes back with what it finds.
  m.gate(1, { handler: HANDLERS + 0x800n });
  m.load(asm('iretq'), HANDLERS + 0x800n);
  m.cpu.setPair(S.LSTAR, SYSCALL_HANDLER);
  m.cpu.setPair(S.STAR, (BigInt(KERNEL_CS) << 32n) | (0x23n << 48n));
  m.load(asm('sysretq'), SYSCALL_HANDLER);
  return m.set({ rflags: BigInt(0x202 | TF) });
}
const traps = (m: TestMachine): string[] =>
  m.delivered.map(({ vector, fromRip, fromCpl }) => `${vector}@${fromRip - CODE < 0x1000n ? fromRip - CODE : 'kernel'} ring ${fromCpl}`);

describe.each(ENGINES)('a single step, %s', (engine) => {
  it('ends behind each instruction, and says so in DR6', () => {
    const m = machine('nop; nop; mov %eax, %ecx', engine).step(6);
    expect(traps(m)).toEqual(['1@1 ring 3', '1@2 ring 3']);
    expect(m.cpu.s[DR6] & BS).toBe(BS);
  });

  it('pushes RFLAGS without RF', () => {
    const m = machine('nop', engine).step(2);
    expect(m.read64(KERNEL_STACK - 24n)).toBe(BigInt(0x202 | TF));
  });

  it('goes through SYSCALL and traps right behind SYSRET, when IA32_FMASK has TF', () => {
    const m = machine('syscall; nop; nop', engine);
    m.cpu.s[S.FMASK] = TF;
    expect(traps(m.step(6))).toEqual(['1@2 ring 3', '1@3 ring 3']);
  });

  it('goes on in the kernel, when it has not', () => {
    const m = machine('syscall; nop', engine);
    m.cpu.s[S.FMASK] = 0;
    expect(traps(m.step(2))).toEqual(['1@kernel ring 0']);
  });

  it('begins one instruction behind POPF and IRET', () => {
    const m = machine('pushf; orl $0x100, (%rsp); popf; nop; nop', engine).set({ rflags: 0x202n }).step(5);
    expect(traps(m)).toEqual(['1@10 ring 3']);
  });

  it.each([['int3', 3, 1n], ['int $0x80', 0x80, 2n]])('is not of %s, which goes to its handler', (text, vector, at) => {
    const m = machine(text, engine);
    m.gate(vector, { dpl: 3 });
    m.load(asm('nop; nop'), HANDLERS + BigInt(16 * vector));
    expect(traps(m.step(4))).toEqual([`${vector}@${at} ring 3`]);
    expect(m.cpu.s[DR6] & BS).toBe(0);
  });

  it('is one exception together with INT1, which alone says nothing in DR6', () => {
    expect(traps(machine('int1; nop', engine).step(2))).toEqual(['1@1 ring 3']);
    const m = machine('int1; nop', engine).set({ rflags: 0x202n }).step(3);
    expect(traps(m)).toEqual(['1@1 ring 3']);
    expect(m.cpu.s[DR6] & BS).toBe(0);
  });

  it('is not of an instruction that faults', () => {
    const m = machine('ud2', engine);
    m.load(asm('nop'), HANDLERS + 0x60n);
    expect(traps(m.step(2))).toEqual(['6@0 ring 3']);
  });

  it('ends behind each element of a REP, with RF until the last', () => {
    const m = machine('rep stosb; nop', engine).set({ rcx: 3n, rdi: DATA, rax: 7n }), flags: bigint[] = [];
    for (let n = 0; n < 3; n++) {
      m.step(2);
      flags.push(m.read64(KERNEL_STACK - 24n));
      m.step();
    }
    expect(traps(m)).toEqual(['1@0 ring 3', '1@0 ring 3', '1@2 ring 3']);
    expect(flags).toEqual([0x10302n, 0x10302n, 0x302n]);
    expect([m.get('rcx'), m.get('rdi'), m.read64(DATA)]).toEqual([0n, DATA + 3n, 0x070707n]);
  });

  it('waits behind a load of SS', () => {
    const m = machine('mov %eax, %ss; nop; nop', engine).set({ rax: 0x2bn }).step(3);
    expect(traps(m)).toEqual(['1@3 ring 3']);
  });
});
