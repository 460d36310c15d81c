/**
 * A region: blocks of hot code that lead to each other, translated as one function. Only blocks that have run belong to
 * it. It knows no faults, devices, hooks or rare instructions: those are exits, and an interpreter goes on from there.
 */
import type { CodePage } from '../code.ts';
import { TEMPLATES } from '../fast/templates.ts';
import type { Block, Insn } from '../insn.ts';
import { RECIPE_KIND, RECIPE_X, RECIPE_Y } from '../state.ts';
import { shapeOf, type Shape } from './structure.ts';
import { keepFlags, Spelling, type Flags, type Leaving, type Sink } from './spelling.ts';

const MAX_INSTRUCTIONS = 500, MAX_PAGES = 4;
/** A block that ran this much less often than the hot one is left out. */
const RARELY = 50;

/** Forms with a target that is known. */
const GOES = new Set(['jmp', 'jcc', 'call']);

/** Finds the block at an address of the region's code, if it has run. */
export type Finder = (lo: number) => { block: Block; page: CodePage } | undefined;

interface Node {
  readonly block: Block;
  readonly lo: number;
  /** Instructions that are translated; the next one, if there is one, is an exit. */
  readonly length: number;
  /** Addresses it goes to: taken or only, and not taken. */
  readonly targets: readonly number[];
  /** After a call that was followed: where it will return. */
  readonly returns: number | undefined;
  /** Goes to an address found at run time, of which `block.targets` are known. */
  readonly dynamic?: true;
}

export interface Exit {
  /** Instructions and quarter cycles counted for the block but not done. */
  readonly instructions: number;
  readonly cost: number;
  readonly lo: number;
}

export interface Region {
  readonly source: string;
  readonly exits: readonly Exit[];
  /** Addresses at which it can be entered; the first is the hot block. */
  readonly entries: readonly number[];
  readonly pages: readonly CodePage[];
  /** No way through it without a look at the counters is longer than this. */
  readonly instructions: number;
  readonly cost: number;
}

function nodeOf(block: Block): Node {
  const { insns } = block;
  const { hi } = insns[0];
  let length = 0;
  // Code that runs over a border of 4 GiB is too rare to follow.
  while (length < insns.length && insns[length].fast && insns[length].nextHi === hi && (!GOES.has(insns[length].fast?.name ?? '') || insns[length].targetHi === hi)) length++;
  const last: Insn | undefined = insns[length - 1], lo = insns[0].lo;
  if (length < insns.length) return { block, lo, length, targets: [], returns: undefined };
  switch (last.fast?.name) {
    case 'jmp': return { block, lo, length, targets: [last.targetLo], returns: undefined };
    case 'call': return { block, lo, length, targets: [last.targetLo], returns: last.nextLo };
    case 'jcc': return { block, lo, length, targets: [last.targetLo, last.nextLo], returns: undefined };
    case 'callTo': return { block, lo, length, targets: [], returns: last.nextLo, dynamic: true };
    case 'jmpTo': return { block, lo, length, targets: [], returns: undefined, dynamic: true };
    case 'ret': return { block, lo, length, targets: [], returns: undefined };
    default: return { block, lo, length, targets: [last.nextLo], returns: undefined };
  }
}

/** Follows the code from the hot block. */
function discover(hot: Block, find: Finder): { nodes: Node[]; pages: CodePage[] } {
  const nodes: Node[] = [], pages: CodePage[] = [], known = new Set<number>(), queue = [hot.insns[0].lo];
  let instructions = 0;
  for (let lo = queue.shift(); lo !== undefined; lo = queue.shift()) {
    if (known.has(lo)) continue;
    known.add(lo);
    const found = find(lo);
    if (!found || found.block.insns.length === 0 || !found.block.insns[0].fast) continue;
    if (found.block !== hot && found.block.heat * RARELY < hot.heat) continue;
    const node = nodeOf(found.block);
    if (instructions + node.length > MAX_INSTRUCTIONS || (!pages.includes(found.page) && pages.length >= MAX_PAGES)) continue;
    if (!pages.includes(found.page)) pages.push(found.page);
    instructions += node.length;
    nodes.push(node);
    queue.push(...node.targets, ...(node.dynamic ? node.block.targets : []));
    if (node.returns !== undefined) queue.push(node.returns);
  }
  return { nodes, pages };
}

class Emitter implements Sink {
  readonly #nodes: readonly Node[];
  readonly #hi: number;
  readonly #byAddress = new Map<number, number>();
  /** Node numbers (from 1) of the entries. */
  readonly entries: number[] = [1];
  readonly exits: Exit[] = [];
  readonly #staticExits = new Map<number, number>();
  readonly used = new Set<number>();
  readonly written = new Set<number>();
  #out: string[] = [];
  #names = 0;
  #shape: Shape | undefined;
  #at: { node: Node; n: number } | undefined;

