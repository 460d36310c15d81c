/** Two programs at once, at the same addresses. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Breakpoint, Slot } from '../link/reports.ts';
import type { Lab } from './lab.ts';
import { guestSources } from './sources.ts';
import { openGuest } from './testing.ts';

/** Both have this shape: what differs is what stands at the same addresses. */
const program = (name: string, locals: string, result: string): string => `#include <time.h>
volatile long total;
__attribute__((noinline)) long ${name}(long n)
{
${locals}
	total += ${result};
	return ${result};
}

int main(void)
{
	struct timespec nap = { 0, 2000000 };

	for (int n = 1; n < 5; n++) {
		${name}(n);
		nanosleep(&nap, 0);
	}
	return 0;
}
`;
const FIRST = program('alpha', '\tvolatile long left = n * 3;', 'left'),
  SECOND = program('beta', '\tvolatile long none = n - n;\n\tvolatile long right = n * 5 + none;', 'right');

/** The kernel starts one program; in this build of it a second one runs beside it. */
const START = '	prepare_init_process();\n	ret = kernel_execve(';
const SECOND_TASK = `static int run_second(void *unused)
{
	static const char *const argv[] = { "/second", NULL };

	(void)unused;
	console_on_rootfs();
	return kernel_execve("/second", argv, default_environment);
}

/* PID 1: `;

function twoPrograms(): Lab {
  const file = 'linux/init/main.c', text = guestSources().get(file) ?? '';
  const edited = text.replace('/* PID 1: ', SECOND_TASK).replace(START, `	kernel_thread(run_second, NULL, 0);\n${START}`);
  expect(edited.length).toBeGreaterThan(text.length + SECOND_TASK.length);
  return openGuest({ app: 'first', source: FIRST, programs: { second: SECOND }, edits: { [file]: edited } });
}

interface Stay {
  tick: number;
  comm: string;
  symbol: string;
  image: string;
}

async function everyStop(lab: Lab, direction: 'forward' | 'back' = 'forward'): Promise<Stay[]> {
  const found: Stay[] = [];
  for (;;) {
    const { stop, status } = await lab.run({ direction });
    if (stop.kind !== 'breakpoint') return found;
    found.push({ tick: stop.tick, comm: status.task.comm, symbol: status.place.symbol, image: status.place.image });
  }
}

