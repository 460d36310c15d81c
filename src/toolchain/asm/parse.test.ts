import { describe, expect, it } from 'vitest';
import { hexOf, mistakesOf, objectOf } from './testing.ts';

describe('expressions', () => {
  it.each([
    ['1+2*3', '07'], ['(1+2)*3', '09'], ['1<<4|1', '11'], ['0x10', '10'], ['010', '08'], ['0b101', '05'], ["'A'", '41'], ['~0&0xf', '0f'], ['-1', 'ff'],
    // | binds tighter than + in GNU as.
    ['1+2|4', '07'], ['7-3', '04'], ['10/3', '03'], ['10%3', '01'], ['1==1', 'ff'], ['2>3', '00'], ['6*8+1', '31'],
  ])('%s', (text, hex) => {
    expect(hexOf(`.byte ${text}`)).toBe(hex);
  });

  it('takes back symbols that are subtracted', () => {
    expect(hexOf('.set base, 0x100\n a: .byte a - a + 3\n .long base + 4')).toBe('03 04 01 00 00');
  });

  it('redefines .set symbols as it goes', () => {
    expect(hexOf('.set v, 1\n .rept 3\n .byte v\n .set v, v + 1\n .endr')).toBe('01 02 03');
  });
});

describe('macros', () => {
  it('fills in arguments by place and by name, with defaults', () => {
    expect(hexOf('.macro two a b=7\n .byte \\a, \\b\n .endm\n two 1\n two 1, 2\n two b=3 a=4')).toBe('01 07 01 02 04 03');
  });

  it('takes registers and immediates as arguments', () => {
    expect(hexOf('.macro save reg=%rax\n pushq \\reg\n .endm\n save\n save reg=$-38\n save %r12')).toBe('50 6a da 41 54');
  });

  it('joins text with \\() and counts with \\@', () => {
    expect(objectOf('.macro def name\n \\name\\()_end:\n .L\\@: nop\n .endm\n def a\n def b').symbols.map(({ name }) => name)).toEqual(['a_end', 'b_end']);
  });

  it('gives the rest to a vararg', () => {
    expect(hexOf('.macro all first rest:vararg\n .byte \\first\n .ifnb \\rest\n all \\rest\n .endif\n .endm\n all 1, 2, 3')).toBe('01 02 03');
  });

  it('says which argument is missing', () => {
    expect(mistakesOf('.macro m a:req\n nop\n .endm\n m')).toEqual(["4:2 macro 'm' needs its argument 'a'"]);
    expect(mistakesOf('.macro m a\n nop\n .endm\n m 1, 2')[0]).toContain('takes 1');
  });

  it('says where a macro with a mistake was called', () => {
    expect(mistakesOf('.macro m\n frob\n .endm\n nop\n m'))
      .toEqual([expect.stringMatching(/^2:2 unknown instruction 'frob'.*\(in the macro called at test\.S:5\)$/)]);
  });

  it('notices a macro without end', () => {
    expect(mistakesOf('.macro m\n m\n .endm\n m')).toEqual([expect.stringContaining('nested too deeply')]);
    expect(mistakesOf('.macro m\n nop')).toEqual(['1:1 this .macro has no end']);
  });

  it('repeats with .rept and .irp, one inside the other', () => {
    expect(hexOf('.irp r, 1, 2\n .rept 2\n .byte \\r\n .endr\n .endr')).toBe('01 01 02 02');
    expect(hexOf('.irp r, %rax, %rbx\n pushq \\r\n .endr')).toBe('50 53');
    expect(hexOf('.irpc c, 123\n .byte \\c\n .endr')).toBe('01 02 03');
  });
});

describe('conditions', () => {
  it.each([
    ['.if 1\n .byte 1\n .else\n .byte 2\n .endif', '01'],
    ['.if 0\n .byte 1\n .elseif 1\n .byte 2\n .else\n .byte 3\n .endif', '02'],
    ['.if 0\n .if 1\n .byte 1\n .endif\n .else\n .byte 2\n .endif', '02'],
    ['.ifdef x\n .byte 1\n .endif\n .set x, 1\n .ifdef x\n .byte 2\n .endif', '02'],
    ['.ifc a b, a b\n .byte 1\n .endif', '01'],
    ['.ifb\n .byte 1\n .endif', '01'],
    ['.if 0\n unknown words here\n .endif\n .byte 1', '01'],
  ])('%s', (text, hex) => {
    expect(hexOf(text)).toBe(hex);
  });

  it('wants .endif', () => {
    expect(mistakesOf('.if 1\n nop')).toEqual(['1:1 this .if has no .endif']);
    expect(mistakesOf('.endif')).toEqual(['1:1 .endif without .if']);
  });
});

describe('sections', () => {
  it('come back with .popsection and .previous', () => {
    const object = objectOf('nop\n .pushsection .fixup, "ax"\n ret\n .popsection\n nop\n .data\n .byte 1\n .previous\n nop');
    expect(object.sections.map(({ name, flags, size }) => `${name} ${flags} ${size}`)).toEqual(['.text ax 3', '.fixup ax 1', '.data aw 1']);
  });

  it('keeps nothing of .bss but its size', () => {
    expect(objectOf('.bss\n .balign 16\n .zero 100').sections[1]).toMatchObject({ name: '.bss', nobits: true, size: 100, align: 16, bytes: new Uint8Array(0) });
  });
});

describe('text', () => {
  it('follows line markers', () => {
    expect(objectOf('# 40 "linux/entry.S"\n nop\n# 7 "linux/calling.h" 1\n nop').debug.lines.map(({ file, line }) => `${file}:${line}`))
      .toEqual(['linux/entry.S:40', 'linux/calling.h:7']);
  });

  it('skips comments of all kinds', () => {
    expect(hexOf('nop # one ; nop\n nop // two\n nop /* three\n four */ ; nop\n .ascii "#;"')).toBe('90 90 90 90 23 3b');
  });

  it('reads strings', () => {
    expect(hexOf('.string "a\\n\\0\\x41\\101"\n .ascii "b" "c"')).toBe('61 0a 00 41 41 00 62 63');
  });
});

describe('mistakes', () => {
  it.each([
    ['  mvoq %rax, %rbx', "1:3 unknown instruction 'mvoq'; did you mean 'mov'?"],
    ['movq %rax, %rxx', "1:12 '%rxx' is not a register"],
    ['movq $1, (%rax', "1:15 expected ')' after base, index and scale"],
    ['movl (%rax,%rbx,3), %eax', '1:17 the scale must be 1, 2, 4 or 8'],
    ['mov $1, (%rax)', "1:1 'mov' needs a size suffix here (b, w, l or q): no register operand tells it"],
    ['movq %eax, %rbx', "1:1 'movq' does not take these operands"],
    ['.frobnicate', "1:1 unknown directive '.frobnicate'"],
    ['jmp 1f', "1:1 label '1' is used here but not defined on that side"],
    ['a: a:', "1:1 'a' is defined twice"],
    ['.byte 300', '1:7 300 does not fit into 1 byte'],
  ])('%s', (text, message) => {
    expect(mistakesOf(text)).toEqual([message]);
  });

  it('are all reported', () => {
    expect(mistakesOf('foo\n nop\n bar\n baz')).toHaveLength(3);
  });
});
