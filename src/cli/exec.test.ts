/**
 * Programs that we did not compile: by gcc and musl-gcc at every level of optimisation, and Debian's static busybox, run natively
 * and on the model kernel. Where a compiler is missing its tests are skipped, and say so. The levels of optimisation are a sample, and
 * what several processes do is tried on one number of CPUs; with RINGSIDE_EXEC_ALL (`npm run test:exec`) there is every one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, folder, type Given, HAS_GCC, HAS_MUSL, isLinux, natively, nativelyAlone, onModel } from './host-programs.ts';
import { readConversation, writeConversation } from './kv-conversation.ts';
import { whyNotRunnable } from './program-file.ts';

const works = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const BUSYBOX = isLinux ? ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path) && whyNotRunnable(readFileSync(path)) === undefined) : undefined;

const ALL = process.env['RINGSIDE_EXEC_ALL'] !== undefined;

const BUILDS = [
  ...(ALL ? ['-O0', '-O1', '-O2', '-O3'] : ['-O0', '-O2']).map((level) => ['gcc', '-static', level] as const),
  ['gcc', '-static-pie', '-O2'] as const,
  ...(ALL ? ['-O0', '-O3'] : ['-O3']).map((level) => ['musl-gcc', '-static', level] as const),
];
/** The programs that our own compiler is tested with. */
const COMPILER_PROGRAMS = new URL('../toolchain/cc/programs/', import.meta.url).pathname;
const ALL_BUILDS = ['gcc', 'musl-gcc'].flatMap((compiler) => ['-O0', '-O1', '-O2', '-O3'].map((level) => [compiler, level] as const));
const TEXT = `${readFileSync(new URL('programs/README.md', import.meta.url), 'utf8')}\n12 apples, 7 pears\n`.repeat(20);
const CASES: readonly [name: string, given: Given][] = [
  ['integers', {}], ['memory', { args: ['one', 'two words', ''] }], ['files', {}], ['signals', {}], ['signals', { args: ['abort'] }], ['text', { stdin: TEXT }],
  ['floats', {}], ['nested', {}],
];

describe.each(BUILDS)('%s %s %s', (compiler, link, level) => {
  it.skipIf(compiler === 'gcc' ? !HAS_GCC : !HAS_MUSL).each(CASES)('%s %o', (name, given) => {
    const path = compile(compiler, `programs/${name}`, link, level);
    const { notes, calls: _calls, ...result } = onModel(path, given);
    expect(result).toEqual(natively(path, given));
    if (!given.args?.includes('abort')) expect(notes).toEqual([]);
  });
});

describe.each(ALL ? ALL_BUILDS : [['gcc', '-O3'] as const])('programs of our compiler by %s -static %s', (compiler, level) => {
  it.skipIf(compiler === 'gcc' ? !HAS_GCC : !HAS_MUSL).each(readdirSync(COMPILER_PROGRAMS).filter((name) => name.endsWith('.c')))('%s', (name) => {
    const path = join(folder, `${name}-${compiler}${level}`);
    // They rely on signed numbers that wrap.
    const made = spawnSync(compiler, ['-static', level, '-fwrapv', '-w', join(COMPILER_PROGRAMS, name), '-o', path], { encoding: 'utf8' });
    expect(made.status, made.stderr).toBe(0);
    const { calls: _calls, ...result } = onModel(path, {});
    expect(result).toEqual({ ...natively(path, {}), notes: [] });
  });
});

