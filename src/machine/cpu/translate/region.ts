/**
 * A region: blocks of hot code that lead to each other, translated as one function. Only blocks that have run belong to
 * it. It knows no faults, devices or hooks: those are exits, and an interpreter goes on from there. An instruction without a
 * template is a call to the reference interpreter's function, with the whole state in the state array around it. Whoever is told of
 * something on the way (a probe, a load of RSP) may look at the whole state, and changes nothing of it.
 */
import type { CodePage } from '../code.ts';
import { RFLAGS_IF } from '../../../isa/registers.ts';
import type { Form } from './form.ts';
import { TEMPLATES } from './templates.ts';
import type { Block, Insn } from '../insn.ts';
import type { Halves } from './recipe.ts';
import { CPL, CR3, CS_SELECTOR, FLAGS_REST, RECIPE_KIND, RECIPE_X, RECIPE_Y, SHADOW } from '../state.ts';
import { shapeOf, type Shape } from './structure.ts';
import { blockCode, blockOperation, type BlockOperation } from './blocks.ts';
import { vectorTemplate } from './vector.ts';
import { TUNING } from './tuning.ts';
import { FAMILIAR_MASK, headOf, NOTE_PROBE, NOTE_RSP, NOTE_WORDS, NOTES_FAMILIAR, NOTES_LIMIT, NOTES_USED, type Noted } from '../notes.ts';
import { keep, Known, Spelling, type Access, type Leaving, type Sink } from './spelling.ts';

const RSP = 4;
/** Loads of RSP and probes: nobody hears of them, each is told, or they are noted where that is possible. */
export const UNHEARD = 0, TOLD = 1, NOTED = 2;
/** Forms with a target that is known. */
const GOES = new Set(['jmp', 'jcc', 'call']);
/** After these the region is always left: they go elsewhere or wake a device. A read from a port mostly does not. */
const LEAVES = new Set(['syscall', 'sysretq', 'iretq', 'lret', 'hlt', 'int', 'int3', 'int1', 'out', 'ins', 'outs', 'ud2', 'jmp', 'call', 'ret', 'loop',
  'loope', 'loopne', 'jrcxz']);
const leaves = ({ decoded: { row: { mnemonic } } }: Insn): boolean => LEAVES.has(mnemonic) || (mnemonic[0] === 'j');

/** Finds the block at an address of the region's code, if it has run. */
export type Finder = (lo: number) => { block: Block; page: CodePage } | undefined;

interface Node {
  readonly block: Block;
  readonly lo: number;
  /** The form of each instruction; undefined for those that are called. */
  readonly forms: readonly (Form | undefined)[];
  /** Instructions that are translated; the next one, if there is one, is an exit. */
  readonly length: number;
  /** Addresses it goes to: taken or only, and not taken. */
  readonly targets: readonly number[];
  /** After a call that was followed: where it will return. */
  readonly returns: number | undefined;
  /** Ends with an instruction after which the region is always left. */
  readonly left: boolean;
  /** Goes to an address found at run time, of which `block.targets` are known. */
  readonly dynamic?: true;
}

export interface Exit {
  /** Instructions and quarter cycles counted for the block but not done. */
  readonly instructions: number;
  readonly cost: number;
  readonly lo: number;
  /** An access of this instruction was the reason. */
  readonly insn?: Insn;
  readonly access?: Access;
  /** The probe before the instruction has been told. */
  readonly told: boolean;
}

/** An instruction that the reference interpreter does in the middle of the region. */
export interface Call {
  readonly block: Block;
  /** Which instruction of the block, and how many of it were counted at its head. */
  readonly n: number;
  readonly length: number;
  /** Control never comes back to the region. */
  readonly leaves: boolean;
}

export interface Region {
  readonly source: string;
  readonly exits: readonly Exit[];
  readonly calls: readonly Call[];
  /** Instructions whose bodies are called with nothing put back. */
  readonly bodies: readonly Insn[];
  /** Has an STI. */
  readonly opens: boolean;
  /** Addresses at which it can be entered; the first is the hot block. */
  readonly entries: readonly number[];
  readonly pages: readonly CodePage[];
  /** No way through it without a look at the counters is longer than this. */
  readonly instructions: number;
  readonly cost: number;
}

