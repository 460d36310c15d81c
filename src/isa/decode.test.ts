import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import type { Decoded } from './decoded.ts';
import { format, formatLine } from './format.ts';
import { ROWS } from './table.ts';
import { samples } from './testing.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => parseInt(byte, 16));

function decoded(hex: string): Decoded {
  const d = decode(bytesOf(hex), 0);
  if (typeof d === 'string') throw new Error(`${hex}: ${d}`);
  return d;
}

describe('decode', () => {
  it('finds each row by bytes made from its encoding', () => {
    for (const row of ROWS) {
      for (const bytes of samples(row)) {
        const d = decode(bytes, 0);
        expect(typeof d === 'string' ? `${row.encoding} ${row.mnemonic}: ${d}` : d.row).toBe(row);
        expect(d).toHaveProperty('length', bytes.length);
      }
    }
  });

  it('wants every byte', () => {
    for (const row of ROWS) for (const bytes of samples(row))
      for (let length = 0; length < bytes.length; length++) expect(decode(bytes.subarray(0, length), 0)).toBe('truncated');
  });

  it.each([
    ['0f 04', 'invalid'],
    ['0f ff 00', 'invalid'],
    ['06', 'invalid'], // PUSH ES is not in 64-bit mode
    ['62 00', 'invalid'],
    ['f0 89 c8', 'invalid'], // LOCK needs a memory destination
    ['f0 03 01', 'invalid'],
    ['f2 0f 38 f1 c1', 'invalid'], // CRC32
    ['66 0f ae 38', 'invalid'], // CLFLUSHOPT
    ['8d c0', 'invalid'], // LEA needs memory
    ['0f 20 00', 'truncated'],
    ['66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90', 'too-long'],
  ])('%s: %s', (hex, failure) => {
    const got = decode(bytesOf(hex), 0);
    if (failure === 'truncated') expect(typeof got === 'string').toBe(true);
    else expect(got).toBe(failure);
  });

  it.each([
    ['90', 'nop'], ['f3 90', 'pause'], ['41 90', 'xchg %rax,%r8'.replace('%rax,%r8', '%eax,%r8d')], ['66 90', 'xchg %ax,%ax'], ['48 90', 'nop'],
    ['f3 0f b8 c1', 'popcnt %ecx,%eax'], ['f3 0f bc c1', 'tzcnt %ecx,%eax'], ['0f bc c1', 'bsf %ecx,%eax'],
    ['88 e0', 'mov %ah,%al'], ['40 88 e0', 'mov %spl,%al'],
    ['48 0f c7 0f', 'cmpxchg16b (%rdi)'], ['0f c7 0f', 'cmpxchg8b (%rdi)'],
    ['65 48 8b 04 25 10 00 00 00', 'mov %gs:0x10,%rax'], ['48 8b 05 10 00 00 00', 'mov 0x10(%rip),%rax'],
    ['f0 48 0f b1 0f', 'lock cmpxchg %rcx,(%rdi)'], ['f3 48 ab', 'rep stos %rax,%es:(%rdi)'], ['f2 ae', 'repnz scas %es:(%rdi),%al'],
    ['6a ff', 'push $0xffffffffffffffff'], ['66 6a ff', 'pushw $0xffff'], ['48 83 e4 f0', 'and $0xfffffffffffffff0,%rsp'],
    ['0f 22 d8', 'mov %rax,%cr3'], ['48 0f 07', 'sysretq'], ['48 cf', 'iretq'], ['48 cb', 'lretq'], ['0f 01 f8', 'swapgs'], ['0f 01 38', 'invlpg (%rax)'],
    ['48 b8 88 77 66 55 44 33 22 11', 'movabs $0x1122334455667788,%rax'], ['66 2e 0f 1f 84 00 00 00 00 00', 'cs nopw 0x0(%rax,%rax,1)'],
    ['3e ff e0', 'notrack jmp *%rax'], ['67 8b 00', 'mov (%eax),%eax'], ['f3 c3', 'repz ret'],
  ])('%s is %s', (hex, text) => {
    expect(formatLine(format(decoded(hex), 0n)).replace(/ +/g, ' ')).toBe(text);
  });
});

describe('format', () => {
  const symbolize = (address: bigint): string => `at_${address.toString(16)}`;

  it('names branch targets and RIP-relative addresses', () => {
    expect(format(decoded('e8 0b 00 00 00'), 0x1000n, symbolize)).toEqual({ mnemonic: 'call', operands: '1010', symbol: 'at_1010' });
    expect(format(decoded('48 8d 05 09 00 00 00'), 0x1000n, symbolize)).toEqual({ mnemonic: 'lea', operands: '0x9(%rip),%rax', symbol: 'at_1010' });
    expect(format(decoded('65 48 8b 04 25 10 00 00 00'), 0n, (offset, segment) => `${segment}: ${offset}`).symbol).toBe('5: 16');
    expect(format(decoded('90'), 0n, symbolize)).toEqual({ mnemonic: 'nop', operands: '' });
  });

  it('wraps addresses at 64 bits', () => {
    expect(format(decoded('eb fe'), 0xffff_ffff_8100_0000n).operands).toBe('ffffffff81000000');
    expect(format(decoded('eb 00'), 0xffff_ffff_ffff_fffen).operands).toBe('0');
  });
});