describe('kv-store', () => {
  it.skipIf(!HAS_GCC)('a conversation: every answer is the protocol\'s, natively and here', () => {
    const path = compile('gcc', 'programs/kv-conversation', '-static', '-O1', '-pthread', `-I${new URL('../guest', import.meta.url).pathname}`);
    // Nobody waits here until something is too old: that is asked in kv-store.test.ts. This machine's clock begins in 1970.
    const exchanges = readConversation(readFileSync(new URL('programs/kv-conversation.txt', import.meta.url), 'utf8'))
      .filter(({ asks }) => !asks.some((line) => line.startsWith('>~') || / dated\b/.test(line)));
    const given = { stdin: writeConversation(exchanges) };
    const here = onModel(path, { ...given, cpus: 2, net: true });
    expect(here).toMatchObject({ status: 0, notes: [], stdout: `kv-store: kv.socket, 2 threads\n${exchanges.length} exchanges, 0 wrong\n0 after quit\n` });
    expect(natively(path, given, mkdtempSync(join(folder, 'alone-'))).stdout).toBe(here.stdout);
  }, 240_000);
});

describe('ends by a signal', () => {
  it.skipIf(!HAS_GCC).each([['segv', 139, /segmentation fault.*write at 0x8 by the instruction at 0x/], ['fpe', 136, /arithmetic error\): #DE at 0x/],
    ['ill', 132, /illegal instruction\): at 0x[0-9a-f]+ stands 0f 0b .*ud2/], ['kill', 137, /kill/], ['term', 143, /termination/]] as const)('%s',
    (how, status, note) => {
    const path = compile('gcc', 'programs/signals', '-static', '-O1');
    const result = onModel(path, { args: [how] });
    expect(result.status).toBe(status);
    expect(natively(path, { args: [how] }).status).toBe(status);
    expect(result.notes).toEqual([expect.stringMatching(note)]);
  });

  it.skipIf(!HAS_GCC)('exit(139) is no signal', () => {
    expect(onModel(compile('gcc', 'programs/signals', '-static', '-O1'), { args: ['139'] })).toMatchObject({ status: 139, notes: [] });
  });
});

describe('what a program asks for', () => {
  it.skipIf(!HAS_GCC)('system calls are traced', () => {
    const { calls } = onModel(compile('gcc', 'programs/files', '-static', '-O0'), {});
    expect(calls).toContain('rename("a.txt", "b.txt") = 0');
    expect(calls.some((line) => /^write\(2, "to standard error\\n", 18\) = 18$/.test(line))).toBe(true);
  });

  it.skipIf(!HAS_GCC)('unknown ones give ENOSYS and a line in the report', () => {
    const source = join(folder, 'unknown.c'), path = join(folder, 'unknown');
    writeFileSync(source, '#include <errno.h>\n#include <unistd.h>\n#include <sys/syscall.h>\nint main(void) { syscall(SYS_personality, 0); return ' +
      'syscall(SYS_bpf, 0) == -1 && errno == ENOSYS ? 3 : 4; }\n');
    expect(works('gcc', '-static', source, '-o', path)).toBe(true);
    const { status, notes } = onModel(path, {});
    expect(status).toBe(3);
    expect(notes.join('\n')).toContain('system call 135 (personality) is not served and gave ENOSYS');
    expect(notes.join('\n')).toContain('system call 321 (bpf) is not served');
  });

  it.skipIf(!HAS_GCC)('an endless loop ends at the limit', () => {
    const source = join(folder, 'endless.c'), path = join(folder, 'endless');
    writeFileSync(source, 'int main(void) { for (;;) __asm__ volatile(""); }\n');
    expect(works('gcc', '-static', source, '-o', path)).toBe(true);
    expect(onModel(path, { maxInstructions: 5_000_000 }).status).toBe(-1);
  });
});

/** Numbers of CPUs that several processes are tried with: for the nth case one of them, and in the long run all. */
const CPUS = [1, 2, 4, 8];
const onCpus = <Case>(cases: readonly Case[]): [cpus: number, one: Case][] =>
  cases.flatMap((one, n) => (process.env['RINGSIDE_EXEC_ALL'] ? CPUS : [CPUS[n % CPUS.length]]).map((cpus): [number, Case] => [cpus, one]));