function nodeOf(block: Block): Node {
  const { insns } = block, { lo, hi } = insns[0], forms: (Form | undefined)[] = [];
  let length = 0, left = false;
  // Code that runs over a border of 4 GiB is too rare to follow.
  while (length < insns.length && !left && insns[length].nextHi === hi) {
    const insn = insns[length], form = insn.called ? undefined : insn.plain;
    if (form && GOES.has(form.name) && insn.targetHi !== hi) break;
    forms.push(form);
    length++;
    left = !form && leaves(insn);
  }
  const last: Insn | undefined = insns[length - 1], node = { block, lo, forms, length, left };
  if (length < insns.length || left) return { ...node, targets: [], returns: undefined };
  switch (forms[length - 1]?.name) {
    case 'jmp': return { ...node, targets: [last.targetLo], returns: undefined };
    case 'call': return { ...node, targets: [last.targetLo], returns: last.nextLo };
    case 'jcc': return { ...node, targets: [last.targetLo, last.nextLo], returns: undefined };
    case 'callTo': return { ...node, targets: [], returns: last.nextLo, dynamic: true };
    case 'jmpTo': return { ...node, targets: [], returns: undefined, dynamic: true };
    case 'ret': return { ...node, targets: [], returns: undefined };
    default: return { ...node, targets: [last.nextLo], returns: undefined };
  }
}

/** Follows the code from the hot block, where it runs most first. */
function discover(hot: Block, find: Finder, most: number): { nodes: Node[]; pages: CodePage[] } {
  const nodes: Node[] = [], pages: CodePage[] = [], known = new Set<number>(), frontier: { block: Block; page: CodePage }[] = [];
  let instructions = 0;
  const look = (lo: number): void => {
    if (known.has(lo)) return;
    known.add(lo);
    const found = find(lo);
    if (found && found.block.insns.length !== 0 && (found.block === hot || found.block.heat * TUNING.rarely >= hot.heat)) frontier.push(found);
  };
  look(hot.insns[0].lo);
  while (frontier.length) {
    let best = 0;
    frontier.forEach(({ block }, n) => {
      if (block.heat > frontier[best].block.heat) best = n;
    });
    const [{ block, page }] = frontier.splice(best, 1), node = nodeOf(block);
    if (node.length === 0 || instructions + node.length > most || (!pages.includes(page) && pages.length >= TUNING.mostPages)) continue;
    if (!pages.includes(page)) pages.push(page);
    instructions += node.length;
    nodes.push(node);
    for (const lo of [...node.targets, ...(node.dynamic ? block.targets : []), ...(node.returns === undefined ? [] : [node.returns])]) look(lo);
  }
  return { nodes, pages };
}

/** Stand for what is known only at the end: registers into the state array and back. */
const SPILL = '@spill', RELOAD = '@reload';
/** The flags' variables into the state array. */
const KEEP = `if (fk !== 0) { S[${RECIPE_KIND}] = fk; S[${RECIPE_X}] = fxl; S[${RECIPE_X + 1}] = fxh; S[${RECIPE_Y}] = fyl; S[${RECIPE_Y + 1}] = fyh; }`;
/** Until the next instruction is through, interrupts stay shut. */
const SHADOWED = `S[${SHADOW}] = 0;`;

/** What a translation depends on besides the code. */
export interface Given {
  /** Of the cost model: what a repeated string instruction does in a quarter cycle. */
  readonly bytesPerQuarter: number;
  /** Of each probe, how it is noted. */
  readonly noted: readonly (Noted | undefined)[];
}

class Emitter implements Sink {
  readonly #nodes: readonly Node[];
  readonly #hi: number;
  readonly #given: Given;
  readonly #byAddress = new Map<number, number>();
  /** Node numbers (from 1) of the entries. */
  readonly entries: number[] = [1];
  readonly exits: Exit[] = [];
  readonly calls: Call[] = [];
  readonly bodies: Insn[] = [];
  readonly #staticExits = new Map<number, number>();
  readonly used = new Set<number>();
  readonly written = new Set<number>();
  #out: string[] = [];
  #names = 0;
  #shape: Shape | undefined;
  #at: { node: Node; n: number } | undefined;

  constructor(nodes: readonly Node[], hi: number, given: Given) {
    this.#given = given;
    this.#nodes = nodes;
    this.#hi = hi;
    nodes.forEach(({ lo }, n) => this.#byAddress.set(lo, n + 1));
    // Wherever something in the region may come back by an address found at run time.
    for (const { returns, dynamic, block } of nodes) {
      if (returns !== undefined) this.#enter(this.#byAddress.get(returns));
      if (dynamic) for (const to of block.targets) this.#enter(this.#byAddress.get(to));
    }
  }

  #enter(node: number | undefined): void {
    if (node !== undefined && !this.entries.includes(node)) this.entries.push(node);
  }

  line(text: string): void {
    this.#out.push(text);
  }

  name(): string {
    return `t${this.#names++}`;
  }

