/** What wants to be told of every instruction (a hook, the trap flag) is told in the midst of hot code too. */
import { describe, expect, it } from 'vitest';
import { compiler } from './translate/compiler.ts';
import { assembled } from '../../toolchain/asm/testing.ts';
import type { Engine } from './socket.ts';
import { GS_BASE, RIP } from './state.ts';
import { DATA, HANDLERS, TestMachine } from './testing.ts';
import { Translator } from './translate/translator.ts';

const DEBUG_HANDLER = HANDLERS + 0x800n;

function machine(text: string, engine: Engine): TestMachine {
  const m = new TestMachine();
  m.load(assembled(text)).set({ rbx: DATA, rflags: 0x202n });
  m.socket.engine = engine;
  if (engine === 'translated') m.socket.translator = Object.assign(new Translator(m.socket, compiler), { hot: 3, patience: 0 });
  return m;
}

/** With a #DB handler that counts and clears TF in the flags it returns to. */
function trapped(text: string, engine: Engine): { count: number; story: string } {
  const m = machine(text, engine);
  m.load(assembled('incq %gs:0x7c0; andl $0xfffffeff, 16(%rsp); iretq'), DEBUG_HANDLER);
  m.gate(1, { handler: DEBUG_HANDLER });
  m.cpu.setPair(GS_BASE, DATA);
  m.cpu.run(60_000);
  const places = m.delivered.slice(0, 3).map(({ fromRip }) => fromRip.toString(16));
  return { count: m.delivered.length,
    story: `tick ${m.cpu.tick}, ${m.cpu.quarterCycles} cycles, ${m.cpu.instructions} instructions, ${m.delivered.length} traps, first ${places.join(' ')}, ` +
    `rip ${m.cpu.pair(RIP).toString(16)} rax ${m.cpu.pair(0)}` };
}

describe('in translated code', () => {
  it('a hook that comes while a loop is hot sees every instruction', () => {
    const seen = (which: Engine): string => {
      const m = machine('start: mov $50, %r12d\nhead: add $1, %rax\nadd $2, %rcx\nsub $1, %r12d\njne head\njmp start', which);
      const ticks: number[] = [];
      m.cpu.run(4000);
      if (which === 'translated') expect(m.cpu.translator?.regions).toBeGreaterThan(0);
      m.socket.hooks = { instruction: () => void ticks.push(m.cpu.tick) };
      m.cpu.attend();
      m.cpu.run(9000);
      return `${ticks.length} ${m.cpu.tick} ${m.cpu.pair(RIP).toString(16)}`;
    };
    expect(seen('translated')).toBe(seen('reference'));
  });

  it.each([
    ['with cold code between', 'start: mov $50, %r12d\nhead: add $1, %rax\nadd $2, %rcx\nsub $1, %r12d\njne head\ninc %r13d\ntest $15, %r13b\njne start\n' +
      'pushf\norl $0x100, (%rsp)\npopf\njmp start'],
    ['right before it', 'start: mov $50, %r12d\njmp head\nstep: pushf\norl $0x100, (%rsp)\npopf\nhead: add $1, %rax\nadd $2, %rcx\nsub $1, %r12d\njne head\n' +
      'inc %r13d\nmov $50, %r12d\ntest $15, %r13b\nje step\njmp head'],
  ])('the trap flag is set on the way into a hot loop, %s', (_where, text) => {
    const wanted = trapped(text, 'reference');
    expect(wanted.count).toBeGreaterThan(5);
    expect(trapped(text, 'translated').story).toBe(wanted.story);
  });
});
