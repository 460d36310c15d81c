/** Small repairs after allocation, when copies may have become pointless and sums can become one lea. */
import { FLAGS, IMM, imm, JUMP, MEM, memory, REG, reg, type Block, type FunctionCode, type Insn } from './ir.ts';
import { GONE } from './liveness.ts';

export function peephole(code: FunctionCode): void {
  for (const b of code.blocks) {
    const { insns } = b;
    for (let i = 0; i < insns.length; i++) {
      const insn = insns[i]!;
      if (insn === GONE) continue;
      improve(b, i, insn);
    }
  }
}

/** Does something after instruction i use the flags as they are now? */
function flagsNeeded(b: Block, i: number): boolean {
  for (let k = i + 1; k < b.insns.length; k++) {
    const next = b.insns[k]!;
    if (next.op === 'jcc' || next.op === 'set' || next.op === 'cmov') return true;
    if (next.shape & (FLAGS | JUMP)) return false;
  }
  return false;
}

function following(b: Block, i: number): number {
  let k = i + 1;
  while (k < b.insns.length && b.insns[k] === GONE) k++;
  return k;
}

function improve(b: Block, i: number, insn: Insn): void {
  const { src, dst } = insn;
  switch (insn.op) {
    case 'mov': {
      if (!src || !dst || dst.kind !== REG) return;
      if (src.kind === REG && src.reg === dst.reg) {
        b.insns[i] = GONE;
        return;
      }
      const k = following(b, i);
      const next = b.insns[k];
      if (src.kind === REG && next && (next.op === 'add' || next.op === 'sub') && next.size === insn.size && insn.size >= 4 && next.dst!.kind === REG &&
        next.dst!.reg === dst.reg && !flagsNeeded(b, k)) {
        const by = next.src!;
        const m = memory(src.reg);
        if (by.kind === REG && next.op === 'add' && by.reg !== dst.reg) m.index = by.reg;
        else if (by.kind === IMM && !by.symbol && by.value > -0x8000_0000n && by.value <= 0x7fff_ffffn)
          m.disp = Number(next.op === 'add' ? by.value : -by.value);
        else return;
        next.become('lea');
        next.src = m;
        b.insns[i] = GONE;
        return;
      }
      if (src.kind === IMM && src.value === 0n && !src.symbol && !flagsNeeded(b, i)) {
        insn.become('xor');
        insn.size = 4;
        insn.src = dst;
      }
      return;
    }
    case 'lea':
      if (src!.kind === MEM && src!.index < 0 && src!.disp === 0 && !src!.symbol && !src!.slot && src!.base >= 0 && src!.base === dst!.reg && insn.size === 8)
        b.insns[i] = GONE;
      // A sum into one of its own terms is an addition.
      else if (src!.kind === MEM && !src!.symbol && !src!.slot && src!.base === dst!.reg && !flagsNeeded(b, i)) {
        if (src!.index < 0) {
          const { disp } = src!;
          insn.become(disp < 0 ? 'sub' : 'add');
          insn.src = imm(disp < 0 ? -disp : disp);
        } else if (src!.scale === 1 && src!.disp === 0) {
          insn.become('add');
          insn.src = reg(src!.index);
        }
      }
      return;
    case 'cmp':
      if (src!.kind === IMM && src!.value === 0n && !src!.symbol && dst!.kind === REG) {
        insn.become('test');
        insn.src = dst;
      }
      return;
    default:
  }
}
