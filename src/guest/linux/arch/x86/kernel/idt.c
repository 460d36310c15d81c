/* The interrupt descriptor table. Linux: arch/x86/kernel/idt.c. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <asm/cpu_entry_area.h>
#include <asm/desc.h>
#include <asm/irq_vectors.h>
#include <asm/percpu.h>
#include <asm/pgtable.h>
#include <asm/segment.h>
#include <asm/setup.h>
#include <asm/traps.h>

struct gate_struct idt_table[NR_VECTORS] __aligned(4096);

/* ist: 0 for the ordinary rule (ring 3: TSS.sp0; ring 0: stay), else 1 + index into TSS.ist. */
static void __init set_gate(unsigned int n, void *addr, int dpl, int ist)
{
	struct gate_struct *gate = &idt_table[n];
	unsigned long offset = (unsigned long)addr;

	gate->offset_low = offset;
	gate->offset_middle = offset >> 16;
	gate->offset_high = offset >> 32;
	gate->segment = __KERNEL_CS;
	gate->ist = ist;
	gate->type_dpl_p = 0x80 | dpl << 5 | GATE_INTERRUPT;
	gate->reserved = 0;
}

/* Linux's words for the three kinds of gate. */
#define INTG(vector, addr)		set_gate(vector, addr, 0, 0)
#define SYSG(vector, addr)		set_gate(vector, addr, 3, 0)
#define ISTG(vector, addr, index)	set_gate(vector, addr, 0, (index) + 1)

/* All CPUs have the same. */
void load_idt_table(void)
{
	struct desc_ptr idt = { sizeof(idt_table) - 1, CEA_ADDR(CEA_IDT_PAGE) };

	load_idt(&idt);
}

/* Everything that may happen from now on: exceptions, and the local APIC's own interrupts. */
void __init early_trap_init(void)
{
	int i;

	INTG(X86_TRAP_DE, asm_exc_divide_error);
	ISTG(X86_TRAP_DB, asm_exc_debug, IST_INDEX_DB);
	ISTG(X86_TRAP_NMI, asm_exc_nmi, IST_INDEX_NMI);
	SYSG(X86_TRAP_BP, asm_exc_int3);
	SYSG(X86_TRAP_OF, asm_exc_overflow);
	INTG(X86_TRAP_BR, asm_exc_bounds);
	INTG(X86_TRAP_UD, asm_exc_invalid_op);
	INTG(X86_TRAP_NM, asm_exc_device_not_available);
	ISTG(X86_TRAP_DF, asm_exc_double_fault, IST_INDEX_DF);
	INTG(X86_TRAP_TS, asm_exc_invalid_tss);
	INTG(X86_TRAP_NP, asm_exc_segment_not_present);
	INTG(X86_TRAP_SS, asm_exc_stack_segment);
	INTG(X86_TRAP_GP, asm_exc_general_protection);
#if defined(CONFIG_UNIKERNEL_LINUX) && defined(CONFIG_UKL_PF_IST)
	/* UKL_PF_SS: the frame of a fault on a stack page needs another stack to go to. */
	ISTG(X86_TRAP_PF, asm_exc_page_fault, IST_INDEX_PF);
#else
	INTG(X86_TRAP_PF, asm_exc_page_fault);
#endif
	INTG(X86_TRAP_MF, asm_exc_coprocessor_error);
	INTG(X86_TRAP_AC, asm_exc_alignment_check);
	ISTG(X86_TRAP_MC, asm_exc_machine_check, IST_INDEX_MCE);
	INTG(X86_TRAP_XF, asm_exc_simd_coprocessor_error);

	for (i = 0; i < NR_IRQS; i++)
		INTG(ISA_IRQ_VECTOR(i), irq_entries_start + 8 * i);
	INTG(RESCHEDULE_VECTOR, asm_sysvec_reschedule_ipi);
	INTG(CALL_FUNCTION_VECTOR, asm_sysvec_call_function);
	INTG(LOCAL_TIMER_VECTOR, asm_sysvec_apic_timer_interrupt);
	INTG(ERROR_APIC_VECTOR, asm_sysvec_error_interrupt);
	INTG(SPURIOUS_APIC_VECTOR, asm_sysvec_spurious_apic_interrupt);

	__per_cpu_offset[0] = (unsigned long)__per_cpu_load;
	setup_cpu_entry_area(0);
	cpu_init();
	load_idt_table();
}
