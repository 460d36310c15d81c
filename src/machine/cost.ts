/**
 * What things cost, in quarter cycles of one core. Only primitives have a cost; a system call, a switch or a fault costs
 * what its path adds up to. Figures and their sources: the tables of the cost model (README, "What the cycles mean").
 * Simplified: caches, TLB misses and branch prediction cost nothing in these profiles.
 */
export interface CostProfile {
  readonly name: string;
  readonly hertz: number;
  /** CPUID has MD_CLEAR: buffers of this CPU leak (MDS), its VERW overwrites them, and a kernel executes one on each way to an application. */
  readonly mdClear: boolean;
  /** Any instruction not listed. */
  readonly simple: number;
  /** By mnemonic. */
  readonly byMnemonic: Readonly<Record<string, number>>;
  /** A locked read-modify-write, whatever its mnemonic. */
  readonly locked: number;
  readonly movCr3: number;
  readonly movCr: number;
  readonly iretqSameRing: number;
  readonly iretqRing3: number;
  readonly pageFaultRing3: number;
  readonly pageFaultRing0: number;
  readonly eventRing3: number;
  readonly eventRing0: number;
  readonly softwareInterrupt: number;
  readonly istExtra: number;
  readonly doubleFaultExtra: number;
  readonly repStart: number;
  /** Bytes that one quarter cycle of a REP MOVS or STOS moves. */
  readonly repBytesPerQuarter: number;
  readonly mmioRead: number;
  readonly mmioWrite: number;
  readonly div32: number;
  readonly div64: number;
  readonly div128: number;
}

const cycles = (n: number): number => n * 4;

/** Skylake-SP at 3.0 GHz, mitigations off: the base. */
const SKX_OFF: CostProfile = {
  name: 'skx-off',
  hertz: 3_000_000_000,
  mdClear: false,
  simple: 2,
  byMnemonic: {
    imul: cycles(3), mul: cycles(3), mfence: cycles(35), lfence: cycles(6), sfence: cycles(3), pause: cycles(140), rdtsc: cycles(25), rdtscp: cycles(32),
    rdmsr: cycles(80), wrmsr: cycles(120), cpuid: cycles(120), pushf: cycles(1), popf: cycles(18), cli: cycles(6), sti: cycles(6), swapgs: cycles(16),
    wrfsbase: cycles(18), wrgsbase: cycles(18), rdfsbase: cycles(6), rdgsbase: cycles(6), clflush: cycles(120), invlpg: cycles(150), syscall: cycles(42),
    sysretq: cycles(42),
    in: cycles(600), out: cycles(600), stac: cycles(10), clac: cycles(10), verw: 2, cmpxchg16b: cycles(18),
  },
  locked: cycles(18),
  movCr3: cycles(220),
  movCr: cycles(40),
  iretqSameRing: cycles(265),
  iretqRing3: cycles(300),
  pageFaultRing3: cycles(600),
  pageFaultRing0: cycles(530),
  eventRing3: cycles(450),
  eventRing0: cycles(380),
  softwareInterrupt: cycles(420),
  istExtra: cycles(10),
  doubleFaultExtra: cycles(250),
  repStart: cycles(35),
  repBytesPerQuarter: 8,
  mmioRead: cycles(300),
  mmioWrite: cycles(30),
  div32: cycles(26),
  div64: cycles(42),
  div128: cycles(88),
};

/** The same with the mitigations of a 2018 to 2020 distribution, as far as they are costs of the hardware. */
const SKX_MIT: CostProfile = { ...SKX_OFF, name: 'skx-mit', mdClear: true, byMnemonic: { ...SKX_OFF.byMnemonic, verw: cycles(470) }, movCr3: cycles(190) };

/** The machine of the UKL paper: 2.2 GHz Sandy Bridge-EP, MDS-affected. */
const UKL_R620: CostProfile = {
  ...SKX_OFF,
  name: 'ukl-r620',
  hertz: 2_200_000_000,
  mdClear: true,
  byMnemonic: { ...SKX_OFF.byMnemonic, verw: cycles(470), rdtsc: cycles(28), rdtscp: cycles(38), pause: cycles(10), cmpxchg16b: cycles(22) },
  locked: cycles(22),
  movCr3: cycles(190),
  repBytesPerQuarter: 4,
};

export const COST_PROFILES = { 'skx-off': SKX_OFF, 'skx-mit': SKX_MIT, 'ukl-r620': UKL_R620 } as const;
export type CostProfileName = keyof typeof COST_PROFILES;
