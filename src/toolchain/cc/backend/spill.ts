/** Moves virtual registers into the frame: memory operands where the instruction takes one, loads and stores elsewhere. */
import {
  DEF, DST_MEM, Insn, MEM, REG, reg, Slot, slotOperand, SRC_DEF, SRC_MEM, USE, type FunctionCode, type Operand,
} from './ir.ts';
import { GONE } from './liveness.ts';

export function spill(code: FunctionCode, registers: number[], reload: Set<number>): void {
  const slots = new Map<number, Slot>();
  for (const r of registers) {
    const slot = new Slot(8, 8, '');
    code.slots.push(slot);
    slots.set(r, slot);
    code.spilled.set(r, slot);
  }
  const place = (r: number): Operand => slotOperand(slots.get(r)!);
  const widthOf = (r: number): 4 | 8 => (code.width[r] === 8 ? 8 : 4);
  for (const b of code.blocks) {
    const out: Insn[] = [];
    for (const insn of b.insns) {
      if (insn === GONE) continue;
      const before: Insn[] = [];
      const after: Insn[] = [];
      /** One temporary per spilled register and instruction. */
      const temps = new Map<number, Operand>();
      const loaded = new Set<number>();
      const temp = (r: number): Operand => {
        let t = temps.get(r);
        if (!t) {
          t = reg(code.newReg(widthOf(r)));
          reload.add(t.reg);
          temps.set(r, t);
        }
        return t;
      };
      const load = (r: number): Operand => {
        const t = temp(r);
        if (!loaded.has(r)) {
          loaded.add(r);
          before.push(new Insn('mov', widthOf(r), place(r), t, insn.at));
        }
        return t;
      };
      const store = (r: number): Operand => {
        const t = temp(r);
        after.push(new Insn('mov', widthOf(r), t, place(r), insn.at));
        return t;
      };
      const addresses = (o: Operand): Operand => {
        if (!slots.has(o.base) && !slots.has(o.index)) return o;
        const c = o.copy();
        if (slots.has(o.base)) c.base = load(o.base).reg;
        if (slots.has(o.index)) c.index = load(o.index).reg;
        return c;
      };
      const shape = insn.shape;
      if (insn.src?.kind === MEM) insn.src = addresses(insn.src);
      if (insn.dst?.kind === MEM) insn.dst = addresses(insn.dst);
      const { src, dst } = insn;
      const dstSpilled = dst?.kind === REG && slots.has(dst.reg);
      const srcSpilled = src?.kind === REG && slots.has(src.reg);
      const bytes = insn.op === 'set' ? 1 : insn.size;
      if (dstSpilled) {
        const r = dst.reg;
        // Writing part of a wide slot would leave the rest as it was; a register's upper half is cleared.
        const writable = !(shape & DEF) || bytes === widthOf(r) || (insn.op === 'set') || (bytes < 4 && (shape & USE) !== 0);
        const immediateFits = !(insn.op === 'mov' && src?.kind === 1 && insn.size === 8 && !src.symbol &&
          (src.value < -0x8000_0000n || src.value > 0x7fff_ffffn));
        const srcFree = src === null || src.kind === 1 || (src.kind === REG && (!srcSpilled || src.reg === -1));
        if (shape & DST_MEM && writable && srcFree && immediateFits) insn.dst = place(r);
        else {
          insn.dst = shape & USE ? load(r) : temp(r);
          if (shape & DEF) store(r);
        }
      }
      if (srcSpilled) {
        const r = src.reg;
        const read = insn.op === 'zx' || insn.op === 'sx' ? insn.srcSize : insn.size;
        if (shape & SRC_MEM && insn.dst?.kind !== MEM && read <= widthOf(r) && !(shape & SRC_DEF) && !temps.has(r)) insn.src = place(r);
        else {
          insn.src = load(r);
          if (shape & SRC_DEF) store(r);
        }
      }
      if (insn.asm) {
        for (const o of insn.asm.operands) {
          const x = o.operand;
          if (x.kind === MEM) o.operand = addresses(x);
          else if (x.kind === REG && slots.has(x.reg)) {
            const r = x.reg;
            o.operand = o.isInput ? load(r) : temp(r);
            if (o.isOutput) store(r);
          }
        }
      }
      if (insn.trace) {
        for (const a of insn.trace.args) {
          const o = a.base;
          if (o.kind === REG && slots.has(o.reg)) {
            // The value is in the frame: its address, and one load more.
            const size = Math.min(a.size, widthOf(o.reg)) as 1 | 2 | 4 | 8;
            a.base = place(o.reg);
            a.steps = [{ offset: 0, load: size, signed: false }, ...a.steps];
          } else if (o.kind === MEM) a.base = addresses(o);
        }
      }
      out.push(...before, insn, ...after);
    }
    b.insns.length = 0;
    for (const i of out) b.insns.push(i);
  }
}
