/** What processes, threads, signals and the scheduler do, as events: who did it, to whom, and that a run stops there. */
import { beforeAll, describe, expect, it } from 'vitest';
import { DEVICES } from '../machine/devices/table.ts';
import { machineWith } from '../machine/testing.ts';
import { assembled } from '../toolchain/asm/testing.ts';
import type { EventKind, EventReport } from '../link/reports.ts';
import { strace } from './trace-report.ts';
import { runGuest, type GuestRun } from './testing.ts';

/** A process makes a child, which sends it a signal and becomes another program; then a thread, which ends. */
const SOURCE = `#include <unistd.h>
static long call(long nr, long a, long b, long c, long d)
{
	long ret;
	register long r10 __asm__("r10") = d;

	__asm__ volatile("syscall" : "=a" (ret) : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10) : "rcx", "r11", "memory");
	return ret;
}
__asm__(".globl restore\\nrestore:\\tmovl $15, %eax\\n\\tsyscall\\n");
void restore(void);
static volatile int seen;
static char stack[4096] __attribute__((aligned(16)));

static void handler(int sig)
{
	seen = sig;
}

int main(void)
{
	struct { void (*handler)(int); unsigned long flags; void (*restorer)(void); unsigned long mask; } action = { handler, 0x04000000, restore, 0 };
	static const char *const argv[] = { "/other", 0 };
	long child, status = 0, thread;

	call(13, 15, (long)&action, 0, 8);
	child = call(57, 0, 0, 0, 0);
	if (!child) {
		call(62, getppid(), 15, 0, 0);
		call(59, (long)"/other", (long)argv, 0, 0);
		_exit(99);
	}
	while (call(61, child, (long)&status, 0, 0) == -4)
		;
	__asm__ volatile("syscall\\n\\ttest %%rax, %%rax\\n\\tjnz 1f\\n\\tmovl $60, %%eax\\n\\txor %%edi, %%edi\\n\\tsyscall\\n1:"
		: "=a" (thread) : "a" (56L), "D" (0x10f00L), "S" (stack + sizeof(stack)), "d" (0L) : "rcx", "r11", "memory");
	/* Until the thread is gone: it stands behind us by a slice. */
	while (call(234, getpid(), thread, 0, 0) == 0) {
		for (volatile long i = 0; i < 20000; i++)
			;
		sched_yield();
	}
	return seen == 15 && status == 0x500 && thread > child ? 0 : 1;
}
`;
const OTHER = 'int main(void)\n{\n\treturn 5;\n}\n';

describe('the life of processes', () => {
  let run: GuestRun, parent: number, child: number, thread: number;
  const told = (kind: EventKind): EventReport[] => run.events(kind).filter(({ pid }) => [parent, child, thread].includes(pid));
  beforeAll(async () => {
    run = await runGuest({ app: 'first', source: SOURCE, programs: { other: OTHER } });
    [child] = run.calls('fork').map(({ ret }) => Number(ret)).filter((ret) => ret > 0);
    parent = run.calls('fork')[0].task.pid;
    thread = Number(run.calls('clone')[0].ret);
    expect(run.exit, strace(run.lab).join('\n')).toBe(0);
  }, 60_000);

  it('tells who makes a process, a thread, and which program a process runs', () => {
    expect(told('fork')).toMatchObject([{ pid: parent, fields: { parent, pid: child, comm: 'first' } }]);
    expect(told('clone')).toMatchObject([{ pid: parent, fields: { pid: thread, clone_flags: 0x10f00n } }]);
    const [exec] = told('exec').filter(({ pid }) => pid === child);
    expect(exec).toMatchObject({ text: 'runs /other' });
    // Its call is over with its result: the new program does not return to where the old one called.
    const call = run.calls('execve').find(({ task }) => task.pid === child);
    expect(call).toMatchObject({ ret: 0n, endTick: expect.any(Number), text: expect.stringMatching(/^execve\(.*\) = 0$/) });
    expect(call!.endTick! - exec.tick).toBeLessThan(20_000);
    // From there on it has its new name, in every lane.
    run.lab.seek(exec.tick + 50);
    const { threads, timeline } = run.lab.show({ threads: { from: call!.tick, to: exec.tick + 50, columns: 100, follow: false },
      timeline: { from: call!.tick, to: exec.tick + 50, columns: 100, follow: false } }), names = [`first ${child}`, `other ${child}`];
    expect(threads?.cpus[0].spans.map(({ label }) => label)).toEqual(names);
    expect(timeline?.lanes.find(({ name }) => name === 'task')?.spans.map(({ label }) => label)).toEqual(names);
  });

  it('tells how each ended', () => {
    expect(told('exit').map(({ text }) => text)).toEqual([`other ${child} ends with status 5`, `first ${thread} ends with status 0`,
      `first ${parent} ends with status 0`]);
  });

  it('tells who sent a signal, who took it, and where its handler returned to', () => {
    const sent = told('signal-generate').filter(({ fields }) => fields['sig'] === 15);
    expect(sent).toMatchObject([{ pid: child, fields: { pid: parent, group: 1 }, text: `SIGTERM to process ${parent}, first` }]);
    const taken = told('signal-deliver').find(({ fields }) => fields['sig'] === 15);
    expect(taken).toMatchObject({ pid: parent, fields: { handler: run.lab.symbols.find('app:handler')?.low } });
    const [back] = told('sigreturn');
    expect(back.pid).toBe(parent);
    expect(back.tick).toBeGreaterThan(taken?.tick ?? Infinity);
  });

  it('tells who woke whom, and in which state a task left the CPU', () => {
    expect(told('wake-up').some(({ pid, fields }) => pid === child && fields['pid'] === parent)).toBe(true);
    const left = told('context-switch').filter(({ pid }) => pid === parent).map(({ fields }) => Number(fields['state']));
    expect(left).toContain(0);
    expect(left).toContain(1);
  });

  it('asks the scheduler at least once for each task that is taken', () => {
    const asked = run.events('schedule').length;
    expect(asked).toBeGreaterThanOrEqual(run.events('context-switch').length);
  });

  it('can be stopped at, both ways', async () => {
    const { lab } = run, kinds = ['fork', 'clone', 'exec', 'exit', 'signal-generate', 'signal-deliver', 'sigreturn', 'need-resched'] as const;
    for (const event of kinds) {
      const [first] = told(event).length > 0 ? told(event) : run.events(event);
      lab.seek(first.tick - 1);
      const ahead = await lab.run({ direction: 'forward', until: { kind: 'event', event } });
      expect(ahead.stop, event).toMatchObject({ kind: 'event', tick: first.tick });
      lab.seek(first.tick + 1);
      const back = await lab.run({ direction: 'back', until: { kind: 'event', event } });
      expect(back.stop, event).toMatchObject({ kind: 'event', tick: first.tick });
    }
  });
});

