/**
 * Every switch of the lab, once: key, values, help, and the CONFIG_ macros it defines for the guest's sources. The
 * command line, the page, the build and the documentation all read this table.
 */
export interface Switch {
  key: string;
  /** Allowed values; a `number` switch takes any integer from 1 on. */
  values: readonly string[] | 'number';
  default: string;
  help: string;
  /** The CONFIG_ macros (value 1 unless given) that this value defines. */
  macros(value: string): Record<string, string>;
  /** Kernel files that are compiled with every value but the default: a Kbuild's obj-$(CONFIG_...). */
  sources?: RegExp;
  /** Applications that do not work without it: run by their name, they have it `on`. */
  apps?: readonly string[];
  /** A sentence when this combination makes no sense, else undefined. */
  conflict?: (all: Readonly<Record<string, string>>) => string | undefined;
}

const flag = (macro: string, on = 'on') => (value: string): Record<string, string> => (value === on ? { [macro]: '1' } : {});
const oneOf = (prefix: string) => (value: string): Record<string, string> => ({ [`${prefix}_${value.toUpperCase()}`]: '1' });
const uklOnly = (key: string, usual: string) => (all: Readonly<Record<string, string>>) =>
  all['PRIVILEGE'] !== 'ukl' && all[key] !== usual ? `${key}=${all[key]} needs PRIVILEGE=ukl` : undefined;
/** In the first two versions stubs stand where later there is entry code: `key` has one value there. */
const noStubs = (key: string, value: string, why: string) => (all: Readonly<Record<string, string>>) =>
  all['PRIVILEGE'] === 'ukl' && all['UKL_ENTRY'] !== 'full' && all[key] !== value ? `${key}=${all[key]} needs UKL_ENTRY=full: ${why}` : undefined;

