/*
 * Single accesses to user memory. Linux: arch/x86/include/asm/uaccess.h, smap.h, extable.h.
 *
 * An entry of the exception table names an instruction that may fault and where to go on if it does;
 * both as distances from the entry's own fields. Linux: struct exception_table_entry.
 */
#ifndef _ASM_X86_UACCESS_H
#define _ASM_X86_UACCESS_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <asm/page.h>

struct exception_table_entry {
	s32 insn;
	s32 fixup;
};

struct pt_regs;
int fixup_exception(struct pt_regs *regs);
const struct exception_table_entry *search_exception_tables(unsigned long addr);

/* UKL: the application's constants and data lie in the kernel's half, so its pointers do too. */
static inline int __access_ok(unsigned long addr, unsigned long size)
{
	return size <= TASK_SIZE_MAX && addr <= TASK_SIZE_MAX - size;
}

#define access_ok(addr, size) \
	(is_ukl_thread() || __access_ok((unsigned long)(addr), (size)))

/* arch/x86/lib: 0 or -EFAULT. The value goes to, or comes from, kernel memory. */
int __get_user_1(unsigned long *val, const void *addr);
int __get_user_2(unsigned long *val, const void *addr);
int __get_user_4(unsigned long *val, const void *addr);
int __get_user_8(unsigned long *val, const void *addr);
int __put_user_1(unsigned long val, void *addr);
int __put_user_2(unsigned long val, void *addr);
int __put_user_4(unsigned long val, void *addr);
int __put_user_8(unsigned long val, void *addr);
/* *old becomes what was there; if it was that before, new is there now. Linux: futex_atomic_cmpxchg_inatomic(). */
int __cmpxchg_user_4(unsigned int *addr, unsigned int *old, unsigned int new);
/* Bytes not copied. */
unsigned long __copy_user(void *to, const void *from, unsigned long n);
unsigned long __clear_user(void *to, unsigned long n);

/* 0 or -EFAULT. As many bytes as the pointer's target has. */
#define get_user(x, ptr) ({ \
	unsigned long __val = 0; \
	typeof(ptr) __ptr = (ptr); \
	int __err = -14; \
	if (access_ok(__ptr, sizeof(*__ptr))) { \
		if (sizeof(*__ptr) == 1) \
			__err = __get_user_1(&__val, __ptr); \
		else if (sizeof(*__ptr) == 2) \
			__err = __get_user_2(&__val, __ptr); \
		else if (sizeof(*__ptr) == 4) \
			__err = __get_user_4(&__val, __ptr); \
		else \
			__err = __get_user_8(&__val, __ptr); \
	} \
	(x) = (typeof(*__ptr))__val; \
	__err; \
})

#define put_user(x, ptr) ({ \
	typeof(ptr) __ptr = (ptr); \
	unsigned long __val = (unsigned long)(x); \
	int __err = -14; \
	if (access_ok(__ptr, sizeof(*__ptr))) { \
		if (sizeof(*__ptr) == 1) \
			__err = __put_user_1(__val, __ptr); \
		else if (sizeof(*__ptr) == 2) \
			__err = __put_user_2(__val, __ptr); \
		else if (sizeof(*__ptr) == 4) \
			__err = __put_user_4(__val, __ptr); \
		else \
			__err = __put_user_8(__val, __ptr); \
	} \
	__err; \
})

#endif
