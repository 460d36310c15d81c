/** One sentence about the step just made, from its instruction's row, the registers before and after it, and the words of memory that it changed. */
import type { VirtAddr } from '../base/units.ts';
import { CONDITION_FLAGS, CONDITIONS } from '../isa/conditions.ts';
import type { Decoded } from '../isa/decoded.ts';
import { FLAG_NAMES, GPR64 } from '../isa/registers.ts';
import type { Registers } from '../machine/machine.ts';
import type { Memory } from './memory.ts';
import { memoryName, operandsOf, valueText, type OperandNow, type Scene } from './operands.ts';

/** Two lines of the panel that shows it. */
const MAX_LENGTH = 96, MAX_WORDS = 25;
const RSP = 4, RCX = 1;

/** What a kind of event does with the stack, in the manual's words: the reason, not the values. */
const WHY: Readonly<Record<string, string>> = {
  SYSCALL: 'SYSCALL changes the ring without touching memory: no stack is read or written.',
  SYSRET: 'SYSRET takes the way back from RCX and R11, where SYSCALL had put it.',
  IRETQ: 'IRETQ pops five words, in 64-bit mode always RSP and SS too.',
  SWAPGS: 'The kernel finds its per-CPU data through GS; SWAPGS gets its base without needing a register.',
};

/** What does something that no register and no memory shows. */
const WAITS: Readonly<Record<string, string>> = { HLT: 'HLT stops this CPU until an interrupt comes' };

export interface StepTold {
  /** Undefined when an event was delivered. */
  insn: Decoded | undefined;
  /** As the listing spells it. */
  mnemonic: string;
  at: VirtAddr;
  before: Registers | undefined;
  changed: ReadonlyMap<VirtAddr, bigint>;
  subSteps: { title: string; steps: { text: string }[] } | null;
}

export interface Narration {
  what: string;
  why: string;
}

/** The beginning, and as many of the clauses after it as there is room for: a sentence is never cut inside. */
function fitting(start: string, clauses: readonly string[], end = '.'): string {
  let text = start;
  for (const clause of clauses) {
    const more = `${text}${clause}`;
    if (`${more}${end}`.length <= MAX_LENGTH && `${more}${end}`.split(' ').length <= MAX_WORDS) text = more;
  }
  return `${text}${end}`;
}

/** 0 or 1. */
export const flag = ({ rflags }: Registers, name: string): number => {
  const bit = FLAG_NAMES.find(([one]) => one === name)?.[1] ?? 0;
  return rflags & BigInt(bit) ? 1 : 0;
};

/** Which condition a mnemonic tests: `jne`, `sete`, `cmovg`. */
export function conditionOf(mnemonic: string): number {
  const suffix = /^(?:j|set|cmov)([a-z]+)$/.exec(mnemonic)?.[1];
  return suffix === undefined ? -1 : CONDITIONS.findIndex((one) => one === suffix);
}

/** `ZF is 0 and CF is 1`. */
export const flagsOf = (condition: number, registers: Registers): string =>
  CONDITION_FLAGS[condition >> 1].map((name) => `${name} is ${flag(registers, name)}`).join(' and ');

class Step {
  readonly #told: StepTold;
  readonly #before: Registers;
  readonly #now: Registers;
  readonly #scene: Scene;
  readonly #name: string;

  constructor(told: StepTold, before: Registers, scene: Scene) {
    this.#told = told;
    this.#before = before;
    this.#now = scene.registers;
    this.#scene = scene;
    this.#name = told.mnemonic.toUpperCase();
  }

