/** LAR, LSL, VERR, VERW, LMSW, RDPMC; INS and OUTS; the environment of the x87 with 16-bit words. */
import { describe, expect, it } from 'vitest';
import { assembled as asm } from '../../../toolchain/asm/testing.ts';
import { CR0_TS } from '../../../isa/registers.ts';
import * as S from '../state.ts';
import { CODE, DATA, TestMachine } from '../testing.ts';

const user = (text: string): TestMachine => new TestMachine().load(asm(text));
const kernel = (text: string): TestMachine => new TestMachine().ring(0).load(asm(text));
const vectors = (m: TestMachine): number[] => m.delivered.map(({ vector }) => vector);

describe('asking about descriptors', () => {
  it.each([
    ['lar', 0x33n, 0xaffb00n, true], ['lar', 0x2bn, 0xcff300n, true], ['lar', 0x10n, 0n, false], ['lar', 0n, 0n, false], ['lar', 0x37n, 0n, false],
    ['lar', 0xfff8n, 0n, false],
    ['lsl', 0x33n, 0xffff_ffffn, true], ['lsl', 0x40n, 0n, false],
  ])('%s of %i in ring 3 is %i, ZF %s', (name, selector, value, found) => {
    const m = user(`${name} %eax, %ebx`).set({ rax: selector, rbx: 0x1234_5678_9abcn, rflags: found ? 0x202n : 0x242n }).step();
    expect(m.get('rbx')).toBe(found ? value : 0x1234_5678_9abcn);
    expect(m.flags.includes('Z')).toBe(found);
  });

  it('ring 0 may ask about more, the TSS too', () => {
    expect(kernel('lar %eax, %ebx').set({ rax: 0x40n }).step().get('rbx')).toBe(0x8b00n);
    expect(kernel('lsl %eax, %ebx').set({ rax: 0x40n }).step().get('rbx')).toBe(0x67n);
    expect(kernel('lar %ax, %bx').set({ rax: 0x10n, rbx: -1n }).step().get('rbx')).toBe(0xffff_ffff_ffff_9b00n);
  });

  it.each([['verr', 0x33n, true], ['verr', 0x2bn, true], ['verr', 0x10n, false], ['verr', 0x40n, false], ['verw', 0x33n, false], ['verw', 0x2bn, true],
    ['verw', 0x18n, false], ['verw', 0n, false]])('%s of %i in ring 3: %s', (name, selector, may) => {
    expect(user(`${name} %ax`).set({ rax: selector, rflags: may ? 0x202n : 0x242n }).step().flags.includes('Z')).toBe(may);
  });

  it('leaves the other flags', () => {
    expect(user('verr %ax').set({ rax: 0x33n, rflags: 0x202n | 0x895n }).step().flags).toBe('OSZAPC');
  });
});

describe('LMSW and RDPMC', () => {
  it('LMSW sets the low four bits, and never clears PE', () => {
    const m = kernel('lmsw %ax; lmsw %bx').set({ rax: 0xfff8n, rbx: 0n }).step();
    expect(m.cpu.s[S.CR0] & 0xf).toBe(CR0_TS | 1);
    expect(m.step().cpu.s[S.CR0] & 0xf).toBe(1);
    expect(user('lmsw %ax').step().delivered).toMatchObject([{ vector: 13, error: 0, fromRip: CODE }]);
  });

  it('RDPMC has no counter to read', () => {
    expect(vectors(user('rdpmc').step())).toEqual([13]);
    expect(vectors(kernel('rdpmc').step())).toEqual([13]);
    const allowed = user('rdpmc');
    allowed.cpu.s[S.CR4] |= 0x100; // CR4.PCE
    expect(vectors(allowed.step())).toEqual([13]);
  });

  it('SMSW, STR and SLDT write a whole register', () => {
    const m = kernel('smsw %eax; str %ebx; sldt %rcx').set({ rax: -1n, rbx: -1n, rcx: -1n }).step(3);
    expect([m.get('rax'), m.get('rbx'), m.get('rcx')]).toEqual([BigInt(m.cpu.s[S.CR0] >>> 0), 0x40n, 0n]);
  });
});

