/* The system call table, from the rows of syscall_64.tbl. Linux: arch/x86/entry/syscall_64.c. */
#include <linux/errno.h>
#include <asm/syscall.h>

#define __SYSCALL(nr, sym) extern long __x64_##sym(const struct pt_regs *);
#include <generated/syscalls_64.h>
#undef __SYSCALL

static long __x64_sys_ni_syscall(const struct pt_regs *regs)
{
	(void)regs;
	return -ENOSYS;
}

#define __SYSCALL(nr, sym) [nr] = __x64_##sym,
const sys_call_ptr_t sys_call_table[NR_syscalls] = {
	/* Later entries of the same number take the place of this one. */
	[0 ... NR_syscalls - 1] = __x64_sys_ni_syscall,
#include <generated/syscalls_64.h>
};
