/* Model specific registers. Linux: arch/x86/include/asm/msr.h, msr-index.h. SDM Vol. 4. */
#ifndef _ASM_X86_MSR_H
#define _ASM_X86_MSR_H

#define MSR_IA32_APICBASE	0x0000001b
#define MSR_IA32_TSC_DEADLINE	0x000006e0
#define MSR_EFER		0xc0000080
#define MSR_STAR		0xc0000081
#define MSR_LSTAR		0xc0000082
#define MSR_CSTAR		0xc0000083
#define MSR_SYSCALL_MASK	0xc0000084
#define MSR_FS_BASE		0xc0000100
#define MSR_GS_BASE		0xc0000101
#define MSR_KERNEL_GS_BASE	0xc0000102

#define EFER_SCE		0x001
#define EFER_LME		0x100
#define EFER_LMA		0x400
#define EFER_NX			0x800

#ifndef __ASSEMBLY__
#include <linux/types.h>
#include <linux/compiler.h>

static __always_inline u64 rdmsrl(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
	return low | (u64)high << 32;
}

static __always_inline void wrmsrl(u32 msr, u64 val)
{
	asm volatile("wrmsr" : : "c" (msr), "a" ((u32)val), "d" ((u32)(val >> 32)) : "memory");
}

static __always_inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return low | (u64)high << 32;
}
#endif
#endif
