/**
 * The hot instructions, written as text for the translator. A template says what an instruction does through a `Writer`, which decides how
 * operands are spelled. The reference interpreter (ops/) is written by hand and independently; the lockstep tests compare the two.
 *
 * The one rule: everything that may leave (`read` and `store` of memory, `unless`) comes before anything is changed. Then
 * leaving always means "this instruction has not begun", and the reference interpreter does it, faults and all.
 */
import type { Form, Size } from './form.ts';
import { RFLAGS_DF, RFLAGS_IF } from '../../../isa/registers.ts';
import { CONTROL_REGISTERS, CPL, FLAGS_REST, GS_BASE, KERNEL_GS_BASE } from '../state.ts';
import { resultOf, type Kind, type Halves } from './recipe.ts';

export interface Writer {
  /** Names an expression; the name keeps its value. */
  temp(expression: string): string;
  /** Operand n. Loads when it is in memory. */
  read(n: number, size: Size): Halves;
  /** The same for an operand that will be written: memory must be writable. */
  readToModify(n: number, size: Size): Halves;
  /** 32-bit results clear the upper half of a register, narrower ones leave the rest. */
  write(n: number, size: Size, value: Halves): void;
  /** Makes sure that operand n can be written, where it has not been read to be modified. */
  prepareWrite(n: number, size: Size): void;
  /** A constant operand's value. */
  constant(n: number): number | undefined;
  /** General register by encoding number. */
  register(r: number): Halves;
  setRegister(r: number, size: 32 | 64, value: Halves): void;
  /** Address of the memory operand. */
  address(): Halves;
  /** value + a constant of up to 32 bits with its sign. */
  plus(value: Halves, n: number): Halves;
  load64(at: Halves): Halves;
  /** Finds where to store; the store itself may come after. */
  prepareStore64(at: Halves): (value: Halves) => void;
  /** Leaves when the condition holds. */
  unless(condition: string): void;
  /** Does the one or the other, by a number known at run time; only the first may set flags. */
  choose(isNotZero: string, then: () => void, otherwise: () => void): void;
  flags(kind: Kind, x: Halves, y: Halves): void;
  /** CF as 0 or 1. */
  carry(): string;
  /** A condition on the flags. */
  condition(cc: number): string;
  /** A word of the state that is no general register. */
  word(slot: number): string;
  setWord(slot: number, value: string): void;
  /** Address of the next instruction. */
  next(): Halves;
  /** Goes to the instruction's target: always, or if a condition holds. */
  jump(condition?: string): void;
  jumpTo(target: Halves): void;
}

const RAX = 0, RDX = 2, RSP = 4, RBP = 5;
const ZERO: Halves = { lo: '0', hi: '0' };

/** x (op) y of AND, OR and XOR, with the sign-extended result that the LOGIC recipe keeps. */
function logic(w: Writer, size: Size, operator: string, x: Halves, y: Halves): { result: Halves; extended: Halves } {
  if (size === 64) {
    const result = { lo: w.temp(`${x.lo} ${operator} ${y.lo}`), hi: w.temp(`${x.hi} ${operator} ${y.hi}`) };
    return { result, extended: result };
  }
  const shift = 32 - size;
  const lo = w.temp(size === 32 ? `${x.lo} ${operator} ${y.lo}` : `((${x.lo} ${operator} ${y.lo}) << ${shift}) >> ${shift}`);
  return { result: { lo, hi: '0' }, extended: { lo, hi: lo } };
}

function arithmetic(w: Writer, { name, size }: Form): void {
  const keeps = name === 'cmp' || name === 'test';
  const y = w.read(1, size), x = keeps ? w.read(0, size) : w.readToModify(0, size);
  const operator = { and: '&', test: '&', or: '|', xor: '^' }[name];
  if (operator) {
    const { result, extended } = logic(w, size, operator, x, y);
    w.flags('logic', extended, ZERO);
    if (!keeps) w.write(0, size, result);
    return;
  }
  const kind = `${name === 'add' ? 'add' : 'sub'}${size}` as Kind;
  const n = size === 64 ? w.constant(1) : undefined;
  const result = keeps ? undefined : n === undefined ? resultOf(kind, x, y, (text) => w.temp(text)) : w.plus(x, name === 'add' ? n : -n);
  w.flags(kind, x, y);
  if (result) w.write(0, size, result);
}

