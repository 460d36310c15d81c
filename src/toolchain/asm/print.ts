/** Assembly items as AT&T text that GNU as accepts. Debug marks are left out, or shown as comments. */
import type { AsmExpr, AsmItem, AsmOperand, AsmUnit } from './items.ts';

function printExpr(e: AsmExpr): string {
  let text = e.symbol ?? '';
  if (e.minus !== undefined) text += ` - ${e.minus}`;
  if (e.addend !== 0n || text === '') text += text && e.addend >= 0n ? `+${e.addend}` : String(e.addend);
  return text;
}

export function printOperand(o: AsmOperand): string {
  switch (o.kind) {
    case 'reg': return `%${o.name}`;
    case 'imm': return `$${printExpr(o.value)}`;
    case 'target': return printExpr(o.value);
    case 'indirect': return `*${printOperand(o.operand)}`;
    case 'mem': {
      const segment = o.segment ? `%${o.segment}:` : '';
      const disp = o.disp.symbol !== undefined || o.disp.addend !== 0n || (!o.base && !o.index) ? printExpr(o.disp) : '';
      const index = o.index ? `,%${o.index},${o.scale ?? 1}` : '';
      return `${segment}${disp}${o.base || o.index ? `(${o.base ? `%${o.base}` : ''}${index})` : ''}`;
    }
  }
}

const DATA = { 1: '.byte', 2: '.short', 4: '.long', 8: '.quad' } as const;

/** undefined: the item has no text. */
export function printItem(i: AsmItem): string | undefined {
  switch (i.kind) {
    case 'insn': return `\t${i.prefix ? `${i.prefix} ` : ''}${i.mnemonic}${i.operands.length ? `\t${i.operands.map(printOperand).join(', ')}` : ''}`;
    case 'label': return `${i.name}:`;
    case 'section': return `\t.section ${i.name}${i.flags === undefined ? '' : `,"${i.flags}",@${i.type ?? 'progbits'}`}`;
    case 'binding': return i.binding === 'local' ? `\t.local ${i.name}` : `\t.${i.binding === 'global' ? 'globl' : 'weak'} ${i.name}`;
    case 'type': return `\t.type ${i.name}, @${i.type}`;
    case 'size': return `\t.size ${i.name}, ${printExpr(i.value)}`;
    case 'data': return `\t${DATA[i.size]} ${i.values.map(printExpr).join(', ')}`;
    case 'bytes': return i.bytes.length ? `\t.byte ${i.bytes.join(', ')}` : undefined;
    case 'zero': return `\t.skip ${i.count}, ${i.fill}`;
    case 'align': return `\t.balign ${i.bytes}${i.fill === undefined ? '' : `, ${i.fill}`}`;
    case 'set': return `\t.set ${i.name}, ${printExpr(i.value)}`;
    default: return undefined;
  }
}

export function printUnit(unit: AsmUnit): string {
  const lines = unit.items.map(printItem).filter((line) => line !== undefined);
  return `${lines.join('\n')}\n\t.section .note.GNU-stack,"",@progbits\n`;
}
