/** The hidden TLB: when a translation must go, and when it may stay. Stale ones are made by writing RAM behind the CPU's back. */
import { describe, expect, it } from 'vitest';
import { PTE_P, PTE_PS, PTE_U, PTE_W } from '../../isa/registers.ts';
import { CODE, DATA, KERNEL_STACK, STACK_TOP, TestMachine } from '../cpu/testing.ts';
import { assembled } from '../../toolchain/asm/testing.ts';

const user = (text: string): TestMachine => new TestMachine().load(assembled(text));
const kernel = (text: string): TestMachine => new TestMachine().ring(0).load(assembled(text)).set({ rsp: KERNEL_STACK - 0x100n });

/** A window of ring 0 onto the page table that maps DATA, writable. */
const WINDOW = 0xffff_a000_0000_0000n;
function openWindow(m: TestMachine): bigint {
  const entry = m.entryOf(DATA);
  m.map(WINDOW, entry & -4096, 1, PTE_W);
  return WINDOW + BigInt(entry & 4095);
}

describe('invlpg', () => {
  const reads = 'mov (%rbx), %rax; mov 0x1000(%rbx), %rcx; invlpg (%rbx); mov (%rbx), %rdx; mov 0x1000(%rbx), %rsi';

  it('drops one page of 4 KiB and no other', () => {
    const m = kernel(reads).set({ rbx: DATA });
    m.write64(DATA, 1n);
    m.write64(DATA + 0x1000n, 2n);
    m.write64(STACK_TOP - 0x2000n, 3n);
    m.step(2);
    const other = m.ram.view.getBigUint64(m.entryOf(STACK_TOP - 0x2000n), true);
    m.ram.view.setBigUint64(m.entryOf(DATA), other, true);
    m.ram.view.setBigUint64(m.entryOf(DATA + 0x1000n), other, true);
    m.step(3);
    expect([m.get('rax'), m.get('rcx'), m.get('rdx'), m.get('rsi')]).toEqual([1n, 2n, 3n, 2n]);
  });

  it('drops all of a page of 2 MiB, whichever address in it is named', () => {
    const m = kernel(reads);
    const large = 0x5000_0000n;
    m.map(large, 0, 1, PTE_U | PTE_W);
    const { at } = m.cpu.mmu.explain(Number(large), 0).steps[2];
    m.ram.view.setBigUint64(at, BigInt(0x20_0000 | PTE_P | PTE_W | PTE_U | PTE_PS), true);
    m.socket.forget([]);
    m.ram.view.setBigUint64(0x20_3000, 1n, true);
    m.ram.view.setBigUint64(0x20_4000, 2n, true);
    m.ram.view.setBigUint64(0x3000, 3n, true);
    m.ram.view.setBigUint64(0x4000, 4n, true);
    m.set({ rbx: large + 0x3000n }).step(2);
    m.ram.view.setBigUint64(at, BigInt(PTE_P | PTE_W | PTE_U | PTE_PS), true);
    m.step(3);
    expect([m.get('rax'), m.get('rcx'), m.get('rdx'), m.get('rsi')]).toEqual([1n, 2n, 3n, 4n]);
  });

  it('of the page that runs takes effect at the next instruction', () => {
    const m = kernel('invlpg (%rbx); mov $1, %eax').set({ rbx: CODE });
    m.step(0);
    m.ram.bytes.copyWithin(0x3_0000, 0x2_0000, 0x2_1000);
    const patched = m.ram.bytes.indexOf(1, 0x3_0000 + 3);
    m.ram.bytes[patched] = 7;
    m.ram.view.setBigUint64(m.entryOf(CODE), BigInt(0x3_0000 | PTE_P | PTE_W), true);
    m.socket.forget([]);
    expect(m.step(2).get('rax')).toBe(7n);
  });
});

