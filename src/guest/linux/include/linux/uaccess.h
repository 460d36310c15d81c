/*
 * The only way for kernel code to touch user memory: every access stands in the exception table,
 * so a bad pointer makes -EFAULT, not an oops.
 * Linux: include/linux/uaccess.h, arch/x86/include/asm/uaccess.h, arch/x86/lib/usercopy_64.c.
 */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <asm/uaccess.h>

/* Bytes NOT copied: 0 is success. */
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
/* The same without zeros for what was not copied: into memory that keeps what it has. */
unsigned long copy_from_user_partial(void *to, const void __user *from, unsigned long n);
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long clear_user(void __user *to, unsigned long n);
/* Length without the NUL, count when there was none, or -EFAULT. */
long strncpy_from_user(char *dst, const char __user *src, long count);
/* Length with the NUL, more than count when there was none, 0 on a fault. */
long strnlen_user(const char __user *str, long count);

#endif
