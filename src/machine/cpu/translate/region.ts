/**
 * A region: blocks of hot code that lead to each other, translated as one function, in the kernel and outside of it. Only blocks that have
 * run belong to it. It knows no faults, devices or hooks: those are exits, and an interpreter goes on from there. An instruction without a
 * template is a call to the reference interpreter's function, with the whole state in the state array around it. Whoever is told of
 * something on the way (a probe, a load of RSP) may look at the whole state, and changes nothing of it.
 */
import type { CodePage } from '../code.ts';
import { RFLAGS_IF } from '../../../isa/registers.ts';
import type { Form } from './form.ts';
import { TEMPLATES } from './templates.ts';
import { crosses, type Block, type Insn, type Place } from '../insn.ts';
import type { Halves } from './recipe.ts';
import { CPL, CR3, CS_SELECTOR, FLAGS_REST, RECIPE_KIND, RECIPE_X, RECIPE_Y, RIP, SHADOW } from '../state.ts';
import { shapeOf, type Shape } from './structure.ts';
import { blockCode, blockOperation, type BlockOperation } from './blocks.ts';
import { crossing, type Crossing } from './crossing.ts';
import { vectorTemplate } from './vector.ts';
import { TUNING } from './tuning.ts';
import {
  changeOf, FAMILIAR_MASK, headOf, NOTE_CYCLES, NOTE_PAIRS, NOTE_PROBE, NOTE_RING, NOTE_ROOT, NOTE_RSP, NOTE_TICK, NOTE_WORDS, NOTES_FAMILIAR, NOTES_LIMIT,
  NOTES_MASK, NOTES_USED, RING_FROM, type Noted,
} from '../notes.ts';
import { keep, Known, Spelling, type Access, type Leaving, type Sink } from './spelling.ts';

const RSP = 4;
/** Loads of RSP, changes of ring and probes that can be noted: nobody hears of them, each is told (not from here), or they are noted. */
export const UNHEARD = 0, TOLD = 1, NOTED = 2;
/** Stands for "or the notes are to be read" where a region that writes some counts its ticks. */
const FULL = '@full';
/** Forms with a target that is known. */
const GOES = new Set(['jmp', 'jcc', 'call']);
/** After these the region is always left. */
const LEAVES = new Set(['lret', 'hlt', 'int3', 'int1', 'ins', 'outs', 'ud2', 'jmp', 'call', 'ret', 'loop', 'loope', 'loopne', 'jrcxz']);
/** Forms that go elsewhere. */
const ELSEWHERE = new Set(['jmp', 'jcc', 'call', 'jmpTo', 'callTo', 'ret']);
/** Is a page fault of it delivered from within the region? */
export const mayFault = (insn: Insn, form: Form | undefined): boolean =>
  form !== undefined && insn.isWary && insn.probe < 0 && !insn.loadsRsp && !ELSEWHERE.has(form.name);
/** They may let in an interrupt that waits. */
const OPENS = new Set(['sti', 'sysretq']);
const leaves = ({ decoded: { row: { mnemonic } } }: Insn): boolean => LEAVES.has(mnemonic) || (mnemonic[0] === 'j');

/** Finds the block at a place, if it has run. */
export type Finder = (place: Place) => { block: Block; page: CodePage } | undefined;

/** A number for each place: addresses are canonical. */
const keyOf = ({ lo, hi, user }: Place): number => (hi * 0x1_0000_0000 + (lo >>> 0)) * 2 + (user ? 1 : 0);
/** High word of an address and ring, as one word. */
export const ringed = (hi: number, user: boolean): number => (hi << 1) | (user ? 1 : 0);

interface Node {
  readonly block: Block;
  readonly at: Place;
  /** The form of each instruction; undefined for those that are called. */
  readonly forms: readonly (Form | undefined)[];
  /** Instructions that are translated; the next one, if there is one, is an exit. */
  readonly length: number;
  /** Where it goes: taken or only, and not taken. */
  readonly targets: readonly Place[];
  /** After a call that was followed: where it will return. */
  readonly returns: Place | undefined;
  /** Ends with an instruction after which the region is always left. */
  readonly left: boolean;
  /** Goes to an address found at run time, of which `block.targets` are known: perhaps by a fault. */
  readonly dynamic?: true;
  /** Ends with an instruction that may change the ring. */
  readonly crosses?: true;
}

