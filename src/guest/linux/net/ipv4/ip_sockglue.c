/* Socket options of IP. Linux: net/ipv4/ip_sockglue.c. */
#include <linux/errno.h>
#include <linux/uaccess.h>
#include <net/ip.h>

int ip_setsockopt(struct sock *sk, int level, int optname, char __user *optval, unsigned int optlen)
{
	struct inet_sock *inet = inet_sk(sk);
	int val;

	if (level != SOL_IP)
		return -ENOPROTOOPT;
	if (optlen >= sizeof(int)) {
		if (get_user(val, (int __user *)optval))
			return -EFAULT;
	} else if (optlen) {
		unsigned char byte;

		if (get_user(byte, (unsigned char __user *)optval))
			return -EFAULT;
		val = byte;
	} else {
		return -EINVAL;
	}
	switch (optname) {
	case IP_TOS:
		inet->tos = val & ~3;
		return 0;
	case IP_TTL:
		if (val != -1 && (val < 1 || val > 255))
			return -EINVAL;
		inet->uc_ttl = val;
		return 0;
	case IP_RECVERR:
		inet->recverr = !!val;
		return 0;
	case IP_FREEBIND:
		inet->freebind = !!val;
		return 0;
	case IP_MTU_DISCOVER:
		if (val < 0 || val > 5)
			return -EINVAL;
		inet->pmtudisc = val;
		return 0;
	}
	return -ENOPROTOOPT;
}

int ip_getsockopt(struct sock *sk, int level, int optname, char __user *optval, int __user *optlen)
{
	struct inet_sock *inet = inet_sk(sk);
	int val, len;

	if (level != SOL_IP)
		return -ENOPROTOOPT;
	if (get_user(len, optlen))
		return -EFAULT;
	if (len < 0)
		return -EINVAL;
	switch (optname) {
	case IP_TOS:
		val = inet->tos;
		break;
	case IP_TTL:
		val = inet->uc_ttl < 0 ? IPDEFTTL : inet->uc_ttl;
		break;
	case IP_RECVERR:
		val = inet->recverr;
		break;
	case IP_FREEBIND:
		val = inet->freebind;
		break;
	case IP_MTU_DISCOVER:
		val = inet->pmtudisc;
		break;
	case IP_MTU:
		if (!inet->rt)
			return -ENOTCONN;
		val = dst_mtu(inet->rt);
		break;
	default:
		return -ENOPROTOOPT;
	}
	len = min(len, (int)sizeof(int));
	return put_user(len, optlen) || copy_to_user(optval, &val, len) ? -EFAULT : 0;
}
