/**
 * What CPUID reports: only what works (src/isa/features.ts). SDM Vol. 2A, "CPUID". Identification is our own; a program that looks for Intel's or
 * AMD's features by name of the vendor finds neither. There is no XSAVE and no AVX, so XGETBV is #UD and C libraries take
 * their SSE2 paths.
 */
import { featureBits } from '../../isa/features.ts';
import type { CostProfile } from '../cost.ts';

type Leaf = readonly [eax: number, ebx: number, ecx: number, edx: number];

const text = (four: string): number => four.charCodeAt(0) | (four.charCodeAt(1) << 8) | (four.charCodeAt(2) << 16) | (four.charCodeAt(3) << 24);

const VENDOR: Leaf = [0x16, text('Ring'), text('CPU '), text('side')];
const FEATURES_ECX = featureBits('1.ecx'), FEATURES_EDX = featureBits('1.edx'), STRUCTURED_EBX = featureBits('7.ebx');
const EXTENDED_ECX = featureBits('80000001.ecx'), EXTENDED_EDX = featureBits('80000001.edx'), POWER_EDX = featureBits('80000007.edx');
const MD_CLEAR = 1 << 10;
const BRAND = 'Ringside x86-64 in TypeScript'.padEnd(48, '\0');

/** @param cpu the number of the CPU that asks, of so many. */
export function cpuid(leaf: number, subleaf: number, { hertz, mdClear }: Pick<CostProfile, 'hertz' | 'mdClear'>, cpu: number, cpus: number): Leaf {
  switch (leaf) {
    case 0: return VENDOR;
    // Several logical processors: bit 28.
    case 1: return [0x000006f0, (cpu << 24) | (cpus << 16) | 0x800, FEATURES_ECX, FEATURES_EDX | (cpus > 1 ? 1 << 28 : 0)];
    case 7: return subleaf === 0 ? [0, STRUCTURED_EBX, 0, mdClear ? MD_CLEAR : 0] : [0, 0, 0, 0];
    // TSC = crystal * ebx / eax; the crystal of the APIC timer runs at 1 GHz here.
    case 0x15: return [1_000, Math.floor(hertz / 1_000_000), 1_000_000_000, 0];
    case 0x16: return [Math.floor(hertz / 1_000_000), Math.floor(hertz / 1_000_000), 1_000, 0];
    case 0x80000000: return [0x80000008 | 0, 0, 0, 0];
    case 0x80000001: return [0, 0, EXTENDED_ECX, EXTENDED_EDX];
    case 0x80000002: case 0x80000003: case 0x80000004: {
      const at = (leaf - 0x80000002) * 16;
      return [text(BRAND.slice(at, at + 4)), text(BRAND.slice(at + 4, at + 8)), text(BRAND.slice(at + 8, at + 12)), text(BRAND.slice(at + 12, at + 16))];
    }
    case 0x80000007: return [0, 0, 0, POWER_EDX];
    // 40 physical, 48 linear address bits.
    case 0x80000008: return [0x3028, 0, 0, 0];
    default: return [0, 0, 0, 0];
  }
}