describe('a page written before it mattered', () => {
  it('as code: later writes to it are seen', () => {
    // movb writes the immediate of mov $1, %eax at CODE + 0x800, before and after that has run.
    const m = user('movb $5, 0x801(%rbx); call *%rcx; mov %eax, %esi; movb $6, 0x801(%rbx); call *%rcx; mov %eax, %edi').set({ rbx: CODE, rcx: CODE + 0x800n });
    m.load(assembled('mov $1, %eax; ret'), CODE + 0x800n).step(10);
    expect([m.get('rsi'), m.get('rdi')]).toEqual([5n, 6n]);
  });

  it('as code on another virtual page of the same frame', () => {
    const m = user('movb $5, (%rdx); call *%rcx; mov %eax, %esi; movb $6, (%rdx); call *%rcx; mov %eax, %edi')
      .set({ rdx: DATA + 0x5001n, rcx: CODE + 0x1000n });
    m.map(DATA + 0x5000n, 0x2_1000, 1, PTE_U | PTE_W);
    m.load(assembled('mov $1, %eax; ret'), CODE + 0x1000n).step(10);
    expect([m.get('rsi'), m.get('rdi')]).toEqual([5n, 6n]);
  });

  it('as a page table: later writes to it are seen', () => {
    // The table is filled as data, then linked, walked, and changed through the same window.
    const m = kernel('mov %rdi, (%rsi); mov %r8, (%r9); mov (%rbx), %rax; mov %r10, (%rsi); mov (%rbx), %rcx').set({ rbx: 0x6000_0000n });
    const table = 0x8_0000;
    m.map(0x6000_0000n, 0, 1, PTE_U | PTE_W);
    const directory = m.cpu.mmu.explain(0x6000_0000, 0).steps[2].at;
    m.map(WINDOW, table, 1, PTE_W);
    m.map(WINDOW + 0x1000n, directory & -4096, 1, PTE_W);
    m.ram.view.setBigUint64(0x9_0000, 11n, true);
    m.ram.view.setBigUint64(0xa_0000, 22n, true);
    const bits = BigInt(PTE_P | PTE_W | PTE_U);
    m.set({ rsi: WINDOW, rdi: 0x9_0000n | bits, r8: BigInt(table) | bits, r9: WINDOW + 0x1000n + BigInt(directory & 4095), r10: 0xa_0000n | bits }).step(5);
    expect([m.get('rax'), m.get('rcx')]).toEqual([11n, 22n]);
  });
});

