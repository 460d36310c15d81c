/**
 * Keeps the regions: asks for a translation when a block is hot, and runs it while its pages are what they were. Whether and
 * when a translation arrives depends on the host; that it runs is never visible to the guest.
 */
import { assert } from '../../../base/assert.ts';
import { EXEC, READ, WRITE } from '../../mmu/mmu.ts';
import { PAGE_SHIFT } from '../../mmu/ram.ts';
import type { CodePage } from '../code.ts';
import type { Cpu } from '../cpu.ts';
import { condition, readFlags, writeFlags } from '../flags.ts';
import { isExact } from '../ops/sse-float.ts';
import type { Block } from '../insn.ts';
import type { Socket } from '../socket.ts';
import { CPL, RECIPE_KIND, RECIPE_X, RECIPE_Y, RIP, SHADOW } from '../state.ts';
import type { Compiler } from './compiler.ts';
import { headOf } from '../notes.ts';
import { overflows } from './overflow.ts';
import { SETTLE_PARAMETERS, settleSource, type Settle } from './settle.ts';
import { WIDE } from '../time.ts';
import { TUNING } from './tuning.ts';
import { mayFault, NOTED, reach, ringed, TOLD, translate, UNHEARD, type Call, type Exit, type Finder, type Region, type RegionPage } from './region.ts';

/** Works out the flag words of a recipe: they are scratch while it stands for them. */
function settled(settle: Settle, s: Int32Array, kind: number, xl: number, xh: number, yl: number, yh: number): Int32Array {
  if (kind !== 0) {
    s[RECIPE_KIND] = kind;
    s[RECIPE_X] = xl;
    s[RECIPE_X + 1] = xh;
    s[RECIPE_Y] = yl;
    s[RECIPE_Y + 1] = yh;
    settle(s);
  }
  return s;
}

/** Who hears of probes, loads of RSP and changes of ring. */
const heard = ({ hooks, socket: { notes } }: Cpu): number =>
  (hooks.notes && !notes.atOnce ? NOTED : hooks.notes || hooks.rspLoad || hooks.ring ? TOLD : UNHEARD);

const placeOf = (lo: number): number => (lo ^ (lo >>> 10)) & (LINKS - 1);

const PARAMETERS = ['S', 'K', 'V', 'B', 'KR', 'KW', 'UR', 'UW', 'FN', 'FC', 'FL', 'FH', 'EK', 'EH', 'EV', 'H', 'R', 'F', 'G', 'X', 'W', 'P', 'O',
  'J', 'N', 'M', 'T'] as const;
/** Only numbers, fixed names and operators are ever generated. */
const HARMLESS = /^[\w\s.,;:(){}[\]=!<>+\-*/%&|^~?]*$/;

/** The function of a region for one CPU: its bank and tables are constants of it, which is what makes it fast. */
interface Instance {
  readonly translated: Translated;
  readonly run: (entry: number) => void;
  readonly instructions: number;
  readonly cost: number;
  readonly opens: boolean;
  /** The region's pages were checked in this state of the code caches and of the CPU's mappings. */
  epoch: number;
  valid: boolean;
  /** How often it was wanted while they were not. */
  refused: number;
}

/** A way into a region for one CPU. */
interface Link {
  readonly block: Block;
  readonly lo: number;
  readonly hi: number;
  readonly ring: number;
  readonly number: number;
  readonly instance: Instance;
}

export interface Translated {
  readonly region: Region;
  readonly head: Block;
  /** The function for each CPU that has run it. */
  readonly on: (Instance | undefined)[];
  readonly instance: (cpu: Cpu) => Instance['run'];
  /** Ticks of one run, at most. */
  budget: number;
  runs: number;
  instructions: number;
  /** Runs of all regions when it was last judged. */
  since: number;
}

export interface Entry {
  readonly translated: Translated;
  readonly user: boolean;
  readonly number: number;
}

/** Regions entered in a row without a look at anything else, so that the JavaScript engine optimizes that loop as a function. */
const CHAIN = 10_000;
const LINKS = 1024;