export interface Exit {
  /** Instructions and quarter cycles counted for the block but not done. */
  readonly instructions: number;
  readonly cost: number;
  readonly lo: number;
  readonly hi: number;
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
  /** Where it comes back is found in the state. */
  readonly crosses: boolean;
  /** A page fault of it is delivered, and then the region goes on where K[8] tells it to look in the state. */
  readonly faults?: true;
}

/** A page of code, and in whose tables it must stand. */
export interface RegionPage {
  readonly page: CodePage;
  readonly user: boolean;
}

export interface Region {
  readonly source: string;
  readonly exits: readonly Exit[];
  readonly calls: readonly Call[];
  /** Instructions whose bodies are called with nothing put back. */
  readonly bodies: readonly Insn[];
  /** Has an STI or a SYSRET. */
  readonly opens: boolean;
  /** Where it can be entered; the first is the hot block. */
  readonly entries: readonly Place[];
  readonly pages: readonly RegionPage[];
  /** All of them stand in the upper half of the address space. */
  readonly isUpper: boolean;
  /** No way through it without a look at the counters is longer than this. */
  readonly instructions: number;
  readonly cost: number;
}

function nodeOf(block: Block, at: Place): Node {
  const { insns } = block, { hi, user } = at, forms: (Form | undefined)[] = [];
  let length = 0, left = false;
  // Code that runs over a border of 4 GiB is too rare to follow.
  while (length < insns.length && !left && insns[length].nextHi === hi) {
    const insn = insns[length], form = insn.called ? undefined : insn.plain;
    if (form && GOES.has(form.name) && insn.targetHi !== hi) break;
    forms.push(form);
    length++;
    left = !form && leaves(insn);
  }
  const last: Insn | undefined = insns[length - 1], faults = insns.some((insn, n) => n < length && mayFault(insn, forms[n]));
  const node = { block, at, forms, length, left, ...(faults ? { dynamic: true as const } : {}) }, place = (lo: number): Place => ({ lo, hi, user });
  if (length < insns.length || left) return { ...node, targets: [], returns: undefined };
  if (crosses(last)) return { ...node, targets: [], returns: undefined, dynamic: true, crosses: true };
  switch (forms[length - 1]?.name) {
    case 'jmp': return { ...node, targets: [place(last.targetLo)], returns: undefined };
    case 'call': return { ...node, targets: [place(last.targetLo)], returns: place(last.nextLo) };
    case 'jcc': return { ...node, targets: [place(last.targetLo), place(last.nextLo)], returns: undefined };
    case 'callTo': return { ...node, targets: [], returns: place(last.nextLo), dynamic: true };
    case 'jmpTo': return { ...node, targets: [], returns: undefined, dynamic: true };
    case 'ret': return { ...node, targets: [], returns: undefined };
    default: return { ...node, targets: [place(last.nextLo)], returns: undefined };
  }
}

/** Follows the code from the hot block, where it runs most first. */
function discover(hot: Block, user: boolean, find: Finder, most: number): { nodes: Node[]; pages: RegionPage[] } {
  const nodes: Node[] = [], pages: RegionPage[] = [], known = new Set<number>(), frontier: { block: Block; page: CodePage; at: Place }[] = [];
  let instructions = 0;
  const look = (at: Place): void => {
    if (known.has(keyOf(at))) return;
    known.add(keyOf(at));
    const found = find(at);
    if (found && found.block.insns.length !== 0 && (found.block === hot || found.block.heat * TUNING.rarely >= hot.heat)) frontier.push({ ...found, at });
  };
  const { lo, hi } = hot.insns[0];
  look({ lo, hi, user });
  while (frontier.length) {
    let best = 0;
    frontier.forEach(({ block }, n) => {
      if (block.heat > frontier[best].block.heat) best = n;
    });
    const [{ block, page, at }] = frontier.splice(best, 1), node = nodeOf(block, at);
    const isNew = !pages.some((one) => one.page === page && one.user === at.user);
    if (node.length === 0 || instructions + node.length > most || (isNew && pages.length >= TUNING.mostPages)) continue;
    if (isNew) pages.push({ page, user: at.user });
    instructions += node.length;
    nodes.push(node);
    for (const to of [...node.targets, ...(node.dynamic ? block.targets : []), ...(node.returns === undefined ? [] : [node.returns])]) look(to);
  }
  return { nodes, pages };
}

