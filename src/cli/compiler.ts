/** Turns generated text into functions: the command line has no policy against it. */
import type { Compiler } from '../machine/machine.ts';

// The text is made of numbers, fixed names and operators (translator.ts checks it).
// oxlint-disable-next-line typescript/no-implied-eval
export const compiler: Compiler = { compile: (parameters, body, done) => done(new Function(...parameters, body) as (...values: unknown[]) => unknown) };
