/**
 * The thread library, by small programs named after glibc's nptl tests. In a process each has a child of its own; a unikernel
 * has one after the other, without those that need what it has not got.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runGuest, type GuestRun } from '../lab/testing.ts';

const folder = new URL('tests/nptl/', import.meta.url);
const files = Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
const tests = Object.keys(files).filter((name) => name.endsWith('.c')).map((name) => name.replace('.c', ''));

/** What a unikernel cannot give a test: it says so in its first line. */
const needs = (test: string): string[] => /^\/\* needs: ([\w ]+)\./.exec(files[`${test}.c`])?.[1].split(' ') ?? [];
const prefixOf = (test: string): string => test.replace(/\W/g, '_');

const STATIC = /^static (?:[^;=({]*[\s*])?(\w+)(?:\[[^\]]*\])*(?: =|;|\()/gm;

/** Several tests as one program: static names get their test's name before them. */
function together(names: readonly string[], main: string): string {
  const parts = names.map((test) => {
    const own = [...new Set([...files[`${test}.c`].matchAll(STATIC)].map(([, name]) => name))];
    const [define, undefine] = [own.map((name) => `#define ${name} ${prefixOf(test)}_${name}`), own.map((name) => `#undef ${name}`)];
    return [...define, `#include "tests/nptl/${test}.c"`, ...undefine].join('\n');
  });
  const table = `static const struct { const char *name; int (*run)(void); } tests[] = {\n${
    names.map((test) => `\t{ "${test}", ${prefixOf(test)}_do_test },\n`).join('')}};\n`;
  return [...parts, table, main].join('\n');
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
const run = (config: string, names: readonly string[], main: string): Promise<GuestRun> =>
  runGuest({ config, source: together(names, main), edits: sources, maxInstructions: 400_000_000 });

describe('the tests of the thread library', () => {
  it('all pass as processes', async () => {
    const { output, exit } = await run('linux', tests, IN_CHILDREN);
    expect(output.trim().split('\n')).toEqual(tests.map((test) => `${test}: 0`));
    expect(exit).toBe(0);
  });

  it.each(['ukl', 'ukl-nss', 'ukl-byp', 'ukl-v2', 'ukl-v1'])('pass in %s, but for those that need another process', async (config) => {
    const possible = tests.filter((test) => needs(test).length === 0);
    const { output, exit } = await run(config, possible, ONE_BY_ONE);
    expect(output.trim().split('\n')).toEqual(possible.map((test) => `${test}: 0`));
    expect(exit).toBe(0);
  });
});
