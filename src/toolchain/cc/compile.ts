/** One translation unit: text to assembly items. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { AsmItem, AsmSpan, AsmUnit } from '../asm/items.ts';
import { parseInstructions } from '../asm/parse.ts';
import { allocate } from './backend/allocate.ts';
import { emitFunction, type DebugVariable } from './backend/emit.ts';
import { simplifyFlow } from './backend/flow.ts';
import { shareWithinBlocks } from './backend/local.ts';
import { peephole } from './backend/peephole.ts';
import { emitVariable, type DataContext, type SectionFlags } from './data.ts';
import { DebugTypes } from './debug-types.ts';
import { lowerFunction } from './lower/function.ts';
import type { UnitContext } from './lower/lowering.ts';
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
import type { FunctionDefinition, Variable } from './tree.ts';

export interface CodeOptions {
  /** Leaf functions keep their slots below RSP. */
  redZone: boolean;
  /** kernel: symbols are sign-extended 32-bit numbers; small: zero-extended. The instructions are the same. */
  codeModel: 'kernel' | 'small';
}

export interface CcOptions extends CodeOptions {
  env: PreprocessorEnv;
  cache?: HeaderCache;
}

const RULES: Rules = {
  expression, assignment, constant: constantExpression, isTypeStart, typeName, statement, blockItems, declaration, initializer, record, enumeration, attributes: (p) => attributes(p), asmStatement, builtin,
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

/** The rest, when the preprocessor has run. `reported` are its diagnostics. */
export function compileTokens(file: string, tokens: Token[], reported: readonly Diagnostic[], names: Names, options: CodeOptions): Omit<Compiled, 'included'> {
  const diagnostics = [...reported];
  const p = new Parser(tokens, names, file, diagnostics, RULES);
  const unit: AsmUnit = { file, items: [], types: [] };
  try {
    translationUnit(p);
    if (!diagnostics.some((d) => d.severity === 'error')) new UnitEmitter(p, options, unit, diagnostics).run();
  } catch (e) {
    // The only thing a program can do to us: brackets so deep that the recursion has no stack left.
    if (!(e instanceof RangeError)) throw e;
    p.error(p.tok, 'expressions or blocks are nested too deeply here');
  }
  if (diagnostics.some((d) => d.severity === 'error')) unit.items.length = 0;
  diagnostics.sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : 0));
  return { unit, diagnostics };
}

/** So that every place in a frame is within reach of one displacement. */
const MAX_FRAME_BYTES = 0x4000_0000;

class UnitEmitter implements UnitContext, DataContext {
  readonly isKernelModel: boolean;
  readonly #parser: Parser;
  readonly #options: CodeOptions;
  readonly #out: AsmUnit;
  readonly #diagnostics: Diagnostic[];
  readonly #types = new DebugTypes();
  readonly #strings = new Map<string, { label: string; bytes: Uint8Array }>();
  readonly #referenced = new Set<Variable>();
  readonly #work: Variable[] = [];
  readonly #functions = new Map<FunctionDefinition, AsmItem[]>();
  readonly #sections: SectionFlags = new Map([['.text', 'ax'], ['.rodata', 'a'], ['.data', 'aw'], ['.bss', 'aw'], ['.tdata', 'awT'], ['.tbss', 'awT']]);
  #labels = 0;

  constructor(parser: Parser, options: CodeOptions, out: AsmUnit, diagnostics: Diagnostic[]) {
    this.#parser = parser;
    this.#options = options;
    this.#out = out;
    this.#diagnostics = diagnostics;
    this.isKernelModel = options.codeModel === 'kernel';
  }

  string(bytes: Uint8Array): string {
    const key = String.fromCharCode(...bytes);
    let s = this.#strings.get(key);
    if (!s) this.#strings.set(key, (s = { label: `.LC${this.#strings.size}`, bytes }));
    return s.label;
  }