/** Stand for what is known only at the end: registers into the state array and back. */
const SPILL = '@spill', RELOAD = '@reload';
/** The flags' variables into the state array. */
const KEEP = `S[${RECIPE_KIND}] = fk; S[${RECIPE_X}] = fxl; S[${RECIPE_X + 1}] = fxh; S[${RECIPE_Y}] = fyl; S[${RECIPE_Y + 1}] = fyh;`;
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
  readonly #given: Given;
  readonly #byPlace = new Map<number, number>();
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
  /**
   * Places in it that write notes. Between two checks of the counters each comes once at most; whether the notes are to be read is asked there: what is
   * done once in hundreds of times would be new to the JavaScript engine when it comes, and cost the region its best code.
   */
  #notes = 0;
  #shape: Shape | undefined;
  /** What is being translated; and, if it may fault from within the region, what does it then, and the label behind it. */
  #at: { node: Node; n: number; faults?: { code: string; behind: string } } | undefined;

  constructor(nodes: readonly Node[], given: Given) {
    this.#given = given;
    this.#nodes = nodes;
    nodes.forEach(({ at }, n) => this.#byPlace.set(keyOf(at), n + 1));
    // Wherever something in the region may come back by an address found at run time.
    for (const { returns, dynamic, block } of nodes) {
      if (returns !== undefined) this.#enter(this.#byPlace.get(keyOf(returns)));
      if (dynamic) for (const to of block.targets) this.#enter(this.#byPlace.get(keyOf(to)));
    }
  }

  #enter(node: number | undefined): void {
    if (node !== undefined && !this.entries.includes(node)) this.entries.push(node);
  }

  line(text: string): void {
    this.#out.push(text);
  }

  get ring(): 'K' | 'U' {
    return this.#at!.node.at.user ? 'U' : 'K';
  }

  name(): string {
    return `t${this.#names++}`;
  }

  /** @param told its probe has been. */
  exit(access?: Access, told = true): number {
    const { node, n } = this.#at!;
    const { block } = node, insn = block.insns[n];
    this.exits.push({ instructions: node.length - n, cost: block.before[node.length] - block.before[n], lo: insn.lo, hi: insn.hi, told: told && insn.probe >= 0,
      ...(access ? { insn, access } : {}) });
    return this.exits.length;
  }

  elsewhere(access?: Access): string {
    const { faults } = this.#at!;
    return access === 'far' && faults ? `${faults.code} break ${faults.behind};` : `q = ${this.exit(access)}; break X;`;
  }

  body(insn: Insn): number {
    return this.bodies.push(insn) - 1;
  }

  /** The exit to an address, with nothing to correct. */
  #exitTo(at: Place): number {
    const known = this.#staticExits.get(keyOf(at));
    if (known !== undefined) return known;
    this.exits.push({ instructions: 0, cost: 0, lo: at.lo, hi: at.hi, told: false });
    this.#staticExits.set(keyOf(at), this.exits.length);
    return this.exits.length;
  }

  emit(): string {
    for (;;) {
      const successors = [this.entries, ...this.#nodes.map(({ targets }) => targets.flatMap((to) => this.#byPlace.get(keyOf(to)) ?? []))];
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
    const full = this.#notes > 0 ? ` | (J[${NOTES_LIMIT}] - J[${NOTES_USED}])` : '';
    const body = this.#out.join('\n').replaceAll(SPILL, spilled).replaceAll(RELOAD, reloaded).replaceAll(FULL, full);
    const variables = registers.map((r) => `r${r}l = S[${2 * r}], r${r}h = S[${2 * r + 1}]`);
    // In parentheses: whoever runs it need not look through it twice.
    return `return (function region(e) {
let n = K[0], c = K[1], q = 0, pl = 0, ph = 0, fk = S[${RECIPE_KIND}], fxl = S[${RECIPE_X}], fxh = S[${RECIPE_X + 1}], fyl = S[${RECIPE_Y}],
  fyh = S[${RECIPE_Y + 1}]${variables.map((text) => `, ${text}`).join('')};
X: { D: for (;;) {
q = EX[e];
if ((n | c${full}) < 0) break X;
${body}
} }
n += FN[q]; c += FC[q];
const ql = FL[q], qh = FH[q];
if (q !== 0) { pl = ql; ph = qh; }
${spilled}
${KEEP}
S[${RIP}] = pl; S[${RIP + 1}] = ph; K[0] = n; K[1] = c; K[3] = q;
});`;
  }

  /** For each entry, the exit to its address: what the counters' check at the top of the region takes. */
  entryExits(): number[] {
    return this.entries.map((node) => this.#exitTo(this.#nodes[node - 1].at));
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
      this.line(`if ((n | c${FULL}) < 0) { q = ${this.#exitTo(this.#nodes[node - 1].at)}; break X; }`);
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
      if (insn.probe >= 0) this.#probe(insn, { block, n, length, leaves: false, crosses: false }, known);
      if (form && mayFault(insn, form)) {
        this.#faulting(insn, form, { block, n, length, leaves: false, crosses: false, faults: true }, known);
        leaving = undefined;
      } else if (form) {
        const w = new Spelling(this, insn, known), before = insn.loadsRsp ? w.register(RSP) : undefined;
        if (before) this.#unlessTold(known);
        TEMPLATES[form.name](w, form);
        ({ leaving } = w);
        if (before) this.#rspLoad(before, w.register(RSP), length - n);
      } else if (vector) {
        vector(new Spelling(this, insn, known), insn);
        leaving = undefined;
      } else if (insn.decoded.row.mnemonic === 'sti' && n + 1 < length) {
        this.#sti(known);
        inShadow = true;
        continue;
      } else {
        if (inShadow) this.line(SHADOWED);
        const isLast = n + 1 === length, blocks = insn.called ? undefined : blockOperation(insn);
        const call = { block, n, length, leaves: isLast && node.left, crosses: isLast && node.crosses === true };
        if (call.crosses) {
          this.#cross(crossing(insn), call, known);
          return;
        }
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
      const { lo, hi } = block.insns[length];
      this.line(`q = ${this.#exitTo({ ...node.at, lo, hi })}; break X;`);
    } else if (leaving?.kind === 'dynamic') this.#dynamic(leaving.target, node.at.user ? '1' : '0', known);
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

  /** Somebody wants to hear of what comes at once, perhaps to stop there: that is the reference interpreter's. */
  #unlessTold(known: Known): void {
    keep(this, known);
    this.line(`if (K[4] === ${TOLD}) { q = ${this.exit()}; break X; }`);
  }

  /**
   * Writes a note: its head, what its tick and time lack of those of the counters, and its other words. Here and not in a function: called with so much, it
   * would cost more than it does.
   */
  #note({ head, ticks, cycles, root, pairs = [] }: { head: string; ticks: string; cycles?: string; root?: string; pairs?: readonly string[] }): string {
    this.#notes++;
    const words: [number, string | undefined][] = [[0, `K[7] | ${head}`], [NOTE_TICK, `K[5] - (${ticks})`], [NOTE_CYCLES, cycles && `K[6] - (${cycles})`],
      [NOTE_ROOT, root], ...pairs.map((word, n): [number, string] => [NOTE_PAIRS + n, word])];
    const stores = words.map(([n, word]) => (word === undefined ? '' : `J[a + ${n}] = ${word}; `)).join('');
    return `{ const a = J[${NOTES_USED}] & ${NOTES_MASK}; ${stores}J[${NOTES_USED}] = a + ${NOTE_WORDS}; }`;
  }

  /** RSP was loaded by an instruction that is so many before the end of its block. */
  #rspLoad(before: Halves, after: Halves, left: number): void {
    const pairs = [before.lo, before.hi, after.lo, after.hi];
    this.line(`if (K[4] !== ${UNHEARD}) ${this.#note({ head: `${headOf(NOTE_RSP, 0)}`, ticks: `n + ${left}`, root: `S[${CR3}]`, pairs })}`);
  }

  #probe(insn: Insn, call: Call, known: Known): void {
    const noted = this.#given.noted[insn.probe], { block, n, length } = call;
    keep(this, known);
    if (!noted) {
      // He may look at everything and changes nothing, so all that is known stays so; but he may want to stop here.
      const number = this.calls.push(call) - 1;
      this.line(`${SPILL} ${KEEP} K[0] = n; K[1] = c; if (P(${number})) return;`);
      return;
    }
    const w = new Spelling(this, insn, known), first = w.register(noted.first >> 1), told = this.exit(undefined, false);
    let second: Halves = { lo: '0', hi: '0' };
    // What is not as it mostly is comes as good as never.
    this.line(`if (K[4] !== ${NOTED}) { q = ${told}; break X; }`);
    if (noted.second?.offset !== undefined) {
      const { register, offset } = noted.second, place = w.plus(w.register(register >> 1), offset), k = this.name(), table = `${this.ring}R`;
      this.line(`const ${k}k = (${place.lo} >>> 10) & 16380; ` +
        `if (${table}[${k}k] !== ((${place.lo} + 7) & -4096) || ${table}[${k}k + 1] !== ${place.hi}) { q = ${told}; break X; }`);
      this.line(`const ${k} = (${table}[${k}k + 2] + ${place.lo}) | 0, ${k}l = V.getInt32(${k}, true), ${k}h = V.getInt32(${k} + 4, true);`);
      second = { lo: `${k}l`, hi: `${k}h` };
    } else if (noted.second) second = w.register(noted.second.register >> 1);
    const { lo, hi } = noted.familiar === 'second' ? second : first;
    if (noted.familiar) {
      this.line(`if (${hi} !== ${lo} >> 31 || J[${NOTES_FAMILIAR} + ((${lo} ^ (${lo} >>> 10)) & ${FAMILIAR_MASK})] !== ${lo}) { q = ${told}; break X; }`);
    }
    const pairs = [first, second].flatMap((pair) => [pair.lo, noted.familiar && pair.lo === lo ? `S[${CS_SELECTOR}]` : pair.hi]);
    this.line(this.#note({ head: `${headOf(NOTE_PROBE, 0, insn.probe)}`, ticks: `n + ${length - n}`,
      cycles: `c + ${block.before[length] - block.before[n]}`, root: noted.familiar === 'second' ? `S[${CR3}]` : '0', pairs }));
  }

  /** Has the reference interpreter do an instruction. */
  #call(call: Call, known: Known): void {
    keep(this, known);
    known.forget();
    this.line(this.#called(call));
  }

  #called(call: Call): string {
    const number = this.calls.push(call) - 1, spilled = `${SPILL} ${KEEP} K[0] = n; K[1] = c;`;
    return call.leaves ? `${spilled} R(${number}); return;` : `${spilled} if (R(${number})) return; n = K[0]; c = K[1]; fk = 0; ${RELOAD}`;
  }

  /**
   * An instruction that has page-faulted (wary.ts): where the table does not hold its page it is called, and a fault is delivered from within the region,
   * which goes on at the handler if it has it.
   */
  #faulting(insn: Insn, form: Form, call: Call, known: Known): void {
    const behind = `I${this.name()}`;
    keep(this, known);
    // What the code finds out holds on one of two ways only.
    known.forget();
    this.line(`${behind}: {`);
    const code = `${this.#called(call)} if (K[8] !== 0) { K[8] = 0; pl = S[${RIP}]; ph = S[${RIP + 1}]; ${this.#onward(`S[${CPL}] === 3 ? 1 : 0`)} }`;
    this.#at = { ...this.#at!, faults: { code, behind } };
    TEMPLATES[form.name](new Spelling(this, insn, known), form);
    keep(this, known);
    this.line('}');
    known.forget();
  }

  /** A change of ring, here if there is code for what is ordinary and it is, and on from where that leads. */
  #cross(ordinary: Crossing | undefined, call: Call, known: Known): void {
    keep(this, known);
    known.forget();
    if (ordinary) {
      const { used, written, condition, code, from, to, by } = ordinary;
      for (const r of used) this.used.add(r);
      for (const r of written) this.written.add(r);
      const head = `${headOf(NOTE_RING, 0, changeOf(0, to, by))} | ${from} << ${RING_FROM}`;
      this.line(`if (K[4] === ${TOLD} || !(${condition})) { q = ${this.exit()}; break X; }`);
      this.line(`{ ${code} if (K[4] !== ${UNHEARD} && ${from} !== ${to}) ${this.#note({ head, ticks: `n + ${call.length - call.n}` })} }`);
    } else this.line(`${this.#called(call)} pl = S[${RIP}]; ph = S[${RIP + 1}];`);
    this.line(this.#onward(`S[${CPL}] === 3 ? 1 : 0`));
  }

  /** A block of memory copied or filled, or the reference interpreter does it. */
  #block(operation: BlockOperation, call: Call, known: Known): void {
    const { block, n, length } = call;
    keep(this, known);
    known.forget();
    for (const r of operation.reads) this.used.add(r);
    for (const r of operation.writes) this.written.add(r);
    const { nextLo: lo, nextHi: hi } = block.insns[n];
    const behind = this.exits.push({ instructions: length - n - 1, cost: block.before[length] - block.before[n + 1], lo, hi, told: false });
    this.line(blockCode(operation, this.name(), this.ring, this.#called(call), `q = ${behind}; break X;`, this.#given.bytesPerQuarter));
  }

  #branch(from: number, at: Place, known: Known): void {
    const to = this.#byPlace.get(keyOf(at)), { order, isJoin, isLoop, dominates } = this.#shape!;
    if (to === undefined || order[to] <= order[from] || isJoin[to] || isLoop[to]) keep(this, known);
    if (to === undefined) this.line(`q = ${this.#exitTo(at)}; break X;`);
    else if (order[to] <= order[from]) this.line(isLoop[to] && dominates(to, from) ? `continue L${to};` : `e = ${this.entries.indexOf(to)}; continue D;`);
    else if (isJoin[to]) this.line(`break B${to};`);
    else this.#tree(to, known);
  }

  /** A target found at run time: an entry of this region, or out. @param user whether it runs in ring 3. */
  #dynamic({ lo, hi }: Halves, user: string, known: Known): void {
    keep(this, known);
    this.line(`pl = ${lo}; ph = ${hi};`);
    this.line(this.#onward(user));
  }

  /** On from where `pl` and `ph` say. */
  #onward(user: string): string {
    return `{ const h = (pl ^ (pl >>> 8)) & 255; if (EK[h] === pl && EH[h] === ((ph << 1) | (${user}))) { e = EV[h]; continue D; } } ` +
      'q = 0; break X;';
  }
}

