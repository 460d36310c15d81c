/** Control transfer and the stack. SDM Vol. 1, "Procedure Calls, Interrupts, and Exceptions". */
import { GP, RFLAGS_AC, RFLAGS_DF, RFLAGS_ID, RFLAGS_IF, RFLAGS_IOPL, RFLAGS_NT, RFLAGS_RF, RFLAGS_TF, RFLAGS_VM } from '../../../isa/registers.ts';
import type { Cpu } from '../cpu.ts';
import { condition, parity, readFlags, writeFlags } from '../flags.ts';
import { effectiveAddress, store } from '../forms.ts';
import type { Exec, Insn } from '../insn.ts';
import { CF, CPL, EA_HI, FLAGS_REST, FS_BASE, GS_BASE, LOAD_HI, MEM, OFW, PFW, RBP_SLOT, RIP, RSP_SLOT, SFW, ZERO, ZFW } from '../state.ts';

function jump(s: Int32Array, i: Insn): void {
  s[RIP] = i.targetLo;
  s[RIP + 1] = i.targetHi;
}

/** Conditional jumps, by condition in encoding order. */
export const JCC: readonly Exec[] = [
  ({ s }, i) => { if (s[OFW] < 0) jump(s, i); },
  ({ s }, i) => { if (s[OFW] >= 0) jump(s, i); },
  ({ s }, i) => { if (s[CF] !== 0) jump(s, i); },
  ({ s }, i) => { if (s[CF] === 0) jump(s, i); },
  ({ s }, i) => { if (s[ZFW] === 0) jump(s, i); },
  ({ s }, i) => { if (s[ZFW] !== 0) jump(s, i); },
  ({ s }, i) => { if (s[CF] !== 0 || s[ZFW] === 0) jump(s, i); },
  ({ s }, i) => { if (s[CF] === 0 && s[ZFW] !== 0) jump(s, i); },
  ({ s }, i) => { if (s[SFW] < 0) jump(s, i); },
  ({ s }, i) => { if (s[SFW] >= 0) jump(s, i); },
  ({ s }, i) => { if (parity(s[PFW]) === 1) jump(s, i); },
  ({ s }, i) => { if (parity(s[PFW]) === 0) jump(s, i); },
  ({ s }, i) => { if ((s[SFW] ^ s[OFW]) < 0) jump(s, i); },
  ({ s }, i) => { if ((s[SFW] ^ s[OFW]) >= 0) jump(s, i); },
  ({ s }, i) => { if (s[ZFW] === 0 || (s[SFW] ^ s[OFW]) < 0) jump(s, i); },
  ({ s }, i) => { if (s[ZFW] !== 0 && (s[SFW] ^ s[OFW]) >= 0) jump(s, i); },
];

export const jmp: Exec = ({ s }, i) => jump(s, i);

/** Branches to an address found at run time check that it is canonical before anything changes. */
function goto(cpu: Cpu, lo: number, hi: number): void {
  if (hi >> 15 !== 0 && hi >> 15 !== -1) cpu.raise(GP, 0);
  cpu.s[RIP] = lo;
  cpu.s[RIP + 1] = hi;
}

export const jmpIndirect: Exec = (cpu, { a }) => goto(cpu, cpu.s[a], cpu.s[a + 1]);

export function push64(cpu: Cpu, lo: number, hi: number): void {
  const { s } = cpu;
  const spLo = (s[RSP_SLOT] - 8) | 0;
  const spHi = (s[RSP_SLOT + 1] - ((s[RSP_SLOT] >>> 0) < 8 ? 1 : 0)) | 0;
  cpu.store64(spLo, spHi, lo, hi);
  s[RSP_SLOT] = spLo;
  s[RSP_SLOT + 1] = spHi;
}

/** RSP + n, after a pop. */
export function drop(s: Int32Array, n: number): void {
  const lo = (s[RSP_SLOT] + n) | 0;
  if ((lo >>> 0) < (s[RSP_SLOT] >>> 0)) s[RSP_SLOT + 1]++;
  s[RSP_SLOT] = lo;
}

export const call: Exec = (cpu, i) => {
  push64(cpu, i.nextLo, i.nextHi);
  jump(cpu.s, i);
};

