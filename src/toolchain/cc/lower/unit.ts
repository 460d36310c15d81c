/**
 * From the checked program to intermediate code: every function that is wanted, lowered and simplified but without registers,
 * and every object with its bytes. What looks at a whole unit, or at a whole image, looks here.
 */
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { DebugType } from '../../../formats/debug-info.ts';
import type { AsmItem } from '../../asm/items.ts';
import type { DebugVariable } from '../backend/emit.ts';
import { simplifyFlow } from '../backend/flow.ts';
import type { FunctionCode } from '../backend/ir.ts';
import { shareWithinBlocks } from '../backend/local.ts';
import { emitVariable, type DataContext, type SectionFlags } from '../data.ts';
import { DebugTypes } from '../debug-types.ts';
import type { FunctionDefinition, TranslationUnit, Variable } from '../tree.ts';
import { lowerFunction } from './function.ts';
import type { UnitContext } from './lowering.ts';

export interface FunctionIr {
  definition: FunctionDefinition;
  section: string;
  /** Absent for a naked function, which is its asm statements. */
  body?: { code: FunctionCode; variables: DebugVariable[]; type: number };
}

export interface UnitIr {
  unit: TranslationUnit;
  /** In the order in which they were found to be wanted. */
  functions: FunctionIr[];
  data: ReadonlyMap<Variable, readonly AsmItem[]>;
  /** All that code and data refer to. */
  referenced: ReadonlySet<Variable>;
  strings: readonly { label: string; bytes: Uint8Array }[];
  sections: SectionFlags;
  types: DebugType[];
  /** Makes the labels of this unit. */
  nextLabel: () => string;
}

export interface Reporter {
  report(d: Diagnostic): void;
}

/** So that every place in a frame is within reach of one displacement. */
const MAX_FRAME_BYTES = 0x4000_0000;

/** Lowers what a unit defines and others can see, and whatever that refers to. */
export function lowerUnit(unit: TranslationUnit, isKernelModel: boolean, reporter: Reporter): UnitIr {
  return new UnitLowering(unit, isKernelModel, reporter).run();
}

class UnitLowering implements UnitContext, DataContext {
  readonly isKernelModel: boolean;
  readonly #unit: TranslationUnit;
  readonly #reporter: Reporter;
  readonly #types = new DebugTypes();
  readonly #strings = new Map<string, { label: string; bytes: Uint8Array }>();
  readonly #referenced = new Set<Variable>();
  readonly #work: Variable[] = [];
  readonly #functions = new Map<FunctionDefinition, FunctionIr | null>();
  readonly #sections: SectionFlags = new Map([['.text', 'ax'], ['.rodata', 'a'], ['.data', 'aw'], ['.bss', 'aw'], ['.tdata', 'awT'], ['.tbss', 'awT']]);
  #labels = 0;

  constructor(unit: TranslationUnit, isKernelModel: boolean, reporter: Reporter) {
    this.#unit = unit;
    this.isKernelModel = isKernelModel;
    this.#reporter = reporter;
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
    this.#reporter.report(d);
  }

  error(e: { at: { file: { path: string }; line: number; column: number; text: string } }, message: string): void {
    this.report({ severity: 'error', file: e.at.file.path, line: e.at.line, column: e.at.column, length: Math.max(1, e.at.text.length), message });
  }

  run(): UnitIr {
    const { functions, variables } = this.#unit;
    const data = new Map<Variable, AsmItem[]>();
    const emitData = (v: Variable): void => {
      if (data.has(v) || v.aliasOf) return;
      const items: AsmItem[] = [];
      data.set(v, items);
      emitVariable(v, items, this.#sections, this);
      if (!v.symbol.startsWith('.L')) items.push({ kind: 'global-variable', name: v.symbol, type: this.#types.of(v.type), file: v.at.file.path,
        line: v.at.line });
    };
    for (const v of variables) if (v.kind === 'global' && (!v.isStatic || v.keep) && v.defined) emitData(v);
    for (const f of functions) if (this.#isRoot(f.variable)) this.#function(f);
    for (let v = this.#work.pop(); v; v = this.#work.pop()) {
      if (v.kind === 'function') {
        if (v.definition) this.#function(v.definition);
      } else if (v.defined) emitData(v);
    }
    return {
      unit: this.#unit, functions: [...this.#functions.values()].filter((f) => f !== null), data, referenced: this.#referenced,
      strings: [...this.#strings.values()],
      sections: this.#sections, types: this.#types.table, nextLabel: () => this.nextLabel(),
    };
  }

  #isRoot(v: Variable): boolean {
    if (v.keep) return true;
    const a = v.attributes!;
    // C99 inline without extern has no definition of its own; here it is emitted where it is used.
    return !v.isStatic && !(a.inline && !v.isExtern);
  }

  #function(d: FunctionDefinition): void {
    if (this.#functions.has(d)) return;
    this.#functions.set(d, null);
    d.parse?.();
    const v = d.variable, section = v.section || '.text';
    if (!d.body) return;
    if (!this.#sections.has(section)) this.#sections.set(section, 'ax');
    const made: FunctionIr = { definition: d, section };
    // Its place is where it was first wanted, before those that it calls.
    this.#functions.set(d, made);
    const body = v.attributes!.naked ? undefined : this.#body(d);
    if (body) made.body = body;
  }

  #body(d: FunctionDefinition): FunctionIr['body'] {
    const { code, variables } = lowerFunction(d, this);
    const stack = code.slots.reduce((sum, slot) => sum + slot.size, code.outgoing);
    if (stack > MAX_FRAME_BYTES) {
      this.error(d.variable, `${d.variable.name} needs ${stack} bytes of stack, more than ${MAX_FRAME_BYTES}`);
      return undefined;
    }
    simplifyFlow(code);
    const debug: DebugVariable[] = variables.map(({ v: x, binding }) => ({
      variable: { name: x.name, type: this.#types.of(x.type), isParameter: x.isParameter, line: x.at.line },
      binding, vreg: binding.kind === 0 ? binding.reg : -1,
    }));
    shareWithinBlocks(code, new Set(debug.map((x) => x.vreg)));
    return { code, variables: debug, type: this.#types.of(d.variable.type) };
  }
}
