/** Directives, by name. GNU as manual, "Pseudo Ops"; `.frame_hint`, `.trace`, `.func` and `.endfunc` are ours. */
import type { FrameBase, FrameHint, TraceArgument } from '../../formats/debug-info.ts';
import { Mistake, parseConstant, parseExpression, parseString, type Cursor } from './expression.ts';
import type { AsmExpr } from './items.ts';
import { parseOperand } from './operands.ts';
import type { Parser } from './parse.ts';

type Handler = (parser: Parser, cursor: Cursor, name: string) => void;

/** They steer listings, other debug formats or other targets. */
export const IGNORED =
  /^\.(cfi_\w+|file|loc|ident|title|sbttl|list|nolist|psize|eject|line|ln|version|att_syntax|code64|code_64|arch|tune|intel_mnemonic|att_mnemonic|hidden|protected|internal|addrsig\w*|loc_mark_labels|reloc|symver|altmacro|noaltmacro)$/;

function name(cursor: Cursor, what = 'a symbol'): string {
  const found = cursor.identifier() ?? cursor.match(/"[^"]+"/y)?.slice(1, -1);
  if (found === undefined) throw cursor.mistake(`expected ${what}`);
  return found;
}

function eachName(cursor: Cursor, act: (symbol: string) => void): void {
  do act(name(cursor)); while (cursor.take(','));
}

const number = (parser: Parser, cursor: Cursor, what: string): number => Number(parseConstant(cursor, parser.constants, what));

const section = (fixed: string): Handler => (parser, cursor) => {
  // `.text 1`: subsections, which we do not keep apart.
  if (!cursor.done) number(parser, cursor, 'the subsection');
  parser.enterSection({ name: fixed });
};

