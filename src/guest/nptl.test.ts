/**
 * The thread library, by small programs named after glibc's nptl tests. In a process each has a child of its own; a unikernel
 * has one after the other, without those that need what it has not got. Each configuration on some number of CPUs; with
 * RINGSIDE_SWEEP (`npm run test:exec`) on 1, 2, 4 and 8.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runGuest, type GuestRun } from '../lab/testing.ts';

const folder = new URL('tests/nptl/', import.meta.url);
const files = Object.fromEntries(readdirSync(folder).filter((name) => /\.[ch]$/.test(name)).sort()
  .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
const tests = Object.keys(files).filter((name) => name.endsWith('.c')).map((name) => name.replace('.c', ''));

/** What a unikernel cannot give a test: it says so in its first line. */
const needs = (test: string): string[] => /^\/\* needs: ([\w ]+)\./.exec(files[`${test}.c`])?.[1].split(' ') ?? [];
const prefixOf = (test: string): string => test.replace(/\W/g, '_');

/** What a test defines for itself: macros, functions, variables. */
function namesOf(text: string): { macros: string[]; statics: string[] } {
  const macros = [...text.matchAll(/^#define (\w+)/gm)].map(([, name]) => name);
  const functions = [...text.matchAll(/^static [^;=({]*?(\w+)\(/gm)].map(([, name]) => name);
  const variables = [...text.matchAll(/^static ([^(]*?);$/gm)].flatMap(([, list]) =>
    list.replace(/\[[^\]]*\]/g, '').split(',').map((one) => /(\w+)\s*(?:=.*)?$/.exec(one)?.[1] ?? ''));
  return { macros, statics: [...new Set([...functions, ...variables])] };
}

/** Several tests as one program: static names get their test's name before them. */
function together(names: readonly string[], main: string): string {
  const parts = names.map((test) => {
    const { macros, statics } = namesOf(files[`${test}.c`]);
    const own = statics.map((name) => `#define ${name} ${prefixOf(test)}_${name}`);
    return [...own, `#include "tests/nptl/${test}.c"`, ...[...statics, ...macros].map((name) => `#undef ${name}`)].join('\n');
  });
  const table = `static const struct { const char *name; int (*run)(void); } tests[] = {\n${
    names.map((test) => `\t{ "${test}", ${prefixOf(test)}_do_test },\n`).join('')}};\n`;
  return ['#include "tests/nptl/test.h"', ...parts, table, main].join('\n');
}

const IN_CHILDREN = `int main(void)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		int status;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (!pid)
			exit(tests[i].run());
		CHECK(waitpid(pid, &status, 0) == pid);
		printf("%s: %d\\n", tests[i].name, status);
	}
	return 0;
}
`;
const ONE_BY_ONE = `int main(void)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		printf("%s: %d\\n", tests[i].name, tests[i].run());
	return 0;
}
`;

const sources = Object.fromEntries(Object.entries(files).map(([name, text]) => [`tests/nptl/${name}`, text]));
/** What tst-exec1 becomes. */
const OTHER = '#include <string.h>\nint main(int argc, char **argv) { return argc == 2 && !strcmp(argv[1], "word") ? 42 : 1; }\n';
const run = (config: string, cpus: string, names: readonly string[], main: string): Promise<GuestRun> => runGuest({ config, set: { NR_CPUS: cpus },
  source: together(names, main), edits: sources, maxInstructions: 400_000_000, ...(config === 'linux' ? { programs: { other: OTHER } } : {}) });

const CPUS: Readonly<Record<string, string>> = { linux: '4', ukl: '1', 'ukl-nss': '4', 'ukl-byp': '2', 'ukl-v2': '8', 'ukl-v1': '1' };
const CONFIGS = Object.keys(CPUS);
const RUNS = CONFIGS.flatMap((config) => (process.env['RINGSIDE_SWEEP'] ? ['1', '2', '4', '8'] : [CPUS[config]]).map((cpus) => [config, cpus] as const));

describe('the tests of the thread library', () => {
  const passed = new Map<string, Set<string>>();

  it.each(RUNS)('pass in %s on %s CPUs, but for those that need what it has not got', { timeout: 300_000 }, async (config, cpus) => {
    const isProcess = config === 'linux', possible = tests.filter((test) => isProcess || needs(test).length === 0);
    const { output, exit, console } = await run(config, cpus, possible, isProcess ? IN_CHILDREN : ONE_BY_ONE);
    const lines = output.trim().split('\n');
    passed.set(config, new Set([...(passed.get(config) ?? possible)].filter((test) => lines.includes(`${test}: 0`))));
    expect(lines, console.slice(-2000)).toEqual(possible.map((test) => `${test}: 0`));
    expect(exit).toBe(0);
  });

  it('and a table says which ran where', async () => {
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
    const body = tests.map((test) => row([test, ...CONFIGS.map((config) => (passed.get(config)?.has(test) ? 'passes' : `needs ${needs(test).join(' ')}`)),
      /^\/\* (?:needs: [\w ]+\. )?(.*) \*\/$/m.exec(files[`${test}.c`])?.[1] ?? '']));
    await expect(`# tests/nptl: the thread library\n\nMade by \`nptl.test.ts\` (\`npx vitest run src/guest/nptl.test.ts -u\`). A unikernel's fork() copies ` +
      `the stack and no\nvariables, its exec() is refused, and its kernel calls no signal handlers.\n\n${row(['test', ...CONFIGS, 'what it is about'])}${
        row(['---', ...CONFIGS.map(() => '---'), '---'])}${body.join('')}`).toMatchFileSnapshot('tests/nptl/README.md');
  });
});
