/**
 * Declarations and function definitions. C11 (N1570), 6.7 and 6.9.
 */
import type { Token } from '../preprocess/tokens.ts';
import { Variable, type FunctionAttributes, type FunctionDefinition, type Statement } from '../tree.ts';
import { arrayOf, INT, sameType } from '../types.ts';
import { attributes } from './attributes.ts';
import { decay } from './convert.ts';
import { declarator, oldStyleParameters, specifiers, withMode, type Declarator, type Specifiers } from './declarators.ts';
import { SyntaxFailure, type Attributes, type Parser, type Symbol } from './parser.ts';
import { asmString } from './statements.ts';
import { stringBytes } from './expressions.ts';
import { VA_LIST } from './va-list.ts';

/** The whole unit. */
export function translationUnit(p: Parser): void {
  // "typedef __builtin_va_list va_list": one element, so that it is passed by address. ABI, "The va_list Type".
  p.scope.symbols.set(p.names.get('__builtin_va_list'), { kind: 'typedef', type: VA_LIST, at: p.tok });
  while (p.tok.kind !== 0) {
    try {
      if (p.accept(';')) continue;
      if (p.is('}')) p.fail(p.next(), 'this } closes nothing');
      if (p.is('asm') || p.is('__asm__') || p.is('__asm')) {
        const at = p.next();
        while (p.accept('volatile') || p.accept('__volatile__'));
        p.expect('(', 'after asm');
        const template = asmString(p);
        p.expect(')', 'to close asm; outside of a function it has no operands');
        p.expect(';', 'after asm');
        p.unit.topLevelAsm.push({ at, template });
        continue;
      }
      declaration(p, true);
    } catch (e) {
      if (!(e instanceof SyntaxFailure)) throw e;
      // Back to file level, whatever was open.
      p.scope = p.fileScope;
      p.fn = null;
      p.unevaluated = 0;
      p.localLabels = new Map();
      p.recover();
      if (p.is('}')) p.next();
    }
  }
  for (const v of p.unit.variables) {
    if (v.aliasOf && !p.unit.functions.some((f) => f.variable.symbol === v.aliasOf) &&
      !p.unit.variables.some((x) => x !== v && x.symbol === v.aliasOf && (x.defined || x.aliasOf))) {
      p.error(v.at, `\`${v.name}\` is another name of \`${v.aliasOf}\`, which is not defined in this file`);
    }
  }
  // No later declaration has given the size: one element. 6.9.2.
  for (const v of p.unit.variables) if (v.type.kind === 'array' && v.type.count < 0 && v.tentative) v.type = arrayOf(v.type.to, 1);
}


export function declaration(p: Parser, isFile: boolean): Statement[] {
  const out: Statement[] = [];
  if (p.is('_Static_assert')) {
    staticAssert(p);
    return out;
  }
  const specs = specifiers(p, isFile);
  if (p.accept(';')) {
    if (!specs.type.isRecord && specs.type.kind !== 'enum') p.warn(specs.at, 'this declares nothing');
    return out;
  }
  for (let first = true; ; first = false) {
    const d = declarator(p, specs.type);
    const attrs: Attributes = { ...specs.attributes };
    merge(attrs, d.attributes);
    let asmName = '';
    if (p.is('asm') || p.is('__asm__') || p.is('__asm')) {
      p.next();
      p.expect('(', 'after asm');
      asmName = asmString(p);
      p.expect(')', 'after the name');
    }
    attributes(p, attrs);
    d.type = withMode(d.type, attrs);
    const name = d.name;
    if (!name) p.fail(p.tok, 'expected a name');
    if (specs.threadLocal && d.type.kind === 'function') p.error(name, `the function \`${name.text}\` cannot be _Thread_local`);
    if (specs.isAuto && !first) p.error(name, '__auto_type declares one variable');
    if (specs.inline && d.type.kind !== 'function') p.error(name, `only a function can be inline, \`${name.text}\` is none`);
    if (specs.storage === 'typedef') {
      if (p.is('=')) p.fail(p.tok, 'a type has no value');
      if (specs.alignas) p.error(specs.alignas, 'a type cannot be aligned with _Alignas');
      const type = attrs.aligned ? d.type.variant(d.type.quals, name.text, attrs.aligned)
        : d.type.kind === 'function' || d.type.alias === name.text ? d.type : d.type.variant(d.type.quals, name.text, d.type.align);
      const old = p.scope.symbols.get(name.name!);
      if (old && !(old.kind === 'typedef' && sameType(old.type, type))) p.error(name, `\`${name.text}\` is already declared in this scope as something else`);
      if (!old) p.scope.symbols.set(name.name!, { kind: 'typedef', type, at: name });
    } else if (d.type.kind === 'function') {
      const v = declareFunction(p, specs, d, attrs, asmName);
      if (d.type.unprototyped && d.parameters?.length && !p.is('{')) {
        if (first && isFile && !p.is(';') && !p.is(',') && !p.is('=')) oldStyleParameters(p, d.parameters);
        else p.warn(name, `the names in the declaration of ${name.text} declare no parameters: their types are missing`);
      }
      if (p.is('=')) p.fail(p.tok, `the function ${name.text} cannot have an initialiser`);
      if (p.is('{')) {
        if (!first || !isFile) p.fail(p.tok, isFile ? 'a function body cannot stand here' : 'a function cannot be defined inside another one');
        define(p, v, d, name);
        return out;
      }
    } else if (isFile || specs.storage === 'extern' || specs.storage === 'static') {
      globalVariable(p, specs, d, attrs, isFile, asmName);
    } else out.push(localVariable(p, specs, d, attrs, asmName));
    if (!p.accept(',')) break;
  }
  p.expect(';', 'after the declaration');
  return out;
}

