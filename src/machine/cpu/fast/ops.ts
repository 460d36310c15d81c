/** Chooses the interpreter's case for each instruction of a block, looking one instruction ahead. */
import type { Insn } from '../insn.ts';
import { CASES } from './cases.gen.ts';
import type { Cases, Form } from './form.ts';
import { SETS_ALL_FLAGS } from './templates.ts';

const TESTED = 16;

/** Worked out once for each kind of instruction. */
function casesOf(form: Form): Cases {
  const plain = CASES.get(form.key) ?? 0, { name, shape } = form;
  return {
    plain, quiet: CASES.get(`${form.key} quiet`) ?? plain, before: Array.from({ length: TESTED }, (_, cc) => CASES.get(`${form.key} + ${cc}`) ?? plain),
    // Overwrites flags unread, and cannot fault before it does.
    hides: CASES.has(form.key) && SETS_ALL_FLAGS.has(name) && !shape.includes('m'),
  };
}

export function opsOf(insns: readonly Insn[]): number[] {
  const ops: number[] = [];
  let next: Form | undefined;
  for (let n = insns.length - 1; n >= 0; n--) {
    const form = insns[n].fast;
    if (!form) ops.push(0);
    else {
      const cases = form.cases ??= casesOf(form);
      ops.push(next === undefined ? cases.plain : next.name === 'jcc' ? cases.before[next.cc] : next.cases?.hides ? cases.quiet : cases.plain);
    }
    next = form;
  }
  return ops.reverse();
}
