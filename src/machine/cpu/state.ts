/**
 * Layout of a CPU's state: one Int32Array, its bank, with 64-bit values as lo/hi pairs, so that every engine works on the same
 * words and a snapshot is one copy. An operand is the index of its low word. A CPU is its bank: what is not here belongs to the
 * board, or is only a shorter way to what is here.
 */
/** General register r (encoding order) stands at 2r. */
export const RSP_SLOT = 8, RBP_SLOT = 10;
export const RIP = 32;
/** Always zero: the base or index of an address that has none. */
export const ZERO = 34;
/** A memory operand waits here while a handler works on it. */
export const MEM = 36;
/** A byte register of the second byte (ah ch dh bh) waits here. */
export const HIGH_A = 38, HIGH_B = 40;
/** High word of the last effective address, and of the last 64-bit load. */
export const EA_HI = 42, LOAD_HI = 43;
/**
 * Flags, each derived from one word, so that any combination can be stored and none costs a computation unless asked
 * for: CF is the word (0 or 1), OF its sign, AF bit 4, ZF "is zero", SF its sign, PF the parity of its low byte.
 */
export const CF = 44, OFW = 45, AFW = 46, ZFW = 47, SFW = 48, PFW = 49;
/** The other flags as they stand in RFLAGS: TF IF DF IOPL NT RF AC ID. */
export const FLAGS_REST = 50;
export const FS_BASE = 54, GS_BASE = 56, KERNEL_GS_BASE = 58, LSTAR = 60, STAR = 62, FMASK = 64, EFER = 66, CR0 = 68, CR2 = 70, CR3 = 72, CR4 = 74;
/** Where control registers stand, by number; CR8 is the local APIC's. */
export const CONTROL_REGISTERS: Readonly<Record<number, number>> = { 0: CR0, 2: CR2, 3: CR3, 4: CR4 };
export const CPL = 76, CS_SELECTOR = 77, SS_SELECTOR = 78, DS_SELECTOR = 79, ES_SELECTOR = 80, FS_SELECTOR = 81, GS_SELECTOR = 82, TR_SELECTOR = 83,
  LDTR_SELECTOR = 84;
export const TR_BASE = 86, TR_LIMIT = 88, GDTR_BASE = 90, GDTR_LIMIT = 92, IDTR_BASE = 94, IDTR_LIMIT = 96, TSC_AUX = 98, CSTAR = 100, PAT = 102, DR_BASE = 104;
/**
 * HALTED: 1 between HLT and the interrupt that wakes it.
 * SHADOW: not 0 while interrupts wait for one more instruction: 1 after sti, SHADOW_STACK after mov ss, where debug traps wait too.
 */
export const HALTED = 120, SHADOW = 121;
export const SHADOW_STACK = 2;
/** 1 when the instruction about to run began with TF set: a debug trap follows it. */
export const TRAP = 122;

/** XMM register r stands at XMM + 4r, four words. An operand of up to 128 bits in memory waits at XMM_MEM. */
export const XMM = 128, XMM_MEM = 192;
/** SSE control and status. SDM Vol. 1, "MXCSR Control and Status Register". */
export const MXCSR = 196;
/** x87 control and status words (TOP is in the latter), and a bit for each register that is not empty. */
export const FCW = 197, FSW = 198, FTW = 199;
/** Physical x87 register r stands at FPR + 4r: significand, then sign and exponent in the low 16 bits of the third word. MMX registers are the significands. */
export const FPR = 200;
/** Their values after power-on (as a boot loader leaves them) and FNINIT: everything masked, round to nearest. */
export const MXCSR_RESET = 0x1f80, FCW_INIT = 0x37f;
/**
 * Flags as translated code keeps them while it runs: a kind of operation (translate/recipe.ts) and its operands. Outside of it the kind
 * is 0, and the flag words above hold.
 */
export const RECIPE_KIND = 123, RECIPE_X = 124, RECIPE_Y = 126;

/** The immediate of the instruction that runs is put here first, so that it is an operand like a register. */
export const IMM = 240;
/** Waiting to be delivered at the next boundary: vector (-1 for none), error code (-1 for none), length of the INT instruction that asked for it (0 for
 * exceptions). */
export const PENDING_VECTOR = 242, PENDING_ERROR = 243, PENDING_SOFTWARE = 244;
/** 1 after a triple fault. */
export const SHUTDOWN = 245;
/** What other CPUs sent by the ICR and this one has not yet acted on (bits), and the vector that came with a start-up message. */
export const SIGNALS = 246, START_VECTOR = 247;
export const SIGNAL_INIT = 1, SIGNAL_START = 2, SIGNAL_NMI = 4;
/** 1 from INIT, or from power-on but for the boot CPU, until a start-up message comes. */
export const WAITING = 248;
/** 1 from the delivery of an NMI to the next IRET: no other is taken. */
export const NMI_MASKED = 249;

export const BANK_WORDS = 256;

/** The 64-bit value of a pair of words. */
export function address(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}