  exit(access?: Access): number {
    const { node, n } = this.#at!;
    const { block } = node, insn = block.insns[n];
    this.exits.push({ instructions: node.length - n, cost: block.before[node.length] - block.before[n], lo: insn.lo, told: insn.probe >= 0,
      ...(access ? { insn, access } : {}) });
    return this.exits.length;
  }

  body(insn: Insn): number {
    return this.bodies.push(insn) - 1;
  }

  /** The exit to an address, with nothing to correct. */
  #exitTo(lo: number): number {
    const known = this.#staticExits.get(lo);
    if (known !== undefined) return known;
    this.exits.push({ instructions: 0, cost: 0, lo, told: false });
    this.#staticExits.set(lo, this.exits.length);
    return this.exits.length;
  }

  emit(): string {
    for (;;) {
      const successors = [this.entries, ...this.#nodes.map(({ targets }) => targets.flatMap((lo) => this.#byAddress.get(lo) ?? []))];
      this.#shape = shapeOf({ successors });
      const more = this.#shape.irreducible.filter((node) => !this.entries.includes(node));
      if (!more.length) break;
      for (const node of more) this.#enter(node);
    }
    this.#within(0, this.#shape.joins[0], () => {
      // Each entry is a join, so it is reached by leaving a labelled block.
      this.line(`switch (e) { ${this.entries.map((node, e) => `case ${e}: break B${node};`).join(' ')} }`);
      this.line('q = 0; break X;');
    });
    const written = [...this.written].sort((a, b) => a - b), spilled = written.map((r) => `S[${2 * r}] = r${r}l; S[${2 * r + 1}] = r${r}h;`).join(' ');
    const registers = [...this.used].sort((a, b) => a - b);
    const reloaded = registers.map((r) => `r${r}l = S[${2 * r}]; r${r}h = S[${2 * r + 1}];`).join(' ');
    const body = this.#out.join('\n').replaceAll(SPILL, spilled).replaceAll(RELOAD, reloaded);
    const variables = registers.map((r) => `r${r}l = S[${2 * r}], r${r}h = S[${2 * r + 1}]`);
    return `return function region(e) {
let n = K[0], c = K[1], q = 0, pl = 0, ph = ${this.#hi}, fk = S[${RECIPE_KIND}], fxl = S[${RECIPE_X}], fxh = S[${RECIPE_X + 1}], fyl = S[${RECIPE_Y}],
  fyh = S[${RECIPE_Y + 1}]${variables.map((text) => `, ${text}`).join('')};
X: { D: for (;;) {
if ((n | c) < 0) { q = EX[e]; break X; }
${body}
} }
if (q !== 0) { n += FN[q]; c += FC[q]; pl = FL[q]; }
${spilled}
${KEEP}
S[32] = pl; S[33] = ph; K[0] = n; K[1] = c; K[3] = q;
};`;
  }

  /** For each entry, the exit to its address: what the counters' check at the top of the region takes. */
  entryExits(): number[] {
    return this.entries.map((node) => this.#exitTo(this.#nodes[node - 1].lo));
  }

  #within(node: number, joins: readonly number[], code: () => void): void {
    const [first, ...rest] = joins;
    if (first === undefined) {
      code();
      return;
    }
    this.line(`B${first}: {`);
    this.#within(node, rest, code);
    this.line('}');
    this.#tree(first, new Known());
  }

  #tree(node: number, known: Known): void {
    const { isLoop, joins } = this.#shape!;
    if (isLoop[node]) {
      this.line(`L${node}: for (;;) {`);
      this.line(`if ((n | c) < 0) { q = ${this.#exitTo(this.#nodes[node - 1].lo)}; break X; }`);
    }
    this.#within(node, joins[node], () => this.#code(node, isLoop[node] ? new Known() : known));
    if (isLoop[node]) this.line('}');
  }

  #code(number: number, known: Known): void {
    const node = this.#nodes[number - 1], { block, length, forms } = node;
    this.line(`n -= ${length}; c -= ${block.before[length]};`);
    let leaving: Leaving | undefined, inShadow = false;
    for (let n = 0; n < length; n++) {
      const insn = block.insns[n], form = forms[n], vector = form || insn.called ? undefined : vectorTemplate(insn);
      this.#at = { node, n };
      if (insn.probe >= 0) this.#probe(insn, { block, n, length, leaves: false }, known);
      if (form) {
        const w = new Spelling(this, insn, known), before = insn.loadsRsp ? w.register(RSP) : undefined;
        TEMPLATES[form.name](w, form);
        ({ leaving } = w);
        if (before) this.#rspLoad(before, w.register(RSP), { block, n, length, leaves: false }, known);
      } else if (vector) {
        vector(new Spelling(this, insn, known), insn);
        leaving = undefined;
      } else if (insn.decoded.row.mnemonic === 'sti' && n + 1 < length) {
        this.#sti(known);
        inShadow = true;
        continue;
      } else {
        if (inShadow) this.line(SHADOWED);
        const call = { block, n, length, leaves: n + 1 === length && node.left }, blocks = insn.called ? undefined : blockOperation(insn);
        if (blocks) this.#block(blocks, call, known);
        else this.#call(call, known);
        if (call.leaves) return;
        leaving = undefined;
      }
      if (inShadow) this.line(SHADOWED);
      inShadow = false;
    }
    if (length < block.insns.length) {
      // The next instruction is for the reference interpreter.
      keep(this, known);
      this.line(`q = ${this.#exitTo(block.insns[length].lo)}; break X;`);
    } else if (leaving?.kind === 'dynamic') this.#dynamic(leaving.target, known);
    else if (leaving?.condition !== undefined) {
      this.line(`if (${leaving.condition}) {`);
      this.#branch(number, node.targets[0], known.copy());
      this.line('} else {');
      this.#branch(number, node.targets[1], known);
      this.line('}');
    } else this.#branch(number, node.targets[0], known);
  }

  /**
   * STI opens interrupts after the next instruction. That none waits then is known when the region is entered (K[2]), or the
   * interpreter does it.
   */
  #sti(known: Known): void {
    keep(this, known);
    this.line(`if (K[2] !== 0 || S[${CPL}] > ((S[${FLAGS_REST}] >> 12) & 3)) { q = ${this.exit()}; break X; }`);
    this.line(`if ((S[${FLAGS_REST}] & ${RFLAGS_IF}) === 0) { S[${FLAGS_REST}] |= ${RFLAGS_IF}; S[${SHADOW}] = 1; }`);
  }

  /** Tells somebody who may look at everything. He changes nothing, so all that is known stays so; but he may want to stop here. */
  #told(whom: 'P' | 'Y', call: Call, noted: string, more = ''): string {
    const number = this.calls.push(call) - 1;
    return `${SPILL} ${KEEP} K[0] = n; K[1] = c; if (${whom}(${number}, ${noted}${more})) return;`;
  }

  /** Two pairs of words into the notes. `at` is where: behind it they are to be read, or not yet. */
  #noted(at: string, head: number, { block, n, length }: Call, pairs: readonly [Halves, Halves]): string {
    const words = [`K[7] | ${head}`, `K[5] - n - ${length - n}`, `K[6] - c - ${block.before[length] - block.before[n]}`, `S[${CR3}]`,
      ...pairs.flatMap(({ lo, hi }) => [lo, hi]), `S[${CS_SELECTOR}]`];
    return `const ${at} = J[${NOTES_USED}]; ${words.map((word, k) => `J[${at} + ${k}] = ${word};`).join(' ')} J[${NOTES_USED}] = ${at} + ${NOTE_WORDS};`;
  }

  #rspLoad(before: Halves, after: Halves, call: Call, known: Known): void {
    keep(this, known);
    const to = this.name(), at = this.name();
    this.line(`${to}: { if (K[4] === ${UNHEARD}) break ${to}; let w = 0; if (K[4] === ${NOTED}) { ` +
      `${this.#noted(at, headOf(NOTE_RSP, 0), call, [before, after])} if (${at} < J[${NOTES_LIMIT}]) break ${to}; w = 1; }`);
    this.line(`${this.#told('Y', call, 'w', `, ${before.lo}, ${before.hi}`)} }`);
  }

  #probe(insn: Insn, call: Call, known: Known): void {
    const noted = this.#given.noted[insn.probe];
    keep(this, known);
    if (!noted) {
      this.line(this.#told('P', call, '0'));
      return;
    }
    const w = new Spelling(this, insn, known), first = w.register(noted.first >> 1), to = this.name(), at = this.name();
    let second: Halves = { lo: '0', hi: '0' }, condition = `K[4] === ${NOTED}`, load = '';
    if (noted.second?.offset === undefined) second = noted.second ? w.register(noted.second.register >> 1) : second;
    else {
      const { register, offset } = noted.second, place = w.plus(w.register(register >> 1), offset), k = this.name();
      second = { lo: `${k}l`, hi: `${k}h` };
      condition += ` && TR[(${place.lo} >>> 10) & 16380] === ((${place.lo} + 7) & -4096) && TR[((${place.lo} >>> 10) & 16380) + 1] === ${place.hi}`;
      load = `const ${k} = (TR[((${place.lo} >>> 10) & 16380) + 2] + ${place.lo}) | 0, ${k}l = V.getInt32(${k}, true), ${k}h = V.getInt32(${k} + 4, true);`;
    }
    const { lo, hi } = noted.familiar === 'second' ? second : first;
    const familiar = noted.familiar ? `${hi} === ${lo} >> 31 && J[${NOTES_FAMILIAR} + ((${lo} ^ (${lo} >>> 10)) & ${FAMILIAR_MASK})] === ${lo}` : '1';
    this.line(`${to}: { let w = 0; if (${condition}) { ${load} if (${familiar}) { ` +
      `${this.#noted(at, headOf(NOTE_PROBE, 0, insn.probe), call, [first, second])} if (${at} < J[${NOTES_LIMIT}]) break ${to}; w = 1; } }`);
    this.line(`${this.#told('P', call, 'w')} }`);
  }

  /** Has the reference interpreter do an instruction. */
  #call(call: Call, known: Known): void {
    keep(this, known);
    known.forget();
    this.line(this.#called(call));
  }

  #called(call: Call): string {
    const number = this.calls.push(call) - 1, spilled = `${SPILL} ${KEEP} K[0] = n; K[1] = c;`;
    return call.leaves ? `${spilled} R(${number}); return;` : `${spilled} if (R(${number})) return; c = K[1]; fk = 0; ${RELOAD}`;
  }

  /** A block of memory copied or filled, or the reference interpreter does it. */
  #block(operation: BlockOperation, call: Call, known: Known): void {
    const { block, n, length } = call;
    keep(this, known);
    known.forget();
    for (const r of operation.reads) this.used.add(r);
    for (const r of operation.writes) this.written.add(r);
    const behind = this.exits.push({ instructions: length - n - 1, cost: block.before[length] - block.before[n + 1], lo: block.insns[n].nextLo, told: false });
    this.line(blockCode(operation, this.name(), this.#called(call), `q = ${behind}; break X;`, this.#given.bytesPerQuarter));
  }

  #branch(from: number, lo: number, known: Known): void {
    const to = this.#byAddress.get(lo), { order, isJoin, isLoop, dominates } = this.#shape!;
    if (to === undefined || order[to] <= order[from] || isJoin[to] || isLoop[to]) keep(this, known);
    if (to === undefined) this.line(`q = ${this.#exitTo(lo)}; break X;`);
    else if (order[to] <= order[from]) this.line(isLoop[to] && dominates(to, from) ? `continue L${to};` : `e = ${this.entries.indexOf(to)}; continue D;`);
    else if (isJoin[to]) this.line(`break B${to};`);
    else this.#tree(to, known);
  }

  /** A target found at run time: an entry of this region, or out. */
  #dynamic({ lo, hi }: { lo: string; hi: string }, known: Known): void {
    keep(this, known);
    this.line(`pl = ${lo}; ph = ${hi};`);
    this.line(`{ const h = (pl ^ (pl >>> 8)) & 255; if (EK[h] === pl && ph === ${this.#hi} && EV[h] >= 0) { e = EV[h]; ph = ${this.#hi}; continue D; } }`);
    this.line('q = 0; break X;');
  }
}