function shift(w: Writer, { name, size }: Form): void {
  const constant = w.constant(1), mask = size === 64 ? 63 : 31, kind = `${name}${size}` as Kind;
  const by = (n: string): void => {
    const x = w.readToModify(0, size), y = { lo: n, hi: '0' };
    const result = size === 64 && constant !== undefined ? shifted(w, name, x, constant & mask) : resultOf(kind, x, y, (text) => w.temp(text));
    w.flags(kind, x, y);
    w.write(0, size, result);
  };
  // A count of zero changes no flag, but clears the upper half like any 32-bit result.
  const nothing = (): void => w.write(0, size, w.readToModify(0, size));
  if (constant !== undefined && (constant & mask) === 0) nothing();
  else if (constant !== undefined) by(String(constant & mask));
  else {
    const n = w.temp(`${w.read(1, 8).lo} & ${mask}`);
    w.choose(n, () => by(n), nothing);
  }
}

/** A 64-bit shift by a known count. */
function shifted(w: Writer, name: string, x: Halves, n: number): Halves {
  const left = name === 'shl', fill = name === 'sar' ? w.temp(`${x.hi} >> 31`) : '0', right = name === 'sar' ? '>>' : '>>>';
  if (n === 32) return left ? { lo: '0', hi: x.lo } : { lo: x.hi, hi: fill };
  if (n > 32) return left ? { lo: '0', hi: w.temp(`${x.lo} << ${n - 32}`) } : { lo: w.temp(`(${x.hi} ${right} ${n - 32}) | 0`), hi: fill };
  if (left) return { lo: w.temp(`${x.lo} << ${n}`), hi: w.temp(`(${x.hi} << ${n}) | (${x.lo} >>> ${32 - n})`) };
  return { lo: w.temp(`(${x.lo} >>> ${n}) | (${x.hi} << ${32 - n})`), hi: w.temp(`(${x.hi} ${right} ${n}) | 0`) };
}

function multiply(w: Writer, { size }: Form, left: number, right: number): void {
  const kind = `imul${size}` as Kind;
  const y = w.read(right, size), x = w.read(left, size), result = resultOf(kind, x, y, (text) => w.temp(text));
  w.flags(kind, x, y);
  w.write(0, size, result);
}

/** DIV and IDIV where doubles are exact and nothing can fault; the rest is for the reference interpreter. */
function divide(w: Writer, { name, size }: Form): void {
  const y = w.read(0, size), a = w.register(RAX), d = w.register(RDX);
  let quotient: Halves, remainder: Halves;
  if (size === 32 && name === 'idiv') {
    w.unless(`${d.lo} !== ${a.lo} >> 31 || ${y.lo} === 0 || (${y.lo} === -1 && ${a.lo} === -2147483648)`);
    quotient = { lo: w.temp(`(${a.lo} / ${y.lo}) | 0`), hi: '0' };
    remainder = { lo: w.temp(`(${a.lo} % ${y.lo}) | 0`), hi: '0' };
  } else if (size === 32) {
    w.unless(`(${d.lo} >>> 0) >= 2097152 || (${d.lo} >>> 0) >= (${y.lo} >>> 0)`);
    const n = w.temp(`(${d.lo} >>> 0) * 4294967296 + (${a.lo} >>> 0)`), q = w.temp(`Math.floor(${n} / (${y.lo} >>> 0))`);
    quotient = { lo: w.temp(`${q} | 0`), hi: '0' };
    remainder = { lo: w.temp(`(${n} - ${q} * (${y.lo} >>> 0)) | 0`), hi: '0' };
  } else {
    // Dividend and divisor below 2^53 and not negative, so signed and unsigned are the same.
    w.unless(`(${d.lo} | ${d.hi}) !== 0 || (${a.hi} >>> 0) >= 2097152 || (${y.hi} >>> 0) >= 2097152 || (${y.lo} | ${y.hi}) === 0`);
    const n = w.temp(`${a.hi} * 4294967296 + (${a.lo} >>> 0)`), by = w.temp(`${y.hi} * 4294967296 + (${y.lo} >>> 0)`), q = w.temp(`Math.floor(${n} / ${by})`),
      r = w.temp(`${n} - ${q} * ${by}`);
    quotient = { lo: w.temp(`${q} | 0`), hi: w.temp(`(${q} / 4294967296) | 0`) };
    remainder = { lo: w.temp(`${r} | 0`), hi: w.temp(`(${r} / 4294967296) | 0`) };
  }
  w.setRegister(RAX, size === 64 ? 64 : 32, quotient);
  w.setRegister(RDX, size === 64 ? 64 : 32, remainder);
}

