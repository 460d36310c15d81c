/* Adding up for the Internet checksum. Linux: arch/x86/lib/csum-partial_64.c, lib/checksum.c. */
#include <net/checksum.h>

/* Eight words at once, and the carry with the next. */
static u64 add_64_bytes(u64 sum, const void *p)
{
	asm("addq 0(%1), %0\n\tadcq 8(%1), %0\n\tadcq 16(%1), %0\n\tadcq 24(%1), %0\n\t"
	    "adcq 32(%1), %0\n\tadcq 40(%1), %0\n\tadcq 48(%1), %0\n\tadcq 56(%1), %0\n\tadcq $0, %0"
	    : "+r" (sum) : "r" (p) : "cc", "memory");
	return sum;
}

static u64 add_8_bytes(u64 sum, u64 value)
{
	sum += value;
	return sum + (sum < value);
}

u32 csum_partial(const void *buff, int len, u32 start)
{
	const unsigned char *p = buff;
	u64 sum = start;

	for (; len >= 64; len -= 64, p += 64)
		sum = add_64_bytes(sum, p);
	for (; len >= 8; len -= 8, p += 8)
		sum = add_8_bytes(sum, *(const u64 *)p);
	if (len & 4) {
		sum = add_8_bytes(sum, *(const u32 *)p);
		p += 4;
	}
	if (len & 2) {
		sum = add_8_bytes(sum, *(const u16 *)p);
		p += 2;
	}
	if (len & 1)
		sum = add_8_bytes(sum, *p);
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (u32)sum + (u32)(sum >> 32);
}
