/**
 * Statements. C11 (N1570), 6.8; case ranges and computed goto as GNU C has them; tracepoints are ours.
 */
import { decodeString } from '../literals.ts';
import { IDENT, STRING, type Token } from '../preprocess/tokens.ts';
import type { AsmOperandNode, CaseTarget, Expr, Statement, SwitchCase } from '../tree.ts';
import { rootVariable } from '../tree.ts';
import { INT, wrapTo } from '../types.ts';
import { assignable, decay, isLvalue, promote, scalar } from './convert.ts';
import { SyntaxFailure, type Parser } from './parser.ts';

/** After `{` was passed over by the caller's look: reads `{ ... }`. */
export function blockItems(p: Parser): { body: Statement[]; end: Token } {
  p.expect('{', 'to begin the block');
  const body: Statement[] = [];
  const { localLabels } = p;
  while (!p.is('}')) {
    if (p.tok.kind === 0) p.fail(p.tok, 'expected } to close the block, found the end of the file');
    try {
      if (p.is('__label__')) {
        do {
          p.next();
          const name = p.expectName('a label').text;
          p.localLabels = new Map([...p.localLabels, [name, `${name}:${p.nextStatic++}`]]);
        } while (p.is(','));
        p.expect(';', 'after __label__');
        continue;
      }
      if (startsDeclaration(p)) for (const s of p.rules.declaration(p, false)) body.push(s);
      else body.push(statement(p));
    } catch (e) {
      if (!(e instanceof SyntaxFailure)) throw e;
      p.recover();
    }
  }
  p.localLabels = localLabels;
  return { body, end: p.next() };
}

/** What a condition, loop or switch governs: a block of its own. A label and the statement that it marks are one. */
function substatement(p: Parser): Statement {
  const at = p.tok;
  p.push();
  const body = [statement(p)];
  while (body[body.length - 1]!.kind === 'label' || body[body.length - 1]!.kind === 'case') body.push(statement(p));
  p.pop();
  return body.length === 1 ? body[0]! : { kind: 'block', at, body, end: p.tokens[p.pos - 1]! };
}

function startsDeclaration(p: Parser): boolean {
  if (p.tok.kind !== IDENT) return false;
  if (p.is('_Static_assert')) return true;
  // A label may have the name of a type.
  return p.rules.isTypeStart(p) && p.peek().text !== ':';
}

export function statement(p: Parser): Statement {
  const at = p.tok;
  if (at.kind === IDENT) {
    if (at.name!.keyword) {
      const { scope } = p;
      const s = keyword(p, at);
      // 6.8.4p3, 6.8.5p5: what a condition declares ends with the statement.
      p.scope = scope;
      if (s) return s;
    } else if (p.peek().text === ':' && p.peek(2).text !== ':') return labelled(p, at);
    else if (at.text === '__builtin_tracepoint') return tracepoint(p, at);
  } else if (p.is('{')) {
    p.push();
    const { body, end } = blockItems(p);
    p.pop();
    return { kind: 'block', at, body, end };
  } else if (p.is(';')) {
    p.next();
    return { kind: 'empty', at };
  }
  if (startsDeclaration(p)) p.fail(at, 'a declaration cannot stand here; put it in { }');
  const e = p.rules.expression(p);
  p.expect(';', 'after the expression');
  return { kind: 'expr', at, e };
}

function labelled(p: Parser, at: Token): Statement {
  p.next();
  p.next();
  while (p.is('__attribute__')) p.rules.attributes(p);
  const label = p.label(at);
  if (label.defined) p.error(at, `the label ${at.text} is defined twice`);
  label.defined = true;
  label.at = at;
  return { kind: 'label', at, label };
}

function keyword(p: Parser, at: Token): Statement | null {
  switch (at.text) {
    case 'if': {
      p.next();
      p.push();
      const c = parenthesised(p, 'if');
      const yes = substatement(p);
      const otherwise = p.accept('else') ? substatement(p) : null;
      return { kind: 'if', at, c, yes, otherwise };
    }
    case 'while': {
      p.next();
      p.push();
      const c = parenthesised(p, 'while');
      return { kind: 'while', at, c, body: loopBody(p) };
    }
    case 'do': {
      p.next();
      p.push();
      const body = loopBody(p);
      const whileAt = p.expect('while', 'after the body of do');
      const c = parenthesised(p, 'while');
      p.expect(';', 'after do ... while (...)');
      return { kind: 'do', at: whileAt, c, body };
    }
    case 'for': return forLoop(p, at);
    case 'switch': return switchStatement(p, at);
    case 'case': case 'default': return caseLabel(p, at);
    case 'break': case 'continue': {
      p.next();
      p.expect(';', `after ${at.text}`);
      const f = p.fn!;
      if (f.loops === 0 && (at.text === 'continue' || f.switches.length === 0))
        p.error(at, `${at.text} outside of a ${at.text === 'break' ? 'loop or switch' : 'loop'}`);
      return { kind: at.text, at };
    }
    case 'goto': {
      p.next();
      if (p.accept('*')) {
        const e = scalar(p, p.rules.expression(p), 'the target of goto');
        if (e.type.kind !== 'pointer' && e.type.kind !== 'error') p.error(at, `goto * needs a pointer, this is \`${String(e.type)}\``);
        p.expect(';', 'after goto');
        return { kind: 'computed-goto', at, e };
      }
      const name = p.expectName('a label');
      p.expect(';', 'after goto');
      const label = p.label(name);
      if (!label.used) label.at = name;
      label.used = true;
      return { kind: 'goto', at, label };
    }
    case 'return': return returnStatement(p, at);
    case 'asm': case '__asm__': case '__asm': return p.rules.asmStatement(p);
    case 'else': p.fail(at, 'else without if');
    // eslint-disable-next-line no-fallthrough -- fail() never returns
    default: return null;
  }
}

