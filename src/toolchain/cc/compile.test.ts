/** What the compiler says about wrong programs, the shape of its code, and its debug marks. */
import { describe, expect, it } from 'vitest';
import type { AsmItem } from '../asm/items.ts';
import { printItem } from '../asm/print.ts';
import { compile } from './compile.ts';

function build(text: string, redZone = true, codeModel: 'kernel' | 'small' = 'kernel') {
  return compile('t.c', text, { env: { defines: {}, includePaths: [], read: () => undefined }, redZone, codeModel });
}

function messages(text: string): string[] {
  return build(text).diagnostics.map((d) => `${d.line}:${d.column}: ${d.severity}: ${d.message}`);
}

/** The instructions of one function. */
function code(text: string, name = 'f', redZone = true): string[] {
  const { unit, diagnostics } = build(text, redZone);
  expect(diagnostics).toEqual([]);
  const { items } = unit;
  const start = items.findIndex((i) => i.kind === 'label' && i.name === name);
  const end = items.findIndex((i, k) => k > start && i.kind === 'size');
  return items.slice(start + 1, end).filter((i) => i.kind === 'insn' || i.kind === 'label').map((i) => printItem(i)!.trim().replace('\t', ' '));
}

describe('loops that never end', () => {
  it.each([
    'for (;;) ;', 'do { } while (1);', 'if (a) for (;;) ; g(a);', 'while (1) { if (a > 3) break; } for (;;) { goto y; y: ; }', 'l: goto m; m: goto l;',
    'l: goto m; m: ; goto l;',
  ])('%s', (body) => {
    const lines = code(`int g(int); void f(int a) { ${body} }`);
    const labels = new Set(lines.filter((line) => line.endsWith(':')).map((line) => line.slice(0, -1)));
    const targets = lines.flatMap((line) => /^j\w+ (\S+)$/.exec(line)?.slice(1) ?? []);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !labels.has(target))).toEqual([]);
  });
});

const FRAME = ['pushq %rbp', 'movq %rsp, %rbp'];

