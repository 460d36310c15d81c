/** One translation unit: text to assembly items. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { AsmUnit } from '../asm/items.ts';
import { emitUnit } from './backend/unit.ts';
import { lowerUnit, type Reporter } from './lower/unit.ts';
import { attributes } from './parse/attributes.ts';
import { builtin } from './parse/builtins.ts';
import { declaration, translationUnit } from './parse/declarations.ts';
import { isTypeStart, typeName } from './parse/declarators.ts';
import { assignment, constantExpression, expression } from './parse/expressions.ts';
import { initializer } from './parse/initializers.ts';
import { Parser, type Rules } from './parse/parser.ts';
import { enumeration, record } from './parse/records.ts';
import { asmStatement, blockItems, statement } from './parse/statements.ts';
import { createHeaderCache, Preprocessor, type HeaderCache, type PreprocessorEnv } from './preprocess/preprocessor.ts';
import type { Names, Token } from './preprocess/tokens.ts';

export interface CodeOptions {
  /** Leaf functions keep their slots below RSP. */
  redZone: boolean;
  /** kernel: symbols are sign-extended 32-bit numbers; small: zero-extended. The instructions are the same. */
  codeModel: 'kernel' | 'small';
  /** Indirect calls and jumps go by thunks, __x86_indirect_thunk_REG and __x86_indirect_thunk_stack: the CPU then predicts none of them. */
  retpoline?: boolean;
}

export interface CcOptions extends CodeOptions {
  env: PreprocessorEnv;
  cache?: HeaderCache;
}

const RULES: Rules = {
  expression, assignment, constant: constantExpression, isTypeStart, typeName, statement, blockItems, declaration, initializer, record, enumeration,
  attributes: (p) => attributes(p), asmStatement, builtin,
};

export interface Compiled {
  unit: AsmUnit;
  diagnostics: Diagnostic[];
  /** Headers read. */
  included: ReadonlySet<string>;
}

export function compile(file: string, text: string, options: CcOptions): Compiled {
  const cache = options.cache ?? createHeaderCache();
  const preprocessor = new Preprocessor(options.env, cache, false);
  const tokens = preprocessor.run(file, text);
  return { ...compileTokens(file, tokens, preprocessor.diagnostics, cache.names, options), included: preprocessor.included };
}

/** The rest, when the preprocessor has run: front end, intermediate code, assembly. `reported` are the preprocessor's diagnostics. */
export function compileTokens(file: string, tokens: Token[], reported: readonly Diagnostic[], names: Names, options: CodeOptions): Omit<Compiled, 'included'> {
  const diagnostics = [...reported];
  const p = new Parser(tokens, names, file, diagnostics, RULES);
  const unit: AsmUnit = { file, items: [], types: [] };
  const reporter: Reporter = {
    report: (d) => {
      if (!diagnostics.some((x) => x.line === d.line && x.file === d.file && x.message === d.message)) diagnostics.push(d);
    },
  };
  try {
    translationUnit(p);
    if (!diagnostics.some((d) => d.severity === 'error')) {
      const ir = lowerUnit(p.unit, options.codeModel === 'kernel', reporter);
      unit.items = emitUnit(ir, options, reporter);
      unit.types = ir.types;
    }
  } catch (e) {
    // The only thing a program can do to us: brackets so deep that the recursion has no stack left.
    if (!(e instanceof RangeError)) throw e;
    p.error(p.tok, 'expressions or blocks are nested too deeply here');
  }
  if (diagnostics.some((d) => d.severity === 'error')) unit.items.length = 0;
  diagnostics.sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : 0));
  return { unit, diagnostics };
}

export { createHeaderCache };
export type { HeaderCache };
