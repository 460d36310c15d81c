/**
 * What CPUID says of a processor, by the names that /proc/cpuinfo has for it: ours has these and no others. SDM Vol. 2A, "CPUID". A row of the
 * opcode tables that not every x86-64 processor has names one of them (`needs`).
 */
export type FeatureWord = '1.ecx' | '1.edx' | '7.ebx' | '80000001.ecx' | '80000001.edx' | '80000007.edx';

/** Where each is reported: leaf and register, bit. */
const TABLE = {
  cx16: ['1.ecx', 13], movbe: ['1.ecx', 22], popcnt: ['1.ecx', 23], tsc_deadline_timer: ['1.ecx', 24],
  fpu: ['1.edx', 0], pse: ['1.edx', 3], tsc: ['1.edx', 4], msr: ['1.edx', 5], pae: ['1.edx', 6], cx8: ['1.edx', 8], apic: ['1.edx', 9], pge: ['1.edx', 13],
  cmov: ['1.edx', 15], pat: ['1.edx', 16], clflush: ['1.edx', 19], mmx: ['1.edx', 23], fxsr: ['1.edx', 24], sse: ['1.edx', 25], sse2: ['1.edx', 26],
  fsgsbase: ['7.ebx', 0], bmi1: ['7.ebx', 3], smep: ['7.ebx', 7], bmi2: ['7.ebx', 8], smap: ['7.ebx', 20],
  lahf_lm: ['80000001.ecx', 0], abm: ['80000001.ecx', 5], '3dnowprefetch': ['80000001.ecx', 8],
  syscall: ['80000001.edx', 11], nx: ['80000001.edx', 20], rdtscp: ['80000001.edx', 27], lm: ['80000001.edx', 29],
  nonstop_tsc: ['80000007.edx', 8],
} as const satisfies Readonly<Record<string, readonly [FeatureWord, number]>>;

export type Feature = keyof typeof TABLE;

/** All bits of a word, as CPUID gives it. */
export const featureBits = (word: FeatureWord): number =>
  Object.values(TABLE).reduce((bits, [where, bit]) => (where === word ? bits | (1 << bit) : bits), 0);
