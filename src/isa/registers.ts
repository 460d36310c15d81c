/** Names and numbers of registers, flags, control bits, MSRs, selectors and vectors. SDM Vol. 1 and 3A; MSRs: Vol. 4. */

/** In encoding order. */
export const GPR64 = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'] as const;
export const GPR32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d', 'r15d'] as const;
export const GPR16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di', 'r8w', 'r9w', 'r10w', 'r11w', 'r12w', 'r13w', 'r14w', 'r15w'] as const;
export const GPR8 = ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil', 'r8b', 'r9b', 'r10b', 'r11b', 'r12b', 'r13b', 'r14b', 'r15b'] as const;
/** Byte registers 4..7 without a REX prefix name the second byte of rax rcx rdx rbx. */
export const GPR8_HIGH = ['ah', 'ch', 'dh', 'bh'] as const;
export const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;

export const RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7, R8 = 8, R9 = 9, R10 = 10, R11 = 11;
export const ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5;

export const RFLAGS_CF = 0x1, RFLAGS_FIXED = 0x2, RFLAGS_PF = 0x4, RFLAGS_AF = 0x10, RFLAGS_ZF = 0x40, RFLAGS_SF = 0x80, RFLAGS_TF = 0x100,
  RFLAGS_IF = 0x200, RFLAGS_DF = 0x400, RFLAGS_OF = 0x800, RFLAGS_IOPL = 0x3000, RFLAGS_NT = 0x4000, RFLAGS_RF = 0x10000, RFLAGS_VM = 0x20000,
  RFLAGS_AC = 0x40000, RFLAGS_ID = 0x200000;
/** For display, in the order people read them. */
export const FLAG_NAMES: readonly (readonly [string, number])[] =
  [['CF', RFLAGS_CF], ['PF', RFLAGS_PF], ['AF', RFLAGS_AF], ['ZF', RFLAGS_ZF], ['SF', RFLAGS_SF], ['IF', RFLAGS_IF], ['DF', RFLAGS_DF], ['OF', RFLAGS_OF],
  ['TF', RFLAGS_TF], ['AC', RFLAGS_AC]];

export const CR0_PE = 0x1, CR0_MP = 0x2, CR0_EM = 0x4, CR0_TS = 0x8, CR0_ET = 0x10, CR0_NE = 0x20, CR0_WP = 0x10000, CR0_AM = 0x40000, CR0_NW = 0x20000000,
  CR0_CD = 0x40000000, CR0_PG = 0x80000000;
export const CR4_TSD = 0x4, CR4_PSE = 0x10, CR4_PAE = 0x20, CR4_PGE = 0x80, CR4_OSFXSR = 0x200, CR4_OSXMMEXCPT = 0x400, CR4_UMIP = 0x800,
  CR4_FSGSBASE = 0x10000, CR4_SMEP = 0x100000, CR4_SMAP = 0x200000;
export const EFER_SCE = 0x1, EFER_LME = 0x100, EFER_LMA = 0x400, EFER_NXE = 0x800;
export const PTE_P = 0x1, PTE_W = 0x2, PTE_U = 0x4, PTE_PWT = 0x8, PTE_PCD = 0x10, PTE_A = 0x20, PTE_D = 0x40, PTE_PS = 0x80, PTE_G = 0x100;

export const IA32_TSC = 0x10, IA32_APIC_BASE = 0x1b, IA32_TSC_DEADLINE = 0x6e0, IA32_PAT = 0x277, IA32_EFER = 0xc0000080, IA32_STAR = 0xc0000081,
  IA32_LSTAR = 0xc0000082, IA32_CSTAR = 0xc0000083,
  IA32_FMASK = 0xc0000084, IA32_FS_BASE = 0xc0000100, IA32_GS_BASE = 0xc0000101, IA32_KERNEL_GS_BASE = 0xc0000102, IA32_TSC_AUX = 0xc0000103;

export interface VectorInfo {
  /** `#PF` */
  mnemonic: string;
  name: string;
  errorCode: boolean;
  /** For nested faults. SDM Vol. 3A, "Interrupt 8: Double Fault Exception". */
  contributory: boolean;
}

const vector = (mnemonic: string, name: string, errorCode = false, contributory = false): VectorInfo => ({ mnemonic, name, errorCode, contributory });

/** Exceptions by vector. SDM Vol. 3A, "Exception and Interrupt Vectors". */
export const VECTORS: Readonly<Record<number, VectorInfo>> = {
  0: vector('#DE', 'divide error', false, true),
  1: vector('#DB', 'debug'),
  2: vector('NMI', 'non-maskable interrupt'),
  3: vector('#BP', 'breakpoint'),
  4: vector('#OF', 'overflow'),
  5: vector('#BR', 'bound range exceeded'),
  6: vector('#UD', 'invalid opcode'),
  7: vector('#NM', 'device not available'),
  8: vector('#DF', 'double fault', true),
  10: vector('#TS', 'invalid TSS', true, true),
  11: vector('#NP', 'segment not present', true, true),
  12: vector('#SS', 'stack segment fault', true, true),
  13: vector('#GP', 'general protection', true, true),
  14: vector('#PF', 'page fault', true),
  16: vector('#MF', 'x87 floating-point error'),
  17: vector('#AC', 'alignment check', true),
  18: vector('#MC', 'machine check'),
  19: vector('#XM', 'SIMD floating-point'),
  20: vector('#VE', 'virtualization'),
  21: vector('#CP', 'control protection', true),
};
export const DE = 0, DB = 1, NMI = 2, BP = 3, UD = 6, NM = 7, DF = 8, TS = 10, NP = 11, SS_FAULT = 12, GP = 13, PF = 14, MF = 16, AC_FAULT = 17, XM = 19;

/** Page-fault error code. SDM Vol. 3A, "Page-Fault Exceptions". */
export const PF_P = 0x1, PF_W = 0x2, PF_U = 0x4, PF_RSVD = 0x8, PF_I = 0x10;
