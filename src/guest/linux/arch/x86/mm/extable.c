/* Instructions that may fault, and what to do then. Linux: arch/x86/mm/extable.c, lib/extable.c. */
#include <linux/kernel.h>
#include <asm/ptrace.h>
#include <asm/uaccess.h>

extern const struct exception_table_entry __start___ex_table[], __stop___ex_table[];

/* Simplified: the table is short and searched from end to end; Linux sorts it. */
const struct exception_table_entry *search_exception_tables(unsigned long addr)
{
	const struct exception_table_entry *e;

	for (e = __start___ex_table; e < __stop___ex_table; e++) {
		if ((unsigned long)&e->insn + e->insn == addr)
			return e;
	}
	return NULL;
}

/* True if the fault at regs->ip was foreseen; then regs go on at the fixup. */
int fixup_exception(struct pt_regs *regs)
{
	const struct exception_table_entry *e = search_exception_tables(regs->ip);

	if (!e)
		return 0;
	regs->ip = (unsigned long)&e->fixup + e->fixup;
	return 1;
}