  /** An address of code, by name. */
  #code(at: VirtAddr): string {
    const name = this.#scene.symbols.name(at);
    return name === undefined ? `0x${at.toString(16)}` : `\`${name}\``;
  }

  #value(value: bigint, size = 8): string {
    return valueText(this.#scene, value, size);
  }

  /** Memory as it was before the step, and as it is. */
  #memory(addr: VirtAddr, size: number): { was: bigint; is: bigint } | undefined {
    const bytes = this.#scene.machine.peek(addr, size);
    if (!bytes) return undefined;
    const number = (from: Uint8Array): bigint => from.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n), old = bytes.slice();
    for (let n = 0; n < size; n++) {
      const at = addr + BigInt(n), word = this.#told.changed.get(at & ~7n);
      if (word !== undefined) old[n] = Number((word >> (8n * (at & 7n))) & 0xffn);
    }
    return { was: number(old), is: number(bytes) };
  }

  #place(addr: VirtAddr, size: number): string {
    const name = memoryName(this.#scene, addr);
    return name ? `\`${name}\`` : `${size} byte${size === 1 ? '' : 's'} at 0x${addr.toString(16)}`;
  }

  /** `n`, 0 to 5. */
  #written(addr: VirtAddr, size: number): string {
    const memory = this.#memory(addr, size), place = this.#place(addr, size);
    if (!memory) return place;
    return memory.was === memory.is ? `${place}: ${this.#value(memory.is, size)} as before`
      : `${place}: ${this.#value(memory.was, size)} to ${this.#value(memory.is, size)}`;
  }

  /** `RAX 1 to 6`, without those that every step changes. */
  #registers(without: readonly number[] = []): string[] {
    return GPR64.flatMap((name, n) => {
      const was = this.#before.gpr[n], is = this.#now.gpr[n];
      return was === is || without.includes(n) ? [] : [`${name.toUpperCase()} ${this.#value(was)} to ${this.#value(is)}`];
    });
  }

  /** `sets CF SF, clears ZF`. */
  #flags(): string[] {
    const changed = (to: number): string => FLAG_NAMES.flatMap(([name]) => (flag(this.#now, name) === to && flag(this.#before, name) !== to ? [name] : []))
      .join(' ');
    const set = changed(1), cleared = changed(0);
    return [...(set ? [`sets ${set}`] : []), ...(cleared ? [`clears ${cleared}`] : [])];
  }

  #system(): string[] {
    const a = this.#before, b = this.#now;
    const pairs: [string, bigint, bigint][] = [['CR0', a.cr0, b.cr0], ['CR2', a.cr2, b.cr2], ['CR3', a.cr3, b.cr3], ['CR4', a.cr4, b.cr4],
      ['FS base', a.fsBase, b.fsBase], ['GS base', a.gsBase, b.gsBase], ['LSTAR', a.lstar, b.lstar], ['STAR', a.star, b.star], ['SFMASK', a.sfmask, b.sfmask]];
    return pairs.flatMap(([name, was, is]) => (was === is ? [] : [`${name} ${this.#value(was)} to ${this.#value(is)}`]));
  }

  delivered(title: string): Narration {
    const a = this.#before, b = this.#now, stays = a.cpl === b.cpl;
    return {
      what: fitting(`${title} led from ${this.#code(a.rip)} to ${this.#code(b.rip)}`,
        [stays ? `; ring ${b.cpl} stays` : `; ring ${a.cpl} to ring ${b.cpl}`, `; RSP is 0x${b.gpr[RSP].toString(16)}`]),
      why: stays ? 'The privilege level did not change, so unless the gate names an IST stack the frame goes where RSP points.'
        : 'The privilege level changed, so the frame goes to the stack that the TSS names.',
    };
  }

  crossing({ title, steps }: { title: string; steps: { text: string }[] }): Narration {
    const a = this.#before, b = this.#now;
    const end = ` ring ${a.cpl}${a.cpl === b.cpl ? ' stays' : ` to ring ${b.cpl}`}, ` +
      `RSP ${a.gpr[RSP] === b.gpr[RSP] ? 'unchanged' : `is 0x${b.gpr[RSP].toString(16)}`}.`;
    return { what: fitting(`${this.#name}:`, steps.map(({ text }) => ` ${text};`), end), why: WHY[title] ?? '' };
  }

  instruction(insn: Decoded): Narration {
    const { row } = insn, { mnemonic } = row, a = this.#before, b = this.#now, next = this.#told.at + BigInt(insn.length);
    const operands = operandsOf(insn, this.#told.at, { ...this.#scene, registers: a });
    const condition = conditionOf(mnemonic), target = operands[0]?.target;
    if (target !== undefined && mnemonic !== 'call' && mnemonic !== 'jmp') {
      const because = condition >= 0 ? flagsOf(condition, a) : `RCX is ${this.#value(b.gpr[RCX])}`;
      return { what: b.rip === next ? fitting(`${this.#name} did not jump to ${this.#code(target)}: ${because}`, [])
        : fitting(`${this.#name} jumped to ${this.#code(b.rip)}: ${because}`, []), why: '' };
    }
    if (mnemonic === 'call') {
      const back = this.#memory(b.gpr[RSP], 8)?.is ?? 0n;
      return { what: fitting(`${this.#name} went to ${this.#code(b.rip)} and pushed the return address`, [`, ${this.#code(back)}`]),
        why: 'RET will pop that address and go on there.' };
    }
    if (mnemonic === 'ret' || mnemonic === 'lret') return { what:
      fitting(`${this.#name} took its way back off the stack and went to ${this.#code(b.rip)}`, [`; RSP is 0x${b.gpr[RSP].toString(16)}`]), why: '' };
    if (b.rip !== next && !insn.rep) return { what: fitting(`${this.#name} went to ${this.#code(b.rip)}`, []), why: '' };
    return { what: this.#plain(insn, operands), why: row.notes.about ?? '' };
  }

  /** What was read, what was written, and what else came of it. */
  #plain(insn: Decoded, operands: readonly OperandNow[]): string {
    const { row } = insn, a = this.#before, b = this.#now;
    const read = operands.find(({ addr, use }) => addr !== undefined && (use === 'r' || use === 'x'));
    const wasRead = read && this.#memory(read.addr!, read.size),
      reading = read && wasRead ? `${this.#place(read.addr!, read.size)}, ${this.#value(wasRead.was, read.size)}` : undefined;
    const written = operands.filter(({ addr, use }) => addr !== undefined && (use === 'w' || use === 'x'));
    const down = a.gpr[RSP] - b.gpr[RSP], moved = `RSP is 0x${b.gpr[RSP].toString(16)}`;
    if (written.length) {
      const [first, ...others] = written.map(({ addr, size }) => this.#written(addr!, size));
      return fitting(`${this.#name} wrote ${first}`, [...others, ...this.#registers()].map((text) => `, ${text}`));
    }
    // Words that no operand names: on the stack where RSP went down, else where a string instruction wrote.
    if (down > 0n && operands.every(({ use }) => use === 'r')) {
      const put = this.#memory(b.gpr[RSP], Number(down)), name = memoryName(this.#scene, b.gpr[RSP]);
      return fitting(`${this.#name} put ${put ? this.#value(put.is, Number(down)) : 'a word'} on the stack${name ? ` as \`${name}\`` : ''}`, [`; ${moved}`]);
    }
    // What a pop takes is the first operand's new value.
    if (down < 0n && operands.length === 1 && operands[0].use === 'w') {
      const { name, value = 0n, size } = operands[0], after = operandsOf(insn, this.#told.at, this.#scene)[0].value ?? 0n;
      return fitting(`${this.#name} took ${this.#value(after, size)} off the stack into ${name}`,
        after === value ? [] : [`, which was ${this.#value(value, size)}`]);
    }
    if (row.notes.discards) {
      const told = operands.map((one) => (one.isImmediate ? this.#value(one.value ?? 0n, one.size)
        : one === read ? reading ?? '' : `${one.name}, ${this.#value(one.value ?? 0n, one.size)}`));
      const parts = told.length === 2 && told[0] === told[1] ? `${told[0]}, and itself` : told.join(told[0].includes(',') ? ', and ' : ' and ');
      return fitting(`${this.#name} of ${parts}`, [`: ${this.#flags().join(', ') || 'no flag changed'}`]);
    }
    const others = this.#registers(), words = [...this.#told.changed.keys()].filter((word) =>
      !operands.some(({ addr }) => addr !== undefined && word === (addr & ~7n)));
    const system = this.#system(), stored = words.length === 1 ? [this.#written(words[0], 8)]
      : words.length ? [`${words.length} words of memory from ${this.#place(words.reduce((low, word) => (word < low ? word : low)), 8)} on`] : [];
    const results = [...stored, ...others, ...system];
    const target = operands[0], stays = target?.addr === undefined && target?.value !== undefined && target.use !== 'r'
      ? `${target.name} stays ${this.#value(target.value, target.size)}` : undefined;
    if (!results.length && stays !== undefined) results.push(stays);
    const [result, ...rest] = results.length ? results : this.#flags();
    if (reading !== undefined) return fitting(`${this.#name} read ${reading}`,
      result === undefined ? [', and nothing changed'] : [`: ${result}`, ...rest.map((text) => `, ${text}`)]);
    return fitting(result === undefined ? WAITS[this.#name] ?? `${this.#name} changed nothing` : `${this.#name}: ${result}`, rest.map((text) => `, ${text}`));
  }
}

export function narrate(told: StepTold, scene: Scene, machine: Memory): Narration {
  const { before, insn, subSteps } = told;
  if (!before) return { what: machine.tick === 0 ? 'Power-on: the loader has put kernel and command line into memory.' : 'Arrived here.', why: '' };
  const step = new Step(told, before, scene);
  if (!insn) return subSteps ? step.delivered(subSteps.title) : { what: 'An event was delivered.', why: '' };
  return subSteps ? step.crossing(subSteps) : step.instruction(insn);
}