describe('several processes', () => {
  /** Where it is on the host, so that what it runs is itself on both sides. */
  const self = (path: string): Given => ({ files: [{ path: path.slice(1), mode: 0o100755, data: readFileSync(path) }] });

  describe.each(onCpus(['make', 'threads', 'processes', 'thread-signals', 'timers', 'jobs', 'waiting', 'procfs', 'limits', 'mappings',
    'sockets', 'posix-timers', 'procfd']))('%d CPUs, %s', (cpus, name) => {
    it.skipIf(!HAS_GCC).each(['timers', 'posix-timers', 'procfd'].includes(name) ? ['gcc'] : ['gcc', 'musl-gcc'])('by %s -static', (compiler) => {
      if (compiler === 'musl-gcc' && !HAS_MUSL) return;
      const path = compile(compiler, `programs/${name}`, '-static', '-O1', '-pthread');
      const { notes, calls: _calls, ...result } = onModel(path, { ...self(path), cpus, net: name === 'sockets' });
      expect(result).toEqual(nativelyAlone(path, {}));
      expect(notes).toEqual([]);
    });
  });

  // A shell that has sent a signal to a job looks at once whether it has ended; it says by which signal only if it waits for that.
  const SCRIPTS = [
    'for i in 1 2 3; do echo $i | sed s/2/two/; done | sort -r',
    'echo $(echo inner) $(seq 1 4 | wc -l)', '(exit 3); echo $?; true && echo yes || echo no; ! false; echo $?',
    'cat <<X | tr a-z A-Z\nhere $((6 * 7))\nX\n', 'f() { echo "f $1"; return 4; }; f x; echo $?', 'x=1; (x=2; cd /tmp; pwd); echo $x; cd /; pwd',
    'sleep 0.02 & sleep 0.01 & wait; echo $? done', 'seq 1 2000 | grep 7 | tail -n 1', 'yes | head -n 3; echo ${#HOME}',
    'trap "echo caught" USR1; kill -USR1 $$; echo after', 'sh -c "kill -TERM \\$\\$"; echo $?', 'trap "echo bye" EXIT; exit 5',
    'for i in 1 2 3 4 5 6 7 8; do (echo $i; exit $i) & done | sort; wait', 'echo one > tmp/a; cat tmp/a >> tmp/b; cat tmp/b tmp/b; rm tmp/a tmp/b',
    'set -- a b c; for x; do echo $x; done; shift 2; echo $# $1',
    'i=0; while [ $i -lt 50 ]; do true | true; i=$((i + 1)); done; echo $i', 'printf "b\\na\\n" | while read x; do echo "<$x>"; done',
    'echo a 2>&1 1>/dev/null | cat; echo err >&2', 'find tmp | xargs echo', 'exec echo replaced',
    'mkfifo tmp/q; cat tmp/q & echo through > tmp/q; wait; rm tmp/q', 'trap "" TERM; kill -TERM $$; echo alive', 'set -e; false; echo not here',
    '> tmp/f; [ -s tmp/f ] || echo empty; echo x > tmp/f; [ -s tmp/f ] && echo full; rm tmp/f', 'ulimit -n 20; ulimit -n; (ulimit -n 10; ulimit -n)',
    'sleep 5 & kill -STOP $!; sleep 0.01; kill -CONT $!; kill $!; wait $! 2> /dev/null; echo $?', 'umask 027; > tmp/m; ls -l tmp/m | cut -c 1-10; rm tmp/m',
    'a=$(printf "x%.0s" 1 2 3); echo $a ${a#x} ${a%x}', 'read x <<X\nfrom here\nX\necho $x', 'echo "a b" | xargs -n 1 echo', 'cd tmp && pwd | tail -c 4',
    'sleep 0.05 & p=$!; (sleep 0.01; kill $p) & wait $p 2> /dev/null; echo $?', 'f() { return $1; }; for i in 1 2 3; do f $i; echo $?; done | tr -d "\n"',
    readFileSync(new URL('programs/script.sh', import.meta.url), 'utf8'),
  ];
  it.skipIf(BUSYBOX === undefined).each(onCpus(SCRIPTS))('%d CPUs, busybox sh -c %j', (cpus, script) => {
    const text = script.replaceAll('\\n', '\n'), busybox = readFileSync(BUSYBOX!),
      applets = ['sh', 'sed', 'sort', 'seq', 'wc', 'cat', 'tr', 'sleep', 'grep', 'tail', 'head', 'yes', 'rm', 'true', 'find', 'xargs', 'echo',
        'pwd', 'printf', 'mkfifo', 'ls', 'cut'];
    const files = [{ path: 'bin/busybox', mode: 0o100755, data: busybox },
      ...applets.map((name) => ({ path: `bin/${name}`, mode: 0o120777, data: new TextEncoder().encode('busybox') }))];
    const given = { args: ['sh', '-c', text] };
    const { notes, calls: _calls, ...result } = onModel(BUSYBOX!, { ...given, files, cpus });
    expect(result).toEqual(nativelyAlone(BUSYBOX!, given));
    expect(notes).toEqual([]);
  });
});

