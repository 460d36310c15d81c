/**
 * One CPU: over its time (time.ts) and its way to memory (memory.ts) the loop of the reference interpreter, and what happens between two
 * instructions. What instructions do stands in ops/, event delivery in deliver.ts, how bytes become `Insn` objects in bind.ts, and where
 * they are kept in code.ts.
 *
 * Before each block the loop looks at one word: negative when the tick limit is reached, a device deadline has passed, or
 * something asked for attention. Only then `boundary` asks which.
 */
import { assert } from '../../base/assert.ts';
import { DB, NMI, PF, RFLAGS_IF, RFLAGS_RF, RFLAGS_TF } from '../../isa/registers.ts';
import type { InterruptPort } from './bus.ts';
import { NO_PAGE, type CodePage } from './code.ts';
import { deliverPending, deliverInterrupt } from './deliver.ts';
import type { Block, Insn } from './insn.ts';
import { CpuMemory } from './memory.ts';
import type { Socket } from './socket.ts';
import { initialize, start } from './start.ts';
import * as S from './state.ts';
import { FLAGS_REST, HALTED, IMM, NMI_MASKED, PENDING_VECTOR, RIP, SHADOW, SHUTDOWN, SIGNALS, TRAP, WAITING } from './state.ts';
import { FAULT, PARTIAL, RESTART, STOP } from './thrown.ts';
import { beWary } from './wary.ts';

/** `turn`: another CPU goes on. */
export type CpuStop = 'limit' | 'idle' | 'shutdown' | 'stopped' | 'turn';

/** Blocks run in one call of the inner loop, so that the JavaScript engine optimizes it as a function and not in mid-flight. */
const BURST = 10_000;
const DR6_SLOT = S.DR_BASE + 12, DR6_BS = 0x4000;

export class Cpu extends CpuMemory {
  #stop: CpuStop | undefined = undefined;
  #skipInstructionHook = false;
  /** What the last look between two instructions took away for the one behind it, and at which tick. */
  #enteredAt = -1;
  #resumeFlag = 0;
  #shadow = 0;

  /** All but the first wait for a start-up message. */
  constructor(socket: Socket, number: number, port: InterruptPort) {
    super(socket, number, port);
    initialize(this.s);
    this.s[WAITING] = number === 0 ? 0 : 1;
  }

  /** After RAM changed behind the CPU's back: drops all translations. */
  forget(): void {
    this.mmu.flush();
    this.#skipInstructionHook = false;
    this.useTables();
    this.attend();
  }

  // ------------------------------------------------------------------------------------------- the loop

  /**
   * Runs until `untilTick` is reached or something stops it. Deterministic: where it stops between boundaries never
   * changes what happens. `isNext`: the turn has come to it within a run, and what was asked of that still holds.
   */
  run(untilTick: number, isNext = false): CpuStop {
    const now = this.tick;
    // The text costs more than a turn may.
    if (untilTick < now) assert(false, `run to tick ${untilTick} from ${now}`);
    if (!isNext) this.socket.stopRequested = false;
    for (let from = now; ; ) {
      // Ticks are counted down in 32 bits, a billion at a time.
      const until = Math.min(untilTick, from + 0x3fff_ffff);
      this.tickLimit = until;
      this.ticksLeft = until - from - 1;
      this.rearm();
      this.attend();
      const stop = this.#runSlice();
      if (stop !== 'limit' || until === untilTick) return stop;
      from = until;
    }
  }

  #runSlice(): CpuStop {
    const { s } = this;
    for (;;) {
      try {
        for (;;) {
          if (this.#burst()) return this.#stop!;
        }
      } catch (thrown) {
        if (thrown === FAULT && this.faultVector === PF && this.inBlock && !this.block.isLent) beWary(this, this.block.insns[this.done]);
        this.#leaveBlock();
        if (thrown === STOP) {
          this.#notEntered();
          return 'stopped';
        }
        if (thrown === PARTIAL) {
          // An interrupt that comes now has RF in its frame.
          s[FLAGS_REST] |= RFLAGS_RF;
          this.#spend(0);
          this.attend();
        } else if (thrown === FAULT) {
          this.faulted(this.faultVector, this.faultHasError ? this.faultError : -1);
        } else if (thrown !== RESTART) throw thrown;
      }
    }
  }

