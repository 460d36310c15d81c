/** Made by scripts/generate-interpreter.mjs from templates.ts and recipe.ts; do not edit. */
import { NO_PAGE } from '../code.ts';
import type { Cpu } from '../cpu.ts';
import { condition } from '../flags.ts';
import { effectiveAddress } from '../forms.ts';
import type { Block, Insn } from '../insn.ts';
import { CF, EA_HI, IMM, RECIPE_KIND as KIND, RECIPE_X as X, RECIPE_Y as Y, RIP } from '../state.ts';
import { settle } from './settle.gen.ts';

/** o */
function holds0(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return (((s[X] ^ s[Y]) & (s[X] ^ (s[X] - s[Y]) | 0)) < 0);
  if (kind === 8) return (((s[X + 1] ^ s[Y + 1]) & (s[X + 1] ^ (s[X + 1] - s[Y + 1] - (((~s[X] & s[Y]) | ((~s[X] | s[Y]) & (s[X] - s[Y]) | 0)) >>> 31)) | 0)) < 0);
  if (kind === 9) return ((0) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 0);
}
/** no */
function holds1(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return !(((s[X] ^ s[Y]) & (s[X] ^ (s[X] - s[Y]) | 0)) < 0);
  if (kind === 8) return !(((s[X + 1] ^ s[Y + 1]) & (s[X + 1] ^ (s[X + 1] - s[Y + 1] - (((~s[X] & s[Y]) | ((~s[X] | s[Y]) & (s[X] - s[Y]) | 0)) >>> 31)) | 0)) < 0);
  if (kind === 9) return !((0) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 1);
}
/** b */
function holds2(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return (s[X] >>> 0) < (s[Y] >>> 0);
  if (kind === 8) return (((s[X + 1] >>> 0) < (s[Y + 1] >>> 0) || (s[X + 1] === s[Y + 1] && (s[X] >>> 0) < (s[Y] >>> 0))));
  if (kind === 9) return ((0) !== 0);
  if (kind !== 0) settle(s);
  return condition(s, 2);
}
/** ae */
function holds3(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return (s[X] >>> 0) >= (s[Y] >>> 0);
  if (kind === 8) return !(((s[X + 1] >>> 0) < (s[Y + 1] >>> 0) || (s[X + 1] === s[Y + 1] && (s[X] >>> 0) < (s[Y] >>> 0))));
  if (kind === 9) return !((0) !== 0);
  if (kind !== 0) settle(s);
  return condition(s, 3);
}
/** e */
function holds4(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return s[X] === s[Y];
  if (kind === 8) return ((s[X] ^ s[Y]) | (s[X + 1] ^ s[Y + 1])) === 0;
  if (kind === 9) return ((s[X] | s[X + 1]) === 0);
  if (kind !== 0) settle(s);
  return condition(s, 4);
}
/** ne */
function holds5(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return s[X] !== s[Y];
  if (kind === 8) return ((s[X] ^ s[Y]) | (s[X + 1] ^ s[Y + 1])) !== 0;
  if (kind === 9) return !((s[X] | s[X + 1]) === 0);
  if (kind !== 0) settle(s);
  return condition(s, 5);
}
/** be */
function holds6(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return (s[X] >>> 0) <= (s[Y] >>> 0);
  if (kind === 8) return !((s[Y + 1] >>> 0) < (s[X + 1] >>> 0) || (s[Y + 1] === s[X + 1] && (s[Y] >>> 0) < (s[X] >>> 0)));
  if (kind === 9) return ((0) !== 0 || (s[X] | s[X + 1]) === 0);
  if (kind !== 0) settle(s);
  return condition(s, 6);
}
/** a */
function holds7(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return (s[X] >>> 0) > (s[Y] >>> 0);
  if (kind === 8) return ((s[Y + 1] >>> 0) < (s[X + 1] >>> 0) || (s[Y + 1] === s[X + 1] && (s[Y] >>> 0) < (s[X] >>> 0)));
  if (kind === 9) return !((0) !== 0 || (s[X] | s[X + 1]) === 0);
  if (kind !== 0) settle(s);
  return condition(s, 7);
}
/** s */
function holds8(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return ((s[X] - s[Y]) | 0) < 0;
  if (kind === 8) return (((s[X + 1] - s[Y + 1] - (((~s[X] & s[Y]) | ((~s[X] | s[Y]) & (s[X] - s[Y]) | 0)) >>> 31)) | 0) < 0);
  if (kind === 9) return ((s[X + 1]) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 8);
}
/** ns */
function holds9(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return ((s[X] - s[Y]) | 0) >= 0;
  if (kind === 8) return !(((s[X + 1] - s[Y + 1] - (((~s[X] & s[Y]) | ((~s[X] | s[Y]) & (s[X] - s[Y]) | 0)) >>> 31)) | 0) < 0);
  if (kind === 9) return !((s[X + 1]) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 9);
}
/** l */
function holds12(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return s[X] < s[Y];
  if (kind === 8) return ((s[X + 1] < s[Y + 1] || (s[X + 1] === s[Y + 1] && (s[X] >>> 0) < (s[Y] >>> 0))));
  if (kind === 9) return (((s[X + 1]) ^ (0)) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 12);
}
/** ge */
function holds13(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return s[X] >= s[Y];
  if (kind === 8) return !((s[X + 1] < s[Y + 1] || (s[X + 1] === s[Y + 1] && (s[X] >>> 0) < (s[Y] >>> 0))));
  if (kind === 9) return !(((s[X + 1]) ^ (0)) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 13);
}
/** le */
function holds14(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return s[X] <= s[Y];
  if (kind === 8) return !(s[Y + 1] < s[X + 1] || (s[Y + 1] === s[X + 1] && (s[Y] >>> 0) < (s[X] >>> 0)));
  if (kind === 9) return ((s[X] | s[X + 1]) === 0 || ((s[X + 1]) ^ (0)) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 14);
}
/** g */
function holds15(s: Int32Array): boolean {
  const kind = s[KIND];
  if (kind === 7) return s[X] > s[Y];
  if (kind === 8) return (s[Y + 1] < s[X + 1] || (s[Y + 1] === s[X + 1] && (s[Y] >>> 0) < (s[X] >>> 0)));
  if (kind === 9) return !((s[X] | s[X + 1]) === 0 || ((s[X + 1]) ^ (0)) < 0);
  if (kind !== 0) settle(s);
  return condition(s, 15);
}

/** mov8 rr */
function h1(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  s[t2] = (s[t2] & -256) | (t1 & 255);
}

/** mov8 rm */
function h2(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== (t0 & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = bytes[t3];
  const t5 = i.a;
  s[t5] = (s[t5] & -256) | (t4 & 255);
  return false;
}

/** mov8 mr */
function h3(s: Int32Array, i: Insn, bytes: Uint8Array, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== (t2 & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  bytes[t5] = t1;
  return false;
}

/** mov16 rr */
function h4(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  s[t2] = (s[t2] & -65536) | (t1 & 65535);
}

/** mov16 rm */
function h5(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 1) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getUint16(t3, true);
  const t5 = i.a;
  s[t5] = (s[t5] & -65536) | (t4 & 65535);
  return false;
}

/** mov16 mr */
function h6(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 1) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  view.setInt16(t5, t1, true);
  return false;
}

/** mov32 rm */
function h8(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  s[t5] = t4; s[t5 + 1] = 0;
  return false;
}

/** mov32 mr */
function h9(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  view.setInt32(t5, t1, true);
  return false;
}

/** mov64 rm */
function h11(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  s[t6] = t4; s[t6 + 1] = t5;
  return false;
}

/** mov64 mr */
function h12(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  view.setInt32(t6, t1, true);
  view.setInt32(t6 + 4, t2, true);
  return false;
}

/** add32 rm */
function h14(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  const t6 = s[t5];
  const t7 = (t6 + t4) | 0;
  s[KIND] = 3; s[X] = t6; s[Y] = t4;
  const t8 = i.a;
  s[t8] = t7; s[t8 + 1] = 0;
  return false;
}

/** add32 mr */
function h15(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = (t6 + t1) | 0;
  s[KIND] = 3; s[X] = t6; s[Y] = t1;
  view.setInt32(t5, t7, true);
  return false;
}

/** or32 rm */
function h17(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  const t6 = s[t5];
  const t7 = t6 | t4;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  const t8 = i.a;
  s[t8] = t7; s[t8 + 1] = 0;
  return false;
}

/** or32 mr */
function h18(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = t6 | t1;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  view.setInt32(t5, t7, true);
  return false;
}

/** and32 rm */
function h20(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  const t6 = s[t5];
  const t7 = t6 & t4;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  const t8 = i.a;
  s[t8] = t7; s[t8 + 1] = 0;
  return false;
}

/** and32 mr */
function h21(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = t6 & t1;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  view.setInt32(t5, t7, true);
  return false;
}

/** sub32 rm */
function h23(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  const t6 = s[t5];
  const t7 = (t6 - t4) | 0;
  s[KIND] = 7; s[X] = t6; s[Y] = t4;
  const t8 = i.a;
  s[t8] = t7; s[t8 + 1] = 0;
  return false;
}

/** sub32 mr */
function h24(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = (t6 - t1) | 0;
  s[KIND] = 7; s[X] = t6; s[Y] = t1;
  view.setInt32(t5, t7, true);
  return false;
}

/** xor32 rm */
function h26(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  const t6 = s[t5];
  const t7 = t6 ^ t4;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  const t8 = i.a;
  s[t8] = t7; s[t8 + 1] = 0;
  return false;
}

/** xor32 mr */
function h27(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = t6 ^ t1;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  view.setInt32(t5, t7, true);
  return false;
}

/** cmp32 rr */
function h28(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
}

/** cmp32 rm */
function h29(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  const t6 = s[t5];
  s[KIND] = 7; s[X] = t6; s[Y] = t4;
  return false;
}