export const callIndirect: Exec = (cpu, i) => {
  const { s } = cpu;
  const lo = s[i.a], hi = s[i.a + 1];
  if (hi >> 15 !== 0 && hi >> 15 !== -1) {
    // The push comes first, but for RSP: where it faults, that fault is the one.
    const sp = s[RSP_SLOT];
    cpu.store64((sp - 8) | 0, (s[RSP_SLOT + 1] - (sp >>> 0 < 8 ? 1 : 0)) | 0, i.nextLo, i.nextHi);
    cpu.raise(GP, 0);
  }
  push64(cpu, i.nextLo, i.nextHi);
  s[RIP] = lo;
  s[RIP + 1] = hi;
};

export const ret: Exec = (cpu, i) => {
  const { s } = cpu;
  const lo = cpu.load64(s[RSP_SLOT], s[RSP_SLOT + 1]);
  goto(cpu, lo, s[LOAD_HI]);
  drop(s, 8 + i.targetLo);
};

/** The value pushed is read before RSP moves: PUSH RSP pushes the old value. */
export const push: Exec = (cpu, { a }) => push64(cpu, cpu.s[a], cpu.s[a + 1]);

export const push16: Exec = (cpu, { a }) => {
  const { s } = cpu;
  const spLo = (s[RSP_SLOT] - 2) | 0, spHi = (s[RSP_SLOT + 1] - ((s[RSP_SLOT] >>> 0) < 2 ? 1 : 0)) | 0;
  cpu.store16(spLo, spHi, s[a]);
  s[RSP_SLOT] = spLo;
  s[RSP_SLOT + 1] = spHi;
};

/** RSP moves before the value is written: POP RSP ends with the value popped. */
export const pop: Exec = (cpu, { a }) => {
  const { s } = cpu;
  const lo = cpu.load64(s[RSP_SLOT], s[RSP_SLOT + 1]), hi = s[LOAD_HI];
  drop(s, 8);
  s[a] = lo;
  s[a + 1] = hi;
};

export const pop16: Exec = (cpu, { a }) => {
  const { s } = cpu;
  const value = cpu.load16(s[RSP_SLOT], s[RSP_SLOT + 1]);
  drop(s, 2);
  s[a] = (s[a] & ~0xffff) | value;
};

/** POP to memory computes its address with RSP already moved. SDM Vol. 2B, "POP". */
export const popMemory: Exec = (cpu, i) => {
  const { s } = cpu;
  const oldLo = s[RSP_SLOT], oldHi = s[RSP_SLOT + 1];
  const bits = i.size;
  s[MEM] = bits === 64 ? cpu.load64(oldLo, oldHi) : cpu.load16(oldLo, oldHi);
  s[MEM + 1] = s[LOAD_HI];
  drop(s, bits >> 3);
  const lo = effectiveAddress(s, i), hi = s[EA_HI];
  const newLo = s[RSP_SLOT], newHi = s[RSP_SLOT + 1];
  // If the store faults, RSP must be as it was.
  s[RSP_SLOT] = oldLo;
  s[RSP_SLOT + 1] = oldHi;
  store(cpu, lo, hi, bits, s[MEM], s[MEM + 1]);
  s[RSP_SLOT] = newLo;
  s[RSP_SLOT + 1] = newHi;
};

export const leave: Exec = (cpu) => {
  const { s } = cpu;
  const lo = cpu.load64(s[RBP_SLOT], s[RBP_SLOT + 1]), hi = s[LOAD_HI];
  s[RSP_SLOT] = s[RBP_SLOT];
  s[RSP_SLOT + 1] = s[RBP_SLOT + 1];
  drop(s, 8);
  s[RBP_SLOT] = lo;
  s[RBP_SLOT + 1] = hi;
};

/** With an operand size of 16 only BP is loaded. */
export const leave16: Exec = (cpu) => {
  const { s } = cpu;
  const value = cpu.load16(s[RBP_SLOT], s[RBP_SLOT + 1]);
  s[RSP_SLOT] = s[RBP_SLOT];
  s[RSP_SLOT + 1] = s[RBP_SLOT + 1];
  drop(s, 2);
  s[RBP_SLOT] = (s[RBP_SLOT] & ~0xffff) | value;
};

/**
 * A frame of i.targetLo bytes at nesting level i.targetHi: a level above 0 copies the enclosing frames' pointers. SDM Vol. 2A,
 * "ENTER". RSP and RBP change last, so that a fault leaves them.
 */
