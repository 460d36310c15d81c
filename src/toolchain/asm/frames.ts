/** Frame hints of hand-written code, followed through what moves RSP: what a `.frame_hint` says holds at each instruction, not only at the next one. */
import type { FrameHint } from '../../formats/debug-info.ts';
import type { AsmItem, AsmOperand } from './items.ts';

const WORD = 8;

/** By how much an instruction lowers RSP; undefined: by a number that is not written there, or not at all. */
function lowers({ mnemonic, operands }: Extract<AsmItem, { kind: 'insn' }>): number | undefined {
  const last = operands.at(-1), isToRsp = last?.kind === 'reg' && last.name === 'rsp';
  switch (mnemonic) {
    case 'push': case 'pushq': case 'pushf': case 'pushfq': return WORD;
    case 'pop': case 'popq': return isToRsp ? undefined : -WORD;
    case 'popf': case 'popfq': return -WORD;
    case 'add': case 'addq': case 'sub': case 'subq': {
      const by = operands[0]?.kind === 'imm' && operands[0].value.symbol === undefined ? Number(operands[0].value.addend) : undefined;
      return !isToRsp || by === undefined ? undefined : mnemonic.startsWith('sub') ? by : -by;
    }
    default: return undefined;
  }
}

/** What a push puts there: a register, or a word of the saved registers that the hint finds by a register of its own. */
function pushed(mnemonic: string, operand: AsmOperand | undefined, { kind, reg, offset }: FrameHint): string | number {
  if (mnemonic.startsWith('pushf')) return 'flags';
  if (operand?.kind === 'reg') return operand.name;
  if (operand?.kind === 'mem' && operand.base === reg && reg !== 'rsp' && operand.index === undefined && operand.disp.symbol === undefined && kind === 'regs')
    return (Number(operand.disp.addend) - offset) / WORD;
  return '';
}

function after(hint: FrameHint, insn: Extract<AsmItem, { kind: 'insn' }>, by: number): FrameHint {
  const own = [...(hint.own ?? [])];
  if (by > 0) own.unshift(...Array.from({ length: by / WORD }, () => pushed(insn.mnemonic, insn.operands[0], hint)));
  else own.splice(0, -by / WORD);
  while (own.at(-1) === '') own.pop();
  const { kind, reg, offset, saving } = hint;
  return { kind, reg, offset: reg === 'rsp' ? offset + by : offset, ...(saving === undefined ? {} : { saving: saving + by }), ...(own.length ? { own } : {}) };
}

/** The items with a hint behind each instruction that moves RSP by a known number, where a hint says how the frame lies. */
export function followFrames(items: readonly AsmItem[]): AsmItem[] {
  const out: AsmItem[] = [];
  let hint: FrameHint | undefined;
  for (const item of items) {
    out.push(item);
    if (item.kind === 'func' || item.kind === 'endfunc') hint = undefined;
    else if (item.kind === 'frame') ({ hint } = item);
    else if (item.kind === 'insn' && hint && hint.kind !== 'empty') {
      const by = lowers(item);
      if (by === undefined || by % WORD !== 0) continue;
      hint = after(hint, item, by);
      out.push({ kind: 'frame', hint });
    }
  }
  return out;
}
