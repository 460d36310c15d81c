/** `#pragma pack`. GCC manual, "Structure-Layout Pragmas". */
import { IDENT, NUMBER, type Token } from './tokens.ts';

export interface PackState {
  /** No member is aligned to more than this; 0: as its type says. */
  now: number;
  stack: { name: string; pack: number }[];
}

/** The state after `#pragma pack` with these tokens behind it; a string says what is wrong. */
export function parsePack(tokens: readonly Token[], state: PackState): PackState | string {
  const words = tokens.map((t) => t.text);
  if (words[0] !== '(' || words[words.length - 1] !== ')') return '#pragma pack needs parentheses';
  const inside = tokens.slice(1, -1);
  if (inside.some((t, i) => (i % 2 === 1) !== (t.text === ',')) || (inside.length > 0 && inside.length % 2 === 0)) return '#pragma pack takes words with commas between them';
  const [first, ...rest] = inside.filter((t) => t.text !== ',');
  const number = (t: Token): number | string => {
    if (t.kind !== NUMBER || !/^(0|1|2|4|8|16)$/.test(t.text)) return `#pragma pack: an alignment is 1, 2, 4, 8 or 16, not \`${t.text}\``;
    return Number(t.text);
  };
  if (!first) return { ...state, now: 0 };
  if (first.text === 'push') {
    const name = rest[0]?.kind === IDENT ? rest.shift()!.text : '';
    const now = rest[0] ? number(rest.shift()!) : state.now;
    if (typeof now === 'string') return now;
    return rest.length ? '#pragma pack(push) takes a name and an alignment' : { now, stack: [...state.stack, { name, pack: state.now }] };
  }
  if (first.text === 'pop') {
    const name = rest.length === 1 && rest[0]!.kind === IDENT ? rest[0]!.text : '';
    if (rest.length && !name) return '#pragma pack(pop) takes at most a name';
    let at = state.stack.length - 1;
    while (name && at >= 0 && state.stack[at]!.name !== name) at--;
    if (at < 0) return name ? `#pragma pack(pop): no push names ${name}` : '#pragma pack(pop) without a push before it';
    return { now: state.stack[at]!.pack, stack: state.stack.slice(0, at) };
  }
  const now = rest.length ? '#pragma pack takes one alignment' : number(first);
  return typeof now === 'string' ? now : { ...state, now };
}
