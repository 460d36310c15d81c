/**
 * C and assembly in at most four muted tints, so that state stays the loudest thing on the page. Works line by line:
 * a comment over several lines is recognised by its leading star, as the guest's sources write them.
 */
import { memo, type ReactNode } from 'react';

const KEYWORDS = new Set((
  'auto break case const continue default do else enum extern for goto if inline register return signed sizeof static struct switch typedef union unsigned '
  + 'void volatile while char short int long bool asm typeof noinline __always_inline size_t ssize_t u8 u16 u32 u64 s64'
).split(' '));

const TOKEN =
  /(\/\*.*?\*\/|\/\*.*$|\/\/.*$|^\s*\*(?:\s.*|\/|$))|("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|<[\w/.]+\.h>)|(^\s*#\s*\w+)|(\b(?:0x[0-9a-fA-F]+|\d+)[uUlL]*\b)|([A-Za-z_]\w*)/g;

const ASM_TOKEN = /(#.*$|\/\*.*?\*\/|\/\/.*$|^\s*\*.*$|\/\*.*$)|("(?:\\.|[^"\\])*")|(^\s*#\s*\w+)|(\$?-?\b(?:0x[0-9a-fA-F]+|\d+)\b)|(\.[a-z_]\w*)/g;

function paint(text: string, pattern: RegExp, isKeyword: (word: string) => boolean): ReactNode[] {
  const out: ReactNode[] = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, comment, string, directive, number, word] = match;
    const kind = comment !== undefined ? 'cm' : string !== undefined ? 'st'
      : directive !== undefined ? 'kw' : number !== undefined ? 'nu' : word !== undefined && isKeyword(word) ? 'kw' : '';
    if (!kind) continue;
    if (match.index > last) out.push(text.slice(last, match.index));
    out.push(<span key={match.index} className={kind}>{whole}</span>);
    last = match.index + whole.length;
  }
  if (last < text.length) out.push(text.slice(last));
  return out;
}

/** One line of a source file. */
export const SourceText = memo(function SourceText({ text, assembly = false }: { text: string; assembly?: boolean }) {
  return assembly ? <>{paint(text, ASM_TOKEN, () => true)}</> : <>{paint(text, TOKEN, (word) => KEYWORDS.has(word))}</>;
});

/** The target address in the operands gives way to its symbol. */
export const Operands = memo(function Operands({ operands, symbol }: { operands: string; symbol?: string | undefined }) {
  if (symbol) {
    const bare = symbol.replace(/^(app|libc|kernel):/, '');
    const match = /(?<=%gs:)0x[0-9a-f]+|(?:0x)?[0-9a-f]{5,16}(?=$|[(,])/.exec(operands);
    if (match) return <>{paint(operands.slice(0, match.index), /(?!)()()()(\$?-?(?:0x[0-9a-f]+|\b\d+\b))/g, () => false)}<span className="sy">{bare}</span>
      {operands.slice(match.index + match[0].length)}</>;
    return <>{operands} <span className="sy">{bare}</span></>;
  }
  const out: ReactNode[] = [];
  let last = 0;
  for (const match of operands.matchAll(/\$-?(?:0x[0-9a-fA-F]+|\d+)/g)) {
    out.push(operands.slice(last, match.index), <span key={match.index} className="nu">{match[0]}</span>);
    last = match.index + match[0].length;
  }
  out.push(operands.slice(last));
  return <>{out}</>;
});

export const isAssembly = (file: string): boolean => /\.[sS]$/.test(file);
