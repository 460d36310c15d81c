/*
 * BUG() executes ud2: the trap handler prints the oops with the registers as they were.
 * Linux: include/linux/bug.h, arch/x86/include/asm/bug.h.
 * Simplified: file and line are printed first, in place of Linux's table of bug addresses.
 */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>

void __bug(const char *file, int line) __noreturn;
void __warn(const char *file, int line);

#define BUG()		__bug(__FILE__, __LINE__)
#define BUG_ON(cond)	do { if (unlikely(cond)) BUG(); } while (0)
#define WARN_ON(cond)	({ \
	int __warned = !!(cond); \
	if (unlikely(__warned)) \
		__warn(__FILE__, __LINE__); \
	__warned; \
})

#endif
