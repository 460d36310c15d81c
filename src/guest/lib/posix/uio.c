/* Reads and writes in pieces. */
#include <sys/uio.h>
#include "lib/sysdep.h"

ssize_t readv(int fd, const struct iovec *vector, int count)
{
	return result(syscall3(__NR_readv, fd, (long)vector, count));
}

ssize_t writev(int fd, const struct iovec *vector, int count)
{
	return result(syscall3(__NR_writev, fd, (long)vector, count));
}
