/**
 * What is kept of an address space while another is loaded must be what a walk would find when it comes back. The judge is a CPU
 * that forgets all translations after each tick.
 */
import { describe, expect, it } from 'vitest';
import { PTE_P, PTE_U, PTE_W } from '../../isa/registers.ts';
import type { Engine } from '../cpu/socket.ts';
import { CR3 } from '../cpu/state.ts';
import { DATA, HANDLERS, KERNEL_STACK, TestMachine } from '../cpu/testing.ts';
import { compiler } from '../cpu/translate/compiler.ts';
import { Translator } from '../cpu/translate/translator.ts';
import { assembled } from '../../toolchain/asm/testing.ts';

const ROOT = 0x10_0000, COPIES = 0x14_0000, TABLES = 0x6_0000, WINDOW = 0xffff_a000_0000_0000n, UPPER = 0xffff_b000_0000_0000n;
const BITS = PTE_P | PTE_W | PTE_U, PAGES = 2;
/** Frames of data, each with its own number in it. */
const FRAMES = Array.from({ length: 8 }, (_, n) => 0x20_0000 + n * 0x1000);

/** Another root: the tables of the lower half are copies, those of the upper half the same. Copies are made at `to`. */
function copyRoot(m: TestMachine, to: number): number {
  let next = to;
  const { view, bytes } = m.ram, copy = (page: number, level: number): number => {
    const made = next;
    next += 0x1000;
    bytes.copyWithin(made, page, page + 0x1000);
    for (let n = 0; n < (level === 3 ? 256 : 512); n++) {
      const entry = view.getUint32(made + n * 8, true);
      if (level > 0 && entry & PTE_P) view.setUint32(made + n * 8, copy(entry & -4096, level - 1) | (entry & 4095), true);
    }
    return made;
  };
  return copy(ROOT, 3);
}

/** A program in ring 0 that goes on for ever, between three address spaces whose tables it changes. */
function machine(seed: number, engine: Engine): TestMachine {
  const m = new TestMachine().ring(0);
  for (let n = 0; n < PAGES; n++) {
    m.map(DATA + BigInt(n * 0x1000), FRAMES[n], 1, PTE_W);
    m.map(UPPER + BigInt(n * 0x1000), FRAMES[n + PAGES], 1, PTE_W);
  }
  m.map(WINDOW, ROOT, TABLES >>> 12, PTE_W);
  FRAMES.forEach((frame, n) => m.ram.view.setInt32(frame, n, true));
  const roots = [ROOT, copyRoot(m, COPIES), COPIES + 0x1_0000];
  // The third has all tables but the uppermost in common with the first.
  m.ram.bytes.copyWithin(roots[2], ROOT, ROOT + 0x1000);
  let state = seed * 2654435761 + 1;
  const below = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return (state >>> 8) % n;
  };
  const of = <T>(list: readonly T[]): T => list[below(list.length)];
  const at = (virtual: bigint, root: number, level: number): number => {
    let table = root;
    for (let n = 3; n > level; n--) table = m.ram.view.getUint32(table + Number((virtual >> BigInt(12 + 9 * n)) & 511n) * 8, true) & -4096;
    return table + Number((virtual >> BigInt(12 + 9 * level)) & 511n) * 8;
  };
  const store = (place: number, value: number): string => `mov $${value}, %rax; mov %rax, ${place - ROOT}(%rbp)`;
  const [first, second] = roots;
  /** What stands there in one of the two first spaces, into the same place of any. */
  const exchanged = (virtual: bigint, level: number, levelOf: number): string =>
    store(at(virtual, of(roots.slice(0, levelOf)), level), m.ram.view.getUint32(at(virtual, of([first, second]), level), true));
  const often = [
    () => `mov $${of(roots)}, %rax; mov %rax, %cr3`,
    () => `add ${of([0, 8]) + below(PAGES) * 0x1000}(%rbx), %rdx`,
    () => `add ${of([0, 8]) + below(PAGES) * 0x1000}(%rsi), %rdx`,
    () => `add %rdx, ${8 + below(PAGES) * 0x1000}(%rbx)`,
    () => `add %rdx, ${8 + below(PAGES) * 0x1000}(%rsi)`,
    () => store(at(DATA + BigInt(below(PAGES) * 0x1000), of([first, second]), 0), of(FRAMES) | BITS),
  ];
  // These drop all: programs with even numbers do without.
  const rarely = [
    () => store(at(UPPER + BigInt(below(PAGES) * 0x1000), first, 0), of(FRAMES) | BITS),
    () => exchanged(DATA, 1, 2),
    () => exchanged(DATA, 3, 3),
    // The upper half of one space is that of another no more: UPPER's tables have those of WINDOW in their place.
    () => store(at(UPPER, of(roots), 3), m.ram.view.getUint32(at(of([UPPER, UPPER, WINDOW]), first, 3), true)),
    () => `invlpg ${below(PAGES) * 0x1000}(%rbx)`,
  ];
  const kinds = seed % 2 ? [...often, ...often, ...often, ...rarely] : often;
  const text = Array.from({ length: 240 }, () => of(kinds)()).join('\n');
  const code = assembled(`start: sub $1, %rcx\njs start\n${text}\njmp start`);
  m.load(code, HANDLERS).set({ rip: HANDLERS, rsp: KERNEL_STACK - 0x100n, rbx: DATA, rsi: UPPER, rbp: WINDOW, rcx: 0x7fff_ffffn });
  m.socket.engine = engine;
  if (engine === 'translated') m.socket.translator = Object.assign(new Translator(m.socket, compiler), { hot: 5, patience: 0 });
  m.socket.forget([]);
  return m;
}

