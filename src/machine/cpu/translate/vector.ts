/**
 * SSE in translated code. XMM registers stay in the bank: words of S, floats of G, doubles of F. Arithmetic is the host's where that is the
 * guest's, as in ops/sse-float.ts: round to nearest, everything masked, ordinary numbers in and out. Whatever else comes is
 * an exit, and the reference interpreter does it. Operations on integers that are rarely hot are its functions, called in place.
 */
import { CR0_EM, CR0_TS, CR4_OSFXSR } from '../../../isa/registers.ts';
import type { DecodedOperand } from '../../../isa/decoded.ts';
import type { Insn } from '../insn.ts';
import { FSW_ES } from '../ops/x87-stack.ts';
import { ADD, DIV, MUL, SQRT, SUB, type Operation } from '../ops/sse-float.ts';
import { CR0, CR4, FSW, MXCSR, XMM, XMM_MEM } from '../state.ts';
import type { Spelling } from './spelling.ts';

type Template = (w: Spelling, insn: Insn) => void;

const CONTROL = 0xffc0, ORDINARY = 0x1f80, INEXACT = 0x20;
/** Lanes of floating point: how they are found, and the least and largest of their ordinary numbers. */
interface Lanes {
  readonly name: 'F' | 'G';
  readonly bytes: 4 | 8;
  readonly load: string;
  readonly min: string;
  readonly max: string;
}
const DOUBLES: Lanes = { name: 'F', bytes: 8, load: 'getFloat64', min: '2.2250738585072014e-308', max: '1.7976931348623157e308' };
const SINGLES: Lanes = { name: 'G', bytes: 4, load: 'getFloat32', min: '1.1754943508222875e-38', max: '3.4028234663852886e38' };

/** The first word of a register or, for memory, of the staging place. */
const slotOf = (operand: DecodedOperand): number => (operand.kind === 'xmm' ? XMM + 4 * operand.reg : operand.kind === 'reg' ? 2 * operand.reg : XMM_MEM);

/** SSE is there, and the task's state is loaded. Nothing that a region does without a call changes that. */
function guard(w: Spelling): void {
  if (w.known.vectors) return;
  w.unless(`(S[${CR0}] & ${CR0_EM | CR0_TS}) !== 0 || (S[${CR4}] & ${CR4_OSFXSR}) === 0`);
  w.known.vectors = {};
}

/** Rounding is the host's and nothing traps. @returns the name of "inexact was noted before". */
function ordinary(w: Spelling): string {
  const known = w.known.vectors!;
  if (known.inexact === undefined) {
    const mxcsr = w.temp(`S[${MXCSR}]`);
    w.leaveIf(`(${mxcsr} & ${CONTROL}) !== ${ORDINARY}`);
    known.inexact = w.temp(`${mxcsr} & ${INEXACT}`);
  }
  return known.inexact;
}

/** Where an operand in memory lies; 128 bits of it must be aligned but for the moves that say otherwise. */
function place(w: Spelling, bytes: number, table: 'R' | 'W', mustAlign: boolean): string {
  const at = w.address();
  if (mustAlign && bytes === 16) w.unless(`(${at.lo} & 15) !== 0`);
  return w.place(at, bytes, table);
}

/** The words of the source operand, by name. */
function words(w: Spelling, operand: DecodedOperand, count: number, mustAlign = true): string[] {
  if (operand.kind === 'mem') {
    const at = place(w, 4 * count, 'R', mustAlign);
    return Array.from({ length: count }, (_, n) => w.temp(`V.getInt32(${n ? `${at} + ${4 * n}` : at}, true)`));
  }
  return Array.from({ length: count }, (_, n) => w.temp(`S[${slotOf(operand) + n}]`));
}

function put(w: Spelling, slot: number, values: readonly string[]): void {
  w.line(values.map((value, n) => `S[${slot + n}] = ${value};`).join(' '));
  for (let n = 0; n < values.length; n++) forgetWord(w, slot + n);
}

/** The element of F or G that is lane n of a register. */
const element = ({ name, bytes }: Lanes, slot: number, n: number): string => `${name}[${(bytes === 8 ? slot >> 1 : slot) + n}]`;

/** A word of the bank changes: what the numbers were that it is part of is no longer known. */
function forgetWord(w: Spelling, slot: number): void {
  w.known.numbers.delete(element(SINGLES, slot, 0));
  w.known.numbers.delete(element(DOUBLES, slot, 0));
}

/**
 * A number of the destination or the source. What was put there is known by its name: a processor is slow to read as one double what was
 * written as two words.
 */