describe('a page table', () => {
  it('that loses a present entry faults at the next access, without invlpg', () => {
    const m = kernel('mov (%rbx), %rax; movq $0, (%rsi); mov (%rbx), %rcx').set({ rbx: DATA });
    m.set({ rsi: openWindow(m) }).step(3);
    expect(m.delivered).toMatchObject([{ vector: 14, error: 0, cr2: DATA }]);
  });

  it('whose A and D bits are cleared by the guest gets them again at the next access', () => {
    const m = kernel('mov %rax, (%rbx); mov (%rsi), %r8; andq $-97, (%rsi); mov (%rbx), %rax; mov (%rsi), %r9; mov %rax, (%rbx); mov (%rsi), %r10')
      .set({ rbx: DATA });
    m.set({ rsi: openWindow(m) }).step(7);
    expect(['r8', 'r9', 'r10'].map((name) => m.get(name) & 0x60n)).toEqual([0x60n, 0x20n, 0x60n]);
  });

  it('written in its own middle, byte by byte, is seen too', () => {
    const m = kernel('mov (%rbx), %rax; movb $4, 2(%rsi); mov (%rbx), %rcx').set({ rbx: DATA });
    m.ram.view.setBigUint64(0x3_0000, 11n, true);
    m.ram.view.setBigUint64(0x4_0000, 22n, true);
    m.set({ rsi: openWindow(m) }).step(3);
    expect([m.get('rax'), m.get('rcx')]).toEqual([11n, 22n]);
  });

  const reads = 'mov (%rbx), %rax; mov (%rdx), %rcx; mov %rdi, (%rsi); mov (%rbx), %r8; mov (%rdx), %r9';
  const pages = (m: TestMachine): void => {
    for (const n of [1, 2, 3, 4]) m.ram.view.setBigUint64(0xa_0000 + n * 0x1000, BigInt(n), true);
  };
  const seen = (m: TestMachine): bigint[] => ['rax', 'rcx', 'r8', 'r9'].map((name) => m.get(name));

  it('whose entry changes drops that page and no other, and no code that stands elsewhere', () => {
    const m = kernel(reads).set({ rbx: DATA, rdx: DATA + 0x1000n, rdi: 0xa_3000n | BigInt(PTE_P | PTE_W) });
    pages(m);
    m.ram.view.setBigUint64(m.entryOf(DATA), 0xa_1000n | BigInt(PTE_P | PTE_W), true);
    m.ram.view.setBigUint64(m.entryOf(DATA + 0x1000n), 0xa_2000n | BigInt(PTE_P | PTE_W), true);
    m.set({ rsi: openWindow(m) }).socket.forget([]);
    m.step(2);
    m.ram.view.setBigUint64(m.entryOf(DATA + 0x1000n), 0xa_4000n | BigInt(PTE_P | PTE_W), true);
    const epoch = m.cpu.codeEpoch;
    m.step(3);
    expect(seen(m)).toEqual([1n, 2n, 3n, 2n]);
    expect(m.cpu.codeEpoch).toBe(epoch);
  });

  it('that two stretches of memory share drops both', () => {
    const other = DATA + 0x4000_0000n, m = kernel(reads).set({ rbx: DATA, rdx: other, rdi: 0xa_3000n | BigInt(PTE_P | PTE_W) });
    pages(m);
    m.map(other, 0, 1, PTE_U | PTE_W);
    const directory = (at: bigint): number => m.cpu.mmu.explain(Number(BigInt.asIntN(32, at)), Number(at >> 32n)).steps[2].at;
    m.ram.view.setBigUint64(m.entryOf(DATA), 0xa_1000n | BigInt(PTE_P | PTE_W), true);
    m.ram.view.setBigUint64(directory(other), m.ram.view.getBigUint64(directory(DATA), true), true);
    m.set({ rsi: openWindow(m) }).socket.forget([]);
    expect(seen(m.step(5))).toEqual([1n, 1n, 3n, 3n]);
  });

  it('that is the tables of its own entries, too, drops all', () => {
    // The last entry of the directory is the directory itself: a last level and the one above.
    const m = kernel(reads), directory = m.cpu.mmu.explain(Number(DATA), 0).steps[2].at & -4096;
    pages(m);
    m.ram.view.setBigUint64(directory + 511 * 8, BigInt(directory | PTE_P | PTE_W), true);
    const base = (DATA & ~0x3fff_ffffn) + (511n << 21n), table = m.ram.view.getUint32(m.cpu.mmu.explain(Number(DATA), 0).steps[2].at, true) & -4096;
    // Another last level with all of it on page 3, and the entry through which DATA's is changed.
    m.ram.bytes.copyWithin(0xc_0000, table, table + 4096);
    m.ram.view.setBigUint64(m.entryOf(DATA), 0xa_1000n | BigInt(PTE_P | PTE_W), true);
    m.ram.view.setBigUint64(0xc_0000 + (m.entryOf(DATA) & 4095), 0xa_3000n | BigInt(PTE_P | PTE_W), true);
    const slot = base + (511n << 12n) + BigInt(m.cpu.mmu.explain(Number(DATA), 0).steps[2].at & 4095);
    m.set({ rbx: DATA, rdx: DATA, rsi: slot, rdi: 0xc_0000n | BigInt(PTE_P | PTE_W | PTE_U) }).socket.forget([]);
    expect(seen(m.step(5))).toEqual([1n, 1n, 3n, 3n]);
  });
});