function told(m: TestMachine): unknown {
  let memory = 0;
  for (const word of new Int32Array(m.ram.bytes.buffer)) memory = (Math.imul(memory, 31) + word) | 0;
  return { rdx: m.get('rdx'), rip: m.get('rip'), cr3: m.cpu.s[CR3], memory };
}

describe('translations that are kept while another address space is loaded', () => {
  it.each([1, 2, 3, 4])('are those that a walk finds: program %d', (seed) => {
    const judge = machine(seed, 'reference'), engines = (['reference', 'translated'] as const).map((engine) => machine(seed, engine));
    for (let tick = 0; tick < 3000; tick++) {
      judge.step();
      judge.cpu.mmu.flush();
      if (tick % 1000 !== 999) continue;
      for (const m of engines) expect(told(m.step(1000)), m.socket.engine).toEqual(told(judge));
    }
    expect(judge.delivered).toEqual([]);
  });

  it('lead no write to a page that has become one of tables meanwhile', () => {
    // DATA + 0x1000 is written in the first space, walked as a table in the second, and written in the first again.
    const m = new TestMachine().ring(0), far = 0x6000_0000n;
    m.map(far, 0, 1, PTE_W);
    const second = copyRoot(m, COPIES), here = m.physical(DATA + 0x1000n);
    m.cpu.mmu.look(Number(far), 0, (level, _index, at) => {
      if (level === 1) m.ram.view.setUint32(at, here | BITS, true);
    }, second);
    FRAMES.forEach((frame, n) => m.ram.view.setInt32(frame, n, true));
    m.load(assembled('mov %r8, 0x1000(%rbx); mov %rsi, %cr3; mov (%rdi), %rax; mov %rbp, %cr3; mov %r9, 0x1000(%rbx); mov %rsi, %cr3; mov (%rdi), %rcx'));
    m.set({ rbx: DATA, rsi: BigInt(second), rdi: far, rbp: BigInt(ROOT), r8: BigInt(FRAMES[3] | BITS), r9: BigInt(FRAMES[5] | BITS) }).step(7);
    expect([m.get('rax'), m.get('rcx')]).toEqual([3n, 5n]);
  });
});
