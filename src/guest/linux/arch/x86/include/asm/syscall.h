/* The system call table. Linux: arch/x86/include/asm/syscall.h. */
#ifndef _ASM_X86_SYSCALL_H
#define _ASM_X86_SYSCALL_H

#include <asm/ptrace.h>

/* One more than the highest number that Linux 5.14 knows. */
#define NR_syscalls	448

typedef long (*sys_call_ptr_t)(const struct pt_regs *);
extern const sys_call_ptr_t sys_call_table[];

#endif
