/**
 * Walks the frames from where the CPU is, and says what lies in every slot on the way, whatever stack it is on. What it says comes from
 * debug information (variables, saved registers, frame hints), from memory, and from what the ABI puts above the outermost frame.
 */
import type { VirtAddr } from '../base/units.ts';
import type { FrameHint } from '../formats/debug-info.ts';
import type { SlotKind } from '../link/reports.ts';
import type { Registers } from '../machine/machine.ts';
import { FRAME_WORDS, perCpu } from './guest-facts.ts';
import { frameAt, type Code, type Image } from './images.ts';
import type { Memory } from './memory.ts';
import { stringAt } from './strings.ts';
import type { Symbols } from './symbols.ts';
import type { Tracer } from './tracer.ts';

const MAX_FRAMES = 64;
const RSP = 4, RBP = 5, RCX = 1, RDI = 7;

export interface Label {
  kind: SlotKind;
  label: string;
  code?: VirtAddr;
  /** A string begins here. */
  text?: string;
}

export interface Place {
  machine: Memory;
  symbols: Symbols;
  tracer: Tracer;
  registers: Registers;
}

/** One function that has not returned. */
export interface Frame {
  code: Code;
  /** RSP as it is in this function: for a caller, once what it called has returned. */
  rsp: VirtAddr;
  /** It keeps live data below that: it was interrupted, or left by SYSCALL, and nothing was pushed there. */
  keepsRedZone: boolean;
}

/** A variable in memory, as a frame has it now. */
export interface VariablePlace {
  code: Code;
  name: string;
  type: number;
  addr: VirtAddr;
  size: number;
}

export interface Unwound {
  variables: readonly VariablePlace[];
  labels: ReadonlyMap<VirtAddr, Label>;
  /** Innermost first. */
  frames: readonly Frame[];
}

export const align8 = (at: bigint): bigint => at & ~7n;

/** Names of the auxiliary vector's entries by type. Linux: include/uapi/linux/auxvec.h. */
const AUXV: Readonly<Record<number, string>> = {
  0: 'NULL', 3: 'PHDR', 4: 'PHENT', 5: 'PHNUM', 6: 'PAGESZ', 7: 'BASE', 8: 'FLAGS', 9: 'ENTRY', 11: 'UID', 12: 'EUID', 13: 'GID', 14: 'EGID', 15: 'PLATFORM',
  16: 'HWCAP', 17: 'CLKTCK', 23: 'SECURE', 25: 'RANDOM', 26: 'HWCAP2', 31: 'EXECFN', 33: 'SYSINFO_EHDR', 51: 'MINSIGSTKSZ',
};
const MAX_WORDS = 256;

/**
 * What a program finds on its stack: argc, argv, envp, the auxiliary vector. Labelled only if all of it is what it has to be.
 * System V ABI AMD64, "Initial Stack and Register State".
 */
function initialStack({ machine, symbols, tracer }: Place, argc: VirtAddr, labels: Map<bigint, Label>): void {
  const region = tracer.regionOf(argc, machine.tick, symbols.space?.id), found: [bigint, string][] = [[argc, 'argc']];
  const count = machine.peekNumber(argc, 8);
  if (!region || count === undefined || count > BigInt(MAX_WORDS)) return;
  let at = argc + 8n;
  /** Pointers into the stack and a null behind them. */
  const strings = (name: string, length?: number): boolean => {
    for (let n = 0; n <= MAX_WORDS; n++) {
      const value = machine.peekNumber(at, 8);
      found.push([at, `${name}[${n}]`]);
      at += 8n;
      if (value === 0n) return length === undefined || n === length;
      if (value === undefined || value < argc || value >= region.high) return false;
    }
    return false;
  };
  if (!strings('argv', Number(count)) || !strings('envp')) return;
  for (let n = 0; n < MAX_WORDS; n++, at += 16n) {
    const type = machine.peekNumber(at, 8), name = type === undefined ? undefined : AUXV[Number(type)];
    if (name === undefined) return;
    found.push([at, `AT_${name}`], [at + 8n, `value of AT_${name}`]);
    if (type === 0n) break;
  }
  for (const [slot, label] of found) labels.set(slot, { kind: 'unknown', label });
}

/** An array of characters. */
function isText(image: Image, id: number): boolean {
  const type = image.type(id), each = type.kind === 'array' ? image.type(type.of) : undefined;
  return each?.kind === 'int' && each.char === true;
}