  constructor(nodes: readonly Node[], hi: number) {
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

  exit(): number {
    const { node, n } = this.#at!;
    const { block } = node;
    this.exits.push({ instructions: node.length - n, cost: block.before[node.length] - block.before[n], lo: block.insns[n].lo });
    return this.exits.length;
  }

  /** The exit to an address, with nothing to correct. */
  #exitTo(lo: number): number {
    const known = this.#staticExits.get(lo);
    if (known !== undefined) return known;
    this.exits.push({ instructions: 0, cost: 0, lo });
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
    const body = this.#out.join('\n');
    const registers = [...this.used].sort((a, b) => a - b);
    const variables = registers.map((r) => `r${r}l = S[${2 * r}], r${r}h = S[${2 * r + 1}]`);
    return `return function region(e) {
let n = K[0], c = K[1], q = 0, pl = 0, ph = ${this.#hi}, fk = 0, fxl = 0, fxh = 0, fyl = 0, fyh = 0${variables.map((text) => `, ${text}`).join('')};
X: { D: for (;;) {
if ((n | c) < 0) { q = EX[e]; break X; }
${body}
} }
if (q !== 0) { n += FN[q]; c += FC[q]; pl = FL[q]; }
${[...this.written].sort((a, b) => a - b).map((r) => `S[${2 * r}] = r${r}l; S[${2 * r + 1}] = r${r}h;`).join(' ')}
if (fk !== 0) { S[${RECIPE_KIND}] = fk; S[${RECIPE_X}] = fxl; S[${RECIPE_X + 1}] = fxh; S[${RECIPE_Y}] = fyl; S[${RECIPE_Y + 1}] = fyh; }
S[32] = pl; S[33] = ph; K[0] = n; K[1] = c;
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
    this.#tree(first, null);
  }

  #tree(node: number, flags: Flags): void {
    const { isLoop, joins } = this.#shape!;
    if (isLoop[node]) {
      this.line(`L${node}: for (;;) {`);
      this.line(`if ((n | c) < 0) { q = ${this.#exitTo(this.#nodes[node - 1].lo)}; break X; }`);
    }
    this.#within(node, joins[node], () => this.#code(node, isLoop[node] ? null : flags));
    if (isLoop[node]) this.line('}');
  }

  #code(number: number, before: Flags): void {
    const node = this.#nodes[number - 1], { block, length } = node;
    this.line(`n -= ${length}; c -= ${block.before[length]};`);
    let flags = before, leaving: Leaving | undefined;
    for (let n = 0; n < length; n++) {
      const insn = block.insns[n], { fast } = insn;
      this.#at = { node, n };
      const w = new Spelling(this, insn, flags);
      if (fast) TEMPLATES[fast.name](w, fast);
      ({ flagsNow: flags, leaving } = w);
    }
    if (length < block.insns.length) {
      // The next instruction is for the reference interpreter.
      this.#leave(flags, `q = ${this.#exitTo(block.insns[length].lo)}; break X;`);
    } else if (leaving?.kind === 'dynamic') this.#dynamic(leaving.target, flags);
    else if (leaving?.condition !== undefined) {
      this.line(`if (${leaving.condition}) {`);
      this.#branch(number, node.targets[0], flags);
      this.line('} else {');
      this.#branch(number, node.targets[1], flags);
      this.line('}');
    } else this.#branch(number, node.targets[0], flags);
  }

  #leave(flags: Flags, text: string): void {
    this.line(flags ? `${keepFlags(flags)} ${text}` : text);
  }

  #branch(from: number, lo: number, flags: Flags): void {
    const to = this.#byAddress.get(lo), { order, isJoin, isLoop, dominates } = this.#shape!;
    if (to === undefined) this.#leave(flags, `q = ${this.#exitTo(lo)}; break X;`);
    else if (order[to] <= order[from]) this.#leave(flags, isLoop[to] && dominates(to, from) ? `continue L${to};` : `e = ${this.entries.indexOf(to)}; continue D;`);
    else if (isJoin[to]) this.#leave(flags, `break B${to};`);
    else {
      if (isLoop[to] && flags) this.line(keepFlags(flags));
      this.#tree(to, flags);
    }
  }

  /** A target found at run time: an entry of this region, or out. */
  #dynamic({ lo, hi }: { lo: string; hi: string }, flags: Flags): void {
    if (flags) this.line(keepFlags(flags));
    this.line(`pl = ${lo}; ph = ${hi};`);
    this.line(`{ const h = (pl ^ (pl >>> 8)) & 255; if (EK[h] === pl && ph === ${this.#hi} && EV[h] >= 0) { e = EV[h]; ph = ${this.#hi}; continue D; } }`);
    this.line('q = 0; break X;');
  }
}

/** @returns undefined when too little of the code can be translated. */
export function translate(hot: Block, find: Finder): Region | undefined {
  const { nodes, pages } = discover(hot, find);
  if (!nodes.length) return undefined;
  const emitter = new Emitter(nodes, hot.insns[0].hi);
  const source = emitter.emit();
  const entryExits = emitter.entryExits();
  return {
    source: `const EX = [${entryExits.join(', ')}];\n${source}`, exits: emitter.exits, entries: emitter.entries.map((node) => nodes[node - 1].lo), pages,
    instructions: nodes.reduce((sum, { length }) => sum + length, 0), cost: nodes.reduce((sum, { block, length }) => sum + block.before[length], 0),
  };
}
