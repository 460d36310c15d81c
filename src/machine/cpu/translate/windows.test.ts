/** Translated code remembers the page of an access for others nearby. It must never mistake one page for another. */
import { describe, expect, it } from 'vitest';
import { compiler } from './compiler.ts';
import { PTE_U, PTE_W } from '../../../isa/registers.ts';
import { assembled } from '../../../toolchain/asm/testing.ts';
import type { Engine } from '../socket.ts';
import { DATA, TestMachine } from '../testing.ts';
import { Translator } from './translator.ts';

/** DATA with the upper half of another address space, and two neighbours that are none in RAM. */
const HIGH = 0x7f00_0000_0000n | DATA, FAR = HIGH + 0x10_0000n;

/** Runs `head: ...; jmp head` with RSI at HIGH and RBX at FAR + 0xff0. @returns registers and what was paid. */
function story(engine: Engine, body: string): string {
  const m = new TestMachine();
  for (const [page, frame] of [[HIGH, 0x8_0000], [FAR, 0x8_2000], [FAR + 0x1000n, 0x8_5000]] as const) m.map(page, frame, 1, PTE_U | PTE_W);
  m.write(HIGH, [7, 0, 0, 0, 0, 0, 0, 0, 9]);
  m.write(DATA, [1, 0, 0, 0, 0, 0, 0, 0, 3]);
  m.load(assembled(`xor %ecx, %ecx\nhead: ${body}\njmp head`)).set({ rsi: HIGH, rbx: FAR + 0xff0n });
  m.socket.engine = engine;
  if (engine === 'translated') m.socket.translator = Object.assign(new Translator(m.socket, compiler), { hot: 3, patience: 0 });
  m.cpu.run(2001);
  if (engine === 'translated') expect(m.cpu.translator?.regions).toBeGreaterThan(0);
  return `rax ${m.cpu.pair(0)} rcx ${m.cpu.pair(2)} rdx ${m.cpu.pair(4)}, ${m.cpu.quarterCycles} cycles`;
}

// Loads and stores have tables of their own, so both pages are found at once.
describe('an address with the same low half', () => {
  it.each([
    ['by MOV of 32 bits', 'mov %rcx, (%rsi)\nmov %esi, %edi\nadd (%rdi), %rcx'],
    ['by LEA of 32 bits', 'mov %rcx, (%rsi)\nlea 8(%esi), %edi\nadd (%rdi), %rcx'],
    ['by ADD of 32 bits', 'mov %rcx, 8(%rsi)\nmov %esi, %edi\nadd $8, %edi\nadd (%rdi), %rcx'],
    ['by MOV of 32 bits and ADD of 64', 'mov %rcx, (%rsi)\nmov %esi, %edi\nadd $8, %rdi\nadd (%rdi), %rcx'],
    ['found first', 'mov %esi, %edi\nmov %rcx, (%rdi)\nadd 8(%rsi), %rcx\nadd $1, %rcx'],
  ])('%s is another one', (_how, body) => expect(story('translated', body)).toBe(story('reference', body)));
});

describe('an access near another one', () => {
  it.each([
    ['in the next page', 'add $1, %rcx\nmov %rcx, (%rbx)\nmov %rcx, 16(%rbx)\nadd 16(%rbx), %rdx\nadd (%rbx), %rdx'],
    ['in the page before', 'lea 16(%rbx), %rdi\nadd $1, %rcx\nmov %rcx, (%rdi)\nmov %rcx, -8(%rdi)\nadd (%rdi), %rdx\nsub -8(%rdi), %rdx'],
    ['over the border', 'add $1, %rcx\nmov %rcx, (%rbx)\nmov %rcx, 12(%rbx)\nadd 16(%rbx), %rdx'],
    ['now in the page, now not', 'mov %ecx, %edi\nand $24, %edi\nadd %rbx, %rdi\nadd $1, %rcx\nmov %rcx, (%rdi)\nmov %rcx, 8(%rdi)\nadd -8(%rdi), %rdx'],
    ['that only reads, before a store', 'add (%rsi), %rdx\nadd $1, %rcx\nmov %rcx, 8(%rsi)\nadd 8(%rsi), %rdx'],
  ])('%s', (_where, body) => expect(story('translated', body)).toBe(story('reference', body)));
});