function merge(a: Attributes, b: Attributes): void {
  if (b.section) a.section = b.section;
  if (b.aligned) a.aligned = b.aligned;
  a.noreturn ||= b.noreturn;
  a.alwaysInline ||= b.alwaysInline;
  a.noinline ||= b.noinline;
  a.used ||= b.used;
  a.weak ||= b.weak;
  a.naked ||= b.naked;
  a.packed ||= b.packed;
  a.alias ||= b.alias;
  a.mode ||= b.mode;
}

function staticAssert(p: Parser): void {
  const at = p.next();
  p.expect('(', 'after _Static_assert');
  const v = p.rules.constant(p);
  let message = '';
  if (p.accept(',')) message = String.fromCharCode(...stringBytes(p).slice(0, -1));
  p.expect(')', 'to close _Static_assert');
  p.expect(';', 'after _Static_assert');
  if (v === 0n) p.error(at, `static assertion failed${message ? `: ${message}` : ''}`);
}

function functionAttributes(specs: Specifiers, attrs: Attributes): FunctionAttributes {
  return { noreturn: attrs.noreturn, alwaysInline: attrs.alwaysInline, noinline: attrs.noinline, inline: specs.inline, naked: attrs.naked };
}

function declareFunction(p: Parser, specs: Specifiers, d: Declarator, attrs: Attributes, asmName: string): Variable {
  const name = d.name!;
  const old = p.lookup(name.name!);
  let v: Variable;
  if (old && old.kind === 'variable' && old.v.kind === 'function') {
    v = old.v;
    if (specs.storage === 'static' && !v.isStatic && !v.attributes!.inline && p.scope === p.fileScope)
      p.error(name, `\`${name.text}\` is static here and was not before`);
    if (!sameType(v.type, d.type)) p.error(name, `\`${name.text}\` was declared as \`${String(v.type)}\`, here it is \`${String(d.type)}\``);
    if (!d.type.unprototyped || v.type.unprototyped) v.type = d.type;
    const a = functionAttributes(specs, attrs);
    const b = v.attributes!;
    for (const key of ['noreturn', 'alwaysInline', 'noinline', 'inline', 'naked'] as const) b[key] ||= a[key];
  } else {
    if (old && p.scope.symbols.get(name.name!) === old) p.error(name, `\`${name.text}\` is already declared in this scope as something else`);
    v = new Variable(name.text, d.type, 'function', name);
    v.attributes = functionAttributes(specs, attrs);
    const symbol: Symbol = { kind: 'variable', v };
    p.scope.symbols.set(name.name!, symbol);
    if (p.scope !== p.fileScope && !p.fileScope.symbols.has(name.name!)) p.fileScope.symbols.set(name.name!, symbol);
  }
  if (specs.storage === 'static') v.isStatic = true;
  if (specs.storage === 'extern') v.isExtern = true;
  if (attrs.section) v.section = attrs.section;
  if (attrs.weak) v.weak = true;
  if (attrs.used) v.keep = true;
  if (attrs.aligned) v.align = attrs.aligned;
  if (attrs.alias) {
    v.aliasOf = attrs.alias;
    p.unit.variables.push(v);
  }
  if (asmName) v.symbol = asmName;
  return v;
}

