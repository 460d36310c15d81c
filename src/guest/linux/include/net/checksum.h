/* The Internet checksum (RFC 1071). Linux: include/net/checksum.h, arch/x86/include/asm/checksum_64.h, arch/x86/lib/csum-partial_64.c. */
#ifndef _NET_CHECKSUM_H
#define _NET_CHECKSUM_H

#include <linux/types.h>
#include <linux/compiler.h>

/* 0 and this are the same number. */
#define CSUM_MANGLED_0	0xffff

/* Adds len bytes to a sum of 16-bit words that is kept in 32 bits. lib/checksum.c. */
u32 csum_partial(const void *buff, int len, u32 sum);

static inline u16 csum_fold(u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static inline u16 ip_compute_csum(const void *buff, int len)
{
	return csum_fold(csum_partial(buff, len, 0));
}

/* Of an IP header of ihl words. */
static inline u16 ip_fast_csum(const void *iph, unsigned int ihl)
{
	return csum_fold(csum_partial(iph, ihl * 4, 0));
}

/* Addresses are in network byte order. */
static inline u32 csum_tcpudp_nofold(u32 saddr, u32 daddr, u32 len, u8 proto, u32 sum)
{
	u64 s = (u64)sum + saddr + daddr + ((u64)(proto + len) << 8);

	s = (s & 0xffffffff) + (s >> 32);
	return s + (s >> 32);
}

static inline u16 csum_tcpudp_magic(u32 saddr, u32 daddr, u32 len, u8 proto, u32 sum)
{
	return csum_fold(csum_tcpudp_nofold(saddr, daddr, len, proto, sum));
}

#endif
