/*
 * SYSCALL_DEFINE: from one body, the function that the system call table points to, and under UKL
 * the stub that the application calls when it bypasses the entry code.
 * Linux: include/linux/syscalls.h, arch/x86/include/asm/syscall_wrapper.h.
 *
 *	__x64_sys_read(regs)	takes its arguments out of the saved registers (di si dx r10 r8 r9)
 *	ukl_bp_read(...)	is an ordinary function: no pt_regs, no stack switch, no exit work. In UKL's
 *				first two versions it is ukl_sys_read(), and there is no other way
 *	__do_sys_read(...)	is the body that follows the macro
 */
#ifndef _LINUX_SYSCALLS_H
#define _LINUX_SYSCALLS_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <asm/ptrace.h>
#include <generated/unistd_64.h>
#include <trace/events.h>

#if defined(CONFIG_UKL_BYPASS) || defined(CONFIG_UKL_STUBS)
#define __UKL_DIRECT(...)	__VA_ARGS__
#else
#define __UKL_DIRECT(...)
#endif

#ifdef CONFIG_UKL_STUBS
#define __UKL_DIRECT_NAME(name)	ukl_sys_##name
#else
#define __UKL_DIRECT_NAME(name)	ukl_bp_##name
#endif

#ifdef CONFIG_UKL_ENTRY_STUBS
/* What every stub of the second version begins and ends with. arch/x86/entry/common.c. */
void ukl_enter_kernel(void);
long ukl_leave_kernel(long ret);
#else
#define ukl_enter_kernel()	do { } while (0)
#define ukl_leave_kernel(ret)	(ret)
#endif

#define SYSCALL_DEFINE0(name) \
	static long __do_sys_##name(void); \
	long __x64_sys_##name(const struct pt_regs *regs); \
	long __x64_sys_##name(const struct pt_regs *regs) \
	{ \
		return __do_sys_##name(); \
	} \
	__UKL_DIRECT(long __UKL_DIRECT_NAME(name)(void); \
	long __UKL_DIRECT_NAME(name)(void) \
	{ \
		long ret; \
		ukl_enter_kernel(); \
		trace_ukl_bypass_enter0(__NR_##name); \
		ret = __do_sys_##name(); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(void)

#define SYSCALL_DEFINE1(name, t1, a1) \
	static long __do_sys_##name(t1 a1); \
	long __x64_sys_##name(const struct pt_regs *regs); \
	long __x64_sys_##name(const struct pt_regs *regs) \
	{ \
		return __do_sys_##name((t1)regs->di); \
	} \
	__UKL_DIRECT(long __UKL_DIRECT_NAME(name)(t1 a1); \
	long __UKL_DIRECT_NAME(name)(t1 a1) \
	{ \
		long ret; \
		ukl_enter_kernel(); \
		trace_ukl_bypass_enter1(__NR_##name, a1); \
		ret = __do_sys_##name(a1); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(t1 a1)

#define SYSCALL_DEFINE2(name, t1, a1, t2, a2) \
	static long __do_sys_##name(t1 a1, t2 a2); \
	long __x64_sys_##name(const struct pt_regs *regs); \
	long __x64_sys_##name(const struct pt_regs *regs) \
	{ \
		return __do_sys_##name((t1)regs->di, (t2)regs->si); \
	} \
	__UKL_DIRECT(long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2); \
	long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2) \
	{ \
		long ret; \
		ukl_enter_kernel(); \
		trace_ukl_bypass_enter2(__NR_##name, a1, a2); \
		ret = __do_sys_##name(a1, a2); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(t1 a1, t2 a2)

#define SYSCALL_DEFINE3(name, t1, a1, t2, a2, t3, a3) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3); \
	long __x64_sys_##name(const struct pt_regs *regs); \
	long __x64_sys_##name(const struct pt_regs *regs) \
	{ \
		return __do_sys_##name((t1)regs->di, (t2)regs->si, (t3)regs->dx); \
	} \
	__UKL_DIRECT(long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3); \
	long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3) \
	{ \
		long ret; \
		ukl_enter_kernel(); \
		trace_ukl_bypass_enter3(__NR_##name, a1, a2, a3); \
		ret = __do_sys_##name(a1, a2, a3); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3)

#define SYSCALL_DEFINE4(name, t1, a1, t2, a2, t3, a3, t4, a4) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4); \
	long __x64_sys_##name(const struct pt_regs *regs); \
	long __x64_sys_##name(const struct pt_regs *regs) \
	{ \
		return __do_sys_##name((t1)regs->di, (t2)regs->si, (t3)regs->dx, (t4)regs->r10); \
	} \
	__UKL_DIRECT(long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3, t4 a4); \
	long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3, t4 a4) \
	{ \
		long ret; \
		ukl_enter_kernel(); \
		trace_ukl_bypass_enter4(__NR_##name, a1, a2, a3, a4); \
		ret = __do_sys_##name(a1, a2, a3, a4); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4)

#define SYSCALL_DEFINE5(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5); \
	long __x64_sys_##name(const struct pt_regs *regs); \
	long __x64_sys_##name(const struct pt_regs *regs) \
	{ \
		return __do_sys_##name((t1)regs->di, (t2)regs->si, (t3)regs->dx, \
				       (t4)regs->r10, (t5)regs->r8); \
	} \
	__UKL_DIRECT(long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5); \
	long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5) \
	{ \
		long ret; \
		ukl_enter_kernel(); \
		trace_ukl_bypass_enter5(__NR_##name, a1, a2, a3, a4, a5); \
		ret = __do_sys_##name(a1, a2, a3, a4, a5); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5)

#define SYSCALL_DEFINE6(name, t1, a1, t2, a2, t3, a3, t4, a4, t5, a5, t6, a6) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6); \
	long __x64_sys_##name(const struct pt_regs *regs); \
	long __x64_sys_##name(const struct pt_regs *regs) \
	{ \
		return __do_sys_##name((t1)regs->di, (t2)regs->si, (t3)regs->dx, \
				       (t4)regs->r10, (t5)regs->r8, (t6)regs->r9); \
	} \
	__UKL_DIRECT(long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6); \
	long __UKL_DIRECT_NAME(name)(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6) \
	{ \
		long ret; \
		ukl_enter_kernel(); \
		trace_ukl_bypass_enter6(__NR_##name, a1, a2, a3, a4, a5, a6); \
		ret = __do_sys_##name(a1, a2, a3, a4, a5, a6); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6)

#endif
