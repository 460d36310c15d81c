/* Bob Jenkins's hash "lookup3" of a few words. Linux: include/linux/jhash.h. */
#ifndef _LINUX_JHASH_H
#define _LINUX_JHASH_H

#include <linux/types.h>

#define JHASH_INITVAL	0xdeadbeef

static inline u32 jhash_rol(u32 word, unsigned int by)
{
	return word << by | word >> (32 - by);
}

static inline u32 jhash_3words(u32 a, u32 b, u32 c, u32 initval)
{
	initval += JHASH_INITVAL + (3 << 2);
	a += initval;
	b += initval;
	c += initval;
	c = (c ^ b) - jhash_rol(b, 14);
	a = (a ^ c) - jhash_rol(c, 11);
	b = (b ^ a) - jhash_rol(a, 25);
	c = (c ^ b) - jhash_rol(b, 16);
	a = (a ^ c) - jhash_rol(c, 4);
	b = (b ^ a) - jhash_rol(a, 14);
	return (c ^ b) - jhash_rol(b, 24);
}

#endif
