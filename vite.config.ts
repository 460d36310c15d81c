import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { normalizePath, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { Digest } from './src/base/digest.ts';
import { standIn } from './src/base/texts.ts';
import type { ReadAhead } from './src/toolchain/ahead.ts';
import { appAbout } from './src/toolchain/app-about.ts';
import { programPath, soleAppNames } from './src/toolchain/kconfig.ts';
import { setsAhead } from './src/toolchain/syscall-table.ts';
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
const isLate = (name: string, text: string): boolean => !FIRST.test(name) || isLong(name, text);

/** A line of the guest's sources as scripts/generate.mjs writes it. */
const LINE = /^ ("(?:\\.|[^"\\])+"): (".*")(,?)$/gm;
const TEXTS = 'src/guest/sources.gen.ts';

function guestTexts(): Map<string, string> {
  const code = readFileSync(join(import.meta.dirname, TEXTS), 'utf8');
  return new Map([...code.matchAll(LINE)].map(([, name = '""', text = '""']) => [JSON.parse(name) as string, JSON.parse(text) as string]));
}

/** What is wanted at once of texts that come later. */
function readAhead(): ReadAhead {
  const texts = guestTexts(), files = soleAppNames(texts).map((name) => [programPath(texts, name) ?? '', name] as const);
  return { sets: setsAhead(texts), abouts: Object.fromEntries(files.filter(([path]) => isLate(path, texts.get(path) ?? '')).map(([path, name]) =>
    [path, appAbout(texts, name)])) };
}

/** Modules that are others in the page's workers, and what stands in their place there. */
const OTHERS: Readonly<Record<string, () => string>> = {
  'src/lab/scenarios.ts': () => `export const ownScenarios = () => ${JSON.stringify(scenarios().map(headOf))};`,
  'src/worker/courses.ts': () => `export const COURSES = ${JSON.stringify(scenarios())};`,
  'src/worker/rest.ts': () => `export const REST = ${JSON.stringify(Object.fromEntries([...guestTexts()].filter(([name, text]) => isLate(name, text))))};`,
  'src/toolchain/ahead.ts': () => `export const AHEAD = ${JSON.stringify(readAhead())};`,
};

/**
 * The other texts come after the first moment (src/worker/rest.ts), and so do the courses: until then digests stand in for the texts, and what is wanted
 * of them was read here (src/toolchain/ahead.ts).
 */
function sourcesInTwoParts(): Plugin {
  const others = new Map(Object.entries(OTHERS).map(([path, make]) => [normalizePath(join(import.meta.dirname, path)), make]));
  for (const path of others.keys()) if (!existsSync(path)) throw new Error(`vite.config.ts: there is no ${path}, which is another in the page`);
  return {
    name: 'sources-in-two-parts',
    apply: 'build',
    enforce: 'pre',
    load: (id) => others.get(id)?.(),
    transform(code, id) {
      if (id !== normalizePath(join(import.meta.dirname, TEXTS))) return undefined;
      return code.replace(LINE, (_line, quoted: string, literal: string, comma: string) => {
        const text = JSON.parse(literal) as string;
        return ` ${quoted}: ${isLate(JSON.parse(quoted) as string, text) ? JSON.stringify(standIn(new Digest().text(text).toString())) : literal}${comma}`;
      });
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
