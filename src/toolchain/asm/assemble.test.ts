import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.ts';
import { parseAssembly, parseInstructions } from './parse.ts';
import { printUnit } from './print.ts';
import { hexOf, mistakesOf, objectOf } from './testing.ts';

describe('encodings', () => {
  it.each([
    // The shortest, and among equally short ones that of GNU as.
    ['addq $1, %rax', '48 83 c0 01'],
    ['addq $127, %rbx', '48 83 c3 7f'],
    ['addq $128, %rax', '48 05 80 00 00 00'],
    ['addl $-128, %eax', '83 c0 80'],
    ['addl $0xffffff80, %eax', '83 c0 80'],
    ['movl $1, %eax', 'b8 01 00 00 00'],
    ['movq $1, %rax', '48 c7 c0 01 00 00 00'],
    ['movq $-1, %rax', '48 c7 c0 ff ff ff ff'],
    ['movq $0x80000000, %rax', '48 b8 00 00 00 80 00 00 00 00'],
    ['movabsq $1, %rax', '48 b8 01 00 00 00 00 00 00 00'],
    ['pushq $1', '6a 01'],
    ['pushq $128', '68 80 00 00 00'],
    ['shll %eax', 'd1 e0'],
    ['shll $1, %eax', 'd1 e0'],
    ['imull $3, %eax', '6b c0 03'],
    ['xchgq %rax, %rbx', '48 93'],
    ['xchgl %eax, %eax', '87 c0'], // 90 would leave the upper half of RAX alone
    ['xchgq (%rdi), %rax', '48 87 07'],
    ['testl (%rdi), %eax', '85 07'],
    ['testb $3, 8(%rsp)', 'f6 44 24 08 03'],
    ['movb %sil, (%rdi)', '40 88 37'],
    ['movb %ah, (%rdi)', '88 27'],
    ['incl (%rdi)', 'ff 07'],
    ['movq 0(%rbp), %rax', '48 8b 45 00'],
    ['movq (%r13), %rax', '49 8b 45 00'],
    ['movq (%r12), %rax', '49 8b 04 24'],
    ['movq (,%rax,8), %rax', '48 8b 04 c5 00 00 00 00'],
    ['movl %gs:16, %eax', '65 8b 04 25 10 00 00 00'],
    ['jmp *%rax', 'ff e0'],
    ['call *8(%rbx)', 'ff 53 08'],
    ['lock; addl $0, -4(%rsp)', 'f0 83 44 24 fc 00'],
    ['rep movsb', 'f3 a4'],
    ['outb %al, %dx', 'ee'],
    ['inb (%dx), %al', 'ec'],
    ['notrack jmp *%rax', '3e ff e0'],
  ])('%s', (text, hex) => {
    expect(hexOf(text)).toBe(hex);
  });

  it('has no encoding for ah with a REX prefix', () => {
    expect(mistakesOf('movb %ah, (%r8)')).toHaveLength(1);
  });
});

