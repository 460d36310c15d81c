/* Error numbers as the kernel returns them, negated. One errno for each thread. */
#ifndef _ERRNO_H
#define _ERRNO_H

extern __thread int errno;

#define EPERM	1
#define ENOENT	2
#define EINTR	4
#define EBADF	9
#define EAGAIN	11
#define ENOMEM	12
#define EACCES	13
#define EFAULT	14
#define EINVAL	22
#define ENOSYS	38

#endif
