import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { Digest } from './src/base/digest.ts';
import { standIn } from './src/base/texts.ts';
import { appAbout } from './src/toolchain/app-about.ts';
import { soleAppNames } from './src/toolchain/kconfig.ts';
import type { Scenario } from './src/lab/scenario.ts';

/**
 * The page may run nothing but its own files, and no WebAssembly. The worker's script may also import code that the
 * block translator makes (blob: URLs); the header on the worker script decides that, not the page's.
 */
const PAGE = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri " +
  "'none'; form-action 'none'";
const WORKER = "default-src 'self'; script-src 'self' blob:; object-src 'none'; base-uri 'none'";

function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        response.setHeader('Content-Security-Policy', /\/assets\/(?:worker|experiment)-[^/]+\.js$/.test(request.url ?? '') ? WORKER : PAGE);
        next();
      });
    },
  };
}

/** The scenarios, read by the command line, which every build has looked at them with before (scripts/build.mjs). */
let listed: Scenario[] | undefined;
const scenarios = (): Scenario[] => (listed ??= (JSON.parse(execFileSync(process.execPath, ['bin/ringside.mjs', 'list', '--json'],
  { cwd: import.meta.dirname, encoding: 'utf8', maxBuffer: 1 << 26 })) as { scenarios: Scenario[] }).scenarios);
/** Of a scenario, what it is built of and asks; its course is for whoever plays it. */
const headOf = (scenario: Scenario): Scenario => ({ ...scenario, course: [], checks: [], end: '' });

/**
 * What is shown at the first moment: programs of one file, and who calls their main; and what says which switches and system calls there are. A long
 * program comes later, with its headers if it has any: of the two longest the first load was a fiftieth.
 */
const FIRST = /^(?!linux\/|lib\/|apps\/[^/]+\/)|\.tbl$|^lib\/libc-start/;
const isLong = (name: string, text: string): boolean => name.startsWith('apps/') && text.length > 1400;

/**
 * The other texts come after the first moment (src/worker/rest.ts), and so do the courses: until then digests stand in for the texts. What a program says
 * of itself is read from its text here, as the list of programs is there at once.
 */
function sourcesInTwoParts(): Plugin {
  const entry = /^ ("(?:\\.|[^"\\])+"): (".*")(,?)$/gm;
  /** Texts by their names, and which of them are read at once: a table reads the headers that it names. */
  const parts = (code: string): { texts: Map<string, string>; later: (name: string) => boolean } => {
    const texts = new Map([...code.matchAll(entry)].map(([, name = '""', text = '""']) => [JSON.parse(name) as string, JSON.parse(text) as string]));
    const named = new Set([...texts].filter(([name]) => name.endsWith('.tbl')).flatMap(([, text]) => text.match(/\S+\.h\b/g) ?? []));
    return { texts, later: (name) => (!FIRST.test(name) || isLong(name, texts.get(name) ?? '')) && !named.has(name) };
  };
  const allParts = () => parts(readFileSync(new URL('src/guest/sources.gen.ts', import.meta.url), 'utf8'));
  return {
    name: 'sources-in-two-parts',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (id.endsWith('sources.gen.ts')) {
        const { texts, later } = parts(code);
        return code.replace(entry, (line, quoted: string, _text: string, comma: string) => {
          const name = JSON.parse(quoted) as string, text = texts.get(name) ?? '';
          return later(name) ? ` ${quoted}: ${JSON.stringify(standIn(new Digest().text(text).toString()))}${comma}` : line;
        });
      }
      if (id.endsWith('toolchain/app-about.ts')) {
        const { texts, later } = allParts(), late = soleAppNames(texts).filter((name) => later(`apps/${name}.c`));
        const said = JSON.stringify(Object.fromEntries(late.map((name) => [name, appAbout(texts, name)])));
        return code.replace('  const [', `  const late = (${said} as Record<string, string>)[name];\n  if (late) return late;\n  const [`);
      }
      if (id.endsWith('lab/scenarios.ts')) return `export const ownScenarios = () => ${JSON.stringify(scenarios().map(headOf))};`;
      if (id.endsWith('worker/courses.ts')) return `export const COURSES = ${JSON.stringify(scenarios())};`;
      if (!id.endsWith('worker/rest.ts')) return undefined;
      const { texts, later } = allParts();
      return `export const REST = ${JSON.stringify(Object.fromEntries([...texts].filter(([name]) => later(name))))};`;
    },
  };
}

/** The workloads of the bench are the command line's: the page offers no way to run them. */
function withoutBench(): Plugin {
  return {
    name: 'without-bench',
    apply: 'build',
    enforce: 'pre',
    transform: (code, id) => (id.endsWith('sources.gen.ts') ? code.replace(/^ "bench\/.*\n/gm, '') : undefined),
  };
}

/** Tests that put something else in a module's or the browser's place. */
const OWN_PROCESS = ['src/ui/**/*.test.{ts,tsx}', 'src/cli/mistakes.test.ts', 'src/cli/scenarios.test.ts'];

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicy()],
  worker: { format: 'es', plugins: () => [withoutBench(), sourcesInTwoParts()],
    rolldownOptions: { checks: { pluginTimings: false }, output:
    // What measures is a worker of its own, so that nothing of it is in the first load.
    { entryFileNames: ({ name }) => (name === 'experiment' ? 'assets/experiment-[hash].js' : 'assets/worker-[hash].js'),
      chunkFileNames: 'assets/thread-[name]-[hash].js' } } },
  build: { target: 'es2023', chunkSizeWarningLimit: 1200, rolldownOptions: { checks: { pluginTimings: false } } },
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
  test: { globalSetup: 'scripts/test-setup.mjs', setupFiles: 'src/cli/test-objects.ts', testTimeout: 120_000,
    // On two cores vitest would leave one idle.
    maxWorkers: '100%',
    projects: [
      // What is below the page keeps nothing from one test to the next: files share a process, whose compiler and engines are warm.
      { extends: true, test: { name: 'machine', include: ['src/**/*.test.ts'], exclude: OWN_PROCESS, isolate: false } },
      { extends: true, test: { name: 'alone', include: OWN_PROCESS } },
    ] },
});
