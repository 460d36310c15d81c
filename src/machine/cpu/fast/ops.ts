/** Chooses the interpreter's case for each instruction of a block, looking one instruction ahead. */
import type { Insn } from '../insn.ts';
import { CASES } from './cases.gen.ts';
import { SETS_ALL_FLAGS } from './templates.ts';

export function opsOf(insns: readonly Insn[]): number[] {
  return insns.map(({ fast: form }, n) => {
    if (!form) return 0;
    const next = insns[n + 1]?.fast;
    if (next?.name === 'jcc') return CASES.get(`${form.key} + ${next.cc}`) ?? CASES.get(form.key) ?? 0;
    // Overwritten unread, by something that cannot fault in between.
    if (next && CASES.has(next.key) && SETS_ALL_FLAGS.has(next.name) && !next.shape.includes('m')) return CASES.get(`${form.key} quiet`) ?? CASES.get(form.key) ?? 0;
    return CASES.get(form.key) ?? 0;
  });
}
