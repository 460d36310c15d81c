/** Pragmas. C11 (N1570), 6.10.6; GCC manual, "Pragmas Accepted by GCC". */
import { decodeString } from '../literals.ts';
import type { Expander } from './expander.ts';
import { IDENT, NUMBER, PACK_SHIFT, STRING, type Macro, type Name, type Names, type Token } from './tokens.ts';

interface PackState {
  /** No member is aligned to more than this; 0: as its type says. */
  now: number;
  stack: { name: string; pack: number }[];
}

/** Of warnings and optimisations only. */
const HARMLESS_GCC_PRAGMAS = new Set(['diagnostic', 'system_header', 'optimize', 'push_options', 'pop_options', 'reset_options', 'ivdep', 'unroll',
  'visibility', 'poison', 'warning', 'error', 'dependency']);

/** What the pragmas of one unit have said so far. */
export class Pragmas {
  readonly #names: Names;
  readonly #expander: Expander;
  readonly #once: Set<string>;
  readonly #report: (severity: 'error' | 'warning', at: Token, message: string) => void;
  /** From which token of the unit each alignment holds. */
  readonly #packs: { from: number; pack: number }[] = [];
  readonly #pushed = new Map<Name, (Macro | null)[]>();
  #pack: PackState = { now: 0, stack: [] };

  /** @param once files that are read once. */
  constructor(names: Names, expander: Expander, once: Set<string>, report: (severity: 'error' | 'warning', at: Token, message: string) => void) {
    this.#names = names;
    this.#expander = expander;
    this.#once = once;
    this.#report = report;
  }

  /** `position`: how many tokens of the unit stand before it. What is unknown is told, for it may have been meant to matter. */
  obey(word: Token, line: Token[], position: number): void {
    const [first, second] = line;
    switch (first?.text) {
      case undefined: return;
      case 'once': this.#once.add(first!.file.path); return;
      case 'pack': {
        const pack = parsePack(this.#expander.expandAll(line.slice(1)), this.#pack);
        if (typeof pack === 'string') this.#report('error', first!, pack);
        else {
          this.#pack = pack;
          this.#packs.push({ from: position, pack: pack.now });
        }
        return;
      }
      case 'push_macro': case 'pop_macro': {
        const text = line[2]?.kind === STRING && line[1]!.text === '(' && line[3]?.text === ')' ? String.fromCharCode(...decodeString(line[2].text)) : '';
        if (!/^[A-Za-z_$][\w$]*$/.test(text)) {
          this.#report('error', first!, `#pragma ${first!.text} needs a name, as in ${first!.text}("NAME")`);
          return;
        }
        const name = this.#names.get(text);
        let stack = this.#pushed.get(name);
        if (!stack) this.#pushed.set(name, (stack = []));
        if (first!.text === 'push_macro') stack.push(name.macro);
        else if (stack.length) name.macro = stack.pop()!;
        return;
      }
      case 'weak': case 'redefine_extname': case 'scalar_storage_order':
        this.#report('error', first!, `#pragma ${first!.text} is not supported`);
        return;
      case 'STDC': case 'message': case 'region': case 'endregion': case 'mark': return;
      case 'GCC':
        if (HARMLESS_GCC_PRAGMAS.has(second?.text ?? '')) return;
        this.#report('warning', second ?? first!, `#pragma GCC ${second?.text ?? ''} is not known here and has no effect`);
        return;
      default: this.#report('warning', first ?? word, `#pragma ${first!.text} is not known here and has no effect`);
    }
  }

  /** Writes the alignment that holds at the end of each list of members on its }. */
  markPacked(tokens: Token[]): void {
    this.#packs.forEach(({ from, pack }, i) => {
      if (pack === 0) return;
      const to = this.#packs[i + 1]?.from ?? tokens.length;
      for (let n = from; n < to; n++) if (tokens[n]!.text === '}') tokens[n] = tokens[n]!.with(tokens[n]!.flags | ((32 - Math.clz32(pack)) << PACK_SHIFT));
    });
  }
}

/** The state after `#pragma pack` with these tokens behind it; a string says what is wrong. */
function parsePack(tokens: readonly Token[], state: PackState): PackState | string {
  const words = tokens.map((t) => t.text);
  if (words[0] !== '(' || words[words.length - 1] !== ')') return '#pragma pack needs parentheses';
  const inside = tokens.slice(1, -1);
  if (inside.some((t, i) => (i % 2 === 1) !== (t.text === ',')) || (inside.length > 0 && inside.length % 2 === 0))
    return '#pragma pack takes words with commas between them';
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
