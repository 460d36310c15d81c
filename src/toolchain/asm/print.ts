/** Items as AT&T text that GNU as accepts. Debug marks become comments. */
import type { AsmExpr, AsmItem, AsmOperand, AsmUnit } from './items.ts';

export function printUnit(unit: AsmUnit): string {
  const lines = [`\t.file\t"${unit.file}"`];
  for (const item of unit.items) {
    const text = printItem(item);
    if (text !== '') lines.push(text);
  }
  return `${lines.join('\n')}\n`;
}

/** One item; '' for marks that say nothing to a reader. */
export function printItem(item: AsmItem): string {
  switch (item.kind) {
    case 'insn': return printInstruction(item);
    case 'label': return `${item.name}:`;
    case 'section': return printSection(item);
    case 'binding': return `\t.${item.binding === 'global' ? 'globl' : item.binding}\t${item.name}`;
    case 'type': return `\t.type\t${item.name}, @${item.type}`;
    case 'size': return `\t.size\t${item.name}, ${expression(item.value)}`;
    case 'data': return `\t.${({ 1: 'byte', 2: 'word', 4: 'long', 8: 'quad' } as const)[item.size]}\t${item.values.map(expression).join(', ')}`;
    case 'bytes': return printBytes(item.bytes);
    case 'zero': return item.fill ? `\t.skip\t${item.count}, ${item.fill}` : `\t.zero\t${item.count}`;
    case 'align': return `\t.balign\t${item.bytes}${item.fill === undefined && !item.max ? '' : `, ${item.fill ?? ''}`}${item.max ? `, ${item.max}` : ''}`;
    case 'org': return `\t.org\t${expression(item.to)}, ${item.fill}`;
    case 'set': return `\t.set\t${item.name}, ${expression(item.value)}`;
    case 'loc': return `\t# ${item.file}:${item.line}`;
    case 'frame': return `\t# frame: ${item.hint.kind} ${item.hint.reg}${item.hint.offset < 0 ? '' : '+'}${item.hint.offset}`;
    case 'trace': return `\t# trace: ${item.name} ${item.args.map(({ name }) => name).join(' ')}`;
    case 'func': case 'endfunc': case 'place': case 'saved': case 'global-variable': return '';
  }
}

function printInstruction(item: Extract<AsmItem, { kind: 'insn' }>): string {
  const prefix = item.prefix ? `${item.prefix} ` : '';
  const operands = item.operands.map(printOperand).join(', ');
  return `\t${prefix}${item.mnemonic}${operands ? `\t${operands}` : ''}`;
}

function printSection({ name, flags, type }: Extract<AsmItem, { kind: 'section' }>): string {
  if (flags === undefined && (name === '.text' || name === '.data' || name === '.bss')) return `\t${name}`;
  return `\t.section\t${name}${flags === undefined ? '' : `, "${flags}"${type ? `, @${type}` : ''}`}`;
}

export function printOperand(operand: AsmOperand): string {
  switch (operand.kind) {
    case 'reg': return `%${operand.name}`;
    case 'imm': return `$${expression(operand.value)}`;
    case 'target': return expression(operand.value);
    case 'indirect': return `*${printOperand(operand.operand)}`;
    case 'mem': {
      const { segment, base, index, scale, disp } = operand;
      const displacement = disp.symbol === undefined && disp.minus === undefined && disp.addend === 0n && (base ?? index) !== undefined ? '' : expression(disp);
      const inside = index === undefined ? (base === undefined ? '' : `%${base}`) : `${base === undefined ? '' : `%${base}`},%${index},${scale ?? 1}`;
      return `${segment ? `%${segment}:` : ''}${displacement}${inside ? `(${inside})` : ''}`;
    }
  }
}

function expression({ symbol, minus, addend }: AsmExpr): string {
  if (symbol === undefined && minus === undefined) return addend.toString();
  const sum = `${symbol ?? '0'}${minus === undefined ? '' : `-${minus}`}`;
  return addend === 0n ? sum : `${sum}${addend < 0n ? '' : '+'}${addend}`;
}

const PRINTABLE: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\' };

/** As a string where it reads as one. */
function printBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  const readable = bytes.length > 1 && bytes.every((byte, n) =>
    (byte >= 32 && byte < 127) || PRINTABLE[byte] !== undefined || (byte === 0 && n === bytes.length - 1));
  if (!readable) {
    const rows: string[] = [];
    for (let n = 0; n < bytes.length; n += 16) rows.push(`\t.byte\t${Array.from(bytes.subarray(n, n + 16)).join(', ')}`);
    return rows.join('\n');
  }
  const ends = bytes[bytes.length - 1] === 0;
  const text = Array.from(ends ? bytes.subarray(0, -1) : bytes, (byte) => PRINTABLE[byte] ?? String.fromCharCode(byte)).join('');
  return `\t.${ends ? 'string' : 'ascii'}\t"${text}"`;
}