/** How many instructions a region would have. */
export const reach = (hot: Block, find: Finder): number => discover(hot, find, TUNING.mostInstructions).nodes.reduce((sum, { length }) => sum + length, 0);

/** @returns undefined when nothing of the code can be translated. */
export function translate(hot: Block, find: Finder, given: Given, instructions: number): Region | undefined {
  for (let most = instructions; ; most = Math.floor(most * 0.7)) {
    const region = translateUpTo(most, hot, find, given);
    if (!region || region.source.length <= TUNING.mostSource || region.instructions < most * 0.5) return region;
  }
}

function translateUpTo(most: number, hot: Block, find: Finder, given: Given): Region | undefined {
  const { nodes, pages } = discover(hot, find, most);
  if (!nodes.length) return undefined;
  const emitter = new Emitter(nodes, hot.insns[0].hi, given);
  const source = emitter.emit();
  const entryExits = emitter.entryExits();
  return {
    source: `const EX = [${entryExits.join(', ')}];\n${source}`, exits: emitter.exits, calls: emitter.calls, bodies: emitter.bodies,
    opens: nodes.some(({ block, length }) => block.insns.some((insn, n) => n < length && insn.decoded.row.mnemonic === 'sti')),
    entries: emitter.entries.map((node) => nodes[node - 1].lo), pages,
    instructions: nodes.reduce((sum, { length }) => sum + length, 0), cost: nodes.reduce((sum, { block, length }) => sum + block.before[length], 0),
  };
}