/** cmp32 mr */
function h30(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tr[t4] !== ((t2 + 3) & -4096) || tr[t4 + 1] !== t3) return true;
  const t5 = (tr[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  s[KIND] = 7; s[X] = t6; s[Y] = t1;
  return false;
}

/** test32 rr */
function h31(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
}

/** test32 mr */
function h32(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tr[t4] !== ((t2 + 3) & -4096) || tr[t4 + 1] !== t3) return true;
  const t5 = (tr[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = t6 & t1;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  return false;
}

/** shl32 rr */
function h33(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 31;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = t4 << t2;
  s[KIND] = 10; s[X] = t4; s[Y] = t2;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** shr32 rr */
function h34(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 31;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = (t4 >>> t2) | 0;
  s[KIND] = 12; s[X] = t4; s[Y] = t2;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** sar32 rr */
function h35(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 31;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = t4 >> t2;
  s[KIND] = 14; s[X] = t4; s[Y] = t2;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** imul232 rr */
function h36(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = Math.imul(t3, t1);
  s[KIND] = 16; s[X] = t3; s[Y] = t1;
  const t5 = i.a;
  s[t5] = t4; s[t5 + 1] = 0;
}

/** inc32 r */
function h37(s: Int32Array, i: Insn): void {
  if (s[KIND] !== 0) settle(s);
  const t0 = s[CF];
  const t1 = i.a;
  const t2 = s[t1];
  const t3 = (t2 + 1) | 0;
  s[KIND] = 18; s[X] = t2; s[Y] = t0;
  const t4 = i.a;
  s[t4] = t3; s[t4 + 1] = 0;
}

/** dec32 r */
function h38(s: Int32Array, i: Insn): void {
  if (s[KIND] !== 0) settle(s);
  const t0 = s[CF];
  const t1 = i.a;
  const t2 = s[t1];
  const t3 = (t2 - 1) | 0;
  s[KIND] = 20; s[X] = t2; s[Y] = t0;
  const t4 = i.a;
  s[t4] = t3; s[t4 + 1] = 0;
}

/** not32 r */
function h39(s: Int32Array, i: Insn): void {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = ~t1;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** neg32 r */
function h40(s: Int32Array, i: Insn): void {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = (0 - t1) | 0;
  s[KIND] = 7; s[X] = 0; s[Y] = t1;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** div32 r */
function h41(s: Int32Array, i: Insn): boolean {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[0];
  const t4 = s[4];
  if ((t4 >>> 0) >= 2097152 || (t4 >>> 0) >= (t1 >>> 0)) return true;
  const t6 = (t4 >>> 0) * 4294967296 + (t2 >>> 0);
  const t7 = Math.floor(t6 / (t1 >>> 0));
  const t8 = t7 | 0;
  const t9 = (t6 - t7 * (t1 >>> 0)) | 0;
  s[0] = t8; s[1] = 0;
  s[4] = t9; s[5] = 0;
  return false;
}

/** idiv32 r */
function h42(s: Int32Array, i: Insn): boolean {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[0];
  const t4 = s[4];
  if (t4 !== t2 >> 31 || t1 === 0 || (t1 === -1 && t2 === -2147483648)) return true;
  const t6 = (t2 / t1) | 0;
  const t7 = (t2 % t1) | 0;
  s[0] = t6; s[1] = 0;
  s[4] = t7; s[5] = 0;
  return false;
}

/** lea32 rm */
function h43(s: Int32Array, i: Insn): void {
  const t0 = effectiveAddress(s, i);
  const t2 = i.a;
  s[t2] = t0; s[t2 + 1] = 0;
}

/** imul232 rm */
function h44(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = i.a;
  const t6 = s[t5];
  const t7 = Math.imul(t6, t4);
  s[KIND] = 16; s[X] = t6; s[Y] = t4;
  const t8 = i.a;
  s[t8] = t7; s[t8 + 1] = 0;
  return false;
}

/** imul332 rrr */
function h45(s: Int32Array, i: Insn): void {
  const t0 = i.c;
  const t1 = s[t0];
  const t2 = i.b;
  const t3 = s[t2];
  const t4 = Math.imul(t3, t1);
  s[KIND] = 16; s[X] = t3; s[Y] = t1;
  const t5 = i.a;
  s[t5] = t4; s[t5 + 1] = 0;
}

/** cbw32 */
function h46(s: Int32Array): void {
  const t0 = s[0];
  const t2 = (t0 << 16) >> 16;
  s[0] = t2; s[1] = 0;
}

/** cwd32 */
function h47(s: Int32Array): void {
  const t0 = s[0];
  const t2 = t0 >> 31;
  s[4] = t2; s[5] = 0;
}

/** xadd32 mr */
function h48(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = (t6 + t1) | 0;
  s[KIND] = 3; s[X] = t6; s[Y] = t1;
  const t8 = i.b;
  s[t8] = t6; s[t8 + 1] = 0;
  view.setInt32(t5, t7, true);
  return false;
}

/** cmpxchg32 mr */
function h49(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 3) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = view.getInt32(t5, true);
  const t7 = s[0];
  const t8 = s[1];
  const t9 = t7 === t6;
  s[KIND] = 7; s[X] = t7; s[Y] = t6;
  const t10 = t9 ? t1 : t6;
  view.setInt32(t5, t10, true);
  const t11 = t9 ? t7 : t6;
  const t12 = t9 ? t8 : 0;
  s[0] = t11; s[1] = t12;
  return false;
}

/** movzx32 rr from 8 */
function h50(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 255;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** movzx32 rm from 8 */
function h51(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== (t0 & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = bytes[t3];
  const t5 = t4 & 255;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** movsx32 rr from 8 */
function h52(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = (t1 << 24) >> 24;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** movsx32 rm from 8 */
function h53(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== (t0 & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = bytes[t3];
  const t5 = (t4 << 24) >> 24;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** movzx32 rr from 16 */
function h54(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 65535;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** movzx32 rm from 16 */
function h55(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 1) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getUint16(t3, true);
  const t5 = t4 & 65535;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** movsx32 rr from 16 */
function h56(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = (t1 << 16) >> 16;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** movsx32 rm from 16 */
function h57(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 1) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getUint16(t3, true);
  const t5 = (t4 << 16) >> 16;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** cmov32 rr */
function h58(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds0(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 1 */
function h59(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds1(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 2 */
function h60(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds2(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 3 */
function h61(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds3(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 4 */
function h62(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds4(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 5 */
function h63(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds5(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 6 */
function h64(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds6(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 7 */
function h65(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds7(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 8 */
function h66(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds8(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 9 */
function h67(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds9(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 12 */
function h68(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds12(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 13 */
function h69(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds13(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 14 */
function h70(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds14(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** cmov32 rr if 15 */
function h71(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = holds15(s);
  const t5 = t4 ? t1 : t3;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
}

/** add64 rm */
function h73(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  const t7 = s[t6];
  const t8 = s[t6 + 1];
  const t9 = (t7 + t4) | 0;
  const t10 = (t8 + t5 + (((t7 & t4) | ((t7 | t4) & ~t9)) >>> 31)) | 0;
  s[KIND] = 4; s[X] = t7; s[X + 1] = t8; s[Y] = t4; s[Y + 1] = t5;
  const t11 = i.a;
  s[t11] = t9; s[t11 + 1] = t10;
  return false;
}

/** add64 mr */
function h74(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = (t7 + t1) | 0;
  const t10 = (t8 + t2 + (((t7 & t1) | ((t7 | t1) & ~t9)) >>> 31)) | 0;
  s[KIND] = 4; s[X] = t7; s[X + 1] = t8; s[Y] = t1; s[Y + 1] = t2;
  view.setInt32(t6, t9, true);
  view.setInt32(t6 + 4, t10, true);
  return false;
}

/** or64 rm */
function h76(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  const t7 = s[t6];
  const t8 = s[t6 + 1];
  const t9 = t7 | t4;
  const t10 = t8 | t5;
  s[KIND] = 9; s[X] = t9; s[X + 1] = t10;
  const t11 = i.a;
  s[t11] = t9; s[t11 + 1] = t10;
  return false;
}

/** or64 mr */
function h77(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = t7 | t1;
  const t10 = t8 | t2;
  s[KIND] = 9; s[X] = t9; s[X + 1] = t10;
  view.setInt32(t6, t9, true);
  view.setInt32(t6 + 4, t10, true);
  return false;
}

/** and64 rm */
function h79(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  const t7 = s[t6];
  const t8 = s[t6 + 1];
  const t9 = t7 & t4;
  const t10 = t8 & t5;
  s[KIND] = 9; s[X] = t9; s[X + 1] = t10;
  const t11 = i.a;
  s[t11] = t9; s[t11 + 1] = t10;
  return false;
}

/** and64 mr */
function h80(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = t7 & t1;
  const t10 = t8 & t2;
  s[KIND] = 9; s[X] = t9; s[X + 1] = t10;
  view.setInt32(t6, t9, true);
  view.setInt32(t6 + 4, t10, true);
  return false;
}

/** sub64 rm */
function h82(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  const t7 = s[t6];
  const t8 = s[t6 + 1];
  const t9 = (t7 - t4) | 0;
  const t10 = (t8 - t5 - (((~t7 & t4) | ((~t7 | t4) & t9)) >>> 31)) | 0;
  s[KIND] = 8; s[X] = t7; s[X + 1] = t8; s[Y] = t4; s[Y + 1] = t5;
  const t11 = i.a;
  s[t11] = t9; s[t11 + 1] = t10;
  return false;
}

/** sub64 mr */
function h83(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = (t7 - t1) | 0;
  const t10 = (t8 - t2 - (((~t7 & t1) | ((~t7 | t1) & t9)) >>> 31)) | 0;
  s[KIND] = 8; s[X] = t7; s[X + 1] = t8; s[Y] = t1; s[Y + 1] = t2;
  view.setInt32(t6, t9, true);
  view.setInt32(t6 + 4, t10, true);
  return false;
}

/** xor64 rm */
function h85(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  const t7 = s[t6];
  const t8 = s[t6 + 1];
  const t9 = t7 ^ t4;
  const t10 = t8 ^ t5;
  s[KIND] = 9; s[X] = t9; s[X + 1] = t10;
  const t11 = i.a;
  s[t11] = t9; s[t11 + 1] = t10;
  return false;
}

/** xor64 mr */
function h86(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = t7 ^ t1;
  const t10 = t8 ^ t2;
  s[KIND] = 9; s[X] = t9; s[X + 1] = t10;
  view.setInt32(t6, t9, true);
  view.setInt32(t6 + 4, t10, true);
  return false;
}

/** cmp64 rr */
function h87(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
}

/** cmp64 rm */
function h88(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  const t7 = s[t6];
  const t8 = s[t6 + 1];
  s[KIND] = 8; s[X] = t7; s[X + 1] = t8; s[Y] = t4; s[Y + 1] = t5;
  return false;
}

/** cmp64 mr */
function h89(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tr[t5] !== ((t3 + 7) & -4096) || tr[t5 + 1] !== t4) return true;
  const t6 = (tr[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  s[KIND] = 8; s[X] = t7; s[X + 1] = t8; s[Y] = t1; s[Y + 1] = t2;
  return false;
}

/** test64 rr */
function h90(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
}

/** test64 mr */
function h91(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tr[t5] !== ((t3 + 7) & -4096) || tr[t5 + 1] !== t4) return true;
  const t6 = (tr[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = t7 & t1;
  const t10 = t8 & t2;
  s[KIND] = 9; s[X] = t9; s[X + 1] = t10;
  return false;
}

/** shl64 rr */
function h92(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 63;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t2 >= 32 ? 0 : t4 << t2;
  const t7 = t2 >= 32 ? t4 << (t2 - 32) : (t5 << t2) | (t4 >>> (32 - t2));
  s[KIND] = 11; s[X] = t4; s[X + 1] = t5; s[Y] = t2; s[Y + 1] = 0;
  const t8 = i.a;
  s[t8] = t6; s[t8 + 1] = t7;
  return false;
}

/** shr64 rr */
function h93(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 63;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = (t2 >= 32 ? t5 >>> (t2 - 32) : (t4 >>> t2) | (t5 << (32 - t2))) | 0;
  const t7 = (t2 >= 32 ? 0 : t5 >>> t2) | 0;
  s[KIND] = 13; s[X] = t4; s[X + 1] = t5; s[Y] = t2; s[Y + 1] = 0;
  const t8 = i.a;
  s[t8] = t6; s[t8 + 1] = t7;
  return false;
}

/** sar64 rr */
function h94(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 63;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t2 >= 32 ? t5 >> (t2 - 32) : (t4 >>> t2) | (t5 << (32 - t2));
  const t7 = t5 >> (t2 >= 32 ? 31 : t2);
  s[KIND] = 15; s[X] = t4; s[X + 1] = t5; s[Y] = t2; s[Y + 1] = 0;
  const t8 = i.a;
  s[t8] = t6; s[t8 + 1] = t7;
  return false;
}

/** imul264 rr */
function h95(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & 65535;
  const t7 = t4 >>> 16;
  const t8 = t1 & 65535;
  const t9 = t1 >>> 16;
  const t10 = Math.imul(t6, t9);
  const t11 = Math.imul(t7, t8);
  const t12 = (Math.imul(t6, t8) >>> 16) + (t10 & 65535) + (t11 & 65535);
  const t13 = Math.imul(t4, t1);
  const t14 = (Math.imul(t7, t9) + (t10 >>> 16) + (t11 >>> 16) + (t12 >>> 16) + Math.imul(t4, t2) + Math.imul(t5, t1)) | 0;
  s[KIND] = 17; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  const t15 = i.a;
  s[t15] = t13; s[t15 + 1] = t14;
}

/** inc64 r */
function h96(s: Int32Array, i: Insn): void {
  if (s[KIND] !== 0) settle(s);
  const t0 = s[CF];
  const t1 = i.a;
  const t2 = s[t1];
  const t3 = s[t1 + 1];
  const t4 = (t2 + 1) | 0;
  const t5 = (t3 + ((t4 >>> 0) < 1 ? 1 : 0)) | 0;
  s[KIND] = 19; s[X] = t2; s[X + 1] = t3; s[Y] = t0; s[Y + 1] = 0;
  const t6 = i.a;
  s[t6] = t4; s[t6 + 1] = t5;
}

/** dec64 r */
function h97(s: Int32Array, i: Insn): void {
  if (s[KIND] !== 0) settle(s);
  const t0 = s[CF];
  const t1 = i.a;
  const t2 = s[t1];
  const t3 = s[t1 + 1];
  const t4 = (t2 - 1) | 0;
  const t5 = (t3 - ((t2 >>> 0) < 1 ? 1 : 0)) | 0;
  s[KIND] = 21; s[X] = t2; s[X + 1] = t3; s[Y] = t0; s[Y + 1] = 0;
  const t6 = i.a;
  s[t6] = t4; s[t6 + 1] = t5;
}

/** not64 r */
function h98(s: Int32Array, i: Insn): void {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = ~t1;
  const t4 = ~t2;
  const t5 = i.a;
  s[t5] = t3; s[t5 + 1] = t4;
}

/** neg64 r */
function h99(s: Int32Array, i: Insn): void {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = (0 - t1) | 0;
  const t4 = (0 - t2 - (((~0 & t1) | ((~0 | t1) & t3)) >>> 31)) | 0;
  s[KIND] = 8; s[X] = 0; s[X + 1] = 0; s[Y] = t1; s[Y + 1] = t2;
  const t5 = i.a;
  s[t5] = t3; s[t5 + 1] = t4;
}

/** div64 r */
function h100(s: Int32Array, i: Insn): boolean {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = s[0];
  const t4 = s[1];
  const t5 = s[4];
  const t6 = s[5];
  if ((t5 | t6) !== 0 || (t4 >>> 0) >= 2097152 || (t2 >>> 0) >= 2097152 || (t1 | t2) === 0) return true;
  const t7 = t4 * 4294967296 + (t3 >>> 0);
  const t8 = t2 * 4294967296 + (t1 >>> 0);
  const t9 = Math.floor(t7 / t8);
  const t10 = t7 - t9 * t8;
  const t11 = t9 | 0;
  const t12 = (t9 / 4294967296) | 0;
  const t13 = t10 | 0;
  const t14 = (t10 / 4294967296) | 0;
  s[0] = t11; s[1] = t12;
  s[4] = t13; s[5] = t14;
  return false;
}

/** idiv64 r */
function h101(s: Int32Array, i: Insn): boolean {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = s[0];
  const t4 = s[1];
  const t5 = s[4];
  const t6 = s[5];
  if ((t5 | t6) !== 0 || (t4 >>> 0) >= 2097152 || (t2 >>> 0) >= 2097152 || (t1 | t2) === 0) return true;
  const t7 = t4 * 4294967296 + (t3 >>> 0);
  const t8 = t2 * 4294967296 + (t1 >>> 0);
  const t9 = Math.floor(t7 / t8);
  const t10 = t7 - t9 * t8;
  const t11 = t9 | 0;
  const t12 = (t9 / 4294967296) | 0;
  const t13 = t10 | 0;
  const t14 = (t10 / 4294967296) | 0;
  s[0] = t11; s[1] = t12;
  s[4] = t13; s[5] = t14;
  return false;
}

/** lea64 rm */
function h102(s: Int32Array, i: Insn): void {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = i.a;
  s[t2] = t0; s[t2 + 1] = t1;
}

/** imul264 rm */
function h103(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = i.a;
  const t7 = s[t6];
  const t8 = s[t6 + 1];
  const t9 = t7 & 65535;
  const t10 = t7 >>> 16;
  const t11 = t4 & 65535;
  const t12 = t4 >>> 16;
  const t13 = Math.imul(t9, t12);
  const t14 = Math.imul(t10, t11);
  const t15 = (Math.imul(t9, t11) >>> 16) + (t13 & 65535) + (t14 & 65535);
  const t16 = Math.imul(t7, t4);
  const t17 = (Math.imul(t10, t12) + (t13 >>> 16) + (t14 >>> 16) + (t15 >>> 16) + Math.imul(t7, t5) + Math.imul(t8, t4)) | 0;
  s[KIND] = 17; s[X] = t7; s[X + 1] = t8; s[Y] = t4; s[Y + 1] = t5;
  const t18 = i.a;
  s[t18] = t16; s[t18 + 1] = t17;
  return false;
}

/** imul364 rrr */
function h104(s: Int32Array, i: Insn): void {
  const t0 = i.c;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.b;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & 65535;
  const t7 = t4 >>> 16;
  const t8 = t1 & 65535;
  const t9 = t1 >>> 16;
  const t10 = Math.imul(t6, t9);
  const t11 = Math.imul(t7, t8);
  const t12 = (Math.imul(t6, t8) >>> 16) + (t10 & 65535) + (t11 & 65535);
  const t13 = Math.imul(t4, t1);
  const t14 = (Math.imul(t7, t9) + (t10 >>> 16) + (t11 >>> 16) + (t12 >>> 16) + Math.imul(t4, t2) + Math.imul(t5, t1)) | 0;
  s[KIND] = 17; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  const t15 = i.a;
  s[t15] = t13; s[t15 + 1] = t14;
}

/** cbw64 */
function h105(s: Int32Array): void {
  const t0 = s[0];
  const t2 = t0 >> 31;
  s[0] = t0; s[1] = t2;
}

/** cwd64 */
function h106(s: Int32Array): void {
  const t1 = s[1];
  const t2 = t1 >> 31;
  s[4] = t2; s[5] = t2;
}

/** xadd64 mr */
function h107(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = (t7 + t1) | 0;
  const t10 = (t8 + t2 + (((t7 & t1) | ((t7 | t1) & ~t9)) >>> 31)) | 0;
  s[KIND] = 4; s[X] = t7; s[X + 1] = t8; s[Y] = t1; s[Y + 1] = t2;
  const t11 = i.b;
  s[t11] = t7; s[t11 + 1] = t8;
  view.setInt32(t6, t9, true);
  view.setInt32(t6 + 4, t10, true);
  return false;
}

/** cmpxchg64 mr */
function h108(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = effectiveAddress(s, i);
  const t4 = s[EA_HI];
  const t5 = (t3 >>> 10) & 16380;
  if (tw[t5] !== ((t3 + 7) & -4096) || tw[t5 + 1] !== t4) return true;
  const t6 = (tw[t5 + 2] + t3) | 0;
  const t7 = view.getInt32(t6, true);
  const t8 = view.getInt32(t6 + 4, true);
  const t9 = s[0];
  const t10 = s[1];
  const t11 = ((t9 ^ t7) | (t10 ^ t8)) === 0;
  s[KIND] = 8; s[X] = t9; s[X + 1] = t10; s[Y] = t7; s[Y + 1] = t8;
  const t12 = t11 ? t1 : t7;
  const t13 = t11 ? t2 : t8;
  view.setInt32(t6, t12, true);
  view.setInt32(t6 + 4, t13, true);
  const t14 = t11 ? t9 : t7;
  const t15 = t11 ? t10 : t8;
  s[0] = t14; s[1] = t15;
  return false;
}

/** movzx64 rr from 8 */
function h109(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 255;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** movzx64 rm from 8 */
function h110(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== (t0 & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = bytes[t3];
  const t5 = t4 & 255;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** movsx64 rr from 8 */
function h111(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = (t1 << 24) >> 24;
  const t3 = t2 >> 31;
  const t4 = i.a;
  s[t4] = t2; s[t4 + 1] = t3;
}

/** movsx64 rm from 8 */
function h112(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== (t0 & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = bytes[t3];
  const t5 = (t4 << 24) >> 24;
  const t6 = t5 >> 31;
  const t7 = i.a;
  s[t7] = t5; s[t7 + 1] = t6;
  return false;
}

/** movzx64 rr from 16 */
function h113(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 65535;
  const t3 = i.a;
  s[t3] = t2; s[t3 + 1] = 0;
}

/** movzx64 rm from 16 */
function h114(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 1) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getUint16(t3, true);
  const t5 = t4 & 65535;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** movsx64 rr from 16 */
function h115(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = (t1 << 16) >> 16;
  const t3 = t2 >> 31;
  const t4 = i.a;
  s[t4] = t2; s[t4 + 1] = t3;
}

/** movsx64 rm from 16 */
function h116(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 1) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getUint16(t3, true);
  const t5 = (t4 << 16) >> 16;
  const t6 = t5 >> 31;
  const t7 = i.a;
  s[t7] = t5; s[t7 + 1] = t6;
  return false;
}

/** cmov64 rr */
function h117(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds0(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 1 */
function h118(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds1(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 2 */
function h119(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds2(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 3 */
function h120(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds3(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 4 */
function h121(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds4(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 5 */
function h122(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds5(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 6 */
function h123(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds6(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 7 */
function h124(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds7(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 8 */
function h125(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds8(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 9 */
function h126(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds9(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 12 */
function h127(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds12(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 13 */
function h128(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds13(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 14 */
function h129(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds14(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** cmov64 rr if 15 */
function h130(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = holds15(s);
  const t7 = t6 ? t1 : t4;
  const t8 = t6 ? t2 : t5;
  const t9 = i.a;
  s[t9] = t7; s[t9 + 1] = t8;
}

/** movsx64 rm from 32 */
function h132(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 3) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = t4 >> 31;
  const t6 = i.a;
  s[t6] = t4; s[t6 + 1] = t5;
  return false;
}

/** add8 rr */
function h133(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 << 24) + (t1 << 24)) >> 24;
  s[KIND] = 1; s[X] = t3; s[Y] = t1;
  const t5 = i.a;
  s[t5] = (s[t5] & -256) | (t4 & 255);
}

/** or8 rr */
function h134(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 | t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  const t5 = i.a;
  s[t5] = (s[t5] & -256) | (t4 & 255);
}

/** and8 rr */
function h135(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  const t5 = i.a;
  s[t5] = (s[t5] & -256) | (t4 & 255);
}

/** sub8 rr */
function h136(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 << 24) - (t1 << 24)) >> 24;
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t5 = i.a;
  s[t5] = (s[t5] & -256) | (t4 & 255);
}

/** xor8 rr */
function h137(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 ^ t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  const t5 = i.a;
  s[t5] = (s[t5] & -256) | (t4 & 255);
}

/** cmp8 rr */
function h138(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
}

/** test8 rr */
function h139(s: Int32Array, i: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
}

/** cmp8 rm */
function h140(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== (t0 & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = bytes[t3];
  const t5 = i.a;
  const t6 = s[t5];
  s[KIND] = 5; s[X] = t6; s[Y] = t4;
  return false;
}

/** cmp8 mr */
function h141(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tr[t4] !== (t2 & -4096) || tr[t4 + 1] !== t3) return true;
  const t5 = (tr[t4 + 2] + t2) | 0;
  const t6 = bytes[t5];
  s[KIND] = 5; s[X] = t6; s[Y] = t1;
  return false;
}

/** test8 mr */
function h142(s: Int32Array, i: Insn, bytes: Uint8Array, tr: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tr[t4] !== (t2 & -4096) || tr[t4 + 1] !== t3) return true;
  const t5 = (tr[t4 + 2] + t2) | 0;
  const t6 = bytes[t5];
  const t7 = ((t6 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  return false;
}

/** or8 mr */
function h143(s: Int32Array, i: Insn, bytes: Uint8Array, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== (t2 & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = bytes[t5];
  const t7 = ((t6 | t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  bytes[t5] = t7;
  return false;
}

/** and8 mr */
function h144(s: Int32Array, i: Insn, bytes: Uint8Array, tw: Int32Array): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = effectiveAddress(s, i);
  const t3 = s[EA_HI];
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== (t2 & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  const t6 = bytes[t5];
  const t7 = ((t6 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t7; s[X + 1] = t7;
  bytes[t5] = t7;
  return false;
}

/** set8 r */
function h145(s: Int32Array, i: Insn): void {
  const t0 = holds0(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 */
function h146(s: Int32Array, i: Insn): void {
  if (holds0(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 1 */
function h147(s: Int32Array, i: Insn): void {
  const t0 = holds1(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 1 */
function h148(s: Int32Array, i: Insn): void {
  if (holds1(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 2 */
function h149(s: Int32Array, i: Insn): void {
  const t0 = holds2(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 2 */
function h150(s: Int32Array, i: Insn): void {
  if (holds2(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 3 */
function h151(s: Int32Array, i: Insn): void {
  const t0 = holds3(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 3 */
function h152(s: Int32Array, i: Insn): void {
  if (holds3(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 4 */
function h153(s: Int32Array, i: Insn): void {
  const t0 = holds4(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 4 */
function h154(s: Int32Array, i: Insn): void {
  if (holds4(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 5 */
function h155(s: Int32Array, i: Insn): void {
  const t0 = holds5(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 5 */
function h156(s: Int32Array, i: Insn): void {
  if (holds5(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 6 */
function h157(s: Int32Array, i: Insn): void {
  const t0 = holds6(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 6 */
function h158(s: Int32Array, i: Insn): void {
  if (holds6(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 7 */
function h159(s: Int32Array, i: Insn): void {
  const t0 = holds7(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 7 */
function h160(s: Int32Array, i: Insn): void {
  if (holds7(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 8 */
function h161(s: Int32Array, i: Insn): void {
  const t0 = holds8(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 8 */
function h162(s: Int32Array, i: Insn): void {
  if (holds8(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 9 */
function h163(s: Int32Array, i: Insn): void {
  const t0 = holds9(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 9 */
function h164(s: Int32Array, i: Insn): void {
  if (holds9(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 12 */
function h165(s: Int32Array, i: Insn): void {
  const t0 = holds12(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 12 */
function h166(s: Int32Array, i: Insn): void {
  if (holds12(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 13 */
function h167(s: Int32Array, i: Insn): void {
  const t0 = holds13(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 13 */
function h168(s: Int32Array, i: Insn): void {
  if (holds13(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 14 */
function h169(s: Int32Array, i: Insn): void {
  const t0 = holds14(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 14 */
function h170(s: Int32Array, i: Insn): void {
  if (holds14(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** set8 r if 15 */
function h171(s: Int32Array, i: Insn): void {
  const t0 = holds15(s) ? 1 : 0;
  const t1 = i.a;
  s[t1] = (s[t1] & -256) | (t0 & 255);
}

/** jcc64 if 15 */
function h172(s: Int32Array, i: Insn): void {
  if (holds15(s)) { s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi; }
}

/** push64 r */
function h173(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = s[8];
  const t4 = s[9];
  const t5 = (t3 - 8) | 0;
  const t6 = (t4 - ((t3 >>> 0) < 8 ? 1 : 0)) | 0;
  const t7 = (t5 >>> 10) & 16380;
  if (tw[t7] !== ((t5 + 7) & -4096) || tw[t7 + 1] !== t6) return true;
  const t8 = (tw[t7 + 2] + t5) | 0;
  view.setInt32(t8, t1, true);
  view.setInt32(t8 + 4, t2, true);
  s[8] = t5; s[9] = t6;
  return false;
}

/** jmpTo64 r */
function h174(s: Int32Array, i: Insn): boolean {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  if (t2 >> 15 !== 0 && t2 >> 15 !== -1) return true;
  s[RIP] = t1; s[RIP + 1] = t2;
  return false;
}

/** callTo64 r */
function h175(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = i.a;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  if (t2 >> 15 !== 0 && t2 >> 15 !== -1) return true;
  const t3 = s[8];
  const t4 = s[9];
  const t5 = (t3 - 8) | 0;
  const t6 = (t4 - ((t3 >>> 0) < 8 ? 1 : 0)) | 0;
  const t7 = (t5 >>> 10) & 16380;
  if (tw[t7] !== ((t5 + 7) & -4096) || tw[t7 + 1] !== t6) return true;
  const t8 = (tw[t7 + 2] + t5) | 0;
  view.setInt32(t8, i.nextLo, true);
  view.setInt32(t8 + 4, i.nextHi, true);
  s[8] = t5; s[9] = t6;
  s[RIP] = t1; s[RIP + 1] = t2;
  return false;
}

/** push64 m */
function h176(s: Int32Array, i: Insn, view: DataView, tr: Int32Array, tw: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = s[8];
  const t7 = s[9];
  const t8 = (t6 - 8) | 0;
  const t9 = (t7 - ((t6 >>> 0) < 8 ? 1 : 0)) | 0;
  const t10 = (t8 >>> 10) & 16380;
  if (tw[t10] !== ((t8 + 7) & -4096) || tw[t10 + 1] !== t9) return true;
  const t11 = (tw[t10 + 2] + t8) | 0;
  view.setInt32(t11, t4, true);
  view.setInt32(t11 + 4, t5, true);
  s[8] = t8; s[9] = t9;
  return false;
}

/** jmpTo64 m */
function h177(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  if (t5 >> 15 !== 0 && t5 >> 15 !== -1) return true;
  s[RIP] = t4; s[RIP + 1] = t5;
  return false;
}

/** callTo64 m */
function h178(s: Int32Array, i: Insn, view: DataView, tr: Int32Array, tw: Int32Array): boolean {
  const t0 = effectiveAddress(s, i);
  const t1 = s[EA_HI];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  if (t5 >> 15 !== 0 && t5 >> 15 !== -1) return true;
  const t6 = s[8];
  const t7 = s[9];
  const t8 = (t6 - 8) | 0;
  const t9 = (t7 - ((t6 >>> 0) < 8 ? 1 : 0)) | 0;
  const t10 = (t8 >>> 10) & 16380;
  if (tw[t10] !== ((t8 + 7) & -4096) || tw[t10 + 1] !== t9) return true;
  const t11 = (tw[t10 + 2] + t8) | 0;
  view.setInt32(t11, i.nextLo, true);
  view.setInt32(t11 + 4, i.nextHi, true);
  s[8] = t8; s[9] = t9;
  s[RIP] = t4; s[RIP + 1] = t5;
  return false;
}

/** pop64 r */
function h179(s: Int32Array, i: Insn, view: DataView, tr: Int32Array): boolean {
  const t0 = s[8];
  const t1 = s[9];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = (t0 + 8) | 0;
  const t7 = (t1 + ((t6 >>> 0) < 8 ? 1 : 0)) | 0;
  s[8] = t6; s[9] = t7;
  const t8 = i.a;
  s[t8] = t4; s[t8 + 1] = t5;
  return false;
}

/** leave64 */
function h180(s: Int32Array, view: DataView, tr: Int32Array): boolean {
  const t0 = s[10];
  const t1 = s[11];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  const t6 = (t0 + 8) | 0;
  const t7 = (t1 + ((t6 >>> 0) < 8 ? 1 : 0)) | 0;
  s[8] = t6; s[9] = t7;
  s[10] = t4; s[11] = t5;
  return false;
}

/** call64 */
function h182(s: Int32Array, i: Insn, view: DataView, tw: Int32Array): boolean {
  const t0 = s[8];
  const t1 = s[9];
  const t2 = (t0 - 8) | 0;
  const t3 = (t1 - ((t0 >>> 0) < 8 ? 1 : 0)) | 0;
  const t4 = (t2 >>> 10) & 16380;
  if (tw[t4] !== ((t2 + 7) & -4096) || tw[t4 + 1] !== t3) return true;
  const t5 = (tw[t4 + 2] + t2) | 0;
  view.setInt32(t5, i.nextLo, true);
  view.setInt32(t5 + 4, i.nextHi, true);
  s[8] = t2; s[9] = t3;
  s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi;
  return false;
}

/** ret64 */
function h183(s: Int32Array, view: DataView, tr: Int32Array): boolean {
  const t0 = s[8];
  const t1 = s[9];
  const t2 = (t0 >>> 10) & 16380;
  if (tr[t2] !== ((t0 + 7) & -4096) || tr[t2 + 1] !== t1) return true;
  const t3 = (tr[t2 + 2] + t0) | 0;
  const t4 = view.getInt32(t3, true);
  const t5 = view.getInt32(t3 + 4, true);
  if (t5 >> 15 !== 0 && t5 >> 15 !== -1) return true;
  const t6 = (t0 + 8) | 0;
  const t7 = (t1 + ((t6 >>> 0) < 8 ? 1 : 0)) | 0;
  s[8] = t6; s[9] = t7;
  s[RIP] = t4; s[RIP + 1] = t5;
  return false;
}

/** nop64 */
function h184(): void {

}

/** cli64 */
function h185(s: Int32Array): boolean {
  const t0 = s[76];
  const t1 = s[50];
  if (t0 > ((t1 >> 12) & 3)) return true;
  const t2 = s[50];
  const t3 = (t2 & -513) | 0;
  s[50] = t3;
  return false;
}

/** swapgs64 */
function h186(s: Int32Array): boolean {
  const t0 = s[76];
  if (t0 !== 0) return true;
  const t1 = s[56];
  const t2 = s[58];
  s[56] = t2;
  s[58] = t1;
  const t3 = s[57];
  const t4 = s[59];
  s[57] = t4;
  s[59] = t3;
  return false;
}

/** cld64 */
function h187(s: Int32Array): void {
  const t0 = s[50];
  const t1 = (t0 & -1025) | 0;
  s[50] = t1;
}

/** std64 */
function h188(s: Int32Array): void {
  const t0 = s[50];
  const t1 = (t0 & -1) | 1024;
  s[50] = t1;
}

/** shl32 rr quiet */
function h194(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 31;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = t4 << t2;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** shr32 rr quiet */
function h195(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 31;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = (t4 >>> t2) | 0;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** sar32 rr quiet */
function h196(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 31;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = t4 >> t2;
  const t6 = i.a;
  s[t6] = t5; s[t6 + 1] = 0;
  return false;
}

/** shl64 rr quiet */
function h202(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 63;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t2 >= 32 ? 0 : t4 << t2;
  const t7 = t2 >= 32 ? t4 << (t2 - 32) : (t5 << t2) | (t4 >>> (32 - t2));
  const t8 = i.a;
  s[t8] = t6; s[t8 + 1] = t7;
  return false;
}

/** shr64 rr quiet */
function h203(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 63;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = (t2 >= 32 ? t5 >>> (t2 - 32) : (t4 >>> t2) | (t5 << (32 - t2))) | 0;
  const t7 = (t2 >= 32 ? 0 : t5 >>> t2) | 0;
  const t8 = i.a;
  s[t8] = t6; s[t8 + 1] = t7;
  return false;
}

/** sar64 rr quiet */
function h204(s: Int32Array, i: Insn): boolean {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = t1 & 63;
  if (t2 === 0) return true;
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t2 >= 32 ? t5 >> (t2 - 32) : (t4 >>> t2) | (t5 << (32 - t2));
  const t7 = t5 >> (t2 >= 32 ? 31 : t2);
  const t8 = i.a;
  s[t8] = t6; s[t8 + 1] = t7;
  return false;
}

/** cmp8 rr + 0 */
function h205(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t6 = ((t3 << 24) - (t1 << 24)) >> 24;
  if (((((t3 << 24) ^ (t1 << 24)) & ((t3 << 24) ^ (t6 << 24))) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 1 */
function h206(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t6 = ((t3 << 24) - (t1 << 24)) >> 24;
  if (!((((t3 << 24) ^ (t1 << 24)) & ((t3 << 24) ^ (t6 << 24))) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 2 */
function h207(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if ((t4 >>> 0) < (t5 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 3 */
function h208(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if ((t4 >>> 0) >= (t5 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 4 */
function h209(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (t4 === t5) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 5 */
function h210(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (t4 !== t5) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 6 */
function h211(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if ((t4 >>> 0) <= (t5 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 7 */
function h212(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if ((t4 >>> 0) > (t5 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 8 */
function h213(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (((t4 - t5) | 0) < 0) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 9 */
function h214(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (((t4 - t5) | 0) >= 0) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 12 */
function h215(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (t4 < t5) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 13 */
function h216(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (t4 >= t5) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 14 */
function h217(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (t4 <= t5) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp8 rr + 15 */
function h218(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 5; s[X] = t3; s[Y] = t1;
  const t4 = t3 << 24;
  const t5 = t1 << 24;
  if (t4 > t5) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 0 */
function h219(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  const t4 = (t3 - t1) | 0;
  if ((((t3 ^ t1) & (t3 ^ t4)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 1 */
function h220(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  const t4 = (t3 - t1) | 0;
  if (!(((t3 ^ t1) & (t3 ^ t4)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 2 */
function h221(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if ((t3 >>> 0) < (t1 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 3 */
function h222(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if ((t3 >>> 0) >= (t1 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 4 */
function h223(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (t3 === t1) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 5 */
function h224(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (t3 !== t1) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 6 */
function h225(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if ((t3 >>> 0) <= (t1 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 7 */
function h226(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if ((t3 >>> 0) > (t1 >>> 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 8 */
function h227(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (((t3 - t1) | 0) < 0) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 9 */
function h228(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (((t3 - t1) | 0) >= 0) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 12 */
function h229(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (t3 < t1) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 13 */
function h230(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (t3 >= t1) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 14 */
function h231(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (t3 <= t1) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp32 rr + 15 */
function h232(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  s[KIND] = 7; s[X] = t3; s[Y] = t1;
  if (t3 > t1) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 0 */
function h233(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  const t6 = (t4 - t1) | 0;
  const t7 = (t5 - t2 - (((~t4 & t1) | ((~t4 | t1) & t6)) >>> 31)) | 0;
  if ((((t5 ^ t2) & (t5 ^ t7)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 1 */
function h234(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  const t6 = (t4 - t1) | 0;
  const t7 = (t5 - t2 - (((~t4 & t1) | ((~t4 | t1) & t6)) >>> 31)) | 0;
  if (!(((t5 ^ t2) & (t5 ^ t7)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 2 */
function h235(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if ((((t5 >>> 0) < (t2 >>> 0) || (t5 === t2 && (t4 >>> 0) < (t1 >>> 0))))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 3 */
function h236(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (!(((t5 >>> 0) < (t2 >>> 0) || (t5 === t2 && (t4 >>> 0) < (t1 >>> 0))))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 4 */
function h237(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (((t4 ^ t1) | (t5 ^ t2)) === 0) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 5 */
function h238(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (((t4 ^ t1) | (t5 ^ t2)) !== 0) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 6 */
function h239(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (!((t2 >>> 0) < (t5 >>> 0) || (t2 === t5 && (t1 >>> 0) < (t4 >>> 0)))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 7 */
function h240(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (((t2 >>> 0) < (t5 >>> 0) || (t2 === t5 && (t1 >>> 0) < (t4 >>> 0)))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 8 */
function h241(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  const t6 = (t4 - t1) | 0;
  const t7 = (t5 - t2 - (((~t4 & t1) | ((~t4 | t1) & t6)) >>> 31)) | 0;
  if (((t7) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 9 */
function h242(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  const t6 = (t4 - t1) | 0;
  const t7 = (t5 - t2 - (((~t4 & t1) | ((~t4 | t1) & t6)) >>> 31)) | 0;
  if (!((t7) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 12 */
function h243(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (((t5 < t2 || (t5 === t2 && (t4 >>> 0) < (t1 >>> 0))))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 13 */
function h244(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (!((t5 < t2 || (t5 === t2 && (t4 >>> 0) < (t1 >>> 0))))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 14 */
function h245(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if (!(t2 < t5 || (t2 === t5 && (t1 >>> 0) < (t4 >>> 0)))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** cmp64 rr + 15 */
function h246(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
  if ((t2 < t5 || (t2 === t5 && (t1 >>> 0) < (t4 >>> 0)))) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 0 */
function h247(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((0) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 1 */
function h248(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((0) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 2 */
function h249(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((0) !== 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 3 */
function h250(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((0) !== 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 4 */
function h251(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 5 */
function h252(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 6 */
function h253(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((0) !== 0 || (t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 7 */
function h254(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((0) !== 0 || (t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 8 */
function h255(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((t4) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 9 */
function h256(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((t4) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 12 */
function h257(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if ((((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 13 */
function h258(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!(((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 14 */
function h259(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((t4 | t4) === 0 || ((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test8 rr + 15 */
function h260(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = ((t3 & t1) << 24) >> 24;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((t4 | t4) === 0 || ((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 0 */
function h261(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((0) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 1 */
function h262(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((0) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 2 */
function h263(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((0) !== 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 3 */
function h264(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((0) !== 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 4 */
function h265(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 5 */
function h266(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 6 */
function h267(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((0) !== 0 || (t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 7 */
function h268(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((0) !== 0 || (t4 | t4) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 8 */
function h269(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((t4) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 9 */
function h270(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((t4) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 12 */
function h271(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if ((((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 13 */
function h272(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!(((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 14 */
function h273(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (((t4 | t4) === 0 || ((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test32 rr + 15 */
function h274(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = i.a;
  const t3 = s[t2];
  const t4 = t3 & t1;
  s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
  if (!((t4 | t4) === 0 || ((t4) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 0 */
function h275(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (((0) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 1 */
function h276(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (!((0) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 2 */
function h277(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (((0) !== 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 3 */
function h278(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (!((0) !== 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 4 */
function h279(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (((t6 | t7) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 5 */
function h280(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (!((t6 | t7) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 6 */
function h281(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (((0) !== 0 || (t6 | t7) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 7 */
function h282(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (!((0) !== 0 || (t6 | t7) === 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 8 */
function h283(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (((t7) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 9 */
function h284(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (!((t7) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 12 */
function h285(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if ((((t7) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 13 */
function h286(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (!(((t7) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 14 */
function h287(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (((t6 | t7) === 0 || ((t7) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

/** test64 rr + 15 */
function h288(s: Int32Array, i: Insn, j: Insn): void {
  const t0 = i.b;
  const t1 = s[t0];
  const t2 = s[t0 + 1];
  const t3 = i.a;
  const t4 = s[t3];
  const t5 = s[t3 + 1];
  const t6 = t4 & t1;
  const t7 = t5 & t2;
  s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
  if (!((t6 | t7) === 0 || ((t7) ^ (0)) < 0)) { s[RIP] = j.targetLo; s[RIP + 1] = j.targetHi; }
}

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
        case 1: h1(s, i); break; // mov8 rr
        case 2: if (h2(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // mov8 rm
        case 3: if (h3(s, i, bytes, tw)) limit = leave(cpu, i, n); break; // mov8 mr
        case 4: h4(s, i); break; // mov16 rr
        case 5: if (h5(s, i, view, tr)) limit = leave(cpu, i, n); break; // mov16 rm
        case 6: if (h6(s, i, view, tw)) limit = leave(cpu, i, n); break; // mov16 mr
        case 7: { // mov32 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          s[t2] = t1; s[t2 + 1] = 0;
          break;
        }
        case 8: if (h8(s, i, view, tr)) limit = leave(cpu, i, n); break; // mov32 rm
        case 9: if (h9(s, i, view, tw)) limit = leave(cpu, i, n); break; // mov32 mr
        case 10: { // mov64 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          s[t3] = t1; s[t3 + 1] = t2;
          break;
        }
        case 11: if (h11(s, i, view, tr)) limit = leave(cpu, i, n); break; // mov64 rm
        case 12: if (h12(s, i, view, tw)) limit = leave(cpu, i, n); break; // mov64 mr
        case 13: { // add32 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = (t3 + t1) | 0;
          s[KIND] = 3; s[X] = t3; s[Y] = t1;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 14: if (h14(s, i, view, tr)) limit = leave(cpu, i, n); break; // add32 rm
        case 15: if (h15(s, i, view, tw)) limit = leave(cpu, i, n); break; // add32 mr
        case 16: { // or32 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = t3 | t1;
          s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 17: if (h17(s, i, view, tr)) limit = leave(cpu, i, n); break; // or32 rm
        case 18: if (h18(s, i, view, tw)) limit = leave(cpu, i, n); break; // or32 mr
        case 19: { // and32 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = t3 & t1;
          s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 20: if (h20(s, i, view, tr)) limit = leave(cpu, i, n); break; // and32 rm
        case 21: if (h21(s, i, view, tw)) limit = leave(cpu, i, n); break; // and32 mr
        case 22: { // sub32 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = (t3 - t1) | 0;
          s[KIND] = 7; s[X] = t3; s[Y] = t1;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 23: if (h23(s, i, view, tr)) limit = leave(cpu, i, n); break; // sub32 rm
        case 24: if (h24(s, i, view, tw)) limit = leave(cpu, i, n); break; // sub32 mr
        case 25: { // xor32 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = t3 ^ t1;
          s[KIND] = 9; s[X] = t4; s[X + 1] = t4;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 26: if (h26(s, i, view, tr)) limit = leave(cpu, i, n); break; // xor32 rm
        case 27: if (h27(s, i, view, tw)) limit = leave(cpu, i, n); break; // xor32 mr
        case 28: h28(s, i); break; // cmp32 rr
        case 29: if (h29(s, i, view, tr)) limit = leave(cpu, i, n); break; // cmp32 rm
        case 30: if (h30(s, i, view, tr)) limit = leave(cpu, i, n); break; // cmp32 mr
        case 31: h31(s, i); break; // test32 rr
        case 32: if (h32(s, i, view, tr)) limit = leave(cpu, i, n); break; // test32 mr
        case 33: if (h33(s, i)) limit = leave(cpu, i, n); break; // shl32 rr
        case 34: if (h34(s, i)) limit = leave(cpu, i, n); break; // shr32 rr
        case 35: if (h35(s, i)) limit = leave(cpu, i, n); break; // sar32 rr
        case 36: h36(s, i); break; // imul232 rr
        case 37: h37(s, i); break; // inc32 r
        case 38: h38(s, i); break; // dec32 r
        case 39: h39(s, i); break; // not32 r
        case 40: h40(s, i); break; // neg32 r
        case 41: if (h41(s, i)) limit = leave(cpu, i, n); break; // div32 r
        case 42: if (h42(s, i)) limit = leave(cpu, i, n); break; // idiv32 r
        case 43: h43(s, i); break; // lea32 rm
        case 44: if (h44(s, i, view, tr)) limit = leave(cpu, i, n); break; // imul232 rm
        case 45: h45(s, i); break; // imul332 rrr
        case 46: h46(s); break; // cbw32
        case 47: h47(s); break; // cwd32
        case 48: if (h48(s, i, view, tw)) limit = leave(cpu, i, n); break; // xadd32 mr
        case 49: if (h49(s, i, view, tw)) limit = leave(cpu, i, n); break; // cmpxchg32 mr
        case 50: h50(s, i); break; // movzx32 rr from 8
        case 51: if (h51(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // movzx32 rm from 8
        case 52: h52(s, i); break; // movsx32 rr from 8
        case 53: if (h53(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // movsx32 rm from 8
        case 54: h54(s, i); break; // movzx32 rr from 16
        case 55: if (h55(s, i, view, tr)) limit = leave(cpu, i, n); break; // movzx32 rm from 16
        case 56: h56(s, i); break; // movsx32 rr from 16
        case 57: if (h57(s, i, view, tr)) limit = leave(cpu, i, n); break; // movsx32 rm from 16
        case 58: h58(s, i); break; // cmov32 rr
        case 59: h59(s, i); break; // cmov32 rr if 1
        case 60: h60(s, i); break; // cmov32 rr if 2
        case 61: h61(s, i); break; // cmov32 rr if 3
        case 62: h62(s, i); break; // cmov32 rr if 4
        case 63: h63(s, i); break; // cmov32 rr if 5
        case 64: h64(s, i); break; // cmov32 rr if 6
        case 65: h65(s, i); break; // cmov32 rr if 7
        case 66: h66(s, i); break; // cmov32 rr if 8
        case 67: h67(s, i); break; // cmov32 rr if 9
        case 68: h68(s, i); break; // cmov32 rr if 12
        case 69: h69(s, i); break; // cmov32 rr if 13
        case 70: h70(s, i); break; // cmov32 rr if 14
        case 71: h71(s, i); break; // cmov32 rr if 15
        case 72: { // add64 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = (t4 + t1) | 0;
          const t7 = (t5 + t2 + (((t4 & t1) | ((t4 | t1) & ~t6)) >>> 31)) | 0;
          s[KIND] = 4; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 73: if (h73(s, i, view, tr)) limit = leave(cpu, i, n); break; // add64 rm
        case 74: if (h74(s, i, view, tw)) limit = leave(cpu, i, n); break; // add64 mr
        case 75: { // or64 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = t4 | t1;
          const t7 = t5 | t2;
          s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 76: if (h76(s, i, view, tr)) limit = leave(cpu, i, n); break; // or64 rm
        case 77: if (h77(s, i, view, tw)) limit = leave(cpu, i, n); break; // or64 mr
        case 78: { // and64 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = t4 & t1;
          const t7 = t5 & t2;
          s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 79: if (h79(s, i, view, tr)) limit = leave(cpu, i, n); break; // and64 rm
        case 80: if (h80(s, i, view, tw)) limit = leave(cpu, i, n); break; // and64 mr
        case 81: { // sub64 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = (t4 - t1) | 0;
          const t7 = (t5 - t2 - (((~t4 & t1) | ((~t4 | t1) & t6)) >>> 31)) | 0;
          s[KIND] = 8; s[X] = t4; s[X + 1] = t5; s[Y] = t1; s[Y + 1] = t2;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 82: if (h82(s, i, view, tr)) limit = leave(cpu, i, n); break; // sub64 rm
        case 83: if (h83(s, i, view, tw)) limit = leave(cpu, i, n); break; // sub64 mr
        case 84: { // xor64 rr
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = t4 ^ t1;
          const t7 = t5 ^ t2;
          s[KIND] = 9; s[X] = t6; s[X + 1] = t7;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 85: if (h85(s, i, view, tr)) limit = leave(cpu, i, n); break; // xor64 rm
        case 86: if (h86(s, i, view, tw)) limit = leave(cpu, i, n); break; // xor64 mr
        case 87: h87(s, i); break; // cmp64 rr
        case 88: if (h88(s, i, view, tr)) limit = leave(cpu, i, n); break; // cmp64 rm
        case 89: if (h89(s, i, view, tr)) limit = leave(cpu, i, n); break; // cmp64 mr
        case 90: h90(s, i); break; // test64 rr
        case 91: if (h91(s, i, view, tr)) limit = leave(cpu, i, n); break; // test64 mr
        case 92: if (h92(s, i)) limit = leave(cpu, i, n); break; // shl64 rr
        case 93: if (h93(s, i)) limit = leave(cpu, i, n); break; // shr64 rr
        case 94: if (h94(s, i)) limit = leave(cpu, i, n); break; // sar64 rr
        case 95: h95(s, i); break; // imul264 rr
        case 96: h96(s, i); break; // inc64 r
        case 97: h97(s, i); break; // dec64 r
        case 98: h98(s, i); break; // not64 r
        case 99: h99(s, i); break; // neg64 r
        case 100: if (h100(s, i)) limit = leave(cpu, i, n); break; // div64 r
        case 101: if (h101(s, i)) limit = leave(cpu, i, n); break; // idiv64 r
        case 102: h102(s, i); break; // lea64 rm
        case 103: if (h103(s, i, view, tr)) limit = leave(cpu, i, n); break; // imul264 rm
        case 104: h104(s, i); break; // imul364 rrr
        case 105: h105(s); break; // cbw64
        case 106: h106(s); break; // cwd64
        case 107: if (h107(s, i, view, tw)) limit = leave(cpu, i, n); break; // xadd64 mr
        case 108: if (h108(s, i, view, tw)) limit = leave(cpu, i, n); break; // cmpxchg64 mr
        case 109: h109(s, i); break; // movzx64 rr from 8
        case 110: if (h110(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // movzx64 rm from 8
        case 111: h111(s, i); break; // movsx64 rr from 8
        case 112: if (h112(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // movsx64 rm from 8
        case 113: h113(s, i); break; // movzx64 rr from 16
        case 114: if (h114(s, i, view, tr)) limit = leave(cpu, i, n); break; // movzx64 rm from 16
        case 115: h115(s, i); break; // movsx64 rr from 16
        case 116: if (h116(s, i, view, tr)) limit = leave(cpu, i, n); break; // movsx64 rm from 16
        case 117: h117(s, i); break; // cmov64 rr
        case 118: h118(s, i); break; // cmov64 rr if 1
        case 119: h119(s, i); break; // cmov64 rr if 2
        case 120: h120(s, i); break; // cmov64 rr if 3
        case 121: h121(s, i); break; // cmov64 rr if 4
        case 122: h122(s, i); break; // cmov64 rr if 5
        case 123: h123(s, i); break; // cmov64 rr if 6
        case 124: h124(s, i); break; // cmov64 rr if 7
        case 125: h125(s, i); break; // cmov64 rr if 8
        case 126: h126(s, i); break; // cmov64 rr if 9
        case 127: h127(s, i); break; // cmov64 rr if 12
        case 128: h128(s, i); break; // cmov64 rr if 13
        case 129: h129(s, i); break; // cmov64 rr if 14
        case 130: h130(s, i); break; // cmov64 rr if 15
        case 131: { // movsx64 rr from 32
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = t1 >> 31;
          const t3 = i.a;
          s[t3] = t1; s[t3 + 1] = t2;
          break;
        }
        case 132: if (h132(s, i, view, tr)) limit = leave(cpu, i, n); break; // movsx64 rm from 32
        case 133: h133(s, i); break; // add8 rr
        case 134: h134(s, i); break; // or8 rr
        case 135: h135(s, i); break; // and8 rr
        case 136: h136(s, i); break; // sub8 rr
        case 137: h137(s, i); break; // xor8 rr
        case 138: h138(s, i); break; // cmp8 rr
        case 139: h139(s, i); break; // test8 rr
        case 140: if (h140(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // cmp8 rm
        case 141: if (h141(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // cmp8 mr
        case 142: if (h142(s, i, bytes, tr)) limit = leave(cpu, i, n); break; // test8 mr
        case 143: if (h143(s, i, bytes, tw)) limit = leave(cpu, i, n); break; // or8 mr
        case 144: if (h144(s, i, bytes, tw)) limit = leave(cpu, i, n); break; // and8 mr
        case 145: h145(s, i); break; // set8 r
        case 146: h146(s, i); break; // jcc64
        case 147: h147(s, i); break; // set8 r if 1
        case 148: h148(s, i); break; // jcc64 if 1
        case 149: h149(s, i); break; // set8 r if 2
        case 150: h150(s, i); break; // jcc64 if 2
        case 151: h151(s, i); break; // set8 r if 3
        case 152: h152(s, i); break; // jcc64 if 3
        case 153: h153(s, i); break; // set8 r if 4
        case 154: h154(s, i); break; // jcc64 if 4
        case 155: h155(s, i); break; // set8 r if 5
        case 156: h156(s, i); break; // jcc64 if 5
        case 157: h157(s, i); break; // set8 r if 6
        case 158: h158(s, i); break; // jcc64 if 6
        case 159: h159(s, i); break; // set8 r if 7
        case 160: h160(s, i); break; // jcc64 if 7
        case 161: h161(s, i); break; // set8 r if 8
        case 162: h162(s, i); break; // jcc64 if 8
        case 163: h163(s, i); break; // set8 r if 9
        case 164: h164(s, i); break; // jcc64 if 9
        case 165: h165(s, i); break; // set8 r if 12
        case 166: h166(s, i); break; // jcc64 if 12
        case 167: h167(s, i); break; // set8 r if 13
        case 168: h168(s, i); break; // jcc64 if 13
        case 169: h169(s, i); break; // set8 r if 14
        case 170: h170(s, i); break; // jcc64 if 14
        case 171: h171(s, i); break; // set8 r if 15
        case 172: h172(s, i); break; // jcc64 if 15
        case 173: if (h173(s, i, view, tw)) limit = leave(cpu, i, n); break; // push64 r
        case 174: if (h174(s, i)) limit = leave(cpu, i, n); break; // jmpTo64 r
        case 175: if (h175(s, i, view, tw)) limit = leave(cpu, i, n); break; // callTo64 r
        case 176: if (h176(s, i, view, tr, tw)) limit = leave(cpu, i, n); break; // push64 m
        case 177: if (h177(s, i, view, tr)) limit = leave(cpu, i, n); break; // jmpTo64 m
        case 178: if (h178(s, i, view, tr, tw)) limit = leave(cpu, i, n); break; // callTo64 m
        case 179: if (h179(s, i, view, tr)) limit = leave(cpu, i, n); break; // pop64 r
        case 180: if (h180(s, view, tr)) limit = leave(cpu, i, n); break; // leave64
        case 181: { // jmp64
          s[RIP] = i.targetLo; s[RIP + 1] = i.targetHi;
          break;
        }
        case 182: if (h182(s, i, view, tw)) limit = leave(cpu, i, n); break; // call64
        case 183: if (h183(s, view, tr)) limit = leave(cpu, i, n); break; // ret64
        case 184: h184(); break; // nop64
        case 185: if (h185(s)) limit = leave(cpu, i, n); break; // cli64
        case 186: if (h186(s)) limit = leave(cpu, i, n); break; // swapgs64
        case 187: h187(s); break; // cld64
        case 188: h188(s); break; // std64
        case 189: { // add32 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = (t3 + t1) | 0;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 190: { // or32 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = t3 | t1;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 191: { // and32 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = t3 & t1;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 192: { // sub32 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = (t3 - t1) | 0;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 193: { // xor32 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = i.a;
          const t3 = s[t2];
          const t4 = t3 ^ t1;
          const t5 = i.a;
          s[t5] = t4; s[t5 + 1] = 0;
          break;
        }
        case 194: if (h194(s, i)) limit = leave(cpu, i, n); break; // shl32 rr quiet
        case 195: if (h195(s, i)) limit = leave(cpu, i, n); break; // shr32 rr quiet
        case 196: if (h196(s, i)) limit = leave(cpu, i, n); break; // sar32 rr quiet
        case 197: { // add64 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = (t4 + t1) | 0;
          const t7 = (t5 + t2 + (((t4 & t1) | ((t4 | t1) & ~t6)) >>> 31)) | 0;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 198: { // or64 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = t4 | t1;
          const t7 = t5 | t2;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 199: { // and64 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = t4 & t1;
          const t7 = t5 & t2;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 200: { // sub64 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = (t4 - t1) | 0;
          const t7 = (t5 - t2 - (((~t4 & t1) | ((~t4 | t1) & t6)) >>> 31)) | 0;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 201: { // xor64 rr quiet
          const t0 = i.b;
          const t1 = s[t0];
          const t2 = s[t0 + 1];
          const t3 = i.a;
          const t4 = s[t3];
          const t5 = s[t3 + 1];
          const t6 = t4 ^ t1;
          const t7 = t5 ^ t2;
          const t8 = i.a;
          s[t8] = t6; s[t8 + 1] = t7;
          break;
        }
        case 202: if (h202(s, i)) limit = leave(cpu, i, n); break; // shl64 rr quiet
        case 203: if (h203(s, i)) limit = leave(cpu, i, n); break; // shr64 rr quiet
        case 204: if (h204(s, i)) limit = leave(cpu, i, n); break; // sar64 rr quiet
        case 205: h205(s, i, insns[n + 1]); n++; break; // cmp8 rr + 0
        case 206: h206(s, i, insns[n + 1]); n++; break; // cmp8 rr + 1
        case 207: h207(s, i, insns[n + 1]); n++; break; // cmp8 rr + 2
        case 208: h208(s, i, insns[n + 1]); n++; break; // cmp8 rr + 3
        case 209: h209(s, i, insns[n + 1]); n++; break; // cmp8 rr + 4
        case 210: h210(s, i, insns[n + 1]); n++; break; // cmp8 rr + 5
        case 211: h211(s, i, insns[n + 1]); n++; break; // cmp8 rr + 6
        case 212: h212(s, i, insns[n + 1]); n++; break; // cmp8 rr + 7
        case 213: h213(s, i, insns[n + 1]); n++; break; // cmp8 rr + 8
        case 214: h214(s, i, insns[n + 1]); n++; break; // cmp8 rr + 9
        case 215: h215(s, i, insns[n + 1]); n++; break; // cmp8 rr + 12
        case 216: h216(s, i, insns[n + 1]); n++; break; // cmp8 rr + 13
        case 217: h217(s, i, insns[n + 1]); n++; break; // cmp8 rr + 14
        case 218: h218(s, i, insns[n + 1]); n++; break; // cmp8 rr + 15
        case 219: h219(s, i, insns[n + 1]); n++; break; // cmp32 rr + 0
        case 220: h220(s, i, insns[n + 1]); n++; break; // cmp32 rr + 1
        case 221: h221(s, i, insns[n + 1]); n++; break; // cmp32 rr + 2
        case 222: h222(s, i, insns[n + 1]); n++; break; // cmp32 rr + 3
        case 223: h223(s, i, insns[n + 1]); n++; break; // cmp32 rr + 4
        case 224: h224(s, i, insns[n + 1]); n++; break; // cmp32 rr + 5
        case 225: h225(s, i, insns[n + 1]); n++; break; // cmp32 rr + 6
        case 226: h226(s, i, insns[n + 1]); n++; break; // cmp32 rr + 7
        case 227: h227(s, i, insns[n + 1]); n++; break; // cmp32 rr + 8
        case 228: h228(s, i, insns[n + 1]); n++; break; // cmp32 rr + 9
        case 229: h229(s, i, insns[n + 1]); n++; break; // cmp32 rr + 12
        case 230: h230(s, i, insns[n + 1]); n++; break; // cmp32 rr + 13
        case 231: h231(s, i, insns[n + 1]); n++; break; // cmp32 rr + 14
        case 232: h232(s, i, insns[n + 1]); n++; break; // cmp32 rr + 15
        case 233: h233(s, i, insns[n + 1]); n++; break; // cmp64 rr + 0
        case 234: h234(s, i, insns[n + 1]); n++; break; // cmp64 rr + 1
        case 235: h235(s, i, insns[n + 1]); n++; break; // cmp64 rr + 2
        case 236: h236(s, i, insns[n + 1]); n++; break; // cmp64 rr + 3
        case 237: h237(s, i, insns[n + 1]); n++; break; // cmp64 rr + 4
        case 238: h238(s, i, insns[n + 1]); n++; break; // cmp64 rr + 5
        case 239: h239(s, i, insns[n + 1]); n++; break; // cmp64 rr + 6
        case 240: h240(s, i, insns[n + 1]); n++; break; // cmp64 rr + 7
        case 241: h241(s, i, insns[n + 1]); n++; break; // cmp64 rr + 8
        case 242: h242(s, i, insns[n + 1]); n++; break; // cmp64 rr + 9
        case 243: h243(s, i, insns[n + 1]); n++; break; // cmp64 rr + 12
        case 244: h244(s, i, insns[n + 1]); n++; break; // cmp64 rr + 13
        case 245: h245(s, i, insns[n + 1]); n++; break; // cmp64 rr + 14
        case 246: h246(s, i, insns[n + 1]); n++; break; // cmp64 rr + 15
        case 247: h247(s, i, insns[n + 1]); n++; break; // test8 rr + 0
        case 248: h248(s, i, insns[n + 1]); n++; break; // test8 rr + 1
        case 249: h249(s, i, insns[n + 1]); n++; break; // test8 rr + 2
        case 250: h250(s, i, insns[n + 1]); n++; break; // test8 rr + 3
        case 251: h251(s, i, insns[n + 1]); n++; break; // test8 rr + 4
        case 252: h252(s, i, insns[n + 1]); n++; break; // test8 rr + 5
        case 253: h253(s, i, insns[n + 1]); n++; break; // test8 rr + 6
        case 254: h254(s, i, insns[n + 1]); n++; break; // test8 rr + 7
        case 255: h255(s, i, insns[n + 1]); n++; break; // test8 rr + 8
        case 256: h256(s, i, insns[n + 1]); n++; break; // test8 rr + 9
        case 257: h257(s, i, insns[n + 1]); n++; break; // test8 rr + 12
        case 258: h258(s, i, insns[n + 1]); n++; break; // test8 rr + 13
        case 259: h259(s, i, insns[n + 1]); n++; break; // test8 rr + 14
        case 260: h260(s, i, insns[n + 1]); n++; break; // test8 rr + 15
        case 261: h261(s, i, insns[n + 1]); n++; break; // test32 rr + 0
        case 262: h262(s, i, insns[n + 1]); n++; break; // test32 rr + 1
        case 263: h263(s, i, insns[n + 1]); n++; break; // test32 rr + 2
        case 264: h264(s, i, insns[n + 1]); n++; break; // test32 rr + 3
        case 265: h265(s, i, insns[n + 1]); n++; break; // test32 rr + 4
        case 266: h266(s, i, insns[n + 1]); n++; break; // test32 rr + 5
        case 267: h267(s, i, insns[n + 1]); n++; break; // test32 rr + 6
        case 268: h268(s, i, insns[n + 1]); n++; break; // test32 rr + 7
        case 269: h269(s, i, insns[n + 1]); n++; break; // test32 rr + 8
        case 270: h270(s, i, insns[n + 1]); n++; break; // test32 rr + 9
        case 271: h271(s, i, insns[n + 1]); n++; break; // test32 rr + 12
        case 272: h272(s, i, insns[n + 1]); n++; break; // test32 rr + 13
        case 273: h273(s, i, insns[n + 1]); n++; break; // test32 rr + 14
        case 274: h274(s, i, insns[n + 1]); n++; break; // test32 rr + 15
        case 275: h275(s, i, insns[n + 1]); n++; break; // test64 rr + 0
        case 276: h276(s, i, insns[n + 1]); n++; break; // test64 rr + 1
        case 277: h277(s, i, insns[n + 1]); n++; break; // test64 rr + 2
        case 278: h278(s, i, insns[n + 1]); n++; break; // test64 rr + 3
        case 279: h279(s, i, insns[n + 1]); n++; break; // test64 rr + 4
        case 280: h280(s, i, insns[n + 1]); n++; break; // test64 rr + 5
        case 281: h281(s, i, insns[n + 1]); n++; break; // test64 rr + 6
        case 282: h282(s, i, insns[n + 1]); n++; break; // test64 rr + 7
        case 283: h283(s, i, insns[n + 1]); n++; break; // test64 rr + 8
        case 284: h284(s, i, insns[n + 1]); n++; break; // test64 rr + 9
        case 285: h285(s, i, insns[n + 1]); n++; break; // test64 rr + 12
        case 286: h286(s, i, insns[n + 1]); n++; break; // test64 rr + 13
        case 287: h287(s, i, insns[n + 1]); n++; break; // test64 rr + 14
        case 288: h288(s, i, insns[n + 1]); n++; break; // test64 rr + 15
        default: limit = leave(cpu, i, n);
      }
    } while (++n < limit);
    cpu.endBlock(block, n);
  }
  if (s[KIND] !== 0) settle(s);
  return false;
}
