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
#include <linux/smp_lock.h>
#include <linux/ukl.h>
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

#if defined(CONFIG_UKL_ALWAYS_SWITCH) && !defined(CONFIG_UKL_STUBS)
/* On the kernel stack, an interrupt must not be taken for the application's. */
#define ukl_enter_kernel()	exit_user()
#define ukl_leave_kernel(ret)	({ enter_user(); (ret); })
#elif defined(CONFIG_UKL_ENTRY_STUBS)
/* What every stub of the second version begins and ends with. arch/x86/entry/common.c. */
void ukl_enter_kernel(void);
long ukl_leave_kernel(long ret);
#else
#define ukl_enter_kernel()	lock_kernel()

static inline long ukl_leave_kernel(long ret)
{
	unlock_kernel();
	return ret;
}
#endif

#ifdef CONFIG_UKL_ALWAYS_SWITCH
/* The hop to the kernel stack and back. UKL: ukl_ss_u2k(), ukl_ss_k2u(). */
long ukl_on_kernel_stack(long (*fn)(const struct pt_regs *), const struct pt_regs *args);
#define __UKL_HOP(name, ...)	({ struct pt_regs __args = { __VA_ARGS__ }; ukl_on_kernel_stack(__x64_sys_##name, &__args); })
#define __UKL_CALL0(name)	__UKL_HOP(name, .di = 0)
#define __UKL_CALL1(name, a1)	__UKL_HOP(name, .di = (unsigned long)(a1))
#define __UKL_CALL2(name, a1, a2) \
	__UKL_HOP(name, .di = (unsigned long)(a1), .si = (unsigned long)(a2))
#define __UKL_CALL3(name, a1, a2, a3) \
	__UKL_HOP(name, .di = (unsigned long)(a1), .si = (unsigned long)(a2), .dx = (unsigned long)(a3))
#define __UKL_CALL4(name, a1, a2, a3, a4) \
	__UKL_HOP(name, .di = (unsigned long)(a1), .si = (unsigned long)(a2), .dx = (unsigned long)(a3), .r10 = (unsigned long)(a4))
#define __UKL_CALL5(name, a1, a2, a3, a4, a5) \
	__UKL_HOP(name, .di = (unsigned long)(a1), .si = (unsigned long)(a2), .dx = (unsigned long)(a3), .r10 = (unsigned long)(a4), \
		  .r8 = (unsigned long)(a5))
#define __UKL_CALL6(name, a1, a2, a3, a4, a5, a6) \
	__UKL_HOP(name, .di = (unsigned long)(a1), .si = (unsigned long)(a2), .dx = (unsigned long)(a3), .r10 = (unsigned long)(a4), \
		  .r8 = (unsigned long)(a5), .r9 = (unsigned long)(a6))
#else
#define __UKL_CALL0(name)	__do_sys_##name()
#define __UKL_CALL1(name, ...)	__do_sys_##name(__VA_ARGS__)
#define __UKL_CALL2		__UKL_CALL1
#define __UKL_CALL3		__UKL_CALL1
#define __UKL_CALL4		__UKL_CALL1
#define __UKL_CALL5		__UKL_CALL1
#define __UKL_CALL6		__UKL_CALL1
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
		ret = __UKL_CALL0(name); \
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
		ret = __UKL_CALL1(name, a1); \
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
		ret = __UKL_CALL2(name, a1, a2); \
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
		ret = __UKL_CALL3(name, a1, a2, a3); \
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
		ret = __UKL_CALL4(name, a1, a2, a3, a4); \
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
		ret = __UKL_CALL5(name, a1, a2, a3, a4, a5); \
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
		ret = __UKL_CALL6(name, a1, a2, a3, a4, a5, a6); \
		trace_ukl_bypass_exit(__NR_##name, ret); \
		return ukl_leave_kernel(ret); \
	}) \
	static long __do_sys_##name(t1 a1, t2 a2, t3 a3, t4 a4, t5 a5, t6 a6)

#endif
