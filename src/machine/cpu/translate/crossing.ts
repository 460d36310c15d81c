/**
 * SYSCALL and SYSRET in translated code, where nothing is out of the ordinary. Everything else (single steps, alignment checks, an
 * interrupt that waits for IF, whoever must be told at once) is the reference interpreter's.
 */
import { EFER_SCE, RFLAGS_AC, RFLAGS_IF, RFLAGS_RF, RFLAGS_TF } from '../../../isa/registers.ts';
import type { Insn } from '../insn.ts';
import { BY_SYSCALL, BY_SYSRET } from '../notes.ts';
import { CPL, CS_SELECTOR, EFER, FMASK, LSTAR, SS_SELECTOR, STAR } from '../state.ts';

const RCX = 1, R11 = 11;
/** What SYSRET loads of R11. */
const LOADED = 0x3c7fd7;

export interface Crossing {
  /** General registers that it uses, and those that it writes, by encoding number. */
  readonly used: readonly number[];
  readonly written: readonly number[];
  /** When it is ordinary. */
  readonly condition: string;
  /** What it does; `pl` and `ph` are where it goes. */
  readonly code: string;
  /** The change of ring that is told, when it is one. */
  readonly from: string;
  readonly to: number;
  readonly by: number;
}

const isOn = `(S[${EFER}] & ${EFER_SCE}) !== 0`;

/** N gives the flags as they stand, M loads them, T looks for the tables of the ring. */
export function crossing({ decoded: { row: { mnemonic } }, nextLo, nextHi }: Insn): Crossing | undefined {
  if (mnemonic === 'syscall') {
    return { used: [RCX, R11], written: [RCX, R11], from: 'ring', to: 0, by: BY_SYSCALL, condition: isOn,
      code: `const ring = S[${CPL}]; r11l = N(fk, fxl, fxh, fyl, fyh) & ${~RFLAGS_RF}; r11h = 0; fk = 0; r1l = ${nextLo}; r1h = ${nextHi}; ` +
        `M(r11l & ~S[${FMASK}]); S[${CS_SELECTOR}] = S[${STAR + 1}] & 0xfffc; S[${SS_SELECTOR}] = S[${CS_SELECTOR}] + 8; S[${CPL}] = 0; T(); ` +
        `pl = S[${LSTAR}]; ph = S[${LSTAR + 1}];` };
  }
  if (mnemonic !== 'sysretq') return undefined;
  return { used: [RCX, R11], written: [], from: '0', to: 3, by: BY_SYSRET,
    condition: `${isOn} && S[${CPL}] === 0 && (r1h >> 15 === 0 || r1h >> 15 === -1) && (r11l & ${RFLAGS_TF | RFLAGS_AC}) === 0 && ` +
      `((r11l & ${RFLAGS_IF}) === 0 || K[2] === 0)`,
    code: `M(r11l & ${LOADED}); fk = 0; S[${CS_SELECTOR}] = ((S[${STAR + 1}] >>> 16) + 16) | 3; S[${SS_SELECTOR}] = ((S[${STAR + 1}] >>> 16) + 8) | 3; ` +
      `S[${CPL}] = 3; T(); pl = r1l; ph = r1h;` };
}
