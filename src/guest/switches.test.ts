/** Each switch: it boots, and the machine shows what the switch is for. */
import { describe, expect, it } from 'vitest';
import { CR4_SMAP, CR4_SMEP } from '../isa/registers.ts';
import { perCpu } from '../lab/guest-facts.ts';
import { openGuest, runGuest, type GuestRun } from '../lab/testing.ts';
import { buildGuest } from '../toolchain/build.ts';
import { freshCache } from '../toolchain/compiler.ts';
import { configAbout, configNames, resolveConfig, type Switches } from '../toolchain/kconfig.ts';
import { flavourLines } from '../toolchain/kernel-lines.ts';
import { guestSources } from '../lab/sources.ts';
import { SWITCHES } from './configs/switches.ts';

const cache = freshCache();
const configs = configNames(guestSources());

/** Every value of every switch that goes with a configuration and differs from it. */
const combinations = configs.flatMap((config) => {
  const own = resolveConfig(guestSources(), config);
  if (typeof own === 'string') return [];
  return SWITCHES.flatMap(({ key, values }) => (values === 'number' ? ['3'] : [...values]).filter((value) =>
    value !== own[key] && typeof resolveConfig(guestSources(), config, { [key]: value }) !== 'string').map((value) => [config, key, value] as const));
});

const vectors = (run: GuestRun): number[] => run.events('exception').map(({ fields }) => Number(fields['vector']));

describe('valid combinations', () => {
  it('there are some for each configuration', () => {
    for (const config of configs) expect(combinations.filter(([name]) => name === config).length, config).toBeGreaterThan(3);
  });

  // The variants of ukl are looked at by way of ukl itself and in what follows.
  it.each(combinations.filter(([config]) => config === 'linux' || config === 'ukl'))('%s with %s=%s runs hello', async (config, key, value) => {
    const run = await runGuest({ config, set: { [key]: value }, app: 'hello' });
    expect(run).toMatchObject({ stop: 'exit', exit: 0, output: 'hello\n' });
  });

  it.each([
    ['ukl-nss', { UKL_PF: 'ist', SYSCALL_RETURN: 'iret' }],
    ['ukl-nss', { UKL_BYPASS: 'on', VMAP_STACK: 'off' }],
    ['ukl-byp', { UKL_PF: 'ist', UKL_RESCHED: 'off', UKL_ENTRY_CLI: 'off' }],
    ['ukl-byp', { BYPASS_LIMIT: '1', APP_RED_ZONE: 'on' }],
    ['ukl-v2', { UKL_RESCHED: 'cs', UKL_STACK_VMA: 'on' }],
    ['ukl-v2', { UKL_PF: 'df' }],
  ] as const)('%s with %o runs hello and deep-stack', async (config, set) => {
    expect(await runGuest({ config, set, app: 'hello' })).toMatchObject({ exit: 0, output: 'hello\n' });
    expect(await runGuest({ config, set, app: 'deep-stack' })).toMatchObject({ exit: 0, output: '64 pages deep\n' });
  });
});

const NOTES = `A switch that is not named has its default in \`switches.ts\`. \`npx ringside list\` counts the kernel lines of each.

Where a system call stays on the application's stack (\`UKL_STACK=same\`, and with \`UKL_BYPASS=on\` the calls that bypass), whoever
sleeps in it stands in a queue of waiters with a structure on that stack. A CPU that wakes him up reads it there; has it another address
space loaded, it finds nothing, and the kernel panics. UKL's authors say of NSS that no other process may run beside the application. With
several CPUs that is not enough: one that has never run the application has the kernel's own tables loaded, and may be the one that a device
interrupts (\`console-echo\` with \`NR_CPUS=4\`: the first line typed). One CPU, \`UKL_STACK=pinned\` and \`UKL_ALWAYS_SWITCH=on\` are free of it.`;

