/**
 * AT&T mnemonics to the rows' mnemonics: size suffixes, AT&T's own names, aliases of condition codes. GNU as manual,
 * "AT&T Mnemonic versus Intel Mnemonic".
 */
import { CONDITIONS, CONDITION_ALIASES } from '../../isa/conditions.ts';
import { COMPARISONS, spelledMnemonic } from '../../isa/spelling.ts';
import { ROWS } from '../../isa/table.ts';

export interface Spelling {
  /** The rows' mnemonic. */
  mnemonic: string;
  /** Operand size that the suffix fixes, 0 when operands decide. */
  size: 0 | 8 | 16 | 32 | 64 | 80;
  /** Size of the source of a widening move, 0 otherwise. */
  sourceSize: 0 | 8 | 16 | 32;
  /** A last operand that the name tells: the predicate of `cmpltsd`. */
  immediate?: number;
}

const KNOWN = new Set(ROWS.map(({ mnemonic }) => mnemonic));
const SUFFIX: Readonly<Record<string, 8 | 16 | 32 | 64>> = { b: 8, w: 16, l: 32, q: 64 };
const plain = (mnemonic: string, size: Spelling['size'] = 0): Spelling => ({ mnemonic, size, sourceSize: 0 });

const OWN: ReadonlyMap<string, Spelling> = new Map(Object.entries({
  cltq: plain('cbw', 64), cwtl: plain('cbw', 32), cbtw: plain('cbw', 16), cdqe: plain('cbw', 64), cwde: plain('cbw', 32),
  cqto: plain('cwd', 64), cltd: plain('cwd', 32), cwtd: plain('cwd', 16), cqo: plain('cwd', 64), cdq: plain('cwd', 32),
  movabsq: plain('mov', 64), movabs: plain('mov'), sal: plain('shl'), iret: plain('iretq'), sysret: plain('sysretq'), ud2a: plain('ud2'), retq: plain('ret'),
  callq: plain('call'), jmpq: plain('jmp'),
  movsq: plain('movs', 64), movsl: plain('movs', 32), movsw: plain('movs', 16), stosq: plain('stos', 64), stosl: plain('stos', 32), stosw: plain('stos', 16),
  lodsq: plain('lods', 64), lodsl: plain('lods', 32), lodsw: plain('lods', 16), cmpsq: plain('cmps', 64), cmpsl: plain('cmps', 32), cmpsw: plain('cmps', 16),
  scasq: plain('scas', 64), scasl: plain('scas', 32), scasw: plain('scas', 16),
  insl: plain('ins', 32), insw: plain('ins', 16), insb: plain('insb'), outsl: plain('outs', 32), outsw: plain('outs', 16), outsb: plain('outsb'),
  movsb: plain('movsb'), stosb: plain('stosb'), lodsb: plain('lodsb'), cmpsb: plain('cmpsb'), scasb: plain('scasb'),
  pushfq: plain('pushf'), popfq: plain('popf'), leaveq: plain('leave'), lretq: plain('lret', 64), loopz: plain('loope'), loopnz: plain('loopne'),
  repz: plain('rep'),
}));

const FPU_SIZES: Readonly<Record<string, 16 | 32 | 64 | 80>> = { Mw: 16, Md: 32, Mq: 64, Mt: 80 };
/** x87 instructions whose name tells the size of their memory operand. */
const FPU = new Map(ROWS.flatMap((row): [string, Spelling][] => {
  const text = spelledMnemonic(row, false);
  return text === row.mnemonic || !row.operands.startsWith('M') ? [] : [[text, plain(row.mnemonic, FPU_SIZES[row.operands])]];
}));

const cache = new Map<string, Spelling | undefined>();

/** @returns undefined for a mnemonic that no row has. */
export function spell(text: string): Spelling | undefined {
  if (cache.has(text)) return cache.get(text);
  const found = find(text);
  cache.set(text, found);
  return found;
}

function find(text: string): Spelling | undefined {
  const own = OWN.get(text) ?? FPU.get(text);
  if (own) return own;
  const comparison = /^cmp([a-z]+)([ps][sd])$/.exec(text), predicate = COMPARISONS.findIndex((name) => name === comparison?.[1]);
  if (predicate >= 0) return { ...plain(`cmp${comparison![2]}`), immediate: predicate };
  if (KNOWN.has(text) && text !== 'movsx' && text !== 'movzx') return plain(text);
  const widening = /^mov([sz])([bwl])([wlq]?)$/.exec(text);
  if (widening && !(widening[1] === 'z' && widening[2] === 'l')) {
    const source = SUFFIX[widening[2]] as 8 | 16 | 32;
    return { mnemonic: source === 32 ? 'movsxd' : widening[1] === 's' ? 'movsx' : 'movzx', size: widening[3] ? SUFFIX[widening[3]] : 0, sourceSize: source };
  }
  if (text === 'movsx' || text === 'movzx') return plain(text);
  for (const stem of ['j', 'set', 'cmov']) {
    if (!text.startsWith(stem)) continue;
    const condition = text.slice(stem.length);
    if (Object.hasOwn(CONDITION_ALIASES, condition)) return plain(stem + CONDITIONS[CONDITION_ALIASES[condition]]);
  }
  const size = SUFFIX[text.at(-1) ?? ''];
  const stem = text.slice(0, -1);
  if (size === undefined) return undefined;
  if (KNOWN.has(stem)) return plain(stem, size);
  const inner = OWN.get(stem) ?? (stem.startsWith('cmov') || stem.startsWith('set') ? find(stem) : undefined);
  return inner && inner.size === 0 ? { ...inner, size } : undefined;
}

/** Names close to a wrong one, for the error message. */
export function similar(text: string): string | undefined {
  const distance = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, n) => n);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      row = next;
    }
    return row[b.length];
  };
  let best: string | undefined, least = 3;
  for (const name of KNOWN) {
    const d = distance(text, name);
    if (d < least) {
      least = d;
      best = name;
    }
  }
  return best;
}
