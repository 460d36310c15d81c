/* Exception handlers. Linux: arch/x86/include/asm/traps.h, idtentry.h, kdebug.h, stacktrace.h. */
#ifndef _ASM_X86_TRAPS_H
#define _ASM_X86_TRAPS_H

#include <linux/types.h>
#include <asm/ptrace.h>

/* What stands on the stack in error_entry. */
struct bad_iret_stack {
	void *error_entry_ret;
	struct pt_regs regs;
};

void asm_exc_divide_error(void);
void asm_exc_debug(void);
void asm_exc_nmi(void);
void asm_exc_int3(void);
void asm_exc_overflow(void);
void asm_exc_bounds(void);
void asm_exc_invalid_op(void);
void asm_exc_device_not_available(void);
void asm_exc_double_fault(void);
void asm_exc_invalid_tss(void);
void asm_exc_segment_not_present(void);
void asm_exc_stack_segment(void);
void asm_exc_general_protection(void);
void asm_exc_page_fault(void);
void asm_exc_coprocessor_error(void);
void asm_exc_alignment_check(void);
void asm_exc_machine_check(void);
void asm_exc_simd_coprocessor_error(void);
void asm_sysvec_apic_timer_interrupt(void);
void asm_sysvec_reschedule_ipi(void);
void asm_sysvec_call_function(void);
void asm_sysvec_error_interrupt(void);
void asm_sysvec_spurious_apic_interrupt(void);
extern char irq_entries_start[];

/* Prints the report and ends the task, or the kernel if there is no task to end. */
void die(const char *str, struct pt_regs *regs, long err);
/* The same in two steps, for callers that print more in between. */
void oops_begin(struct pt_regs *regs, const char *what);
void oops_end(struct pt_regs *regs, int signr);
int __die(const char *str, struct pt_regs *regs, long err);
void show_regs(struct pt_regs *regs);
void show_trace(unsigned long bp, struct pt_regs *regs);
void dump_stack(void);
void rewind_stack_do_exit(int code) __attribute__((noreturn));
bool in_stack_guard(unsigned long address);

#endif