const makeFrame = (bytes: 2 | 8): Exec => (cpu, i) => {
  const { s } = cpu;
  const below = (lo: number, hi: number, by: number): [number, number] => [(lo - by) | 0, (hi - (lo >>> 0 < by ? 1 : 0)) | 0];
  const put = (at: [number, number], lo: number, hi: number): void => (bytes === 8 ? cpu.store64(...at, lo, hi) : cpu.store16(...at, lo));
  let sp = below(s[RSP_SLOT], s[RSP_SLOT + 1], bytes), from: [number, number] = [s[RBP_SLOT], s[RBP_SLOT + 1]];
  put(sp, s[RBP_SLOT], s[RBP_SLOT + 1]);
  const frame = sp;
  for (let level = 1; level < i.targetHi; level++) {
    from = below(...from, bytes);
    const lo = bytes === 8 ? cpu.load64(...from) : cpu.load16(...from), hi = s[LOAD_HI];
    sp = below(...sp, bytes);
    put(sp, lo, hi);
  }
  if (i.targetHi > 0) {
    sp = below(...sp, bytes);
    put(sp, ...frame);
  }
  const end = below(...sp, i.targetLo);
  // Intel's processors look at where the next push would go.
  cpu.mustAlign(...end, bytes);
  [s[RSP_SLOT], s[RSP_SLOT + 1]] = end;
  if (bytes === 2) s[RBP_SLOT] = (s[RBP_SLOT] & ~0xffff) | (frame[0] & 0xffff);
  else [s[RBP_SLOT], s[RBP_SLOT + 1]] = frame;
};
export const enter = makeFrame(8);
export const enter16 = makeFrame(2);

export const pushf: Exec = (cpu) => push64(cpu, readFlags(cpu.s) & ~(RFLAGS_RF | RFLAGS_VM), 0);

export const pushf16: Exec = (cpu) => {
  const { s } = cpu;
  const spLo = (s[RSP_SLOT] - 2) | 0, spHi = (s[RSP_SLOT + 1] - ((s[RSP_SLOT] >>> 0) < 2 ? 1 : 0)) | 0;
  cpu.store16(spLo, spHi, readFlags(s));
  s[RSP_SLOT] = spLo;
  s[RSP_SLOT + 1] = spHi;
};

const POPF_ALWAYS = RFLAGS_TF | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID | 0x8d5;

/** IOPL changes only at CPL 0, IF only when CPL <= IOPL. SDM Vol. 2B, "POPF". */
export const popf: Exec = (cpu, i) => {
  const { s } = cpu;
  const value = i.size === 16 ? cpu.load16(s[RSP_SLOT], s[RSP_SLOT + 1]) : cpu.load64(s[RSP_SLOT], s[RSP_SLOT + 1]);
  drop(s, i.size >> 3);
  const iopl = (s[FLAGS_REST] & RFLAGS_IOPL) >> 12;
  const mask = (i.size === 16 ? 0xffff : -1) & (POPF_ALWAYS | (s[CPL] === 0 ? RFLAGS_IOPL : 0) | (s[CPL] <= iopl ? RFLAGS_IF : 0));
  writeFlags(s, (readFlags(s) & ~mask & ~RFLAGS_RF) | (value & mask));
  cpu.flagsLoaded();
};

/** Takes one off RCX, or off ECX with 32-bit addresses (i.size). */
const decrement = (s: Int32Array, i: Insn): boolean => {
  const lo = (s[2] - 1) | 0;
  if (i.size === 32) s[3] = 0;
  else if (s[2] === 0) s[3]--;
  s[2] = lo;
  return (s[2] | s[3]) !== 0;
};
export const loop: Exec = ({ s }, i) => { if (decrement(s, i)) jump(s, i); };
export const loope: Exec = ({ s }, i) => { if (decrement(s, i) && condition(s, 4)) jump(s, i); };
export const loopne: Exec = ({ s }, i) => { if (decrement(s, i) && condition(s, 5)) jump(s, i); };
export const jrcxz: Exec = ({ s }, i) => { if (s[2] === 0 && (i.size === 32 || s[3] === 0)) jump(s, i); };

/** AL = the byte at RBX + AL. SDM Vol. 2B, "XLAT/XLATB". */
export const xlat: Exec = (cpu, { decoded: { segment, addressSize } }) => {
  const { s } = cpu, base = segment === 4 ? FS_BASE : segment === 5 ? GS_BASE : ZERO, offset = (s[6] + (s[0] & 0xff)) | 0;
  const offsetHi = addressSize === 32 ? 0 : (s[7] + (offset >>> 0 < s[6] >>> 0 ? 1 : 0)) | 0, lo = (offset + s[base]) | 0;
  const value = cpu.load8(lo, (offsetHi + s[base + 1] + (lo >>> 0 < offset >>> 0 ? 1 : 0)) | 0);
  s[0] = (s[0] & ~0xff) | value;
};
