/**
 * Makes the text of interpreter.gen.ts from the templates: one `switch` with a case per form, where an operand is a word
 * of the state array that the instruction names. Run by scripts/generate-interpreter.mjs; a test keeps the result fresh.
 */
import { CONDITIONS } from '../../../isa/conditions.ts';
import { formOf, type Form, type Size } from './form.ts';
import { conditionOf, flagWords, KINDS, kindNumber, resultOf, sumOf, type Kind, type Value } from './recipe.ts';
import { TEMPLATES, type Writer } from './templates.ts';

const ALL = [8, 16, 32, 64] as const, WIDE = [32, 64] as const;
const SHAPES = ['rr', 'rm', 'mr'];
/** Parity is too rare for a case. */
const TESTED = CONDITIONS.map((_, cc) => cc).filter((cc) => cc >> 1 !== 5);
const ARITHMETIC = ['add', 'or', 'and', 'sub', 'xor', 'cmp', 'test'];

/** The forms that have a case, commonest first. */
function forms(): Form[] {
  const out: Form[] = [];
  for (const size of ALL) for (const shape of SHAPES) out.push(formOf('mov', size, shape));
  for (const size of WIDE) {
    for (const name of ARITHMETIC) for (const shape of SHAPES) if (name !== 'test' || shape !== 'rm') out.push(formOf(name, size, shape));
    for (const name of ['shl', 'shr', 'sar', 'imul2']) out.push(formOf(name, size, 'rr'));
    for (const name of ['inc', 'dec', 'not', 'neg', 'div', 'idiv']) out.push(formOf(name, size, 'r'));
    out.push(formOf('lea', size, 'rm'), formOf('imul2', size, 'rm'), formOf('imul3', size, 'rrr'), formOf('cbw', size), formOf('cwd', size), formOf('xadd', size, 'mr'), formOf('cmpxchg', size, 'mr'));
    for (const from of [8, 16]) for (const name of ['movzx', 'movsx']) for (const shape of ['rr', 'rm']) out.push(formOf(name, size, shape, from));
    for (const cc of TESTED) out.push(formOf('cmov', size, 'rr', 0, cc));
  }
  for (const shape of ['rr', 'rm']) out.push(formOf('movsx', 64, shape, 32));
  for (const name of ARITHMETIC) out.push(formOf(name, 8, 'rr'));
  for (const shape of ['rm', 'mr']) out.push(formOf('cmp', 8, shape));
  out.push(formOf('test', 8, 'mr'), formOf('or', 8, 'mr'), formOf('and', 8, 'mr'));
  for (const cc of TESTED) out.push(formOf('set', 8, 'r', 0, cc), formOf('jcc', 64, '', 0, cc));
  for (const shape of ['r', 'm']) out.push(formOf('push', 64, shape), formOf('jmpTo', 64, shape), formOf('callTo', 64, shape));
  out.push(formOf('pop', 64, 'r'), formOf('leave', 64), formOf('jmp', 64), formOf('call', 64), formOf('ret', 64), formOf('nop', 64));
  for (const name of ['cli', 'swapgs', 'cld', 'std']) out.push(formOf(name, 64));
  return out;
}

/** Forms whose flags the next instruction overwrites unread get a case without them. */
const QUIET = new Set(['add', 'or', 'and', 'sub', 'xor', 'shl', 'shr', 'sar']);
/** Comparisons joined with the conditional jump behind them. */
const FUSED = ['cmp', 'test'];
/** Short enough, and common enough, to stand in the switch itself; all of them there would be too much for an optimizing compiler. */
const INLINE = /^(?:nop|mov(?:32|64) rr|movsx64 rr from 32|movzx32 rr|jmp64|(?:add|sub|xor|and|or)(?:32|64) rr(?: quiet)?)$/;
/** What a handler takes of the loop's names, when it uses them. */
const PARAMETERS = [['s', 'Int32Array'], ['i', 'Insn'], ['j', 'Insn'], ['view', 'DataView'], ['bytes', 'Uint8Array'], ['tr', 'Int32Array'], ['tw', 'Int32Array']] as const;
/** Slots of the operands in an Insn. */
const FIELDS = ['a', 'b', 'c'];

class Spelling implements Writer {
  readonly lines: string[] = [];
  readonly #form: Form;
  readonly #quiet: boolean;
  /** A conditional jump is part of the case: what the last flags were made of. */
  recipe: { kind: Kind; x: Value; y: Value } | undefined;
  /** The handler may ask to be left; then it returns true. */
  leaves = false;
  #names = 0;
  #place = '';

  constructor(form: Form, quiet: boolean) {
    this.#form = form;
    this.#quiet = quiet;
  }

  temp(expression: string): string {
    const name = `t${this.#names++}`;
    this.lines.push(`const ${name} = ${expression};`);
    return name;
  }

