/* From assembly to start_kernel(). Linux: arch/x86/kernel/head64.c. */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/init.h>
#include <linux/sched.h>
#include <asm/bootparam.h>
#include <asm/pgtable.h>
#include <asm/setup.h>

struct boot_params boot_params;
char boot_command_line[COMMAND_LINE_SIZE];
unsigned long initrd_start, initrd_end;

extern char __bss_start[], __bss_stop[];
asmlinkage void start_kernel(void) __noreturn;

/*
 * The loader's data lies in low memory, which will be given to the page allocator: keep copies.
 * The kernel's own mapping of the first 64 MiB reaches it.
 */
static void __init copy_bootdata(unsigned long real_mode_data)
{
	memcpy(&boot_params, (void *)(real_mode_data + __START_KERNEL_map), sizeof(boot_params));
	if (boot_params.cmd_line_ptr)
		strscpy(boot_command_line, (char *)(boot_params.cmd_line_ptr + __START_KERNEL_map),
			COMMAND_LINE_SIZE);
}

asmlinkage __visible void __init __noreturn x86_64_start_kernel(unsigned long real_mode_data)
{
	memset(__bss_start, 0, __bss_stop - __bss_start);

	/* The low half is for user space from now on. */
	init_top_pgt[0].pgd = 0;
	__flush_tlb_local();

	/* Linux sets this in the per-CPU section's initial values. */
	this_cpu_write_8(this_cpu_off, (unsigned long)__per_cpu_load);

	copy_bootdata(real_mode_data);
	start_kernel();
}