it('the table of configurations is made from their files', async () => {
  const rows = configs.map((name) => {
    const lines = (guestSources().get(`configs/${name}.config`) ?? '').split('\n').filter((line) => /^(?:include \S+|\w+=\S+)$/.test(line));
    const words = lines.map((line) => line.replace(/^include (.*)/, 'as `$1`').replace(/^(\w+=\S+)$/, '`$1`'));
    return `| \`${name}\` | ${configAbout(guestSources(), name)} | ${words.join(', ')} |`;
  });
  const known = SWITCHES.map(({ key, values, default: usual, help }) => {
    const words = (values === 'number' ? ['a number'] : values).map((value) => (value === usual ? `**${value}**` : value));
    return `| \`${key}\` | ${words.join(', ')} | ${help} |`;
  });
  const table = `# Configurations\n\n${NOTES}\n
| name | is | switches |\n|---|---|---|\n${rows.join('\n')}\n
| switch | values | is |\n|---|---|---|\n${known.join('\n')}\n`;
  await expect(table).toMatchFileSnapshot('configs/README.md');
});

describe('SMEP_SMAP', () => {
  it('is on in CR4, and copying from and to user memory still works', async () => {
    const run = await runGuest({ config: 'linux', set: { SMEP_SMAP: 'on' }, app: 'console-echo', input: 'hello\n\x04' });
    expect(run.output).toBe('hello\nhello\n');
    const { cr4 } = run.lab.machine.registers();
    expect(cr4 & BigInt(CR4_SMEP | CR4_SMAP)).toBe(BigInt(CR4_SMEP | CR4_SMAP));
  });

  it('the kernel opens the door only where it means to: a plain access is an oops', async () => {
    const edits = { 'linux/kernel/sys.c': `${guestSources().get('linux/kernel/sys.c')}`.replace('return current->tgid;',
      'return *(volatile char *)0x7fffffffe000UL;') };
    const source = '#include <stdio.h>\n#include <unistd.h>\nint main(void) { char c = 7; printf("%d\\n", getpid() + c - c); return 0; }';
    expect(await runGuest({ set: { SMEP_SMAP: 'off' }, source, edits })).toMatchObject({ exit: 0 });
    const run = await runGuest({ set: { SMEP_SMAP: 'on' }, source, edits });
    expect(run.console).toContain('BUG: unable to handle page fault for address: 00007fffffffe000');
    expect(run.console).toContain('permissions violation');
    expect(run.exit).toBe(128 + 9);
  });
});

describe('PTI', () => {
  /** A program asks twice for its parent, reads where the kernel's image starts, and is ended for it: how. */
  const of = async (PTI: string): Promise<{ code: number; known: string[]; kernel: string; loads: number; cycles: number }> => {
    const source = '#include <unistd.h>\nint main(void) { getppid(); getppid(); return *(volatile char *)0xffffffff81000000UL; }';
    const run = await runGuest({ set: { PTI }, source }), { lab } = run, call = run.calls('getppid')[1];
    expect(run.exit).toBe(128 + 11);
    const fault = run.events('exception').find(({ fields }) => fields['ring'] === 3 && BigInt.asUintN(32, BigInt(fields['cr2'] ?? 0)) === 0x81000000n)!;
    lab.seek(fault.tick - 1);
    const { current, costs } = lab.machine, { low } = lab.symbols.find('kernel:do_syscall_64')!;
    const known = ['do_syscall_64', 'sync_regs', 'error_entry', 'entry_SYSCALL_64'].filter((one) => {
      const { low } = lab.symbols.find(`kernel:${one}`)!;
      return current.mmu.look(Number(BigInt.asIntN(32, low)), Number(BigInt.asIntN(32, low >> 32n))) >= 0;
    });
    // Who looks from outside still sees the kernel.
    const seen = lab.machine.peek(low, 4) === null ? 'hidden' : 'seen';
    return { code: Number(fault.fields['error']), known, kernel: seen, loads: (call.cycles ?? 0) * 4 / costs.movCr3, cycles: call.cycles ?? 0 };
  };

  it('off: the kernel is there in ring 3, and refused; on: only the way in is, and each way loads CR3', async () => {
    const off = await of('off'), on = await of('on');
    expect(off).toMatchObject({ code: 5, kernel: 'seen', known: ['do_syscall_64', 'sync_regs', 'error_entry', 'entry_SYSCALL_64'] });
    expect(on).toMatchObject({ code: 4, kernel: 'seen', known: ['error_entry', 'entry_SYSCALL_64'] });
    expect(on.loads - off.loads).toBeGreaterThan(2);
    expect(on.loads - off.loads).toBeLessThan(2.1);
  });

  it('a way out that forgets to change tables comes no further than the first instruction of ring 3', async () => {
    const path = 'linux/arch/x86/entry/entry_64.S', text = `${guestSources().get(path)}`;
    const edits = { [path]: text.replace(/\tSWITCH_TO_USER_CR3.* iret=0\n/, '') };
    expect(edits[path]).not.toBe(text);
    const source = '#include <unistd.h>\nint main(void) { getppid(); return 0; }';
    expect(await runGuest({ set: { PTI: 'off' }, source, edits })).toMatchObject({ exit: 0 });
    // That is init's: the first of all.
    const { exit, console } = await runGuest({ set: { PTI: 'on' }, source, edits });
    expect([exit, console]).toEqual([255, expect.stringContaining('Attempted to kill init! exitcode=0x0000000b')]);
  });

  it.each(['1', '4'])('processes, their faults and signals on %s CPUs', async (NR_CPUS) => {
    const source = `#include <signal.h>
      #include <stdio.h>
      #include <sys/wait.h>
      #include <unistd.h>
      static volatile int got;
      static void handler(int sig) { got = sig; }
      int main(void)
      {
        int status, sum = 0;
        signal(SIGUSR1, handler);
        for (int n = 1; n <= 3; n++)
          if (!fork()) {
            char pages[3 * 0x4000];
            for (int i = 0; i < n * 0x4000; i += 0x1000) pages[i] = n;
            kill(getpid(), SIGUSR1);
            _exit(got == SIGUSR1 ? pages[0x3000] : 99);
          }
        while (wait(&status) > 0) sum += WEXITSTATUS(status);
        printf("%d\\n", sum);
        return 0;
      }`;
    expect(await runGuest({ set: { PTI: 'on', NR_CPUS }, source })).toMatchObject({ exit: 0, output: '6\n' });
  });
});

