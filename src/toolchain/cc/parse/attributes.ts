/**
 * `__attribute__((...))`. GCC manual, "Attribute Syntax". What is unknown is passed over with a warning.
 */
import { STRING } from '../preprocess/tokens.ts';
import { decodeString } from '../literals.ts';
import type { Attributes, Parser } from './parser.ts';

export function noAttributes(): Attributes {
  return { section: '', aligned: 0, packed: false, noreturn: false, alwaysInline: false, noinline: false, used: false, weak: false, naked: false, alias: '', mode: 0 };
}

/** Change nothing here: hints to an optimiser or to warnings. */
const HARMLESS = new Set(`unused maybe_unused format printf format_arg nonnull pure const cold hot malloc warn_unused_result noclone no_instrument_function
externally_visible deprecated fallthrough may_alias leaf nothrow returns_nonnull artificial flatten gnu_inline no_sanitize no_sanitize_address optimize
no_stack_protector transparent_union visibility error warning assume_aligned alloc_size sentinel access no_reorder retain nocf_check target
function_return indirect_branch regparm designated_init noipa no_caller_saved_registers sysv_abi tls_model nonstring`.split(/\s+/));

/** Any number of `__attribute__((...))`, also none. */
export function attributes(p: Parser, into: Attributes = noAttributes()): Attributes {
  while (p.is('__attribute__') || p.is('__attribute')) {
    p.next();
    p.expect('(', 'after __attribute__');
    p.expect('(', 'after __attribute__(');
    while (!p.is(')')) {
      if (p.tok.kind === 0) p.fail(p.tok, 'expected ) to close the attribute, found the end of the file');
      if (p.accept(',')) continue;
      one(p, into);
    }
    p.expect(')', 'to close the attribute');
    p.expect(')', 'to close the attribute');
  }
  return into;
}

function one(p: Parser, a: Attributes): void {
  const at = p.next();
  const name = at.text.replace(/^__(.*)__$/, '$1');
  switch (name) {
    case 'section': a.section = stringArgument(p) || a.section; return;
    case 'alias': a.alias = stringArgument(p); return;
    case 'aligned':
      a.aligned = 16;
      if (p.accept('(')) {
        const n = Number(p.rules.constant(p));
        if (n <= 0 || (n & (n - 1)) !== 0) p.error(at, `an alignment must be a power of two, ${n} is none`);
        else a.aligned = n;
        p.expect(')', 'after the alignment');
      }
      return;
    case 'packed': a.packed = true; return;
    case 'noreturn': a.noreturn = true; return;
    case 'always_inline': a.alwaysInline = true; return;
    case 'noinline': a.noinline = true; return;
    case 'used': a.used = true; return;
    case 'weak': a.weak = true; return;
    case 'naked': a.naked = true; return;
    case 'mode': {
      p.expect('(', 'after mode');
      const mode = p.next().text.replace(/^__(.*)__$/, '$1');
      a.mode = { QI: 1, HI: 2, SI: 4, DI: 8, word: 8, pointer: 8 }[mode] ?? 0;
      if (!a.mode) p.error(at, `mode ${mode} is not supported`);
      p.expect(')', 'after the mode');
      return;
    }
    default:
      if (!HARMLESS.has(name)) p.warn(at, `the attribute ${name} is not known here and has no effect`);
      if (p.is('(')) skipParentheses(p);
  }
}

function stringArgument(p: Parser): string {
  p.expect('(', 'before the string');
  let text = '';
  if (p.tok.kind !== STRING) p.error(p.tok, 'a string is needed here');
  while (p.tok.kind === STRING) text += String.fromCharCode(...decodeString(p.next().text));
  p.expect(')', 'after the string');
  return text;
}

function skipParentheses(p: Parser): void {
  let depth = 0;
  do {
    const t = p.next();
    if (t.kind === 0) return;
    if (t.text === '(') depth++;
    else if (t.text === ')') depth--;
  } while (depth > 0);
}