function parenthesised(p: Parser, what: string): Expr {
  p.expect('(', `after ${what}`);
  const at = p.tok;
  const e = scalar(p, p.rules.expression(p), `the condition of ${what}`);
  if (e.kind === 'assign' && p.tokens[p.pos - 1]!.text !== ')' && at.text !== '(')
    p.warn(e.at, '= assigns; == compares. Put the assignment in parentheses if it is meant');
  p.expect(')', `after the condition of ${what}`);
  return e;
}

function loopBody(p: Parser): Statement {
  p.fn!.loops++;
  const body = substatement(p);
  p.fn!.loops--;
  return body;
}

function forLoop(p: Parser, at: Token): Statement {
  p.next();
  p.expect('(', 'after for');
  p.push();
  let init: Statement | null = null;
  if (startsDeclaration(p)) {
    const start = p.tok;
    const list = p.rules.declaration(p, false);
    // 6.8.5p3.
    if ([...p.scope.symbols.values()].some((x) => x.kind !== 'variable' || x.v.kind !== 'local'))
      p.error(start, 'the first part of for declares automatic variables only');
    init = { kind: 'block', at, body: list, end: at };
  } else {
    if (!p.is(';')) {
      const e = p.rules.expression(p);
      init = { kind: 'expr', at, e };
    }
    p.expect(';', 'after the first part of for');
  }
  const c = p.is(';') ? null : scalar(p, p.rules.expression(p), 'the condition of for');
  p.expect(';', 'after the condition of for');
  const step = p.is(')') ? null : p.rules.expression(p);
  p.expect(')', 'to close for');
  const body = loopBody(p);
  p.pop();
  return { kind: 'for', at, init, c, step, body };
}

function switchStatement(p: Parser, at: Token): Statement {
  p.next();
  p.expect('(', 'after switch');
  p.push();
  let e = decay(p, p.rules.expression(p));
  if (!e.type.isInteger) {
    if (e.type.kind !== 'error') p.error(at, `switch needs an integer, this is \`${String(e.type)}\``);
    e = p.int(at, 0n);
  }
  e = promote(e);
  p.expect(')', 'after switch');
  const f = p.fn!;
  const context = { type: e.type, cases: [] as SwitchCase[], fallback: null as CaseTarget | null };
  f.switches.push(context);
  const loops = f.loops;
  const body = substatement(p);
  f.loops = loops;
  f.switches.pop();
  return { kind: 'switch', at, e, cases: context.cases, fallback: context.fallback, body };
}

function caseLabel(p: Parser, at: Token): Statement {
  p.next();
  const context = p.fn!.switches[p.fn!.switches.length - 1];
  const target: CaseTarget = { isDefault: at.text === 'default' };
  if (target.isDefault) {
    if (!context) p.error(at, 'default outside of a switch');
    else if (context.fallback) p.error(at, 'a switch has one default');
    else context.fallback = target;
  } else {
    const type = context?.type ?? INT;
    const low = wrapTo(p.rules.constant(p), type);
    const high = p.accept('...') ? wrapTo(p.rules.constant(p), type) : low;
    if (!context) p.error(at, 'case outside of a switch');
    else if (high < low) p.warn(at, 'this range of cases is empty');
    else if (context.cases.some((c) => c.low <= high && low <= c.high)) p.error(at, `the case ${low} stands twice in this switch`);
    else context.cases.push({ low, high, target });
  }
  p.expect(':', `after ${at.text}`);
  return { kind: 'case', at, target };
}

function returnStatement(p: Parser, at: Token): Statement {
  p.next();
  const { result, definition } = p.fn!;
  let e: Expr | null = null;
  if (!p.is(';')) {
    e = p.rules.expression(p);
    if (result.isVoid) {
      if (!e.type.isVoid && e.type.kind !== 'error') p.error(at, `${definition.variable.name} returns void, so it cannot return a value`);
    } else e = assignable(p, e, result, e.at, 'return');
  } else if (!result.isVoid) p.error(at, `${definition.variable.name} must return \`${String(result)}\``);
  p.expect(';', 'after return');
  return { kind: 'return', at, e };
}