function lane(w: Spelling, lanes: Lanes, slot: number, n: number): string {
  const { numbers: known } = w.known, at = element(lanes, slot, n);
  let name = known.get(at);
  if (name === undefined) known.set(at, name = w.temp(at));
  return name;
}

function setLane(w: Spelling, lanes: Lanes, slot: number, n: number, name: string): void {
  const at = element(lanes, slot, n), word = slot + (n * lanes.bytes) / 4;
  w.line(`${at} = ${name};`);
  for (let by = 0; by < lanes.bytes / 4; by++) forgetWord(w, word + by);
  w.known.numbers.set(at, name);
}

const loaded = (w: Spelling, { load, bytes }: Lanes, at: string, n: number): string => w.temp(`V.${load}(${n ? `${at} + ${bytes * n}` : at}, true)`);

function numbers(w: Spelling, lanes: Lanes, operand: DecodedOperand, count: number): string[] {
  if (operand.kind !== 'mem') return Array.from({ length: count }, (_, n) => lane(w, lanes, slotOf(operand), n));
  const at = place(w, lanes.bytes * count, 'R', true);
  return Array.from({ length: count }, (_, n) => loaded(w, lanes, at, n));
}

/** Conditions under which these numbers are not ordinary, but for those that are known to be. Behind a test of it all of them are. */
function odd(w: Spelling, lanes: Lanes, names: readonly string[]): string[] {
  const asked = names.filter((name) => !w.known.plain.has(lanes.name + name));
  for (const name of asked) w.known.plain.add(lanes.name + name);
  return asked.map((name) => `!(Math.abs(${name}) >= ${lanes.min} || ${name} === 0)`);
}

function leaveIfOdd(w: Spelling, lanes: Lanes, names: readonly string[]): void {
  const conditions = odd(w, lanes, names);
  if (conditions.length) w.leaveIf(conditions.join(' || '));
}

// --------------------------------------------------------------------------------------------- arithmetic

const SIGN: Readonly<Record<number, string>> = { [ADD]: '+', [SUB]: '-', [MUL]: '*', [DIV]: '/' };

