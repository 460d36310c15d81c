import { expect, it } from 'vitest';
import { operandsNow } from './operands.ts';

const cpu = {
  registers: [['RAX', 0x1122_3344_5566_7788n], ['RCX', 2n], ['RBP', 0x7fff_0000n], ['R9', 0xffff_ffff_ffff_fff0n], ['GS_BASE', 0xffff_ffff_8100_0000n]].map(([name, value]) => ({ name: name as string, value: value as bigint })),
  flags: [['CF', true], ['ZF', false], ['SF', true], ['OF', false]].map(([name, set]) => ({ name: name as string, set: set as boolean, was: false })),
};

it.each([
  ['mov', '%rax,-8(%rbp)', ['%rax is 1122334455667788', '%rbp is 7fff0000', '-8(%rbp) is at 7ffefff8']],
  ['mov', '%eax,%r9d', ['%eax is 55667788', '%r9d is fffffff0']],
  ['movb', '%ah,%al', ['%ah is 77', '%al is 88']],
  ['mov', '0x10(%rbp,%rcx,8),%ax', ['%rbp is 7fff0000', '%rcx is 2', '%ax is 7788', '0x10(%rbp,%rcx,8) is at 7fff0020']],
  ['lea', '0x20(%rip),%rcx', ['%rcx is 2', '0x20(%rip) is at 1024']],
  ['mov', '%gs:0x18(%rcx),%rcx', ['%rcx is 2', '%gs:0x18(%rcx) is at ffffffff8100001a']],
  ['je', '1000', ['would not jump: ZF is 0']],
  ['jne', '1000', ['would jump: ZF is 0']],
  ['ja', '1000', ['would not jump: CF is 1, ZF is 0']],
  ['jge', '1000', ['would not jump: SF is 1, OF is 0']],
  ['setle', '%al', ['%al is 88', 'the condition holds: ZF is 0, SF is 1, OF is 0']],
  ['jmp', '1000', []],
])('%s %s', (mnemonic, operands, expected) => {
  expect(operandsNow({ addr: 0x1000n, bytes: new Uint8Array(4), mnemonic, operands }, cpu)).toEqual(expected);
});
