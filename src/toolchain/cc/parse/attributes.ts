/**
 * `__attribute__((...))`. GCC manual, "Attribute Syntax". What is unknown is passed over with a warning; what would change
 * the meaning of the program, and is not supported, is an error.
 */
import { STRING, type Token } from '../preprocess/tokens.ts';
import { decodeString } from '../literals.ts';
import type { Attributes, Parser } from './parser.ts';

export function noAttributes(): Attributes {
  return { section: '', aligned: 0, packed: false, noreturn: false, alwaysInline: false, noinline: false, used: false, weak: false, naked: false, alias: '',
    mode: 0 };
}

/** Change nothing here: hints to an optimiser or to warnings. */
const HARMLESS = new Set(`unused maybe_unused format printf format_arg nonnull pure const cold hot malloc warn_unused_result noclone no_instrument_function
externally_visible deprecated fallthrough may_alias leaf nothrow returns_nonnull artificial flatten gnu_inline no_sanitize no_sanitize_address optimize
no_stack_protector visibility error warning assume_aligned alloc_size sentinel access no_reorder retain nocf_check target stack_protect
function_return indirect_branch regparm designated_init noipa sysv_abi tls_model nonstring malloc alloc_align unavailable warn_if_not_aligned
no_split_stack no_profile_instrument_function patchable_function_entry nocommon force_align_arg_pointer tainted_args`.split(/\s+/));

/** Passing these over would make another program of it. */
const MEANINGFUL =
  new Set(`vector_size cleanup constructor destructor ifunc weakref ms_abi ms_struct gcc_struct interrupt returns_twice no_caller_saved_registers
scalar_storage_order symver simd target_clones copy common noinit persistent transparent_union thiscall fastcall stdcall cdecl`.split(/\s+/));

/** As of ELF files by gcc. */
const MAX_ALIGNMENT = 1n << 28n;

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
        a.aligned = checkedAlignment(p, at, p.rules.constant(p)) || 16;
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
      if (MEANINGFUL.has(name)) p.error(at, `the attribute ${name} is not supported`);
      else if (!HARMLESS.has(name)) p.warn(at, `the attribute ${name} is not known here and has no effect`);
      if (p.is('(')) skipParentheses(p);
  }
}

/** 0 if it is none. */
export function checkedAlignment(p: Parser, at: Token, n: bigint): number {
  if (n > 0n && n <= MAX_ALIGNMENT && (n & (n - 1n)) === 0n) return Number(n);
  p.error(at, n > MAX_ALIGNMENT ? `an alignment is at most ${MAX_ALIGNMENT}, here is ${n}` : `an alignment must be a power of two, ${n} is none`);
  return 0;
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