/** The result of one lane; leaves when it is for the slow way. */
function result(w: Spelling, lanes: Lanes, operation: Operation, x: string, y: string, inexact: string): string {
  const { min, max } = lanes;
  const wide = w.temp(operation === SQRT ? `Math.sqrt(${y})` : `${x} ${SIGN[operation]} ${y}`), r = lanes === DOUBLES ? wide : w.temp(`Math.fround(${wide})`),
    m = w.temp(`Math.abs(${r})`);
  const zero = operation === MUL ? `${r} === 0 && (${x} === 0 || ${y} === 0)` : operation === DIV ? `${x} === 0` : `${r} === 0`;
  w.leaveIf([`!((${m} >= ${min} && ${m} <= ${max}) || (${zero}))`, ...odd(w, lanes, operation === SQRT ? [y] : [x, y]),
    ...(operation === DIV ? [`${y} === 0`] : [])].join(' || '));
  w.leaveIf(`${inexact} === 0 ` +
    `&& ${lanes === DOUBLES ? '' : `(${r} !== ${wide} || `}!X(${operation}, ${operation === SQRT ? '1' : x}, ${y}, ${r})${lanes === DOUBLES ? '' : ')'}`);
  w.known.plain.add(lanes.name + r);
  return r;
}

const arithmetic = (lanes: Lanes, operation: Operation, count: number): Template => (w, { decoded: { operands: [to, from] } }) => {
  guard(w);
  const inexact = ordinary(w), y = numbers(w, lanes, from, count);
  const results = y.map((value, n) => result(w, lanes, operation, operation === SQRT ? '1' : lane(w, lanes, slotOf(to), n), value, inexact));
  results.forEach((value, n) => setLane(w, lanes, slotOf(to), n, value));
};

/** COMIS and UCOMIS of ordinary numbers: ZF and CF. */
const comparison = (lanes: Lanes): Template => (w, { decoded: { operands: [to, from] } }) => {
  guard(w);
  const [y] = numbers(w, lanes, from, 1), x = lane(w, lanes, slotOf(to), 0);
  leaveIfOdd(w, lanes, [x, y]);
  w.compared(x, y);
};

const extreme = (lanes: Lanes, sign: '<' | '>'): Template => (w, { decoded: { operands: [to, from] } }) => {
  guard(w);
  const [y] = numbers(w, lanes, from, 1), x = lane(w, lanes, slotOf(to), 0);
  leaveIfOdd(w, lanes, [x, y]);
  const r = w.temp(`${x} ${sign} ${y} ? ${x} : ${y}`);
  w.known.plain.add(lanes.name + r);
  setLane(w, lanes, slotOf(to), 0, r);
};

// --------------------------------------------------------------------------------------------- conversions

/** CVTSI2SD and CVTSI2SS; 64 bits only as far as a double is exact. */
const fromInteger = (lanes: Lanes): Template => (w, { size, decoded: { operands: [to, from] } }) => {
  guard(w);
  const inexact = ordinary(w), wide = size === 64;
  const [lo, hi] = from.kind === 'mem' ? words(w, from, wide ? 2 : 1) : [w.register(slotOf(from) >> 1).lo, w.register(slotOf(from) >> 1).hi];
  if (wide) w.leaveIf(`${hi} < -2097152 || ${hi} > 2097151`);
  const value = w.temp(wide ? `${hi} * 4294967296 + (${lo} >>> 0)` : lo);
  if (lanes === DOUBLES) setLane(w, lanes, slotOf(to), 0, value);
  else {
    const r = w.temp(`Math.fround(${value})`);
    w.leaveIf(`${inexact} === 0 && ${r} !== ${value}`);
    setLane(w, lanes, slotOf(to), 0, r);
  }
};

/** CVTTSD2SI and CVTTSS2SI. */
const toInteger = (lanes: Lanes): Template => (w, { size, decoded: { operands: [to, from] } }) => {
  guard(w);
  const inexact = ordinary(w), [x] = numbers(w, lanes, from, 1);
  w.leaveIf(size === 64 ? `!(Math.abs(${x}) < 9007199254740992)` : `!(${x} > -2147483649 && ${x} < 2147483648)`);
  const r = w.temp(size === 64 ? `Math.trunc(${x})` : `${x} | 0`);
  w.leaveIf(`${inexact} === 0 && ${r} !== ${x}`);
  w.setRegister(slotOf(to) >> 1, size === 64 ? 64 : 32, { lo: size === 64 ? w.temp(`${r} | 0`) : r,
    hi: size === 64 ? w.temp(`Math.floor(${r} / 4294967296) | 0`) : '0' });
};

const widen: Template = (w, { decoded: { operands: [to, from] } }) => {
  guard(w);
  ordinary(w);
  const [x] = numbers(w, SINGLES, from, 1);
  leaveIfOdd(w, SINGLES, [x]);
  setLane(w, DOUBLES, slotOf(to), 0, x);
};

const narrow: Template = (w, { decoded: { operands: [to, from] } }) => {
  guard(w);
  const inexact = ordinary(w), [x] = numbers(w, DOUBLES, from, 1), r = w.temp(`Math.fround(${x})`), m = w.temp(`Math.abs(${r})`);
  w.leaveIf(`!((${m} >= ${SINGLES.min} && ${m} <= ${SINGLES.max}) || ${x} === 0) || (${inexact} === 0 && ${r} !== ${x})`);
  setLane(w, SINGLES, slotOf(to), 0, r);
};

// --------------------------------------------------------------------------------------------- moves and logic

/** What fills a register behind so many words. */
const zeros = (count: number): string[] => Array.from({ length: 4 - count }, () => '0');

function store(w: Spelling, from: number, count: number, aligned: boolean): void {
  const at = place(w, 4 * count, 'W', aligned);
  w.line(Array.from({ length: count }, (_, n) => `V.setInt32(${n ? `${at} + ${4 * n}` : at}, S[${from + n}], true);`).join(' '));
}

/** So many words. What is loaded and may be doubles is known by name too. */
const move = (count: number, { clears = false, aligned = false, toHigh = false, fromHigh = false, mayBeDoubles = true } = {}): Template =>
  (w, { decoded: { operands: [to, from] } }) => {
  guard(w);
  const source = slotOf(from) + (fromHigh ? 2 : 0);
  if (to.kind === 'mem') {
    store(w, source, count, aligned);
    return;
  }
  const slot = slotOf(to) + (toHigh ? 2 : 0), at = from.kind === 'mem' ? place(w, 4 * count, 'R', aligned) : undefined;
  const values = Array.from({ length: count }, (_, n) => w.temp(at === undefined ? `S[${source + n}]` : `V.getInt32(${n ? `${at} + ${4 * n}` : at}, true)`));
  const known = [DOUBLES, SINGLES].flatMap((lanes) => Array.from({ length: Math.floor((4 * count) / lanes.bytes) }, (_, n): [string, string | undefined] => [
    element(lanes, slot, n), at === undefined ? w.known.numbers.get(element(lanes, source, n))
      : (lanes === DOUBLES ? mayBeDoubles : count === 1) ? loaded(w, lanes, at, n) : undefined,
  ]));
  put(w, slot, [...values, ...(clears ? zeros(count) : [])]);
  for (const [where, name] of known) if (name !== undefined) w.known.numbers.set(where, name);
};

/** MOVSS and MOVSD: a load clears what a move between registers leaves. */
const scalar = (count: number): Template => (w, insn) => move(count, { clears: insn.decoded.operands[1].kind === 'mem' })(w, insn);

const movd: Template = (w, { size, decoded: { operands: [to, from] } }) => {
  guard(w);
  const count = size === 64 ? 2 : 1;
  if (to.kind === 'xmm') {
    const general = from.kind === 'reg' ? w.register(from.reg) : undefined;
    put(w, slotOf(to), [...(general ? [general.lo, general.hi].slice(0, count) : words(w, from, count)), ...zeros(count)]);
  } else if (to.kind === 'mem') store(w, slotOf(from), count, false);
  else w.setRegister(slotOf(to) >> 1, size === 64 ? 64 : 32, { lo: w.temp(`S[${slotOf(from)}]`), hi: count === 2 ? w.temp(`S[${slotOf(from) + 1}]`) : '0' });
};

/** Word by word. */
const each = (expression: (x: string, y: string) => string): Template => (w, { decoded: { operands: [to, from] } }) => {
  guard(w);
  const y = words(w, from, 4), slot = slotOf(to);
  put(w, slot, y.map((value, n) => w.temp(expression(`S[${slot + n}]`, value))));
};

/** Words of both operands, chosen by number: 0 to 3 are the destination's, 4 to 7 the source's. */
const choose = (pattern: (immediate: number) => readonly number[]): Template => (w, { targetLo, decoded: { operands: [to, from] } }) => {
  guard(w);
  const y = words(w, from, 4), x = words(w, to, 4), all = [...x, ...y];
  put(w, slotOf(to), pattern(targetLo).map((n) => all[n]));
};

const AND = each((x, y) => `${x} & ${y}`), AND_NOT = each((x, y) => `~${x} & ${y}`), OR = each((x, y) => `${x} | ${y}`), XOR = each((x, y) => `${x} ^ ${y}`);

// --------------------------------------------------------------------------------------------- the table

const TEMPLATES: Readonly<Record<string, Template>> = {
  ...Object.fromEntries(([['add', ADD], ['sub', SUB], ['mul', MUL], ['div', DIV], ['sqrt', SQRT]] as const).flatMap(([name, operation]) => [
    [`${name}sd`, arithmetic(DOUBLES, operation, 1)], [`${name}ss`, arithmetic(SINGLES, operation, 1)], [`${name}pd`, arithmetic(DOUBLES, operation, 2)],
    [`${name}ps`, arithmetic(SINGLES, operation, 4)],
  ])),
  ...Object.fromEntries(([['sd', DOUBLES], ['ss', SINGLES]] as const).flatMap(([suffix, lanes]) => [
    [`ucomi${suffix}`, comparison(lanes)], [`comi${suffix}`, comparison(lanes)], [`min${suffix}`, extreme(lanes, '<')], [`max${suffix}`, extreme(lanes, '>')],
    [`cvtsi2${suffix}`, fromInteger(lanes)], [`cvtt${suffix}2si`, toInteger(lanes)],
  ])),
  cvtss2sd: widen, cvtsd2ss: narrow,
  movaps: move(4, { aligned: true }), movapd: move(4, { aligned: true }), movdqa: move(4, { aligned: true, mayBeDoubles: false }),
  movntps: move(4, { aligned: true }), movntpd: move(4, { aligned: true }), movntdq: move(4, { aligned: true }),
  movups: move(4), movupd: move(4), movdqu: move(4, { mayBeDoubles: false }), movss: scalar(1), movsd: scalar(2), movq: move(2, { clears: true }), movd,
  movlps: move(2), movlpd: move(2), movhlps: move(2, { fromHigh: true }), movlhps: move(2, { toHigh: true }),
  andps: AND, andpd: AND, pand: AND, andnps: AND_NOT, andnpd: AND_NOT, pandn: AND_NOT, orps: OR, orpd: OR, por: OR, xorps: XOR, xorpd: XOR, pxor: XOR,
  paddd: each((x, y) => `(${x} + ${y}) | 0`), psubd: each((x, y) => `(${x} - ${y}) | 0`), pcmpeqd: each((x, y) => `${x} === ${y} ? -1 : 0`),
  pcmpgtd: each((x, y) => `${x} > ${y} ? -1 : 0`),
  pshufd: choose((i) => [0, 2, 4, 6].map((by) => 4 + ((i >> by) & 3))), shufps: choose((i) => [(i & 3), (i >> 2) & 3, 4 + ((i >> 4) & 3), 4 + ((i >> 6) & 3)]),
  shufpd: choose((i) => [2 * (i & 1), 2 * (i & 1) + 1, 4 + (i & 2), 5 + (i & 2)]),
  unpcklps: choose(() => [0, 4, 1, 5]), unpckhps: choose(() => [2, 6, 3, 7]), punpckldq: choose(() => [0, 4, 1, 5]), punpckhdq: choose(() => [2, 6, 3, 7]),
  unpcklpd: choose(() => [0, 1, 4, 5]), unpckhpd: choose(() => [2, 3, 6, 7]), punpcklqdq: choose(() => [0, 1, 4, 5]), punpckhqdq: choose(() => [2, 3, 6, 7]),
};

/** High halves of registers take and give two words. */
const HIGH = new Set(['movhps', 'movhpd']);
const high: Template = (w, insn) => move(2, insn.decoded.operands[0].kind === 'mem' ? { fromHigh: true } : { toHigh: true })(w, insn);

/** Integer operations that cannot fault once SSE is there: done by their functions. */
const CALLED = /^(?:p(?!refetch)|movmsk)[a-z]+$/;
const called: Template = (w, insn) => {
  guard(w);
  const [to, from] = insn.decoded.operands;
  if (from.kind === 'mem') put(w, XMM_MEM, words(w, from, from.size === 128 ? 4 : 1));
  if (from.kind === 'reg') {
    const { lo, hi } = w.register(from.reg);
    put(w, 2 * from.reg, [lo, hi]);
  }
  w.body();
  for (let n = 0; n < 4; n++) forgetWord(w, slotOf(to) + n);
  if (to.kind === 'reg') w.setRegister(to.reg, 64, { lo: w.temp(`S[${2 * to.reg}]`), hi: w.temp(`S[${2 * to.reg + 1}]`) });
};

/** x87 instructions that change nothing but its state, and raise nothing once it may be used and no exception waits: done by their functions. */
const STACK = /^f(?:i?(?:add|mul|subr?|divr?)|(?:add|mul|subr?|divr?)p|i?ld|ld1|ldz|xch|chs|abs|stp?)$/;
const stack: Template = (w, { decoded: { operands: [operand] } }) => {
  w.unless(`(S[${CR0}] & ${CR0_EM | CR0_TS}) !== 0 || (S[${FSW}] & ${FSW_ES}) !== 0`);
  if (operand?.kind === 'mem') put(w, XMM_MEM, words(w, operand, operand.size / 32));
  w.body();
};
function stackTemplate({ decoded: { row: { mnemonic }, operands: [operand], addressSize } }: Insn): Template | undefined {
  if (!STACK.test(mnemonic) || addressSize !== 64) return undefined;
  return operand?.kind !== 'mem' || ((operand.size === 32 || operand.size === 64) && !/stp?$/.test(mnemonic)) ? stack : undefined;
}

/** How an instruction without a form of its own is translated, if it is one of SSE's that is worth it. */
export function vectorTemplate(insn: Insn): Template | undefined {
  const { decoded: { row, operands, addressSize } } = insn;
  if (row.notes.unit === 'x87') return stackTemplate(insn);
  if (row.notes.unit !== 'sse' || addressSize !== 64 || operands.length < 2) return undefined;
  const [to, from] = operands, isVector = (operand: DecodedOperand): boolean => operand.kind === 'xmm' || operand.kind === 'mem';
  if (operands.some((operand) => operand.kind === 'mm') || !operands.some((operand) => operand.kind === 'xmm')) return undefined;
  if (HIGH.has(row.mnemonic)) return high;
  const template = TEMPLATES[row.mnemonic];
  if (template) return template;
  // An operand in memory of 16 bits is rare.
  return CALLED.test(row.mnemonic) && (isVector(to) || to.kind === 'reg') && (from.kind !== 'mem' || from.size === 128 || from.size === 32) ? called
    : undefined;
}
