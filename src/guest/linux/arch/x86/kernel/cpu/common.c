/*
 * What this CPU can do, and setting it up. Linux: arch/x86/kernel/cpu/common.c, arch/x86/mm/cpu_entry_area.c.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/apic.h>
#include <asm/cpu_entry_area.h>
#include <asm/desc.h>
#include <asm/fpu.h>
#include <asm/msr.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <asm/setup.h>
#include <trace/events.h>

struct cpuinfo_x86 boot_cpu_data;
/* Leaving for user mode runs verw when the CPU leaks buffers (MDS) and microcode can clear them. */
int mds_user_clear;
/* CR4 as the boot CPU has it. */
static unsigned long mmu_cr4_features;

DEFINE_PER_CPU(unsigned long, this_cpu_off) = 0;
DEFINE_PER_CPU(struct task_struct *, current_task) = &init_task;
DEFINE_PER_CPU(int, __preempt_count) = INIT_PREEMPT_COUNT;
DEFINE_PER_CPU(unsigned long, cpu_current_top_of_stack) = 0;
DEFINE_PER_CPU_PAGE_ALIGNED(struct x86_hw_tss, cpu_tss_rw) = { .io_bitmap_base = 0x8000 };

void entry_SYSCALL_64(void);

/* Descriptors, as the CPU wants them: access byte and flags around base 0, limit 4 GiB. */
DEFINE_PER_CPU_PAGE_ALIGNED(u64, gdt_page[512]) = {
	[GDT_ENTRY_KERNEL32_CS] = 0x00cf9b000000ffffUL,
	[GDT_ENTRY_KERNEL_CS] = 0x00af9b000000ffffUL,
	[GDT_ENTRY_KERNEL_DS] = 0x00cf93000000ffffUL,
	[GDT_ENTRY_DEFAULT_USER32_CS] = 0x00cffb000000ffffUL,
	[GDT_ENTRY_DEFAULT_USER_DS] = 0x00cff3000000ffffUL,
	[GDT_ENTRY_DEFAULT_USER_CS] = 0x00affb000000ffffUL,
};

DEFINE_PER_CPU_PAGE_ALIGNED(char, entry_stack[4096]) = { 0 };
DEFINE_PER_CPU_PAGE_ALIGNED(char, exception_stacks[N_EXCEPTION_STACKS][EXCEPTION_STKSZ]) = { 0 };

/* Page tables of the cpu_entry_area: static, for they are needed before there is an allocator. */
static pud_t cea_pud[512] __aligned(4096);
static pmd_t cea_pmd[512] __aligned(4096);
static pte_t cea_pte[512] __aligned(4096);

extern struct gate_struct idt_table[];

/* In the tables of ring 3 too, with PTI: so it may be global all the same. */
static void __init cea_set_pte(int cpu, int page, void *target, pgprot_t prot)
{
	pgprot_val(prot) |= _PAGE_GLOBAL;
	set_pte(&cea_pte[cpu * CEA_PAGES + page], pfn_pte(__pa(target) >> PAGE_SHIFT, prot));
}

static void __init cea_tell_stack(int cpu, int kind, int page)
{
	unsigned long low = CEA_CPU_ADDR(cpu, page);
	unsigned long high = low + PAGE_SIZE;

	trace_stack_region(kind, low, high, cpu);
	(void)kind;
	(void)high;
}

