import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ringside, unescape } from './commands.ts';

let out = '', complaints = '';

beforeEach(() => {
  out = complaints = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(console, 'log').mockImplementation((text) => void (out += `${String(text)}\n`));
  vi.spyOn(console, 'error').mockImplementation((text) => void (complaints += `${String(text)}\n`));
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('wrong usage: one line, status 2', () => {
  it.each([
    ['run no-such-thing', /^ringside: unknown scenario or application 'no-such-thing'; there are .*\bhello\b.*\n$/],
    ['run helo', /^ringside: unknown scenario or application 'helo'; did you mean hello\? There are /],
    ['run hello --config linus', /^ringside: unknown configuration 'linus'; did you mean linux\? There are .*ukl-byp/],
    ['run hello --set COLOUR=red', /^ringside: unknown switch 'COLOUR'; there are .*APP_RED_ZONE/],
    ['run hello --set APP_RED_ZONE=maybe', /^ringside: APP_RED_ZONE cannot be 'maybe'; it is off, on\n$/],
    ['run hello --set APP_RED_ZONE', /^ringside: --set 'APP_RED_ZONE': write KEY=VALUE\n$/],
    ['run hello --until painc', /^ringside: unknown event 'painc'; did you mean panic\? There are /],
    ['run hello --cost cheap', /^ringside: unknown cost profile 'cheap'; there are .*skx-off/],
    ['run hello --max-instructions many', /^ringside: --max-instructions 'many': write a whole number\n$/],
    ['run hello --jsn', /^ringside: unknown option '--jsn'; did you mean --json\? There are .*--until/],
    ['run', /^ringside: missing required argument 'name'; ringside run --help says more\n$/],
    ['rum hello', /^ringside: unknown command 'rum'; did you mean run\? There are list, run, trace/],
    ['compare hello', /^ringside: required option '--configs <a,b>' not specified; ringside compare --help says more\n$/],
    ['compare hello --configs linux', /^ringside: --configs 'linux': write two configurations, A,B\n$/],
    ['compare hello --configs linux,ulk', /^ringside: unknown configuration 'ulk'; did you mean ukl\? There are /],
    ['trace hello --format xml', /^ringside: unknown format 'xml'; there are strace, ftrace, function_graph, json\n$/],
    ['build nothing-here.c', /^ringside: cannot read nothing-here\.c\n$/],
    ['build README.md', /^ringside: README\.md: a C file is wanted/],
    ['constructor', /^ringside: unknown command 'constructor'/],
    ['run hello --cost constructor', /^ringside: unknown cost profile 'constructor'/],
  ])('%s', async (words, expected) => {
    expect(await ringside(words.split(' '))).toBe(2);
    expect(out).toBe('');
    expect(complaints).toMatch(expected);
    expect(complaints.trimEnd()).not.toContain('\n');
  });
});

describe('help', () => {
  it.each(['', 'list', 'run', 'trace', 'compare', 'build', 'exec', 'bench'])('%s --help', async (command) => {
    expect(await ringside([...(command ? [command] : []), '--help'])).toBe(0);
    expect(out).toContain(`Usage: ringside ${command}`);
    expect(complaints).toBe('');
  });

  it('run names the events that --until takes', async () => {
    await ringside(['run', '--help']);
    for (const event of ['panic', 'interrupt', 'red-zone-write', 'context-switch']) expect(out).toMatch(new RegExp(`^  ${event} +\\w`, 'm'));
  });
});

describe('--input', () => {
  it.each([['hello\\n', 'hello\n'], ['hello\n', 'hello\n'], ['a\\x04b', 'a\x04b'], ['\\t\\\\n', '\t\\n'], ['\\x', undefined], ['\\q', undefined],
    ['end\\', undefined]])('%j', (text, expected) => {
    if (expected === undefined) expect(() => unescape(text)).toThrow(/is no escape; there are/);
    else expect(unescape(text)).toBe(expected);
  });
});

it('compare prints what each system call costs in both, and where they part', async () => {
  expect(await ringside(['compare', 'hello', '--configs', 'linux,ukl-byp'])).toBe(0);
  expect(out).toMatch(/^A, linux: The machine powered off with exit status 0\.\nB, ukl-byp: .*\nThe same output, \d+ characters\.\n/);
  expect(out).toMatch(/^First difference: brk\(NULL\) = \w+, where A comes to entry_SYSCALL_64 in ring 0, by syscall, and B to \w+ in ring 0, by call\.$/m);
  const [, said = '', by = ''] = /^write\(1, "hello\\n", 6\) = 6 +(.*)\n +(.*)$/m.exec(out) ?? [];
  expect(said).toMatch(/^[\d,]+ → [\d,]+ +[\d,.]+ → [\d,.]+ +2 → 0 +3 → 0 +0 → 0 +0 → 0 +6 → 6 +[\d,]+ → [\d,]+$/);
  expect(by).toMatch(/^-\d+ +-[\d.]+ +-2 +-3 +same +same +same +-\d+$/);
});

it('list names scenarios, applications and configurations', async () => {
  expect(await ringside(['list'])).toBe(0);
  expect(out).toMatch(/^ {2}hello +\w/m);
  expect(out).toMatch(/^ {2}.*\bchecksum\b/m);
  expect(out).toMatch(/^ {2}ukl-byp +\w/m);
  // Counted, and beside it what was published.
  expect(out).toMatch(/^ {2}ukl +\d{3} {2}\w/m);
  expect(out).toMatch(/^ {2}linux {14}\w/m);
  expect(out).toMatch(/^ {2}31 +v1: .*HotOS/m);
});

describe('an application without a scenario', () => {
  it('runs by its name', async () => {
    expect(await ringside(['run', 'checksum', '--config', 'ukl'])).toBe(0);
    expect(out).toMatch(/\nright\nThe machine powered off with exit status 0/);
  });

  it('is traced by its name', async () => {
    expect(await ringside(['trace', 'checksum'])).toBe(0);
    expect(out).toContain('write(1, "');
  });
});

describe('run --json', () => {
  it.each([['linux', 0x33], ['ukl', 0x10]])('%s: an object with all that is known of the run, CS %i in the application', async (config, cs) => {
    expect(await ringside(['run', 'console-echo', '--input', 'hello\\n', '--config', config, '--json'])).toBe(0);
    const report = JSON.parse(out) as Record<string, unknown> & { console: string; syscalls: { name: string; cs: number; text: string }[];
      checks: { ok: boolean }[] };
    expect(Object.keys(report)).toEqual(['scenario', 'config', 'switches', 'stop', 'tick', 'instructions', 'cycles', 'ns', 'console', 'events', 'syscalls',
      'checks', 'hash']);
    // Once by the terminal's echo, once by the program.
    expect(report.console.match(/hello/g)).toHaveLength(2);
    expect(new Set(report.syscalls.map((call) => call.cs))).toEqual(new Set([cs]));
    expect(report.syscalls.map(({ text }) => text)).toContain('write(1, "hello\\n", 6) = 6');
    expect(report.checks.every(({ ok }) => ok)).toBe(true);
  });

  it('--until stops there and checks nothing', async () => {
    expect(await ringside(['run', 'hello', '--until', 'syscall-entry', '--json'])).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ stop: { kind: 'event', event: { kind: 'syscall-entry' } }, checks: [] });
  });

  it('--until fails when the event does not come, and says so', async () => {
    expect(await ringside(['run', 'hello', '--until', 'panic'])).toBe(1);
    expect(complaints).toBe("ringside: no event 'panic' came\n");
  });
});