describe('busybox', () => {
  const data = join(folder, 'fruit.txt');
  writeFileSync(data, 'pear 3\napple 10\nfig 7\napple 2\nquince 41\n');
  utimesSync(data, 1_000_000_000, 1_000_000_000);
  const files = [{ path: 'fruit.txt', mode: statSync(data).mode, mtime: 1_000_000_000, data: readFileSync(data) }];

  it.skipIf(BUSYBOX === undefined).each([
    ['md5sum', 'fruit.txt'], ['sha256sum', 'fruit.txt'], ['sort', 'fruit.txt'], ['sort', '-k2', '-n', '-r', 'fruit.txt'], ['sort', '-u'],
    ['grep', '-n', 'a[pr]', 'fruit.txt'], ['grep', '-c', 'nothing', 'fruit.txt'], ['grep', '-i', 'APPLE'],
    ['sed', '-e', 's/a/A/g', '-e', '2d', 'fruit.txt'], ['sed', '-n', '/fig/,$p'],
    ['awk', '{ n += $2; k[$1]++ } END { print NR, n, n / NR; for (x in k) if (k[x] > 1) print x, k[x] }', 'fruit.txt'],
    ['awk', 'BEGIN { printf "%.3f %d %s\\n", 22 / 7, 2 ^ 40, substr("unikernel", 4) }'],
    ['wc', 'fruit.txt'], ['wc', '-l'], ['ls', '-l', 'fruit.txt'], ['ls', 'nothing'], ['cat', 'fruit.txt'], ['cat'], ['cat', 'nothing'],
    ['head', '-n', '2', 'fruit.txt'], ['tail', '-n', '2'], ['cut', '-d', ' ', '-f', '2', 'fruit.txt'], ['tr', 'a-z', 'A-Z'], ['uniq', '-c'],
    ['od', '-c', 'fruit.txt'], ['base64', 'fruit.txt'], ['echo', 'one', '  two'], ['printf', '%05d|%-5s|%x\\n', '42', 'ab', '255'], ['expr', '6', '*', '7'],
    ['seq', '1', '3', '10'], ['basename', '/a/b.c', '.c'], ['test', '-f', 'fruit.txt'], ['test', '-d', 'fruit.txt'], ['true'], ['false'],
    ['cmp', 'fruit.txt', '-'], ['tac', 'fruit.txt'], ['rev'],
  ])('%s %s %s %s %s %s', (...args: string[]) => {
    const given = { args: args.filter(Boolean), stdin: 'b\na\na\nfig 7\n', files };
    const { notes, calls: _calls, ...result } = onModel(BUSYBOX!, given);
    expect(result).toEqual(natively(BUSYBOX!, given));
    expect(notes).toEqual([]);
  });
});

