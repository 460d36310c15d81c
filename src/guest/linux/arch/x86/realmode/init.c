/* Puts the trampoline into low memory. Linux: arch/x86/realmode/init.c. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <asm/pgtable.h>
#include <asm/realmode.h>

extern char trampoline_start[], trampoline_end[];
extern pgd_t trampoline_pgd[];

/* Its page tables know the kernel's image, so that it can go there. */
void __init setup_real_mode(void)
{
	memcpy(__va(TRAMPOLINE_BASE), trampoline_start, trampoline_end - trampoline_start);
	trampoline_pgd[511] = init_top_pgt[511];
}