describe('two address spaces with other code at the same address', () => {
  let lab: Lab, alpha: bigint;
  const set = (spec: Breakpoint['spec']): void => {
    for (const { id } of lab.breakpoints.list) lab.breakpoints.remove(id);
    expect(lab.setBreakpoint(spec)).not.toHaveProperty('error');
  };
  const toSymbol = async (symbol: string, from = 0): Promise<void> => {
    lab.seek(from);
    set({ kind: 'symbol', symbol });
    expect((await lab.run({ direction: 'forward' })).stop.kind).toBe('breakpoint');
  };

  beforeAll(async () => {
    lab = twoPrograms();
    expect((await lab.run({ direction: 'forward' })).stop).toMatchObject({ kind: 'exit', code: 0 });
    alpha = lab.symbols.find('app:alpha')?.low ?? 0n;
    expect(alpha).toBe(lab.symbols.find('app:beta')?.low);
  }, 60_000);

  it.each([['alpha', 'first'], ['beta', 'second']])('a breakpoint at %s stops in the program that has it, forwards and backwards', async (symbol, comm) => {
    lab.seek(0);
    set({ kind: 'symbol', symbol });
    const there = await everyStop(lab);
    expect(there).toEqual(Array(4).fill(expect.objectContaining({ comm, symbol, image: `/${comm}` })));
    expect((await everyStop(lab, 'back')).toReversed()).toEqual(there);
  });

  it('an address means the space one stands in', async () => {
    await toSymbol('beta');
    set({ kind: 'address', addr: alpha, space: lab.status().place.space });
    expect((await everyStop(lab)).map(({ symbol }) => symbol)).toEqual(['beta', 'beta', 'beta']);
    await toSymbol('alpha');
    set({ kind: 'symbol', symbol: 'main' });
    await lab.run({ direction: 'forward', until: { kind: 'address', addr: alpha } });
    expect(lab.status()).toMatchObject({ place: { symbol: 'alpha' }, task: { comm: 'first' } });
  });

  it.each([['alpha', 'first', 'left'], ['beta', 'second', 'right']])('%s has its own code, stack labels and values', async (symbol, comm, local) => {
    await toSymbol(symbol);
    await lab.step('over', 'forward');
    await lab.step('over', 'forward');
    const { code, stacks } = lab.views(['code', 'stacks']);
    expect(code?.next).toMatchObject({ symbol, file: `apps/${comm}.c`, image: `/${comm}` });
    expect(code?.variables.map(({ name }) => name)).toContain(local);
    const stack = stacks?.stacks.find(({ inUse }) => inUse);
    const labels = (stack?.rows ?? []).flatMap((row) => ('count' in row ? [] : [(row satisfies Slot).label]));
    expect(labels).toContainEqual(expect.stringMatching(new RegExp(`^${local} `)));
    expect(labels).toContainEqual(expect.stringMatching(/^main\+\d+$/));
    expect(stacks?.task.comm).toBe(comm);
    expect(lab.listing(alpha)).toMatchObject({ name: symbol, image: `/${comm}`, file: `apps/${comm}.c` });
  });

  it('out and over stay with the task', async () => {
    await toSymbol('alpha');
    await lab.step('out', 'forward');
    expect(lab.status()).toMatchObject({ task: { comm: 'first' }, place: { symbol: 'main', image: '/first' } });
    // Over the sleep, in which the other program runs through the same addresses.
    for (let n = 0; n < 3; n++) await lab.step('over', 'forward');
    expect(lab.status()).toMatchObject({ task: { comm: 'first' }, place: { image: '/first' } });
  });

  it('calls return in the task that made them, although both wait at the same address with the same RSP', () => {
    const calls = lab.tracer.record.syscalls.filter(({ name }) => name === 'nanosleep');
    const by = (comm: string) => calls.filter(({ task }) => task.comm === comm);
    expect([by('first').length, by('second').length]).toEqual([4, 4]);
    const [a] = by('first'), [b] = by('second');
    // Both were under way at one time.
    expect(Math.max(a.tick, b.tick)).toBeLessThan(Math.min(a.endTick ?? 0, b.endTick ?? 0));
    for (const { endTick, task, ret } of calls) {
      expect(ret).toBe(0n);
      expect(lab.tracer.task(endTick ?? 0)).toEqual(task);
    }
  });

  it('who wrote a variable is asked in one space: the other program writes to the same address', async () => {
    const total = lab.symbols.images.find(({ name }) => name === '/first')?.debug.globals.find(({ name }) => name === 'total')?.addr ?? 0n;
    set({ kind: 'symbol', symbol: 'alpha' });
    lab.seek(0);
    const [, , third] = await everyStop(lab);
    lab.seek(third.tick);
    const own = lab.status().place.space, other = own === 1 ? 2 : 1;
    expect(lab.whoWrote(total, 8)).toMatchObject({ found: true, place: { symbol: 'alpha', space: own }, after: 9n });
    const elsewhere = lab.whoWrote(total, 8, other);
    expect(elsewhere).toMatchObject({ found: true, place: { symbol: 'beta', space: other } });
    expect(elsewhere.after).toBe(BigInt.asUintN(64, new DataView(lab.memory(total, 8, other).bytes.buffer).getBigUint64(0, true)));
    expect(lab.listing(alpha, other)).toMatchObject({ name: 'beta' });
    expect(lab.describe(alpha, other)).toMatchObject({ symbol: 'beta', space: other, image: '/second' });
    expect(lab.tick).toBe(third.tick);
  });
});
