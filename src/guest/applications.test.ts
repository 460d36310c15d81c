/** Every application in every configuration, and what the machine did meanwhile: rings, stacks, modes, costs. */
import { describe, expect, it } from 'vitest';
import { guestSources } from '../lab/sources.ts';
import { runGuest, type GuestRun } from '../lab/testing.ts';
import { configNames, resolveConfig, type Switches } from '../toolchain/kconfig.ts';

const CONFIGS = configNames(guestSources());
const switchesOf = (config: string): Switches => resolveConfig(guestSources(), config) as Switches;

const hellos = new Map<string, Promise<GuestRun>>();

/** One run of hello for all who only look at it. */
function hello(config: string): Promise<GuestRun> {
  const known = hellos.get(config) ?? runGuest({ config, app: 'hello' });
  hellos.set(config, known);
  return known;
}

describe.each(CONFIGS)('%s', (config) => {
  it('hello', async () => {
    const run = await hello(config);
    expect(run).toMatchObject({ stop: 'exit', exit: 0, output: 'hello\n' });
    expect(run.calls('write').map(({ text }) => text)).toEqual(['write(1, "hello\\n", 6) = 6']);
  });

  it('console-echo: lines, then the end of the input', async () => {
    const run = await runGuest({ config, app: 'console-echo', input: 'hello\nsecond line\n\n\x04' });
    expect(run).toMatchObject({ stop: 'exit', exit: 0, output: 'hello\nhello\nsecond line\nsecond line\n\n\n' });
    expect(run.calls('read').map(({ ret }) => ret)).toEqual([6n, 12n, 1n, 0n]);
  });

  it('console-echo: erase, kill, and a line end by Ctrl-D', async () => {
    const run = await runGuest({ config, app: 'console-echo', input: 'hexx\x7f\x08llo\nwrong\x15right\nab\x04\x04' });
    expect(run.exit).toBe(0);
    expect(run.calls('write').map(({ text }) => text)).toEqual(['write(1, "hello\\n", 6) = 6', 'write(1, "right\\n", 6) = 6', 'write(1, "ab", 2) = 2']);
    // Each erased character is wiped from the screen.
    expect(run.output.split('\b \b')).toHaveLength(1 + 2 + 'wrong'.length);
  });

  it('console-echo: a line longer than the program\'s buffer comes in pieces', async () => {
    const line = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(10);
    const run = await runGuest({ config, app: 'console-echo', input: `${line}\n\x04` });
    expect(run.calls('read').map(({ ret }) => ret)).toEqual([256n, 105n, 0n]);
    expect(run.output).toBe(`${line}\n${line}\n`);
  });

  // The line discipline is the same code everywhere.
  it.runIf(config === 'linux')('console-echo: a line longer than the tty\'s buffer loses its end', async () => {
    const run = await runGuest({ config, app: 'console-echo', input: `${'x'.repeat(5000)}\n\x04` });
    expect(run.exit).toBe(0);
    // 4095 characters and the newline, for which there is always room.
    expect(run.calls('read').reduce((sum, { ret }) => sum + (ret ?? 0n), 0n)).toBe(4096n);
  });

  it('Ctrl-C ends the program as SIGINT does', async () => {
    const run = await runGuest({ config, app: 'console-echo', input: 'one\n\x03' });
    // The first version has no way for a signal to reach the application.
    if (switchesOf(config)['UKL_ENTRY'] === 'none') expect(run.stop).toBe('idle');
    // A call that bypassed the entry code has no exit work either: the program sees the interrupted read first, and ends by itself.
    else expect(run).toMatchObject({ stop: 'exit', exit: switchesOf(config)['UKL_BYPASS'] === 'on' ? 1 : 130 });
    expect(run.output).toContain('^C');
  });

  it('getppid-loop', async () => {
    const run = await runGuest({ config, app: 'getppid-loop', args: ['200'] });
    expect(run).toMatchObject({ exit: 0, output: '200 times 1\n' });
    const calls = run.calls('getppid');
    expect(calls).toHaveLength(200);
    expect(calls.every(({ ret }) => ret === 1n)).toBe(true);
  });

  it('checksum', async () => {
    const run = await runGuest({ config, app: 'checksum' });
    expect(run).toMatchObject({ exit: 0, output: 'right\n' });
    expect(run.events('red-zone-write')).toEqual([]);
  });

  it('deep-stack', async () => {
    const run = await runGuest({ config, app: 'deep-stack' });
    expect(run).toMatchObject({ exit: 0, output: '64 pages deep\n' });
  });

  it('the same run twice ends in the same state', async () => {
    const [a, b] = [await hello(config), await runGuest({ config, app: 'hello' })];
    expect(b.lab.tick).toBe(a.lab.tick);
    expect(b.lab.machine.hash()).toBe(a.lab.machine.hash());
  });
});

/** The registers at the first instruction of a function, each time it is reached while `wanted`. */
async function at(run: GuestRun, symbol: string): Promise<ReturnType<GuestRun['lab']['machine']['registers']>> {
  const { lab } = run;
  const f = lab.symbols.find(symbol);
  expect(f, symbol).toBeDefined();
  lab.seek(0);
  const main = lab.symbols.find('app:main');
  await lab.run({ direction: 'forward', until: { kind: 'address', addr: main!.low } });
  if (symbol !== 'app:main') await lab.run({ direction: 'forward', until: { kind: 'address', addr: f!.low } });
  return lab.machine.registers();
}

const stackAt = (run: GuestRun, rsp: bigint): string | undefined => run.lab.tracer.regionOf(rsp)?.kind;
const USER_STACK = 'user', KERNEL_STACK = 'kernel';

