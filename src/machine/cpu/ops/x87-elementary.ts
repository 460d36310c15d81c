/** The x87's transcendental instructions. SDM Vol. 1, "Trigonometric Instructions", "Logarithmic, Exponential, and Scale". */
import { angle, circular, exponential, isReducible, logarithm, logarithmOfNext } from '../float/elementary.ts';
import { finite, INDEFINITE, isNan, type Env, type Float } from '../float/soft.ts';
import type { Exec } from '../insn.ts';
import { FSW } from '../state.ts';
import { FSW_C2, fpuEnv, get, isEmpty, pop, push, put, ready, setC1, settle, stackFault, turn } from './x87-stack.ts';

export const f2xm1: Exec = ({ s }) => {
  if (!ready(s, 0, 0, 0)) return;
  const env = fpuEnv(s), value = exponential(env, get(s, 0));
  if (settle(s, env)) put(s, 0, value);
};

/** ST(1) and ST(0) to one number, which is left on top. */
const twoToOne = (operation: (env: Env, y: Float, x: Float) => Float): Exec => ({ s }) => {
  if (!ready(s, 0, 1, 1, 1)) return;
  const env = fpuEnv(s), value = operation(env, get(s, 1), get(s, 0));
  if (!settle(s, env)) return;
  put(s, 1, value);
  pop(s);
};
export const fyl2x = twoToOne(logarithm);
export const fyl2xp1 = twoToOne(logarithmOfNext);
export const fpatan = twoToOne(angle);

/** @param second what is pushed after: FSINCOS its cosine, FPTAN a one. */
const trigonometric = (which: 'sin' | 'cos' | 'tan', second?: 'cos' | 'one'): Exec => ({ s }) => {
  s[FSW] &= ~FSW_C2;
  const isFull = second !== undefined && !isEmpty(s, 7);
  if (isEmpty(s, 0) || isFull) {
    if (!stackFault(s, !isEmpty(s, 0))) return;
    put(s, 0, INDEFINITE);
    if (second === undefined) return;
    turn(s, -1);
    put(s, 0, INDEFINITE);
    return;
  }
  const x = get(s, 0);
  if (!isReducible(x)) {
    s[FSW] |= FSW_C2;
    setC1(s, false);
    return;
  }
  const env = fpuEnv(s), value = circular(env, x, which), other = second === 'cos' ? circular(env, x, 'cos') : finite(0, 1n, 0);
  if (!settle(s, env)) return;
  put(s, 0, value);
  if (second === undefined) return;
  const c1 = s[FSW];
  push(s, isNan(value) ? value : other);
  // Pushing clears C1, which tells how the sine was rounded.
  s[FSW] = (s[FSW] & ~0x200) | (c1 & 0x200);
};
export const fsin = trigonometric('sin'), fcos = trigonometric('cos'), fptan = trigonometric('tan', 'one'), fsincos = trigonometric('sin', 'cos');