it('Ctrl-C ends a run with status 130', async () => {
  const running = ringside(['run', 'hello']);
  while (process.listenerCount('SIGINT') === 0) await new Promise((resolve) => setImmediate(resolve));
  process.emit('SIGINT');
  expect(await running).toBe(130);
});

describe('trace', () => {
  it('as strace: a call that never returns says so', async () => {
    expect(await ringside(['trace', 'hello'])).toBe(0);
    const lines = out.trimEnd().split('\n');
    // The machine goes off within it.
    expect(lines.pop()).toBe('[pid   1] reboot(0xfee1dead, 0x28121969, 0x4321fedc, 0) <unfinished ...>');
    for (const line of lines) expect(line).toMatch(/^\[pid {3}\d\] \w+\(.*\) = (?:-?\d+(?: [A-Z]+)?|0x[0-9a-f]+|\?)$/);
    expect(lines.filter((line) => line.endsWith(' = ?'))).toEqual([expect.stringMatching(/exit_group\(0\) = \?$/)]);
  });

  it('as ftrace: every event a line of task, CPU, time and name', async () => {
    expect(await ringside(['trace', 'hello', '--format', 'ftrace'])).toBe(0);
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head).toBe('# tracer: nop');
    for (const line of lines.filter((one) => !one.startsWith('#'))) expect(line).toMatch(/^ *\S.*-\d+ +\[000\] +\d+: \w+:/);
  });

  it('as JSON', async () => {
    expect(await ringside(['trace', 'hello', '--format', 'json'])).toBe(0);
    expect((JSON.parse(out) as { kind: string }[]).some(({ kind }) => kind === 'syscall-entry')).toBe(true);
  });
});