describe('the command', () => {
  const bin = new URL('../../bin/ringside.mjs', import.meta.url).pathname;
  const ringside = (args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [bin, 'exec', ...args], { input, encoding: 'utf8', timeout: 110_000 });

  it.skipIf(!HAS_GCC)('connects standard input, output and error, and returns the status', { timeout: 120_000 }, () => {
    const path = compile('gcc', 'programs/text', '-static', '-O1');
    const result = ringside(['--strace', path], TEXT);
    expect(result.status).toBe(0);
    expect(result.stdout).toBe(natively(path, { stdin: TEXT }).stdout);
    expect(result.stderr).toMatch(/^read\(0, "C programs for.*\n/m);
    expect(result.stderr).toContain('+++ exited with 0 +++');
  });

  it.skipIf(!HAS_GCC)('adds files, and ends at the limit of instructions', { timeout: 120_000 }, () => {
    const path = compile('gcc', 'programs/files', '-static', '-O1');
    const result = ringside(['--max-instructions', '20000', '--file', `${path}:tmp/copy`, path]);
    expect(result.status).toBe(124);
    expect(result.stderr).toContain('stopped after');
  });

  it('one line and status 2 for what cannot be run', { timeout: 120_000 }, () => {
    for (const [args, message] of [[[new URL('exec.ts', import.meta.url).pathname], 'is not an ELF program'], [['/no/such/file'], 'there is no such file'],
      [['--memory', '0', '/bin/true'], '--memory 0']] as const) {
      const result = ringside(args);
      expect(result.status).toBe(2);
      expect(result.stderr).toContain(message);
      expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});

describe('files that are no such program', () => {
  const elf = (edit: (view: DataView, bytes: Uint8Array) => void): Uint8Array => {
    const bytes = new Uint8Array(64 + 56 + 64);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    const view = new DataView(bytes.buffer);
    view.setUint16(16, 2, true);
    view.setUint16(18, 62, true);
    view.setBigUint64(32, 64n, true);
    view.setUint16(54, 56, true);
    view.setUint16(56, 1, true);
    view.setUint32(64, 1, true);
    edit(view, bytes);
    return bytes;
  };
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);

  it.each([
    ['empty', new Uint8Array(0), /is empty/],
    ['script', text('#!/bin/sh\necho\n'), /is a script for \/bin\/sh; run that interpreter/],
    ['text', text('hello'), /is not an ELF program/],
    ['Windows', text('MZ\x90'), /is a Windows program/],
    ['short', text('\x7fELF'), /is cut off/],
    ['32-bit x86', elf((view, bytes) => (bytes.set([1], 4), view.setUint16(18, 3, true))), /is a program for 32-bit x86; compile it for x86-64/],
    ['x32', elf((_view, bytes) => bytes.set([1], 4)), /32-bit program.*-m64/],
    ['ARM', elf((view) => view.setUint16(18, 40, true)), /for 32-bit ARM/],
    ['64-bit ARM', elf((view) => view.setUint16(18, 183, true)), /for 64-bit ARM/],
    ['big-endian', elf((view, bytes) => (bytes.set([2], 5), view.setUint16(18, 22, false))), /for S\/390/],
    ['object', elf((view) => view.setUint16(16, 1, true)), /is an object file; link it/],
    ['core', elf((view) => view.setUint16(16, 4, true)), /core dump/],
    ['dynamic', elf((view, bytes) => {
      view.setUint32(64, 3, true);
      view.setBigUint64(72, 120n, true);
      view.setBigUint64(96, 20n, true);
      bytes.set(text('/lib64/ld-linux.so.2'), 120);
    }), /is dynamically linked \(by \/lib64\/ld-linux\.so\.2\); link it with -static/],
    ['library', elf((view) => view.setUint16(16, 3, true)), /is a shared library/],
    ['cut off', elf((view) => view.setBigUint64(96, 5000n, true)), /is cut off: a segment/],
    ['damaged', elf((view) => view.setBigUint64(32, 99_999n, true)), /is damaged/],
  ] as const)('%s', (_what, bytes, message) => {
    expect(whyNotRunnable(bytes)).toMatch(message);
  });

  it('a good one passes', () => {
    expect(whyNotRunnable(elf(() => undefined))).toBeUndefined();
  });
});
