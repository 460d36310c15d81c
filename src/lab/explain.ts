/** What an instruction does with the values of this moment, whether it comes next or not: a line for each operand, by its row in the instruction table. */
import type { VirtAddr } from '../base/units.ts';
import { conditionHolds } from '../isa/conditions.ts';
import { decode } from '../isa/decode.ts';
import { FLAG_NAMES } from '../isa/registers.ts';
import { conditionOf, flag, flagsOf } from './narration.ts';
import { operandsOf, valueText, type OperandNow, type Scene } from './operands.ts';

const VERB: Readonly<Record<string, string>> = { r: 'reads', w: 'writes', x: 'reads and writes', '?': 'uses' };

function line(operand: OperandNow, scene: Scene): string | undefined {
  const { use, name, addr, size, value, isImmediate, target } = operand;
  if (isImmediate || target !== undefined) return undefined;
  const is = value === undefined ? '' : valueText(scene, value, size);
  const told = value === undefined ? (addr === undefined ? '' : ', which is not mapped') : use === 'w' ? `, which is ${is} now` : `: ${is}`;
  if (addr === undefined) return `${VERB[use] ?? 'uses'} \`${name}\`${told}`;
  const where = `${name ? `\`${name}\` ` : ''}at 0x${addr.toString(16)}`;
  if (use === 'a') return `takes the address ${where.replace(' at', ',').replace(/^at /, '')}`;
  return `${VERB[use] ?? 'uses'} ${size} byte${size === 1 ? '' : 's'}${name ? ' of' : ''} ${where}${told}`;
}

/** @param bytes from there on, as many as there are. */
export function explain(at: VirtAddr, bytes: Uint8Array, scene: Scene): string[] {
  const insn = decode(bytes, 0);
  if (typeof insn === 'string') return ['no instruction: it would be refused'];
  const { registers, symbols } = scene, { row } = insn, out: string[] = [];
  const operands = operandsOf(insn, at, scene);
  if (row.notes.about) out.push(row.notes.about);
  for (const operand of operands) {
    const text = line(operand, scene);
    if (text !== undefined) out.push(text);
  }
  const condition = conditionOf(row.mnemonic), target = operands.find((one) => one.target !== undefined)?.target;
  const holds = condition < 0 || conditionHolds(condition, (name) => flag(registers, name) === 1);
  const because = condition < 0 ? '' : `: ${flagsOf(condition, registers)}`;
  if (target !== undefined) out.push(`${condition < 0 ? 'goes' : holds ? 'would jump' : 'would not jump'} to ` +
    `\`${symbols.name(target) ?? `0x${target.toString(16)}`}\`${because}`);
  else if (condition >= 0) out.push(`the condition ${holds ? 'holds' : 'does not hold'}${because}`);
  const set = FLAG_NAMES.filter(([name]) => name !== 'AC' && row.flags.includes(name[0])).map(([name]) => name);
  if (set.length && target === undefined) out.push(`sets ${set.join(' ')}`);
  return out;
}