/**
 * `__builtin_tracepoint("name", key = chain, ...)`: a mark in the debug information. No code: each argument is
 * a chain of members and pointers from a variable, or a constant.
 */
function tracepoint(p: Parser, at: Token): Statement {
  p.next();
  p.expect('(', 'after __builtin_tracepoint');
  let name = '';
  if (p.tok.kind !== STRING) p.error(p.tok, 'a tracepoint needs a name, a string');
  while (p.tok.kind === STRING) name += String.fromCharCode(...decodeString(p.next().text));
  const args: { name: string; e: Expr }[] = [];
  while (p.accept(',')) {
    let key = '';
    if (p.is('.')) p.next();
    if (p.isName && p.peek().text === '=') {
      key = p.next().text;
      p.next();
    }
    const start = p.pos;
    const e = decay(p, p.rules.assignment(p));
    if (!key) for (let i = start; i < p.pos; i++) if (p.tokens[i]!.kind === IDENT) key = p.tokens[i]!.text;
    if (e.type.kind === 'error') continue;
    args.push({ name: key || `arg${args.length}`, e });
  }
  p.expect(')', 'to close the tracepoint');
  p.expect(';', 'after the tracepoint');
  return { kind: 'trace', at, name, args };
}

/** GCC manual, "Extended Asm". */
export function asmStatement(p: Parser): Statement {
  const at = p.next();
  let isVolatile = false;
  let isGoto = false;
  for (;;) {
    if (p.is('volatile') || p.is('__volatile__') || p.is('__volatile')) isVolatile = true;
    else if (p.is('goto')) isGoto = true;
    else if (!p.is('inline') && !p.is('__inline__')) break;
    p.next();
  }
  p.expect('(', 'after asm');
  const template = asmString(p);
  const outputs: AsmOperandNode[] = [];
  const inputs: AsmOperandNode[] = [];
  const clobbers: string[] = [];
  const labels: { name: string; at: Token }[] = [];
  let hasOperands = false;
  for (let section = 0; p.is(':') || p.is('::'); ) {
    p.next();
    hasOperands = true;
    if (section === 0) operands(p, outputs, true);
    else if (section === 1) operands(p, inputs, false);
    else if (section === 2) {
      while (p.tok.kind === STRING) {
        clobbers.push(asmString(p));
        if (!p.accept(',')) break;
      }
    } else {
      do {
        const t = p.expectName('a label');
        labels.push({ name: t.text, at: t });
      } while (p.accept(','));
    }
    section++;
  }
  p.expect(')', 'to close asm');
  p.expect(';', 'after asm(...)');
  const targets = labels.map((l) => {
    const label = p.label(l.at);
    label.used = true;
    return label;
  });
  if (p.fn) p.fn.definition.weight += 2;
  return { kind: 'asm', at, template: hasOperands ? template : template.replaceAll('%', '%%'), volatile: isVolatile || isGoto || outputs.length === 0, outputs,
    inputs, clobbers, labels: targets };
}

export function asmString(p: Parser): string {
  let text = '';
  if (p.tok.kind !== STRING) p.fail(p.tok, `a string is needed here, found \`${p.tok.text}\``);
  while (p.tok.kind === STRING) text += String.fromCharCode(...decodeString(p.next().text));
  return text;
}

function operands(p: Parser, list: AsmOperandNode[], isOutput: boolean): void {
  if (p.tok.kind !== STRING && !p.is('[')) return;
  do {
    let name = '';
    if (p.accept('[')) {
      name = p.expectName('a name for the operand').text;
      p.expect(']', 'after the name');
    }
    const at = p.tok;
    const constraint = asmString(p);
    p.expect('(', 'before the operand');
    let e = p.rules.expression(p);
    p.expect(')', 'after the operand');
    if (e.type.kind === 'error') continue;
    const memoryOnly = /m/.test(constraint) && !/[rgqQabcdSD0-9]/.test(constraint);
    if (isOutput) {
      if (!/^[=+]/.test(constraint)) p.error(at, `the constraint of an output begins with = or +, as in "=r"`);
      if (!isLvalue(e)) {
        p.error(at, 'an output of asm must be something that can be written');
        continue;
      }
      const v = rootVariable(e);
      if (v) {
        v.assigned = true;
        if (memoryOnly || e.type.kind === 'array') v.addressTaken = true;
      }
    } else if (memoryOnly) {
      if (!isLvalue(e)) {
        p.error(at, 'an "m" operand must stand in memory; this is only a value');
        continue;
      }
      const v = rootVariable(e);
      if (v) v.addressTaken = true;
    } else e = decay(p, e);
    list.push({ name, constraint, e, at });
  } while (p.accept(','));
}
