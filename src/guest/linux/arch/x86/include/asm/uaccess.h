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

#define _ASM_EXTABLE(from, to) \
	".pushsection __ex_table,\"a\"\n" \
	".balign 4\n" \
	".long " #from " - .\n" \
	".long " #to " - .\n" \
	".popsection\n"

/*
 * With SMAP, ring 0 may touch user pages only while AC is set. The instructions exist only on CPUs
 * that have SMAP, so the image carries three-byte nops and boot puts stac and clac in their place.
 * Linux: ALTERNATIVE in arch/x86/include/asm/alternative.h, smap.h.
 */
#ifdef CONFIG_X86_SMEP_SMAP
#define ASM_STAC \
	"661: .byte 0x0f, 0x1f, 0x00\n" \
	".pushsection smap_stac,\"a\"\n .quad 661b\n .popsection\n"
#define ASM_CLAC \
	"662: .byte 0x0f, 0x1f, 0x00\n" \
	".pushsection smap_clac,\"a\"\n .quad 662b\n .popsection\n"
#else
#define ASM_STAC
#define ASM_CLAC
#endif

/* UKL: the application's constants and data lie in the kernel's half, so its pointers do too. */
static inline int __access_ok(unsigned long addr, unsigned long size)
{
	return size <= TASK_SIZE_MAX && addr <= TASK_SIZE_MAX - size;
}

#define access_ok(addr, size) \
	(is_ukl_thread() || __access_ok((unsigned long)(addr), (size)))

#define __get_user_asm(x, addr, err, insn, reg) \
	asm volatile(ASM_STAC \
		     "1:	" insn " %2, %" reg "1\n" \
		     "2:	" ASM_CLAC \
		     ".pushsection .fixup,\"ax\"\n" \
		     "3:	movl $-14, %0\n" \
		     "	xorl %k1, %k1\n" \
		     "	jmp 2b\n" \
		     ".popsection\n" \
		     _ASM_EXTABLE(1b, 3b) \
		     : "=&r" (err), "=&r" (x) : "m" (*(addr)), "0" (0))

#define __put_user_asm(x, addr, err, insn, reg) \
	asm volatile(ASM_STAC \
		     "1:	" insn " %" reg "2, %1\n" \
		     "2:	" ASM_CLAC \
		     ".pushsection .fixup,\"ax\"\n" \
		     "3:	movl $-14, %0\n" \
		     "	jmp 2b\n" \
		     ".popsection\n" \
		     _ASM_EXTABLE(1b, 3b) \
		     : "=&r" (err), "+m" (*(addr)) : "r" (x), "0" (0))

/* 0 or -EFAULT. The variable's size is the pointer's target's. */
#define get_user(x, ptr) ({ \
	int __err = -14; \
	unsigned long __val = 0; \
	typeof(ptr) __ptr = (ptr); \
	if (access_ok(__ptr, sizeof(*__ptr))) { \
		switch (sizeof(*__ptr)) { \
		case 1: __get_user_asm(__val, (volatile u8 *)__ptr, __err, "movzbl", "k"); break; \
		case 2: __get_user_asm(__val, (volatile u16 *)__ptr, __err, "movzwl", "k"); break; \
		case 4: __get_user_asm(__val, (volatile u32 *)__ptr, __err, "movl", "k"); break; \
		default: __get_user_asm(__val, (volatile u64 *)__ptr, __err, "movq", "q"); break; \
		} \
	} \
	(x) = (typeof(*__ptr))__val; \
	__err; \
})

#define put_user(x, ptr) ({ \
	int __err = -14; \
	typeof(ptr) __ptr = (ptr); \
	unsigned long __val = (unsigned long)(typeof(*__ptr))(x); \
	if (access_ok(__ptr, sizeof(*__ptr))) { \
		switch (sizeof(*__ptr)) { \
		case 1: __put_user_asm(__val, (volatile u8 *)__ptr, __err, "movb", "b"); break; \
		case 2: __put_user_asm(__val, (volatile u16 *)__ptr, __err, "movw", "w"); break; \
		case 4: __put_user_asm(__val, (volatile u32 *)__ptr, __err, "movl", "k"); break; \
		default: __put_user_asm(__val, (volatile u64 *)__ptr, __err, "movq", "q"); break; \
		} \
	} \
	__err; \
})

#endif
