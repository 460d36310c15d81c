import type { Decoded } from '../../isa/decoded.ts';
import type { Cpu } from './cpu.ts';
import type { Form } from './translate/form.ts';
import type { Entry } from './translate/translator.ts';

export type Exec = (cpu: Cpu, insn: Insn) => void;

/**
 * A decoded instruction, ready to run. One shape for all, so that the interpreter's loop sees a single hidden class.
 * Register fields are slots of the state array (state.ts).
 */
export class Insn {
  /** What the loop calls. */
  exec: Exec;
  /** The operation itself, for forms that stage a memory operand around it. */
  body: Exec;
  /** Address of this instruction and of the next one. */
  lo: number;
  hi: number;
  nextLo: number;
  nextHi: number;
  /** Quarter cycles. */
  cost: number;
  /** Destination, source and third operand. */
  a = 0;
  b = 0;
  c = 0;
  /** Effective address: base + (index << scale) + disp + segment base. */
  base = 0;
  index = 0;
  scale = 0;
  disp = 0;
  dispHi = 0;
  segment = 0;
  /** 0: base + disp; 1: base + index + disp; 2: with a segment base, an absolute address or 32-bit addressing. */
  form = 0;
  /** The immediate operand, if one has slot IMM. */
  immLo = 0;
  immHi = 0;
  /** Branch target, or an immediate that is not an operand. */
  targetLo = 0;
  targetHi = 0;
  /** Operand size in bits. */
  size = 0;
  /** What the translator makes of it, if it has a template. */
  plain: Form | undefined = undefined;
  /** Loads RSP, of which a hook may want to hear. */
  loadsRsp = false;
  /** The number of the probe that is told before it, or -1; then `exec` tells it, and `unprobed` is the instruction alone. */
  probe = -1;
  unprobed: Insn | undefined = undefined;
  /** Learnt by the translator: its access often leaves the page of the one before, or goes where no table leads. */
  alone = false;
  called = false;
  strays = 0;
  /** It has page-faulted, and looks first since (wary.ts). */
  isWary = false;
  /** Accesses to what may not stand in a table: devices, page tables, code. */
  outside = 0;
  /** Of the first instruction of its kind: displacement, immediate and distance in it are that one's (mould.ts). */
  readonly decoded: Decoded;

  constructor(decoded: Decoded, exec: Exec, lo: number, hi: number, cost: number) {
    this.decoded = decoded;
    this.exec = exec;
    this.body = exec;
    this.lo = lo;
    this.hi = hi;
    this.nextLo = (lo + decoded.length) | 0;
    this.nextHi = (hi + ((this.nextLo >>> 0) < (lo >>> 0) ? 1 : 0)) | 0;
    this.cost = cost;
  }

  standsAt(lo: number, hi: number): void {
    this.lo = lo;
    this.hi = hi;
    this.nextLo = (lo + this.decoded.length) | 0;
    this.nextHi = (hi + ((this.nextLo >>> 0) < (lo >>> 0) ? 1 : 0)) | 0;
  }

  /** Another of the same kind: all but where it stands. */
  shapedAs(model: Insn): void {
    this.body = model.body;
    this.a = model.a;
    this.b = model.b;
    this.c = model.c;
    this.base = model.base;
    this.index = model.index;
    this.scale = model.scale;
    this.disp = model.disp;
    this.dispHi = model.dispHi;
    this.segment = model.segment;
    this.form = model.form;
    this.immLo = model.immLo;
    this.immHi = model.immHi;
    this.targetLo = model.targetLo;
    this.targetHi = model.targetHi;
    this.size = model.size;
    this.plain = model.plain;
    this.loadsRsp = model.loadsRsp;
  }

  /** The address is so far from the next instruction: the sum is known now. */
  relativeTo(disp: number): void {
    this.disp = (this.nextLo + disp) | 0;
    this.dispHi = (this.nextHi + (disp >> 31) + ((this.disp >>> 0) < (this.nextLo >>> 0) ? 1 : 0)) | 0;
  }

  /** It branches so far from the next instruction. */
  goesTo(disp: number): void {
    this.targetLo = (this.nextLo + disp) | 0;
    this.targetHi = (this.nextHi + (disp >> 31) + ((this.targetLo >>> 0) < (this.nextLo >>> 0) ? 1 : 0)) | 0;
  }

  /** The same instruction again, to wrap something around it. */
  copy(): Insn {
    return Object.assign(new Insn(this.decoded, this.exec, this.lo, this.hi, this.cost), this);
  }
}

const DYNAMIC = new Set(['jmpTo', 'callTo', 'ret']);
/** These may change the ring, and go where the state says. */
const CROSSES = new Set(['syscall', 'sysretq', 'iretq', 'int']);
export const crosses = ({ decoded: { row: { mnemonic } } }: Insn): boolean => CROSSES.has(mnemonic);

/** Where code stands, and by which tables: those of ring 3 or those of the others. */
export interface Place {
  readonly lo: number;
  readonly hi: number;
  readonly user: boolean;
}

/**
 * Instructions that follow each other within one page, up to the first that may go elsewhere. A block is run whole when
 * no limit or deadline falls into it, so that both are asked for once a block; it can be left after any instruction.
 */
export class Block {
  readonly insns: readonly Insn[];
  readonly length: number;
  /** How often it has run in the interpreter. */
  heat = 0;
  /** How often it has been translated. */
  attempts = 0;
  /** A translation was asked for because it was hot. */
  asked = false;
  /** Instructions of the region that it would have been the head of, when it became hot. */
  reach: number | undefined;
  /** Ends with a branch to an address found at run time, or with a change of ring; where it went to. */
  readonly isDynamic: boolean;
  readonly targets: Place[] = [];
  /** It goes there by the delivery of an event, which is one more tick. */
  readonly isDelivered: boolean;
  /** Its translation, once there is one. */
  entry: Entry | undefined = undefined;
  /** Quarter cycles of the first n instructions. */
  readonly before: readonly number[];
  readonly cost: number;
  /** It is only lent, and so are its instructions (mould.ts). */
  readonly isLent: boolean;
  /** Where it ends: fixed, but for blocks that are lent. */
  endLo: number;
  endHi: number;

  constructor(insns: readonly Insn[], isLent = false) {
    this.isLent = isLent;
    this.insns = insns;
    this.length = insns.length;
    const before = [0];
    for (const { cost } of insns) before.push(before[before.length - 1] + cost);
    this.before = before;
    this.cost = before[insns.length];
    const last = insns[insns.length - 1];
    this.isDynamic = last !== undefined && (DYNAMIC.has(last.plain?.name ?? '') || crosses(last));
    this.isDelivered = last?.decoded.row.mnemonic === 'int';
    this.endLo = last?.nextLo ?? 0;
    this.endHi = last?.nextHi ?? 0;
  }
}

export const NO_BLOCK = new Block([]);