describe('RETPOLINE', () => {
  it('no indirect call or jump of the kernel is left but by its thunks', async () => {
    const of = (set: Record<string, string>): number => {
      const lab = openGuest({ config: 'ukl', set, app: 'hello' }), { functions } = lab.symbols.kernel.debug;
      return functions.filter(({ domain }) => domain === 'kernel').flatMap(({ low }) => lab.listing(low)?.rows ?? []).filter((row) =>
        row.kind === 'insn' && /^(?:call|jmp)/.test(row.mnemonic) && row.operands.startsWith('*')).length;
    };
    expect(of({})).toBeGreaterThan(5);
    // The very first jump, to where the kernel is linked, comes before anything could have learnt.
    expect(of({ RETPOLINE: 'on' })).toBeLessThan(2);
  });

  it.each(['linux', 'ukl-nss', 'ukl-v2'])('%s runs with it', async (config) => {
    const run = await runGuest({ config, set: { RETPOLINE: 'on' }, app: 'console-echo', input: 'hello\n\x04' });
    expect(run).toMatchObject({ exit: 0, output: 'hello\nhello\n' });
    expect(run.lab.symbols.find('kernel:__x86_indirect_thunk_rax')).toBeDefined();
  });
});

describe('APP_RED_ZONE', () => {
  it.each([['linux', 'on', 'right'], ['linux', 'off', 'right'], ['ukl', 'on', 'wrong'], ['ukl', 'off', 'right'], ['ukl-nss', 'on', 'wrong'],
    ['ukl-byp', 'on', 'wrong']] as const)('%s, red zone %s: %s', async (config, zone, answer) => {
    const run = await runGuest({ config, set: { APP_RED_ZONE: zone }, app: 'checksum' });
    expect(run.output).toBe(`${answer}\n`);
    expect(run.events('red-zone-write').length > 0).toBe(answer === 'wrong');
  });
});