/** How many instructions a region would have. */
export const reach = (hot: Block, user: boolean, find: Finder): number =>
  discover(hot, user, find, TUNING.mostInstructions).nodes.reduce((sum, { length }) => sum + length, 0);

/** @returns undefined when nothing of the code can be translated. */
export function translate(hot: Block, user: boolean, find: Finder, given: Given, instructions: number): Region | undefined {
  for (let most = instructions; ; most = Math.floor(most * 0.7)) {
    const region = translateUpTo(most, hot, user, find, given);
    if (!region || region.source.length <= TUNING.mostSource || region.instructions < most * 0.5) return region;
  }
}

function translateUpTo(most: number, hot: Block, user: boolean, find: Finder, given: Given): Region | undefined {
  const { nodes, pages } = discover(hot, user, find, most);
  if (!nodes.length) return undefined;
  const emitter = new Emitter(nodes, given);
  const source = emitter.emit();
  const entryExits = emitter.entryExits();
  return {
    source: `const EX = [${entryExits.join(', ')}];\n${source}`, exits: emitter.exits, calls: emitter.calls, bodies: emitter.bodies,
    opens: nodes.some(({ block, length }) => block.insns.some(({ decoded: { row: { mnemonic } } }, n) => n < length && OPENS.has(mnemonic))),
    entries: emitter.entries.map((node) => nodes[node - 1].at), pages, isUpper: pages.every(({ page: { hi } }) => hi < 0),
    instructions: nodes.reduce((sum, { length }) => sum + length, 0), cost: nodes.reduce((sum, { block, length }) => sum + block.before[length], 0),
  };
}
