/** Condition codes in encoding order. SDM Vol. 1, Appendix B, "EFLAGS Condition Codes". */
export const CONDITIONS = ['o', 'no', 'b', 'ae', 'e', 'ne', 'be', 'a', 's', 'ns', 'p', 'np', 'l', 'ge', 'le', 'g'] as const;

/** Other spellings of the same condition, by encoding. */
export const CONDITION_ALIASES: Readonly<Record<string, number>> = {
  c: 2, nae: 2, nb: 3, nc: 3, z: 4, nz: 5, na: 6, nbe: 7, pe: 10, po: 11, nge: 12, nl: 13, ng: 14, nle: 15,
};