describe('UKL_PF', () => {
  it('current: the first new stack page is a double fault, and the kernel gives up', async () => {
    const run = await runGuest({ config: 'ukl', set: { UKL_PF: 'current' }, app: 'deep-stack' });
    expect(run).toMatchObject({ stop: 'exit', exit: 255 });
    expect(vectors(run)).toContain(8);
    expect(run.console).toContain('PANIC: double fault');
    expect(run.output).not.toContain('deep');
  });

  it('df: each new stack page is a double fault that is served as a page fault', async () => {
    const run = await runGuest({ config: 'ukl', set: { UKL_PF: 'df' }, app: 'deep-stack' });
    expect(run).toMatchObject({ exit: 0, output: '64 pages deep\n' });
    expect(vectors(run).filter((vector) => vector === 8).length).toBeGreaterThan(30);
  });

  it('ist: page faults only, on a stack of their own', async () => {
    const run = await runGuest({ config: 'ukl', set: { UKL_PF: 'ist' }, app: 'deep-stack' });
    expect(run).toMatchObject({ exit: 0, output: '64 pages deep\n' });
    expect(vectors(run)).not.toContain(8);
    const faults = run.events('exception').filter(({ fields }) => fields['vector'] === 14);
    expect(faults.length).toBeGreaterThan(30);
    expect(faults.every(({ fields }) => run.lab.tracer.regionOf(BigInt(fields['frame']))?.name === '#PF')).toBe(true);
  });

  it('linux needs none of it: the frame goes to the entry stack', async () => {
    const run = await runGuest({ config: 'linux', app: 'deep-stack' });
    expect(vectors(run)).not.toContain(8);
    const fromUser = run.events('exception').filter(({ fields }) => fields['ring'] === 3);
    expect(fromUser.length).toBeGreaterThan(30);
    expect(fromUser.every(({ fields }) => run.lab.tracer.regionOf(BigInt(fields['frame']))?.kind === 'entry')).toBe(true);
  });
});

describe('UKL_BYPASS', () => {
  const calls = async (set: Record<string, string>): Promise<{ full: number; all: number }> => {
    const run = await runGuest({ config: 'ukl-byp', set, app: 'getppid-loop', args: ['200'] });
    expect(run.output).toBe('200 times 1\n');
    const getppid = run.calls('getppid');
    // Only the full way goes through do_syscall_64, which turns interrupts on and off: it costs more.
    const cheap = Math.min(...getppid.map(({ instructions }) => instructions ?? Infinity));
    return { all: getppid.length, full: getppid.filter(({ instructions }) => (instructions ?? 0) > cheap + 40).length };
  };

  it('every 50th call goes the full way', async () => {
    expect(await calls({})).toEqual({ all: 200, full: 4 });
  });

  it('BYPASS_LIMIT changes that', async () => {
    expect(await calls({ BYPASS_LIMIT: '10' })).toEqual({ all: 200, full: 20 });
  });

  it('libc sets the flag before main', async () => {
    const { lab } = await runGuest({ config: 'ukl-byp', app: 'hello' });
    lab.seek(0);
    await lab.run({ direction: 'forward', until: { kind: 'address', addr: lab.symbols.find('app:main')!.low } });
    const { types } = lab.symbols.kernel.debug;
    const task = types.find((type) => type.kind === 'struct' && type.name === 'task_struct');
    const offset = (name: string): number => (task?.kind === 'struct' ? task.fields.find((field) => field.name === name)?.offset : undefined) ?? -1;
    const current = perCpu(lab.machine.registers(), lab.symbols.kernel.debug.symbols.find(({ name }) => name === 'current_task')!.addr)!;
    const word = (at: bigint, bytes: number): bigint => lab.machine.peek(at, bytes)!.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const at = word(current, 8);
    expect(word(at + BigInt(offset('ukl_bypass_syscall')), 4)).toBe(1n);
    expect(word(at + BigInt(offset('ukl_bypass_limit')), 4)).toBe(50n);
    expect(word(at + BigInt(offset('ukl_mode')), 4)).toBe(2n);
  });
});