describe('jumps', () => {
  const jump = (distance: number): string => hexOf(`jmp 1f\n.skip ${distance}\n1:`).slice(0, 5);

  it('is short up to 127 bytes', () => {
    expect(jump(0)).toBe('eb 00');
    expect(jump(127)).toBe('eb 7f');
    expect(jump(128)).toBe('e9 80');
    expect(hexOf('1: .skip 126\n jmp 1b').slice(-5)).toBe('eb 80');
    expect(hexOf('1: .skip 127\n jmp 1b').slice(-14)).toBe('e9 7c ff ff ff');
  });

  it('grows when another jump in between grows', () => {
    // The inner jump must be long, which pushes the outer target out of reach.
    expect(hexOf('jmp 1f\n jmp 2f\n .skip 123\n 1: .skip 300\n 2:').slice(0, 14)).toBe('e9 80 00 00 00');
  });

  it('leaves the distance to another section to the linker', () => {
    const [text] = objectOf('je other').sections;
    expect(text.relocations).toEqual([{ offset: 2, type: 'R_X86_64_PC32', symbol: 'other', addend: -4n, line: 1 }]);
  });

  it('says when loop cannot reach', () => {
    expect(mistakesOf('1: .skip 200\n loop 1b')).toEqual([expect.stringContaining('reaches only 127 bytes')]);
  });

  it('reads 8 and 9 after a 0 as a mistake, in numbers of any length', () => {
    expect(hexOf('.byte 017, 0, 00')).toBe('0f 00 00');
    for (const number of ['08', '0789', '04096', '00009']) expect(mistakesOf(`.quad ${number}`), number)
      .toEqual([expect.stringContaining(`${number} starts with 0, so it is octal`)]);
  });

  it('pads code with nops and data with zeros', () => {
    expect(hexOf('ret\n .balign 8\n ret')).toBe('c3 0f 1f 80 00 00 00 00 c3');
    expect(hexOf('.data\n .byte 1\n .balign 4\n .byte 2', '.data')).toBe('01 00 00 00 02');
    expect(hexOf('ret\n .p2align 4,,10\n ret')).toBe('c3 c3');
    expect(hexOf('.byte 1\n .org 4\n .byte 2')).toBe('01 00 00 00 02');
  });
});

describe('relocations', () => {
  it('are those of the ABI', () => {
    const object = objectOf(`
      movq $symbol, %rax
      movl $symbol, %eax
      movq symbol+4(%rip), %rax
      cmpl $5, symbol(%rip)
      movq table(,%rax,8), %rax
      movl %fs:variable@tpoff, %eax
      call function
      .quad symbol
      .long symbol - .
    `);
    expect(object.sections[0].relocations.map(({ type, symbol, addend }) => `${type} ${symbol}${addend < 0n ? '' : '+'}${addend}`)).toEqual([
      'R_X86_64_32S symbol+0', 'R_X86_64_32 symbol+0', 'R_X86_64_PC32 symbol+0', 'R_X86_64_PC32 symbol-5', 'R_X86_64_32S table+0',
      'R_X86_64_TPOFF32 variable+0', 'R_X86_64_PC32 function-4', 'R_X86_64_64 symbol+0', 'R_X86_64_PC32 symbol+0',
    ]);
  });

  it('are not needed within a section', () => {
    expect(hexOf('a: .long b - a\n b: .word . - a')).toBe('04 00 00 00 04 00');
  });
});