  unless(condition: string): void {
    this.lines.push(`if (${condition}) return true;`);
    this.leaves = true;
  }

  /** The rarer case is the reference interpreter's. */
  choose(isNotZero: string, then: () => void): void {
    this.unless(`${isNotZero} === 0`);
    then();
  }

  #slot(n: number): string {
    return `i.${FIELDS[n]}`;
  }

  /** Where an access of so many bytes goes in RAM. */
  #probe(at: Value, bytes: number, table: string): string {
    const k = this.temp(`(${at.lo} >>> 10) & 16380`);
    const last = bytes === 1 ? at.lo : `(${at.lo} + ${bytes - 1})`;
    this.unless(`${table}[${k}] !== (${last} & -4096) || ${table}[${k} + 1] !== ${at.hi}`);
    return this.temp(`(${table}[${k} + 2] + ${at.lo}) | 0`);
  }

  #load(place: string, size: Size): Value {
    if (size === 64) return { lo: this.temp(`view.getInt32(${place}, true)`), hi: this.temp(`view.getInt32(${place} + 4, true)`) };
    return { lo: this.temp(size === 32 ? `view.getInt32(${place}, true)` : size === 16 ? `view.getUint16(${place}, true)` : `bytes[${place}]`), hi: '0' };
  }

  #store(place: string, size: Size, value: Value): void {
    if (size === 8) this.lines.push(`bytes[${place}] = ${value.lo};`);
    else this.lines.push(`view.setInt${size === 16 ? 16 : 32}(${place}, ${value.lo}, true);`);
    if (size === 64) this.lines.push(`view.setInt32(${place} + 4, ${value.hi}, true);`);
  }

  address(): Value {
    return { lo: this.temp('effectiveAddress(s, i)'), hi: this.temp('s[EA_HI]') };
  }

  read(n: number, size: Size): Value {
    if (this.#form.shape[n] === 'm') return this.#load(this.#probe(this.address(), size >> 3, 'tr'), size);
    const slot = this.temp(this.#slot(n));
    return { lo: this.temp(`s[${slot}]`), hi: size === 64 ? this.temp(`s[${slot} + 1]`) : '0' };
  }

  readToModify(n: number, size: Size): Value {
    if (this.#form.shape[n] !== 'm') return this.read(n, size);
    this.prepareWrite(n, size);
    return this.#load(this.#place, size);
  }

  prepareWrite(n: number, size: Size): void {
    if (this.#form.shape[n] === 'm') this.#place = this.#probe(this.address(), size >> 3, 'tw');
  }

  write(n: number, size: Size, value: Value): void {
    if (this.#form.shape[n] === 'm') {
      this.#store(this.#place, size, value);
      return;
    }
    const slot = this.temp(this.#slot(n));
    if (size < 32) {
      const mask = size === 8 ? 0xff : 0xffff;
      this.lines.push(`s[${slot}] = (s[${slot}] & ${~mask}) | (${value.lo} & ${mask});`);
    } else this.lines.push(`s[${slot}] = ${value.lo}; s[${slot} + 1] = ${size === 64 ? value.hi : '0'};`);
  }

  constant(): undefined {
    return undefined;
  }

  register(r: number): Value {
    return { lo: this.temp(`s[${2 * r}]`), hi: this.temp(`s[${2 * r + 1}]`) };
  }

  setRegister(r: number, size: 32 | 64, value: Value): void {
    this.lines.push(`s[${2 * r}] = ${value.lo}; s[${2 * r + 1}] = ${size === 64 ? value.hi : '0'};`);
  }

  word(slot: number): string {
    return this.temp(`s[${slot}]`);
  }

  setWord(slot: number, value: string): void {
    this.lines.push(`s[${slot}] = ${value};`);
  }

  plus(value: Value, n: number): Value {
    return sumOf(value, n, (text) => this.temp(text));
  }

  load64(at: Value): Value {
    return this.#load(this.#probe(at, 8, 'tr'), 64);
  }

  prepareStore64(at: Value): (value: Value) => void {
    const place = this.#probe(at, 8, 'tw');
    return (value) => this.#store(place, 64, value);
  }

  flags(kind: Kind, x: Value, y: Value): void {
    this.recipe = { kind, x, y };
    if (this.#quiet) return;
    const wide = kind.endsWith('64');
    this.lines.push(`s[KIND] = ${kindNumber(kind)}; s[X] = ${x.lo};${wide || kind === 'logic' ? ` s[X + 1] = ${x.hi};` : ''}${kind === 'logic' ? '' : ` s[Y] = ${y.lo};`}${wide ? ` s[Y + 1] = ${y.hi};` : ''}`);
  }

  carry(): string {
    this.lines.push('if (s[KIND] !== 0) settle(s);');
    return this.temp('s[CF]');
  }

  condition(cc: number): string {
    return `holds${cc}(s)`;
  }

  next(): Value {
    return { lo: 'i.nextLo', hi: 'i.nextHi' };
  }

  jump(condition?: string): void {
    const go = 's[RIP] = i.targetLo; s[RIP + 1] = i.targetHi;';
    this.lines.push(condition ? `if (${condition}) { ${go} }` : go);
  }

  jumpTo(target: Value): void {
    this.lines.push(`s[RIP] = ${target.lo}; s[RIP + 1] = ${target.hi};`);
  }
}

function spell(form: Form, quiet: boolean): Spelling {
  const w = new Spelling(form, quiet);
  TEMPLATES[form.name](w, form);
  return w;
}

/** Without names that nobody uses. */
function pruned(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let n = lines.length - 1; n >= 0; n--) {
    const name = /^const (t\d+) = /.exec(lines[n])?.[1];
    if (name === undefined || kept.some((line) => new RegExp(`\\b${name}\\b`).test(line))) kept.unshift(lines[n]);
  }
  return kept;
}

const indent = (lines: readonly string[], by: string): string => lines.map((line) => `${by}${line}`).join('\n');
const RECIPE = { x: { lo: 's[X]', hi: 's[X + 1]' }, y: { lo: 's[Y]', hi: 's[Y + 1]' } };

/** The flag words of a recipe, in its case of `settle`. */
function settleCase(kind: Kind): string {
  const lines: string[] = [];
  let names = 0;
  const temp = (text: string): string => {
    lines.push(`const t${names} = ${text};`);
    return `t${names++}`;
  };
  const x = { lo: temp(RECIPE.x.lo), hi: temp(RECIPE.x.hi) }, y = { lo: temp(RECIPE.y.lo), hi: temp(RECIPE.y.hi) };
  const words = flagWords(kind, x, y, resultOf(kind, x, y, temp));
  lines.push(`s[CF] = ${words.cf}; s[OFW] = ${words.of}; s[AFW] = ${words.af}; s[ZFW] = ${words.zf}; s[SFW] = ${words.sf}; s[PFW] = ${words.pf};`);
  return `    case ${kindNumber(kind)}: { // ${kind}\n${indent(pruned(lines), '      ')}\n      break;\n    }`;
}

/** A condition with short ways for what stands before most of them. */
function holdsFunction(cc: number): string {
  const lines = ['const kind = s[KIND];'];
  for (const kind of ['sub32', 'sub64', 'logic'] as const) {
    const text = conditionOf(kind, cc, RECIPE.x, RECIPE.y, (expression) => expression);
    lines.push(`if (kind === ${kindNumber(kind)}) return ${text};`);
  }
  lines.push('if (kind !== 0) settle(s);', `return condition(s, ${cc});`);
  return `/** ${CONDITIONS[cc]} */\nfunction holds${cc}(s: Int32Array): boolean {\n${indent(lines, '  ')}\n}`;
}

export interface Generated {
  'cases.gen.ts': string;
  'settle.gen.ts': string;
  'interpreter.gen.ts': string;
}

export function generateInterpreter(): Generated {
  const numbers: [string, number][] = [], cases: string[] = [], handlers: string[] = [];
  const add = (key: string, all: readonly string[], leaves: boolean, fused: boolean): void => {
    const number = numbers.length + 1, lines = pruned(all), text = lines.join(' ');
    numbers.push([key, number]);
    if (!leaves && INLINE.test(key)) {
      cases.push(`        case ${number}: { // ${key}\n${indent(lines, '          ')}\n          break;\n        }`);
      return;
    }
    const parameters = PARAMETERS.filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
    handlers.push(`/** ${key} */\nfunction h${number}(${parameters.map(([name, type]) => `${name}: ${type}`).join(', ')}): ${leaves ? 'boolean' : 'void'} {\n${indent(leaves ? [...lines, 'return false;'] : lines, '  ')}\n}`);
    const call = `h${number}(${parameters.map(([name]) => (name === 'j' ? 'insns[n + 1]' : name)).join(', ')})`;
    cases.push(`        case ${number}: ${leaves ? `if (${call}) limit = leave(cpu, i, n);` : `${call};`}${fused ? ' n++;' : ''} break; // ${key}`);
  };
  for (const form of forms()) {
    const w = spell(form, false);
    add(form.key, w.lines, w.leaves, false);
  }
  for (const form of forms()) {
    if (!QUIET.has(form.name) || form.size < 32 || form.shape !== 'rr') continue;
    const w = spell(form, true);
    add(`${form.key} quiet`, w.lines, w.leaves, false);
  }
  for (const name of FUSED) {
    for (const size of [8, 32, 64] as const) {
      for (const cc of TESTED) {
        const w = spell(formOf(name, size, 'rr'), false), { recipe } = w;
        if (!recipe) continue;
        const condition = conditionOf(recipe.kind, cc, recipe.x, recipe.y, (text) => w.temp(text));
        add(`${formOf(name, size, 'rr').key} + ${cc}`, [...w.lines, `if (${condition}) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }`], w.leaves, true);
      }
    }
  }
  const head = '/** Made by scripts/generate-interpreter.mjs from templates.ts and recipe.ts; do not edit. */';
  return {
    'cases.gen.ts': `${head}

/** Case of each form in the interpreter; 0 is the reference interpreter. */
export const CASES: ReadonlyMap<string, number> = new Map([
${numbers.map(([key, number]) => `  ['${key}', ${number}],`).join('\n')}
]);
`,
    'settle.gen.ts': `${head}
import { AFW, CF, OFW, PFW, RECIPE_KIND as KIND, RECIPE_X as X, RECIPE_Y as Y, SFW, ZFW } from '../state.ts';
import { overflows } from './overflow.ts';

/** Turns the recipe into flag words. */
export function settle(s: Int32Array): void {
  switch (s[KIND]) {
${KINDS.map(settleCase).join('\n')}
    default: return;
  }
  s[KIND] = 0;
}
`,
    'interpreter.gen.ts': `${head}
import { NO_PAGE } from '../code.ts';
import type { Cpu } from '../cpu.ts';
import { condition } from '../flags.ts';
import { effectiveAddress } from '../forms.ts';
import type { Block, Insn } from '../insn.ts';
import { CF, EA_HI, IMM, RECIPE_KIND as KIND, RECIPE_X as X, RECIPE_Y as Y, RIP } from '../state.ts';
import { settle } from './settle.gen.ts';

${TESTED.map(holdsFunction).join('\n')}

${handlers.join('\n\n')}

/** Leaves one instruction to the reference interpreter. @returns after how many instructions the block ends now. */
function leave(cpu: Cpu, i: Insn, n: number): number {
  cpu.done = n;
  if (cpu.s[KIND] !== 0) settle(cpu.s);
  cpu.execute(i);
  return cpu.leaveAt;
}

/** Runs up to so many blocks. @returns whether the run ends here. */
export function runFast(cpu: Cpu, blocks: number): boolean {
  const { s, code, ram: { view, bytes } } = cpu;
  const translator = cpu.engine === 'translated' ? cpu.translator : undefined, hot = translator?.hot ?? 0;
  let { readTable: tr, writeTable: tw } = cpu, page = NO_PAGE, from: Block | undefined = undefined;
  for (let left = blocks; left > 0; left--) {
    if ((cpu.ticksLeft | cpu.cyclesLeft | cpu.attention) < 0) {
      if (s[KIND] !== 0) settle(s);
      // With an instruction in a shadow, attention goes on.
      if (cpu.between()) return true;
      page = NO_PAGE;
      from = undefined;
    }
    if (cpu.readTable !== tr) {
      ({ readTable: tr, writeTable: tw } = cpu);
      page = NO_PAGE;
    }
    const lo = s[RIP];
    if ((lo & -4096) !== page.lo || s[RIP + 1] !== page.hi) page = cpu.codePage();
    const known = page.blocks[lo & 4095];
    if (known === undefined) {
      if (s[KIND] !== 0) settle(s);
      from = undefined;
      if (cpu.runNew(page)) continue;
    }
    const block = known ?? code.build(cpu, page, lo & 4095);
    if (translator !== undefined && cpu.attention >= 0) {
      if (from !== undefined) {
        translator.note(from, lo);
        from = undefined;
      }
      const { entry } = block;
      if (entry !== undefined) {
        if (s[KIND] !== 0) settle(s);
        if (translator.enter(block, entry)) continue;
      } else if (++block.heat >= hot && !block.asked) translator.request(block);
      if (block.isDynamic) from = block;
    }
    const { insns, ops, length } = block;
    if (((cpu.cyclesLeft - block.cost) | (cpu.ticksLeft - length + 1) | cpu.attention) < 0) {
      if (s[KIND] !== 0) settle(s);
      cpu.runPart(block);
      continue;
    }
    cpu.beginBlock(block);
    cpu.leaveAt = length;
    let limit = length, n = 0;
    do {
      const i = insns[n];
      s[IMM] = i.immLo;
      s[IMM + 1] = i.immHi;
      switch (ops[n]) {
${cases.join('\n')}
        default: limit = leave(cpu, i, n);
      }
    } while (++n < limit);
    cpu.endBlock(block, n);
  }
  if (s[KIND] !== 0) settle(s);
  return false;
}
`,
  };
}
