/** What is translated once stays so: nothing that comes again and again, and cannot be translated otherwise, is a reason to translate again. */
import { expect, it } from 'vitest';
import { PTE_U, PTE_W } from '../../../isa/registers.ts';
import { assembled } from '../../../toolchain/asm/testing.ts';
import { DATA, HANDLERS, TestMachine } from '../testing.ts';
import { compiler } from './compiler.ts';
import { Translator } from './translator.ts';

it('a call whose push has page-faulted, in tables that are dropped again and again', () => {
  const m = new TestMachine(), stack = 0x6000_0000n;
  m.map(stack, 0x8_0000, 1, PTE_U);
  m.load(assembled('start: add $1, %rax; call f; add $1, %rcx; jmp start; f: add $1, %rdx; ret'));
  m.set({ rsp: stack + 0x800n, rbx: DATA });
  m.socket.engine = 'translated';
  m.socket.translator = Object.assign(new Translator(m.socket, compiler), { hot: 5, patience: 0 });
  // The push faults until its page may be written.
  m.load(assembled('add $8, %rsp; iretq'), HANDLERS + 14n * 16n);
  m.step(20);
  expect(m.delivered.length).toBeGreaterThan(2);
  m.map(stack, 0x8_0000, 1, PTE_U | PTE_W);
  m.step(10_000);
  const made = Array.from({ length: 3 }, () => {
    for (let n = 0; n < 1000; n++) {
      m.cpu.mmu.flush();
      m.step(100);
    }
    return m.socket.translator!.regions;
  });
  expect(made[0]).toBeGreaterThan(0);
  // The first thousand may have taught it something.
  expect(made[2]).toBe(made[1]);
});
