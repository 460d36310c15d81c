/** What works out the flag words (state.ts) from a recipe: a function, as text, for all kinds of operation. */
import { AFW, CF, OFW, PFW, RECIPE_KIND, RECIPE_X, RECIPE_Y, SFW, ZFW } from '../state.ts';
import { flagWords, KINDS, kindNumber, resultOf, type Kind } from './recipe.ts';

/** Parameter of the text: does a product overflow (overflow.ts)? */
export const SETTLE_PARAMETERS = ['O'] as const;
export type Settle = (s: Int32Array) => void;

function settleCase(kind: Kind): string {
  const lines: string[] = [];
  const temp = (text: string): string => `t${lines.push(`const t${lines.length} = ${text};`) - 1}`;
  const x = { lo: temp(`S[${RECIPE_X}]`), hi: temp(`S[${RECIPE_X + 1}]`) }, y = { lo: temp(`S[${RECIPE_Y}]`), hi: temp(`S[${RECIPE_Y + 1}]`) };
  const { cf, of, af, zf, sf, pf } = flagWords(kind, x, y, resultOf(kind, x, y, temp));
  return `case ${kindNumber(kind)}: { ${lines.join(' ')} S[${CF}] = ${cf}; S[${OFW}] = ${of}; S[${AFW}] = ${af}; S[${ZFW}] = ${zf}; S[${SFW}] = ${sf}; ` +
    `S[${PFW}] = ${pf}; break; }`;
}

export const settleSource = (): string => `return function settle(S) {\nswitch (S[${RECIPE_KIND}]) {\n${KINDS.map(settleCase).join('\n')}\ndefault: ` +
  `return;\n}\nS[${RECIPE_KIND}] = 0;\n};`;
