import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guestSources } from '../lab/sources.ts';
import { buildGuest } from './build.ts';
import { freshCache } from './compiler.ts';
import { appNames, resolveConfig, type Switches } from './kconfig.ts';

const sources = guestSources();

function switches(config: string, set: Record<string, string> = {}): Switches {
  const made = resolveConfig(sources, config, set);
  if (typeof made === 'string') throw new Error(made);
  return made;
}

function edited(path: string, from: string, to: string, base: ReadonlyMap<string, string> = sources): ReadonlyMap<string, string> {
  const text = base.get(path) ?? '';
  expect(text).toContain(from);
  return new Map([...base, [path, text.replace(from, to)]]);
}

describe('a build out of the cache', () => {
  const cache = freshCache();

  it('is the build without it, whatever was built before', { timeout: 120_000 }, () => {
    const header = 'linux/include/linux/sched.h';
    const commented = edited(header, '\n', '\n/* one line more */\n');
    const steps: [string, ReadonlyMap<string, string>, Switches][] = [
      ['hello', sources, switches('linux')],
      ['hello', sources, switches('ukl-byp', { BYPASS_LIMIT: '7' })],
      ['hello', commented, switches('linux', { APP_RED_ZONE: 'off' })],
      ['hello', edited('linux/kernel/sched/core.c', '\n', '\nint one_more(int a) { return a * 3; }\n', commented), switches('linux')],
      ['getppid-loop', sources, switches('linux')],
    ];
    for (const [name, files, set] of steps) {
      const kept = buildGuest({ app: name, sources: files, switches: set }, cache);
      expect(kept.diagnostics).toEqual([]);
      // Addresses and debug information included.
      expect(isDeepStrictEqual(kept, buildGuest({ app: name, sources: files, switches: set }, freshCache()))).toBe(true);
    }
  });

  it.each(['linux', 'ukl'])('%s: says of how many files it has so many, to the last', (config) => {
    for (const app of ['hello', 'sh', 'two-threads']) {
      const said: [done: number, total: number][] = [];
      buildGuest({ app, sources, switches: switches(config), told: (done, total) => said.push([done, total]) }, cache);
      expect(said.filter(([done, total], n) => done !== n + 1 || done > total)).toEqual([]);
      expect(said.at(-1)?.[0]).toBe(said.at(-1)?.[1]);
    }
  });

  it('reports the errors of an edit each time, and none once it is taken back', () => {
    const cache = freshCache();
    const broken = edited('apps/hello.c', '{', '{ undeclared(;');
    const build = (files: ReadonlyMap<string, string>): string[] =>
      buildGuest({ app: 'hello', sources: files, switches: switches('linux') }, cache).diagnostics.map(({ file, message }) => `${file}: ${message}`);
    const first = build(broken);
    expect(first.length).toBeGreaterThan(0);
    expect(build(broken)).toEqual(first);
    expect(build(sources)).toEqual([]);
  });
});

describe('a build that cannot be', () => {
  it('names an unknown application and those there are', () => {
    const { ok, diagnostics } = buildGuest({ app: 'nothing', sources, switches: switches('linux') }, freshCache());
    expect(ok).toBe(false);
    expect(diagnostics.map(({ message }) => message)).toEqual([`unknown application 'nothing'; there are ${appNames(sources).join(', ')}`]);
  });

  it('reports all errors of all files', () => {
    const files = edited('lib/string.c', '{', '{ first_mistake;', edited('apps/hello.c', '{', '{ second_mistake;'));
    const { ok, diagnostics } = buildGuest({ app: 'hello', sources: files, switches: switches('linux') }, freshCache());
    expect(ok).toBe(false);
    expect(new Set(diagnostics.map(({ file }) => file))).toEqual(new Set(['lib/string.c', 'apps/hello.c']));
  });
});

describe('the library\'s archive', () => {
  const files = (text: string): string[] => {
    const { images, diagnostics } = buildGuest({ app: 'one', sources: new Map([...sources, ['apps/one.c', text]]), switches: switches('linux') }, cache);
    expect(diagnostics).toEqual([]);
    return [...new Set(images[1].debug.functions.map(({ file }) => file).filter((file) => /^lib\/.+\/.+\.c$/.test(file)))].sort();
  };
  const cache = freshCache();
  const compiled: string[] = [];
  cache.units.onCompile = (path) => void compiled.push(path);

  it('stays closed for a program that wants nothing of it', () => {
    expect(files('int main(void) { return 0; }')).toEqual([]);
    expect(compiled.filter((path) => /^lib\/.+\//.test(path))).toEqual([]);
  });

  it('gives what is wanted, what that wants, and no more', () => {
    expect(files('int dup(int); int main(void) { return dup(1); }')).toEqual(['lib/posix/files.c']);
    expect(files('char *strdup(const char *); int main(void) { return *strdup(""); }')).toEqual(['lib/string/search.c']);
    expect(files('int isatty(int); int fork(void); int main(void) { return isatty(0) + fork(); }')).toEqual(['lib/posix/process.c', 'lib/posix/termios.c']);
  });

  it('a program\'s own function takes the place of a member', () => {
    expect(files('int dup(int fd) { return fd; } int main(void) { return dup(0); }')).toEqual([]);
  });
});

it('debug information names the definition, not the prototype in a header', () => {
  const [{ debug }] = buildGuest({ app: 'hello', sources, switches: switches('ukl-byp') }, freshCache()).images;
  const placeOf = (name: string): string | undefined => {
    const f = debug.functions.find((one) => one.name === name || one.name === `ukl_${name}`);
    return f && `${f.file}: ${sources.get(f.file)?.split('\n')[f.line - 1]}`;
  };
  expect(placeOf('write')).toBe('lib/unistd.c: ssize_t write(int fd, const void *buf, size_t count)');
  expect(placeOf('cpu_startup_entry')).toMatch(/^linux\/kernel\/sched\/\w+\.c: /);
});