describe('rings and stacks', () => {
  it.each([
    ['linux', 0x33, 3, KERNEL_STACK],
    ['ukl', 0x10, 0, KERNEL_STACK],
    ['ukl-nss', 0x10, 0, USER_STACK],
    ['ukl-byp', 0x10, 0, USER_STACK],
    ['ukl-v2', 0x10, 0, USER_STACK],
    ['ukl-v1', 0x10, 0, USER_STACK],
  ] as const)('%s: the application has CS %i, ring %i; the kernel works for it on the %s stack', async (config, cs, ring, stack) => {
    const run = await hello(config);
    const inMain = await at(run, 'app:main');
    expect(inMain).toMatchObject({ cs, cpl: ring });
    expect(stackAt(run, inMain.gpr[4])).toBe(USER_STACK);
    const inKernel = await at(run, 'kernel:vfs_write');
    expect(inKernel).toMatchObject({ cs: 0x10, cpl: 0 });
    expect(stackAt(run, inKernel.gpr[4])).toBe(stack);
  });

  it('each write costs less: net cycles linux > ukl > ukl-byp', async () => {
    const net: Record<string, number> = {};
    for (const config of ['linux', 'ukl', 'ukl-byp']) {
      const run = await runGuest({ config, app: 'console-echo', input: 'hello\n\x04' });
      net[config] = run.calls('write')[0]?.net ?? NaN;
    }
    expect(net['linux']).toBeGreaterThan(net['ukl']);
    expect(net['ukl']).toBeGreaterThan(net['ukl-byp']);
  });

  it('where a CPU leaks its buffers (MDS) each way back to the application overwrites them by VERW, and a bypassed call has none', async () => {
    const least = async (config: string, cost: 'skx-off' | 'ukl-r620'): Promise<number> =>
      Math.min(...(await runGuest({ config, app: 'getppid-loop', args: ['20'], cost })).calls('getppid').map(({ net }) => net ?? Infinity));
    const more = async (config: string): Promise<number> => (await least(config, 'ukl-r620')) - (await least(config, 'skx-off'));
    expect(await more('linux')).toBeGreaterThan(460);
    expect(await more('ukl')).toBeGreaterThan(460);
    expect(Math.abs(await more('ukl-byp'))).toBeLessThan(30);
  });

  it('linux enters by SYSCALL and never sets a mode; ukl changes between 1 and 2', async () => {
    const linux = await hello('linux');
    expect(linux.lab.tracer.record.modes).toEqual([]);
    const ukl = await hello('ukl');
    const modes = ukl.lab.tracer.record.modes.map(({ mode }) => mode);
    // exec says 1, the first return to the application 2, and from there they alternate.
    expect(modes.slice(0, 3)).toEqual([1, 2, 1]);
    expect(modes.every((mode, n) => mode === (n % 2 === 0 ? 1 : 2))).toBe(true);
    expect(modes.length).toBeGreaterThan(6);
  });
});

const PRINTF = `#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	char text[16] = "abc";
	printf("[%d][%5d][%-5d][%05d][%+d][% d][%.4d][%8.4d][%-8.4d|]\\n", 42, 42, 42, 42, 42, 42, 42, 42, 42);
	printf("[%d][%ld][%d][%.0d][%5s]\\n", INT_MIN, LONG_MIN, -7, 0, "");
	printf("[%u][%lu][%o][%#o][%x][%X][%#x][%#X][%#x]\\n", UINT_MAX, ULONG_MAX, 8, 8, 255, 255, 255, 255, 0);
	printf("[%08x][%#08x][%-#8x][%.6x][%hhd][%hd][%hhx][%hx]\\n", 255, 255, 255, 255, 300, 70000, 511, 65537);
	printf("[%c][%5c][%-5c|][%s][%8s][%-8s|][%.2s][%8.2s]\\n", 'x', 'x', 'x', "word", "word", "word", "word", "word");
	printf("[%*d][%-*d][%.*s][%%][%zu][%jd][%td]\\n", 6, 1, 6, 2, 3, "abcdef", sizeof(text), (intmax_t)-5, (ptrdiff_t)9);
	printf("[%p][%p][%20p]\\n", (void *)0, (void *)0x7ffe1234, (void *)0x10);
	printf("[%d]\\n", snprintf(text, sizeof(text), "%s and more than fits", "abc"));
	printf("[%s][%s][%d]\\n", text, strrchr(text, 'a'), (int)strnlen(text, 5));
	printf("%0300d|%s\\n", 7, strcat(strncpy(text, "ab", 8), "cd"));
	printf("%600d\\n", INT32_MAX);
	return 0;
}
`;

describe('printf of the libc', () => {
  // What glibc prints.
  const EXPECTED = `[42][   42][42   ][00042][+42][ 42][0042][    0042][0042    |]
[-2147483648][-9223372036854775808][-7][][     ]
[4294967295][18446744073709551615][10][010][ff][FF][0xff][0XFF][0]
[000000ff][0x0000ff][0xff    ][0000ff][44][4464][ff][1]
[x][    x][x    |][word][    word][word    |][wo][      wo]
[     1][2     ][abc][%][16][-5][9]
[(nil)][0x7ffe1234][                0x10]
[22]
[abc and more th][and more th][5]
`;

  it('formats as C11 says, at any length', async () => {
    const { output, exit } = await runGuest({ source: PRINTF });
    expect(output).toBe(`${EXPECTED}${'7'.padStart(300, '0')}|abcd\n${'2147483647'.padStart(600)}\n`);
    expect(exit).toBe(0);
  });
});
