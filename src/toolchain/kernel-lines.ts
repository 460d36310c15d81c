/**
 * How many kernel lines UKL adds or changes: those that are active with a set of switches and not without UKL, those that
 * went, and those that name UKL where no condition surrounds them. Blank lines and the conditions themselves do not count.
 */
import { PUBLISHED_LINES, type PublishedLines } from '../guest/configs/published.ts';
import { configAbout, configMacros, configNames, resolveConfig, type Switches } from './kconfig.ts';

const UKL = /UKL|UNIKERNEL|SYSCALL_RETURN/;
const ANY_UKL = /UKL|UNIKERNEL|SYSCALL_RETURN/i;

/** Remembers the lines of a file for its last text, by macros. */
export class KernelLines {
  readonly #known = new Map<string, { text: string; byMacros: Map<string, number[]> }>();

  count(sources: ReadonlyMap<string, string>, switches: Switches): number {
    return this.lines(sources, switches).reduce((sum, [, lines]) => sum + lines.length, 0);
  }

  /** The files that UKL changes, and their lines that it adds, changes or takes away. */
  lines(sources: ReadonlyMap<string, string>, switches: Switches): [path: string, lines: number[]][] {
    const macros = configMacros(switches);
    const without = Object.fromEntries(Object.entries(macros).filter(([name]) => !UKL.test(name)));
    without['CONFIG_SYSCALL_RETURN_SYSRET'] = '1';
    const key = JSON.stringify(macros);
    return [...sources].flatMap(([path, text]) => {
      if (!/^linux\/.*\.[cSh]$/.test(path)) return [];
      let known = this.#known.get(path);
      if (known?.text !== text) this.#known.set(path, (known = { text, byMacros: new Map() }));
      const own = ANY_UKL.test(text) ? key : '';
      let lines = known.byMacros.get(own);
      if (!lines) known.byMacros.set(own, (lines = own === '' ? [] : differingLines(text, macros, without)));
      return lines.length ? [[path, lines] as [string, number[]]] : [];
    });
  }
}

/** Lines that are active under one set of macros only, or whose code names UKL. Only `#if`s over CONFIG_ macros matter here. */
function differingLines(text: string, a: Record<string, string>, b: Record<string, string>): number[] {
  const inA = activeLines(text, a), inB = activeLines(text, b);
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).split('\n');
  return inA.flatMap((active, n) => (active !== inB[n] || (active && /ukl/i.test(code[n])) ? [n + 1] : []));
}

function activeLines(text: string, macros: Record<string, string>): boolean[] {
  const stack: { live: boolean; taken: boolean }[] = [];
  const truth = (condition: string): boolean => {
    const folded = condition.replace(/\/\*.*?\*\//g, '').replace(/defined\s*\(?\s*(\w+)\s*\)?/g,
      (_all, name: string) => (name in macros || !name.startsWith('CONFIG_') ? '1' : '0')).replace(/\b[A-Za-z_]\w*\b/g, (name) => macros[name] ?? '0');
    // Only and, or, not of 0 and 1 are left; anything else counts as true on both sides.
    const terms = folded.replace(/\s+/g, '');
    if (!/^[01!&|()]+$/.test(terms)) return true;
    return terms.split('||').some((or) => or.split('&&').every((term) => {
      const nots = (term.match(/!/g) ?? []).length;
      return (term.replace(/[!()]/g, '') === '1') !== (nots % 2 === 1);
    }));
  };
  return text.split('\n').map((line) => {
    const directive = /^\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b\s*(.*)$/.exec(line);
    if (!directive) return line.trim() !== '' && stack.every(({ live }) => live);
    const [, kind, rest] = directive;
    const top = stack.at(-1);
    if (kind === 'endif') stack.pop();
    else if (kind === 'else' && top) top.live = !top.taken;
    else if (kind === 'elif' && top) {
      top.live = !top.taken && truth(rest);
      top.taken ||= top.live;
    } else {
      const name = rest.trim().split(/\s/)[0] ?? '';
      const isConfig = name.startsWith('CONFIG_');
      const live = kind === 'if' ? truth(rest) : isConfig ? (name in macros) === (kind === 'ifdef') : true;
      stack.push({ live, taken: live });
    }
    return false;
  });
}

export interface FlavourLines {
  flavours: { name: string; about: string; lines: number }[];
  /** Lines that belong to at least one of them, and the files they are in. */
  all: { lines: number; files: number };
  /** What its authors tell of UKL itself. */
  published: readonly PublishedLines[];
}

/** Counts for every stock configuration that is a unikernel. */
export function flavourLines(sources: ReadonlyMap<string, string>): FlavourLines {
  const counter = new KernelLines(), union = new Map<string, Set<number>>();
  const flavours = configNames(sources).flatMap((name) => {
    const switches = resolveConfig(sources, name);
    if (typeof switches === 'string' || switches['PRIVILEGE'] !== 'ukl') return [];
    let lines = 0;
    for (const [path, changed] of counter.lines(sources, switches)) {
      lines += changed.length;
      union.set(path, new Set([...(union.get(path) ?? []), ...changed]));
    }
    return [{ name, about: configAbout(sources, name), lines }];
  });
  const counts = [...union.values()].map(({ size }) => size).filter((size) => size > 0);
  return { flavours, all: { lines: counts.reduce((sum, size) => sum + size, 0), files: counts.length }, published: PUBLISHED_LINES };
}
