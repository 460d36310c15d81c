/** Makes functions of the texts that the translator writes. */
import type { Socket } from '../socket.ts';
import { Translator } from './translator.ts';

export interface Compiler {
  /** Makes a machine's translator; a host that has none yet runs on the interpreter. */
  translator: (socket: Socket) => Translator;
  /** Now or later: `done` is called with what makes the function. */
  compile(parameters: readonly string[], body: string, done: (make: (...values: unknown[]) => unknown) => void): void;
}

// The text is made of numbers, fixed names and operators (translator.ts checks it).
const made = (parameters: readonly string[], body: string): ((...values: unknown[]) => unknown) =>
  // oxlint-disable-next-line typescript/no-implied-eval
  new Function(...parameters, body) as (...values: unknown[]) => unknown;

/** Straight from text, where no policy forbids it. */
export const compiler = compilerOf((parameters, body, done) => done(made(parameters, body)));

/** Of one way to make functions. */
export function compilerOf(compile: Compiler['compile']): Compiler {
  const host: Compiler = { compile, translator: (socket) => new Translator(socket, host) };
  return host;
}

/** Does the host allow that? */
export function canCompile(): boolean {
  try {
    made([], 'return 1');
    return true;
  } catch {
    return false;
  }
}
