/* copy_to_user() and its kin. Linux: lib/usercopy.c, lib/strncpy_from_user.c, lib/strnlen_user.c. */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long left = n;

	if (access_ok(from, n) || current->uaccess_kernel)
		left = __copy_user(to, from, n);
	/* The rest must not be what happened to lie in kernel memory. */
	if (unlikely(left))
		memset((char *)to + (n - left), 0, left);
	return left;
}

unsigned long copy_from_user_partial(void *to, const void __user *from, unsigned long n)
{
	return access_ok(from, n) || current->uaccess_kernel ? __copy_user(to, from, n) : n;
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	if (access_ok(to, n))
		n = __copy_user(to, from, n);
	return n;
}

unsigned long clear_user(void __user *to, unsigned long n)
{
	if (access_ok(to, n))
		n = __clear_user(to, n);
	return n;
}

/* UKL: string constants of the application lie in the kernel half, so no limit applies to them. */
long strncpy_from_user(char *dst, const char __user *src, long count)
{
	long i;

	for (i = 0; i < count; i++) {
		char c;

		if (get_user(c, src + i))
			return -EFAULT;
		dst[i] = c;
		if (!c)
			return i;
	}
	return count;
}

long strnlen_user(const char __user *str, long count)
{
	long i;

	for (i = 0; i < count; i++) {
		char c;

		if (get_user(c, str + i))
			return 0;
		if (!c)
			return i + 1;
	}
	return count + 1;
}
