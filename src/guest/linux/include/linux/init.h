/* Sections for code and data that only boot needs. Linux: include/linux/init.h. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>

#define __init			__section(".init.text")
#define __initdata		__section(".init.data")

typedef int (*initcall_t)(void);

/*
 * Drivers put a pointer to their set-up function here; do_initcalls() runs them in link order once
 * memory, interrupts and the scheduler work.
 * Simplified: one level of initcalls.
 */
#define device_initcall(fn) \
	static initcall_t __initcall_##fn __used __section("initcalls") = fn

extern char boot_command_line[];
/* Virtual bounds of the initramfs that the loader placed; equal when there is none. */
extern unsigned long initrd_start, initrd_end;

#endif
