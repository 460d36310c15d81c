/* The CPU and a task's part of it. Linux: arch/x86/include/asm/processor.h, special_insns.h, cpufeature.h. */
#ifndef _ASM_X86_PROCESSOR_H
#define _ASM_X86_PROCESSOR_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <asm/percpu.h>
#include <asm/thread_info.h>

struct task_struct;
struct pt_regs;
struct fxregs_state;

/* SDM Vol. 3A, "64-Bit Task State Segment": the layout is the CPU's. */
struct x86_hw_tss {
	u32 reserved1;
	u64 sp0;	/* RSP for an event that comes from ring 3: the entry stack */
	u64 sp1;	/* unused by the CPU */
	u64 sp2;	/* unused by the CPU; entry_SYSCALL_64 keeps the user RSP here for a moment */
	u64 reserved2;
	u64 ist[7];	/* stacks that a gate may demand by number */
	u32 reserved3;
	u32 reserved4;
	u16 reserved5;
	u16 io_bitmap_base;
} __packed;

DECLARE_PER_CPU(struct x86_hw_tss, cpu_tss_rw);

/* What __switch_to saves of a task that its kernel stack does not hold. */
struct thread_struct {
	unsigned long sp;	/* kernel RSP while it does not run */
	unsigned long fsbase;
	unsigned long gsbase;	/* the user's; ours is per CPU */
	unsigned long cr2;
	unsigned long trap_nr;
	unsigned long error_code;
	struct fxregs_state *fpu;	/* NULL: a kernel thread */
	int fpu_cpu;		/* whose registers were loaded from it last; -1: none's */
};

/* What CPUID told. */
struct cpuinfo_x86 {
	char vendor[13];
	char model[49];
	bool has_tsc_deadline;
	bool has_fsgsbase;
	bool has_smep;
	bool has_smap;
	bool has_nx;
	bool has_pge;
	bool has_erms;
	bool has_fxsr;
	u32 hwcap;		/* CPUID.1:EDX, which AT_HWCAP tells programs */
};

extern struct cpuinfo_x86 boot_cpu_data;
void identify_boot_cpu(void);

static __always_inline void cpuid(u32 leaf, u32 sub, u32 *a, u32 *b, u32 *c, u32 *d)
{
	asm volatile("cpuid" : "=a" (*a), "=b" (*b), "=c" (*c), "=d" (*d) : "0" (leaf), "2" (sub));
}

static __always_inline void cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

static __always_inline unsigned long read_cr2(void)
{
	unsigned long val;

	asm volatile("movq %%cr2, %0" : "=r" (val));
	return val;
}

static __always_inline unsigned long read_cr0(void)
{
	unsigned long val;

	asm volatile("movq %%cr0, %0" : "=r" (val));
	return val;
}

static __always_inline void write_cr0(unsigned long val)
{
	asm volatile("movq %0, %%cr0" : : "r" (val) : "memory");
}

static __always_inline unsigned long read_cr4(void)
{
	unsigned long val;

	asm volatile("movq %%cr4, %0" : "=r" (val));
	return val;
}

static __always_inline void write_cr4(unsigned long val)
{
	asm volatile("movq %0, %%cr4" : : "r" (val) : "memory");
}

#define task_top_of_stack(task)	((unsigned long)(task)->stack + THREAD_SIZE)
/* The registers of the system call, or of whatever else took the task out of user mode. */
#define task_pt_regs(task)	((struct pt_regs *)task_top_of_stack(task) - 1)
#define current_pt_regs()	task_pt_regs(current)

static __always_inline unsigned long current_stack_pointer(void)
{
	unsigned long sp;

	asm volatile("movq %%rsp, %0" : "=r" (sp));
	return sp;
}

/* Makes regs those of a program about to execute its first instruction. */
void start_thread(struct pt_regs *regs, unsigned long new_ip, unsigned long new_sp);
/* The bases of FS and GS, as ring 3 may have changed them. */
void save_fsgs(struct task_struct *task);

struct task_struct *__switch_to_asm(struct task_struct *prev, struct task_struct *next);
struct task_struct *__switch_to(struct task_struct *prev, struct task_struct *next);

void stop_this_cpu(void) __noreturn;
void machine_power_off(int status) __noreturn;

#endif
