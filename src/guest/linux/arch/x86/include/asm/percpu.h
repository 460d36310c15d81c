/*
 * Per-CPU variables. Linux: arch/x86/include/asm/percpu.h, "PERCPU_VADDR(0)" in vmlinux.lds.h.
 *
 * The section .data..percpu is linked at address 0, so a per-CPU symbol is an offset; GS base holds
 * where this CPU's copy really stands. `%gs:symbol` is then the variable of the CPU that asks.
 * UKL: application code uses FS only, so GS keeps pointing here while it runs in ring 0.
 */
#ifndef _ASM_X86_PERCPU_H
#define _ASM_X86_PERCPU_H

#ifdef __ASSEMBLY__
#define PER_CPU_VAR(var)	%gs:var
#else

#include <linux/types.h>
#include <linux/compiler.h>

#define DECLARE_PER_CPU(type, name)	extern typeof(type) name
#define DEFINE_PER_CPU(type, name)	__section(".data..percpu") typeof(type) name
#define DEFINE_PER_CPU_PAGE_ALIGNED(type, name) \
	__section(".data..percpu") __aligned(4096) typeof(type) name

#define this_cpu_read_4(var) ({ \
	u32 __val; \
	asm volatile("movl %%gs:%c1, %0" : "=r" (__val) : "i" (&(var))); \
	(typeof(var))__val; \
})
#define this_cpu_read_8(var) ({ \
	u64 __val; \
	asm volatile("movq %%gs:%c1, %0" : "=r" (__val) : "i" (&(var))); \
	(typeof(var))__val; \
})
#define this_cpu_write_4(var, val) \
	asm volatile("movl %0, %%gs:%c1" : : "r" ((u32)(val)), "i" (&(var)) : "memory")
#define this_cpu_write_8(var, val) \
	asm volatile("movq %0, %%gs:%c1" : : "r" ((u64)(val)), "i" (&(var)) : "memory")
#define this_cpu_add_4(var, val) \
	asm volatile("addl %0, %%gs:%c1" : : "ri" ((int)(val)), "i" (&(var)) : "memory", "cc")
#define this_cpu_and_4(var, val) \
	asm volatile("andl %0, %%gs:%c1" : : "ri" ((int)(val)), "i" (&(var)) : "memory", "cc")
#define this_cpu_or_4(var, val) \
	asm volatile("orl %0, %%gs:%c1" : : "ri" ((int)(val)), "i" (&(var)) : "memory", "cc")

DECLARE_PER_CPU(unsigned long, this_cpu_off);

/* The address, usable from anywhere, of this CPU's copy. */
#define this_cpu_ptr(ptr) \
	((typeof(ptr))((unsigned long)(ptr) + this_cpu_read_8(this_cpu_off)))

#define per_cpu_ptr(ptr, cpu) \
	((typeof(ptr))((unsigned long)(ptr) + __per_cpu_offset[cpu]))
extern unsigned long __per_cpu_offset[];

/* Where the boot CPU's copy stands in the image. */
extern char __per_cpu_load[], __per_cpu_start[], __per_cpu_end[];

#endif
#endif