function define(p: Parser, v: Variable, d: Declarator, name: Token): void {
  if (v.definition) p.error(name, `the function \`${name.text}\` is defined twice`);
  // C11, 6.7.6.3, paragraph 15: it must take as many as its prototype says.
  const taken = d.parameters?.length ?? 0;
  if (!v.type.unprototyped && (taken !== v.type.parameters.length || (d.type.unprototyped && v.type.variadic)))
    p.error(name, `\`${name.text}\` was declared as \`${String(v.type)}\`, here it takes ${taken}`);
  const definition: FunctionDefinition = { variable: v, parameters: [], locals: [], body: null, parse: null, end: null, weight: 0, labels: new Map() };
  v.definition = definition;
  v.defined = true;
  v.at = name;
  p.unit.functions.push(definition);
  const start = p.pos;
  const read = (): void => {
    definition.parse = null;
    const saved = { pos: p.pos, scope: p.scope, fn: p.fn, unevaluated: p.unevaluated, localLabels: p.localLabels };
    p.seek(start);
    p.localLabels = new Map();
    p.scope = p.fileScope;
    p.unevaluated = 0;
    try {
      body(p, v, d, definition);
    } catch (e) {
      if (!(e instanceof SyntaxFailure)) throw e;
    }
    p.seek(saved.pos);
    p.scope = saved.scope;
    p.fn = saved.fn;
    p.unevaluated = saved.unevaluated;
    p.localLabels = saved.localLabels;
  };
  const a = v.attributes!;
  if (name.file.path !== p.mainFile && v.isStatic && (a.inline || a.alwaysInline)) {
    definition.parse = read;
    p.skipBraces();
    return;
  }
  body(p, v, d, definition);
}

function body(p: Parser, v: Variable, d: Declarator, definition: FunctionDefinition): void {
  const type = d.type;
  if (!type.to.complete && !type.to.isVoid) p.error(v.at, `\`${v.name}\` returns \`${String(type.to)}\`, which is not defined here`);
  p.fn = { definition, result: type.to.unqualified(), switches: [], loops: 0 };
  p.push();
  for (const q of d.parameters ?? []) {
    const at = q.name ?? v.at;
    const param = new Variable(q.name?.text ?? '', q.type, 'local', at);
    param.isParameter = true;
    param.isRegister = q.isRegister;
    definition.parameters.push(param);
    if (!q.type.complete) p.error(at, `the parameter has the type \`${String(q.type)}\`, which is not defined here`);
    if (!q.name) continue;
    if (p.scope.symbols.has(q.name.name!)) p.error(at, `there are two parameters ${param.name}`);
    p.scope.symbols.set(q.name.name!, { kind: 'variable', v: param });
  }
  const open = p.tok;
  try {
    const block = p.rules.blockItems(p);
    definition.body = { kind: 'block', at: open, body: block.body, end: block.end };
    definition.end = block.end;
    for (const label of definition.labels.values()) {
      if (!label.defined) p.error(label.at, `there is no label ${label.name} in ${v.name}`);
    }
  } finally {
    p.pop();
    p.fn = null;
  }
}

