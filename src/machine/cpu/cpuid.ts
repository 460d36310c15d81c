/**
 * What CPUID reports: only what works. SDM Vol. 2A, "CPUID". Identification is our own; a program that looks for Intel's or
 * AMD's features by name of the vendor finds neither. There is no XSAVE and no AVX, so XGETBV is #UD and C libraries take
 * their SSE2 paths.
 */
type Leaf = readonly [eax: number, ebx: number, ecx: number, edx: number];

const text = (four: string): number => four.charCodeAt(0) | (four.charCodeAt(1) << 8) | (four.charCodeAt(2) << 16) | (four.charCodeAt(3) << 24);
const bits = (...numbers: number[]): number => numbers.reduce((word, n) => word | (1 << n), 0);

const VENDOR: Leaf = [0x16, text('Ring'), text('CPU '), text('side')];
/** cmpxchg16b 13, movbe 22, popcnt 23, TSC-deadline 24. */
const FEATURES_ECX = bits(13, 22, 23, 24);
/** fpu 0, tsc 4, msr 5, pae 6, cx8 8, apic 9, pge 13, cmov 15, pat 16, clflush 19, mmx 23, fxsr 24, sse 25, sse2 26. */
const FEATURES_EDX = bits(0, 3, 4, 5, 6, 8, 9, 13, 15, 16, 19, 23, 24, 25, 26);
/** fsgsbase 0, bmi1 3, smep 7, bmi2 8, smap 20. */
const EXTENDED_EBX = bits(0, 3, 7, 8, 20);
const BRAND = 'Ringside x86-64 in TypeScript'.padEnd(48, '\0');

/** @param cpu the number of the CPU that asks, of so many. */
export function cpuid(leaf: number, subleaf: number, hertz: number, cpu: number, cpus: number): Leaf {
  switch (leaf) {
    case 0: return VENDOR;
    // Several logical processors: bit 28.
    case 1: return [0x000006f0, (cpu << 24) | (cpus << 16) | 0x800, FEATURES_ECX, FEATURES_EDX | (cpus > 1 ? 1 << 28 : 0)];
    case 7: return subleaf === 0 ? [0, EXTENDED_EBX, 0, 0] : [0, 0, 0, 0];
    // TSC = crystal * ebx / eax; the crystal of the APIC timer runs at 1 GHz here.
    case 0x15: return [1_000, Math.floor(hertz / 1_000_000), 1_000_000_000, 0];
    case 0x16: return [Math.floor(hertz / 1_000_000), Math.floor(hertz / 1_000_000), 1_000, 0];
    case 0x80000000: return [0x80000008 | 0, 0, 0, 0];
    // lahf 0, lzcnt 5, prefetchw 8; syscall 11, nx 20, rdtscp 27, long mode 29.
    case 0x80000001: return [0, 0, bits(0, 5, 8), bits(11, 20, 27, 29)];
    case 0x80000002: case 0x80000003: case 0x80000004: {
      const at = (leaf - 0x80000002) * 16;
      return [text(BRAND.slice(at, at + 4)), text(BRAND.slice(at + 4, at + 8)), text(BRAND.slice(at + 8, at + 12)), text(BRAND.slice(at + 12, at + 16))];
    }
    case 0x80000007: return [0, 0, 0, bits(8)];
    // 40 physical, 48 linear address bits.
    case 0x80000008: return [0x3028, 0, 0, 0];
    default: return [0, 0, 0, 0];
  }
}