describe('diagnostics', () => {
  it.each([
    ['int f(void) { return x; }', '1:22: error: `x` is not declared here'],
    ['int f(void) { int a = 1 }', '1:25: error: expected ; after the declaration, found `}`'],
    ['int f(void)\n{\n\tint a = 1\n\treturn a;\n}', '3:11: error: expected ; after the declaration'],
    ['struct s { int aa; }; int f(struct s *p) { return p->a; }', '1:54: error: `struct s` has no member `a`; did you mean `aa`?'],
    ['struct s { int a; }; int f(struct s *p) { return p.a; }', '1:51: error: this is a pointer (`struct s *`): write -> in place of .'],
    ['int g(int); int f(void) { return g(1, 2); }', '1:35: error: g takes 1 argument, here are 2'],
    ['int f(void) { return g(1); }', '1:22: error: `g` is not declared; include the header that declares it, or declare it before its use'],
    ['int *f(char *p) { return p; }', '1:26: warning: return: `char *` becomes the incompatible `int *` without a cast'],
    ['char *f(const char *p) { return p; }', '1:33: warning: return: `const char *` becomes `char *`, which forgets the const'],
    ['void f(const int *p) { *p = 1; }', '1:27: error: =: `const int` is const'],
    ['double f(void);', '1:1: error: `double`: floating point is not supported; the kernel has none'],
    ['int f(void) { return 1.5; }', '1:22: error: floating point is not supported: the kernel never uses it, and neither can this compiler'],
    ['void f(void) { goto out; }', '1:21: error: there is no label out in f'],
    ['void f(void) { break; }', '1:16: error: break outside of a loop or switch'],
    ['void f(int n) { switch (n) { case 1: case 1:; } }', '1:38: error: the case 1 stands twice in this switch'],
    ['int a[2] = { 1, 2, 3 };', '1:20: warning: the list has more values than `int[2]` takes; the rest is dropped'],
    ['int b; int a = b;', '1:16: error: the initialiser of a static object must be a constant; this is computed when the program runs'],
    ['_Static_assert(1 == 2, "numbers");', '1:1: error: static assertion failed: numbers'],
    ['void f(void) { asm("nop" : : "y"(1)); }', '1:30: error: the constraint "y" is not supported; r m i n a b c d S D g q, digits and =@cc are'],
    ['struct s *p; int f(void) { return sizeof(*p); }', '1:35: error: sizeof: `struct s` is not defined here, so its size is unknown'],
    ['int f(int n, struct s *p); struct s { int x; };', '1:14: warning: `struct s` is named for the first time in a list of parameters: anywhere else that ' +
      'is another type; declare it before, or include its header'],
    ['int __attribute__((shiny)) x;', '1:20: warning: the attribute shiny is not known here and has no effect'],
    ['struct a { int x; }\nint f(void);', '2:1: error: `int` after `struct a`: two types in one declaration; is a ; missing before it?'],
    ['foo_t x;', '1:1: error: `foo_t` is not a type known here; is a header missing?'],
    ['int a = { 1, 2 };', '1:14: warning: the list has more values than `int` takes; the rest is dropped'],
    ['int f(int n) { int a[n]; return 0; }', '1:22: error: variable-length arrays are not supported: the size must be a constant'],
  ])('%s', (text, expected) => {
    expect(messages(text)[0]).toContain(expected);
  });

  it.each([
    ['long long long a;', '`long long long` is no type'],
    ['signed signed a;', '`signed signed` is no type'],
    ['unsigned char short a;', '`unsigned char short` is no type'],
    ['void int a;', '`void int` is no type'],
    ['int f(void) { register int r = 3; return *&r; }', '`r` is declared register and has no address'],
    ['int f(register int r) { return *&r; }', '`r` is declared register and has no address'],
    ["int a = '';", 'a character constant needs a character'],
    ["int a = '\\x';", '\\x needs hexadecimal digits'],
    ['char *a = "\\u12";', '\\u needs 4 hexadecimal digits'],
    ['char *a = "\\u0041";', '\\u0041 is no universal character name'],
    ['int f(void) { int *p = &(static int){5}; return *p; }', 'only a type can stand here, no `static`'],
    ['int a = sizeof(extern int);', 'only a type can stand here, no `extern`'],
    ['struct s { static int a; };', 'a member cannot be static'],
    ['int f(typedef int a);', 'a parameter cannot be typedef'],
    ['void *p = &&here;', '&&here: labels belong to functions, and this stands outside of every one'],
    ['int a = ({ 1; });', 'a statement expression ({ ... }) can only stand inside a function'],
    ['int f(int a[({ 1; })]);', 'a statement expression ({ ... }) can only stand inside a function'],
    ['typedef int v4 __attribute__((vector_size(16)));', 'the attribute vector_size is not supported'],
    ['void g(int *); void f(void) { int x __attribute__((cleanup(g))); }', 'the attribute cleanup is not supported'],
    ['__attribute__((constructor)) static void f(void) { }', 'the attribute constructor is not supported'],
    ['__attribute__((__returns_twice__)) int f(void);', 'the attribute returns_twice is not supported'],
    ['_Atomic int a;', '`_Atomic` is not supported'],
    ['__int128 a;', '__int128 is not supported'],
    ['int f(int n) { int a[2][n]; return 0; }', 'variable-length arrays are not supported: the size must be a constant'],
    ['int f(int n, int (*p)[n]);', 'variable-length arrays are not supported: the size must be a constant'],
    ['int f(int n, int p[n++]) { return n; }', 'variable-length arrays are not supported: the size must be a constant'],
    ['int f(int (*p)[*]);', 'variable-length arrays are not supported: [*] can only stand in a parameter, for its first dimension'],
    ['int restrict a;', 'restrict is for pointers to objects, not for `int`'],
    ['void (*restrict f)(void);', 'restrict is for pointers to objects, not to functions'],
    ['struct s { short b[(1L << 60) - 256]; };', 'the array is too large: no object has more than 9007199254740991 bytes'],
    ['char a[0x7fffffffffffffff];', 'the array is too large: no object has more than 9007199254740991 bytes'],
    ['char a[0x100000000];', '`a` is too large: 4294967296 bytes, where 1073741824 are possible'],
    ['char a[] = { [1L << 40] = 1 };', 'an initialiser can fill 67108864 bytes, this one needs more'],
    ['int a __attribute__((aligned(0x100000000)));', 'an alignment is at most 268435456, here is 4294967296'],
    ['_Alignas(3) int a;', 'an alignment must be a power of two, 3 is none'],
    ['struct s { int a : 0x100000000; };', 'a bit-field of type `int` has at most 32 bits'],
    ['struct s { int a : 0; };', 'the bit-field a has no bits; without a name it would end the unit'],
    ['struct s { int b : 3; } v; int a = sizeof v.b;', 'sizeof does not work on the bit-field `b`'],
    ['int a = _Generic(1, int: 1, signed: 2);', 'two cases of _Generic are for `int`'],
    ['enum e v;', '`v` has the type `enum e`, which is not defined here'],
    ['struct e; enum e { A };', 'e is declared as struct, not as enum'],
    ['int f(a) int b; { return 0; }', '`b` is no parameter of this function'],
    ['int f(int); int f(a, b) int a, b; { return a; }', '`f` was declared as `int (int)`, here it takes 2'],
    ['static inline __attribute__((always_inline)) int f(a) long a; { return a; } int g(void) { return f(); }',
      'f is always_inline and is called with other arguments than it takes'],
    ['struct t; long f(struct t *p, ...) { return __builtin_va_arg(*p, long); }', '__builtin_va_arg needs a va_list, here is `struct t`'],
    ['void f(int n, ...) { __builtin_va_start(n); }', '__builtin_va_start needs a va_list, here is `int`'],
    ['void f(void) { __builtin_va_end(0); }', '__builtin_va_end needs a va_list, here is `int`'],
    ['inline int a;', 'only a function can be inline, `a` is none'],
    ['typedef int t = 3;', 'a type has no value'],
    ['register int a;', 'register outside of a function'],
    ['#pragma pack(3)\nint a;', '#pragma pack: an alignment is 1, 2, 4, 8 or 16, not `3`'],
    ['#pragma pack(pop)\nint a;', '#pragma pack(pop) without a push before it'],
    ['#pragma weak f\nint a;', '#pragma weak is not supported'],
    ['#line 0x10\nint a;', '#line needs a line number, up to 2147483647'],
    ['#if 1 / 0\n#endif\nint a;', 'division by zero in this #if expression'],
    ['#define A(x) # y\nint a;', '# in the macro A needs a parameter behind it'],
    ['#define A ## b\nint a;', '## needs an operand on both sides'],
    ['#define A(x, x) 1\nint a;', 'macro A has two parameters x'],
    ['#define A(x y) 1\nint a;', '`y` cannot stand in the parameters of macro A'],
    ['#define defined 1\nint a;', 'defined cannot be a macro'],
  ])('refuses %s', (text, expected) => {
    const errors = build(text).diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    expect(errors[0]).toBe(expected);
    expect(build(text).unit.items).toEqual([]);
  });

  it('takes calls that give other arguments than the definition without a prototype has', () => {
    expect(build('static inline int f(a, b) int a; char b; { return a + b; } int g(void) { return f() + f(1) + f(1L, 2) + f(1, 2, 3); }').diagnostics)
      .toEqual([]);
  });

  it.each([
    ['#pragma once_upon\nint a;', '#pragma once_upon is not known here and has no effect'],
    ['_Pragma("something else") int a;', '#pragma something is not known here and has no effect'],
    ['#pragma GCC nothing\nint a;', '#pragma GCC nothing is not known here and has no effect'],
    ['char *a = "\\q";', '\\q is no escape sequence'],
    ['int f(a, b);', 'the names in the declaration of f declare no parameters: their types are missing'],
  ])('warns of %s', (text, expected) => {
    expect(build(text).diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([`warning: ${expected}`]);
  });

  it('reports all errors of a file, each once', () => {
    const text = 'int f(void)\n{\n\tint a = b;\n\ta = = 1;\n\tc();\n\treturn b;\n}\nint g(void) { return (1; }\nint h(void) { return 2; }\nint i(void) { ' +
      'return j; }\n';
    expect(messages(text).map((m) => m.split(':')[0])).toEqual(['3', '4', '5', '8', '10']);
    expect(build(text).unit.items).toEqual([]);
  });

  it('survives functions used before they are declared, and what never ends', () => {
    expect(messages('int f(void) { return g(); } static int g(void) { return 1; } int g(int);').length).toBeGreaterThan(0);
    expect(messages('int __attribute__((").length) f(void) { }').length).toBeGreaterThan(0);
    expect(messages(`int a = ${'('.repeat(100_000)}`)[0]).toContain('nested too deeply');
    expect(messages('void f(void) { __label__ a').length).toBeGreaterThan(0);
  });

  it('survives any beginning of a program', () => {
    const text = 'struct s { int a : 3; } x = { .a = 1 }; static inline int f(int a, ...) { for (int i = 0; i < a; i++) switch (a) { case 1 ... 3: asm("nop" ' +
      ': "+r"(a) : : "cc"); } return ({ a; }) ? a : sizeof(struct s[2]); }';
    for (let n = 0; n <= text.length; n++) expect(() => build(text.slice(0, n))).not.toThrow();
  });
});

describe('code', () => {
  it('keeps variables in registers and uses addressing modes', () => {
    expect(code('int f(int *a, int n) { int s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; }')).toEqual([
      ...FRAME, 'xorl %ecx, %ecx', 'xorl %edx, %edx', 'jmp .L1', '.L2:', 'movslq %edx, %rax', 'addl (%rdi,%rax,4), %ecx', 'addl $1, %edx',
      '.L1:', 'cmpl %esi, %edx', 'jl .L2', 'movl %ecx, %eax', 'popq %rbp', 'ret',
    ]);
  });

  it('tests and changes memory in place', () => {
    expect(code('struct t { long pid; int flags; char c; }; void f(struct t *p) { p->pid++; p->flags |= 4; if (p->c == 1) p->flags &= ~1; }')).toEqual([
      ...FRAME, 'addq $1, (%rdi)', 'orl $4, 8(%rdi)', 'cmpb $1, 12(%rdi)', 'jne .L1', 'andl $-2, 8(%rdi)', '.L1:', 'popq %rbp', 'ret',
    ]);
  });

  it('puts arguments straight into their registers', () => {
    expect(code('struct t { int a; long b; }; int g(int, long, void *); int f(struct t *p) { return g(p->a, p->b + 1, &p->b); }')).toEqual([
      ...FRAME, 'movq %rdi, %rax', 'movl (%rax), %edi', 'movq 8(%rax), %rsi', 'addq $1, %rsi', 'leaq 8(%rax), %rdx', 'call g', 'popq %rbp', 'ret',
    ]);
  });

  it('uses the red zone in leaf functions, unless told not to', () => {
    const text = 'long f(long n) { volatile long a[4]; a[n] = n; return a[0]; }';
    expect(code(text)).toEqual([...FRAME, 'movq %rdi, -32(%rbp,%rdi,8)', 'movq -32(%rbp), %rax', 'popq %rbp', 'ret']);
    expect(code(text, 'f', false)).toEqual([...FRAME, 'subq $32, %rsp', 'movq %rdi, -32(%rbp,%rdi,8)', 'movq -32(%rbp), %rax', 'leave', 'ret']);
    // A call hidden in asm does not count.
    expect(code('void f(void) { volatile int a = 1; asm volatile("call g" : : : "memory"); }')).toContain('movl $1, -8(%rbp)');
    expect(code('void f(void) { volatile int a = 1; asm volatile("call g" : : : "memory"); }').some((i) => i.includes('%rsp') && i.startsWith('sub')))
      .toBe(false);
  });

  it('inlines small functions and folds what becomes constant', () => {
    expect(code('static inline int pick(int which, int a, int b) { if (which) return a; return b; } int f(int x) { return pick(1, x, 5); }')).toEqual([
      ...FRAME, 'movl %edi, %eax', 'popq %rbp', 'ret',
    ]);
  });

  it('reads per-CPU data with one instruction', () => {
    const text = 'struct task; extern struct task *current_task;\nstatic inline __attribute__((always_inline)) struct task *get_current(void) { struct task ' +
      '*t; asm("movq %%gs:%c1, %0" : "=r" (t) : "i" (&current_task)); return t; }\nstruct task *f(void) { return get_current(); }';
    expect(code(text)).toEqual([...FRAME, 'movq %gs:current_task, %rax', 'popq %rbp', 'ret']);
  });

  it('reaches thread-local data through FS', () => {
    expect(code('__thread int n; int f(void) { return ++n; }').join('\n')).toContain('%fs:n@tpoff');
  });
});

describe('debug marks', () => {
  const marks = (text: string): AsmItem[] => build(text).unit.items;

  it('say where variables are', () => {
    const items = marks('int g(int); int f(int a) { int b = g(a); g(a + b); return b; }');
    const func = items.find((i) => i.kind === 'func')!;
    expect(func.kind === 'func' && func.variables.map((v) => [v.name, v.isParameter])).toEqual([['a', true], ['b', false]]);
    const places = items.filter((i) => i.kind === 'place');
    expect(places.some((p) => p.variable === 0 && p.place?.kind === 'reg')).toBe(true);
    expect(places.some((p) => p.variable === 1 && p.place?.kind === 'reg')).toBe(true);
    expect(items.filter((i) => i.kind === 'saved').map((i) => i.reg)).toContain('rbp');
  });

  it('describe tracepoints without code', () => {
    const text = 'struct task { long pad; int pid; char comm[16]; };\nvoid f(struct task *prev, struct task *next) { __builtin_tracepoint("sched_switch", ' +
      'prev_pid = prev->pid, next->comm, flag = 3); }';
    const items = marks(text);
    const trace = items.find((i) => i.kind === 'trace')!;
    expect(trace.kind === 'trace' && trace.args.map(({ name, base, steps }) => ({ name, base, steps }))).toEqual([
      { name: 'prev_pid', base: { kind: 'reg', reg: 'rdi' }, steps: [{ offset: 8, load: 4, signed: true }] },
      { name: 'comm', base: { kind: 'reg', reg: 'rsi' }, steps: [{ offset: 12, load: 0, signed: false }] },
      { name: 'flag', base: { kind: 'const', value: 3n }, steps: [] },
    ]);
    expect(items.filter((i) => i.kind === 'insn')).toHaveLength(4);
  });

  it('give a tracepoint before a join or a loop an instruction that nobody else comes to', () => {
    const texts = ['void g(void); void f(int a) { if (a) __builtin_tracepoint("here", a); g(); g(); }',
      'void g(void); void f(int a) { __builtin_tracepoint("here", a); do g(); while (--a); }'];
    for (const text of texts) {
      const items = marks(text), at = items.findIndex((i) => i.kind === 'trace'), next = items.slice(at).find((i) => i.kind === 'insn' || i.kind === 'label');
      expect(next).toMatchObject({ kind: 'insn', mnemonic: 'nop' });
    }
  });

  it('name the line of each statement', () => {
    const lines = marks('int g(int);\nint f(int a)\n{\n\ta = g(a);\n\treturn\n\t\ta + 1;\n}\n').filter((i) => i.kind === 'loc').map((i) => i.line);
    expect(lines).toEqual([2, 4, 5, 7]);
  });

  it('carry the types', () => {
    const { unit } = build('typedef unsigned int u32; struct s { u32 a:3; struct s *next; char name[4]; }; struct s x;');
    const global = unit.items.find((i) => i.kind === 'global-variable')!;
    expect(global.kind === 'global-variable' && unit.types[global.type]).toMatchObject({ kind: 'struct', name: 's', size: 24,
      fields: [{ name: 'a', bitSize: 3 }, { name: 'next', offset: 8 }, { name: 'name', offset: 16 }] });
  });
});
