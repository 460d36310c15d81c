/** From intermediate code to assembly: registers, instructions, and everything in the order of the source. */
import type { AsmItem, AsmSpan } from '../../asm/items.ts';
import { parseInstructions } from '../../asm/parse.ts';
import type { CodeOptions } from '../compile.ts';
import type { FunctionIr, Reporter, UnitIr } from '../lower/unit.ts';
import type { FunctionDefinition, Variable } from '../tree.ts';
import { allocate } from './allocate.ts';
import { emitFunction } from './emit.ts';
import { simplifyFlow } from './flow.ts';
import { peephole } from './peephole.ts';

/** The items of a unit. Its code is used up: it has registers afterwards. */
export function emitUnit(ir: UnitIr, options: CodeOptions, reporter: Reporter): AsmItem[] {
  return new UnitEmitter(ir, options, reporter).run();
}

class UnitEmitter {
  readonly #ir: UnitIr;
  readonly #options: CodeOptions;
  readonly #reporter: Reporter;

  constructor(ir: UnitIr, options: CodeOptions, reporter: Reporter) {
    this.#ir = ir;
    this.#options = options;
    this.#reporter = reporter;
  }

  run(): AsmItem[] {
    const { unit: { functions, variables, topLevelAsm }, data, referenced, strings } = this.#ir;
    const code = new Map<FunctionDefinition, readonly AsmItem[]>(this.#ir.functions.map((f) => [f.definition, this.#function(f)]));
    const items: AsmItem[] = [];
    // Top-level asm comes first, as gcc -fno-toplevel-reorder would mostly have it; the sections it names are its own.
    for (const a of topLevelAsm) {
      items.push({ kind: 'section', name: '.text', flags: 'ax' });
      for (const i of this.#assemble(a.template, { file: a.at.file.path, line: a.at.line, column: a.at.column, length: a.at.text.length })) items.push(i);
    }
    for (const f of functions) for (const i of code.get(f) ?? []) items.push(i);
    for (const v of variables) for (const i of data.get(v) ?? []) items.push(i);
    for (const v of variables) {
      if (!v.aliasOf) continue;
      items.push({ kind: 'binding', name: v.symbol, binding: v.weak ? 'weak' : 'global' },
        { kind: 'set', name: v.symbol, value: { symbol: v.aliasOf, addend: 0n } });
    }
    for (const v of referenced) if (v.weak && !v.defined && !v.aliasOf) items.push({ kind: 'binding', name: v.symbol, binding: 'weak' });
    if (strings.length) {
      items.push({ kind: 'section', name: '.rodata', flags: 'a' });
      for (const s of strings) items.push({ kind: 'label', name: s.label }, { kind: 'bytes', bytes: s.bytes });
    }
    return items;
  }

  #assemble(text: string, span: AsmSpan): AsmItem[] {
    const parsed = parseInstructions(text, span);
    for (const d of parsed.diagnostics) this.#reporter.report(d);
    return parsed.items;
  }

  #function({ definition, section, body }: FunctionIr): AsmItem[] {
    const v = definition.variable, items: AsmItem[] = [];
    items.push({ kind: 'section', name: section, flags: this.#ir.sections.get(section)! });
    items.push({ kind: 'align', bytes: Math.max(16, v.align) });
    if (v.weak) items.push({ kind: 'binding', name: v.symbol, binding: 'weak' });
    else if (!v.isStatic && !(v.attributes!.inline && !v.isExtern)) items.push({ kind: 'binding', name: v.symbol, binding: 'global' });
    items.push({ kind: 'type', name: v.symbol, type: 'function' }, { kind: 'label', name: v.symbol });
    if (body) this.#body(v, body, items, section);
    else if (v.attributes!.naked) this.#naked(definition, items);
    items.push({ kind: 'size', name: v.symbol, value: { symbol: '.', minus: v.symbol, addend: 0n } });
    return items;
  }

  #naked(d: FunctionDefinition, items: AsmItem[]): void {
    if (d.body?.kind !== 'block') return;
    for (const s of d.body.body) {
      if (s.kind === 'asm' && s.outputs.length + s.inputs.length === 0) {
        for (const i of this.#assemble(s.template.replaceAll('%%', '%'),
          { file: s.at.file.path, line: s.at.line, column: s.at.column, length: s.at.text.length })) items.push(i);
      } else if (s.kind !== 'empty') this.#error(s, 'a naked function may contain only asm without operands');
    }
  }

  #body(v: Variable, { code, variables, type }: NonNullable<FunctionIr['body']>, items: AsmItem[], section: string): void {
    const allocation = allocate(code);
    if (!allocation) {
      this.#error(v, `the asm statements of ${v.name} need more registers at once than there are`);
      return;
    }
    peephole(code);
    simplifyFlow(code);
    const end = items.length;
    emitFunction(code, allocation, { items, redZone: this.#options.redZone, isKernelModel: this.#options.codeModel === 'kernel',
      retpoline: this.#options.retpoline === true, nextLabel: this.#ir.nextLabel,
      assemble: (text, span) => this.#assemble(text, span) }, {
      name: v.symbol, file: v.at.file.path, line: v.at.line, type, variables,
    }, v.at);
    if (items.slice(end).some((i) => i.kind === 'section')) items.push({ kind: 'section', name: section, flags: this.#ir.sections.get(section)! });
  }

  #error(e: { at: { file: { path: string }; line: number; column: number; text: string } }, message: string): void {
    this.#reporter.report({ severity: 'error', file: e.at.file.path, line: e.at.line, column: e.at.column, length: Math.max(1, e.at.text.length), message });
  }
}