/** One more than there are CPUs, so that whoever is left over goes to the CPU that has nothing more to do. */
const MANY = `#include <unistd.h>
#include <sys/wait.h>
int main(void)
{
	for (long n = 0; n < 5; n++)
		if (!fork()) {
			for (volatile long i = 0; i < (n == 0 ? 20000 : 300000); i++)
				;
			_exit(0);
		}
	while (wait(0) > 0)
		;
	return 0;
}
`;

describe('tasks on four CPUs', () => {
  let run: GuestRun;
  beforeAll(async () => {
    run = await runGuest({ source: MANY, set: { NR_CPUS: '4' } });
    expect(run.exit).toBe(0);
  }, 60_000);

  it('are woken for a CPU, go to another one, and run where they were said to', () => {
    const moves = run.lab.eventsBetween(0, Infinity, ['wake-up', 'migrate', 'context-switch'], Infinity);
    const place = new Map<number, number>(), used = new Set<number>();
    let migrated = 0;
    for (const { kind, cpu, fields } of moves) {
      const pid = Number(fields['pid']);
      if (kind === 'wake-up') place.set(pid, Number(fields['target_cpu']));
      else if (kind === 'migrate') {
        migrated++;
        expect(Number(fields['orig_cpu'])).not.toBe(fields['dest_cpu']);
        place.set(pid, Number(fields['dest_cpu']));
      } else if (Number(fields['to']) > 0) {
        used.add(cpu);
        expect(place.get(Number(fields['to'])), `pid ${fields['to']}`).toBe(cpu);
      }
    }
    expect(migrated).toBeGreaterThan(0);
    expect(used).toEqual(new Set([0, 1, 2, 3]));
  });

  it('can be followed: a run stops where one migrates, and the view of tasks has it there from then on', async () => {
    const { lab } = run, [{ tick, fields }] = run.events('migrate');
    lab.seek(tick - 1);
    expect((await lab.run({ direction: 'forward', until: { kind: 'event', event: 'migrate' } })).stop).toMatchObject({ kind: 'event', tick });
    lab.seek(tick + 1);
    const { threads } = lab.show({ threads: { from: tick - 1000, to: tick + 1000, columns: 100, follow: false } });
    expect(threads?.tasks.find(({ pid }) => pid === fields['pid'])).toMatchObject({ cpu: fields['dest_cpu'] });
  });
});

describe('a message from CPU to CPU', () => {
  it('is told with its sender, receiver and vector', () => {
    const machine = machineWith(assembled(`
  mov $0xfee00300, %ebx
  movl $0x000c00fb, (%rbx)
  movl $0x000c0500, (%rbx)
  hlt
`), { cpus: 3, devices: DEVICES });
    const told: string[] = [];
    machine.hooks = { ipi: (from, to, vector, mode) => void told.push(`${from} to ${to}: ${mode} ${vector}`) };
    machine.run(5);
    expect(told).toEqual(['0 to 1: interrupt 251', '0 to 2: interrupt 251', '0 to 1: INIT 0', '0 to 2: INIT 0']);
  });
});