/** A walk under way: where it stands, and what it has found. */
class Walk {
  readonly labels = new Map<VirtAddr, Label>();
  readonly frames: Frame[] = [];
  readonly variables: VariablePlace[] = [];
  readonly #place: Place;
  rip: VirtAddr;
  rsp: VirtAddr;
  rbp: VirtAddr;
  /** A return address stands after its call: the call is looked up. An interrupted instruction is itself. */
  isReturn = false;
  isBelowFree = true;

  constructor(place: Place) {
    this.#place = place;
    this.rip = place.registers.rip;
    this.rsp = place.registers.gpr[RSP];
    this.rbp = place.registers.gpr[RBP];
  }

  get #saved(): Symbols['facts']['saved'] {
    return this.#place.symbols.facts.saved;
  }

  #word(at: VirtAddr): bigint | undefined {
    return this.#place.machine.peekNumber(at, 8);
  }

  #return(at: VirtAddr): bigint | undefined {
    const { symbols } = this.#place, back = this.#word(at);
    // Hand-written code whose frame is not described leaves anything here.
    if (back === undefined || !symbols.functionAt(back - 1n)) return undefined;
    this.labels.set(at, { kind: 'ret', label: symbols.name(back) ?? back.toString(16), code: back });
    return back;
  }

  #variables(f: Code, at: VirtAddr, hint: FrameHint | undefined): void {
    for (const variable of f.image.variablesOf(f)) {
      const now = variable.ranges.find(({ low, high }) => at >= low && at < high);
      const place = (now ?? variable.ranges.find((range) => range.place.kind === 'rbp'))?.place;
      if (place?.kind !== 'rbp' && place?.kind !== 'rsp') continue;
      // Before and after a function's own part RBP is the caller's.
      if (place.kind === 'rbp' ? hint?.reg !== 'rbp' : !now) continue;
      const address = (place.kind === 'rbp' ? this.rbp : this.rsp) + BigInt(place.offset);
      const size = f.image.sizeOf(variable.type), type = `${f.image.typeName(variable.type)}${now ? '' : ', out of scope'}`;
      if (now) this.variables.push({ code: f, name: variable.name, type: variable.type, addr: address, size });
      for (let offset = 0; offset < Math.max(8, size); offset += 8) {
        const slot = align8(address + BigInt(offset)), known = this.labels.get(slot);
        // What a later frame put there is what is there: an interrupt's, over data in the red zone.
        if (known && !(now && known.kind === 'unknown')) continue;
        const text = offset === 0 && now && isText(f.image, variable.type) ? stringAt(this.#place.machine, address) : undefined;
        this.labels.set(slot, { kind: now ? 'local' : 'unknown', label: `${variable.name}${size > 8 ? `+${offset}` : ''} ${type}`,
          ...(text === undefined ? {} : { text }) });
      }
    }
  }

  /** The words of a struct of saved registers at `base` that are there: those from `from` up. @returns them by number. */
  #registers(base: VirtAddr, from: VirtAddr, frameKind: SlotKind): (word: number) => VirtAddr | undefined {
    const words = this.#saved?.words ?? [], first = words.length - FRAME_WORDS;
    words.forEach((label, n) => {
      const slot = base + BigInt(8 * n);
      if (slot >= from) this.labels.set(slot, { kind: n >= first ? frameKind : 'ptregs', label });
    });
    return (word) => {
      const slot = base + BigInt(8 * word);
      return slot >= from ? slot : undefined;
    };
  }

  /** What the code says of the words that it has put there itself. While registers are being saved, their names are those of the struct. */
  #own({ own = [], kind, saving }: FrameHint): void {
    const words = this.#saved?.words ?? [];
    own.forEach((what, n) => {
      const slot = this.rsp + BigInt(8 * n), isKnown = this.labels.has(slot) && (saving !== undefined || kind === 'iret');
      if (what === 'ret') this.#return(slot);
      else if (what === '' || (isKnown && typeof what === 'string')) return;
      else if (typeof what === 'number') this.labels.set(slot, { kind: what >= words.length - FRAME_WORDS ? 'hw' : 'saved', label: words[what] ?? '' });
      else this.labels.set(slot, { kind: 'saved', label: what.startsWith('r') ? `${what.toUpperCase()} of the caller` : what });
    });
  }

  #base({ reg, offset }: FrameHint): VirtAddr | undefined {
    const { registers, symbols: { facts: { callerRsp } } } = this.#place, by = BigInt(offset);
    switch (reg) {
      case 'rsp': return this.rsp + by;
      case 'rbp': return this.rbp + by;
      // Only where the CPU is are registers known that nobody has saved.
      case 'rdi': return this.frames.length === 1 ? registers.gpr[RDI] + by : undefined;
      case 'word': {
        const word = this.#word(this.rsp);
        return word === undefined ? undefined : word + by;
      }
      case 'kept': {
        const keeper = callerRsp === undefined ? undefined : perCpu(registers, callerRsp), kept = keeper === undefined ? undefined : this.#word(keeper);
        return kept === undefined ? undefined : kept + by;
      }
    }
  }

  /** From one function to the one that called it, or that was interrupted by it. @returns false where nobody says which that is. */
  #leave(f: Code, at: VirtAddr, hint: FrameHint): boolean {
    const saved = this.#saved, base = this.#base(hint);
    if (base === undefined) return false;
    const first = (saved?.words.length ?? 0) - FRAME_WORDS;
    const fromRsp = hint.kind === 'iret' ? hint.offset - 8 * first : hint.saving;
    const building = fromRsp === undefined || !saved ? undefined
      : this.#registers(this.rsp + BigInt(fromRsp), this.rsp, hint.kind === 'iret' ? 'hw' : 'ptregs');
    const regs = (hint.kind === 'regs' || hint.kind === 'called') && saved ? this.#registers(base, base - BigInt(hint.offset), 'ptregs') : building;
    this.#own(hint);
    const wordOf = (word: number): bigint | undefined => {
      const slot = regs?.(word);
      return slot === undefined ? undefined : this.#word(slot);
    };
    const { rsp } = this;
    let framePointer = saved && wordOf(saved.framePointer);
    switch (hint.kind) {
      case 'call':
      case 'resume': {
        const back = this.#return(base - 8n);
        if (back === undefined) return false;
        // What the function has taken back already lies below RSP, where an interrupt's frame may be now: the register has it.
        const isThere = (slot: VirtAddr): boolean => hint.reg !== 'rsp' || slot >= rsp;
        for (const { reg, cfaOffset, from } of f.saved) if (at >= from && isThere(base + BigInt(cfaOffset)))
          this.labels.set(base + BigInt(cfaOffset), { kind: 'saved', label: `${reg.toUpperCase()} of the caller` });
        const pushed = hint.own?.indexOf('rbp') ?? -1, slot =
          hint.reg === 'rbp' || f.saved.some(({ reg, from }) => reg === 'rbp' && at >= from) ? base - 16n : pushed >= 0 ? rsp + BigInt(8 * pushed) : undefined;
        if (slot !== undefined && isThere(slot)) {
          this.labels.set(slot, { kind: 'saved', label: 'RBP of the caller' });
          framePointer ??= this.#word(slot);
        }
        this.rip = back;
        this.rsp = base;
        // What was interrupted goes on with that very instruction.
        this.isReturn = hint.kind === 'call';
        this.isBelowFree = false;
        break;
      }
      case 'regs':
      case 'called':
      case 'iret': {
        const ip = wordOf(first), sp = wordOf(first + 3);
        if (ip === undefined || sp === undefined) return false;
        this.rip = ip;
        this.rsp = sp;
        this.isReturn = hint.kind === 'called';
        this.isBelowFree = hint.kind !== 'called';
        if (hint.kind === 'called') {
          this.labels.set(sp, { kind: 'saved', label: 'flags' });
          if (this.#return(sp + 8n) === undefined) return false;
          this.rsp = sp + 16n;
        }
        break;
      }
      case 'syscall':
        this.rip = wordOf(first) ?? this.#place.registers.gpr[RCX];
        this.rsp = wordOf(first + 3) ?? base;
        // RCX points behind the instruction.
        this.isReturn = true;
        this.isBelowFree = true;
        break;
      default: return false;
    }
    this.rbp = framePointer ?? this.rbp;
    return true;
  }

  run(): Unwound {
    const { symbols } = this.#place;
    while (this.frames.length < MAX_FRAMES) {
      const at = this.isReturn ? this.rip - 1n : this.rip, f = symbols.functionAt(at), hint = f && frameAt(f, at);
      if (!f) break;
      this.frames.push({ code: f, rsp: this.rsp, keepsRedZone: this.isBelowFree && f.redZoneBytes > 0 });
      this.#variables(f, at, hint);
      if (hint?.kind === 'empty' && f.domain !== 'kernel') initialStack(this.#place, this.rsp, this.labels);
      if (!hint || hint.kind === 'empty' || !this.#leave(f, at, hint)) break;
    }
    return { labels: this.labels, frames: this.frames, variables: this.variables };
  }
}

/** What lies where on all stacks, as far as the frames can be unwound from here. */
export const unwind = (place: Place): Unwound => new Walk(place).run();
