/** An instruction that faults again and again: the first faults are thrown, the later ones are not, and nothing tells them apart. */
import { describe, expect, it } from 'vitest';
import { CR0_AM, CR4_SMAP, PF, PTE_U, PTE_W, RFLAGS_AC } from '../../isa/registers.ts';
import { assembled } from '../../toolchain/asm/testing.ts';
import { readFlags } from './flags.ts';
import { CR0, CR2, CR4, RIP } from './state.ts';
import { CODE, DATA, HANDLERS, KERNEL_STACK, TestMachine } from './testing.ts';

const ROUNDS = 6;

interface Story {
  /** What each fault had done and left, and how long its round took. */
  faults: string[];
  waryInstructions: number;
}

/** Runs a faulting instruction in a loop; the handler goes on behind it. */
function story(text: string, prepare: (m: TestMachine) => void = () => undefined): Story {
  const m = new TestMachine(), { cpu } = m, faults: string[] = [];
  m.map(DATA + 0x4000n, 0x3_4000, 1, PTE_U);
  m.load(assembled(`start: mov $0x11111111, %eax\nmov $0x22222222, %ecx\nlea over(%rip), %r15\nmov %rsp, %r13\ncmp %eax, %ecx\n${text}\nover: mov %r13, ` +
    `%rsp\nmov %r14, %rbp\njmp start`));
  for (const vector of [12, 13, 14, 17]) m.load(assembled('mov %r15, 8(%rsp); add $8, %rsp; iretq'), HANDLERS + BigInt(16 * vector));
  m.set({ rbx: DATA, r14: DATA, rbp: DATA });
  prepare(m);
  let last = { ticks: 0, cycles: 0 };
  m.socket.hooks = {
    deliver: (_cpu, { vector, error, cr2, frame, fromRip }) => {
      const now = { ticks: cpu.tick, cycles: cpu.quarterCycles }, registers = Array.from({ length: 16 }, (_, r) => cpu.pair(2 * r).toString(16));
      const physical = m.physical(frame), pushed = Array.from({ length: 6 }, (_, n) => m.ram.view.getBigUint64(physical + 8 * n, true).toString(16));
      const took = faults.length === 0 ? '' : `${now.ticks - last.ticks} ticks ${now.cycles - last.cycles} cycles`;
      faults.push([vector, error, cr2?.toString(16), fromRip.toString(16), ...registers, cpu.pair(CR2).toString(16), readFlags(cpu.s), ...pushed,
        cpu.pair(RIP).toString(16), took].join(' '));
      last = now;
    },
  };
  for (let n = 0; n < 2000 && faults.length < ROUNDS; n++) m.step();
  const page = cpu.code.known(Number(CODE), 0, 0x20), waryInstructions =
    (page?.blocks ?? []).filter((block) => block?.insns.some(({ isWary }) => isWary)).length;
  return { faults, waryInstructions };
}

const NOWHERE = '0x8000(%rbx)', READ_ONLY = '0x4000(%rbx)';