const hasBinutils = spawnSync('readelf', ['--version']).status === 0;

describe('build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringside-'));
  afterEach(() => {
    rmSync(join(folder, 'out'), { force: true });
  });

  it('writes an ELF file', async () => {
    writeFileSync(join(folder, 'one.c'), 'int main(void) { return 3; }\n');
    expect(await ringside(['build', join(folder, 'one.c'), '-o', join(folder, 'out')])).toBe(0);
    expect(readFileSync(join(folder, 'out')).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  });

  it('keeps bytes that are no UTF-8', async () => {
    writeFileSync(join(folder, 'bytes.c'), Buffer.from('\xef\xbb\xbfint main(void) { return "\xff\xe9"[1] & 0xff; }\n', 'latin1'));
    expect(await ringside(['build', '-S', join(folder, 'bytes.c'), '-o', join(folder, 'out')])).toBe(0);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toContain('\t.byte\t255, 233, 0');
  });

  it('prints the assembly of the file', async () => {
    writeFileSync(join(folder, 'one.c'), 'int main(void) { return 3; }\n');
    expect(await ringside(['build', '-S', join(folder, 'one.c')])).toBe(0);
    expect(out).toMatch(/^\t\.file\t.*\nmain:\n.*\tmovl\t\$3, %eax\n.*\tret\n/s);
  });

  it.skipIf(!hasBinutils)('writes symbols of their sections, and a stack without code', async () => {
    writeFileSync(join(folder, 'one.c'), '__thread int own = 1; int data = 2, zero; const int constant = 3; int main(void) { return own + data + zero + ' +
      'constant; }\n');
    expect(await ringside(['build', join(folder, 'one.c'), '-o', join(folder, 'out')])).toBe(0);
    const tool = (name: string, ...words: string[]): string => spawnSync(name, [...words, join(folder, 'out')], { encoding: 'utf8' }).stdout;
    const kinds = new Map(tool('nm').split('\n').map((line) => [line.slice(19), line[17]]));
    expect(['main', 'data', 'zero', 'constant', 'own'].map((name) => kinds.get(name))).toEqual(['T', 'D', 'B', 'R', 'D']);
    expect(tool('readelf', '-lW')).toMatch(/GNU_STACK +0x0+ 0x0+ 0x0+ 0x0+ 0x0+ RW /);
    expect(tool('objdump', '-d', '--disassemble=main')).toContain('<main>:');
  });

  it('shows each error with a caret, status 2', async () => {
    writeFileSync(join(folder, 'two.c'), 'int main(void) {\n  return nothing;\n}\n');
    expect(await ringside(['build', join(folder, 'two.c'), '-o', join(folder, 'out')])).toBe(2);
    expect(await ringside(['build', '-S', join(folder, 'two.c')])).toBe(2);
    expect(complaints).toContain(`${join(folder, 'two.c')}:2:10: error: \`nothing\``);
    expect(complaints).toMatch(/\n *return nothing;\n +\^/);
  });
});

it('a reader that stops reading is no error', async () => {
  const main = fileURLToPath(new URL('../../bin/ringside.mjs', import.meta.url));
  const code = await new Promise((resolve) => {
    const child = execFile(process.execPath, [main, 'trace', 'hello', '--format', 'ftrace'], (error) => {
      resolve(error ? `${String(error.code)} ${error.message}` : 0);
    });
    child.stdout?.once('data', () => child.stdout?.destroy());
  });
  expect(code).toBe(0);
});
