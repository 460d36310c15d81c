/** SSE and x87 beyond what the comparison with a host shows: faults that depend on control registers, FXSAVE, snapshots of the state. */
import { describe, expect, it } from 'vitest';
import { CR0_EM, CR0_TS, CR4_OSFXSR, CR4_OSXMMEXCPT } from '../../../isa/registers.ts';
import { objectOf } from '../../../toolchain/asm/testing.ts';
import * as S from '../state.ts';
import { DATA, TestMachine } from '../testing.ts';

function machineWith(text: string): TestMachine {
  const machine = new TestMachine();
  machine.cpu.s[S.CR4] |= CR4_OSFXSR | CR4_OSXMMEXCPT;
  return machine.load(objectOf(text).sections[0].bytes).set({ rdi: DATA });
}
const vectorsOf = (machine: TestMachine): number[] => machine.delivered.map(({ vector }) => vector);

describe('SSE', () => {
  it.each([
    ['CR0.EM', CR0_EM, CR4_OSFXSR, [6]],
    ['CR0.TS', CR0_TS, CR4_OSFXSR, [7]],
    ['CR4.OSFXSR clear', 0, 0, [6]],
    ['neither', 0, CR4_OSFXSR, []],
  ])('%s', (_, cr0, cr4, vectors) => {
    const machine = machineWith('addps %xmm1, %xmm0');
    machine.cpu.s[S.CR0] |= cr0;
    machine.cpu.s[S.CR4] = (machine.cpu.s[S.CR4] & ~CR4_OSFXSR) | cr4;
    expect(vectorsOf(machine.step())).toEqual(vectors);
  });

  it('raises #XM for an unmasked exception, and #UD when the system does not expect it', () => {
    for (const [cr4, vector] of [[CR4_OSXMMEXCPT, 19], [0, 6]] as const) {
      const machine = machineWith('divsd %xmm1, %xmm0');
      const { s, f64 } = machine.cpu;
      s[S.CR4] = (s[S.CR4] & ~CR4_OSXMMEXCPT) | cr4;
      f64[S.XMM / 2] = 1;
      s[S.MXCSR] = 0x1f80 & ~0x200;
      expect(vectorsOf(machine.step())).toEqual([vector]);
      expect(s[S.MXCSR] & 0x3f).toBe(4);
      expect(f64[S.XMM / 2]).toBe(1);
    }
  });

  it('aligned forms want aligned addresses', () => {
    expect(vectorsOf(machineWith('movaps 8(%rdi), %xmm0').step())).toEqual([13]);
    expect(vectorsOf(machineWith('movups 8(%rdi), %xmm0').step())).toEqual([]);
  });

  it('fxsave and fxrstor carry everything over', () => {
    const machine = machineWith('fxsave (%rdi)\npxor %xmm3, %xmm3\nldmxcsr 0x300(%rdi)\nfxrstor (%rdi)');
    const { s } = machine.cpu;
    for (let n = 0; n < 64; n++) s[S.XMM + n] = n * 0x1234567;
    s[S.MXCSR] = 0x3fa0;
    s[S.FCW] = 0x27f;
    s[S.FSW] = 5 << 11;
    s[S.FTW] = 0x60;
    for (let n = 0; n < 8; n++) s.set([n + 1, 0x80000000 | n, 0x3fff + n], S.FPR + 4 * n);
    const before = s.slice(S.XMM, S.FPR + 32);
    machine.write64(DATA + 0x300n, 0x1f80n);
    machine.step(3);
    expect(s[S.XMM + 12]).toBe(0);
    expect(s[S.MXCSR]).toBe(0x1f80);
    // FXSAVE's layout: control words, MXCSR at 24, ST0 (physical register 5) at 32, XMM0 at 160.
    expect(machine.read64(DATA)).toBe(0x60_2800_027fn);
    expect(machine.read64(DATA + 24n)).toBe(0xffff_0000_3fa0n);
    expect(machine.read64(DATA + 40n)).toBe(0x4004n);
    expect(machine.read64(DATA + 168n)).toBe(0x369d035_02468acen);
    machine.step();
    const after = s.slice(S.XMM, S.FPR + 32);
    before.fill(0, S.XMM_MEM - S.XMM, S.XMM_MEM - S.XMM + 4);
    after.fill(0, S.XMM_MEM - S.XMM, S.XMM_MEM - S.XMM + 4);
    expect(after).toEqual(before);
  });

  it('fxsave writes nothing when it cannot write everything', () => {
    const machine = machineWith('fxsave (%rdi)').set({ rdi: DATA + 0x1f00n });
    machine.write64(DATA + 0x1f00n, 0x55n);
    expect(vectorsOf(machine.step())).toEqual([14]);
    expect(machine.read64(DATA + 0x1f00n)).toBe(0x55n);
  });
});

describe('x87', () => {
  it.each([
    ['CR0.EM', 'fadd %st(1), %st', CR0_EM, [7]],
    ['CR0.TS', 'fadd %st(1), %st', CR0_TS, [7]],
    ['FWAIT looks at TS only with MP', 'fwait', CR0_TS, []],
    ['FWAIT with MP and TS', 'fwait', CR0_TS | 2, [7]],
  ])('%s', (_, text, cr0, vectors) => {
    const machine = machineWith(text);
    machine.cpu.s[S.CR0] |= cr0;
    expect(vectorsOf(machine.step())).toEqual(vectors);
  });

  it('an exception that is not masked is raised by the next instruction that waits', () => {
    const machine = machineWith('fldcw (%rdi)\nfldz\nfld1\nfdiv %st(1), %st\nfnstsw %ax\nfld1').set({ rax: 0n });
    machine.write64(DATA, 0x37bn);
    machine.step(5);
    expect(machine.delivered).toEqual([]);
    // ZE, ES, B; TOP 6.
    expect(machine.get('rax')).toBe(0xb084n);
    expect(vectorsOf(machine.step())).toEqual([16]);
  });

  it('fnstenv, fnsave and back', () => {
    const machine = machineWith('fld1\nfldz\nfnstenv (%rdi)\nfldcw 0x100(%rdi)\nfnsave 0x40(%rdi)\nfrstor 0x40(%rdi)\nfldenv (%rdi)');
    const { s } = machine.cpu;
    machine.write64(DATA + 0x100n, 0x77fn);
    machine.step(3);
    expect(machine.read64(DATA)).toBe(0xffff_3000_ffff_037fn);
    // Physical registers 7 (one) and 6 (zero) are in use.
    expect(machine.read64(DATA + 8n)).toBe(0x0000_0000_ffff_1fffn);
    machine.step(2);
    expect([s[S.FCW], s[S.FSW], s[S.FTW]]).toEqual([0x37f, 0, 0]);
    expect(machine.read64(DATA + 0x40n + 38n)).toBe(0x8000_0000_0000_0000n);
    machine.step();
    expect([s[S.FCW], s[S.FSW], s[S.FTW]]).toEqual([0x77f, 0x3000, 0xc0]);
    machine.step();
    expect([s[S.FCW], s[S.FSW], s[S.FTW]]).toEqual([0x37f, 0x3000, 0xc0]);
    expect(machine.delivered).toEqual([]);
  });
});