describe('strings and ports', () => {
  const onPorts = (text: string): { m: TestMachine; out: string[] } => {
    const m = kernel(text).set({ rdx: 0x1_0300n, rcx: 3n, rsi: DATA, rdi: DATA + 0x100n }), out: string[] = [];
    let next = 0x11223340;
    m.bus.in = () => next++;
    m.bus.out = (...words: number[]) => void out.push(words.map((word) => (word >>> 0).toString(16)).join(' '));
    m.write64(DATA, 0x8877665544332211n);
    m.write64(DATA + 8n, 0xffeeddccbbaa9988n);
    return { m, out };
  };

  it('rep outsb, outsw, outsl', () => {
    const { m, out } = onPorts('rep outsb; outsw; outsl');
    m.step(5);
    expect(out).toEqual(['300 1 11', '300 1 22', '300 1 33', '300 2 5544', '300 4 88887766']);
    expect([m.get('rcx'), m.get('rsi')]).toEqual([0n, DATA + 9n]);
  });

  it('rep insl, backwards', () => {
    const { m } = onPorts('std; rep insl');
    m.step(4);
    expect([m.get('rcx'), m.get('rdi')]).toEqual([0n, DATA + 0x100n - 12n]);
    expect(m.read64(DATA + 0xfcn)).toBe(0x11223340_11223341n);
  });

  it('reads no port when memory may not be written', () => {
    const { m } = onPorts('insl');
    let reads = 0;
    m.bus.in = () => reads++;
    m.set({ rdi: 0x1234_5000n }).step();
    expect([vectors(m), reads]).toEqual([[14], 0]);
  });

  it.each(['insb', 'outsl', 'rep insl', 'rep outsb'])('%s needs IOPL', (text) => {
    const m = user(text).set({ rdi: 0x1234_5000n, rsi: 0x1234_5000n, rcx: 0n }).step();
    expect(m.delivered).toMatchObject([{ vector: 13, error: 0, fromRip: CODE }]);
    expect(vectors(user(text).set({ rflags: 0x3202n, rdi: DATA, rsi: DATA, rcx: 1n }).step())).toEqual([]);
  });
});

it('the environment of the x87 has 14 bytes with an operand-size prefix', () => {
  const narrow = ['fnstenv (%rdi)\nfldcw 0x200(%rdi)', 'fnsave 0x40(%rdi)', 'frstor 0x40(%rdi)', 'fldenv (%rdi)'].map((text) => `.byte 0x66\n${text}`);
  const m = user(['fld1', 'fldz', ...narrow].join('\n')).set({ rdi: DATA });
  const { s } = m.cpu;
  m.write64(DATA + 0x200n, 0x77fn);
  for (let at = 0n; at < 0x100n; at += 8n) m.write64(DATA + at, -1n);
  m.step(3);
  expect([m.read64(DATA), m.read64(DATA + 8n)]).toEqual([0x0000_1fff_3000_037fn, 0xffff_0000_0000_0000n]);
  m.step(2);
  expect([s[S.FCW], s[S.FSW], s[S.FTW]]).toEqual([0x37f, 0, 0]);
  expect([m.read64(DATA + 0x40n + 24n), m.read64(DATA + 0x40n + 94n)]).toEqual([0x8000_0000_0000_0000n, -1n & 0xffff_ffff_ffff_ffffn]);
  m.step();
  expect([s[S.FCW], s[S.FSW], s[S.FTW]]).toEqual([0x77f, 0x3000, 0xc0]);
  m.step();
  expect([s[S.FCW], s[S.FSW], s[S.FTW]]).toEqual([0x37f, 0x3000, 0xc0]);
  expect(m.delivered).toEqual([]);
});