export class Translator {
  readonly #socket: Socket;
  readonly #compiler: Compiler;
  /** For the region that runs: ticks and quarter cycles it may still take, whether an interrupt waits, by which exit it left, whether somebody hears of
   * loads of RSP and probes (TOLD) or reads notes (NOTED); what tick and time are more than the first two, the head of a note of this CPU, and whether
   * the state says where to go on. */
  readonly #counters = new Int32Array(9);
  /** Counters of the region that runs, when the CPU's own were last brought up to date. */
  #ticks = 0;
  #cycles = 0;
  /** A call ended the region's run, and the CPU's counters are up to date. */
  #left = false;
  /** A region was left only for its notes to be read: what runs next begins where no other run would, so nothing is judged by it. */
  #isResumed = false;
  /** Whose function runs. */
  #running: Instance | undefined = undefined;
  /** Where regions were entered, for each CPU, by address: where one region is left, another often begins. */
  readonly #links: (Link | undefined)[][];
  hot: number = TUNING.hot;
  /** Ticks to wait for each instruction translated. */
  patience: number = TUNING.patience;
  #translatedAt: number = WIDE;
  /** Works out the flag words; here before any region is. */
  #settle: Settle | undefined = undefined;
  #wait = 0;
  /** Of all regions together. */
  #runs = 0;
  regions = 0;
  sourceBytes = 0;

  constructor(socket: Socket, compiler: Compiler) {
    this.#socket = socket;
    this.#compiler = compiler;
    this.#translatedAt = 0;
    this.#links = socket.cpus.map(() => Array.from({ length: LINKS }, (): undefined => undefined));
    this.#compile(SETTLE_PARAMETERS, settleSource(), (make) => void (this.#settle = make(overflows) as Settle));
  }

