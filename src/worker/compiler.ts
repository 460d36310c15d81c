/** Turns generated text into functions, in whichever way the page's policy allows. */
import type { Compiler } from '../lab/lab.ts';

type Make = (...values: unknown[]) => unknown;

/** Straight from text, where no Content-Security-Policy forbids it. */
// The text is made of numbers, fixed names and operators (translator.ts checks it).
// oxlint-disable-next-line typescript/no-implied-eval
const direct: Compiler = { compile: (parameters, body, done) => done(new Function(...parameters, body) as Make) };

/** As a script of its own: `script-src blob:` allows that. Where even that is forbidden the import fails, and the interpreter goes on. */
const byScript: Compiler = {
  compile(parameters, body, done) {
    const url = URL.createObjectURL(new Blob([`export default (${parameters.join(', ')}) => {\n${body}\n};`], { type: 'text/javascript' }));
    void (async () => {
      const script = await (import(/* @vite-ignore */ url) as Promise<{ default: Make }>).catch(() => undefined);
      URL.revokeObjectURL(url);
      if (script) done(script.default);
    })();
  },
};

export function hostCompiler(): Compiler {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval
    new Function('return 1');
    return direct;
  } catch {
    return byScript;
  }
}
