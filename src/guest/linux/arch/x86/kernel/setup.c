/* Reading what the loader left. Linux: arch/x86/kernel/setup.c, e820.c. */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <asm/bootparam.h>
#include <asm/setup.h>
#include <asm/processor.h>

unsigned long max_pfn;

/* Prints the memory map as Linux does, and finds the end of RAM. */
static void __init e820__memory_setup(void)
{
	int i;

	pr_info("BIOS-provided physical RAM map:\n");
	for (i = 0; i < boot_params.e820_entries; i++) {
		struct boot_e820_entry *e = &boot_params.e820_table[i];
		u64 end = e->addr + e->size;

		pr_info("BIOS-e820: [mem 0x%016llx-0x%016llx] %s\n", e->addr, end - 1,
			e->type == E820_TYPE_RAM ? "usable" : "reserved");
		if (e->type == E820_TYPE_RAM && PFN_DOWN(end) > max_pfn)
			max_pfn = PFN_DOWN(end);
	}
	if (!max_pfn)
		panic("no memory in the e820 map");
}

static void __init reserve_initrd(void)
{
	if (!boot_params.ramdisk_size)
		return;
	initrd_start = (unsigned long)__va((unsigned long)boot_params.ramdisk_image);
	initrd_end = initrd_start + boot_params.ramdisk_size;
}

void __init setup_arch(void)
{
	early_trap_init();
	identify_boot_cpu();
	e820__memory_setup();
	init_mem_mapping();
	reserve_initrd();
	prefill_possible_map();
}