export const SWITCHES: readonly Switch[] = [
  { key: 'PRIVILEGE', values: ['user', 'ukl'], default: 'user',
    help: 'The application is a ring-3 process (user), or linked into the kernel and run in ring 0 (ukl).', macros: flag('CONFIG_UNIKERNEL_LINUX', 'ukl') },
  { key: 'UKL_ENTRY', values: ['none', 'stubs', 'full'], default: 'full',
    help: 'How an application reaches the kernel: by Linux\'s entry code (full, v3), by a library of stubs with an entry and an exit function in each ' +
      '(stubs, v2), or by stubs that only call (none, v1).',
    macros: (value): Record<string, string> => (value === 'full' ? {} : { CONFIG_UKL_STUBS: '1', [`CONFIG_UKL_ENTRY_${value.toUpperCase()}`]: '1' }),
    conflict: uklOnly('UKL_ENTRY', 'full') },
  { key: 'UKL_EARLY_PTHREAD', values: ['off', 'on'], default: 'off',
    help: 'The application of v1 runs on a thread with a stack of its own, not on the 16 KiB of the kernel thread that calls it.',
    macros: flag('CONFIG_UKL_EARLY_PTHREAD'),
    conflict: (all) => all['UKL_EARLY_PTHREAD'] === 'on' && all['UKL_ENTRY'] !== 'none'
      ? 'UKL_EARLY_PTHREAD=on needs UKL_ENTRY=none: exec gives the application a stack' : undefined },
  { key: 'UKL_ENTRY_CLI', values: ['off', 'on'], default: 'on',
    help: 'The UKL system call entry begins with cli; off shows the 5.14 race with interrupts still enabled on entry.', macros: flag('CONFIG_UKL_ENTRY_CLI'),
    conflict: (all) => uklOnly('UKL_ENTRY_CLI', 'on')(all) ?? noStubs('UKL_ENTRY_CLI', 'on', 'there is no entry code that could leave it out')(all) },
  { key: 'UKL_STACK', values: ['switch', 'same', 'pinned'], default: 'switch',
    help: 'System calls of a UKL thread switch to the kernel stack, or stay on the user stack (NSS), or on a large one of fixed size in the kernel\'s half ' +
      '(NSS_PS).',
    macros: (value): Record<string, string> => (value === 'switch' ? {} : { CONFIG_UKL_SAME_STACK: '1', ...(value === 'pinned'
      ? { CONFIG_UKL_PINNED_STACK: '1' } : {}) }),
    conflict: (all) => uklOnly('UKL_STACK', 'switch')(all) ?? noStubs('UKL_STACK', 'same', 'a function runs on its caller\'s stack')(all) },
  { key: 'UKL_ALWAYS_SWITCH', values: ['off', 'on'], default: 'off',
    help: 'For debugging: whatever enters the kernel changes to the kernel stack, a stub and a bypassed call too.', macros: flag('CONFIG_UKL_ALWAYS_SWITCH'),
    conflict: (all) => all['UKL_ALWAYS_SWITCH'] === 'on' && all['UKL_BYPASS'] !== 'on' && all['UKL_ENTRY'] !== 'stubs'
      ? 'UKL_ALWAYS_SWITCH=on needs UKL_ENTRY=stubs or UKL_BYPASS=on: entry code switches by UKL_STACK' : undefined },
  {
    key: 'SYSCALL_RETURN', values: ['sysret', 'iret', 'ret'], default: 'sysret',
    help: 'How a system call goes back to the application: sysret, iretq, or popfq and ret (UKL).', macros: oneOf('CONFIG_SYSCALL_RETURN'),
    conflict: (all) => all['PRIVILEGE'] === 'ukl' && all['SYSCALL_RETURN'] === 'sysret'
      ? 'SYSCALL_RETURN=sysret needs PRIVILEGE=user: sysret always goes to ring 3'
      : all['PRIVILEGE'] !== 'ukl' && all['SYSCALL_RETURN'] === 'ret' ? 'SYSCALL_RETURN=ret needs PRIVILEGE=ukl: ret cannot change the ring'
        : noStubs('SYSCALL_RETURN', 'ret', 'a stub returns like any function')(all),
  },
  { key: 'IRQ_RETURN', values: ['iret', 'ret'], default: 'iret',
    help: 'How an interrupt or a fault goes back to the application: iretq, or popfq and ret on its own stack (UKL_RET).',
    macros: flag('CONFIG_UKL_USE_RET', 'ret'),
    conflict: (all) => all['IRQ_RETURN'] === 'iret' ? undefined : all['PRIVILEGE'] !== 'ukl' ? 'IRQ_RETURN=ret needs PRIVILEGE=ukl: ret cannot change the ring'
      : all['UKL_RESCHED'] !== 'cs' ? `IRQ_RETURN=ret needs UKL_RESCHED=cs, not ${all['UKL_RESCHED']}: only the saved CS tells that the way leads back ` +
        'to the application' : undefined },
  { key: 'UKL_PF', values: ['current', 'df', 'ist'], default: 'df',
    help: 'Where a page fault on the application stack lands: on the current stack, by way of #DF taken as #PF (PF_DF), or on an own IST stack (PF_SS).',
    macros: oneOf('CONFIG_UKL_PF'), conflict: uklOnly('UKL_PF', 'df') },
  { key: 'UKL_DF_EOI', values: ['off', 'on'], default: 'off',
    help: 'Under PF_DF, a double fault that came of an interrupt ends that interrupt at the APIC (EOI) and raises it again; off: it is lost for good.',
    macros: flag('CONFIG_UKL_DF_EOI'), conflict: (all) => all['UKL_DF_EOI'] === 'on' && (all['PRIVILEGE'] !== 'ukl' || all['UKL_PF'] !== 'df')
      ? 'UKL_DF_EOI=on needs PRIVILEGE=ukl and UKL_PF=df: only there does one go on after a double fault' : undefined },
  { key: 'UKL_BYPASS', values: ['off', 'on'], default: 'off',
    help: 'libc calls the kernel function directly, without entry and exit code, for threads whose bypass flag is set.', macros: flag('CONFIG_UKL_BYPASS'),
    conflict: (all) => uklOnly('UKL_BYPASS', 'off')(all) ?? noStubs('UKL_BYPASS', 'off', 'there is no entry code to bypass')(all) },
  { key: 'BYPASS_LIMIT', values: 'number', default: '50', help: 'Every so many bypassed calls one goes the full way.',
    macros: (value) => ({ CONFIG_UKL_BYPASS_LIMIT: value }) },
  { key: 'UKL_SHORTCUT', values: ['off', 'tcp'], default: 'off',
    help: 'read and write of a TCP socket call tcp_recvmsg and tcp_sendmsg, past files and sockets, where they bypass the entry code. Needs NET=on to matter.',
    macros: flag('CONFIG_UKL_DEEP_SHORTCUT', 'tcp'), sources: /^linux\/net\/ipv4\/ukl_shortcuts\.c$/,
    conflict: (all) => all['UKL_SHORTCUT'] === 'off' ? undefined : all['UKL_BYPASS'] !== 'on'
      ? 'UKL_SHORTCUT=tcp needs UKL_BYPASS=on: only a thread that may call past the entry code may call deeper' : all['UKL_ALWAYS_SWITCH'] === 'on'
        ? 'UKL_SHORTCUT=tcp needs UKL_ALWAYS_SWITCH=off: a shortcut is a plain call, nobody changes the stack on its way' : undefined },
  { key: 'UKL_RESCHED', values: ['off', 'patch', 'cs'], default: 'cs',
    help: 'Returning to application code reschedules because the saved CS says 0xC3 (cs), or as the scheduler is called for its threads (patch, v2), or never.',
    macros: (value): Record<string, string> => (value === 'off' ? {} : { [`CONFIG_UKL_RESCHED_${value.toUpperCase()}`]: '1' }),
    conflict: (all) => uklOnly('UKL_RESCHED', 'cs')(all) ?? (all['UKL_ENTRY'] === 'none' && all['UKL_RESCHED'] !== 'off'
      ? `UKL_RESCHED=${all['UKL_RESCHED']} needs UKL_ENTRY=full or stubs: without entry code nobody tells application and kernel apart` : undefined) },
  { key: 'UKL_STACK_VMA', values: ['off', 'on'], default: 'off',
    help: 'Faults on the thread\'s own stack VMA do not take mmap_lock: the mend for the deadlock on the same stack.', macros: flag('CONFIG_UKL_STACK_VMA'),
    conflict: uklOnly('UKL_STACK_VMA', 'off') },
  { key: 'UKL_EXTABLE_CHECK', values: ['off', 'on'], default: 'off',
    help: 'Keep stock Linux\'s exception-table test in the fault handler for UKL threads: an oops in place of the deadlock.',
    macros: flag('CONFIG_UKL_EXTABLE_CHECK'), conflict: uklOnly('UKL_EXTABLE_CHECK', 'off') },
  { key: 'APP_RED_ZONE', values: ['off', 'on'], default: 'on', help: 'Compile application and libc with the red zone, or with -mno-red-zone.',
    macros: flag('CONFIG_APP_RED_ZONE') },
  { key: 'PREEMPT', values: ['none', 'full'], default: 'none',
    help: 'Code in ring 0 gives way only where it says so (none), or wherever an interrupt comes and no lock is held (full).',
    macros: flag('CONFIG_PREEMPTION', 'full') },
  { key: 'VMAP_STACK', values: ['off', 'on'], default: 'on', help: 'Kernel stacks are mapped with a guard page below them.',
    macros: flag('CONFIG_VMAP_STACK') },
  {
    key: 'SMEP_SMAP', values: ['off', 'on'], default: 'off', help: 'Turn on CR4.SMEP and CR4.SMAP: ring 0 may not execute, or touch unasked, user pages.',
    macros: flag('CONFIG_X86_SMEP_SMAP'),
    conflict: (all) => all['PRIVILEGE'] === 'ukl' && all['SMEP_SMAP'] === 'on'
      ? 'SMEP_SMAP=on needs PRIVILEGE=user: a unikernel application touches user pages from ring 0' : undefined,
  },
  { key: 'PTI', values: ['off', 'on'], default: 'off',
    help: 'Page table isolation: ring 3 runs on page tables that know only the way into the kernel, and each way in and out loads CR3.',
    macros: flag('CONFIG_PAGE_TABLE_ISOLATION'), sources: /\/pti\.c$/,
    conflict: (all) => all['PRIVILEGE'] === 'ukl' && all['PTI'] === 'on'
      ? 'PTI=on needs PRIVILEGE=user: a unikernel application is part of what ring 3 must not see' : undefined },
  { key: 'RETPOLINE', values: ['off', 'on'], default: 'off',
    help: 'The kernel calls by pointer through return trampolines, so that no indirect branch of it is ever predicted.', macros: flag('CONFIG_RETPOLINE') },
  { key: 'NET', values: ['off', 'on'], default: 'off',
    help: 'Networking: sockets of the Internet and of this machine, the network card and its driver, epoll and eventfd. Without it socket() is ENOSYS.',
    macros: flag('CONFIG_NET'),
    sources: /^linux\/(?:(?:net|drivers\/(?:net|virtio))\/|(?:fs\/(?:event\w+|anon_inodes)|lib\/(?:iov_iter|checksum)|.*\/(?:softirq|ioremap|wheel))\.c$)/,
    apps: ['echo-server', 'kv-store'] },
  { key: 'RPS', values: ['off', 'on'], default: 'off',
    help: 'Receive packet steering: a packet that has come goes on on the CPU that a hash of its connection chooses, which is told by an interrupt; off: on ' +
      'the CPU that the card interrupts. Needs several CPUs to matter.',
    macros: flag('CONFIG_RPS'),
    conflict: (all) => all['RPS'] === 'on' && all['NET'] !== 'on' ? 'RPS=on needs NET=on: without it no packet comes' : undefined },
  { key: 'NR_CPUS', values: ['1', '2', '4', '6', '8'], default: '1', help: 'How many CPUs the machine has. The kernel is the same for all.',
    macros: () => ({}) },
];