describe('debug tables', () => {
  it('make functions of symbols with type and size', () => {
    const { debug } = objectOf('.globl f\n .type f, @function\n f:\n .frame_hint call, rsp, 8\n nop\n .trace event, a=%rax, b=5\n ret\n .size f, . - f');
    expect(debug.functions).toMatchObject([{ name: 'f', low: 0, high: 2, frames: [{ low: 0, hint: { kind: 'call', reg: 'rsp', offset: 8 } }] }]);
    expect(debug.tracepoints).toMatchObject([{ offset: 1, name: 'event',
      args: [{ name: 'a', base: { kind: 'reg', reg: 'rax' } }, { name: 'b', base: { kind: 'const', value: 5n } }] }]);
    expect(debug.lines.map(({ offset, line }) => [offset, line])).toEqual([[0, 5], [1, 7]]);
  });

  it('follow a frame hint through what moves RSP', () => {
    const { debug } = objectOf('.globl f\n .type f, @function\n f:\n .frame_hint call, rsp, 8\n pushq %rbx\n subq $16, %rsp\n addq $16, %rsp\n popq %rbx\n ' +
      'ret\n .size f, . - f');
    expect(debug.functions[0].frames.map(({ low, hint: { kind, offset, own = [] } }) => `${low} ${kind} ${offset} ${own.join()}`)).toEqual(['0 call 8 ',
      '1 call 16 rbx', '5 call 32 ,,rbx', '9 call 16 rbx', '10 call 8 ']);
  });

  it('say where saved registers are while they are being saved, and while they are being copied', () => {
    const { debug } = objectOf('.globl f\n .type f, @function\n f:\n .frame_hint syscall, kept, 0, saving=-24\n pushq $43\n pushq %r11\n .frame_hint regs, ' +
      'rdi, -112\n pushq 48(%rdi)\n popq %rdi\n .frame_hint syscall, word, 0, sp\n popq %rsp\n ret\n .size f, . - f');
    expect(debug.functions[0].frames.map(({ hint }) => hint)).toEqual([
      { kind: 'syscall', reg: 'kept', offset: 0, saving: -24 }, { kind: 'syscall', reg: 'kept', offset: 0, saving: -16 },
      { kind: 'syscall', reg: 'kept', offset: 0, saving: -8, own: ['r11'] },
      { kind: 'regs', reg: 'rdi', offset: -112 }, { kind: 'regs', reg: 'rdi', offset: -112, own: [20] }, { kind: 'regs', reg: 'rdi', offset: -112 },
      { kind: 'syscall', reg: 'word', offset: 0, own: ['sp'] },
    ]);
  });

  it('say that a function made by a macro stands where the macro is called', () => {
    const { debug } = objectOf('.macro entry name\n.type \\name, @function\n\\name:\nnop\nret\n.size \\name, . - \\name\n.endm\nentry a\nentry b');
    expect(debug.functions.map(({ name, line, low }) => [name, line, low])).toEqual([['a', 8, 0], ['b', 9, 2]]);
    expect(debug.lines.map(({ offset, line }) => [offset, line])).toEqual([[0, 8], [1, 5], [2, 9], [3, 5]]);
  });

  it('ends the places of variables', () => {
    const { object } = assemble({
      file: 'x.c', types: [], items: [
        { kind: 'func', name: 'f', file: 'x.c', line: 1, type: 0, variables: [{ name: 'v', type: 0, isParameter: false, line: 1 }], redZoneBytes: 0 },
        { kind: 'place', variable: 0, place: { kind: 'reg', reg: 'rax' } },
        { kind: 'bytes', bytes: new Uint8Array(4) },
        { kind: 'place', variable: 0, place: { kind: 'rbp', offset: -8 } },
        { kind: 'bytes', bytes: new Uint8Array(2) },
        { kind: 'endfunc' },
      ],
    });
    expect(object.debug.functions[0].variables[0].ranges).toEqual([{ low: 0, high: 4, place: { kind: 'reg', reg: 'rax' } },
      { low: 4, high: 6, place: { kind: 'rbp', offset: -8 } }]);
  });
});

it('inline assembly keeps numeric labels apart', () => {
  const span = { file: 'x.c', line: 7, column: 3, length: 5 };
  const once = parseInstructions('1:\tpause\n\tjmp 1b', span);
  expect(once.diagnostics).toEqual([]);
  const { object, diagnostics } = assemble({ file: 'x.c', types: [], items: [...once.items, ...once.items] });
  expect(diagnostics).toEqual([]);
  expect(Buffer.from(object.sections[0].bytes).toString('hex')).toBe('f390ebfcf390ebfc');
  expect(parseInstructions('frob %rax', span).diagnostics).toMatchObject([{ file: 'x.c', line: 7, column: 3 }]);
});

it('printed text assembles to the same bytes', () => {
  const text = `
    .section .rodata.str, "a"
    message: .string "a \\"quote\\"\\n"
    .text
    .globl f
    .type f, @function
    f: movq $message+2, %rdi
    1: lock incl counter(%rip)
    movq %gs:16, %rax
    movq -8(%rbp,%rax,4), %rcx
    call *table(,%rax,8)
    jne 1b
    ret
    .size f, . - f
    .data
    counter: .long 1, 2
    table: .quad f, f - 4
  `;
  const { unit } = parseAssembly('test.S', text);
  const strip = ({ sections, symbols }: ReturnType<typeof objectOf>) =>
    ({ sections: sections.map((section) => ({ ...section, relocations: section.relocations.map(({ line: _line, ...rest }) => rest) })), symbols });
  expect(strip(objectOf(printUnit(unit)))).toEqual(strip(objectOf(text)));
});