/** A variable of static storage. */
function globalVariable(p: Parser, specs: Specifiers, d: Declarator, attrs: Attributes, isFile: boolean, asmName: string): void {
  const name = d.name!;
  let v: Variable;
  const old = p.scope.symbols.get(name.name!) ?? (specs.storage === 'extern' ? (p.fileScope.symbols.get(name.name!) ?? undefined) : undefined);
  if (old && old.kind === 'variable' && old.v.kind === 'global' && (isFile || specs.storage === 'extern')) {
    v = old.v;
    if (!sameType(v.type.unqualified(), d.type.unqualified()))
      p.error(name, `\`${name.text}\` was declared as \`${String(v.type)}\`, here it is \`${String(d.type)}\``);
    if (v.type.kind === 'array' && v.type.count < 0) v.type = d.type;
    if (isFile && (specs.storage === 'static' ? !v.isStatic : specs.storage === '' && v.isStatic))
      p.error(name, `\`${name.text}\` is ${v.isStatic ? 'static before and not here' : 'static here and was not before'}`);
    if (specs.threadLocal !== v.threadLocal) p.error(name, `\`${name.text}\` is __thread in one declaration and not in the other`);
    if (!isFile) p.scope.symbols.set(name.name!, old);
  } else {
    if (old && p.scope.symbols.get(name.name!) === old) p.error(name, `\`${name.text}\` is already declared in this scope`);
    v = new Variable(name.text, d.type, 'global', name);
    v.threadLocal = specs.threadLocal;
    const symbol: Symbol = { kind: 'variable', v };
    p.scope.symbols.set(name.name!, symbol);
    if (!isFile && specs.storage === 'extern' && !p.fileScope.symbols.has(name.name!)) p.fileScope.symbols.set(name.name!, symbol);
    if (!isFile && specs.storage === 'static') v.symbol = `${name.text}.${p.nextStatic++}`;
  }
  if (specs.storage === 'static') v.isStatic = true;
  if (attrs.section) v.section = attrs.section;
  if (attrs.aligned) v.align = Math.max(v.align, attrs.aligned);
  if (attrs.weak) v.weak = true;
  if (attrs.used) v.keep = true;
  if (attrs.alias) {
    v.aliasOf = attrs.alias;
    p.unit.variables.push(v);
  }
  if (asmName) v.symbol = asmName;
  if (isFile && (specs.storage === 'auto' || (specs.storage === 'register' && !asmName))) p.error(specs.at, `${specs.storage} outside of a function`);
  if (p.is('=')) {
    const at = p.next();
    if (specs.storage === 'extern' && !isFile) p.error(at, 'an extern declaration inside a function cannot have an initialiser');
    if (v.initializer) p.error(name, `\`${name.text}\` has two initialisers`);
    const savedFn = p.fn;
    const made = p.rules.initializer(p, v.type);
    p.fn = savedFn;
    v.type = made.type;
    v.initializer = made.init;
  }
  if (v.initializer || (specs.storage !== 'extern' && !attrs.alias)) {
    if (!v.defined) p.unit.variables.push(v);
    if (v.initializer || !v.defined) v.at = name;
    v.defined = true;
    v.tentative = !v.initializer;
  }
  if (v.type.isVoid) p.error(name, `\`${name.text}\` cannot be void`);
  if (v.defined && !v.type.complete && !(isFile && v.type.kind === 'array') && v.type.kind !== 'error') {
    p.error(name, `\`${name.text}\` has the type \`${String(v.type)}\`, which is not defined here`);
  }
}

function localVariable(p: Parser, specs: Specifiers, d: Declarator, attrs: Attributes, asmName: string): Statement {
  const name = d.name!;
  let type = d.type;
  if (p.scope.symbols.has(name.name!)) p.error(name, `\`${name.text}\` is already declared in this block`);
  if (specs.threadLocal) p.error(name, 'a __thread variable inside a function must be static');
  if (specs.isAuto) {
    // The name is not yet visible in its own initialiser.
    if (!p.is('=')) p.fail(name, '__auto_type needs an initialiser');
    p.next();
    const e = decay(p, p.rules.assignment(p));
    const v = p.local(name.text, e.type.unqualified(), name);
    p.scope.symbols.set(name.name!, { kind: 'variable', v });
    return { kind: 'declare', at: name, v, init: { elements: [{ offset: 0, type: v.type, field: null, value: e }], zeroes: false } };
  }
  const v = p.local(name.text, type, name);
  p.scope.symbols.set(name.name!, { kind: 'variable', v });
  v.align = attrs.aligned;
  v.isRegister = specs.storage === 'register';
  if (asmName) {
    v.register = asmName.replace(/^%/, '');
    if (specs.storage !== 'register') p.error(name, 'only a register variable can name its register');
  }
  let init = null;
  if (p.accept('=')) {
    const made = p.rules.initializer(p, type);
    init = made.init;
    type = made.type;
    v.type = type;
  }
  if (type.isVoid) p.error(name, `\`${name.text}\` cannot be void`);
  else if (!type.complete && type.kind !== 'error') {
    p.error(name, type.kind === 'array' ? `the array \`${name.text}\` needs a size`
      : `\`${name.text}\` has the type \`${String(type)}\`, which is not defined here`);
    v.type = INT;
  }
  return { kind: 'declare', at: name, v, init };
}
