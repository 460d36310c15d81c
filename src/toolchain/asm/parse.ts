/**
 * AT&T assembly text to items: instructions, labels, directives, macros and conditionals as GNU as has them. The input is
 * already preprocessed; its line marks (`# 12 "file"`) say where each line came from.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { DebugType, FrameHint } from '../../formats/debug-info.ts';
import { parseExpression, type ExpressionContext } from './expression.ts';
import type { AsmExpr, AsmItem, AsmSpan, AsmUnit } from './items.ts';
import { parseOperand, splitOperands } from './operand.ts';

interface Line {
  text: string;
  span: AsmSpan;
}

interface Macro {
  parameters: { name: string; fallback: string; required: boolean; rest: boolean }[];
  body: Line[];
}

const MAX_DEPTH = 32;
const PREFIXES: Readonly<Record<string, 'lock' | 'rep' | 'repe' | 'repne'>> = { lock: 'lock', rep: 'rep', repe: 'repe', repz: 'repe', repne: 'repne', repnz: 'repne' };
const BRANCH = /^(j\w+|call[q]?|loop\w*|xbegin)$/;

export function parseAssembly(file: string, text: string): { unit: AsmUnit; diagnostics: Diagnostic[] } {
  const parser = new AssemblyParser(file);
  parser.lines(readLines(file, text));
  parser.end();
  return { unit: { file, items: parser.items, types: [...TYPES] }, diagnostics: parser.diagnostics };
}

/** The text of an asm statement: instructions and labels, one or several lines. */
export function parseInstructions(text: string, span: AsmSpan, unique: string): { items: AsmItem[]; diagnostics: Diagnostic[] } {
  const parser = new AssemblyParser(span.file, unique);
  parser.lines(text.split('\n').map((line) => ({ text: line, span })));
  parser.end();
  return { items: parser.items, diagnostics: parser.diagnostics };
}

/** Assembly knows one type only: an untyped 64-bit word. */
const TYPES: readonly DebugType[] = [{ kind: 'void' }, { kind: 'int', name: 'unsigned long', size: 8, signed: false }];