/* For each CPU, by the boot CPU. */
void __init setup_cpu_entry_area(int cpu)
{
	struct x86_hw_tss *tss = per_cpu_ptr(&cpu_tss_rw, cpu);
	int i;

	init_top_pgt[pgd_index(CPU_ENTRY_AREA_BASE)].pgd = __pa_symbol(cea_pud) | _KERNPG_TABLE;
	cea_pud[pud_index(CPU_ENTRY_AREA_BASE)].pud = __pa_symbol(cea_pmd) | _KERNPG_TABLE;
	cea_pmd[pmd_index(CPU_ENTRY_AREA_BASE)].pmd = __pa_symbol(cea_pte) | _KERNPG_TABLE;

	/* A read-only alias of the IDT: a stray write to what the CPU uses faults. */
	cea_set_pte(0, CEA_IDT_PAGE, idt_table, PAGE_KERNEL_RO);
	cea_set_pte(cpu, CEA_GDT_PAGE, per_cpu_ptr(&gdt_page[0], cpu), PAGE_KERNEL);
	cea_set_pte(cpu, CEA_ENTRY_STACK_PAGE, per_cpu_ptr(&entry_stack[0], cpu), PAGE_KERNEL);
	cea_set_pte(cpu, CEA_TSS_PAGE, tss, PAGE_KERNEL);
	cea_tell_stack(cpu, STACK_KIND_ENTRY, CEA_ENTRY_STACK_PAGE);
	for (i = 0; i < N_EXCEPTION_STACKS; i++) {
		cea_set_pte(cpu, CEA_ESTACK_PAGE(i), per_cpu_ptr(&exception_stacks[i][0], cpu), PAGE_KERNEL);
		tss->ist[i] = CEA_CPU_ADDR(cpu, CEA_ESTACK_PAGE(i)) + EXCEPTION_STKSZ;
	}
	cea_tell_stack(cpu, STACK_KIND_IST + IST_INDEX_DF, CEA_ESTACK_PAGE(IST_INDEX_DF));
	cea_tell_stack(cpu, STACK_KIND_IST + IST_INDEX_NMI, CEA_ESTACK_PAGE(IST_INDEX_NMI));
	cea_tell_stack(cpu, STACK_KIND_IST + IST_INDEX_DB, CEA_ESTACK_PAGE(IST_INDEX_DB));
	cea_tell_stack(cpu, STACK_KIND_IST + IST_INDEX_MCE, CEA_ESTACK_PAGE(IST_INDEX_MCE));
#if defined(CONFIG_UNIKERNEL_LINUX) && defined(CONFIG_UKL_PF_IST)
	cea_tell_stack(cpu, STACK_KIND_IST + IST_INDEX_PF, CEA_ESTACK_PAGE(IST_INDEX_PF));
#endif
}

/* The two-entry descriptor of a 64-bit TSS. SDM Vol. 3A, "TSS Descriptor in 64-bit mode". */
static void __init set_tss_desc(unsigned long addr)
{
	unsigned long limit = sizeof(struct x86_hw_tss) - 1;
	u64 *gdt = this_cpu_ptr(&gdt_page[0]);

	gdt[GDT_ENTRY_TSS] = limit | (addr & 0xffffff) << 16 | 0x89UL << 40 |
				  (addr >> 24 & 0xff) << 56;
	gdt[GDT_ENTRY_TSS + 1] = addr >> 32;
}

/* Points the CPU at its GDT and TSS. Linux: cpu_init_exception_handling(), cpu_init(). */
void __init cpu_init(void)
{
	int cpu = smp_processor_id();
	struct desc_ptr gdt = { GDT_ENTRIES * 8 - 1, CEA_CPU_ADDR(cpu, CEA_GDT_PAGE) };

	/*
	 * sp0 is the entry stack, not the task's: entry code changes to the task's stack itself,
	 * so a context switch has nothing to update here.
	 */
	this_cpu_ptr(&cpu_tss_rw)->sp0 = CEA_CPU_ADDR(cpu, CEA_ENTRY_STACK_PAGE) + PAGE_SIZE;
	set_tss_desc(CEA_CPU_ADDR(cpu, CEA_TSS_PAGE));
	load_gdt(&gdt);
	load_tr(GDT_ENTRY_TSS * 8);
	syscall_init();
}

/* What start_kernel() does for the boot CPU, on another one. All CPUs are alike. Linux: cpu_init(), identify_secondary_cpu(). */
void cpu_init_secondary(void)
{
	write_cr4(mmu_cr4_features);
	cpu_init();
	load_idt_table();
}