describe('the saved CS of an interrupted application', () => {
  /** The cs slot of pt_regs, each time an interrupt's C code begins. */
  const savedCs = async (config: string, set: Record<string, string> = {}): Promise<Set<number>> => {
    const { lab } = await runGuest({ config, set, app: 'checksum' });
    lab.seek(0);
    await lab.run({ direction: 'forward', until: { kind: 'address', addr: lab.symbols.find('app:checksum')!.low } });
    const handler = lab.symbols.find('kernel:sysvec_apic_timer_interrupt')!;
    const seen = new Set<number>();
    for (let n = 0; n < 3; n++) {
      await lab.run({ direction: 'forward', until: { kind: 'address', addr: handler.low } });
      const [rdi] = lab.machine.registers().gpr.slice(7, 8);
      seen.add(new DataView(lab.machine.peek(rdi + 136n, 8)!.buffer).getUint16(0, true));
      await lab.step('instruction', 'forward');
    }
    return seen;
  };

  it.each([['linux', {}, 0x33], ['ukl', {}, 0xc3], ['ukl-nss', {}, 0xc3], ['ukl', { UKL_RESCHED: 'off' }, 0x10]] as const)('%s %o', async (config, set, cs) => {
    expect([...(await savedCs(config, set))]).toEqual([cs]);
  });
});

describe('VMAP_STACK', () => {
  const deep = (pages: number): string => {
    const text = guestSources().get('linux/kernel/sys.c')!;
    return text.replace('SYSCALL_DEFINE0(getpid)', `static noinline long descend(long left)\n{\n\tvolatile char page[4096];\n\n\tpage[0] = left;\n\treturn ` +
      `left ? descend(left - 1) + page[0] - left : 0;\n}\n\nSYSCALL_DEFINE0(getpid)`).replace('return current->tgid;',
      `return current->tgid + descend(${pages});`);
  };
  const source = '#include <stdio.h>\n#include <unistd.h>\nint main(void) { printf("pid %d\\n", getpid()); return 0; }';

  it('on: too deep a kernel stack meets the guard page', async () => {
    const run = await runGuest({ source, edits: { 'linux/kernel/sys.c': deep(6) } });
    expect(run.console).toContain('BUG: stack guard page was hit');
    expect(run.console).toContain('kernel stack overflow');
    expect(run.exit).toBe(255);
  });

  it('a stack that suffices is left alone', async () => {
    expect(await runGuest({ source, edits: { 'linux/kernel/sys.c': deep(2) } })).toMatchObject({ exit: 0 });
  });

  it('off: nothing is there to stop it', async () => {
    const run = await runGuest({ set: { VMAP_STACK: 'off' }, source, edits: { 'linux/kernel/sys.c': deep(6) } });
    expect(run.console).not.toContain('guard page');
  });
});

describe('what UKL costs in lines', () => {
  it('the build counts them for each configuration', () => {
    const lines = (config: string, set: Record<string, string> = {}): number => openGuest({ config, set, app: 'hello' }).build.uklLines;
    expect(lines('linux')).toBe(0);
    const ukl = lines('ukl');
    expect(ukl).toBeGreaterThan(200);
    expect(ukl).toBeLessThan(600);
    expect(lines('ukl-byp')).toBeGreaterThanOrEqual(ukl);
    const { flavours, all } = flavourLines(guestSources());
    expect(flavours.map(({ name }) => name)).toEqual(configs.filter((name) => name !== 'linux'));
    for (const { name, lines: counted } of flavours) expect(counted, name).toBe(lines(name));
    expect(all.lines).toBeGreaterThan(Math.max(...flavours.map(({ lines: counted }) => counted)));
  });

  it.each([
    ['#ifdef CONFIG_UNIKERNEL_LINUX\nextern int one;\n\nextern int two;\n#endif\n', 2],
    ['#ifndef CONFIG_UNIKERNEL_LINUX\nextern int gone;\n#else\nextern int instead;\n#endif\n', 2],
    ['#if defined(CONFIG_UNIKERNEL_LINUX) && defined(CONFIG_UKL_PF_IST)\nextern int other;\n#endif\n', 0],
    ['#ifdef CONFIG_VMAP_STACK\nextern int always;\n#endif\n', 0],
    ['static inline int asks(void) { return is_ukl_thread(); }\n/* UKL in a comment */\n', 1],
  ])('%j is %i more', (addition, more) => {
    const lines = (text: string): number => buildGuest({ sources:
      new Map(guestSources()).set('linux/kernel/signal.c', `${guestSources().get('linux/kernel/signal.c')}${text}`), app: 'hello',
      switches: resolveConfig(guestSources(), 'ukl') as Switches }, cache).uklLines;
    expect(lines(addition) - lines('')).toBe(more);
  });
});
