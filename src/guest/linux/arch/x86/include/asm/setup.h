/* The steps of boot on x86. Linux: arch/x86/include/asm/setup.h, and the headers of what they set up. */
#ifndef _ASM_X86_SETUP_H
#define _ASM_X86_SETUP_H

#include <linux/types.h>

#define COMMAND_LINE_SIZE	2048

struct boot_params;
extern struct boot_params boot_params;

void setup_arch(void);
void early_trap_init(void);
void load_idt_table(void);
void cpu_init(void);
void cpu_init_secondary(void);
void prefill_possible_map(void);
void syscall_init(void);
void init_mem_mapping(void);
void setup_cpu_entry_area(int cpu);
void init_IRQ(void);
void tsc_init(void);
void apic_setup(void);
void setup_local_APIC(void);
void setup_APIC_timer(void);
void setup_secondary_APIC_timer(void);
void irq_init_percpu_irqstack(int cpu);

#endif
