/** Condition codes in encoding order. SDM Vol. 1, Appendix B, "EFLAGS Condition Codes". */
export const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'] as const;

/** Other spellings of the same condition, by encoding. */
export const CONDITION_ALIASES: Readonly<Record<string, number>> = {
  c: 2, nae: 2, nb: 3, nc: 3, z: 4, nz: 5, na: 6, nbe: 7, pe: 10, po: 11, nge: 12, nl: 13, ng: 14, nle: 15,
};

/** Flags that a condition looks at, by half its encoding: each second one is the opposite of the one before. */
export const CONDITION_FLAGS = [['OF'], ['CF'], ['ZF'], ['CF', 'ZF'], ['SF'], ['PF'], ['SF', 'OF'], ['ZF', 'SF', 'OF']] as const;

/** @param condition by encoding. @param set is that flag set? */
export function conditionHolds(condition: number, set: (flag: string) => boolean): boolean {
  const [first, second, third] = CONDITION_FLAGS[condition >> 1];
  let holds = set(first);
  if (condition >> 1 === 3) holds ||= set(second!);
  if (condition >> 1 === 6) holds = set(first) !== set(second!);
  if (condition >> 1 === 7) holds ||= set(second!) !== set(third!);
  return (condition & 1) === 0 ? holds : !holds;
}
