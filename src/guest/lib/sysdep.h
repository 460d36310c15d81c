/*
 * How this C library enters the kernel. One place decides: everything above it is the same in every mode.
 * glibc: sysdeps/unix/sysv/linux/x86_64/sysdep.h, and UKL's sysdeps/unix/sysv/linux/ukl/sysdep.h.
 *
 * An ordinary process executes SYSCALL, which changes to ring 0 and pushes nothing. A unikernel's application is in
 * ring 0 already and calls the kernel's entry code like a function, with the registers SYSCALL would have used.
 * The compiler does not see a call inside asm: a function whose only call this is counts as a leaf.
 * UKL's first two versions have no such place: there each call is one of a function of the kernel.
 */
#ifndef _LIB_SYSDEP_H
#define _LIB_SYSDEP_H

#include <errno.h>
#include <generated/unistd_64.h>

#ifdef CONFIG_UNIKERNEL_LINUX
#define ENTER_KERNEL	"call entry_SYSCALL_64"
#else
#define ENTER_KERNEL	"syscall"
#endif

#ifdef CONFIG_UKL_BYPASS
/* The kernel's own functions, one for each system call, and the question whether this thread may call them. */
#include <ukl.h>
#define BYPASS(name, type, ...)	BYPASS_BEHIND(, name, type, __VA_ARGS__)
#define BYPASS_BEHIND(shortcut, name, type, ...) \
	if (get_bypass_syscall()) { \
		long bp_##name type; \
		shortcut \
		return result(bp_##name(__VA_ARGS__)); \
	}
#else
#define BYPASS(name, type, ...)
#define BYPASS_BEHIND(shortcut, name, type, ...)
#endif

/* Deeper than the system call, for what is a TCP socket. A unikernel without networking has none. */
#if defined(CONFIG_UKL_DEEP_SHORTCUT) && defined(CONFIG_NET)
#define SHORTCUT(condition, call) \
	if (condition) { \
		long direct = call; \
		if (direct != -ENOTSOCK) \
			return result(direct); \
	}
#else
#define SHORTCUT(condition, call)
#endif

#ifdef CONFIG_UKL_STUBS
/*
 * UKL's first two versions: the kernel is a library with a function for each call, and the numbers are only
 * names: stub_1 is a macro for sys_write, which the link finds as the kernel's ukl_sys_write.
 */
#include <generated/stubs_64.h>
#define STUB(nr, type, ...)	({ long stub_##nr type; stub_##nr(__VA_ARGS__); })
#define syscall0(nr)	STUB(nr, (void))
#define syscall1(nr, a)	STUB(nr, (long), (long)(a))
#define syscall2(nr, a, b)	STUB(nr, (long, long), (long)(a), (long)(b))
#define syscall3(nr, a, b, c)	STUB(nr, (long, long, long), (long)(a), (long)(b), (long)(c))
#define syscall6(nr, a, b, c, d, e, f) \
	STUB(nr, (long, long, long, long, long, long), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#else
/* SYSCALL leaves the return address in rcx and the flags in r11. */
#define CLOBBERS	"rcx", "r11", "memory", "cc"

static inline long syscall0(long nr)
{
	long ret;

	__asm__ volatile(ENTER_KERNEL : "=a" (ret) : "a" (nr) : CLOBBERS);
	return ret;
}

static inline long syscall1(long nr, long a)
{
	long ret;

	__asm__ volatile(ENTER_KERNEL : "=a" (ret) : "a" (nr), "D" (a) : CLOBBERS);
	return ret;
}

static inline long syscall2(long nr, long a, long b)
{
	long ret;

	__asm__ volatile(ENTER_KERNEL : "=a" (ret) : "a" (nr), "D" (a), "S" (b) : CLOBBERS);
	return ret;
}

static inline long syscall3(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile(ENTER_KERNEL : "=a" (ret) : "a" (nr), "D" (a), "S" (b), "d" (c) : CLOBBERS);
	return ret;
}

static inline long syscall6(long nr, long a, long b, long c, long d, long e, long f)
{
	long ret;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile(ENTER_KERNEL
			 : "=a" (ret) : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8), "r" (r9) : CLOBBERS);
	return ret;
}

#endif

/* The kernel returns -errno; C wants -1 and errno. The last 4095 values are errors. */
static inline long result(long ret)
{
	if ((unsigned long)ret > -4096UL) {
		errno = -ret;
		return -1;
	}
	return ret;
}

#endif