  #compile(parameters: readonly string[], source: string, done: (make: (...values: unknown[]) => unknown) => void): void {
    assert(HARMLESS.test(source), 'translated code holds only numbers and operators');
    this.#compiler.compile(parameters, source, done);
  }

  get #cpu(): Cpu {
    return this.#socket.running;
  }

  /** The page of code at an address, if it is known and running there would change nothing: no walk sets a bit. */
  #page(lo: number, hi: number, user: boolean): CodePage | undefined {
    const cpu = this.#cpu, page = lo & -4096, t = cpu.mmu.tlbs[EXEC + (user ? 3 : 0)], k = (page >>> 10) & 0x3ffc;
    const physical = t[k] === page && t[k + 1] === hi ? (t[k + 2] + page) | 0 : cpu.mmu.executable(page, hi, user);
    return physical < 0 || physical >= cpu.ram.bytes.length ? undefined : cpu.code.known(page, hi, physical >>> PAGE_SHIFT);
  }

  /** Where a branch to an address found at run time, or a change of ring, went: here. */
  note({ targets }: Block): void {
    const { s } = this.#cpu, lo = s[RIP], hi = s[RIP + 1], user = s[CPL] === 3;
    for (let n = 0; n < targets.length; n++) if (targets[n].lo === lo && targets[n].hi === hi && targets[n].user === user) return;
    if (targets.length < TUNING.mostTargets) targets.push({ lo, hi, user });
  }

  /** A block has become hot. */
  request(block: Block): void {
    if (this.#settle === undefined || this.#isTooSoon) return;
    const user = this.#cpu.s[CPL] === 3;
    if (block.heat < this.hot * TUNING.larger) {
      block.reach ??= reach(block, user, this.#find(block, 0));
      if (block.reach < TUNING.alone) return;
    }
    block.asked = true;
    this.#make(block, user, TUNING.first, 0);
  }

  /** What was just translated must have time to pay before more is. */
  get #isTooSoon(): boolean {
    return Math.abs(this.#cpu.tick - this.#translatedAt) < this.#wait;
  }

  /**
   * Code that a region may be made of. Where another region can be entered, that one goes on: code is compiled once. But a region that is
   * made again takes short ones in, or, where they have turned out to go on in each other all the time, all.
   */
  #find(head: Block, alone: number): Finder {
    return ({ lo, hi, user }) => {
      const page = this.#page(lo, hi, user), block = page?.blocks[lo & 4095];
      if (!page || !block) return undefined;
      const other = block === head ? undefined : block.entry;
      const goesOn = other !== undefined && other.user === user && other.translated.head !== head && other.translated.region.instructions >= alone;
      return goesOn ? undefined : { page, block };
    };
  }

  #make(block: Block, user: boolean, most: number, alone: number): void {
    this.#translatedAt = this.#cpu.tick;
    this.#wait = 0;
    const cpu = this.#cpu;
    const region = translate(block, user, this.#find(block, alone), { bytesPerQuarter: cpu.costs.repBytesPerQuarter, noted: cpu.code.noted }, most);
    block.attempts++;
    if (!region) return;
    this.#wait = region.instructions * this.patience;
    this.#compile(PARAMETERS, region.source, (make) => this.#install(region, block, make));
  }

  #install(region: Region, head: Block, make: (...values: unknown[]) => unknown): void {
    const { ram, notes } = this.#socket, exits = [{ instructions: 0, cost: 0, lo: 0, hi: 0, told: false }, ...region.exits];
    // No canonical address has such a high word.
    const keys = new Int32Array(256), high = new Int32Array(256).fill(0x7fff_ffff), entries = new Int16Array(256);
    region.entries.forEach(({ lo, hi, user }, number) => {
      const h = (lo ^ (lo >>> 8)) & 255;
      keys[h] = lo;
      high[h] = ringed(hi, user);
      entries[h] = number;
    });
    const byExit = (value: (exit: Exit) => number): Int32Array => Int32Array.from(exits, value);
    const words = [byExit(({ instructions }) => instructions), byExit(({ cost }) => cost), byExit(({ lo }) => lo), byExit(({ hi }) => hi), keys, high,
      entries];
    const call = (number: number): boolean => this.#call(region.calls[number]);
    const probe = (number: number): boolean => this.#probe(region.calls[number]);
    const instance = (cpu: Cpu): Instance['run'] => {
      const { s, f64, f32, mmu: { tlbs } } = cpu, body = (number: number): void => region.bodies[number].body(cpu, region.bodies[number]);
      const holds = (cc: number, kind: number, xl: number, xh: number, yl: number, yh: number): boolean =>
        condition(settled(this.#settle!, s, kind, xl, xh, yl, yh), cc);
      const flags = (kind: number, xl: number, xh: number, yl: number, yh: number): number => readFlags(settled(this.#settle!, s, kind, xl, xh, yl, yh));
      const load = (value: number): void => {
        writeFlags(s, value);
        // They stand for themselves: no recipe of a region before does.
        s[RECIPE_KIND] = 0;
      };
      const tables = (): void => cpu.useTables();
      return make(s, this.#counters, ram.view, ram.bytes, tlbs[READ], tlbs[WRITE], tlbs[3 + READ], tlbs[3 + WRITE], ...words, holds, call, f64, f32,
        isExact, body, probe, overflows, notes.words, flags, load, tables) as Instance['run'];
    };
    const translated: Translated = { region, head, on: [], instance, budget: TUNING.newBudget, runs: 0, instructions: 0, since: this.#runs };
    this.regions++;
    this.sourceBytes += region.source.length;
    region.entries.forEach(({ lo, hi, user }, number) => {
      const { page } = region.pages.find((one) => one.page.lo === (lo & -4096) && one.page.hi === hi && one.user === user)!, block = page.blocks[lo & 4095];
      // An entry of another region is replaced only by the region made for this very block.
      if (block && (number === 0 || !block.entry || block.entry.translated.head === head)) block.entry = { translated, number, user };
    });
    this.#unlink();
  }

  /** Another region begins somewhere. */
  #unlink(): void {
    for (const links of this.#links) links.fill(undefined);
  }

  /** Are the region's pages still what it was made from? */
  #check(cpu: Cpu, instance: Instance): boolean {
    const { pages, isUpper } = instance.translated.region, epoch = isUpper ? cpu.upperEpoch : cpu.codeEpoch;
    // A page that comes back changes no epoch.
    if (instance.epoch === epoch && (instance.valid || ++instance.refused % TUNING.refusals !== 0)) return instance.valid;
    instance.epoch = epoch;
    instance.valid = false;
    for (let n = 0; n < pages.length; n++) if (!this.#stands(cpu, pages[n])) return false;
    instance.valid = true;
    return true;
  }

  /** Is that page still there? Many regions have pages in common, and each is looked for once in an epoch. */
  #stands(cpu: Cpu, { page, user }: RegionPage): boolean {
    if (!page.alive) return false;
    const mode = 2 * cpu.number + (user ? 1 : 0), epoch = page.hi < 0 ? cpu.upperEpoch : cpu.codeEpoch;
    if (page.found[mode] === epoch) return true;
    if (this.#page(page.lo, page.hi, user) !== page) return false;
    page.found[mode] = epoch;
    return true;
  }

  /**
   * After some runs: what is left soon is made again if by now more blocks have been seen, or if few regions take turns, which are made one
   * then; what stays bad is dropped.
   */
  #judge(block: Block, translated: Translated): void {
    const mean = translated.instructions / translated.runs, { head, region } = translated, { user } = region.entries[0];
    const turns = (this.#runs - translated.since) / translated.runs;
    // The next time, what it was until now counts as so many runs.
    const goOn = (runs: number): void => {
      translated.runs = runs;
      translated.instructions = mean * runs;
      translated.since = this.#runs - turns * runs;
    };
    goOn(TUNING.newRuns);
    if (mean >= TUNING.long) return;
    const alone = mean < TUNING.brief ? Infinity : TUNING.alone;
    if (turns <= TUNING.turns && head.attempts < TUNING.attempts && reach(head, user, this.#find(head, alone)) >= region.instructions * TUNING.grown) {
      if (this.#isTooSoon) goOn(TUNING.trial - TUNING.again);
      else this.#make(head, user, TUNING.mostInstructions, alone);
    } else if (mean < TUNING.worth) {
      block.entry = undefined;
      this.#unlink();
    }
  }

  /** Brings the CPU's counters up to where the region's are, plus what was counted for instructions that have not run yet. */
  #settleCounters(ticks: number, cycles: number): void {
    const cpu = this.#cpu;
    cpu.ticksLeft -= this.#ticks - ticks;
    cpu.cyclesLeft -= this.#cycles - cycles;
    this.#ticks = ticks;
    this.#cycles = cycles;
  }

  /** Does an instruction of the region that runs, whose state stands in the state array. @returns whether the region must be left. */
  #call(call: Call): boolean {
    const { block, n, length, leaves } = call, cpu = this.#cpu, { s } = cpu, counters = this.#counters, { insns, before } = block;
    this.#settleCounters(counters[0] + length, counters[1] + before[length]);
    if (s[RECIPE_KIND] !== 0) this.#settle!(s);
    cpu.beginBlock(block);
    cpu.done = n;
    cpu.leaveAt = block.length;
    const { cyclesLeft } = cpu;
    cpu.execute(insns[n].unprobed ?? insns[n]);
    cpu.inBlock = cpu.done = 0;
    if (cpu.hasFaulted) {
      cpu.hasFaulted = false;
      cpu.endBlock(block, n);
      if (call.faults && this.#resumes(counters[0])) {
        counters[8] = 1;
        return false;
      }
      this.#left = true;
      return true;
    }
    if (!leaves && cpu.attention >= 0) {
      // It may have cost more than its fixed price.
      this.#cycles -= cyclesLeft - cpu.cyclesLeft;
      if (this.#cycles >= 0) {
        counters[1] = this.#cycles - before[length];
        this.#timeNotes(cpu);
        return false;
      }
    }
    cpu.endBlock(block, n + 1);
    if (!leaves && this.#goesOn(call)) return false;
    this.#left = true;
    return true;
  }

  /** An instruction has asked for attention, or for more time than there was. Does the region go on behind it? */
  #goesOn({ block, n, length, crosses }: Call): boolean {
    const cpu = this.#cpu, { s } = cpu, counters = this.#counters, { insns, before } = block, { nextLo, nextHi } = insns[n];
    if (cpu.attention >= 0 || !this.#resumes(counters[0]) || (!crosses && (s[RIP] !== nextLo || s[RIP + 1] !== nextHi))) return false;
    // What comes behind it in the block was counted at its head.
    counters[0] -= length - n - 1;
    counters[1] -= before[length] - before[n + 1];
    return true;
  }

  /** What the last instruction asked for is done between it and the next. Can the region go on, for so many ticks? */
  #resumes(ticks: number): boolean {
    const cpu = this.#cpu, instance = this.#running!;
    return cpu.passes() && !cpu.checksAlignment && this.#check(cpu, instance) && this.#begin(cpu, instance, ticks);
  }

  /** Tells the probe before an instruction of the region that runs. @returns whether the region must be left: then the instruction is done. */
  #probe(call: Call): boolean {
    const cpu = this.#cpu, { s, code } = cpu, counters = this.#counters, { block, n, length } = call, { insns, before } = block, insn = insns[n];
    if (code.skipProbe) {
      code.skipProbe = false;
      counters[4] = heard(cpu);
      return false;
    }
    this.#settleCounters(counters[0] + length - n, counters[1] + before[length] - before[n]);
    if (s[RECIPE_KIND] !== 0) this.#settle!(s);
    s[RIP] = insn.lo;
    s[RIP + 1] = insn.hi;
    code.tellProbe(cpu, insn);
    counters[4] = heard(cpu);
    if (cpu.attention >= 0) return false;
    // Decoded code was dropped, perhaps.
    s[SHADOW] = 0;
    return this.#call({ ...call, leaves: true });
  }

  /** Tick and quarter cycles of a note are these, less the region's counters. */
  #timeNotes(cpu: Cpu): void {
    this.#counters[5] = cpu.tick + this.#ticks;
    this.#counters[6] = cpu.quarterCycles + this.#cycles;
  }

  /**
   * An access was not where it was expected. If it often is not, the instruction is translated otherwise, if there is another way; a table that is
   * only being filled is no reason. Whatever else began in the old region asks for another when it is hot.
   */
  #strayed(translated: Translated, { insn, access }: Exit): void {
    if (!insn || ++insn.strays < TUNING.strays) return;
    const { head, region } = translated, { strays, outside } = insn;
    insn.strays = insn.outside = 0;
    if (access === 'near') insn.alone = true;
    else if (access === 'odd' || outside * 2 >= strays) insn.called = true;
    else if (!mayFault(insn, insn.plain)) return;
    this.#forget(translated);
    this.#make(head, region.entries[0].user, TUNING.mostInstructions, TUNING.alone);
  }

  /** Nothing enters it any more. */
  #forget(translated: Translated): void {
    for (const { page: { alive, blocks } } of translated.region.pages) {
      if (!alive) continue;
      for (const block of blocks) {
        if (block?.entry?.translated !== translated) continue;
        block.entry = undefined;
        block.asked = false;
      }
    }
    this.#unlink();
  }

  /** The way into a block's region, if the region is what it was made from. */
  #link(cpu: Cpu, block: Block, { translated, number, user }: Entry): Link | undefined {
    const { region, on } = translated, { lo, hi } = block.insns[0];
    if (user !== (cpu.s[CPL] === 3) || cpu.checksAlignment) return undefined;
    const instance = on[cpu.number] ??= { translated, run: translated.instance(cpu), instructions: region.instructions, cost: region.cost, opens: region.opens,
      epoch: -1, valid: false, refused: 0 };
    if (!this.#check(cpu, instance)) return undefined;
    return this.#links[cpu.number][placeOf(lo)] = { block, lo, hi, ring: cpu.s[CPL], number, instance };
  }

  /** Sets the counters of a region that is to run for so many ticks. @returns whether there is time for it. */
  #begin(cpu: Cpu, instance: Instance, ticks: number): boolean {
    const counters = this.#counters, n = Math.min(cpu.ticksLeft + 1 - instance.instructions, ticks), c = cpu.cyclesLeft - instance.cost;
    if ((n | c) < 0) return false;
    counters[0] = this.#ticks = n;
    counters[1] = this.#cycles = c;
    counters[2] = instance.opens && cpu.port.pending() ? 1 : 0;
    counters[4] = cpu.code.skipProbe ? TOLD : heard(cpu);
    if (counters[4] !== UNHEARD) this.#timeNotes(cpu);
    return true;
  }

  /** Runs from a block's entry, and on from region to region until something is to be looked at. @returns false when nothing was done. */
  enter(block: Block, entry: Entry): boolean {
    const cpu = this.#cpu, { s } = cpu, counters = this.#counters, links = this.#links[cpu.number], from = cpu.ticksLeft;
    let link = this.#link(cpu, block, entry);
    counters[7] = headOf(0, cpu.number);
    for (let left = CHAIN; link !== undefined && left > 0; left--) {
      const { instance } = link, { translated } = instance, before = cpu.ticksLeft;
      if (!this.#begin(cpu, instance, translated.budget)) break;
      this.#left = false;
      this.#running = instance;
      instance.run(link.number);
      if (!this.#left) {
        this.#settleCounters(counters[0], counters[1]);
        // Left between STI and the instruction behind it.
        if (s[SHADOW] !== 0) cpu.attend();
        if (counters[3] !== 0) this.#leftBy(translated, counters[3]);
      }
      const { areFull } = this.#socket.notes;
      if (areFull) cpu.hooks.notes?.();
      const done = before - cpu.ticksLeft;
      if (!this.#isResumed) this.#count(link.block, translated, done);
      this.#isResumed = areFull;
      if (done === 0 || (cpu.ticksLeft | cpu.cyclesLeft | cpu.attention) < 0) break;
      const lo = s[RIP];
      link = links[placeOf(lo)];
      // That the block is what stands there now follows from the region's pages, which are checked.
      if (link === undefined || link.lo !== lo || link.hi !== s[RIP + 1] || link.ring !== s[CPL] || !this.#check(cpu, link.instance)) break;
    }
    if (s[RECIPE_KIND] !== 0) this.#settle!(s);
    return cpu.ticksLeft !== from;
  }

  /** A region was left by one of its exits. */
  #leftBy(translated: Translated, by: number): void {
    const exit = translated.region.exits[by - 1];
    // It comes next, whoever does it.
    if (exit.told) this.#socket.code.skipProbe = true;
    if (exit.insn) this.#strayed(translated, exit);
  }

  /** A region has run once more, and so many instructions. */
  #count(block: Block, translated: Translated, done: number): void {
    translated.instructions += done;
    this.#runs++;
    const runs = ++translated.runs;
    if (runs === TUNING.newRuns) translated.budget = TUNING.budget;
    else if (runs === TUNING.trial) this.#judge(block, translated);
  }
}