function parseSection(cursor: Cursor): Parameters<Parser['enterSection']>[0] {
  cursor.space();
  const found = cursor.match(/"[^"]*"|[\w.$-]+/y);
  if (found === undefined) throw cursor.mistake("expected the section's name");
  const entered: Parameters<Parser['enterSection']>[0] = { name: found.replaceAll('"', '') };
  if (cursor.take(',')) {
    if (cursor.peek() === '"') entered.flags = String.fromCharCode(...parseString(cursor)).replace(/[^awxT]/g, '');
    if (cursor.take(',')) {
      const type = cursor.match(/\s*[@%"](\w+)"?/y)?.replace(/[\s@%"]/g, '');
      if (type === 'nobits') entered.type = 'nobits';
      else if (type === 'note') entered.type = 'note';
      else if (type !== undefined) entered.type = 'progbits';
      // Entry size, group and the like.
      if (cursor.take(',')) cursor.rest();
    }
  }
  return entered;
}

const data = (size: 1 | 2 | 4 | 8): Handler => (parser, cursor) => {
  const values: AsmExpr[] = [];
  if (cursor.done) return;
  do {
    cursor.space();
    const at = cursor.at;
    const value = parseExpression(cursor, parser.constants);
    if (value.symbol === undefined && value.minus === undefined && size < 8) {
      const limit = 1n << BigInt(8 * size);
      if (value.addend >= limit || value.addend < -limit) throw new Mistake(`${value.addend} does not fit into ${size} byte${size === 1 ? '' : 's'}`, at,
        cursor.at - at);
    }
    values.push(value);
  } while (cursor.take(','));
  parser.items.push({ kind: 'data', size, values, span: parser.span });
};

const string = (ending: number[]): Handler => (parser, cursor) => {
  do {
    const bytes = parseString(cursor);
    // Neighbouring strings are one.
    while (cursor.peek() === '"') bytes.push(...parseString(cursor));
    parser.items.push({ kind: 'bytes', bytes: new Uint8Array([...bytes, ...ending]) });
  } while (cursor.take(','));
};

const binding = (which: 'global' | 'local' | 'weak'): Handler =>
  (parser, cursor) => eachName(cursor, (symbol) => parser.items.push({ kind: 'binding', name: symbol, binding: which }));

const align = (power: boolean): Handler => (parser, cursor, directive) => {
  const given = cursor.done ? 0 : number(parser, cursor, 'the alignment');
  const bytes = power ? 1 << given : Math.max(1, given);
  if (given < 0 || (power && given > 30) || (bytes & (bytes - 1)) !== 0)
    throw new Mistake(power ? `${directive} takes 0 to 30, not ${given}` : `${directive} needs a power of two, not ${given}`, 0, cursor.text.length);
  const item: { kind: 'align'; bytes: number; fill?: number; max?: number } = { kind: 'align', bytes };
  if (cursor.take(',')) {
    if (cursor.peek() !== ',' && !cursor.done) item.fill = number(parser, cursor, 'the filling') & 0xff;
    if (cursor.take(',')) item.max = number(parser, cursor, 'the limit');
  }
  parser.items.push(item);
};

function zero(parser: Parser, cursor: Cursor): void {
  const count = number(parser, cursor, 'the size');
  if (count < 0) throw new Mistake('the size must not be negative', 0, cursor.text.length);
  const fill = cursor.take(',') ? number(parser, cursor, 'the filling') & 0xff : 0;
  parser.items.push({ kind: 'zero', count, fill });
}

/** `.fill repeat, size, value`. "size" is at most 8 and only the low four bytes of "value" count. */
function fill(parser: Parser, cursor: Cursor): void {
  const repeat = number(parser, cursor, 'the number of repetitions');
  const size = cursor.take(',') ? Math.min(8, number(parser, cursor, 'the size')) : 1;
  const value = cursor.take(',') ? parseConstant(cursor, parser.constants, 'the value') : 0n;
  if (value === 0n || size === 1) {
    parser.items.push({ kind: 'zero', count: repeat * size, fill: Number(BigInt.asUintN(8, value)) });
    return;
  }
  const bytes = new Uint8Array(repeat * size);
  for (let n = 0; n < bytes.length; n++) bytes[n] = n % size < 4 ? Number(BigInt.asUintN(8, value >> BigInt(8 * (n % size)))) : 0;
  parser.items.push({ kind: 'bytes', bytes });
}

function set(parser: Parser, cursor: Cursor): void {
  const symbol = name(cursor);
  cursor.expect(',', 'and a value');
  const value = parseExpression(cursor, parser.constants);
  if (value.symbol === undefined && value.minus === undefined) parser.define(symbol, value.addend);
  else parser.defined.add(symbol);
  parser.items.push({ kind: 'set', name: symbol, value });
}

function comm(parser: Parser, cursor: Cursor, directive: string): void {
  const symbol = name(cursor);
  cursor.expect(',', 'and the size');
  const size = number(parser, cursor, 'the size');
  const bytes = cursor.take(',') ? number(parser, cursor, 'the alignment') : 1;
  const isLocal = directive === '.lcomm' || parser.items.some((item) => item.kind === 'binding' && item.name === symbol && item.binding === 'local');
  if (!isLocal) parser.items.push({ kind: 'binding', name: symbol, binding: 'global' });
  parser.commons.push({ kind: 'align', bytes }, { kind: 'type', name: symbol, type: 'object' }, { kind: 'label', name: symbol, span: parser.span },
    { kind: 'zero', count: size, fill: 0 }, { kind: 'size', name: symbol, value: { addend: BigInt(size) } });
}

function type(parser: Parser, cursor: Cursor): void {
  const symbol = name(cursor);
  cursor.take(',');
  const kind = cursor.match(/\s*[@%"]?(\w+)"?/y)?.replace(/[\s@%"]/g, '');
  if (kind === 'function' || kind === 'STT_FUNC') {
    parser.items.push({ kind: 'type', name: symbol, type: 'function' });
    parser.markFunction(symbol);
  } else if (kind === 'object' || kind === 'STT_OBJECT' || kind === 'tls_object') parser.items.push({ kind: 'type', name: symbol, type: 'object' });
  else if (kind !== 'notype') throw cursor.mistake('expected @function or @object');
}

function size(parser: Parser, cursor: Cursor): void {
  const symbol = name(cursor);
  cursor.expect(',', 'and a size');
  parser.items.push({ kind: 'size', name: symbol, value: parseExpression(cursor, parser.constants) });
  parser.endFunction(symbol);
}

const HINTS: readonly FrameHint['kind'][] = ['call', 'resume', 'regs', 'called', 'iret', 'syscall', 'empty'],
  BASES: readonly FrameBase[] = ['rsp', 'rbp', 'rdi', 'kept', 'word'];
const isOneOf = <T extends string>(list: readonly T[], text: string): text is T => (list as readonly string[]).includes(text);

/** `.frame_hint kind, reg, offset, saving=offset, word, ...`: the words that the code has put there itself, from RSP up. Followed through pushes and pops. */
function frameHint(parser: Parser, cursor: Cursor): void {
  const kind = name(cursor, HINTS.join(', '));
  if (!isOneOf(HINTS, kind)) throw new Mistake(`a frame hint is one of ${HINTS.join(', ')}, not '${kind}'`, 0, cursor.text.length);
  let reg = 'rsp', offset = 0, saving: number | undefined;
  const own: string[] = [];
  if (cursor.take(',')) {
    cursor.take('%');
    reg = name(cursor, BASES.join(', '));
    if (cursor.take(',')) offset = number(parser, cursor, 'the offset');
    while (cursor.take(',')) {
      const word = name(cursor, 'saving=offset, or what a word is');
      if (word === 'saving' && cursor.take('=')) saving = number(parser, cursor, 'the offset');
      else own.push(word);
    }
  }
  if (!isOneOf(BASES, reg)) throw new Mistake(`a frame hint counts from one of ${BASES.join(', ')}, not '${reg}'`, 0, cursor.text.length);
  parser.items.push({ kind: 'frame', hint: { kind, reg, offset, ...(saving === undefined ? {} : { saving }), ...(own.length ? { own } : {}) } });
}

/** `.trace name, argument=value, ...`: a value is a register, a number, memory at a register, or the address of a symbol. */
function trace(parser: Parser, cursor: Cursor): void {
  const event = name(cursor, "the event's name");
  const args: TraceArgument[] = [];
  while (cursor.take(',')) {
    const argument = name(cursor, "the argument's name");
    cursor.expect('=', 'and a value');
    args.push({ name: argument, type: 0, ...traceValue(parser, cursor) });
  }
  parser.items.push({ kind: 'trace', name: event, args });
}

function traceValue(parser: Parser, cursor: Cursor): Pick<TraceArgument, 'base' | 'steps'> {
  const operand = parseOperand(cursor, true, parser.constants);
  if (operand.kind === 'reg') return { base: { kind: 'reg', reg: operand.name }, steps: [] };
  if (operand.kind === 'mem' && operand.base !== undefined && operand.index === undefined && operand.segment === undefined &&
    operand.disp.symbol === undefined) {
    return { base: { kind: 'reg', reg: operand.base }, steps: [{ offset: Number(operand.disp.addend), load: 8, signed: false }] };
  }
  const value = operand.kind === 'imm' || operand.kind === 'target' ? operand.value : undefined;
  if (!value || value.minus !== undefined) throw cursor.mistake('a traced value is %reg, number, offset(%reg) or symbol');
  return value.symbol === undefined ? { base: { kind: 'const', value: value.addend }, steps: [] }
    : { base: { kind: 'symbol', name: value.symbol, addend: Number(value.addend) }, steps: [] };
}

export const DIRECTIVES: Readonly<Record<string, Handler>> = {
  '.text': section('.text'), '.data': section('.data'), '.bss': section('.bss'), '.rodata': section('.rodata'),
  '.section': (parser, cursor) => parser.enterSection(parseSection(cursor)),
  '.pushsection': (parser, cursor) => {
    parser.sections.push(parser.section);
    parser.enterSection(parseSection(cursor));
  },
  '.popsection': (parser) => {
    const back = parser.sections.pop();
    if (!back) throw new Mistake('.popsection without .pushsection', 0, 11);
    parser.enterSection(back);
  },
  '.previous': (parser) => parser.enterSection(parser.previousSection),
  '.globl': binding('global'), '.global': binding('global'), '.local': binding('local'), '.weak': binding('weak'),
  '.type': type, '.size': size,
  '.byte': data(1), '.word': data(2), '.short': data(2), '.value': data(2), '.hword': data(2), '.2byte': data(2), '.long': data(4), '.int': data(4),
  '.4byte': data(4), '.quad': data(8), '.8byte': data(8),
  '.ascii': string([]), '.asciz': string([0]), '.string': string([0]),
  '.zero': zero, '.skip': zero, '.space': zero, '.fill': fill,
  '.align': align(false), '.balign': align(false), '.p2align': align(true),
  '.org': (parser, cursor) => {
    const to = parseExpression(cursor, parser.constants);
    parser.items.push({ kind: 'org', to, fill: cursor.take(',') ? number(parser, cursor, 'the filling') & 0xff : 0, span: parser.span });
  },
  '.set': set, '.equ': set,
  '.equiv': (parser, cursor) => {
    const symbol = cursor.text.slice(cursor.at).trim().split(/[\s,]/)[0];
    if (parser.defined.has(symbol)) throw new Mistake(`'${symbol}' is defined already`, 0, cursor.text.length);
    set(parser, cursor);
  },
  '.comm': comm, '.lcomm': comm,
  '.error': (_parser, cursor) => {
    throw new Mistake(cursor.done ? '.error' : new TextDecoder().decode(new Uint8Array(parseString(cursor))), 0, cursor.text.length);
  },
  '.err': (_parser, cursor) => {
    throw new Mistake('.err', 0, cursor.text.length);
  },
  '.warning': (parser, cursor) => parser.warn(cursor.done ? '.warning' : new TextDecoder().decode(new Uint8Array(parseString(cursor)))),
  '.purgem': (parser, cursor) => parser.removeMacro(name(cursor, "the macro's name").toLowerCase()),
  '.exitm': (parser) => parser.leaveMacro(),
  '.func': (parser, cursor) => {
    parser.beginFunction(name(cursor));
    if (cursor.take(',')) name(cursor);
  },
  '.endfunc': (parser) => parser.endFunction(),
  '.frame_hint': frameHint, '.trace': trace,
};
