/** What is said of each step, and of each instruction in sight, compared with the machine before and after it. */
import { expect, it } from 'vitest';
import type { Registers } from '../machine/machine.ts';
import { configNames } from '../toolchain/kconfig.ts';
import type { Lab } from './lab.ts';
import { guestSources } from './sources.ts';
import { openGuest } from './testing.ts';

const PROGRAM = `#include <unistd.h>
int main(void)
{
	long n = 5;
	char text[8] = "abc";
	n = n + getppid();
	write(1, text, 3);
	return n == 0;
}
`;

const GPR = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];

/** Where an instruction that stands before `next` may read or write, from its text: what its operands point at, and both ends of its stack. */
function placesOf(operands: string, { gpr, fsBase, gsBase }: Registers, next: bigint): bigint[] {
  const register = (name: string | undefined): bigint => (name === undefined ? 0n : name === 'rip' ? next : (gpr[GPR.indexOf(name)] ?? 0n));
  const places = [gpr[4], gpr[4] - 8n];
  for (const [, segment, sign, digits, base, index, scale] of operands
    .matchAll(/(?:%([fg]s):)?(-?)(0x[0-9a-f]+|\d+)?(?:\((?:%(\w+))?(?:,%(\w+)(?:,(\d))?)?\))?/g)) {
    if (digits === undefined && base === undefined && index === undefined) continue;
    const start = segment === 'fs' ? fsBase : segment === 'gs' ? gsBase : 0n;
    places.push(BigInt.asUintN(64, start + register(base) + BigInt(digits ?? 0) * (sign ? -1n : 1n) + register(index) * BigInt(scale ?? 1)));
  }
  return places;
}

/** What stands in registers, and in memory at these places. */
function wordsOf({ machine }: Lab, places: readonly bigint[]): bigint[] {
  const { gpr, rip, rflags, cr0, cr2, cr3, cr4, fsBase, gsBase, lstar, star, sfmask } = machine.registers();
  return [...gpr, rip, rflags, cr0, cr2, cr3, cr4, fsBase, gsBase, lstar, star, sfmask, ...places,
    ...places.flatMap((place) => [1, 2, 4, 8].map((size) => machine.peekNumber(place, size) ?? 0n))];
}

/** Each of these words, and its low parts, with and without a sign. */
const parts = (words: readonly bigint[]): Set<bigint> => new Set(words.flatMap((word) =>
  [8, 16, 32, 64].flatMap((bits) => [BigInt.asUintN(bits, word), BigInt.asIntN(bits, word), BigInt.asUintN(bits, word >> 8n)])));

it.each(configNames(guestSources()))('%s: every number in a sentence is one of the machine\'s, every jump is named by where it went', async (config) => {
  const lab = openGuest({ source: PROGRAM, config });
  await lab.run({ direction: 'forward' });
  for (const name of ['getppid', 'write']) {
    const call = lab.syscalls().find((one) => one.name === name)!;
    lab.seek(call.tick - 12);
    while (lab.tick < Math.min(call.endTick! + 4, call.tick + 250)) {
      const before = lab.machine.registers(), row = lab.listing(before.rip)?.rows.find((one) => one.kind === 'insn' && one.addr === before.rip);
      if (row?.kind !== 'insn') throw new Error(`no instruction at tick ${lab.tick}`);
      const next = before.rip + BigInt(row.bytes.length), places = placesOf(row.operands, before, next),
        immediate = [...row.operands.matchAll(/\$(0x[0-9a-f]+|\d+)/g)].map(([, digits]) => BigInt(digits));
      const earlier = wordsOf(lab, places);
      await lab.step('instruction', 'forward');
      const { code } = lab.views(['code']), now = lab.machine.registers(), { what } = code!.narration;
      expect(what, `tick ${lab.tick}`).toMatch(/^[^…]{10,110}[.]$/);
      expect(what.split(/\s+/).length, what).toBeLessThanOrEqual(25);
      // An event came first: no instruction has run.
      if (code!.ran?.addr !== before.rip) continue;
      const known = parts([...earlier, ...wordsOf(lab, [...places, now.gpr[4]]), ...immediate]);
      const said = [...what.replaceAll(/`[^`]*`|"[^"]*"/g, '').matchAll(/(?<![\w.])(-?\d+|0x[0-9a-f]+)(?!\w)/g)].map(([text]) =>
        (text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)));
      // Flags, rings, sizes and counts of words are below ten.
      for (const number of said) expect((number >= 0n && number < 10n) || known.has(number),
        `tick ${lab.tick}: ${what} (${row.mnemonic} ${row.operands}): ${number}`).toBe(true);
      if (/^(call|jmp|ret)/.test(row.mnemonic)) expect(what, `tick ${lab.tick}`).toContain(`\`${lab.symbols.name(now.rip)}\``);
      if (row.mnemonic.startsWith('j') && row.mnemonic !== 'jmp') expect(what.includes('did not jump'), what).toBe(now.rip === next);
    }
  }
}, 120_000);

it('a variable that is written is called by its name, with what it was and is', async () => {
  const lab = openGuest({ source: PROGRAM, config: 'linux' });
  lab.setBreakpoint({ kind: 'symbol', symbol: 'main' });
  await lab.run({ direction: 'forward' });
  const said: string[] = [];
  for (let n = 0; n < 12; n++) {
    await lab.step('instruction', 'forward');
    said.push(lab.views(['code']).code!.narration.what);
  }
  expect(said).toContainEqual(expect.stringMatching(/^MOV\w* wrote `text(\[0\])?`/));
});

it('an instruction is explained with the values of the moment: memory by name, condition by flags', async () => {
  const lab = openGuest({ app: 'getppid-loop', args: ['3'], config: 'linux' });
  await lab.run({ direction: 'forward' });
  const call = lab.syscalls().find(({ name }) => name === 'getppid')!;
  lab.seek(call.endTick!);
  const { gpr } = lab.machine.registers(), rows = lab.listing(lab.machine.registers().rip)!.rows.filter((row) => row.kind === 'insn');
  const jump = rows.find(({ mnemonic }) => /^j[a-z]+$/.test(mnemonic) && mnemonic !== 'jmp')!;
  expect(lab.explain(jump.addr).join('\n')).toMatch(/^would (not )?jump to `main\+\d+`: [A-Z]F is [01]( and [A-Z]F is [01])*$/);
  const push = rows.find(({ mnemonic, operands }) => mnemonic === 'push' && operands === '%rbp')!;
  expect(lab.explain(push.addr)).toEqual([`reads \`RBP\`: 0x${gpr[5].toString(16)}`]);
  const move = rows.find(({ mnemonic, operands }) => mnemonic === 'mov' && operands === '%rsp,%rbp')!;
  expect(lab.explain(move.addr)).toEqual([`writes \`RBP\`, which is 0x${gpr[5].toString(16)} now`, `reads \`RSP\`: 0x${gpr[4].toString(16)}`]);
});
