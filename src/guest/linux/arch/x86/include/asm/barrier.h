/* Order of memory accesses. Linux: arch/x86/include/asm/barrier.h. SDM Vol. 3A, "Memory Ordering". */
#ifndef _ASM_X86_BARRIER_H
#define _ASM_X86_BARRIER_H

/*
 * No load after it is done before the stores that precede it can be seen: the one order that x86 does not keep by itself. Any locked
 * instruction does that, and one on the stack costs less than MFENCE.
 */
#define smp_mb()	asm volatile("lock addl $0, -4(%%rsp)" : : : "memory", "cc")

#endif