/* May ring 3 execute SYSCALL, and where does it go? */
void __init syscall_init(void)
{
	wrmsrl(MSR_STAR, (u64)__USER32_CS << 48 | (u64)__KERNEL_CS << 32);
	wrmsrl(MSR_LSTAR, (unsigned long)entry_SYSCALL_64);
	/* Cleared on entry: interrupts are off, and no user flag reaches the kernel. */
	wrmsrl(MSR_SYSCALL_MASK,
	       X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | X86_EFLAGS_SF |
	       X86_EFLAGS_TF | X86_EFLAGS_IF | X86_EFLAGS_DF | X86_EFLAGS_OF | X86_EFLAGS_IOPL |
	       X86_EFLAGS_NT | X86_EFLAGS_RF | X86_EFLAGS_AC | X86_EFLAGS_ID);
	wrmsrl(MSR_KERNEL_GS_BASE, 0);
}

#ifdef CONFIG_X86_SMEP_SMAP
extern u64 __start_smap_stac[], __stop_smap_stac[];
extern u64 __start_smap_clac[], __stop_smap_clac[];

/* Puts the third byte of stac (0f 01 cb) or clac (0f 01 ca) in place of the nop (0f 1f 00). */
static void __init apply_smap_alternatives(void)
{
	u64 *site;

	for (site = __start_smap_stac; site < __stop_smap_stac; site++) {
		((u8 *)*site)[1] = 0x01;
		((u8 *)*site)[2] = 0xcb;
	}
	for (site = __start_smap_clac; site < __stop_smap_clac; site++) {
		((u8 *)*site)[1] = 0x01;
		((u8 *)*site)[2] = 0xca;
	}
}
#endif

static void __init check_mds(u32 leaf7_edx)
{
	bool mds_no = false;

	if (leaf7_edx & (1u << 29))			/* IA32_ARCH_CAPABILITIES exists */
		mds_no = (rdmsrl(0x10a) & (1u << 5)) != 0;
	mds_user_clear = (leaf7_edx & (1u << 10)) && !mds_no;
}

void __init identify_boot_cpu(void)
{
	struct cpuinfo_x86 *c = &boot_cpu_data;
	u32 eax, ebx, ecx, edx, max;

	cpuid(0, 0, &max, &ebx, &ecx, &edx);
	memcpy(c->vendor, &ebx, 4);
	memcpy(c->vendor + 4, &edx, 4);
	memcpy(c->vendor + 8, &ecx, 4);

	cpuid(1, 0, &eax, &ebx, &ecx, &edx);
	c->has_tsc_deadline = (ecx >> 24) & 1;
	c->has_pge = (edx >> 13) & 1;
	c->has_fxsr = (edx >> 24) & (edx >> 25) & 1;
	c->hwcap = edx;

	if (max >= 7) {
		cpuid(7, 0, &eax, &ebx, &ecx, &edx);
		c->has_fsgsbase = ebx & 1;
		c->has_smep = (ebx >> 7) & 1;
		c->has_erms = (ebx >> 9) & 1;
		c->has_smap = (ebx >> 20) & 1;
		check_mds(edx);
	}
	cpuid(0x80000001, 0, &eax, &ebx, &ecx, &edx);
	c->has_nx = (edx >> 20) & 1;

	fpu__init_cpu();
	if (c->has_fsgsbase)
		write_cr4(read_cr4() | X86_CR4_FSGSBASE);
#ifdef CONFIG_X86_SMEP_SMAP
	if (c->has_smep)
		write_cr4(read_cr4() | X86_CR4_SMEP);
	if (c->has_smap) {
		apply_smap_alternatives();
		write_cr4(read_cr4() | X86_CR4_SMAP);
	}
#endif
	mmu_cr4_features = read_cr4();
}