  /** Runs blocks, and translations of them where there are. @returns whether the run ends here. */
  #burst(): boolean {
    const { s, code } = this;
    const translator = this.engine === 'translated' && !this.recordSubSteps ? this.translator : undefined, hot = translator?.hot ?? 0;
    // The block that has just gone elsewhere, and whether it did so by the delivery of an event.
    let page = NO_PAGE, table = this.execTable, epoch = this.codeEpoch, from: Block | undefined = undefined, isDelivered = false;
    for (let left = BURST; left > 0; left--) {
      if ((this.ticksLeft | this.cyclesLeft | this.attention) < 0) {
        if (this.between()) return true;
        page = NO_PAGE;
        if (!isDelivered) from = undefined;
      }
      const lo = s[RIP];
      if ((lo & -4096) !== page.lo || s[RIP + 1] !== page.hi || this.execTable !== table) {
        page = this.codePage();
        table = this.execTable;
        epoch = this.codeEpoch;
      }
      const known = page.blocks[lo & 4095];
      if (known === undefined) {
        from = undefined;
        if (this.runNew(page)) continue;
      }
      const block = known ?? code.build(this, page, lo & 4095);
      if (translator !== undefined && this.attention >= 0) {
        if (from !== undefined) {
          translator.note(from);
          from = undefined;
          isDelivered = false;
        }
        const { entry } = block;
        if (entry !== undefined) {
          if (translator.enter(block, entry)) {
            // What asked for attention in there has had it; but the page may be another by now.
            if (this.codeEpoch !== epoch) page = NO_PAGE;
            continue;
          }
        } else if (++block.heat >= hot && !block.asked) translator.request(block);
        if (block.isDynamic) {
          from = block;
          ({ isDelivered } = block);
        }
      }
      const { insns, length } = block;
      this.leaveAt = ((this.cyclesLeft - block.cost) | (this.ticksLeft - length + 1) | this.attention) < 0 ? this.part(block) : length;
      this.beginBlock(block);
      let done = 0;
      do {
        const i = insns[done], { exec } = i;
        s[IMM] = i.immLo;
        s[IMM + 1] = i.immHi;
        exec(this, i);
        this.done = ++done;
        // Unrolled once.
        if (done >= this.leaveAt) break;
        const j = insns[done], { exec: next } = j;
        s[IMM] = j.immLo;
        s[IMM + 1] = j.immHi;
        next(this, j);
        this.done = ++done;
      } while (done < this.leaveAt);
      if (this.hasFaulted) {
        this.hasFaulted = false;
        done--;
        from = block;
        isDelivered = true;
      }
      this.endBlock(block, done);
    }
    return false;
  }

  /** Runs instructions that run for the first time, up to one that does not. @returns whether there was one. */
  runNew(page: CodePage): boolean {
    const { s, code, execTable } = this;
    for (let count = 0; ; count++) {
      const lo = s[RIP];
      if ((lo & -4096) !== page.lo || s[RIP + 1] !== page.hi || this.execTable !== execTable) return count > 0;
      const block = code.once(page, lo & 4095);
      if (block === undefined) return count > 0;
      this.leaveAt = 1;
      this.beginBlock(block);
      this.execute(block.insns[0]);
      this.endBlock(block, 1);
      if ((this.ticksLeft | this.cyclesLeft | this.attention) < 0) return true;
    }
  }

  /** Does one instruction of the block that runs. */
  execute(insn: Insn): void {
    const { s } = this;
    s[IMM] = insn.immLo;
    s[IMM + 1] = insn.immHi;
    insn.exec(this, insn);
  }

  /** While a block runs, RIP is where it ends. */
  beginBlock(block: Block): void {
    const { s } = this;
    this.block = block;
    s[RIP] = block.endLo;
    s[RIP + 1] = block.endHi;
    this.inBlock = 1;
  }

  /** So many instructions of the block are done: counters and RIP say so. */
  endBlock(block: Block, done: number): void {
    this.inBlock = 0;
    this.done = 0;
    this.ticksLeft -= done;
    this.cyclesLeft -= block.before[done];
    if (done >= block.length) return;
    const { s } = this, { lo, hi } = block.insns[done];
    s[RIP] = lo;
    s[RIP + 1] = hi;
  }

  /** How much of a block may run: to the limit, to the first boundary past a deadline, or one instruction when all are watched. */
  part(block: Block): number {
    if (this.attention < 0) return 1;
    let count = Math.min(block.length, this.ticksLeft + 1);
    for (let n = 1; n < count; n++) if (block.before[n] > this.cyclesLeft) count = n;
    return count;
  }

  /** Something was thrown: the instructions before are done, and RIP is the instruction's own. */
  #leaveBlock(): void {
    if (this.inBlock) this.endBlock(this.block, this.done);
  }

  /** Between two ticks: does the instruction at RIP come next, with nothing delivered or due before it? */
  get comesNext(): boolean {
    const { s, port } = this;
    return (s[SHUTDOWN] | s[SIGNALS] | s[TRAP]) === 0 && s[PENDING_VECTOR] < 0 && !this.isAsleep && s[HALTED] === 0 && this.cyclesLeft >= 0 &&
      (s[SHADOW] !== 0 || (s[FLAGS_REST] & RFLAGS_IF) === 0 || !port.pending()) && this.mmu.look(s[RIP], s[RIP + 1]) >= 0;
  }

  /** What happens between two instructions. @returns whether the run ends here. */
  between(): boolean {
    this.#stop = this.#boundary();
    return this.#stop !== undefined;
  }

  /**
   * The same in the midst of translated code, if nothing is to be looked at but what the last instruction asked for. Otherwise nothing has changed.
   * @returns whether an instruction comes at once.
   */
  passes(): boolean {
    const { s, socket, port } = this, flags = s[FLAGS_REST];
    if ((this.ticksLeft | this.cyclesLeft) < 0 || socket.cpus.length > 1 || socket.stopRequested || this.hooks.instruction || flags & RFLAGS_TF ||
      (s[SIGNALS] | s[SHADOW] | s[TRAP] | s[HALTED] | s[SHUTDOWN]) !== 0 || (flags & RFLAGS_IF && port.pending())) return false;
    this.attention = 0;
    if (s[PENDING_VECTOR] >= 0) {
      this.#spend(deliverPending(this));
      if (s[PENDING_VECTOR] >= 0 || (this.ticksLeft | this.cyclesLeft | this.attention) < 0) return !this.between();
    }
    return this.#enter(0) === undefined;
  }

  /** Everything that can happen between two instructions, in the order of SDM Vol. 3A, "Priority Among Concurrent Events". */
  #boundary(): CpuStop | undefined {
    const { s, port, socket } = this;
    for (;;) {
      if (s[SHUTDOWN]) return 'shutdown';
      // What a halted CPU waits for belongs to the tick after HLT.
      if (s[HALTED] && s[TRAP] === 0 && s[PENDING_VECTOR] < 0 && this.cyclesLeft < 0) this.runDue();
      if (socket.isOver(this) && socket.next() !== this) return 'turn';
      if (this.ticksLeft < 0) return 'limit';
      if (socket.stopRequested) return 'stopped';
      this.attention = 0;
      if (s[SIGNALS] & (S.SIGNAL_INIT | S.SIGNAL_START)) {
        if (this.#look()) return 'stopped';
        start(this);
        this.#spend(this.costs.eventRing0);
        continue;
      }
      // After loading SS the trap waits too, for the next instruction has its own.
      if (s[TRAP] && s[SHADOW] === S.SHADOW_STACK) s[TRAP] = 0;
      // INT enters its handler without TF, and nothing traps in between.
      if (s[PENDING_VECTOR] >= 0) s[TRAP] = 0;
      if (s[TRAP]) {
        s[TRAP] = 0;
        s[DR6_SLOT] |= DR6_BS;
        this.setPending(DB, -1, 0);
      }
      if (s[PENDING_VECTOR] >= 0) {
        if (this.#look()) return 'stopped';
        this.#spend(deliverPending(this));
        continue;
      }
      if (this.cyclesLeft < 0) this.runDue();
      if (s[SHADOW] && !s[HALTED]) {
        // One more instruction, then look again.
        const shadow = s[SHADOW];
        s[SHADOW] = 0;
        return this.#enter(shadow);
      }
      if (s[SIGNALS] & S.SIGNAL_NMI && !s[NMI_MASKED]) {
        if (this.#look()) return 'stopped';
        s[SIGNALS] &= ~S.SIGNAL_NMI;
        s[NMI_MASKED] = 1;
        s[HALTED] = 0;
        this.#spend(deliverInterrupt(this, NMI));
        continue;
      }
      if (s[FLAGS_REST] & RFLAGS_IF && port.pending()) {
        if (this.#look()) return 'stopped';
        s[HALTED] = 0;
        this.#spend(deliverInterrupt(this, port.acknowledge()));
        continue;
      }
      if (!this.isAsleep) return this.#enter(0);
      this.attention = -1;
      return 'idle';
    }
  }

  /** An instruction comes next. @param shadow if it runs in one: after it, look at everything again. */
  #enter(shadow: number): CpuStop | undefined {
    const { s, hooks } = this;
    if (this.#look()) {
      s[SHADOW] = shadow;
      return 'stopped';
    }
    this.#enteredAt = this.tick;
    this.#resumeFlag = s[FLAGS_REST] & RFLAGS_RF;
    this.#shadow = shadow;
    // RF holds for one instruction. If this one faults, the frame has it again. SDM Vol. 3B, "Resume Flag".
    s[FLAGS_REST] &= ~RFLAGS_RF;
    if (s[FLAGS_REST] & RFLAGS_TF) s[TRAP] = 1;
    // What came due just now may have asked for a stop: after this instruction.
    this.attention = shadow || hooks.instruction || s[TRAP] || this.socket.stopRequested ? -1 : 0;
    return undefined;
  }

  /** The instruction that comes next was stopped at: the state is again that of this tick, before it. */
  #notEntered(): void {
    if (this.tick !== this.#enteredAt) return;
    const { s } = this;
    s[FLAGS_REST] |= this.#resumeFlag;
    s[SHADOW] = this.#shadow;
    s[TRAP] = 0;
    this.attend();
  }

  /** Tells the hook of this tick, once. @returns whether it wants to stop here. */
  #look(): boolean {
    const { hooks } = this;
    const isNew = hooks.instruction && !this.#skipInstructionHook;
    this.#skipInstructionHook = false;
    if (isNew) hooks.instruction?.(this.number);
    return isNew === true && (this.#skipInstructionHook = this.socket.stopRequested);
  }

  #spend(quarterCycles: number): void {
    // How many instructions there were is not in the notes.
    this.hooks.notes?.();
    this.ticksLeft--;
    this.socket.extraTicks++;
    this.charge(quarterCycles);
  }

  /** Sleeps until then, and lets happen what is due. */
  skipTo(cycles: number): void {
    this.notBefore(cycles);
    this.runDue();
  }

  runDue(): void {
    this.bus.runUntil(this.quarterCycles, this.number);
    this.rearm();
  }

  /** Ends this REP after a part of it: a tick, and RIP stays. */
  endPartialRep(): never {
    throw PARTIAL;
  }

  /** Sub-steps of another event follow. */
  beginSubSteps(title: string): void {
    this.socket.subSteps = [];
    this.socket.subStepTitle = title;
  }

  /** Records a sub-step of the event being carried out; free unless someone looks. */
  subStep(text: string, target?: string, before?: bigint, after?: bigint): void {
    if (this.recordSubSteps) this.socket.subSteps.push(target === undefined ? { text } : { text, target, before: before ?? 0n, after: after ?? 0n });
  }

}
