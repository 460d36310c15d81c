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
 * What others build upon comes earlier. Simplified: one level of initcalls without NET, five of the eight with it.
 */
#define __define_initcall(fn, section) \
	static initcall_t __initcall_##fn __used __section(section) = fn
#define core_initcall(fn)	__define_initcall(fn, "initcalls1")
#define subsys_initcall(fn)	__define_initcall(fn, "initcalls4")
#define fs_initcall(fn)		__define_initcall(fn, "initcalls5")
#define device_initcall(fn)	__define_initcall(fn, "initcalls")
#define late_initcall(fn)	__define_initcall(fn, "initcalls7")

extern char boot_command_line[];
/* Virtual bounds of the initramfs that the loader placed; equal when there is none. */
extern unsigned long initrd_start, initrd_end;

#endif
