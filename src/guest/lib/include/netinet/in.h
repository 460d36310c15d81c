/* Addresses of the Internet. Numbers in them stand in network byte order: the most significant byte first. */
#ifndef _NETINET_IN_H
#define _NETINET_IN_H

#include <stdint.h>
#include <sys/socket.h>

typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;

struct in_addr {
	in_addr_t s_addr;
};

struct sockaddr_in {
	sa_family_t sin_family;
	in_port_t sin_port;
	struct in_addr sin_addr;
	unsigned char sin_zero[8];
};

#define INADDR_ANY		0U
#define INADDR_LOOPBACK		0x7f000001U
#define INADDR_NONE		0xffffffffU
#define INET_ADDRSTRLEN		16

#define IPPROTO_IP	0
#define IPPROTO_ICMP	1
#define IPPROTO_TCP	6
#define IPPROTO_UDP	17

static inline uint16_t htons(uint16_t n)
{
	return n << 8 | n >> 8;
}

static inline uint32_t htonl(uint32_t n)
{
	return n << 24 | (n & 0xff00) << 8 | (n >> 8 & 0xff00) | n >> 24;
}

#define ntohs(n)	htons(n)
#define ntohl(n)	htonl(n)

#endif
