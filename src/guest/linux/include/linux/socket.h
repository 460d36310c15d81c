/* Addresses, messages and their constants. Linux: include/linux/socket.h, include/uapi/linux/socket.h, include/uapi/asm-generic/socket.h. */
#ifndef _LINUX_SOCKET_H
#define _LINUX_SOCKET_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/uio.h>

typedef unsigned short sa_family_t;

/* _K_SS_MAXSIZE: no address is longer. */
struct sockaddr_storage {
	sa_family_t ss_family;
	char __data[126];
} __aligned(8);

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

struct linger {
	int l_onoff;
	int l_linger;
};

/* As the kernel hands it from one layer to the next. */
struct msghdr {
	void *msg_name;			/* of the kernel: a struct sockaddr_storage */
	int msg_namelen;
	struct iov_iter msg_iter;
	void __user *msg_control;
	size_t msg_controllen;
	unsigned int msg_flags;
};

/* As user space has it. */
struct user_msghdr {
	void __user *msg_name;
	int msg_namelen;
	struct iovec __user *msg_iov;
	size_t msg_iovlen;
	void __user *msg_control;
	size_t msg_controllen;
	unsigned int msg_flags;
};

struct cmsghdr {
	size_t cmsg_len;
	int cmsg_level;
	int cmsg_type;
};

/* SO_PEERCRED. */
struct ucred {
	u32 pid;
	u32 uid;
	u32 gid;
};

static inline size_t msg_data_left(struct msghdr *msg)
{
	return iov_iter_count(&msg->msg_iter);
}

#define AF_UNSPEC	0
#define AF_UNIX		1
#define AF_INET		2
#define AF_INET6	10
#define AF_NETLINK	16
#define AF_PACKET	17
#define AF_MAX		45
#define PF_UNIX		AF_UNIX
#define PF_INET		AF_INET

#define SOMAXCONN	4096

#define MSG_OOB		1
#define MSG_PEEK	2
#define MSG_DONTROUTE	4
#define MSG_CTRUNC	8
#define MSG_TRUNC	0x20
#define MSG_DONTWAIT	0x40
#define MSG_EOR		0x80
#define MSG_WAITALL	0x100
#define MSG_CONFIRM	0x800
#define MSG_ERRQUEUE	0x2000
#define MSG_NOSIGNAL	0x4000
#define MSG_MORE	0x8000
#define MSG_ZEROCOPY	0x4000000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SOL_SOCKET	1
#define SOL_IP		0
#define SOL_TCP		6

#define SO_DEBUG	1
#define SO_REUSEADDR	2
#define SO_TYPE		3
#define SO_ERROR	4
#define SO_DONTROUTE	5
#define SO_BROADCAST	6
#define SO_SNDBUF	7
#define SO_RCVBUF	8
#define SO_KEEPALIVE	9
#define SO_OOBINLINE	10
#define SO_NO_CHECK	11
#define SO_PRIORITY	12
#define SO_LINGER	13
#define SO_REUSEPORT	15
#define SO_PASSCRED	16
#define SO_PEERCRED	17
#define SO_RCVLOWAT	18
#define SO_SNDLOWAT	19
#define SO_RCVTIMEO	20
#define SO_SNDTIMEO	21
#define SO_PEERNAME	28
#define SO_TIMESTAMP	29
#define SO_ACCEPTCONN	30
#define SO_SNDBUFFORCE	32
#define SO_RCVBUFFORCE	33
#define SO_PROTOCOL	38
#define SO_DOMAIN	39
#define SO_INCOMING_CPU	49

#define SIOCATMARK	0x8905

#endif
