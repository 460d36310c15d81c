/** The kernel on several CPUs: what starts, who runs where, and that every engine tells the same. */
import { describe, expect, it } from 'vitest';
import { buildGuest, type BuildResult } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { resolveConfig } from '../toolchain/kconfig.ts';
import { compiler } from '../machine/cpu/translate/compiler.ts';
import { Machine } from '../machine/machine.ts';
import { guestSources } from '../lab/sources.ts';
import { runGuest } from '../lab/testing.ts';

const cache = freshCache();

function built(config: string): BuildResult {
  const sources = guestSources(), switches = resolveConfig(sources, config);
  if (typeof switches === 'string') throw new Error(switches);
  const image = buildGuest({ sources, app: 'hello', switches }, cache);
  if (!image.ok) throw new Error(image.diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
  return image;
}

/** The console, how it ended, and the state at the end. */
function boot({ kernel, initramfs, commandLine }: BuildResult, cpus: number, translated: boolean): { console: string; end: string; machine: Machine } {
  const machine = new Machine({ kernel, initramfs, commandLine, cpus, ramBytes: 32 << 20, cost: 'skx-off' });
  if (translated) machine.translator = compiler;
  let console = '';
  machine.hooks = { consoleOut: (byte) => void (console += String.fromCharCode(byte)) };
  const stop = machine.run(50_000_000);
  return { console, end: `${stop.kind} ${stop.code} ${machine.tick} ${machine.quarterCycles} ${machine.hash()}`, machine };
}

describe.each(['linux', 'ukl'])('the kernel of %s', (config) => {
  const image = built(config);

  it.each(config === 'linux' ? [1, 2, 4, 8] : [4])('starts %d CPUs, the same on both engines', (cpus) => {
    const { console, end, machine } = boot(image, cpus, false);
    expect(end).toMatch(/^exit 0 /);
    expect(console).toContain('hello\r\n');
    if (cpus > 1) expect(console).toContain(`smp: Brought up 1 node, ${cpus} CPUs`);
    else expect(console).not.toContain('smp:');
    // Each has a stack, per-CPU variables and a task register of its own.
    const own = Array.from({ length: cpus }, (_, n) => machine.registers(n));
    expect(new Set(own.map(({ gsBase, kernelGsBase }) => (gsBase > kernelGsBase ? gsBase : kernelGsBase))).size).toBe(cpus);
    expect(new Set(own.map(({ tr }) => tr.base)).size).toBe(cpus);
    expect(new Set(own.map(({ idtr }) => idtr.base)).size).toBe(1);
    expect(boot(image, cpus, true).end).toBe(end);
  });
});

/** While its thread is on the other CPU. */
const UNMAPS = `#include <pthread.h>
#include <sys/mman.h>
static volatile int spins, enough;
static void *spin(void *none)
{
	for (spins = 1; !enough;)
		;
	return none;
}
int main(void)
{
	pthread_t other;
	char *pages = mmap(0, 24 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_create(&other, 0, spin, 0);
	while (!spins)
		;
	for (int n = 0; n < 24; n++)
		pages[n * 4096] = 1;
	munmap(pages, 24 * 4096);
	enough = 1;
	pthread_join(other, 0);
	return 0;
}
`;

it('24 pages that go are three messages to a CPU that may remember them, of eight each', async () => {
  const { calls, events, exit } = await runGuest({ source: UNMAPS, set: { NR_CPUS: '2' } }), [munmap] = calls('munmap');
  expect(exit).toBe(0);
  const meanwhile = events('ipi').filter(({ tick }) => tick > munmap.tick && tick < (munmap.endTick ?? 0));
  expect(meanwhile.map(({ fields }) => fields['vector'])).toEqual([0xfc, 0xfc, 0xfc]);
});

const AFFINITY = `#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "lib/sysdep.h"
int main(void)
{
	long mask = 1;
	int pids[] = { 2, 3, 4, getpid() };

	for (int n = 0; n < 4; n++)
		printf("%ld ", syscall3(__NR_sched_setaffinity, pids[n], sizeof(mask), &mask));
	return 0;
}
`;

it('a thread of the kernel that belongs to one CPU stays there, whoever would have it elsewhere', async () => {
  const { output } = await runGuest({ source: AFFINITY, set: { NR_CPUS: '2', NET: 'on' } });
  // kthreadd, ksoftirqd/0, ksoftirqd/1, the program.
  expect(output).toBe('0 -22 -22 0 ');
});
