/**
 * AT&T assembly text to items. The text has been through the preprocessor already. Follows the manual of GNU as:
 * "Pseudo Ops", "x86 Dependent Features".
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { DebugType } from '../../formats/debug-info.ts';
import { Conditionals } from './conditionals.ts';
import { DIRECTIVES, IGNORED } from './directives.ts';
import { Cursor, Mistake, parseConstant } from './expression.ts';
import { followFrames } from './frames.ts';
import type { AsmItem, AsmSpan, AsmUnit } from './items.ts';
import { bindArguments, parseParameters, splitValues, substitute, type Macro } from './macro.ts';
import { similar, spell } from './mnemonics.ts';
import { parseOperands } from './operands.ts';
import { splitStatements, type Statement } from './statements.ts';

/** Types of what assembly defines: no C declaration says more. */
export const ASM_TYPES: readonly DebugType[] = [
  { kind: 'int', name: 'unsigned long', size: 8, signed: false },
  { kind: 'void' },
  { kind: 'function', returns: 1, parameters: [] },
];
const FUNCTION_TYPE = 2;

const MAX_DEPTH = 64;
/** A macro that calls itself, or .rept with a slip of the pen, must not fill the memory. */
const MAX_STATEMENTS = 2_000_000;

const PREFIXES: Readonly<Record<string, 'lock' | 'rep' | 'repe' | 'repne'>> =
  { lock: 'lock', rep: 'rep', repe: 'repe', repz: 'repe', repne: 'repne', repnz: 'repne' };
/** Prefixes that change nothing we model, kept as bytes. */
const BYTE_PREFIXES: Readonly<Record<string, number>> = { notrack: 0x3e, data16: 0x66, addr32: 0x67, cs: 0x2e, ds: 0x3e, es: 0x26, ss: 0x36 };

/** An instruction's own name never contains these, a label's does. */
const LABEL = /(?:([A-Za-z_.$][\w.$]*)|(\d+)|"([^"]+)")[ \t]*:(?!:)/y;
const WORD = /[A-Za-z_.$][\w.$]*/y;

export function parseAssembly(file: string, text: string): { unit: AsmUnit; diagnostics: Diagnostic[] } {
  const parser = new Parser(file, true);
  parser.run(splitStatements(text, file));
  const { unit, diagnostics } = parser.finish();
  return { unit: { ...unit, items: followFrames(unit.items) }, diagnostics };
}

/**
 * The text of an `asm` statement, operands already filled in: instructions, numeric labels, directives. All mistakes are
 * reported at the statement, because columns inside the template mean nothing to its reader.
 */
export function parseInstructions(text: string, span: AsmSpan): { items: AsmItem[]; diagnostics: Diagnostic[] } {
  const parser = new Parser(span.file, false);
  parser.fixedSpan = span;
  parser.run(splitStatements(text, span.file, span.line, span.column));
  const { unit, diagnostics } = parser.finish();
  return { items: unit.items, diagnostics };
}

/** State of one parse; directives (directives.ts) work on it. */
export class Parser {
  readonly items: AsmItem[] = [];
  /** What .comm asks for: it comes after everything else in .bss. */
  readonly commons: AsmItem[] = [];
  readonly constants = new Map<string, bigint>();
  /** Labels and symbols seen so far, for .ifdef. */
  readonly defined = new Set<string>();
  readonly sections: { name: string; flags?: string; type?: 'progbits' | 'nobits' | 'note' }[] = [];
  section: { name: string; flags?: string; type?: 'progbits' | 'nobits' | 'note' } = { name: '.text' };
  previousSection = this.section;
  fixedSpan: AsmSpan | undefined;
  readonly #file: string;
  readonly #debug: boolean;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #macros = new Map<string, Macro>();
  readonly #functions = new Set<string>();
  readonly #conditionals = new Conditionals();
  #openFunction: string | undefined;
  #prefix: 'lock' | 'rep' | 'repe' | 'repne' | undefined;
  #expansions = 0;
  #count = 0;
  #depth = 0;
  #leaveMacro = false;
  #lastLoc = '';
  /** The outermost macro call that is being expanded. */
  #outerCall: Statement | undefined;
  /** Where the next instruction is said to stand, instead of its own line. */
  #entryLine: Statement | undefined;
  #statement: Statement = { text: '', file: '', line: 0, column: 0 };

  constructor(file: string, debug: boolean) {
    this.#file = file;
    this.#debug = debug;
  }

