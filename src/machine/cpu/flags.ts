/** RFLAGS from and to the flag words of state.ts. SDM Vol. 1, "EFLAGS Register". */
import { RFLAGS_AF, RFLAGS_CF, RFLAGS_FIXED, RFLAGS_OF, RFLAGS_PF, RFLAGS_SF, RFLAGS_ZF } from '../../isa/registers.ts';
import { AFW, CF, FLAGS_REST, OFW, PFW, SFW, ZFW } from './state.ts';

const STATUS = RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF;

/** 1 when the low byte has an even number of ones. */
export function parity(word: number): number {
  let x = word & 0xff;
  x ^= x >> 4;
  return (0x9669 >> (x & 15)) & 1;
}

/** The low 32 bits of RFLAGS; the high ones are always zero. */
export function readFlags(s: Int32Array): number {
  return s[FLAGS_REST]! | RFLAGS_FIXED | s[CF]! | (parity(s[PFW]!) << 2) | (s[AFW]! & RFLAGS_AF) | (s[ZFW] === 0 ? RFLAGS_ZF : 0) |
    (s[SFW]! < 0 ? RFLAGS_SF : 0) | (s[OFW]! < 0 ? RFLAGS_OF : 0);
}

export function writeFlags(s: Int32Array, flags: number): void {
  writeStatus(s, flags);
  s[FLAGS_REST] = flags & ~STATUS & ~RFLAGS_FIXED;
}

/** The six status flags only. */
export function writeStatus(s: Int32Array, flags: number): void {
  s[CF] = flags & RFLAGS_CF;
  s[PFW] = flags & RFLAGS_PF ? 0 : 1;
  s[AFW] = flags & RFLAGS_AF;
  s[ZFW] = flags & RFLAGS_ZF ? 0 : 1;
  s[SFW] = flags & RFLAGS_SF ? -1 : 0;
  s[OFW] = flags & RFLAGS_OF ? -1 : 0;
}

/** Condition `cc` in encoding order (isa/conditions.ts). */
export function condition(s: Int32Array, cc: number): boolean {
  let holds: boolean;
  switch (cc >> 1) {
    case 0: holds = s[OFW]! < 0; break;
    case 1: holds = s[CF] !== 0; break;
    case 2: holds = s[ZFW] === 0; break;
    case 3: holds = s[CF] !== 0 || s[ZFW] === 0; break;
    case 4: holds = s[SFW]! < 0; break;
    case 5: holds = parity(s[PFW]!) === 1; break;
    case 6: holds = (s[SFW]! ^ s[OFW]!) < 0; break;
    default: holds = s[ZFW] === 0 || (s[SFW]! ^ s[OFW]!) < 0; break;
  }
  return holds !== ((cc & 1) === 1);
}
