/** What is said of an expression that does not hold. */
import { expect, it } from 'vitest';
import type { Scope } from './expr.ts';
import { judge } from './judge.ts';

const REGISTERS: Readonly<Record<string, bigint>> = { rip: 0x401cafn, rsp: 0x7ffe10n, ring: 3n };
const scope: Scope = { name: (name) => REGISTERS[name], call: (name, [at]) => (name === 'load' && typeof at === 'bigint' ? at + 1n : undefined) };
const values = (expression: string): string[] => judge(expression, scope).values.map(({ text, value }) => `${text} is ${value}`);

it.each([
  ['rip == 0x401cae', ['rip is 0x401caf']],
  ['rip == 4201646', ['rip is 4201647']],
  ['0x401cae == rip && ring == 0', ['rip is 0x401caf', 'ring is 3']],
  ['rsp % 0x10 == 8', ['rsp is 0x7ffe10']],
  ['!(rsp < 0x10) || ring != 3', ['rsp is 0x7ffe10', 'ring is 3']],
  ['load(0x10) == 16', ['load(0x10) is 17']],
  ['load(16) == 0x10', ['load(16) is 0x11']],
])('%s: its numbers are said in the base in which it is written', (expression, expected) => {
  expect(values(expression)).toEqual(expected);
});

it('what cannot be looked at says why', () => {
  expect(judge('rop == 0x1', scope)).toEqual({ ok: false, error: "unknown name 'rop'", values: [] });
  expect(judge('ring == 3', scope).ok).toBe(true);
});
