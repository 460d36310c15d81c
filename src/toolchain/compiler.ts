/** One source file to an object: preprocessor, compiler, assembler. */
import { Digest } from '../base/digest.ts';
import { assemble } from './asm/assemble.ts';
import { parseAssembly } from './asm/parse.ts';
import { printUnit } from './asm/print.ts';
import { BuildCache } from './build.ts';
import { compile, compileTokens, createHeaderCache } from './cc/compile.ts';
import { preprocess, preprocessToText, type PreprocessorEnv } from './cc/preprocess/preprocessor.ts';
import type { SourceFile, Token } from './cc/preprocess/tokens.ts';
import type { UnitCompiler, UnitRequest } from './units.ts';

/** A compiler with its own memory of headers. */
export function createUnitCompiler(): UnitCompiler {
  const headers = createHeaderCache();
  return {
    expand(request, read) {
      const { path, text, options } = request, env = environment(request, read);
      if (path.endsWith('.S')) {
        const { text: expanded, diagnostics: reported } = preprocessToText(path, text, env, headers);
        return {
          digest: new Digest().text(expanded).toString(), reported,
          finish: () => {
            const { unit, diagnostics } = parseAssembly(path, expanded), { object, diagnostics: wrong } = assemble(unit);
            return { object, diagnostics: [...reported, ...diagnostics, ...wrong] };
          },
        };
      }
      const { tokens, diagnostics: reported } = preprocess(path, text, env, headers);
      return {
        digest: expansionDigest(tokens), reported,
        finish: () => {
          const { unit, diagnostics } = compileTokens(path, tokens, reported, headers.names, options), { object, diagnostics: wrong } = assemble(unit);
          return { object, diagnostics: [...diagnostics, ...wrong] };
        },
      };
    },
    assembly(request) {
      const { unit, diagnostics } = compile(request.path, request.text, { env: environment(request, new Map()), ...request.options });
      return { text: printUnit(unit), diagnostics };
    },
  };
}

/** What builds have in common, with everything at hand that they may need. */
export const freshCache = (): BuildCache => new BuildCache(createUnitCompiler());

function environment({ domain, path, autoconf, read }: UnitRequest, seen: Map<string, string | undefined>): PreprocessorEnv {
  const kernel = domain === 'kernel';
  return {
    defines: { ...(kernel ? { __KERNEL__: '1' } : {}), ...(path.endsWith('.S') ? { __ASSEMBLY__: '1' } : {}) },
    includePaths: kernel ? ['linux/include', 'linux/arch/x86/include', ''] : ['lib/include', ''],
    forceInclude: [autoconf],
    read: (name) => {
      const content = read(name);
      seen.set(name, content);
      return content;
    },
  };
}

function expansionDigest(expanded: readonly Token[]): string {
  const digest = new Digest();
  let file: SourceFile | undefined;
  for (const token of expanded) {
    if (token.file !== file) digest.text((file = token.file).path);
    digest.number(token.line).number((token.column << 11) | (token.kind << 8) | token.flags).text(token.text);
  }
  return digest.toString();
}