function push(w: Writer, value: Halves): void {
  const to = w.plus(w.register(RSP), -8);
  w.prepareStore64(to)(value);
  w.setRegister(RSP, 64, to);
}

/** Branch targets found at run time must be canonical; #GP is the reference interpreter's. */
const canonical = (w: Writer, target: Halves): void => w.unless(`${target.hi} >> 15 !== 0 && ${target.hi} >> 15 !== -1`);

function step(w: Writer, { name, size }: Form): void {
  const kind = `${name}${size}` as Kind, carry = w.carry(), x = w.readToModify(0, size), y = { lo: carry, hi: '0' };
  const result = size === 64 ? w.plus(x, name === 'inc' ? 1 : -1) : resultOf(kind, x, y, (text) => w.temp(text));
  w.flags(kind, x, y);
  w.write(0, size, result);
}

/** Bits of RFLAGS that have no word of their own. */
function setFlags(w: Writer, keep: number, set: number): void {
  w.setWord(FLAGS_REST, w.temp(`(${w.word(FLAGS_REST)} & ${keep}) | ${set}`));
}

export const TEMPLATES: Readonly<Record<string, (w: Writer, form: Form) => void>> = {
  nop: () => undefined,
  cld: (w) => setFlags(w, ~RFLAGS_DF, 0),
  std: (w) => setFlags(w, -1, RFLAGS_DF),
  cli: (w) => {
    w.unless(`${w.word(CPL)} > ((${w.word(FLAGS_REST)} >> 12) & 3)`);
    setFlags(w, ~RFLAGS_IF, 0);
  },
  swapgs: (w) => {
    w.unless(`${w.word(CPL)} !== 0`);
    for (const n of [0, 1]) {
      const base = w.word(GS_BASE + n);
      w.setWord(GS_BASE + n, w.word(KERNEL_GS_BASE + n));
      w.setWord(KERNEL_GS_BASE + n, base);
    }
  },
  movFromCr: (w, { from }) => {
    w.unless(`${w.word(CPL)} !== 0`);
    const slot = CONTROL_REGISTERS[from];
    w.write(0, 64, { lo: w.word(slot), hi: w.word(slot + 1) });
  },
  mov: (w, { size }) => {
    const value = w.read(1, size);
    w.prepareWrite(0, size);
    w.write(0, size, value);
  },
  movzx: (w, { size, from }) => {
    const { lo } = w.read(1, from as Size);
    w.write(0, size, { lo: from === 32 ? lo : w.temp(`${lo} & ${from === 8 ? 0xff : 0xffff}`), hi: '0' });
  },
  movsx: (w, { size, from }) => {
    const { lo } = w.read(1, from as Size), value = from === 32 ? lo : w.temp(`(${lo} << ${32 - from}) >> ${32 - from}`);
    w.write(0, size, { lo: value, hi: size === 64 ? w.temp(`${value} >> 31`) : '0' });
  },
  lea: (w, { size }) => w.write(0, size, w.address()),
  add: arithmetic, or: arithmetic, and: arithmetic, sub: arithmetic, xor: arithmetic, cmp: arithmetic, test: arithmetic,
  shl: shift, shr: shift, sar: shift,
  inc: step, dec: step,
  imul2: (w, form) => multiply(w, form, 0, 1),
  imul3: (w, form) => multiply(w, form, 1, 2),
  div: divide, idiv: divide,
  xadd: (w, { size }) => {
    const y = w.read(1, size), x = w.readToModify(0, size), kind = `add${size}` as Kind, result = resultOf(kind, x, y, (text) => w.temp(text));
    w.flags(kind, x, y);
    w.write(1, size, x);
    w.write(0, size, result);
  },
  cmpxchg: (w, { size }) => {
    // The destination is written in either case.
    const y = w.read(1, size), x = w.readToModify(0, size), a = w.register(RAX), kind = `sub${size}` as Kind;
    const same = w.temp(size === 64 ? `((${a.lo} ^ ${x.lo}) | (${a.hi} ^ ${x.hi})) === 0` : `${a.lo} === ${x.lo}`);
    w.flags(kind, a, x);
    w.write(0, size, { lo: w.temp(`${same} ? ${y.lo} : ${x.lo}`), hi: size === 64 ? w.temp(`${same} ? ${y.hi} : ${x.hi}`) : '0' });
    w.setRegister(RAX, 64, { lo: w.temp(`${same} ? ${a.lo} : ${x.lo}`), hi: w.temp(`${same} ? ${a.hi} : ${size === 64 ? x.hi : '0'}`) });
  },
  not: (w, { size }) => {
    const x = w.readToModify(0, size);
    w.write(0, size, { lo: w.temp(`~${x.lo}`), hi: size === 64 ? w.temp(`~${x.hi}`) : '0' });
  },
  neg: (w, { size }) => {
    const y = w.readToModify(0, size), kind = `sub${size}` as Kind, result = resultOf(kind, ZERO, y, (text) => w.temp(text));
    w.flags(kind, ZERO, y);
    w.write(0, size, result);
  },
  set: (w, { cc }) => {
    w.prepareWrite(0, 8);
    w.write(0, 8, { lo: w.temp(`${w.condition(cc)} ? 1 : 0`), hi: '0' });
  },
  cmov: (w, { size, cc }) => {
    const y = w.read(1, size), x = w.read(0, size), condition = w.temp(w.condition(cc));
    w.write(0, size, { lo: w.temp(`${condition} ? ${y.lo} : ${x.lo}`), hi: size === 64 ? w.temp(`${condition} ? ${y.hi} : ${x.hi}`) : '0' });
  },
  cbw: (w, { size }) => {
    const { lo } = w.register(RAX);
    if (size === 64) w.setRegister(RAX, 64, { lo, hi: w.temp(`${lo} >> 31`) });
    else w.setRegister(RAX, 32, { lo: w.temp(`(${lo} << 16) >> 16`), hi: '0' });
  },
  cwd: (w, { size }) => {
    const a = w.register(RAX), sign = w.temp(`${size === 64 ? a.hi : a.lo} >> 31`);
    w.setRegister(RDX, size === 64 ? 64 : 32, { lo: sign, hi: size === 64 ? sign : '0' });
  },
  push: (w) => push(w, w.read(0, 64)),
  pop: (w) => {
    const sp = w.register(RSP), value = w.load64(sp);
    w.setRegister(RSP, 64, w.plus(sp, 8));
    w.write(0, 64, value);
  },
  leave: (w) => {
    const bp = w.register(RBP), value = w.load64(bp);
    w.setRegister(RSP, 64, w.plus(bp, 8));
    w.setRegister(RBP, 64, value);
  },
  jmp: (w) => w.jump(),
  jcc: (w, { cc }) => w.jump(w.condition(cc)),
  call: (w) => {
    push(w, w.next());
    w.jump();
  },
  ret: (w) => {
    const sp = w.register(RSP), target = w.load64(sp);
    canonical(w, target);
    w.setRegister(RSP, 64, w.plus(sp, 8));
    w.jumpTo(target);
  },
  jmpTo: (w) => {
    const target = w.read(0, 64);
    canonical(w, target);
    w.jumpTo(target);
  },
  callTo: (w) => {
    const target = w.read(0, 64);
    canonical(w, target);
    push(w, w.next());
    w.jumpTo(target);
  },
};