describe('a page fault is the same the first time and the sixth', () => {
  it.each([
    ['a load', `movq ${NOWHERE}, %rax`], ['a load of a byte', `movb ${NOWHERE}, %al`], ['a load that is widened', `movzbl ${NOWHERE}, %eax`],
    ['a store', `movq %rax, ${NOWHERE}`], ['a store to what may only be read', `movl %eax, ${READ_ONLY}`], ['a store of a constant', `movw $7, ${NOWHERE}`],
    ['an addition to memory', `addl %eax, ${NOWHERE}`], ['an addition to what may only be read', `addq %rax, ${READ_ONLY}`],
    ['an addition from memory', `addq ${NOWHERE}, %rax`],
    ['a comparison', `cmpl $5, ${NOWHERE}`], ['an exchange under a lock', `lock cmpxchg %rcx, ${NOWHERE}`],
    ['a division, before its divisor is known', `mov $1, %edx\ndivl ${NOWHERE}`],
    ['a conditional move that moves nothing', `cmove ${NOWHERE}, %rax`], ['a byte by condition', `setne ${NOWHERE}`],
    ['a push', 'lea 0x8000(%rbx), %rsp\npush %rax'], ['a push of what cannot be read', `push ${NOWHERE}`], ['a pop', 'lea 0x8000(%rbx), %rsp\npop %rax'],
    ['a call', 'lea 0x8000(%rbx), %rsp\ncall start'], ['a call by a pointer', `call *${NOWHERE}`],
    ['a call by a pointer whose push fails', 'lea 0x8000(%rbx), %rsp\nlea start(%rip), %rax\ncall *%rax'],
    ['a jump by a pointer', `jmp *${NOWHERE}`], ['a return', 'lea 0x8000(%rbx), %rsp\nret'], ['leave', 'lea 0x8000(%rbx), %rbp\nleave'],
    ['an access with an index and a segment', 'movl $0x8000, %r9d\nmovl %gs:0x20000000(,%r9), %eax'],
    ['the kernel\'s memory', 'movq $0xffffffff80000000, %r9\nmovq (%r9), %rax'],
  ])('%s', (_what, text) => {
    const { faults, waryInstructions } = story(text);
    expect(faults).toHaveLength(ROUNDS);
    expect(faults[0]).toMatch(/^14 /);
    expect(faults[0]).toContain(faults[1].replace(/\d+ ticks \d+ cycles$/, ''));
    expect(new Set(faults.slice(1)).size).toBe(1);
    expect(waryInstructions).toBeGreaterThan(0);
  });

  it.each([
    ['over the end of a page', 'movq 0x1ffc(%rbx), %rax', () => undefined],
    ['of the stack behind a load', 'lea 0x8000(%rbx), %rsp\npush (%rbx)', () => undefined],
    ['of a string instruction', 'lea 0x8000(%rbx), %rdi\nmov $5, %ecx\nrep stosb', () => undefined],
  ])('%s, where the instruction is not made wary', (_what, text, prepare) => {
    const { faults, waryInstructions } = story(text, prepare);
    expect(new Set(faults.slice(1)).size).toBe(1);
    expect(faults[0]).toMatch(/^14 /);
    expect(waryInstructions).toBe(0);
  });

  it('and a wary instruction still has all other faults, in their order', () => {
    const m = new TestMachine(), vectors: number[] = [];
    m.load(assembled('start: lea over(%rip), %r15\nmovq (%rdi), %rax\nover: jmp start'));
    for (const vector of [13, 14, 17]) m.load(assembled('mov %r15, 8(%rsp); add $8, %rsp; iretq'), HANDLERS + BigInt(16 * vector));
    m.socket.hooks = { deliver: (_cpu, { vector }) => void vectors.push(vector) };
    const run = (rdi: bigint): number[] => {
      vectors.length = 0;
      m.set({ rdi }).step(70);
      return [...new Set(vectors)];
    };
    expect(run(DATA + 0x8000n)).toEqual([PF]);
    expect(run(0x8000_0000_0000n)).toEqual([13]);
    expect(run(DATA)).toEqual([]);
    expect(run(DATA + 0x1ffcn)).toEqual([PF]);
    while (m.cpu.cpl !== 3) m.step();
    m.cpu.s[CR0] |= CR0_AM;
    m.set({ rflags: BigInt(0x202 | RFLAGS_AC) });
    m.cpu.useTables();
    expect(run(DATA + 0x8001n)).toEqual([17]);
    expect(run(DATA + 0x8000n)).toEqual([PF]);
    expect(run(DATA + 8n)).toEqual([]);
  });

  it('and a probe there is told each time, before the fault', () => {
    const m = new TestMachine(), told: string[] = [];
    m.load(assembled('start: lea over(%rip), %r15\nmovq 0x8000(%rbx), %rax\nover: jmp start'));
    m.load(assembled('mov %r15, 8(%rsp); add $8, %rsp; iretq'), HANDLERS + BigInt(16 * PF));
    m.socket.setProbes([CODE + 7n]);
    m.socket.hooks = { probe: () => void told.push('probe'), deliver: () => void told.push('fault') };
    m.set({ rbx: DATA }).step(60);
    expect(told.length).toBeGreaterThan(10);
    expect(new Set(told.map((what, n) => `${n % 2}${what}`))).toEqual(new Set(['0probe', '1fault']));
  });

  it('of ring 0 on a page of ring 3, under SMAP', () => {
    const m = new TestMachine(), errors: (number | undefined)[] = [];
    m.ring(0);
    m.map(DATA, 0x3_0000, 2, PTE_U | PTE_W);
    m.cpu.s[CR4] |= CR4_SMAP;
    m.load(assembled('start: lea over(%rip), %r15\nmovq (%rbx), %rax\nover: jmp start'));
    m.load(assembled('mov %r15, 8(%rsp); add $8, %rsp; iretq'), HANDLERS + BigInt(16 * PF));
    m.socket.hooks = { deliver: (_cpu, { error }) => void errors.push(error) };
    m.set({ rbx: DATA, rsp: KERNEL_STACK - 0x100n }).step(60);
    expect(errors.length).toBeGreaterThan(5);
    expect(new Set(errors)).toEqual(new Set([1]));
    errors.length = 0;
    m.set({ rflags: BigInt(0x202 | RFLAGS_AC) }).step(30);
    expect(errors).toEqual([]);
  });
});