function readLines(file: string, text: string): Line[] {
  const lines: Line[] = [];
  let current = file, number = 0;
  let comment = false;
  for (let raw of text.split('\n')) {
    number++;
    const mark = /^#\s*(?:line\s+)?(\d+)\s+"([^"]*)"/.exec(raw);
    if (mark) {
      number = Number(mark[1]) - 1;
      current = mark[2];
      continue;
    }
    if (comment) {
      const end = raw.indexOf('*/');
      if (end < 0) continue;
      raw = raw.slice(end + 2);
      comment = false;
    }
    raw = raw.replace(/\/\*.*?\*\//g, ' ');
    const open = raw.indexOf('/*');
    if (open >= 0) {
      comment = true;
      raw = raw.slice(0, open);
    }
    const column = raw.length - raw.trimStart().length + 1;
    lines.push({ text: raw, span: { file: current, line: number, column, length: Math.max(1, raw.trim().length) } });
  }
  return lines;
}

/** Cuts a `#` comment and splits at `;`, outside of strings. */
function statements(text: string): string[] {
  const parts: string[] = [];
  let start = 0, quoted = false;
  let n = 0;
  for (; n < text.length; n++) {
    const c = text[n];
    if (quoted) {
      if (c === '\\') n++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '#') break;
    else if (c === ';') {
      parts.push(text.slice(start, n));
      start = n + 1;
    }
  }
  parts.push(text.slice(start, n));
  return parts.map((part) => part.trim()).filter(Boolean);
}

class AssemblyParser {
  readonly items: AsmItem[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #unique: string;
  readonly #macros = new Map<string, Macro>();
  readonly #constants = new Map<string, bigint>();
  readonly #locals = new Map<number, number>();
  readonly #sections: string[] = [];
  #section = '.text';
  #previous = '.text';
  /** Innermost last: is this branch taken, was one taken, is the outside live. */
  readonly #conditions: { live: boolean; taken: boolean; outer: boolean }[] = [];
  /** A .macro, .rept or .irp being collected. */
  #collecting: { end: string; begin: RegExp; depth: number; body: Line[]; done: (body: Line[]) => void } | undefined;
  #depth = 0;
  #expansions = 0;
  #span: AsmSpan;
  #lastLine = '';
  #functionOpen = '';
  readonly #functionNames = new Set<string>();

  constructor(file: string, unique = '') {
    this.#unique = unique;
    this.#span = { file, line: 0, column: 0, length: 1 };
  }

  readonly #context: ExpressionContext = {
    constant: (name) => this.#constants.get(name),
    local: (number, forward) => this.#localName(number, (this.#locals.get(number) ?? 0) + (forward ? 1 : 0)),
  };

  #localName(number: number, count: number): string {
    return `.Ln${this.#unique}${number}.${count}`;
  }

  #error(message: string): void {
    this.diagnostics.push({ severity: 'error', file: this.#span.file, line: this.#span.line, column: this.#span.column, length: this.#span.length, message });
  }

  lines(lines: readonly Line[]): void {
    for (const line of lines) {
      this.#span = line.span;
      if (this.#collecting) {
        this.#collect(line);
        continue;
      }
      for (const statement of statements(line.text)) {
        this.#statement(statement, line);
        if (this.#collecting) break;
      }
    }
  }

  end(): void {
    if (this.#collecting) this.#error(`${this.#collecting.end} is missing`);
    if (this.#conditions.length) this.#error('.endif is missing');
    this.#closeFunction();
  }

  #collect(line: Line): void {
    const collecting = this.#collecting;
    if (!collecting) return;
    const text = statements(line.text)[0] ?? '';
    if (collecting.begin.test(text)) collecting.depth++;
    if (text === collecting.end || text.startsWith(`${collecting.end} `)) {
      if (collecting.depth-- === 0) {
        this.#collecting = undefined;
        collecting.done(collecting.body);
        return;
      }
    }
    collecting.body.push(line);
  }

  get #live(): boolean {
    return this.#conditions.every(({ live }) => live);
  }

  #statement(source: string, line: Line): void {
    let text = source;
    const conditional = /^\.(if\w*|elseif|else|endif)\b\s*(.*)$/s.exec(text);
    if (conditional) {
      this.#conditional(conditional[1], conditional[2]);
      return;
    }
    if (!this.#live) return;
    for (let label = /^([A-Za-z_.$][\w.$]*|\d+)\s*:(?!:)/.exec(text); label; label = /^([A-Za-z_.$][\w.$]*|\d+)\s*:(?!:)/.exec(text)) {
      this.#label(label[1]);
      text = text.slice(label[0].length).trim();
    }
    if (!text) return;
    const assignment = /^([A-Za-z_.$][\w.$]*)\s*=\s*(?!=)(.*)$/s.exec(text);
    if (assignment) {
      this.#set(assignment[1], assignment[2]);
      return;
    }
    const [, word, rest] = /^(\S+)\s*(.*)$/s.exec(text) ?? ['', text, ''];
    const macro = this.#macros.get(word);
    if (macro) this.#expand(word, macro, rest);
    else if (word.startsWith('.')) this.#directive(word, rest.trim());
    else this.#instruction(word, rest, line);
  }

  #label(name: string): void {
    if (/^\d+$/.test(name)) {
      const number = Number(name), count = (this.#locals.get(number) ?? 0) + 1;
      this.#locals.set(number, count);
      this.items.push({ kind: 'label', name: this.#localName(number, count), span: this.#span });
      return;
    }
    if (this.#functionNames.has(name) && this.#functionOpen !== name) this.#openFunction(name);
    this.items.push({ kind: 'label', name, span: this.#span });
  }

  /** A symbol of type @function is a function in the debug information until its .size. */
  #openFunction(name: string): void {
    this.#closeFunction();
    this.#functionOpen = name;
    this.#lastLine = '';
    this.items.push({ kind: 'func', name, file: this.#span.file, line: this.#span.line, type: 0, variables: [], redZoneBytes: 0 });
  }

  #closeFunction(): void {
    if (!this.#functionOpen) return;
    this.items.push({ kind: 'endfunc' });
    this.#functionOpen = '';
  }

  #instruction(word: string, rest: string, line: Line): void {
    const prefix = PREFIXES[word];
    if (prefix && rest) {
      const [, inner, operands] = /^(\S+)\s*(.*)$/s.exec(rest) ?? ['', rest, ''];
      this.#emit(inner, operands, prefix, line);
    } else this.#emit(word, rest, prefix, line);
  }

  #emit(mnemonic: string, rest: string, prefix: 'lock' | 'rep' | 'repe' | 'repne' | undefined, line: Line): void {
    const name = mnemonic.toLowerCase();
    const operands = [];
    for (const part of splitOperands(rest)) {
      const operand = parseOperand(part, BRANCH.test(name), this.#context);
      if (typeof operand === 'string') {
        this.#error(operand);
        return;
      }
      operands.push(operand);
    }
    const key = `${line.span.file}:${line.span.line}`;
    if (key !== this.#lastLine && line.span.line > 0 && !this.#unique) {
      this.#lastLine = key;
      this.items.push({ kind: 'loc', file: line.span.file, line: line.span.line, column: line.span.column });
    }
    this.items.push({ kind: 'insn', mnemonic: name, operands, ...(prefix ? { prefix } : {}), span: line.span });
  }

  // ------------------------------------------------------------------------------------------- macros

  #expand(name: string, macro: Macro, rest: string): void {
    if (this.#depth >= MAX_DEPTH) {
      this.#error(`macro ${name} calls itself too deep`);
      return;
    }
    const given = macroArguments(rest);
    const values = new Map<string, string>();
    let position = 0;
    for (const text of given) {
      const named = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$/s.exec(text);
      if (named && macro.parameters.some((parameter) => parameter.name === named[1])) values.set(named[1], unquote(named[2]));
      else {
        const parameter = macro.parameters[position++];
        if (!parameter) {
          this.#error(`macro ${name} takes ${macro.parameters.length} arguments, not ${given.length}`);
          return;
        }
        if (parameter.rest) {
          values.set(parameter.name, given.slice(position - 1).join(','));
          break;
        }
        values.set(parameter.name, unquote(text));
      }
    }
    for (const { name: parameter, fallback, required } of macro.parameters) {
      if (values.get(parameter)) continue;
      if (required) this.#error(`macro ${name} needs a value for '${parameter}'`);
      if (!values.has(parameter) || values.get(parameter) === '') values.set(parameter, fallback);
    }
    this.#run(macro.body, values);
  }

  #run(body: readonly Line[], values: ReadonlyMap<string, string>): void {
    const count = this.#expansions++;
    this.#depth++;
    const span = this.#span;
    this.lines(body.map(({ text, span: at }) => ({
      text: text.replace(/\\(@|\(\)|[A-Za-z_]\w*)/g, (whole, name: string) => (name === '@' ? String(count) : name === '()' ? '' : values.get(name) ?? whole)),
      // Lines of a macro of this very file show where they stand; the call shows itself.
      span: at.file === span.file && this.#depth === 1 ? span : at,
    })));
    this.#span = span;
    this.#depth--;
  }

  #defineMacro(rest: string): void {
    const [, name, list] = /^([A-Za-z_.$][\w.$]*)\s*,?\s*(.*)$/s.exec(rest) ?? ['', rest, ''];
    const parameters = macroArguments(list).map((text) => {
      const [, parameter, qualifier, fallback] = /^([A-Za-z_]\w*)(?::(req|vararg))?\s*(?:=\s*(.*))?$/s.exec(text) ?? ['', text, undefined, undefined];
      return { name: parameter, fallback: unquote(fallback ?? ''), required: qualifier === 'req', rest: qualifier === 'vararg' };
    });
    this.#collecting = { end: '.endm', begin: /^\.macro\b/, depth: 0, body: [], done: (body) => this.#macros.set(name, { parameters, body }) };
  }

  #conditional(kind: string, rest: string): void {
    const outer = this.#live;
    if (kind === 'endif') {
      if (!this.#conditions.pop()) this.#error('.endif without .if');
      return;
    }
    if (kind === 'else' || kind === 'elseif') {
      const condition = this.#conditions.at(-1);
      if (!condition) {
        this.#error(`.${kind} without .if`);
        return;
      }
      condition.live = condition.outer && !condition.taken && (kind === 'else' || this.#test('if', rest));
      condition.taken ||= condition.live;
      return;
    }
    const live = outer && this.#test(kind, rest);
    this.#conditions.push({ live, taken: live, outer });
  }

  #test(kind: string, rest: string): boolean {
    const parts = splitOperands(rest).map(unquote);
    switch (kind) {
      case 'ifb': return rest.trim() === '';
      case 'ifnb': return rest.trim() !== '';
      case 'ifc': case 'ifeqs': return parts[0] === (parts[1] ?? '');
      case 'ifnc': case 'ifnes': return parts[0] !== (parts[1] ?? '');
      case 'ifdef': return this.#constants.has(rest.trim()) || this.items.some((item) => item.kind === 'label' && item.name === rest.trim());
      case 'ifndef': case 'ifnotdef': return !this.#test('ifdef', rest);
      default: {
        const value = this.#number(rest) ?? 0n;
        return kind === 'ifeq' ? value === 0n : kind === 'ifgt' ? value > 0n : kind === 'iflt' ? value < 0n : kind === 'ifge' ? value >= 0n : kind === 'ifle' ? value <= 0n : value !== 0n;
      }
    }
  }

  // ------------------------------------------------------------------------------------------- directives

  #expression(text: string): AsmExpr | undefined {
    const value = parseExpression(text, this.#context);
    if (typeof value !== 'string') return value;
    this.#error(value);
    return undefined;
  }

  #number(text: string): bigint | undefined {
    const value = this.#expression(text);
    if (!value) return undefined;
    if (value.symbol === undefined && value.minus === undefined) return value.addend;
    this.#error(`'${text}' must be a number that is known here`);
    return undefined;
  }

  #set(name: string, text: string): void {
    const value = this.#expression(text);
    if (!value) return;
    if (value.symbol === undefined && value.minus === undefined) this.#constants.set(name, value.addend);
    this.items.push({ kind: 'set', name, value });
  }

  #enter(name: string, flags?: string, type?: 'progbits' | 'nobits' | 'note'): void {
    this.#previous = this.#section;
    this.#section = name;
    this.items.push({ kind: 'section', name, ...(flags === undefined ? {} : { flags }), ...(type ? { type } : {}), span: this.#span });
  }

  #sectionDirective(rest: string): void {
    const [name, flags, type] = splitOperands(rest);
    const kind = type?.replace(/^[@%]/, '');
    this.#enter(unquote(name), flags === undefined ? undefined : unquote(flags).replace(/[^awxT]/g, ''), kind === 'nobits' || kind === 'note' || kind === 'progbits' ? kind : undefined);
  }

  #directive(name: string, rest: string): void {
    const size = ({ '.byte': 1, '.word': 2, '.short': 2, '.value': 2, '.2byte': 2, '.long': 4, '.int': 4, '.4byte': 4, '.quad': 8, '.8byte': 8 } as const)[name];
    if (size) {
      const values = splitOperands(rest).map((part) => this.#expression(part)).filter((value): value is AsmExpr => value !== undefined);
      this.items.push({ kind: 'data', size, values, span: this.#span });
      return;
    }
    switch (name) {
      case '.text': case '.data': case '.bss': this.#enter(name); break;
      case '.section': this.#sectionDirective(rest); break;
      case '.pushsection':
        this.#sections.push(this.#section);
        this.#sectionDirective(rest);
        break;
      case '.popsection': {
        const back = this.#sections.pop();
        if (back === undefined) this.#error('.popsection without .pushsection');
        else this.#enter(back);
        break;
      }
      case '.previous': this.#enter(this.#previous); break;
      case '.globl': case '.global': for (const symbol of splitOperands(rest)) this.items.push({ kind: 'binding', name: symbol, binding: 'global' }); break;
      case '.local': for (const symbol of splitOperands(rest)) this.items.push({ kind: 'binding', name: symbol, binding: 'local' }); break;
      case '.weak': for (const symbol of splitOperands(rest)) this.items.push({ kind: 'binding', name: symbol, binding: 'weak' }); break;
      case '.type': this.#typeDirective(rest); break;
      case '.size': {
        const [symbol, ...value] = splitOperands(rest);
        const parsed = this.#expression(value.join(','));
        if (parsed) this.items.push({ kind: 'size', name: symbol, value: parsed });
        if (symbol === this.#functionOpen) this.#closeFunction();
        break;
      }
      case '.set': case '.equ': {
        const [symbol, ...value] = splitOperands(rest);
        this.#set(symbol, value.join(','));
        break;
      }
      case '.align': case '.balign': case '.p2align': {
        const [amount, fill] = splitOperands(rest);
        const value = Number(this.#number(amount) ?? 1n);
        const filler = fill ? this.#number(fill) : undefined;
        this.items.push({ kind: 'align', bytes: name === '.p2align' ? 1 << value : value, ...(filler === undefined ? {} : { fill: Number(filler) }) });
        break;
      }
      case '.ascii': case '.asciz': case '.string': for (const part of splitOperands(rest)) this.items.push({ kind: 'bytes', bytes: stringBytes(part, name !== '.ascii') }); break;
      case '.zero': case '.skip': case '.space': {
        const [count, fill] = splitOperands(rest);
        this.items.push({ kind: 'zero', count: Number(this.#number(count) ?? 0n), fill: fill ? Number(this.#number(fill) ?? 0n) : 0 });
        break;
      }
      case '.fill': this.#fill(rest); break;
      case '.macro': this.#defineMacro(rest); break;
      case '.rept': {
        const count = Number(this.#number(rest) ?? 0n);
        this.#collecting = { end: '.endr', begin: /^\.(rept|irp)\b/, depth: 0, body: [], done: (body) => {
          for (let n = 0; n < count; n++) this.#run(body, new Map());
        } };
        break;
      }
      case '.irp': {
        const [variable, ...values] = splitOperands(rest.replace(/^(\w+)\s+/, '$1,'));
        this.#collecting = { end: '.endr', begin: /^\.(rept|irp)\b/, depth: 0, body: [], done: (body) => {
          for (const value of values) this.#run(body, new Map([[variable, value]]));
        } };
        break;
      }
      case '.frame_hint': {
        const [kind, reg, offset] = splitOperands(rest);
        const value = this.#number(offset ?? '0') ?? 0n;
        this.items.push({ kind: 'frame', hint: { kind: kind as FrameHint['kind'], reg: (reg ?? 'rsp').replace('%', '') as 'rsp' | 'rbp', offset: Number(value) } });
        break;
      }
      case '.trace': this.#trace(rest); break;
      case '.func': this.#openFunction(rest); break;
      case '.endfunc': this.#closeFunction(); break;
      case '.code64': case '.file': case '.ident': case '.altmacro': case '.noaltmacro': case '.loc': break;
      case '.error': this.#error(unquote(rest)); break;
      default:
        if (!name.startsWith('.cfi_')) this.#error(`unknown directive '${name}'`);
    }
  }

  #typeDirective(rest: string): void {
    const [symbol, type] = splitOperands(rest);
    const isFunction = /function|STT_FUNC/.test(type ?? '');
    if (isFunction) {
      this.#functionNames.add(symbol);
      // GNU as allows .type after the label too: then the function starts there all the same.
      if (this.items.at(-1)?.kind === 'label' && (this.items.at(-1) as { name: string }).name === symbol) this.#openFunction(symbol);
    }
    this.items.push({ kind: 'type', name: symbol, type: isFunction ? 'function' : 'object' });
  }

  #fill(rest: string): void {
    const [count, size, value] = splitOperands(rest).map((part) => Number(this.#number(part) ?? 0n));
    for (let n = 0; n < count; n++) {
      if ((size ?? 1) === 1) this.items.push({ kind: 'zero', count: 1, fill: value ?? 0 });
      else this.items.push({ kind: 'data', size: size as 2 | 4 | 8, values: [{ addend: BigInt(value ?? 0) }], span: this.#span });
    }
  }

  /** .trace name, argument=%register or argument=$number, ... */
  #trace(rest: string): void {
    const [name, ...args] = splitOperands(rest);
    this.items.push({
      kind: 'trace', name,
      args: args.map((text) => {
        const [, argument, value] = /^(\w+)\s*=\s*(.*)$/s.exec(text) ?? ['', text, '$0'];
        const constant = value.startsWith('%') ? undefined : this.#number(value.replace(/^\$/, ''));
        return { name: argument, type: 1, base: constant === undefined ? { kind: 'reg' as const, reg: value.slice(1) } : { kind: 'const' as const, value: constant }, steps: [] };
      }),
    });
  }
}

function macroArguments(text: string): string[] {
  // Arguments may be parted by commas or by white space.
  const parts: string[] = [];
  let depth = 0, quoted = false, current = '';
  for (let n = 0; n < text.length; n++) {
    const c = text[n];
    if (quoted) {
      if (c === '"') quoted = false;
      current += c;
    } else if (c === '"') {
      quoted = true;
      current += c;
    } else if (depth === 0 && (c === ',' || /\s/.test(c))) {
      const next = text.slice(n).trimStart();
      // Spaces around = and operators do not part arguments.
      if (c !== ',' && (next[0] === '=' || next[0] === ',' || current.endsWith('=') || /^[-+*/|&]\s/.test(next) || /[-+*/|&]$/.test(current))) continue;
      if (c === ',' || current) parts.push(current.trim());
      current = '';
      if (c !== ',') while (/\s/.test(text[n + 1] ?? '')) n++;
    } else {
      if (c === '(') depth++;
      if (c === ')') depth--;
      current += c;
    }
  }
  if (current.trim()) parts.push(current.trim());
  return parts;
}

const unquote = (text: string): string => (/^"[^]*"$/.test(text) ? text.slice(1, -1) : text);

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, '\\': 92, '"': 34 };

function stringBytes(text: string, zero: boolean): Uint8Array {
  const inner = unquote(text.trim());
  const bytes: number[] = [];
  for (let n = 0; n < inner.length; n++) {
    if (inner[n] !== '\\') {
      bytes.push(...new TextEncoder().encode(inner[n]));
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(inner.slice(n + 1)), hex = /^x([0-9a-fA-F]+)/.exec(inner.slice(n + 1));
    if (octal) {
      bytes.push(parseInt(octal[0], 8) & 0xff);
      n += octal[0].length;
    } else if (hex) {
      bytes.push(parseInt(hex[1], 16) & 0xff);
      n += hex[0].length;
    } else {
      n++;
      bytes.push(ESCAPES[inner[n]] ?? inner.charCodeAt(n));
    }
  }
  if (zero) bytes.push(0);
  return Uint8Array.from(bytes);
}