  reference(v: Variable): void {
    if (this.#referenced.has(v)) return;
    this.#referenced.add(v);
    this.#work.push(v);
  }

  debugType(t: Parameters<DebugTypes['of']>[0]): number {
    return this.#types.of(t);
  }

  nextLabel(): string {
    return `.L${++this.#labels}`;
  }

  report(d: Diagnostic): void {
    if (!this.#diagnostics.some((x) => x.line === d.line && x.file === d.file && x.message === d.message)) this.#diagnostics.push(d);
  }

  error(e: { at: { file: { path: string }; line: number; column: number; text: string } }, message: string): void {
    this.report({ severity: 'error', file: e.at.file.path, line: e.at.line, column: e.at.column, length: Math.max(1, e.at.text.length), message });
  }

  run(): void {
    const { functions, variables } = this.#parser.unit;
    const data = new Map<Variable, AsmItem[]>();
    const emitData = (v: Variable): void => {
      if (data.has(v) || v.aliasOf) return;
      const items: AsmItem[] = [];
      data.set(v, items);
      emitVariable(v, items, this.#sections, this);
      if (!v.symbol.startsWith('.L')) items.push({ kind: 'global-variable', name: v.symbol, type: this.#types.of(v.type), file: v.at.file.path, line: v.at.line });
    };
    for (const v of variables) if (v.kind === 'global' && (!v.isStatic || v.keep) && v.defined) emitData(v);
    for (const f of functions) if (this.#isRoot(f.variable)) this.#function(f);
    for (let v = this.#work.pop(); v; v = this.#work.pop()) {
      if (v.kind === 'function') {
        if (v.definition) this.#function(v.definition);
      } else if (v.defined) emitData(v);
    }
    const { items } = this.#out;
    // Top-level asm comes first, as gcc -fno-toplevel-reorder would mostly have it; the sections it names are its own.
    for (const a of this.#parser.unit.topLevelAsm) {
      items.push({ kind: 'section', name: '.text', flags: 'ax' });
      for (const i of this.#assemble(a.template, { file: a.at.file.path, line: a.at.line, column: a.at.column, length: a.at.text.length })) items.push(i);
    }
    for (const f of functions) for (const i of this.#functions.get(f) ?? []) items.push(i);
    for (const v of variables) for (const i of data.get(v) ?? []) items.push(i);
    for (const v of variables) {
      if (!v.aliasOf) continue;
      items.push({ kind: 'binding', name: v.symbol, binding: v.weak ? 'weak' : 'global' }, { kind: 'set', name: v.symbol, value: { symbol: v.aliasOf, addend: 0n } });
    }
    for (const v of this.#referenced) if (v.weak && !v.defined && !v.aliasOf) items.push({ kind: 'binding', name: v.symbol, binding: 'weak' });
    if (this.#strings.size) {
      items.push({ kind: 'section', name: '.rodata', flags: 'a' });
      for (const s of this.#strings.values()) items.push({ kind: 'label', name: s.label }, { kind: 'bytes', bytes: s.bytes });
    }
    this.#out.types = this.#types.table;
  }

  #isRoot(v: Variable): boolean {
    if (v.keep) return true;
    const a = v.attributes!;
    // C99 inline without extern has no definition of its own; here it is emitted where it is used.
    return !v.isStatic && !(a.inline && !v.isExtern);
  }

  #assemble(text: string, span: AsmSpan): AsmItem[] {
    const parsed = parseInstructions(text, span);
    for (const d of parsed.diagnostics) this.report(d);
    return parsed.items;
  }

  #function(d: FunctionDefinition): void {
    if (this.#functions.has(d)) return;
    d.parse?.();
    const items: AsmItem[] = [];
    this.#functions.set(d, items);
    const v = d.variable;
    if (!d.body) return;
    const section = v.section || '.text';
    if (!this.#sections.has(section)) this.#sections.set(section, 'ax');
    items.push({ kind: 'section', name: section, flags: this.#sections.get(section)! });
    items.push({ kind: 'align', bytes: Math.max(16, v.align) });
    if (v.weak) items.push({ kind: 'binding', name: v.symbol, binding: 'weak' });
    else if (!v.isStatic && !(v.attributes!.inline && !v.isExtern)) items.push({ kind: 'binding', name: v.symbol, binding: 'global' });
    items.push({ kind: 'type', name: v.symbol, type: 'function' }, { kind: 'label', name: v.symbol });
    if (v.attributes!.naked) this.#naked(d, items);
    else this.#body(d, items, section);
    items.push({ kind: 'size', name: v.symbol, value: { symbol: '.', minus: v.symbol, addend: 0n } });
  }

  #naked(d: FunctionDefinition, items: AsmItem[]): void {
    if (d.body?.kind !== 'block') return;
    for (const s of d.body.body) {
      if (s.kind === 'asm' && s.outputs.length + s.inputs.length === 0) {
        for (const i of this.#assemble(s.template.replaceAll('%%', '%'), { file: s.at.file.path, line: s.at.line, column: s.at.column, length: s.at.text.length })) items.push(i);
      } else if (s.kind !== 'empty') this.error(s, 'a naked function may contain only asm without operands');
    }
  }

  #body(d: FunctionDefinition, items: AsmItem[], section: string): void {
    const v = d.variable;
    const { code, variables } = lowerFunction(d, this);
    const stack = code.slots.reduce((sum, slot) => sum + slot.size, code.outgoing);
    if (stack > MAX_FRAME_BYTES) {
      this.error(v, `${v.name} needs ${stack} bytes of stack, more than ${MAX_FRAME_BYTES}`);
      return;
    }
    simplifyFlow(code);
    const debug: DebugVariable[] = variables.map(({ v: x, binding }) => ({
      variable: { name: x.name, type: this.#types.of(x.type), isParameter: x.isParameter, line: x.at.line },
      binding, vreg: binding.kind === 0 ? binding.reg : -1,
    }));
    shareWithinBlocks(code, new Set(debug.map((x) => x.vreg)));
    const allocation = allocate(code);
    if (!allocation) {
      this.error(v, `the asm statements of ${v.name} need more registers at once than there are`);
      return;
    }
    peephole(code);
    simplifyFlow(code);
    const end = items.length;
    emitFunction(code, allocation, { items, redZone: this.#options.redZone, isKernelModel: this.isKernelModel, nextLabel: () => this.nextLabel(), assemble: (text, span) => this.#assemble(text, span) }, {
      name: v.symbol, file: v.at.file.path, line: v.at.line, type: this.#types.of(v.type), variables: debug,
    }, v.at);
    if (items.slice(end).some((i) => i.kind === 'section')) items.push({ kind: 'section', name: section, flags: this.#sections.get(section)! });
  }
}

export { createHeaderCache };
export type { HeaderCache };