  finish(): { unit: AsmUnit; diagnostics: Diagnostic[] } {
    if (this.#openFunction !== undefined) this.items.push({ kind: 'endfunc' });
    if (this.commons.length) this.items.push({ kind: 'section', name: '.bss' }, ...this.commons);
    const open = this.#conditionals.unfinished;
    if (open) this.#report(open, `this ${open.text.split(/\s/)[0]} has no .endif`, 0, open.text.length);
    return { unit: { file: this.#file, items: this.items, types: this.#debug ? [...ASM_TYPES] : [] }, diagnostics: this.#diagnostics };
  }

  run(statements: readonly Statement[]): void {
    if (++this.#depth > MAX_DEPTH) {
      this.#depth--;
      throw new Mistake('macros are nested too deeply: does one call itself?', 0, this.#statement.text.length);
    }
    for (let n = 0; n < statements.length && !this.#leaveMacro; n++) {
      const statement = statements[n];
      this.#statement = statement;
      try {
        if (++this.#count > MAX_STATEMENTS) throw new Mistake('this expands to too many statements', 0, statement.text.length);
        const block = this.#block(statements, n);
        if (block !== undefined) n = block;
        else this.#one(statement);
      } catch (mistake) {
        if (!(mistake instanceof Mistake)) throw mistake;
        this.#report(statement, mistake.message, mistake.at, mistake.length);
        if (this.#count > MAX_STATEMENTS) break;
      }
    }
    this.#depth--;
  }

  get span(): AsmSpan {
    const { file, line, column, text } = this.#statement;
    return this.fixedSpan ?? { file, line, column, length: Math.max(1, text.length) };
  }

  warn(message: string): void {
    const { file, line, column, length } = this.span;
    this.#diagnostics.push({ severity: 'warning', file, line, column, length, message });
  }

  enterSection(section: { name: string; flags?: string; type?: 'progbits' | 'nobits' | 'note' }): void {
    this.previousSection = this.section;
    this.section = section;
    this.items.push({ kind: 'section', ...section });
    this.#lastLoc = '';
  }

  /** A symbol of type function: its code, from the label to .size, becomes a function in the debug information. */
  markFunction(name: string): void {
    this.#functions.add(name);
  }

  beginFunction(name: string): void {
    this.endFunction();
    // A function that a macro makes (idtentry) stands where the macro is called, and so does its first instruction.
    this.#entryLine = this.#outerCall;
    const { file, line } = this.#outerCall ?? this.span;
    this.items.push({ kind: 'func', name, file, line, type: FUNCTION_TYPE, variables: [], redZoneBytes: 0 });
    this.#openFunction = name;
  }

  endFunction(name = this.#openFunction): void {
    if (name === undefined || name !== this.#openFunction) return;
    this.items.push({ kind: 'endfunc' });
    this.#openFunction = undefined;
  }

  define(name: string, value: bigint): void {
    this.constants.set(name, value);
    this.defined.add(name);
  }

  removeMacro(name: string): void {
    this.#macros.delete(name);
  }

  leaveMacro(): void {
    this.#leaveMacro = true;
  }

  #report(statement: Statement, message: string, at: number, length: number): void {
    const { fixedSpan } = this;
    this.#diagnostics.push(fixedSpan
      ? { severity: 'error', file: fixedSpan.file, line: fixedSpan.line, column: fixedSpan.column, length: fixedSpan.length,
      message: `${message} (in the assembly '${statement.text}')` }
      : { severity: 'error', file: statement.file, line: statement.line, column: statement.column + at, length: Math.max(1, length),
      message: this.#outerCall && this.#outerCall !== statement ? `${message} (in the macro called at ${this.#outerCall.file}:${this.#outerCall.line})`
      : message });
  }

  /** Statements that take others with them: conditionals, .macro, .rept, .irp. @returns the index of the last one used. */
  #block(statements: readonly Statement[], n: number): number | undefined {
    const { text } = statements[n];
    if (text[0] !== '.') return this.#conditionals.skipping ? n : undefined;
    const cursor = new Cursor(text);
    const name = cursor.match(WORD)!;
    if (this.#conditionals.handle(name, cursor, statements[n], this)) return n;
    if (this.#conditionals.skipping) return n;
    switch (name) {
      case '.macro': {
        const end = blockEnd(statements, n, /^\.macro\b/, /^\.endm\b/);
        this.#defineMacro(cursor, statements.slice(n + 1, end));
        return end;
      }
      case '.rept': case '.irp': case '.irpc': {
        const end = blockEnd(statements, n, /^\.(rept|irpc?)\b/, /^\.endr\b/);
        this.#repeat(name, cursor, statements.slice(n + 1, end));
        return end;
      }
      default: return undefined;
    }
  }

  #defineMacro(cursor: Cursor, body: Statement[]): void {
    const name = cursor.identifier();
    if (name === undefined) throw cursor.mistake("expected the macro's name");
    cursor.take(',');
    const { file, line } = this.#statement;
    this.#macros.set(name.toLowerCase(), { name, parameters: parseParameters(cursor), body, file, line });
  }

  #repeat(kind: string, cursor: Cursor, body: Statement[]): void {
    const at = this.#statement;
    if (kind === '.rept') {
      const times = Number(parseConstant(cursor, this.constants, 'the number of repetitions'));
      for (let n = 0; n < times && this.#count <= MAX_STATEMENTS; n++) this.run(body);
      return;
    }
    const name = cursor.identifier();
    if (name === undefined) throw cursor.mistake('expected the name that changes from one repetition to the next');
    cursor.take(',');
    const values = kind === '.irp' ? splitValues(cursor) : Array.from(cursor.rest());
    for (const value of values) this.#expand(body, new Map([[name, value]]), -1);
    this.#statement = at;
  }

  #expand(body: readonly Statement[], values: ReadonlyMap<string, string>, count: number): void {
    const expanded: Statement[] = [];
    for (const statement of body) {
      // \@ inside .irp inside a macro belongs to the macro, which has replaced it before.
      const text = substitute(statement.text, values, count);
      if (text === statement.text) expanded.push(statement);
      else if (/[;\n]/.test(text)) expanded.push(...splitStatements(text, statement.file, statement.line, statement.column));
      else if (text.trim()) expanded.push({ ...statement, text: text.trim() });
    }
    this.run(expanded);
  }

  #one(statement: Statement): void {
    const cursor = new Cursor(statement.text);
    for (;;) {
      cursor.space();
      LABEL.lastIndex = cursor.at;
      const label = LABEL.exec(statement.text);
      if (!label) break;
      cursor.at = LABEL.lastIndex;
      this.#label(label[1] ?? label[2] ?? label[3]);
    }
    if (cursor.done) return;
    const start = cursor.at;
    const word = cursor.match(WORD);
    if (word === undefined) throw cursor.mistake('expected an instruction, a directive or a label', start);
    if (cursor.peek() === '=' && statement.text[cursor.at + 1] !== '=') {
      cursor.at++;
      if (cursor.peek() === '=') cursor.at++;
      DIRECTIVES['.set'](this, new Cursor(`${word},${cursor.rest()}`), '.set');
      return;
    }
    const macro = this.#macros.get(word.toLowerCase());
    if (macro) this.#call(macro, cursor);
    else if (word[0] === '.') this.#directive(word, cursor, start);
    else this.#instruction(word.toLowerCase(), cursor, start);
  }

  #label(name: string): void {
    this.items.push({ kind: 'label', name, span: this.span });
    this.defined.add(name);
    if (this.#debug && this.#functions.has(name)) this.beginFunction(name);
  }

  #call(macro: Macro, cursor: Cursor): void {
    const call = this.#statement;
    const outer = this.#outerCall;
    const values = bindArguments(macro, cursor);
    this.#outerCall ??= call;
    this.#expand(macro.body, values, this.#expansions++);
    this.#outerCall = outer;
    this.#leaveMacro = false;
    this.#statement = call;
  }

  #directive(name: string, cursor: Cursor, start: number): void {
    const handler = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
    if (!handler) {
      if (IGNORED.test(name)) return;
      throw cursor.mistake(`unknown directive '${name}'`, start);
    }
    handler(this, cursor, name);
    if (!cursor.done) throw cursor.mistake(`this is too much for ${name}`);
  }

  #instruction(word: string, cursor: Cursor, start: number): void {
    let mnemonic = word;
    for (;;) {
      const prefix = Object.hasOwn(PREFIXES, mnemonic) ? PREFIXES[mnemonic] : undefined;
      const byte = Object.hasOwn(BYTE_PREFIXES, mnemonic) ? BYTE_PREFIXES[mnemonic] : undefined;
      if (prefix === undefined && byte === undefined) break;
      if (byte !== undefined) this.items.push({ kind: 'bytes', bytes: new Uint8Array([byte]) });
      else this.#prefix = prefix;
      cursor.take(',');
      // The prefix may stand alone: then it belongs to the next statement.
      if (cursor.done) return;
      start = cursor.at;
      mnemonic = (cursor.match(WORD) ?? '').toLowerCase();
    }
    if (!spell(mnemonic)) {
      const near = similar(mnemonic);
      throw cursor.mistake(`unknown instruction '${mnemonic}'${near === undefined ? '' : `; did you mean '${near}'?`}`, start);
    }
    const operands = parseOperands(cursor, mnemonic, this.constants);
    this.#mark();
    this.items.push({ kind: 'insn', mnemonic, operands, ...(this.#prefix === undefined ? {} : { prefix: this.#prefix }), span: this.span });
    this.#prefix = undefined;
  }

  /** The line table: in a macro, the line of its body, where the comments are. */
  #mark(): void {
    if (!this.#debug) return;
    const { file, line, column } = this.#entryLine ?? this.#statement;
    this.#entryLine = undefined;
    const key = `${file}:${line}`;
    if (key === this.#lastLoc) return;
    this.#lastLoc = key;
    this.items.push({ kind: 'loc', file, line, column });
  }
}

function blockEnd(statements: readonly Statement[], start: number, opens: RegExp, closes: RegExp): number {
  let depth = 0;
  for (let n = start; n < statements.length; n++) {
    const { text } = statements[n];
    if (opens.test(text)) depth++;
    else if (closes.test(text) && --depth === 0) return n;
  }
  throw new Mistake(`this ${statements[start].text.split(/\s/)[0]} has no end`, 0, statements[start].text.length);
}
